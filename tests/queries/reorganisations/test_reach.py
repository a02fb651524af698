"""Who comes to see more by a reorganisation."""

from datetime import date

from flask import Flask

from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Role
from registry.models.base import db
from registry.queries.reorganisations.reach import Gain, gains_of, reach_on
from tests.factories.accounts import make_account
from tests.factories.units import MovingCommunes, make_office

KEY = (7, "canbo", Role.UNIT_OFFICER)
LINKS = [(1, 9), (2, 9)]


def gained(before: set[int], after: set[int]) -> list[Gain]:
    return gains_of({KEY: frozenset(before)}, {KEY: frozenset(after)}, LINKS)


def test_who_saw_all_a_unit_was_made_of_gains_nothing() -> None:
    assert gained({1, 2}, {9}) == []
    assert gained({1, 2, 5}, {1, 2, 9}) == []


def test_who_saw_a_part_of_what_a_unit_was_made_of_sees_more() -> None:
    assert gained({1}, {9}) == [Gain(*KEY, units_before=1, units_after=1)]


def test_a_unit_made_of_nothing_is_new_to_who_did_not_see_it() -> None:
    assert gained({5}, {5, 6}) == [Gain(*KEY, units_before=1, units_after=2)]
    assert gained({5, 6}, {6}) == []


def test_a_role_that_reached_nothing_before_is_told_by_login_and_role() -> None:
    later, earlier = (8, "an", Role.VIEWER), (8, "an", Role.UNIT_OFFICER)
    after = {KEY: frozenset({5}), later: frozenset({5}), earlier: frozenset({5})}
    found = gains_of({}, after, [])
    assert [(gain.login, gain.role) for gain in found] == [
        ("an", Role.UNIT_OFFICER),
        ("an", Role.VIEWER),
        ("canbo", Role.UNIT_OFFICER),
    ]
    assert {gain.units_before for gain in found} == {0}


def test_a_district_reaches_what_stands_below_it_on_the_day(app: Flask) -> None:
    here = MovingCommunes()
    account = make_account(Role.UNIT_OFFICER, here.district, login="huyen")
    key = (account.id, "huyen", Role.UNIT_OFFICER)
    always = {here.district.id, here.district_office.id, here.commune.id}
    moving = {here.other_commune.id, here.far_commune.id}
    before, after = date(2024, 6, 19), date(2024, 7, 10)
    assert reach_on(before)[key] & moving == {here.other_commune.id}
    assert reach_on(after)[key] & moving == {here.far_commune.id}
    assert always <= reach_on(date(2024, 6, 30))[key]


def test_an_account_that_is_closed_reaches_nothing(app: Flask) -> None:
    here = MovingCommunes()
    account = make_account(Role.UNIT_OFFICER, here.district)
    account.disabled_at = account.created_at
    assert reach_on(date(2024, 6, 30)) == {}


def test_who_reviews_reaches_the_territories_of_the_office_by_that_function_on_the_day(
    app: Flask,
) -> None:
    here = MovingCommunes()
    reviewer = make_account(Role.REVIEWER, here.other_department, login="thamdinh")
    officer = make_account(Role.UNIT_OFFICER, here.other_department, login="so")
    row = make_office(
        OfficeFunction.REVIEWING, here.other_district, here.other_department, date(2024, 6, 10)
    )
    row.valid_to = date(2024, 6, 20)
    make_office(OfficeFunction.VERIFYING, here.commune, here.other_department)
    # The office itself is no territory, and one that ended while the grant went on is none.
    reached = {day: reach_on(date(2024, 6, day)) for day in (9, 10, 19, 20)}
    key = (reviewer.id, "thamdinh", Role.REVIEWER)
    assert [found.get(key, frozenset()) for found in reached.values()] == [
        frozenset(),
        {here.other_district.id, here.far_commune.id},
        {here.other_district.id, here.far_commune.id},
        frozenset(),
    ]
    own = (officer.id, "so", Role.UNIT_OFFICER)
    assert {found[own] for found in reached.values()} == {frozenset({here.other_department.id})}


def test_a_grant_reaches_from_its_first_day_to_the_eve_of_its_end_and_none_without_an_office(
    app: Flask,
) -> None:
    here = MovingCommunes()
    account = make_account(Role.UNIT_OFFICER, here.commune, login="xa")
    account.grants[0].valid_from = date(2024, 6, 10)
    account.grants[0].valid_to = date(2024, 6, 20)
    make_account(Role.SYSTEM_ADMINISTRATOR, None)
    db.session.flush()
    key = (account.id, "xa", Role.UNIT_OFFICER)
    reached = [reach_on(date(2024, 6, day)) for day in (9, 10, 19, 20)]
    mine = {key: frozenset({here.commune.id})}
    assert reached == [{}, mine, mine, {}]
