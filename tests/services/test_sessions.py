"""Sessions end at their minute, what was closed stays closed, and a user ends all of the own."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.accounts import LinkEnd, LinkPurpose
from registry.domain.clock import Moment
from registry.domain.errors import NotAllowed
from registry.domain.permissions import PUBLIC_ACTOR, Role, system_actor
from registry.models.accounts import Account, PasswordLink, Session
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.queries.sessions import live_sessions
from registry.services.accounts import invite, live_session, needs_touch, touch
from registry.services.sessions import close_expired, end_own
from tests.conftest import MOMENT, NOW
from tests.factories.accounts import actor_for, make_account, make_session
from tests.factories.units import Province

IDLE, LIFE = timedelta(minutes=30), timedelta(hours=12)
INSTANT = timedelta(microseconds=1)


@pytest.fixture
def accounts(app: Flask) -> tuple[Account, Account]:
    here = Province()
    officer = make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    return officer, make_account(Role.UNIT_OFFICER, here.commune, login="canbo2")


def lives(token: str, at: datetime) -> bool:
    return live_session(token, Moment(at), IDLE, LIFE) is not None


@pytest.mark.parametrize("over", ["idle", "life"])
def test_a_session_lives_to_its_last_instant_whoever_asks(
    accounts: tuple[Account, Account], over: str
) -> None:
    officer, _ = accounts
    token = make_session(officer, NOW)
    last = NOW + IDLE
    if over == "life":
        last = NOW + LIFE
        touch(token, Moment(last))
    db.session.expire_all()

    assert lives(token, last)
    assert len(live_sessions(officer.id, last, IDLE, LIFE)) == 1
    close_expired(Moment(last), IDLE, LIFE)
    db.session.expire_all()
    assert lives(token, last)

    assert not lives(token, last + INSTANT)
    assert live_sessions(officer.id, last + INSTANT, IDLE, LIFE) == []
    close_expired(Moment(last + INSTANT), IDLE, LIFE)
    db.session.expire_all()
    assert not lives(token, last)  # the clock went back


def test_a_last_use_is_written_once_a_minute_and_of_one_session_only(
    accounts: tuple[Account, Account],
) -> None:
    officer, _ = accounts
    used, other = make_session(officer, NOW), make_session(officer, NOW)
    session = live_session(used, MOMENT, IDLE, LIFE)
    assert session is not None
    minute = NOW + timedelta(minutes=1)
    assert not needs_touch(session, Moment(minute))
    assert needs_touch(session, Moment(minute + INSTANT))
    touch(used, Moment(minute))
    db.session.expire_all()
    assert lives(used, minute + IDLE)
    assert not lives(other, minute + IDLE)


def test_what_has_run_out_is_closed_and_nothing_else(accounts: tuple[Account, Account]) -> None:
    officer, other = accounts
    make_session(officer, NOW)
    fresh = make_session(other, NOW + IDLE)
    invite(system_actor(), officer, LinkPurpose.INVITATION, IDLE, MOMENT)
    invite(system_actor(), other, LinkPurpose.INVITATION, IDLE + INSTANT, MOMENT)

    close_expired(Moment(NOW + IDLE + INSTANT), IDLE, LIFE)
    close_expired(Moment(NOW + IDLE), IDLE, LIFE)

    db.session.expire_all()
    closed = select(Session.account_id).where(Session.revoked_at.is_not(None))
    assert db.session.scalars(closed).all() == [officer.id]
    assert lives(fresh, NOW + IDLE)
    ends = select(PasswordLink.account_id, PasswordLink.end_reason).order_by(PasswordLink.id)
    assert [tuple(row) for row in db.session.execute(ends)] == [
        (officer.id, LinkEnd.EXPIRED),
        (other.id, LinkEnd.EXPIRED),
    ]


def test_a_link_with_time_left_stays_open(accounts: tuple[Account, Account]) -> None:
    invite(system_actor(), accounts[0], LinkPurpose.INVITATION, IDLE + INSTANT, MOMENT)
    close_expired(Moment(NOW + IDLE), IDLE, LIFE)
    assert db.session.scalars(select(PasswordLink.ended_at)).all() == [None]


def test_a_user_ends_all_of_the_own_sessions_and_nobody_else_s(
    accounts: tuple[Account, Account],
) -> None:
    officer, other = accounts
    tokens = [make_session(officer, NOW) for _ in range(3)]
    elsewhere = make_session(other, NOW)
    already = make_session(officer, NOW - timedelta(days=1))
    close_expired(MOMENT, IDLE, LIFE)

    assert end_own(actor_for(officer), Moment(NOW + INSTANT)) == 3

    db.session.expire_all()
    assert not any(lives(token, NOW) for token in tokens)
    assert lives(elsewhere, NOW)
    ended = db.session.scalars(select(Session.revoked_at).order_by(Session.id)).all()
    assert ended == [NOW + INSTANT] * 3 + [None, NOW], already
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "session.close_all")
    ).one()
    assert (event.noun, event.object_id, event.account_id) == (
        "accounts",
        str(officer.id),
        officer.id,
    )
    assert event.details == {"sessions": 3}


def test_a_visitor_has_no_sessions_to_end(accounts: tuple[Account, Account]) -> None:
    make_session(accounts[0], NOW)
    with pytest.raises(NotAllowed):
        end_own(PUBLIC_ACTOR, MOMENT)
    assert db.session.scalars(select(Session.revoked_at)).all() == [None]
