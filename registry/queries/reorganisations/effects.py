"""What a reorganisation does to people: heads before and after, and what is asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select

from registry.domain.reorganisations.plan import Plan, PlannedUnit
from registry.domain.reorganisations.questions import AskedNoun, Question
from registry.domain.reorganisations.summary import Heads
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.names import text_sort_key
from registry.models.assignments import Assignment
from registry.models.base import Dated, db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.queries.blocks import blocks
from registry.queries.units.codes import registry_codes
from registry.queries.units.on_a_day import in_force


def heads_on(unit_ids: Iterable[int], day: date) -> Heads:
    """Count the people and the assignments of these units in force on `day`, each once."""
    people: set[int] = set()
    assignments = 0
    for block in blocks(unit_ids):
        people.update(
            person_id
            for person_id in db.session.scalars(
                select(Membership.person_id).where(
                    Membership.unit_id.in_(block), in_force(Membership, day)
                )
            )
            if person_id is not None
        )
        assignments += (
            db.session.scalar(
                select(func.count())
                .select_from(Assignment)
                .where(Assignment.unit_id.in_(block), in_force(Assignment, day))
            )
            or 0
        )
    return Heads(len(people), assignments)


def questions_of(plan: Plan, units: Sequence[PlannedUnit], day: date) -> list[Question]:
    """Return what hangs on split or dissolved units and needs an answer, unit by unit.

    Of one unit first the members, then the assignments, then what stands below it.
    What the annex itself speaks of is not asked.
    """
    by_id = {unit.id: unit for unit in units}
    asked = {
        unit_id: by_id[unit_id]
        for unit_id in sorted(plan.ended)
        if unit_id in by_id and plan.heir(unit_id) is None
    }
    choices = _choices(plan, by_id, asked)
    return sorted(
        [
            *_members(asked, choices, day),
            *_assignments(asked, choices, day),
            *_units(plan, units, asked, choices),
        ],
        key=lambda question: question.unit_id,
    )


_Choices = tuple[tuple[str, str], ...]


def _choices(
    plan: Plan, by_id: dict[int, PlannedUnit], asked: Iterable[int]
) -> dict[int, _Choices]:
    """Return, for each unit asked about, how its successors are named in an answer, and shown."""
    after = {**by_id, **plan.changed, **{unit.id: unit for unit in plan.established}}
    return {
        unit_id: tuple(
            (heir.code or heir.name, heir.name)
            for heir_id in plan.part_successors(unit_id)
            for heir in [after[heir_id]]
        )
        for unit_id in asked
    }


def _members(
    asked: Mapping[int, PlannedUnit], choices: Mapping[int, _Choices], day: date
) -> Iterator[Question]:
    for block in blocks(asked):
        rows = db.session.execute(
            select(Membership, Person)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.unit_id.in_(block), _lasts(Membership, day))
            .order_by(Person.sort_key, Person.id)
        )
        for membership, person in rows:
            unit = asked[membership.unit_id]
            yield Question(
                AskedNoun.MEMBERSHIP,
                membership.line_id,
                f"{person.full_name} – {membership.role.label}",
                unit.id,
                unit.name,
                choices[unit.id],
            )


def _assignments(
    asked: Mapping[int, PlannedUnit], choices: Mapping[int, _Choices], day: date
) -> Iterator[Question]:
    for block in blocks(asked):
        rows = db.session.execute(
            select(Assignment, Person)
            .outerjoin(Person, Person.id == Assignment.person_id)
            .where(Assignment.unit_id.in_(block), _lasts(Assignment, day))
            .order_by(Person.sort_key, Assignment.id)
        )
        for assignment, person in rows:
            unit = asked[assignment.unit_id]
            holder = person.full_name if assignment.person_id is not None else "bộ phận"
            yield Question(
                AskedNoun.ASSIGNMENT,
                assignment.line_id,
                f"{assignment.role.label} – {holder}",
                unit.id,
                unit.name,
                choices[unit.id],
            )


def _lasts(table: type[Dated], day: date) -> ColumnElement[bool]:
    return or_(table.valid_to.is_(None), table.valid_to > day)


def _units(
    plan: Plan,
    units: Sequence[PlannedUnit],
    asked: Mapping[int, PlannedUnit],
    choices: Mapping[int, _Choices],
) -> Iterator[Question]:
    """Yield what stands below the units asked about; offices of districts end with those."""
    below = [
        unit
        for unit in units
        if unit.parent_id in asked
        and unit.id in plan.moved | plan.ended_along
        and unit.kind is not UnitKind.DISTRICT_OFFICE
    ]
    registry = registry_codes(unit.id for unit in below)
    for child in sorted(below, key=lambda unit: text_sort_key(unit.name)):
        above = asked[child.parent_id or 0]
        code = child.code or registry[child.id] or ""
        yield Question(AskedNoun.UNIT, code, child.name, above.id, above.name, choices[above.id])
