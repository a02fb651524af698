"""Which assignments count on a day, and why others do not."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.assignments import AbsenceKind, AssignmentRole, Hindrance, NotCounting
from registry.domain.people import ContractType
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment, AssignmentAbsence, AssignmentConfirmation
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.units import Unit
from registry.queries.assignments.counting import (
    focal_points_counting,
    given_by_law,
    held_on,
    not_counting,
    unable_to_act,
)
from registry.queries.assignments.lists import assignments_of_unit
from tests.conftest import MOMENT, TODAY
from tests.factories.people import (
    facts_from,
    make_assignment,
    make_decision,
    make_member,
    make_membership,
)
from tests.factories.units import Province

JUNE_10, JUNE_20 = date(2024, 6, 10), date(2024, 6, 20)


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def held(
    name: str, unit: Unit, *, role: AssignmentRole = AssignmentRole.FOCAL_POINT, **dates: date
) -> Assignment:
    decision = make_decision(unit, f"{name}/QĐ-UBND")
    return make_assignment(make_member(name, unit), unit, decision, role=role, **dates)


def test_each_that_does_not_count_says_why_and_only_on_its_own_days(here: Province) -> None:
    away, lapsed, to_come, interrupted, confirmed = (
        held(name, here.commune) for name in ("Lê Vắng", "Lê Hết", "Lê Sẽ", "Lê Về", "Lê Lại")
    )
    held("Lê Tính", here.commune)
    over = held("Lê Đã Thôi", here.commune, until=TODAY)
    over.decision_id = None
    held("Lê Chưa Đến", here.commune, since=date(2024, 7, 1)).decision_id = None
    db.session.add(
        AssignmentAbsence(line_id=away.line_id, kind=AbsenceKind.STUDY, valid_from=JUNE_20)
    )
    assert lapsed.decision
    assert to_come.decision
    lapsed.decision.effective_to, to_come.decision.effective_from = JUNE_20, date(2024, 7, 1)
    for one in (interrupted, confirmed):
        assert one.person
        memberships = db.session.query(Membership).filter_by(person_id=one.person_id)
        memberships.update({"valid_to": JUNE_10})
        make_membership(one.person, here.commune, since=JUNE_20)
    db.session.add(
        AssignmentConfirmation(
            line_id=confirmed.line_id, confirmed_on=JUNE_20, created_at=MOMENT.instant
        )
    )
    db.session.flush()
    rows = assignments_of_unit(here.commune.id, None)
    assert {row_id: why.why for row_id, why in not_counting(rows, TODAY).items()} == {
        away.id: Hindrance.ABSENT,
        lapsed.id: Hindrance.LAPSED,
        to_come.id: Hindrance.NOT_YET,
        interrupted.id: Hindrance.INTERRUPTED,
    }
    assert {row_id: why.why for row_id, why in unable_to_act(rows, TODAY).items()} == {
        lapsed.id: Hindrance.LAPSED,
        interrupted.id: Hindrance.INTERRUPTED,
    }
    assert {row_id: why.why for row_id, why in not_counting(rows, JUNE_10).items()} == {
        to_come.id: Hindrance.NOT_YET,
        interrupted.id: Hindrance.LEFT,
        confirmed.id: Hindrance.LEFT,
        over.id: Hindrance.WAITING,
    }


def test_what_counts_for_a_unit_stands_by_the_given_name_of_the_holder(here: Province) -> None:
    second, first = held("Lê Bình", here.commune), held("Trần An", here.commune)
    held("Lê Xa", here.far_commune)
    held("Lê Phối", here.commune, role=AssignmentRole.SUPPORTING)
    found = [row.id for row in focal_points_counting(here.commune.id, TODAY)]
    assert found == [first.id, second.id]


def test_a_holding_knows_unit_and_contract_of_the_day(here: Province) -> None:
    person = held("Lê Hợp Đồng", here.commune)
    other = held("Lê Biên Chế", here.commune)
    assert person.person
    facts_from(person.person, JUNE_20, contract_type=ContractType.CONTRACT)

    def told(day: date) -> dict[int, bool]:
        rows = assignments_of_unit(here.commune.id, day)
        return {one.row.id: one.holding.holder_is_contract_worker for one in held_on(rows, day)}

    assert told(date(2024, 6, 19)) == {person.id: False, other.id: False}
    assert told(JUNE_20) == {person.id: True, other.id: False}
    (holding, _) = (
        one.holding for one in held_on(assignments_of_unit(here.commune.id, TODAY), TODAY)
    )
    assert (holding.unit_takes_part, holding.unit_kind) == (True, UnitKind.COMMUNE)


def test_given_by_law_is_what_has_no_paper_and_waits_for_none(here: Province) -> None:
    given, section_given, waits, support, paper = (
        held(name, here.commune) for name in ("Lê Luật", "Lê Bộ Phận", "Lê Chờ", "Lê Hỗ", "Lê Giấy")
    )
    past = held("Lê Qua", here.commune, until=TODAY)
    for one in (given, section_given, waits, support, past):
        one.decision_id = None
    support.role = AssignmentRole.TECHNICAL_SUPPORT
    db.session.flush()
    rows = assignments_of_unit(here.commune.id, None)
    why = {
        section_given.id: NotCounting(Hindrance.UNNAMED),
        waits.id: NotCounting(Hindrance.WAITING),
        paper.id: NotCounting(Hindrance.BY_LAW),
    }
    assert given_by_law(rows, why, TODAY) == {given.id, section_given.id}
    by_law = {given.id: NotCounting(Hindrance.BY_LAW)}
    assert given.id in given_by_law(rows, by_law, TODAY)
    assert past.id in given_by_law(rows, why, date(2024, 6, 29))
