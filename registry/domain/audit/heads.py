"""Heads of the audit chain kept outside the database: they prove that no tail was cut off."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

from registry.domain.keyring import VersionedKey


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of the chain as it was at a moment."""

    sequence: int
    hash: str
    at: datetime


def line_of_head(head: Head, key: VersionedKey) -> str:
    """Return the head as one line of text that cannot be changed without `key`, which it names."""
    values = {
        "sequence": head.sequence,
        "hash": head.hash,
        "at": head.at.isoformat(),
        "key": key.current,
    }
    return json.dumps({**values, "seal": _seal_of(values, key.secret)})


def head_of_line(line: str, key: VersionedKey) -> Head | None:
    """Return the head a line holds, or None when the line was changed or is no such line.

    Lines written before keys had ids name none: they open under any version.
    """
    try:
        values = json.loads(line)
        seal = values.pop("seal")
        sequence, hash_, at = values["sequence"], values["hash"], values["at"]
        named = [values["key"]] if "key" in values else key.ids
        seals = [_seal_of(values, key.by_id[key_id]) for key_id in named]
        head = Head(sequence, hash_, datetime.fromisoformat(at))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(seal, str):
        return None
    fits = [hmac.compare_digest(seal.encode(errors="replace"), one.encode()) for one in seals]
    return head if any(fits) else None


def _seal_of(values: dict[str, object], secret: bytes) -> str:
    text = json.dumps(values, sort_keys=True)
    return hmac.new(secret, f"audit-head:{text}".encode(), hashlib.sha256).hexdigest()
