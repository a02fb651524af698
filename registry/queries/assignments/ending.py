"""Which focal points are known to stop counting soon, on which day, and why.

What days an assignment counts on, `registry.queries.coverage.spans` knows; asked are only those of
which something is written that ends or changes within the days looked at.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, literal, or_, select

from registry.domain.assignments import AssignmentRole, Hindrance, why_not_counting
from registry.domain.periods import days_later, joined
from registry.domain.permissions import Scope
from registry.models.assignments import Assignment, AssignmentAbsence
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.assignments.counting import held_on
from registry.queries.assignments.rows import AssignmentRow, assignment_rows, select_rows
from registry.queries.blocks import blocks
from registry.queries.counting_rules import counting_rules
from registry.queries.coverage.papers import taken_out_on
from registry.queries.coverage.spans import counting_days
from registry.queries.units.on_a_day import in_force, in_scope_of, units_by_id

ANNOUNCED_DAYS = 90


@dataclass(frozen=True, slots=True)
class Ending:
    """A focal point that counts; `stops_on` is its first day of not counting."""

    row: AssignmentRow
    stops_on: date


def ends_soon(scope: Scope, today: date, day: date) -> dict[int, date]:
    """Return which focal points counting on `day` stop within 90 days, and on which day, by id.

    Of units in `scope` today. Who goes on without a break does not stop: by another row of the same
    line, another membership near the unit, a later paper already written. A few SELECTs where
    nothing is written that ends, else a constant number.
    """
    last = _last_day(day)
    found = db.session.execute(
        select(Assignment.id, Assignment.line_id)
        .outerjoin(Decision, Decision.id == Assignment.decision_id)
        .where(
            Assignment.role == AssignmentRole.FOCAL_POINT,
            in_force(Assignment, day),
            in_scope_of(scope, Assignment.unit_id, today),
            _something_ends(day, last, by_law=counting_rules(last).duties_by_law_count),
        )
    ).all()
    lines = {line_id: assignment_id for assignment_id, line_id in found}
    line_of = _rows_of(lines)
    days = defaultdict(list)
    for assignment_id, period in counting_days({unit_id for _, unit_id in line_of.values()}):
        if assignment_id in line_of:
            days[line_of[assignment_id][0]].append(period)
    ends = {
        lines[line_id]: period.valid_to
        for line_id, periods in days.items()
        for period in joined(periods)
        if period.contains(day)
    }
    return {row_id: end for row_id, end in ends.items() if end is not None and end <= last}


def endings(stops_on: dict[int, date], day: date) -> list[Ending]:
    """Return the rows of `ends_soon` with the names of `day`, the first to stop first."""
    rows = (
        row
        for block in blocks(stops_on)
        for row in assignment_rows(select_rows(day).where(Assignment.id.in_(block)))
    )
    return sorted(
        (Ending(row, stops_on[row.id]) for row in rows),
        key=lambda one: (one.stops_on, one.row.unit_code, one.row.holder_sort_key, one.row.id),
    )


def why_they_end(wanted: Iterable[Ending]) -> dict[int, str]:
    """Say by id why each stops: what hinders it on that day. A few SELECTs for every such day."""
    said: dict[int, str] = {}
    by_day: dict[date, list[Ending]] = defaultdict(list)
    for one in wanted:
        by_day[one.stops_on].append(one)
    for day, ending in by_day.items():
        rules, rows = counting_rules(day), [one.row for one in ending]
        units = units_by_id((row.unit_id for row in rows), day)
        why = {
            held.row.id: why_not_counting(held.holding, day, rules) for held in held_on(rows, day)
        }
        for row in rows:
            hindrance = why.get(row.id)
            if row.unit_id not in units:
                said[row.id] = "Đơn vị kết thúc"
            elif row.id not in why:
                said[row.id] = "Hết thời hạn phân công"
            elif hindrance is None:
                said[row.id] = "Đơn vị không còn thuộc diện phải bố trí"
            elif row.decision_id is None and hindrance.why is Hindrance.WAITING:
                said[row.id] = "Hết thời gian giao theo quy định"
            else:
                said[row.id] = hindrance.why.label
    return said


def by_month(found: Iterable[Ending], day: date) -> list[tuple[int, list[Ending]]]:
    """Part what stops within 30, 60 and 90 days of `day`; groups without any are left out."""
    wanted = list(found)
    parts = [
        (last, [one for one in wanted if last - 30 < (one.stops_on - day).days <= last])
        for last in range(30, ANNOUNCED_DAYS + 1, 30)
    ]
    return [(last, part) for last, part in parts if part]


def _last_day(day: date) -> date:
    return days_later(day, ANNOUNCED_DAYS)


def _rows_of(line_ids: Iterable[str]) -> dict[int, tuple[str, int]]:
    """Return line and unit served of every assignment of the lines, by id."""
    return {
        row_id: (line_id, unit_id)
        for block in blocks(line_ids)
        for row_id, line_id, unit_id in db.session.execute(
            select(Assignment.id, Assignment.line_id, Assignment.unit_id).where(
                Assignment.line_id.in_(block)
            )
        )
    }


def _something_ends(day: date, last: date, *, by_law: bool) -> ColumnElement[bool]:
    """Say of an `Assignment` that anything it rests on is written to end after `day`, by `last`.

    Rather one too many: whether it stops counting, the days on which it counts say.
    """

    def ends(column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
        return and_(column > day, column <= last)

    moved = select(UnitPath.unit_id).where(ends(UnitPath.valid_to))
    members = select(Membership.person_id).where(
        or_(
            ends(Membership.valid_to),
            ends(Membership.valid_from),
            Membership.unit_id.in_(moved),
        )
    )
    away = select(AssignmentAbsence.line_id).where(ends(AssignmentAbsence.valid_from))
    changed = select(UnitPeriod.unit_id).where(ends(UnitPeriod.valid_to))
    return or_(
        ends(Assignment.valid_to),
        and_(Assignment.decision_id.is_(None), literal(by_law)),
        ends(Decision.effective_to),
        func.coalesce(ends(taken_out_on()), False),
        Assignment.person_id.in_(members),
        Assignment.section_id.in_(moved),
        Assignment.unit_id.in_(moved),
        Assignment.unit_id.in_(changed),
        Assignment.line_id.in_(away),
    )
