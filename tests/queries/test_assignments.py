"""Questions about assignments: who may hold, what counts, what waits, what one may see."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.assignments import AssignmentRole, CountingRules, Duty, standing_of
from registry.domain.permissions import EVERYTHING, Action, Role
from registry.domain.units.kinds import UnitKind
from registry.models.units import Unit
from registry.queries.assignments.counting import focal_points_counting, held_on
from registry.queries.assignments.holders import eligible_holders
from registry.queries.assignments.lists import (
    WaitingFilter,
    assignments_of_person,
    assignments_of_unit,
    assignments_on_decision,
    seen_assignment,
    waiting_for_decision,
)
from registry.queries.units.on_a_day import UnitRow, unit_on
from tests.conftest import TODAY
from tests.factories.accounts import make_actor
from tests.factories.people import make_assignment, make_decision, make_member, make_membership
from tests.factories.units import (
    AFTER_THE_NEXT,
    BEFORE_THE_MOVE,
    START,
    MovingCommunes,
    Province,
    make_unit,
    rename_unit,
)

JUNE_10 = date(2024, 6, 10)


def row_of(unit: Unit, day: date = TODAY) -> UnitRow:
    row = unit_on(unit.id, day)
    assert row is not None
    return row


def test_people_of_the_unit_below_and_above_may_hold_nearest_first(app: Flask) -> None:
    here = Province()
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    above = make_member("An Cấp Trên", here.district)
    below = make_member("An Cấp Dưới", team)
    own_b = make_member("Lê Bình", here.commune)
    own_a = make_member("Trần An", here.commune)
    make_member("An Hàng Xóm", here.other_commune)
    make_member("An Phòng Bên", here.district_office)
    make_member("An Đã Đi", here.commune, until=JUNE_10)
    found = eligible_holders(row_of(here.commune), TODAY, EVERYTHING, TODAY, None)
    assert [(person.person_id, person.distance) for person in found.people] == [
        (own_a.id, 0),
        (own_b.id, 0),
        (below.id, 1),
        (above.id, 2),
    ]


def test_who_is_a_member_twice_is_offered_once_where_he_is_nearest(app: Flask) -> None:
    here = Province()
    person = make_member("Trần An", here.district)
    make_membership(person, here.commune, is_main=False)
    (found,) = eligible_holders(row_of(here.commune), TODAY, EVERYTHING, TODAY, None).people
    assert (found.person_id, found.distance, found.unit_name) == (person.id, 0, "Xã Bình Minh")


def test_the_place_of_a_team_is_named_as_on_the_day_asked(app: Flask) -> None:
    here = Province()
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    make_member("Trần An", team)
    rename_unit(here.commune, "Phường Bình Minh", JUNE_10)
    before = date(2024, 6, 9)
    assert [
        found.unit_name
        for day in (before, TODAY)
        for found in eligible_holders(row_of(team, day), day, EVERYTHING, TODAY, None).people
    ] == ["Tổ thôn Một, xã Bình Minh", "Tổ thôn Một, phường Bình Minh"]


def test_who_is_out_of_the_scope_is_not_offered(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    make_member("An Cấp Trên", here.district)
    scope = actor.scope(Action.PERSON_SEE)
    found = eligible_holders(row_of(here.commune), TODAY, scope, TODAY, None)
    assert [person.person_id for person in found.people] == [actor.person_id]


@pytest.mark.parametrize("day", [BEFORE_THE_MOVE, TODAY, AFTER_THE_NEXT])
def test_whatever_the_day_asked_rights_to_who_may_hold_are_those_of_today(
    app: Flask, day: date
) -> None:
    here = MovingCommunes()
    for unit, office in (
        (here.commune, here.district),
        (here.other_commune, here.other_district),
        (here.far_commune, here.other_district),
    ):
        member = make_member("Trần An", unit)
        for scope, offered in (
            (here.below(here.district), office is here.district),
            (here.below(here.other_district), office is here.other_district),
        ):
            found = eligible_holders(row_of(unit, day), day, scope, TODAY, None).people
            assert [one.person_id for one in found] == [member.id] * offered


def test_sections_below_the_unit_may_hold(app: Flask) -> None:
    here = Province()
    make_unit("Phòng Đã Giải Thể", UnitKind.DISTRICT_OFFICE, here.district, until=JUNE_10)
    found = eligible_holders(row_of(here.district), TODAY, EVERYTHING, TODAY, None)
    assert [section.id for section in found.sections] == [here.district_office.id]


def test_an_assignment_is_listed_on_its_days_and_all_in_the_history(app: Flask) -> None:
    here = Province()
    member = make_member("Lê Thị Thử", here.commune)
    decision = make_decision(here.commune)
    past = make_assignment(member, here.commune, decision, until=JUNE_10)
    present = make_assignment(
        member, here.commune, None, role=AssignmentRole.IT_OFFICER, since=JUNE_10
    )
    assert [row.id for row in assignments_of_unit(here.commune.id, START)] == [past.id]
    assert [row.id for row in assignments_of_unit(here.commune.id, JUNE_10)] == [present.id]
    assert [row.id for row in assignments_of_unit(here.commune.id, None)] == [present.id, past.id]
    assert [row.id for row in assignments_of_person(member.id, None)] == [present.id, past.id]
    assert [row.id for row in assignments_of_person(member.id, START)] == [past.id]
    (row,) = assignments_of_person(member.id, START)
    assert (row.unit_name, row.unit_code, row.holder_name, row.decision_name) == (
        "Xã Bình Minh",
        "90101",
        "Lê Thị Thử",
        "Quyết định số 15/QĐ-UBND",
    )


def test_an_assignment_of_a_closed_unit_keeps_the_name_it_had(app: Flask) -> None:
    here = Province()
    closed = make_unit("Xã Đã Nhập", UnitKind.COMMUNE, here.district, until=JUNE_10)
    make_assignment(make_member("Lê Thị Thử", closed), closed, None, until=JUNE_10)
    (row,) = assignments_of_unit(closed.id, None)
    assert row.unit_name == "Xã Đã Nhập"


def test_focal_points_of_a_unit_counting_are_those_the_domain_counts(app: Flask) -> None:
    here = Province()
    decision = make_decision(here.commune)
    counting = make_assignment(make_member("Lê Một", here.commune), here.commune, decision)
    above = make_assignment(make_member("Lê Hai", here.district), here.commune, decision)
    make_assignment(make_member("Lê Ba", here.commune), here.commune, None)
    make_assignment(make_member("Lê Bốn", here.other_commune), here.commune, decision)
    make_assignment(make_member("Lê Năm", here.district_office), here.commune, decision)
    make_assignment(
        make_member("Lê Sáu", here.commune), here.commune, decision, role=AssignmentRole.SUPPORTING
    )
    make_assignment(make_member("Lê Bảy", here.commune, until=JUNE_10), here.commune, decision)
    assert {row.id for row in focal_points_counting(here.commune.id, TODAY)} == {
        counting.id,
        above.id,
    }
    assert len(focal_points_counting(here.commune.id, START)) == 3


def test_a_section_counts_while_it_exists_below_the_unit(app: Flask) -> None:
    here = Province()
    decision = make_decision(here.district)
    office = make_unit("Phòng Cũ", UnitKind.DISTRICT_OFFICE, here.district, until=JUNE_10)
    make_assignment(office, here.district, decision)
    make_assignment(here.section, here.district, decision)
    assert [row.section_id for row in focal_points_counting(here.district.id, START)] == [office.id]
    assert focal_points_counting(here.district.id, JUNE_10) == []


def test_a_unit_that_does_not_take_part_is_never_counted(app: Flask) -> None:
    here = Province()
    member = make_member("Lê Một", here.committee)
    make_assignment(member, here.committee, make_decision(here.committee))
    assert focal_points_counting(here.committee.id, TODAY) == []
    (held,) = held_on(assignments_of_unit(here.committee.id, TODAY), TODAY)
    assert not held.holding.unit_takes_part
    assert standing_of(held.holding, TODAY, CountingRules()) is None


def test_what_waits_has_no_decision_signed_by_the_day(app: Flask) -> None:
    here = Province()
    unsigned = make_decision(here.commune, "16/QĐ-UBND", issued_on=None)
    later = make_decision(here.commune, "17/QĐ-UBND", issued_on=date(2024, 7, 5))
    signed = make_decision(here.commune, "18/QĐ-UBND")
    for number, decision in enumerate((None, unsigned, later, signed)):
        make_assignment(make_member(f"Lê Thử {number}", here.commune), here.commune, decision)
    make_assignment(make_member("Lê Đã Hết", here.commune), here.commune, None, until=JUNE_10)
    rows = waiting_for_decision(EVERYTHING, TODAY, TODAY)
    assert [row.waits_because(TODAY) for row in rows] == [
        "Chưa có quyết định",
        "Quyết định số 16/QĐ-UBND chưa có ngày ký",
        "Quyết định số 17/QĐ-UBND có hiệu lực từ ngày 05/07/2024",
    ]
    assert len(waiting_for_decision(EVERYTHING, TODAY, date(2024, 7, 5))) == 2


@pytest.mark.parametrize(
    ("narrowed", "units"),
    [
        (WaitingFilter(), ["90101", "90201"]),
        (WaitingFilter(unit="binh minh"), ["90101"]),
        (WaitingFilter(unit="90201"), ["90201"]),
        (WaitingFilter(unit="%"), ["90101", "90201"]),
        (WaitingFilter(unit="thị trấn"), []),
        (WaitingFilter(kind=UnitKind.COMMUNE), ["90101", "90201"]),
        (WaitingFilter(kind=UnitKind.DISTRICT), []),
        (WaitingFilter(role=AssignmentRole.LEADER), []),
    ],
)
def test_the_waiting_list_is_narrowed(
    app: Flask, narrowed: WaitingFilter, units: list[str]
) -> None:
    here = Province()
    for unit in (here.far_commune, here.commune):
        make_assignment(make_member("Lê Thử", unit), unit, None)
    found = waiting_for_decision(EVERYTHING, TODAY, TODAY, narrowed)
    assert [row.unit_code for row in found] == units


def test_lists_obey_the_scope_of_who_asks(app: Flask) -> None:
    here = Province()
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    scope = officer.scope(Action.ASSIGNMENT_SEE)
    decision = make_decision(here.district)
    own = make_assignment(make_member("Lê Một", here.commune), here.commune, decision)
    other = make_assignment(make_member("Lê Hai", here.far_commune), here.far_commune, decision)
    decision.issued_on = None
    assert [row.id for row in waiting_for_decision(scope, TODAY, TODAY)] == [own.id]
    assert [row.id for row in assignments_on_decision(decision.id, scope, TODAY)] == [own.id]
    assert seen_assignment(own.id, scope, TODAY) is not None
    assert seen_assignment(other.id, scope, TODAY) is None


def test_the_duty_is_kept_as_it_was_declared(app: Flask) -> None:
    here = Province()
    make_assignment(make_member("Lê Một", here.commune), here.commune, None, duty=Duty.IN_CHARGE)
    (row,) = assignments_of_unit(here.commune.id, TODAY)
    assert row.duty is Duty.IN_CHARGE
