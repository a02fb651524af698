"""What is known of a person by occupation, and what is called how on the person's page."""

import re
from dataclasses import dataclass
from datetime import date

from registry.domain.errors import Invalid
from registry.domain.labelled import Labelled
from registry.domain.vietnamese.names import normalise_signs
from registry.domain.vietnamese.reading import parse_day

# In years. The youngest is the least age of work (Labour Code 2019, article 3).
YOUNGEST = 15
OLDEST = 100
# Lists print what is not known of a day as zeros: 00/00/1990.
_YEAR_ALONE = re.compile("(?:(?:00?[/.-])?[0-9]{1,2}[/.-])?([0-9]{4})")


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


# Who is hired beside the staff; for the second standard each is what a contract worker is.
HIRED = frozenset({ContractType.CONTRACT, ContractType.EXPERT, ContractType.COLLABORATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What a person is by occupation: facts that enter figures, and so are dated (docs/adr/0018).

    None is "not known"; a person of unknown contract counts as one who is no contract worker.
    """

    job_title: str | None = None
    education_level: EducationLevel | None = None
    it_major: bool = False
    contract_type: ContractType | None = None
    is_manager: bool = False


NOTHING_KNOWN = PersonFacts()

# What an audit event is called on the person's own page; others are told as "Thay đổi khác".
CHANGES = {
    "person.create": "Ghi vào sổ",
    "person.edit": "Sửa hồ sơ",
    "person.correct": "Đính chính thông tin công tác",
    "person.change": "Thay đổi thông tin công tác",
    "citizen_id.reveal": "Xem số CCCD",
    "membership.open": "Thêm vào đơn vị",
    "membership.end": "Thôi tham gia đơn vị",
    "membership.correct": "Đính chính thông tin thành viên",
    "membership.change": "Thay đổi thông tin thành viên",
    "membership.take_back": "Gỡ bỏ khỏi đơn vị do ghi nhầm",
    "account.create": "Tạo tài khoản",
}


def change_words(deed: str) -> str:
    """Return what an event of the audit is called on the page of the person it is about."""
    return CHANGES.get(deed, "Thay đổi khác")


def parse_birth_date(text: str, today: date) -> date:
    """Read a day of birth; a year of two digits is the latest in which one may work by `today`.

    Raises Invalid as `parse_day`, and for a year without its day with the field it belongs to.
    """
    written = normalise_signs(text)
    if found := _YEAR_ALONE.fullmatch(written):
        raise Invalid.on(
            "", f"Chỉ biết năm sinh thì để trống ô này và nhập {found[1]} vào ô “Năm sinh”."
        )
    return parse_day(written, latest_of_two_digits=today.year - YOUNGEST)
