"""Codes of 80 bits that people read, type and say: Crockford's base 32 in groups of four."""

import re

CODE_BYTES = 10
# No I, L, O, U, which are misread or misheard.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = CODE_BYTES * 8 // 5
_GROUP = 4
_MISREAD = str.maketrans("OIL", "011")
_SEPARATORS = re.compile(r"[\s.\-–]+")


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
    """Return the code somebody typed or a camera read, or None when it cannot be one.

    Case, blanks and hyphens do not count; O is read as 0, I and L as 1.
    """
    code = _SEPARATORS.sub("", typed).upper().translate(_MISREAD)
    if len(code) != LENGTH or any(letter not in ALPHABET for letter in code):
        return None
    return code
