"""Maker of cards."""

import itertools
from datetime import date, datetime

from registry.models.base import db
from registry.models.cards import Card, CardPrint
from registry.models.memberships import Membership
from tests.conftest import NOW
from tests.factories.units import START

_numbers = itertools.count(1)


def make_card(
    membership: Membership,
    *,
    issued_on: date = START,
    is_revoked: bool = False,
    printed: tuple[datetime, ...] = (),
) -> Card:
    """Make a card of a membership line, put on paper at these moments."""
    number = next(_numbers)
    card = Card(
        uuid=f"uuid {number}",
        key_id="k1",
        code_hash=f"hash {number}",
        line_id=membership.line_id,
        person_id=membership.person_id,
        issued_on=issued_on,
        revoked_at=NOW if is_revoked else None,
    )
    db.session.add(card)
    db.session.flush()
    db.session.add_all(CardPrint(card_id=card.id, printed_at=moment) for moment in printed)
    db.session.flush()
    return card
