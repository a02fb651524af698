"""Who comes to see more by a reorganisation."""

from datetime import date

from flask import Flask

from registry.domain.permissions import Role
from registry.queries.reorganisations.reach import Gain, gains_of, reach_on
from tests.factories.accounts import make_account
from tests.factories.units import MovingCommunes

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
