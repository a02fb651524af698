"""Questions about signed-in browsers: which may still be used."""

from datetime import timedelta

from flask import Flask

from registry.domain.permissions import Role
from registry.models.accounts import Account, Session
from registry.models.base import db
from registry.queries.sessions import live_sessions
from tests.conftest import NOW
from tests.factories.accounts import make_account
from tests.factories.units import Province

IDLE, LIFE = timedelta(minutes=30), timedelta(hours=8)
MOMENT = timedelta(seconds=1)


def make(account: Account, used: timedelta, opened: timedelta, *, is_open: bool = True) -> Session:
    """Make a session that was used and opened so long ago."""
    session = Session(
        token_hash=f"{account.id} {used} {opened} {is_open}",
        account_id=account.id,
        created_at=NOW - opened,
        last_seen_at=NOW - used,
        revoked_at=None if is_open else NOW,
    )
    db.session.add(session)
    db.session.flush()
    return session


def test_of_the_own_sessions_those_live_that_are_open_used_lately_and_not_too_old(
    app: Flask,
) -> None:
    here = Province()
    own, other = (
        make_account(Role.UNIT_OFFICER, here.commune, login=name) for name in ("a1", "b2")
    )
    idle = make(own, IDLE, IDLE)
    old = make(own, MOMENT, LIFE)
    first, second = make(own, 2 * MOMENT, IDLE), make(own, 2 * MOMENT, 2 * IDLE)
    make(own, IDLE + MOMENT, IDLE + MOMENT)
    make(own, MOMENT, LIFE + MOMENT)
    make(own, MOMENT, IDLE, is_open=False)
    make(other, MOMENT, IDLE)
    assert live_sessions(own.id, NOW, IDLE, LIFE) == [old, second, first, idle]
