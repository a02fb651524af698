"""What was recorded at units that a batch splits, and waits for a plan where it goes."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import or_, select

from registry.domain.reorganisations.annex import Part
from registry.domain.reorganisations.carry_over import WITHOUT_PLAN
from registry.domain.reorganisations.questions import AskedNoun, Question
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.reorganisations import Reorganisation
from registry.queries.blocks import blocks
from registry.queries.reorganisations.journal import successions_of_batch
from registry.queries.units.on_a_day import units_by_id


@dataclass(frozen=True, slots=True)
class Waiting:
    """A fact that ends with its unit, and whose it is; the choices name the parts by their ids.

    `held_at` are the parts at which the holder has the like of it since, by another line.
    """

    question: Question
    person_id: int | None
    party_unit_id: int | None
    held_at: frozenset[int]


def waiting_for_a_plan(batch: Reorganisation) -> list[Waiting]:
    """Return what ends with the units that an applied batch splits because nobody said where to.

    By unit; of each first the memberships, then the assignments, by given name.
    """
    parts: dict[int, list[int]] = defaultdict(list)
    for link in successions_of_batch(batch.id):
        if link.part == Part.PART:
            parts[link.predecessor_id].append(link.successor_id)
    before = units_by_id(parts, batch.eve)
    after = units_by_id({one for ids in parts.values() for one in ids}, batch.effective_on)
    found = []
    for noun, label, row in _rows(batch, parts):
        question = Question(
            noun,
            row.line_id,
            label,
            row.unit_id,
            before[row.unit_id].located_name,
            tuple((str(one), after[one].located_name) for one in parts[row.unit_id]),
        )
        beside = row.member_unit_id if isinstance(row, Membership) else row.section_id
        held_at = _like_it(row, parts[row.unit_id], batch)
        found.append(Waiting(question, row.person_id, beside, held_at))
    return sorted(found, key=lambda one: one.question.unit_id)


def _like_it(
    row: Membership | Assignment, parts: list[int], batch: Reorganisation
) -> frozenset[int]:
    """Return those of the parts at which the holder of a fact holds the same after the split."""
    same = (
        (Membership.person_id, Membership.member_unit_id)
        if isinstance(row, Membership)
        else (Assignment.person_id, Assignment.section_id, Assignment.role)
    )
    table = type(row)
    found = db.session.scalars(
        select(table.unit_id).where(
            table.unit_id.in_(parts),
            table.line_id != row.line_id,
            or_(table.valid_to.is_(None), table.valid_to > batch.effective_on),
            *(column.is_not_distinct_from(getattr(row, column.key)) for column in same),
        )
    )
    return frozenset(found)


def _rows(
    batch: Reorganisation, unit_ids: dict[int, list[int]]
) -> Iterator[tuple[AskedNoun, str, Membership | Assignment]]:
    for block in blocks(unit_ids):
        for membership, person in db.session.execute(
            select(Membership, Person)
            .outerjoin(Person, Person.id == Membership.person_id)
            .where(
                Membership.unit_id.in_(block),
                Membership.valid_to == batch.effective_on,
                Membership.end_reason == WITHOUT_PLAN,
            )
            .order_by(Person.sort_key, Membership.id)
        ):
            name = person.full_name if membership.person_id is not None else "đơn vị thành viên"
            yield AskedNoun.MEMBERSHIP, f"{name} – {membership.role.label}", membership
        for assignment, person in db.session.execute(
            select(Assignment, Person)
            .outerjoin(Person, Person.id == Assignment.person_id)
            .where(
                Assignment.unit_id.in_(block),
                Assignment.valid_to == batch.effective_on,
                Assignment.end_reason == WITHOUT_PLAN,
            )
            .order_by(Person.sort_key, Assignment.id)
        ):
            name = person.full_name if assignment.person_id is not None else "bộ phận"
            yield AskedNoun.ASSIGNMENT, f"{assignment.role.label} – {name}", assignment
