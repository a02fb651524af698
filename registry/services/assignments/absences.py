"""Record that the holder of an assignment is away, and who acts meanwhile (docs/adr/0020)."""

from datetime import date
from typing import Any

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, Problem
from registry.domain.periods import LONGEST_AHEAD, Period
from registry.domain.permissions import Action, Actor
from registry.domain.vietnamese.writing import format_day
from registry.models.assignments import Assignment, AssignmentAbsence
from registry.models.base import db
from registry.queries.assignments.absences import absence_to_change, absences_of, others_to_act
from registry.queries.assignments.counting import unable_to_act
from registry.queries.assignments.lists import seen_assignment, units_of_line
from registry.queries.assignments.rows import AssignmentRow
from registry.queries.coverage.spans import covered_days
from registry.queries.reorganisations.ahead import written_end
from registry.services.assignments.changes import own_assignment
from registry.services.assignments.commands import SetAbsence
from registry.services.assignments.periods import record_deed
from registry.services.gaps import accepted_gaps, refuse_gaps
from registry.services.one_at_a_time import one_at_a_time

SAVED_MEANWHILE = "Người khác vừa lưu tạm vắng của phân công này. Mở lại trang để xem rồi nhập lại."
TAKEN_BACK = "Tạm vắng này không còn: có thể người khác vừa bỏ. Mở lại trang phân công để xem."


@one_at_a_time
def set_absence(actor: Actor, command: SetAbsence, moment: Moment) -> AssignmentAbsence:
    """Record that a holder is away for a period, or rewrite an absence.

    Raises NotFound outside the scope, Conflict for what is no absence of the assignment any more or
    was saved meanwhile, Invalid on `valid_from`, `valid_to`, `acting`, and on `accept_gap` when the
    unit would be left without a focal point. What was recorded by mistake is taken back; the audit
    keeps it.
    """
    assignment = own_assignment(actor, command.assignment_id, moment.day)
    absence = absence_to_change(assignment.line_id, command.absence_id, moment.day)
    if absence is None and command.absence_id is not None:
        raise Conflict(TAKEN_BACK)
    if command.version != (absence.version if absence else 0):
        raise Conflict(SAVED_MEANWHILE)
    if command.taken_back and absence is None:
        raise Conflict(SAVED_MEANWHILE)
    covered = covered_days(units_of_line(assignment.line_id))
    before = _facts(absence) if absence else None
    kinds = [absence.kind.value if absence else None, command.kind.value]
    if command.taken_back and absence is not None:
        db.session.delete(absence)
        after = None
    else:
        absence = _written(actor, command, assignment, absence, moment)
        after = _facts(absence)
    db.session.flush()
    gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
    details: dict[str, Any] = {"absence": {"before": before, "after": after}, "absence_kind": kinds}
    details |= accepted_gaps(gaps)
    record_deed(actor, Deed.ASSIGNMENT_ABSENCE, assignment, details, moment)
    return absence


def _written(
    actor: Actor,
    command: SetAbsence,
    assignment: Assignment,
    absence: AssignmentAbsence | None,
    moment: Moment,
) -> AssignmentAbsence:
    scope = actor.scope(Action.ASSIGNMENT_RECORD)
    row = seen_assignment(assignment.id, scope, moment.day)
    others = {other.id: other for other in others_to_act(row)} if row else {}
    acting = None if command.acting_id is None else others.get(command.acting_id)
    problems = _problems(command, row, absence, moment.day)
    if command.acting_id is not None and acting is None:
        problems.append(Problem("acting", "Chọn người phụ trách thay trong danh sách."))
    if (
        not problems
        and acting is not None
        and (absence is None or acting.line_id != absence.acting_line_id)
    ):
        problems += _cannot_act(acting, command.valid_from, moment.day)
    if problems:
        raise Invalid(problems)
    if absence is None:
        absence = AssignmentAbsence(line_id=assignment.line_id)
        db.session.add(absence)
    absence.kind = command.kind
    absence.valid_from, absence.valid_to = command.valid_from, command.valid_to
    absence.acting_line_id = acting.line_id if acting else None
    return absence


def _cannot_act(acting: AssignmentRow, day: date, today: date) -> list[Problem]:
    end = written_end(Assignment, acting.id, acting.valid_to, today)
    if end is not None and end <= day:
        ended = format_day(end)
        said = f"Phân công của {acting.holder_name} kết thúc từ ngày {ended}. Chọn người khác."
        return [Problem("acting", said)]
    why = unable_to_act([acting], day).get(acting.id)
    if why is None:
        return []
    said = f"{acting.holder_name} không được tính vào ngày đó ({why.sentence.lower()}). "
    return [Problem("acting", said + "Chọn người khác, hoặc ghi quyết định giao trước.")]


def _problems(
    command: SetAbsence, row: AssignmentRow | None, absence: AssignmentAbsence | None, today: date
) -> list[Problem]:
    first, end = command.valid_from, command.valid_to
    if row is None or row.person_id is None:
        return [Problem("", "Chỉ ghi tạm vắng cho người, không ghi cho bộ phận.")]
    if end is not None and end <= first:
        return [Problem("valid_to", "Ngày trở lại phải sau ngày bắt đầu tạm vắng.")]
    said = None
    held = Period(row.valid_from, written_end(Assignment, row.id, row.valid_to, today))
    if not held.contains(first):
        said = "Ngày bắt đầu tạm vắng phải nằm trong thời gian phân công."
    elif first > today + LONGEST_AHEAD:
        said = "Ngày này xa quá một năm so với hôm nay. Kiểm tra lại năm."
    else:
        present = Period(absence.valid_from, absence.valid_to) if absence else None
        for other in absences_of([row]).get(row.line_id, ()):
            if other != present and other.overlaps(Period(first, end)):
                said = (
                    f"Đã ghi tạm vắng từ ngày {format_day(other.valid_from)}. "
                    "Sửa lần tạm vắng đó, hoặc chọn ngày khác."
                )
    return [Problem("valid_from", said)] if said else []


def _facts(absence: AssignmentAbsence) -> dict[str, Any]:
    """Return what the audit compares in its chain; why somebody is away stands beside it."""
    return {
        "valid_from": absence.valid_from,
        "valid_to": absence.valid_to,
        "acting_line_id": absence.acting_line_id,
    }
