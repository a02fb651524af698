from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import Invalid
from registry.domain.periods import Period, days_later, joined, without

START = date(2024, 1, 1)
HORIZON = 40


def day(offset: int) -> date:
    return START + timedelta(days=offset)


def period(first: int, end: int | None = None) -> Period:
    return Period(day(first), None if end is None else day(end))


def days_of(one: Period) -> set[int]:
    """List the days the long way; an open end reaches past every closed one."""
    return {offset for offset in range(HORIZON) if one.contains(day(offset))}


PERIODS = st.one_of(
    st.integers(0, 20).map(period),
    st.builds(
        lambda first, length: period(first, first + length), st.integers(0, 20), st.integers(1, 10)
    ),
)

# Periods that share no day, in any order, as the periods of one unit must be.
APART = st.builds(
    lambda bounds, kept, is_open: [
        period(first, None if is_open and end == bounds[-1] else end)
        for first, end, keep in zip(bounds, bounds[1:], kept, strict=False)
        if keep
    ],
    st.lists(st.integers(0, 30), min_size=2, max_size=8, unique=True).map(sorted),
    st.lists(st.booleans(), min_size=7, max_size=7),
    st.booleans(),
).flatmap(st.permutations)


def test_the_first_day_is_in_and_the_last_is_out():
    march = Period(date(2025, 3, 1), date(2025, 4, 1))
    assert not march.contains(date(2025, 2, 28))
    assert march.contains(date(2025, 3, 1))
    assert march.contains(date(2025, 3, 31))
    assert not march.contains(date(2025, 4, 1))


def test_an_open_period_does_not_end():
    assert Period(date(2025, 3, 1)).contains(date.max)


@pytest.mark.parametrize("end", [0, -1])
def test_a_period_without_a_day_is_refused(end):
    with pytest.raises(Invalid) as refusal:
        period(0, end)
    assert [(p.field, p.message) for p in refusal.value.problems] == [
        ("valid_to", "Ngày kết thúc phải sau ngày bắt đầu.")
    ]


def test_a_period_that_follows_another_does_not_overlap_it():
    assert not period(0, 5).overlaps(period(5))
    assert period(0, 6).overlaps(period(5))


@given(PERIODS, PERIODS)
def test_overlapping_means_sharing_a_day(one, other):
    assert one.overlaps(other) == bool(days_of(one) & days_of(other))
    assert one.overlaps(other) == other.overlaps(one)


@given(PERIODS, PERIODS)
def test_the_intersection_is_the_shared_days(one, other):
    shared = one.intersection(other)
    assert (days_of(shared) if shared else set()) == days_of(one) & days_of(other)
    assert shared == other.intersection(one)


@given(PERIODS, PERIODS)
def test_within_means_every_day_inside(one, other):
    assert one.within(other) == (days_of(one) <= days_of(other))


@given(PERIODS, PERIODS)
def test_the_intersection_lies_within_both(one, other):
    if shared := one.intersection(other):
        assert shared.within(one)
        assert shared.within(other)


@given(st.lists(PERIODS, max_size=6))
def test_joined_periods_hold_the_same_days_and_touch_nowhere(periods):
    found = joined(periods)
    assert {day for one in found for day in days_of(one)} == {
        day for one in periods for day in days_of(one)
    }
    assert all(
        earlier.valid_to is not None and earlier.valid_to < later.valid_from
        for earlier, later in pairwise(found)
    )


@given(st.lists(PERIODS, max_size=4), st.lists(PERIODS, max_size=4))
def test_what_is_left_without_some_days_are_the_others(periods, taken):
    left = without(periods, taken)
    days = {day for one in periods for day in days_of(one)}
    gone = {day for one in taken for day in days_of(one)}
    assert {day for one in left for day in days_of(one)} == days - gone
    assert joined(left) == left


def test_so_many_days_later_never_leaves_the_calendar() -> None:
    assert days_later(date(2024, 6, 30), 1) == date(2024, 7, 1)
    assert days_later(date(9999, 12, 30), 1) == date.max
    assert days_later(date(9999, 12, 30), 2) == date.max
    assert days_later(date.max, 3660) == date.max
