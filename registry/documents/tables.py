"""Tables whose columns are declared once; the page, Excel, CSV, PDF and Word read the same ones.

A noun declares `COLUMNS`, one `Column` for each thing said of a row. A column says where it stands
and how it is headed there; all else about a table follows from its columns.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Flag, auto
from typing import Generic, TypeVar

from registry.domain.vietnamese.writing import (
    NOTHING_TO_COUNT,
    format_day,
    format_number,
    format_percent,
    percentage,
)
from registry.formats.csv_text import CsvCell, csv_text
from registry.formats.spreadsheet import Cell, Heading, Percentage, Sheet
from registry.formats.word import WordTable

R_contra = TypeVar("R_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class OutOf:
    """A count that is a part of another: "7/241" to read, the number 7 in a worksheet."""

    part: int
    whole: int

    def __str__(self) -> str:
        """Return both counts."""
        return f"{format_number(self.part)}/{format_number(self.whole)}"


@dataclass(frozen=True, slots=True)
class Share:
    """A share: "99,6%" to read, the same percentage as a number in a worksheet."""

    part: int
    whole: int

    def __str__(self) -> str:
        """Return the share as it is written."""
        return format_percent(self.part, self.whole)


Value = str | int | Decimal | date | OutOf | Share | None
"""What stands in a cell, before it is written for one of the places."""


class Place(Flag):
    """Where a column stands."""

    PAGE = auto()
    SHEET = auto()
    CSV = auto()
    PAPER = auto()


FILES = Place.SHEET | Place.CSV | Place.PAPER
EVERYWHERE = Place.PAGE | FILES


@dataclass(frozen=True, kw_only=True)
class Column(Generic[R_contra]):
    """What a table says of each row: its heading, its value, and how the two stand.

    `key` names the column: in the head of a CSV, and where a page has a cell of its own for it.
    `page_label` and `paper_label` are the heading where it differs from `label`; `card_label` names
    the cell on a phone, where each row is a card. On paper, neighbours of one `group` stand under
    it. `figure` is a count, `centred` a code or a number to call, on paper. `width` is in
    characters (worksheet), `paper_width` in millimetres; columns without one share what is left.
    """

    key: str
    label: str
    value: Callable[[R_contra], Value]
    on: Place = EVERYWHERE
    page_label: str | None = None
    card_label: str | None = None
    paper_label: str | None = None
    group: str | None = None
    figure: bool = False
    centred: bool = False
    width: float = 20
    paper_width: int | None = None

    def text(self, row: R_contra) -> str:
        """Return what stands in the column's cell of `row`, to be read; "–" for nothing."""
        return _text(self.value(row)) or NOTHING_TO_COUNT


def only(columns: Iterable[Column[R_contra]], *keys: str) -> tuple[Column[R_contra], ...]:
    """Return the columns with these keys, in the order of the keys.

    Raises KeyError when there is none of a key.
    """
    by_key = {column.key: column for column in columns}
    return tuple(by_key[key] for key in keys)


def on_page(columns: Iterable[Column[R_contra]], *first: str) -> list[Column[R_contra]]:
    """Return the columns of a page: those with the keys `first` first, in their order."""
    shown = [column for column in columns if Place.PAGE in column.on]
    leading = only(shown, *first)
    return [*leading, *(column for column in shown if column.key not in first)]


def sheet(
    name: str,
    titles: Sequence[str],
    columns: Iterable[Column[R_contra]],
    rows: Iterable[R_contra],
    closing: Iterable[R_contra] = (),
) -> Sheet:
    """Return the worksheet of `rows`; `closing` stand below them, outside the filter."""
    shown = [column for column in columns if Place.SHEET in column.on]
    return Sheet(
        name,
        titles,
        [Heading(column.label, column.width) for column in shown],
        _cells(shown, rows),
        _cells(shown, closing),
    )


def csv_table(columns: Iterable[Column[R_contra]], rows: Iterable[R_contra]) -> str:
    """Return `rows` as CSV for people and programs, headed by the keys of the columns."""
    shown = [column for column in columns if Place.CSV in column.on]
    cells = ([_csv_cell(column.value(row)) for column in shown] for row in rows)
    return csv_text([column.key for column in shown], cells)


def printed_table(
    columns: Iterable[Column[R_contra]],
    rows: Iterable[R_contra],
    closing: Iterable[R_contra] = (),
) -> Mapping[str, object]:
    """Return a table as `templates/print/tables.typ` takes it: text only, widths in millimetres."""
    shown = [column for column in columns if Place.PAPER in column.on]
    return {
        "columns": [
            {
                "label": _paper_label(column),
                "group": column.group,
                "centred": column.figure or column.centred,
                "width": column.paper_width,
            }
            for column in shown
        ],
        "rows": _texts(shown, rows),
        "closing": _texts(shown, closing),
    }


def word_table(
    columns: Iterable[Column[R_contra]], rows: Iterable[R_contra], *, numbered: bool = True
) -> WordTable:
    """Return a table as a Word document takes it; with `numbered` a column STT counts the rows."""
    shown = [column for column in columns if Place.PAPER in column.on]
    return WordTable(
        [(_paper_label(column), column.paper_width) for column in shown],
        _texts(shown, rows),
        numbered=numbered,
    )


def text_table(columns: Iterable[Column[R_contra]], rows: Iterable[R_contra]) -> list[list[str]]:
    """Return the head and the rows as text, for a terminal."""
    shown = list(columns)
    return [[column.label for column in shown], *_texts(shown, rows)]


def _paper_label(column: Column[R_contra]) -> str:
    return column.paper_label or column.label


def _cells(columns: Sequence[Column[R_contra]], rows: Iterable[R_contra]) -> list[list[Cell]]:
    return [[_cell(column.value(row)) for column in columns] for row in rows]


def _texts(columns: Sequence[Column[R_contra]], rows: Iterable[R_contra]) -> list[list[str]]:
    return [[_text(column.value(row)) for column in columns] for row in rows]


def _cell(value: Value) -> Cell:
    """Return a value as a worksheet takes it."""
    if isinstance(value, Share):
        share = percentage(value.part, value.whole)
        return NOTHING_TO_COUNT if share is None else Percentage(share)
    return _csv_cell(value)


def _csv_cell(value: Value) -> CsvCell:
    """Return a value as a program takes it; a share as it is read, its sign tells its unit."""
    match value:
        case OutOf():
            return value.part
        case Share():
            return str(value)
        case Decimal():
            return float(value)
        case bool():
            return _text(value)
        case _:
            return value


def _text(value: Value) -> str:
    """Return a value as people read it."""
    match value:
        case None:
            return ""
        case bool():
            return "Có" if value else "Không"
        case int() | Decimal():
            return format_number(value)
        case date():
            return format_day(value)
        case _:
            return str(value)
