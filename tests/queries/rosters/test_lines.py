"""The lines of a list: what is shown and known of each, what to look at, and who may join."""

from datetime import date, timedelta

from flask import Flask

from registry.domain.memberships import MemberRole
from registry.domain.permissions import Scope
from registry.domain.rosters import LineAction, LineOutcome, LineSigns, Party, RosterState
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.people import Person
from registry.models.rosters import Roster
from registry.models.units import Unit
from registry.queries.rosters.lines import (
    approved_members,
    line_facts,
    line_rows,
    line_signs,
    member_unit_names,
    people_on,
    people_to_add,
    unapproved_members,
    units_to_add,
)
from tests.conftest import TODAY
from tests.factories.approvals import DECIDED, approve_memberships
from tests.factories.people import (
    facts_from,
    make_member,
    make_member_unit,
    make_membership,
    make_person,
)
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import (
    START,
    MovingCommunes,
    Province,
    end_unit,
    make_unit,
    move_unit,
    rename_unit,
)

MERGED = date(2024, 6, 20)
DAY = timedelta(days=1)


def rows_of(roster: Roster, scope: Scope | None = None) -> dict[str, tuple[int | None, str | None]]:
    """Return year of birth and title of each line, by name."""
    said = () if scope is None else (scope,)
    return {
        row.name: (row.birth_year, row.job_title)
        for row in line_rows(roster, line_facts(roster, TODAY), TODAY, *said)
    }


# --- what is shown ----------------------------------------------------------------------


def test_a_member_taken_over_goes_on_and_is_no_newcomer_also_once_approved_anew(
    app: Flask,
) -> None:
    here = Province()
    person, newcomer = make_person("Trần Văn Ánh"), make_person("Lê Mới Đến")
    before = make_membership(person, here.commune, until=MERGED)
    approve_memberships(here.commune, before)
    after = make_membership(person, here.other_commune, since=MERGED)
    after.line_id = before.line_id
    make_membership(newcomer, here.other_commune, since=MERGED)
    db.session.flush()

    draft = make_roster(here.other_commune, [make_line(person), make_line(newcomer)], number=1)
    rows = line_rows(draft, line_facts(draft, TODAY), TODAY)
    assert {row.name: row.asks_for for row in rows} == {
        "Trần Văn Ánh": "Tiếp tục tham gia",
        "Lê Mới Đến": "Bổ sung",
    }
    approve_memberships(here.other_commune, after, since=MERGED)
    rows = line_rows(draft, line_facts(draft, TODAY), TODAY)
    assert {row.asks_for for row in rows if row.name == person.full_name} == {"Tiếp tục tham gia"}


def test_only_who_another_unit_admitted_before_came_along(app: Flask) -> None:
    here = Province()
    names = ("Được nhận trước", "Của chính đơn vị", "Bị trả lại", "Nhận cùng lúc", "Nhận sau")
    made = {name: make_membership(make_person(name), here.commune) for name in names}
    for name, unit, outcome, days in (
        ("Được nhận trước", here.other_commune, LineOutcome.APPROVED, -1),
        ("Của chính đơn vị", here.commune, LineOutcome.APPROVED, -1),
        ("Bị trả lại", here.other_commune, LineOutcome.RETURNED, -1),
        ("Nhận cùng lúc", here.other_commune, LineOutcome.APPROVED, 0),
        ("Nhận sau", here.other_commune, LineOutcome.APPROVED, 1),
    ):
        other = approve_memberships(unit, made[name])
        other.lines[0].outcome = outcome
        other.decided_at = DECIDED + days * DAY
    decided = approve_memberships(here.commune, *made.values())
    for line, name in zip(decided.lines, names, strict=True):
        line.name = name
    db.session.flush()

    def came_along() -> list[str]:
        return [row.name for row in line_rows(decided, {}, TODAY) if row.came_along]

    assert came_along() == ["Được nhận trước"]
    decided.decided_at = None
    assert came_along() == []


