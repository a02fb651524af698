"""Questions about member lists: scope, turns, what is known of a line, who may join."""

from datetime import date, timedelta

import pytest
from flask import Flask

from registry.domain.memberships import MemberRole
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import EVERYTHING, Action, Actor, Role, system_actor
from registry.domain.rosters import LineAction, LineFacts, Party, RosterState, line_obstacle
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.people import Person
from registry.models.rosters import Roster
from registry.models.units import Unit
from registry.queries.paging import Window
from registry.queries.rosters.lines import (
    line_facts,
    line_rows,
    line_signs,
    people_to_add,
    units_to_add,
)
from registry.queries.rosters.lists import (
    RosterFilter,
    deciding_office,
    roster_in,
    rosters_seen,
    unit_name_until,
    waiting_for,
)
from tests.conftest import TODAY
from tests.factories.accounts import actor_for, make_account, make_actor
from tests.factories.approvals import approve_memberships
from tests.factories.people import facts_from, make_member, make_membership, make_person
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import START, Province, make_office, make_unit


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def listed(actor: Actor, **wanted: object) -> list[int]:
    page = rosters_seen(
        actor,
        TODAY,
        RosterFilter(**wanted),  # type: ignore[arg-type]
        Window(50),
    )
    assert page.total == len(page.rows)
    return [row.unit_id for row in page.rows]


def one_line(unit: Unit, person: Person, **facts: object) -> tuple[Roster, LineFacts]:
    """Put one person on a draft and return it with what is known of the line."""
    roster = make_roster(unit, [make_line(person, **facts)], number=2)  # type: ignore[arg-type]
    (known,) = line_facts(roster, TODAY).values()
    return roster, known


# --- lists -------------------------------------------------------------------------------


def test_lists_are_found_within_the_scope_only(here: Province) -> None:
    for unit in (here.commune, here.other_commune, here.far_commune):
        make_roster(unit, [make_line(make_member("Lê Văn Thử", unit))], RosterState.SUBMITTED)
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    district = make_actor(Role.VERIFIER, here.district)
    assert listed(officer) == [here.commune.id]
    assert listed(district) == [here.other_commune.id, here.commune.id]
    assert len(listed(make_actor(Role.VIEWER, here.committee))) == 3
    theirs = rosters_seen(
        system_actor(), TODAY, RosterFilter(unit_id=here.far_commune.id), Window(50)
    ).rows[0]
    assert roster_in(theirs.id, officer.scope(Action.ROSTER_SEE), TODAY) is None
    assert roster_in(theirs.id, EVERYTHING, TODAY) is not None


def test_lists_are_narrowed_by_state_and_by_words_of_the_unit(here: Province) -> None:
    make_roster(here.commune, [make_line(make_member("Lê Văn A", here.commune))])
    make_roster(
        here.far_commune,
        [make_line(make_member("Lê Văn B", here.far_commune))],
        RosterState.SUBMITTED,
    )
    viewer = make_actor(Role.VIEWER, here.committee)
    assert listed(viewer, state=RosterState.SUBMITTED) == [here.far_commune.id]
    assert listed(viewer, words="dai minh") == [here.far_commune.id]
    assert listed(viewer, words="%") == [here.far_commune.id, here.commune.id]


def test_a_row_counts_its_lines_and_those_approved(here: Province) -> None:
    person, other = make_person("Lê Văn A"), make_person("Lê Văn B")
    decided = approve_memberships(
        here.commune, make_membership(person, here.commune), make_membership(other, here.commune)
    )
    decided.lines[1].outcome = None
    db.session.flush()
    (row,) = rosters_seen(system_actor(), TODAY, RosterFilter(), Window(50)).rows
    assert (row.unit_name, row.lines, row.approved) == ("Xã Bình Minh", 2, 1)


def test_a_closed_unit_keeps_its_last_name(here: Province) -> None:
    closed = make_unit("Xã Đã Nhập", UnitKind.COMMUNE, here.district, until=date(2024, 6, 20))
    make_roster(closed, [])
    (row,) = rosters_seen(system_actor(), TODAY, RosterFilter(), Window(50)).rows
    assert row.unit_name == unit_name_until(closed.id, TODAY) == "Xã Đã Nhập"


