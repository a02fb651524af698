"""Logins and links: how a login is written and found again, what a link is for."""

import re
import unicodedata
from datetime import datetime, timedelta

from registry.domain.errors import Invalid
from registry.domain.labelled import Labelled
from registry.domain.permissions import Role
from registry.domain.vietnamese.names import normalise_signs


class LinkPurpose(Labelled):
    """What a link mailed or handed to the holder of an account is for; one of each is open."""

    INVITATION = "invitation", "đặt mật khẩu lần đầu"
    RESET = "reset", "đặt lại mật khẩu"
    EMAIL = "email", "xác nhận thư điện tử"


class LinkEnd(Labelled):
    """Why a link can be used no more."""

    USED = "used", "đã dùng"
    SUPERSEDED = "superseded", "có liên kết mới hơn"
    EXPIRED = "expired", "hết hạn"
    DECLINED = "declined", "không được cho phép"
    DUPLICATE = "duplicate", "trùng"
    RESTORED = "restored", "phục hồi từ bản sao lưu"


class LinkRelease(Labelled):
    """By what a link may be used beside the one who asked for it; guarded accounts need it."""

    SECOND_PERSON = "second_person", "người khác của cơ quan cho phép"
    CONFIRMED_ADDRESS = "confirmed_address", "gửi đến địa chỉ đã xác nhận"
    SHELL = "shell", "lệnh trên máy chủ"


# What somebody known has done so that a link may be used.
BY_PEOPLE = frozenset({LinkRelease.SECOND_PERSON, LinkRelease.SHELL})

# Roles by which an account decides over others' units, or over accounts: not its own unit alone.
OFFICE_WIDE = frozenset(Role) - {Role.UNIT_OFFICER, Role.MEMBER, Role.PUBLIC}

# Links by which a password is set. Those of guarded accounts wait until they are released.
FOR_PASSWORDS = (LinkPurpose.INVITATION, LinkPurpose.RESET)

# How long an address must have been confirmed before a link may go there without a second person:
# time enough for its holder to see on his first page that somebody else confirmed one.
CONFIRMED_FOR = timedelta(days=7)

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


def is_proven(confirmed_at: datetime | None, now: datetime) -> bool:
    """Tell whether an address was confirmed long enough ago for a link to go there at once."""
    return confirmed_at is not None and now - confirmed_at >= CONFIRMED_FOR
