"""Who may hold an assignment of a unit: people near it, and sections below it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from registry.domain.assignments import AssignmentRole
from registry.domain.permissions import Scope
from registry.domain.units.kinds import SECTION_KINDS, UnitKind
from registry.domain.units.names import located_name
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person, PersonPeriod
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.person_periods import said_of
from registry.queries.units.on_a_day import (
    UnitRow,
    in_force,
    in_scope_of,
    subtree,
    under,
    unit_on,
)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds an assignment: a person, or a section (bộ phận). Exactly one of the two is set."""

    person_id: int | None = None
    section_id: int | None = None


@dataclass(frozen=True, slots=True)
class EligiblePerson:
    """Somebody who may hold an assignment of a unit: a member of it, or of one below or above.

    The title is that of the day asked. `distance` orders: 0 a member of the unit itself, 1 of one
    below, 2 of one above.
    """

    person_id: int
    full_name: str
    job_title: str | None
    unit_id: int
    unit_name: str
    distance: int
    search_key: str


@dataclass(frozen=True, slots=True)
class EligibleHolders:
    """Who may hold an assignment of a unit on a day: people, and sections below it."""

    people: tuple[EligiblePerson, ...]
    sections: tuple[UnitRow, ...]


def eligible_holders(
    unit: UnitRow, day: date, scope: Scope, today: date, role: AssignmentRole | None
) -> EligibleHolders:
    """Return who may hold an assignment of `unit` (a row of `day`) on `day`, in a role.

    People whose membership lies in `scope` today; the nearest first, then by given name. Sections
    by code, then name. For technical support the staff of enterprises, and no section.
    """
    nearest: dict[int, EligiblePerson] = {}
    for person in _eligible_people(unit, day, scope, today, role):
        known = nearest.get(person.person_id)
        if known is None or person.distance < known.distance:
            nearest[person.person_id] = person
    return EligibleHolders(
        people=tuple(sorted(nearest.values(), key=lambda row: row.distance)),
        sections=tuple(
            row
            for row in subtree(unit.path, day, kinds=sorted(SECTION_KINDS))
            if row.id != unit.id and role is not AssignmentRole.TECHNICAL_SUPPORT
        ),
    )


def is_eligible_person(
    person_id: int, unit: UnitRow, day: date, scope: Scope, today: date, role: AssignmentRole
) -> bool:
    """Tell whether a person is among the `eligible_holders`."""
    return any(_eligible_people(unit, day, scope, today, role, person_id))


def is_eligible_section(section_id: int, unit: UnitRow, day: date) -> bool:
    """Tell whether a unit is on `day` a section that stands below `unit` (a row of `day`)."""
    section = unit_on(section_id, day)
    return section is not None and section.kind in SECTION_KINDS and stands_below(section, unit)


def _eligible_people(
    unit: UnitRow,
    day: date,
    scope: Scope,
    today: date,
    role: AssignmentRole | None,
    only: int | None = None,
) -> Iterator[EligiblePerson]:
    """Yield one row for each membership that makes a person eligible, by given name."""
    path, home, parent = aliased(UnitPath), aliased(UnitPeriod), aliased(UnitPeriod)
    above = [int(part) for part in unit.path.strip("/").split("/")]
    near = or_(under(path.path, unit.path), Membership.unit_id.in_(above))
    of_an_enterprise = and_(Membership.is_main, home.kind == UnitKind.ENTERPRISE)
    statement = (
        select(Person, PersonPeriod.job_title, home, parent.name, path.path)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(PersonPeriod, said_of(Person.id, day))
        .join(path, and_(path.unit_id == Membership.unit_id, in_force(path, day)))
        .join(home, and_(home.unit_id == Membership.unit_id, in_force(home, day)))
        .outerjoin(parent, and_(parent.unit_id == home.parent_id, in_force(parent, day)))
        .where(
            in_force(Membership, day),
            of_an_enterprise if role is AssignmentRole.TECHNICAL_SUPPORT else near,
            in_scope_of(scope, Membership.unit_id, today),
        )
        .order_by(Person.sort_key, Person.id, Membership.is_main.desc(), Membership.id)
    )
    if only is not None:
        statement = statement.where(Person.id == only)
    for person, job_title, period, parent_name, member_path in db.session.execute(statement):
        distance = _distance(member_path, unit.path)
        yield _eligible(person, job_title, period, parent_name, distance)


def _distance(member_path: str, unit_path: str) -> int:
    if member_path == unit_path:
        return 0
    return 1 if member_path.startswith(unit_path) else 2


def _eligible(
    person: Person,
    job_title: str | None,
    home: UnitPeriod,
    parent_name: str | None,
    distance: int,
) -> EligiblePerson:
    return EligiblePerson(
        person_id=person.id,
        full_name=person.full_name,
        job_title=job_title,
        unit_id=home.unit_id,
        unit_name=located_name(home.short_name or home.name, home.kind, parent_name),
        distance=distance,
        search_key=person.search_key,
    )


def stands_below(section: UnitRow, unit: UnitRow) -> bool:
    """Tell whether a section stands below a unit, both rows of one day."""
    return section.id != unit.id and section.path.startswith(unit.path)
