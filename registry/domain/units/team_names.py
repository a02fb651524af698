"""How teams are called: "Tổ công nghệ số cộng đồng thôn 1" is "Tổ CNSCĐ thôn 1" in most papers."""

import re
from collections.abc import Iterator

_TEAM = "tổ cnscđ"
# In keys, as `exact_key` gives them: lower case, words apart by one space. Some write both:
# "Tổ công nghệ số cộng đồng (CNSCĐ) thôn 1".
_BEGINNING = re.compile(r"tổ (?:công nghệ số|cns) ?(?:cộng đồng|cđ|cd)(?: cns ?c[đd])?(?= |$)")
_FIRST_LETTERS = re.compile(r"to(?:congngheso|cns)(?:congdong|cd)(?:cnscd)?")
_PLACE = re.compile(r" (?:xã|phường|thị trấn|đặc khu) .+")
_ZEROS = re.compile(r"(?<= )0+(?=[1-9])")


def with_one_spelling(key: str) -> str:
    """Return the `exact_key` of a name; of a team's the one that all its spellings share."""
    found = _BEGINNING.match(key)
    return key if found is None else _TEAM + _ZEROS.sub("", key[found.end() :])


def letters_with_one_spelling(letters: str) -> str:
    """Return what the bare letters of a name share in all spellings of a team, and perhaps more.

    Where two names have one key `with_one_spelling`, they have this in common: quick to compare.
    """
    found = _FIRST_LETTERS.match(letters)
    return letters if found is None else "tocnscd" + letters[found.end() :].replace("0", "")


def is_team(key: str) -> bool:
    """Tell whether a name, as `with_one_spelling` gives it, is that of a team."""
    return key == _TEAM or key.startswith(f"{_TEAM} ")


def with_and_without_place(key: str, place: str) -> Iterator[str]:
    """Yield the keys by which a team below a commune is called: with its commune's name or without.

    `place` is the key of the commune: "xã quế phước". Many bear the name of a former one.
    """
    bare = _PLACE.sub("", key)
    yield key
    yield bare
    yield f"{bare} {place}"
    _, _, name = place.partition(" ")
    if name:
        yield f"{bare} {name}"
