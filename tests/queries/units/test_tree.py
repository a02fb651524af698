"""The tree of units as a whole: its tops, all that stands below some, how many of each kind."""

from datetime import date

from flask import Flask

from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import KindPlacement
from registry.queries.units.tree import placements, roots_of, subtree_ids, units_by_kind
from registry.services.units.paths import rebuild_paths
from tests.conftest import TODAY
from tests.factories.units import (
    MovingCommunes,
    NewUnit,
    Province,
    end_unit,
    make_unit,
    move_unit,
    new_units,
)

JUNE_9, JUNE_10, JUNE_20 = date(2024, 6, 9), date(2024, 6, 10), date(2024, 6, 20)


def test_units_of_each_kind_are_counted_on_a_day_all_or_among_some(app: Flask) -> None:
    here = Province()
    closed = make_unit("Xã Đã Nhập", UnitKind.COMMUNE, here.district, until=JUNE_10)
    assert units_by_kind(TODAY) == {
        UnitKind.PROVINCE: 1,
        UnitKind.DEPARTMENT: 2,
        UnitKind.STEERING_COMMITTEE: 1,
        UnitKind.DISTRICT: 2,
        UnitKind.SECTION: 1,
        UnitKind.DISTRICT_OFFICE: 1,
        UnitKind.COMMUNE: 3,
    }
    some = [here.commune.id, here.district.id, closed.id]
    assert units_by_kind(TODAY, some) == {UnitKind.DISTRICT: 1, UnitKind.COMMUNE: 1}
    before = date(2024, 6, 9)
    assert units_by_kind(before, some) == {UnitKind.DISTRICT: 1, UnitKind.COMMUNE: 2}
    assert units_by_kind(TODAY, []) == {}


def test_the_top_is_the_province_under_which_units_stand_on_the_day(app: Flask) -> None:
    here = Province()
    other = make_unit("Tỉnh Khác", UnitKind.PROVINCE, code="98")
    move_unit(here.district, other, JUNE_10)
    ended = make_unit("Xã Đã Hết", UnitKind.COMMUNE, here.other_district, until=JUNE_10)
    assert roots_of([here.commune.id, ended.id], JUNE_9) == {here.province.id}
    assert roots_of([here.commune.id, ended.id], JUNE_10) == {other.id}
    both = [here.commune.id, here.far_commune.id, other.id]
    assert roots_of(both, JUNE_10) == {here.province.id, other.id}


def test_below_units_lies_what_stands_there_on_the_day_or_comes_there_later(app: Flask) -> None:
    here = MovingCommunes()
    here_always = {here.district.id, here.district_office.id, here.commune.id}
    ended = make_unit("Xã Đã Hết", UnitKind.COMMUNE, here.district, until=JUNE_20)
    staying = here_always | {here.far_commune.id}
    past = {here.other_commune.id, ended.id}
    assert subtree_ids([here.district.id], date(2024, 6, 19)) == staying | past
    assert subtree_ids([here.district.id], JUNE_20) == staying
    # A unit is itself below, and what lies below another one asked about is so once.
    assert subtree_ids([here.district.id, here.commune.id], JUNE_20) == staying
    assert subtree_ids([here.commune.id, ended.id], JUNE_20) == {here.commune.id}
    end_unit(here.commune, TODAY)
    assert subtree_ids([here.commune.id], TODAY) == set()


def test_below_many_units_apart_each_one_s_own_is_found(app: Flask) -> None:
    here = Province()
    heads = new_units(
        *(NewUnit(f"Xã {number}", UnitKind.COMMUNE, here.district.id) for number in range(103))
    )
    teams = new_units(*(NewUnit("Tổ 1", UnitKind.COMMUNITY_TEAM, head.id) for head in heads))
    rebuild_paths()
    wanted = {unit.id for unit in [*heads, *teams]}
    assert subtree_ids([head.id for head in heads], TODAY) == wanted


def test_kinds_stand_under_those_that_are_allowed_and_known_on_the_day(app: Flask) -> None:
    db.session.add_all(
        KindPlacement(kind=kind, parent_kind=above, valid_from=since, valid_to=until)
        for kind, above, since, until in (
            (UnitKind.PROVINCE, None, JUNE_10, None),
            (UnitKind.DISTRICT, "province", JUNE_10, JUNE_20),
            (UnitKind.COMMUNE, "district", JUNE_10, JUNE_20),
            (UnitKind.COMMUNE, "province", JUNE_20, None),
            (UnitKind.COMMUNE, "canton", JUNE_10, None),
        )
    )
    db.session.flush()
    top = (UnitKind.PROVINCE, None)
    assert placements(JUNE_9) == set()
    assert (
        placements(JUNE_10)
        == placements(date(2024, 6, 19))
        == {
            top,
            (UnitKind.DISTRICT, UnitKind.PROVINCE),
            (UnitKind.COMMUNE, UnitKind.DISTRICT),
        }
    )
    assert placements(JUNE_20) == {top, (UnitKind.COMMUNE, UnitKind.PROVINCE)}
