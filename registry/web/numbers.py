"""Numbers of rows and pages that come from outside: none that no database could hold."""

from typing import Any, TypeVar

from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1
_T = TypeVar("_T", int, None)


def row_number(value: Any) -> int:
    """Read the number of a row or a page; raise ValueError when no row could have it."""
    number = int(value)
    if abs(number) > LARGEST:
        message = "no row has this number"
        raise ValueError(message)
    return number


def row_number_or(otherwise: _T, value: Any) -> int | _T:
    """Read a number that anybody may have changed; `otherwise` for what no row could have."""
    try:
        return row_number(value)
    except (TypeError, ValueError):
        return otherwise


class RowNumberConverter(IntegerConverter):
    """`<int:…>` in an address; a number no row could have leads nowhere, like an unknown one."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST)
