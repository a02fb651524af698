"""Member lists from hand to hand: submit, verify, review, approve or return (Plan 4660 IV.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.decisions import DecisionKind
from registry.domain.errors import Conflict, Invalid, Problem
from registry.domain.field_names import in_text
from registry.domain.permissions import Actor
from registry.domain.rosters import (
    FrozenLine,
    LineFacts,
    LineOutcome,
    Step,
    content_hash,
    line_obstacle,
    next_state,
)
from registry.domain.vietnamese.names import accepted
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.rosters import Roster, RosterLine
from registry.queries.coverage.at_risk import served_by
from registry.queries.coverage.spans import covered_days
from registry.queries.rosters.lines import line_facts, line_rows
from registry.queries.rosters.lists import (
    deciding_office,
    usable_decisions,
)
from registry.services.audit import Event, record
from registry.services.decisions import (
    RecordDecision,
    ScanStore,
    understood,
    write_decision,
)
from registry.services.gaps import accepted_gaps, refuse_gaps
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.following import Whose, units_followed
from registry.services.rosters.carrying_out import Admitted, Ground, admit
from registry.services.rosters.turns import CHANGED, RosterVersion, record_step, taken

REMARK_MAX_LENGTH = 500
PROBLEMS_SHOWN = 20
NO_OFFICE = "Chưa có cơ quan phê duyệt cho đơn vị này vào hôm nay."
CHOOSE_DECISION = "Chọn một quyết định đã có, hoặc nhập quyết định mới."


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(RosterVersion):
    """The reviewing office's result; `remarks` by line id, an empty one takes a remark away."""

    remarks: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack(RosterVersion):
    """A return of the whole list from the desk where it lies (`VERIFY`, `REVIEW` or `DECIDE`)."""

    desk: Step
    reason: str
    remarks: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(RosterVersion):
    """The deciding authority's result.

    `content_hash` is that of the lines shown. `approved` and `returned` name every line once;
    `returned` gives its remark, and `reason` stands for the empty ones. The decision is one of the
    deciding office's (`decision_id`) or a new one, which becomes the deciding office's whatever its
    `unit_id` and `kind` say. `accept_gap`: the actor was told which units are left without a focal
    point, and goes on.
    """

    content_hash: str
    approved: frozenset[int]
    returned: Mapping[int, str]
    reason: str
    decision_id: int | None
    new_decision: RecordDecision | None
    accept_gap: bool = False


@one_at_a_time
def submit(actor: Actor, command: RosterVersion, moment: Moment) -> Roster:
    """Freeze a draft and hand it to the reviewing office.

    Raises NotFound outside the scope, Conflict when it is no draft or somebody saved it meanwhile,
    Invalid when it is empty or a line could not be approved as things are.
    """
    roster = taken(actor, Step.SUBMIT, command, moment.day)
    if not roster.lines:
        raise Invalid.on("", "Danh sách chưa có dòng nào. Thêm thành viên rồi gửi.")
    facts = line_facts(roster, moment.day)
    obstacles = _obstacles(roster, facts, [line.id for line in roster.lines], moment.day)
    if obstacles:
        raise Invalid(obstacles)
    _freeze(roster, facts, moment.day)
    roster.state = next_state(roster.state, Step.SUBMIT)
    roster.submitted_at, roster.submitted_by_id = moment.instant, actor.account_id
    roster.content_hash = content_hash(frozen_lines(roster))
    db.session.flush()
    record_step(actor, Deed.ROSTER_SUBMIT, roster, moment, content_hash=roster.content_hash)
    return roster


def _freeze(roster: Roster, facts: dict[int, LineFacts], today: date) -> None:
    """Copy onto the lines what the approval will cover, in the order in which they are shown."""
    rows = line_rows(roster, facts, today)
    lines = {line.id: line for line in roster.lines}
    # New numbers beyond the old ones: no two lines share a position at any moment.
    first = max(line.position for line in roster.lines) + 1
    for position, row in enumerate(rows, start=first):
        line = lines[row.id]
        line.position = position
        line.name, line.birth_year, line.job_title = row.name, row.birth_year, row.job_title
        line.remark = None
    roster.lines.sort(key=lambda line: line.position)


