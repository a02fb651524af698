"""When holders of assignments are away, and who acts for them (docs/adr/0020)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select

from registry.domain.periods import Period
from registry.models.assignments import Assignment, AssignmentAbsence
from registry.models.base import db
from registry.queries.assignments.rows import AssignmentRow, assignment_rows, in_order, select_rows
from registry.queries.blocks import blocks
from registry.queries.units.on_a_day import in_force


def absences_of(rows: Iterable[AssignmentRow]) -> dict[str, tuple[Period, ...]]:
    """Return the days on which the holders of assignments are away, by line, in order."""
    found: dict[str, list[Period]] = defaultdict(list)
    for block in blocks(row.line_id for row in rows):
        for one in db.session.scalars(
            select(AssignmentAbsence).where(AssignmentAbsence.line_id.in_(block))
        ):
            found[one.line_id].append(Period(one.valid_from, one.valid_to))
    return {line_id: tuple(sorted(days)) for line_id, days in found.items()}


def acting_names(rows: Iterable[AssignmentRow], day: date) -> dict[int, str]:
    """Return who acts on `day` for the holders who are away then, by id of their assignment."""
    by_line = {row.line_id: row.id for row in rows}
    found: dict[int, str] = {}
    for block in blocks(by_line):
        away = db.session.scalars(
            select(AssignmentAbsence).where(
                AssignmentAbsence.line_id.in_(block),
                in_force(AssignmentAbsence, day),
            )
        ).all()
        acting = {one.acting_line_id for one in away}
        rows_acting = assignment_rows(select_rows(day).where(Assignment.line_id.in_(acting)))
        names = {row.line_id: row.holder_name for row in rows_acting}
        for one in away:
            if one.acting_line_id in names:
                found[by_line[one.line_id]] = names[one.acting_line_id]
    return found


def absences_of_line(line_id: str) -> list[AssignmentAbsence]:
    """Return every absence of a line, the latest first."""
    return list(
        db.session.scalars(
            select(AssignmentAbsence)
            .where(AssignmentAbsence.line_id == line_id)
            .order_by(AssignmentAbsence.valid_from.desc())
        )
    )


def absence_to_change(
    line_id: str, absence_id: int | None, today: date
) -> AssignmentAbsence | None:
    """Return an absence of a line; of no number, the first that goes on today or is to come."""
    known = absences_of_line(line_id)
    if absence_id is not None:
        return next((one for one in known if one.id == absence_id), None)
    not_over = [one for one in known if one.valid_to is None or one.valid_to > today]
    return not_over[-1] if not_over else None


def others_to_act(row: AssignmentRow) -> list[AssignmentRow]:
    """Return the assignments of others to the same role of the unit, which end after this began."""
    statement = select_rows(None).where(
        Assignment.unit_id == row.unit_id,
        Assignment.role == row.role,
        Assignment.line_id != row.line_id,
        or_(Assignment.valid_to.is_(None), Assignment.valid_to > row.valid_from),
    )
    return in_order(assignment_rows(statement))
