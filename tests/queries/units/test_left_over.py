"""Bodies that outlive their province: named, and in no figure, until somebody says what they are.

The province ends on `ENDS`; its body hangs from the neighbour from that day.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask

from registry.domain.coverage import Standard
from registry.domain.permissions import NOTHING, Role, Scope, system_actor
from registry.domain.tasks import Task
from registry.domain.units.kinds import UnitKind
from registry.models.units import Unit
from registry.queries.coverage.figures import Coverage, coverage, units_not_taking_part
from registry.queries.coverage.required import is_required
from registry.queries.coverage.spans import vacancies
from registry.queries.tasks import left_over_units
from registry.queries.units.left_over import left_over, left_over_body
from registry.queries.units.on_a_day import UnitRow, path_on, unit_on
from tests.factories.accounts import make_actor
from tests.factories.coverage import make_complete, make_home, make_rule
from tests.factories.statements import statements_counted
from tests.factories.units import START, end_unit, make_unit, move_unit, rename_unit

ENDS, ANSWERED = date(2024, 6, 10), date(2024, 6, 20)
EVE = ENDS - timedelta(days=1)
NAME = "Hội Chữ thập đỏ tỉnh Cũ"


@dataclass
class Provinces:
    """A province that goes on, one that ends, and what stood under that."""

    here: Unit
    old: Unit
    body: Unit
    other: Unit


@pytest.fixture
def two(app: Flask) -> Provinces:
    """Return the two; the ended one's bodies were only handed on."""
    here = make_unit("Thành phố Mới", UnitKind.PROVINCE, code="98")
    old = make_unit("Tỉnh Cũ", UnitKind.PROVINCE, code="97")
    two = Provinces(
        here,
        old,
        make_unit(NAME, UnitKind.MASS_ORGANISATION, old),
        make_unit("Hội Luật gia tỉnh Cũ", UnitKind.MASS_ORGANISATION, old),
    )
    make_home(here)
    make_complete(here, START)
    make_rule(UnitKind.DEPARTMENT)
    make_rule(UnitKind.MASS_ORGANISATION, headline=False)
    make_rule(UnitKind.COMMUNE)
    for unit in (two.body, two.other):
        move_unit(unit, here, ENDS)
    end_unit(old, ENDS)
    return two


def names(day: date) -> set[str]:
    return {one.name for one in left_over(day)}


def row_of(unit: Unit, day: date) -> UnitRow:
    row = unit_on(unit.id, day)
    assert row is not None
    return row


def figures(unit: Unit, day: date) -> Coverage:
    return coverage(row_of(unit, day), day)


def required(unit: Unit, day: date) -> set[int]:
    return {one.id for one in figures(unit, day).units}


def test_a_body_handed_on_when_its_province_ended_is_named_with_both(two: Provinces) -> None:
    assert names(EVE) == set()
    (found,) = [one for one in left_over(ENDS) if one.id == two.body.id]
    assert (found.province, found.ended_on) == ("Tỉnh Cũ", ENDS)
    assert found.sentence == (
        f"{found.code} {NAME} còn hoạt động nhưng Tỉnh Cũ đã kết thúc từ ngày 10/06/2024: "
        "ghi nhận kế thừa hoặc giải thể."
    )
    assert names(date(2026, 1, 1)) == {NAME, "Hội Luật gia tỉnh Cũ"}


def test_bodies_left_over_wait_for_the_reviewing_office_alone(two: Provinces) -> None:
    found = left_over_units(system_actor(), ENDS)
    assert found is not None
    assert (found.task, found.count, found.since) == (Task.UNITS_LEFT_OVER, 2, ENDS)
    assert left_over_units(system_actor(), EVE) is None
    assert left_over_units(make_actor(Role.UNIT_OFFICER, two.here, ENDS), ENDS) is None


def test_a_body_left_over_is_in_no_figure_from_the_day_its_province_ended(two: Provinces) -> None:
    both = {two.body.id, two.other.id}
    assert required(two.old, EVE) == both
    for day in (ENDS, date(2026, 1, 1)):
        found = figures(two.here, day)
        assert found.headline.required == 0
        assert [line.tally.required for line in found.lines(headline=False)] == [0]
        assert vacancies(found, Standard.ANY) == {}
        assert not any(is_required(unit_id, day) for unit_id in both)


def test_a_body_left_over_is_shown_as_counted_nowhere_with_the_reason(two: Provinces) -> None:
    shown = units_not_taking_part(row_of(two.here, ENDS), ENDS)
    reasons = {one.name: one.reason for one in shown}
    assert reasons[NAME] == (
        "Còn hoạt động nhưng Tỉnh Cũ đã kết thúc từ ngày 10/06/2024: ghi nhận kế thừa hoặc giải thể"
    )


