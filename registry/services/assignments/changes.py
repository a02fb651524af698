"""Record, correct, change and end assignments (Plan 4660 IV.1, IV.2, V.4b).

Correction is not change: `correct_assignment` rewrites what was always otherwise, while
`change_assignment` closes a period and opens the next.
"""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from registry.domain.assignments import AssignmentRole
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.periods import LONGEST_AHEAD
from registry.domain.permissions import Action, Actor
from registry.domain.vietnamese.names import normalise
from registry.domain.vietnamese.writing import format_day
from registry.models.assignments import Assignment
from registry.models.base import continued, db
from registry.queries.assignments.holders import Holder
from registry.queries.assignments.lists import assignment_by_id
from registry.queries.coverage.spans import covered_days
from registry.queries.units.on_a_day import life_of, path_on
from registry.services.assignments.checks import (
    TEXT_MAX_LENGTH,
    Draft,
    check_day_within,
    checked,
)
from registry.services.assignments.commands import (
    ChangeAssignment,
    CorrectAssignment,
    EndAssignment,
    RecordAssignment,
)
from registry.services.audit import Event, record
from registry.services.decisions import ScanStore
from registry.services.gaps import refuse_gaps

UNIT_ENDED = "Đơn vị kết thúc hoạt động"
NEW_FOCAL_POINT = "Thay đổi đầu mối"
NEW_HOLDER = "Thay đổi người đảm nhiệm"
NEW_CONTENT = "Thay đổi nội dung phân công"
CHANGED_MEANWHILE = (
    "Người khác vừa lưu phân công này. Chưa có gì bị ghi đè: xem nội dung đang lưu bên dưới, "
    "kiểm tra phần đã nhập rồi bấm Lưu lần nữa nếu vẫn muốn thay."
)


def record_assignment(
    actor: Actor, command: RecordAssignment, moment: Moment, store: ScanStore
) -> Assignment:
    """Record that a person or a section holds a role of a unit.

    Raises NotFound outside the scope; Invalid, every problem at once, on `holder`, `role`,
    `concurrent_fields`, `valid_from`, `decision_choice` and the fields of a new decision.
    """
    _authorise(actor, command.unit_id, moment.day)
    life = life_of(command.unit_id)
    if life is not None and life.valid_to is not None and life.valid_to <= moment.day:
        raise Invalid.on(
            "",
            f"Đơn vị đã kết thúc từ ngày {format_day(life.valid_to)} nên không ghi phân công mới.",
        )
    ends = (
        life.valid_to
        if life is not None and command.valid_from < (life.valid_to or date.max)
        else None
    )
    draft = Draft(command.unit_id, command.details, command.valid_from, ends)
    values = checked(actor, draft, moment, store)
    assignment = Assignment(
        line_id=uuid.uuid4().hex,
        unit_id=command.unit_id,
        end_reason=UNIT_ENDED if ends else None,
        **values,
    )
    db.session.add(assignment)
    db.session.flush()
    _record(actor, Deed.ASSIGNMENT_RECORD, assignment, _shown(assignment), moment)
    return assignment


def correct_assignment(
    actor: Actor, command: CorrectAssignment, moment: Moment, store: ScanStore
) -> Assignment:
    """Rewrite an assignment that was recorded wrongly; nothing changed: nothing is written.

    Raises NotFound, Conflict when it was saved meanwhile, Invalid as `record_assignment` and on
    `valid_to`; on `accept_gap` when the unit would lose its last focal point unconfirmed.
    """
    assignment = _to_edit(actor, command.assignment_id, command.version, moment.day)
    covered = covered_days([assignment.unit_id])
    draft = Draft(
        assignment.unit_id, command.details, command.valid_from, command.valid_to, assignment
    )
    values = checked(actor, draft, moment, store)
    before = _shown(assignment)
    for name, value in values.items():
        if getattr(assignment, name) != value:
            setattr(assignment, name, value)
    if assignment.valid_to is None:
        assignment.end_reason = None
    db.session.flush()
    # The row may name another person and decision now; what was loaded of the old ones goes.
    db.session.expire(assignment, ["person", "decision"])
    changed = _changes(before, _shown(assignment))
    if changed:
        # A first day put right moves where the covered days begin; that is no gap left behind.
        since = min(command.valid_from, moment.day)
        gap = _gap(refuse_gaps(covered, accepted=command.accept_gap, since=since))
        _record(actor, Deed.ASSIGNMENT_CORRECT, assignment, changed | gap, moment)
    return assignment


