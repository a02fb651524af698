"""Tables that people send: CSV in UTF-8, or the first sheet of an Excel workbook.

A workbook is weighed before it is opened. Reading is done apart all the same (`read_apart`).
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from registry.domain.errors import Invalid
from registry.formats import apart
from registry.formats.workbook_weight import (
    LONGEST_CELL,
    MAX_CELLS,
    MAX_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS,
    NOT_A_WORKBOOK,
    TOO_LONG,
    TOO_MANY,
    weigh_workbook,
)

MAX_BYTES = 5 * 1024 * 1024

Cell = object
"""What a cell holds: text, or the number, day or truth value a workbook makes of it."""


class EmptyResult(str):
    """An empty text that a formula came out as: whoever sees it meant something to stand there."""

    __slots__ = ()


# Three times what the largest annex takes: 20,000 rows with as many characters as there may be.
_MOST_SECONDS = 30

# A merged range: row and column of its first and its last cell, from 0.
_Range = tuple[tuple[int, int], tuple[int, int]]

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t"
_LINES_LOOKED_AT = 60

TOO_LARGE = f"Tệp lớn hơn {MAX_BYTES // 1024 // 1024} MB. Chia thành nhiều tệp."
NOT_UTF8 = (
    "Tệp không phải CSV mã hóa UTF-8 (có thể là Windows-1258, TCVN3 hoặc VNI). Trong Excel, lưu "
    "lại bằng “CSV UTF-8”, hoặc gửi tệp .xlsx."
)
NOT_CSV = "Tệp không đúng định dạng CSV. Kiểm tra dấu ngoặc kép gần dòng {line}."
OLD_OFFICE = "Tệp .xls đời cũ hoặc có mật khẩu. Lưu lại thành .xlsx không mật khẩu."
TOO_INTRICATE = (
    "Tệp có cấu trúc quá phức tạp nên không đọc được. Chép dữ liệu (chỉ giá trị) sang tệp .xlsx "
    "mới rồi gửi lại, hoặc chia thành nhiều tệp."
)


def read_apart(work: Callable[[bytes], Any], content: bytes) -> Any:
    """Return what `work`, which begins with `read_table`, makes of a file: values JSON knows.

    It is done by a process of its own (`registry/formats/apart.py`).

    Raises:
        Invalid: as `work` does; on "file" when it takes too much or fails.

    """
    try:
        return apart.done(work, content, seconds=_MOST_SECONDS)
    except apart.TooMuchError:
        raise Invalid.on("file", TOO_INTRICATE) from None


def read_table(content: bytes) -> list[Sequence[Cell]]:
    """Return the rows of a CSV text in UTF-8 or of the first sheet of a workbook, as they stand.

    Row n of the file is item n - 1; a CSV has text cells only. Each cell of a merged range holds
    what the range shows.

    Raises:
        Invalid: on "file", saying why the file cannot be read and what to do.

    """
    if len(content) > MAX_BYTES:
        raise Invalid.on("file", TOO_LARGE)
    if content.startswith(_OLD_OFFICE):
        raise Invalid.on("file", OLD_OFFICE)
    rows = _sheet_rows(content) if content.startswith(_ZIP) else _csv_rows(content)
    table = list(islice(rows, MAX_ROWS + 2))
    if len(table) > MAX_ROWS + 1:
        raise Invalid.on("file", TOO_MANY)
    return table


def _csv_rows(content: bytes) -> Iterator[Sequence[Cell]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid.on("file", NOT_UTF8) from None
    if "\0" in text:
        raise Invalid.on("file", NOT_UTF8)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    left = MAX_CELLS
    try:
        for row in reader:
            left -= len(row)
            if left < 0 or len(row) > MAX_COLUMNS:
                raise Invalid.on("file", TOO_MANY)
            if any(len(cell) > LONGEST_CELL for cell in row):
                raise Invalid.on("file", TOO_LONG)
            yield row
    except csv.Error:
        raise Invalid.on("file", NOT_CSV.format(line=reader.line_num)) from None


def _delimiter(text: str) -> str:
    """Return what parts the cells: the sign that most lines have equally often.

    Above a table stand titles, with commas of their own or with no sign at all.
    """
    lines = text.split("\n", _LINES_LOOKED_AT)[:_LINES_LOOKED_AT]

    def regularity(sign: str) -> int:
        counts = Counter(line.count(sign) for line in lines)
        return max(count * lines_alike**2 for count, lines_alike in counts.items())

    return max(_DELIMITERS, key=regularity)


def _sheet_rows(content: bytes) -> Iterator[Sequence[Cell]]:
    empty_results = weigh_workbook(content)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
            sheet = workbook.get_sheet_by_index(0)
            rows: list[list[Any]] = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS + 2)
            merged = sheet.merged_cell_ranges or []
    except (CalamineError, OSError, ValueError, IndexError):
        raise Invalid.on("file", NOT_A_WORKBOOK) from None
    for place in empty_results:
        row, column = divmod(place, MAX_COLUMNS)
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = EmptyResult()
    _fill_merged(rows, merged)
    yield from rows


def _fill_merged(rows: list[list[Any]], merged: Iterable[_Range]) -> None:
    """Put into each cell of a merged range what its first one holds, which the range shows."""
    cells = characters = 0
    for (top, left), (bottom, right) in merged:
        below = min(bottom + 1, len(rows))
        beyond = min(right + 1, len(rows[top])) if top < len(rows) else 0
        area = max(below - top, 0) * max(beyond - left, 0)
        if not area:
            continue
        shown = rows[top][left]
        cells += area
        characters += area * len(shown) if isinstance(shown, str) else 0
        if cells > MAX_CELLS or characters > MAX_CHARACTERS:
            raise Invalid.on("file", TOO_MANY)
        for row in rows[top:below]:
            row[left:beyond] = [shown] * (beyond - left)
