"""Heads of the audit chain kept outside the database: they prove that no tail was cut off."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of the chain as it was at a moment."""

    sequence: int
    hash: str
    at: datetime


def line_of_head(head: Head, key: bytes) -> str:
    """Return the head as one line of text that cannot be changed without `key`."""
    values = {"sequence": head.sequence, "hash": head.hash, "at": head.at.isoformat()}
    return json.dumps({**values, "seal": _seal_of(values, key)})


def head_of_line(line: str, key: bytes) -> Head | None:
    """Return the head a line holds, or None when the line was changed or is no such line."""
    try:
        values = json.loads(line)
        given = values.pop("seal")
        head = Head(
            int(values["sequence"]), str(values["hash"]), datetime.fromisoformat(values["at"])
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return head if hmac.compare_digest(str(given), _seal_of(values, key)) else None


def _seal_of(values: dict[str, object], key: bytes) -> str:
    text = json.dumps(values, sort_keys=True)
    return hmac.new(key, f"audit-head:{text}".encode(), hashlib.sha256).hexdigest()
