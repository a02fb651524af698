"""Who left and came back counts no more, and who is away counts not while away: each of itself."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.assignments import AbsenceKind
from registry.models.assignments import AssignmentAbsence
from registry.models.base import db
from registry.queries.coverage.counting import focal_point_counts
from tests.conftest import TODAY
from tests.factories.people import make_assignment, make_decision, make_member, make_membership
from tests.factories.units import Province

JUNE_9, JUNE_10, JUNE_20 = date(2024, 6, 9), date(2024, 6, 10), date(2024, 6, 20)


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def test_an_assignment_without_an_end_counts_no_more_once_its_holder_has_left(
    here: Province,
) -> None:
    person = make_member("Võ Văn Bốn", here.commune, until=JUNE_10)
    make_membership(person, here.commune, since=JUNE_20)
    make_assignment(person, here.commune, make_decision(here.commune))
    assert focal_point_counts(JUNE_9) == {here.commune.id: 1}
    # There again, and not confirmed since.
    assert focal_point_counts(TODAY) == {}


def test_who_goes_on_belonging_by_another_membership_has_not_left(here: Province) -> None:
    person = make_member("Võ Văn Bốn", here.commune, until=JUNE_10)
    make_membership(person, here.district, is_main=False)
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
