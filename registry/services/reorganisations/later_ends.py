"""Units put under one whose end is known already: on that day they go where all below it goes."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table

from registry.domain.units.kinds import UnitKind
from registry.models.base import continued_values
from registry.models.units import UnitPeriod
from registry.queries.units.on_a_day import follow, unit_on
from registry.queries.units.periods import ends_of, periods_from
from registry.services.reorganisations.journal import Journal, RowUpdate

_PERIODS: Table = UnitPeriod.__table__  # type: ignore[assignment] # a mapped class's table


def follow_above(journal: Journal, unit_ids: Iterable[int], day: date) -> None:
    """Let units that a batch of `day` gave a place follow what stands above them.

    Where that ends later, each goes on under its heir from then on, under its province where a
    district ends without one, and ends with it where nobody took its whole place; so on, as long as
    the next one ends too. A unit's own planned end stays.
    """
    waiting = periods_from(unit_ids, day)
    while waiting:
        ends = ends_of({row["parent_id"] for row in waiting if row["parent_id"] is not None})
        cut = [
            _cut(journal, row, ends[row["parent_id"]])
            for row in waiting
            if row["parent_id"] in ends and _reaches(row, ends[row["parent_id"]])
        ]
        waiting = [row for row in cut if row is not None]


def _reaches(row: dict[str, Any], ends: date) -> bool:
    """Tell whether a period lies on both sides of the day on which what is above it ends."""
    return row["valid_from"] < ends and (row["valid_to"] is None or row["valid_to"] > ends)


def _cut(journal: Journal, row: dict[str, Any], ends: date) -> dict[str, Any] | None:
    """End a period on the day what is above it ends; return the one that follows, if one does."""
    journal.update(
        _PERIODS, [RowUpdate(row["id"], {"valid_to": row["valid_to"]}, {"valid_to": ends})]
    )
    place = _place_after(row["parent_id"], ends)
    if place is None:
        return None
    following = {
        **{column.name: None for column in _PERIODS.c if not column.primary_key},
        **continued_values(
            _PERIODS, row, parent_id=place, valid_from=ends, valid_to=row["valid_to"]
        ),
    }
    journal.insert(_PERIODS, [following])
    return following


def _place_after(parent_id: int, ends: date) -> int | None:
    """Return what stands in the place of a unit from the day it ends."""
    heir = follow(parent_id, ends)
    ended = unit_on(parent_id, ends - timedelta(days=1))
    if heir is None and ended is not None and ended.kind is UnitKind.DISTRICT and ended.parent_id:
        heir = follow(ended.parent_id, ends)
    return heir.id if heir is not None else None
