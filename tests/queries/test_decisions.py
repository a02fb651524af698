"""Questions about decisions: one that may be seen, those of a unit, what hangs on one."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.permissions import EVERYTHING, Action, Role
from registry.domain.rosters import RosterState
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.rosters import Roster
from registry.models.units import Unit
from registry.queries.decisions import (
    Lack,
    decisions_of_unit,
    incomplete_decisions,
    roster_units_on,
    rosters_on_decision,
    seen_decision,
)
from registry.queries.paging import Window
from tests.conftest import NOW, TODAY
from tests.factories.accounts import make_actor
from tests.factories.people import make_decision
from tests.factories.units import Province


def make_roster(unit: Unit, decision: Decision) -> Roster:
    roster = Roster(
        unit_id=unit.id,
        number=1,
        state=RosterState.DECIDED,
        created_at=NOW,
        decision_id=decision.id,
        content_hash="0" * 64,
    )
    db.session.add(roster)
    db.session.flush()
    return roster


def test_a_decision_is_seen_within_the_scope_of_its_unit(app: Flask) -> None:
    here = Province()
    decision = make_decision(here.commune)
    own = make_actor(Role.UNIT_OFFICER, here.commune).scope(Action.DECISION_SEE)
    other = make_actor(Role.UNIT_OFFICER, here.other_commune).scope(Action.DECISION_SEE)
    assert seen_decision(decision.id, own, TODAY) is decision
    assert seen_decision(decision.id, other, TODAY) is None
    assert seen_decision(999, EVERYTHING, TODAY) is None


def test_the_newest_decision_comes_first_after_those_without_a_day(app: Flask) -> None:
    here = Province()
    old = make_decision(here.commune, "1/QĐ-UBND", issued_on=date(2024, 6, 1))
    new = make_decision(here.commune, "2/QĐ-UBND", issued_on=date(2024, 6, 9))
    undated = make_decision(here.commune, "3/QĐ-UBND", issued_on=None)
    make_decision(here.other_commune, "4/QĐ-UBND")
    assert decisions_of_unit(here.commune.id) == [undated, new, old]


def test_lists_approved_by_a_decision_are_named_within_the_scope(app: Flask) -> None:
    here = Province()
    decision = make_decision(here.province)
    near = make_roster(here.commune, decision)
    far = make_roster(here.far_commune, decision)
    assert roster_units_on(decision.id) == [here.commune.id, here.far_commune.id]
    everything = rosters_on_decision(decision.id, EVERYTHING, TODAY)
    assert [roster.id for roster in everything] == [near.id, far.id]
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    own = rosters_on_decision(decision.id, officer.scope(Action.ROSTER_SEE), TODAY)
    assert [roster.id for roster in own] == [near.id]


@pytest.mark.parametrize("lack", list(Lack))
def test_decisions_that_lack_something_are_counted_and_listed_and_none_where_none_does(
    app: Flask, lack: Lack
) -> None:
    here = Province()

    def found() -> tuple[int, list[Decision]]:
        page = incomplete_decisions(lack, EVERYTHING, TODAY, Window(50))
        return page.total, list(page.rows)

    assert found() == (0, [])
    decision = make_decision(here.commune, issued_on=None)
    assert found() == (1, [decision])
