"""What the cells of one row of an annex say: text, codes, words; and what cannot be right."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.domain.reorganisations.annex import How, designation_of, kind_of_word
from registry.domain.units.codes import CODE_LENGTHS, OFFICIAL_CODE
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.names import normalise, normalise_signs
from registry.formats.annex_columns import CODES, KINDS, KNOWN, NAMES, WORDS
from registry.formats.annex_words import (
    UnclearError,
    full_kind,
    full_name,
    how_of,
    is_of_a_body,
    part_of,
    units_in,
    with_designation,
)
from registry.formats.uploaded_table import Cell

MAX_TEXT = 300

_FLOAT = re.compile(r"[0-9]+[.,][0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+")
_LARGEST_CODE = 10**9
# A "thành phố" is a district or a province.
_EITHER = "thành phố"

DECOMPOSED = (
    "Chữ có dấu ở dạng tổ hợp (dấu rời khỏi chữ). Chuyển tệp sang Unicode dựng sẵn rồi nạp lại."
)
SEVERAL_NEW = "“{text}” có nhiều đơn vị mới trong một ô. Ghi mỗi đơn vị mới một dòng."

Values = dict[str, str | None]
"""What a row says, by the names of columns; None where it says nothing."""


@dataclass
class RowReading:
    """What a row says, and what is wrong with it: at which column, and what to do."""

    values: Values = field(default_factory=lambda: dict.fromkeys(KNOWN))
    problems: list[tuple[str, str]] = field(default_factory=list)


def is_filled(cell: Cell) -> bool:
    """Tell whether a cell holds anything to see."""
    return cell is not None and str(cell).strip() != ""


def is_decomposed(text: str) -> bool:
    """Tell whether accents stand apart from their letters: two such names look alike and differ."""
    return not unicodedata.is_normalized("NFC", text)


def read_values(raw: Mapping[str, Cell], headings: Mapping[str, str]) -> RowReading:
    """Return what the cells of a row say; `headings` tells how each column is headed."""
    reading = RowReading()
    values = reading.values
    numbers = set[str]()
    for name, cell in raw.items():
        if not is_filled(cell):
            continue
        if name in CODES and _is_whole_number(cell):
            values[name] = f"{cell:.0f}"
            numbers.add(name)
            continue
        text, wrong = _text(name, headings.get(name, name), cell)
        values[name] = text
        reading.problems += [(name, wrong)] if wrong else []
    if not reading.problems:
        _say_how(values)
        _name_in_full(reading)
        _check_codes(reading, numbers, headings)
    return reading


# --- one cell ------------------------------------------------------------------------------------


def _is_whole_number(cell: Cell) -> bool:
    """Tell whether a cell is a number that can be a code."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return False
    return cell == cell // 1 and 0 < cell < _LARGEST_CODE


def _text(name: str, heading: str, cell: Cell) -> tuple[str | None, str | None]:
    """Return a cell as clean text, or why it cannot be right."""
    if not isinstance(cell, str):
        return None, _not_text(name, heading, cell)
    text = (normalise_signs if name in CODES else normalise)(cell)
    wrong = DECOMPOSED if is_decomposed(cell) else refusal_of(text)
    wrong = wrong or _wrong_text(name, heading, text)
    return (None, wrong) if wrong else (text or None, None)


def _not_text(name: str, heading: str, cell: Cell) -> str:
    """Say why a number, a day or a truth value cannot stand in a column."""
    shown = f"{cell:g}" if isinstance(cell, float) and cell.is_integer() else str(cell)
    if name in CODES:
        return (
            f"Mã {shown} là ô kiểu số, có thể đã mất số 0 ở đầu. Định dạng cột “{heading}” là Text "
            "rồi ghi lại mã."
        )
    if name in WORDS:
        return _wrong_word(name, heading, shown)
    return (
        f"Cột “{heading}” phải là chữ, ở đây là {shown}. Có thể các cột bị đổi chỗ: kiểm tra "
        "dòng tiêu đề."
    )


def _wrong_text(name: str, heading: str, text: str) -> str | None:
    """Say why a text cannot stand in a column, None when it can."""
    if len(text) > MAX_TEXT:
        return f"Nội dung dài quá {MAX_TEXT} ký tự."
    if name in WORDS:
        known = part_of(text) if name == "part" else how_of(text)
        return None if known is not None else _wrong_word(name, heading, text)
    if name in CODES:
        return _wrong_code(heading, text)
    if name in NAMES and text and text[0].isdigit() and OFFICIAL_CODE.fullmatch(text):
        return (
            f"Cột “{heading}” phải là tên, ở đây là mã “{text}”. Có thể các cột bị đổi chỗ: "
            "kiểm tra dòng tiêu đề."
        )
    return None


