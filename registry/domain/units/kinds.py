"""Kinds of units, their levels and names."""

from enum import StrEnum


class UnitKind(StrEnum):
    """What a unit is; the machine name is the same in code, command line and JSON."""

    PROVINCE = "province"
    DEPARTMENT = "department"
    SECTION = "section"
    MASS_ORGANISATION = "mass_organisation"
    CENTRAL_AGENCY = "central_agency"
    DISTRICT = "district"
    DISTRICT_OFFICE = "district_office"
    COMMUNE = "commune"
    COMMUNE_OFFICE = "commune_office"
    COMMUNITY_TEAM = "community_team"
    ENTERPRISE = "enterprise"
    PARTNER_ORGANISATION = "partner_organisation"
    STEERING_COMMITTEE = "steering_committee"
    ASSISTANCE_GROUP = "assistance_group"
    EXPERT_GROUP = "expert_group"
    INCIDENT_TEAM = "incident_team"


KIND_LABELS = {
    UnitKind.PROVINCE: "UBND cấp tỉnh",
    UnitKind.DEPARTMENT: "Sở, ban, ngành",
    UnitKind.SECTION: "Bộ phận thuộc sở, ban, ngành",
    UnitKind.MASS_ORGANISATION: "Hội, đoàn thể",
    UnitKind.CENTRAL_AGENCY: "Cơ quan ngành dọc",
    UnitKind.DISTRICT: "UBND cấp huyện",
    UnitKind.DISTRICT_OFFICE: "Phòng thuộc UBND cấp huyện",
    UnitKind.COMMUNE: "Đơn vị cấp xã",
    UnitKind.COMMUNE_OFFICE: "Bộ phận thuộc UBND cấp xã",
    UnitKind.COMMUNITY_TEAM: "Tổ công nghệ số cộng đồng",
    UnitKind.ENTERPRISE: "Doanh nghiệp",
    UnitKind.PARTNER_ORGANISATION: "Tổ chức phối hợp",
    UnitKind.STEERING_COMMITTEE: "Ban Chỉ đạo",
    UnitKind.ASSISTANCE_GROUP: "Tổ giúp việc",
    UnitKind.EXPERT_GROUP: "Tổ chuyên gia",
    UnitKind.INCIDENT_TEAM: "Đội ứng cứu sự cố",
}

# A bộ phận is a unit below the one it serves; it may hold a focal-point assignment itself.
SECTION_KINDS = frozenset({UnitKind.SECTION, UnitKind.DISTRICT_OFFICE, UnitKind.COMMUNE_OFFICE})

# What is founded, renamed, moved and closed one at a time in the everyday work of a unit; all else
# changes by a decision that reorganises.
EVERYDAY_KINDS = SECTION_KINDS | {UnitKind.COMMUNITY_TEAM, UnitKind.ENTERPRISE}

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
    return MEMBER_CATEGORIES.get(kind, KIND_LABELS[kind])