def test_a_body_renamed_later_is_answered_and_counts_from_that_day(two: Provinces) -> None:
    rename_unit(two.body, "Hội Chữ thập đỏ thành phố Mới", ANSWERED)
    assert NAME in names(ANSWERED - timedelta(days=1))
    assert names(ANSWERED) == {"Hội Luật gia tỉnh Cũ"}
    assert not is_required(two.body.id, ANSWERED - timedelta(days=1))
    assert required(two.here, ANSWERED) == {two.body.id}


def test_a_body_that_ended_later_waits_only_until_then(two: Provinces) -> None:
    end_unit(two.body, ANSWERED)
    assert NAME in names(ANSWERED - timedelta(days=1))
    assert NAME not in names(ANSWERED)


def test_a_body_moved_later_has_its_place(two: Provinces) -> None:
    front = make_unit("Ủy ban MTTQ Việt Nam", UnitKind.MASS_ORGANISATION, two.here)
    assert required(two.here, ENDS) == {front.id}
    move_unit(two.body, front, ANSWERED)
    assert NAME not in names(ANSWERED)
    assert two.body.id in required(two.here, ANSWERED)


def test_a_body_renamed_with_the_end_of_its_province_was_answered_by_the_annex(app: Flask) -> None:
    here = make_unit("Thành phố Mới", UnitKind.PROVINCE, code="98")
    old = make_unit("Tỉnh Cũ", UnitKind.PROVINCE, code="97")
    body = make_unit(NAME, UnitKind.MASS_ORGANISATION, old)
    move_unit(body, here, ENDS)
    body.periods[-1].name = "Hội Chữ thập đỏ thành phố Mới"
    end_unit(old, ENDS)
    assert names(ENDS) == set()


def test_a_body_that_leaves_a_province_that_goes_on_is_no_leftover(app: Flask) -> None:
    here = make_unit("Thành phố Mới", UnitKind.PROVINCE, code="98")
    other = make_unit("Tỉnh Còn", UnitKind.PROVINCE, code="97")
    body = make_unit(NAME, UnitKind.MASS_ORGANISATION, other)
    move_unit(body, here, ENDS)
    rename_unit(other, "Tỉnh Còn Mãi", ENDS)
    assert names(ENDS) == set()


def test_a_department_is_handed_on_by_the_state_and_counts_where_it_hangs(app: Flask) -> None:
    here = make_unit("Thành phố Mới", UnitKind.PROVINCE, code="98")
    old = make_unit("Tỉnh Cũ", UnitKind.PROVINCE, code="97")
    department = make_unit("Ban Quản lý khu kinh tế tỉnh Cũ", UnitKind.DEPARTMENT, old)
    make_rule(UnitKind.DEPARTMENT)
    move_unit(department, here, ENDS)
    end_unit(old, ENDS)
    assert names(ENDS) == set()
    assert required(here, ENDS) == {department.id}


def test_communes_go_along_with_their_province_and_are_no_question(app: Flask) -> None:
    here = make_unit("Thành phố Mới", UnitKind.PROVINCE, code="98")
    old = make_unit("Tỉnh Cũ", UnitKind.PROVINCE, code="97")
    commune = make_unit("Xã Cũ", UnitKind.COMMUNE, old, code="97001")
    make_rule(UnitKind.COMMUNE)
    move_unit(commune, here, ENDS)
    end_unit(old, ENDS)
    assert names(ENDS) == set()
    assert required(here, ENDS) == {commune.id}


def test_what_stands_below_a_body_left_over_at_any_depth_is_in_no_figure_either(
    two: Provinces,
) -> None:
    below = make_unit("Hội Nông dân tỉnh Cũ", UnitKind.MASS_ORGANISATION, two.body)
    deeper = make_unit("Hội Nông dân huyện Cũ", UnitKind.MASS_ORGANISATION, below)
    all_of_it = {two.body.id, below.id, deeper.id}
    assert all_of_it <= required(two.old, EVE)
    assert required(two.here, ENDS) == set()
    assert not any(is_required(unit_id, ENDS) for unit_id in all_of_it)
    shown = units_not_taking_part(row_of(two.here, ENDS), ENDS)
    assert {one.id for one in shown} == {*all_of_it, two.other.id}
    reasons = {one.reason for one in shown if one.id in (below.id, deeper.id)}
    assert reasons == {"Trực thuộc cơ quan chờ ghi nhận kế thừa hoặc giải thể"}
    rename_unit(two.body, "Ủy ban MTTQ thành phố Mới", ANSWERED)
    assert required(two.here, ANSWERED) == all_of_it


