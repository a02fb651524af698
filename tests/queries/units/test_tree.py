"""The tree of units as a whole: how many of each kind stand."""

from datetime import date

from flask import Flask

from registry.domain.units.kinds import UnitKind
from registry.queries.units.tree import units_by_kind
from tests.conftest import TODAY
from tests.factories.units import Province, make_unit

JUNE_10 = date(2024, 6, 10)


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
