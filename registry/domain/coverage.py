"""What must be covered, how it is counted, and since when it is not (Plan 4660 III.1b, IV.2)."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from datetime import date, timedelta

from registry.domain.assignments import Standing, counts
from registry.domain.labelled import Labelled
from registry.domain.periods import Period, days_later, without
from registry.domain.units.kinds import UnitKind


class Standard(Labelled):
    """The two standards, never merged: any focal point (III.1b), section or full-time (IV.2).

    Compared with `==`: templates name them by their text.
    """

    ANY = "any", "Có đầu mối (mục III.1b)"
    STRICT = "strict", "Có bộ phận hoặc cán bộ chuyên trách (mục IV.2)"


class Basis(Labelled):
    """What the figure of a required unit rests on; every unit has exactly one, so they add up.

    `UNKNOWN` is said of a day before the unit's territory was complete, whatever is recorded.
    """

    CURRENT = "current", "Theo văn bản của đơn vị hiện nay"
    CARRIED_OVER = "carried_over", "Theo phân công trước sắp xếp"
    OVERDUE = "carried_over_overdue", "Quá hạn chuyển tiếp"
    NONE = "none", "Chưa có đầu mối"
    UNKNOWN = "unknown", "Chưa có số liệu"

    @property
    def is_covered(self) -> bool:
        """Tell whether such a unit meets the standard."""
        return self in (Basis.CURRENT, Basis.CARRIED_OVER)

    @property
    def is_missing(self) -> bool:
        """Tell whether such a unit is known not to meet the standard."""
        return self in (Basis.OVERDUE, Basis.NONE)


# Of a covered unit that has no paper: it is current, and no paper is why.
BY_LAW_LABEL = "Giao theo quy định"


class Lack(Labelled):
    """What is known of why a unit has no focal point; each such unit has exactly one."""

    OVERDUE = "overdue", "Quá hạn chuyển tiếp"
    LAPSED = "lapsed", "Quyết định hết hiệu lực"
    BY_LAW = "by_law", "Giao theo quy định, chưa có văn bản"
    ENTERPRISE_STAFF = "enterprise_staff", "Đầu mối là người của doanh nghiệp"
    WAITING = "waiting", "Đã phân công, chưa có quyết định"
    ENDED = "ended", "Đầu mối đã thôi nhiệm vụ"
    REPORTED = "reported", "Đơn vị báo chưa bố trí"
    SILENT = "silent", "Chưa khai báo"


# Of several reasons the one that asks for the least, or is the most recent, is told.
_LACKS_IN_ORDER = (
    Lack.BY_LAW,
    Lack.WAITING,
    Lack.LAPSED,
    Lack.ENTERPRISE_STAFF,
    Lack.REPORTED,
    Lack.ENDED,
)


def lack_of(basis: Basis, known: Collection[Lack]) -> Lack | None:
    """Return why a unit has no focal point, of all that is `known` of it.

    None for one that has, or of which nothing is known.
    """
    if not basis.is_missing:
        return None
    if basis is Basis.OVERDUE:
        return Lack.OVERDUE
    return next((lack for lack in _LACKS_IN_ORDER if lack in known), Lack.SILENT)


@dataclass(frozen=True, slots=True)
class FocalPoints:
    """How many assignments of one unit stand to a standard, by how they stand."""

    current: int = 0
    carried_over: int = 0
    overdue: int = 0
    by_law: int = 0

    def basis(self, minimum: int) -> Basis:
        """Return what the unit's figure rests on; `minimum` is how many it must have.

        Papers go before duties given by law; carried over is a unit of which every assignment that
        counts is.
        """
        on_paper = self.current + self.carried_over
        if on_paper >= minimum:
            return Basis.CURRENT if self.current else Basis.CARRIED_OVER
        if on_paper + self.by_law >= minimum:
            return Basis.CURRENT
        return Basis.OVERDUE if on_paper + self.by_law + self.overdue >= minimum else Basis.NONE

    def is_by_law(self, minimum: int) -> bool:
        """Tell whether there are enough, but not on papers."""
        return self.current + self.carried_over < minimum <= self._counting

    @property
    def _counting(self) -> int:
        return self.current + self.carried_over + self.by_law


@dataclass(frozen=True, slots=True)
class CoveredSpan:
    """Days on which one assignment stands to its unit's figure in the same way."""

    assignment_id: int
    period: Period
    is_strict: bool
    standing: Standing = Standing.CURRENT

    def meets(self, standard: Standard) -> bool:
        """Tell whether these days stand to `standard`; whether they count, `standing` says."""
        return standard == Standard.ANY or self.is_strict


