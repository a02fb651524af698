from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from registry.domain.vietnamese.writing import (
    format_day,
    format_long_day,
    format_moment,
    format_number,
    format_percent,
    format_phone,
    format_short_day,
    upper_first,
)


def test_a_line_begins_with_a_capital_and_keeps_those_inside() -> None:
    assert upper_first("đơn vị chưa có đầu mối CĐS") == "Đơn vị chưa có đầu mối CĐS"
    assert upper_first("") == ""


def test_a_day_is_always_padded() -> None:
    assert format_day(date(2024, 3, 5)) == "05/03/2024"
    assert format_day(date(2024, 12, 31)) == "31/12/2024"


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2024, 12, 5), "ngày 05 tháng 12 năm 2024"),
        (date(2024, 1, 9), "ngày 09 tháng 01 năm 2024"),
        (date(2024, 2, 10), "ngày 10 tháng 02 năm 2024"),
        (date(2024, 3, 31), "ngày 31 tháng 3 năm 2024"),
    ],
)
def test_a_long_day_pads_days_below_ten_and_the_first_two_months(day: date, written: str) -> None:
    assert format_long_day(day) == written


def test_an_instant_is_written_in_vietnamese_time() -> None:
    late = datetime(2024, 12, 5, 17, 30, tzinfo=UTC)
    assert format_moment(late) == "00:30 ngày 06/12/2024"


def test_an_instant_without_its_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        format_moment(datetime(2024, 12, 5))  # noqa: DTZ001  the naive value is the point


def test_numbers_take_a_dot_for_thousands_and_a_comma_for_the_fraction() -> None:
    assert format_number(25000) == "25.000"
    assert format_number(1234567) == "1.234.567"
    assert format_number(241) == "241"
    assert format_number(-1500) == "-1.500"
    assert format_number(Decimal("1234.5")) == "1.234,5"


@pytest.mark.parametrize(
    ("numerator", "denominator", "written"),
    [
        (240, 241, "99,6%"),
        (241, 241, "100%"),
        (1, 2, "50,0%"),
        (0, 241, "0%"),
        (0, 0, "–"),
        (9999, 10000, "99,9%"),
        (999_999, 1_000_000, "99,9%"),
        (1, 1_000_000, "0,1%"),
        (1, 8, "12,5%"),
        (300, 279, "107,5%"),
        (10001, 10000, "100,1%"),
    ],
)
def test_a_share_is_never_rounded_into_everything_or_nothing(
    numerator: int, denominator: int, written: str
) -> None:
    assert format_percent(numerator, denominator) == written


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        format_percent(-1, 3)


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("+84912345678", "0912 345 678"),
        ("+842353812345", "0235 381 2345"),
        ("+842438251234", "024 3825 1234"),
        ("+33123456789", "+33123456789"),
        ("113", "113"),
    ],
)
def test_a_vietnamese_number_is_grouped_and_a_foreign_one_left_alone(
    stored: str, read: str
) -> None:
    assert format_phone(stored) == read


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2024, 6, 30), "30/6/2024"),
        (date(2024, 12, 5), "05/12/2024"),
        (date(2025, 2, 24), "24/02/2025"),
    ],
)
def test_a_short_day_pads_like_a_long_one(day: date, written: str) -> None:
    assert format_short_day(day) == written
