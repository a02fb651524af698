"""Codes of member cards, and how they are looked up."""

import hashlib
import hmac

from registry.domain.typed_codes import CODE_BYTES, code_of


def card_code(card_uuid: str, key: bytes) -> str:
    """Return the code of a card.

    It is derived from the card's uuid and a key kept outside the database: a copy of the database
    tells no code, and a reprint bears the same one.
    """
    digest = hmac.new(key, f"card:{card_uuid}".encode(), hashlib.sha256).digest()
    return code_of(digest[:CODE_BYTES])


def code_hash(code: str) -> str:
    """Return how a code is looked up, so that comparing takes no time that tells anything."""
    return hashlib.sha256(code.encode()).hexdigest()
