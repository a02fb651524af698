"""How the name of a unit is written: in a sentence, with its place, in the number of a paper."""

import re
import unicodedata

from registry.domain.units.kinds import UnitKind

COMMITTEE = "UBND"
_COMMITTEE_IN_FULL = "Ủy ban nhân dân"
_COMMUNES = ("Xã ", "Phường ", "Thị trấn ", "Đặc khu ")
_BEARS_A_COMMUNE = re.compile(r"(?<!\w)(?:[Xx]ã|[Pp]hường|[Tt]hị trấn|[Đđ]ặc khu) [^\W\d_a-zà-ỹđ]")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_LINKING_WORDS = frozenset({"và", "của", "các"})


def running_name(name: str, designation: str | None) -> str:
    """Return the name as it stands inside a sentence: "tỉnh Quảng Nam", but "Sở Nội vụ"."""
    return name[:1].lower() + name[1:] if _is_designated(name, designation) else name


def bare_name(name: str, designation: str | None) -> str:
    """Return the name of a place without what kind of place it is: "Đà Nẵng"; "" for a body."""
    if designation is None or not _is_designated(name, designation):
        return ""
    return name[len(designation) :].strip()


def _is_designated(name: str, designation: str | None) -> bool:
    return bool(designation) and name.lower().startswith(f"{designation} ".lower())


def located_name(name: str, kind: UnitKind, parent_name: str | None) -> str:
    """Return the name of a team with its commune: "Tổ CNSCĐ thôn 1, xã Bình Minh".

    There is a team of the first village in every other commune. `parent_name` is that of the day;
    what is no team, or names its commune itself, stays as it is. One that still bears the name of a
    commune of before says to which it belongs: "Tổ CNSCĐ thôn 1, xã Bình Minh (xã Thăng An)".
    """
    if kind is not UnitKind.COMMUNITY_TEAM or not parent_name:
        return name
    kind_of_place = next((one for one in _COMMUNES if parent_name.startswith(one)), "")
    place = kind_of_place.lower() + parent_name.removeprefix(kind_of_place)
    if place.casefold() in name.casefold():
        return name
    if kind_of_place and f"{name} ".endswith(f" {kind_of_place.lower()}"):
        return f"{name} {parent_name.removeprefix(kind_of_place)}"
    if _BEARS_A_COMMUNE.search(name):
        return f"{name} ({place})"
    return f"{name}, {place}"


def is_committee(name: str) -> bool:
    """Tell whether the body is a people's committee, by the name it is shown under."""
    return name.startswith(f"{COMMITTEE} ")


def committee_in_full(name: str) -> str:
    """Write "UBND xã …" out: only the superior's name may be abbreviated (Decree 30/2020/NĐ-CP)."""
    return name.replace(COMMITTEE, _COMMITTEE_IN_FULL)


def document_symbol(name: str, short_name: str | None = None) -> str:
    """Return how an issuer is abbreviated in the number of a paper: "SKHCN".

    Both names are those of the day, `name` without its superior's (Decree 30/2020/NĐ-CP, Appendix
    I, II.3). A short name that abbreviates decides: "Sở KH&CN". Else it is the initials.
    """
    if is_committee(short_name or name):
        return COMMITTEE
    words = _words(short_name or "")
    if not any(_is_abbreviation(word) for word in words):
        words = _words(name)
    return "".join(word if _is_abbreviation(word) else _initial(word) for word in words)


def _words(name: str) -> list[str]:
    """Return the words of a name that count, without the province's "tỉnh" at the end."""
    words = ["".join(filter(str.isalpha, word)) for word in name.removesuffix(" tỉnh").split()]
    return [word for word in words if word and word not in _LINKING_WORDS]


def _initial(word: str) -> str:
    """Return the first letter as a capital, without its tone: "U" of "Ủy", but "Đ" of "Đầu"."""
    return unicodedata.normalize(
        "NFC", _TONES.sub("", unicodedata.normalize("NFD", word[0]))
    ).upper()


def _is_abbreviation(word: str) -> bool:
    return len(word) > 1 and word.isupper()
