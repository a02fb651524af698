"""Which units may lose a focal point by a change of a person, a decision or a unit."""

from datetime import date

from flask import Flask

from registry.domain.assignments import AssignmentRole
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.units import Unit
from registry.queries.coverage.at_risk import served_by, served_from_below, served_on_decision
from registry.queries.units.on_a_day import path_on
from tests.conftest import TODAY
from tests.factories.people import make_assignment, make_decision, make_member, make_paper_end
from tests.factories.units import START, Province, make_unit, move_unit

JUNE_20 = date(2024, 6, 20)


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


def test_a_person_puts_at_risk_whatever_he_is_focal_point_of_on_any_day(app: Flask) -> None:
    here = Province()
    person, other = make_member("Võ Văn Bốn", here.commune), make_member("Lê Năm", here.commune)
    make_assignment(person, here.commune, None)
    make_assignment(person, here.other_commune, None, since=date(2024, 7, 1))
    make_assignment(person, here.far_commune, None, role=AssignmentRole.LEADER)
    make_assignment(other, here.district, None)
    assert served_by([person.id]) == {here.commune.id, here.other_commune.id}
    assert served_by([other.id, person.id]) == {
        here.commune.id,
        here.other_commune.id,
        here.district.id,
    }
    assert served_by([]) == set()


def test_a_decision_puts_at_risk_what_rests_on_it_or_on_one_it_takes_out_of_force(
    app: Flask,
) -> None:
    here = Province()
    old, other = make_decision(here.commune), make_decision(here.commune, "16/QĐ-UBND")
    by = db.session.get_one(Decision, make_paper_end(old).by_id)
    for unit, decision in ((here.commune, old), (here.far_commune, other), (here.district, by)):
        make_assignment(make_member("Võ Văn Bốn", unit), unit, decision)
    assert served_on_decision(old.id) == {here.commune.id}
    assert served_on_decision(by.id) == {here.commune.id, here.district.id}
    assert served_on_decision(other.id) == {here.far_commune.id}


def test_what_stood_below_on_another_day_or_serves_in_another_role_is_not_at_risk(
    app: Flask,
) -> None:
    here = Province()
    move_unit(here.section, here.other_department, JUNE_20)
    make_assignment(here.section, here.it_department, None)
    make_assignment(
        make_member("Lê Năm", here.other_department),
        here.other_department,
        None,
        role=AssignmentRole.SUPPORTING,
    )
    before, after = (path_on(here.it_department.id, day) or "" for day in (START, TODAY))
    assert served_from_below(before, date(2024, 6, 19)) == {here.it_department.id}
    assert served_from_below(after, JUNE_20) == {here.it_department.id}
    other = path_on(here.other_department.id, TODAY) or ""
    assert served_from_below(other, date(2024, 6, 19)) == set()
    assert served_from_below(other, JUNE_20) == {here.it_department.id}
