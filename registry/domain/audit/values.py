"""What the details of an event hold, as JSON and back: each value with its type.

A day is written as an object that says it is one. A text is never taken for anything else when it
is read, whatever it looks like: it is what somebody typed.
"""

from collections.abc import Mapping, Set
from datetime import UTC, date, datetime
from typing import Any

from registry.domain.clock import LOCAL_ZONE

_DAY, _INSTANT = "$day", "$instant"


def as_stored(value: Any) -> Any:
    """Return a value as JSON keeps it, days and instants marked as such.

    What JSON has no word for becomes text.
    """
    stored: Any = str(value)
    match value:
        case None | bool() | int() | float():
            stored = value
        case datetime():
            stored = {_INSTANT: value.astimezone(UTC).isoformat()}
        case date():
            stored = {_DAY: value.isoformat()}
        case Mapping():
            stored = {str(name): as_stored(one) for name, one in value.items()}
        case list() | tuple() | Set():
            stored = [as_stored(one) for one in value]
    return stored


def as_written(stored: Any) -> Any:
    """Return what `as_stored` was given; what is marked as a day and is none stays as it stands."""
    if isinstance(stored, list):
        return [as_written(one) for one in stored]
    if not isinstance(stored, Mapping):
        return stored
    return _moment_in(stored) or {name: as_written(one) for name, one in stored.items()}


def _moment_in(stored: Mapping[str, Any]) -> date | None:
    """Return the day or the instant that an object says it is, if it is one."""
    try:
        if stored.keys() == {_DAY}:
            return date.fromisoformat(stored[_DAY])
        if stored.keys() == {_INSTANT}:
            return datetime.fromisoformat(stored[_INSTANT]).astimezone(LOCAL_ZONE)
    except (OverflowError, TypeError, ValueError):
        return None
    return None