def test_of_who_is_out_of_reach_nothing_but_the_name_is_said_until_it_is_frozen(app: Flask) -> None:
    here = MovingCommunes()
    people = {
        name: make_member(name, unit)
        for name, unit in (
            ("Lê Ở Đây", here.commune),
            ("Lê Đã Đi", here.other_commune),
            ("Lê Sẽ Đến", here.far_commune),
        )
    }
    for person in people.values():
        facts_from(person, TODAY, job_title="Chức danh hôm nay")
        facts_from(person, TODAY + DAY, job_title="Chức danh ngày mai")
    district = here.below(here.district)
    lines = [make_line(person) for person in people.values()]
    draft = make_roster(here.district, lines)
    told = (1990, "Chức danh hôm nay")
    assert rows_of(draft, district) == {
        "Lê Ở Đây": told,
        "Lê Đã Đi": (None, None),
        "Lê Sẽ Đến": (None, None),
    }
    assert set(rows_of(draft).values()) == {told}
    frozen = make_roster(
        here.district,
        [make_line(person) for person in people.values()],
        RosterState.SUBMITTED,
        number=2,
    )
    frozen_title = (1990, "Công chức Văn phòng - Thống kê")
    assert rows_of(frozen, district) == dict.fromkeys(people, frozen_title)


def test_units_on_a_list_are_named_as_today_or_last_and_stand_by_name_after_people(
    app: Flask,
) -> None:
    here = Province()
    renamed, closed, other = (
        make_unit(name, UnitKind.COMMUNITY_TEAM, here.commune)
        for name in ("Tổ Cũ", "Tổ Ấp", "Tổ Không Có Tên")
    )
    rename_unit(renamed, "Tổ Mới", TODAY)
    rename_unit(renamed, "Tổ Mai Sau", TODAY + DAY)
    end_unit(closed, MERGED)
    person = make_member("Vũ Văn Ỷ", here.commune)
    roster = make_roster(here.commune, [make_line(one) for one in (renamed, closed, person)])
    make_roster(
        here.other_commune, [make_line(one) for one in (other, make_member("Lê A", here.commune))]
    )
    assert [row.name for row in line_rows(roster, {}, TODAY)] == ["Vũ Văn Ỷ", "Tổ Ấp", "Tổ Mới"]
    assert set(people_on(roster.id)) == {person.id}
    named = {unit_id: name for unit_id, (name, _) in member_unit_names(roster, TODAY).items()}
    assert named == {renamed.id: "Tổ Mới", closed.id: "Tổ Ấp"}


def test_a_submitted_list_keeps_its_order_and_only_a_change_says_what_it_replaces(
    app: Flask,
) -> None:
    here = Province()
    people = {name: make_person(name) for name in ("Lê Thị Yến", "Lê Văn An", "Lê Văn Bảo")}
    approve_memberships(here.commune, *(make_membership(p, here.commune) for p in people.values()))
    lines = [
        make_line(people["Lê Thị Yến"], action=LineAction.CHANGE, role=MemberRole.HEAD),
        make_line(people["Lê Văn An"], action=LineAction.END, role=MemberRole.HEAD),
        make_line(people["Lê Văn Bảo"], action=LineAction.CHANGE),
    ]
    lines[2].organisation = "Hội Nông dân"
    roster = make_roster(here.commune, lines, RosterState.SUBMITTED, number=2)
    rows = line_rows(roster, line_facts(roster, TODAY), TODAY)
    assert [(row.name, row.before) for row in rows] == [
        ("Lê Thị Yến", (MemberRole.MEMBER, None)),
        ("Lê Văn An", None),
        ("Lê Văn Bảo", (MemberRole.MEMBER, None)),
    ]
    roster.lines[2].organisation = None
    assert line_rows(roster, line_facts(roster, TODAY), TODAY)[2].before is None


# --- what is known of a line --------------------------------------------------------------------