def _wrong_code(heading: str, text: str) -> str | None:
    if _FLOAT.fullmatch(text):
        return f"Mã “{text}” đã bị đổi thành số. Định dạng cột “{heading}” là Text rồi ghi lại mã."
    if text and not OFFICIAL_CODE.fullmatch(text):
        return (
            f"Cột “{heading}” phải là mã, ở đây là “{text}”. Có thể các cột bị đổi chỗ: kiểm "
            "tra dòng tiêu đề."
        )
    return None


def _wrong_word(name: str, heading: str, text: str) -> str:
    if name == "part":
        return (
            f"“{text}” không dùng được ở cột “{heading}”. Ghi whole (toàn bộ), part (một phần) "
            "hoặc rest (phần còn lại)."
        )
    words = ", ".join(How)
    return f"“{text}” không dùng được ở cột “{heading}”. Ghi một trong: {words}; hoặc để trống."


# --- the row -------------------------------------------------------------------------------------


def _say_how(values: Values) -> None:
    """Put the words of the two columns as an annex has them; a unit that stays is its own heir."""
    how = how_of(values["how"] or "")
    part = part_of(values["part"] or "") or (how.part if how is not None else None)
    values["part"] = part
    values["how"] = how.how if how is not None else None
    stays = how_of(values["new_name"] or "")
    if stays is not None and stays.keeps:
        values["new_name"] = None
    elif how is None or not how.keeps:
        return
    if values["new_name"] is None and values["new_code"] is None:
        for name in ("code", "name", "kind"):
            values[f"new_{name}"] = values[f"old_{name}"]


def _name_in_full(reading: RowReading) -> None:
    """Write short forms in full, and before a name the designation that has a column of its own."""
    values = reading.values
    for word in KINDS:
        values[word] = full_kind(values[word] or "") or None
    of_a_body = any(is_of_a_body(values[kind]) for kind in KINDS)
    if not of_a_body and values["new_name"] is not None:
        _one_new_unit(reading, values["new_name"])
    for told in NAMES:
        values[told] = full_name(values[told] or "", of_a_body=of_a_body) or None
    for side in ("old", "new"):
        name, kind = values[f"{side}_name"], values[f"{side}_kind"]
        values[f"{side}_name"] = with_designation(name, kind) if name else None


def _one_new_unit(reading: RowReading, text: str) -> None:
    values = reading.values
    try:
        units = units_in(text)
    except UnclearError:
        units = []
    if len(units) != 1:
        reading.problems.append(("new_name", SEVERAL_NEW.format(text=text)))
        return
    values["new_name"] = units[0].name
    values["part"] = values["part"] or units[0].part
    values["new_parent"] = values["new_parent"] or units[0].parent
    values["new_province"] = values["new_province"] or units[0].province


def _check_codes(reading: RowReading, numbers: set[str], headings: Mapping[str, str]) -> None:
    """Give numbers the zeros they lost where it is certain how many; refuse codes too short."""
    values = reading.values
    kinds = {"new_province_code": UnitKind.PROVINCE} | {
        f"{side}_code": _kind(values, side) for side in ("old", "new")
    }
    for name, kind in kinds.items():
        code = values[name]
        length = CODE_LENGTHS.get(kind) if kind is not None else None
        if code is None:
            continue
        if name in numbers:
            if length is None and len(code) < CODE_LENGTHS[UnitKind.COMMUNE]:
                wrong = _not_text(name, headings.get(name, name), int(code))
                reading.problems.append((name, wrong))
            values[name] = code.zfill(length or 0)
        elif length is not None and code.isdigit() and len(code) < length:
            reading.problems.append((name, _too_short(code, length)))


def _too_short(code: str, length: int) -> str:
    return (
        f"Mã “{code}” chỉ có {len(code)} chữ số, cần {length}: Excel có thể đã bỏ số 0 ở "
        f"đầu. Định dạng cột là Text rồi ghi lại, ví dụ {code.zfill(length)}."
    )


def _kind(values: Values, side: str) -> UnitKind | None:
    """Return the kind of the unit on a side, None where that is not certain."""
    name, province = values[f"{side}_name"] or "", values[f"{side}_province"]
    word = (values[f"{side}_kind"] or designation_of(name) or "").casefold()
    if name and name == province:
        return UnitKind.PROVINCE
    if word == _EITHER and province is None:
        return None
    return UnitKind.PROVINCE if word == "tỉnh" else kind_of_word(word)
