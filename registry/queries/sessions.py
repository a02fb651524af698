"""Questions about signed-in browsers."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, select

from registry.models.accounts import Session
from registry.models.base import db


def is_open() -> ColumnElement[bool]:
    """Return the condition that nobody has ended a session."""
    return Session.revoked_at.is_(None)


def is_within(now: datetime, idle: timedelta, life: timedelta) -> ColumnElement[bool]:
    """Return the condition that a session's time is not over: used lately, opened not long ago."""
    return and_(Session.last_seen_at >= now - idle, Session.created_at >= now - life)


def live_sessions(
    account_id: int, now: datetime, idle: timedelta, life: timedelta
) -> list[Session]:
    """Return an account's sessions that may still be used, the one used last first."""
    return list(
        db.session.scalars(
            select(Session)
            .where(Session.account_id == account_id, is_open(), is_within(now, idle, life))
            .order_by(Session.last_seen_at.desc(), Session.id.desc())
        )
    )
