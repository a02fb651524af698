"""Questions about the outbox: what waits, what can be sent, in which order it is shown."""

from datetime import timedelta

from flask import Flask

from registry.models.base import db
from registry.queries.outbox import count_waiting, ids_to_send, page_of_messages
from registry.queries.paging import Window
from tests.conftest import NOW
from tests.factories.outbox import WRITTEN, make_message


def test_a_message_waits_until_it_is_sent_emptied_or_expires(app: Flask) -> None:
    now = WRITTEN + timedelta(hours=2)
    made = {
        "an address": make_message(life=timedelta(hours=3)),
        "sent": make_message(life=None),
        "expires now": make_message(life=timedelta(hours=2)),
        "no address": make_message(recipient=None, life=None),
        "emptied": make_message(body=None, life=None),
        "a moment left": make_message(life=timedelta(hours=2, seconds=1)),
    }
    made["sent"].sent_at = NOW
    db.session.flush()
    names = {message.id: name for name, message in made.items()}

    def page(cursor: str = "1", *, only_waiting: bool = False) -> list[str]:
        found = page_of_messages(now, Window(4, cursor), only_waiting=only_waiting)
        assert found.total == (3 if only_waiting else 6)
        return [names[message.id] for message in found.rows]

    assert count_waiting(now) == 3
    assert [names[one] for one in ids_to_send(now)] == ["an address", "a moment left"]
    waiting = ["a moment left", "no address", "an address"]
    assert page(only_waiting=True) == waiting
    assert page() == [*waiting, "emptied"]
    assert page("2") == ["expires now", "sent"]
    assert count_waiting(now - timedelta(seconds=1)) == 4


def test_in_an_empty_outbox_nothing_waits(app: Flask) -> None:
    assert count_waiting(NOW) == 0
    assert ids_to_send(NOW) == []
    found = page_of_messages(NOW, Window(4))
    assert (found.total, found.rows) == (0, [])
