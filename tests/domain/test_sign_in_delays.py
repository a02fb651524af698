"""The delay after wrong passwords: how it grows, when it ends, and that it is no lock."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.domain.sign_in_delays import (
    Tries,
    delay_after,
    seconds_to_wait,
    with_one_more,
)

NOW = datetime(2024, 6, 30, 2, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("count", "seconds"),
    [(0, 0), (4, 0), (5, 5), (6, 10), (7, 20), (8, 40), (9, 60), (10, 60), (100_000, 60)],
)
def test_the_delay_begins_with_the_fifth_try_doubles_and_stays_below_a_minute(
    count: int, seconds: int
) -> None:
    assert delay_after(count) == timedelta(seconds=seconds)


def test_a_try_is_accepted_at_the_very_end_of_the_delay_and_not_before() -> None:
    tries = Tries(5, NOW)
    assert seconds_to_wait(tries, NOW) == 5
    assert seconds_to_wait(tries, NOW + timedelta(seconds=4)) == 1
    assert seconds_to_wait(tries, NOW + timedelta(seconds=5) - INSTANT) == 1
    assert seconds_to_wait(tries, NOW + timedelta(seconds=5)) == 0


def test_who_has_failed_four_times_does_not_wait() -> None:
    assert seconds_to_wait(Tries(4, NOW), NOW) == 0


def test_a_clock_that_was_put_back_makes_nobody_wait_longer() -> None:
    assert seconds_to_wait(Tries(5, NOW), NOW - INSTANT) == 0
    assert seconds_to_wait(Tries(5, NOW), NOW - timedelta(hours=1)) == 0


def test_tries_of_a_quarter_of_an_hour_ago_are_forgotten() -> None:
    tries = Tries(7, NOW)
    then = NOW + timedelta(minutes=15)
    assert with_one_more(tries, then - INSTANT) == Tries(8, then - INSTANT)
    assert with_one_more(tries, then) == Tries(1, then)


def test_a_clock_that_was_put_back_forgets_no_tries() -> None:
    assert with_one_more(Tries(7, NOW), NOW - timedelta(hours=1)).count == 8
