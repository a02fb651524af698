"""The last focal point of a unit is not taken away in silence, whichever way it goes."""

import ast
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

import registry.services
from registry.domain.assignments import AbsenceKind, AssignmentRole
from registry.domain.audit.deeds import Deed
from registry.domain.decisions import DecisionKind, EndKind
from registry.domain.errors import Invalid
from registry.domain.memberships import MemberRole
from registry.domain.permissions import NOTHING, Action, Role, system_actor
from registry.domain.reorganisations.corrections import UnitSaid
from registry.domain.rosters import LineAction, RosterState
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.rosters import Roster, RosterLine
from registry.models.units import UnitPeriod
from registry.queries.assignments.holders import Holder
from registry.queries.coverage.counting import focal_point_counts
from registry.services.assignments.absences import set_absence
from registry.services.assignments.changes import (
    change_assignment,
    correct_assignment,
    end_assignment,
)
from registry.services.assignments.commands import (
    AssignmentDetails,
    ChangeAssignment,
    CorrectAssignment,
    EndAssignment,
    SetAbsence,
)
from registry.services.assignments.taking_back import TakeBackAssignment, take_back_assignment
from registry.services.audit import Event, record
from registry.services.decisions import CorrectDecision, RecordDecision, ScanStore, correct_decision
from registry.services.gaps import OUT_OF_SIGHT
from registry.services.memberships import changes as memberships
from registry.services.memberships.changes import (
    ChangeMembership,
    CorrectMembership,
    EndMembership,
    TransferMember,
)
from registry.services.memberships.taking_back import TakeBackMembership, take_back_membership
from registry.services.paper_ends import EndPaper, end_paper
from registry.services.person_periods import ChangeFacts, CorrectFacts
from registry.services.reorganisations.corrections import CorrectUnit, correct_unit
from registry.services.reorganisations.effective_days import CorrectDay, correct_day
from registry.services.reorganisations.everyday import Change, ChangeUnit, Paper, change_unit
from registry.services.reorganisations.taking_back import TakeBackChange, take_back_change
from registry.services.rosters import deciding
from registry.services.rosters.deciding import Approve
from registry.services.units.paths import rebuild_paths
from scripts.tree import ROOT
from tests.conftest import MOMENT
from tests.factories.accounts import make_actor
from tests.factories.approvals import approve_memberships
from tests.factories.coverage import make_home
from tests.factories.people import make_assignment, make_decision, make_member, make_membership
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import START, Province, allow_everywhere, make_unit

JUNE_20 = date(2024, 6, 20)
ACCEPTED, IN_SILENCE = True, False
SERVICES = ROOT / "registry" / "services"


class Place:
    """A commune whose only focal point is a member of it, approved, on a decision."""

    def __init__(self, folder: Path) -> None:
        self.here = Province()
        allow_everywhere()
        make_home(self.here.province)
        self.unit = self.here.commune
        self.store = ScanStore(folder, 1024)
        self.person = make_member("Lê Đầu Mối", self.unit)
        self.decision = make_decision(self.unit)
        self.assignment = make_assignment(self.person, self.unit, self.decision)
        self.section = make_unit("Văn phòng", UnitKind.COMMUNE_OFFICE, self.unit)

    @property
    def membership(self) -> Membership:
        return db.session.scalars(
            select(Membership).where(Membership.person_id == self.person.id)
        ).one()

    def details(self, **changes: object) -> AssignmentDetails:
        values: dict[str, object] = {
            "holder": Holder(self.assignment.person_id, self.assignment.section_id),
            "role": self.assignment.role,
            "duty": self.assignment.duty,
            "decision_id": self.assignment.decision_id,
        }
        return AssignmentDetails(**(values | changes))  # type: ignore[arg-type]

    def list_of(self, line: RosterLine) -> Approve:
        """Put a line on a list that waits for the decision of the province."""
        approve_memberships(self.unit, self.membership)
        roster = make_roster(self.unit, [line], RosterState.REVIEWED, number=2)
        return Approve(
            roster_id=roster.id,
            version=roster.version,
            content_hash=roster.content_hash or "",
            approved=frozenset(line.id for line in roster.lines),
            returned={},
            reason="",
            decision_id=None,
            new_decision=RecordDecision(
                unit_id=self.here.province.id,
                number="77/QĐ-UBND",
                kind=DecisionKind.DECISION,
                issued_on=JUNE_20,
                issuer="UBND tỉnh",
                signer="Người Ký Thử",
                signer_form=None,
                effective_from=None,
            ),
        )


