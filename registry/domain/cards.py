"""Member cards: what is printed on one, their codes, and how these are looked up."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date

from registry.domain.typed_codes import CODE_BYTES, code_of


@dataclass(frozen=True, slots=True)
class CardFace:
    """What is printed on one member card.

    `check_address` is the text of the QR code; in capitals it makes a coarser, more readable code.
    `code` is what a person types where no camera is at hand. The period is half-open like every
    period of the registry: the card says "đến hết ngày" the day before `valid_to`.
    """

    name: str
    role: str
    unit: str
    category: str
    issuer: str
    code: str
    check_address: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class CardSheet:
    """What all cards of a print run share: the day of issue and the address of the check page."""

    issued_on: date
    check_page: str


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