@dataclass(frozen=True, slots=True)
class Parts:
    """How many units rest on what under one standard. The five add up to the units required."""

    current: int = 0
    carried_over: int = 0
    carried_over_overdue: int = 0
    none: int = 0
    unknown: int = 0

    @classmethod
    def of(cls, bases: Iterable[Basis]) -> "Parts":
        """Count units by what each rests on."""
        found = Counter(basis.value for basis in bases)
        return cls(**found)

    def __add__(self, other: "Parts") -> "Parts":
        """Return the counts of both together."""
        return Parts(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))

    @property
    def required(self) -> int:
        """How many units."""
        return sum(astuple(self))

    @property
    def covered(self) -> int:
        """How many meet the standard."""
        return self.current + self.carried_over

    @property
    def missing(self) -> int:
        """How many are known not to."""
        return self.carried_over_overdue + self.none

    @property
    def by_basis(self) -> dict[str, int]:
        """The counts by the names of `Basis`, in its order."""
        return asdict(self)

    @property
    def before_reorganisation(self) -> int:
        """How many rest only on assignments from before a reorganisation, overdue ones included."""
        return self.carried_over + self.carried_over_overdue


@dataclass(frozen=True, slots=True)
class Tally:
    """How many units are required, by what they rest on under each standard. Counting is by unit.

    Of those covered under "Có đầu mối", `by_other_papers` are so by a paper that is no Quyết định,
    `by_law` by a duty that a rule gives to somebody, without a paper of the unit.
    Of those covered under either, the unchecked are so by what nobody compared with its paper.
    """

    any_parts: Parts = Parts()
    strict_parts: Parts = Parts()
    by_other_papers: int = 0
    by_law: int = 0
    any_unchecked: int = 0
    strict_unchecked: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Return the counts of both together."""
        return Tally(
            self.any_parts + other.any_parts,
            self.strict_parts + other.strict_parts,
            self.by_other_papers + other.by_other_papers,
            self.by_law + other.by_law,
            self.any_unchecked + other.any_unchecked,
            self.strict_unchecked + other.strict_unchecked,
        )

    @property
    def required(self) -> int:
        """How many units must be covered."""
        return self.any_parts.required

    @property
    def any_covered(self) -> int:
        """How many have a focal point."""
        return self.any_parts.covered

    @property
    def strict_covered(self) -> int:
        """How many have a section or somebody full-time."""
        return self.strict_parts.covered

    @property
    def unknown(self) -> int:
        """Of how many the registry cannot know, on that day."""
        return self.any_parts.unknown

    @property
    def any_by_paper(self) -> int:
        """How many have a focal point on a paper of today's unit: of the current, not by law."""
        return self.any_parts.current - self.by_law

    def parts(self, standard: Standard) -> Parts:
        """Return the counts under `standard`."""
        return self.any_parts if standard == Standard.ANY else self.strict_parts

    def covered(self, standard: Standard) -> int:
        """Return how many units meet `standard`."""
        return self.parts(standard).covered

    def missing(self, standard: Standard) -> int:
        """Return how many required units are known not to meet `standard`."""
        return self.parts(standard).missing

    def given_by_law(self, standard: Standard) -> int:
        """Return how many units meet `standard` by a duty that a rule gives: never the second."""
        return self.by_law if standard == Standard.ANY else 0

    def unchecked(self, standard: Standard) -> int:
        """Return how many units meet `standard` by what nobody compared with its paper."""
        return self.any_unchecked if standard == Standard.ANY else self.strict_unchecked


class _Rests:
    """What is said alike of a unit on a day and of its days: what its figures rest on."""

    __slots__ = ()
    any_basis: Basis
    strict_basis: Basis
    by_law: bool

    @property
    def any_covered(self) -> bool:
        """Whether it has a focal point."""
        return self.any_basis.is_covered

    @property
    def strict_covered(self) -> bool:
        """Whether it has a section or somebody full-time."""
        return self.strict_basis.is_covered

    @property
    def any_basis_label(self) -> str:
        """What its figure under "Có đầu mối" rests on, in words."""
        return BY_LAW_LABEL if self.by_law else self.any_basis.label


@dataclass(frozen=True, slots=True)
class RequiredUnit(_Rests):
    """A unit that must have a focal point on a day, and what it has.

    `headline` units make up N/M; the others (mass organisations, V.6a) have lines of their own.
    `lack` says what is known of why it has none, where it has none. `by_other_paper`: it has one,
    but not by a Quyết định; `by_law`: nor by any paper. Unchecked is a covered unit that has a
    paper, and none of whose focal points that count the reviewing office compared with theirs; it
    is covered all the same.
    `lapsed`: it has none, and a paper that named somebody is out of force, whatever else is known.
    `due_on` is the first day on which the unit must be covered, the days of grace past. `minimum`
    is how many focal points its kind must have.
    """

    id: int
    code: str
    name: str
    kind: UnitKind
    path: str
    parent_id: int | None
    parent_code: str
    parent_name: str
    phone: str | None
    headline: bool
    minimum: int
    due_on: date
    any_basis: Basis
    strict_basis: Basis
    lack: Lack | None = None
    lapsed: bool = False
    by_other_paper: bool = False
    by_law: bool = False
    any_unchecked: bool = False
    strict_unchecked: bool = False

    @property
    def is_unknown(self) -> bool:
        """Whether the registry cannot know, on that day."""
        return self.any_basis is Basis.UNKNOWN

    def basis(self, standard: Standard) -> Basis:
        """Return what its figure under `standard` rests on."""
        return self.any_basis if standard == Standard.ANY else self.strict_basis

    def is_covered(self, standard: Standard) -> bool:
        """Tell whether the unit meets `standard`."""
        return self.basis(standard).is_covered

    def is_unchecked(self, standard: Standard) -> bool:
        """Tell whether it meets `standard` by what nobody compared with its paper."""
        return self.any_unchecked if standard == Standard.ANY else self.strict_unchecked


