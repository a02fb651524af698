"""Drafts of member lists: begun from the unit's members, edited line by line, deleted."""

from dataclasses import dataclass
from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Invalid, NotFound, Problem
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Action, Actor
from registry.domain.rosters import (
    OPEN_ROSTER_STATES,
    LineAction,
    LineOutcome,
    Party,
    RosterState,
    Step,
)
from registry.domain.units.kinds import KINDS_WITHOUT_MEMBERS
from registry.domain.vietnamese.names import normalise
from registry.models.base import Model, copied, db
from registry.models.people import Person
from registry.models.rosters import OF_ONE_LIST, Roster, RosterLine
from registry.models.units import Unit
from registry.queries.memberships import MemberRow
from registry.queries.rosters.lines import (
    approved_members,
    line_facts,
    party_of,
    unapproved_members,
)
from registry.queries.rosters.lists import last_roster_of
from registry.queries.units.on_a_day import path_on, unit_on
from registry.services.memberships.checks import checked_organisation
from registry.services.one_at_a_time import one_at_a_time
from registry.services.rosters.turns import RosterVersion, record_step, taken

NOT_TO_ADD = (
    "Chỉ thêm được người, đơn vị thuộc đơn vị này và chưa được phê duyệt. "
    "Tải lại trang để xem danh sách mới nhất."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRoster:
    """An order for a unit's next list; `effective_from` is the day its lines take effect."""

    unit_id: int
    effective_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEdit:
    """What a line is to say; with `remove` it leaves the draft."""

    line_id: int
    role: MemberRole
    organisation: str | None
    effective_from: date
    remove: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveLines(RosterVersion):
    """Edits of a draft; lines not named stay as they are."""

    lines: tuple[LineEdit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLines(RosterVersion):
    """Parties for a draft: to admit, to change, to end."""

    add: tuple[Party, ...]
    change: tuple[Party, ...]
    end: tuple[Party, ...]
    effective_from: date


@one_at_a_time
def start(actor: Actor, command: StartRoster, moment: Moment) -> Roster:
    """Begin a unit's next list.

    After a returned list it holds the same lines; otherwise the lines the last decision left out,
    and every member of today whom no list has approved. Raises NotFound outside the scope, Invalid
    when the unit has an open list or takes no members.
    """
    actor.require_on(Action.ROSTER_COMPOSE, path_on(command.unit_id, moment.day), command.unit_id)
    unit = unit_on(command.unit_id, moment.day)
    if unit is None:
        raise NotFound
    if unit.kind in KINDS_WITHOUT_MEMBERS:
        raise Invalid.on("unit_id", f"{unit.name} là tổ chức phối hợp, không có thành viên.")
    last = last_roster_of(command.unit_id)
    if last is not None and last.state in OPEN_ROSTER_STATES:
        raise Invalid.on(
            "unit_id",
            f"{unit.shown_name} đang có danh sách số {last.number} "
            f"({last.state.label.lower()}). Mở danh sách đó để làm tiếp.",
        )
    roster = Roster(
        unit_id=command.unit_id,
        number=last.number + 1 if last else 1,
        state=RosterState.DRAFT,
        created_at=moment.instant,
    )
    for line in _first_lines(command, last, moment.day):
        _append(roster, line)
    db.session.add(roster)
    db.session.flush()
    record_step(actor, Deed.ROSTER_START, roster, moment)
    return roster


def _first_lines(command: StartRoster, last: Roster | None, today: date) -> list[RosterLine]:
    carried = []
    if last is not None:
        carried = [copied(line, OF_ONE_LIST) for line in last.lines if _goes_on(last, line)]
    if last is not None and last.state is RosterState.RETURNED:
        return carried
    there = {party_of(line) for line in carried}
    return carried + [
        _line(LineAction.ADD, row, command.effective_from)
        for row in unapproved_members(command.unit_id, today)
        if _party_of_row(row) not in there
    ]


def _goes_on(last: Roster, line: RosterLine) -> bool:
    return last.state is RosterState.RETURNED or line.outcome is LineOutcome.RETURNED


def _party_of_row(row: MemberRow) -> Party:
    return Party(row.person_id, row.member_unit_id)


def _line(action: LineAction, row: MemberRow, effective_from: date) -> RosterLine:
    return RosterLine(
        action=action,
        person_id=row.person_id,
        member_unit_id=row.member_unit_id,
        role=row.role,
        organisation=row.organisation,
        effective_from=effective_from,
    )


def _append(roster: Roster, line: RosterLine) -> None:
    line.position = max((other.position for other in roster.lines), default=0) + 1
    roster.lines.append(line)


@one_at_a_time
def save_lines(actor: Actor, command: SaveLines, moment: Moment) -> int:
    """Write what was edited in a draft and return how many lines changed or left.

    Raises NotFound outside the scope, Conflict when the list is no draft any more or somebody saved
    it meanwhile, Invalid on `organisation-<line id>` when a text is too long.
    """
    roster = taken(actor, Step.SUBMIT, command, moment.day)
    lines = {line.id: line for line in roster.lines}
    edits = [edit for edit in command.lines if edit.line_id in lines]
    _check_organisations(edits)
    changed = 0
    for edit in edits:
        line = lines[edit.line_id]
        wanted = (edit.role, normalise(edit.organisation or "") or None, edit.effective_from)
        if edit.remove:
            roster.lines.remove(line)
        elif wanted != (line.role, line.organisation, line.effective_from):
            line.role, line.organisation, line.effective_from = wanted
        else:
            continue
        changed += 1
    db.session.flush()
    if changed:
        record_step(actor, Deed.ROSTER_SAVE_LINES, roster, moment, changed=changed)
    return changed


def _check_organisations(edits: list[LineEdit]) -> None:
    problems = [
        Problem(f"organisation-{edit.line_id}", problem.message)
        for edit in edits
        for problem in checked_organisation(edit.organisation)[1]
    ]
    if problems:
        raise Invalid(problems)


@one_at_a_time
def add_lines(actor: Actor, command: AddLines, moment: Moment) -> int:
    """Add lines to a draft and return how many; a party that has a line already gets no second one.

    Raises NotFound and Conflict as `save_lines`; Invalid when nobody is chosen, somebody to add
    belongs neither to the unit nor to one below it, or somebody to change or end is not approved.
    """
    roster = taken(actor, Step.SUBMIT, command, moment.day)
    if set(command.change) & set(command.end):
        raise Invalid.on("end", "Mỗi thành viên chỉ chọn “Thay đổi” hoặc “Thôi tham gia”.")
    there = {party_of(line) for line in roster.lines}
    approved = {_party_of_row(row): row for row in approved_members(roster.unit_id, moment.day)}
    added: list[RosterLine] = []
    for action, chosen in (
        (LineAction.CHANGE, command.change),
        (LineAction.END, command.end),
    ):
        added += [
            _approved_line(action, approved.get(party), command.effective_from)
            for party in dict.fromkeys(chosen)
            if party not in there
        ]
    _refuse_unknown(command.add)
    added += [
        RosterLine(
            action=LineAction.ADD,
            person_id=party.person_id,
            member_unit_id=party.member_unit_id,
            role=MemberRole.MEMBER,
            effective_from=command.effective_from,
        )
        for party in dict.fromkeys(command.add)
        if party not in there
    ]
    if not added:
        raise Invalid.on("add", "Chọn ít nhất một người hoặc đơn vị.")
    for line in added:
        _append(roster, line)
    db.session.flush()
    _refuse_strangers(roster, added, moment.day)
    record_step(actor, Deed.ROSTER_ADD_LINES, roster, moment, added=len(added))
    return len(added)


def _approved_line(action: LineAction, row: MemberRow | None, effective_from: date) -> RosterLine:
    if row is None:
        raise Invalid.on(
            "change", "Chỉ ghi thay đổi, thôi tham gia đối với thành viên đã được phê duyệt."
        )
    return _line(action, row, effective_from)


def _refuse_unknown(parties: tuple[Party, ...]) -> None:
    for party in parties:
        if party.person_id is not None:
            known: Model | None = db.session.get(Person, party.person_id)
        else:
            known = db.session.get(Unit, party.member_unit_id)
        if known is None:
            raise Invalid.on("add", NOT_TO_ADD)


def _refuse_strangers(roster: Roster, added: list[RosterLine], today: date) -> None:
    """Refuse ids the page never offered: the check is made here, whatever was sent."""
    facts = line_facts(roster, today)
    for line in added:
        known = facts[line.id]
        if line.action is LineAction.ADD and (
            not known.belongs or (known.joined is not None and known.joined.approved)
        ):
            raise Invalid.on("add", NOT_TO_ADD)


@one_at_a_time
def delete(actor: Actor, command: RosterVersion, moment: Moment) -> int:
    """Delete a draft and return its unit; a list that was submitted stays for ever.

    Raises NotFound outside the scope, Conflict when it is no draft or somebody saved it meanwhile.
    """
    roster = taken(actor, Step.SUBMIT, command, moment.day)
    record_step(actor, Deed.ROSTER_DELETE, roster, moment)
    unit_id = roster.unit_id
    db.session.delete(roster)
    db.session.flush()
    return unit_id
