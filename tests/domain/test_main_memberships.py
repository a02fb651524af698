"""Exactly one main membership a day."""

from datetime import date, timedelta

from registry.domain.main_memberships import Held, pieces_with_a_main
from registry.domain.periods import Period

DAY = date(2025, 7, 1)
EARLY = date(2024, 6, 1)


def held(number, first, last=None, *, is_main=False, is_preferred=False):
    return Held(number, Period(first, last), is_main, is_preferred)


def later(days):
    return DAY + timedelta(days=days)


def shown(pieces):
    return [(piece.period.valid_from, piece.period.valid_to, piece.is_main) for piece in pieces]


def test_where_a_main_membership_stands_nothing_is_cut():
    assert pieces_with_a_main([held(1, EARLY, is_main=True), held(2, EARLY)], DAY) == {}


def test_nobody_without_a_membership_gets_a_main_one():
    assert pieces_with_a_main([], DAY) == {}


def test_the_membership_begun_first_becomes_the_main_one_from_the_day_on():
    found = pieces_with_a_main([held(1, later(-5)), held(2, later(-9))], DAY)
    assert {number: shown(pieces) for number, pieces in found.items()} == {
        2: [(later(-9), DAY, False), (DAY, None, True)]
    }


def test_the_one_kept_in_the_place_of_the_main_one_comes_before_an_older_one():
    found = pieces_with_a_main([held(1, later(-9)), held(2, later(-5), is_preferred=True)], DAY)
    assert list(found) == [2]


def test_a_main_one_that_begins_later_is_left_its_days():
    found = pieces_with_a_main([held(1, later(-9)), held(2, later(20), is_main=True)], DAY)
    assert shown(found[1]) == [
        (later(-9), DAY, False),
        (DAY, later(20), True),
        (later(20), None, False),
    ]


def test_one_that_begins_on_the_day_is_not_cut_before_it():
    assert shown(pieces_with_a_main([held(1, DAY)], DAY)[1]) == [(DAY, None, True)]


def test_when_one_ends_the_next_takes_over():
    found = pieces_with_a_main([held(1, later(-9), later(10)), held(2, later(-5))], DAY)
    assert shown(found[1]) == [(later(-9), DAY, False), (DAY, later(10), True)]
    assert shown(found[2]) == [(later(-5), later(10), False), (later(10), None, True)]
