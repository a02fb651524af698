"""Which units may lose a focal point by a change of a unit."""

from flask import Flask

from registry.domain.units.kinds import UnitKind
from registry.models.units import Unit
from registry.queries.coverage.at_risk import served_from_below
from registry.queries.units.on_a_day import path_on
from tests.conftest import TODAY
from tests.factories.people import make_assignment, make_member
from tests.factories.units import Province, make_unit


def served(unit: Unit) -> set[int]:
    path = path_on(unit.id, TODAY)
    assert path is not None
    return served_from_below(path, TODAY)


def test_a_unit_served_by_a_member_of_one_below_it_hangs_on_where_that_one_stands(
    app: Flask,
) -> None:
    here = Province()
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    make_assignment(make_member("Võ Văn Bốn", team), here.commune, None)
    make_assignment(make_member("Lê Thị Năm", here.other_commune), here.other_commune, None)
    assert served(team) == {here.commune.id}


def test_a_unit_served_by_a_section_below_it_or_from_above_hangs_on_where_these_stand(
    app: Flask,
) -> None:
    here = Province()
    make_assignment(here.section, here.it_department, None)
    assert served(here.section) == {here.it_department.id}
    make_assignment(make_member("Võ Văn Bốn", here.district), here.commune, None)
    assert served(here.commune) == {here.commune.id}
