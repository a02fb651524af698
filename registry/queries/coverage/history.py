"""Coverage over time: of one unit in steps, of a unit that others stand under at month ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from registry.domain.coverage import CoverageStep, RequiredUnit, Tally
from registry.domain.permissions import Scope
from registry.queries.coverage.figures import coverage
from registry.queries.coverage.spans import steps_of
from registry.queries.units.on_a_day import life_of, unit_on

MONTH_ENDS = 6


@dataclass(frozen=True, slots=True)
class PastTally:
    """The counts of the headline units of a subtree on a day."""

    day: date
    tally: Tally


def steps_until(unit: RequiredUnit, day: date) -> list[CoverageStep]:
    """Return which standards a unit met from its first day to `day`, and when."""
    life = life_of(unit.id)
    return steps_of(unit, life.valid_from, day) if life and life.valid_from <= day else []


def tallies_at_month_ends(unit_id: int, day: date, scope: Scope, today: date) -> list[PastTally]:
    """Return the counts below a unit at the last month ends up to `day`, the newest first.

    At most `MONTH_ENDS`, none before the unit's first day. Rights are asked for `today`.
    """
    found: list[PastTally] = []
    for month_end in _month_ends(day):
        row = unit_on(unit_id, month_end)
        if row is None or len(found) == MONTH_ENDS:
            break
        found.append(PastTally(month_end, coverage(row, month_end, scope, today).headline))
    return found


def _month_ends(day: date) -> Iterator[date]:
    """Yield the last days of months from `day` backwards."""
    end = day if (day + timedelta(days=1)).day == 1 else day.replace(day=1) - timedelta(days=1)
    while True:
        yield end
        end = end.replace(day=1) - timedelta(days=1)
