"""The units of a day as a list: all of them, of a kind, or below one."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.errors import NotFound
from registry.domain.units.kinds import UnitKind
from registry.queries.units.lists import listed
from tests.conftest import TODAY
from tests.factories.units import end_unit, make_unit, move_unit

JUNE_10, JUNE_20 = date(2024, 6, 10), date(2024, 6, 20)


def told(
    day: date, kind: UnitKind | None = None, under: str | None = None
) -> list[tuple[str, str, str | None]]:
    """Return code, name and code of the unit above, of each unit listed."""
    return [(row.unit.code, row.unit.name, row.parent_code) for row in listed(day, kind, under)]


def test_units_of_all_tops_of_the_day_stand_by_code_then_name_each_once(app: Flask) -> None:
    first = make_unit("Tỉnh Một", UnitKind.PROVINCE, code="1")
    second = make_unit("Tỉnh Hai", UnitKind.PROVINCE, code="2")
    make_unit("Xã Chín", UnitKind.COMMUNE, first, code="9", takes_part=False)
    make_unit("Xã Năm", UnitKind.COMMUNE, second, code="5")
    make_unit("Xã Ba", UnitKind.COMMUNE, second, code="5")
    end_unit(make_unit("Tỉnh Ba", UnitKind.PROVINCE, code="3"), JUNE_10)
    # For ten days the second was no top, but a part of the first.
    move_unit(second, first, JUNE_10)
    move_unit(second, None, JUNE_20)
    assert told(TODAY) == [
        ("1", "Tỉnh Một", None),
        ("2", "Tỉnh Hai", None),
        ("5", "Xã Ba", "2"),
        ("5", "Xã Năm", "2"),
        ("9", "Xã Chín", "1"),
    ]
    assert told(date(2024, 6, 19))[1] == ("2", "Tỉnh Hai", "1")
    assert ("3", "Tỉnh Ba", None) in told(date(2024, 6, 9))
    assert told(TODAY, UnitKind.COMMUNE) == told(TODAY)[2:]
    assert told(TODAY, under="2") == [told(TODAY)[row] for row in (1, 2, 3)]
    assert told(TODAY, UnitKind.COMMUNE, under="1") == [("9", "Xã Chín", "1")]


def test_below_a_code_nobody_bears_that_day_nothing_can_be_listed(app: Flask) -> None:
    end_unit(make_unit("Tỉnh Ba", UnitKind.PROVINCE, code="3"), JUNE_10)
    with pytest.raises(NotFound, match="Không có đơn vị mang mã “3” vào ngày 10/06/2024"):
        listed(JUNE_10, None, "3")