# Each way prepares and returns its command, which takes `accept_gap`, and its service.
Way = tuple[type, Callable[[Place], Callable[[bool], object]]]


def _end_assignment(at: Place) -> Callable[[bool], object]:
    actor = make_actor(Role.UNIT_OFFICER, at.unit)
    return lambda accept: end_assignment(
        actor,
        EndAssignment(
            assignment_id=at.assignment.id,
            version=at.assignment.version,
            ends_on=JUNE_20,
            reason="Nghỉ hưu",
            accept_gap=accept,
        ),
        MOMENT,
    )


def _change_assignment(at: Place) -> Callable[[bool], object]:
    actor = make_actor(Role.UNIT_OFFICER, at.unit)
    return lambda accept: change_assignment(
        actor,
        ChangeAssignment(
            assignment_id=at.assignment.id,
            version=at.assignment.version,
            details=at.details(role=AssignmentRole.SUPPORTING),
            change_from=JUNE_20,
            accept_gap=accept,
        ),
        MOMENT,
        at.store,
    )


def _correct_assignment(at: Place) -> Callable[[bool], object]:
    actor = make_actor(Role.UNIT_OFFICER, at.unit)
    return lambda accept: correct_assignment(
        actor,
        CorrectAssignment(
            assignment_id=at.assignment.id,
            version=at.assignment.version,
            details=at.details(),
            valid_from=START,
            valid_to=JUNE_20,
            accept_gap=accept,
        ),
        MOMENT,
        at.store,
    )


def _correct_decision(at: Place) -> Callable[[bool], object]:
    actor = make_actor(Role.UNIT_OFFICER, at.unit)
    at.decision.effective_from = JUNE_20
    db.session.flush()
    return lambda accept: correct_decision(
        actor,
        CorrectDecision(
            decision_id=at.decision.id,
            version=at.decision.version,
            number=at.decision.number,
            kind=at.decision.kind,
            issued_on=None,
            issuer=at.decision.issuer,
            signer=at.decision.signer,
            signer_form=None,
            effective_from=None,
            accept_gap=accept,
        ),
        MOMENT,
    )


def _end_paper(at: Place) -> Callable[[bool], object]:
    actor = make_actor(Role.UNIT_OFFICER, at.unit)
    later = make_decision(at.unit, "20/QĐ-UBND", issued_on=JUNE_20)
    return lambda accept: end_paper(
        actor,
        EndPaper(
            decision_id=at.decision.id, by_id=later.id, kind=EndKind.REVOKED, accept_gap=accept
        ),
        MOMENT,
    )


def _end_membership(at: Place) -> Callable[[bool], object]:
    actor = make_actor(Role.UNIT_OFFICER, at.unit)
    return lambda accept: memberships.end(
        actor,
        EndMembership(
            membership_id=at.membership.id,
            version=at.membership.version,
            valid_to=JUNE_20,
            reason="Nghỉ hưu",
            accept_gap=accept,
        ),
        MOMENT,
    )


def _correct_membership(at: Place) -> Callable[[bool], object]:
    actor = make_actor(Role.UNIT_OFFICER, at.unit)
    return lambda accept: memberships.correct(
        actor,
        CorrectMembership(
            membership_id=at.membership.id,
            version=at.membership.version,
            role=at.membership.role,
            organisation=None,
            is_main=True,
            valid_from=START,
            valid_to=JUNE_20,
            accept_gap=accept,
        ),
        MOMENT,
    )


def _change_membership(at: Place) -> Callable[[bool], object]:
    """Let an enterprise become the main unit of the focal point, who stays a member here."""
    enterprise = make_unit("Viễn thông Thử", UnitKind.ENTERPRISE, at.here.province)
    here = at.membership
    there = make_membership(at.person, enterprise, is_main=False)
    assert here.is_main
    return lambda accept: memberships.change_from(
        system_actor(),
        ChangeMembership(
            membership_id=there.id,
            version=there.version,
            role=there.role,
            organisation=None,
            is_main=True,
            day=JUNE_20,
            accept_gap=accept,
        ),
        MOMENT,
    )


