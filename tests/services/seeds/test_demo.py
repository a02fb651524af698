"""The demo: the figures its README promises, the same on every day, loaded once."""

import json
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.clock import Moment
from registry.domain.errors import Conflict
from registry.domain.permissions import Action, Role, system_actor
from registry.domain.rosters import RosterState, content_hash
from registry.models.accounts import Account
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.rosters import Roster
from registry.models.signups import Signup
from registry.models.trainings import Attendance
from registry.queries.accounts import account_by_login, actor_of
from registry.queries.memberships import approved_on
from registry.queries.parameters import is_demo
from registry.queries.units.on_a_day import find_by_code, unit_on
from registry.services.passwords import verify_password
from registry.services.rosters.deciding import frozen_lines
from registry.services.seeds.demo import seed_demo
from registry.services.seeds.demo_accounts import LOGINS_FILE, read_logins
from registry.services.seeds.reference import SEEDS, seed_reference
from registry.services.units.checks import faults
from registry.settings import Settings
from tests.conftest import MOMENT, TODAY
from tests.factories.people import make_person


@pytest.fixture
def home(reference: None, settings: Settings) -> Path:
    """Return the home of a registry with the reference data, in which the demo can be loaded."""
    return settings.home


@pytest.fixture
def full(demo: None, settings: Settings) -> Path:
    """Return the home of a registry in which the demo was loaded."""
    return settings.home


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_the_demo_holds_every_row_of_its_files(home: Path) -> None:
    loaded = {part.noun: part.added for part in seed_demo(system_actor(), MOMENT, home)}
    assert loaded["people"] == count(Person) == 513
    assert loaded["assignments"] == count(Assignment) == 453
    assert loaded["attendances"] == count(Attendance) == 45
    assert loaded["signups"] == count(Signup) == 3
    assert is_demo()
    assert faults(TODAY) == []


def test_loading_the_demo_twice_changes_nothing(full: Path) -> None:
    passwords = read_logins(full)
    assert seed_demo(system_actor(), MOMENT, full) == []
    assert count(Person) == 513
    assert read_logins(full) == passwords


def test_the_facts_do_not_depend_on_the_day_the_demo_is_loaded(home: Path) -> None:
    def facts() -> list[tuple[object, ...]]:
        rows = db.session.execute(
            select(Membership.line_id, Membership.valid_from, Person.full_name, Person.created_at)
            .join(Person, Person.id == Membership.person_id)
            .order_by(Membership.line_id)
        )
        rosters = db.session.execute(
            select(Roster.created_at, Roster.submitted_at, Roster.decided_at).order_by(Roster.id)
        )
        signups = db.session.execute(
            select(Signup.reference_code, Signup.submitted_at).order_by(Signup.id)
        )
        return [tuple(row) for part in (rows, rosters, signups) for row in part]

    seed_demo(system_actor(), MOMENT, home)
    first = facts()
    db.session.rollback()
    seed_reference(system_actor(), MOMENT)
    seed_demo(system_actor(), Moment(datetime(2030, 1, 1, tzinfo=UTC)), home)
    assert facts() == first
    assert len(first) > 530


def test_the_demo_is_refused_where_there_are_real_people(home: Path) -> None:
    make_person()
    with pytest.raises(Conflict, match="người thật"):
        seed_demo(system_actor(), MOMENT, home)


def test_the_demo_needs_the_reference_data(app: Flask, settings: Settings) -> None:
    with pytest.raises(Conflict, match="flask init"):
        seed_demo(system_actor(), MOMENT, settings.home)


def test_every_role_has_an_account_with_a_random_password_kept_for_the_owner_only(
    full: Path,
) -> None:
    logins = read_logins(full)
    assert {login.role for login in logins} == set(Role) - {Role.PUBLIC}
    assert stat.S_IMODE((full / LOGINS_FILE).stat().st_mode) == 0o600
    for login in logins:
        account = account_by_login(login.login)
        assert account is not None
        assert verify_password(account.password_hash, login.password)
    assert len({login.password for login in logins}) == len(logins)


