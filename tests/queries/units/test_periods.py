"""What cannot be among the periods of units: a code that two bear at a time."""

from datetime import date

from flask import Flask

from registry.domain.units.kinds import UnitKind
from registry.queries.units.periods import SharedCode, shared_codes
from tests.factories.units import Province, make_unit

JUNE_10, JUNE_15, JUNE_20 = date(2024, 6, 10), date(2024, 6, 15), date(2024, 6, 20)


def test_a_code_is_shared_with_whoever_bears_it_from_the_day_on_and_no_more_after(
    app: Flask,
) -> None:
    here = Province()
    new = make_unit("Xã Bình Mới", UnitKind.COMMUNE, here.district, code="90109", since=JUNE_10)
    old = make_unit("Xã Bình Cũ", UnitKind.COMMUNE, here.district, code="90109", until=JUNE_20)
    shared = SharedCode("90109", "Xã Bình Mới", "Xã Bình Cũ", old.id)
    assert shared_codes([new.id], JUNE_15) == [shared]
    assert shared_codes([new.id], JUNE_20) == []
