"""What a migration closed because it stood twice is audited once, with how many and which."""

from flask import Flask
from sqlalchemy import select

from registry.domain.permissions import system_actor
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.settled_duplicates import SettledDuplicate
from registry.services.settled_duplicates import Settled, tell_settled
from tests.conftest import MOMENT


def test_what_migrations_closed_is_audited_for_each_noun_and_only_once(app: Flask) -> None:
    rows = [("password_links", 3, 9), ("cards", 5, 6), ("password_links", 2, 9)]
    db.session.add_all(SettledDuplicate(noun=n, closed_id=c, kept_id=k) for n, c, k in rows)
    db.session.flush()
    assert tell_settled(system_actor(), MOMENT) == [
        Settled("cards", 1),
        Settled("password_links", 2),
    ]
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()
    assert [(event.action, event.noun) for event in events] == [
        ("duplicate.settle", "cards"),
        ("duplicate.settle", "password_links"),
    ]
    assert events[1].details == {"reason": "trùng", "rows": 2, "closed": [2, 3], "kept": [9]}
    assert tell_settled(system_actor(), MOMENT) == []
