"""Send the mails that wait, each once; or note that somebody passed one on by hand.

A mail is claimed and the claim committed before the mail server is spoken to, so that two commands
never send the same one and no lock is held while a server is slow. A claim whose command died shows
on the page as neither sent nor waiting.
"""

from dataclasses import dataclass, field

from sqlalchemy import update

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, NotFound
from registry.domain.permissions import Action, Actor
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.queries.outbox import is_waiting
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed message, ready to be sent."""

    id: int
    recipient: str = field(repr=False)
    subject: str
    body: str = field(repr=False)


@one_at_a_time
def claim(actor: Actor, message_id: int, moment: Moment) -> Letter | None:
    """Take a waiting message to send it, and commit before sending; None when it was taken."""
    actor.require(Action.OUTBOX_PASS_ON)
    taken = db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == message_id,
            is_waiting(moment.running),
            OutboxMessage.recipient.is_not(None),
        )
        .values(sent_at=moment.instant)
        .returning(OutboxMessage.recipient, OutboxMessage.subject, OutboxMessage.body)
    ).one_or_none()
    if taken is None or taken.recipient is None or taken.body is None:
        return None
    return Letter(message_id, taken.recipient, taken.subject, taken.body)


@one_at_a_time
def finish(actor: Actor, message_id: int, moment: Moment) -> None:
    """Note that a claimed message was sent, and forget its text: it may hold a password link."""
    actor.require(Action.OUTBOX_PASS_ON)
    message = db.session.get_one(OutboxMessage, message_id)
    message.body = message.last_error = None
    message.sent_at = moment.instant
    db.session.flush()
    record(actor, Event(Deed.OUTBOX_SEND, "outbox_messages", message_id), moment)


@one_at_a_time
def give_back(actor: Actor, message_id: int, reason: str, moment: Moment) -> None:
    """Let a claimed message wait again; `reason` tells the kind of failure, nothing personal."""
    actor.require(Action.OUTBOX_PASS_ON)
    message = db.session.get_one(OutboxMessage, message_id)
    message.sent_at = None
    message.last_error = reason
    db.session.flush()
    details = {"reason": reason}
    record(actor, Event(Deed.OUTBOX_FAIL, "outbox_messages", message_id, details=details), moment)


@one_at_a_time
def empty_expired(actor: Actor, moment: Moment) -> int:
    """Forget the text of messages whose secret has expired; return how many."""
    actor.require(Action.OUTBOX_PASS_ON)
    emptied = list(
        db.session.scalars(
            update(OutboxMessage)
            .where(OutboxMessage.expires_at <= moment.running, OutboxMessage.body.is_not(None))
            .values(body=None)
            .returning(OutboxMessage.id)
        )
    )
    if emptied:
        details = {"messages": emptied}
        record(actor, Event(Deed.OUTBOX_EXPIRE, "outbox_messages", None, details=details), moment)
    return len(emptied)


@one_at_a_time
def mark_passed_on(actor: Actor, message_id: int, moment: Moment) -> OutboxMessage:
    """Note that somebody passed a message on by hand, and forget its text.

    Raises NotFound when there is no such message, Conflict when it is sealed, sent or has expired.
    """
    actor.require(Action.OUTBOX_PASS_ON)
    message = db.session.get(OutboxMessage, message_id)
    if message is None:
        raise NotFound
    if message.is_sealed:
        raise Conflict(
            "Thư này chỉ gửi qua máy chủ thư đến địa chỉ đã xác nhận, không chuyển bằng tay."
        )
    if message.body is None:
        raise Conflict("Thư này đã được gửi, đã chuyển hoặc đã hết hạn. Tải lại trang để xem.")
    message.sent_at = moment.instant
    message.body = message.last_error = None
    db.session.flush()
    record(actor, Event(Deed.OUTBOX_PASS_ON, "outbox_messages", message_id), moment)
    return message
