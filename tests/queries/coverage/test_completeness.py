"""From which day all is known of a territory, and of a unit that stood in two of them."""

from datetime import date

from flask import Flask

from registry.domain.periods import Period
from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.coverage import Completeness
from registry.queries.coverage.completeness import (
    complete_since,
    completeness_days,
    is_complete,
    known_days,
    known_territories,
)
from registry.queries.units.on_a_day import path_on
from tests.conftest import TODAY
from tests.factories.coverage import make_complete
from tests.factories.units import START, Province, end_unit, make_unit, move_unit, rename_unit

JUNE_10, TURN = date(2024, 6, 10), date(2024, 6, 20)


def test_a_territory_is_complete_from_its_day_on_and_without_one_never(app: Flask) -> None:
    here = Province()
    make_complete(here.province, JUNE_10)
    other = make_unit("Tỉnh Khác", UnitKind.PROVINCE, code="98")
    days = completeness_days()
    assert days == {here.province.id: JUNE_10}
    own, foreign = f"/{here.province.id}/{here.district.id}/", f"/{other.id}/"
    assert complete_since(own, days) == JUNE_10
    assert complete_since(foreign, days) is None
    assert not is_complete(own, date(2024, 6, 9), days)
    assert is_complete(own, JUNE_10, days)
    assert is_complete(own, TODAY, days)
    assert not is_complete(foreign, TODAY, days)


def test_a_unit_handed_on_is_known_in_each_province_on_its_days_there(app: Flask) -> None:
    here = Province()
    other = make_unit("Tỉnh Khác", UnitKind.PROVINCE, code="98")
    silent = make_unit("Tỉnh Im Lặng", UnitKind.PROVINCE, code="97")
    make_complete(here.province, JUNE_10)
    make_complete(other, START)
    unit = make_unit("Xã Chuyển", UnitKind.COMMUNE, here.district)
    move_unit(unit, other, TURN)
    move_unit(unit, silent, date(2024, 6, 25))
    move_unit(unit, here.district, TODAY)
    assert known_days(unit.id) == [
        Period(JUNE_10, TURN),
        Period(TURN, date(2024, 6, 25)),
        Period(TODAY),
    ]
    assert known_days(here.commune.id) == [Period(JUNE_10)]


def test_every_province_there_ever_was_is_told_by_its_latest_name_within_the_scope(
    app: Flask,
) -> None:
    here = Province()
    make_complete(here.province, JUNE_10)
    gone = make_unit("Tỉnh Đã Nhập", UnitKind.PROVINCE, code="98")
    end_unit(gone, TURN)
    last = make_unit("Tỉnh Yên", UnitKind.PROVINCE, code="97")
    rename_unit(last, "Tỉnh An", TURN)
    version = db.session.get_one(Completeness, here.province.id).version

    def told(scope: Scope) -> list[tuple[int, str, date | None, int]]:
        return [
            (one.unit_id, one.name, one.complete_from, one.version)
            for one in known_territories(scope, TODAY)
        ]

    assert told(EVERYTHING) == [
        (last.id, "Tỉnh An", None, 0),
        (gone.id, "Tỉnh Đã Nhập", None, 0),
        (here.province.id, "Tỉnh Thử Nghiệm", JUNE_10, version),
    ]
    own = Scope(prefixes=frozenset({path_on(last.id, TODAY) or ""}))
    assert told(own) == [(last.id, "Tỉnh An", None, 0)]