def test_lost_passwords_are_made_anew(full: Path) -> None:
    old = read_logins(full)
    (full / LOGINS_FILE).unlink()
    seed_demo(system_actor(), MOMENT, full)
    new = read_logins(full)
    assert [login.login for login in new] == [login.login for login in old]
    assert not {login.password for login in new} & {login.password for login in old}
    account = account_by_login(new[0].login)
    assert account is not None
    assert verify_password(account.password_hash, new[0].password)


def test_each_account_may_do_what_its_role_is_for(demo: None) -> None:
    purposes = {
        "quantri": Action.ACCOUNT_ADMINISTER,
        "pheduyet": Action.ROSTER_APPROVE,
        "thamdinh": Action.ROSTER_REVIEW,
        "caphuyen": Action.ROSTER_VERIFY,
        "lanhdao": Action.COVERAGE_SEE,
        "canboxa": Action.ROSTER_COMPOSE,
        "thanhvien": Action.OWN_RECORD_SEE,
    }
    assert [login for login, action in purposes.items() if not may(login, action, TODAY)] == []
    later = date(2026, 1, 1)
    assert [login for login, action in purposes.items() if not may(login, action, later)] == [
        "caphuyen"  # the district level ended
    ]


def may(login: str, action: Action, day: date) -> bool:
    account = account_by_login(login)
    assert account is not None
    return actor_of(account, day, "web").may(action)


def test_approved_lists_rest_on_a_decision_two_people_and_what_was_shown(demo: None) -> None:
    rosters = db.session.scalars(select(Roster).order_by(Roster.id)).all()
    assert len(rosters) == 5
    for roster in rosters:
        assert roster.state is RosterState.DECIDED
        assert roster.decision_id is not None
        assert roster.decided_by_id is not None
        assert roster.decided_by_id != roster.submitted_by_id
        assert roster.content_hash == content_hash(frozen_lines(roster))
        assert roster.submitted_at < roster.reviewed_at < roster.decided_at  # type: ignore[operator]
        line_id = roster.lines[0].membership_line_id
        assert line_id is not None
        assert approved_on(line_id, TODAY)
        assert not approved_on(line_id, date(2024, 6, 4))
    officer = account_by_login("canboxa")
    assert officer is not None
    assert rosters[0].submitted_by_id == officer.id
    assert rosters[0].verified_by_id is not None


def test_a_section_holds_focal_points_and_its_duty_stays_as_declared(demo: None) -> None:
    held = db.session.scalars(select(Assignment).where(Assignment.section_id.is_not(None))).all()
    assert len(held) == 12
    assert {(row.role, row.duty) for row in held} == {(AssignmentRole.FOCAL_POINT, Duty.IN_CHARGE)}


def test_an_assignment_without_decision_waits_for_one(demo: None) -> None:
    waiting = db.session.scalars(select(Assignment).where(Assignment.decision_id.is_(None))).all()
    units = {unit.code for row in waiting if (unit := unit_on(row.unit_id, TODAY))}
    expected = json.loads((SEEDS / "demo" / "EXPECTED.json").read_text())["2024-06-30"]["coverage"]
    assert units >= {
        code
        for kind in ("department", "commune")
        for code in expected[kind]["waiting_for_decision"]
    }


def test_a_focal_point_of_a_vertical_agency_that_takes_no_part_is_recorded(demo: None) -> None:
    agency = find_by_code("49-TW-01", TODAY)
    assert agency is not None
    assert not agency.takes_part
    statement = select(func.count()).select_from(Assignment).where(Assignment.unit_id == agency.id)
    assert db.session.scalar(statement) == 1


def test_nobody_of_the_demo_is_recorded_with_a_citizen_number(demo: None) -> None:
    assert not db.session.scalars(select(Person).where(Person.citizen_id_index.is_not(None))).all()
    assert count(Account) == 7
