"""Questions about what waits for somebody: how much, whose, since when, until when."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.assignments import CountingSetting
from registry.domain.permissions import PUBLIC_ACTOR, Actor, Role
from registry.domain.rosters import RosterState
from registry.domain.tasks import Task, tasks_of
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import UnitPeriod
from registry.queries.coverage.figures import coverage
from registry.queries.tasks import ending, handed_over, left_over_units, uncovered, waiting
from registry.queries.units.on_a_day import unit_on
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import actor_for, make_actor
from tests.factories.approvals import approve_memberships
from tests.factories.cards import make_card
from tests.factories.coverage import make_home, make_rule, set_counting
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_paper_check,
    make_person,
)
from tests.factories.rosters import make_line, make_roster
from tests.factories.signups import make_signup
from tests.factories.statements import statements_counted
from tests.factories.tasks import BusyProvince
from tests.factories.trainings import make_class
from tests.factories.units import (
    BEFORE_THE_MOVE,
    MovingCommunes,
    Province,
    make_left_over,
    rename_unit,
)

JUNE_2 = date(2024, 6, 2)


@pytest.fixture
def busy(app: Flask) -> BusyProvince:
    return BusyProvince()


def counts(busy: BusyProvince, role: Role) -> dict[Task, int]:
    """Return how much of each kind waits for somebody of a role."""
    actor = actor_for(busy.accounts[role])
    found = {one.task: one.count for one in waiting(actor, MOMENT, TODAY)}
    found |= {one.task: one.count for _, one in uncovered(actor, TODAY, TODAY) if one}
    found |= {one.task: one.count for one in [ending(actor, TODAY, TODAY)] if one}
    return found


EXPECTED = {
    Role.UNIT_OFFICER: {
        Task.ROSTERS_RETURNED: 1,
        Task.ASSIGNMENTS_UNDECIDED: 1,
        Task.ASSIGNMENTS_CARRIED_OVER: 1,
        Task.ASSIGNMENTS_ENDING: 1,
        Task.DECISIONS_WITHOUT_DAY: 1,
        Task.DECISIONS_WITHOUT_SCAN: 2,
        Task.PEOPLE_WITHOUT_PHONE: 1,
    },
    Role.VERIFIER: {Task.ROSTERS_TO_VERIFY: 1},
    Role.REVIEWER: {
        Task.SIGNUPS_TO_RECEIVE: 2,
        Task.ROSTERS_TO_REVIEW: 2,
        Task.BATCHES_COMPOSED: 1,
        Task.UNITS_UNCOVERED: 9,
        Task.ASSIGNMENTS_UNDECIDED: 2,
        Task.ASSIGNMENTS_CARRIED_OVER: 2,
        Task.ASSIGNMENTS_ENDING: 2,
        Task.ASSIGNMENTS_UNCHECKED: 2,
        Task.ROSTERS_UNDECIDED: 1,
        Task.DECISIONS_WITHOUT_DAY: 2,
        Task.DECISIONS_WITHOUT_SCAN: 8,
        Task.PEOPLE_WITHOUT_PHONE: 2,
        Task.CLASSES_WITHOUT_ATTENDANCE: 1,
        Task.CARDS_TO_PRINT: 2,
    },
    Role.APPROVER: {Task.ROSTERS_TO_DECIDE: 1, Task.LINKS_TO_RELEASE: 1},
    Role.VIEWER: {},
    Role.SYSTEM_ADMINISTRATOR: {
        Task.MAILS_WAITING: 1,
        Task.ACCOUNTS_WITHOUT_PASSWORD: 1,
        Task.ACCOUNTS_LOCKED: 1,
    },
}


@pytest.mark.parametrize("role", list(EXPECTED))
def test_each_role_is_told_of_its_own_work_where_its_rights_reach(
    busy: BusyProvince, role: Role
) -> None:
    assert counts(busy, role) == EXPECTED[role]


def test_every_kind_of_work_but_a_draft_of_one_s_own_is_expected_of_some_role() -> None:
    expected = {task for tasks in EXPECTED.values() for task in tasks}
    # A body left over needs a province that ended; tests/queries/units/test_left_over.py has one.
    assert set(Task) - expected == {Task.ROSTERS_DRAFTED, Task.UNITS_LEFT_OVER}


def test_a_draft_waits_for_the_unit_that_composes_it(busy: BusyProvince) -> None:
    make_roster(busy.commune, [], RosterState.DRAFT, number=3)
    found = counts(busy, Role.UNIT_OFFICER)
    assert found[Task.ROSTERS_DRAFTED] == 1
    assert Task.ROSTERS_RETURNED not in found


def test_a_list_one_submitted_oneself_waits_for_another(busy: BusyProvince) -> None:
    approver = busy.accounts[Role.APPROVER]
    unit = busy.here.other_commune
    line = make_line(make_member("Lê Văn Ba", unit))
    make_roster(unit, [line], RosterState.REVIEWED, submitted_by=approver)
    assert counts(busy, Role.APPROVER)[Task.ROSTERS_TO_DECIDE] == 1


def test_the_longest_waiting_is_named_with_its_day_and_the_first_day_due(
    busy: BusyProvince,
) -> None:
    told = {
        one.task: (one.unit_name, one.since, one.due)
        for role in (Role.REVIEWER, Role.UNIT_OFFICER, Role.SYSTEM_ADMINISTRATOR)
        for one in waiting(actor_for(busy.accounts[role]), MOMENT, TODAY)
    }
    assert told[Task.SIGNUPS_TO_RECEIVE] == ("Xã Đại Minh", date(2024, 6, 12), None)
    assert told[Task.ROSTERS_RETURNED] == ("Xã Bình Minh", date(2024, 6, 18), None)
    assert told[Task.BATCHES_COMPOSED] == (None, date(2024, 6, 1), date(2024, 7, 15))
    assert told[Task.MAILS_WAITING] == (None, date(2024, 6, 1), date(2024, 7, 3))
    assert told[Task.ASSIGNMENTS_CARRIED_OVER] == (
        "Xã Bình Minh",
        date(2024, 6, 20),
        date(2024, 12, 16),
    )
    assert told[Task.CLASSES_WITHOUT_ATTENDANCE][1] == date(2024, 6, 12)


def test_what_was_carried_over_is_due_on_the_last_day_on_which_it_counts(
    busy: BusyProvince,
) -> None:
    set_counting(CountingSetting.GRACE_DAYS, 60)
    found = waiting(actor_for(busy.accounts[Role.UNIT_OFFICER]), MOMENT, TODAY)
    (carried,) = (one for one in found if one.task is Task.ASSIGNMENTS_CARRIED_OVER)
    assert carried.due == date(2024, 8, 18)


def test_the_longest_vacancy_is_named_with_its_first_day(busy: BusyProvince) -> None:
    covered = busy.here.other_commune
    make_assignment(
        make_member("Lê Văn Bốn", covered), covered, make_decision(covered), until=date(2024, 6, 9)
    )
    ((_, found),) = uncovered(actor_for(busy.accounts[Role.REVIEWER]), TODAY, TODAY)
    assert found is not None
    assert (found.since, found.root_id) == (date(2024, 6, 1), busy.here.province.id)


def test_a_unit_is_named_as_a_body_whatever_waits_there(busy: BusyProvince) -> None:
    for period in db.session.scalars(select(UnitPeriod)):
        period.short_name = f"UBND {period.name}"
    db.session.commit()
    reviewer = actor_for(busy.accounts[Role.REVIEWER])
    ((_, found),) = uncovered(reviewer, TODAY, TODAY)
    told = {one.task: one.unit_name for one in waiting(reviewer, MOMENT, TODAY)}
    for name in (found.unit_name if found else None, told[Task.ASSIGNMENTS_UNDECIDED]):
        assert name is not None
        assert name.startswith("UBND ")


def test_the_menu_counts_the_steps_others_wait_for_and_nothing_that_is_only_lacking(
    busy: BusyProvince,
) -> None:
    for role, expected in EXPECTED.items():
        steps = {task: count for task, count in expected.items() if task.is_handed_over}
        assert handed_over(actor_for(busy.accounts[role]), MOMENT) == steps


def test_all_kinds_are_counted_in_one_statement_and_none_where_nobody_may_act(
    busy: BusyProvince,
) -> None:
    reviewer = actor_for(busy.accounts[Role.REVIEWER])
    assert tasks_of(PUBLIC_ACTOR) == []
    # Days of grace are asked for when something was carried over.
    for actor, on_the_page, in_the_menu in ((reviewer, 2, 1), (PUBLIC_ACTOR, 0, 0)):
        with statements_counted() as count:
            waiting(actor, MOMENT, TODAY)
            assert count() == on_the_page
            handed_over(actor, MOMENT)
            assert count() == on_the_page + in_the_menu


def test_what_is_lacking_is_counted_on_the_day_of_the_facts(busy: BusyProvince) -> None:
    officer = actor_for(busy.accounts[Role.UNIT_OFFICER])
    before = {one.task for one in waiting(officer, MOMENT, date(2024, 6, 9))}
    assert Task.ASSIGNMENTS_UNDECIDED not in before


def test_whose_unit_moved_is_told_what_waited_there_where_it_stood_before(app: Flask) -> None:
    here = MovingCommunes()
    make_home(here.province)
    make_rule(UnitKind.COMMUNE)
    officer = make_actor(Role.UNIT_OFFICER, here.other_commune)
    ((counted, lacking),) = uncovered(officer, BEFORE_THE_MOVE, TODAY)
    assert [unit.id for unit in counted.units] == [here.other_commune.id]
    assert lacking is not None
    person = make_member("Lê Sẽ Thôi", here.other_commune)
    decision = make_decision(here.other_commune)
    decision.effective_to = date(2024, 7, 1)
    make_assignment(person, here.other_commune, decision)
    stopped = make_member("Lê Đã Thôi", here.other_commune)
    make_assignment(
        stopped, here.other_commune, make_decision(here.other_commune), until=date(2024, 6, 25)
    )

    def stopping(day: date) -> tuple[int, date | None] | None:
        found = ending(officer, TODAY, day)
        return found and (found.count, found.due)

    assert stopping(BEFORE_THE_MOVE) == (2, date(2024, 6, 25))
    assert stopping(TODAY) == (1, date(2024, 7, 1))


def test_work_is_counted_where_its_unit_stands_today_and_as_of_the_day_of_the_facts(
    app: Flask,
) -> None:
    here = MovingCommunes()
    communes = (here.commune, here.other_commune, here.far_commune)
    for unit in communes:
        make_signup(unit)
        make_roster(unit, [], RosterState.REVIEWED)
        make_class(unit)
        make_decision(unit, issued_on=None)
        holder = make_member("Lê Văn Giữ", unit)
        make_assignment(holder, unit, None, since=date(2024, 6, 15), until=date(2024, 6, 25))
        approve_memberships(unit, make_membership(make_person("Lê Văn Thẻ"), unit))
    with_card = make_membership(make_person("Lê Có Thẻ"), here.district)
    approve_memberships(here.district, with_card)
    make_card(with_card, printed=(NOW,))
    _, checked, _ = (
        make_assignment(
            make_member("Lê Văn Theo", here.commune),
            here.commune,
            make_decision(unit),
            since=JUNE_2,
        )
        for unit in (here.commune, here.commune, here.other_commune)
    )
    make_paper_check(checked)
    actor = Actor(
        account_id=None,
        person_id=None,
        label="web:1",
        roles=frozenset(),
        scopes=dict.fromkeys(
            {task.action for task in Task if task is not Task.LINKS_TO_RELEASE},
            here.below(here.district),
        ),
    )

    def found(day: date) -> dict[Task, tuple[int, str | None, date | None]]:
        wanted = (
            Task.SIGNUPS_TO_RECEIVE,
            Task.ROSTERS_TO_DECIDE,
            Task.CLASSES_WITHOUT_ATTENDANCE,
            Task.DECISIONS_WITHOUT_DAY,
            Task.ASSIGNMENTS_UNDECIDED,
            Task.ASSIGNMENTS_UNCHECKED,
            Task.CARDS_TO_PRINT,
        )
        return {
            one.task: (one.count, one.unit_name, one.since)
            for one in waiting(actor, MOMENT, day)
            if one.task in wanted
        }

    name = "Xã Bình Minh"
    always = {
        Task.SIGNUPS_TO_RECEIVE: (1, name, date(2024, 6, 20)),
        Task.ROSTERS_TO_DECIDE: (1, name, date(2024, 6, 2)),
        Task.CLASSES_WITHOUT_ATTENDANCE: (1, name, date(2024, 6, 12)),
        Task.DECISIONS_WITHOUT_DAY: (1, name, None),
        Task.CARDS_TO_PRINT: (1, name, None),
        Task.ASSIGNMENTS_UNCHECKED: (1, name, JUNE_2),
    }
    undecided = {Task.ASSIGNMENTS_UNDECIDED: (1, name, date(2024, 6, 15))}
    assert found(date(2024, 6, 14)) == found(date(2024, 6, 25)) == always
    assert found(date(2024, 6, 15)) == found(date(2024, 6, 24)) == always | undecided
    rename_unit(here.commune, "Xã Hôm Nay", TODAY)
    rename_unit(here.commune, "Xã Mai Sau", date(2024, 7, 1))
    assert {unit_name for _, unit_name, _ in found(TODAY).values()} == {"Xã Hôm Nay"}
    steps = handed_over(actor, MOMENT)
    assert (steps[Task.SIGNUPS_TO_RECEIVE], steps[Task.ROSTERS_TO_DECIDE]) == (1, 1)


def test_what_was_carried_over_is_due_on_no_day_where_there_are_no_days_of_grace(
    busy: BusyProvince,
) -> None:
    set_counting(CountingSetting.GRACE_DAYS, 0)
    found = waiting(actor_for(busy.accounts[Role.UNIT_OFFICER]), MOMENT, TODAY)
    (carried,) = (one for one in found if one.task is Task.ASSIGNMENTS_CARRIED_OVER)
    assert (carried.since, carried.due) == (date(2024, 6, 20), None)


def test_bodies_left_over_are_counted_from_the_first_day_where_somebody_reorganises(
    app: Flask,
) -> None:
    here = Province()
    reviewer = make_actor(Role.REVIEWER, here.it_department)
    officer = make_actor(Role.UNIT_OFFICER, here.commune)
    assert left_over_units(reviewer, TODAY) is None
    make_left_over(here.province, date(2024, 6, 20))
    found = left_over_units(reviewer, TODAY)
    assert found is not None
    assert (found.task, found.count, found.since, found.unit_name, found.due) == (
        Task.UNITS_LEFT_OVER,
        1,
        date(2024, 6, 20),
        "Hội Chữ thập đỏ tỉnh Cũ",
        None,
    )
    assert left_over_units(officer, TODAY) is None


def test_coverage_at_hand_is_taken_of_its_own_unit_only(busy: BusyProvince) -> None:
    reviewer = actor_for(busy.accounts[Role.REVIEWER])
    officer = actor_for(busy.accounts[Role.UNIT_OFFICER])
    province = unit_on(busy.here.province.id, TODAY)
    assert province is not None
    whole = coverage(province, TODAY)
    ((taken, _),) = uncovered(reviewer, TODAY, TODAY, whole)
    assert taken is whole
    ((counted, _),) = uncovered(officer, TODAY, TODAY, whole)
    assert counted.unit.id == busy.commune.id
    assert uncovered(actor_for(busy.accounts[Role.VIEWER]), TODAY, TODAY) == []
    assert ending(actor_for(busy.accounts[Role.VIEWER]), TODAY, TODAY) is None
