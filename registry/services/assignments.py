"""Assignments: who is focal point, and in which other role, of a unit (Plan 4660 IV.1, IV.2, V.4b).

Correction is not change: `correct_assignment` rewrites what was always otherwise, while
`change_assignment` closes a period and opens the next.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from registry.domain.assignments import AssignmentRole, Duty, unusual_title
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.decisions import check_decision_days, decision_number_warnings
from registry.domain.errors import Conflict, Invalid, NotFound, Problem
from registry.domain.periods import Period
from registry.domain.permissions import EVERYTHING, Action, Actor
from registry.domain.vietnamese.names import normalise
from registry.domain.vietnamese.writing import format_day
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.decisions import Decision
from registry.queries.assignments import (
    Holder,
    assignment_by_id,
    is_eligible_person,
    is_eligible_section,
    same_role_overlapping,
)
from registry.queries.coverage.spans import covered_days
from registry.queries.units.on_a_day import UnitRow, life_of, path_on, unit_on
from registry.services.audit import Event, record
from registry.services.decisions import RecordDecision, ScanStore, refuse_duplicate, write_decision
from registry.services.gaps import refuse_gaps

TEXT_MAX_LENGTH = 300
# A first day further ahead is rather a mistyped year than a plan.
LONGEST_AHEAD = timedelta(days=366)
UNIT_ENDED = "Đơn vị kết thúc hoạt động"
NEW_FOCAL_POINT = "Thay đổi đầu mối"
NEW_HOLDER = "Thay đổi người đảm nhiệm"
NEW_CONTENT = "Thay đổi nội dung phân công"
CHANGED_MEANWHILE = (
    "Người khác vừa lưu phân công này. Chưa có gì bị ghi đè: xem nội dung đang lưu bên dưới, "
    "kiểm tra phần bạn đã nhập rồi bấm Lưu lần nữa nếu vẫn muốn thay."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentDetails:
    """What an assignment says beside its days.

    `decision_id` names a decision already recorded for the unit, `new_decision` one to be recorded
    with it (its `unit_id` is set here); with neither the assignment waits for its decision.
    """

    holder: Holder
    role: AssignmentRole
    duty: Duty
    concurrent_fields: str | None = None
    decision_id: int | None = None
    new_decision: RecordDecision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAssignment:
    """A new assignment of a unit, from a day on."""

    unit_id: int
    details: AssignmentDetails
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAssignment:
    """What an assignment always was: replaces everything, days included; no new period begins.

    `accept_gap`: the officer was told that the unit is left without focal point, and goes on.
    """

    assignment_id: int
    version: int
    details: AssignmentDetails
    valid_from: date
    valid_to: date | None
    accept_gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAssignment:
    """What an assignment is from a day on; what it was until then stays in the history."""

    assignment_id: int
    version: int
    details: AssignmentDetails
    change_from: date
    accept_gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAssignment:
    """An assignment ends; `ends_on` is the first day on which it no longer holds."""

    assignment_id: int
    version: int
    ends_on: date
    reason: str
    accept_gap: bool = False


@dataclass(frozen=True, slots=True)
class _Draft:
    """A period of an assignment that is about to be written, and what it takes the place of.

    `day_field` is the form field in which its first day was typed.
    """

    unit_id: int
    details: AssignmentDetails
    valid_from: date
    valid_to: date | None
    replaces: Assignment | None = None
    day_field: str = "valid_from"


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
    draft = _Draft(command.unit_id, command.details, command.valid_from, ends)
    values = _checked(actor, draft, moment, store)
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
    draft = _Draft(
        assignment.unit_id, command.details, command.valid_from, command.valid_to, assignment
    )
    values = _checked(actor, draft, moment, store)
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
    _check_day_within(assignment, day, "change_from")
    covered = covered_days([assignment.unit_id])
    draft = _Draft(
        assignment.unit_id, command.details, day, assignment.valid_to, assignment, "change_from"
    )
    values = _checked(actor, draft, moment, store)
    if all(
        getattr(assignment, name) == value for name, value in values.items() if name != "valid_from"
    ):
        raise Invalid.on("", "Chưa có nội dung nào khác với phân công đang lưu.")
    same_holder = command.details.holder == Holder(assignment.person_id, assignment.section_id)
    following = Assignment(
        line_id=assignment.line_id if same_holder else uuid.uuid4().hex,
        unit_id=assignment.unit_id,
        end_reason=assignment.end_reason,
        **values,
    )
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
    _check_day_within(assignment, command.ends_on, "ends_on")
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


def warnings_about(assignment: Assignment, today: date) -> list[str]:
    """Return what looks odd about a recorded assignment and its decision; nothing is refused."""
    unit = unit_on(assignment.unit_id, assignment.valid_from)
    found: list[str | None] = []
    if unit is not None and assignment.person is not None:
        title = assignment.person.job_title
        found.append(unusual_title(assignment.role, unit.kind, title, assignment.valid_from))
    decision = assignment.decision
    if decision is not None:
        found += decision_number_warnings(decision.number)
        found += check_decision_days(
            issued_on=decision.issued_on,
            effective_from=decision.effective_from,
            effective_to=decision.effective_to,
            today=today,
        )
        found.append(_late_decision(assignment, decision))
    return [warning for warning in found if warning]


def _late_decision(assignment: Assignment, decision: Decision) -> str | None:
    if decision.issued_on is None:
        return (
            f"Văn bản {decision.number} chưa có ngày ký, nên phân công này còn chờ quyết định "
            "và chưa được tính vào độ phủ."
        )
    if decision.issued_on > assignment.valid_from:
        return (
            f"Văn bản {decision.number} ký ngày {format_day(decision.issued_on)}, sau ngày bắt đầu "
            "phân công; chỉ được tính vào độ phủ từ ngày ký."
        )
    return None


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


def _check_day_within(assignment: Assignment, day: date, field: str) -> None:
    """Raise Invalid unless `day` lies behind the first day and before the end of an assignment."""
    if day <= assignment.valid_from:
        raise Invalid.on(
            field,
            f"Phân công này bắt đầu từ ngày {format_day(assignment.valid_from)}; chọn ngày sau đó. "
            "Nếu ghi nhầm ngay từ đầu, mở “Sửa” và chọn Đính chính.",
        )
    if assignment.valid_to is not None and day >= assignment.valid_to:
        raise Invalid.on(
            field, f"Phân công này đã kết thúc từ ngày {format_day(assignment.valid_to)}."
        )


def _checked(actor: Actor, draft: _Draft, moment: Moment, store: ScanStore) -> dict[str, Any]:
    """Return the columns of a draft, its new decision written; raise Invalid with every problem."""
    details = draft.details
    problems = [*_day_problems(draft, moment.day), *_text_problems(details)]
    unit = unit_on(draft.unit_id, draft.valid_from)
    if unit is not None:
        problems += _holder_problems(actor, draft, unit, moment.day)
    problems += _overlap_problems(draft)
    decision, decision_problems = _decision(actor, draft, moment, store)
    problems += decision_problems
    if problems:
        raise Invalid(problems)
    return {
        "person_id": details.holder.person_id,
        "section_id": details.holder.section_id,
        "role": details.role,
        "duty": details.duty,
        "concurrent_fields": normalise(details.concurrent_fields or "") or None,
        "decision_id": decision.id if decision else None,
        "valid_from": draft.valid_from,
        "valid_to": draft.valid_to,
    }


def _day_problems(draft: _Draft, today: date) -> list[Problem]:
    problems: list[Problem] = []
    if draft.valid_to is not None and draft.valid_to <= draft.valid_from:
        problems.append(Problem("valid_to", "Ngày kết thúc phải sau ngày bắt đầu."))
    if draft.valid_from > today + LONGEST_AHEAD:
        problems.append(
            Problem(
                draft.day_field, "Ngày bắt đầu xa quá một năm so với hôm nay. Kiểm tra lại năm."
            )
        )
    life = life_of(draft.unit_id)
    if life is None or draft.valid_from < life.valid_from:
        since = f" Đơn vị có từ ngày {format_day(life.valid_from)}." if life else ""
        problems.append(Problem(draft.day_field, f"Ngày này chưa có đơn vị.{since}"))
    elif life.valid_to is not None:
        ended = f"Đơn vị đã kết thúc từ ngày {format_day(life.valid_to)}."
        if draft.valid_from >= life.valid_to:
            problems.append(Problem(draft.day_field, ended))
        elif draft.valid_to is None or draft.valid_to > life.valid_to:
            problems.append(Problem("valid_to", f"{ended} Phân công không kéo dài hơn đơn vị."))
    return problems


def _text_problems(details: AssignmentDetails) -> list[Problem]:
    if len(details.concurrent_fields or "") > TEXT_MAX_LENGTH:
        return [Problem("concurrent_fields", f"Nhập nhiều nhất {TEXT_MAX_LENGTH} ký tự.")]
    return []


def _holder_problems(actor: Actor, draft: _Draft, unit: UnitRow, today: date) -> list[Problem]:
    """Check that the holder belongs on the first day; a person out of sight reads as no member."""
    holder, day = draft.details.holder, draft.valid_from
    if (holder.person_id is None) == (holder.section_id is None):
        return [Problem("holder", "Chọn một người hoặc một bộ phận.")]
    if holder.section_id is not None:
        if is_eligible_section(holder.section_id, unit, day):
            return []
        return [
            Problem(
                "holder",
                f"Bộ phận được chọn vào ngày {format_day(day)} không nằm dưới {unit.shown_name}. "
                "Chỉ bộ phận trực thuộc mới làm đầu mối của đơn vị.",
            )
        ]
    known = draft.replaces is not None and draft.replaces.person_id == holder.person_id
    scope = EVERYTHING if known else actor.scope(Action.PERSON_SEE)
    if holder.person_id and is_eligible_person(holder.person_id, unit, day, scope, today):
        return []
    return [
        Problem(
            "holder",
            f"Vào ngày {format_day(day)} người này chưa là thành viên của {unit.shown_name} hoặc "
            "đơn vị cấp trên, cấp dưới. Ghi người này vào đơn vị trước, hoặc chọn ngày khác.",
        )
    ]


def _overlap_problems(draft: _Draft) -> list[Problem]:
    """Refuse the same role of the same holder in the same unit twice on a day."""
    if draft.valid_to is not None and draft.valid_to <= draft.valid_from:
        return []
    details = draft.details
    return [
        Problem(
            "holder",
            f"{_holder_name(other)} đã giữ vai trò “{details.role.label}” của đơn vị này "
            f"từ ngày {format_day(other.valid_from)}"
            + (f" đến trước ngày {format_day(other.valid_to)}." if other.valid_to else ".")
            + " Sửa phân công đó, hoặc chọn ngày khác.",
        )
        for other in same_role_overlapping(
            draft.unit_id,
            details.role,
            details.holder,
            Period(draft.valid_from, draft.valid_to),
            draft.replaces.id if draft.replaces else None,
        )[:1]
    ]


def _holder_name(assignment: Assignment) -> str:
    return assignment.person.full_name if assignment.person else "Bộ phận này"


def _decision(
    actor: Actor, draft: _Draft, moment: Moment, store: ScanStore
) -> tuple[Decision | None, list[Problem]]:
    """Return the decision a draft rests on, written when it is new, and what is wrong with it."""
    details = draft.details
    if details.new_decision is not None:
        command = replace(details.new_decision, unit_id=draft.unit_id)
        try:
            written = write_decision(actor, command, moment, store.folder, store.max_bytes)
            refuse_duplicate(written)
        except Invalid as refusal:
            return None, list(refusal.problems)
        return written, _effect_problems(written, draft.valid_from, "effective_to")
    if details.decision_id is None:
        return None, []
    decision = db.session.get(Decision, details.decision_id)
    kept = draft.replaces is not None and draft.replaces.decision_id == details.decision_id
    if decision is None or (decision.unit_id != draft.unit_id and not kept):
        return None, [Problem("decision_choice", "Chọn một văn bản của đơn vị trong danh sách.")]
    return decision, _effect_problems(decision, draft.valid_from, "decision_choice")


def _effect_problems(decision: Decision, first_day: date, field: str) -> list[Problem]:
    if decision.effective_to is None or first_day < decision.effective_to:
        return []
    return [
        Problem(
            field,
            f"Văn bản {decision.number} hết hiệu lực từ ngày {format_day(decision.effective_to)}, "
            "trước ngày bắt đầu phân công.",
        )
    ]


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
