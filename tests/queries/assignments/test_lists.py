"""Lists of assignments: which rows, in which order, of which scope, and what waits."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.assignments import AssignmentRole
from registry.domain.periods import Period
from registry.domain.permissions import EVERYTHING
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.decisions import Decision
from registry.models.units import Unit
from registry.queries.assignments.holders import Holder
from registry.queries.assignments.lists import (
    WaitingFilter,
    assignment_by_id,
    assignments_by_id,
    assignments_of_person,
    assignments_of_unit,
    assignments_on_decision,
    same_role_overlapping,
    seen_assignment,
    waiting_for_decision,
)
from tests.conftest import TODAY
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_paper_end,
    make_person,
)
from tests.factories.units import (
    AFTER_THE_NEXT,
    BEFORE_THE_MOVE,
    START,
    MovingCommunes,
    Province,
    make_unit,
    rename_unit,
)

JUNE_9, JUNE_10, JUNE_20 = date(2024, 6, 9), date(2024, 6, 10), date(2024, 6, 20)
ALL = WaitingFilter()
FOCAL, LEADER = AssignmentRole.FOCAL_POINT, AssignmentRole.LEADER


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def held(
    name: str,
    unit: Unit,
    decision: Decision | None = None,
    role: AssignmentRole = FOCAL,
    since: date = START,
    until: date | None = None,
) -> Assignment:
    person = make_member(name, unit)
    return make_assignment(person, unit, decision, role=role, since=since, until=until)


def test_what_holds_on_a_day_stands_by_role_and_given_name_and_all_by_its_first_day(
    here: Province,
) -> None:
    leader = held("Lê Ân", here.commune, role=LEADER)
    second, first = held("An Bình", here.commune), held("Bùi An", here.commune, since=JUNE_10)
    namesake = held("Bùi An", here.commune)
    held("Lê Xa", here.far_commune)
    assert [row.id for row in assignments_of_unit(here.commune.id, JUNE_10)] == [
        first.id,
        namesake.id,
        second.id,
        leader.id,
    ]
    assert [row.id for row in assignments_of_unit(here.commune.id, None)] == [
        first.id,
        namesake.id,
        second.id,
        leader.id,
    ]
    person = make_member("Lê Hai Vai", here.commune)
    later = make_assignment(person, here.district, None, role=LEADER, since=JUNE_10)
    early = make_assignment(person, here.commune, None)
    assert [row.id for row in assignments_of_person(person.id, None)] == [later.id, early.id]
    assert [row.id for row in assignments_of_person(person.id, JUNE_10)] == [early.id, later.id]
    assert [row.id for row in assignments_of_person(person.id, JUNE_9)] == [early.id]


def test_what_rests_on_a_decision_stands_by_code_name_and_role(here: Province) -> None:
    decision = make_decision(here.district)
    far = held("Lê Một", here.far_commune, decision)
    leader, focal = (held("Lê Hai", here.commune, decision, role) for role in (LEADER, FOCAL))
    second_focal = held("An", here.commune, decision, until=JUNE_10)
    held("Lê Ba", here.commune, make_decision(here.district, "16/QĐ-UBND"))
    found = assignments_on_decision(decision.id, EVERYTHING, TODAY)
    assert [row.id for row in found] == [focal.id, second_focal.id, leader.id, far.id]


@pytest.mark.parametrize("day", [BEFORE_THE_MOVE, TODAY, AFTER_THE_NEXT])
def test_whatever_the_day_rights_to_an_assignment_are_those_of_today(app: Flask, day: date) -> None:
    here = MovingCommunes()
    unsigned = make_decision(here.district, issued_on=None)
    rows = [
        held("Lê Một", unit, unsigned)
        for unit in (here.commune, here.other_commune, here.far_commune)
    ]
    for office, seen in ((here.district, rows[:1]), (here.other_district, rows[1:])):
        scope, ids = here.below(office), {one.id for one in seen}
        assert {row.id for row in waiting_for_decision(scope, TODAY, day)} == ids
        assert {row.id for row in assignments_on_decision(unsigned.id, scope, TODAY)} == ids
        found = [seen_assignment(one.id, scope, TODAY) for one in rows]
        assert [row is not None for row in found] == [one in seen for one in rows]
    assert all(
        (row := seen_assignment(one.id, EVERYTHING, TODAY)) and row.id == one.id for one in rows
    )


def test_assignments_are_taken_by_their_numbers_in_order(here: Province) -> None:
    one, other, third = (held(name, here.commune) for name in ("Lê C", "Lê B", "Lê A"))
    assert assignments_by_id([third.id, one.id, third.id + 100]) == [one, third]
    assert assignment_by_id(other.id) is other


def test_the_same_role_of_the_same_holder_at_the_unit_overlaps(here: Province) -> None:
    person = make_member("Lê Một", here.commune)
    late = make_assignment(person, here.commune, None, since=JUNE_20)
    early = make_assignment(person, here.commune, None, until=JUNE_10)
    make_assignment(person, here.commune, None, role=LEADER)
    make_assignment(person, here.far_commune, None)
    held("Lê Hai", here.commune)
    of_section = make_assignment(here.section, here.commune, None)
    make_assignment(here.district_office, here.commune, None)

    def found(period: Period, holder: Holder, except_id: int | None = None) -> list[Assignment]:
        return same_role_overlapping(here.commune.id, FOCAL, holder, period, except_id)

    own = Holder(person.id)
    assert found(Period(START), own) == [early, late]
    assert found(Period(START, JUNE_20), own) == [early]
    assert found(Period(JUNE_10), own) == [late]
    assert found(Period(JUNE_10, JUNE_20), own) == []
    assert found(Period(JUNE_9, date(2024, 6, 21)), own) == [early, late]
    assert found(Period(START), own, except_id=early.id) == [late]
    assert found(Period(START), Holder(section_id=here.section.id)) == [of_section]


def test_what_waits_are_roles_without_a_paper_in_force_and_then_what_was_carried_over(
    here: Province,
) -> None:
    old = make_decision(here.far_commune)
    before = held("Lê Chuyển", here.far_commune, old, until=JUNE_10)
    carried = make_assignment(make_person("Lê Chuyển"), here.commune, old, since=JUNE_10)
    carried.line_id = before.line_id
    lapsed, replaced, to_come = (make_decision(here.commune, f"{n}/QĐ-UBND") for n in (1, 2, 3))
    lapsed.effective_to, to_come.effective_from = TODAY, date(2024, 7, 1)
    by = make_paper_end(replaced)
    rows = {
        "without": held("Lê Sáu", here.other_commune),
        "to come": held("Lê Năm", here.commune, to_come, LEADER),
        "lapsed": held("Lê Hai", here.commune, lapsed),
        "replaced": held("Lê Ba", here.commune, replaced),
        "carried over": carried,
    }
    held("Lê Hỗ Trợ", here.commune, role=AssignmentRole.TECHNICAL_SUPPORT)
    held("Lê Có", here.commune, make_decision(here.commune, "4/QĐ-UBND"))
    named = {one.id: name for name, one in rows.items()}

    def told(day: date, narrowed: WaitingFilter = ALL) -> list[str]:
        return [named[row.id] for row in waiting_for_decision(EVERYTHING, TODAY, day, narrowed)]

    assert told(TODAY) == ["lapsed", "to come", "without", "carried over"]
    assert told(date(2024, 6, 29)) == ["to come", "without", "carried over"]
    assert told(date(2024, 7, 1)) == ["lapsed", "without", "carried over"]
    assert told(date(2029, 12, 31)) == ["lapsed", "without", "carried over"]
    assert by.decision_id == replaced.id
    assert told(date(2030, 1, 1)) == ["replaced", "lapsed", "without", "carried over"]
    assert told(TODAY, WaitingFilter(carried_over=True)) == ["carried over"]
    assert told(TODAY, WaitingFilter(carried_over=False)) == ["lapsed", "to come", "without"]
    assert told(TODAY, WaitingFilter(role=LEADER)) == ["to come"]
    old.effective_to = TODAY
    assert told(TODAY, WaitingFilter(carried_over=True)) == []
    assert told(TODAY) == ["carried over", "lapsed", "to come", "without"]
    assert told(date(2024, 6, 29)) == ["to come", "without", "carried over"]
    old.effective_from, old.effective_to = date(2024, 7, 1), None
    assert told(TODAY, WaitingFilter(carried_over=True)) == []


def test_what_waits_is_found_by_the_words_of_the_unit_s_name_that_day_or_its_whole_code(
    here: Province,
) -> None:
    team = make_unit("Tổ số 1", UnitKind.COMMUNITY_TEAM, here.commune, code="90")
    rows = {
        held("Lê Thử", unit).id: unit.id
        for unit in (team, here.far_commune, here.commune, here.other_commune)
    }
    rename_unit(here.commune, "Xã Tân Lập", JUNE_20)

    def told(unit: str, day: date = TODAY, kind: UnitKind | None = None) -> list[int]:
        wanted = WaitingFilter(unit=unit, kind=kind)
        return [rows[row.id] for row in waiting_for_decision(EVERYTHING, TODAY, day, wanted)]

    assert told("xa") == [here.commune.id, here.other_commune.id, here.far_commune.id]
    assert told("lap tan") == [here.commune.id]
    assert told("binh minh", date(2024, 6, 19)) == [here.commune.id]
    assert told("binh minh") == []
    assert told("inh") == []
    assert told("90") == [team.id]
    assert told("901") == []
    assert told("", kind=UnitKind.COMMUNITY_TEAM) == [team.id]
    assert told("xa", kind=UnitKind.COMMUNITY_TEAM) == []
