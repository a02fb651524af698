"""Vietnamese telephone numbers: what changed in 2018, what Excel loses, what lists hide.

Whether a number can exist is for `registry.formats.phone_numbers`, which asks a library.
"""

import re

from registry.domain.vietnamese.writing import format_phone

# Mobile numbers went from 11 digits to 10 between 15/9/2018 and 30/6/2019.
LEGACY_PREFIXES = {
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0126": "076",
    "0128": "078",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0127": "081",
    "0129": "082",
    "0162": "032",
    "0163": "033",
    "0164": "034",
    "0165": "035",
    "0166": "036",
    "0167": "037",
    "0168": "038",
    "0169": "039",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}
_LEGACY_NUMBER = re.compile("0?(1[0-9]{2})([0-9]{7})")
_LOST_ZERO = re.compile("[35789][0-9]{8}|2[0-9]{9}")


def advice_on_number(digits: str) -> str | None:
    """Return what to tell a person whose number is in a form known to be wrong, or None.

    `digits` is the number as dialled in Vietnam, digits only. The advice repeats the number: it may
    be shown to who typed it, not logged.
    """
    if found := _LEGACY_NUMBER.fullmatch(digits):
        old = f"0{found[1]}"
        if new := LEGACY_PREFIXES.get(old):
            number = _shown(f"{new}{found[2]}")
            return f"Đầu số {old} đã đổi thành {new} từ năm 2018. Nhập lại là {number}."
    if _LOST_ZERO.fullmatch(digits):
        return f"Số điện thoại thiếu số 0 ở đầu. Nhập lại là {_shown(f'0{digits}')}."
    return None


def mask_phone(number: str) -> str:
    """Return "+84905123456" as "0905 ••• 456", for lists; the middle of any number is hidden."""
    shown = format_phone(number)
    first, *middle, last = shown.split(" ") if " " in shown else _thirds(shown)
    return " ".join((first, *("•" * len(group) for group in middle), last))


def _thirds(number: str) -> tuple[str, str, str]:
    third = len(number) // 3
    return number[:third], number[third : len(number) - third], number[len(number) - third :]


def _shown(dialled: str) -> str:
    return format_phone(f"+84{dialled.removeprefix('0')}")
