"""What looks odd about a recorded assignment, and is not refused."""

from datetime import date

from registry.domain.assignments import AssignmentRole
from registry.domain.decisions import PaperForce, force_of
from registry.domain.duties_by_law import unusual_title
from registry.domain.vietnamese.writing import format_day
from registry.models.assignments import Assignment
from registry.models.decisions import Decision
from registry.queries.person_periods import facts_of
from registry.queries.units.on_a_day import unit_on
from registry.services.decisions import oddities_of


def warnings_about(assignment: Assignment, today: date) -> list[str]:
    """Return what looks odd about a recorded assignment and its decision; nothing is refused."""
    unit = unit_on(assignment.unit_id, assignment.valid_from)
    found: list[str | None] = []
    if unit is not None and assignment.person is not None:
        title = facts_of(assignment.person.id, assignment.valid_from).job_title
        found.append(unusual_title(assignment.role, unit.kind, title, assignment.valid_from))
    decision = assignment.decision
    if decision is not None:
        found += oddities_of(decision, today)
        found.append(_late_decision(assignment, decision))
        found.append(_names_nobody(assignment, decision))
    return [warning for warning in found if warning]


def _names_nobody(assignment: Assignment, decision: Decision) -> str | None:
    """Say of a Tờ trình or a resolution that it makes nobody a focal point (Plan 4660 V.4b)."""
    if assignment.role is not AssignmentRole.FOCAL_POINT:
        return None
    if force_of(decision.kind) is not PaperForce.NOTHING:
        return None
    return (
        f"{decision.name} không đủ căn cứ để giao đầu mối CĐS, nên phân công này chưa được tính "
        "vào độ phủ. Ghi quyết định phân công khi có."
    )


def _late_decision(assignment: Assignment, decision: Decision) -> str | None:
    if decision.issued_on is None:
        return (
            f"{decision.name} chưa có ngày ký, nên phân công này còn chờ quyết định "
            "và chưa được tính vào độ phủ."
        )
    if decision.issued_on > assignment.valid_from:
        return (
            f"{decision.name} ký ngày {format_day(decision.issued_on)}, sau ngày bắt đầu "
            "phân công; chỉ được tính vào độ phủ từ ngày ký."
        )
    return None
