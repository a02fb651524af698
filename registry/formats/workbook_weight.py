"""Weigh a workbook before it is opened.

Packed files can unfold to gigabytes, and a few signs can stand for a million cells.
"""

import re
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from registry.domain.errors import Invalid

MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELLS = 400_000
MAX_CHARACTERS = 8_000_000
# As Excel's own. Who cleans and compares a text takes a hundred times its room.
LONGEST_CELL = 32_767
_MAX_UNPACKED = 40 * 1024 * 1024
_MAX_MEMBERS = 500
_LONGEST_SIGN = 1024 * 1024
# A reader makes room for as many texts, formats or cells as a part says it holds, before it finds
# any; where there is none for them it takes the whole process along.
_LONGEST_COUNT = 6
_COUNTS = frozenset({"count", "uniquecount"})
_PIECE = 64 * 1024
_MOST_NAMED, _MOST_DIGITS = 3, 10

_PLACE = re.compile(r"([A-Za-z]{0,7})([0-9]{1,10})")

# The parts of a workbook from which the first sheet is found.
_WORKBOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHARED_TEXTS = "xl/sharedstrings.xml"
# What would be read as a workbook of another kind, and is not weighed by the signs of this one.
_OTHER_KINDS = frozenset({"xl/workbook.bin", "content.xml"})
_XML = (".xml", ".rels")

TOO_MANY = (
    f"Tệp có hơn {MAX_ROWS:,} dòng, hơn {MAX_COLUMNS} cột hoặc hơn {MAX_CELLS:,} ô."
).replace(",000", ".000") + " Xóa các dòng, cột trống đã định dạng, hoặc chia thành nhiều tệp."
TOO_LONG = f"Tệp có ô dài hơn {LONGEST_CELL:,} ký tự.".replace(",", ".") + " Rút ngắn ô đó lại."
NOT_A_WORKBOOK = "Không đọc được tệp Excel. Mở tệp, lưu lại thành .xlsx rồi gửi lại."
UNSAFE_WORKBOOK = "Tệp Excel có macro hoặc cấu trúc không an toàn. Chép dữ liệu sang tệp .xlsx mới."
NOT_CALCULATED = (
    "Ô {cells} có công thức chưa tính ra kết quả. Mở tệp bằng Excel, chờ tính xong, lưu lại; hoặc "
    "dán giá trị vào thay công thức."
)


