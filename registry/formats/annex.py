"""Read an annex to a decision on units.

Everything wrong is named with its row (the header is row 1) and column; nothing is guessed.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.domain.errors import Invalid
from registry.domain.reorganisations.annex import (
    AnnexRow,
    How,
    Part,
    RowProblem,
    designation_of,
    kind_of_word,
)
from registry.domain.units.codes import CODE_LENGTHS, OFFICIAL_CODE
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.characters import printable, refusal_of
from registry.domain.vietnamese.names import normalise, normalise_signs
from registry.formats.uploaded_table import Cell, read_apart, read_table
from registry.formats.workbook_weight import MAX_ROWS

MAX_TEXT = 300
MOST_PROBLEMS = 5_000
# A process is started for each; a province has one or two.
MOST_FILES = 100

_CODES = ("old_code", "new_code", "new_province_code")
_NAMES = ("old_name", "old_parent", "old_province", "new_name", "new_parent", "new_province")
_KINDS = ("old_kind", "new_kind")
_WORDS = ("part", "how")
_ALSO_CALLED = {"old_district": "old_parent", "new_district": "new_parent"}
_REQUIRED = (
    "old_code",
    "old_name",
    "old_parent",
    "old_province",
    "new_code",
    "new_name",
    "new_kind",
    "new_province_code",
    "new_province",
    "part",
)
_KNOWN = frozenset((*_CODES, *_NAMES, *_KINDS, *_WORDS))

_FLOAT = re.compile(r"[0-9]+[.,][0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+")

DECOMPOSED = (
    "Chữ có dấu ở dạng tổ hợp (dấu rời khỏi chữ). Chuyển tệp sang Unicode dựng sẵn rồi nạp lại."
)
AND_MORE = "Từ dòng này chưa kiểm tra: sửa các chỗ nêu trước đó, rồi gửi lại tệp."
TOO_MANY_FILES = f"Nhiều hơn {MOST_FILES} tệp. Chép các phụ lục vào ít tệp hơn rồi gửi lại."
EMPTY = "Tệp không có dòng dữ liệu nào dưới dòng tiêu đề."


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the file: where it is, how its header reads, and what it is to an annex."""

    place: int
    header: str
    name: str


def read_annexes(
    files: Iterable[tuple[str, bytes]],
) -> tuple[list[AnnexRow], list[RowProblem]]:
    """Return the rows of several annexes, each with its name, and everything wrong with them.

    As `read_annex`. No more is read once there are `MOST_PROBLEMS`, or more rows than a batch has,
    nor of more files than `MOST_FILES`, which the last problem says.
    """
    rows: list[AnnexRow] = []
    problems: list[RowProblem] = []
    for number, (name, content) in enumerate(files, start=1):
        if number > MOST_FILES:
            problems.append(RowProblem(0, "", TOO_MANY_FILES))
            break
        if len(problems) < MOST_PROBLEMS and len(rows) <= MAX_ROWS:
            read, found = read_annex(name, content)
            rows += read
            problems += found
    return rows, problems


def read_annex(name: str, content: bytes) -> tuple[list[AnnexRow], list[RowProblem]]:
    """Return the rows of an annex and everything wrong with the file called `name`.

    Text comes on one line; what is not in NFC is a problem. `source` of rows and problems is
    `name`. Rows that have a problem are left out; empty rows are skipped, yet counted. After
    `MOST_PROBLEMS` no more is read, which the last one says.
    """
    source = printable(normalise(name))
    try:
        found = read_apart(_said_in, content)
    except Invalid as refused:
        return [], [RowProblem(0, "", refused.message, source)]
    return (
        [_annex_row(number, source, values) for number, values in found["rows"]],
        [RowProblem(row, field, text, source) for row, field, text in found["problems"]],
    )


def _said_in(content: bytes) -> Mapping[str, Any]:
    """Return the rows of an annex, each with its number, and the problems, as plain values."""
    reader = _Reader()
    return {"rows": reader.read(read_table(content)), "problems": reader.problems}


def _annex_row(number: int, source: str, values: Mapping[str, str | None]) -> AnnexRow:
    part, how = values["part"], values["how"]
    told: dict[str, Any] = {
        **values,
        "part": Part(part) if part else None,
        "how": How(how) if how else None,
    }
    return AnnexRow(number, source, **told)


