"""Mails: each sent once, forgotten afterwards, never with a personal word in what is kept."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.clock import Moment
from registry.domain.errors import Conflict, NotAllowed, NotFound
from registry.domain.permissions import PUBLIC_ACTOR, system_actor
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.queries.outbox import count_waiting, ids_to_send, page_of_messages
from registry.queries.paging import Window
from registry.services import outbox
from tests.conftest import MOMENT, NOW
from tests.factories.outbox import make_message

ACTOR = system_actor()


def reread(message: OutboxMessage) -> OutboxMessage:
    db.session.refresh(message)
    return message


def test_a_message_is_claimed_once(app: Flask) -> None:
    message = make_message()
    letter = outbox.claim(ACTOR, message.id, MOMENT)
    assert letter is not None
    assert letter.recipient == "nguoi.nhan@vidu.invalid"
    assert outbox.claim(ACTOR, message.id, MOMENT) is None
    assert ids_to_send(NOW) == []


def test_a_sent_message_is_forgotten(app: Flask) -> None:
    message = make_message()
    outbox.claim(ACTOR, message.id, MOMENT)
    outbox.finish(ACTOR, message.id, MOMENT)
    assert reread(message).body is None
    assert message.sent_at == NOW
    assert outbox.claim(ACTOR, message.id, MOMENT) is None


def test_a_message_that_could_not_be_sent_waits_again_with_the_kind_of_failure(app: Flask) -> None:
    message = make_message()
    outbox.claim(ACTOR, message.id, MOMENT)
    outbox.give_back(ACTOR, message.id, "SMTPRecipientsRefused 550", MOMENT)
    assert reread(message).last_error == "SMTPRecipientsRefused 550"
    assert ids_to_send(NOW) == [message.id]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "outbox.fail")).one()
    assert event.details == {"reason": "SMTPRecipientsRefused 550"}


def test_without_an_address_a_message_waits_to_be_copied(app: Flask) -> None:
    message = make_message(recipient=None)
    assert ids_to_send(NOW) == []
    assert outbox.claim(ACTOR, message.id, MOMENT) is None
    assert count_waiting(NOW) == 1


def test_an_expired_message_is_neither_sent_nor_kept(app: Flask) -> None:
    message, lasting = make_message(), make_message(life=None)
    late = NOW + timedelta(hours=2)
    assert ids_to_send(late) == [lasting.id]
    assert outbox.claim(ACTOR, message.id, Moment(late)) is None
    assert outbox.empty_expired(ACTOR, Moment(late)) == 1
    assert reread(message).body is None
    assert reread(lasting).body is not None
    assert outbox.empty_expired(ACTOR, Moment(late)) == 0


def test_a_message_is_kept_up_to_the_moment_its_secret_expires_and_no_longer(app: Flask) -> None:
    message = make_message(life=timedelta(hours=2))
    last = message.created_at + timedelta(hours=2)
    assert outbox.empty_expired(ACTOR, Moment(last - timedelta(microseconds=1))) == 0
    assert outbox.empty_expired(ACTOR, Moment(last)) == 1


def test_a_message_passed_on_by_hand_is_forgotten_and_not_sent(app: Flask) -> None:
    message = make_message()
    outbox.mark_passed_on(ACTOR, message.id, MOMENT)
    assert message.body is None
    assert ids_to_send(NOW) == []
    with pytest.raises(Conflict):
        outbox.mark_passed_on(ACTOR, message.id, MOMENT)
    with pytest.raises(NotFound):
        outbox.mark_passed_on(ACTOR, message.id + 1, MOMENT)


def test_only_who_may_see_the_outbox_may_handle_it(app: Flask) -> None:
    message = make_message()
    with pytest.raises(NotAllowed):
        outbox.mark_passed_on(PUBLIC_ACTOR, message.id, MOMENT)
    with pytest.raises(NotAllowed):
        outbox.claim(PUBLIC_ACTOR, message.id, MOMENT)


def test_waiting_messages_stand_before_the_others(app: Flask) -> None:
    first, second, third = make_message("1"), make_message("2"), make_message("3")
    outbox.mark_passed_on(ACTOR, second.id, MOMENT)
    everything = page_of_messages(NOW, Window(10))
    assert [row.id for row in everything.rows] == [third.id, first.id, second.id]
    after_two = page_of_messages(NOW, Window(2)).next
    assert after_two is not None
    assert [row.id for row in page_of_messages(NOW, Window(2, after_two)).rows] == [second.id]


def test_the_audit_names_no_recipient_and_no_text(app: Flask) -> None:
    message = make_message()
    outbox.claim(ACTOR, message.id, MOMENT)
    outbox.finish(ACTOR, message.id, MOMENT)
    written = " ".join(str(vars(event)) for event in db.session.scalars(select(AuditEvent)))
    assert "vidu.invalid" not in written
    assert "bi-mat" not in written
