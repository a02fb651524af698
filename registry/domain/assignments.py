"""Roles and duties of an assignment, and when it counts for coverage.

The rules are those of Plan 4660 III.1b, IV.2 and V.1b (docs/adr/0007).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from registry.domain.labelled import Labelled
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.names import search_key


class AssignmentRole(Labelled):
    """What a person or a section is assigned to do for the unit served."""

    FOCAL_POINT = "focal_point", "Đầu mối CĐS"
    SUPPORTING = "supporting", "Phối hợp"
    LEADER = "leader", "Lãnh đạo phụ trách"
    IT_OFFICER = "it_officer", "Cán bộ CNTT"
    SECURITY_OFFICER = "security_officer", "Cán bộ an toàn thông tin"


class Duty(Labelled):
    """How the work is carried: kept as it was declared; `in_charge` counts as concurrent."""

    DEDICATED = "dedicated", "Chuyên trách"
    CONCURRENT = "concurrent", "Kiêm nhiệm"
    IN_CHARGE = "in_charge", "Phụ trách"


# Plan 4660 IV.1, V.4b names two titles of commune officers; both went with the districts.
LAST_DAY_OF_COMMUNE_TITLES = date(2025, 6, 30)
_COMMUNE_TITLES = {
    AssignmentRole.FOCAL_POINT: (
        "công chức Văn phòng – thống kê làm đầu mối",
        ("van phong thong ke", "vptk", "vp tk"),
    ),
    AssignmentRole.SUPPORTING: (
        "công chức Văn hóa – xã hội phối hợp",
        ("van hoa xa hoi", "vhxh", "vh xh"),
    ),
}


def unusual_title(
    role: AssignmentRole, kind: UnitKind, job_title: str | None, day: date
) -> str | None:
    """Return a warning when a commune's officer bears another title than the plan names, else None.

    "Công chức Văn phòng – thống kê là đầu mối, công chức Văn hóa – xã hội phối hợp" (Plan 4660
    IV.1, V.4b), for assignments that begin until 30/6/2025; afterwards titles are the province's.
    """
    if kind is not UnitKind.COMMUNE or day > LAST_DAY_OF_COMMUNE_TITLES:
        return None
    if role not in _COMMUNE_TITLES:
        return None
    assigned, forms = _COMMUNE_TITLES[role]
    words = f" {search_key(job_title or '')} "
    if any(f" {form} " in words for form in forms):
        return None
    bears = f"đang ghi là “{job_title}”" if job_title else "chưa ghi"
    return (
        f"Ở cấp xã, Kế hoạch 4660 (mục IV.1) giao {assigned}; chức danh của người này {bears}. "
        "Kiểm tra lại."
    )


@dataclass(frozen=True, slots=True)
class Holding:
    """What must be known of one assignment to say whether it counts on a day.

    `holder_belongs`: the person is on that day a member of the unit served or of one below or above
    it; for a section, that it exists on that day and stands below the unit served.
    `carried_on`: the day of the reorganisation that brought it here from a unit that ended, while
    it still rests on a decision from before that day.
    """

    role: AssignmentRole
    duty: Duty
    held_by_section: bool
    valid_from: date
    valid_to: date | None
    decided_on: date | None
    unit_takes_part: bool
    holder_belongs: bool
    holder_is_contract_worker: bool
    carried_on: date | None = None


@dataclass(frozen=True, slots=True)
class CarriedOverGrace:
    """How long an assignment carried over from a merged unit counts without a decision anew.

    `days` from the day of the reorganisation on, for figures of `since` and later: those of earlier
    days stay as they were.
    """

    days: int
    since: date

    def latest_carried_on(self, day: date) -> date | None:
        """Return the last day of a reorganisation whose grace is past on `day`; None: of none."""
        return day - timedelta(days=self.days) if day >= self.since else None

    def end_of(self, carried_on: date) -> date:
        """Return the first day on which an assignment carried over on a day no longer counts."""
        return max(self.since, carried_on + timedelta(days=self.days))


def grace_is_past(carried_on: date | None, grace: CarriedOverGrace | None, day: date) -> bool:
    """Tell whether an assignment carried over on `carried_on` has stopped counting by `day`."""
    return carried_on is not None and grace is not None and day >= grace.end_of(carried_on)


def counts_as_focal_point(
    holding: Holding, day: date, grace: CarriedOverGrace | None = None
) -> bool:
    """Tell whether the assignment covers its unit on `day` ("Có đầu mối", Plan 4660 III.1b).

    One carried over from a merged unit counts until a decision replaces it, unless days of grace
    are set and past.
    """
    return not grace_is_past(holding.carried_on, grace, day) and (
        holding.role is AssignmentRole.FOCAL_POINT
        and holding.valid_from <= day
        and (holding.valid_to is None or day < holding.valid_to)
        and holding.decided_on is not None
        and holding.decided_on <= day
        and holding.unit_takes_part
        and holding.holder_belongs
    )


def counts_as_dedicated(
    holding: Holding,
    day: date,
    *,
    contract_workers_count: bool,
    grace: CarriedOverGrace | None = None,
) -> bool:
    """Tell whether it also meets "Có bộ phận hoặc cán bộ chuyên trách" on `day`.

    Plan 4660 IV.2 and V.1b ask for it.
    """
    if not counts_as_focal_point(holding, day, grace):
        return False
    if holding.held_by_section:
        return True
    if holding.holder_is_contract_worker and not contract_workers_count:
        return False
    return holding.duty is Duty.DEDICATED
