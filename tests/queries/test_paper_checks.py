"""Which assignments wait to be compared with their paper, page by page, and what was compared."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.permissions import EVERYTHING, Scope
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.units import Unit
from registry.queries.paging import Window
from registry.queries.paper_checks import (
    assignments_with_ids,
    checks_of,
    checks_that_hold,
    unchecked_assignments,
)
from tests.conftest import TODAY
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_paper_check,
)
from tests.factories.units import START, MovingCommunes

JUNE_10, JUNE_20 = date(2024, 6, 10), date(2024, 6, 20)


@pytest.fixture
def here(app: Flask) -> MovingCommunes:
    return MovingCommunes()


def held(
    unit: Unit, decision: Decision | None, *, since: date = START, until: date | None = None
) -> Assignment:
    person = make_member("Lê Thử", unit)
    return make_assignment(person, unit, decision, since=since, until=until)


def test_the_oldest_papers_wait_first_and_pages_add_up_to_what_is_in_force(
    here: MovingCommunes,
) -> None:
    late = make_decision(here.commune, "2/QĐ-UBND", issued_on=JUNE_10)
    early, same_day = (make_decision(here.commune, f"{number}/QĐ-UBND") for number in (3, 4))
    lapsed, to_come = (make_decision(here.commune, f"{number}/QĐ-UBND") for number in (5, 6))
    lapsed.effective_to, to_come.effective_from = JUNE_20, date(2024, 7, 1)
    rows = [
        held(here.district, late),
        held(here.commune, late),
        held(here.commune, same_day),
        held(here.commune, early, since=JUNE_20),
        held(here.commune, early),
    ]
    wanted = [rows[3], rows[4], rows[2], rows[0], rows[1]]
    held(here.commune, None)
    held(here.commune, lapsed)
    held(here.commune, to_come)
    held(here.commune, early, until=JUNE_20)
    compared = held(here.commune, early)
    make_paper_check(compared)

    def page(
        window: Window, unit: Unit | None = None, day: date = JUNE_20
    ) -> tuple[list[int], int]:
        found = unchecked_assignments(
            EVERYTHING, TODAY, day, window, unit_id=unit.id if unit else None
        )
        return [row.id for row in found.rows], found.total

    assert page(Window(10)) == ([one.id for one in wanted], 5)
    assert page(Window(2)) == ([rows[3].id, rows[4].id], 5)
    first = unchecked_assignments(EVERYTHING, TODAY, JUNE_20, Window(2))
    assert page(Window(2, first.next or "")) == ([rows[2].id, rows[0].id], 5)
    assert page(Window(10), here.district) == ([rows[0].id], 1)
    assert page(Window(10), here.far_commune) == ([], 0)
    # The day before, the lapsed paper was in force and another assignment too.
    assert page(Window(10), day=date(2024, 6, 19))[1] == 6
    assert page(Window(10), day=date(2024, 6, 9))[1] == 4


def test_unit_and_paper_both_lie_in_the_scope_of_today(here: MovingCommunes) -> None:
    own, moved, coming = (
        make_decision(unit, f"{unit.id}/QĐ-UBND")
        for unit in (here.commune, here.other_commune, here.far_commune)
    )
    both = held(here.commune, own)
    held(here.commune, moved)
    held(here.other_commune, own)
    beside = [held(here.other_commune, coming), held(here.far_commune, moved)]

    def told(scope: Scope, day: date) -> list[int]:
        page = unchecked_assignments(scope, TODAY, day, Window(10))
        assert page.total == len(page.rows)
        return sorted(row.id for row in page.rows)

    for day in (JUNE_10, TODAY, date(2024, 7, 20)):
        assert told(here.below(here.district), day) == [both.id]
        assert told(here.below(here.other_district), day) == [one.id for one in beside]
        assert len(told(EVERYTHING, day)) == 5


def test_checks_are_told_of_the_lines_asked_and_those_that_hold_by_assignment(
    here: MovingCommunes,
) -> None:
    decision, other = (make_decision(here.commune, f"{number}/QĐ-UBND") for number in (1, 2))
    one, old, never, unasked = (held(here.commune, decision) for _ in range(4))
    holding, stale = make_paper_check(one), make_paper_check(old, version=decision.version + 1)
    make_paper_check(unasked)
    asked = [old, never, one]
    assert checks_of(asked) == {
        (one.line_id, decision.id): holding,
        (old.line_id, decision.id): stale,
    }
    assert checks_that_hold(asked) == {one.id: holding}
    one.decision_id = other.id
    db.session.flush()
    assert checks_that_hold(asked) == {}
    assert assignments_with_ids([never.id, one.id, unasked.id + 100]) == [one, never]
