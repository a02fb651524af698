"""The table of turns, walked: services take exactly its steps, lists wait for exactly those."""

from pathlib import Path

import pytest
from flask import Flask

from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, NotAllowed
from registry.domain.permissions import Actor, Role
from registry.domain.rosters import TURNS, RosterState, Step, next_state, steps_from
from registry.models.accounts import Grant
from registry.models.base import db
from registry.models.rosters import Roster
from registry.models.units import Unit
from registry.queries.paging import Window
from registry.queries.rosters.lists import waiting_for
from registry.services.decisions import ScanStore
from registry.services.rosters import deciding, turns
from registry.services.rosters.turns import RosterVersion
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import actor_for, make_account, make_actor
from tests.factories.approvals import approve_memberships
from tests.factories.decisions import typed_decision
from tests.factories.people import make_member, make_membership, make_person
from tests.factories.rosters import make_line, make_roster
from tests.factories.units import START, Province

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


OF_ANOTHER = [step for step, turn in TURNS.items() if turn.by_another]
# What may have been done with a list before the step.
BEFORE = {
    Step.VERIFY: ("listed", "drafted", "submitted_by_id"),
    Step.REVIEW: ("listed", "drafted", "submitted_by_id", "verified_by_id"),
    Step.DECIDE: ("listed", "drafted", "submitted_by_id", "verified_by_id", "reviewed_by_id"),
}


@pytest.mark.parametrize(
    ("step", "how"), [(step, how) for step in OF_ANOTHER for how in BEFORE[step]]
)
def test_nobody_takes_the_step_of_another_on_a_list_he_has_to_do_with(
    here: Province, store: ScanStore, step: Step, how: str
) -> None:
    account = make_account(DESKS[step], office(here, step))
    other = actor_for(make_account(DESKS[step], office(here, step), login="khac"))
    line = make_line(make_member("Lê Văn Thử", here.commune))
    state = min(TURNS[step].before)
    roster = make_roster(here.commune, [line], state)
    actor = actor_for(account)
    if how == "listed":
        line.person_id = account.person_id
    elif how == "drafted":
        turns.record_step(actor, Deed.ROSTER_ADD_LINES, roster, MOMENT, added=1)
    else:
        setattr(roster, how, account.id)
    db.session.flush()
    assert actor.may(TURNS[step].action)
    assert waiting_for(actor, TODAY, Window(50)).rows == []
    assert [row.id for row in waiting_for(other, TODAY, Window(50)).rows] == [roster.id]
    with pytest.raises(NotAllowed):
        take(step, actor, roster, here, store)
    back = deciding.SendBack(roster_id=roster.id, version=roster.version, desk=step, reason="Thiếu")
    with pytest.raises(NotAllowed):
        deciding.send_back(actor, back, MOMENT)
    assert roster.state is state


def test_one_account_with_every_role_takes_one_step_of_a_list_and_no_other(
    here: Province, store: ScanStore
) -> None:
    account = make_account(Role.UNIT_OFFICER, here.commune)
    assert account.person is not None
    for step in OF_ANOTHER:
        make_membership(account.person, office(here, step), is_main=False)
        held = Grant(role=DESKS[step], office_id=office(here, step).id, valid_from=START)
        account.grants.append(held)
    db.session.flush()
    roster = make_roster(
        here.commune,
        [make_line(make_member("Lê Văn Thử", here.commune))],
        submitted_by=make_account(Role.UNIT_OFFICER, here.commune, login="dongnghiep"),
    )
    actor = actor_for(account)
    take(Step.SUBMIT, actor, roster, here, store)
    roster.submitted_by_id = None  # as if the colleague had pressed the button
    db.session.flush()
    take(Step.VERIFY, actor, roster, here, store)
    for step in (Step.REVIEW, Step.DECIDE):
        with pytest.raises(NotAllowed):
            take(step, actor, roster, here, store)
        another = make_account(DESKS[step], office(here, step), login=f"nguoi-{step}")
        take(step, actor_for(another), roster, here, store)
    assert roster.state is RosterState.DECIDED


@pytest.mark.parametrize("state", RosterState)
def test_the_next_state_is_the_one_of_the_table(state: RosterState) -> None:
    for step in steps_from(state) - {Step.RETURN}:
        assert next_state(state, step) is TURNS[step].after
