"""Counts at month ends: the last six up to the day, none before the unit's first day."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.permissions import EVERYTHING
from registry.domain.units.kinds import UnitKind
from registry.queries.coverage.figures import coverage
from registry.queries.coverage.history import steps_until, tallies_at_month_ends
from registry.queries.units.on_a_day import unit_on
from tests.factories.coverage import RuledProvince
from tests.factories.units import make_unit

MAY_31, JUNE_30, JULY_31 = date(2025, 5, 31), date(2025, 6, 30), date(2025, 7, 31)


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        (date(2025, 7, 30), [JUNE_30, MAY_31]),
        (JULY_31, [JULY_31, JUNE_30, MAY_31]),
        (MAY_31, [MAY_31]),
        (date(2025, 5, 30), []),
        (
            date(2025, 12, 1),
            [
                date(2025, 11, 30),
                date(2025, 10, 31),
                date(2025, 9, 30),
                date(2025, 8, 31),
                JULY_31,
                JUNE_30,
            ],
        ),
    ],
)
def test_month_ends_go_back_to_the_first_of_the_unit_and_no_further_than_six(
    app: Flask, day: date, ends: list[date]
) -> None:
    here = RuledProvince()
    young = make_unit("Huyện Mới", UnitKind.DISTRICT, here.province, since=MAY_31)
    found = tallies_at_month_ends(young.id, day, EVERYTHING, day)
    assert [one.day for one in found] == ends
    assert [one.tally.any_parts.none for one in found] == [1] * len(ends)


def test_a_unit_has_steps_from_its_first_day_on(app: Flask) -> None:
    here = RuledProvince()
    first = date(2024, 6, 20)
    young = make_unit("Xã Mới", UnitKind.COMMUNE, here.district, since=first)
    province = unit_on(here.province.id, first)
    assert province is not None
    (unit,) = (one for one in coverage(province, first).units if one.id == young.id)
    assert steps_until(unit, date(2024, 6, 19)) == []
    assert [(step.first_day, step.last_day) for step in steps_until(unit, first)] == [
        (first, first)
    ]