def _transfer(at: Place) -> Callable[[bool], object]:
    actor = system_actor()
    return lambda accept: memberships.transfer(
        actor,
        TransferMember(
            membership_id=at.membership.id,
            version=at.membership.version,
            unit_id=at.here.other_commune.id,
            role=MemberRole.MEMBER,
            day=JUNE_20,
            is_secondment=False,
            reason="",
            accept_gap=accept,
        ),
        MOMENT,
    )


def _approve_an_end(at: Place) -> Callable[[bool], object]:
    actor = make_actor(Role.APPROVER, at.here.province)
    line = make_line(at.person, action=LineAction.END, effective_from=JUNE_20)
    command = at.list_of(line)
    return lambda accept: deciding.approve(
        actor, replace(command, accept_gap=accept), MOMENT, at.store
    )


def _change_section(at: Place, change: Change) -> Callable[[bool], object]:
    actor = system_actor()
    at.assignment.person_id, at.assignment.section_id = None, at.section.id
    db.session.flush()
    return lambda accept: change_unit(
        actor,
        ChangeUnit(
            unit_id=at.section.id,
            change=change,
            paper=Paper(effective_on=JUNE_20, number="5/QĐ-UBND", issued_on=START),
            new_parent_id=at.here.other_commune.id,
            accept_gap=accept,
        ),
        MOMENT,
    )


def _close_section(at: Place) -> Callable[[bool], object]:
    return _change_section(at, Change.CLOSE)


def _move_section(at: Place) -> Callable[[bool], object]:
    return _change_section(at, Change.MOVE)


def _take_back_a_move(at: Place) -> Callable[[bool], object]:
    actor = system_actor()
    section = make_unit("Phòng Văn hóa", UnitKind.COMMUNE_OFFICE, at.here.other_commune)
    at.assignment.person_id, at.assignment.section_id = None, section.id
    move = ChangeUnit(
        unit_id=section.id,
        change=Change.MOVE,
        paper=Paper(effective_on=JUNE_20, number="5/QĐ-UBND", issued_on=START),
        new_parent_id=at.unit.id,
    )
    batch = change_unit(actor, move, MOMENT)
    return lambda accept: take_back_change(
        actor, TakeBackChange(batch_id=batch.id, accept_gap=accept), MOMENT
    )


def _correct_the_day_of_a_move(at: Place) -> Callable[[bool], object]:
    actor = system_actor()
    section = make_unit("Phòng Văn hóa", UnitKind.COMMUNE_OFFICE, at.here.other_commune)
    at.assignment.person_id, at.assignment.section_id = None, section.id
    move = ChangeUnit(
        unit_id=section.id,
        change=Change.MOVE,
        paper=Paper(effective_on=JUNE_20, number="5/QĐ-UBND", issued_on=START),
        new_parent_id=at.unit.id,
    )
    batch = change_unit(actor, move, MOMENT)
    later = date(2024, 6, 25)
    return lambda accept: correct_day(
        actor,
        CorrectDay(batch_id=batch.id, wrong=JUNE_20, effective_on=later, accept_gap=accept),
        MOMENT,
    )


def _correct_section(at: Place) -> Callable[[bool], object]:
    actor, said = system_actor(), at.section.periods[0]
    at.assignment.person_id, at.assignment.section_id = None, at.section.id
    at.assignment.valid_from = said.valid_from = JUNE_20
    rebuild_paths()
    return lambda accept: correct_unit(
        actor,
        CorrectUnit(
            unit_id=at.section.id,
            day=JUNE_20,
            wrong=UnitSaid(said.name, None, at.unit.id),
            right=UnitSaid(said.name, None, at.here.other_commune.id),
            accept_gap=accept,
        ),
        MOMENT,
    )


def _take_back_assignment(at: Place) -> Callable[[bool], object]:
    actor = make_actor(Role.UNIT_OFFICER, at.unit)
    at.assignment.valid_from = JUNE_20
    event = Event(Deed.ASSIGNMENT_RECORD, "assignments", at.assignment.id, at.unit.id)
    record(actor, event, MOMENT)
    return lambda accept: take_back_assignment(
        actor,
        TakeBackAssignment(
            assignment_id=at.assignment.id, version=at.assignment.version, accept_gap=accept
        ),
        MOMENT,
    )


