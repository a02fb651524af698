"""Whose duty is given by a rule, to a title or an office, without a paper (docs/adr/0023).

What a title or an office is, the domain tells from its words: these are read, not compared in SQL.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    literal,
    or_,
    select,
    union_all,
)

from registry.domain.duties_by_law import Given, days_by_law
from registry.domain.periods import Period, joined, shared_by
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.base import db, ready_alias
from registry.models.memberships import Membership
from registry.models.people import PersonPeriod
from registry.models.units import UnitPeriod
from registry.queries.blocks import blocks

_COMMUNE, _OFFICE = ready_alias(UnitPeriod), ready_alias(UnitPeriod)
_HOME = ready_alias(UnitPeriod)


def select_duties(wanted: ColumnElement[bool]) -> CompoundSelect[*tuple[Any, ...]]:
    """Select what the assignments that are `wanted`, and rest on no paper, may be given to.

    Assignment, role, how it is given and to which title or office, then first days and ends. A
    title counts of a member of the commune itself or of a unit right below it.
    """
    return union_all(
        _select(
            *(Given.TO_A_TITLE, PersonPeriod.job_title),
            *(Assignment, PersonPeriod, _COMMUNE, Membership, _HOME),
        )
        .join(PersonPeriod, PersonPeriod.person_id == Assignment.person_id)
        .join(
            _COMMUNE,
            and_(_COMMUNE.unit_id == Assignment.unit_id, _COMMUNE.kind == UnitKind.COMMUNE),
        )
        .join(Membership, Membership.person_id == Assignment.person_id)
        .join(
            _HOME,
            and_(
                _HOME.unit_id == Membership.unit_id,
                or_(_HOME.unit_id == Assignment.unit_id, _HOME.parent_id == Assignment.unit_id),
            ),
        )
        .where(wanted),
        _select(
            *(Given.TO_AN_OFFICE, _OFFICE.name),
            *(Assignment, Membership, _OFFICE, Assignment, Assignment),
        )
        .join(Membership, Membership.person_id == Assignment.person_id)
        .join(_OFFICE, and_(_OFFICE.unit_id == Membership.unit_id, _is_office_of_the_unit()))
        .where(wanted),
        _select(
            *(Given.TO_AN_OFFICE, _OFFICE.name),
            *(Assignment, _OFFICE, Assignment, Assignment, Assignment),
        )
        .join(_OFFICE, and_(_OFFICE.unit_id == Assignment.section_id, _is_office_of_the_unit()))
        .where(wanted),
    )


def duty_days(
    duties: CompoundSelect[*tuple[Any, ...]], values: Mapping[str, object]
) -> dict[int, tuple[Period, ...]]:
    """Return the days on which each of the `duties` is given by a rule, by assignment. One SELECT.

    One that never is has none.
    """
    found: dict[int, list[Period]] = defaultdict(list)
    for assignment_id, role, given, name, *days in db.session.execute(duties, dict(values)):
        if (shared := shared_by(days[0::2], days[1::2])) is not None:
            found[assignment_id] += days_by_law(role, Given(given), name, shared)
    return {assignment_id: tuple(joined(days)) for assignment_id, days in found.items()}


def days_by_law_of(assignment_ids: Iterable[int]) -> dict[int, tuple[Period, ...]]:
    """Return the days on which each of the assignments is given by a rule; others are left out."""
    found: dict[int, tuple[Period, ...]] = {}
    for block in blocks(assignment_ids):
        found |= duty_days(_of_assignments(), {"assignment_ids": block})
    return found


@cache
def _of_assignments() -> CompoundSelect[*tuple[Any, ...]]:
    return select_duties(Assignment.id.in_(bindparam("assignment_ids", expanding=True)))


def _select(given: Given, name: Any, *dated: Any) -> Select[*tuple[Any, ...]]:
    days = (day for table in dated for day in (table.valid_from, table.valid_to))
    said = literal(given.value, String).label("given")
    return (
        select(Assignment.id, Assignment.role, said, name, *_named(days))
        .select_from(Assignment)
        .where(Assignment.decision_id.is_(None))
    )


def _named(days: Iterable[Any]) -> Iterator[Any]:
    """Name columns by their place: one may stand there twice."""
    for place, day in enumerate(days):
        yield day.label(f"day_{place}")


def _is_office_of_the_unit() -> ColumnElement[bool]:
    return and_(_OFFICE.kind == UnitKind.COMMUNE_OFFICE, _OFFICE.parent_id == Assignment.unit_id)
