"""Which units may lose a focal point by a change about people, a decision or a unit.

Looked up before the change is written; whether one is lost, `registry.services.gaps` says after it.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from registry.domain.assignments import AssignmentRole
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.decisions import DecisionEnd
from registry.models.memberships import Membership
from registry.models.units import UnitPath
from registry.queries.units.on_a_day import in_force, under


def served_by(person_ids: Iterable[int]) -> set[int]:
    """Return the units for which any of the people is focal point, on whatever day."""
    return _units(Assignment.person_id.in_(sorted(person_ids)))


def served_on_decision(decision_id: int) -> set[int]:
    """Return the units of which an assignment as focal point rests on the decision.

    Also those resting on one that it takes out of force: its own first day moves the other's last.
    """
    ended = select(DecisionEnd.decision_id).where(DecisionEnd.by_id == decision_id)
    return _units(or_(Assignment.decision_id == decision_id, Assignment.decision_id.in_(ended)))


def served_from_below(path: str, day: date) -> set[int]:
    """Return the units whose focal point may hang on where the subtree stands on `day`.

    It is a section of the subtree or a member of a unit in it, or serves a unit in it, perhaps as a
    member of one that stands above.
    """
    below = select(UnitPath.unit_id).where(in_force(UnitPath, day), under(UnitPath.path, path))
    members = select(Membership.person_id).where(Membership.unit_id.in_(below))
    return _units(
        or_(
            Assignment.section_id.in_(below),
            Assignment.person_id.in_(members),
            Assignment.unit_id.in_(below),
        )
    )


def _units(held: ColumnElement[bool]) -> set[int]:
    return set(
        db.session.scalars(
            select(Assignment.unit_id)
            .where(Assignment.role == AssignmentRole.FOCAL_POINT, held)
            .distinct()
        )
    )
