"""Duties that officers of communes have by their title or office, no paper naming them.

"Giao theo quy định": shown as such; whether it counts is a setting (docs/adr/0023).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from registry.domain.assignments import AssignmentRole
from registry.domain.labelled import Labelled
from registry.domain.periods import Period
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.names import search_key


class Given(Labelled):
    """To whom a duty is given."""

    TO_A_TITLE = "title", "Chức danh"
    TO_AN_OFFICE = "office", "Phòng"


@dataclass(frozen=True, slots=True)
class DutyByLaw:
    """What the officers of a commune with a title, or of an office of it, do by a rule.

    `forms` are the ways in which the title or the name of the office is written, as search keys.
    `said`: who it is and what he does, within a sentence.
    """

    role: AssignmentRole
    given: Given
    forms: tuple[str, ...]
    said: str
    source: str
    days: Period

    def fits(self, name: str | None) -> bool:
        """Tell whether a title, or the name of an office, is the one meant.

        Before it stand only words of rank: "Nguyên công chức …", "Phó Trưởng Ban … HĐND" and "Phó
        Chủ tịch UBND phụ trách …" are something else.
        """
        words = [word for word in search_key(name or "").split() if word != "va"]
        return any(self._stands_in(words, form.split()) for form in self.forms)

    def _stands_in(self, words: list[str], form: list[str]) -> bool:
        before = _BEFORE_AN_OFFICE if self.given is Given.TO_AN_OFFICE else _BEFORE_A_TITLE
        begins = (at for at in range(len(words)) if words[at : at + len(form)] == form)
        place = next(begins, None)
        return place is not None and before.issuperset(words[:place])


_BEFORE_AN_OFFICE: frozenset[str] = frozenset()
# "Công chức", "Cán bộ", "Chuyên viên", "Nhân viên", "Phó Trưởng phòng", "phụ trách".
_BEFORE_A_TITLE = frozenset(
    {
        *("cong", "chuc", "can", "bo", "cc", "cb", "chuyen", "vien", "nhan"),
        *("truong", "pho", "phong", "phu", "trach"),
    }
)


# The plan is of 24 June 2024; both titles went with the districts.
LAST_DAY_OF_COMMUNE_TITLES = date(2025, 6, 30)
_PLAN = "Kế hoạch 4660/KH-UBND, mục IV.1"
_OF_THE_PLAN = Period(date(2024, 6, 24), LAST_DAY_OF_COMMUNE_TITLES + timedelta(days=1))
_SINCE_THE_MERGERS = "Nghị định 150/2025/NĐ-CP và Thông tư 10/2025/TT-BKHCN"
_SINCE_JULY_2025 = Period(date(2025, 7, 1))

_OFFICE = ("phong van hoa xa hoi", "phong vhxh", "phong vh xh")

DUTIES_OF_COMMUNES = (
    DutyByLaw(
        role=AssignmentRole.FOCAL_POINT,
        given=Given.TO_A_TITLE,
        forms=("van phong thong ke", "vptk", "vp tk"),
        said="công chức Văn phòng – thống kê làm đầu mối",
        source=_PLAN,
        days=_OF_THE_PLAN,
    ),
    DutyByLaw(
        role=AssignmentRole.SUPPORTING,
        given=Given.TO_A_TITLE,
        forms=("van hoa xa hoi", "vhxh", "vh xh"),
        said="công chức Văn hóa – xã hội phối hợp",
        source=_PLAN,
        days=_OF_THE_PLAN,
    ),
    DutyByLaw(
        role=AssignmentRole.FOCAL_POINT,
        given=Given.TO_AN_OFFICE,
        forms=_OFFICE,
        said="Phòng Văn hóa – Xã hội tham mưu về chuyển đổi số",
        source=_SINCE_THE_MERGERS,
        days=_SINCE_JULY_2025,
    ),
    DutyByLaw(
        role=AssignmentRole.FOCAL_POINT,
        given=Given.TO_A_TITLE,
        forms=_OFFICE,
        said="Phòng Văn hóa – Xã hội tham mưu về chuyển đổi số",
        source=_SINCE_THE_MERGERS,
        days=_SINCE_JULY_2025,
    ),
)


def days_by_law(
    role: AssignmentRole, given: Given, name: str | None, days: Period
) -> Iterator[Period]:
    """Yield those of the `days`, on which a title or office is so named, that give it the role."""
    for duty in DUTIES_OF_COMMUNES:
        if duty.role is role and duty.given is given and duty.fits(name):
            shared = days.intersection(duty.days)
            if shared is not None:
                yield shared


def unusual_title(
    role: AssignmentRole, kind: UnitKind, job_title: str | None, day: date
) -> str | None:
    """Return a warning when a commune's officer bears another title than the plan names, else None.

    "Công chức Văn phòng – thống kê là đầu mối, công chức Văn hóa – xã hội phối hợp" (Plan 4660
    IV.1, V.4b), for assignments that begin until 30/6/2025, those from before the plan too;
    afterwards titles are the province's.
    """
    if kind is not UnitKind.COMMUNE or day > LAST_DAY_OF_COMMUNE_TITLES:
        return None
    of_the_plan = (duty for duty in DUTIES_OF_COMMUNES if duty.source == _PLAN)
    duty = next((duty for duty in of_the_plan if duty.role is role), None)
    if duty is None:
        return None
    if duty.fits(job_title):
        return None
    bears = f"đang ghi là “{job_title}”" if job_title else "chưa ghi"
    return (
        f"Ở cấp xã, Kế hoạch 4660 (mục IV.1) giao {duty.said}; chức danh của người này {bears}. "
        "Kiểm tra lại."
    )
