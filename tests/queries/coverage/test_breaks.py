"""Who left and came back counts no more, and who is away counts not while away: each of itself."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.assignments import AbsenceKind
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment, AssignmentAbsence, AssignmentConfirmation
from registry.models.base import db
from registry.models.people import Person
from registry.queries.coverage.counting import focal_point_counts
from tests.conftest import NOW, TODAY
from tests.factories.people import make_assignment, make_decision, make_member, make_membership
from tests.factories.units import START, Province, make_unit

JUNE_9, JUNE_10, JUNE_20 = date(2024, 6, 9), date(2024, 6, 10), date(2024, 6, 20)


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def confirm(assignment: Assignment, day: date) -> None:
    """Let an assignment be confirmed to go on from a day."""
    db.session.add(
        AssignmentConfirmation(line_id=assignment.line_id, confirmed_on=day, created_at=NOW)
    )
    db.session.flush()


def test_an_assignment_without_an_end_counts_no_more_once_its_holder_has_left(
    here: Province,
) -> None:
    person = make_member("Võ Văn Bốn", here.commune, until=JUNE_10)
    make_membership(person, here.commune, since=JUNE_20)
    make_assignment(person, here.commune, make_decision(here.commune))
    assert focal_point_counts(JUNE_9) == {here.commune.id: 1}
    # There again, and not confirmed since.
    assert focal_point_counts(TODAY) == {}


def test_who_came_back_counts_again_from_the_day_on_which_just_that_was_confirmed(
    here: Province,
) -> None:
    person = make_member("Võ Văn Bốn", here.commune, until=JUNE_10)
    make_membership(person, here.commune, since=JUNE_20)
    # Of another unit he was a member all the time.
    make_membership(person, here.other_commune, is_main=False)
    own, other = (
        make_assignment(person, unit, make_decision(unit))
        for unit in (here.commune, here.other_commune)
    )
    # Before he left, while he was no member, and of the other.
    confirm(own, JUNE_9)
    confirm(own, date(2024, 6, 15))
    confirm(other, date(2024, 6, 22))
    assert focal_point_counts(TODAY) == {here.other_commune.id: 1}
    confirm(own, date(2024, 6, 25))
    both = {here.commune.id: 1, here.other_commune.id: 1}
    assert focal_point_counts(date(2024, 6, 24)) == {here.other_commune.id: 1}
    assert focal_point_counts(date(2024, 6, 25)) == focal_point_counts(TODAY) == both


def test_who_holds_again_what_another_held_meanwhile_has_left_and_the_next_holder_has_not(
    here: Province,
) -> None:
    one, other = (make_member(name, here.commune) for name in ("Võ Văn Bốn", "Lê Năm"))
    decision = make_decision(here.commune)

    def counted(*rows: tuple[Person, date, date | None]) -> dict[int, int]:
        line = [
            make_assignment(person, here.commune, decision, since=since, until=until)
            for person, since, until in rows
        ]
        for row in line:
            row.line_id = line[0].line_id
        db.session.flush()
        found = focal_point_counts(TODAY)
        for row in line:
            db.session.delete(row)
        db.session.flush()
        return found

    again = ((one, START, JUNE_10), (other, JUNE_10, JUNE_20), (one, JUNE_20, None))
    assert counted(*again) == {}
    assert counted((other, START, JUNE_10), (one, JUNE_20, None)) == {here.commune.id: 1}


def test_who_left_on_the_day_on_which_the_assignment_began_had_not_held_it(here: Province) -> None:
    person = make_member("Võ Văn Bốn", here.commune, until=JUNE_10)
    make_membership(person, here.commune, since=JUNE_20)
    make_assignment(person, here.commune, make_decision(here.commune), since=JUNE_10)
    assert focal_point_counts(TODAY) == {here.commune.id: 1}


@pytest.mark.parametrize("where", ["above", "below"])
def test_who_goes_on_belonging_by_another_membership_has_not_left(
    here: Province, where: str
) -> None:
    person = make_member("Võ Văn Bốn", here.commune, until=JUNE_10)
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    unit = {"above": here.district, "below": team}[where]
    make_membership(person, unit, is_main=False)
    make_assignment(person, here.commune, make_decision(here.commune))
    assert focal_point_counts(TODAY) == {here.commune.id: 1}


def test_who_is_away_leaves_only_what_he_holds_himself_uncovered(here: Province) -> None:
    away, _ = (
        make_assignment(make_member("Võ Văn Bốn", unit), unit, make_decision(unit))
        for unit in (here.commune, here.other_commune)
    )
    db.session.add(
        AssignmentAbsence(
            line_id=away.line_id, kind=AbsenceKind.STUDY, valid_from=JUNE_10, valid_to=JUNE_20
        )
    )
    db.session.flush()
    both = {here.commune.id: 1, here.other_commune.id: 1}
    assert focal_point_counts(JUNE_9) == both
    assert focal_point_counts(JUNE_10) == {here.other_commune.id: 1}
    assert focal_point_counts(JUNE_20) == both
