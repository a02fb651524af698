"""Who is staff of an enterprise: it is the main unit (docs/adr/0023)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select

from registry.domain.periods import Period, joined
from registry.domain.permissions import Scope
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.base import db, ready_alias
from registry.models.memberships import Membership
from registry.models.units import UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.units.on_a_day import in_force, in_scope_of

_MAIN, _ENTERPRISE = ready_alias(Membership), ready_alias(UnitPeriod)


def is_enterprise_staff(day: Any) -> ColumnElement[bool]:
    """Say that the holder of an `Assignment` is on `day` staff of an enterprise."""
    staff = (
        _staff(_MAIN.person_id)
        .where(in_force(_MAIN, day), in_force(_ENTERPRISE, day))
        .scalar_subquery()
    )
    return and_(Assignment.person_id.is_not(None), Assignment.person_id.in_(staff))


def enterprise_spells() -> Select[*tuple[Any, ...]]:
    """Select ids of assignments, then first days and ends.

    The holder is staff of an enterprise on the days that all the periods of a row share.
    """
    days = (
        *(_MAIN.valid_from, _MAIN.valid_to),
        *(_ENTERPRISE.valid_from, _ENTERPRISE.valid_to),
    )
    return _staff(Assignment.id, *days).join(Assignment, Assignment.person_id == _MAIN.person_id)


def days_in_enterprises(
    person_ids: Iterable[int], without: Membership | None = None
) -> dict[int, tuple[Period, ...]]:
    """Return the days on which people are staff of an enterprise, but for one membership."""
    found: dict[int, list[Period]] = defaultdict(list)
    for block in blocks(person_ids):
        rows = db.session.execute(_staff(_MAIN, _ENTERPRISE).where(_MAIN.person_id.in_(block)))
        for member, enterprise in rows:
            shared = Period(member.valid_from, member.valid_to).intersection(
                Period(enterprise.valid_from, enterprise.valid_to)
            )
            if shared is not None and member is not without:
                found[member.person_id].append(shared)
    return {person_id: tuple(joined(days)) for person_id, days in found.items()}


def has_enterprise_staff(scope: Scope, today: date) -> bool:
    """Tell whether anybody in `scope` is today staff of an enterprise."""
    staff = _staff(_MAIN.id).where(
        in_force(_MAIN, today),
        in_force(_ENTERPRISE, today),
        in_scope_of(scope, _MAIN.unit_id, today),
    )
    return bool(db.session.scalar(select(staff.exists())))


def is_enterprise_staff_on(person_id: int, day: date) -> bool:
    """Tell whether a person is staff of an enterprise on `day`."""
    periods = days_in_enterprises([person_id]).get(person_id, ())
    return any(days.contains(day) for days in periods)


def _staff(*asked: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*asked)
        .select_from(_MAIN)
        .join(_ENTERPRISE, _ENTERPRISE.unit_id == _MAIN.unit_id)
        .where(_MAIN.is_main, _ENTERPRISE.kind == UnitKind.ENTERPRISE)
    )