def belonging(unit: Unit, *parties: tuple[Person | Unit, date]) -> list[bool]:
    """Tell of parties whether each belongs when a line about it takes effect on a day."""
    roster = make_roster(unit, [make_line(who, effective_from=day) for who, day in parties])
    facts = line_facts(roster, TODAY)
    return [facts[line.id].belongs for line in roster.lines]


def test_a_person_belongs_by_a_membership_of_the_line_s_day_or_of_today_when_that_is_later(
    app: Flask,
) -> None:
    here = Province()
    soon = TODAY + 5 * DAY
    came, comes = make_member("Lê A", here.commune), make_member("Lê B", here.commune, since=soon)
    leaves = make_member("Lê C", here.commune, until=soon)
    left = make_member("Lê D", here.commune, until=TODAY)
    elsewhere = make_member("Lê E", here.other_commune)
    above = make_member("Lê G", here.district)
    assert belonging(
        here.commune,
        (came, START),
        (comes, START),
        (comes, soon - DAY),
        (comes, soon),
        (leaves, START),
        (leaves, soon - DAY),
        (leaves, soon),
        (left, START),
        (elsewhere, START),
        (above, START),
    ) == [True, False, False, True, True, True, False, False, False, False]


def test_where_a_unit_stands_is_asked_of_the_same_day_of_people_and_of_units(app: Flask) -> None:
    here = Province()
    comes, leaves, stays = (
        make_unit(name, UnitKind.COMMUNITY_TEAM, unit)
        for name, unit in (
            ("Tổ 1", here.other_commune),
            ("Tổ 2", here.commune),
            ("Tổ 3", here.commune),
        )
    )
    later = TODAY + 5 * DAY
    move_unit(comes, here.commune, later)
    move_unit(leaves, here.other_commune, later)
    for team in (comes, leaves, stays):
        make_member(f"Lê {team.id}", team)
    people = [make_member(f"Lê {team.id}", team) for team in (comes, leaves, stays)]
    days = (START, later - DAY, later)
    expected = [False, False, True, True, True, False, True, True, True]
    asked = [(one, day) for one in people for day in days]
    assert belonging(here.commune, *asked) == expected
    units = [(one, day) for one in (comes, leaves, stays) for day in days]
    roster = make_roster(
        here.commune, [make_line(one, effective_from=day) for one, day in units], number=2
    )

    def known() -> list[bool]:
        facts = line_facts(roster, TODAY)
        return [facts[line.id].belongs for line in roster.lines]

    assert known() == expected
    # The same of a unit that moves itself: its own path is that of the day, too.
    move_unit(here.commune, here.other_district, later)
    assert known() == expected
    itself = make_roster(here.commune, [make_line(here.commune)], number=3)
    (fact,) = line_facts(itself, TODAY).values()
    assert (fact.belongs, fact.unit_exists) == (False, True)


def test_a_unit_that_closed_has_no_members_and_existed_until_the_day_before(app: Flask) -> None:
    here = Province()
    person = make_member("Lê A", here.commune)
    days = (START - DAY, START, MERGED - DAY, MERGED)
    end_unit(here.commune, MERGED)
    roster = make_roster(here.commune, [make_line(person, effective_from=day) for day in days])
    facts = line_facts(roster, TODAY)
    assert [(facts[line.id].unit_exists, facts[line.id].belongs) for line in roster.lines] == [
        (False, False),
        (True, False),
        (True, False),
        (False, False),
    ]


