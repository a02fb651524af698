"""What must hold before a period of an assignment is written."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.clock import Moment
from registry.domain.errors import Invalid, Problem
from registry.domain.periods import LONGEST_AHEAD, Period
from registry.domain.permissions import EVERYTHING, Action, Actor
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.names import normalise
from registry.domain.vietnamese.writing import format_day
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.decisions import Decision
from registry.queries.assignments.holders import is_eligible_person, is_eligible_section
from registry.queries.assignments.lists import same_role_overlapping
from registry.queries.audit import is_told_of
from registry.queries.coverage.enterprise_staff import is_enterprise_staff_on
from registry.queries.units.on_a_day import UnitRow, life_of, unit_on
from registry.services.assignments.commands import AssignmentDetails
from registry.services.decisions import ScanStore, write_decision

TEXT_MAX_LENGTH = 300
ONLY_ENTERPRISE_STAFF = (
    "Vai trò “Hỗ trợ kỹ thuật” chỉ ghi cho người có đơn vị chính là doanh nghiệp. Chọn người khác "
    "hoặc vai trò khác."
)
NO_FOCAL_POINT = (
    "Người này có đơn vị chính là doanh nghiệp nên chỉ hỗ trợ kỹ thuật, không làm đầu mối của đơn "
    "vị. Chọn vai trò “Hỗ trợ kỹ thuật”."
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A period of an assignment that is about to be written, and what it takes the place of.

    `day_field` is the form field in which its first day was typed.
    """

    unit_id: int
    details: AssignmentDetails
    valid_from: date
    valid_to: date | None
    replaces: Assignment | None = None
    day_field: str = "valid_from"


def checked(actor: Actor, draft: Draft, moment: Moment, store: ScanStore) -> dict[str, Any]:
    """Return the columns of a draft, its new decision written; raise Invalid with every problem."""
    details = draft.details
    problems = [
        *_day_problems(draft, moment.day),
        *_text_problems(details),
        *_duty_problems(draft),
    ]
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
        "dedicated_basis": _dedicated_basis(details),
        "decision_id": decision.id if decision else None,
        "valid_from": draft.valid_from,
        "valid_to": draft.valid_to,
    }


def check_day_within(assignment: Assignment, day: date, field: str) -> None:
    """Raise Invalid unless `day` lies behind the first day and before the end of an assignment."""
    if day <= assignment.valid_from:
        raise Invalid.on(
            field,
            f"Phân công này bắt đầu từ ngày {format_day(assignment.valid_from)}; chọn ngày sau đó. "
            "Nếu ghi nhầm ngay từ đầu, mở “Sửa” và chọn “Đính chính”.",
        )
    if assignment.valid_to is not None and day >= assignment.valid_to:
        raise Invalid.on(
            field,
            f"Phân công này đã kết thúc từ ngày {format_day(assignment.valid_to)}; "
            "chọn ngày trước đó.",
        )


def _day_problems(draft: Draft, today: date) -> list[Problem]:
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
        is_over = life.valid_to <= today
        ends = "đã kết thúc" if is_over else "kết thúc"
        ended = f"Đơn vị {ends} từ ngày {format_day(life.valid_to)}."
        if draft.valid_from >= life.valid_to:
            problems.append(Problem(draft.day_field, f"{ended} Chọn ngày trước đó."))
        elif is_over and (draft.valid_to or date.max) > life.valid_to:
            problems.append(
                Problem("valid_to", f"{ended} Phân công phải kết thúc chậm nhất vào ngày đó.")
            )
    return problems


def _text_problems(details: AssignmentDetails) -> list[Problem]:
    texts = {
        "concurrent_fields": details.concurrent_fields,
        "dedicated_basis": details.dedicated_basis,
    }
    too_long = [
        Problem(field, f"Nhập nhiều nhất {TEXT_MAX_LENGTH} ký tự.")
        for field, text in texts.items()
        if len(text or "") > TEXT_MAX_LENGTH
    ]
    return too_long + [
        Problem(field, said)
        for field, text in texts.items()
        if (said := refusal_of(normalise(text or "")))
    ]


