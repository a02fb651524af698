"""The local day: it changes at midnight in Viet Nam, which is 17:00 in UTC."""

from datetime import UTC, date, datetime, timedelta

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


def test_on_a_day_that_stands_the_time_of_day_runs_and_lives_are_measured_by_the_system() -> None:
    started = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
    now = [started]
    clock = Clock(lambda: now[0], standing_on=date(2024, 6, 30))
    first = clock.moment()
    now[0] += timedelta(hours=20)  # past midnight
    later = clock.moment()

    assert first.instant == datetime(2024, 6, 30, 2, 0, tzinfo=UTC)
    assert (first.day, later.day, clock.today()) == (date(2024, 6, 30),) * 3
    assert first.running == started
    assert later.running - first.running == timedelta(hours=20)


def test_lives_are_measured_by_the_instant_itself_where_the_day_is_the_system_s() -> None:
    instant = datetime(2024, 6, 30, 2, 0, tzinfo=UTC)
    assert Clock(lambda: instant).moment().running == instant
