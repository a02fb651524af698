"""Questions about the outbox."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.queries.paging import Page, Window, page_of


def _alive(now: datetime) -> ColumnElement[bool]:
    return or_(OutboxMessage.expires_at.is_(None), OutboxMessage.expires_at > now)


def is_waiting(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a message is neither sent, nor emptied, nor expired."""
    return and_(OutboxMessage.sent_at.is_(None), OutboxMessage.body.is_not(None), _alive(now))


def count_waiting(now: datetime) -> int:
    """Count the messages that wait."""
    return (
        db.session.scalar(select(func.count()).select_from(OutboxMessage).where(is_waiting(now)))
        or 0
    )


def ids_to_send(now: datetime) -> list[int]:
    """Return the waiting messages that have an address, the oldest first."""
    return list(
        db.session.scalars(
            select(OutboxMessage.id)
            .where(is_waiting(now), OutboxMessage.recipient.is_not(None))
            .order_by(OutboxMessage.id)
        )
    )


def page_of_messages(
    now: datetime, window: Window, *, only_waiting: bool = False
) -> Page[OutboxMessage]:
    """Return one page of messages, all or those that wait: these first, then the newest."""
    wanted = is_waiting(now) if only_waiting else true()
    total = db.session.scalar(select(func.count()).select_from(OutboxMessage).where(wanted)) or 0
    ordered = (
        select(OutboxMessage)
        .where(wanted)
        .order_by(is_waiting(now).desc(), OutboxMessage.id.desc())
    )
    return page_of(
        window,
        total,
        lambda limit, offset: list(db.session.scalars(ordered.limit(limit).offset(offset))),
    )
