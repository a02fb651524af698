"""Logins: how they are written, and how they are found again."""

import re
import unicodedata

from registry.domain.errors import Invalid
from registry.domain.vietnamese.names import normalise_signs

_SHAPE = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,63}")


def login_key(login: str) -> str:
    """Return the form by which a login is found: NFKC, lower case, no blanks, 0… for +84…."""
    folded = "".join(unicodedata.normalize("NFKC", normalise_signs(login)).casefold().split())
    return "0" + folded[3:] if re.fullmatch(r"\+84\d{9,10}", folded) else folded


def check_login(login: str) -> str:
    """Return the key of a new login.

    Raises Invalid when it has other than plain letters, digits and . _ @ + -, or is not 3 to 64
    long.
    """
    key = login_key(login)
    if not _SHAPE.fullmatch(key):
        raise Invalid.on(
            "login",
            "Tên đăng nhập gồm 3 đến 64 ký tự: chữ không dấu, số và các dấu . _ @ + -",
        )
    return key
