"""What an e-mail address looks like, and how two of one address are known to be the same."""

import re
from collections.abc import Callable

from registry.domain.errors import Invalid
from registry.domain.vietnamese.names import accepted_signs

MAX_LENGTH = 254
_SHAPE = re.compile(
    r"[^@\s<>,;:\"]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])"
)
_EXAMPLE = "Ví dụ: ten@donvi.gov.vn"


def read_email(text: str, *, on: str = "email") -> str:
    """Return an address in the one form in which it is kept, compared and written to.

    What a paste brings along, "mailto:", brackets and a comma, goes. Small letters throughout: no
    office of the network tells two addresses apart by their case.
    Raises Invalid on the field `on`, with what is wrong where that can be said.
    """
    address = accepted_signs(text, on).lower().strip(" ,;<>").removeprefix("mailto:")
    if why := _what_is_wrong(address):
        raise Invalid.on(on, f"Địa chỉ thư điện tử không đúng dạng: {why}. {_EXAMPLE}")
    if len(address) > MAX_LENGTH or not _SHAPE.fullmatch(address):
        raise Invalid.on(on, f"Địa chỉ thư điện tử không đúng dạng. {_EXAMPLE}")
    return address


def _what_is_wrong(address: str) -> str | None:
    """Return what can be said of a wrong address, the plainest fault first."""
    return next((why for is_so, why in _FAULTS if is_so(address)), None)


def _has_dot_at_an_end(address: str) -> bool:
    return any(part.startswith(".") or part.endswith(".") for part in address.split("@"))


_FAULTS: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda address: address.count("@") != 1, "phải có đúng một dấu @"),
    (lambda address: " " in address, "không được có dấu cách"),
    (lambda address: not address.isascii(), "không được có chữ có dấu"),
    (lambda address: ".." in address, "không được có hai dấu chấm liền nhau"),
    (_has_dot_at_an_end, "không được có dấu chấm ở đầu, ở cuối, ngay trước hoặc ngay sau dấu @"),
)