def test_a_unit_whose_superior_is_gone_altogether_is_in_no_figure(app: Flask) -> None:
    old = make_unit("Tỉnh Cũ", UnitKind.PROVINCE, code="97")
    here = make_unit("Thành phố Mới", UnitKind.PROVINCE, code="98")
    body = make_unit(NAME, UnitKind.MASS_ORGANISATION, old)
    make_rule(UnitKind.MASS_ORGANISATION, headline=False)
    end_unit(old, ENDS)
    assert path_on(body.id, ENDS) is None
    assert required(here, ENDS) == set()


def test_bodies_left_over_are_named_within_the_scope_in_one_statement(two: Provinces) -> None:
    path = path_on(two.here.id, ENDS)
    assert path is not None
    inside = Scope(prefixes=frozenset({path}))
    with statements_counted() as counted:
        found = left_over(ENDS, inside, ENDS)
    assert [one.id for one in found] == [two.body.id, two.other.id]
    assert counted() == 1
    assert list(left_over(ENDS, NOTHING, ENDS)) == []


def test_one_body_is_asked_about_by_itself_and_by_the_day(two: Provinces) -> None:
    found = left_over_body(two.body.id, ENDS)
    assert found is not None
    assert (found.id, found.name, found.code) == (two.body.id, NAME, two.body.registry_code)
    assert (found.kind, found.province) == (UnitKind.MASS_ORGANISATION, "Tỉnh Cũ")
    assert left_over_body(two.body.id, EVE) is None
    assert left_over_body(two.here.id, ENDS) is None
    rename_unit(two.body, "Hội Chữ thập đỏ thành phố Mới", ANSWERED)
    assert left_over_body(two.body.id, ANSWERED) is None
    assert left_over_body(two.other.id, ANSWERED) is not None


def test_bodies_of_an_earlier_day_are_named_below_the_path_of_then_by_the_rights_of_today(
    two: Provinces,
) -> None:
    elsewhere = make_unit("Tỉnh Thứ Ba", UnitKind.PROVINCE, code="96")
    move_unit(two.body, elsewhere, ANSWERED)
    prefix = {unit.id: path_on(unit.id, ANSWERED) or "" for unit in (two.here, elsewhere)}

    def found(scope: Unit, day: date, below: Unit) -> list[int]:
        rights = Scope(prefixes=frozenset({prefix[scope.id]}))
        return [one.id for one in left_over(day, rights, ANSWERED, prefix[below.id])]

    assert found(elsewhere, ENDS, two.here) == [two.body.id]
    assert found(two.here, ENDS, two.here) == [two.other.id]
    assert found(elsewhere, ENDS, elsewhere) == []
    assert [one.id for one in left_over(ENDS, prefix=prefix[two.here.id])] == [
        two.body.id,
        two.other.id,
    ]
    # Without another day, rights are asked for the day itself.
    rights = Scope(prefixes=frozenset({prefix[two.here.id]}))
    assert [one.id for one in left_over(ENDS, rights)] == [two.body.id, two.other.id]


def test_only_a_body_that_stood_right_under_the_province_until_its_end_was_handed_on(
    app: Flask,
) -> None:
    here = make_unit("Thành phố Mới", UnitKind.PROVINCE, code="98")
    old = make_unit("Tỉnh Cũ", UnitKind.PROVINCE, code="97")
    district = make_unit("Huyện Cũ", UnitKind.DISTRICT, old, code="971")
    front = make_unit("Ủy ban MTTQ", UnitKind.MASS_ORGANISATION, here)
    firm, partner, left_before, left_back, of_district, handed_on = (
        make_unit(name, kind, above)
        for name, kind, above in (
            ("Doanh nghiệp Cũ", UnitKind.ENTERPRISE, old),
            ("Trường Đại học Cũ", UnitKind.PARTNER_ORGANISATION, old),
            ("Hội Đi Trước", UnitKind.MASS_ORGANISATION, old),
            ("Hội Đi Vòng", UnitKind.MASS_ORGANISATION, old),
            ("Hội của Huyện", UnitKind.MASS_ORGANISATION, district),
            ("Hội Ở Lại", UnitKind.MASS_ORGANISATION, old),
        )
    )
    move_unit(left_before, here, EVE)
    move_unit(left_back, front, EVE)
    for unit in (firm, partner, left_back, of_district, handed_on):
        move_unit(unit, here, ENDS)
    for unit in (district, old):
        end_unit(unit, ENDS)
    assert names(EVE) == set()
    assert names(ENDS) == {"Hội Ở Lại"}
