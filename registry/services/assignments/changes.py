"""Record, correct, change and end assignments (Plan 4660 IV.1, IV.2, V.4b).

Correction is not change: `correct_assignment` rewrites what was always otherwise, while
`change_assignment` closes a period and opens the next.
"""

import uuid
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from registry.domain.assignments import AssignmentRole, Hindrance
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.periods import LONGEST_AHEAD
from registry.domain.permissions import Action, Actor
from registry.domain.vietnamese.names import accepted
from registry.domain.vietnamese.writing import format_day
from registry.models.assignments import Assignment, AssignmentConfirmation
from registry.models.base import continued, db
from registry.queries.assignments.counting import not_counting
from registry.queries.assignments.holders import Holder
from registry.queries.assignments.lists import (
    assignment_by_id,
    assignments_of_unit,
    units_of_line,
)
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
from registry.services.assignments.periods import changes_between, facts_of, record_deed
from registry.services.decisions import ScanStore
from registry.services.gaps import refuse_gaps
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.following import Whose, chosen_part, units_followed

NEW_FOCAL_POINT = "Thay đổi đầu mối"
NEW_HOLDER = "Thay đổi người đảm nhiệm"
NEW_CONTENT = "Thay đổi nội dung phân công"
NOTHING_TO_CONFIRM = (
    "Phân công này không chờ xác nhận tiếp tục. Mở lại trang phân công của đơn vị để xem."
)
CHANGED_MEANWHILE = (
    "Người khác vừa lưu phân công này. Chưa có gì bị ghi đè: xem nội dung đang lưu bên dưới, "
    "kiểm tra phần đã nhập rồi bấm “Lưu” lần nữa nếu vẫn muốn thay."
)


@one_at_a_time
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
    draft = Draft(command.unit_id, command.details, command.valid_from, command.valid_to)
    chosen = chosen_part(command.unit_id, command.successor_id, moment.day)
    with units_followed(_whose(command.details.holder), moment.day, chosen=chosen):
        values = checked(actor, draft, moment, store)
        assignment = Assignment(line_id=uuid.uuid4().hex, unit_id=command.unit_id, **values)
        db.session.add(assignment)
        db.session.flush()
        record_deed(actor, Deed.ASSIGNMENT_RECORD, assignment, facts_of(assignment), moment)
    return assignment


def _whose(*holders: Holder) -> Whose:
    return Whose.parties((holder.person_id, holder.section_id) for holder in holders)


def _units_followed(
    assignment: Assignment, moment: Moment, *others: Holder
) -> AbstractContextManager[None]:
    """Let what is written within about those who hold an assignment follow units that end later."""
    whose = _whose(Holder(assignment.person_id, assignment.section_id), *others)
    return units_followed(whose, moment.day, begun=assignment.valid_from)


@one_at_a_time
def correct_assignment(
    actor: Actor, command: CorrectAssignment, moment: Moment, store: ScanStore
) -> Assignment:
    """Rewrite an assignment that was recorded wrongly; nothing changed: nothing is written.

    Raises NotFound, Conflict when it was saved meanwhile, Invalid as `record_assignment` and on
    `valid_to`; on `accept_gap` when the unit would lose its last focal point unconfirmed.
    """
    assignment = _to_edit(actor, command.assignment_id, command.version, moment.day)
    covered, before = covered_days(units_of_line(assignment.line_id)), facts_of(assignment)
    draft = Draft(
        assignment.unit_id, command.details, command.valid_from, command.valid_to, assignment
    )
    with _units_followed(assignment, moment, command.details.holder):
        values = checked(actor, draft, moment, store)
        for name, value in values.items():
            if getattr(assignment, name) != value:
                setattr(assignment, name, value)
        if assignment.valid_to is None:
            assignment.end_reason = None
        db.session.flush()
    # The row may name another person and decision now; what was loaded of the old ones goes.
    db.session.expire(assignment, ["person", "decision"])
    changed = changes_between(before, facts_of(assignment))
    if changed:
        # A first day put right moves where the covered days begin; that is no gap left behind.
        since = min(command.valid_from, moment.day)
        gap = _gap(refuse_gaps(covered, actor, moment, accepted=command.accept_gap, since=since))
        record_deed(actor, Deed.ASSIGNMENT_CORRECT, assignment, changed | gap, moment)
    return assignment


