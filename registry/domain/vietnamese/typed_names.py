"""Names of people as they are typed: with a form of address before them, in capitals or without."""

import re
from dataclasses import dataclass

from registry.domain.vietnamese.names import normalise_name, normalise_signs, search_key

# "Đ/c" and degrees are no part of a name whatever follows; the others only where two words still
# stand behind: "Anh Thư" may be all that was typed of a name.
_NEVER_A_NAME = re.compile(
    r"(?:(?:đ ?/ ?c|đ\.c|đc|đồng chí|pgs|gs|tskh|ts|ths|ks|cn|bs|ls"
    r"|ông ?/ ?bà|ông ?\(bà\)|anh ?/ ?chị"
    r"|\( ?(?:ông|bà|anh|chị|cô|thầy|đ/c|đ\.c|đồng chí) ?\))(?:[ .:,]+|$))+",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(ông|bà|anh|chị|cô|thầy)[ .:,]+(?=[^ ]+ +[^ ])", re.IGNORECASE)
# Ông is a family name too, of Quảng Nam among others: "Ông Ích Khiêm", "Ông Văn Sơn".
_AFTER_THE_FAMILY_NAME = frozenset(("ich", "van", "thi", "duc", "huu", "dinh", "quoc", "xuan"))
_PARTS = re.compile(r"[^ '.-]+")


@dataclass(frozen=True, slots=True)
class TypedName:
    """A name without the form of address, `taken_off`, that stood before it.

    `put_right` is the name in capitals and small letters as names are written. It differs where a
    word of the name was typed in one of the two alone, "NGUYỄN văn An", and is for its bearer to
    confirm: what a person is called is not rewritten in silence.
    """

    name: str
    taken_off: str | None
    put_right: str


def read_name(text: str) -> TypedName:
    """Read a person's name; raise Invalid on "full_name" as `normalise_name`.

    What is taken off must be told to who typed it.
    """
    written = normalise_signs(text)
    rest = written[found.end() :] if (found := _NEVER_A_NAME.match(written)) else written
    found = _ADDRESS.match(rest)
    if found is not None and not _is_family_name(found[1], rest[found.end() :]):
        rest = rest[found.end() :]
    taken_off = written[: len(written) - len(rest)].strip(" .:,") or None
    name = normalise_name(rest)
    return TypedName(name, taken_off, _put_right(name))


def _is_family_name(address: str, rest: str) -> bool:
    first = rest.partition(" ")[0]
    return search_key(address) == "ong" and search_key(first) in _AFTER_THE_FAMILY_NAME


def _put_right(name: str) -> str:
    return " ".join(
        _as_names_are_written(word) if word.islower() or word.isupper() else word
        for word in name.split(" ")
    )


def _as_names_are_written(text: str) -> str:
    return _PARTS.sub(lambda found: found[0][0].upper() + found[0][1:].lower(), text)
