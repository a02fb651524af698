"""Questions about member lists: scope, turns, what is known of a line, who may join."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.audit.deeds import Deed
from registry.domain.clock import local_day
from registry.domain.decisions import DecisionKind
from registry.domain.memberships import MemberRole
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import (
    EVERYTHING,
    NOTHING,
    Action,
    Actor,
    Role,
    Scope,
    system_actor,
)
from registry.domain.rosters import (
    Involved,
    Involvement,
    LineAction,
    LineFacts,
    Party,
    RosterState,
    involvement_of,
    line_obstacle,
)
from registry.domain.tasks import ROSTER_TASKS, Task
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account
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
    account_names,
    deciding_office,
    involved_in,
    last_decided_of,
    last_roster_numbers,
    last_roster_of,
    last_rosters_of,
    open_rosters_of,
    roster_in,
    rosters_seen,
    unit_name_until,
    usable_decisions,
    waiting_for,
    waiting_since,
    waits_as,
    was_deleted,
)
from registry.services.audit import Event, record
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import actor_for, make_account, make_actor
from tests.factories.approvals import approve_memberships
from tests.factories.people import (
    facts_from,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import (
    START,
    MovingCommunes,
    Province,
    end_unit,
    make_office,
    make_unit,
    rename_unit,
)


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


# --- which list, of which unit -----------------------------------------------------------


def acting(
    *actions: Action,
    scope: Scope = EVERYTHING,
    account: Account | None = None,
    person: Person | None = None,
) -> Actor:
    """Return somebody who may do something in a scope."""
    return Actor(
        account_id=account.id if account else None,
        person_id=person.id if person else None,
        label="web:1",
        roles=frozenset(),
        scopes=dict.fromkeys(actions, scope),
    )


def test_lists_are_seen_where_their_units_stand_today(app: Flask) -> None:
    here = MovingCommunes()
    of = {
        unit: make_roster(unit, []).id
        for unit in (here.far_commune, here.commune, here.other_commune)
    }
    district = here.below(here.district)
    assert [unit for unit in of if roster_in(of[unit], district, TODAY)] == [here.commune]
    assert listed(acting(Action.ROSTER_SEE, scope=district)) == [here.commune.id]
    # Of a task its own right decides: who may look everywhere composes in one district.
    both = acting(Action.ROSTER_COMPOSE, scope=district)
    both.scopes[Action.ROSTER_SEE] = EVERYTHING
    assert listed(both) == [here.other_commune.id, here.commune.id, here.far_commune.id]
    assert listed(both, task=Task.ROSTERS_DRAFTED) == [here.commune.id]
    assert listed(both, unit_id=here.far_commune.id) == [here.far_commune.id]


def test_a_deleted_list_is_known_to_who_still_reaches_its_unit(app: Flask) -> None:
    here = MovingCommunes()
    for number, (deed, noun, unit) in enumerate(
        (
            (Deed.ROSTER_DELETE, "rosters", here.commune),
            (Deed.ROSTER_SUBMIT, "rosters", here.commune),
            (Deed.ROSTER_DELETE, "people", here.commune),
            (Deed.ROSTER_DELETE, "rosters", here.other_commune),
            (Deed.ROSTER_DELETE, "rosters", here.far_commune),
        ),
        start=1,
    ):
        record(system_actor(), Event(deed, noun, number, unit_id=unit.id), MOMENT)
    scopes = (here.below(here.district), EVERYTHING, NOTHING)
    assert [
        [number for number in range(7) if was_deleted(number, scope, TODAY)] for scope in scopes
    ] == [[1], [1, 4, 5], []]


def test_the_newest_list_is_that_of_the_highest_number_of_its_unit(here: Province) -> None:
    _, newest, _ = (make_roster(here.commune, [], number=number) for number in (2, 3, 1))
    other = make_roster(here.other_commune, [], number=7)
    make_roster(here.far_commune, [], number=9)
    asked = [here.commune.id, here.other_commune.id, here.province.id]
    assert last_roster_of(here.commune.id) is newest
    assert last_roster_of(here.province.id) is None
    assert last_rosters_of(asked) == {here.commune.id: newest, here.other_commune.id: other}
    assert last_roster_numbers(asked) == {here.commune.id: 3, here.other_commune.id: 7}


def test_the_last_decided_list_before_one_is_of_the_same_unit_and_decided(here: Province) -> None:
    first, second, third = (approve_memberships(here.commune) for _ in range(3))
    make_roster(here.commune, [], RosterState.RETURNED, number=4)
    make_roster(here.other_commune, [], number=1)
    approve_memberships(here.other_commune)
    before = {number: last_decided_of(here.commune.id, number) for number in (1, 2, 3, 4, 5)}
    assert before == {1: None, 2: first, 3: second, 4: third, 5: third}
    assert last_decided_of(here.other_commune.id, 2) is None


def test_a_unit_is_called_as_today_or_last_whatever_comes_after(here: Province) -> None:
    tomorrow = TODAY + timedelta(days=1)
    rename_unit(here.commune, "Xã Hôm Nay", TODAY)
    rename_unit(here.commune, "Xã Ngày Mai", tomorrow)
    coming = make_unit("Xã Sẽ Lập", UnitKind.COMMUNE, here.district, since=tomorrow)
    assert unit_name_until(here.commune.id, TODAY) == "Xã Hôm Nay"
    assert unit_name_until(coming.id, TODAY) == ""
    make_roster(here.commune, [])
    make_roster(here.other_commune, [], number=4)
    rows = rosters_seen(system_actor(), TODAY, RosterFilter(words="xa hom"), Window(50)).rows
    assert [(row.unit_name, row.number) for row in rows] == [("Xã Hôm Nay", 1)]
    assert listed(system_actor(), words="ngay mai") == []
    # Each word typed begins a word of the name.
    assert listed(system_actor(), words="dao binh") == [here.other_commune.id]
    assert listed(system_actor(), words="inh") == []


def test_lists_come_page_by_page_and_the_total_is_that_of_all(here: Province) -> None:
    for unit in (here.commune, here.other_commune, here.far_commune):
        make_roster(unit, [])
    make_roster(here.province, [], RosterState.SUBMITTED)
    draft = RosterFilter(state=RosterState.DRAFT)
    pages = [
        [
            rosters_seen(system_actor(), TODAY, draft, Window(2, cursor)),
            waiting_for(acting(Action.ROSTER_COMPOSE), TODAY, Window(2, cursor)),
        ]
        for cursor in ("1", "2")
    ]
    assert [[[row.unit_id for row in page.rows] for page in both] for both in pages] == [
        [[here.far_commune.id, here.other_commune.id], [here.commune.id, here.other_commune.id]],
        [[here.commune.id], [here.far_commune.id]],
    ]
    assert {page.total for both in pages for page in both} == {3}


# --- what waits, since when --------------------------------------------------------------


def test_each_kind_of_work_waits_in_its_states_and_since_the_step_before(here: Province) -> None:
    steps = (
        (RosterState.DRAFT, ()),
        (RosterState.SUBMITTED, ()),
        (RosterState.VERIFIED, ("verified_at",)),
        (RosterState.REVIEWED, ("verified_at", "reviewed_at")),
        (RosterState.RETURNED, ("verified_at", "reviewed_at", "decided_at")),
        (RosterState.RETURNED, ("verified_at", "reviewed_at")),
        (RosterState.RETURNED, ("verified_at",)),
    )
    days = {"verified_at": 3, "reviewed_at": 4, "decided_at": 5}
    for number, (state, taken) in enumerate(steps):
        unit = make_unit(f"Xã {number}", UnitKind.COMMUNE, here.district)
        roster = make_roster(unit, [], state, number=number + 1)
        for step in taken:
            setattr(roster, step, datetime(2024, 6, days[step], 9, tzinfo=UTC))
    approve_memberships(here.commune)
    db.session.flush()
    everybody = acting(*Action)

    def waits(task: Task) -> list[tuple[int, int]]:
        return [
            (number, local_day(since).day)
            for number, since in db.session.execute(
                select(Roster.number, waiting_since(task))
                .where(waits_as(task, everybody, TODAY))
                .order_by(Roster.number)
            )
        ]

    assert {task: waits(task) for task in (*ROSTER_TASKS, Task.ROSTERS_UNDECIDED)} == {
        Task.ROSTERS_DRAFTED: [(1, 2)],
        Task.ROSTERS_TO_VERIFY: [(2, 2)],
        Task.ROSTERS_TO_REVIEW: [(2, 2), (3, 3)],
        Task.ROSTERS_TO_DECIDE: [(4, 4)],
        Task.ROSTERS_UNDECIDED: [(4, 4)],
        Task.ROSTERS_RETURNED: [(5, 5), (6, 4), (7, 3)],
    }


def test_of_a_task_the_longest_waiting_list_stands_in_front(here: Province) -> None:
    late, early = (
        make_roster(unit, [], RosterState.REVIEWED) for unit in (here.commune, here.province)
    )
    late.submitted_at, late.reviewed_at = (datetime(2024, 6, day, tzinfo=UTC) for day in (3, 9))
    early.submitted_at, early.reviewed_at = (datetime(2024, 6, day, tzinfo=UTC) for day in (4, 8))
    fresh = make_roster(here.other_commune, [])
    fresh.created_at = datetime(2024, 6, 5, tzinfo=UTC)
    db.session.flush()
    assert listed(acting(Action.ROSTER_APPROVE), task=Task.ROSTERS_TO_DECIDE) == [
        here.province.id,
        here.commune.id,
    ]
    # All that waits for somebody stands by the day on which it was handed in, or begun.
    able = acting(Action.ROSTER_APPROVE, Action.ROSTER_COMPOSE)
    assert [row.unit_id for row in waiting_for(able, TODAY, Window(50)).rows] == [
        here.commune.id,
        here.province.id,
        here.other_commune.id,
    ]


def test_a_step_is_another_s_who_drafted_took_a_step_or_stands_on_the_list_in_both_answers(
    here: Province,
) -> None:
    """What the list of waiting work leaves out is what the desk refuses, and says why."""
    names = ("gửi", "xác nhận", "thẩm định", "lập", "lưu", "thêm", "có tên", "xem", "nơi khác")
    accounts = {
        name: make_account(Role.REVIEWER, here.it_department, login=f"nguoi{number}")
        for number, name in enumerate(names)
    }
    on_list = accounts["có tên"].person
    assert on_list is not None
    roster = make_roster(
        here.commune, [make_line(on_list), make_line(here.section)], RosterState.SUBMITTED
    )
    roster.submitted_by_id = accounts["gửi"].id
    roster.verified_by_id = accounts["xác nhận"].id
    roster.reviewed_by_id = accounts["thẩm định"].id
    elsewhere = accounts["nơi khác"].person
    assert elsewhere is not None
    other = make_roster(here.other_commune, [make_line(elsewhere)])
    for name, deed, noun, number in (
        ("lập", Deed.ROSTER_START, "rosters", roster.id),
        ("lưu", Deed.ROSTER_SAVE_LINES, "rosters", roster.id),
        ("thêm", Deed.ROSTER_ADD_LINES, "rosters", roster.id),
        ("thêm", Deed.ROSTER_ADD_LINES, "rosters", roster.id),
        ("xem", Deed.ROSTER_SUBMIT, "rosters", roster.id),
        ("nơi khác", Deed.ROSTER_START, "rosters", other.id),
        ("nơi khác", Deed.ROSTER_START, "people", roster.id),
    ):
        record(actor_for(accounts[name]), Event(deed, noun, number), MOMENT)
    how = {name: involvement_of(actor_for(accounts[name]), involved_in(roster)) for name in names}
    assert how == {
        "gửi": Involvement.SUBMITTED,
        "xác nhận": Involvement.HANDLED,
        "thẩm định": Involvement.HANDLED,
        "lập": Involvement.DRAFTED,
        "lưu": Involvement.DRAFTED,
        "thêm": Involvement.DRAFTED,
        "có tên": Involvement.LISTED,
        "xem": None,
        "nơi khác": None,
    }
    waits = {
        name: waiting_for(actor_for(accounts[name]), TODAY, Window(50)).total for name in names
    }
    assert waits == {name: int(one is None) for name, one in how.items()}
    # By the person as well where somebody else's account took the step; each is told once.
    involved = involved_in(roster)
    assert len(involved) == 7
    assert involved[0] == Involved(
        Involvement.SUBMITTED, accounts["gửi"].id, accounts["gửi"].person_id
    )
    assert involved[-1] == Involved(Involvement.LISTED, None, on_list.id)
    # Without an account only who stands on the list is known, and without both nobody.
    review = Action.ROSTER_REVIEW
    waits_for = (
        acting(review, person=on_list),
        acting(review, person=make_person()),
        acting(review),
    )
    assert [waiting_for(actor, TODAY, Window(50)).total for actor in waits_for] == [0, 1, 1]


def test_work_waits_where_the_unit_stands_today(app: Flask) -> None:
    here = MovingCommunes()
    for unit in (here.commune, here.other_commune, here.far_commune):
        make_roster(unit, [], RosterState.REVIEWED)
    approver = acting(Action.ROSTER_APPROVE, scope=here.below(here.district))
    reviewer = acting(Action.ROSTER_REVIEW, scope=here.below(here.district))
    assert listed(approver, task=Task.ROSTERS_TO_DECIDE) == [here.commune.id]
    assert listed(reviewer, task=Task.ROSTERS_UNDECIDED) == [here.commune.id]
    for roster in db.session.scalars(select(Roster)):
        roster.state = RosterState.RETURNED
    db.session.flush()
    officer = acting(Action.ROSTER_COMPOSE, scope=here.below(here.district))
    assert listed(officer, task=Task.ROSTERS_RETURNED) == [here.commune.id]
    # A later list of another unit leaves it waiting, and an earlier one of the same unit.
    make_roster(here.other_commune, [], RosterState.RETURNED, number=5)
    make_roster(here.commune, [], RosterState.RETURNED, number=0)
    assert [row.number for row in waiting_for(officer, TODAY, Window(50)).rows] == [1]


# --- what else is asked of lists ---------------------------------------------------------


def test_open_lists_are_those_nobody_has_decided_or_returned(here: Province) -> None:
    states = [state for state in RosterState if state is not RosterState.DECIDED]
    made = {
        state: make_roster(here.commune, [], state, number=number)
        for number, state in enumerate(states, start=1)
    }
    approve_memberships(here.other_commune)
    make_roster(here.far_commune, [])
    asked = [here.other_commune.id, here.commune.id]
    assert open_rosters_of(asked) == [
        roster for state, roster in made.items() if state is not RosterState.RETURNED
    ]


def test_accounts_are_called_by_their_person_else_by_their_login(here: Province) -> None:
    officer = make_account(Role.UNIT_OFFICER, here.commune, person=make_person("Lê Văn Thử"))
    administrator = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    make_account(Role.UNIT_OFFICER, here.district, login="khac")
    assert account_names([officer.id, None, administrator.id, officer.id]) == {
        officer.id: "Lê Văn Thử",
        administrator.id: "quantri",
    }


def test_a_list_is_approved_on_a_decision_of_the_office_issued_by_today(here: Province) -> None:
    first, today, tomorrow, undated, letter, other = (
        make_decision(unit, number, issued_on=day)
        for unit, number, day in (
            (here.province, "1/QĐ-UBND", START),
            (here.province, "2/QĐ-UBND", TODAY),
            (here.province, "3/QĐ-UBND", TODAY + timedelta(days=1)),
            (here.province, "4/QĐ-UBND", None),
            (here.province, "5/KH-UBND", TODAY),
            (here.district, "6/QĐ-UBND", TODAY),
        )
    )
    letter.kind = DecisionKind.PLAN
    assert usable_decisions(here.province.id, TODAY) == [today, first]
    assert usable_decisions(here.district.id, TODAY) == [other]
    assert {tomorrow, undated}.isdisjoint(usable_decisions(here.province.id, TODAY))


def test_the_deciding_office_is_that_of_where_the_unit_stands_today(app: Flask) -> None:
    here = MovingCommunes()
    for district in (here.district, here.other_district):
        make_office(OfficeFunction.DECIDING, district, district)
    end_unit(here.section, TODAY)
    offices = {
        unit: deciding_office(unit.id, TODAY)
        for unit in (here.commune, here.other_commune, here.far_commune, here.section)
    }
    assert [office.id if office else None for office in offices.values()] == [
        here.district.id,
        here.other_district.id,
        here.other_district.id,
        None,
    ]