def frozen_lines(roster: Roster) -> list[FrozenLine]:
    """Return the lines of a submitted list as they were frozen, in their order."""
    return [
        FrozenLine(
            action=line.action.value,
            person_id=line.person_id,
            member_unit_id=line.member_unit_id,
            name=line.name or "",
            birth_year=line.birth_year,
            job_title=line.job_title or "",
            role=line.role.value,
            organisation=line.organisation or "",
            effective_from=line.effective_from,
        )
        for line in roster.lines
    ]


@one_at_a_time
def verify(actor: Actor, command: RosterVersion, moment: Moment) -> Roster:
    """Confirm a submitted list at the level between the unit and the reviewing office.

    The step may be left out. Raises NotFound outside the scope, NotAllowed for who has to do with
    it, Conflict when it is not waiting for this.
    """
    roster = taken(actor, Step.VERIFY, command, moment.day)
    roster.state = next_state(roster.state, Step.VERIFY)
    _sign(roster, Step.VERIFY, actor, moment)
    db.session.flush()
    record_step(actor, Deed.ROSTER_VERIFY, roster, moment)
    return roster


@one_at_a_time
def review(actor: Actor, command: Review, moment: Moment) -> Roster:
    """Check a list for the deciding authority, with remarks on lines. Raises as `verify`."""
    roster = taken(actor, Step.REVIEW, command, moment.day)
    remarked = _write_remarks(roster, command.remarks)
    roster.state = next_state(roster.state, Step.REVIEW)
    _sign(roster, Step.REVIEW, actor, moment)
    db.session.flush()
    record_step(actor, Deed.ROSTER_REVIEW, roster, moment, remarks=remarked)
    return roster


@one_at_a_time
def send_back(actor: Actor, command: SendBack, moment: Moment) -> Roster:
    """Return the whole list for completion; the unit makes the next version from it.

    Raises as `verify`, and Invalid on `reason` when none is given.
    """
    roster = taken(actor, command.desk, command, moment.day)
    reason = _checked_text("reason", command.reason)
    if not reason:
        raise Invalid.on("reason", "Nhập lý do yêu cầu bổ sung.")
    remarked = _write_remarks(roster, command.remarks)
    roster.state = next_state(roster.state, Step.RETURN)
    roster.return_reason = reason
    _sign(roster, command.desk, actor, moment)
    db.session.flush()
    record_step(actor, Deed.ROSTER_RETURN, roster, moment, desk=command.desk, remarks=remarked)
    return roster


def _sign(roster: Roster, desk: Step, actor: Actor, moment: Moment) -> None:
    """Note who handled the list at a desk, and when; a list returned there is signed as well."""
    match desk:
        case Step.VERIFY:
            roster.verified_at, roster.verified_by_id = moment.instant, actor.account_id
        case Step.REVIEW:
            roster.reviewed_at, roster.reviewed_by_id = moment.instant, actor.account_id
        case _:
            roster.decided_at, roster.decided_by_id = moment.instant, actor.account_id


def _write_remarks(roster: Roster, remarks: Mapping[int, str]) -> int:
    """Write the remarks given and return how many lines have one."""
    for line in roster.lines:
        if line.id in remarks:
            line.remark = _checked_text(f"remark-{line.id}", remarks[line.id]) or None
    return sum(line.remark is not None for line in roster.lines)


def _checked_text(name: str, text: str) -> str:
    written = accepted(text, name)
    if len(written) > REMARK_MAX_LENGTH:
        raise Invalid.on(name, f"Nhập nhiều nhất {REMARK_MAX_LENGTH} ký tự.")
    return written


@dataclass(frozen=True, slots=True)
class Approved:
    """What came of an approval: the list, and how many assignments ended with memberships."""

    roster: Roster
    assignments_ended: int


