"""What every change of an assignment writes: its end, and the audit of before and after."""

from collections.abc import Iterable
from typing import Any

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.permissions import Actor
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from registry.services.audit import Event, record

END_WITH_MEMBERSHIP = "Người giữ không còn là thành viên của đơn vị"


def end_with_membership(
    actor: Actor, assignments: Iterable[Assignment], membership: Membership, moment: Moment
) -> None:
    """End what hangs on a membership on the day that ends; the caller has authorised its action."""
    for assignment in assignments:
        before = facts_of(assignment)
        assignment.valid_to = membership.valid_to
        assignment.end_reason = END_WITH_MEMBERSHIP
        db.session.flush()
        details = {"with_membership": membership.line_id}
        details |= changes_between(before, facts_of(assignment))
        record_deed(actor, Deed.ASSIGNMENT_END, assignment, details, moment)


def facts_of(assignment: Assignment) -> dict[str, Any]:
    """Return what the audit compares before and after a change."""
    return {
        "person_id": assignment.person_id,
        "section_id": assignment.section_id,
        "role": assignment.role.value,
        "duty": assignment.duty.value,
        "concurrent_fields": assignment.concurrent_fields,
        "dedicated_basis": assignment.dedicated_basis,
        "decision_id": assignment.decision_id,
        "valid_from": assignment.valid_from,
        "valid_to": assignment.valid_to,
        "end_reason": assignment.end_reason,
    }


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return what differs, as pairs of before and after."""
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


# Written freely about a person, or why one is away: beside the chain, where it can be erased.
_PERSONAL = frozenset({"concurrent_fields", "dedicated_basis", "end_reason", "absence_kind"})


def record_deed(
    actor: Actor, action: Deed, assignment: Assignment, details: dict[str, Any], moment: Moment
) -> None:
    """Audit what was done to an assignment; what was written freely stands beside the chain."""
    personal = {name: value for name, value in details.items() if name in _PERSONAL and value}
    record(
        actor,
        Event(
            action,
            "assignments",
            assignment.id,
            assignment.unit_id,
            details={name: value for name, value in details.items() if name not in _PERSONAL},
            personal=personal or None,
            person_id=assignment.person_id,
        ),
        moment,
    )
