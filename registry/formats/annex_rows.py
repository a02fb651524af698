"""The rows of an annex: what each says under headings that are known, and all that is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from registry.domain.reorganisations.annex import designation_of, kind_of_word
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.names import normalise
from registry.formats.annex_columns import KINDS, Headings, missing_names, names_given_twice
from registry.formats.annex_division import check_sides
from registry.formats.annex_values import (
    MAX_TEXT,
    Values,
    is_decomposed,
    is_filled,
    read_values,
)
from registry.formats.annex_words import (
    UnclearError,
    UnitSaid,
    full_name,
    is_ditto,
    is_nothing,
    is_of_a_body,
    is_total,
    units_in,
    without_count,
)
from registry.formats.columns import Column
from registry.formats.uploaded_table import Cell, EmptyResult

MOST_PROBLEMS = 5_000
_MOST_UNITS, _LONGEST_LIST = 50, 3_000
_LONGEST_SKIPPED = 80
_UNITS_LOOKED_AT = 200
_MARKS = "\n\r;"

# Whose names head the sections of a printed table, and what they are to the rows below.
_SECTIONS = {UnitKind.DISTRICT: "old_parent", UnitKind.PROVINCE: "old_province"}

AND_MORE = "Từ dòng này chưa kiểm tra: sửa các chỗ nêu trước đó, rồi gửi lại tệp."
EMPTY = "Tệp không có dòng dữ liệu nào dưới dòng tiêu đề."
NO_HEADINGS = (
    "Không tìm thấy dòng tiêu đề của bảng. Ghi trên các cột: Mã cũ, Tên cũ, Mã mới, Tên mới…; mỗi "
    "cột một tiêu đề."
)
UNCLEAR = (
    "“{text}” có nhiều đơn vị mà không rõ từng tên. Ghi mỗi đơn vị một dòng, hoặc ngăn cách bằng "
    "dấu chấm phẩy, mỗi tên có loại đứng trước (xã, phường, thị trấn)."
)
NOTHING_ABOVE = "“{text}” nhưng dòng trên không có nội dung ở cột này. Ghi rõ nội dung."


@dataclass
class Reading:
    """What rows say, each with its number; what is wrong with them; and which were skipped."""

    rows: list[tuple[int, Values]] = field(default_factory=list)
    problems: list[tuple[int, str, str]] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)


def read_rows(table: Sequence[Sequence[Cell]], headings: Headings | None) -> Reading:
    """Return what the rows below the headings say, and everything wrong."""
    reading = Reading()
    if headings is not None:
        row = headings.guess.heading_row + 1
        wrong = [*names_given_twice(headings), *missing_names(headings)]
        reading.problems += [(row, name, message) for name, message in wrong]
        if not wrong:
            _Reader(reading, headings).read(table)
    if not reading.rows and not reading.problems:
        has_cells = any(is_filled(cell) for row in table for cell in row)
        unknown = headings is None and has_cells
        reading.problems.append((int(unknown), "", NO_HEADINGS if unknown else EMPTY))
    return reading


class _Reader:
    """Goes through the rows, each with what the one above it said."""

    def __init__(self, reading: Reading, headings: Headings) -> None:
        self.reading = reading
        self.headings = headings
        self.columns = headings.taken
        self.width = max((column.place for column in headings.guess.columns), default=0) + 1
        self.above: dict[str, Cell] = {}
        self.section: dict[str, str] = {}
        self.blank_formulas: dict[int, set[str]] = {}
        self.called = {column.field or "": column for column in self.columns}
        self.is_of_communes = False
        self.last_row = 0

    def read(self, table: Sequence[Sequence[Cell]]) -> None:
        """Read them all, then look at them together."""
        first = self.headings.guess.first_row
        self._look_over(table)
        for number, cells in enumerate(table[first:], start=first + 1):
            if len(self.reading.problems) >= MOST_PROBLEMS:
                self.problem(number, "", AND_MORE)
                return
            if any(map(is_filled, cells)) and not self.is_beside_the_data(number, cells):
                self.reading.rows += [(number, values) for values in self.row(number, cells)]
        found = check_sides(self.reading.rows, self.blank_formulas)
        wrong = {row for row, _, _ in found}
        self.reading.rows = [row for row in self.reading.rows if row[0] not in wrong]
        self.reading.problems += found
        self.reading.problems.sort(key=lambda problem: problem[0])

    def problem(self, row: int, name: str, message: str) -> None:
        """Note what is wrong."""
        self.reading.problems.append((row, name, message))

    # --- rows that are none ----------------------------------------------------------------------

    def is_beside_the_data(self, number: int, cells: Sequence[Cell]) -> bool:
        """Tell whether a row is a heading once more, a sum, a section or a remark; note it."""
        said = {column.field or "": cells[column.place] for column in self._filled(cells)}
        first = next(cell for cell in cells if is_filled(cell))
        names = (said[name] for name in ("old_name", "new_name") if name in said)
        is_none = (
            self.headings.guess.is_heading(cells)
            or any(is_total(str(cell)) for cell in (first, *names))
            or (not self.headings.are_names and self._is_apart(number, cells, said))
        )
        if is_none:
            told = " ".join(
                dict.fromkeys(normalise(str(cell)) for cell in cells if is_filled(cell))
            )
            self.reading.skipped.append((number, told[:_LONGEST_SKIPPED]))
        return is_none

    def _is_apart(self, number: int, cells: Sequence[Cell], said: Mapping[str, Cell]) -> bool:
        """Tell whether a row of a printed table stands beside its data; note whose section it is.

        A remark says nothing in the columns that are read, or follows the data. The heading of a
        section says one thing only, and where it is a unit, it is one that others stand under.
        """
        told = set(map(str, said.values()))
        if not told:
            return True
        filled = [str(cell) for cell in cells if is_filled(cell)]
        is_over_all = len(set(filled)) == 1 and len(filled) > 1
        if len(told) > 1 or not (is_over_all or self.is_of_communes):
            return False
        written = normalise(told.pop())
        text = without_count(written)
        kind = kind_of_word(designation_of(text) or "")
        if kind in _SECTIONS:
            self.section[_SECTIONS[kind]] = text
            return True
        is_numbered = text != full_name(written)
        return kind is None and (is_over_all or is_numbered or number > self.last_row)

    def _look_over(self, table: Sequence[Sequence[Cell]]) -> None:
        """Note the last row that says more than one thing, and whether such rows name communes."""
        names = {"old_name", "new_name"}
        kinds: list[UnitKind | None] = []
        for number in range(self.headings.guess.first_row + 1, len(table) + 1):
            cells = table[number - 1]
            told = {column.field: str(cells[column.place]) for column in self._filled(cells)}
            if len(set(told.values())) > 1:
                self.last_row = number
                if len(kinds) < _UNITS_LOOKED_AT:
                    units = (full_name(told[name]) for name in names & told.keys())
                    kinds += [kind_of_word(designation_of(unit) or "") for unit in units]
        self.is_of_communes = kinds.count(UnitKind.COMMUNE) * 2 > len(kinds)

    def _filled(self, cells: Sequence[Cell]) -> Iterator[Column]:
        for column in self.columns:
            if column.place < len(cells) and is_filled(cells[column.place]):
                yield column

    # --- a row -----------------------------------------------------------------------------------

    def row(self, number: int, cells: Sequence[Cell]) -> list[Values]:
        """Return what a row says: of several units in its cell one after the other."""
        already = len(self.reading.problems)
        if any(map(is_filled, cells[self.width :])):
            self.problem(
                number,
                "",
                f"Dòng có {len(cells)} ô, nhiều hơn tiêu đề. Tên có dấu phẩy phải đặt trong ngoặc "
                "kép.",
            )
        found = []
        for raw in self._each(number, self._raw(number, cells)):
            reading = read_values(raw, {name: one.heading for name, one in self.called.items()})
            for name, message in reading.problems:
                self.named_problem(number, name, message)
            found.append(reading.values)
        return found if len(self.reading.problems) == already else []

    def named_problem(self, row: int, name: str, message: str) -> None:
        """Note what is wrong at a column, called as the file calls it where that is a name."""
        column = self.called.get(name)
        named = column.heading if column is not None and self.headings.are_names else name
        self.problem(row, named, message)

    def _raw(self, number: int, cells: Sequence[Cell]) -> dict[str, Cell]:
        """Return the cells by what they are, those that say "như trên" as what stands above."""
        raw: dict[str, Cell] = {}
        for name, column in self.called.items():
            cell = cells[column.place] if column.place < len(cells) else None
            if isinstance(cell, EmptyResult):
                self.blank_formulas.setdefault(number, set()).add(name)
            if isinstance(cell, str) and is_ditto(cell):
                if not is_filled(self.above.get(name)):
                    said = NOTHING_ABOVE.format(text=normalise(cell))
                    self.named_problem(number, name, said)
                cell = self.above.get(name)
            raw[name] = None if isinstance(cell, str) and is_nothing(cell) else cell
        self.above = raw
        of_its_section = {
            name: text for name, text in self.section.items() if name not in self.called
        }
        return {**of_its_section, **raw} if is_filled(raw.get("old_name")) else raw

    def _each(self, number: int, raw: dict[str, Cell]) -> list[dict[str, Cell]]:
        """Part a row whose cell of old units holds several; its parts say all else alike."""
        name = raw.get("old_name")
        if not isinstance(name, str) or len(name) > _LONGEST_LIST or is_decomposed(name):
            return [raw]
        if any(is_of_a_body(str(raw[kind])) for kind in KINDS if is_filled(raw.get(kind))):
            return [raw]
        try:
            units = units_in(name)
        except UnclearError:
            self.named_problem(number, "old_name", UNCLEAR.format(text=normalise(name)[:MAX_TEXT]))
            return []
        codes = self._codes(number, raw.get("old_code"), len(units))
        return [_of_unit(raw, unit, code) for unit, code in zip(units, codes, strict=False)] or [
            raw
        ]

    def _codes(self, number: int, cell: Cell, units: int) -> list[Cell]:
        if units == 1 or not is_filled(cell):
            return [cell] * units
        codes = str(cell).translate(dict.fromkeys(map(ord, _MARKS), " ")).split()
        if len(codes) != units:
            self.named_problem(
                number,
                "old_code",
                f"Ô tên có {units} đơn vị nhưng ô mã có {len(codes)} mã. Ghi mỗi đơn vị một dòng.",
            )
        return list(codes)


def _of_unit(raw: Mapping[str, Cell], unit: UnitSaid, code: Cell) -> dict[str, Cell]:
    """Return a row as it speaks of one of its units; what has a cell of its own stays."""
    beside = {"part": unit.part, "old_parent": unit.parent, "old_province": unit.province}
    told = {name: value for name, value in beside.items() if not is_filled(raw.get(name)) and value}
    return {**raw, **told, "old_name": unit.name, "old_code": code}