class _Reader:
    """Turns a table into rows, gathering what is wrong: row, column and what to do."""

    def __init__(self) -> None:
        self.problems: list[tuple[int, str, str]] = []

    def read(self, table: Sequence[Sequence[Cell]]) -> list[tuple[int, Mapping[str, str | None]]]:
        """Return what the rows below the header say, each with its number."""
        rows: list[tuple[int, Mapping[str, str | None]]] = []
        columns = self._columns(table[0]) if table else []
        if not self.problems:
            for number, cells in enumerate(table[1:], start=2):
                if len(self.problems) >= MOST_PROBLEMS:
                    self._problem(number, "", AND_MORE)
                    break
                if any(_is_filled(cell) for cell in cells):
                    values = self._row(number, cells, columns, len(table[0]))
                    rows += [(number, values)] if values is not None else []
        if not rows and not self.problems:
            self._problem(0, "", EMPTY)
        return rows

    def _problem(self, row: int, field: str, message: str) -> None:
        self.problems.append((row, field, message))

    def _columns(self, header: Sequence[Cell]) -> list[_Column]:
        found: dict[str, _Column] = {}
        for place, cell in enumerate(header):
            written = "_".join(normalise(str(cell or "")).casefold().replace("-", " ").split())
            name = _ALSO_CALLED.get(written, written)
            if name not in _KNOWN:
                continue
            if name in found:
                self._problem(1, written, f"Tiêu đề có hai cột “{written}” như nhau. Bỏ một cột.")
            found[name] = _Column(place, written, name)
        for name in _REQUIRED:
            if name not in found:
                other = next((also for also, same in _ALSO_CALLED.items() if same == name), "")
                either = f" (hoặc “{other}”)" if other else ""
                message = f"Thiếu cột “{name}”{either}. Thêm cột này vào dòng tiêu đề."
                self._problem(1, name, message)
        return list(found.values())

    def _row(
        self, number: int, cells: Sequence[Cell], columns: Sequence[_Column], width: int
    ) -> Mapping[str, str | None] | None:
        already = len(self.problems)
        if any(_is_filled(cell) for cell in cells[width:]):
            self._problem(
                number,
                "",
                f"Dòng có {len(cells)} ô, nhiều hơn tiêu đề. Tên có dấu phẩy phải đặt trong ngoặc "
                "kép.",
            )
        values: dict[str, str | None] = dict.fromkeys(_KNOWN)
        for column in columns:
            cell = cells[column.place] if column.place < len(cells) else None
            values[column.name] = self._value(number, column, cell)
        if len(self.problems) == already:
            self._check_code_lengths(number, values)
        return values if len(self.problems) == already else None

    def _value(self, number: int, column: _Column, cell: Cell) -> str | None:
        """Return a cell as clean text, None when it is empty; note what cannot be right."""
        if not _is_filled(cell):
            return None
        if not isinstance(cell, str):
            self._problem(number, column.header, _not_text(column, cell))
            return None
        text = (normalise_signs if column.name in _CODES else normalise)(cell)
        message = DECOMPOSED if _is_decomposed(cell) else refusal_of(text)
        message = message or _wrong_text(column, text)
        if message is not None:
            self._problem(number, column.header, message)
            return None
        return text.casefold() if column.name in _WORDS else text or None

    def _check_code_lengths(self, number: int, values: Mapping[str, str | None]) -> None:
        """Refuse a code of digits that is too short for its unit: Excel dropped its zeros."""
        for side in ("old", "new"):
            word = values[f"{side}_kind"] or designation_of(values[f"{side}_name"] or "") or ""
            kind = kind_of_word(word)
            if (values[f"{side}_name"] or "") == (values[f"{side}_province"] or ""):
                kind = UnitKind.PROVINCE
            self._check_length(number, f"{side}_code", values[f"{side}_code"], kind)
        code = values["new_province_code"]
        self._check_length(number, "new_province_code", code, UnitKind.PROVINCE)

    def _check_length(
        self, number: int, column: str, code: str | None, kind: UnitKind | None
    ) -> None:
        length = CODE_LENGTHS.get(kind) if kind is not None else None
        if code is not None and length is not None and code.isdigit() and len(code) < length:
            self._problem(
                number,
                column,
                f"Mã “{code}” chỉ có {len(code)} chữ số, cần {length}: Excel có thể đã bỏ số 0 ở "
                f"đầu. Định dạng cột là Text rồi ghi lại, ví dụ {code.zfill(length)}.",
            )


def _is_decomposed(text: str) -> bool:
    """Tell whether accents stand apart from their letters: two such names look alike and differ."""
    return not unicodedata.is_normalized("NFC", text)


def _is_filled(cell: Cell) -> bool:
    return cell is not None and str(cell).strip() != ""


def _not_text(column: _Column, cell: Cell) -> str:
    """Say why a number, a day or a truth value cannot stand in a column."""
    shown = f"{cell:g}" if isinstance(cell, float) and cell.is_integer() else str(cell)
    if column.name in _CODES:
        return (
            f"Mã {shown} là ô kiểu số, có thể đã mất số 0 ở đầu. Định dạng cột “{column.header}” "
            "là Text rồi ghi lại mã."
        )
    if column.name in _WORDS:
        return _wrong_word(column, shown)
    return (
        f"Cột “{column.header}” phải là chữ, ở đây là {shown}. Có thể các cột bị đổi chỗ: kiểm tra "
        "dòng tiêu đề."
    )


def _wrong_text(column: _Column, text: str) -> str | None:
    """Say why a text cannot stand in a column, None when it can."""
    if len(text) > MAX_TEXT:
        return f"Nội dung dài quá {MAX_TEXT} ký tự."
    if column.name in _WORDS:
        allowed = {"", *(Part if column.name == "part" else How)}
        return None if text.casefold() in allowed else _wrong_word(column, text)
    if column.name in _CODES:
        return _wrong_code(column, text)
    if column.name in _NAMES and text and text[0].isdigit() and OFFICIAL_CODE.fullmatch(text):
        return (
            f"Cột “{column.header}” phải là tên, ở đây là mã “{text}”. Có thể các cột bị đổi chỗ: "
            "kiểm tra dòng tiêu đề."
        )
    return None


def _wrong_code(column: _Column, text: str) -> str | None:
    if _FLOAT.fullmatch(text):
        return (
            f"Mã “{text}” đã bị đổi thành số. Định dạng cột “{column.header}” là Text rồi ghi lại "
            "mã."
        )
    if text and not OFFICIAL_CODE.fullmatch(text):
        return (
            f"Cột “{column.header}” phải là mã, ở đây là “{text}”. Có thể các cột bị đổi chỗ: kiểm "
            "tra dòng tiêu đề."
        )
    return None


def _wrong_word(column: _Column, text: str) -> str:
    if column.name == "part":
        return f"“{text}” không dùng được ở cột “part”. Ghi whole (toàn bộ) hoặc part (một phần)."
    words = ", ".join(How)
    return f"“{text}” không dùng được ở cột “how”. Ghi một trong: {words}; hoặc để trống."
