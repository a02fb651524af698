"""Words about people: education, contract, and how a person is addressed in lists."""

from enum import StrEnum


class EducationLevel(StrEnum):
    """Highest level of education."""

    SECONDARY = "secondary"
    COLLEGE = "college"
    BACHELOR = "bachelor"
    MASTER = "master"
    DOCTORATE = "doctorate"


class ContractType(StrEnum):
    """How the person is employed (Plan 4660 IV.5)."""

    PERMANENT = "permanent"
    CONTRACT = "contract"
    EXPERT = "expert"
    COLLABORATOR = "collaborator"


EDUCATION_LABELS = {
    EducationLevel.SECONDARY: "Trung cấp trở xuống",
    EducationLevel.COLLEGE: "Cao đẳng",
    EducationLevel.BACHELOR: "Đại học",
    EducationLevel.MASTER: "Thạc sĩ",
    EducationLevel.DOCTORATE: "Tiến sĩ",
}
CONTRACT_LABELS = {
    ContractType.PERMANENT: "Biên chế",
    ContractType.CONTRACT: "Hợp đồng",
    ContractType.EXPERT: "Chuyên gia thuê",
    ContractType.COLLABORATOR: "Cộng tác viên",
}

# What an audit event says on a person's page; other actions are told as "Thay đổi khác".
CHANGE_LABELS = {
    "person.create": "Ghi vào sổ",
    "person.edit": "Sửa hồ sơ",
    "citizen_id.reveal": "Xem số CCCD",
    "membership.open": "Thêm vào đơn vị",
    "membership.end": "Thôi tham gia đơn vị",
    "membership.correct": "Đính chính thông tin thành viên",
    "membership.change": "Thay đổi thông tin thành viên",
    "account.create": "Tạo tài khoản",
}
FIELD_LABELS = {
    "full_name": "họ và tên",
    "phone": "điện thoại",
    "email": "thư điện tử",
    "job_title": "chức vụ",
    "birth_year": "năm sinh",
    "birth_date": "ngày sinh",
    "education_level": "trình độ",
    "it_major": "chuyên ngành",
    "contract_type": "hình thức tuyển dụng",
    "is_manager": "lãnh đạo, quản lý",
    "citizen_id": "số CCCD",
}
