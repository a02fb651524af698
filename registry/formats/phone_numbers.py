"""Telephone numbers as people type them, into E.164."""

import re

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from registry.domain.errors import Invalid
from registry.domain.phones import advice_on_number
from registry.domain.vietnamese.names import normalise_signs

_TYPED = re.compile(r"\+?[0-9]{1,20}")
_SEPARATORS = re.compile(r"[ .()-]")
_ABROAD = re.compile(r"\+(?!84)|00(?!84)[1-9]")
_COUNTRY = re.compile(r"(?:\+84|0084|84(?=[0-9]{9,10}$))0?")
_ACCEPTED = frozenset((PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE))
_EXAMPLE = "ví dụ 0905 123 456 hoặc 0235 381 2345"


def parse_phone(text: str, field: str = "phone") -> str:
    """Return the Vietnamese mobile or fixed-line number in `text` as E.164, "+84905123456".

    Takes 0…, +84…, 0084… and 84…, with spaces, dots, dashes and brackets. Raises Invalid on
    `field`, with what to type instead where that is known: prefixes changed in 2018, a leading
    zero that Excel has dropped. The message may repeat the number: show it, never log it.
    """
    typed = _SEPARATORS.sub("", normalise_signs(text))
    if not typed:
        raise Invalid.on(field, "Nhập số điện thoại.")
    if not _TYPED.fullmatch(typed):
        raise Invalid.on(field, f"Số điện thoại chỉ gồm chữ số, {_EXAMPLE}.")
    if _ABROAD.match(typed):
        raise Invalid.on(field, f"Nhập số điện thoại Việt Nam, {_EXAMPLE}.")
    dialled = _COUNTRY.sub("0", typed, count=1) if _COUNTRY.match(typed) else typed
    if advice := advice_on_number(dialled):
        raise Invalid.on(field, advice)
    return _valid_number(dialled, field)


def _valid_number(dialled: str, field: str) -> str:
    message = f"Số điện thoại không đúng. Nhập số di động 10 chữ số hoặc số cố định, {_EXAMPLE}."
    if not dialled.startswith("0"):
        raise Invalid.on(field, message)
    try:
        number = phonenumbers.parse(dialled, "VN")
    except phonenumbers.NumberParseException as error:
        raise Invalid.on(field, message) from error
    if phonenumbers.number_type(number) not in _ACCEPTED:
        raise Invalid.on(field, message)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
