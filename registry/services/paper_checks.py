"""The reviewing office compares assignments with the papers they rest on (ADR 0022).

The mark changes nothing that counts; reports say how much of it was compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotFound
from registry.domain.permissions import Action, Actor
from registry.models.assignments import Assignment, PaperCheck
from registry.models.base import db
from registry.models.decisions import Decision
from registry.queries.decisions import decisions_seen
from registry.queries.paper_checks import assignments_with_ids, checks_of, checks_that_hold
from registry.queries.units.on_a_day import path_on
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time

MOST_AT_ONCE = 50
CHANGED_MEANWHILE = (
    "Phân công hoặc văn bản đã được sửa sau khi mở trang này. Chưa ghi gì: "
    "xem nội dung đang lưu bên dưới rồi đối chiếu lại."
)
NOT_CHECKED = (
    "Phân công này hiện chưa được ghi đối chiếu văn bản. Mở lại trang phân công của đơn vị để xem."
)


@dataclass(frozen=True, slots=True)
class ShownLine:
    """An assignment that was compared, with the versions of it and of its paper that were shown."""

    assignment_id: int
    version: int
    decision_version: int


@one_at_a_time
def check_against_paper(actor: Actor, lines: Sequence[ShownLine], moment: Moment) -> int:
    """Mark assignments as compared with their papers; return how many were not marked so before.

    All of them or none. Raises Invalid on `lines` for none or too many, NotFound when one lies
    outside the scope of the reviewing office, Conflict when an assignment or its paper changed
    since it was shown, or the paper is not that office's to open.
    """
    actor.require(Action.ROSTER_REVIEW)
    found = _chosen(actor, {line.assignment_id for line in lines}, moment)
    papers = decisions_seen(
        (assignment.decision_id for assignment in found),
        actor.scope(Action.ROSTER_REVIEW),
        moment.day,
    )
    shown = {line.assignment_id: line for line in lines}
    if any(_changed(one, papers.get(one.decision_id or 0), shown[one.id]) for one in found):
        raise Conflict(CHANGED_MEANWHILE)
    holding, checks = checks_that_hold(found), checks_of(found)
    checked = [assignment for assignment in found if assignment.id not in holding]
    for assignment in checked:
        old = checks.get((assignment.line_id, assignment.decision_id or 0))
        if old is not None:
            db.session.delete(old)
    db.session.flush()
    db.session.add_all(
        _mark(actor, assignment, papers[assignment.decision_id or 0], moment)
        for assignment in checked
    )
    db.session.flush()
    for decision_id in dict.fromkeys(assignment.decision_id for assignment in checked):
        of_paper = [one for one in checked if one.decision_id == decision_id]
        _record(actor, Deed.PAPER_CHECK_RECORD, of_paper, moment)
    return len(checked)


def _chosen(actor: Actor, assignment_ids: set[int], moment: Moment) -> list[Assignment]:
    if not assignment_ids:
        raise Invalid.on("lines", "Chọn ít nhất một phân công đã đối chiếu.")
    if len(assignment_ids) > MOST_AT_ONCE:
        raise Invalid.on("lines", f"Mỗi lần ghi nhiều nhất {MOST_AT_ONCE} phân công.")
    found = assignments_with_ids(assignment_ids)
    if len(found) < len(assignment_ids):
        raise NotFound
    for unit_id in sorted({assignment.unit_id for assignment in found}):
        _authorise(actor, unit_id, moment)
    return found


@one_at_a_time
def take_back(actor: Actor, assignment_id: int, moment: Moment) -> Assignment:
    """Let an assignment not be compared with its paper after all; return it.

    Raises NotFound outside the scope of the reviewing office, Conflict when no mark holds.
    """
    actor.require(Action.ROSTER_REVIEW)
    assignment = next(iter(assignments_with_ids([assignment_id])), None)
    if assignment is None:
        raise NotFound
    _authorise(actor, assignment.unit_id, moment)
    check = checks_that_hold([assignment]).get(assignment.id)
    if check is None:
        raise Conflict(NOT_CHECKED)
    db.session.delete(check)
    db.session.flush()
    _record(actor, Deed.PAPER_CHECK_TAKE_BACK, [assignment], moment)
    return assignment


def _authorise(actor: Actor, unit_id: int, moment: Moment) -> None:
    actor.require_on(Action.ROSTER_REVIEW, path_on(unit_id, moment.day), unit_id)


def _changed(assignment: Assignment, paper: Decision | None, shown: ShownLine) -> bool:
    return paper is None or (assignment.version, paper.version) != (
        shown.version,
        shown.decision_version,
    )


def _mark(actor: Actor, assignment: Assignment, paper: Decision, moment: Moment) -> PaperCheck:
    return PaperCheck(
        line_id=assignment.line_id,
        decision_id=paper.id,
        decision_version=paper.version,
        person_id=assignment.person_id,
        section_id=assignment.section_id,
        role=assignment.role,
        duty=assignment.duty,
        checked_on=moment.day,
        account_id=actor.account_id,
        created_at=moment.instant,
    )


def _record(actor: Actor, deed: Deed, assignments: Sequence[Assignment], moment: Moment) -> None:
    """Write one event for the paper that these assignments rest on."""
    paper = assignments[0].decision
    details = {
        "decision_id": paper.id if paper else None,
        "lines": len(assignments),
        "assignment_ids": [assignment.id for assignment in assignments],
    }
    unit_id = paper.unit_id if paper else None
    record(actor, Event(deed, "paper_checks", None, unit_id, details), moment)
