"""What stands before a reorganisation, as its planner takes it."""

from datetime import date

from flask import Flask

from registry.domain.permissions import NOTHING, Scope
from registry.domain.reorganisations.plan import PlannedUnit
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.queries.reorganisations.before import former_units, units_before, units_changed_on
from tests.conftest import TODAY
from tests.factories.units import (
    MovingCommunes,
    Province,
    end_unit,
    make_unit,
    rename_unit,
)

JUNE_9, JUNE_10, JUNE_11 = date(2024, 6, 9), date(2024, 6, 10), date(2024, 6, 11)
JUNE_20, JUNE_21 = date(2024, 6, 20), date(2024, 6, 21)


def test_units_are_told_as_the_day_finds_them_and_whether_something_of_them_comes_later(
    app: Flask,
) -> None:
    top = make_unit("Tỉnh Một", UnitKind.PROVINCE, code="98")
    commune = make_unit("Xã Một", UnitKind.COMMUNE, top, code="98001", since=JUNE_10)
    period = commune.periods[0]
    period.short_name, period.designation, period.area = "UBND xã Một", "xã", "khu_vuc_dtts"
    period.takes_part, period.not_taking_part_reason = False, "Ngoài phạm vi"
    db.session.flush()
    rename_unit(commune, "Xã Hai", JUNE_20)

    def told(day: date) -> PlannedUnit | None:
        return next((unit for unit in units_before(day) if unit.id == commune.id), None)

    def planned(name: str, since: date, *, has_later: bool) -> PlannedUnit:
        return PlannedUnit(
            id=commune.id,
            name=name,
            kind=UnitKind.COMMUNE,
            parent_id=top.id,
            code="98001",
            short_name="UBND xã Một",
            designation="xã",
            area="khu_vuc_dtts",
            takes_part=False,
            not_taking_part_reason="Ngoài phạm vi",
            has_later=has_later,
            since=since,
        )

    assert told(JUNE_9) is None
    assert told(JUNE_10) == planned("Xã Một", JUNE_10, has_later=True)
    # What an earlier batch of the day made of it, the next one finds.
    assert told(JUNE_20) == planned("Xã Hai", JUNE_20, has_later=False)
    assert units_changed_on(JUNE_20) == [planned("Xã Một", JUNE_10, has_later=True)]
    assert units_changed_on(JUNE_21) == []
    july = date(2024, 7, 1)
    end_unit(commune, july)
    assert told(JUNE_21) == planned("Xã Hai", JUNE_20, has_later=True)
    assert told(july) is None
    assert units_changed_on(july) == [planned("Xã Hai", JUNE_20, has_later=True)]


def test_a_unit_without_official_code_is_known_by_that_of_the_registry(app: Flask) -> None:
    here = Province()
    team = make_unit("Tổ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    codes = {unit.id: (unit.code, unit.registry_code) for unit in units_before(JUNE_20)}
    assert codes[team.id] == (None, team.registry_code)
    assert codes[here.commune.id] == ("90101", None)


def test_of_units_out_of_reach_today_only_those_above_the_ones_in_reach_are_told(
    app: Flask,
) -> None:
    here = MovingCommunes()
    inside = here.below(here.district)
    always = {here.province.id, here.district.id, here.district_office.id, here.commune.id}

    def told(scope: Scope, day: date, made: tuple[int, ...] = ()) -> set[int]:
        return {unit.id for unit in units_before(day, scope, TODAY, made)}

    for day in (JUNE_10, TODAY, date(2024, 7, 20)):
        assert told(inside, day) == always
    # What the batch made itself is told, with what stands above it then.
    far = here.far_commune.id
    assert told(inside, TODAY, (far,)) == always | {far, here.other_district.id}
    assert told(NOTHING, TODAY) == set()
    assert told(NOTHING, TODAY, (987_654,)) == set()
    # Without another day, rights are those of the day itself.
    later = {unit.id for unit in units_before(date(2024, 7, 20), inside)}
    assert later == always | {far}
    eve = {unit.id for unit in units_before(JUNE_9, inside)}
    assert eve == always | {here.other_commune.id}


def test_a_unit_that_outlives_the_one_above_is_told_without_it(app: Flask) -> None:
    here = Province()
    district, commune = here.other_district, here.far_commune
    end_unit(district, JUNE_10)
    scope = Scope(closed_unit_ids=frozenset({commune.id}))
    assert [unit.id for unit in units_before(JUNE_11, scope, TODAY)] == [commune.id]


def test_former_units_are_told_by_every_code_and_name_of_those_that_had_ended_by_the_day(
    app: Flask,
) -> None:
    here = Province()
    ended = make_unit("Xã Một", UnitKind.COMMUNE, here.district, code="90109")
    rename_unit(ended, "Xã Hai", JUNE_10)
    end_unit(ended, JUNE_20)
    again = make_unit("Xã Một", UnitKind.COMMUNE, here.district, code="90109")
    end_unit(again, JUNE_9)
    rename_unit(here.commune, "Xã Tên Mới", JUNE_10)
    assert former_units(date(2024, 6, 8)) == []
    assert former_units(JUNE_9) == [("90109", "Xã Một")]
    assert sorted(former_units(JUNE_20)) == [("90109", "Xã Hai"), ("90109", "Xã Một")]
