"""What a reorganisation does to people: heads before and after, and what is asked."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column, ColumnElement, Table, func, or_, select

from registry.domain.reorganisations.plan import Plan, PlannedUnit
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.base import Base, Dated, db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.reorganisations import ReorganisationChange
from registry.models.units import UnitPath
from registry.queries.reorganisations.facts import blocks, registry_codes
from registry.queries.units.on_a_day import in_force


@dataclass(frozen=True, slots=True)
class Heads:
    """How many people belong to some units on a day, and how many assignments stand there."""

    people: int
    assignments: int


@dataclass(frozen=True, slots=True)
class Question:
    """What must be asked about a split or dissolved unit: where something of it goes.

    `item` names it for the answer ("membership:<line>", "unit:<code>"); `choices` are the
    successors (none for a dissolved unit).
    """

    item: str
    noun: str
    label: str
    unit_id: int
    unit_name: str
    choices: tuple[tuple[str, str], ...]


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
    """Return what hangs on split or dissolved units and needs an answer, by unit, then name.

    What the annex itself speaks of is not asked.
    """
    by_id = {unit.id: unit for unit in units}
    asked = {
        unit_id: by_id[unit_id]
        for unit_id in sorted(plan.ended)
        if unit_id in by_id and plan.whole_successor(unit_id) is None
    }
    choices = _choices(plan, by_id, asked)
    return sorted(
        [
            *_members(asked, choices, day),
            *_assignments(asked, choices, day),
            *_units(plan, units, asked, choices),
        ],
        key=lambda question: (question.unit_id, _NOUNS.index(question.noun)),
    )


_NOUNS = ("membership", "assignment", "unit")
_Choices = tuple[tuple[str, str], ...]


def _choices(
    plan: Plan, by_id: dict[int, PlannedUnit], asked: Iterable[int]
) -> dict[int, _Choices]:
    """Return, for each unit asked about, how its successors are named in an answer, and shown."""
    after = by_id | plan.changed | {unit.id: unit for unit in plan.established}
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
                f"membership:{membership.line_id}",
                "membership",
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
            .order_by(Assignment.id)
        )
        for assignment, person in rows:
            unit = asked[assignment.unit_id]
            holder = person.full_name if assignment.person_id is not None else "bộ phận"
            yield Question(
                f"assignment:{assignment.line_id}",
                "assignment",
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
    for child in below:
        above = asked[child.parent_id or 0]
        code = child.code or registry[child.id]
        yield Question(f"unit:{code}", "unit", child.name, above.id, above.name, choices[above.id])


def rests_on(changes: Sequence[ReorganisationChange]) -> list[str]:
    """Return the tables that hold rows about what the journal inserted, and that it did not write.

    The cache of paths is left out.
    """
    written: dict[str, set[int]] = {}
    inserted: dict[str, set[int]] = {}
    for change in changes:
        written.setdefault(change.table_name, set()).add(change.row_id)
        if change.before is None:
            inserted.setdefault(change.table_name, set()).add(change.row_id)
    found = set()
    for table, column, target in _references(inserted):
        key = next(iter(table.primary_key.columns))
        for block in blocks(inserted[target]):
            ids = db.session.scalars(select(key).where(column.in_(block)))
            if any(row_id not in written.get(table.name, set()) for row_id in ids):
                found.add(table.name)
    return sorted(found)


def _references(targets: Collection[str]) -> list[tuple[Table, Column[int], str]]:
    """Return the columns, with their tables, that refer to rows of one of the tables `targets`."""
    return [
        (table, foreign_key.parent, foreign_key.column.table.name)
        for table in Base.metadata.sorted_tables
        for foreign_key in table.foreign_keys
        if foreign_key.column.table.name in targets and table.name != UnitPath.__tablename__
    ]
