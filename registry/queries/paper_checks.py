"""Questions about assignments compared with their papers, and those that wait for it."""

from datetime import date

from sqlalchemy import ColumnElement, and_, func, literal, select

from registry.domain.permissions import Scope
from registry.models.assignments import Assignment, PaperCheck
from registry.models.base import db
from registry.models.decisions import Decision
from registry.queries.assignments.rows import AssignmentRow, assignment_rows, select_rows
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
    scope: Scope, today: date, day: date, window: Window
) -> Page[AssignmentRow]:
    """Return one page of what is in force on `day` in `scope` and unchecked, paper by paper.

    The oldest papers first; what rests on one of them stands together.
    """
    wanted = (is_unchecked(day), in_scope_of(scope, Assignment.unit_id, today))
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


def check_of(assignment: Assignment) -> PaperCheck | None:
    """Return the check of a line with the paper it rests on, whether it still holds or not."""
    return db.session.scalar(
        select(PaperCheck).where(
            PaperCheck.line_id == assignment.line_id,
            PaperCheck.decision_id == assignment.decision_id,
        )
    )


def holding_check_of(assignment: Assignment) -> PaperCheck | None:
    """Return the check of an assignment with its paper as both stand now."""
    return db.session.scalar(
        select(PaperCheck)
        .select_from(Assignment)
        .join(Decision, Decision.id == Assignment.decision_id)
        .join(PaperCheck, holds())
        .where(Assignment.id == assignment.id)
    )
