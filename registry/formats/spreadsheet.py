"""Workbooks to take away: plain tables with real dates and, without exception, no formula.

Text is always written as a string cell, so "=1+1" or "+84…" stays what it is, and no value is
changed to make it harmless. Text cells have Excel's text format: editing one does not turn it
into a formula or a number either.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from itertools import chain
from textwrap import wrap

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from registry.domain.clock import LOCAL_ZONE
from registry.domain.vietnamese.characters import printable


@dataclass(frozen=True, slots=True)
class Percentage:
    """A number in percent: 99.6 is written as the number 0.996 and shown as "99,6%"."""

    value: Decimal


Cell = str | int | float | Percentage | date | datetime | None
"""Text, a count, a share, a day, an instant with its time zone (shown in Vietnamese time)."""

NUMBER_HEADING = "STT"

_LONGEST_TEXT = 32_767  # of a cell; a longer one is cut, and says so
_CUT = " […]"
# Beside the control characters, which XlsxWriter writes as Excel does.
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN_IN_SHEET_NAME = str.maketrans("[]:*?/\\", "       ")
_SHEET_NAME_LENGTH = 31
_PAPER_A4 = 9
_PORTRAIT_WIDTH = 95  # characters, beyond which the sheet prints better across
_NUMBER_WIDTH = 6
_BOLD_WIDTH = 1.15  # of a bold letter of size 12, in characters
_FILTER_BUTTON = 3  # characters at the end of the last line of a heading
_LINE_HEIGHT = 17  # points of a line of size 12
_BASE = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
_BORDERED = {**_BASE, "border": 1, "text_wrap": True}


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above a column, and the width of the column in characters."""

    label: str
    width: float = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: title lines, a heading row, rows, and closing rows such as totals.

    `rows` is read once, row by row. With `numbered` a column STT counts the rows; closing rows
    stand below them, in bold, without a number and outside the filter.
    """

    name: str
    titles: Sequence[str]
    columns: Sequence[Heading]
    rows: Iterable[Sequence[Cell]]
    closing: Sequence[Sequence[Cell]] = ()
    numbered: bool = True


def table_xlsx(sheets: Sequence[Sheet], *, as_of: date) -> bytes:
    """Return a workbook of the sheets; the same sheets and day give the same bytes.

    `as_of` is the day of the figures; it also stands in the file as its day of creation.

    Raises:
        ValueError: a row does not have one cell for each column, the number of rows is beyond what
            a worksheet holds, or an instant has no time zone.

    """
    target = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(target, options) as workbook:
        workbook.set_properties({"created": datetime.combine(as_of, time(), tzinfo=UTC)})
        names: set[str] = set()
        for sheet in sheets:
            name = _free_sheet_name(sheet.name, names)
            names.add(name.casefold())
            _SheetWriter(workbook, workbook.add_worksheet(name)).write(sheet)
    return target.getvalue()


def _free_sheet_name(wanted: str, taken: set[str]) -> str:
    """Return a name Excel accepts that no other sheet of the workbook has."""
    cleaned = (
        " ".join(printable(wanted).translate(_FORBIDDEN_IN_SHEET_NAME).split()).strip("'") or "Bảng"
    )
    name, number = cleaned[:_SHEET_NAME_LENGTH].strip(), 1
    while name.casefold() in taken:
        number += 1
        ending = f" ({number})"
        name = cleaned[: _SHEET_NAME_LENGTH - len(ending)].strip() + ending
    return name


class _SheetWriter:
    """Writes one `Sheet`, top to bottom, into one worksheet."""

    def __init__(self, workbook: Workbook, worksheet: Worksheet) -> None:
        self._worksheet = worksheet
        self._title = workbook.add_format({**_BASE, "bold": True, "font_size": 14})
        self._subtitle = workbook.add_format({**_BASE, "italic": True})
        self._heading = workbook.add_format(
            {**_BORDERED, "bold": True, "align": "center", "bg_color": "#E8EEF2"}
        )
        self._plain = _CellFormats(workbook, {})
        self._bold = _CellFormats(workbook, {"bold": True})
        self._next_row = 0

    def write(self, sheet: Sheet) -> None:
        """Write the whole sheet."""
        numbers = [Heading(NUMBER_HEADING, _NUMBER_WIDTH)] * sheet.numbered
        columns = [_wide_enough(column) for column in (*numbers, *sheet.columns)]
        self._set_up_page(columns)
        for title in sheet.titles:
            style = self._title if self._next_row == 0 else self._subtitle
            self._write_text(0, title, style)
            self._next_row += 1
        if sheet.titles:
            self._next_row += 1
        heading_row = self._next_row
        self._worksheet.set_row(heading_row, _LINE_HEIGHT * max(map(_lines, columns), default=1))
        for position, column in enumerate(columns):
            self._write_text(position, column.label, self._heading)
        self._next_row += 1
        for number, row in enumerate(sheet.rows, start=1):
            self._write_row(chain([number] * sheet.numbered, row), len(columns), self._plain)
        last_row = max(self._next_row - 1, heading_row)
        for row in sheet.closing:
            self._write_row(chain([None] * sheet.numbered, row), len(columns), self._bold)
        self._worksheet.autofilter(heading_row, 0, last_row, len(columns) - 1)
        self._worksheet.freeze_panes(heading_row + 1, 0)
        self._worksheet.repeat_rows(heading_row)

    def _set_up_page(self, columns: Sequence[Heading]) -> None:
        """Set widths and printing: A4, as wide as the paper, heading on every page."""
        for position, column in enumerate(columns):
            self._worksheet.set_column(position, position, column.width)
        if sum(column.width for column in columns) > _PORTRAIT_WIDTH:
            self._worksheet.set_landscape()
        self._worksheet.set_paper(_PAPER_A4)
        self._worksheet.fit_to_pages(1, 0)
        self._worksheet.set_footer("&C&P/&N")
        # Codes and telephone numbers are text on purpose: no green corner beside each.
        self._worksheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def _write_row(self, row: Iterable[Cell], width: int, formats: "_CellFormats") -> None:
        cells = list(row)
        if len(cells) != width:
            message = f"row of {len(cells)} cells in a table of {width} columns: {cells!r}"
            raise ValueError(message)
        for position, cell in enumerate(cells):
            self._write_cell(position, cell, formats)
        self._next_row += 1

    def _write_cell(self, position: int, cell: Cell, formats: "_CellFormats") -> None:
        """Write one cell as what it is; whether it is text is decided by its type alone."""
        row, sheet = self._next_row, self._worksheet
        match cell:
            case None:
                _accept(sheet.write_blank(row, position, None, formats.text))
            case bool():
                self._write_text(position, "Có" if cell else "Không", formats.text)
            case str():
                self._write_text(position, cell, formats.text)
            case int() | float() | Percentage():
                _accept(sheet.write_number(row, position, *formats.of_number(cell)))
            case datetime():
                if cell.tzinfo is None:
                    raise ValueError("an instant needs its time zone")
                local = cell.astimezone(LOCAL_ZONE).replace(tzinfo=None)
                _accept(sheet.write_datetime(row, position, local, formats.instant))
            case date():
                midnight = datetime.combine(cell, time())
                _accept(sheet.write_datetime(row, position, midnight, formats.day))

    def _write_text(self, position: int, text: str, style: Format) -> None:
        text = _NOT_IN_XML.sub("\ufffd", text)
        if len(text) > _LONGEST_TEXT:
            text = text[: _LONGEST_TEXT - len(_CUT)] + _CUT
        if text:
            _accept(self._worksheet.write_string(self._next_row, position, text, style))
        else:
            _accept(self._worksheet.write_blank(self._next_row, position, None, style))


def _wide_enough(column: Heading) -> Heading:
    """Return the column with room for the longest word of its heading."""
    longest = max(map(len, column.label.split()), default=0)
    return replace(column, width=max(column.width, longest * _BOLD_WIDTH + 1))


def _lines(column: Heading) -> int:
    """Return how many lines the heading takes, with the button of the filter at its end."""
    letters = max(int(column.width / _BOLD_WIDTH), 1)
    return len(wrap(column.label + _FILTER_BUTTON * "\u00a0", letters)) or 1


class _CellFormats:
    """The formats of one kind of row, by what a cell holds."""

    def __init__(self, workbook: Workbook, emphasis: dict[str, bool]) -> None:
        base = {**_BORDERED, **emphasis}
        self.text = workbook.add_format({**base, "num_format": "@"})
        self.number = workbook.add_format({**base, "num_format": "General", "align": "center"})
        # Excel and LibreOffice write the comma of the reader's language.
        self.percentage = workbook.add_format({**base, "num_format": "0.0%", "align": "center"})
        self.day = workbook.add_format({**base, "num_format": "dd/mm/yyyy", "align": "center"})
        self.instant = workbook.add_format(
            {**base, "num_format": "dd/mm/yyyy hh:mm", "align": "center"}
        )

    def of_number(self, cell: int | float | Percentage) -> tuple[float, Format]:
        """Return the number to write, and the format that shows it."""
        if isinstance(cell, Percentage):
            return float(cell.value / 100), self.percentage
        return cell, self.number


def _accept(status: int) -> None:
    """Refuse what XlsxWriter answers with a number and would else leave out or cut short."""
    if status:
        raise ValueError("the number of rows is beyond what a worksheet holds")