def test_joined_is_the_membership_of_the_unit_on_the_line_s_day_else_the_next_one(
    app: Flask,
) -> None:
    here = Province()
    person, other = make_person("Lê A"), make_person("Lê B")
    team = make_unit("Tổ 1", UnitKind.COMMUNITY_TEAM, here.commune)
    second = make_membership(person, here.commune, since=date(2024, 6, 20), until=date(2024, 6, 25))
    first = make_membership(person, here.commune, since=date(2024, 6, 5), until=date(2024, 6, 10))
    make_membership(person, here.other_commune, is_main=False)
    make_membership(other, here.commune)
    of_unit = make_member_unit(team, here.commune)
    make_member_unit(team, here.other_commune)
    days = [date(2024, 6, day) for day in (1, 9, 10, 24, 25)]
    lines = [make_line(person, effective_from=day) for day in days] + [make_line(team)]
    roster = make_roster(here.commune, lines)
    facts = line_facts(roster, TODAY)
    joined = [facts[line.id].joined for line in roster.lines]
    assert [one.membership_id if one else None for one in joined] == [
        first.id,
        first.id,
        second.id,
        second.id,
        None,
        of_unit.id,
    ]


def test_an_approval_counts_whose_day_is_still_to_come_and_says_whose_list_gave_it(
    app: Flask,
) -> None:
    here = Province()
    made = {
        name: make_membership(make_person(name), here.commune)
        for name in ("không", "sau này", "nơi khác", "cả hai")
    }
    approve_memberships(here.commune, made["sau này"], since=date(2031, 1, 1))
    approve_memberships(here.other_commune, made["nơi khác"], made["cả hai"])
    approve_memberships(here.commune, made["cả hai"])
    people = [db.session.get_one(Person, one.person_id) for one in made.values()]
    roster = make_roster(here.commune, [make_line(person) for person in people], number=9)
    facts = line_facts(roster, TODAY)
    joined = [facts[line.id].joined for line in roster.lines]
    assert [
        (one.approved, one.is_carried_over, one.came_along) for one in joined if one is not None
    ] == [(False, False, False), (True, False, False), (True, True, True), (True, False, True)]


# --- what a reviewer should look at -------------------------------------------------------------


def test_a_reviewer_is_told_of_others_in_reach_today_only(app: Flask) -> None:
    here = MovingCommunes()
    for name, unit in (
        ("Trùng Ở Đây", here.commune),
        ("Trùng Đã Đi", here.other_commune),
        ("Trùng Sẽ Đến", here.far_commune),
    ):
        other = make_member(name, unit)
        other.phone = f"+8490100000{unit.id % 10}"
    here_phone, gone_phone, coming_phone = (
        f"+8490100000{unit.id % 10}"
        for unit in (here.commune, here.other_commune, here.far_commune)
    )
    people = []
    for name, phone in (
        ("Trùng Ở Đây", here_phone),
        ("Trùng Đã Đi", gone_phone),
        ("Trùng Sẽ Đến", coming_phone),
    ):
        people.append(make_member(name, here.commune))
        people[-1].phone = phone
    team = make_unit("Tổ 1", UnitKind.COMMUNITY_TEAM, here.commune)
    roster = make_roster(here.commune, [make_line(one) for one in (*people, team)])
    signs = line_signs(roster, line_facts(roster, TODAY), TODAY, here.below(here.district))
    found = [signs.get(line.id) for line in roster.lines]
    assert [(one.shares_phone, one.has_namesake) if one else None for one in found] == [
        (True, True),
        (False, False),
        (False, False),
        None,
    ]
    everywhere = line_signs(roster, line_facts(roster, TODAY), TODAY)
    assert {(one.shares_phone, one.has_namesake) for one in everywhere.values()} == {(True, True)}


def test_a_namesake_has_the_same_name_and_the_same_year(app: Flask) -> None:
    here = Province()
    (namesake, younger, unknown, same) = (make_member("Lê Văn An", here.commune) for _ in range(4))
    make_member("Lê Văn Ân", here.other_commune)
    younger.birth_year, unknown.birth_year = 1991, None
    same.full_name, same.search_key = "Lê Văn Bảo", "le van bao"
    roster = make_roster(
        here.commune, [make_line(one) for one in (namesake, younger, unknown, same)]
    )
    signs = line_signs(roster, line_facts(roster, TODAY), TODAY)
    assert [signs[line.id].has_namesake for line in roster.lines] == [True, False, False, False]


