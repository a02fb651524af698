"""Codes of 80 bits that people read, type and say: Crockford's base 32 in groups of four."""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from registry.domain.vietnamese.names import normalise_signs

CODE_BYTES = 10
WRONG_FORM_OF_CODE = (
    "Mã chưa đúng dạng. Mã gồm 16 chữ số và chữ cái, ví dụ 7K2M-94QX-00AB-CDEF; "
    "kiểm tra lại từng nhóm."
)
# No I, L, O, U, which are misread or misheard.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = CODE_BYTES * 8 // 5
_GROUP = 4
_MISREAD = str.maketrans("OIL", "011")
_SEPARATORS = re.compile(r"[\W_]+")
_AMONG_WORDS = re.compile(r"(?<![^\W_])(?=((?:[0-9A-Z]{4}[\W_]*){4})(?![^\W_]))", re.IGNORECASE)
_AS_PRINTED = re.compile(r"\w{4}([-\u2010-\u2015\u2212])\w{4}\1\w{4}\1\w{4}|\w{16}")


def code_of(content: bytes) -> str:
    """Write `CODE_BYTES` bytes as sixteen letters and digits.

    Raises ValueError for any other number of bytes.
    """
    if len(content) != CODE_BYTES:
        message = f"a code needs {CODE_BYTES} bytes"
        raise ValueError(message)
    number = int.from_bytes(content, "big")
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range((LENGTH - 1) * 5, -5, -5))


def grouped(code: str) -> str:
    """Return the code as it is printed: "7K2M-94QX-00AB-CDEF"."""
    return "-".join(code[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def read_code(typed: str) -> str | None:
    """Return the code somebody typed or pasted or a camera read, or None when it cannot be one.

    Case, blanks, hyphens and other signs do not count; O is read as 0, I and L as 1. Of a whole
    address, with or without its scheme, the code is what stands in the path, else in the query.
    """
    return next(filter(None, map(_read, _pieces(normalise_signs(typed)))), None)


def _pieces(text: str) -> Iterator[str]:
    """Give the parts of `text` that may be the code, the likeliest first."""
    path, *rest = re.split("[?#]", unquote(text))
    yield from reversed(re.split("[/:]", path))
    for query in rest:
        yield from re.split("[&=]", query)
    yield from _among_words(text)


def _among_words(text: str) -> list[str]:
    """Return what may be a code with words around it: "mã 7K2M-94QX-00AB-CDEF nhé".

    Words and years look like groups: first what is printed as codes are, then what has the most
    digits, of equals the last.
    """
    found = [match[1].rstrip() for match in _AMONG_WORDS.finditer(text)]
    as_printed = [bool(_AS_PRINTED.fullmatch(code)) for code in found]
    digits = [sum(map(str.isdigit, code)) for code in found]
    order = sorted(range(len(found)), key=lambda at: (as_printed[at], digits[at], at), reverse=True)
    return [found[at] for at in order if digits[at] or as_printed[at]]


def _read(piece: str) -> str | None:
    code = _SEPARATORS.sub("", piece).upper().translate(_MISREAD)
    if len(code) != LENGTH or any(letter not in ALPHABET for letter in code):
        return None
    return code
