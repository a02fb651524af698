"""Roles and duties of an assignment, and when it counts for coverage.

The rules are those of Plan 4660 III.1b, IV.2 and V.1b (docs/adr/0007).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from registry.domain.decisions import PaperForce
from registry.domain.labelled import Labelled
from registry.domain.periods import Period
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.names import search_key
from registry.domain.vietnamese.writing import format_day


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


class AbsenceKind(Labelled):
    """Why somebody is away who stays a member and keeps the assignment."""

    MATERNITY = "maternity", "Nghỉ thai sản"
    STUDY = "study", "Đi học"
    SUSPENSION = "suspension", "Tạm đình chỉ"
    OTHER = "other", "Khác"


class CountingSetting(Labelled):
    """The settings of `CountingRules`, each by its name there."""

    CONTRACT_WORKERS = "contract_workers_count", "Người hợp đồng được tính là cán bộ chuyên trách"
    GRACE_DAYS = "grace_days", "Thời hạn chuyển tiếp sau sắp xếp (số ngày)"
    OTHER_PAPERS = "other_papers_count", "Văn bản khác của thủ trưởng đơn vị được tính"


@dataclass(frozen=True, slots=True)
class CountingRules:
    """The settings by which assignments count on a day (docs/adr/0007, docs/adr/0019).

    `contract_workers_count`: a contract worker may count as chuyên trách. `grace_days`: how many
    days an assignment carried over from a merged unit counts without a paper of the unit itself.
    `other_papers_count`: a Thông báo, Công văn or Văn bản cử of the unit's own head names a focal
    point as a Quyết định does (III.1b only).
    """

    contract_workers_count: bool = False
    grace_days: int = 180
    other_papers_count: bool = True

    def having(self, setting: CountingSetting, value: int) -> "CountingRules":
        """Return the rules with another value of one setting; yes and no are 1 and 0."""
        if setting is CountingSetting.GRACE_DAYS:
            return replace(self, grace_days=value)
        if setting is CountingSetting.CONTRACT_WORKERS:
            return replace(self, contract_workers_count=bool(value))
        return replace(self, other_papers_count=bool(value))

    def overdue_from(self, carried_on: date) -> date:
        """Return the day on which the grace of a reorganisation of `carried_on` is past."""
        return carried_on + timedelta(days=self.grace_days)

    def latest_past_grace(self, day: date) -> date:
        """Return the last day of a reorganisation whose grace is past on `day`."""
        return day - timedelta(days=self.grace_days)


@dataclass(frozen=True, slots=True)
class Holding:
    """What must be known of one assignment to say whether it counts on a day.

    `paper` is what the paper it rests on can do, None without one; `paper_in_force` the days on
    which that is in force, None while its day is not known. `paper_of_the_unit`: the unit's own
    head issued it. `holder_days`, in order: those on which the person is a member of the unit
    served or of one below or above it, since the line of the assignment began; of a section, those
    on which it stands below the unit served. `carried_on`: the day of the reorganisation that
    brought it here from a unit that ended, while it still rests on a paper from before that day.
    `confirmed_on`: the days on which somebody confirmed that it goes on after a break. `absences`:
    the days on which the holder is away and stays what he is.
    """

    role: AssignmentRole
    duty: Duty
    held_by_section: bool
    valid_from: date
    valid_to: date | None
    paper: PaperForce | None
    paper_in_force: Period | None
    paper_of_the_unit: bool
    unit_takes_part: bool
    holder_days: tuple[Period, ...]
    holder_is_contract_worker: bool
    carried_on: date | None = None
    confirmed_on: tuple[date, ...] = ()
    absences: tuple[Period, ...] = ()


class Hindrance(Labelled):
    """What keeps an assignment, on a day of its own, from counting."""

    LEFT = "left", "Không còn là thành viên của đơn vị"
    NO_MEMBER_YET = "no_member_yet", "Chưa là thành viên của đơn vị"
    SECTION_ELSEWHERE = "section_elsewhere", "Bộ phận không trực thuộc đơn vị"
    ABSENT = "absent", "Tạm vắng"
    WAITING = "waiting", "Chờ quyết định"
    LAPSED = "lapsed", "Quyết định hết hiệu lực"
    NAMES_NOBODY = "names_nobody", "Văn bản không đủ căn cứ để giao đầu mối CĐS"
    INTERRUPTED = "interrupted", "Chưa xác nhận tiếp tục, sau khi thôi là thành viên"
    OVERDUE = "overdue", "Quá hạn chuyển tiếp"


@dataclass(frozen=True, slots=True)
class NotCounting:
    """Why an assignment does not count on a day, and since when, where that is one day.

    `until`: the first day on which this is over by itself, where it is known.
    """

    why: Hindrance
    since: date | None = None
    until: date | None = None

    @property
    def sentence(self) -> str:
        """What lists say of it."""
        since = f" từ ngày {format_day(self.since)}" if self.since else ""
        until = f" đến trước ngày {format_day(self.until)}" if self.until else ""
        return f"{self.why.label}{since}{until}"


def why_not_counting(holding: Holding, day: date, rules: CountingRules) -> NotCounting | None:
    """Return what keeps an assignment in force on `day` from counting, whatever its role.

    None when nothing does. First what is true of the holder, who then is no contact any more; then
    the paper; then whether one who came back was confirmed; last the days of grace of one carried
    over, which begin on the day the new unit starts to operate. Whether the unit takes part is no
    matter of the assignment (docs/adr/0019, docs/adr/0020).
    """
    return (
        _of_the_holder(holding, day)
        or _of_the_absence(holding, day)
        or _of_the_paper(holding, day, rules)
        or _of_the_break(holding, day)
        or _of_the_days_of_grace(holding, day, rules)
    )


def _of_the_holder(holding: Holding, day: date) -> NotCounting | None:
    if any(days.contains(day) for days in holding.holder_days):
        return None
    left_on = _left_before(holding, day)
    if holding.held_by_section:
        return NotCounting(Hindrance.SECTION_ELSEWHERE, left_on)
    return NotCounting(Hindrance.LEFT if left_on else Hindrance.NO_MEMBER_YET, left_on)


def _of_the_absence(holding: Holding, day: date) -> NotCounting | None:
    away = next((days for days in holding.absences if days.contains(day)), None)
    return NotCounting(Hindrance.ABSENT, away.valid_from, away.valid_to) if away else None


def _left_before(holding: Holding, day: date) -> date | None:
    """Return the last day, up to `day`, on which the holder's belonging ended."""
    ends = (days.valid_to for days in holding.holder_days)
    return max((end for end in ends if end is not None and end <= day), default=None)


