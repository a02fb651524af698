"""A later paper takes an earlier one out of force, from its own first day on."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.coverage import Basis, Lack
from registry.domain.decisions import DecisionKind, EndKind
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.permissions import EVERYTHING, Action, Actor, Role
from registry.models.assignments import Assignment
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.decisions import Decision, DecisionEnd
from registry.models.memberships import Membership
from registry.models.rosters import Roster
from registry.queries.coverage.figures import coverage
from registry.queries.paper_ends import ANOTHER, NO_MORE, ends_of, holders_on, papers_that_may_end
from registry.queries.parameters import home_unit
from registry.services.decisions import CorrectDecision, correct_decision
from registry.services.paper_ends import EndPaper, end_paper, take_back_end
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.approvals import approve_memberships
from tests.factories.coverage import RuledProvince
from tests.factories.people import make_assignment, make_decision, make_member

JUNE_20 = date(2024, 6, 20)


class Office:
    """A commune with two people named by one decision, and a later decision of its own."""

    def __init__(self) -> None:
        self.here = RuledProvince()
        self.unit = self.here.commune
        self.old = make_decision(self.unit, "15/QĐ-UBND")
        self.later = make_decision(self.unit, "20/QĐ-UBND", issued_on=JUNE_20)
        self.first = make_member("Lê Thị Mai", self.unit)
        self.second = make_member("Võ Văn Bốn", self.unit)
        make_assignment(self.first, self.unit, self.old)
        self.officer: Actor = make_actor(Role.UNIT_OFFICER, self.unit)

    def end(self, *holders: str, accept_gap: bool = False) -> list[DecisionEnd]:
        command = EndPaper(
            decision_id=self.old.id,
            by_id=self.later.id,
            kind=EndKind.REPLACED,
            holders=holders,
            accept_gap=accept_gap,
        )
        return end_paper(self.officer, command, MOMENT)

    def state(self, day: date) -> tuple[Basis, Lack | None]:
        found = {unit.id: unit for unit in coverage(home_unit(day), day).units}[self.unit.id]
        return found.any_basis, found.lack


@pytest.fixture
def office(app: Flask) -> Office:
    return Office()


@pytest.mark.parametrize(
    "kind", [DecisionKind.PROPOSAL, DecisionKind.PLAN, DecisionKind.ANNOUNCEMENT]
)
def test_what_asks_intends_or_announces_takes_no_decision_out_of_force(
    office: Office, kind: DecisionKind
) -> None:
    office.later.kind = kind
    db.session.flush()
    with pytest.raises(Invalid) as refusal:
        office.end(accept_gap=True)
    assert [problem.field for problem in refusal.value.problems] == ["by_id"]
    assert papers_that_may_end(office.old, EVERYTHING, TODAY) == []


def test_no_paper_ends_itself(office: Office) -> None:
    office.later = office.old
    with pytest.raises(Invalid, match="văn bản khác"):
        office.end(accept_gap=True)


def test_a_paper_that_ends_another_cannot_become_one_that_may_not(office: Office) -> None:
    office.end(accept_gap=True)
    later = office.later
    command = CorrectDecision(
        decision_id=later.id,
        version=later.version,
        number="20/TTr-UBND",
        kind=None,
        issued_on=later.issued_on,
        issuer=None,
        signer=None,
        signer_form=None,
        effective_from=None,
        accept_gap=True,
    )
    with pytest.raises(Invalid) as refusal:
        correct_decision(office.officer, command, MOMENT)
    assert [problem.field for problem in refusal.value.problems] == ["kind"]


def test_the_unit_is_named_before_its_last_paper_is_taken_out_of_force(office: Office) -> None:
    with pytest.raises(Invalid, match="Từ ngày 20/06/2024 Xã Bình Minh"):
        office.end()


def test_a_replaced_paper_covers_nobody_from_the_first_day_of_the_later_one(
    office: Office,
) -> None:
    office.end(accept_gap=True)
    assert office.state(date(2024, 6, 19)) == (Basis.CURRENT, None)
    assert office.state(JUNE_20) == (Basis.NONE, Lack.LAPSED)
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "decision.end")).one()
    assert event.details["by"] == "Quyết định số 20/QĐ-UBND"
    assert event.unit_id == office.unit.id


def test_it_may_be_so_for_one_of_those_it_names_alone(office: Office) -> None:
    make_assignment(office.second, office.unit, office.old)
    office.end(f"p{office.second.id}")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "decision.end")).one()
    assert event.details["holders"] == 1
    assert office.state(JUNE_20) == (Basis.CURRENT, None)
    office.end(f"p{office.first.id}", accept_gap=True)
    assert office.state(JUNE_20) == (Basis.NONE, Lack.LAPSED)


def test_it_is_taken_back(office: Office) -> None:
    (end,) = office.end(accept_gap=True)
    assert take_back_end(office.officer, office.old.id, end.id, MOMENT) == office.old
    assert office.state(JUNE_20) == (Basis.CURRENT, None)
    with pytest.raises(Conflict, match="có thể người khác vừa xóa"):
        take_back_end(office.officer, office.old.id, end.id, MOMENT)


def test_the_same_is_not_said_twice(office: Office) -> None:
    office.end(accept_gap=True)
    with pytest.raises(Invalid, match="đã được ghi thay thế, bãi bỏ"):
        office.end(accept_gap=True)


@pytest.mark.parametrize("issued_on", [None, date(2024, 5, 1), date(2024, 6, 1)])
def test_only_a_paper_known_to_be_later_takes_another_out_of_force(
    office: Office, issued_on: date | None
) -> None:
    office.later.issued_on = office.later.effective_from = issued_on
    with pytest.raises(Invalid) as refused:
        office.end(accept_gap=True)
    assert refused.value.problems[0].field == "by_id"


def test_who_is_not_named_by_the_paper_is_refused(office: Office) -> None:
    with pytest.raises(Invalid, match="có phân công theo văn bản này"):
        office.end(f"p{office.second.id}")


def test_moving_the_first_day_of_the_later_paper_asks_for_the_gap_it_opens(
    office: Office,
) -> None:
    office.end(accept_gap=True)
    later = db.session.get_one(Decision, office.later.id)
    command = CorrectDecision(
        decision_id=later.id,
        version=later.version,
        number=later.number,
        kind=later.kind,
        issued_on=date(2024, 6, 10),
        issuer=later.issuer,
        signer=later.signer,
        signer_form=None,
        effective_from=date(2024, 6, 10),
    )
    with pytest.raises(Invalid, match="Từ ngày 10/06/2024"):
        correct_decision(office.officer, command, MOMENT)


def test_another_units_officer_ends_nothing(office: Office) -> None:
    office.officer = make_actor(Role.UNIT_OFFICER, office.here.other_commune)
    with pytest.raises(NotFound):
        office.end(accept_gap=True)
    assert office.state(TODAY) == (Basis.CURRENT, None)


def test_a_paper_that_approved_a_list_is_ended_by_the_reviewing_office_only(
    office: Office,
) -> None:
    member = make_member("Trần Văn Ánh", office.unit)
    membership = db.session.scalars(
        select(Membership).where(Membership.person_id == member.id)
    ).one()
    approve_memberships(office.unit, membership)
    roster = db.session.scalars(select(Roster)).one()
    roster.decision_id = office.old.id
    db.session.flush()
    with pytest.raises(NotAllowed, match="cơ quan thẩm định"):
        office.end(accept_gap=True)
    office.officer = make_actor(Role.REVIEWER, office.here.it_department)
    office.end(accept_gap=True)


def test_who_lies_outside_the_scope_is_neither_named_nor_ended(office: Office) -> None:
    stranger = make_member("Phan Thị Xa", office.here.far_commune)
    make_assignment(stranger, office.here.far_commune, office.old)
    scope = office.officer.scope(Action.ASSIGNMENT_RECORD)
    assert [one.name for one in holders_on(office.old.id, scope, TODAY)] == ["Lê Thị Mai"]
    with pytest.raises(Invalid, match="ngoài phạm vi được giao"):
        office.end(accept_gap=True)
    with pytest.raises(Invalid, match="có phân công theo văn bản này"):
        office.end(f"p{stranger.id}", accept_gap=True)
    reviewer, office.officer = office.officer, make_actor(Role.REVIEWER, office.here.it_department)
    office.end(f"p{stranger.id}", accept_gap=True)
    (told,) = ends_of(office.old.id, reviewer.scope(Action.ASSIGNMENT_SEE), TODAY)
    assert (told.holder, told.is_of_others) == (ANOTHER, True)
    with pytest.raises(NotFound):
        take_back_end(reviewer, office.old.id, told.id, MOMENT)


def test_what_was_said_for_all_is_taken_back_by_who_answers_for_all(office: Office) -> None:
    stranger = make_member("Phan Thị Xa", office.here.far_commune)
    make_assignment(stranger, office.here.far_commune, office.old)
    officer, office.officer = office.officer, make_actor(Role.REVIEWER, office.here.it_department)
    (end,) = office.end(accept_gap=True)
    with pytest.raises(Invalid, match="ngoài phạm vi được giao"):
        take_back_end(officer, office.old.id, end.id, MOMENT)
    assert take_back_end(office.officer, office.old.id, end.id, MOMENT) == office.old


def test_an_end_is_taken_back_from_its_own_paper_only(office: Office) -> None:
    (end,) = office.end(accept_gap=True)
    with pytest.raises(Conflict):
        take_back_end(office.officer, office.later.id, end.id, MOMENT)
    assert office.state(JUNE_20) == (Basis.NONE, Lack.LAPSED)


def test_what_was_said_of_one_whose_line_was_corrected_since_is_taken_back_all_the_same(
    office: Office,
) -> None:
    """Nobody would be named any more by whom to ask for it."""
    (named,) = holders_on(office.old.id, EVERYTHING, TODAY)
    (end,) = office.end(named.key, accept_gap=True)
    line = db.session.scalars(
        select(Assignment).where(Assignment.decision_id == office.old.id)
    ).one()
    line.person_id = make_member("Vũ Đúng Người", office.here.commune).id
    db.session.flush()
    (told,) = ends_of(office.old.id, EVERYTHING, TODAY)
    assert (told.holder, told.is_of_others) == (NO_MORE, False)
    assert take_back_end(office.officer, office.old.id, end.id, MOMENT) == office.old