def _take_back_membership(at: Place) -> Callable[[bool], object]:
    actor = make_actor(Role.UNIT_OFFICER, at.unit)
    membership = at.membership
    membership.valid_from = JUNE_20
    make_membership(at.person, at.here.other_commune, until=JUNE_20)
    record(actor, Event(Deed.MEMBERSHIP_OPEN, "memberships", membership.id, at.unit.id), MOMENT)
    return lambda accept: take_back_membership(
        actor,
        TakeBackMembership(
            membership_id=membership.id, version=membership.version, accept_gap=accept
        ),
        MOMENT,
    )


def _set_absence(at: Place) -> Callable[[bool], object]:
    actor = make_actor(Role.UNIT_OFFICER, at.unit)
    return lambda accept: set_absence(
        actor,
        SetAbsence(
            assignment_id=at.assignment.id,
            version=0,
            kind=AbsenceKind.STUDY,
            valid_from=JUNE_20,
            valid_to=None,
            accept_gap=accept,
        ),
        MOMENT,
    )


WAYS: dict[str, Way] = {
    "a later paper takes its place": (EndPaper, _end_paper),
    "its holder is away": (SetAbsence, _set_absence),
    "an assignment ends": (EndAssignment, _end_assignment),
    "an assignment entered by mistake goes": (TakeBackAssignment, _take_back_assignment),
    "a membership entered by mistake goes": (TakeBackMembership, _take_back_membership),
    "an assignment changes": (ChangeAssignment, _change_assignment),
    "an assignment is corrected": (CorrectAssignment, _correct_assignment),
    "its decision is corrected": (CorrectDecision, _correct_decision),
    "a membership ends": (EndMembership, _end_membership),
    "a membership is corrected": (CorrectMembership, _correct_membership),
    "an enterprise becomes the main unit of a member": (ChangeMembership, _change_membership),
    "a member moves": (TransferMember, _transfer),
    "the end of a membership is approved": (Approve, _approve_an_end),
    "the section that holds it closes": (ChangeUnit, _close_section),
    "the section that holds it moves": (ChangeUnit, _move_section),
    "the section that holds it never came here": (TakeBackChange, _take_back_a_move),
    "the section that holds it came later": (CorrectDay, _correct_the_day_of_a_move),
    "the section that holds it always stood elsewhere": (CorrectUnit, _correct_section),
}


@pytest.fixture
def at(app: Flask, tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture(params=WAYS, name="way")
def each_way(request: pytest.FixtureRequest, at: Place) -> Callable[[bool], object]:
    """Return each way in turn, ready to be gone with or without accepting the gap."""
    return WAYS[request.param][1](at)


def stored() -> list[tuple[object, ...]]:
    """Return every column of what a way could write."""
    tables = (Assignment, Decision, Membership, Roster, RosterLine, UnitPeriod, AuditEvent)
    return [
        tuple(row)
        for table in tables
        for row in db.session.execute(
            select(table.__table__).order_by(*table.__mapper__.primary_key)
        )
    ]


def refused(way: Callable[[bool], object]) -> Invalid:
    """Go a way without accepting; return the refusal, after which nothing is changed."""
    db.session.commit()
    before = stored()
    with pytest.raises(Invalid) as refusal:
        way(IN_SILENCE)
    db.session.rollback()
    assert stored() == before
    return refusal.value


def test_a_gap_is_named_before_anything_is_written(
    at: Place, way: Callable[[bool], object]
) -> None:
    refusal = refused(way)
    assert [problem.field for problem in refusal.problems] == ["accept_gap"]
    assert refusal.message == (
        "Từ ngày 20/06/2024 Xã Bình Minh không còn đầu mối CĐS nào được tính. "
        "Phân công người thay thế trước, hoặc đánh dấu xác nhận rồi thực hiện lại."
    )


def test_a_gap_accepted_is_made(at: Place, way: Callable[[bool], object]) -> None:
    assert focal_point_counts(JUNE_20).get(at.unit.id, 0) == 1
    way(ACCEPTED)
    assert focal_point_counts(JUNE_20).get(at.unit.id, 0) == 0


def test_where_another_focal_point_stays_nothing_is_asked(
    at: Place, way: Callable[[bool], object]
) -> None:
    other = make_member("Trần Ở Lại", at.unit)
    make_assignment(other, at.unit, make_decision(at.unit, "16/QĐ-UBND"))
    way(IN_SILENCE)
    assert focal_point_counts(JUNE_20).get(at.unit.id, 0) == 1


def test_a_unit_that_had_no_focal_point_before_is_not_named(
    at: Place, way: Callable[[bool], object]
) -> None:
    at.decision.issued_on = None
    db.session.flush()
    way(IN_SILENCE)
    assert focal_point_counts(JUNE_20).get(at.unit.id, 0) == 0


def test_the_audit_keeps_which_gap_was_accepted(at: Place) -> None:
    _approve_an_end(at)(ACCEPTED)
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "roster.approve")
    ).one()
    assert event.details["gaps"] == {str(at.unit.id): {"$day": "2024-06-20"}}


