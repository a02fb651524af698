"""Counting by unit, and the age of a vacancy."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.domain.assignments import Standing
from registry.domain.coverage import (
    Basis,
    CoveredSpan,
    FocalPoints,
    Lack,
    Parts,
    RequiredUnit,
    Standard,
    Tally,
    coverage_steps,
    due_on,
    first_day_lost,
    lack_of,
    tally,
    vacant_since,
)
from registry.domain.periods import Period
from registry.domain.units.kinds import UnitKind
from tests.factories.coverage import tally_of

START = date(2024, 6, 1)
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
        "any_basis": Basis.NONE,
        "strict_basis": Basis.NONE,
    }
    return RequiredUnit(**facts | changed)


def span(number: int, first: int, end: int | None, *, strict: bool = False) -> CoveredSpan:
    """Return days of June 2024 on which assignment `number` counted."""
    return CoveredSpan(
        number, Period(date(2024, 6, first), date(2024, 6, end) if end else None), strict
    )


def test_each_unit_counts_once_under_each_standard():
    units = [
        unit(any_basis=Basis.CURRENT, strict_basis=Basis.CURRENT, strict_unchecked=True),
        unit(any_basis=Basis.CURRENT, by_other_paper=True, any_unchecked=True),
        unit(),
    ]
    counts = tally(units)
    assert counts == replace(tally_of(3, 2, 1), by_other_papers=1, any_unchecked=1)
    assert (counts.unchecked(Standard.ANY), counts.unchecked(Standard.STRICT)) == (1, 1)
    assert counts + counts == replace(
        tally_of(6, 4, 2), by_other_papers=2, any_unchecked=2, strict_unchecked=2
    )
    assert (counts.covered(Standard.ANY), counts.missing(Standard.ANY)) == (2, 1)
    assert (counts.covered(Standard.STRICT), counts.missing(Standard.STRICT)) == (1, 2)


def test_where_nothing_is_counted_nothing_stands():
    nothing = Tally()
    assert nothing == tally([])
    assert (nothing.required, nothing.any_covered, nothing.strict_covered) == (0, 0, 0)
    assert (nothing.unknown, nothing.any_by_paper, nothing.by_other_papers) == (0, 0, 0)
    assert [nothing.unchecked(one) for one in Standard] == [0, 0]
    assert nothing.parts(Standard.ANY).by_basis == dict.fromkeys(map(str, Basis), 0)


def test_what_is_unknown_or_unchecked_is_told_of_each_unit_and_of_all():
    silent = unit(any_basis=Basis.UNKNOWN, strict_basis=Basis.UNKNOWN)
    held = unit(any_basis=Basis.CURRENT, any_unchecked=True)
    assert [one.is_unknown for one in (silent, held)] == [True, False]
    assert [held.is_unchecked(one) for one in Standard] == [True, False]
    counts = tally([silent, held])
    assert (counts.unknown, counts.required) == (1, 2)
    assert [counts.unchecked(one) for one in Standard] == [1, 0]


def test_a_unit_has_to_be_covered_once_its_days_of_grace_are_over():
    assert due_on(date(2024, 6, 1), 0) == date(2024, 6, 1)
    assert due_on(date(2024, 6, 1), 30) == date(2024, 7, 1)


def test_a_unit_never_covered_is_vacant_since_the_day_it_was_due():
    assert vacant_since(unit(), [], Standard.ANY, DAY, START) == date(2024, 6, 1)


def test_silence_has_no_age_and_no_vacancy_is_older_than_the_first_record():
    assert vacant_since(unit(), [], Standard.ANY, DAY, None) is None
    first = date(2024, 6, 11)
    assert vacant_since(unit(), [], Standard.ANY, DAY, first) == first


@pytest.mark.parametrize(
    ("points", "minimum", "basis"),
    [
        ((1, 0, 0), 1, Basis.CURRENT),
        ((1, 1, 1), 1, Basis.CURRENT),
        ((0, 2, 0), 1, Basis.CARRIED_OVER),
        ((0, 0, 1), 1, Basis.OVERDUE),
        ((0, 0, 0), 1, Basis.NONE),
        ((1, 1, 0), 2, Basis.CURRENT),
        ((1, 0, 1), 2, Basis.OVERDUE),
        ((1, 0, 0), 2, Basis.NONE),
    ],
)
def test_a_unit_rests_on_what_its_focal_points_rest_on(points, minimum, basis):
    assert FocalPoints(*points).basis(minimum) is basis


def test_the_parts_add_up_to_the_units_and_only_those_that_count_are_covered():
    parts = Parts.of([*Basis, Basis.OVERDUE])
    assert parts.by_basis == {
        "current": 1,
        "carried_over": 1,
        "carried_over_overdue": 2,
        "none": 1,
        "unknown": 1,
    }
    assert (parts.required, parts.covered, parts.missing) == (6, 2, 3)
    assert (parts + parts).required == 12


@pytest.mark.parametrize(
    ("known", "lack"),
    [
        ((), Lack.SILENT),
        ((Lack.ENDED,), Lack.ENDED),
        ((Lack.ENDED, Lack.REPORTED), Lack.REPORTED),
        ((Lack.ENDED, Lack.REPORTED, Lack.ENTERPRISE_STAFF), Lack.ENTERPRISE_STAFF),
        ((Lack.ENDED, Lack.ENTERPRISE_STAFF, Lack.LAPSED), Lack.LAPSED),
        ((Lack.ENDED, Lack.LAPSED, Lack.WAITING), Lack.WAITING),
        ((Lack.ENDED, Lack.LAPSED, Lack.WAITING, Lack.BY_LAW), Lack.BY_LAW),
    ],
)
def test_what_a_unit_lacks_is_told_by_what_is_recorded_of_it(known, lack):
    assert lack_of(Basis.NONE, known) is lack
    assert lack_of(Basis.OVERDUE, known) is Lack.OVERDUE
    for basis in (Basis.CURRENT, Basis.CARRIED_OVER, Basis.UNKNOWN):
        assert lack_of(basis, known) is None


@pytest.mark.parametrize(
    ("points", "minimum", "basis", "by_law"),
    [
        (FocalPoints(by_law=1), 1, Basis.CURRENT, True),
        (FocalPoints(current=1, by_law=1), 1, Basis.CURRENT, False),
        (FocalPoints(carried_over=1, by_law=1), 1, Basis.CARRIED_OVER, False),
        (FocalPoints(carried_over=1, by_law=1), 2, Basis.CURRENT, True),
        (FocalPoints(current=1, by_law=1), 2, Basis.CURRENT, True),
        (FocalPoints(overdue=1, by_law=1), 1, Basis.CURRENT, True),
        (FocalPoints(overdue=1, by_law=1), 2, Basis.OVERDUE, False),
        (FocalPoints(by_law=1), 2, Basis.NONE, False),
        (FocalPoints(current=1), 1, Basis.CURRENT, False),
    ],
)
def test_papers_go_before_duties_given_by_law(points, minimum, basis, by_law):
    assert points.basis(minimum) is basis
    assert points.is_by_law(minimum) is by_law


def test_a_paper_beside_a_duty_given_by_law_is_what_the_days_rest_on():
    spans = [
        CoveredSpan(1, Period(DAY), is_strict=False, standing=Standing.BY_LAW),
        CoveredSpan(2, Period(DAY + timedelta(3)), is_strict=False, standing=Standing.CARRIED_OVER),
    ]
    steps = coverage_steps(spans, 1, DAY, DAY + timedelta(5), [Period(DAY)])
    assert [(step.first_day, step.any_basis_label) for step in steps] == [
        (DAY, "Giao theo quy định"),
        (DAY + timedelta(3), "Theo phân công trước sắp xếp"),
    ]


def test_days_before_all_is_known_of_a_unit_are_a_step_of_their_own():
    found = coverage_steps([span(1, 5, 20)], 1, date(2024, 6, 1), DAY, [Period(date(2024, 6, 10))])
    assert [(step.first_day.day, step.any_basis) for step in found] == [
        (1, Basis.UNKNOWN),
        (10, Basis.CURRENT),
        (20, Basis.NONE),
    ]
    assert [step.last_day.day for step in found] == [9, 19, 30]
    assert [step.days for step in found] == [9, 10, 11]
    (never,) = coverage_steps([span(1, 5, 20)], 1, date(2024, 6, 1), DAY, [])
    assert never.any_basis is Basis.UNKNOWN


def test_a_vacancy_begins_the_day_the_last_focal_point_ended():
    spans = [span(1, 1, 5), span(2, 3, 20), span(3, 6, 9)]
    for day in (date(2024, 6, 20), DAY):
        assert vacant_since(unit(), spans, Standard.ANY, day, START) == date(2024, 6, 20)


def test_an_end_inside_the_days_of_grace_does_not_make_the_vacancy_older_than_the_duty():
    new = unit(due_on=date(2024, 6, 15))
    assert vacant_since(new, [span(1, 1, 5)], Standard.ANY, DAY, START) == date(2024, 6, 15)


def test_days_that_are_not_strict_do_not_end_a_vacancy_of_the_strict_standard():
    spans = [span(1, 1, 5, strict=True), span(2, 5, 20)]
    assert vacant_since(unit(), spans, Standard.STRICT, DAY, START) == date(2024, 6, 5)
    assert vacant_since(unit(), spans, Standard.ANY, DAY, START) == date(2024, 6, 20)


@pytest.mark.parametrize(("minimum", "since"), [(1, 20), (2, 9)])
def test_where_two_are_needed_the_vacancy_begins_when_the_second_left(minimum, since):
    spans = [span(1, 1, 9), span(2, 1, 20), span(2, 3, 15)]
    found = vacant_since(unit(minimum=minimum), spans, Standard.ANY, DAY, START)
    assert found == date(2024, 6, since)


def test_a_vacancy_begins_after_a_single_day_too_and_while_others_go_on():
    spans = [span(1, 1, None), span(2, 9, 10)]
    found = vacant_since(unit(minimum=2), spans, Standard.ANY, DAY, START)
    assert found == date(2024, 6, 10)


def test_the_two_spells_of_one_assignment_are_one_holder():
    spans = [span(1, 1, 20), span(1, 1, 12)]
    assert vacant_since(unit(minimum=2), spans, Standard.ANY, DAY, START) == date(2024, 6, 1)


@pytest.mark.parametrize(("named", "covered", "missing"), [("any", 2, 1), ("strict", 1, 2)])
def test_a_standard_may_be_named_by_its_text_as_templates_do(named, covered, missing):
    counts = tally_of(3, 2, 1)
    assert (counts.covered(named), counts.missing(named)) == (covered, missing)
    assert unit(any_basis=Basis.CURRENT).is_covered(named) == (named == "any")


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
