"""What a batch carried over counts until a decision of the new unit replaces it."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.assignments import CountingSetting
from registry.domain.coverage import Basis, Standard
from registry.domain.permissions import EVERYTHING
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.base import continued, db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.units import Unit
from registry.queries.assignments.counting import focal_points_counting
from registry.queries.assignments.lists import waiting_for_decision
from registry.queries.coverage.counting import focal_point_counts
from registry.queries.coverage.figures import coverage
from registry.queries.coverage.spans import vacancies
from registry.queries.parameters import home_unit
from registry.services.units.paths import rebuild_paths
from tests.factories.coverage import set_counting
from tests.factories.people import make_assignment, make_decision, make_member, make_membership
from tests.factories.reorganisations import LATER
from tests.factories.small_province import DAY, EVE, SmallProvince, carried, named, periods
from tests.factories.units import make_unit


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
        "Chuyển tiếp từ 01/02/2025, chờ quyết định mới (thay Quyết định số 15/QĐ-UBND)"
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


@pytest.mark.parametrize(
    ("grace", "since", "ends"), [(180, None, 180), (30, 0, 30), (30, 100, 100)]
)
def test_days_of_grace_begin_with_the_new_unit_and_end_the_counting(
    small: SmallProvince, grace: int, since: int | None, ends: int
) -> None:
    carried_focal_point(small)
    new = named("Xã Thăng Bình").id
    if since is not None:
        set_counting(CountingSetting.GRACE_DAYS, grace, DAY + timedelta(days=since))
    assert is_covered(new, DAY)
    end, long_after = DAY + timedelta(days=ends), DAY + timedelta(days=250)
    assert is_covered(new, end - timedelta(days=1))
    assert not is_covered(new, end)
    found = coverage(home_unit(long_after), long_after)
    assert vacancies(found, Standard.ANY)[new] == end


def test_what_is_carried_over_is_told_from_what_rests_on_papers_of_the_new_unit(
    small: SmallProvince,
) -> None:
    carried_focal_point(small)
    new = named("Xã Thăng Bình")
    eve, past = DAY - timedelta(days=1), DAY + timedelta(days=180)
    assert basis_of(small.commune.id, eve) is Basis.CURRENT
    assert basis_of(new.id, DAY) is Basis.CARRIED_OVER
    assert basis_of(new.id, past) is Basis.OVERDUE
    make_assignment(make_member("Lê Thị Mai", new), new, make_decision(new, issued_on=DAY))
    assert basis_of(new.id, DAY) is Basis.CURRENT
    assert basis_of(new.id, past) is Basis.CURRENT


def basis_of(unit_id: int, day: date) -> Basis:
    return {unit.id: unit.any_basis for unit in coverage(home_unit(day), day).units}[unit_id]


def test_a_paper_carried_over_twice_has_its_days_of_grace_from_the_last_unit_on(
    small: SmallProvince,
) -> None:
    holder = carried_focal_point(small)
    second = DAY + timedelta(days=100)
    new = named("Xã Thăng Bình")
    newest = make_unit("Xã Thăng Phú", UnitKind.COMMUNE, small.province, since=second)
    now = db.session.scalars(select(Assignment).where(Assignment.unit_id == new.id)).one()
    now.valid_to = second
    membership = db.session.scalars(
        select(Membership).where(Membership.person_id == holder.id, Membership.valid_to.is_(None))
    ).one()
    membership.valid_to = second
    db.session.flush()
    db.session.add(continued(now, unit_id=newest.id, valid_from=second, valid_to=None))
    make_membership(holder, newest, since=second)
    rebuild_paths()
    assert basis_of(newest.id, second + timedelta(days=179)) is Basis.CARRIED_OVER
    assert basis_of(newest.id, second + timedelta(days=180)) is Basis.OVERDUE


def test_an_assignment_of_a_unit_that_lives_on_needs_no_new_decision(small: SmallProvince) -> None:
    holder = make_member("Lê Thị Mai", small.other_commune)
    make_assignment(holder, small.other_commune, make_decision(small.other_commune))
    carried(small.merge(how=None))
    set_counting(CountingSetting.GRACE_DAYS, 0, DAY)
    assert waiting_on(DAY) == []
    assert is_covered(small.other_commune.id, DAY)
