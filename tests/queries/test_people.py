"""Lists of people: who is in them, in which order, and who may see whom."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.audit.deeds import Deed
from registry.domain.permissions import EVERYTHING, Action, Role, Scope, system_actor
from registry.queries.paging import Window
from registry.queries.people import (
    PeopleFilter,
    all_people,
    changes_of,
    find_person_by_phone,
    last_seen,
    people,
    person_in_scope,
    phones_of,
)
from registry.queries.units.on_a_day import path_on
from registry.services.audit import Event, erase_person, record
from registry.services.people import NewPerson, PersonDetails, write_person
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.people import make_approval, make_member, make_membership, make_person
from tests.factories.units import (
    AFTER_THE_NEXT,
    BEFORE_THE_MOVE,
    MovingCommunes,
    Province,
)


def listed(wanted: PeopleFilter = PeopleFilter(), scope: Scope = EVERYTHING) -> list[str]:  # noqa: B008 - frozen
    """Return the names of a list, in its order."""
    page = people(scope, TODAY, TODAY, wanted, Window(50))
    assert page.total == len(page.rows)
    return [row.full_name for row in page.rows]


def scope_of(here: Province) -> Scope:
    """Return the scope of an officer of the first commune."""
    return Scope(prefixes=frozenset({path_on(here.commune.id, TODAY) or ""}))


def test_people_stand_by_given_name_as_in_a_school_register(app: Flask) -> None:
    here = Province()
    for name in ("Nguyễn Thị Yến", "Trần Ánh", "Lê Văn An", "Lê Văn Ân", "Phạm Đạt", "Hồ Dũng"):
        make_member(name, here.commune)
    assert listed() == [
        "Lê Văn An",
        "Trần Ánh",
        "Lê Văn Ân",
        "Hồ Dũng",
        "Phạm Đạt",
        "Nguyễn Thị Yến",
    ]


def test_a_name_is_found_by_its_beginnings_without_accents(app: Flask) -> None:
    here = Province()
    for name in ("Nguyễn Văn Đông", "Nguyễn Văn Dũng", "Nguyễn Thị Vân", "Trần Văn Đông"):
        make_member(name, here.commune)
    assert listed(PeopleFilter("nguyen van d")) == ["Nguyễn Văn Dũng", "Nguyễn Văn Đông"]


def test_the_accents_typed_come_first(app: Flask) -> None:
    here = Province()
    for name in ("Lê Thị Hoa", "Lê Thị Hòa", "Lê Thị Hoà", "Lê Thị Hoá"):
        make_member(name, here.commune)
    assert set(listed(PeopleFilter("hòa"))[:2]) == {"Lê Thị Hòa", "Lê Thị Hoà"}
    assert listed(PeopleFilter("hoa"))[0] == "Lê Thị Hoa"
    assert len(listed(PeopleFilter("hoa"))) == 4


@pytest.mark.parametrize("text", ["%", "_", "\\", "'; --", "%%%"])
def test_signs_find_nobody(app: Flask, text: str) -> None:
    here = Province()
    make_member("Lê Văn An", here.commune)
    assert listed(PeopleFilter(text)) == []


def test_a_list_holds_the_scope_and_nothing_else(app: Flask) -> None:
    here = Province()
    make_member("Lê Ở Đây", here.commune)
    make_member("Lê Bên Cạnh", here.other_commune)
    make_member("Lê Đã Đi", here.commune, until=date(2024, 6, 15))
    assert listed(scope=scope_of(here)) == ["Lê Ở Đây"]
    assert listed(PeopleFilter("le"), scope_of(here)) == ["Lê Ở Đây"]
    assert listed(scope=Scope()) == []


def test_of_a_person_s_units_only_those_in_scope_are_told(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Hai Nơi", here.far_commune)
    make_membership(person, here.commune, is_main=False)
    page = people(scope_of(here), TODAY, TODAY, PeopleFilter(), Window(50))
    assert [unit.name for unit in page.rows[0].units] == ["Xã Bình Minh"]


def test_a_list_of_a_past_day_shows_the_members_of_that_day_to_those_of_today(app: Flask) -> None:
    here = Province()
    make_member("Lê Đã Đi", here.commune, until=date(2024, 6, 15))
    page = people(scope_of(here), date(2024, 6, 10), TODAY, PeopleFilter(), Window(50))
    assert [row.full_name for row in page.rows] == ["Lê Đã Đi"]
    assert page.total == 1


def test_a_list_narrows_to_a_subtree(app: Flask) -> None:
    here = Province()
    make_member("Lê Ở Xã", here.commune)
    make_member("Lê Ở Huyện", here.district)
    make_member("Lê Ở Xa", here.far_commune)
    prefix = path_on(here.district.id, TODAY)
    assert listed(PeopleFilter(prefix=prefix)) == ["Lê Ở Huyện", "Lê Ở Xã"]


def test_a_list_narrows_to_approved_members_or_to_the_others(app: Flask) -> None:
    here = Province()
    make_approval(make_membership(make_person("Lê Đã Duyệt"), here.commune))
    make_member("Lê Chưa Duyệt", here.commune)
    assert listed(PeopleFilter(approved=True)) == ["Lê Đã Duyệt"]
    assert listed(PeopleFilter(approved=False)) == ["Lê Chưa Duyệt"]
    page = people(EVERYTHING, TODAY, TODAY, PeopleFilter(approved=True), Window(50))
    assert page.rows[0].units[0].approved


def test_a_long_list_comes_in_pages_that_fit_together(app: Flask) -> None:
    here = Province()
    for number in range(52):
        make_member(f"Lê Văn {'ABCDEFGHIK'[number % 10]}{'abcdef'[number // 10]}", here.commune)
    first = people(EVERYTHING, TODAY, TODAY, PeopleFilter(), Window(50))
    further = Window(50, first.next or "")
    second = people(EVERYTHING, TODAY, TODAY, PeopleFilter(), further)
    everybody = all_people(EVERYTHING, TODAY, TODAY, PeopleFilter())
    assert (len(first.rows), len(second.rows), first.total) == (50, 2, 52)
    assert [*first.rows, *second.rows] == everybody
    searched = people(EVERYTHING, TODAY, TODAY, PeopleFilter("le"), further)
    assert searched.rows == second.rows
    assert all_people(EVERYTHING, TODAY, TODAY, PeopleFilter("le")) == everybody


def test_a_person_is_seen_through_a_unit_in_scope_on_the_day(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Ở Đây", here.commune)
    left = make_member("Lê Đã Đi", here.commune, until=date(2024, 6, 15))
    scope = make_actor(Role.UNIT_OFFICER, here.commune).scope(Action.PERSON_SEE)
    assert person_in_scope(person.id, scope, TODAY, TODAY) == (person, here.commune.id)
    assert person_in_scope(left.id, scope, TODAY, TODAY) is None
    assert person_in_scope(left.id, scope, date(2024, 6, 10), TODAY) == (left, here.commune.id)
    other = make_actor(Role.UNIT_OFFICER, here.other_commune).scope(Action.PERSON_SEE)
    assert person_in_scope(person.id, other, TODAY, TODAY) is None


def test_of_several_with_one_telephone_the_oldest_record_is_found(app: Flask) -> None:
    first = make_person("Lê Một", phone="+84905123456")
    make_person("Lê Hai", phone="+84905123456")
    assert find_person_by_phone("0905123456") is first


def test_who_changed_a_record_is_told_newest_first(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    details = PersonDetails(full_name="Lê Có Lịch Sử", phone=None)
    new = NewPerson(details=details, since=TODAY)
    person = write_person(actor, new, here.commune.id, MOMENT, None)
    other = write_person(system_actor(), new, here.commune.id, MOMENT, None)
    assert [(one.action, one.by) for one in changes_of(person.id, EVERYTHING, TODAY)] == [
        ("person.create", "Người Unit Officer")
    ]
    assert [change.by for change in changes_of(other.id, EVERYTHING, TODAY)] == [None]
    foreign = Scope(prefixes=frozenset({path_on(here.far_commune.id, TODAY) or ""}))
    assert changes_of(person.id, foreign, TODAY) == []
    erase_person(system_actor(), person.id, MOMENT)
    record(system_actor(), Event(Deed.ROSTER_START, "rosters", person.id), MOMENT)
    assert [one.action for one in changes_of(person.id, EVERYTHING, TODAY)] == [
        "audit.erase",
        "person.create",
    ]


@pytest.mark.parametrize("day", [BEFORE_THE_MOVE, TODAY, AFTER_THE_NEXT])
def test_whatever_the_day_shown_rights_are_those_of_today(app: Flask, day: date) -> None:
    here = MovingCommunes()
    stays = make_member("Lê Ở Lại", here.commune)
    gone, coming = (
        make_member("Lê Đã Sang", here.other_commune),
        make_member("Lê Sẽ Về", here.far_commune),
    )
    for office, seen in ((here.district, {stays}), (here.other_district, {gone, coming})):
        scope, everybody = here.below(office), [stays, gone, coming]
        page = people(scope, day, TODAY, PeopleFilter(), Window(50))
        assert {row.id for row in page.rows} == {person.id for person in seen}
        assert all(row.units and row.phone for row in page.rows)
        by_name = all_people(scope, day, TODAY, PeopleFilter(text="le"))
        assert {row.id for row in by_name} == {person.id for person in seen}
        for person in everybody:
            found = person_in_scope(person.id, scope, day, TODAY)
            assert (found is not None) is (person in seen)
        assert last_seen([one.id for one in everybody], scope, day, TODAY) == {
            person.id: day for person in seen
        }
        assert set(phones_of([one.id for one in everybody], scope, TODAY)) == {
            person.id for person in seen
        }
