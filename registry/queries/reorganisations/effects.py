"""What a reorganisation does to people: heads before and after, and what is asked."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select

from registry.domain.reorganisations.plan import Plan, PlannedUnit
from registry.domain.reorganisations.questions import STAYS, AskedNoun, Question
from registry.domain.reorganisations.summary import Heads
from registry.domain.units.kinds import GO_WITH_A_PART_KINDS, UnitKind
from registry.domain.vietnamese.names import text_sort_key
from registry.models.assignments import Assignment
from registry.models.base import Dated, db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.queries.blocks import blocks
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
    """Return what hangs on units that end or give a part away and may go here or there.

    Of one unit first the members, then the assignments, then what stands below it.
    What the annex itself speaks of is not asked.
    """
    asked = _asked(plan, {unit.id: unit for unit in units})
    return sorted(
        [
            *_members(asked, day),
            *_assignments(asked, day),
            *_units(plan, units, asked),
        ],
        key=lambda question: question.unit_id,
    )


_Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A unit asked about: what of it may go where, and where it goes unanswered."""

    unit: PlannedUnit
    lives_on: bool
    choices: tuple[_Choice, ...]
    default: _Choice | None

    def question(self, noun: AskedNoun, key: str, label: str) -> Question:
        """Return the question where something of the unit goes."""
        return Question(noun, key, label, self.unit.id, self.unit.name, self.choices, self.default)


def _asked(plan: Plan, by_id: Mapping[int, PlannedUnit]) -> dict[int, _Asked]:
    """Return the units that end without one heir for all, and those that gave a part away."""
    after = {**by_id, **plan.changed, **{unit.id: unit for unit in plan.established}}
    found = {}
    for unit_id in sorted({*plan.ended, *plan.givers()} & by_id.keys()):
        heir = plan.heir(unit_id)
        parts = plan.part_successors(unit_id)
        if heir is not None and not parts:
            continue
        lives_on = unit_id not in plan.ended
        choices = [_choice(after[goal]) for goal in parts]
        default = None
        if lives_on:
            default = (STAYS, f"Ở lại {by_id[unit_id].name}")
        elif heir is not None:
            default = _choice(after[heir])
        found[unit_id] = _Asked(by_id[unit_id], lives_on, tuple(choices), default)
    return found


def _choice(unit: PlannedUnit) -> _Choice:
    return (unit.code or unit.registry_code or unit.name, unit.name)


def _members(asked: Mapping[int, _Asked], day: date) -> Iterator[Question]:
    for block in blocks(asked):
        rows = db.session.execute(
            select(Membership, Person)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.unit_id.in_(block), _lasts(Membership, day))
            .order_by(Person.sort_key, Person.id)
        )
        for membership, person in rows:
            yield asked[membership.unit_id].question(
                AskedNoun.MEMBERSHIP,
                membership.line_id,
                f"{person.full_name} – {membership.role.label}",
            )


def _assignments(asked: Mapping[int, _Asked], day: date) -> Iterator[Question]:
    for block in blocks(asked):
        rows = db.session.execute(
            select(Assignment, Person)
            .outerjoin(Person, Person.id == Assignment.person_id)
            .where(Assignment.unit_id.in_(block), _lasts(Assignment, day))
            .order_by(Person.sort_key, Assignment.id)
        )
        for assignment, person in rows:
            holder = person.full_name if assignment.person_id is not None else "bộ phận"
            yield asked[assignment.unit_id].question(
                AskedNoun.ASSIGNMENT, assignment.line_id, f"{assignment.role.label} – {holder}"
            )


def _lasts(table: type[Dated], day: date) -> ColumnElement[bool]:
    return or_(table.valid_to.is_(None), table.valid_to > day)


def _units(
    plan: Plan, units: Sequence[PlannedUnit], asked: Mapping[int, _Asked]
) -> Iterator[Question]:
    """Yield what stands below the units asked about; offices end or stay with those."""
    left = plan.moved | plan.ended_along
    in_the_annex = {*plan.changed, *plan.ended, *plan.continued} - plan.moved
    below = []
    for unit in units:
        above = asked.get(unit.parent_id or 0)
        if above is None:
            continue
        if above.lives_on:
            is_asked = unit.kind in GO_WITH_A_PART_KINDS and unit.id not in in_the_annex
        else:
            is_asked = unit.id in left and unit.kind is not UnitKind.DISTRICT_OFFICE
        if is_asked:
            below.append((above, unit))
    for above, child in sorted(below, key=lambda pair: text_sort_key(pair[1].name)):
        yield above.question(AskedNoun.UNIT, child.code or child.registry_code or "", child.name)
