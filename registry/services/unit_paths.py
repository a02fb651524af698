"""Rebuild the cache of unit paths from the facts."""

from sqlalchemy import delete, insert, select

from registry.domain.periods import Period
from registry.domain.unit_paths import ParentPeriod, PathPeriod, paths_of
from registry.models.base import db
from registry.models.units import UnitPath, UnitPeriod


def computed_paths() -> list[PathPeriod]:
    """Return what the cache must hold.

    Raises CycleFound when a unit stands below itself.
    """
    rows = db.session.execute(
        select(
            UnitPeriod.unit_id, UnitPeriod.parent_id, UnitPeriod.valid_from, UnitPeriod.valid_to
        ).order_by(UnitPeriod.unit_id, UnitPeriod.valid_from)
    )
    return paths_of(
        [
            ParentPeriod(unit_id, parent_id, Period(valid_from, valid_to))
            for unit_id, parent_id, valid_from, valid_to in rows
        ]
    )


def rebuild_paths() -> int:
    """Write the cache anew; return how many rows it holds."""
    db.session.flush()
    paths = computed_paths()
    db.session.execute(delete(UnitPath))
    if paths:
        db.session.execute(
            insert(UnitPath),
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
    return len(paths)
