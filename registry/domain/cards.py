"""Codes of member cards: random-looking, typed by hand where no camera is at hand."""

import hashlib
import hmac
import re

# Crockford's base 32: no I, L, O, U, which are misread or misheard.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = re.compile(r"[\s.\-–]+")


def card_code(card_uuid: str, key: bytes) -> str:
    """Return the 80-bit code of a card.

    It is derived from the card's uuid and a key kept outside the database: a copy of the database
    tells no code, and a reprint bears the same one.
    """
    digest = hmac.new(key, f"card:{card_uuid}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest[:10], "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(75, -5, -5))


def code_hash(code: str) -> str:
    """Return how a code is looked up, so that comparing takes no time that tells anything."""
    return hashlib.sha256(code.encode()).hexdigest()


def read_code(typed: str) -> str | None:
    """Return the code a person typed or a camera read, or None when it cannot be one."""
    code = _SEPARATORS.sub("", typed).upper().translate(_MISREAD)
    if len(code) != LENGTH or any(letter not in ALPHABET for letter in code):
        return None
    return code


def shown_code(code: str) -> str:
    """Return the code in groups of four, as printed."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))
