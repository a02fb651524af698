"""Tables that people send: CSV in UTF-8, or the first sheet of an Excel workbook.

A workbook is weighed before it is opened: packed files can unfold to gigabytes.
"""

import csv
import re
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from itertools import islice
from zipfile import BadZipFile, ZipFile, ZipInfo

from python_calamine import CalamineError, CalamineWorkbook

from registry.domain.errors import Invalid

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100
_MAX_UNPACKED = 64 * 1024 * 1024
_MAX_MEMBERS = 1_000

Cell = object
"""What a cell holds: text, or the number, day or truth value a workbook makes of it."""

# Signs in the text of a sheet that tell how wide and long it is.
_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]")
_PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]*)([0-9]+)[\"']")

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_TWO_BYTE_TEXT = frozenset({b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"})
_DELIMITERS = ",;\t"

TOO_LARGE = f"Tệp lớn hơn {MAX_BYTES // 1024 // 1024} MB. Chia thành nhiều tệp."
TOO_MANY = f"Tệp có hơn {MAX_ROWS:,} dòng hoặc hơn {MAX_COLUMNS} cột.".replace(",", ".") + (
    " Xóa các dòng, cột trống đã định dạng, hoặc chia thành nhiều tệp."
)
NOT_UTF8 = (
    "Tệp không phải CSV mã hóa UTF-8 (có thể là Windows-1258, TCVN3 hoặc VNI). Trong Excel, lưu "
    "lại bằng “CSV UTF-8”, hoặc gửi tệp .xlsx."
)
NOT_CSV = "Tệp không đúng định dạng CSV. Kiểm tra dấu ngoặc kép gần dòng {line}."
OLD_OFFICE = "Tệp .xls đời cũ hoặc có mật khẩu. Lưu lại thành .xlsx không mật khẩu."
NOT_A_WORKBOOK = "Không đọc được tệp Excel. Mở tệp, lưu lại thành .xlsx rồi gửi lại."
UNSAFE_WORKBOOK = "Tệp Excel có macro hoặc cấu trúc không an toàn. Chép dữ liệu sang tệp .xlsx mới."


def read_table(content: bytes) -> list[Sequence[Cell]]:
    """Return the rows of a CSV text in UTF-8 or of the first sheet of a workbook, as they stand.

    Row n of the file is item n - 1; a CSV has text cells only.

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
    header = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error:
        raise Invalid.on("file", NOT_CSV.format(line=reader.line_num)) from None


def _sheet_rows(content: bytes) -> Iterator[Sequence[Cell]]:
    _weigh_workbook(content)
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as workbook:
            sheet = workbook.get_sheet_by_index(0)
            rows = sheet.to_python(skip_empty_area=False, nrows=MAX_ROWS + 2)
    except (CalamineError, OSError, ValueError, IndexError):
        raise Invalid.on("file", NOT_A_WORKBOOK) from None
    yield from rows


def _weigh_workbook(content: bytes) -> None:
    """Refuse a workbook that unfolds to too much, or holds what a plain table does not."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            if _is_unsafe(members):
                raise Invalid.on("file", UNSAFE_WORKBOOK)
            left = _MAX_UNPACKED
            for member in members:
                with archive.open(member) as file:
                    unpacked = file.read(left + 1)
                left -= len(unpacked)
                if left < 0:
                    raise Invalid.on("file", TOO_MANY)
                _weigh_member(unpacked)
    # NotImplementedError is how zipfile refuses a compression it does not know.
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error):
        raise Invalid.on("file", NOT_A_WORKBOOK) from None


def _is_unsafe(members: Sequence[ZipInfo]) -> bool:
    names = [member.filename.lower() for member in members]
    return (
        len(names) > _MAX_MEMBERS
        or len(set(names)) < len(names)
        or any(name.startswith("/") or ".." in name.split("/") for name in names)
        or any(name.endswith("vbaproject.bin") for name in names)
    )


def _weigh_member(unpacked: bytes) -> None:
    """Refuse text that defines entities or hides its signs, and sheets that are too wide or long.

    A sheet is known by what it holds: its file may bear any name.
    """
    if unpacked[:2] in _TWO_BYTE_TEXT or b"<!DOCTYPE" in unpacked:
        raise Invalid.on("file", UNSAFE_WORKBOOK)
    if b"sheetData" not in unpacked:
        return
    per_row = (len(_CELL.findall(row)) for row in _ROW.split(unpacked))
    places = {(letters, int(digits)) for letters, digits in _PLACE.findall(unpacked)}
    if (
        max(per_row) > MAX_COLUMNS
        or any(row > MAX_ROWS + 1 for _, row in places)
        or any(_column_number(letters) > MAX_COLUMNS for letters in {place[0] for place in places})
    ):
        raise Invalid.on("file", TOO_MANY)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
