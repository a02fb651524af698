"""What units are called in lists: those whose names repeat, with the unit they stand under."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.permissions import EVERYTHING, system_actor
from registry.domain.rosters import RosterState
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import Unit, UnitPeriod
from registry.queries.paging import Window
from registry.queries.people import PeopleFilter, people
from registry.queries.rosters.lines import line_rows, people_to_add, units_to_add
from registry.queries.rosters.lists import RosterFilter, rosters_seen, unit_name_until
from registry.queries.units.names import (
    NamesBorne,
    kind_as_last_known,
    last_listed_names,
    listed_name,
    names_borne,
)
from registry.queries.units.on_a_day import in_force, search
from tests.conftest import TODAY
from tests.factories.people import make_member
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import Province, end_unit, make_unit, move_unit, rename_unit

MOVED = date(2024, 6, 16)
PLACED = "Tổ CNSCĐ thôn 1 · Xã Bình Minh"


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def make_team(commune: Unit, name: str = "Tổ CNSCĐ thôn 1") -> Unit:
    return make_unit(name, UnitKind.COMMUNITY_TEAM, commune)


def name_on(unit: Unit, day: date) -> str | None:
    return db.session.scalar(
        select(listed_name(UnitPeriod, day)).where(
            UnitPeriod.unit_id == unit.id, in_force(UnitPeriod, day)
        )
    )


def test_a_team_is_told_with_its_commune_of_the_day(here: Province) -> None:
    team = make_team(here.commune)
    move_unit(team, here.far_commune, MOVED)
    assert name_on(team, date(2024, 6, 15)) == "Tổ CNSCĐ thôn 1 · Xã Bình Minh"
    assert name_on(team, MOVED) == "Tổ CNSCĐ thôn 1 · Xã Đại Minh"


@pytest.mark.parametrize(
    "kind", [UnitKind.SECTION, UnitKind.DISTRICT_OFFICE, UnitKind.COMMUNE_OFFICE]
)
def test_sections_whose_names_repeat_are_told_with_what_they_stand_under(
    here: Province, kind: UnitKind
) -> None:
    office = make_unit("Văn phòng", kind, here.commune)
    assert name_on(office, TODAY) == "Văn phòng · Xã Bình Minh"


def test_a_commune_is_told_by_its_own_name(here: Province) -> None:
    assert name_on(here.commune, TODAY) == "Xã Bình Minh"


def test_teams_of_one_name_are_told_apart_in_a_search_and_in_lists_of_rosters(
    here: Province,
) -> None:
    for commune in (here.commune, here.far_commune):
        team = make_team(commune)
        make_roster(team, [make_line(make_member("Lê Văn Thử", team))], RosterState.SUBMITTED)
    named = {"Tổ CNSCĐ thôn 1 · Xã Bình Minh", "Tổ CNSCĐ thôn 1 · Xã Đại Minh"}
    rows = [answer.row for answer in search("to cnscd thon 1", TODAY)]
    assert {f"{row.name}{row.place}" for row in rows} == named
    rosters = rosters_seen(system_actor(), TODAY, RosterFilter(), Window(50)).rows
    assert {row.unit_name for row in rosters} == named
    assert {unit_name_until(row.unit_id, TODAY) for row in rosters} == named


def test_a_closed_team_keeps_the_commune_it_stood_under(here: Province) -> None:
    commune = make_unit("Xã Đã Nhập", UnitKind.COMMUNE, here.district, until=date(2024, 6, 20))
    team = make_unit("Tổ CNSCĐ thôn 2", UnitKind.COMMUNITY_TEAM, commune, until=date(2024, 6, 20))
    assert unit_name_until(team.id, TODAY) == "Tổ CNSCĐ thôn 2 · Xã Đã Nhập"


def test_people_candidates_and_attendees_are_told_with_the_commune_of_their_team(
    here: Province,
) -> None:
    team = make_team(here.commune)
    person = make_member("Lê Văn Tổ", team)
    (row,) = people(EVERYTHING, TODAY, TODAY, PeopleFilter(text="le van to"), Window(50)).rows
    assert [unit.name for unit in row.units] == [PLACED]
    roster = make_roster(here.district, [])
    found, _ = people_to_add(roster, "le van to", TODAY, 10)
    assert [(one.party.person_id, one.belongs_to) for one in found] == [(person.id, PLACED)]
    units, _ = units_to_add(roster, "to cnscd", TODAY, 10)
    assert [one.name for one in units] == [PLACED]


def test_on_the_list_of_its_own_commune_a_team_needs_no_more_than_its_name(here: Province) -> None:
    team = make_team(here.commune)
    for unit, name in ((here.commune, "Tổ CNSCĐ thôn 1"), (here.district, PLACED)):
        roster = make_roster(unit, [make_line(team)])
        assert [row.name for row in line_rows(roster, {}, TODAY)] == [name]


def test_units_are_named_as_lists_do_those_that_ended_as_they_last_were(here: Province) -> None:
    ended = make_unit("Xã Cũ", UnitKind.COMMUNE, here.district, until=date(2024, 6, 10))
    team = make_team(here.commune)
    move_unit(team, here.far_commune, MOVED)
    period = db.session.scalars(
        select(UnitPeriod).where(UnitPeriod.unit_id == here.commune.id)
    ).one()
    period.short_name = "UBND xã Bình Minh"
    db.session.flush()
    assert last_listed_names([ended.id, team.id, here.commune.id, 987_654], MOVED) == {
        ended.id: "Xã Cũ",
        team.id: "Tổ CNSCĐ thôn 1 · Xã Đại Minh",
        here.commune.id: "UBND xã Bình Minh",
    }
    assert last_listed_names([team.id], date(2024, 6, 15)) == {team.id: PLACED}


def test_a_name_is_that_of_the_last_day_borne_before_or_of_the_day(here: Province) -> None:
    """The place beside it is that of the day while the unit stands, and when it last began."""
    team = make_team(here.commune)
    rename_unit(here.commune, "Phường Bình Minh", MOVED)
    end_unit(team, TODAY)
    end_unit(here.commune, TODAY)
    eve = date(2024, 6, 29)
    assert last_listed_names([team.id], date(2024, 6, 15)) == {team.id: PLACED}
    # It is to end, but stands: its commune is called what it is called by then.
    in_the_ward = "Tổ CNSCĐ thôn 1 · Phường Bình Minh"
    assert last_listed_names([team.id], MOVED) == {team.id: in_the_ward}
    assert last_listed_names([team.id], eve) == {team.id: in_the_ward}
    assert last_listed_names([team.id], TODAY) == {team.id: PLACED}
    to_come = make_unit("Xã Sắp Có", UnitKind.COMMUNE, here.district, since=TODAY)
    rename_unit(to_come, "Xã Tên Sau", date(2024, 7, 10))
    assert last_listed_names([to_come.id], eve) == {}
    assert last_listed_names([to_come.id], TODAY) == {to_come.id: "Xã Sắp Có"}
    assert last_listed_names([to_come.id], date(2024, 7, 10)) == {to_come.id: "Xã Tên Sau"}


def test_names_borne_are_full_and_short_of_every_day_and_of_all_that_ever_stood_above(
    here: Province,
) -> None:
    here.commune.periods[0].short_name = "UBND xã Bình Minh"
    rename_unit(here.commune, "Phường Bình Minh", MOVED)
    move_unit(here.commune, here.other_district, TODAY)
    rename_unit(here.district, "Thị xã Thăng Bình", TODAY)
    assert names_borne(here.commune.id) == NamesBorne(
        own=frozenset({"Xã Bình Minh", "UBND xã Bình Minh", "Phường Bình Minh"}),
        of_superiors=frozenset(
            {"Tỉnh Thử Nghiệm", "Huyện Thăng Bình", "Thị xã Thăng Bình", "Huyện Đại Lộc"}
        ),
    )
    # What stands under something that does not exist yet has no path, but its name.
    to_come = make_unit("Huyện Sắp Có", UnitKind.DISTRICT, here.province, since=TODAY)
    lost = make_unit("Xã Lạc", UnitKind.COMMUNE, to_come, until=MOVED)
    assert names_borne(lost.id) == NamesBorne(frozenset({"Xã Lạc"}), frozenset())
    assert names_borne(here.province.id).of_superiors == frozenset()


def test_a_unit_is_of_the_kind_of_the_day_else_of_its_last_before_else_of_its_first(
    here: Province,
) -> None:
    body = make_unit("Trung tâm", UnitKind.SECTION, here.it_department, since=MOVED)
    rename_unit(body, "Sở mới", date(2024, 6, 20))
    body.periods[-1].kind = UnitKind.DEPARTMENT
    end_unit(body, date(2024, 6, 25))
    known = {
        day: kind_as_last_known(body.id, date(2024, 6, day)) for day in (16, 19, 20, 24, 25, 30)
    }
    assert known == {
        16: UnitKind.SECTION,
        19: UnitKind.SECTION,
        20: UnitKind.DEPARTMENT,
        24: UnitKind.DEPARTMENT,
        25: UnitKind.DEPARTMENT,
        30: UnitKind.DEPARTMENT,
    }
    assert kind_as_last_known(here.commune.id, date(2024, 5, 1)) == UnitKind.COMMUNE
