"""What stands before a reorganisation, as its planner takes it."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, case, false, not_, or_, select
from sqlalchemy.orm import aliased

from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.reorganisations.plan import PlannedUnit
from registry.models.base import db
from registry.models.units import Unit, UnitPeriod
from registry.queries.units.on_a_day import in_force, paths_on


def units_before(
    day: date,
    scope: Scope = EVERYTHING,
    today: date | None = None,
    made: Collection[int] = (),
) -> list[PlannedUnit]:
    """Return every unit as it stands when `day` begins, as the planner takes it.

    That is as on the day before, and as batches of the same day left it that were applied earlier.
    Of units outside `scope`, asked for `today`, only those above the ones inside: to who names
    another one it reads like a unit that does not exist. What a batch `made` itself is inside.
    """
    units = _standing(in_force(UnitPeriod, day))
    if scope.everything:
        return units
    by_id = {unit.id: unit for unit in units}
    paths = paths_on(by_id, today or day)
    known: set[int] = set()
    for unit in units:
        if unit.id in made or scope.covers(paths.get(unit.id), unit.id):
            above: int | None = unit.id
            while above in by_id and above not in known:
                known.add(above)
                above = by_id[above].parent_id
    return [unit for unit in units if unit.id in known]


def units_changed_on(day: date) -> list[PlannedUnit]:
    """Return the units that applied batches changed or ended on `day`, as they were before it."""
    return _standing(UnitPeriod.valid_to == day)


def ended_units(day: date) -> list[PlannedUnit]:
    """Return the units that had ended by `day`, as they were last, in the order they ended."""
    later = aliased(UnitPeriod)
    goes_on = (
        select(later.id)
        .where(later.unit_id == UnitPeriod.unit_id, later.valid_from >= UnitPeriod.valid_to)
        .exists()
    )
    return _standing(and_(UnitPeriod.valid_to <= day, ~goes_on))


def _standing(condition: ColumnElement[bool]) -> list[PlannedUnit]:
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
            # Periods never overlap: behind one without an end no other comes.
            UnitPeriod.valid_to.is_not(None),
            Unit.registry_code,
            UnitPeriod.valid_from,
            _only_goes_along(),
        )
        .join(Unit, Unit.id == UnitPeriod.unit_id)
        .where(condition)
        .order_by(UnitPeriod.valid_to, UnitPeriod.unit_id)
    )
    return [PlannedUnit(*row) for row in rows]


def _only_goes_along() -> ColumnElement[bool]:
    """Return whether a unit goes on after a period, nothing being otherwise but its place."""
    later = aliased(UnitPeriod)
    after = and_(later.unit_id == UnitPeriod.unit_id, later.valid_from >= UnitPeriod.valid_to)
    same = [
        getattr(later, name).is_not_distinct_from(getattr(UnitPeriod, name))
        for name in ("name", "short_name", "kind", "designation", "official_code")
    ]
    otherwise = select(later.id).where(after, not_(and_(*same))).exists()
    lasts = select(later.id).where(after, later.valid_to.is_(None)).exists()
    # Most units have nothing to come, and are not looked through.
    return case((UnitPeriod.valid_to.is_(None), false()), else_=and_(lasts, not_(otherwise)))


def former_units(day: date) -> list[tuple[str | None, str]]:
    """Return code and name of every unit that had ended by `day`."""
    living = aliased(UnitPeriod)
    still = (
        select(living.id)
        .where(
            living.unit_id == UnitPeriod.unit_id,
            or_(living.valid_to.is_(None), living.valid_to > day),
        )
        .exists()
    )
    rows = db.session.execute(
        select(UnitPeriod.official_code, UnitPeriod.name).where(~still).distinct()
    )
    return [(code, name) for code, name in rows]
