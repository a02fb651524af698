"""Rows of any table as JSON lines and back, the same from SQLite and from PostgreSQL."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any


def to_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return each row as one line of JSON: days and instants in ISO form, decimals as text."""
    return b"".join(
        json.dumps(dict(row), ensure_ascii=False, default=_plain).encode() + b"\n" for row in rows
    )


def from_lines(content: bytes, types: Mapping[str, type]) -> Iterator[dict[str, Any]]:
    """Yield the rows of `to_lines`; `types` gives the Python type of each column."""
    for line in content.splitlines():
        yield {name: _typed(value, types[name]) for name, value in json.loads(line).items()}


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    message = f"a column of type {type(value).__name__} is not known to the backup"
    raise TypeError(message)


def _typed(value: Any, kind: type) -> Any:
    if value is None:
        return None
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if kind is Decimal or issubclass(kind, Enum):
        return kind(value)
    return value