@one_at_a_time
def approve(actor: Actor, command: Approve, moment: Moment, store: ScanStore) -> Approved:
    """Decide on a list, wholly or line by line, and write the memberships of the lines approved.

    All or nothing, in one transaction; one audit event for the list and one for each line approved.
    Raises NotFound outside the scope; NotAllowed for who has to do with it; Conflict when it is not
    waiting for this, somebody was faster, or its lines are not those shown; Invalid, with all of it
    at once, when no line is approved, a line left out has no reason, the decision will not do, or
    lines can no longer be carried out (on `line-<id>`; nothing is written); on `accept_gap` when a
    unit would lose its last focal point.
    """
    roster, facts = _judged(actor, command, moment)
    remarks = _remarks(command)
    decision = _decision(actor, roster, command, moment, store)
    roster.decision_id, roster.state = decision.id, next_state(roster.state, Step.DECIDE)
    _sign(roster, Step.DECIDE, actor, moment)
    for line in roster.lines:
        if line.id not in command.approved:
            line.outcome, line.remark = LineOutcome.RETURNED, remarks[line.id]
    db.session.flush()
    ground = Ground(roster.unit_id, decision.name)
    approved = [line for line in roster.lines if line.id in command.approved]
    covered = covered_days(
        served_by(line.person_id for line in approved if line.person_id is not None)
    )
    with units_followed(
        Whose.parties((line.person_id, line.member_unit_id) for line in approved), moment.day
    ):
        admitted = {
            line.id: _carry_out(actor, ground, line, facts[line.id], f"Dòng {number}", moment)
            for number, line in enumerate(roster.lines, start=1)
            if line.id in command.approved
        }
    # All at once: each line by itself would be a statement of its own between the memberships.
    for line in roster.lines:
        if line.id in admitted:
            line.membership_line_id = admitted[line.id].membership_line_id
            line.outcome = LineOutcome.APPROVED
    db.session.flush()
    gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
    for line in roster.lines:
        if line.id in admitted:
            _record_line(actor, roster, line, facts[line.id], moment)
    record_step(
        actor,
        Deed.ROSTER_APPROVE,
        roster,
        moment,
        decision_id=decision.id,
        content_hash=roster.content_hash,
        approved=len(admitted),
        returned=len(roster.lines) - len(admitted),
        **accepted_gaps(gaps),
    )
    return Approved(roster, sum(one.assignments_ended for one in admitted.values()))


def check_approval(actor: Actor, command: Approve, moment: Moment) -> None:
    """Look at an approval that is not ready yet, so that all that is wrong is told at once.

    Raises as `approve`, but for what only shows when it is carried out.
    """
    _judged(actor, command, moment)


def _judged(actor: Actor, command: Approve, moment: Moment) -> tuple[Roster, dict[int, LineFacts]]:
    """Return the list and what is known of its lines, nothing standing in the approval's way."""
    roster = taken(actor, Step.DECIDE, command, moment.day)
    if not command.content_hash == roster.content_hash == content_hash(frozen_lines(roster)):
        raise Conflict(CHANGED)
    lines, left_out = {line.id for line in roster.lines}, set(command.returned)
    if command.approved & left_out or command.approved | left_out != lines:
        raise Conflict(CHANGED)
    facts = line_facts(roster, moment.day)
    problems = _problems_of_choice(command)
    problems += _obstacles(roster, facts, command.approved, moment.day)
    problems += _problems_of_decision(roster, command, moment.day)
    if problems:
        raise Invalid(problems)
    return roster, facts


def _problems_of_choice(command: Approve) -> list[Problem]:
    if not command.approved:
        return [Problem("", "Chọn ít nhất một dòng để phê duyệt, hoặc bấm “Yêu cầu bổ sung”.")]
    if not all(_remarks(command).values()):
        return [Problem("reason", "Nhập lý do đối với các dòng không phê duyệt.")]
    return []


def _remarks(command: Approve) -> dict[int, str]:
    """Return the remark of each line left out; the common reason stands for an empty one."""
    reason = _checked_text("reason", command.reason)
    return {
        line_id: _checked_text(f"remark-{line_id}", text) or reason
        for line_id, text in command.returned.items()
    }