def _of_the_break(holding: Holding, day: date) -> NotCounting | None:
    """Say that a person who left and came back holds again only what was confirmed since."""
    left_on = None if holding.held_by_section else _left_before(holding, day)
    if left_on is None:
        return None
    back_on = next(days.valid_from for days in holding.holder_days if days.contains(day))
    if any(back_on <= confirmed <= day for confirmed in holding.confirmed_on):
        return None
    return NotCounting(Hindrance.INTERRUPTED, left_on)


def _of_the_paper(holding: Holding, day: date, rules: CountingRules) -> NotCounting | None:
    days = holding.paper_in_force
    if holding.paper is None or days is None or day < days.valid_from:
        return NotCounting(Hindrance.WAITING)
    if not days.contains(day):
        return NotCounting(Hindrance.LAPSED, days.valid_to)
    if holding.role is AssignmentRole.FOCAL_POINT and not _names_a_focal_point(holding, rules):
        return NotCounting(Hindrance.NAMES_NOBODY)
    return None


def _of_the_days_of_grace(holding: Holding, day: date, rules: CountingRules) -> NotCounting | None:
    if holding.carried_on is None or holding.carried_on > rules.latest_past_grace(day):
        return None
    return NotCounting(Hindrance.OVERDUE, rules.overdue_from(holding.carried_on))


class Standing(Labelled):
    """How an assignment as focal point stands to its unit's figure on a day."""

    CURRENT = "current", "Theo văn bản của đơn vị hiện nay"
    CARRIED_OVER = "carried_over", "Theo phân công trước sắp xếp"
    OVERDUE = "carried_over_overdue", "Quá hạn chuyển tiếp"


def standing_of(holding: Holding, day: date, rules: CountingRules) -> Standing | None:
    """Return how the assignment stands to "Có đầu mối" (Plan 4660 III.1b); None: not at all.

    One carried over from a merged unit counts while its days of grace run; afterwards it is overdue
    and counts no more.
    """
    if not (
        holding.role is AssignmentRole.FOCAL_POINT
        and Period(holding.valid_from, holding.valid_to).contains(day)
        and holding.unit_takes_part
    ):
        return None
    hindered = why_not_counting(holding, day, rules)
    if hindered is not None:
        return Standing.OVERDUE if hindered.why is Hindrance.OVERDUE else None
    return Standing.CURRENT if holding.carried_on is None else Standing.CARRIED_OVER


def standings_through_time(
    holding: Holding, rules: Iterable[tuple[Period, CountingRules]]
) -> Iterator[tuple[Period, Standing, bool]]:
    """Yield the days on which an assignment stands in one way, how, and whether strictly.

    All but the days of the holder and of the paper is the same on all the days of `holding`;
    `rules` are those of all time.
    """
    own = Period(holding.valid_from, holding.valid_to)
    for period, of_then in rules:
        days = own.intersection(period)
        for part in _cut(days, _turns(holding, of_then)) if days else ():
            standing = standing_of(holding, part.valid_from, of_then)
            if standing is not None:
                yield part, standing, is_dedicated(holding, of_then)


def _turns(holding: Holding, rules: CountingRules) -> Iterator[date | None]:
    """Yield the days on which it may begin to stand otherwise."""
    yield from holding.confirmed_on
    for days in (*holding.holder_days, *holding.absences):
        yield from (days.valid_from, days.valid_to)
    if holding.carried_on is not None:
        yield rules.overdue_from(holding.carried_on)


def _cut(days: Period, turns: Iterable[date | None]) -> list[Period]:
    inside = {turn for turn in turns if turn is not None and days.contains(turn)}
    starts = sorted({days.valid_from, *inside})
    return [
        Period(start, end) for start, end in zip(starts, [*starts[1:], days.valid_to], strict=True)
    ]


def is_dedicated(holding: Holding, rules: CountingRules) -> bool:
    """Tell whether what stands to the first standard stands to the second too.

    "Có bộ phận hoặc cán bộ chuyên trách" (Plan 4660 IV.2, V.1b): on a Quyết định only.
    """
    if holding.paper is not PaperForce.ASSIGNS:
        return False
    if holding.held_by_section:
        return True
    if holding.holder_is_contract_worker and not rules.contract_workers_count:
        return False
    return holding.duty is Duty.DEDICATED


def _names_a_focal_point(holding: Holding, rules: CountingRules) -> bool:
    if holding.paper is PaperForce.NAMES:
        return rules.other_papers_count and holding.paper_of_the_unit
    return holding.paper is PaperForce.ASSIGNS


def counts(standing: Standing | None) -> bool:
    """Tell whether an assignment that stands so covers its unit."""
    return standing in (Standing.CURRENT, Standing.CARRIED_OVER)
