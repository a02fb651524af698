"""The table of turns, walked: services take exactly its steps, lists wait for exactly those."""

from pathlib import Path

import pytest
from flask import Flask

from registry.domain.errors import Conflict, NotAllowed
from registry.domain.permissions import Actor, Role
from registry.domain.rosters import TURNS, RosterState, Step, next_state, steps_from
from registry.models.rosters import Roster
from registry.models.units import Unit
from registry.queries.paging import Window
from registry.queries.rosters.lists import waiting_for
from registry.services.decisions import ScanStore
from registry.services.rosters import deciding
from registry.services.rosters.turns import RosterVersion
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import actor_for, make_account, make_actor
from tests.factories.approvals import approve_memberships
from tests.factories.decisions import typed_decision
from tests.factories.people import make_member, make_membership, make_person
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import Province

DESKS = {
    Step.SUBMIT: Role.UNIT_OFFICER,
    Step.VERIFY: Role.VERIFIER,
    Step.REVIEW: Role.REVIEWER,
    Step.DECIDE: Role.APPROVER,
}


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


@pytest.fixture
def store(tmp_path: Path) -> ScanStore:
    return ScanStore(tmp_path, 1024)


def office(here: Province, step: Step) -> Unit:
    offices = {
        Step.SUBMIT: here.commune,
        Step.VERIFY: here.district,
        Step.REVIEW: here.it_department,
        Step.DECIDE: here.province,
    }
    return offices[step]


def roster_in_state(here: Province, state: RosterState) -> Roster:
    if state is RosterState.DECIDED:
        return approve_memberships(
            here.commune, make_membership(make_person("Lê Văn Thử"), here.commune)
        )
    return make_roster(here.commune, [make_line(make_member("Lê Văn Thử", here.commune))], state)


def take(step: Step, actor: Actor, roster: Roster, here: Province, store: ScanStore) -> Roster:
    """Take a step on the whole list, as its desk does."""
    shown = RosterVersion(roster_id=roster.id, version=roster.version)
    match step:
        case Step.SUBMIT:
            return deciding.submit(actor, shown, MOMENT)
        case Step.VERIFY:
            return deciding.verify(actor, shown, MOMENT)
        case Step.REVIEW:
            command = deciding.Review(roster_id=roster.id, version=roster.version, remarks={})
            return deciding.review(actor, command, MOMENT)
        case _:
            whole = deciding.Approve(
                roster_id=roster.id,
                version=roster.version,
                content_hash=roster.content_hash or "",
                approved=frozenset(line.id for line in roster.lines),
                returned={},
                reason="",
                decision_id=None,
                new_decision=typed_decision(here.province),
            )
            return deciding.approve(actor, whole, MOMENT, store).roster


@pytest.mark.parametrize("state", RosterState)
@pytest.mark.parametrize("step", TURNS)
def test_a_desk_takes_its_step_where_the_table_says_and_nowhere_else(
    here: Province, store: ScanStore, state: RosterState, step: Step
) -> None:
    roster = roster_in_state(here, state)
    actor = make_actor(DESKS[step], office(here, step))
    assert actor.may(TURNS[step].action)
    if state in TURNS[step].before:
        assert take(step, actor, roster, here, store).state is TURNS[step].after
    else:
        with pytest.raises(Conflict):
            take(step, actor, roster, here, store)


@pytest.mark.parametrize("state", RosterState)
@pytest.mark.parametrize("step", TURNS)
def test_a_desk_may_return_the_list_in_place_of_its_step(
    here: Province, state: RosterState, step: Step
) -> None:
    roster = roster_in_state(here, state)
    actor = make_actor(DESKS[step], office(here, step))
    command = deciding.SendBack(
        roster_id=roster.id, version=roster.version, desk=step, reason="Thiếu năm sinh."
    )
    if step is not Step.SUBMIT and state in TURNS[step].before:
        assert deciding.send_back(actor, command, MOMENT).state is RosterState.RETURNED
    else:
        with pytest.raises(Conflict):
            deciding.send_back(actor, command, MOMENT)


@pytest.mark.parametrize("state", RosterState)
@pytest.mark.parametrize("step", TURNS)
def test_a_list_waits_for_the_desks_of_the_table(
    here: Province, state: RosterState, step: Step
) -> None:
    roster_in_state(here, state)
    actor = make_actor(DESKS[step], office(here, step))
    to_begin_anew = step is Step.SUBMIT and state is RosterState.RETURNED
    assert bool(waiting_for(actor, TODAY, Window(50)).rows) == (
        step in steps_from(state) or to_begin_anew
    )


@pytest.mark.parametrize("step", [step for step, turn in TURNS.items() if turn.by_another])
def test_nobody_takes_the_step_of_another_on_his_own_list(
    here: Province, store: ScanStore, step: Step
) -> None:
    submitter = make_account(DESKS[step], office(here, step))
    line = make_line(make_member("Lê Văn Thử", here.commune))
    state = min(TURNS[step].before)
    roster = make_roster(here.commune, [line], state, submitted_by=submitter)
    actor = actor_for(submitter)
    assert actor.may(TURNS[step].action)
    assert waiting_for(actor, TODAY, Window(50)).rows == []
    with pytest.raises(NotAllowed):
        take(step, actor, roster, here, store)


@pytest.mark.parametrize("state", RosterState)
def test_the_next_state_is_the_one_of_the_table(state: RosterState) -> None:
    for step in steps_from(state) - {Step.RETURN}:
        assert next_state(state, step) is TURNS[step].after
