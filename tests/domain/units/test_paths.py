"""The dated paths of units, from the dated parents."""

from datetime import date

import pytest

from registry.domain.periods import Period
from registry.domain.units.paths import CycleFound, ParentPeriod, PathPeriod, paths_of


def days(first: int, end: int | None = None) -> Period:
    return Period(date(2024, 6, first), date(2024, 6, end) if end else None)


def test_neighbouring_days_of_one_path_are_one_row_and_days_apart_are_two() -> None:
    found = paths_of(
        [
            ParentPeriod(1, None, days(1)),
            ParentPeriod(2, 1, days(1, 5)),
            ParentPeriod(2, 1, days(5, 9)),
            ParentPeriod(2, 1, days(12)),
        ]
    )
    assert found == [
        PathPeriod(1, "/1/", days(1)),
        PathPeriod(2, "/1/2/", days(1, 9)),
        PathPeriod(2, "/1/2/", days(12)),
    ]


def test_a_unit_has_another_path_from_the_day_its_parent_moves() -> None:
    found = paths_of(
        [
            ParentPeriod(3, 2, days(1)),
            ParentPeriod(2, 1, days(1, 10)),
            ParentPeriod(2, None, days(10)),
            ParentPeriod(1, None, days(1, 10)),
        ]
    )
    assert [path for path in found if path.unit_id == 3] == [
        PathPeriod(3, "/1/2/3/", days(1, 10)),
        PathPeriod(3, "/2/3/", days(10)),
    ]


def test_days_without_the_parent_have_no_path() -> None:
    found = paths_of([ParentPeriod(1, None, days(5, 9)), ParentPeriod(2, 1, days(1))])
    assert found == [PathPeriod(1, "/1/", days(5, 9)), PathPeriod(2, "/1/2/", days(5, 9))]


def test_no_unit_stands_below_itself() -> None:
    with pytest.raises(CycleFound):
        paths_of([ParentPeriod(1, 2, days(1)), ParentPeriod(2, 1, days(1))])
