"""Repeatable chance: a draw depends only on the words that name it, never on other draws.

So a person added to the demo changes no other person, and every Python draws the same.
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

SEED = "quang-nam-2024-06"

Option = TypeVar("Option")


def number(name: str, below: int) -> int:
    """Return the number from 0 to `below` - 1 that belongs to `name`."""
    digest = hashlib.sha256(f"{SEED}/{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % below


def pick(name: str, options: Sequence[Option]) -> Option:
    """Return the option that belongs to `name`."""
    return options[number(name, len(options))]


def happens(name: str, percent: int) -> bool:
    """Tell whether the thing called `name` happens, for `percent` of all names."""
    return number(name, 100) < percent
