"""The words of an annex as people write them: how much, how, the row above, units in a cell."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from registry.domain.reorganisations.annex import (
    DESIGNATIONS,
    How,
    Part,
    designation_of,
    kind_of_word,
)
from registry.domain.units.kinds import TERRITORY_KINDS, UnitKind
from registry.domain.vietnamese.names import normalise, normalise_signs, search_key

# --- what stands for another cell, or for nothing -------------------------------------------------

_DITTO = frozenset(
    {
        *("nt", "nhưtrên", "nhutren", "nhưdòngtrên", "nhưhàngtrên", "ditto", "idem"),
        *('"', '""', "''", "'", "”", "“", "”“", "“”", "„", "″", "ʺ", "〃", "˝", "//", ",,"),
    }
)
_AROUND_DITTO = re.compile(r"[\s.()\[\]-]+")
_NOTHING = re.compile(r"[-.…\s]+")
_COUNTED = re.compile(r"(?:[IVXLC]+|[A-ZĐ]|[0-9]{1,3}(?:\.[0-9]{1,3})*)\s*[.)/-]?\s+")
_TOTALS = frozenset({("tong", "cong"), ("tong", "so")})
_LONGEST_SIGN, _LONGEST_TOTAL = 20, 60
# So many different words a column has; codes and names, each another, are not worth keeping.
_KEPT = 1_000


def is_ditto(text: str) -> bool:
    """Tell whether a cell says that it is like the one above: "như trên", "nt", a double stroke."""
    if len(text) > _LONGEST_SIGN or (text[:1].isalnum() and text[0] not in "nNdDiI"):
        return False
    return _AROUND_DITTO.sub("", normalise_signs(text)).casefold() in _DITTO


def is_nothing(text: str) -> bool:
    """Tell whether a cell only says that there is nothing: dashes, dots."""
    if len(text) > _LONGEST_SIGN or text[:1].isalnum():
        return False
    return _NOTHING.fullmatch(normalise_signs(text)) is not None


def is_total(text: str) -> bool:
    """Tell whether a cell begins a row of sums."""
    if text.lstrip()[:1].casefold() not in {"t", "c"}:
        return False
    words = tuple(search_key(text[:_LONGEST_TOTAL]).split())
    return words in {("cong",), ("tong",)} or words[:2] in _TOTALS


# --- how much, and how ----------------------------------------------------------------------------

_PARTS: Mapping[str, Part] = {
    **{part.value: part for part in Part},
    **dict.fromkeys(("toàn bộ", "tb", "nguyên trạng", "100%", "toàn xã", "cả"), Part.WHOLE),
    **dict.fromkeys(("một phần", "1 phần", "mp"), Part.PART),
    **dict.fromkeys(("phần còn lại", "còn lại", "pcl"), Part.REST),
}
_PART_SAID = re.compile(r"\b(toàn bộ|một phần|1 phần|phần còn lại)\b")


class Keep(Enum):
    """That nothing becomes of a unit."""

    AS_IT_IS = auto()


# Longer words come before those they begin with. What says nothing of whether a unit lives on is
# decided by code and name.
_HOWS: Mapping[str, How | Keep | None] = {
    **{how.value: how for how in How},
    "sáp nhập": None,
    "sắp xếp": None,
    "tổ chức lại": None,
    "kiện toàn": None,
    "củng cố": None,
    "thành lập lại": None,
    "chia tách": None,
    "nhập": How.ABSORB,
    "hợp nhất": How.MERGE,
    "điều chuyển": How.MOVE,
    "điều chỉnh địa giới hành chính": How.ADJUST,
    "điều chỉnh": How.ADJUST,
    "đổi loại": How.RENAME,
    "nâng cấp": How.PROMOTE,
    "chuyển thành": How.RENAME,
    "thành lập trên cơ sở nhập": How.ESTABLISH,
    "tách ra": How.SEPARATE,
    "thành lập mới": How.ESTABLISH,
    "giữ nguyên": Keep.AS_IT_IS,
    "không sắp xếp": Keep.AS_IT_IS,
    "không thực hiện sắp xếp": Keep.AS_IT_IS,
}
_HOW_BEGINS = re.compile(rf"(?:{'|'.join(sorted(_HOWS, key=len, reverse=True))})\b")
_AS_IT_STANDS = re.compile(r"^thành lập\b.*\bnguyên trạng\b")


def part_of(text: str) -> Part | None:
    """Return how much a cell says that is meant, None where it says neither."""
    return _PARTS.get(text.casefold().rstrip(". "))


def reads_as_part(text: str) -> bool:
    """Tell whether a cell may say how much is meant."""
    return is_ditto(text) or part_of(text) is not None


@dataclass(frozen=True, slots=True)
class HowSaid:
    """What a cell says of how: a word, or that the unit stays; and of how much, in passing."""

    how: How | None
    keeps: bool = False
    part: Part | None = None


@lru_cache(_KEPT)
def how_of(text: str) -> HowSaid | None:
    """Return what a cell says of how, None where it begins with no word that an annex knows."""
    lower = text.casefold()
    said = _HOW_BEGINS.match(lower)
    if said is None:
        return None
    found = How.PROMOTE if _AS_IT_STANDS.match(lower) else _HOWS[said[0]]
    part = _PART_SAID.search(lower)
    return HowSaid(
        how=found if isinstance(found, How) else None,
        keeps=found is Keep.AS_IT_IS,
        part=_PARTS[part[0]] if part else None,
    )


def reads_as_how(text: str) -> bool:
    """Tell whether a cell may say how."""
    return is_ditto(text) or how_of(text) is not None


# --- units ----------------------------------------------------------------------------------------

_SHORT = {
    "x": "xã",
    "p": "phường",
    "tt": "thị trấn",
    "đk": "đặc khu",
    "h": "huyện",
    "q": "quận",
    "tx": "thị xã",
    "tp": "thành phố",
    "t": "tỉnh",
}
# One letter is short for something only with its full stop, or before a number; "TT Ái Nghĩa"
# needs none, but "tt" in small letters does.
_SHORTENED = re.compile(
    r"(?P<dotted>X|P|TT|ĐK|H|Q|TX|TP|T)\s?\.\s?(?=\w)"
    r"|(?P<numbered>P|Q)\s?(?=[0-9]{1,2}$)"
    r"|(?P<capitals>TT|ĐK|TX|TP)\s+(?=\w)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:sở|ban|văn phòng|phòng|hội|đoàn|trung tâm|thanh tra|ủy ban|uỷ ban|ubnd|tổ|thôn|khu phố"
    r"|tổ dân phố|khối|ấp|bản|buôn|chi cục|cục|liên minh|mặt trận|trường|đội|công ty)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"[0-9]{1,5}(?:\.0)?|(?=\w*[0-9])(?=[0-9-]*[A-Z])[0-9A-Z][0-9A-Z_-]*")


def full_name(text: str, *, of_a_body: bool = False) -> str:
    """Return a name with its designation in full: "TT. Ái Nghĩa" is "Thị trấn Ái Nghĩa".

    "TT" in the name of a body may be a centre, and stays.
    """
    found = None if of_a_body else _SHORTENED.match(text)
    if found is not None and (found["capitals"] is None or found[0].strip().isupper()):
        short = next(word for word in found.groups() if word).casefold()
        text = f"{_SHORT[short]} {text[found.end() :]}"
    elif designation_of(text) is None:
        return text
    return f"{text[0].upper()}{text[1:]}"


def without_count(text: str) -> str:
    """Return the heading of a section in full, without its number: "II. Huyện Quế Sơn".

    "H. Quế Sơn" has none.
    """
    name = full_name(text)
    return name if designation_of(name) else full_name(_COUNTED.sub("", text, count=1))


def full_kind(text: str) -> str:
    """Return the word of a kind in full: "P." is "phường"."""
    return _SHORT.get(text.casefold().rstrip(". "), text)


def is_of_a_body(kind: str | None) -> bool:
    """Tell whether a word names a kind that is no territory."""
    found = kind_of_word(kind) if kind else None
    return found is not None and found not in TERRITORY_KINDS


def with_designation(name: str, kind: str | None) -> str:
    """Return a name with the designation that stands in a column of its own."""
    word = (kind or "").casefold()
    if word not in DESIGNATIONS or designation_of(name) is not None:
        return name
    return f"{word.capitalize()} {name}"


def looks_like_unit(text: str) -> bool:
    """Tell whether a cell may name units."""
    return is_ditto(text) or any(map(_begins_unit, _pieces(text)[:1]))


def looks_like_code(text: str) -> bool:
    """Tell whether a cell may be the code of a unit."""
    return is_ditto(text) or _CODE.fullmatch(text.strip()) is not None


@dataclass(frozen=True, slots=True)
class UnitSaid:
    """A unit as a cell names it: its name, how much of it, and what it stands under."""

    name: str
    part: Part | None = None
    parent: str | None = None
    province: str | None = None


_HOW_MUCH = re.compile(
    r"(?P<much>toàn bộ|một phần|1 phần|phần còn lại|nguyên trạng)"
    r"(?:\s+(?:diện tích|tự nhiên|dân số|quy mô|quy mô dân số|địa giới|hành chính|và|của"
    r"|sau khi sắp xếp|sau sắp xếp)\b,?)*\s*:?\s+",
    re.IGNORECASE,
)
_HOW_MUCH_AFTER = re.compile(
    r"\s*(?:\(|-\s|:\s|,\s)\s*(?P<much>toàn bộ|một phần|1 phần|phần còn lại|nguyên trạng)"
    r"(?:\s+(?:diện tích|tự nhiên|dân số|và|,|quy mô))*\s*\)?$",
    re.IGNORECASE,
)
_ABOVE = re.compile(r"\s*(?:\(\s*|,\s*|-\s+|\bthuộc\s+)(?:thuộc\s+)?(?P<above>[^(),]+?)\s*\)?$")
_BULLET = re.compile(r"^(?:[-+*•]|[0-9]{1,2}[.)])\s+")
_JOINED = re.compile(r"\s*,\s*(?:và\s+)?|\s+và\s+")
_SEVERAL = re.compile(r"các\s+", re.IGNORECASE)


class UnclearError(Exception):
    """A cell names several units, and where one ends and the next begins is not certain."""


def units_in(text: str) -> list[UnitSaid]:
    """Return the units a cell names; raise UnclearError where they cannot be told apart.

    Lines and semicolons part them. So do a comma and "và" where every unit bears its designation,
    or "các xã" says it for all that follow.
    """
    return [unit for piece in _pieces(text) for unit in _units(piece)]


def _pieces(text: str) -> list[str]:
    """Part a cell by its semicolons, and by its lines where each of them begins a unit."""
    found: list[str] = []
    for said in text.split(";"):
        lines = [_BULLET.sub("", normalise(line).strip(" ,")) for line in said.splitlines()]
        lines = [line for line in lines if line]
        found += lines if all(map(_begins_unit, lines)) else [normalise(said).strip(" ,")]
    return [piece for piece in found if piece]


def _begins_unit(line: str) -> bool:
    told = _SEVERAL.sub("", _told(line)[1], count=1)
    return designation_of(full_name(told)) is not None or _BODY.match(told) is not None


def _units(piece: str) -> Iterator[UnitSaid]:
    much, rest = _told(piece)
    whole = _one(rest, much)
    if whole is not None:
        yield whole
        return
    given = ""
    levels = set[UnitKind | None]()
    for said in _JOINED.split(rest):
        part, name = _told(said)
        much = part or much
        several = _SEVERAL.match(name)
        if several:
            name = " ".join(name[several.end() :].replace(":", " ").split())
        name = full_name(name)
        word = designation_of(name)
        if word is not None:
            given = word if several else ""
        elif given:
            name = f"{given.capitalize()} {name}"
        one = _one(name, much)
        levels.add(kind_of_word(designation_of(one.name) or "") if one else None)
        if one is None or None in levels or len(levels) > 1:
            raise UnclearError
        yield one


def _told(piece: str) -> tuple[Part | None, str]:
    """Return how much of a unit a text says is meant, and the rest of the text."""
    before = _HOW_MUCH.match(piece)
    if before is not None:
        return _PARTS[before["much"].casefold()], piece[before.end() :]
    after = _HOW_MUCH_AFTER.search(piece)
    if after is not None:
        return _PARTS[after["much"].casefold()], piece[: after.start()]
    return None, piece


def _one(text: str, much: Part | None) -> UnitSaid | None:
    """Return the one unit a text names, None where it names several.

    The name of a body stays as it is: it may hold commas, and where the body belongs.
    """
    if designation_of(full_name(text)) is None:
        return None if _SEVERAL.match(text) else UnitSaid(text, much)
    name, above = text, dict[UnitKind, str]()
    while (found := _ABOVE.search(name)) is not None:
        place = full_name(found["above"])
        kind = kind_of_word(designation_of(place) or "")
        if kind not in {UnitKind.DISTRICT, UnitKind.PROVINCE} or kind in above:
            break
        above[kind], name = place, name[: found.start()]
    name = full_name(name)
    is_commune = kind_of_word(designation_of(name) or "") is UnitKind.COMMUNE
    # "Huyện A, huyện B": beside each other, not one in the other.
    if _JOINED.search(name) or (above and not is_commune):
        return None
    district, province = above.get(UnitKind.DISTRICT), above.get(UnitKind.PROVINCE)
    return UnitSaid(name, much, district or province, province)
