"""Which units must have a focal point: those of a kind with a rule on the day that take part."""

from datetime import date

from flask import Flask

from registry.domain.assignments import AssignmentRole
from registry.domain.units.kinds import UnitKind
from registry.queries.coverage.required import is_required
from tests.conftest import TODAY
from tests.factories.coverage import make_rule
from tests.factories.units import START, Province, make_left_over, make_unit

RULE_ENDS = date(2024, 6, 20)


def test_a_unit_of_a_kind_with_a_rule_is_required_on_the_days_of_the_rule(app: Flask) -> None:
    here = Province()
    make_rule(UnitKind.COMMUNE, until=RULE_ENDS)
    assert is_required(here.commune.id, START)
    assert not is_required(here.commune.id, RULE_ENDS)
    assert not is_required(here.district.id, START)


def test_a_unit_that_does_not_take_part_is_not_required(app: Flask) -> None:
    here = Province()
    make_rule(UnitKind.COMMUNE)
    barracks = make_unit("Xã Không Dân", UnitKind.COMMUNE, here.district, takes_part=False)
    assert not is_required(barracks.id, TODAY)


def test_a_unit_is_not_required_before_it_begins(app: Flask) -> None:
    here = Province()
    make_rule(UnitKind.COMMUNE)
    late = make_unit("Xã Đến Sau", UnitKind.COMMUNE, here.district, since=TODAY)
    assert is_required(late.id, TODAY)
    assert not is_required(late.id, START)


def test_a_rule_of_another_role_asks_for_no_focal_point(app: Flask) -> None:
    here = Province()
    make_rule(UnitKind.COMMUNE).role = AssignmentRole.SUPPORTING
    assert not is_required(here.commune.id, TODAY)


def test_a_body_left_over_from_a_province_that_ended_is_not_required(app: Flask) -> None:
    here = Province()
    make_rule(UnitKind.MASS_ORGANISATION)
    own = make_unit("Hội Nông dân", UnitKind.MASS_ORGANISATION, here.province)
    body = make_left_over(here.province, RULE_ENDS)
    assert is_required(own.id, TODAY)
    assert not is_required(body.id, TODAY)
