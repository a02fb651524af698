"""Each rule of a reorganisation on a small scale."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Action, Role, system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.questions import Item
from registry.domain.rosters import LineAction, RosterState
from registry.domain.signups import SignupState
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Grant
from registry.models.assignments import Assignment
from registry.models.base import Base, db
from registry.models.cards import Card
from registry.models.memberships import Membership
from registry.models.offices import Office
from registry.models.rosters import Roster
from registry.models.units import KindPlacement, Unit, UnitContact, UnitPeriod
from registry.queries.cards import valid_card
from registry.queries.coverage.figures import coverage
from registry.queries.memberships import approved_on, main_unit_id
from registry.queries.parameters import home_unit
from registry.queries.reorganisations.journal import journal_of
from registry.queries.units.on_a_day import path_on
from registry.services.reorganisations.answering import answer
from registry.services.reorganisations.applying import apply, try_out
from registry.services.reorganisations.composing import discard
from registry.services.reorganisations.undoing import undo
from registry.services.rosters.deciding import submit
from registry.services.rosters.turns import RosterVersion
from tests.factories.accounts import actor_for, make_account
from tests.factories.approvals import approve_memberships
from tests.factories.audited import Told, told
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.reorganisations import LATER, LATER_MOMENT, compose_rows, everything
from tests.factories.rosters import make_line, make_roster
from tests.factories.signups import make_signup
from tests.factories.small_province import DAY, EVE, SmallProvince, carried, named, periods
from tests.factories.units import START, make_unit


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


def test_a_membership_continues_in_the_successor_on_the_same_line(small: SmallProvince) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    carried(small.merge())
    new = named("Xã Thăng Bình")
    before, after = periods(Membership, person_id=person.id)
    assert (before.unit_id, before.valid_to, before.end_reason) == (small.commune.id, DAY, None)
    assert (after.unit_id, after.valid_from, after.valid_to) == (new.id, DAY, None)
    assert before.line_id == after.line_id
    assert (main_unit_id(person.id, EVE), main_unit_id(person.id, DAY)) == (
        small.commune.id,
        new.id,
    )


def test_the_journal_remembers_every_inserted_row_whole(small: SmallProvince) -> None:
    holder = make_member("Võ Thị Năm", small.commune)
    make_assignment(holder, small.commune, make_decision(small.commune))
    make_account(Role.UNIT_OFFICER, small.commune, login="canbo")
    outcome = carried(small.merge())
    inserted = {
        change.table_name: change.after or {}
        for change in journal_of(outcome.batch_id or 0)
        if change.before is None
    }
    for table in ("memberships", "assignments", "grants"):
        assert set(inserted[table]) == set(Base.metadata.tables[table].columns.keys())


def test_a_membership_that_begins_later_follows_its_unit_from_its_beginning(
    small: SmallProvince,
) -> None:
    coming = make_member("Lê Thị Mai", small.commune, since=DAY + timedelta(days=9))
    carried(small.merge())
    (only,) = periods(Membership, person_id=coming.id)
    assert (only.unit_id, only.valid_from) == (named("Xã Thăng Bình").id, DAY + timedelta(days=9))


def test_a_grant_continues_and_counts_in_the_successor(small: SmallProvince) -> None:
    account = make_account(Role.UNIT_OFFICER, small.commune, login="canbo")
    carried(small.merge())
    new = named("Xã Thăng Bình")
    assert [grant.office_id for grant in periods(Grant, account_id=account.id)] == [
        small.commune.id,
        new.id,
    ]
    scope = actor_for(account, DAY).scope(Action.ASSIGNMENT_RECORD)
    assert scope.covers(new.path, new.id)
    assert scope.covers(None, small.other_commune.id)


def test_who_comes_to_see_more_is_named(small: SmallProvince) -> None:
    make_account(Role.UNIT_OFFICER, small.commune, login="canbo")
    make_unit("Tổ thôn 2", UnitKind.COMMUNITY_TEAM, small.other_commune)
    (gain,) = carried(small.merge()).gains
    assert (gain.login, gain.units_before, gain.units_after) == ("canbo", 2, 3)


def test_an_assignment_continues_and_counts_as_before(small: SmallProvince) -> None:
    holder = make_member("Võ Thị Năm", small.commune)
    make_assignment(holder, small.commune, make_decision(small.commune))
    outcome = carried(small.merge())
    new = named("Xã Thăng Bình")
    before, after = periods(Assignment, person_id=holder.id)
    assert (after.unit_id, after.line_id, after.decision_id) == (
        new.id,
        before.line_id,
        before.decision_id,
    )
    assert new.id not in {row.id for row in outcome.uncovered}
    found = coverage(home_unit(DAY), DAY)
    assert {u.id: u.any_covered for u in found.units}[new.id]


def test_a_new_unit_nobody_holds_is_named_as_uncovered(small: SmallProvince) -> None:
    outcome = carried(small.merge())
    assert named("Xã Thăng Bình").id in {row.id for row in outcome.uncovered}


def test_who_would_be_member_twice_keeps_the_earlier_membership_and_a_main_one(
    small: SmallProvince,
) -> None:
    person = make_person("Trần Văn Hai")
    side = make_membership(person, small.commune, since=START, is_main=False)
    make_membership(person, small.other_commune, since=START + timedelta(days=5))
    carried(small.merge())
    rows = periods(Membership, person_id=person.id)
    ended = [row for row in rows if row.end_reason == "hợp nhất"]
    assert [row.unit_id for row in ended] == [small.other_commune.id]
    (now,) = [row for row in rows if row.valid_to is None]
    assert (now.line_id, now.is_main) == (side.line_id, True)


def test_the_same_role_twice_in_the_successor_ends_with_the_reason(small: SmallProvince) -> None:
    holder = make_member("Trần Văn Hai", small.district)
    decision = make_decision(small.district)
    first = make_assignment(holder, small.commune, decision)
    make_assignment(holder, small.other_commune, decision, since=START + timedelta(days=3))
    outcome = carried(small.merge())
    rows = periods(Assignment, person_id=holder.id)
    assert [row.end_reason for row in rows if row.unit_id == small.other_commune.id] == ["hợp nhất"]
    assert [row.line_id for row in rows if row.valid_to is None] == [first.line_id]
    assert outcome.counts["assignments"].moved == 1
    assert outcome.counts["assignments"].ended == 1


def test_one_commune_taken_into_another_that_lives_on(small: SmallProvince) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    outcome = carried(small.merge(how=None))
    assert [row.id for row in outcome.continued] == [small.other_commune.id]
    assert main_unit_id(person.id, DAY) == small.other_commune.id
    assert path_on(small.team.id, DAY) == named("Xã Bình Đào").path + f"{small.team.id}/"


def test_teams_keep_their_identity_and_what_was_planned_of_them(small: SmallProvince) -> None:
    closing = make_unit(
        "Tổ thôn 2", UnitKind.COMMUNITY_TEAM, small.commune, until=DAY + timedelta(days=30)
    )
    renamed = make_unit("Tổ thôn 3", UnitKind.COMMUNITY_TEAM, small.commune)
    later = DAY + timedelta(days=20)
    batch = compose_rows(
        later,
        [
            AnnexRow(
                2, "phụ lục", old_id=renamed.id, new_name="Tổ thôn Ba", how=How.RENAME,
                new_kind="community_team", new_parent_id=small.commune.id, part=Part.WHOLE,
            )
        ],
    )  # fmt: skip
    assert apply(system_actor(), batch.id, LATER_MOMENT).problems == ()
    carried(small.merge())
    new = named("Xã Thăng Bình")
    assert [
        (row.name, row.parent_id, row.valid_from, row.valid_to)
        for row in periods(UnitPeriod, unit_id=renamed.id)
    ] == [
        ("Tổ thôn 3", small.commune.id, START, DAY),
        ("Tổ thôn 3", new.id, DAY, later),
        ("Tổ thôn Ba", new.id, later, None),
    ]
    assert periods(UnitPeriod, unit_id=closing.id)[-1].valid_to == DAY + timedelta(days=30)


def test_who_loses_the_main_membership_by_a_dissolution_gets_another_main_one(
    small: SmallProvince,
) -> None:
    person = make_member("Võ Thị Năm", small.commune)
    other = make_membership(person, small.far_commune, is_main=False)
    carried(small.dissolve(small.commune))
    rows = periods(Membership, line_id=other.line_id)
    assert [(row.is_main, row.valid_from, row.valid_to) for row in rows] == [
        (False, START, DAY),
        (True, DAY, None),
    ]
    assert main_unit_id(person.id, DAY) == small.far_commune.id


def test_pieces_of_other_memberships_go_on_whole_and_can_be_undone(small: SmallProvince) -> None:
    late = DAY + timedelta(days=100)
    stays = make_member("Võ Thị Năm", small.commune)
    make_membership(stays, small.far_commune, is_main=False)
    transferred = make_person("Trần Văn Sáu")
    make_membership(transferred, small.commune, until=late)
    side = make_membership(
        transferred, small.far_commune, until=late + timedelta(days=100), is_main=False
    )
    side.end_reason = "hết hạn biệt phái"
    make_membership(transferred, small.other_commune, since=late)
    before = everything()
    outcome = carried(small.dissolve(small.commune))
    rows = periods(Membership, line_id=side.line_id)
    assert [(row.is_main, row.valid_from, row.valid_to, row.end_reason) for row in rows] == [
        (False, START, DAY, None),
        (True, DAY, late, None),
        (False, late, late + timedelta(days=100), "hết hạn biệt phái"),
    ]
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == before


def test_one_problem_in_one_row_leaves_everything_as_it_was(small: SmallProvince) -> None:
    make_member("Võ Thị Năm", small.commune)
    rows = [*small.merge(), AnnexRow(9, "phụ lục", old_code="99999", old_name="Xã Không Có",
                                     new_name="Xã Khác", new_kind="xã")]  # fmt: skip
    batch = compose_rows(DAY, rows)
    state = everything()
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert [(problem.row, problem.field) for problem in outcome.problems] == [(9, "old_code")]
    assert everything() == state


def test_an_open_list_returns_and_becomes_the_successors_draft_with_the_approved(
    small: SmallProvince,
) -> None:
    approved = make_member("Lê Thị An", small.commune)
    approve_memberships(small.commune, *periods(Membership, person_id=approved.id))
    waiting = make_member("Trần Văn Bốn", small.other_commune)
    open_list = make_roster(small.other_commune, [make_line(waiting)], RosterState.SUBMITTED)
    outcome = carried(small.merge())
    db.session.refresh(open_list)
    assert (open_list.state, open_list.return_reason) == (RosterState.RETURNED, "sắp xếp đơn vị")
    new = named("Xã Thăng Bình")
    draft = db.session.scalars(select(Roster).where(Roster.unit_id == new.id)).one()
    assert draft.state is RosterState.DRAFT
    assert {(line.person_id, line.action, line.effective_from) for line in draft.lines} == {
        (approved.id, LineAction.ADD, DAY),
        (waiting.id, LineAction.ADD, DAY),
    }
    assert outcome.counts["lists"].moved == 1


def test_the_successors_draft_can_be_submitted_as_it_is(small: SmallProvince) -> None:
    member = make_member("Lê Thị An", small.commune)
    approve_memberships(small.commune, *periods(Membership, person_id=member.id))
    officer = make_account(Role.UNIT_OFFICER, small.commune, login="canbo")
    carried(small.merge())
    new = named("Xã Thăng Bình")
    draft = db.session.scalars(select(Roster).where(Roster.unit_id == new.id)).one()
    submit(
        actor_for(officer, LATER),
        RosterVersion(roster_id=draft.id, version=draft.version),
        LATER_MOMENT,
    )
    assert draft.state is RosterState.SUBMITTED


def test_an_approved_list_stays_with_its_closed_unit(small: SmallProvince) -> None:
    member = make_member("Lê Thị An", small.commune)
    roster = approve_memberships(small.commune, *periods(Membership, person_id=member.id))
    carried(small.merge())
    db.session.refresh(roster)
    assert (roster.unit_id, roster.state) == (small.commune.id, RosterState.DECIDED)


def test_a_card_keeps_verifying_and_names_the_new_unit(small: SmallProvince) -> None:
    member = make_member("Lê Thị An", small.commune)
    (membership,) = periods(Membership, person_id=member.id)
    approve_memberships(small.commune, membership)
    db.session.add(
        Card(
            uuid="u", key_id="k1", code_hash="h", line_id=membership.line_id, person_id=member.id,
            issued_on=START,
        )
    )  # fmt: skip
    outcome = carried(small.merge())
    assert outcome.counts["cards"].moved == 1
    assert approved_on(membership.line_id, DAY)
    before, after = valid_card("h", EVE), valid_card("h", DAY)
    assert before is not None
    assert after is not None
    assert (before.unit_name, after.unit_name) == ("Xã Bình Minh", "UBND xã Thăng Bình")


def test_an_open_sign_up_follows_its_unit_and_one_without_successor_is_declined(
    small: SmallProvince,
) -> None:
    follows = make_signup(small.commune)
    declined = make_signup(small.far_commune)
    carried([*small.merge(), AnnexRow(9, "x", old_id=small.far_commune.id, how=How.DISSOLVE)])
    db.session.expire_all()
    new = named("Xã Thăng Bình")
    assert (follows.unit_id, follows.state) == (new.id, SignupState.RECEIVED)
    assert declined.state is SignupState.DECLINED
    assert declined.reason == "Đơn vị kết thúc: sắp xếp đơn vị"


def test_offices_move_like_every_other_fact(small: SmallProvince) -> None:
    rows = [
        AnnexRow(
            2, "phụ lục", old_id=small.it_department.id, new_name="Sở Khoa học và Công nghệ",
            new_kind="department", new_parent_id=small.province.id, how=How.MERGE, part=Part.WHOLE,
        )
    ]  # fmt: skip
    carried(rows)
    (_, now) = [row for row in periods(Office) if row.function is OfficeFunction.REVIEWING]
    assert (now.office_id, now.valid_from) == (named("Sở Khoa học và Công nghệ").id, DAY)


def test_a_new_unit_takes_over_the_contact_of_its_seat(small: SmallProvince) -> None:
    carried(small.merge())
    contact = db.session.get_one(UnitContact, named("Xã Thăng Bình").id)
    assert contact.phone == "+842353000001"


def test_a_code_that_another_unit_bears_from_a_later_day_is_refused(small: SmallProvince) -> None:
    establish = AnnexRow(
        2, "phụ lục", new_name="Xã Khác", new_kind="xã", new_code="90177",
        new_parent_id=small.district.id,
    )  # fmt: skip
    carried([establish], DAY + timedelta(days=60))
    batch = compose_rows(
        DAY,
        [AnnexRow(2, "x", new_name="Xã Mới", new_kind="xã", new_code="90177",
                  new_parent_id=small.district.id)],
    )  # fmt: skip
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    (problem,) = outcome.problems
    assert "Mã 90177" in problem.message
    assert (problem.row, problem.field) == (0, "")
    assert db.session.scalars(select(UnitPeriod).where(UnitPeriod.name == "Xã Mới")).all() == []


def test_an_applied_batch_is_not_applied_answered_or_thrown_away_again(
    small: SmallProvince,
) -> None:
    outcome = carried(small.merge())
    number = outcome.batch_id or 0
    for again in (
        lambda: apply(system_actor(), number, LATER_MOMENT),
        lambda: try_out(system_actor(), number, LATER_MOMENT),
        lambda: answer(system_actor(), number, {Item.parse("a"): "b"}, LATER_MOMENT),
        lambda: discard(system_actor(), number, LATER_MOMENT),
    ):
        with pytest.raises(Conflict, match="đã được thực hiện"):
            again()


def test_what_applying_did_is_told_in_figures(small: SmallProvince) -> None:
    outcome = carried(small.merge())
    assert told(Deed.REORGANISATION_APPLY) == [
        Told(
            "reorganisations",
            str(outcome.batch_id),
            None,
            {
                "decision": "8/NQ-HĐND",
                "effective_on": DAY,
                "established": 1,
                "continued": 0,
                "ended": 2,
            },
        )
    ]


def test_a_trial_shows_what_would_be_done_beside_an_answer_that_does_not_fit_and_keeps_nothing(
    small: SmallProvince,
) -> None:
    (period,) = periods(UnitPeriod, unit_id=small.commune.id)
    stray = {Item.parse("membership:khong-co"): "90112"}
    batch = compose_rows(DAY, small.split(), answers=stray)
    outcome = try_out(system_actor(), batch.id, LATER_MOMENT)
    assert [(problem.row, problem.field) for problem in outcome.problems] == [(0, "allocation")]
    assert [unit.name for unit in outcome.established] == ["Xã Một", "Xã Hai"]
    assert period.valid_to is None
    refused = apply(system_actor(), batch.id, LATER_MOMENT)
    assert [(problem.row, problem.field) for problem in refused.problems] == [(0, "allocation")]
    assert refused.established == ()


@pytest.mark.parametrize(("known_from", "begins"), [(None, EVE), (START, START)])
def test_a_unit_of_the_old_side_is_made_from_the_day_it_is_known_of_or_from_the_eve(
    small: SmallProvince, known_from: date | None, begins: date
) -> None:
    row = AnnexRow(
        2, "x", old_name="Tỉnh Chưa Ghi", old_kind="tỉnh", old_code="96", how=How.DISSOLVE
    )
    carried([row], create_missing=True, known_from=known_from)
    assert [
        (row.valid_from, row.valid_to) for row in periods(UnitPeriod, name="Tỉnh Chưa Ghi")
    ] == [(begins, DAY)]


def test_a_kind_does_not_come_to_stand_where_it_may_not(small: SmallProvince) -> None:
    db.session.execute(
        delete(KindPlacement).where(
            KindPlacement.kind == UnitKind.SECTION, KindPlacement.parent_kind == UnitKind.COMMUNE
        )
    )
    row = AnnexRow(2, "x", new_name="Phòng Một", new_kind="section", new_parent_id=small.commune.id)
    outcome = apply(system_actor(), compose_rows(DAY, [row]).id, LATER_MOMENT)
    assert [problem.row for problem in outcome.problems] == [2]
    assert "không được đứng dưới" in outcome.problems[0].message


def test_a_unit_that_would_come_to_stand_under_itself_later_is_a_problem_of_the_whole(
    small: SmallProvince,
) -> None:
    def under(number: int, unit: Unit, code: str, above: Unit) -> AnnexRow:
        return AnnexRow(
            number, "x", old_id=unit.id, new_name=unit.periods[0].name, new_kind="huyện",
            new_code=code, new_parent_id=above.id, how=How.MOVE, part=Part.WHOLE,
        )  # fmt: skip

    carried([under(2, small.district, "901", small.other_district)], DAY + timedelta(days=20))
    batch = compose_rows(DAY, [under(2, small.other_district, "902", small.district)])
    outcome = apply(system_actor(), batch.id, LATER_MOMENT)
    assert [(problem.row, problem.field) for problem in outcome.problems] == [(0, "new_parent")]
    assert "trực thuộc chính nó" in outcome.problems[0].message