def _problems_of_decision(roster: Roster, command: Approve, today: date) -> list[Problem]:
    office = deciding_office(roster.unit_id, today)
    if office is None:
        return [Problem("", NO_OFFICE)]
    if command.new_decision is not None:
        try:
            return _missing(_read_decision(command.new_decision))
        except Invalid as refusal:
            return list(refusal.problems)
    usable = {decision.id for decision in usable_decisions(office.id, today)}
    return [] if command.decision_id in usable else [Problem("decision_id", CHOOSE_DECISION)]


def _decision(
    actor: Actor, roster: Roster, command: Approve, moment: Moment, store: ScanStore
) -> Decision:
    """Return the decision chosen, or write the new one, always of the deciding office."""
    office = deciding_office(roster.unit_id, moment.day)
    if office is None:
        raise Invalid.on("", NO_OFFICE)
    if command.new_decision is not None:
        new = replace(_read_decision(command.new_decision), unit_id=office.id)
        return write_decision(actor, new, moment, store)
    for decision in usable_decisions(office.id, moment.day):
        if decision.id == command.decision_id:
            return decision
    raise Invalid.on("decision_id", CHOOSE_DECISION)


def _read_decision(typed: RecordDecision) -> RecordDecision:
    """Return the new decision with its number taken apart; what bears no sign is a decision."""
    new = replace(typed, kind=DecisionKind.DECISION)
    return understood(new) if new.number else new


def _missing(decision: RecordDecision) -> list[Problem]:
    """Name what an approval rests on and a decision lacks: elsewhere it may be completed later."""
    needed = {
        "number": "Nhập số và ký hiệu quyết định.",
        "issued_on": "Nhập ngày ký quyết định.",
        "issuer": "Nhập cơ quan ban hành quyết định.",
        "signer": "Nhập người ký quyết định.",
    }
    problems = [
        Problem(name, message) for name, message in needed.items() if not getattr(decision, name)
    ]
    if decision.kind is not DecisionKind.DECISION and decision.kind is not None:
        called = in_text(decision.kind.label)
        message = f"Danh sách được phê duyệt bằng quyết định, số vừa nhập là của {called}."
        problems.append(Problem("number", message))
    return problems


def _obstacles(
    roster: Roster,
    facts: dict[int, LineFacts],
    line_ids: Sequence[int] | frozenset[int],
    today: date,
) -> list[Problem]:
    """Name every line that cannot be carried out as things are now."""
    problems: list[Problem] = []
    for number, row in enumerate(line_rows(roster, facts, today), start=1):
        obstacle = line_obstacle(facts[row.id]) if row.id in line_ids else None
        if obstacle:
            said = f"Dòng {number}, {row.name}: {obstacle}"
            problems.append(Problem(f"line-{row.id}", said))
    more = len(problems) - PROBLEMS_SHOWN
    if more > 0:
        problems[PROBLEMS_SHOWN:] = [Problem("", f"Và {more} dòng khác.")]
    return problems


def _carry_out(
    actor: Actor, ground: Ground, line: RosterLine, facts: LineFacts, place: str, moment: Moment
) -> Admitted:
    """Do what a line asks for and return what came of it; a refusal names the line."""
    try:
        return admit(actor, ground, line, facts, moment)
    except Invalid as refusal:
        raise Invalid.on("", f"{place}, {line.name}: {refusal.message}") from refusal


def _record_line(
    actor: Actor, roster: Roster, line: RosterLine, facts: LineFacts, moment: Moment
) -> None:
    details = {
        "line": line.id,
        "action": line.action,
        "role": line.role,
        "role_before": facts.joined.role if facts.joined else None,
        "effective_from": line.effective_from,
        "membership_line_id": line.membership_line_id,
    }
    event = Event(Deed.ROSTER_APPROVE_LINE, "rosters", roster.id, roster.unit_id, details)
    record(actor, event, moment)