# --- whose turn --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "roles"),
    [
        (RosterState.DRAFT, {Role.UNIT_OFFICER}),
        (RosterState.SUBMITTED, {Role.VERIFIER, Role.REVIEWER}),
        (RosterState.VERIFIED, {Role.REVIEWER}),
        (RosterState.REVIEWED, {Role.APPROVER}),
        (RosterState.DECIDED, set()),
        (RosterState.RETURNED, {Role.UNIT_OFFICER}),
    ],
)
def test_each_state_waits_for_its_desk(
    here: Province, state: RosterState, roles: set[Role]
) -> None:
    if state is RosterState.DECIDED:
        approve_memberships(here.commune)
    else:
        make_roster(here.commune, [make_line(make_member("Lê Văn A", here.commune))], state)
    offices = {
        Role.UNIT_OFFICER: here.commune,
        Role.VERIFIER: here.district,
        Role.REVIEWER: here.it_department,
        Role.APPROVER: here.province,
        Role.VIEWER: here.committee,
    }
    acting = {
        role
        for role, office in offices.items()
        if waiting_for(make_actor(role, office), TODAY, Window(50)).rows
    }
    assert acting == roles


def test_a_list_does_not_wait_for_who_submitted_it(here: Province) -> None:
    account = make_account(Role.REVIEWER, here.it_department)
    make_roster(here.commune, [], RosterState.SUBMITTED, submitted_by=account)
    other = actor_for(make_account(Role.REVIEWER, here.it_department, login="khac"))
    assert [row.unit_id for row in waiting_for(other, TODAY, Window(50)).rows] == [here.commune.id]
    assert waiting_for(actor_for(account), TODAY, Window(50)).rows == []


def test_a_returned_list_waits_only_until_the_next_one_begins(here: Province) -> None:
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    make_roster(here.commune, [], RosterState.RETURNED, number=1)
    assert [row.number for row in waiting_for(officer, TODAY, Window(50)).rows] == [1]
    make_roster(here.commune, [], RosterState.DRAFT, number=2)
    assert [row.number for row in waiting_for(officer, TODAY, Window(50)).rows] == [2]


def test_the_nearest_deciding_office_decides(here: Province) -> None:
    assert deciding_office(here.commune.id, TODAY).id == here.province.id  # type: ignore[union-attr]
    make_office(OfficeFunction.DECIDING, here.district, here.district)
    assert deciding_office(here.commune.id, TODAY).id == here.district.id  # type: ignore[union-attr]
    assert deciding_office(here.far_commune.id, TODAY).id == here.province.id  # type: ignore[union-attr]


# --- lines -------------------------------------------------------------------------------


def test_a_member_of_the_unit_can_be_admitted(here: Province) -> None:
    person = make_member("Lê Văn A", here.commune)
    _, known = one_line(here.commune, person)
    assert known.joined is not None
    assert not known.joined.approved
    assert line_obstacle(known) is None


def test_somebody_of_a_unit_below_can_be_admitted_and_joins_by_it(here: Province) -> None:
    team = make_unit("Tổ 1", UnitKind.COMMUNITY_TEAM, here.commune)
    roster, known = one_line(here.commune, make_member("Lê Văn A", team))
    assert (known.joined, known.belongs) == (None, True)
    (signs,) = line_signs(roster, line_facts(roster, TODAY), TODAY).values()
    assert signs.joins_by_approval
    assert line_obstacle(known) is None


def test_somebody_of_the_unit_above_cannot_be_admitted(here: Province) -> None:
    _, known = one_line(here.commune, make_member("Lê Văn A", here.district))
    assert "Không còn là thành viên" in (line_obstacle(known) or "")


def test_a_line_that_takes_effect_before_the_person_came_is_no_obstacle(here: Province) -> None:
    person = make_member("Lê Văn A", here.commune, since=date(2024, 6, 15))
    _, known = one_line(here.commune, person, effective_from=START)
    assert known.joined is not None
    assert known.joined.valid_from == date(2024, 6, 15)
    assert line_obstacle(known) is None


def test_a_day_before_the_unit_existed_is_an_obstacle(here: Province) -> None:
    person = make_member("Lê Văn A", here.commune)
    _, known = one_line(here.commune, person, effective_from=START - timedelta(days=1))
    assert "Đơn vị không tồn tại" in (line_obstacle(known) or "")


def test_an_approved_member_cannot_be_admitted_again(here: Province) -> None:
    person = make_person("Lê Văn A")
    approve_memberships(here.commune, make_membership(person, here.commune))
    _, known = one_line(here.commune, person)
    assert "Đã được phê duyệt" in (line_obstacle(known) or "")


@pytest.mark.parametrize(
    ("action", "role", "day", "obstacle"),
    [
        (LineAction.CHANGE, MemberRole.HEAD, TODAY, None),
        (LineAction.END, MemberRole.MEMBER, TODAY, None),
        (LineAction.CHANGE, MemberRole.MEMBER, TODAY, "không có gì thay đổi"),
        (LineAction.END, MemberRole.MEMBER, START, "phải sau ngày bắt đầu"),
    ],
)
def test_changes_and_ends_of_an_approved_member_are_checked(
    here: Province, action: LineAction, role: MemberRole, day: date, obstacle: str | None
) -> None:
    person = make_person("Lê Văn A")
    approve_memberships(here.commune, make_membership(person, here.commune))
    _, known = one_line(here.commune, person, action=action, role=role, effective_from=day)
    said = line_obstacle(known)
    assert said is None if obstacle is None else obstacle in (said or "")


