"""Questions about self-registrations: units to join, the queue in its scope, who may be known."""

from datetime import date, timedelta

import pytest
from flask import Flask

from registry.domain.offices import OfficeFunction
from registry.domain.permissions import EVERYTHING, NOTHING, Action, Role, Scope
from registry.domain.signup_matching import MatchKind
from registry.domain.signups import SignupState
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import UnitPath, UnitPeriod
from registry.queries import signups
from registry.queries.units.on_a_day import path_on
from tests.conftest import TODAY
from tests.factories.accounts import make_actor
from tests.factories.people import make_member, make_membership, make_person
from tests.factories.signups import SUBMITTED, make_signup
from tests.factories.units import Province, make_office, make_unit


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
