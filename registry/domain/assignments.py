"""Roles and duties of an assignment, and when it counts for coverage.

The rules are those of Plan 4660 III.1b, IV.2 and V.1b (docs/adr/0007).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from typing import Any

from registry.domain.decisions import PaperForce
from registry.domain.labelled import Labelled
from registry.domain.periods import Period, days_later
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_day


class AssignmentRole(Labelled):
    """What a person or a section is assigned to do for the unit served.

    `TECHNICAL_SUPPORT` is what staff of an enterprise do for another unit, and nothing else.
    """

    FOCAL_POINT = "focal_point", "Đầu mối CĐS"
    SUPPORTING = "supporting", "Phối hợp"
    LEADER = "leader", "Lãnh đạo phụ trách"
    IT_OFFICER = "it_officer", "Cán bộ CNTT"
    SECURITY_OFFICER = "security_officer", "Cán bộ an toàn thông tin"
    TECHNICAL_SUPPORT = "technical_support", "Hỗ trợ kỹ thuật"


class Duty(Labelled):
    """How the work is carried: kept as it was declared; `in_charge` counts as concurrent."""

    DEDICATED = "dedicated", "Chuyên trách"
    CONCURRENT = "concurrent", "Kiêm nhiệm"
    IN_CHARGE = "in_charge", "Phụ trách"


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
    DUTIES_BY_LAW = "duties_by_law_count", "Người được giao theo quy định được tính"


@dataclass(frozen=True, slots=True)
class CountingRules:
    """The settings by which assignments count on a day (docs/adr/0007, docs/adr/0019).

    `contract_workers_count`: a contract worker may count as chuyên trách. `grace_days`: how many
    days an assignment carried over from a merged unit counts without a paper of the unit itself.
    `other_papers_count`: a Thông báo, Công văn or Văn bản cử of the unit's own head names a focal
    point as a Quyết định does (III.1b only). `duties_by_law_count`: somebody who has the duty by
    title or office is a focal point without a paper (III.1b only).
    """

    contract_workers_count: bool = False
    grace_days: int = 180
    other_papers_count: bool = True
    duties_by_law_count: bool = False

    def having(self, setting: CountingSetting, value: int) -> "CountingRules":
        """Return the rules with another value of one setting; yes and no are 1 and 0."""
        if setting is CountingSetting.GRACE_DAYS:
            return replace(self, grace_days=value)
        yes: dict[str, Any] = {setting.value: bool(value)}
        return replace(self, **yes)

    def overdue_from(self, carried_on: date) -> date:
        """Return the day on which the grace of a reorganisation of `carried_on` is past."""
        return days_later(carried_on, self.grace_days)

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
    the days on which the holder is away and stays what he is. `days_by_law`, of one without a
    paper: those on which the holder has the duty by title or office. `enterprise_days`: those on
    which the holder's main unit is an enterprise.
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
    unit_kind: UnitKind | None
    holder_days: tuple[Period, ...]
    holder_is_contract_worker: bool
    carried_on: date | None = None
    confirmed_on: tuple[date, ...] = ()
    absences: tuple[Period, ...] = ()
    days_by_law: tuple[Period, ...] = ()
    enterprise_days: tuple[Period, ...] = ()


class Hindrance(Labelled):
    """What keeps an assignment, on a day of its own, from counting."""

    LEFT = "left", "Không còn là thành viên của đơn vị"
    NO_MEMBER_YET = "no_member_yet", "Chưa là thành viên của đơn vị"
    SECTION_ELSEWHERE = "section_elsewhere", "Bộ phận không trực thuộc đơn vị"
    ENTERPRISE_STAFF = "enterprise_staff", "Người của doanh nghiệp, chỉ hỗ trợ kỹ thuật"
    ABSENT = "absent", "Tạm vắng"
    BY_LAW = "by_law", "Giao theo quy định, không tính khi chưa có văn bản"
    UNNAMED = "unnamed", "Giao theo quy định, chưa nêu người phụ trách"
    WAITING = "waiting", "Chờ quyết định"
    NOT_YET = "not_yet", "Văn bản chưa có hiệu lực"
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
        or _of_the_enterprise(holding, day)
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


def _of_the_enterprise(holding: Holding, day: date) -> NotCounting | None:
    """Say that staff of an enterprise only support another unit, be they members there or not."""
    there = _days_around(day, holding.enterprise_days)
    if (
        there is None
        or holding.role is AssignmentRole.TECHNICAL_SUPPORT
        or holding.unit_kind is UnitKind.ENTERPRISE
    ):
        return None
    return NotCounting(Hindrance.ENTERPRISE_STAFF, there.valid_from, there.valid_to)


def _of_the_absence(holding: Holding, day: date) -> NotCounting | None:
    away = _days_around(day, holding.absences)
    return NotCounting(Hindrance.ABSENT, away.valid_from, away.valid_to) if away else None


def _days_around(day: date, periods: Iterable[Period]) -> Period | None:
    return next((days for days in periods if days.contains(day)), None)


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
    if holding.paper is None:
        return _without_a_paper(holding, day, rules)
    days = holding.paper_in_force
    if days is None:
        return NotCounting(Hindrance.WAITING)
    if day < days.valid_from:
        return NotCounting(Hindrance.NOT_YET, until=days.valid_from)
    if not days.contains(day):
        return NotCounting(Hindrance.LAPSED, days.valid_to)
    is_focal_point = holding.role is AssignmentRole.FOCAL_POINT
    names_nobody = is_focal_point and not _names_a_focal_point(holding, rules)
    return NotCounting(Hindrance.NAMES_NOBODY) if names_nobody else None


def is_by_law(holding: Holding, day: date) -> bool:
    """Tell whether the holder has the duty on `day` by title or office, without a paper."""
    return any(days.contains(day) for days in holding.days_by_law)


def _without_a_paper(holding: Holding, day: date, rules: CountingRules) -> NotCounting | None:
    """Say that a duty given by law counts where the setting says so and a named person has it.

    Technical support needs no paper.
    """
    if holding.role is AssignmentRole.TECHNICAL_SUPPORT:
        return None
    if not is_by_law(holding, day):
        return NotCounting(Hindrance.WAITING)
    if holding.held_by_section:
        return NotCounting(Hindrance.UNNAMED)
    return None if rules.duties_by_law_count else NotCounting(Hindrance.BY_LAW)


def _of_the_days_of_grace(holding: Holding, day: date, rules: CountingRules) -> NotCounting | None:
    if holding.carried_on is None or holding.carried_on > rules.latest_past_grace(day):
        return None
    return NotCounting(Hindrance.OVERDUE, rules.overdue_from(holding.carried_on))


class Standing(Labelled):
    """How an assignment as focal point stands to its unit's figure on a day."""

    CURRENT = "current", "Theo văn bản của đơn vị hiện nay"
    CARRIED_OVER = "carried_over", "Theo phân công trước sắp xếp"
    OVERDUE = "carried_over_overdue", "Quá hạn chuyển tiếp"
    BY_LAW = "by_law", "Giao theo quy định"


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
    if is_by_law(holding, day):
        return Standing.BY_LAW
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
    periods = (holding.holder_days, holding.absences, holding.enterprise_days, holding.days_by_law)
    for days in chain(*periods):
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

    "Có bộ phận hoặc cán bộ chuyên trách" (Plan 4660 IV.2, V.1b): on a Quyết định only; of a phòng
    of a commune, on the commune's own.
    """
    if holding.paper is not PaperForce.ASSIGNS:
        return False
    if holding.held_by_section:
        return holding.paper_of_the_unit or holding.unit_kind is not UnitKind.COMMUNE
    if holding.holder_is_contract_worker and not rules.contract_workers_count:
        return False
    return holding.duty is Duty.DEDICATED


def _names_a_focal_point(holding: Holding, rules: CountingRules) -> bool:
    if holding.paper is PaperForce.NAMES:
        return rules.other_papers_count and holding.paper_of_the_unit
    return holding.paper is PaperForce.ASSIGNS


def counts(standing: Standing | None) -> bool:
    """Tell whether an assignment that stands so covers its unit."""
    return standing in (Standing.CURRENT, Standing.CARRIED_OVER, Standing.BY_LAW)