def change_assignment(
    actor: Actor, command: ChangeAssignment, moment: Moment, store: ScanStore
) -> Assignment:
    """Close an assignment at a day and open the next from that day; return the new one.

    The line goes on while the holder stays; another holder begins a line of his own and the old
    row says why it ended. Raises as `correct_assignment`, and Invalid on `change_from`.
    """
    assignment = _to_edit(actor, command.assignment_id, command.version, moment.day)
    day = command.change_from
    check_day_within(assignment, day, "change_from")
    covered = covered_days([assignment.unit_id])
    draft = Draft(
        assignment.unit_id, command.details, day, assignment.valid_to, assignment, "change_from"
    )
    values = checked(actor, draft, moment, store)
    if all(
        getattr(assignment, name) == value for name, value in values.items() if name != "valid_from"
    ):
        raise Invalid.on("", "Chưa có nội dung nào khác với phân công đang lưu.")
    same_holder = command.details.holder == Holder(assignment.person_id, assignment.section_id)
    line_id = assignment.line_id if same_holder else uuid.uuid4().hex
    following = continued(assignment, line_id=line_id, **values)
    before = _shown(assignment)
    assignment.valid_to = day
    assignment.end_reason = _reason_of_change(assignment.role, same_holder=same_holder)
    # The database refuses two overlapping rows, so the old one is closed first.
    db.session.flush()
    db.session.add(following)
    db.session.flush()
    gap = _gap(refuse_gaps(covered, accepted=command.accept_gap))
    details = {"continues": assignment.id, "from": day} | _changes(before, _shown(following)) | gap
    _record(actor, Deed.ASSIGNMENT_CHANGE, following, details, moment)
    return following


def end_assignment(actor: Actor, command: EndAssignment, moment: Moment) -> Assignment:
    """End an assignment from a day on, with a reason.

    Raises NotFound, Conflict when it was saved meanwhile, Invalid on `ends_on`, `reason`, and on
    `accept_gap` when the unit would lose its last focal point unconfirmed.
    """
    assignment = _to_edit(actor, command.assignment_id, command.version, moment.day)
    check_day_within(assignment, command.ends_on, "ends_on")
    if command.ends_on > moment.day + LONGEST_AHEAD:
        raise Invalid.on("ends_on", "Ngày kết thúc xa quá một năm. Kiểm tra lại năm.")
    reason = normalise(command.reason)
    if not reason or len(reason) > TEXT_MAX_LENGTH:
        raise Invalid.on("reason", f"Nhập lý do kết thúc, nhiều nhất {TEXT_MAX_LENGTH} ký tự.")
    covered = covered_days([assignment.unit_id])
    before = _shown(assignment)
    assignment.valid_to = command.ends_on
    assignment.end_reason = reason
    db.session.flush()
    gap = _gap(refuse_gaps(covered, accepted=command.accept_gap))
    details = _changes(before, _shown(assignment)) | gap
    _record(actor, Deed.ASSIGNMENT_END, assignment, details, moment)
    return assignment


def _authorise(actor: Actor, unit_id: int, today: date) -> None:
    actor.require_on(Action.ASSIGNMENT_RECORD, path_on(unit_id, today), unit_id)


def _to_edit(actor: Actor, assignment_id: int, version: int, today: date) -> Assignment:
    actor.require(Action.ASSIGNMENT_RECORD)
    assignment = assignment_by_id(assignment_id)
    if assignment is None:
        raise NotFound
    _authorise(actor, assignment.unit_id, today)
    if assignment.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    return assignment


def _reason_of_change(role: AssignmentRole, *, same_holder: bool) -> str:
    if same_holder:
        return NEW_CONTENT
    return NEW_FOCAL_POINT if role is AssignmentRole.FOCAL_POINT else NEW_HOLDER


def _gap(gaps: Mapping[int, date]) -> dict[str, Any]:
    """Return what the audit says of a gap accepted for the unit; nothing when there is none."""
    return {"gap_from": min(gaps.values())} if gaps else {}


def _shown(assignment: Assignment) -> dict[str, Any]:
    """Return what the audit compares before and after a change."""
    return {
        "person_id": assignment.person_id,
        "section_id": assignment.section_id,
        "role": assignment.role.value,
        "duty": assignment.duty.value,
        "concurrent_fields": assignment.concurrent_fields,
        "decision_id": assignment.decision_id,
        "valid_from": assignment.valid_from,
        "valid_to": assignment.valid_to,
        "end_reason": assignment.end_reason,
    }


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


# Written freely about a person, so kept beside the chain, where it can be erased.
_FREE_TEXTS = frozenset({"concurrent_fields", "end_reason"})


def _record(
    actor: Actor, action: Deed, assignment: Assignment, details: dict[str, Any], moment: Moment
) -> None:
    personal = {name: value for name, value in details.items() if name in _FREE_TEXTS and value}
    record(
        actor,
        Event(
            action,
            "assignments",
            assignment.id,
            assignment.unit_id,
            details={name: value for name, value in details.items() if name not in _FREE_TEXTS},
            personal=personal or None,
            person_id=assignment.person_id,
        ),
        moment,
    )