def weigh_workbook(content: bytes) -> Iterable[int]:
    """Refuse a workbook that unfolds to too much, or holds what a plain table does not.

    Return where in its first sheet a formula came out as an empty text: row times the most columns
    there may be, and the column, both from 0.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            if _is_unsafe(members):
                raise Invalid.on("file", UNSAFE_WORKBOOK)
            names = {member.filename.lower() for member in members}
            if _WORKBOOK not in names or not names.isdisjoint(_OTHER_KINDS):
                raise Invalid.on("file", NOT_A_WORKBOOK)
            return _weigh_members(archive, members)
    # What zipfile cannot unpack, for its compression or a password, is a RuntimeError of some kind.
    except (BadZipFile, EOFError, RuntimeError, zlib.error):
        raise Invalid.on("file", NOT_A_WORKBOOK) from None


def _weigh_members(archive: ZipFile, members: Sequence[ZipInfo]) -> Iterable[int]:
    """Unpack every member piece by piece, none of it kept, and look at the text in it."""
    left = _MAX_UNPACKED
    if sum(member.file_size for member in members) > left:
        raise Invalid.on("file", TOO_MANY)
    found: dict[str, _Weighing] = {}
    shared = array("L")
    # The texts that sheets share come first, so that a sheet is weighed with them.
    for member in sorted(members, key=lambda one: one.filename.lower() != _SHARED_TEXTS):
        name = member.filename.lower()
        weighing = _Weighing(shared, is_shared=name == _SHARED_TEXTS)
        with archive.open(member) as file:
            while piece := file.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise Invalid.on("file", TOO_MANY)
                if name.endswith(_XML):
                    weighing.take(piece)
        if name.endswith(_XML):
            weighing.close()
            found[name] = weighing
    return _empty_results(found)


def _empty_results(found: "Mapping[str, _Weighing]") -> Iterable[int]:
    """Return where formulas of the first sheet came out as an empty text.

    One with formulas that were never calculated is refused: they would read as empty.
    """
    links = found[_LINKS].links if _LINKS in found else {}
    if not all(target.lower().endswith(".xml") for target in links.values()):
        raise Invalid.on("file", NOT_A_WORKBOOK)
    first = found.get(_first_sheet(found))
    if first is not None and first.not_calculated:
        raise Invalid.on("file", NOT_CALCULATED.format(cells=_cells_named(first.not_calculated)))
    return first.empty_results if first is not None else ()


def _first_sheet(found: "Mapping[str, _Weighing]") -> str:
    """Return the member that holds the first sheet, as the workbook says; "" when it says none."""
    links = found[_LINKS].links if _LINKS in found else {}
    target = links.get(found[_WORKBOOK].first_sheet, "").lower()
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _cells_named(cells: Sequence[str]) -> str:
    more = ", …" if len(cells) > _MOST_NAMED else ""
    return ", ".join(cells[:_MOST_NAMED]) + more


def _is_unsafe(members: Sequence[ZipInfo]) -> bool:
    names = [member.filename.lower() for member in members]
    return (
        len(names) > _MAX_MEMBERS
        or len(set(names)) < len(names)
        or any(name.startswith("/") or ".." in name.split("/") for name in names)
        or any(name.endswith("vbaproject.bin") for name in names)
    )


class _Weighing:
    """What the text of one member amounts to, told while it is read, and refused at once.

    A sheet is known by what it holds: its file may bear any name. `shared` are the lengths of the
    texts that sheets share, which one member adds to: each cell that names one holds all of it.
    """

    def __init__(self, shared: "array[int]", *, is_shared: bool) -> None:
        self.first_sheet = ""
        self.links: dict[str, str] = {}
        self.not_calculated: list[str] = []
        self.empty_results = array("L")
        self._shared, self._is_shared = shared, is_shared
        self._cells = self._characters = self._length = 0
        self._last_row = self._last_column = self._row = self._column = 0
        self._place = self._kind = self._value = ""
        self._has_formula = self._has_value = self._has_text = self._is_in_value = False
        self._taken = 0
        self._parser: Any = expat.ParserCreate()
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = _refuse_entities

    def take(self, piece: bytes) -> None:
        """Read the next piece; raise Invalid for what is no XML or too much."""
        self._taken += len(piece)
        self._read(piece, is_last=False)
        # One sign longer than this is no sign of a table; the reader would keep all of it.
        if self._taken - self._parser.CurrentByteIndex > _LONGEST_SIGN:
            raise Invalid.on("file", NOT_A_WORKBOOK)

    def close(self) -> None:
        """Read the end; raise Invalid when it is none."""
        self._read(b"", is_last=True)
        self._parser = None

    def _read(self, piece: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(piece, is_last)
        except (expat.ExpatError, LookupError, ValueError):
            raise Invalid.on("file", NOT_A_WORKBOOK) from None

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        _refuse_promises(attributes)
        match tag.rpartition(":")[2]:
            case "c":
                self._begin_cell(attributes)
            case "row":
                self._column = 0
                self._last_row = max(self._last_row + 1, _place_in(attributes)[1])
                self._refuse_too_much()
            case "f":
                self._has_formula = True
            case "mergeCell":
                self._cells += 1
                self._refuse_too_much()
            case "v" | "is" | "si":
                self._begin_value()
            case "sheet":
                self._note_sheet(attributes)
            case "Relationship" if len(self.links) <= _MAX_MEMBERS:
                self.links[attributes.get("Id", "")] = attributes.get("Target", "")

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        column, row = _place_in(attributes)
        self._cells += 1
        self._column = column or self._column + 1
        self._last_column = max(self._last_column, self._column)
        self._last_row = max(self._last_row, row)
        self._row = row or self._last_row
        self._place = attributes.get("r", "") or f"ở dòng {self._last_row}"
        self._kind = attributes.get("t", "")
        self._has_formula = self._has_value = self._has_text = False
        self._refuse_too_much()

    def _begin_value(self) -> None:
        self._is_in_value, self._value, self._length = True, "", 0
        # A formula whose result is an empty text says of its kind that it is text.
        self._has_value = self._kind == "str"
        if self._is_shared:
            self._shared.append(0)
            self._cells += 1
            self._refuse_too_much()

    def _note_sheet(self, attributes: dict[str, str]) -> None:
        link = next((value for name, value in attributes.items() if name.endswith(":id")), "")
        self.first_sheet = self.first_sheet or link

    def _text(self, text: str) -> None:
        if not self._is_in_value:
            return
        self._has_text = self._has_text or not text.isspace()
        self._has_value = self._has_value or self._has_text
        self._characters += len(text)
        self._length += len(text)
        if self._length > LONGEST_CELL:
            raise Invalid.on("file", TOO_LONG)
        if self._is_shared:
            self._shared[-1] += len(text)
        elif self._kind == "s":
            self._value = (self._value + text)[:_MOST_DIGITS]
        self._refuse_too_much()

    def _end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "v" | "is" | "si":
                self._is_in_value = False
                if self._kind == "s" and not self._is_shared and self._value.strip().isdecimal():
                    number = int(self._value)
                    self._characters += self._shared[number] if number < len(self._shared) else 0
                    self._refuse_too_much()
            case "c" if self._has_formula and not self._has_text:
                if self._has_value:
                    self.empty_results.append((self._row - 1) * MAX_COLUMNS + self._column - 1)
                elif len(self.not_calculated) <= _MOST_NAMED:
                    self.not_calculated.append(self._place)

    def _refuse_too_much(self) -> None:
        if (
            self._last_row > MAX_ROWS + 1
            or self._last_column > MAX_COLUMNS
            or self._cells > MAX_CELLS
            or self._last_row * self._last_column > 2 * MAX_CELLS
            or self._characters > MAX_CHARACTERS
        ):
            raise Invalid.on("file", TOO_MANY)


def _place_in(attributes: dict[str, str]) -> tuple[int, int]:
    """Return the column and row that a sign names; 0 where it names none."""
    written = attributes.get("r")
    if written is None:
        return 0, 0
    found = _PLACE.fullmatch(written)
    if found is None:
        raise Invalid.on("file", NOT_A_WORKBOOK)
    return _column_number(found[1]), int(found[2])


def _refuse_promises(attributes: Mapping[str, str]) -> None:
    for name, told in attributes.items():
        if name.rpartition(":")[2].lower() in _COUNTS and len(told) > _LONGEST_COUNT:
            raise Invalid.on("file", TOO_MANY)


def _refuse_entities(*_declared: object) -> None:
    raise Invalid.on("file", UNSAFE_WORKBOOK)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
