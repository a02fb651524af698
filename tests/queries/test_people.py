"""Lists of people: who is in them, in which order, and who may see whom."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.audit.deeds import Deed
from registry.domain.memberships import MemberRole
from registry.domain.permissions import EVERYTHING, Action, Role, Scope, system_actor
from registry.models.base import db
from registry.models.people import Person
from registry.models.units import Unit
from registry.queries.paging import Window
from registry.queries.people import (
    PeopleFilter,
    all_people,
    changes_of,
    find_person_by_phone,
    is_within_reach,
    last_seen,
    look_alikes,
    people,
    people_with_number_waiting,
    person_by_citizen_id_index,
    person_in_scope,
    phones_of,
)
from registry.queries.units.on_a_day import path_on
from registry.services.audit import Event, erase_person, record
from registry.services.people import NewPerson, PersonDetails, write_person
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.people import (
    facts_from,
    make_approval,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.units import (
    AFTER_THE_NEXT,
    BEFORE_THE_MOVE,
    START,
    MovingCommunes,
    Province,
    rename_unit,
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
    make_person("Lê Số Khác", phone="+84905123457")
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


def without_phone(
    full_name: str, unit: Unit, *, since: date = START, until: date | None = None
) -> Person:
    """Make a member of whom no telephone is known."""
    person = make_member(full_name, unit, since=since, until=until)
    person.phone = None
    db.session.flush()
    return person


def test_a_list_of_a_day_is_narrowed_by_where_units_stood_and_who_was_approved_that_day(
    app: Flask,
) -> None:
    here = MovingCommunes()
    approved = make_membership(make_person("Lê Sẽ Duyệt"), here.commune)
    make_approval(approved, effective_from=date(2024, 6, 15))
    make_member("Lê Đã Sang", here.other_commune)
    make_member("Lê Sẽ Về", here.far_commune)

    def on(day: date, wanted: PeopleFilter) -> list[str]:
        return [row.full_name for row in all_people(EVERYTHING, day, TODAY, wanted)]

    district = PeopleFilter(prefix=f"/{here.province.id}/{here.district.id}/")
    assert on(BEFORE_THE_MOVE, district) == ["Lê Sẽ Duyệt", "Lê Đã Sang"]
    assert on(TODAY, district) == ["Lê Sẽ Duyệt"]
    assert on(AFTER_THE_NEXT, district) == ["Lê Sẽ Duyệt", "Lê Sẽ Về"]
    assert on(date(2024, 6, 14), PeopleFilter(approved=True)) == []
    assert on(date(2024, 6, 15), PeopleFilter(approved=True)) == ["Lê Sẽ Duyệt"]
    assert "Lê Sẽ Duyệt" in on(date(2024, 6, 14), PeopleFilter(approved=False))
    told = {
        day: [unit.approved for unit in row.units]
        for day in (date(2024, 6, 14), date(2024, 6, 15))
        for row in all_people(EVERYTHING, day, TODAY, PeopleFilter("sẽ duyệt"))
    }
    assert told == {date(2024, 6, 14): [False], date(2024, 6, 15): [True]}


def test_who_lacks_a_telephone_is_listed_on_a_past_day_while_he_is_still_in_scope(
    app: Flask,
) -> None:
    here = Province()
    without_phone("Lê Thiếu Số", here.commune)
    make_member("Lê Đủ Số", here.commune)
    without_phone("Lê Vào Sau", here.commune, since=date(2024, 6, 15))
    left = without_phone("Lê Đã Đi", here.commune, until=date(2024, 6, 15))
    make_membership(left, here.far_commune, since=date(2024, 6, 15))
    day, lacking = date(2024, 6, 14), PeopleFilter(without_phone=True)
    own = scope_of(here)
    found = all_people(own, day, TODAY, lacking)
    assert [row.full_name for row in found] == ["Lê Thiếu Số"]
    assert len(all_people(own, day, TODAY, PeopleFilter())) == 3
    assert [row.full_name for row in all_people(EVERYTHING, day, TODAY, lacking)] == [
        "Lê Đã Đi",
        "Lê Thiếu Số",
    ]


def test_what_is_not_dated_is_told_only_of_who_is_in_scope_today(app: Flask) -> None:
    here = Province()
    day = date(2024, 6, 10)
    stays = make_member("Lê Ở Lại", here.commune)
    stays.email, stays.phone = "o.lai@example.vn", "+84905111111"
    for name, after in (("Lê Đã Nghỉ", None), ("Lê Đã Sang", here.far_commune)):
        gone = make_member(name, here.commune, until=TODAY)
        gone.email = "da.di@example.vn"
        if after is not None:
            make_membership(gone, after, since=TODAY)
    db.session.flush()
    rows = people(scope_of(here), day, TODAY, PeopleFilter(), Window(50)).rows
    assert [(row.full_name, row.birth_year, row.phone, row.email) for row in rows] == [
        ("Lê Ở Lại", 1990, "+84905111111", "o.lai@example.vn"),
        ("Lê Đã Nghỉ", None, None, None),
        ("Lê Đã Sang", None, None, None),
    ]
    assert all(row.facts.job_title and row.units for row in rows)


def test_a_person_s_units_stand_with_the_main_one_first_as_they_were_named_that_day(
    app: Flask,
) -> None:
    here = Province()
    person = make_person("Lê Ba Nơi")
    make_membership(person, here.district, is_main=False)
    make_membership(person, here.other_district, is_main=False, role=MemberRole.HEAD)
    make_membership(person, here.commune)
    make_membership(person, here.far_commune, is_main=False, until=date(2024, 6, 20))
    make_member("Lê Khác", here.commune)
    rename_unit(here.commune, "Xã Bình Tân", date(2024, 6, 20))

    def told(day: date) -> list[tuple[int, str, str, bool]]:
        row = next(
            row
            for row in people(EVERYTHING, day, TODAY, PeopleFilter(), Window(50)).rows
            if row.id == person.id
        )
        return [(unit.unit_id, unit.name, unit.role, unit.is_main) for unit in row.units]

    assert told(date(2024, 6, 20)) == [
        (here.commune.id, "Xã Bình Tân", "Thành viên", True),
        (here.district.id, "Huyện Thăng Bình", "Thành viên", False),
        (here.other_district.id, "Huyện Đại Lộc", "Người đứng đầu", False),
    ]
    assert [one[1] for one in told(date(2024, 6, 19))] == [
        "Xã Bình Minh",
        "Huyện Thăng Bình",
        "Huyện Đại Lộc",
        "Xã Đại Minh",
    ]


def test_each_word_searched_begins_a_word_and_exact_names_keep_their_order(app: Flask) -> None:
    here = Province()
    for name in ("Lê Hòa Bình", "Lê Hoa An", "Trần Hòa An", "Phạm Thoa An", "Lê Hòa An"):
        make_member(name, here.commune)
    assert listed(PeopleFilter("hòa")) == ["Lê Hòa An", "Trần Hòa An", "Lê Hòa Bình", "Lê Hoa An"]
    assert listed(PeopleFilter("hoa an")) == ["Lê Hoa An", "Lê Hòa An", "Trần Hòa An"]
    assert [
        row.full_name for row in all_people(EVERYTHING, TODAY, TODAY, PeopleFilter("lê hòa"))
    ] == ["Lê Hòa An", "Lê Hòa Bình", "Lê Hoa An"]


def test_of_the_units_in_scope_the_main_one_is_where_a_person_is_seen(app: Flask) -> None:
    here = Province()
    person = make_person("Lê Hai Nơi")
    first = make_membership(person, here.commune, is_main=False)
    make_membership(person, here.other_commune, is_main=False)
    make_membership(person, here.far_commune)
    make_member("Lê Khác", here.district)
    assert person_in_scope(person.id, EVERYTHING, TODAY, TODAY) == (person, here.far_commune.id)
    assert person_in_scope(person.id, scope_of(here), TODAY, TODAY) == (person, first.unit_id)


def test_telephones_are_told_of_the_people_asked_who_have_one(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Có Số", here.commune)
    nobody = without_phone("Lê Thiếu Số", here.commune)
    left = make_member("Lê Đã Đi", here.commune, until=TODAY)
    make_member("Lê Không Hỏi", here.commune)
    asked = [person.id, None, nobody.id, left.id]
    assert phones_of(asked, EVERYTHING, TODAY) == {person.id: person.phone}


def test_the_last_day_seen_is_the_day_asked_or_the_last_of_a_membership_before_it(
    app: Flask,
) -> None:
    here = Province()
    day = date(2024, 6, 20)
    ended = make_member("Lê Vừa Nghỉ", here.commune, until=day)
    goes_on = make_member("Lê Nghỉ Hôm Sau", here.commune, until=date(2024, 6, 21))
    begins = make_member("Lê Vừa Vào", here.commune, since=day)
    early = make_member("Lê Vào Ra", here.commune, until=date(2024, 6, 10))
    make_membership(early, here.commune, since=date(2024, 6, 12), until=date(2024, 6, 15))
    make_membership(early, here.far_commune, since=date(2024, 6, 15), until=date(2024, 6, 18))
    left_since = make_member("Lê Nghỉ Sau Đó", here.commune, until=date(2024, 6, 25))
    later = make_member("Lê Chưa Vào", here.commune, since=date(2024, 6, 21))
    make_member("Lê Không Hỏi", here.commune)
    asked = [one.id for one in (ended, goes_on, begins, early, left_since, later)]
    assert last_seen(asked, scope_of(here), day, TODAY) == {
        ended.id: date(2024, 6, 19),
        goes_on.id: day,
        begins.id: day,
        early.id: date(2024, 6, 14),
        left_since.id: day,
    }


def test_who_left_may_come_back_to_the_unit_that_knew_him_last(app: Flask) -> None:
    here = Province()
    scope, left_on = scope_of(here), date(2024, 6, 15)
    within = make_member("Lê Ở Đây", here.commune)
    left_today = make_member("Lê Nghỉ Hôm Nay", here.commune, until=TODAY)
    both_ended = make_member("Lê Thôi Cả Hai", here.commune, until=left_on)
    make_membership(both_ended, here.far_commune, is_main=False, until=left_on)
    before = make_member("Lê Từng Ở Xa", here.far_commune, until=date(2024, 6, 10))
    make_membership(before, here.commune, since=date(2024, 6, 10), until=left_on)
    went_on = make_member("Lê Đã Sang", here.commune, until=left_on)
    make_membership(went_on, here.far_commune, since=left_on)
    went_and_left = make_member("Lê Sang Rồi Nghỉ", here.commune, until=left_on)
    make_membership(went_and_left, here.far_commune, since=left_on, until=date(2024, 6, 16))
    to_come = make_member("Lê Sẽ Vào", here.commune, since=date(2024, 7, 1), until=date(2025, 7, 1))
    never = make_member("Lê Xa", here.far_commune, until=left_on)
    everybody = (within, left_today, both_ended, before, went_on, went_and_left, to_come, never)
    reached = [one.full_name for one in everybody if is_within_reach(one.id, scope, TODAY)]
    assert reached == ["Lê Ở Đây", "Lê Nghỉ Hôm Nay", "Lê Thôi Cả Hai", "Lê Từng Ở Xa"]
    assert is_within_reach(never.id, EVERYTHING, TODAY)
    assert not is_within_reach(never.id + 1000, EVERYTHING, TODAY)
    assert not is_within_reach(within.id, Scope(), TODAY)


def test_a_citizen_number_kept_without_being_found_waits(app: Flask) -> None:
    waiting, found, without = (make_person(name) for name in ("Lê Chờ", "Lê Có", "Lê Không"))
    later = make_person("An Chờ")
    for person in (waiting, later):
        person.citizen_id_encrypted = "x"
    found.citizen_id_encrypted, found.citizen_id_index = "y", "khóa"
    db.session.flush()
    assert people_with_number_waiting() == [waiting, later]
    assert person_by_citizen_id_index(["khác", "khóa"]) is found
    assert person_by_citizen_id_index(["khác"]) is None
    assert without.citizen_id_index is None


def test_the_same_telephone_comes_first_then_the_same_name_then_what_is_similar(
    app: Flask,
) -> None:
    here = Province()
    for name in ("Nguyễn An", "Nguyen Van An", "Nguyễn Vân An", "Nguyễn Văn Bình", "Lê Văn An"):
        make_member(name, here.commune)
    by_phone = make_member("Trần Khác Hẳn", here.commune)
    by_phone.phone = "+84905123456"
    make_member("Nguyễn Văn An", here.far_commune)
    older = make_member("Nguyễn Văn Ấn", here.commune)
    older.birth_year = 1970
    unknown = make_member("Nguyễn Văn Ân", here.commune)
    unknown.birth_year = None
    db.session.flush()

    def alike(birth_year: int | None, phone: str | None) -> list[tuple[str, bool, str | None]]:
        found = look_alikes("Nguyễn Văn An", birth_year, phone, scope_of(here), TODAY)
        return [(one.person.full_name, one.same_phone, one.similar) for one in found]

    lacking = ("Nguyễn An", False, "một bên thiếu tên đệm")
    assert alike(1990, "+84905123456") == [
        ("Trần Khác Hẳn", True, None),
        ("Nguyen Van An", False, None),
        ("Nguyễn Vân An", False, None),
        ("Nguyễn Văn Ân", False, None),
        lacking,
    ]
    assert alike(1970, None) == [
        ("Nguyễn Văn Ân", False, None),
        ("Nguyễn Văn Ấn", False, None),
    ]
    assert len(alike(None, None)) == 5


def test_a_look_alike_is_told_by_his_main_unit_or_the_one_he_left_last(app: Flask) -> None:
    here = Province()
    twice = make_person("Nguyễn Văn An")
    make_membership(twice, here.district, is_main=False)
    make_membership(twice, here.commune)
    left = make_member("Nguyễn Văn Ân", here.commune, until=date(2024, 6, 10))
    make_membership(left, here.other_commune, since=date(2024, 6, 10), until=TODAY)
    went = make_member("Nguyễn Vân An", here.commune, until=date(2024, 6, 10))
    make_membership(went, here.far_commune, since=date(2024, 6, 10))
    later = make_member("Nguyễn Vân Ân", here.commune, since=date(2024, 7, 1))
    facts_from(twice, date(2024, 6, 20), job_title="Chủ tịch UBND xã")
    facts_from(twice, date(2024, 7, 1), job_title="Nghỉ hưu")
    rename_unit(here.commune, "Xã Bình Tân", TODAY)
    rename_unit(here.commune, "Xã Bình Tây", date(2024, 7, 1))
    district = Scope(prefixes=frozenset({path_on(here.district.id, TODAY) or ""}))
    found = look_alikes("Nguyễn Văn An", 1990, None, district, TODAY)
    assert [(one.person.id, one.unit_name) for one in found] == [
        (twice.id, "Xã Bình Tân"),
        (left.id, "Xã Bình Đào (đã thôi tham gia)"),
    ]
    assert found[0].job_title == "Chủ tịch UBND xã"
    assert later.id not in {one.person.id for one in found}


def test_at_most_ten_similar_names_are_told_beside_all_the_same_ones(app: Flask) -> None:
    here = Province()
    for number in range(12):
        make_member(f"Nguyễn {'abcdefghiklm'[number]} An", here.commune)
    for _ in range(12):
        make_member("Nguyễn An", here.commune)
    found = look_alikes("Nguyễn An", 1990, None, EVERYTHING, TODAY)
    assert [one.similar is None for one in found] == [True] * 12 + [False] * 10


@pytest.mark.parametrize(
    ("typed", "known", "is_found"),
    [
        ("Lý Thức", "Lí Quý Thức", True),
        ("Đ. Quý Thức", "Đỗ Quý Thức", True),
        ("Đỗ Quý Thức", "Đ. Quý Thức", True),
        ("Đỗ Quý Thức", "Đi Quý Thức", False),
        ("Đỗ Quý Thức", "Đỗ Quý Thứ", False),
        ("Đỗ Quý Thức", "Lê Quý Thức", False),
        ("Nguyễn Quý Thức", "Nguyễng Quý Thức", False),
        ("Thức Quý Đỗ", "Đỗ Quý Thức", True),
    ],
)
def test_a_name_is_like_another_that_has_its_first_word_or_initial_and_its_last(
    app: Flask, *, typed: str, known: str, is_found: bool
) -> None:
    make_member(known, Province().commune)
    found = look_alikes(typed, None, None, EVERYTHING, TODAY)
    assert [one.person.full_name for one in found] == [known] * is_found


def test_a_name_without_a_word_is_like_nobody_s_and_a_telephone_still_is(app: Flask) -> None:
    person = make_member("Lê Văn An", Province().commune)
    assert look_alikes("…", None, None, EVERYTHING, TODAY) == []
    (found,) = look_alikes("…", None, person.phone, EVERYTHING, TODAY)
    assert (found.person.id, found.same_phone) == (person.id, True)


def of_membership(person: Person, unit: Unit) -> Event:
    """Return an event about something else than the person, with values of his beside it."""
    return Event(
        Deed.MEMBERSHIP_END, "memberships", 7, unit.id, personal={"x": "y"}, person_id=person.id
    )


def test_changes_of_a_record_are_those_of_the_person_and_no_more_than_asked(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)

    def new(name: str) -> NewPerson:
        return NewPerson(details=PersonDetails(full_name=name, phone=None), since=TODAY)

    one, other = (
        write_person(actor, new(name), here.commune.id, MOMENT, None)
        for name in ("Lê Một", "Lê Hai")
    )
    # The first is of a unit that bears the number of the person; the next two are of no unit.
    for event in (
        Event(Deed.UNIT_CORRECT_NAME, "units", one.id, here.commune.id, {"fields": ["name"]}),
        Event(Deed.PERSON_EDIT, "people", one.id, None, {"fields": ["phone", "email"]}),
        Event(Deed.PERSON_CORRECT, "people", one.id, None, {"fields": "phone"}),
        of_membership(one, here.commune),
        of_membership(one, here.far_commune),
    ):
        record(actor, event, MOMENT)
    told = [(row.action, row.noun, row.fields) for row in changes_of(one.id, scope_of(here), TODAY)]
    assert told == [
        ("membership.end", "memberships", ()),
        ("person.correct", "people", ()),
        ("person.edit", "people", ("phone", "email")),
        ("person.create", "people", told[-1][2]),
    ]
    assert len(changes_of(one.id, EVERYTHING, TODAY)) == 5
    assert [row.action for row in changes_of(one.id, EVERYTHING, TODAY, limit=2)] == [
        "membership.end",
        "membership.end",
    ]
    assert [row.action for row in changes_of(other.id, EVERYTHING, TODAY)] == ["person.create"]
    for _ in range(16):
        record(actor, Event(Deed.PERSON_EDIT, "people", one.id), MOMENT)
    assert len(changes_of(one.id, EVERYTHING, TODAY)) == 20
