"""What must be covered, how it is counted, and since when it is not (Plan 4660 III.1b, IV.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from registry.domain.labelled import Labelled
from registry.domain.periods import Period, without
from registry.domain.units.kinds import UnitKind


class Standard(Labelled):
    """The two standards, never merged: any focal point (III.1b), section or full-time (IV.2).

    Compared with `==`: templates name them by their text.
    """

    ANY = "any", "Có đầu mối (mục III.1b)"
    STRICT = "strict", "Có bộ phận hoặc cán bộ chuyên trách (mục IV.2)"


@dataclass(frozen=True, slots=True)
class CoveredSpan:
    """The days on which one assignment counts for its unit, and whether by the strict standard."""

    assignment_id: int
    period: Period
    is_strict: bool

    def meets(self, standard: Standard) -> bool:
        """Tell whether these days count under `standard`."""
        return standard == Standard.ANY or self.is_strict


@dataclass(frozen=True, slots=True)
class Tally:
    """How many units are required, and how many of them meet each standard. Counting is by unit."""

    required: int = 0
    any_covered: int = 0
    strict_covered: int = 0

    def covered(self, standard: Standard) -> int:
        """Return how many units meet `standard`."""
        return self.any_covered if standard == Standard.ANY else self.strict_covered

    def missing(self, standard: Standard) -> int:
        """Return how many required units do not meet `standard`."""
        return self.required - self.covered(standard)


@dataclass(frozen=True, slots=True)
class RequiredUnit:
    """A unit that must have a focal point on a day, and what it has.

    `headline` units make up N/M; the others (mass organisations, V.6a) have lines of their own.
    `waiting`: a focal point is recorded but rests on no decision of that day or before.
    `due_on` is the first day on which the unit must be covered, the days of grace past.
    `minimum` is how many focal points its kind must have.
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
    any_covered: bool
    strict_covered: bool
    waiting: bool

    def is_covered(self, standard: Standard) -> bool:
        """Tell whether the unit meets `standard`."""
        return self.any_covered if standard == Standard.ANY else self.strict_covered


def tally(units: Iterable[RequiredUnit]) -> Tally:
    """Return the counts of `units`; a unit counts once, however many focal points it has."""
    counted = list(units)
    return Tally(
        len(counted),
        sum(unit.any_covered for unit in counted),
        sum(unit.strict_covered for unit in counted),
    )


@dataclass(frozen=True, slots=True)
class CoverageStep:
    """Days on which a unit met the same standards; `last_day` is the last of them."""

    first_day: date
    last_day: date
    any_covered: bool
    strict_covered: bool

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last_day - self.first_day).days + 1


def coverage_steps(
    spans: Iterable[CoveredSpan], minimum: int, first_day: date, last_day: date
) -> list[CoverageStep]:
    """Return the days from `first_day` to `last_day` in steps: which standards were met, and when.

    `spans` are the days on which each assignment counted. Neighbouring steps differ.
    """
    known = list(spans)
    edges = {first_day}
    for span in known:
        edges |= {span.period.valid_from, span.period.valid_to or first_day}
    starts = sorted(edge for edge in edges if first_day <= edge <= last_day)
    steps: list[CoverageStep] = []
    for position, start in enumerate(starts):
        end = starts[position + 1] - timedelta(days=1) if position + 1 < len(starts) else last_day
        met = [_meets(known, standard, minimum, start) for standard in Standard]
        if steps and [steps[-1].any_covered, steps[-1].strict_covered] == met:
            start = steps.pop().first_day  # noqa: PLW2901 - the step goes on
        steps.append(CoverageStep(start, end, *met))
    return steps


def _meets(spans: Iterable[CoveredSpan], standard: Standard, minimum: int, day: date) -> bool:
    holders = {
        span.assignment_id for span in spans if span.meets(standard) and span.period.contains(day)
    }
    return len(holders) >= minimum


def due_on(began: date, grace_days: int) -> date:
    """Return the first day on which a unit that began on `began` is required to be covered."""
    return began + timedelta(days=grace_days)


def vacant_since(
    unit: RequiredUnit, spans: Iterable[CoveredSpan], standard: Standard, day: date
) -> date:
    """Return the first day of the vacancy that stands on `day`.

    `spans` are the days on which each of the unit's assignments counted, up to `day`. A unit never
    covered is vacant since the day it had to be.
    """
    counting = [span for span in spans if span.meets(standard)]
    ends = {end for span in counting if (end := span.period.valid_to) is not None and end <= day}
    for end in sorted(ends, reverse=True):
        eve = end - timedelta(days=1)
        holders = {span.assignment_id for span in counting if span.period.contains(eve)}
        if len(holders) >= unit.minimum:
            return max(end, unit.due_on)
    return unit.due_on


def first_day_lost(
    before: Iterable[Period], after: Iterable[Period], since: date | None = None
) -> date | None:
    """Return the first day, from `since` on, covered before a change and not after it.

    None when no day is lost.
    """
    for lost in without(before, after):
        if since is None or lost.valid_from >= since:
            return lost.valid_from
        if lost.contains(since):
            return since
    return None
