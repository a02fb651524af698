"""Questions about assignments: who holds which role for a unit, and what waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, literal, or_, select

from registry.domain.assignments import AssignmentRole
from registry.domain.periods import Period
from registry.domain.permissions import Scope
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.names import normalise_signs, query_words, search_key
from registry.models.assignments import Assignment, AssignmentConfirmation
from registry.models.base import db
from registry.models.decisions import Decision
from registry.queries.assignments.holders import Holder
from registry.queries.assignments.rows import (
    ROLE_ORDER,
    AssignmentRow,
    Names,
    assignment_rows,
    in_order,
    latest_first,
    select_rows,
)
from registry.queries.blocks import blocks
from registry.queries.coverage.carried_over import carried_on
from registry.queries.coverage.papers import has_begun, is_ended
from registry.queries.units.on_a_day import (
    in_scope_of,
)


@dataclass(frozen=True, slots=True)
class WaitingFilter:
    """Narrows the list of what waits for a decision; None or "" lets all pass."""

    unit: str = ""
    kind: UnitKind | None = None
    role: AssignmentRole | None = None
    carried_over: bool | None = None


def assignments_of_unit(unit_id: int, day: date | None) -> list[AssignmentRow]:
    """Return the assignments of a unit in force on `day`; with None all there ever were.

    In force: by role, then the holder's given name. All: the latest first.
    """
    rows = assignment_rows(select_rows(day).where(Assignment.unit_id == unit_id))
    return in_order(rows) if day is not None else latest_first(rows)


def assignments_of_person(person_id: int, day: date | None) -> list[AssignmentRow]:
    """Return what a person is assigned to on `day`; with None all there ever was, latest first."""
    rows = assignment_rows(select_rows(day).where(Assignment.person_id == person_id))
    return in_order(rows) if day is not None else latest_first(rows)


def assignments_on_decision(decision_id: int, scope: Scope, today: date) -> list[AssignmentRow]:
    """Return the assignments that rest on a decision, of units in `scope` today."""
    statement = select_rows(None).where(
        Assignment.decision_id == decision_id, in_scope_of(scope, Assignment.unit_id, today)
    )
    return sorted(
        assignment_rows(statement),
        key=lambda row: (row.unit_code, row.unit_name, ROLE_ORDER.index(row.role), row.id),
    )


def seen_assignment(assignment_id: int, scope: Scope, today: date) -> AssignmentRow | None:
    """Return the assignment when its unit lies in `scope` today, else None."""
    rows = assignment_rows(
        select_rows(None).where(
            Assignment.id == assignment_id, in_scope_of(scope, Assignment.unit_id, today)
        )
    )
    return rows[0] if rows else None


def assignment_by_id(assignment_id: int) -> Assignment | None:
    """Return one assignment, to be changed."""
    return db.session.get(Assignment, assignment_id)


def assignments_by_id(assignment_ids: Iterable[int]) -> list[Assignment]:
    """Return assignments, to be changed, by id."""
    return [
        assignment
        for block in blocks(assignment_ids)
        for assignment in db.session.scalars(
            select(Assignment).where(Assignment.id.in_(block)).order_by(Assignment.id)
        )
    ]


def units_of_line(line_id: str) -> set[int]:
    """Return the units that a line of assignments serves, one after another."""
    return set(db.session.scalars(select(Assignment.unit_id).where(Assignment.line_id == line_id)))


def line_of(line_id: str) -> list[Assignment]:
    """Return every period of a line of assignment, the oldest first."""
    return list(
        db.session.scalars(
            select(Assignment)
            .where(Assignment.line_id == line_id)
            .order_by(Assignment.valid_from, Assignment.id)
        )
    )


def confirmations_of(line_id: str) -> list[AssignmentConfirmation]:
    """Return what was confirmed of a line: that it goes on after a break of its holder."""
    return list(
        db.session.scalars(
            select(AssignmentConfirmation).where(AssignmentConfirmation.line_id == line_id)
        )
    )


def same_role_overlapping(
    unit_id: int, role: AssignmentRole, holder: Holder, period: Period, except_id: int | None
) -> list[Assignment]:
    """Return the assignments of a holder to a role of a unit that share a day with `period`.

    `except_id` is the one that is being changed.
    """
    who = (
        Assignment.person_id == holder.person_id
        if holder.person_id is not None
        else Assignment.section_id == holder.section_id
    )
    found = db.session.scalars(
        select(Assignment)
        .where(Assignment.unit_id == unit_id, Assignment.role == role, who)
        .order_by(Assignment.valid_from, Assignment.id)
    )
    return [
        other
        for other in found
        if other.id != except_id and Period(other.valid_from, other.valid_to).overlaps(period)
    ]


def is_undecided(day: date) -> ColumnElement[bool]:
    """Return the condition that an `Assignment` has no `Decision` in force on `day`.

    Technical support needs none.
    """
    needs_one = Assignment.role != AssignmentRole.TECHNICAL_SUPPORT
    not_in_force = or_(~has_begun(literal(day)), is_ended(literal(day)))
    return or_(and_(Decision.id.is_(None), needs_one), and_(Decision.id.is_not(None), not_in_force))


def is_carried_over(day: date) -> ColumnElement[bool]:
    """Return the condition that an `Assignment` waits only since it was carried over."""
    return and_(has_begun(literal(day)), ~is_ended(literal(day)), carried_on().is_not(None))


def waiting_for_decision(
    scope: Scope, today: date, day: date, narrowed: WaitingFilter = WaitingFilter()
) -> list[AssignmentRow]:
    """Return what is in force on `day` in `scope` and waits for a decision.

    By unit code, then role. First what has none in force on the day: it counts in neither standard.
    Then what was carried over from a unit that ended, which counts while its days of grace run.
    """
    undecided, carried_over = is_undecided(day), is_carried_over(day)
    waits = {None: or_(undecided, carried_over), False: undecided, True: carried_over}
    statement = select_rows(day).where(
        in_scope_of(scope, Assignment.unit_id, today), waits[narrowed.carried_over]
    )
    if narrowed.role is not None:
        statement = statement.where(Assignment.role == narrowed.role)
    if narrowed.kind is not None:
        statement = statement.where(Names.unit.kind == narrowed.kind)
    words, code = query_words(narrowed.unit), normalise_signs(narrowed.unit)
    return sorted(
        (
            row
            for row in assignment_rows(statement)
            if all(f" {word}" in f" {search_key(row.unit_name)}" for word in words)
            or row.unit_code == code
        ),
        key=lambda row: (
            row.is_carried_over(day),
            row.unit_code,
            row.unit_name,
            ROLE_ORDER.index(row.role),
            row.holder_sort_key,
            row.id,
        ),
    )
