"""Counting by unit, and the age of a vacancy."""

from datetime import date

import pytest

from registry.domain.coverage import (
    CoveredSpan,
    RequiredUnit,
    Standard,
    Tally,
    due_on,
    first_day_lost,
    tally,
    vacant_since,
)
from registry.domain.periods import Period
from registry.domain.units.kinds import UnitKind

DAY = date(2024, 6, 30)


def unit(**changed) -> RequiredUnit:
    facts = {
        "id": 3,
        "code": "20506",
        "name": "Xã Trà Tập",
        "kind": UnitKind.COMMUNE,
        "path": "/1/2/3/",
        "parent_id": 2,
        "parent_code": "516",
        "parent_name": "Huyện Nam Trà My",
        "phone": None,
        "headline": True,
        "minimum": 1,
        "due_on": date(2024, 6, 1),
        "any_covered": False,
        "strict_covered": False,
        "waiting": False,
    }
    return RequiredUnit(**facts | changed)


def span(number: int, first: int, end: int | None, *, strict: bool = False) -> CoveredSpan:
    """Return days of June 2024 on which assignment `number` counted."""
    return CoveredSpan(
        number, Period(date(2024, 6, first), date(2024, 6, end) if end else None), strict
    )


def test_each_unit_counts_once_under_each_standard():
    units = [
        unit(any_covered=True, strict_covered=True),
        unit(any_covered=True),
        unit(),
    ]
    counts = tally(units)
    assert counts == Tally(3, 2, 1)
    assert (counts.covered(Standard.ANY), counts.missing(Standard.ANY)) == (2, 1)
    assert (counts.covered(Standard.STRICT), counts.missing(Standard.STRICT)) == (1, 2)


def test_a_unit_has_to_be_covered_once_its_days_of_grace_are_over():
    assert due_on(date(2024, 6, 1), 0) == date(2024, 6, 1)
    assert due_on(date(2024, 6, 1), 30) == date(2024, 7, 1)


def test_a_unit_never_covered_is_vacant_since_the_day_it_was_due():
    assert vacant_since(unit(), [], Standard.ANY, DAY) == date(2024, 6, 1)


def test_a_vacancy_begins_the_day_the_last_focal_point_ended():
    spans = [span(1, 1, 5), span(2, 3, 20), span(3, 6, 9)]
    assert vacant_since(unit(), spans, Standard.ANY, DAY) == date(2024, 6, 20)


def test_an_end_inside_the_days_of_grace_does_not_make_the_vacancy_older_than_the_duty():
    new = unit(due_on=date(2024, 6, 15))
    assert vacant_since(new, [span(1, 1, 5)], Standard.ANY, DAY) == date(2024, 6, 15)


def test_days_that_are_not_strict_do_not_end_a_vacancy_of_the_strict_standard():
    spans = [span(1, 1, 5, strict=True), span(2, 5, 20)]
    assert vacant_since(unit(), spans, Standard.STRICT, DAY) == date(2024, 6, 5)
    assert vacant_since(unit(), spans, Standard.ANY, DAY) == date(2024, 6, 20)


@pytest.mark.parametrize(("minimum", "since"), [(1, 20), (2, 9)])
def test_where_two_are_needed_the_vacancy_begins_when_the_second_left(minimum, since):
    spans = [span(1, 1, 9), span(2, 1, 20), span(2, 3, 15)]
    found = vacant_since(unit(minimum=minimum), spans, Standard.ANY, DAY)
    assert found == date(2024, 6, since)


def test_the_two_spells_of_one_assignment_are_one_holder():
    spans = [span(1, 1, 20), span(1, 1, 12)]
    assert vacant_since(unit(minimum=2), spans, Standard.ANY, DAY) == date(2024, 6, 1)


@pytest.mark.parametrize(("named", "covered", "missing"), [("any", 2, 1), ("strict", 1, 2)])
def test_a_standard_may_be_named_by_its_text_as_templates_do(named, covered, missing):
    counts = Tally(3, 2, 1)
    assert (counts.covered(named), counts.missing(named)) == (covered, missing)
    assert unit(any_covered=True).is_covered(named) == (named == "any")


def days(first: int, end: int | None = None) -> Period:
    return Period(date(2024, 6, first), date(2024, 6, end) if end else None)


@pytest.mark.parametrize(
    ("before", "after", "since", "lost"),
    [
        ([days(1)], [days(1)], None, None),
        ([days(1)], [days(1, 10)], None, 10),
        ([days(1)], [days(1, 10), days(20)], None, 10),
        ([days(1, 5), days(10)], [days(1, 5)], None, 10),
        ([], [days(1, 10)], None, None),
        ([days(1)], [days(7)], 7, None),
        ([days(1)], [days(7)], 3, 3),
        ([days(1)], [days(7, 20)], 7, 20),
    ],
)
def test_the_first_day_lost_is_one_covered_before_and_not_after(before, after, since, lost):
    found = first_day_lost(before, after, date(2024, 6, since) if since else None)
    assert found == (date(2024, 6, lost) if lost else None)
