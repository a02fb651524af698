"""When holders are away, and who acts for them on a day."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.assignments import AbsenceKind, AssignmentRole
from registry.domain.periods import Period
from registry.models.assignments import Assignment, AssignmentAbsence
from registry.models.base import db
from registry.models.units import Unit
from registry.queries.assignments.absences import (
    absence_to_change,
    absences_of,
    absences_of_line,
    acting_names,
    others_to_act,
)
from registry.queries.assignments.lists import assignments_of_unit
from registry.queries.assignments.rows import AssignmentRow
from tests.conftest import TODAY
from tests.factories.people import make_assignment, make_member
from tests.factories.units import Province

JUNE_10, JUNE_14, JUNE_15, JUNE_20 = (date(2024, 6, day) for day in (10, 14, 15, 20))


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def held(name: str, unit: Unit, until: date | None = None) -> Assignment:
    return make_assignment(make_member(name, unit), unit, None, until=until)


def away(
    one: Assignment, since: date, until: date | None, acting: Assignment | None = None
) -> AssignmentAbsence:
    absence = AssignmentAbsence(
        line_id=one.line_id,
        kind=AbsenceKind.STUDY,
        acting_line_id=acting.line_id if acting else None,
        valid_from=since,
        valid_to=until,
    )
    db.session.add(absence)
    db.session.flush()
    return absence


def rows_of(unit: Unit, day: date | None = None) -> list[AssignmentRow]:
    return assignments_of_unit(unit.id, day)


def test_absences_are_told_by_line_in_order(here: Province) -> None:
    one, other, elsewhere = (
        held(name, unit)
        for name, unit in (
            ("Lê Một", here.commune),
            ("Lê Hai", here.commune),
            ("Lê Ba", here.far_commune),
        )
    )
    late, early = away(one, JUNE_15, None), away(one, JUNE_10, JUNE_14)
    away(elsewhere, JUNE_10, None)
    rows = rows_of(here.commune)
    assert {row.line_id for row in rows} == {one.line_id, other.line_id}
    assert absences_of(rows) == {one.line_id: (Period(JUNE_10, JUNE_14), Period(JUNE_15))}
    assert absences_of_line(one.line_id) == [late, early]


def test_who_acts_is_told_on_the_days_of_the_absence_while_he_is_assigned(here: Province) -> None:
    one, acting = held("Lê Vắng", here.commune), held("Lê Thay", here.commune, until=JUNE_20)
    alone, back = held("Lê Không Ai Thay", here.commune), held("Lê Đã Về", here.commune)
    away(one, JUNE_10, None, acting)
    away(alone, JUNE_10, None)
    away(back, JUNE_10, JUNE_15, acting)
    away(held("Lê Nơi Khác", here.far_commune), JUNE_10, None, acting)

    def told(day: date) -> dict[int, str]:
        return acting_names(rows_of(here.commune), day)

    assert told(date(2024, 6, 9)) == {}
    assert told(JUNE_14) == {one.id: "Lê Thay", back.id: "Lê Thay"}
    assert told(JUNE_15) == {one.id: "Lê Thay"}
    assert told(date(2024, 6, 19)) == {one.id: "Lê Thay"}
    assert told(JUNE_20) == {}


def test_without_a_number_the_first_absence_that_is_not_over_is_meant(here: Province) -> None:
    one, other = held("Lê Một", here.commune), held("Lê Hai", here.commune)
    over = away(one, JUNE_10, JUNE_15)
    goes_on, to_come = away(one, JUNE_15, JUNE_20), away(one, date(2024, 7, 1), None)
    of_another = away(other, JUNE_10, None)
    assert absence_to_change(one.line_id, None, JUNE_14) is over
    assert absence_to_change(one.line_id, None, JUNE_15) is goes_on
    assert absence_to_change(one.line_id, None, JUNE_20) is to_come
    assert absence_to_change(one.line_id, over.id, TODAY) is over
    assert absence_to_change(one.line_id, of_another.id, TODAY) is None
    to_come.valid_to = date(2024, 7, 2)
    assert absence_to_change(one.line_id, None, date(2024, 7, 2)) is None


def test_another_with_the_same_role_of_the_unit_may_act(here: Province) -> None:
    away_one = make_assignment(
        make_member("Lê Vắng", here.commune), here.commune, None, since=JUNE_15
    )
    second, first = held("Lê Bình", here.commune), held("Lê An", here.commune)
    last_days = held("Lê Cuối", here.commune, until=date(2024, 6, 16))
    held("Lê Đã Thôi", here.commune, until=JUNE_15)
    held("Lê Nơi Khác", here.far_commune)
    make_assignment(
        make_member("Lê Phối Hợp", here.commune),
        here.commune,
        None,
        role=AssignmentRole.SUPPORTING,
    )
    row = next(row for row in rows_of(here.commune) if row.id == away_one.id)
    assert [one.id for one in others_to_act(row)] == [first.id, second.id, last_days.id]