def test_signs_speak_of_what_was_submitted_and_of_shared_numbers(app: Flask) -> None:
    here = Province()
    plain, sharing, no_year, changed, gone = (
        make_member(f"Lê Văn {name}", here.commune) for name in ("A", "B", "C", "D", "E")
    )
    outsider = make_person("Lê Văn G")
    make_membership(outsider, here.far_commune)
    everyone = (plain, sharing, no_year, changed, gone, outsider)
    lines = [make_line(one) for one in everyone]
    lines[4].action = LineAction.END
    roster = make_roster(here.commune, lines, RosterState.SUBMITTED)
    roster.lines[2].birth_year = 1980
    for person in (no_year, plain):
        person.birth_year = None
    # Who has no telephone shares it with nobody.
    for person in (plain, changed):
        person.phone = None
    changed.full_name = outsider.full_name = "Lê Văn Đã Đổi"
    db.session.flush()
    scope = Scope(prefixes=frozenset({f"/{here.province.id}/{here.district.id}/"}))
    facts = line_facts(roster, TODAY)
    signs = line_signs(roster, facts, TODAY, scope, {sharing.id})

    def sign(**said: bool) -> LineSigns:
        nothing = dict.fromkeys(
            (
                "without_birth_year",
                "shares_phone",
                "shares_number",
                "has_namesake",
                "joins_by_approval",
                "otherwise_now",
            ),
            False,
        )
        return LineSigns(**{**nothing, **said})

    assert [signs[line.id] for line in roster.lines] == [
        sign(otherwise_now=True),
        sign(shares_number=True),
        sign(otherwise_now=True),
        sign(otherwise_now=True),
        sign(),
        sign(joins_by_approval=True),
    ]
    roster.lines[0].birth_year = None
    roster.lines[5].action = LineAction.CHANGE
    signs = line_signs(roster, facts, TODAY, scope)
    assert signs[roster.lines[0].id] == sign(without_birth_year=True)
    assert signs[roster.lines[5].id] == sign()


# --- who may join -------------------------------------------------------------------------------


def test_members_of_today_are_those_a_list_has_approved_and_those_none_has(app: Flask) -> None:
    here = Province()
    approved, later, none, elsewhere = (
        make_membership(make_person(name), here.commune)
        for name in ("Lê An", "Lê Bảo", "Lê Chi", "Lê Dũng")
    )
    left = make_membership(make_person("Lê Em"), here.commune, until=TODAY)
    of_other = make_membership(make_person("Lê Giang"), here.other_commune)
    make_membership(make_person("Lê Hà"), here.commune, since=TODAY + DAY)
    approve_memberships(here.commune, approved, left)
    approve_memberships(here.commune, later, since=date(2031, 1, 1))
    approve_memberships(here.other_commune, elsewhere, of_other)
    assert [row.full_name for row in approved_members(here.commune.id, TODAY)] == [
        "Lê An",
        "Lê Bảo",
        "Lê Dũng",
    ]
    assert [row.membership_id for row in unapproved_members(here.commune.id, TODAY)] == [none.id]


