"""Rebuild the cache of unit paths from the facts."""

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import Select, Table, delete, insert, select

from registry.domain.periods import Period
from registry.domain.units.paths import ParentPeriod, PathPeriod, paths_of
from registry.models.base import db
from registry.models.units import UnitPath, UnitPeriod

_PARENTS = (UnitPeriod.unit_id, UnitPeriod.parent_id, UnitPeriod.valid_from, UnitPeriod.valid_to)
_PORTION = 500
_TABLE: Table = UnitPath.__table__  # type: ignore[assignment] # a mapped class's table


def computed_paths() -> list[PathPeriod]:
    """Return what the cache must hold.

    Raises CycleFound when a unit stands below itself.
    """
    ordered = select(*_PARENTS).order_by(UnitPeriod.unit_id, UnitPeriod.valid_from)
    return paths_of(_parent_periods(ordered))


def _parent_periods(statement: Select[int, int | None, date, date | None]) -> list[ParentPeriod]:
    return [
        ParentPeriod(unit_id, parent_id, Period(valid_from, valid_to))
        for unit_id, parent_id, valid_from, valid_to in db.session.execute(statement)
    ]


def rebuild_paths_of(unit_ids: Iterable[int]) -> None:
    """Write the cache anew for some units only.

    The units above them are read as well, on every day, since their paths begin with those.
    """
    db.session.flush()
    wanted = set(unit_ids)
    paths = [path for path in paths_of(_parents_upward(wanted)) if path.unit_id in wanted]
    for ids in _portions(wanted):
        db.session.execute(delete(UnitPath).where(UnitPath.unit_id.in_(ids)))
    _insert(paths)


def _parents_upward(unit_ids: set[int]) -> list[ParentPeriod]:
    found: list[ParentPeriod] = []
    known: set[int] = set()
    waiting = set(unit_ids)
    while waiting:
        known |= waiting
        fresh: list[ParentPeriod] = []
        for ids in _portions(waiting):
            fresh += _parent_periods(select(*_PARENTS).where(UnitPeriod.unit_id.in_(ids)))
        found += fresh
        waiting = {row.parent_id for row in fresh if row.parent_id is not None} - known
    return found


def _portions(unit_ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(unit_ids)
    for start in range(0, len(ordered), _PORTION):
        yield ordered[start : start + _PORTION]


def rebuild_paths() -> int:
    """Write the cache anew; return how many rows it holds."""
    db.session.flush()
    paths = computed_paths()
    db.session.execute(delete(UnitPath))
    _insert(paths)
    return len(paths)


def _insert(paths: list[PathPeriod]) -> None:
    if paths:
        db.session.execute(
            # With RETURNING the rows go in hundreds a statement, without in one each; not through
            # the mapper, which would send rows with and without an end apart.
            insert(_TABLE).returning(_TABLE.c.id),
            [
                {
                    "unit_id": path.unit_id,
                    "path": path.path,
                    "valid_from": path.period.valid_from,
                    "valid_to": path.period.valid_to,
                }
                for path in paths
            ],
        )