def test_the_audit_keeps_that_a_gap_was_accepted_whichever_way_it_came(
    at: Place, way: Callable[[bool], object]
) -> None:
    way(ACCEPTED)
    kept = db.session.scalars(select(AuditEvent.details)).all()
    assert len([details for details in kept if {"gaps", "gap_from"} & details.keys()]) == 1


def test_a_gap_in_the_days_to_come_is_named_from_the_day_it_begins(at: Place) -> None:
    begins = date(2024, 7, 15)
    at.assignment.valid_from = begins
    db.session.flush()
    with pytest.raises(Invalid, match="Từ ngày 15/07/2024 Xã Bình Minh"):
        _end_membership(at)(IN_SILENCE)


def test_every_unit_left_alone_is_named_with_its_day(at: Place) -> None:
    make_assignment(at.person, at.here.district, at.decision, since=date(2024, 6, 25))
    with pytest.raises(Invalid, match="Từ ngày 20/06/2024 Xã Bình Minh; từ ngày 25/06/2024 Huyện"):
        _end_membership(at)(IN_SILENCE)


def test_a_unit_left_alone_outside_the_scope_is_told_of_and_not_named(at: Place) -> None:
    make_membership(at.person, at.here.far_commune, is_main=False)
    make_assignment(at.person, at.here.far_commune, make_decision(at.here.far_commune), since=START)
    (membership,) = (
        one
        for one in db.session.scalars(
            select(Membership).where(Membership.person_id == at.person.id)
        )
        if one.unit_id == at.here.far_commune.id
    )
    command = EndMembership(
        membership_id=membership.id, version=membership.version, valid_to=JUNE_20, reason="Nghỉ"
    )
    reviewer = make_actor(Role.REVIEWER, at.here.it_department)
    narrow = replace(reviewer, scopes=reviewer.scopes | {Action.UNIT_SEE: NOTHING})
    for actor, named in ((reviewer, "Xã Đại Minh"), (narrow, OUT_OF_SIGHT)):
        savepoint = db.session.begin_nested()
        with pytest.raises(Invalid, match=f"Từ ngày 20/06/2024 {named} không còn"):
            memberships.end(actor, command, MOMENT)
        savepoint.rollback()


@pytest.mark.parametrize(
    ("teams", "said"),
    [
        (9, "Tổ 08, Xã Bình Minh không còn đầu mối"),
        (10, "Tổ 09 và 1 đơn vị khác không còn đầu mối"),
        (11, "Tổ 09 và 2 đơn vị khác không còn đầu mối"),
    ],
)
def test_of_many_units_left_alone_ten_are_named_and_the_others_counted(
    at: Place, teams: int, said: str
) -> None:
    for number in range(teams):
        unit = make_unit(f"Tổ {number:02d}", UnitKind.COMMUNITY_TEAM, at.unit)
        make_assignment(at.person, unit, at.decision)
    with pytest.raises(Invalid, match=said):
        _end_membership(at)(IN_SILENCE)


def test_units_left_alone_on_one_day_are_named_in_vietnamese_order(at: Place) -> None:
    for name in ("Tổ Đông", "Tổ Em", "Tổ Cẩm"):
        unit = make_unit(name, UnitKind.COMMUNITY_TEAM, at.unit)
        make_assignment(at.person, unit, at.decision)
    with pytest.raises(Invalid, match="Tổ Cẩm, Tổ Đông, Tổ Em"):
        _end_membership(at)(IN_SILENCE)


def test_a_first_day_put_right_is_no_gap(at: Place) -> None:
    command = CorrectMembership(
        membership_id=at.membership.id,
        version=at.membership.version,
        role=at.membership.role,
        organisation=None,
        is_main=True,
        valid_from=JUNE_20,
        valid_to=None,
    )
    memberships.correct(system_actor(), command, MOMENT)
    assert focal_point_counts(JUNE_20).get(at.unit.id, 0) == 1