def tally(units: Iterable[RequiredUnit]) -> Tally:
    """Return the counts of `units`; a unit counts once, however many focal points it has."""
    counted = list(units)
    return Tally(
        Parts.of(unit.any_basis for unit in counted),
        Parts.of(unit.strict_basis for unit in counted),
        sum(unit.by_other_paper for unit in counted),
        sum(unit.by_law for unit in counted),
        sum(unit.any_unchecked for unit in counted),
        sum(unit.strict_unchecked for unit in counted),
    )


@dataclass(frozen=True, slots=True)
class CoverageStep(_Rests):
    """Days on which a unit's figures rested on the same; `last_day` is the last of them."""

    first_day: date
    last_day: date
    any_basis: Basis
    strict_basis: Basis
    by_law: bool = False

    def rests_on_the_same(self, other: "CoverageStep") -> bool:
        """Tell whether both say the same of their days."""
        return replace(self, first_day=other.first_day, last_day=other.last_day) == other

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last_day - self.first_day).days + 1


def coverage_steps(
    spans: Iterable[CoveredSpan],
    minimum: int,
    first_day: date,
    last_day: date,
    known_days: Sequence[Period],
) -> list[CoverageStep]:
    """Return the days from `first_day` to `last_day` in steps: what was met, on what, and when.

    `spans` are the days on which each assignment stood to the unit; outside `known_days` nothing is
    known. Neighbouring steps differ.
    """
    known = list(spans)
    edges = {first_day}
    for period in (*known_days, *(span.period for span in known)):
        edges |= {period.valid_from, period.valid_to or first_day}
    starts = sorted(edge for edge in edges if first_day <= edge <= last_day)
    steps: list[CoverageStep] = []
    for position, start in enumerate(starts):
        end = starts[position + 1] - timedelta(days=1) if position + 1 < len(starts) else last_day
        is_known = any(period.contains(start) for period in known_days)
        found = [focal_points(known, standard, start) for standard in Standard]
        any_basis, strict_basis = (
            points.basis(minimum) if is_known else Basis.UNKNOWN for points in found
        )
        by_law = is_known and found[0].is_by_law(minimum)
        step = CoverageStep(start, end, any_basis, strict_basis, by_law)
        if steps and steps[-1].rests_on_the_same(step):
            step = replace(step, first_day=steps.pop().first_day)
        steps.append(step)
    return steps


def focal_points(spans: Iterable[CoveredSpan], standard: Standard, day: date) -> FocalPoints:
    """Return how many assignments stand to `standard` on `day`; each counts once."""
    found = {
        span.assignment_id: span.standing
        for span in spans
        if span.meets(standard) and span.period.contains(day)
    }
    by_standing = Counter(found.values())
    return FocalPoints(*(by_standing[standing] for standing in Standing))


def due_on(began: date, grace_days: int) -> date:
    """Return the first day on which a unit that began on `began` is required to be covered."""
    return days_later(began, grace_days)


def vacant_since(
    unit: RequiredUnit,
    spans: Iterable[CoveredSpan],
    standard: Standard,
    day: date,
    first_record: date | None,
) -> date | None:
    """Return the first day of the vacancy that stands on `day`.

    `spans` are the days on which each of the unit's assignments counted, up to `day`. A unit never
    covered is vacant since the day it had to be, but not since before `first_record`, the first
    day on which anything of it is recorded: None without one, for its silence has no age.
    """
    counting = [span for span in spans if span.meets(standard) and counts(span.standing)]
    ends = {end for span in counting if (end := span.period.valid_to) is not None and end <= day}
    for end in sorted(ends, reverse=True):
        eve = end - timedelta(days=1)
        holders = {span.assignment_id for span in counting if span.period.contains(eve)}
        if len(holders) >= unit.minimum:
            return max(end, unit.due_on)
    return None if first_record is None else max(first_record, unit.due_on)


def first_day_lost(
    before: Iterable[Period], after: Iterable[Period], since: date | None = None
) -> date | None:
    """Return the first day, from `since` on, covered before a change and not after it.

    None when no day is lost.
    """
    for lost in without(before, after):
        if since is None:
            return lost.valid_from
        if lost.valid_to is None or lost.valid_to > since:
            return max(lost.valid_from, since)
    return None
