"""Questions about self-registrations: units to join, the queue in its scope, who may be known."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from registry.domain.offices import OfficeFunction
from registry.domain.permissions import EVERYTHING, NOTHING, Action, Role, Scope
from registry.domain.signup_matching import MatchKind, MatchWarning
from registry.domain.signups import SignupState
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.people import Person
from registry.models.signups import Signup
from registry.models.units import UnitPath, UnitPeriod
from registry.queries import signups
from registry.queries.units.on_a_day import path_on
from tests.conftest import TODAY
from tests.factories.accounts import make_actor
from tests.factories.people import facts_from, make_member, make_membership, make_person
from tests.factories.signups import SUBMITTED, make_signup
from tests.factories.units import (
    START,
    MovingCommunes,
    Province,
    end_unit,
    make_office,
    make_unit,
    rename_unit,
)


def _scope_of(unit_id: int) -> Scope:
    path = path_on(unit_id, TODAY)
    assert path is not None
    return Scope(prefixes=frozenset({path}))


@pytest.mark.parametrize("typed", ["Bình Minh", "binh minh", "xa binh minh", "BINH  MINH"])
def test_a_unit_is_found_with_or_without_accents(app: Flask, typed: str) -> None:
    here = Province()
    found = signups.joinable_units(typed, TODAY)
    assert [unit.row.id for unit in found] == [here.commune.id]


def test_communes_come_before_other_units(app: Flask) -> None:
    here = Province()
    make_unit("Phòng Bình An", UnitKind.SECTION, here.it_department)
    kinds = [unit.row.kind for unit in signups.joinable_units("bình", TODAY)]
    assert kinds[:2] == [UnitKind.COMMUNE, UnitKind.COMMUNE]
    assert set(kinds[2:]) == {UnitKind.SECTION, UnitKind.DISTRICT}


def test_units_that_take_no_part_closed_or_without_members_are_not_offered(app: Flask) -> None:
    here = Province()
    vertical = make_unit("Công an xã Bình Lạ", UnitKind.COMMUNE, here.district, takes_part=False)
    closed = make_unit("Xã Bình Lạ Cũ", UnitKind.COMMUNE, here.district, until=TODAY)
    assert signups.joinable_units("bình lạ", TODAY) == []
    for unit in (vertical, closed, here.province, here.committee):
        assert signups.joinable_unit(unit.id, TODAY) is None
    assert signups.joinable_unit(here.commune.id, TODAY) is not None


def test_no_more_units_are_offered_than_asked_for(app: Flask) -> None:
    Province()
    assert len(signups.joinable_units("bình", TODAY, limit=2)) == 2


def test_the_reviewing_office_is_that_of_the_nearest_territory_on_the_day(app: Flask) -> None:
    here = Province()
    path = path_on(here.commune.id, TODAY)
    assert path is not None
    office = signups.reviewing_office(path, TODAY)
    assert office is not None
    assert office.id == here.it_department.id
    tomorrow = TODAY + timedelta(days=1)
    make_office(OfficeFunction.REVIEWING, here.district, here.district_office, since=tomorrow)
    assert signups.reviewing_office(path, TODAY) == office
    nearer = signups.reviewing_office(path, tomorrow)
    assert nearer is not None
    assert nearer.id == here.district_office.id


def test_before_any_office_is_named_there_is_no_reviewing_office(app: Flask) -> None:
    here = Province()
    path = path_on(here.commune.id, TODAY)
    assert path is not None
    assert signups.reviewing_office(path, date(2024, 5, 1)) is None


def test_lists_counts_and_details_obey_the_same_scope(app: Flask) -> None:
    here = Province()
    mine, other = make_signup(here.commune), make_signup(here.far_commune)
    scope = _scope_of(here.district.id)
    assert signups.signups_in_scope(scope, TODAY, SignupState.RECEIVED) == [mine]
    assert signups.counts_by_state(scope, TODAY)[SignupState.RECEIVED] == 1
    assert signups.signup_in_scope(mine.id, scope, TODAY) is mine
    assert signups.signup_in_scope(other.id, scope, TODAY) is None
    assert signups.counts_by_state(NOTHING, TODAY)[SignupState.RECEIVED] == 0
    assert signups.counts_by_state(EVERYTHING, TODAY)[SignupState.RECEIVED] == 2


def test_the_queue_begins_with_the_oldest_and_can_be_narrowed_to_a_unit(app: Flask) -> None:
    here = Province()
    late = make_signup(here.commune, submitted_at=SUBMITTED + timedelta(days=1))
    early = make_signup(here.other_commune)
    asked = make_signup(here.commune, state=SignupState.COMPLETION_ASKED)
    queue = signups.signups_in_scope(EVERYTHING, TODAY, SignupState.RECEIVED)
    assert queue == [early, late]
    of_unit = signups.signups_in_scope(
        EVERYTHING, TODAY, SignupState.RECEIVED, unit_id=here.commune.id
    )
    assert of_unit == [late]
    sent_back = signups.signups_in_scope(EVERYTHING, TODAY, SignupState.COMPLETION_ASKED)
    assert sent_back == [asked]


def test_a_member_of_the_unit_with_a_similar_name_is_named_in_a_warning(app: Flask) -> None:
    here = Province()
    person = make_member("Nguyễn Văn Khải", here.commune)
    make_member("Nguyễn Văn Khải", here.other_commune)
    signup = make_signup(here.commune, "Nguyễn Văn Khai")
    warnings = signups.warnings_of([signup], EVERYTHING, TODAY)[signup.id]
    assert [(warning.kind, warning.person_id) for warning in warnings] == [
        (MatchKind.SAME_NAME, person.id)
    ]


def test_a_former_member_of_the_unit_is_compared_by_telephone_only(app: Flask) -> None:
    here = Province()
    former = make_person("Nguyễn Văn Khải", phone="+84905111222")
    make_membership(former, here.commune, until=TODAY)
    make_membership(former, here.other_commune, since=TODAY)
    stranger = make_signup(here.commune, "Nguyễn Văn Khải")
    same = make_signup(here.commune, "Trần Văn Tới", phone="+84905111222")
    warnings = signups.warnings_of([stranger, same], EVERYTHING, TODAY)
    assert warnings[stranger.id] == []
    assert [warning.person_id for warning in warnings[same.id]] == [former.id]


def test_who_has_left_the_unit_is_not_even_read(app: Flask) -> None:
    here = Province()
    for number in range(3):
        left = make_person(f"Người Đã Nghỉ {number}")
        make_membership(left, here.commune, until=TODAY)
    member = make_member("Lê Thị Còn", here.commune)
    signup, member_id = make_signup(here.commune), member.id
    db.session.expunge_all()
    read: list[int] = []

    def note(person: Person, _context: object) -> None:
        read.append(person.id)

    event.listen(Person, "load", note)
    try:
        signups.warnings_of([signup], EVERYTHING, TODAY)
    finally:
        event.remove(Person, "load", note)
    assert read == [member_id]


def test_a_person_outside_the_scope_is_not_named(app: Flask) -> None:
    here = Province()
    hidden = make_person("Trần Kín Đáo", phone="+84905111222")
    make_membership(hidden, here.far_commune)
    signup = make_signup(here.commune, phone="+84905111222")
    scope = _scope_of(here.district.id)
    warnings = signups.warnings_of([signup], scope, TODAY)[signup.id]
    assert [warning.person_id for warning in warnings] == [None]
    assert "Kín Đáo" not in warnings[0].message
    assert signups.possible_people(warnings, scope, TODAY) == []


def test_another_open_request_with_the_same_telephone_is_told_of(app: Flask) -> None:
    here = Province()
    first = make_signup(here.commune, "Lê Văn Một", phone="+84905111222")
    second = make_signup(here.other_commune, "Lê Văn Hai", phone="+84905111222")
    make_signup(here.commune, "Lê Văn Ba", phone="+84905111222", state=SignupState.DECLINED)
    warnings = signups.warnings_of([second], EVERYTHING, TODAY)[second.id]
    assert len(warnings) == 1
    assert first.reference_code in warnings[0].message


def test_candidates_come_once_each_with_the_main_unit_first(app: Flask) -> None:
    here = Province()
    person = make_person("Nguyễn Văn Khải", phone="+84905111222")
    make_membership(person, here.commune, is_main=False)
    make_membership(person, here.other_commune)
    signup = make_signup(here.commune, "Nguyễn Văn Khải", phone="+84905111222")
    warnings = signups.warnings_of([signup], EVERYTHING, TODAY)[signup.id]
    assert len(warnings) == 2
    found = signups.possible_people(warnings, EVERYTHING, TODAY)
    assert [candidate.person.id for candidate in found] == [person.id]
    assert [unit.name for unit in found[0].units] == ["Xã Bình Đào", "Xã Bình Minh"]
    assert found[0].label == "Nguyễn Văn Khải – Xã Bình Đào"


def test_a_request_for_a_unit_closed_since_still_names_it(app: Flask) -> None:
    here = Province()
    signup = make_signup(here.commune)
    for table in (UnitPeriod, UnitPath):
        db.session.execute(
            table.__table__.update()
            .where(table.__table__.c.unit_id == here.commune.id)
            .values(valid_to=TODAY)
        )
    units = signups.units_of([signup], TODAY)
    assert units[here.commune.id].name == "Xã Bình Minh"


def test_a_reviewer_sees_the_queue_of_the_territory_of_its_office(app: Flask) -> None:
    here = Province()
    make_signup(here.far_commune)
    scope = make_actor(Role.REVIEWER, here.it_department).scope(Action.SIGNUP_REVIEW)
    assert len(signups.signups_in_scope(scope, TODAY, SignupState.RECEIVED)) == 1


# --- where, when and in which state ------------------------------------------------------


def test_requests_are_seen_counted_and_listed_where_their_units_stand_today(app: Flask) -> None:
    here = MovingCommunes()
    scope = here.below(here.district)
    made = {
        (unit, state): make_signup(unit, state=state)
        for unit in (here.other_commune, here.far_commune, here.commune)
        for state in SignupState
    }
    for state in SignupState:
        mine = made[here.commune, state]
        assert signups.signups_in_scope(scope, TODAY, state) == [mine]
        assert signups.signups_in_scope(scope, TODAY, state, here.other_commune.id) == []
    seen = {
        unit
        for (unit, _), one in made.items()
        if signups.signup_in_scope(one.id, scope, TODAY) is one
    }
    assert seen == {here.commune}
    assert signups.counts_by_state(scope, TODAY) == dict.fromkeys(SignupState, 1)
    assert signups.counts_by_state(EVERYTHING, TODAY) == dict.fromkeys(SignupState, 3)
    assert [signups.count_open(one, TODAY) for one in (scope, EVERYTHING, NOTHING)] == [2, 6, 0]
    to_receive = select(Signup).where(signups.is_to_receive(scope, TODAY))
    assert db.session.scalars(to_receive).all() == [made[here.commune, SignupState.RECEIVED]]
    asked = [here.far_commune.id, here.commune.id]
    assert signups.open_signups_of(asked) == [
        made[unit, state]
        for unit in (here.far_commune, here.commune)
        for state in (SignupState.RECEIVED, SignupState.COMPLETION_ASKED)
    ]


def test_requests_of_one_moment_stand_in_the_order_they_came(app: Flask) -> None:
    here = Province()
    first, second = make_signup(here.commune), make_signup(here.commune)
    found = signups.signups_in_scope(EVERYTHING, TODAY, SignupState.RECEIVED)
    assert found == [first, second]


def test_a_request_is_found_by_its_code_and_by_the_key_of_its_form(app: Flask) -> None:
    here = Province()
    one, two = make_signup(here.commune), make_signup(here.commune)
    assert signups.signup_by_code(two.reference_code) is two
    assert signups.signup_by_submit_key(one.submit_key) is one
    assert signups.signup_by_code(one.submit_key) is None
    assert signups.signup_by_submit_key(two.reference_code) is None


def test_units_asked_for_are_named_as_today_and_closed_ones_as_on_the_day_of_the_request(
    app: Flask,
) -> None:
    here = Province()
    rename_unit(here.commune, "Xã Hôm Nay", TODAY)
    rename_unit(here.other_commune, "Xã Lúc Gửi", date(2024, 6, 20))
    rename_unit(here.other_commune, "Xã Lúc Đóng", date(2024, 6, 21))
    end_unit(here.other_commune, TODAY)
    asked = [make_signup(here.commune), make_signup(here.other_commune)]
    never = make_signup(here.far_commune, submitted_at=SUBMITTED - timedelta(days=30))
    end_unit(here.far_commune, TODAY)
    units = signups.units_of([*asked, never], TODAY)
    assert {unit_id: unit.name for unit_id, unit in units.items()} == {
        here.commune.id: "Xã Hôm Nay",
        here.other_commune.id: "Xã Lúc Gửi",
    }


# --- units to ask for --------------------------------------------------------------------


def test_the_example_is_a_ward_of_today_that_takes_part_else_the_first_commune(app: Flask) -> None:
    here = Province()

    def ward(name: str, kind: UnitKind = UnitKind.COMMUNE, **said: object) -> None:
        made = make_unit(name, kind, here.district, **said)  # type: ignore[arg-type]
        made.periods[-1].designation = "phường"
        db.session.flush()

    assert signups.example_unit(TODAY) == "Xã Bình Đào"
    ward("Phường Cũ", until=TODAY)
    ward("Phường Sau", since=TODAY + timedelta(days=1))
    ward("Phường Ngoài", takes_part=False)
    ward("Phòng Của Phường", UnitKind.DISTRICT_OFFICE)
    assert signups.example_unit(TODAY) == "Xã Bình Đào"
    ward("Phường Tân An")
    ward("Phường An Phú")
    assert signups.example_unit(TODAY) == "Phường An Phú"
    first = db.session.scalars(select(UnitPeriod).where(UnitPeriod.name == "Phường An Phú")).one()
    first.short_name = "UBND phường An Phú"
    db.session.flush()
    assert signups.example_unit(TODAY) == "UBND phường An Phú"
    assert signups.example_unit(START - timedelta(days=1)) is None


def test_only_kinds_that_have_members_are_offered_and_communes_fill_the_list_first(
    app: Flask,
) -> None:
    here = Province()
    for number in range(20):
        make_unit(f"Xã Thử {number:02}", UnitKind.COMMUNE, here.district)
    make_unit("Sở Thử", UnitKind.DEPARTMENT, here.province)
    make_unit("Trường Thử", UnitKind.PARTNER_ORGANISATION, here.province)
    names = [unit.row.name for unit in signups.joinable_units("thử", TODAY, limit=50)]
    assert names == [*(f"Xã Thử {number:02}" for number in range(20)), "Sở Thử"]
    assert [unit.row.name for unit in signups.joinable_units("thử", TODAY)] == names[:20]
    assert signups.joinable_units("ban chi dao", TODAY) == []


def test_only_who_reviews_today_is_the_reviewing_office_and_only_while_it_stands(
    app: Flask,
) -> None:
    here = Province()
    path = path_on(here.commune.id, TODAY)
    assert path is not None
    former = make_office(OfficeFunction.REVIEWING, here.district, here.other_department)
    former.valid_to = TODAY
    make_office(OfficeFunction.REVIEWING, here.other_district, here.other_district)
    db.session.flush()
    found = signups.reviewing_office(path, TODAY)
    assert found is not None
    assert found.id == here.it_department.id
    before = signups.reviewing_office(path, TODAY - timedelta(days=1))
    assert before is not None
    assert before.id == here.other_department.id
    end_unit(here.it_department, TODAY)
    assert signups.reviewing_office(path, TODAY) is None


# --- who may be known --------------------------------------------------------------------


def test_people_are_compared_who_belong_today_to_the_unit_or_have_the_telephone(
    app: Flask,
) -> None:
    here = Province()
    tomorrow, phone = TODAY + timedelta(days=1), "+84905111222"
    name = "Nguyễn Văn Khải"
    member = make_member(name, here.commune, until=tomorrow)
    make_member(name, here.commune, since=tomorrow)
    make_member(name, here.commune, until=TODAY)
    make_member(name, here.other_commune)
    by_phone = make_person("Lê Nơi Khác", phone=phone)
    make_membership(by_phone, here.far_commune)
    gone = make_person("Lê Đã Thôi", phone=phone)
    make_membership(gone, here.commune, until=TODAY)
    other = make_signup(here.other_commune, "Trần Thị Khác")
    signup = make_signup(here.commune, name, phone=phone)
    warnings = signups.warnings_of([other, signup], EVERYTHING, TODAY)
    assert warnings[other.id] == []
    assert [(one.kind, one.person_id) for one in warnings[signup.id]] == [
        (MatchKind.SAME_PHONE, by_phone.id),
        (MatchKind.SAME_PHONE, gone.id),
        (MatchKind.SAME_NAME, member.id),
    ]


def test_a_person_is_named_whom_one_membership_of_today_puts_in_reach(app: Flask) -> None:
    here = MovingCommunes()
    scope = here.below(here.district)
    name = "Nguyễn Văn Khải"
    signup = make_signup(here.commune, name)
    elsewhere = make_signup(here.other_commune, name)
    both = make_member(name, here.far_commune)
    make_membership(both, here.commune, is_main=False)
    unreached = make_member(name, here.other_commune)
    make_membership(unreached, here.commune, is_main=False, until=TODAY)
    found = signups.warnings_of([signup, elsewhere], scope, TODAY)
    assert [one.person_id for one in found[signup.id]] == [both.id]
    assert found[elsewhere.id] == []
    everywhere = signups.warnings_of([elsewhere], EVERYTHING, TODAY)
    assert [one.person_id for one in everywhere[elsewhere.id]] == [unreached.id]


def test_other_requests_are_told_of_that_are_open_in_reach_and_of_the_unit_or_telephone(
    app: Flask,
) -> None:
    here = MovingCommunes()
    scope, name, phone = here.below(here.district), "Nguyễn Văn Khải", "+84905111222"
    signup = make_signup(here.commune, name, phone=phone)
    asked = make_signup(here.commune, name, state=SignupState.COMPLETION_ASKED)
    by_phone = make_signup(
        here.district, "Lê Khác", phone=phone, submitted_at=SUBMITTED - timedelta(days=1)
    )
    make_signup(here.district, name)
    make_signup(here.commune, name, state=SignupState.ACCEPTED)
    moved = make_signup(here.other_commune, name, phone=phone)
    found = signups.warnings_of([signup], scope, TODAY)[signup.id]
    assert [(one.kind, one.person_id) for one in found] == [
        (MatchKind.SAME_PHONE, None),
        (MatchKind.SAME_NAME, None),
    ]
    assert by_phone.reference_code in found[0].message
    assert asked.reference_code in found[1].message
    everywhere = signups.warnings_of([signup], EVERYTHING, TODAY)[signup.id]
    told = zip((by_phone, moved, asked, moved), everywhere, strict=True)
    assert all(one.reference_code in warning.message for one, warning in told)


def test_people_to_attach_come_in_the_order_of_the_warnings_with_the_units_in_reach(
    app: Flask,
) -> None:
    here = MovingCommunes()
    scope = here.below(here.district)
    people = {name: make_person(name) for name in ("Lê B", "Lê A", "Lê Đi", "Lê Thôi", "Lê Khác")}
    for name, unit, dates in (
        ("Lê B", here.commune, {}),
        ("Lê A", here.commune, {"since": TODAY}),
        ("Lê Đi", here.other_commune, {}),
        ("Lê Thôi", here.commune, {"until": TODAY}),
        ("Lê Khác", here.commune, {}),
    ):
        make_membership(people[name], unit, **dates)
    make_membership(people["Lê A"], here.district, is_main=False)
    make_membership(people["Lê A"], here.far_commune, is_main=False)
    facts_from(people["Lê A"], TODAY, job_title="Chức danh hôm nay")
    facts_from(people["Lê A"], TODAY + timedelta(days=1), job_title="Chức danh sau")
    warnings = [
        MatchWarning(MatchKind.SAME_NAME, "", people[name].id if name else None)
        for name in ("Lê B", "", "Lê Đi", "Lê A", "Lê Thôi", "Lê B")
    ]
    found = signups.possible_people(warnings, scope, TODAY)
    assert [
        (one.person.full_name, one.job_title, [unit.name for unit in one.units]) for one in found
    ] == [
        ("Lê B", "Công chức Văn phòng - Thống kê", ["Xã Bình Minh"]),
        ("Lê A", "Chức danh hôm nay", ["Xã Bình Minh", "Huyện Thăng Bình"]),
    ]
