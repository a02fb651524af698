"""Member lists: who may do which step, what an approval covers, and what it writes."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from registry.domain.audit.deeds import Deed
from registry.domain.decisions import DecisionKind
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.memberships import MemberRole
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Actor, Role
from registry.domain.rosters import FrozenLine, LineAction, LineOutcome, RosterState, Step
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account, Grant
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.offices import Office
from registry.models.people import Person
from registry.models.rosters import Roster
from registry.queries.memberships import approved_on, members_of
from registry.queries.rosters.lists import last_decided_of
from registry.services.decisions import RecordDecision, Scan, ScanStore
from registry.services.rosters import deciding as rosters
from registry.services.rosters.deciding import Approve, Review, SendBack
from registry.services.rosters.turns import RosterVersion
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import actor_for, make_account, make_actor
from tests.factories.approvals import approve_memberships
from tests.factories.at_once import in_threads
from tests.factories.audited import Told, told
from tests.factories.days import moment_on
from tests.factories.decisions import pdf
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import START, Province, make_unit


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


@pytest.fixture
def store(tmp_path: Path) -> ScanStore:
    folder = tmp_path / "scans"
    folder.mkdir()
    return ScanStore(folder, 1024 * 1024)


@pytest.fixture
def approver(here: Province) -> Account:
    return make_account(Role.APPROVER, here.province)


def shown(roster: Roster) -> RosterVersion:
    return RosterVersion(roster_id=roster.id, version=roster.version)


def test_an_approval_covers_each_field_of_a_line_as_it_was_submitted(here: Province) -> None:
    line = make_line(make_member("Trần Thị Chờ", here.commune))
    line.name, line.birth_year = "Trần Thị Chờ", 1990
    line.job_title, line.organisation = "Công chức Văn hóa - Xã hội", "UBND xã"
    empty = make_line(here.far_commune)
    full, bare = rosters.frozen_lines(make_roster(here.commune, [line, empty]))
    assert full == FrozenLine(
        action="add",
        person_id=line.person_id,
        member_unit_id=None,
        name="Trần Thị Chờ",
        birth_year=1990,
        job_title="Công chức Văn hóa - Xã hội",
        role="member",
        organisation="UBND xã",
        effective_from=START,
    )
    assert (bare.name, bare.job_title, bare.organisation) == ("", "", "")
    assert (bare.person_id, bare.member_unit_id) == (None, here.far_commune.id)


def new_decision(here: Province, number: str = "77/QĐ-UBND") -> RecordDecision:
    return RecordDecision(
        unit_id=here.province.id,
        number=number,
        kind=DecisionKind.DECISION,
        issued_on=TODAY,
        issuer="UBND tỉnh",
        signer="Người Ký Thử",
        signer_form="KT. CHỦ TỊCH",
        effective_from=TODAY,
    )


def whole(roster: Roster, here: Province) -> Approve:
    """Approve every line by a new decision of the province."""
    return Approve(
        roster_id=roster.id,
        version=roster.version,
        content_hash=roster.content_hash or "",
        approved=frozenset(line.id for line in roster.lines),
        returned={},
        reason="",
        decision_id=None,
        new_decision=new_decision(here),
    )


def reviewed(here: Province, *people: Person, submitted_by: Account | None = None) -> Roster:
    return make_roster(
        here.commune,
        [make_line(person) for person in people],
        RosterState.REVIEWED,
        submitted_by=submitted_by,
    )


def events(action: str) -> int:
    return (
        db.session.scalar(
            select(func.count()).select_from(AuditEvent).where(AuditEvent.action == action)
        )
        or 0
    )


# --- submitting --------------------------------------------------------------------------


def test_submitting_freezes_the_lines_and_stores_their_hash(here: Province) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    person = make_member("Lê Văn Thử", here.commune)
    draft = make_roster(here.commune, [make_line(person)])
    sent = rosters.submit(officer, shown(draft), MOMENT)
    assert (sent.state, sent.submitted_by_id) == (RosterState.SUBMITTED, officer.account_id)
    before = sent.content_hash
    person.full_name = "Tên Đã Sửa Sau"
    db.session.flush()
    assert [line.name for line in sent.lines] == ["Lê Văn Thử"]
    assert rosters.content_hash(rosters.frozen_lines(sent)) == before


def test_the_lines_are_submitted_in_the_order_of_given_names(here: Province) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    names = ["Trần Văn Ý", "Lê Thị An", "Đỗ Văn Đức"]
    draft = make_roster(
        here.commune, [make_line(make_member(name, here.commune)) for name in names]
    )
    sent = rosters.submit(officer, shown(draft), MOMENT)
    db.session.expire_all()
    assert [line.name for line in sent.lines] == ["Lê Thị An", "Đỗ Văn Đức", "Trần Văn Ý"]
    assert sent.content_hash == rosters.content_hash(rosters.frozen_lines(sent))


def test_an_empty_list_cannot_be_submitted(here: Province) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    draft = make_roster(here.commune, [])
    with pytest.raises(Invalid, match="chưa có dòng nào"):
        rosters.submit(officer, shown(draft), MOMENT)


def test_somebody_who_left_cannot_be_submitted_and_is_named(here: Province) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    gone = make_member("Phạm Văn Đi", here.commune, until=TODAY - timedelta(days=3))
    draft = make_roster(here.commune, [make_line(gone)])
    with pytest.raises(Invalid, match="Dòng 1, Phạm Văn Đi: Không còn là thành viên"):
        rosters.submit(officer, shown(draft), MOMENT)


@pytest.mark.parametrize(("count", "more"), [(20, []), (21, ["Và 1 dòng khác."])])
def test_twenty_lines_that_stand_in_the_way_are_named_and_the_others_counted(
    here: Province, count: int, more: list[str]
) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    gone = [
        make_line(make_member(f"Phạm Văn Đi {number}", here.commune, until=TODAY))
        for number in range(count)
    ]
    draft = make_roster(here.commune, gone)
    with pytest.raises(Invalid) as refusal:
        rosters.submit(officer, shown(draft), MOMENT)
    problems = refusal.value.problems
    assert sum(problem.field.startswith("line-") for problem in problems) == 20
    assert [problem.message for problem in problems if not problem.field] == more


def test_a_list_is_not_submitted_from_an_outdated_page(here: Province) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    draft = make_roster(here.commune, [make_line(make_member("Lê Văn Thử", here.commune))])
    with pytest.raises(Conflict, match="Danh sách đã thay đổi"):
        rosters.submit(
            officer, RosterVersion(roster_id=draft.id, version=draft.version - 1), MOMENT
        )


def test_an_officer_of_another_unit_finds_no_such_list(here: Province) -> None:
    stranger = make_actor(Role.UNIT_OFFICER, here.far_commune)
    draft = make_roster(here.commune, [make_line(make_member("Lê Văn Thử", here.commune))])
    with pytest.raises(NotFound):
        rosters.submit(stranger, shown(draft), MOMENT)


# --- verifying, reviewing, returning -----------------------------------------------------


def test_a_list_goes_from_the_unit_over_the_district_to_the_decision(
    here: Province, store: ScanStore, approver: Account
) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    person = make_member("Lê Văn Thử", here.commune)
    roster = make_roster(here.commune, [make_line(person)])
    rosters.submit(officer, shown(roster), MOMENT)
    verifier = make_actor(Role.VERIFIER, here.district)
    rosters.verify(verifier, shown(roster), MOMENT)
    assert roster.state is RosterState.VERIFIED
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    rosters.review(reviewer, Review(roster_id=roster.id, version=roster.version), MOMENT)
    assert roster.state is RosterState.REVIEWED
    done = rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    assert done.assignments_ended == 0
    assert roster.state is RosterState.DECIDED
    signed = (roster.verified_by_id, roster.reviewed_by_id, roster.decided_by_id)
    assert signed == (verifier.account_id, reviewer.account_id, approver.id)
    assert {roster.verified_at, roster.reviewed_at, roster.decided_at} == {NOW}
    (line,) = (
        row.line_id for row in members_of(here.commune.id, TODAY) if row.person_id == person.id
    )
    assert approved_on(line, TODAY)
    steps = ["submit", "verify", "review", "approve", "approve_line"]
    assert [events(f"roster.{step}") for step in steps] == [1, 1, 1, 1, 1]


def test_the_district_step_may_be_left_out(here: Province) -> None:
    roster = make_roster(
        here.commune, [make_line(make_member("Lê Văn Thử", here.commune))], RosterState.SUBMITTED
    )
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    rosters.review(reviewer, Review(roster_id=roster.id, version=roster.version), MOMENT)
    assert (roster.state, roster.verified_at) == (RosterState.REVIEWED, None)


def test_nobody_verifies_once_the_district_level_has_ended(here: Province) -> None:
    account = make_account(Role.VERIFIER, here.district)
    roster = make_roster(
        here.commune, [make_line(make_member("Lê Văn Thử", here.commune))], RosterState.SUBMITTED
    )
    db.session.execute(
        Office.__table__.update()
        .where(Office.__table__.c.function == OfficeFunction.VERIFYING)
        .values(valid_to=date(2025, 7, 1))
    )
    later = date(2025, 7, 1)
    with pytest.raises(NotAllowed):
        rosters.verify(actor_for(account, later), shown(roster), moment_on(later))


def test_remarks_of_the_reviewer_stay_on_the_lines(here: Province) -> None:
    people = [make_member(name, here.commune) for name in ("Lê Văn Thử", "Lê Văn Một", "Lê Văn Ba")]
    lines = [make_line(person) for person in people]
    roster = make_roster(here.commune, lines, RosterState.SUBMITTED)
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    line = roster.lines[0].id
    rosters.review(
        reviewer,
        Review(roster_id=roster.id, version=roster.version, remarks={line: " Thiếu văn bản cử "}),
        MOMENT,
    )
    assert roster.lines[0].remark == "Thiếu văn bản cử"
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "roster.review")).one()
    assert event.details["remarks"] == 1


def test_a_remark_has_five_hundred_signs_at_most(here: Province) -> None:
    roster = make_roster(
        here.commune, [make_line(make_member("Lê Văn Thử", here.commune))], RosterState.SUBMITTED
    )
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    line = roster.lines[0].id
    command = Review(roster_id=roster.id, version=roster.version, remarks={line: "x" * 501})
    with pytest.raises(Invalid, match="nhiều nhất 500 ký tự"):
        rosters.review(reviewer, command, MOMENT)
    longest = Review(roster_id=roster.id, version=roster.version, remarks={line: "x" * 500})
    rosters.review(reviewer, longest, MOMENT)
    assert roster.lines[0].remark == "x" * 500


@pytest.mark.parametrize(
    ("desk", "state", "role", "office"),
    [
        (Step.VERIFY, RosterState.SUBMITTED, Role.VERIFIER, "district"),
        (Step.REVIEW, RosterState.VERIFIED, Role.REVIEWER, "it_department"),
        (Step.DECIDE, RosterState.REVIEWED, Role.APPROVER, "province"),
    ],
)
def test_each_desk_may_return_the_whole_list_with_a_reason(
    here: Province, desk: Step, state: RosterState, role: Role, office: str
) -> None:
    roster = make_roster(here.commune, [make_line(make_member("Lê Văn Thử", here.commune))], state)
    actor = make_actor(role, getattr(here, office))
    with pytest.raises(Invalid, match="Nhập lý do"):
        rosters.send_back(
            actor,
            SendBack(roster_id=roster.id, version=roster.version, desk=desk, reason=" "),
            MOMENT,
        )
    db.session.refresh(roster)
    rosters.send_back(
        actor,
        SendBack(roster_id=roster.id, version=roster.version, desk=desk, reason="Thiếu chức danh"),
        MOMENT,
    )
    assert (roster.state, roster.return_reason) == (RosterState.RETURNED, "Thiếu chức danh")
    who = {
        Step.VERIFY: roster.verified_by_id,
        Step.REVIEW: roster.reviewed_by_id,
        Step.DECIDE: roster.decided_by_id,
    }
    assert who[desk] == actor.account_id


def test_a_desk_cannot_return_a_list_that_lies_on_another(here: Province) -> None:
    roster = make_roster(
        here.commune, [make_line(make_member("Lê Văn Thử", here.commune))], RosterState.REVIEWED
    )
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    with pytest.raises(Conflict):
        rosters.send_back(
            reviewer,
            SendBack(roster_id=roster.id, version=roster.version, desk=Step.REVIEW, reason="Muộn"),
            MOMENT,
        )


@pytest.mark.parametrize("state", [RosterState.DRAFT, RosterState.SUBMITTED, RosterState.RETURNED])
def test_no_step_before_the_approval_can_be_skipped(
    here: Province, store: ScanStore, approver: Account, state: RosterState
) -> None:
    roster = make_roster(here.commune, [make_line(make_member("Lê Văn Thử", here.commune))], state)
    with pytest.raises(Conflict, match="không làm được bước này"):
        rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)


# --- two people --------------------------------------------------------------------------


def with_another_role(account: Account, role: Role, office_id: int) -> Actor:
    account.grants.append(Grant(role=role, office_id=office_id, valid_from=START))
    db.session.flush()
    return actor_for(account)


def test_nobody_approves_a_list_he_submitted(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune), submitted_by=approver)
    with pytest.raises(NotAllowed, match="Người gửi danh sách"):
        rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)


def test_nobody_reviews_or_returns_a_list_he_submitted(here: Province) -> None:
    account = make_account(Role.REVIEWER, here.it_department)
    roster = make_roster(
        here.commune,
        [make_line(make_member("Lê Văn Thử", here.commune))],
        RosterState.SUBMITTED,
        submitted_by=account,
    )
    with pytest.raises(NotAllowed):
        rosters.review(
            actor_for(account), Review(roster_id=roster.id, version=roster.version), MOMENT
        )
    with pytest.raises(NotAllowed):
        rosters.send_back(
            actor_for(account),
            SendBack(roster_id=roster.id, version=roster.version, desk=Step.REVIEW, reason="Thiếu"),
            MOMENT,
        )


def test_the_database_too_refuses_one_person_on_both_sides(
    here: Province, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune), submitted_by=approver)
    roster.decided_by_id = approver.id
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_an_officer_may_not_approve_the_list_of_his_own_unit(
    here: Province, store: ScanStore
) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    with pytest.raises(NotAllowed):
        rosters.approve(officer, whole(roster, here), MOMENT, store)


# --- approving what was shown ------------------------------------------------------------


def test_a_page_that_showed_other_lines_cannot_approve(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    roster.lines[0].name = "Người Khác Hẳn"
    db.session.flush()
    with pytest.raises(Conflict, match="Danh sách đã thay đổi"):
        rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)


def test_a_page_shown_before_a_later_version_cannot_approve(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    command = whole(roster, here)
    roster.lines[0].remark = "Thẩm định bổ sung"
    roster.reviewed_at = NOW
    db.session.flush()
    with pytest.raises(Conflict, match="Danh sách đã thay đổi"):
        rosters.approve(actor_for(approver), command, MOMENT, store)


def test_every_line_must_have_been_decided_on(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, *(make_member(f"Lê Văn {c}", here.commune) for c in "AB"))
    some = replace(whole(roster, here), approved=frozenset([roster.lines[0].id]))
    with pytest.raises(Conflict):
        rosters.approve(actor_for(approver), some, MOMENT, store)


def test_lines_left_out_are_returned_with_their_reason(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, *(make_member(f"Lê Văn {c}", here.commune) for c in "ABC"))
    first, second, third = (line.id for line in roster.lines)
    command = replace(
        whole(roster, here),
        approved=frozenset({first}),
        returned={second: "Trùng người", third: ""},
        reason="Thiếu hồ sơ",
    )
    rosters.approve(actor_for(approver), command, MOMENT, store)
    outcomes = [(line.outcome, line.remark) for line in roster.lines]
    assert outcomes == [
        (LineOutcome.APPROVED, None),
        (LineOutcome.RETURNED, "Trùng người"),
        (LineOutcome.RETURNED, "Thiếu hồ sơ"),
    ]
    assert events("roster.approve_line") == 1


def test_a_line_left_out_without_a_reason_is_refused(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, *(make_member(f"Lê Văn {c}", here.commune) for c in "AB"))
    first, second = (line.id for line in roster.lines)
    command = replace(whole(roster, here), approved=frozenset({first}), returned={second: ""})
    with pytest.raises(Invalid, match="Nhập lý do"):
        rosters.approve(actor_for(approver), command, MOMENT, store)


def test_approving_no_line_at_all_is_refused(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    command = replace(
        whole(roster, here), approved=frozenset(), returned={roster.lines[0].id: "Không"}
    )
    with pytest.raises(Invalid, match="ít nhất một dòng"):
        rosters.approve(actor_for(approver), command, MOMENT, store)


# --- the decision ------------------------------------------------------------------------


def test_one_decision_can_approve_several_lists(
    here: Province, store: ScanStore, approver: Account
) -> None:
    decision = make_decision(here.province, "55/QĐ-UBND")
    person, other = (make_member(name, here.commune) for name in ("Lê Văn A", "Lê Văn B"))
    for number, somebody in enumerate((person, other), start=1):
        roster = make_roster(
            here.commune, [make_line(somebody)], RosterState.REVIEWED, number=number
        )
        command = replace(whole(roster, here), new_decision=None, decision_id=decision.id)
        rosters.approve(actor_for(approver), command, MOMENT, store)
    assert set(db.session.scalars(select(Roster.decision_id))) == {decision.id}


def test_a_new_decision_that_contradicts_itself_is_refused_at_its_field(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    other_day = new_decision(here, "Quyết định số 77/QĐ-UBND ngày 01 tháng 6 năm 2024")
    with pytest.raises(Invalid) as refusal:
        rosters.approve(
            actor_for(approver), replace(whole(roster, here), new_decision=other_day), MOMENT, store
        )
    assert [problem.field for problem in refusal.value.problems] == ["issued_on"]


def test_a_decision_of_another_office_cannot_be_chosen(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    foreign = make_decision(here.far_commune, "5/QĐ-UBND")
    command = replace(whole(roster, here), new_decision=None, decision_id=foreign.id)
    with pytest.raises(Invalid, match="Chọn một quyết định"):
        rosters.approve(actor_for(approver), command, MOMENT, store)


def test_a_new_decision_is_the_deciding_office_s_and_a_decision_whatever_was_sent(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    forged = replace(new_decision(here), unit_id=here.far_commune.id, kind=DecisionKind.PROPOSAL)
    command = replace(whole(roster, here), new_decision=forged)
    rosters.approve(actor_for(approver), command, MOMENT, store)
    decision = db.session.get_one(Decision, roster.decision_id)
    assert (decision.unit_id, decision.kind) == (here.province.id, DecisionKind.DECISION)


def test_a_new_decision_may_be_typed_as_its_citation(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    cited = "Quyết định số 77/QĐ-UBND ngày 05/6/2024 của Chủ tịch UBND tỉnh"
    typed = replace(new_decision(here, cited), issued_on=None, issuer=None)
    rosters.approve(
        actor_for(approver), replace(whole(roster, here), new_decision=typed), MOMENT, store
    )
    decision = db.session.get_one(Decision, roster.decision_id)
    assert (decision.number, decision.issued_on) == ("77/QĐ-UBND", date(2024, 6, 5))
    assert decision.issuer == "Chủ tịch UBND tỉnh"


def test_a_list_is_not_approved_by_what_its_sign_says_is_no_decision(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    command = replace(whole(roster, here), new_decision=new_decision(here, "9/TTr-UBND"))
    with pytest.raises(Invalid, match="số vừa nhập là của tờ trình") as refusal:
        rosters.approve(actor_for(approver), command, MOMENT, store)
    assert [problem.field for problem in refusal.value.problems] == ["number"]


@pytest.mark.parametrize("missing", ["number", "issued_on", "issuer", "signer"])
def test_a_decision_that_approves_must_be_complete(
    here: Province, store: ScanStore, approver: Account, missing: str
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    empty = replace(new_decision(here), **{missing: "" if missing == "number" else None})
    command = replace(whole(roster, here), new_decision=empty)
    with pytest.raises(Invalid) as refusal:
        rosters.approve(actor_for(approver), command, MOMENT, store)
    assert [problem.field for problem in refusal.value.problems] == [missing]


def test_a_proposal_cannot_approve_a_list(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    proposal = make_decision(here.province, "9/TTr-UBND")
    proposal.kind = DecisionKind.PROPOSAL
    db.session.flush()
    command = replace(whole(roster, here), new_decision=None, decision_id=proposal.id)
    with pytest.raises(Invalid, match="Chọn một quyết định"):
        rosters.approve(actor_for(approver), command, MOMENT, store)


def test_the_scan_of_a_new_decision_is_kept(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    command = replace(
        whole(roster, here),
        new_decision=replace(new_decision(here), scan=Scan(name="quyet-dinh.pdf", content=pdf())),
    )
    rosters.approve(actor_for(approver), command, MOMENT, store)
    decision = db.session.get(Decision, roster.decision_id)
    assert decision is not None
    assert decision.file is not None
    assert decision.unit_id == here.province.id


# --- what an approval writes -------------------------------------------------------------


def test_an_existing_membership_is_approved_and_not_written_again(
    here: Province, store: ScanStore, approver: Account
) -> None:
    person = make_member("Lê Văn Thử", here.commune)
    roster = reviewed(here, person)
    rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    rows = db.session.scalars(select(Membership).where(Membership.person_id == person.id)).all()
    assert [row.line_id for row in rows] == [roster.lines[0].membership_line_id]


def test_somebody_of_a_team_below_becomes_a_member_of_the_unit(
    here: Province, store: ScanStore, approver: Account
) -> None:
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    person = make_member("Lê Văn Tổ", team)
    roster = make_roster(
        here.commune,
        [make_line(person, role=MemberRole.CORE, effective_from=date(2024, 6, 15))],
        RosterState.REVIEWED,
    )
    rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    (row,) = (row for row in members_of(here.commune.id, TODAY) if row.person_id == person.id)
    assert (row.role, row.valid_from, row.is_main) == (MemberRole.CORE, date(2024, 6, 15), False)
    assert row.approved


def test_a_unit_below_becomes_a_member_unit(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = make_roster(here.it_department, [make_line(here.section)], RosterState.REVIEWED)
    rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    (row,) = (row for row in members_of(here.it_department.id, TODAY) if row.member_unit_id)
    assert row.member_unit_id == here.section.id
    assert row.approved


@pytest.fixture
def approved_member(here: Province) -> Person:
    person = make_person("Lê Văn Thử")
    approve_memberships(here.commune, make_membership(person, here.commune))
    return person


def test_a_change_begins_a_new_period_of_the_same_line(
    here: Province, store: ScanStore, approver: Account, approved_member: Person
) -> None:
    day = date(2024, 6, 20)
    line = make_line(
        approved_member, action=LineAction.CHANGE, role=MemberRole.HEAD, effective_from=day
    )
    roster = make_roster(here.commune, [line], RosterState.REVIEWED, number=2)
    rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    rows = db.session.scalars(
        select(Membership)
        .where(Membership.person_id == approved_member.id)
        .order_by(Membership.valid_from)
    ).all()
    assert [(row.role, row.valid_from, row.valid_to, row.is_main) for row in rows] == [
        (MemberRole.MEMBER, START, day, True),
        (MemberRole.HEAD, day, None, True),
    ]
    assert {row.line_id for row in rows} == {roster.lines[0].membership_line_id}


def test_an_end_line_ends_the_membership_on_its_day(
    here: Province, store: ScanStore, approver: Account, approved_member: Person
) -> None:
    day = date(2024, 6, 25)
    line = make_line(approved_member, action=LineAction.END, effective_from=day)
    roster = make_roster(here.commune, [line], RosterState.REVIEWED, number=2)
    rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    membership = db.session.scalars(
        select(Membership).where(Membership.person_id == approved_member.id)
    ).one()
    assert membership.valid_to == day
    assert "77/QĐ-UBND" in (membership.end_reason or "")


def test_an_end_line_ends_what_hangs_on_the_membership_and_says_how_many(
    here: Province, store: ScanStore, approver: Account, approved_member: Person
) -> None:
    staying = make_member("Lê Ở Lại", here.commune)
    decision = make_decision(here.commune)
    make_assignment(staying, here.commune, decision)
    focal = make_assignment(approved_member, here.commune, decision)
    day = date(2024, 6, 25)
    line = make_line(approved_member, action=LineAction.END, effective_from=day)
    roster = make_roster(here.commune, [line], RosterState.REVIEWED, number=2)
    done = rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    db.session.refresh(focal)
    assert (done.assignments_ended, focal.valid_to) == (1, day)


def test_only_an_approved_member_can_be_changed_or_ended(
    here: Province, store: ScanStore, approver: Account
) -> None:
    person = make_member("Lê Văn Thử", here.commune)
    line = make_line(person, action=LineAction.END, effective_from=TODAY)
    roster = make_roster(here.commune, [line], RosterState.REVIEWED)
    with pytest.raises(Invalid, match="Chưa được phê duyệt"):
        rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)


def test_an_admission_with_another_role_gives_that_role_from_its_day(
    here: Province, store: ScanStore, approver: Account
) -> None:
    person = make_member("Lê Văn Thử", here.commune)
    line = make_line(person, role=MemberRole.DEPUTY, effective_from=date(2024, 6, 15))
    roster = make_roster(here.commune, [line], RosterState.REVIEWED)
    rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    roles = {row.person_id: row.role for row in members_of(here.commune.id, TODAY)}
    before = {row.person_id: row.role for row in members_of(here.commune.id, date(2024, 6, 14))}
    assert (before[person.id], roles[person.id]) == (MemberRole.MEMBER, MemberRole.DEPUTY)


def test_a_person_who_left_meanwhile_stops_the_approval_and_nothing_is_written(
    here: Province, store: ScanStore, approver: Account
) -> None:
    stays = make_person("Lê Thị Ở")
    make_membership(stays, make_unit("Tổ 1", UnitKind.COMMUNITY_TEAM, here.commune))
    gone = make_member("Phạm Văn Đi", here.commune)
    roster = reviewed(here, stays, gone)
    membership = db.session.scalars(select(Membership).where(Membership.person_id == gone.id)).one()
    membership.valid_to = TODAY
    db.session.commit()
    with pytest.raises(Invalid, match="Dòng 2, Phạm Văn Đi"):
        rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    db.session.rollback()
    assert stays.id not in {row.person_id for row in members_of(here.commune.id, TODAY)}
    assert db.session.get_one(Roster, roster.id).state is RosterState.REVIEWED
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 0
    assert events("roster.approve") == 0


def test_somebody_approved_meanwhile_is_not_approved_twice(
    here: Province, store: ScanStore, approver: Account, approved_member: Person
) -> None:
    roster = make_roster(here.commune, [make_line(approved_member)], RosterState.REVIEWED, number=2)
    with pytest.raises(Invalid, match="Đã được phê duyệt"):
        rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)


def test_a_member_counts_as_approved_only_from_the_line_s_day_and_the_decision_s(
    here: Province, store: ScanStore, approver: Account
) -> None:
    person = make_member("Lê Văn Thử", here.commune)
    line = make_line(person, effective_from=TODAY + timedelta(days=10))
    roster = make_roster(here.commune, [line], RosterState.REVIEWED)
    rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    line_id = roster.lines[0].membership_line_id or ""
    assert not approved_on(line_id, TODAY)
    assert approved_on(line_id, TODAY + timedelta(days=10))


def test_approving_is_one_event_for_the_list_and_one_for_each_line(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, *(make_member(f"Lê Văn {c}", here.commune) for c in "ABC"))
    rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    assert (events("roster.approve"), events("roster.approve_line")) == (1, 3)
    texts = [str(event.details) for event in db.session.scalars(select(AuditEvent))]
    assert not any("Lê Văn" in text for text in texts)


def test_an_approval_says_of_which_unit_by_what_and_for_whom_it_decided(
    here: Province, store: ScanStore, approver: Account
) -> None:
    first, second = (make_member(f"Lê Văn {letter}", here.commune) for letter in "AB")
    roster = reviewed(here, first, second)
    approved, returned = roster.lines
    command = replace(
        whole(roster, here),
        approved=frozenset({approved.id}),
        returned={returned.id: "Thiếu quyết định"},
    )
    rosters.approve(actor_for(approver), command, MOMENT, store)
    unit_id, object_id = here.commune.id, str(roster.id)
    known = {
        "number": 1,
        "lines": 2,
        "decision_id": roster.decision_id,
        "content_hash": roster.content_hash,
        "approved": 1,
        "returned": 1,
    }
    assert told(Deed.ROSTER_APPROVE) == [Told("rosters", object_id, unit_id, known)]
    line = {
        "line": approved.id,
        "action": "add",
        "role": "member",
        "role_before": "member",
        "effective_from": START,
        "membership_line_id": approved.membership_line_id,
    }
    assert told(Deed.ROSTER_APPROVE_LINE) == [Told("rosters", object_id, unit_id, line)]


# --- at the same moment ------------------------------------------------------------------


def test_of_eight_approvers_pressing_at_once_exactly_one_approves(
    app: Flask, here: Province, store: ScanStore
) -> None:
    actors = [
        actor_for(make_account(Role.APPROVER, here.province, login=f"duyet-{number}"))
        for number in range(8)
    ]
    roster = reviewed(here, *(make_member(f"Lê Văn {c}", here.commune) for c in "ABC"))
    command = whole(roster, here)
    db.session.commit()
    raised = in_threads(
        app,
        [lambda actor=actor: rosters.approve(actor, command, MOMENT, store) for actor in actors],
    )
    assert sorted(type(error).__name__ for error in raised) == ["Conflict"] * 7 + ["NoneType"]
    db.session.expire_all()
    assert (events("roster.approve"), events("roster.approve_line")) == (1, 3)
    assert db.session.scalar(select(func.count()).select_from(Decision)) == 1
    assert [path.name for path in store.folder.iterdir()] == []


def test_approving_and_returning_at_once_leaves_one_result(
    app: Flask, here: Province, store: ScanStore
) -> None:
    one, other = (
        actor_for(make_account(Role.APPROVER, here.province, login=f"duyet-{number}"))
        for number in range(2)
    )
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    command = whole(roster, here)
    back = SendBack(
        roster_id=roster.id, version=roster.version, desk=Step.DECIDE, reason="Thiếu hồ sơ"
    )
    db.session.commit()
    raised = in_threads(
        app,
        [
            lambda: rosters.approve(one, command, MOMENT, store),
            lambda: rosters.send_back(other, back, MOMENT),
        ],
    )
    assert sorted(type(error).__name__ for error in raised) == ["Conflict", "NoneType"]
    assert events("roster.approve") + events("roster.return") == 1


# --- what an approval carries along, and what stands in its way --------------------------------


def test_an_approved_change_of_role_leaves_a_secondment_one(
    here: Province, store: ScanStore, approver: Account
) -> None:
    person = make_member("Lê Biệt Phái", here.other_commune)
    there = make_membership(person, here.commune, is_main=False)
    there.is_secondment = True
    approve_memberships(here.commune, there)
    line = make_line(person, action=LineAction.CHANGE, role=MemberRole.HEAD, effective_from=TODAY)
    roster = make_roster(here.commune, [line], RosterState.REVIEWED, number=2)
    rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    rows = db.session.scalars(
        select(Membership).where(
            Membership.unit_id == here.commune.id, Membership.valid_to.is_(None)
        )
    )
    (row,) = (one for one in rows if one.person_id == person.id)
    assert (row.role, row.is_secondment, row.is_main) == (MemberRole.HEAD, True, False)


def test_a_change_of_role_before_the_membership_begins_holds_from_its_first_day(
    here: Province, store: ScanStore, approver: Account
) -> None:
    person = make_member("Lê Sắp Vào", make_unit("Tổ 1", UnitKind.COMMUNITY_TEAM, here.commune))
    begins = date(2024, 7, 15)
    there = make_membership(person, here.commune, since=begins, is_main=False)
    line = make_line(person, role=MemberRole.DEPUTY, effective_from=TODAY)
    roster = make_roster(here.commune, [line], RosterState.REVIEWED)
    rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)
    in_commune = select(Membership).where(Membership.unit_id == here.commune.id)
    assert db.session.scalars(in_commune.where(Membership.person_id == person.id)).all() == [there]
    assert (there.role, there.valid_from, there.valid_to) == (MemberRole.DEPUTY, begins, None)


def test_what_an_approved_line_meets_when_it_is_carried_out_is_said_with_its_place(
    here: Province, store: ScanStore, approver: Account
) -> None:
    team = make_unit("Tổ 1", UnitKind.COMMUNITY_TEAM, here.commune)
    people = [make_member(name, team) for name in ("Lê Văn Gần", "Lê Văn Xa")]
    lines = [
        make_line(people[0], effective_from=TODAY),
        make_line(people[1], effective_from=TODAY + timedelta(days=367)),
    ]
    roster = make_roster(here.commune, lines, RosterState.REVIEWED)
    with pytest.raises(Invalid, match=r"Dòng 2, Lê Văn Xa: .*xa quá một năm"):
        rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)


@pytest.mark.parametrize("days", [366, 367])
def test_a_change_is_approved_from_a_year_and_a_day_ahead_at_the_latest(
    here: Province, store: ScanStore, approver: Account, approved_member: Person, days: int
) -> None:
    day = TODAY + timedelta(days=days)
    line = make_line(
        approved_member, action=LineAction.CHANGE, role=MemberRole.HEAD, effective_from=day
    )
    roster = make_roster(here.commune, [line], RosterState.REVIEWED, number=2)

    def approve() -> None:
        rosters.approve(actor_for(approver), whole(roster, here), MOMENT, store)

    if days == 366:
        approve()
        assert roster.state is RosterState.DECIDED
        return
    with pytest.raises(Invalid, match="xa quá một năm"):
        approve()


def test_nothing_is_approved_where_no_office_decides(
    here: Province, store: ScanStore, approver: Account
) -> None:
    roster = reviewed(here, make_member("Lê Văn Thử", here.commune))
    actor = actor_for(approver)
    for office in db.session.scalars(
        select(Office).where(Office.function == OfficeFunction.DECIDING)
    ):
        db.session.delete(office)
    db.session.flush()
    with pytest.raises(Invalid):
        rosters.approve(actor, whole(roster, here), MOMENT, store)
    assert roster.state is RosterState.REVIEWED


def test_the_last_decided_list_is_the_newest_before_the_one_asked_for(here: Province) -> None:
    person = make_member("Lê Văn Thử", here.commune)
    membership = db.session.scalars(
        select(Membership).where(Membership.person_id == person.id)
    ).one()
    first = approve_memberships(here.commune, membership)
    assert last_decided_of(here.commune.id, first.number) is None
    assert last_decided_of(here.commune.id, first.number + 1) is first
    make_roster(here.commune, [make_line(person)], RosterState.REVIEWED, number=first.number + 1)
    assert last_decided_of(here.commune.id, first.number + 2) is first
    assert last_decided_of(here.other_commune.id, first.number + 1) is None
