"""Days and numbers as people type and paste them."""

import re
from datetime import date
from decimal import Decimal

from registry.domain.errors import Invalid
from registry.domain.vietnamese.names import normalise_signs

WRONG_FORM_OF_DAY = "Ngày chưa đúng dạng. Nhập ngày theo dạng dd/mm/yyyy, ví dụ 05/12/2024."
WRONG_WHOLE_NUMBER = "Nhập một số nguyên, ví dụ 25."
WRONG_NUMBER = "Nhập một số, ví dụ 8,5."

# Two digits of a year stand for the one of the hundred years up to this one: 24 is 2024, 51 is
# 1951. Decisions of the network are of our days, and an end still to come is rarely further off.
LATEST_OF_TWO_DIGITS = 2050
_EARLIEST_YEAR = 1900
_CENTURY = 100

_DAY_FIRST = re.compile(r"([0-9]{1,2}) ?([/. -]) ?([0-9]{1,2}) ?\2 ?([0-9]{4}|[0-9]{2})")
_IN_WORDS = re.compile(r"([0-9]{1,2}) tháng ([0-9]{1,2}) năm ([0-9]{4})", re.IGNORECASE)
# The pad of digits on a telephone has no sign to put between.
_DIGITS_ONLY = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})([/.-])([0-9]{1,2})\2([0-9]{1,2})")
_SAYS_DAY = re.compile(r"^ngày ", re.IGNORECASE)

_LONGEST_NUMBER = 15
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,3}([. ])[0-9]{3}(?:\1[0-9]{3})*|-?[0-9]+")
_DECIMAL = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")


def parse_day(text: str, *, latest_of_two_digits: int = LATEST_OF_TWO_DIGITS) -> date:
    """Read a day as people type it.

    Takes dd/mm/yyyy and d/m/yyyy (also with dots, hyphens or blanks), ddmmyyyy, d/m/yy, yyyy-mm-dd
    and "ngày 05 tháng 12 năm 2024". A year of two digits is the one of the hundred years that end
    with `latest_of_two_digits`.

    Raises Invalid with one message for what is no day in form, another for a day that the calendar
    does not have; years before 1900 are none of ours.
    """
    written = _SAYS_DAY.sub("", normalise_signs(text).rstrip(" .,;"))
    year, month, day = _read_day(written, latest_of_two_digits)
    if year < _EARLIEST_YEAR:
        raise Invalid.on("", f"Ngày chưa đúng dạng: năm phải từ {_EARLIEST_YEAR} trở đi.")
    try:
        return date(year, month, day)
    except ValueError:
        message = f"Ngày không có trong lịch ({day:02d}/{month:02d}) năm {year}. Kiểm tra lại."
        raise Invalid.on("", message) from None


def _read_day(written: str, latest_of_two_digits: int) -> tuple[int, int, int]:
    if found := _DAY_FIRST.fullmatch(written):
        return _year(found[4], latest_of_two_digits), int(found[3]), int(found[1])
    if found := _IN_WORDS.fullmatch(written) or _DIGITS_ONLY.fullmatch(written):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _YEAR_FIRST.fullmatch(written):
        return int(found[1]), int(found[3]), int(found[4])
    raise Invalid.on("", WRONG_FORM_OF_DAY)


def _year(written: str, latest_of_two_digits: int) -> int:
    year = int(written)
    if len(written) > len("24"):
        return year
    return latest_of_two_digits - (latest_of_two_digits - year) % _CENTURY


def parse_whole_number(text: str) -> int:
    """Read a whole number, with or without dots or blanks for thousands: "25.000".

    Raises Invalid with what to type instead.
    """
    written = normalise_signs(text)
    if len(written) > _LONGEST_NUMBER or not _WHOLE_NUMBER.fullmatch(written):
        raise Invalid.on("", WRONG_WHOLE_NUMBER)
    return int(re.sub("[. ]", "", written))


def parse_number(text: str) -> Decimal:
    """Read a number with a decimal comma or point: "8,5". Raises Invalid with what to type."""
    written = normalise_signs(text)
    if len(written) > _LONGEST_NUMBER or not _DECIMAL.fullmatch(written):
        raise Invalid.on("", WRONG_NUMBER)
    return Decimal(written.replace(",", "."))
