"""Questions about assignments compared with their papers, and those that wait for it."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, func, literal, select, true

from registry.domain.permissions import Scope
from registry.models.assignments import Assignment, PaperCheck
from registry.models.base import db
from registry.models.decisions import Decision
from registry.queries.assignments.rows import AssignmentRow, assignment_rows, select_rows
from registry.queries.blocks import blocks
from registry.queries.coverage.checked import holds, is_checked
from registry.queries.coverage.papers import has_begun, is_ended
from registry.queries.paging import Page, Window, page_of
from registry.queries.units.on_a_day import in_force, in_scope_of


def is_unchecked(day: date) -> ColumnElement[bool]:
    """Return the condition that an `Assignment` rests on a `Decision` in force on `day`, unchecked.

    What waits for a decision has none to be compared with.
    """
    return and_(has_begun(literal(day)), ~is_ended(literal(day)), ~is_checked())


def unchecked_assignments(
    scope: Scope, today: date, day: date, window: Window, *, unit_id: int | None = None
) -> Page[AssignmentRow]:
    """Return one page of what is in force on `day` and unchecked, of all units or one.

    Unit and paper lie in `scope` today: who may not open the paper compares nothing with it.
    The oldest papers first; what rests on one of them stands together.
    """
    wanted = (
        is_unchecked(day),
        true() if unit_id is None else Assignment.unit_id == unit_id,
        in_scope_of(scope, Assignment.unit_id, today),
        in_scope_of(scope, Decision.unit_id, today),
    )
    total = db.session.scalar(
        select(func.count())
        .select_from(Assignment)
        .join(Decision, Decision.id == Assignment.decision_id)
        .where(in_force(Assignment, day), *wanted)
    )
    ordered = (
        select_rows(day)
        .where(*wanted)
        .order_by(Decision.issued_on, Decision.id, Assignment.unit_id, Assignment.id)
    )
    return page_of(
        window,
        total or 0,
        lambda limit, offset: assignment_rows(ordered.limit(limit).offset(offset)),
    )


def assignments_with_ids(assignment_ids: Iterable[int]) -> list[Assignment]:
    """Return assignments by id; one that is not there is left out."""
    return [
        assignment
        for block in blocks(assignment_ids)
        for assignment in db.session.scalars(
            select(Assignment).where(Assignment.id.in_(block)).order_by(Assignment.id)
        )
    ]


def checks_of(assignments: Iterable[Assignment]) -> dict[tuple[str, int], PaperCheck]:
    """Return the checks of their lines, by line and decision, whether they still hold or not."""
    return {
        (check.line_id, check.decision_id): check
        for block in blocks(assignment.line_id for assignment in assignments)
        for check in db.session.scalars(select(PaperCheck).where(PaperCheck.line_id.in_(block)))
    }


def checks_that_hold(assignments: Iterable[Assignment]) -> dict[int, PaperCheck]:
    """Return the checks of assignments with their papers as both stand now, by assignment."""
    return {
        assignment_id: check
        for block in blocks(assignment.id for assignment in assignments)
        for assignment_id, check in db.session.execute(
            select(Assignment.id, PaperCheck)
            .join(Decision, Decision.id == Assignment.decision_id)
            .join(PaperCheck, holds())
            .where(Assignment.id.in_(block))
        )
    }
