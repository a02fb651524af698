"""When the paper an assignment rests on is in force, and what it can do, in SQL (docs/adr/0019)."""

from datetime import date

from sqlalchemy import ColumnElement, ScalarSelect, SQLColumnExpression, and_, func, or_, select

from registry.domain.decisions import PaperForce, kinds_that
from registry.models.assignments import Assignment
from registry.models.base import ready_alias
from registry.models.decisions import Decision, DecisionEnd

_LATER = ready_alias(Decision)
_OF_THE_LINE = ready_alias(Assignment)


def first_day(paper: type[Decision] = Decision) -> SQLColumnExpression[date]:
    """Return a paper's own first day in force, of one whose day of signing is known."""
    return func.coalesce(paper.effective_from, paper.issued_on)


def taken_out_on() -> ScalarSelect[date]:
    """Return the day on which a later paper takes the `Decision` of an `Assignment` out of force.

    Wholly, or for the holder of the assignment. NULL while none does.
    """
    return (
        select(func.min(first_day(_LATER)))
        .select_from(DecisionEnd)
        .join(_LATER, _LATER.id == DecisionEnd.by_id)
        .where(
            DecisionEnd.decision_id == Decision.id,
            or_(
                and_(DecisionEnd.person_id.is_(None), DecisionEnd.section_id.is_(None)),
                DecisionEnd.person_id == Assignment.person_id,
                DecisionEnd.section_id == Assignment.section_id,
            ),
            _LATER.issued_on.is_not(None),
        )
        .correlate(Assignment, Decision)
        .scalar_subquery()
    )


def is_ended(day: SQLColumnExpression[date]) -> ColumnElement[bool]:
    """Say that the paper of an assignment is out of force on `day`, by itself or a later one."""
    return or_(
        and_(Decision.effective_to.is_not(None), Decision.effective_to <= day),
        func.coalesce(taken_out_on() <= day, False),
    )


def has_begun(day: SQLColumnExpression[date]) -> ColumnElement[bool]:
    """Say that the day of the paper is known, and its first day in force is `day` or before."""
    return and_(Decision.issued_on.is_not(None), first_day() <= day)


def names_a_focal_point(other_papers_count: SQLColumnExpression[bool]) -> ColumnElement[bool]:
    """Say that the paper can name a focal point, by its kind and whose it is (III.1b)."""
    return or_(assigns(), and_(other_papers_count, names_for_its_own_unit()))


def assigns() -> ColumnElement[bool]:
    """Say that the paper meets both standards, as a Quyết định does."""
    return Decision.kind.in_(kinds_that(PaperForce.ASSIGNS))


def names_for_its_own_unit() -> ColumnElement[bool]:
    """Say that the paper names somebody, and is of the unit the line of the assignment is of."""
    return and_(Decision.kind.in_(kinds_that(PaperForce.NAMES)), is_of_the_unit())


def is_of_the_unit() -> ColumnElement[bool]:
    """Say that the unit's own head issued the paper: of the unit served, or of one it came from."""
    return (
        select(_OF_THE_LINE.id)
        .where(
            Decision.is_own,
            _OF_THE_LINE.line_id == Assignment.line_id,
            _OF_THE_LINE.unit_id == Decision.unit_id,
        )
        .correlate(Assignment, Decision)
        .exists()
    )
