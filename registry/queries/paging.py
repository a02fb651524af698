"""Long lists page by page: which part is asked for, and the part that answers.

Where a page begins is said by a cursor, a text that only this module reads: today the number of the
page. Who shows a page carries its cursors in addresses, and takes them from nowhere else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")
Other = TypeVar("Other")

# Longer texts of digits are no number of a page, and slow to read.
_LONGEST_CURSOR = 9


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list is asked for: at most `size` rows, from where `cursor` points.

    A cursor that no page gave points to the beginning; one beyond the end to the last page.
    """

    size: int
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class NumberedPage:
    """A page of a list that can be counted through, and the cursor of its beginning."""

    number: int
    cursor: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One part of a list of `total` rows, and the cursors of the parts before and after it.

    `near` are the pages a reader may want to jump to; empty when pages have no numbers.
    """

    rows: Sequence[Row]
    total: int
    previous: str | None = None
    next: str | None = None
    near: Sequence[NumberedPage] = ()

    def with_rows(self, rows: Sequence[Other]) -> "Page[Other]":
        """Return the same page, each of its rows told in another way."""
        return Page(rows, self.total, self.previous, self.next, self.near)


def page_of(window: Window, total: int, read: Callable[[int, int], Sequence[Row]]) -> Page[Row]:
    """Return the part asked for of `total` rows; `read(limit, offset)` fetches its rows."""
    last = max(1, -(-total // window.size))
    number = min(_number(window.cursor), last)
    return Page(
        rows=read(window.size, (number - 1) * window.size),
        total=total,
        previous=str(number - 1) if number > 1 else None,
        next=str(number + 1) if number < last else None,
        near=[NumberedPage(one, str(one), one == number) for one in _near(number, last)],
    )


def page_of_rows(window: Window, rows: Sequence[Row]) -> Page[Row]:
    """Return the part asked for of rows that are all there."""
    return page_of(window, len(rows), lambda limit, offset: rows[offset : offset + limit])


def _number(cursor: str) -> int:
    if len(cursor) > _LONGEST_CURSOR or not (cursor.isascii() and cursor.isdigit()):
        return 1
    return max(1, int(cursor))


def _near(number: int, last: int) -> list[int]:
    """Return the first page, the last, and those around `number`; no gap hides a single page."""
    shown = {one for one in (1, number - 1, number, number + 1, last) if 1 <= one <= last}
    return sorted(shown | {one + 1 for one in shown if one + 2 in shown})