def test_an_end_already_recorded_stands_in_the_way_of_another(here: Province) -> None:
    person = make_person("Lê Văn A")
    ending = make_membership(person, here.commune, until=TODAY + timedelta(days=5))
    approve_memberships(here.commune, ending)
    _, known = one_line(here.commune, person, action=LineAction.END, effective_from=TODAY)
    assert "từ ngày 05/07/2024" in (line_obstacle(known) or "")


def test_signs_name_what_a_reviewer_should_look_at(here: Province) -> None:
    plain = make_member("Lê Văn A", here.commune)
    no_year = make_member("Lê Văn B", here.commune)
    no_year.birth_year = None
    one, two = (make_member("Trần Văn C", here.commune) for _ in range(2))
    two.phone = plain.phone
    roster = make_roster(
        here.commune,
        [make_line(person) for person in (plain, no_year, one, two)],
        RosterState.SUBMITTED,
    )
    facts_from(one, TODAY, job_title="Chức danh mới")
    facts_from(plain, TODAY + timedelta(days=1), job_title="Chức danh sau này")
    signs = line_signs(roster, line_facts(roster, TODAY), TODAY)
    found = [
        (
            signs[line.id].without_birth_year,
            signs[line.id].shares_phone,
            signs[line.id].has_namesake,
            signs[line.id].otherwise_now,
        )
        for line in roster.lines
    ]
    assert found == [
        (False, True, False, False),
        (True, False, False, False),
        (False, False, True, True),
        (False, True, True, False),
    ]


def test_a_draft_shows_people_by_given_name_and_then_units(here: Province) -> None:
    names = ["Trần Văn Ý", "Lê Thị An", "Đỗ Văn Đức"]
    people = [make_member(name, here.it_department) for name in names]
    roster = make_roster(
        here.it_department, [make_line(here.section), *(make_line(one) for one in people)]
    )
    rows = line_rows(roster, {}, TODAY)
    assert [row.name for row in rows] == [
        "Lê Thị An",
        "Đỗ Văn Đức",
        "Trần Văn Ý",
        "Phòng Công nghệ thông tin",
    ]


def test_a_change_shows_the_role_it_replaces(here: Province) -> None:
    person = make_person("Lê Văn A")
    approve_memberships(here.commune, make_membership(person, here.commune))
    roster, known = one_line(
        here.commune, person, action=LineAction.CHANGE, role=MemberRole.HEAD, effective_from=TODAY
    )
    (row,) = line_rows(roster, {roster.lines[0].id: known}, TODAY)
    assert (row.before, row.role) == ((MemberRole.MEMBER, None), MemberRole.HEAD)


# --- who may join ------------------------------------------------------------------------


def test_people_to_add_are_those_of_the_unit_and_below_who_are_not_there_yet(
    here: Province,
) -> None:
    team = make_unit("Tổ 1", UnitKind.COMMUNITY_TEAM, here.commune)
    listed_already = make_member("Lê Văn Có", here.commune)
    approved = make_person("Lê Văn Duyệt")
    approve_memberships(here.commune, make_membership(approved, here.commune))
    make_member("Lê Văn Xa", here.far_commune)
    make_member("Lê Văn Đi", here.commune, until=TODAY)
    below, own = make_member("Trần Văn Bình", team), make_member("Lê Thị An", here.commune)
    make_membership(own, team, is_main=False)
    roster = make_roster(here.commune, [make_line(listed_already)], number=2)
    found, total = people_to_add(roster, "", TODAY, 100)
    assert [(one.name, one.belongs_to) for one in found] == [
        ("Lê Thị An", "Xã Bình Minh"),
        ("Trần Văn Bình", "Tổ 1"),
    ]
    assert total == 2
    only, total = people_to_add(roster, "tran binh", TODAY, 100)
    assert [one.party for one in only] == [Party(below.id)]
    assert people_to_add(roster, "", TODAY, 1)[1] == 2


def test_units_to_add_stand_below_and_are_no_partners(here: Province) -> None:
    team = make_unit("Tổ 1", UnitKind.COMMUNITY_TEAM, here.commune)
    make_unit("Trường Đại học", UnitKind.PARTNER_ORGANISATION, here.commune)
    roster = make_roster(here.commune, [])
    found, total = units_to_add(roster, "", TODAY, 100)
    assert ([one.party for one in found], total) == ([Party(None, team.id)], 1)
