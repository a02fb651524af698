"""Staff of enterprises give technical support; they are no focal point of another unit."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.assignments import AssignmentRole, Hindrance
from registry.domain.coverage import Lack
from registry.domain.periods import Period
from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.units.kinds import UnitKind
from registry.models.base import continued, db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.units import Unit
from registry.queries.assignments.belonging import hanging_on
from registry.queries.assignments.counting import not_counting
from registry.queries.assignments.ending import ends_soon
from registry.queries.assignments.lists import assignments_of_unit, waiting_for_decision
from registry.queries.coverage.counting import focal_point_counts
from registry.queries.coverage.enterprise_staff import (
    days_in_enterprises,
    has_enterprise_staff,
    is_enterprise_staff_on,
)
from registry.queries.coverage.figures import coverage
from registry.queries.coverage.spans import covered_days
from registry.queries.units.on_a_day import unit_on
from registry.services.units.paths import rebuild_paths
from tests.conftest import TODAY
from tests.factories.coverage import RuledProvince
from tests.factories.people import make_assignment, make_decision, make_membership, make_person
from tests.factories.units import START, make_unit

JUNE_20 = date(2024, 6, 20)


class Helped(RuledProvince):
    """A commune with a team, a member of which joins an enterprise on 20 June."""

    def __init__(self) -> None:
        super().__init__()
        self.enterprise = make_unit("Viễn thông Thử", UnitKind.ENTERPRISE, self.province)
        self.team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, self.commune)
        rebuild_paths()
        self.person = make_person("Võ Văn Bốn")
        make_membership(self.person, self.commune, until=JUNE_20)
        make_membership(self.person, self.team, is_main=False)
        make_membership(self.person, self.enterprise, since=JUNE_20)


@pytest.fixture
def here(app: Flask) -> Helped:
    return Helped()


def hindrances(unit: Unit, day: date) -> set[Hindrance]:
    return {why.why for why in not_counting(assignments_of_unit(unit.id, day), day).values()}


def test_who_joins_an_enterprise_stops_counting_though_still_in_a_team_of_the_commune(
    here: Helped,
) -> None:
    make_assignment(here.person, here.commune, make_decision(here.commune))
    assert focal_point_counts(date(2024, 6, 19)) == {here.commune.id: 1}
    assert focal_point_counts(JUNE_20) == {}
    assert hindrances(here.commune, JUNE_20) == {Hindrance.ENTERPRISE_STAFF}
    (days,) = covered_days([here.commune.id])[here.commune.id]
    assert (days.valid_from, days.valid_to) == (START, JUNE_20)


def test_the_unit_is_told_apart_whose_focal_point_is_staff_of_an_enterprise(here: Helped) -> None:
    make_assignment(here.person, here.commune, make_decision(here.commune))
    row = unit_on(here.province.id, TODAY)
    assert row is not None
    found = {unit.id: unit.lack for unit in coverage(row, TODAY).units}
    assert found[here.commune.id] is Lack.ENTERPRISE_STAFF


@pytest.mark.parametrize("role", [AssignmentRole.SUPPORTING, AssignmentRole.LEADER])
def test_staff_of_an_enterprise_are_in_charge_of_nothing_else(
    here: Helped, role: AssignmentRole
) -> None:
    make_assignment(here.person, here.commune, make_decision(here.commune), role=role)
    assert hindrances(here.commune, date(2024, 6, 19)) == set()
    assert hindrances(here.commune, JUNE_20) == {Hindrance.ENTERPRISE_STAFF}


def test_technical_support_waits_for_no_decision(here: Helped) -> None:
    role = AssignmentRole.TECHNICAL_SUPPORT
    make_assignment(here.person, here.far_commune, None, role=role, since=JUNE_20)
    assert waiting_for_decision(EVERYTHING, TODAY, TODAY) == []


def test_who_helps_is_known_to_whoever_sees_the_enterprise(here: Helped) -> None:
    assert has_enterprise_staff(EVERYTHING, TODAY)
    assert not has_enterprise_staff(EVERYTHING, date(2024, 6, 19))
    assert not has_enterprise_staff(Scope(prefixes=frozenset({f"/{here.province.id}/x/"})), TODAY)


def test_ending_the_main_membership_names_the_technical_support_that_hangs_on_it(
    here: Helped,
) -> None:
    role = AssignmentRole.TECHNICAL_SUPPORT
    held = make_assignment(here.person, here.far_commune, None, role=role, since=JUNE_20)
    member = db.session.scalars(
        select(Membership).where(Membership.unit_id == here.enterprise.id)
    ).one()
    assert [row.id for row in hanging_on(member, date(2024, 6, 28))] == [held.id]


def test_that_it_will_stop_is_announced(here: Helped) -> None:
    held = make_assignment(here.person, here.commune, make_decision(here.commune))
    assert ends_soon(EVERYTHING, TODAY, date(2024, 6, 10)) == {held.id: JUNE_20}


def test_the_enterprise_has_a_focal_point_among_its_own_staff(here: Helped) -> None:
    held = make_assignment(
        here.person, here.enterprise, make_decision(here.enterprise), since=JUNE_20
    )
    assert focal_point_counts(TODAY) == {here.enterprise.id: 1}
    assert hindrances(here.enterprise, TODAY) == set()
    assert covered_days([here.enterprise.id]) == {here.enterprise.id: [Period(held.valid_from)]}


def test_technical_support_goes_on_as_long_as_the_helper_is_staff(here: Helped) -> None:
    role = AssignmentRole.TECHNICAL_SUPPORT
    make_assignment(here.person, here.far_commune, None, role=role, since=JUNE_20)
    clerk = stranger(here)
    make_assignment(clerk, here.far_commune, None, role=role, since=JUNE_20)
    assert hindrances(here.far_commune, TODAY) == {Hindrance.NO_MEMBER_YET}
    assert focal_point_counts(TODAY) == {}


def stranger(here: Helped) -> Person:
    clerk = make_person("Lê Thị Thử")
    make_membership(clerk, here.far_commune)
    return clerk


def test_staff_is_whose_main_unit_is_an_enterprise(here: Helped) -> None:
    other = make_person("Lê Thị Thử")
    make_membership(other, here.commune)
    make_membership(other, here.enterprise, is_main=False)
    make_membership(make_person("Lê Không Hỏi"), here.enterprise)
    assert set(days_in_enterprises([here.person.id, other.id])) == {here.person.id}
    assert is_enterprise_staff_on(here.person.id, JUNE_20)
    assert not is_enterprise_staff_on(here.person.id, date(2024, 6, 19))
    assert not is_enterprise_staff_on(other.id, TODAY)


def test_nobody_is_staff_of_what_is_an_enterprise_no_more(here: Helped) -> None:
    assert has_enterprise_staff(EVERYTHING, TODAY)
    company = here.enterprise.periods[-1]
    association = continued(company, valid_from=TODAY, kind=UnitKind.MASS_ORGANISATION)
    company.valid_to = TODAY
    db.session.flush()
    db.session.add(association)
    db.session.flush()
    assert has_enterprise_staff(EVERYTHING, date(2024, 6, 29))
    assert not has_enterprise_staff(EVERYTHING, TODAY)
