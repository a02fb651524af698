"""The hash chain of the audit: each event covers the one before, personal values by a hash."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from registry.domain.audit.deeds import Deed
from registry.domain.keyring import VersionedKey

FIRST_HASH = "0" * 64


def _canonical(values: Mapping[str, Any]) -> bytes:
    return json.dumps(
        values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    ).encode()


def event_hash(values: Mapping[str, Any], secret: bytes | None) -> str:
    """Return the keyed SHA-256 of an event's columns, the previous hash among them.

    Events written before there was a key have a plain one: `secret` is None.
    """
    if secret is None:
        return hashlib.sha256(_canonical(values)).hexdigest()
    said = b"audit-event:" + _canonical(values)
    return hmac.new(secret, said, hashlib.sha256).hexdigest()


def personal_hash(salt: str, content: Mapping[str, Any]) -> str:
    """Return the salted SHA-256 of personal values: a proof of them that tells nothing alone."""
    return hashlib.sha256(salt.encode() + _canonical(content)).hexdigest()


@dataclass(frozen=True, slots=True)
class Beside:
    """The personal values beside an event as read back; `content` is None once they were erased."""

    person_id: int | None
    salt: str
    content: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """One event as read back: what the hash covers, the hash, its key, and the values beside it."""

    values: Mapping[str, Any]
    stored_hash: str
    key_id: str | None
    beside: Beside | None


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain breaks: the number of the first event that does not fit, and why."""

    sequence: int
    reason: str


CHANGED = "không khớp chuỗi kiểm tra"
UNKNOWN_KEY = "được ghi bằng khóa không có trong tệp khóa"
OLDER_KEY = "được ghi bằng khóa đã thôi dùng trước đó"
NOT_SEALED = "đứng sau các dòng không có khóa mà chưa được niêm phong"
NO_KEY = "không có khóa, trong khi nhật ký đã được niêm phong bằng khóa"


def first_break(
    events: Iterable[ChainedEvent], key: VersionedKey, erased: Mapping[str | None, int]
) -> Break | None:
    """Return the first event that does not fit the chain, or None when all do.

    `erased` tells of each person with which event the values beside the chain were last emptied.

    Events come in sequence order. A changed, missing, inserted or reordered event is found; a cut
    tail is not: for that, compare the last hash with one kept elsewhere. The first event with a key
    seals those before it that have none, as it says: none follows after it, nor is any last.
    """
    previous, expected = FIRST_HASH, 1
    key_id: str | None = None
    for event in events:
        sequence = int(event.values["sequence"])
        reason = None
        if sequence == expected:
            reason = _misfit_of_key(event, key_id, key)
        if reason is None and not (
            sequence == expected
            and event.values["previous_hash"] == previous
            and _hash_fits(event, key)
            and _personal_fits(event, erased)
        ):
            reason = CHANGED
        if reason is not None:
            return Break(min(sequence, expected), reason)
        previous, key_id = event.stored_hash, event.key_id
        expected += 1
    return Break(expected - 1, NO_KEY) if expected > 1 and key_id is None else None


def _misfit_of_key(event: ChainedEvent, before: str | None, key: VersionedKey) -> str | None:
    """Return what is wrong with the key of an event after one of the key `before`; None if nothing.

    Only the event made for it stands behind events without a key: others would seal whatever
    somebody has put before them. A key that another has taken the place of writes no more: whoever
    got hold of it later cannot go on under it.
    """
    key_id = event.key_id
    if key_id is None:
        return None if before is None else NO_KEY
    if key_id not in key.by_id:
        return UNKNOWN_KEY
    is_first = event.values["sequence"] == 1
    if before is None and not is_first and event.values["action"] != Deed.AUDIT_SEAL:
        return NOT_SEALED
    return OLDER_KEY if before is not None and key.is_older(key_id, before) else None


def _hash_fits(event: ChainedEvent, key: VersionedKey) -> bool:
    secret = None if event.key_id is None else key.by_id[event.key_id]
    return hmac.compare_digest(
        event_hash(event.values, secret).encode(), event.stored_hash.encode()
    )


def _personal_fits(event: ChainedEvent, erased: Mapping[str | None, int]) -> bool:
    """Tell whether the values beside an event are those written with it, or were erased duly."""
    proof, beside = event.values["personal_hash"], event.beside
    if beside is None or proof is None:
        return beside is None and proof is None
    if event.key_id is not None and beside.person_id != event.values["person_id"]:
        return False
    if beside.content is None:
        last_erasure = erased.get(str(beside.person_id))
        return last_erasure is not None and last_erasure > event.values["sequence"]
    return bool(personal_hash(beside.salt, beside.content) == proof)
