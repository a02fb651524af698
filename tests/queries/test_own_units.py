"""What an officer's own units still owe: a focal point, a member list."""

from flask import Flask

from registry.domain.permissions import Role
from registry.queries.coverage.figures import coverage
from registry.queries.own_units import own_units
from registry.queries.units.on_a_day import unit_on
from tests.conftest import TODAY
from tests.factories.accounts import make_actor
from tests.factories.coverage import RuledProvince
from tests.factories.rosters import make_roster


def test_an_officer_s_units_come_with_what_is_required_and_their_newest_list(app: Flask) -> None:
    here = RuledProvince()
    row = unit_on(here.province.id, TODAY)
    assert row is not None
    counted = [coverage(row, TODAY)]
    make_roster(here.commune, [])
    newest = make_roster(here.commune, [], number=2)
    make_roster(here.other_commune, [], number=3)
    (own,) = own_units(make_actor(Role.UNIT_OFFICER, here.commune), counted, TODAY)
    assert own.unit == unit_on(here.commune.id, TODAY)
    assert own.required is not None
    assert own.required.id == here.commune.id
    assert own.roster is newest
    (section,) = own_units(make_actor(Role.UNIT_OFFICER, here.section), counted, TODAY)
    assert (section.unit.id, section.required, section.roster) == (here.section.id, None, None)


def test_who_composes_no_lists_has_no_units_of_his_own(app: Flask) -> None:
    here = RuledProvince()
    assert own_units(make_actor(Role.VIEWER, here.committee), [], TODAY) == []
