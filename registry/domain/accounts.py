"""Logins and links: how a login is written and found again, what a link is for."""

import re
import unicodedata
from datetime import datetime, timedelta

from registry.domain.errors import Invalid
from registry.domain.labelled import Labelled
from registry.domain.vietnamese.names import normalise_signs


class LinkPurpose(Labelled):
    """What a link mailed or handed to the holder of an account is for; one of each is open."""

    INVITATION = "invitation", "đặt mật khẩu lần đầu"
    RESET = "reset", "đặt lại mật khẩu"


class LinkEnd(Labelled):
    """Why a link can be used no more."""

    USED = "used", "đã dùng"
    SUPERSEDED = "superseded", "có liên kết mới hơn"
    EXPIRED = "expired", "hết hạn"
    DUPLICATE = "duplicate", "trùng"
    RESTORED = "restored", "phục hồi từ bản sao lưu"


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


# How long a reset link that anybody asked for is left alone when somebody asks again: its mail may
# be on its way, and asking again and again must not end it before its holder can open it.
ON_ITS_WAY = timedelta(minutes=10)


def is_on_its_way(made_at: datetime, expires_at: datetime, now: datetime) -> bool:
    """Tell whether an open link is so young that asking for another leaves it alone."""
    return now < min(made_at + ON_ITS_WAY, expires_at)
