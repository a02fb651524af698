"""What a batch carried over counts until a decision of the new unit replaces it."""

from datetime import date, timedelta

import pytest
from flask import Flask

from registry.domain.coverage import Standard
from registry.domain.permissions import EVERYTHING
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.people import Person
from registry.models.units import Unit
from registry.queries.assignments.counting import focal_points_counting
from registry.queries.assignments.lists import waiting_for_decision
from registry.queries.coverage.counting import focal_point_counts
from registry.queries.coverage.figures import coverage
from registry.queries.coverage.spans import vacancies
from registry.queries.parameters import CARRIED_OVER_GRACE, home_unit
from tests.factories.coverage import set_parameter
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.reorganisations import LATER
from tests.factories.small_province import DAY, EVE, SmallProvince, carried, named, periods


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


def carried_focal_point(small: SmallProvince) -> Person:
    """Merge a commune that has a focal point; return who holds it."""
    holder = make_member("Võ Thị Năm", small.commune)
    make_assignment(holder, small.commune, make_decision(small.commune))
    carried(small.merge())
    return holder


def waiting_on(day: date) -> list[tuple[str, bool]]:
    rows = waiting_for_decision(EVERYTHING, LATER, day)
    return [(row.holder_name, row.is_carried_over(day)) for row in rows]


def test_a_carried_assignment_waits_from_the_day_until_a_new_decision(small: SmallProvince) -> None:
    holder = carried_focal_point(small)
    assert waiting_on(EVE) == []
    assert waiting_on(DAY) == [("Võ Thị Năm", True)]
    (row,) = waiting_for_decision(EVERYTHING, LATER, DAY)
    assert row.waits_because(DAY) == (
        "Chuyển tiếp từ 01/02/2025, chờ quyết định mới (thay 15/QĐ-UBND)"
    )
    new = db.session.get_one(Unit, named("Xã Thăng Bình").id)
    (_, now) = periods(Assignment, person_id=holder.id)
    now.decision_id = make_decision(new, "1/QĐ-UBND", issued_on=DAY + timedelta(days=8)).id
    db.session.flush()
    assert waiting_on(DAY + timedelta(days=8)) == []
    assert waiting_on(DAY) == [("Võ Thị Năm", False)]


def test_what_has_no_decision_comes_before_what_was_carried_over(small: SmallProvince) -> None:
    carried_focal_point(small)
    make_assignment(make_member("Lê Văn Cuối", small.far_commune), small.far_commune, None)
    assert waiting_on(DAY) == [("Lê Văn Cuối", False), ("Võ Thị Năm", True)]


def is_covered(unit_id: int, day: date) -> bool:
    """Tell whether a unit is covered, by both ways of counting, which must agree."""
    in_sets = {u.id: u.any_covered for u in coverage(home_unit(day), day).units}[unit_id]
    one_by_one = bool(focal_points_counting(unit_id, day))
    assert in_sets is one_by_one
    assert (focal_point_counts(day).get(unit_id, 0) > 0) is one_by_one
    return in_sets


def test_days_of_grace_end_the_counting_and_leave_earlier_figures(small: SmallProvince) -> None:
    carried_focal_point(small)
    new = named("Xã Thăng Bình").id
    long_after = DAY + timedelta(days=250)
    assert is_covered(new, long_after)
    set_parameter(CARRIED_OVER_GRACE, f"30;{DAY.isoformat()}")
    last = DAY + timedelta(days=29)
    assert is_covered(new, last)
    assert not is_covered(new, last + timedelta(days=1))
    found = coverage(home_unit(long_after), long_after)
    assert vacancies(found, Standard.ANY)[new] == last + timedelta(days=1)

    since = DAY + timedelta(days=100)
    set_parameter(CARRIED_OVER_GRACE, f"30;{since.isoformat()}")
    assert is_covered(new, since - timedelta(days=1))
    assert not is_covered(new, since)
    found = coverage(home_unit(long_after), long_after)
    assert vacancies(found, Standard.ANY)[new] == since


def test_an_assignment_of_a_unit_that_lives_on_needs_no_new_decision(small: SmallProvince) -> None:
    holder = make_member("Lê Thị Mai", small.other_commune)
    make_assignment(holder, small.other_commune, make_decision(small.other_commune))
    carried(small.merge(how=None))
    set_parameter(CARRIED_OVER_GRACE, f"0;{DAY.isoformat()}")
    assert waiting_on(DAY) == []
    assert is_covered(small.other_commune.id, DAY)
