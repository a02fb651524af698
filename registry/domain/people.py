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
    """How the person is employed (R47)."""

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
