"""The hash chain of the audit: each event covers the one before, personal values by a hash."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FIRST_HASH = "0" * 64


def _canonical(values: Mapping[str, Any]) -> bytes:
    return json.dumps(
        values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    ).encode()


def event_hash(values: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an event's columns, the previous hash among them."""
    return hashlib.sha256(_canonical(values)).hexdigest()


def personal_hash(salt: str, content: Mapping[str, Any]) -> str:
    """Return the salted SHA-256 of personal values: a proof of them that tells nothing alone."""
    return hashlib.sha256(salt.encode() + _canonical(content)).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """One event as read back: what the hash covers, the hash, the values beside it if kept."""

    values: Mapping[str, Any]
    stored_hash: str
    salt: str | None
    content: Mapping[str, Any] | None


def first_break(events: Iterable[ChainedEvent]) -> int | None:
    """Return the number of the first event that does not fit the chain, or None when all do.

    Events come in sequence order. A changed, missing, inserted or reordered event is found; a cut
    tail is not: for that, compare the last hash with one kept elsewhere.
    """
    previous = FIRST_HASH
    expected = 1
    for event in events:
        sequence = int(event.values["sequence"])
        fits = (
            sequence == expected
            and event.values["previous_hash"] == previous
            and event_hash(event.values) == event.stored_hash
            and _personal_fits(event)
        )
        if not fits:
            return min(sequence, expected)
        previous = event.stored_hash
        expected += 1
    return None


def _personal_fits(event: ChainedEvent) -> bool:
    if event.content is None:
        return True
    if event.salt is None:
        return False
    return bool(personal_hash(event.salt, event.content) == event.values["personal_hash"])
