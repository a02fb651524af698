"""The local day: it changes at midnight in Viet Nam, which is 17:00 in UTC."""

from datetime import UTC, date, datetime

import pytest

from registry.domain.clock import Clock, Moment, local_day


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2024, 6, 30, 16, 59, 59, tzinfo=UTC), date(2024, 6, 30)),
        (datetime(2024, 6, 30, 17, 0, 0, tzinfo=UTC), date(2024, 7, 1)),
        (datetime(2024, 2, 29, 16, 59, 59, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2024, 2, 29, 17, 0, 0, tzinfo=UTC), date(2024, 3, 1)),
        (datetime(2024, 12, 31, 17, 0, 0, tzinfo=UTC), date(2025, 1, 1)),
    ],
)
def test_the_day_changes_at_midnight_in_viet_nam(instant: datetime, day: date) -> None:
    assert Moment(instant).day == day
    assert Clock(lambda: instant).moment() == Moment(instant)
    assert Clock(lambda: instant).today() == day
    assert local_day(instant) == day
