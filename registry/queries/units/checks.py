"""All facts about units at once, for the checks that look at them together."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select, true

from registry.domain.periods import Period
from registry.domain.units.facts import UnitFact
from registry.domain.units.paths import PathPeriod
from registry.domain.units.placements import Placement
from registry.models.base import db
from registry.models.units import KindPlacement, Unit, UnitPath, UnitPeriod
from registry.queries.units.on_a_day import in_force


def unit_facts(unit_ids: Collection[int] | None = None) -> list[UnitFact]:
    """Return every period of every unit, or of a few, labelled with its code and name."""
    wanted = true() if unit_ids is None else UnitPeriod.unit_id.in_(sorted(unit_ids))
    rows = db.session.execute(
        select(
            UnitPeriod.unit_id,
            UnitPeriod.official_code,
            Unit.registry_code,
            UnitPeriod.name,
            UnitPeriod.kind,
            UnitPeriod.parent_id,
            UnitPeriod.valid_from,
            UnitPeriod.valid_to,
            UnitPeriod.designation,
        )
        .join(Unit, Unit.id == UnitPeriod.unit_id)
        .where(wanted)
        .order_by(UnitPeriod.unit_id, UnitPeriod.valid_from)
    )
    return [
        UnitFact(
            row.unit_id,
            f"{row.official_code or row.registry_code or row.unit_id} {row.name}",
            row.kind,
            row.parent_id,
            Period(row.valid_from, row.valid_to),
            row.designation,
        )
        for row in rows
    ]


def all_placements() -> list[Placement]:
    """Return which kind may stand under which, and when."""
    rows = db.session.scalars(select(KindPlacement).order_by(KindPlacement.id))
    return [
        Placement(row.kind, row.parent_kind, Period(row.valid_from, row.valid_to)) for row in rows
    ]


def first_placed_day() -> date | None:
    """Return the first day of which it is said what may stand where; None while nothing is."""
    return db.session.scalar(select(func.min(KindPlacement.valid_from)))


def stored_paths() -> list[PathPeriod]:
    """Return what the cache of paths holds, by unit and day."""
    rows = db.session.scalars(select(UnitPath).order_by(UnitPath.unit_id, UnitPath.valid_from))
    return [PathPeriod(row.unit_id, row.path, Period(row.valid_from, row.valid_to)) for row in rows]


def unit_ids_by_code(day: date) -> dict[str, int]:
    """Return the units of `day` by code: the official one, or the registry's own without one."""
    rows = db.session.execute(
        select(UnitPeriod.official_code, Unit.registry_code, Unit.id)
        .join(Unit, Unit.id == UnitPeriod.unit_id)
        .where(in_force(UnitPeriod, day))
    )
    found = ((official or own, unit_id) for official, own, unit_id in rows)
    return {code: unit_id for code, unit_id in found if code is not None}