def test_another_role_of_a_member_leaves_the_focal_point(at: Place) -> None:
    approver = make_actor(Role.APPROVER, at.here.province)
    line = make_line(
        at.person, action=LineAction.CHANGE, role=MemberRole.DEPUTY, effective_from=JUNE_20
    )
    deciding.approve(approver, at.list_of(line), MOMENT, at.store)
    assert focal_point_counts(JUNE_20).get(at.unit.id, 0) == 1


def test_a_team_moved_away_from_the_commune_whose_officer_serves_it_is_named(at: Place) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, at.unit)
    make_assignment(at.person, team, at.decision)
    command = ChangeUnit(
        unit_id=team.id,
        change=Change.MOVE,
        paper=Paper(effective_on=JUNE_20, number="5/QĐ-UBND", issued_on=START),
        new_parent_id=at.here.other_commune.id,
    )
    with pytest.raises(Invalid, match="Từ ngày 20/06/2024 Tổ thôn Một"):
        change_unit(system_actor(), command, MOMENT)


def test_main_that_passes_on_to_an_enterprise_is_seen_before_a_membership_ends(at: Place) -> None:
    enterprise = make_unit("Viễn thông Thử", UnitKind.ENTERPRISE, at.here.province)
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, at.unit)
    ending = at.membership
    for unit in (enterprise, team):
        make_membership(at.person, unit, is_main=False)
    command = EndMembership(
        membership_id=ending.id, version=ending.version, valid_to=JUNE_20, reason="Nghỉ hưu"
    )
    with pytest.raises(Invalid, match="Từ ngày 20/06/2024 Xã Bình Minh"):
        memberships.end(system_actor(), command, MOMENT)


def test_a_unit_that_ends_itself_is_not_left_alone(at: Place) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, at.unit)
    make_assignment(make_member("Phan Tổ Viên", team), team, at.decision)
    command = ChangeUnit(
        unit_id=team.id,
        change=Change.CLOSE,
        paper=Paper(effective_on=JUNE_20, number="5/QĐ-UBND", issued_on=START),
    )
    change_unit(system_actor(), command, MOMENT)
    assert focal_point_counts(JUNE_20).get(team.id, 0) == 0


def test_every_command_that_accepts_a_gap_is_gone_here() -> None:
    modules = pkgutil.walk_packages(registry.services.__path__, "registry.services.")
    commands = {
        found
        for module in modules
        for found in vars(importlib.import_module(module.name)).values()
        if isinstance(found, type) and is_dataclass(found)
        if "accept_gap" in {field.name for field in fields(found)}
    }
    # A title takes a focal point away only where the duty is given by it, from its own days on.
    assert commands == {command for command, _ in WAYS.values()} | {ChangeFacts, CorrectFacts}


# Who writes an end, or whatever it is given, into a stored row: and why no gap is left in silence.
WRITERS = {
    "assignments/absences.py:_written": "asks",
    "assignments/changes.py:correct_assignment": "asks",
    "assignments/changes.py:_continue_otherwise": "changing asks",
    "assignments/changes.py:_close": "ending asks",
    "assignments/periods.py:end_with_membership": "ending, moving and approving ask",
    "decisions.py:correct_decision": "asks",
    "legal_bases.py:end_basis": "what reports cite is no focal point",
    "memberships/changes.py:_rewrite": "correcting asks",
    "memberships/periods.py:close_row": "ending, moving and approving ask",
    "memberships/periods.py:write_from": "goes on in the row that begins that day",
    "person_periods.py:_begin_on": "correcting asks",
    "person_periods.py:_join_equal": "says what was said",
    "person_periods.py:_say": "correcting and changing ask",
    "person_periods.py:_write_from": "changing and approving ask",
    "reorganisations/corrections.py:_write": "correcting a unit asks",
    "units/contacts.py:edit_contact": "how a unit is reached is no focal point",
}


def test_whoever_ends_a_row_is_known_here() -> None:
    found = {
        f"{path.relative_to(SERVICES).as_posix()}:{function.name}"
        for path in SERVICES.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and writes_an_end(function)
    }
    assert found == set(WRITERS)


def writes_an_end(function: ast.FunctionDef) -> bool:
    """Tell whether a function sets an attribute that ends a row, or any it is given."""
    stored_in = {
        node.attr
        for node in ast.walk(function)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return bool(stored_in & {"valid_to", "issued_on"}) or "setattr" in names
