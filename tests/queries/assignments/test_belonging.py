"""When holders belong to what they serve, and which assignments hang on a membership."""

from datetime import date, timedelta

from flask import Flask

from registry.domain.assignments import AssignmentRole
from registry.domain.periods import Period
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment, AssignmentConfirmation
from registry.models.base import db
from registry.models.memberships import Membership
from registry.queries.assignments.belonging import confirmed_days, days_of_belonging, hanging_on
from registry.queries.assignments.lists import assignments_of_unit
from tests.conftest import MOMENT, TODAY
from tests.factories.people import (
    make_assignment,
    make_member,
    make_member_unit,
    make_membership,
    make_person,
)
from tests.factories.units import START, Province, make_unit, move_unit

JUNE_5, JUNE_10, JUNE_15, TURN = (date(2024, 6, day) for day in (5, 10, 15, 20))


def test_what_is_held_on_the_only_day_of_a_membership_hangs_on_it(app: Flask) -> None:
    here = Province()
    person, only_day = make_person("Võ Văn Bốn"), TODAY - timedelta(days=1)
    membership = make_membership(person, here.commune, since=only_day)
    held = make_assignment(person, here.commune, None, since=only_day)
    assert [row.id for row in hanging_on(membership, TODAY)] == [held.id]


def test_nothing_hangs_on_the_membership_of_a_unit(app: Flask) -> None:
    here = Province()
    make_assignment(here.section, here.it_department, None)
    assert hanging_on(make_member_unit(here.section, here.committee), TODAY) == []


def test_what_ended_before_the_membership_does_not_hang_on_it(app: Flask) -> None:
    here = Province()
    person = make_person("Võ Văn Bốn")
    membership = make_membership(person, here.commune)
    make_assignment(person, here.commune, None, until=TODAY)
    assert hanging_on(membership, TODAY) == []


def days_of(*assignments: Assignment, without: Membership | None = None) -> list[list[Period]]:
    """Return on which days the holder of each belongs, in their order."""
    rows = {row.id: row for one in assignments for row in assignments_of_unit(one.unit_id, None)}
    found = days_of_belonging([rows[one.id] for one in assignments], without)
    assert found.keys() == {one.id for one in assignments}
    return [list(found[one.id]) for one in assignments]


def test_a_person_belongs_as_a_member_of_the_unit_or_of_one_above_or_below(app: Flask) -> None:
    here = Province()
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    moved = make_member("Lê Theo Xã", here.district)
    places = (team, here.commune, here.province, here.far_commune, here.district_office)
    rows = [make_assignment(make_member("Lê Thử", unit), here.commune, None) for unit in places]
    rows.append(make_assignment(moved, here.commune, None))
    rows.append(make_assignment(make_person("Lê Không Đâu"), here.commune, None))
    move_unit(here.commune, here.other_district, TURN)
    always = [Period(START)]
    assert days_of(*rows) == [always, always, always, [], [], [Period(START, TURN)], []]


def test_days_of_belonging_are_those_of_memberships_and_of_the_line_of_the_same_holder(
    app: Flask,
) -> None:
    here = Province()
    person = make_person("Lê Thử")
    first = make_membership(person, here.commune, until=JUNE_10)
    make_membership(person, here.commune, since=TURN)
    make_membership(person, here.district, is_main=False, since=JUNE_5, until=JUNE_15)
    one = make_assignment(person, here.commune, None)
    late = make_assignment(person, here.other_commune, None, since=JUNE_5, until=TURN)
    assert days_of(one, late) == [
        [Period(START, JUNE_15), Period(TURN)],
        [Period(JUNE_5, JUNE_15)],
    ]
    assert days_of(one, without=first) == [[Period(JUNE_5, JUNE_15), Period(TURN)]]
    before = make_assignment(person, here.far_commune, None, until=JUNE_5)
    other = make_assignment(make_person("Lê Hai"), here.district, None, until=JUNE_5)
    late.line_id = before.line_id = other.line_id
    make_membership(person, here.other_district, is_main=False, until=date(2024, 6, 3))
    db.session.flush()
    assert days_of(late) == [[Period(START, date(2024, 6, 3)), Period(JUNE_5, JUNE_15)]]


def test_staff_of_an_enterprise_belong_wherever_they_give_support(app: Flask) -> None:
    here = Province()
    enterprise = make_unit("Viễn thông Thử", UnitKind.ENTERPRISE, here.province)
    helper, member = make_person("Lê Giúp"), make_member("Lê Ở Xã", here.commune)
    membership = make_membership(helper, enterprise, until=TURN)
    support = AssignmentRole.TECHNICAL_SUPPORT
    rows = [
        make_assignment(person, here.commune, None, role=role, since=JUNE_5)
        for person, role in (
            (helper, support),
            (helper, AssignmentRole.FOCAL_POINT),
            (member, support),
        )
    ]
    assert days_of(*rows) == [[Period(JUNE_5, TURN)], [], []]
    assert days_of(rows[0], without=membership) == [[]]


def test_a_section_belongs_while_it_stands_below_the_unit_it_serves(app: Flask) -> None:
    here = Province()
    rows = [
        make_assignment(here.section, unit, None, since=JUNE_10)
        for unit in (here.it_department, here.province, here.other_department)
    ]
    above = make_assignment(here.it_department, here.section, None)
    move_unit(here.section, here.other_department, TURN)
    assert days_of(*rows, above) == [[Period(START, TURN)], [Period(START)], [Period(TURN)], []]


def test_confirmations_are_told_by_line_in_order(app: Flask) -> None:
    here = Province()
    one, silent = (make_assignment(make_person(), here.commune, None) for _ in range(2))
    other = make_assignment(make_person(), here.far_commune, None)
    for line, day in ((one, TURN), (one, JUNE_10), (other, JUNE_5)):
        db.session.add(
            AssignmentConfirmation(
                line_id=line.line_id, confirmed_on=day, created_at=MOMENT.instant
            )
        )
    db.session.flush()
    rows = assignments_of_unit(here.commune.id, None)
    assert {row.id for row in rows} == {one.id, silent.id}
    assert confirmed_days(rows) == {one.line_id: (JUNE_10, TURN)}


def test_what_goes_on_by_another_membership_or_began_with_the_end_does_not_hang_on_it(
    app: Flask,
) -> None:
    here = Province()
    person = make_person("Võ Văn Bốn")
    membership = make_membership(person, here.commune)
    make_membership(person, here.other_district, is_main=False)
    leader = make_assignment(person, here.commune, None, role=AssignmentRole.LEADER)
    focal = make_assignment(person, here.commune, None, since=date(2024, 6, 29))
    make_assignment(person, here.far_commune, None)
    make_assignment(person, here.other_commune, None)
    make_assignment(person, here.commune, None, role=AssignmentRole.SUPPORTING, since=TODAY)
    make_assignment(make_member("Lê Khác", here.commune), here.commune, None)
    for _ in range(2):
        assert [row.id for row in hanging_on(membership, TODAY)] == [focal.id, leader.id]
        membership.valid_to = TODAY
        db.session.flush()


def test_what_a_line_goes_on_with_from_the_day_of_the_end_does_not_hang_on_it(app: Flask) -> None:
    here = Province()
    person = make_person("Võ Văn Bốn")
    membership = make_membership(person, here.commune)
    before = make_assignment(person, here.commune, None, until=TODAY)
    after = make_assignment(person, here.commune, None, since=TODAY)
    after.line_id = before.line_id
    db.session.flush()
    assert hanging_on(membership, TODAY) == []
    assert [row.id for row in hanging_on(membership, TODAY + timedelta(days=1))] == [after.id]
