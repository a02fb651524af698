"""How days, numbers, shares and telephone numbers are written in administrative Vietnamese."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from registry.domain.clock import LOCAL_ZONE

NOTHING_TO_COUNT = "–"

_LAST_PADDED_MONTH = 2
_LANDLINE_DIGITS = 11


def upper_first(text: str) -> str:
    """Return a text as it stands at the beginning of a line: "Đơn vị chưa có đầu mối CĐS"."""
    return text[:1].upper() + text[1:]


def format_day(day: date) -> str:
    """Write a day as dd/mm/yyyy: 05/12/2024."""
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def format_short_day(day: date) -> str:
    """Write a day as running text of an office has it: 30/6/2024, 05/12/2024, 24/02/2025.

    The zeros are those of `format_long_day`.
    """
    month = f"{day.month:02d}" if day.month <= _LAST_PADDED_MONTH else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def format_long_day(day: date) -> str:
    """Write a day out: "ngày 05 tháng 12 năm 2024".

    Days below 10 and months 1 and 2 take a zero, other months do not
    (Decree 30/2020/NĐ-CP, Appendix I, section II.4).
    """
    written, month, year = format_short_day(day).split("/")
    return f"ngày {written} tháng {month} năm {year}"


def format_moment(instant: datetime) -> str:
    """Write an instant (with time zone) in Vietnamese local time: "14:05 ngày 05/12/2024"."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    local = instant.astimezone(LOCAL_ZONE)
    return f"{local:%H:%M} ngày {format_day(local.date())}"


def format_number(number: int | Decimal) -> str:
    """Write a number with a dot for thousands and a comma before the fraction: 25.000; 1.234,5."""
    return f"{number:,}".translate(str.maketrans(",.", ".,"))


def format_percent(numerator: int, denominator: int) -> str:
    """Write a share with one decimal, as the plans do: "99,6%"; "–" when there is nothing to count.

    The share is that of `percentage`; the whole is written "100%", nothing "0%".
    """
    share = percentage(numerator, denominator)
    return NOTHING_TO_COUNT if share is None else f"{format_number(share)}%"


def percentage(numerator: int, denominator: int) -> Decimal | None:
    """Return a share in percent, rounded to one decimal; None when there is nothing to count.

    100 stands for the whole and 0 for nothing only: 9.999 of 10.000 is 99.9, 1 of 10.000 is 0.1.
    Raises ValueError when a count is negative.
    """
    if numerator < 0 or denominator < 0:
        raise ValueError("counts are not negative")
    if denominator == 0:
        return None
    share = (Decimal(100 * numerator) / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if numerator > denominator:
        return max(share, Decimal("100.1"))
    if numerator in {0, denominator}:
        return Decimal(100 * numerator // denominator)
    return min(max(share, Decimal("0.1")), Decimal("99.9"))


def format_phone(number: str) -> str:
    """Group a Vietnamese number for reading: "+84912345678" becomes "0912 345 678".

    A number of another country, or anything that is not E.164, is returned as it is.
    """
    if not re.fullmatch(r"\+84[0-9]{8,10}", number):
        return number
    national = "0" + number.removeprefix("+84")
    head = 3 if national.startswith(("024", "028")) else 4
    tail = 4 if len(national) == _LANDLINE_DIGITS else 3
    return f"{national[:head]} {national[head:-tail]} {national[-tail:]}"
