"""Kinds of units, their levels and names."""

from registry.domain.labelled import Labelled


class UnitKind(Labelled):
    """What a unit is; the machine name is the same in code, command line and JSON."""

    PROVINCE = "province", "UBND cấp tỉnh"
    DEPARTMENT = "department", "Sở, ban, ngành"
    SECTION = "section", "Bộ phận thuộc sở, ban, ngành"
    MASS_ORGANISATION = "mass_organisation", "Hội, đoàn thể"
    CENTRAL_AGENCY = "central_agency", "Cơ quan ngành dọc"
    DISTRICT = "district", "UBND cấp huyện"
    DISTRICT_OFFICE = "district_office", "Phòng thuộc UBND cấp huyện"
    COMMUNE = "commune", "Đơn vị cấp xã"
    COMMUNE_OFFICE = "commune_office", "Bộ phận thuộc UBND cấp xã"
    COMMUNITY_TEAM = "community_team", "Tổ công nghệ số cộng đồng"
    ENTERPRISE = "enterprise", "Doanh nghiệp"
    PARTNER_ORGANISATION = "partner_organisation", "Tổ chức phối hợp"
    STEERING_COMMITTEE = "steering_committee", "Ban Chỉ đạo"
    ASSISTANCE_GROUP = "assistance_group", "Tổ giúp việc"
    EXPERT_GROUP = "expert_group", "Tổ chuyên gia"
    INCIDENT_TEAM = "incident_team", "Đội ứng cứu sự cố"


# What has a territory; all else are bodies, and what they set up.
TERRITORY_KINDS = frozenset({UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE})

# A bộ phận is a unit below the one it serves; it may hold a focal-point assignment itself.
SECTION_KINDS = frozenset({UnitKind.SECTION, UnitKind.DISTRICT_OFFICE, UnitKind.COMMUNE_OFFICE})

# What goes along with its territory as a matter of course when that ends; of anything else that
# outlives its province somebody must say what becomes of it.
GOES_ALONG_KINDS = frozenset({UnitKind.COMMUNE, UnitKind.DISTRICT, UnitKind.COMMUNITY_TEAM})

# Of these every commune has its own, often of the same names.
BELOW_A_COMMUNE_KINDS = frozenset({UnitKind.COMMUNE_OFFICE, UnitKind.COMMUNITY_TEAM})

# What may go along with a part that a unit gives away: its own offices stay.
GO_WITH_A_PART_KINDS = frozenset({UnitKind.SECTION, UnitKind.COMMUNITY_TEAM, UnitKind.ENTERPRISE})

# What is founded, renamed, moved and closed one at a time in the everyday work of a unit; all else
# changes by a decision that reorganises.
EVERYDAY_KINDS = SECTION_KINDS | {UnitKind.COMMUNITY_TEAM, UnitKind.ENTERPRISE}

# Their names repeat from one commune, district or department to the next ("Tổ CNSCĐ thôn 1", "Văn
# phòng"): in lists they are told with the unit they stand under.
PLACED_KINDS = SECTION_KINDS | {UnitKind.COMMUNITY_TEAM}
PLACE_MARK = " · "

# Below these such a unit may be founded.
FOUNDING_KINDS = frozenset(
    {
        UnitKind.PROVINCE,
        UnitKind.DEPARTMENT,
        UnitKind.MASS_ORGANISATION,
        UnitKind.DISTRICT,
        UnitKind.COMMUNE,
    }
)

# Partner organisations take part but are no members.
KINDS_WITHOUT_MEMBERS = frozenset({UnitKind.PARTNER_ORGANISATION})

# Plan 4660 IV.6, categories (a) to (e) of members, computed from the kind of the unit.
MEMBER_CATEGORIES = {
    UnitKind.SECTION: "Đơn vị chuyên trách, bộ phận đầu mối của sở, ban, ngành",
    UnitKind.DEPARTMENT: "Đầu mối của sở, ban, ngành",
    UnitKind.MASS_ORGANISATION: "Đầu mối của hội, đoàn thể",
    UnitKind.DISTRICT: "UBND huyện, thị xã, thành phố",
    UnitKind.DISTRICT_OFFICE: "UBND huyện, thị xã, thành phố",
    UnitKind.COMMUNE: "Cán bộ, công chức được UBND cấp xã phân công",
    UnitKind.COMMUNE_OFFICE: "Cán bộ, công chức được UBND cấp xã phân công",
    UnitKind.COMMUNITY_TEAM: "Thành viên Tổ công nghệ số cộng đồng",
    UnitKind.ENTERPRISE: "Nhân sự được doanh nghiệp cử",
}


def member_category(kind: UnitKind) -> str:
    """Return the member category of people of a unit of `kind` (Plan 4660 IV.6)."""
    return MEMBER_CATEGORIES.get(kind, kind.label)
