"""Questions about decisions: one that may be seen, those of a unit, what hangs on one."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask

from registry.domain.decisions import DecisionKind, EndKind
from registry.domain.permissions import EVERYTHING, Action, Role
from registry.domain.rosters import RosterState
from registry.models.base import db
from registry.models.decisions import Decision, DecisionEnd, StoredFile
from registry.models.rosters import Roster
from registry.models.units import Unit
from registry.queries.decisions import (
    Lack,
    all_stored_files,
    decision_numbered,
    decisions_of_unit,
    decisions_seen,
    decisions_with_issuer,
    incomplete_decisions,
    kinds_ended_by,
    replaced_files,
    roster_units_on,
    rosters_on_decision,
    seen_decision,
    stored_bytes,
)
from registry.queries.paging import Window
from tests.conftest import NOW, TODAY
from tests.factories.accounts import make_account, make_actor
from tests.factories.people import make_decision
from tests.factories.units import (
    AFTER_THE_NEXT,
    BEFORE_THE_MOVE,
    MovingCommunes,
    Province,
)


def make_roster(unit: Unit, decision: Decision, number: int = 1) -> Roster:
    roster = Roster(
        unit_id=unit.id,
        number=number,
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


# --- one by one --------------------------------------------------------------------------


def stored(name: str, size: int = 1, *, replaced_at: datetime | None = None) -> StoredFile:
    """Make a recorded file."""
    made = StoredFile(
        storage_name=name,
        original_name=f"{name}.pdf",
        content_type="application/pdf",
        size=size,
        sha256="0" * 64,
        created_at=NOW,
        replaced_at=replaced_at,
    )
    db.session.add(made)
    db.session.flush()
    return made


def test_decisions_and_their_lists_are_seen_where_the_units_stand_today(app: Flask) -> None:
    here = MovingCommunes()
    scope = here.below(here.district)
    made = {
        unit: make_decision(unit) for unit in (here.other_commune, here.far_commune, here.commune)
    }
    seen = {unit for unit, one in made.items() if seen_decision(one.id, scope, TODAY) is one}
    assert seen == {here.commune}
    asked = [None, *(one.id for one in made.values()), made[here.commune].id]
    mine = make_decision(here.commune, "2/QĐ-UBND")
    assert decisions_seen(asked, scope, TODAY) == {made[here.commune].id: made[here.commune]}
    assert decisions_seen([*asked, mine.id], EVERYTHING, TODAY) == {
        one.id: one for one in (*made.values(), mine)
    }
    paper = make_decision(here.province)
    for unit in (here.far_commune, here.commune, here.other_commune):
        make_roster(unit, paper)
    second = make_roster(here.commune, mine, 2)
    again = make_roster(here.commune, paper, 3)
    found = rosters_on_decision(paper.id, scope, TODAY)
    assert [(one.unit_id, one.number, one.state) for one in found] == [
        (here.commune.id, 1, RosterState.DECIDED),
        (here.commune.id, 3, RosterState.DECIDED),
    ]
    assert again.id in {one.id for one in found}
    units = [here.commune.id, here.other_commune.id, here.far_commune.id]
    assert roster_units_on(paper.id) == sorted(units)
    assert roster_units_on(mine.id) == [here.commune.id]
    assert [one.id for one in rosters_on_decision(mine.id, EVERYTHING, TODAY)] == [second.id]


def test_issuers_are_known_of_all_units_or_of_those_below_a_path_on_the_day(app: Flask) -> None:
    here = MovingCommunes()
    made = [
        make_decision(unit, f"{number}/QĐ-UBND")
        for number, unit in enumerate(
            (here.commune, here.far_commune, here.other_commune, here.commune)
        )
    ]
    make_decision(here.commune, "10/QĐ-UBND").issuer = None
    db.session.flush()
    ordered = [made[0], made[3], made[2], made[1]]
    assert decisions_with_issuer(None, TODAY) == ordered
    path = f"/{here.province.id}/{here.district.id}/"
    assert decisions_with_issuer(path, TODAY) == ordered[:2]
    assert decisions_with_issuer(path, BEFORE_THE_MOVE) == ordered[:3]
    assert decisions_with_issuer(path, AFTER_THE_NEXT) == [ordered[0], ordered[1], ordered[3]]


def test_a_paper_ends_the_kinds_of_papers_it_takes_out_of_force(app: Flask) -> None:
    here = Province()
    plan, decision, other, by, other_by = (
        make_decision(here.commune, f"{number}/QĐ-UBND") for number in range(5)
    )
    plan.kind = DecisionKind.PLAN
    for ended, ending in ((plan, by), (decision, by), (other, other_by)):
        db.session.add(
            DecisionEnd(
                decision_id=ended.id, by_id=ending.id, kind=EndKind.REPLACED, created_at=NOW
            )
        )
    other.kind = DecisionKind.PLAN
    db.session.flush()
    assert set(kinds_ended_by(by.id)) == {DecisionKind.PLAN, DecisionKind.DECISION}
    assert kinds_ended_by(other_by.id) == [DecisionKind.PLAN]
    assert kinds_ended_by(plan.id) == []


def test_what_is_lacking_is_listed_by_its_day_page_by_page_where_units_stand_today(
    app: Flask,
) -> None:
    here = MovingCommunes()
    scope = here.below(here.district)
    undated = make_decision(here.commune, "1/QĐ-UBND", issued_on=None)
    late = make_decision(here.commune, "2/QĐ-UBND", issued_on=date(2024, 6, 9))
    early = make_decision(here.district, "3/QĐ-UBND", issued_on=date(2024, 6, 8))
    same_day = make_decision(here.commune, "4/QĐ-UBND", issued_on=date(2024, 6, 8))
    whole = make_decision(here.commune, "5/QĐ-UBND")
    whole.file_id = stored("quet").id
    for unit in (here.other_commune, here.far_commune):
        make_decision(unit, issued_on=None)
    db.session.flush()

    def pages(lack: Lack) -> list[list[Decision]]:
        found = [incomplete_decisions(lack, scope, TODAY, Window(3, one)) for one in ("1", "2")]
        assert len({page.total for page in found}) == 1
        return [list(page.rows) for page in found[: -(-found[0].total // 3)]]

    assert pages(Lack.SCAN) == [[early, same_day, late], [undated]]
    assert pages(Lack.DAY) == [[undated]]


def test_files_replaced_before_a_moment_are_told_that_no_paper_has(app: Flask) -> None:
    here = Province()
    before = NOW - timedelta(seconds=1)
    names = ("gone", "now", "kept", "of a decision", "of a grant", "gone too")
    files = {
        name: stored(name, number + 1, replaced_at={"now": NOW, "kept": None}.get(name, before))
        for number, name in enumerate(names)
    }
    decision, kept = make_decision(here.commune), make_decision(here.other_commune)
    decision.file_id, kept.file_id = files["of a decision"].id, files["kept"].id
    account = make_account(Role.UNIT_OFFICER, here.commune)
    account.grants[0].paper_id = files["of a grant"].id
    db.session.flush()
    assert replaced_files(NOW) == [files["gone"], files["gone too"]]
    assert all_stored_files() == list(files.values())
    assert [stored_bytes(), stored_bytes(here.commune.id), stored_bytes(here.province.id)] == [
        21,
        4,
        0,
    ]


def test_a_decision_is_found_by_its_number_in_capitals_or_not_the_first_recorded(
    app: Flask,
) -> None:
    here = Province()
    make_decision(here.other_commune, "15/QĐ-UBND")
    first, second = (make_decision(here.commune, one) for one in ("15/qđ-ubnd", "15/QĐ-UBND"))
    assert decision_numbered(here.commune.id, "15/QĐ-ubnd") is first
    assert decision_numbered(here.commune.id, "5/QĐ-UBND") is None
    assert decision_numbered(here.far_commune.id, "15/QĐ-UBND") is None
    assert second.id > first.id


def test_decisions_of_one_day_come_the_last_recorded_first(app: Flask) -> None:
    here = Province()
    one, two = (make_decision(here.commune, number) for number in ("1/QĐ", "2/QĐ"))
    assert decisions_of_unit(here.commune.id) == [two, one]
