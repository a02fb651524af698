"""Which units must have a focal point on a day: their kind has a rule then, and they take part.

Bodies left over from a province that ended are in no figure until somebody says what they became.
"""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, select

from registry.domain.assignments import AssignmentRole
from registry.models.base import db
from registry.models.coverage import CoverageRule
from registry.models.units import UnitPeriod
from registry.queries.units.left_over import is_counted_nowhere
from registry.queries.units.on_a_day import in_force


def focal_point_rule(day: date) -> ColumnElement[bool]:
    """Say that a `CoverageRule` asks for focal points on `day`."""
    return and_(CoverageRule.role == AssignmentRole.FOCAL_POINT, in_force(CoverageRule, day))


def must_be_covered(day: date) -> ColumnElement[bool]:
    """Say of a `UnitPeriod` and a `CoverageRule` that the one must have a focal point by the other.

    The period is one of `day` already. The days of grace after a unit's beginning are not asked.
    """
    return and_(
        UnitPeriod.takes_part,
        CoverageRule.kind == UnitPeriod.kind,
        focal_point_rule(day),
        ~is_counted_nowhere(day),
    )


def is_required(unit_id: int, day: date) -> bool:
    """Tell whether the unit must have a focal point on `day`."""
    asked = (
        select(UnitPeriod.id)
        .join(CoverageRule, must_be_covered(day))
        .where(UnitPeriod.unit_id == unit_id, in_force(UnitPeriod, day))
    )
    return bool(db.session.scalar(select(exists(asked))))