def _duty_problems(draft: Draft) -> list[Problem]:
    """Ask on what somebody is chuyên trách who has concurrent fields (DK III.2).

    What a paper says from a day on is no correction of an assignment that said otherwise.
    """
    details, before = draft.details, draft.replaces
    if details.duty is not Duty.DEDICATED or details.holder.person_id is None:
        return []
    has_fields = bool(normalise(details.concurrent_fields or ""))
    had_fields = before is not None and _ever_had_fields(before)
    becomes = before is not None and before.duty is not Duty.DEDICATED
    if becomes and (has_fields or had_fields) and draft.day_field != "change_from":
        return [
            Problem(
                "duty",
                "Phân công này có lĩnh vực kiêm nhiệm. Chuyển sang chuyên trách là thay đổi từ một "
                "ngày, theo văn bản hoặc vị trí việc làm: chọn “Thay đổi từ ngày”.",
            )
        ]
    if has_fields and not _dedicated_basis(details):
        return [
            Problem(
                "dedicated_basis",
                "Người này còn lĩnh vực kiêm nhiệm: ghi văn bản hoặc vị trí việc làm xác định là "
                "chuyên trách, hoặc chọn “Kiêm nhiệm”.",
            )
        ]
    return []


def _ever_had_fields(assignment: Assignment) -> bool:
    """Tell whether an assignment has concurrent fields, or had until they were corrected away."""
    return bool(assignment.concurrent_fields) or is_told_of(
        "assignments", assignment.id, "concurrent_fields"
    )


def _dedicated_basis(details: AssignmentDetails) -> str | None:
    if details.duty is not Duty.DEDICATED or details.holder.person_id is None:
        return None
    return normalise(details.dedicated_basis or "") or None


def _holder_problems(actor: Actor, draft: Draft, unit: UnitRow, today: date) -> list[Problem]:
    """Check that the holder belongs on the first day, and may hold the role."""
    holder, role = draft.details.holder, draft.details.role
    if (holder.person_id is None) == (holder.section_id is None):
        return [Problem("holder", "Chọn một người hoặc một bộ phận.")]
    if holder.person_id is not None:
        found = _person_problem(actor, draft, unit, today)
    elif role is AssignmentRole.TECHNICAL_SUPPORT:
        found = Problem("holder", ONLY_ENTERPRISE_STAFF)
    else:
        found = _section_problem(holder.section_id or 0, unit, draft.valid_from)
    return [found] if found else []


def _section_problem(section_id: int, unit: UnitRow, day: date) -> Problem | None:
    if is_eligible_section(section_id, unit, day):
        return None
    return Problem(
        "holder",
        f"Bộ phận được chọn vào ngày {format_day(day)} không trực thuộc {unit.shown_name}. "
        "Chỉ bộ phận trực thuộc mới được làm đầu mối của đơn vị.",
    )


def _person_problem(actor: Actor, draft: Draft, unit: UnitRow, today: date) -> Problem | None:
    """Say what is wrong with a person as holder; one out of sight reads as no member."""
    person_id, role = draft.details.holder.person_id or 0, draft.details.role
    day, gives_support = draft.valid_from, draft.details.role is AssignmentRole.TECHNICAL_SUPPORT
    known = draft.replaces is not None and draft.replaces.person_id == person_id
    scope = EVERYTHING if known else actor.scope(Action.ASSIGNMENT_RECORD)
    if is_eligible_person(person_id, unit, day, scope, today, role):
        is_staff = unit.kind is not UnitKind.ENTERPRISE and is_enterprise_staff_on(person_id, day)
        return Problem("role", NO_FOCAL_POINT) if is_staff and not gives_support else None
    if gives_support:
        return Problem("holder", ONLY_ENTERPRISE_STAFF)
    return Problem(
        "holder",
        f"Vào ngày {format_day(day)} người này chưa là thành viên của {unit.shown_name} hoặc "
        "đơn vị cấp trên, cấp dưới. Trước hết, ghi người này vào đơn vị; hoặc chọn ngày khác.",
    )


def _overlap_problems(draft: Draft) -> list[Problem]:
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
    actor: Actor, draft: Draft, moment: Moment, store: ScanStore
) -> tuple[Decision | None, list[Problem]]:
    """Return the decision a draft rests on, written when it is new, and what is wrong with it."""
    details = draft.details
    if details.new_decision is not None:
        command = replace(details.new_decision, unit_id=draft.unit_id)
        try:
            written = write_decision(actor, command, moment, store)
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
            f"{decision.name} hết hiệu lực từ ngày {format_day(decision.effective_to)}, "
            "trước ngày bắt đầu phân công.",
        )
    ]