def test_people_to_add_belong_today_to_what_stands_below_today(app: Flask) -> None:
    here = Province()
    team, leaving, coming = (
        make_unit(name, UnitKind.COMMUNITY_TEAM, unit)
        for name, unit in (
            ("Tổ 1", here.commune),
            ("Tổ Đi", here.commune),
            ("Tổ Đến", here.other_commune),
        )
    )
    move_unit(leaving, here.other_commune, MERGED)
    move_unit(coming, here.commune, TODAY + DAY)
    rename_unit(team, "Tổ Mới", TODAY)
    rename_unit(team, "Tổ Mai Sau", TODAY + DAY)
    make_member("Lê Đi", leaving)
    make_member("Lê Đến", coming)
    make_member("Lê Đã Thôi", here.commune, until=TODAY)
    make_member("Lê Sẽ Vào", here.commune, since=TODAY + DAY)
    make_member("Lê Ở Trên", here.district)
    own = make_member("Phan Ngân", here.commune)
    facts_from(own, TODAY + DAY, job_title="Chức danh ngày mai")
    make_membership(own, team, is_main=False)
    below = make_member("Phan Ân", team)
    below.birth_year = 1985
    approved_below = make_person("Phan Bá")
    approve_memberships(team, make_membership(approved_below, team))
    roster = make_roster(here.commune, [])
    found, total = people_to_add(roster, "", TODAY, 10)
    assert [
        (one.party, one.name, one.birth_year, one.job_title, one.belongs_to) for one in found
    ] == [
        (Party(below.id), "Phan Ân", 1985, "Công chức Văn phòng - Thống kê", "Tổ Mới"),
        (Party(approved_below.id), "Phan Bá", 1990, "Công chức Văn phòng - Thống kê", "Tổ Mới"),
        (Party(own.id), "Phan Ngân", 1990, "Công chức Văn phòng - Thống kê", "Xã Bình Minh"),
    ]
    assert total == 3
    # Each word typed begins a word of the name.
    typed = ("phan", "an", "han", "ph ba")
    assert [
        [one.name for one in people_to_add(roster, words, TODAY, 10)[0]] for words in typed
    ] == [
        ["Phan Ân", "Phan Bá", "Phan Ngân"],
        ["Phan Ân"],
        [],
        ["Phan Bá"],
    ]
    first, total = people_to_add(roster, "", TODAY, 2)
    assert ([one.name for one in first], total) == (["Phan Ân", "Phan Bá"], 3)


def test_units_to_add_stand_below_today_and_are_not_yet_there(app: Flask) -> None:
    here = MovingCommunes()
    old = make_unit("Phòng Đã Đóng", UnitKind.DISTRICT_OFFICE, here.district, until=TODAY)
    team = make_unit("Tổ 1", UnitKind.COMMUNITY_TEAM, here.commune)
    rename_unit(team, "Tổ Hôm Nay", TODAY)
    rename_unit(team, "Tổ Mai Sau", TODAY + DAY)
    rename_unit(here.commune, "Xã Bình Minh Mới", TODAY + DAY)
    approved, member, on_list = (
        make_unit(f"Phòng {name}", UnitKind.DISTRICT_OFFICE, here.district)
        for name in ("A", "B", "C")
    )
    approve_memberships(here.district, make_member_unit(approved, here.district))
    make_member_unit(member, here.district)
    roster = make_roster(here.district, [make_line(on_list)], number=2)
    found, total = units_to_add(roster, "", TODAY, 10)
    assert [(one.party.member_unit_id, one.name, one.belongs_to) for one in found] == [
        (member.id, "Phòng B", "Huyện Thăng Bình"),
        (here.district_office.id, "Phòng Văn hóa và Thông tin", "Huyện Thăng Bình"),
        (team.id, "Tổ Hôm Nay · Xã Bình Minh", "Xã Bình Minh"),
        (here.commune.id, "Xã Bình Minh", "Huyện Thăng Bình"),
    ]
    assert total == 4
    assert old.id not in {one.party.member_unit_id for one in found}
    only, _ = units_to_add(roster, "hoa phong", TODAY, 10)
    assert [one.party.member_unit_id for one in only] == [here.district_office.id]
    first, total = units_to_add(roster, "", TODAY, 1)
    assert ([one.name for one in first], total) == (["Phòng B"], 4)


def test_nobody_can_be_added_where_the_unit_is_no_more(app: Flask) -> None:
    here = Province()
    make_member("Lê A", here.commune)
    roster = make_roster(here.commune, [])
    end_unit(here.commune, TODAY)
    assert people_to_add(roster, "", TODAY, 10) == ([], 0)
    assert units_to_add(roster, "", TODAY, 10) == ([], 0)
