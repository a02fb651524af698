"""What stands before a reorganisation, as its planner takes it."""

from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from registry.domain.reorganisations.plan import PlannedUnit
from registry.models.base import db
from registry.models.units import UnitPeriod
from registry.queries.units.on_a_day import in_force


def units_before(day: date) -> list[PlannedUnit]:
    """Return every unit in force on the day before `day`, as the planner takes it."""
    eve = day - timedelta(days=1)
    later = aliased(UnitPeriod)
    has_later = (
        select(later.id)
        .where(later.unit_id == UnitPeriod.unit_id, later.valid_from >= day)
        .exists()
    )
    rows = db.session.execute(
        # In the order in which PlannedUnit takes them; whole mapped rows would cost their making.
        select(
            UnitPeriod.unit_id,
            UnitPeriod.name,
            UnitPeriod.kind,
            UnitPeriod.parent_id,
            UnitPeriod.official_code,
            UnitPeriod.short_name,
            UnitPeriod.designation,
            UnitPeriod.area,
            UnitPeriod.takes_part,
            UnitPeriod.not_taking_part_reason,
            or_(UnitPeriod.valid_to.is_not(None), has_later),
        ).where(in_force(UnitPeriod, eve))
    )
    return [PlannedUnit(*row) for row in rows]


def former_units(day: date) -> list[tuple[str | None, str]]:
    """Return code and name of every unit that ended before `day`."""
    living = aliased(UnitPeriod)
    still = (
        select(living.id)
        .where(
            living.unit_id == UnitPeriod.unit_id,
            or_(living.valid_to.is_(None), living.valid_to >= day),
        )
        .exists()
    )
    rows = db.session.execute(
        select(UnitPeriod.official_code, UnitPeriod.name).where(~still).distinct()
    )
    return [(code, name) for code, name in rows]
