"""Words about people: education, contract, and how a person is addressed in lists."""

from registry.domain.labelled import Labelled


class EducationLevel(Labelled):
    """Highest level of education."""

    SECONDARY = "secondary", "Trung cấp trở xuống"
    COLLEGE = "college", "Cao đẳng"
    BACHELOR = "bachelor", "Đại học"
    MASTER = "master", "Thạc sĩ"
    DOCTORATE = "doctorate", "Tiến sĩ"


class ContractType(Labelled):
    """How the person is employed (Plan 4660 IV.5)."""

    PERMANENT = "permanent", "Biên chế"
    CONTRACT = "contract", "Hợp đồng"
    EXPERT = "expert", "Chuyên gia thuê"
    COLLABORATOR = "collaborator", "Cộng tác viên"


# What an audit event is called on the person's own page; others are told as "Thay đổi khác".
CHANGES = {
    "person.create": "Ghi vào sổ",
    "person.edit": "Sửa hồ sơ",
    "citizen_id.reveal": "Xem số CCCD",
    "membership.open": "Thêm vào đơn vị",
    "membership.end": "Thôi tham gia đơn vị",
    "membership.correct": "Đính chính thông tin thành viên",
    "membership.change": "Thay đổi thông tin thành viên",
    "account.create": "Tạo tài khoản",
}


def change_words(deed: str) -> str:
    """Return what an event of the audit is called on the page of the person it is about."""
    return CHANGES.get(deed, "Thay đổi khác")
