"""Which focal points are known to end soon: with their paper, their membership, or of themselves.

The end of a contract, of a secondment and the day of a retirement are ends of a membership. What
only waits for its days of grace to pass is among what was carried over, and not said again here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from registry.domain.assignments import AssignmentRole, CountingRules, EndingCause
from registry.domain.permissions import Scope
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.units import UnitPath
from registry.queries.assignments.rows import AssignmentRow, assignment_rows, select_rows
from registry.queries.blocks import blocks
from registry.queries.counting_rules import counting_rules
from registry.queries.coverage.breaks import are_on_one_line
from registry.queries.coverage.carried_over import carried_on
from registry.queries.coverage.papers import (
    has_begun,
    is_ended,
    names_a_focal_point,
    taken_out_on,
)
from registry.queries.units.on_a_day import in_force, in_scope_of

ANNOUNCED_DAYS = 90
_FAR = date(9999, 12, 31)
# An alias fills itself when it is first used: these are used below, as the module is read.
_OWN, _SERVED = aliased(UnitPath), aliased(UnitPath)


@dataclass(frozen=True, slots=True)
class Ending:
    """A focal point whose first day without effect, `ends_on`, is known; what ends first."""

    row: AssignmentRow
    ends_on: date
    cause: EndingCause


def ending_soon(scope: Scope, today: date, day: date) -> list[Ending]:
    """Return the focal points in force on `day` that end within 90 days from it, the first first.

    Of units in `scope` today. Of two ends on one day the paper's is named, then the membership's.
    """
    found = select_ending(scope, today, day, counting_rules(day)).subquery()
    ends = {
        row.id: (row.ends_on, EndingCause(row.cause))
        for row in db.session.execute(select(found.c.id, found.c.ends_on, found.c.cause))
    }
    rows = (
        row
        for block in blocks(ends)
        for row in assignment_rows(select_rows(day).where(Assignment.id.in_(block)))
    )
    return sorted(
        (Ending(row, *ends[row.id]) for row in rows),
        key=lambda one: (one.ends_on, one.row.unit_code, one.row.holder_sort_key, one.row.id),
    )


def select_ending(
    scope: Scope, today: date, day: date, rules: CountingRules
) -> Select[*tuple[Any, ...]]:
    """Select what `ending_soon` lists: `id`, `unit_id`, `ends_on` and `cause`."""
    one = (
        _in_force_on_a_paper(day, rules)
        .where(in_scope_of(scope, Assignment.unit_id, today))
        .subquery()
    )
    causes = (
        (EndingCause.PAPER, one.c.paper),
        (EndingCause.LATER_PAPER, one.c.later_paper),
        (EndingCause.MEMBERSHIP, one.c.membership),
        (EndingCause.OWN_DAY, one.c.own_day),
    )
    first: SQLColumnExpression[date] = causes[-1][1]
    for _, end in causes[:-1]:
        first = case((end <= first, end), else_=first)
    cause = case(*((end == first, literal(cause.value)) for cause, end in causes))
    return select(one.c.id, one.c.unit_id, first.label("ends_on"), cause.label("cause")).where(
        first <= day + timedelta(days=ANNOUNCED_DAYS)
    )


def _in_force_on_a_paper(day: date, rules: CountingRules) -> Select[*tuple[Any, ...]]:
    """Select focal points in force on `day` with each end that is known, far away where none is.

    Not those whose paper names nobody, or whose days of grace are past: they stopped already.
    """

    def known(end: Any) -> Any:
        return func.coalesce(end, _FAR)

    return (
        select(
            Assignment.id.label("id"),
            Assignment.unit_id.label("unit_id"),
            known(Decision.effective_to).label("paper"),
            known(taken_out_on()).label("later_paper"),
            known(_membership_ends_on(day)).label("membership"),
            known(Assignment.valid_to).label("own_day"),
        )
        .join(Decision, Decision.id == Assignment.decision_id)
        .where(
            Assignment.role == AssignmentRole.FOCAL_POINT,
            in_force(Assignment, day),
            has_begun(literal(day)),
            ~is_ended(literal(day)),
            names_a_focal_point(literal(rules.other_papers_count)),
            func.coalesce(carried_on() > rules.latest_past_grace(day), True),
        )
    )


def _membership_ends_on(day: date) -> Any:
    """Return the day on which the holder is a member no more of the unit served, or near it.

    By the memberships of `day`, the last of them; NULL for a section and for who is none.
    """
    return (
        select(func.max(func.coalesce(Membership.valid_to, _FAR)))
        .join(_OWN, and_(_OWN.unit_id == Membership.unit_id, in_force(_OWN, day)))
        .join(_SERVED, and_(_SERVED.unit_id == Assignment.unit_id, in_force(_SERVED, day)))
        .where(
            Membership.person_id == Assignment.person_id,
            in_force(Membership, day),
            are_on_one_line(_OWN, _SERVED),
        )
        .correlate(Assignment)
        .scalar_subquery()
    )


def by_month(endings: Iterable[Ending], day: date) -> list[tuple[int, list[Ending]]]:
    """Part what ends within 30, 60 and 90 days of `day`; groups without any are left out."""
    wanted = list(endings)
    parts = [
        (last, [one for one in wanted if last - 30 < max((one.ends_on - day).days, 1) <= last])
        for last in range(30, ANNOUNCED_DAYS + 1, 30)
    ]
    return [(last, part) for last, part in parts if part]


_membership_ends_on(date.min)