@one_at_a_time
def change_assignment(
    actor: Actor, command: ChangeAssignment, moment: Moment, store: ScanStore
) -> Assignment:
    """Close an assignment at a day and open the next from that day; return the new one.

    The line goes on while the holder stays; another holder begins a line of his own and the old
    row says why it ended. Of a holder who came back it confirms that the line goes on. Raises as
    `correct_assignment`, and Invalid on `change_from`.
    """
    assignment = _to_edit(actor, command.assignment_id, command.version, moment.day)
    covered, before = covered_days(units_of_line(assignment.line_id)), facts_of(assignment)
    with _units_followed(assignment, moment, command.details.holder):
        following = _continue_otherwise(actor, assignment, command, moment, store)
    gap = _gap(refuse_gaps(covered, actor, moment, accepted=command.accept_gap))
    changed = changes_between(before, facts_of(following))
    details = {"continues": assignment.id, "from": command.change_from} | changed | gap
    record_deed(actor, Deed.ASSIGNMENT_CHANGE, following, details, moment)
    return following


def _continue_otherwise(
    actor: Actor,
    assignment: Assignment,
    command: ChangeAssignment,
    moment: Moment,
    store: ScanStore,
) -> Assignment:
    day = command.change_from
    check_day_within(assignment, day, "change_from")
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
    assignment.valid_to = day
    assignment.end_reason = _reason_of_change(assignment.role, same_holder=same_holder)
    # The database refuses two overlapping rows, so the old one is closed first.
    db.session.flush()
    db.session.add(following)
    db.session.flush()
    if _is_interrupted(following, day):
        _confirm(actor, following, day, moment)
    return following


@one_at_a_time
def end_assignment(actor: Actor, command: EndAssignment, moment: Moment) -> Assignment:
    """End an assignment from a day on, with a reason.

    Raises NotFound, Conflict when it was saved meanwhile, Invalid on `ends_on`, `reason`, and on
    `accept_gap` when the unit would lose its last focal point unconfirmed.
    """
    assignment = _to_edit(actor, command.assignment_id, command.version, moment.day)
    covered, before = covered_days(units_of_line(assignment.line_id)), facts_of(assignment)
    with _units_followed(assignment, moment):
        _close(assignment, command, moment)
    gap = _gap(refuse_gaps(covered, actor, moment, accepted=command.accept_gap))
    details = changes_between(before, facts_of(assignment)) | gap
    record_deed(actor, Deed.ASSIGNMENT_END, assignment, details, moment)
    return assignment


def _close(assignment: Assignment, command: EndAssignment, moment: Moment) -> None:
    check_day_within(assignment, command.ends_on, "ends_on")
    if command.ends_on > moment.day + LONGEST_AHEAD:
        raise Invalid.on(
            "ends_on", "Ngày kết thúc xa quá một năm so với hôm nay. Kiểm tra lại năm."
        )
    reason = accepted(command.reason, "reason")
    if not reason or len(reason) > TEXT_MAX_LENGTH:
        raise Invalid.on("reason", f"Nhập lý do kết thúc, nhiều nhất {TEXT_MAX_LENGTH} ký tự.")
    assignment.valid_to = command.ends_on
    assignment.end_reason = reason
    db.session.flush()


@one_at_a_time
def confirm_assignment(actor: Actor, assignment_id: int, moment: Moment) -> Assignment:
    """Confirm that an assignment goes on from today, whose holder was no member and came back.

    By the paper it rests on (docs/adr/0020). Raises NotFound outside the scope, Conflict when it
    does not wait for that.
    """
    assignment = own_assignment(actor, assignment_id, moment.day)
    if not _is_interrupted(assignment, moment.day):
        raise Conflict(NOTHING_TO_CONFIRM)
    _confirm(actor, assignment, moment.day, moment)
    return assignment


def _is_interrupted(assignment: Assignment, day: date) -> bool:
    """Tell whether nothing but a break of its holder keeps an assignment from counting on `day`."""
    found = not_counting(assignments_of_unit(assignment.unit_id, day), day).get(assignment.id)
    return found is not None and found.why is Hindrance.INTERRUPTED


def _confirm(actor: Actor, assignment: Assignment, day: date, moment: Moment) -> None:
    db.session.add(
        AssignmentConfirmation(
            line_id=assignment.line_id,
            confirmed_on=day,
            confirmed_by_id=actor.account_id,
            created_at=moment.instant,
        )
    )
    db.session.flush()
    record_deed(actor, Deed.ASSIGNMENT_CONFIRM, assignment, {"confirmed_on": day}, moment)


def _authorise(actor: Actor, unit_id: int, today: date) -> None:
    actor.require_on(Action.ASSIGNMENT_RECORD, path_on(unit_id, today), unit_id)


def own_assignment(actor: Actor, assignment_id: int, today: date) -> Assignment:
    """Return an assignment of a unit in the actor's scope; raise NotFound otherwise."""
    actor.require(Action.ASSIGNMENT_RECORD)
    assignment = assignment_by_id(assignment_id)
    if assignment is None:
        raise NotFound
    _authorise(actor, assignment.unit_id, today)
    return assignment


def _to_edit(actor: Actor, assignment_id: int, version: int, today: date) -> Assignment:
    assignment = own_assignment(actor, assignment_id, today)
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
