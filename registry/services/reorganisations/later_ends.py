"""Units put under one whose end is known already: on that day they go where all below it goes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table

from registry.domain.units.kinds import UnitKind
from registry.models.base import continued_values
from registry.models.units import UnitPeriod
from registry.queries.units.on_a_day import follow, unit_on
from registry.queries.units.periods import ends_of, parents_from, periods_from
from registry.services.reorganisations.journal import Journal, RowUpdate

_PERIODS: Table = UnitPeriod.__table__  # type: ignore[assignment] # a mapped class's table


def follow_above(
    journal: Journal, founded: Collection[int], moved: Iterable[int], day: date
) -> None:
    """Let units that a batch of `day` founded or moved follow what stands above them.

    Where that ends later, each goes on under its heir from then on, under its province where a
    district ends without one; so on, as long as the next one ends too. Where nobody took its whole
    place a unit just founded ends with it; one that was moved stays as it is, for whoever moves it
    to be told. A unit's own planned end stays.
    """
    placed = {*founded, *moved}
    # Of a whole province nothing is read where nothing ends, which is nearly always.
    waiting = periods_from(placed, day) if ends_of(parents_from(placed, day)) else []
    while waiting:
        ends = ends_of({row["parent_id"] for row in waiting if row["parent_id"] is not None})
        reaching = [
            (row, ends[row["parent_id"]])
            for row in waiting
            if row["parent_id"] in ends and _reaches(row, ends[row["parent_id"]])
        ]
        waiting = []
        for row, end in reaching:
            place = _place_after(row["parent_id"], end)
            if place is not None or row["unit_id"] in founded:
                _cut(journal, row, end)
            if place is not None:
                waiting.append(_go_on(journal, row, end, place))


def _reaches(row: dict[str, Any], ends: date) -> bool:
    """Tell whether a period lies on both sides of the day on which what is above it ends."""
    return row["valid_from"] < ends and (row["valid_to"] is None or row["valid_to"] > ends)


def _cut(journal: Journal, row: Mapping[str, Any], ends: date) -> None:
    before = {"valid_to": row["valid_to"]}
    journal.update(_PERIODS, [RowUpdate(row["id"], before, {"valid_to": ends})])


def _go_on(journal: Journal, row: Mapping[str, Any], since: date, place: int) -> dict[str, Any]:
    """Write the period that follows another under another unit; return it."""
    following = {
        **{column.name: None for column in _PERIODS.c if not column.primary_key},
        **continued_values(
            _PERIODS, row, parent_id=place, valid_from=since, valid_to=row["valid_to"]
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
