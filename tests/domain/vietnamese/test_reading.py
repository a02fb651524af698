"""Days and numbers as people type and paste them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import Invalid
from registry.domain.vietnamese.reading import parse_day, parse_number, parse_whole_number
from registry.domain.vietnamese.writing import format_day, format_long_day, format_number

INVISIBLE = [
    "\u200b",
    "\u200e",
    "\u202a",
    "\u202c",
    "\ufeff",
    "\u00ad",
    "\u00a0",
    "\u3000",
    "\u2009",
]
DASHES = ["\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "\uff0d"]


@pytest.mark.parametrize(
    "written",
    [
        "05/12/2024",
        "5/12/2024",
        " 05/12/2024 ",
        "05-12-2024",
        "5.12.2024",
        "2024-12-05",
        "2024-12-5",
        "05122024",
        "5/12/24",
        "05.12.24",
        "05 / 12 / 2024",
        "05 12 2024",
        "2024/12/05",
        "05/12/2024.",
        "\uff10\uff15\uff0f\uff11\uff12\uff0f\uff12\uff10\uff12\uff14",
        "05\u204412\u20442024",
        "ngày 05 tháng 12 năm 2024",
        "Ngày 5/12/2024",
        "5 tháng 12 năm 2024",
    ],
)
def test_a_day_is_read_in_every_usual_form(written: str) -> None:
    assert parse_day(written) == date(2024, 12, 5)


@pytest.mark.parametrize("mark", INVISIBLE)
@pytest.mark.parametrize("around", ["{}05/12/2024", "05/{}12/{}2024", "05/12/2024{}"])
def test_marks_that_nobody_sees_change_no_day(around: str, mark: str) -> None:
    assert parse_day(around.replace("{}", mark)) == date(2024, 12, 5)


@pytest.mark.parametrize("dash", DASHES)
def test_every_dash_parts_a_day(dash: str) -> None:
    assert parse_day(f"05{dash}12{dash}2024") == date(2024, 12, 5)
    assert parse_day(f"2024{dash}12{dash}05") == date(2024, 12, 5)


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_day_as_it_is_written_is_read_again(day: date) -> None:
    assert parse_day(format_day(day)) == day
    assert parse_day(format_long_day(day)) == day
    assert parse_day(format_day(day).replace("/", "")) == day


@pytest.mark.parametrize(
    ("written", "latest", "year"),
    [("1/2/24", 2050, 2024), ("1/2/50", 2050, 2050), ("1/2/51", 2050, 1951), ("1/2/98", 2050, 1998),
     ("1/2/00", 2050, 2000), ("1/2/09", 2009, 2009), ("1/2/10", 2009, 1910),
     ("1/2/75", 2009, 1975)],
)  # fmt: skip
def test_two_digits_of_a_year_stand_for_the_latest_that_may_be(
    written: str, latest: int, year: int
) -> None:
    assert parse_day(written, latest_of_two_digits=latest) == date(year, 2, 1)


def test_where_nothing_else_is_said_two_digits_stand_for_a_year_up_to_2050() -> None:
    assert (parse_day("1/2/50").year, parse_day("1/2/51").year) == (2050, 1951)


@pytest.mark.parametrize(
    "written",
    ["12/2024", "2024", "051224", "5/12/024", "05/12-2024", "hôm nay", "", "5122024",
     "\u0660\u0665/\u0661\u0662/\u0662\u0660\u0662\u0664"],
)  # fmt: skip
def test_what_has_not_the_form_of_a_day_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(Invalid, match=r"^Ngày chưa đúng dạng\. .*ví dụ 05/12/2024"):
        parse_day(written)


@pytest.mark.parametrize(
    ("written", "shown"),
    [("31/02/2024", "(31/02) năm 2024"), ("29/02/2023", "(29/02) năm 2023"),
     ("0/1/2024", "(00/01) năm 2024"), ("31022024", "(31/02) năm 2024"),
     ("31/2/24", "(31/02) năm 2024"), ("2024-13-01", "(01/13) năm 2024")],
)  # fmt: skip
def test_a_day_that_the_calendar_does_not_have_is_named(written: str, shown: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_day(written)
    assert refusal.value.message.startswith(f"Ngày không có trong lịch {shown}")


def test_a_year_of_long_ago_is_no_slip_that_is_kept() -> None:
    for year in ("0024", "1899"):
        with pytest.raises(Invalid, match="từ 1900 trở đi"):
            parse_day(f"01/01/{year}")
    assert parse_day("01/01/1900") == date(1900, 1, 1)


@pytest.mark.parametrize(
    "written",
    ["25.000", "25000", "25 000", " 25\u00a0000 ", "\u200b25.000\u202c",
     "\uff12\uff15\uff10\uff10\uff10"],
)  # fmt: skip
def test_a_whole_number_is_read_however_its_thousands_are_parted(written: str) -> None:
    assert parse_whole_number(written) == 25000


@pytest.mark.parametrize(
    "written", ["8,5", "1.25", "25.00", "2.5000", "12 34", "", "1e3", "9" * 16]
)
def test_what_is_no_whole_number_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(Invalid, match="số nguyên, ví dụ 25"):
        parse_whole_number(written)


def test_a_number_has_fifteen_characters_at_the_most() -> None:
    assert parse_whole_number("9" * 15) == 999_999_999_999_999
    assert parse_number("1" * 13 + ",5") == Decimal("1111111111111.5")
    with pytest.raises(Invalid, match="một số, ví dụ 8,5"):
        parse_number("1" * 14 + ",5")


@given(st.integers(-999_999_999, 999_999_999))
def test_a_number_as_it_is_written_is_read_again(number: int) -> None:
    assert parse_whole_number(format_number(number)) == number
    assert parse_whole_number(format_number(number).replace("-", "\u2212")) == number


@pytest.mark.parametrize("written", ["8,5", "8.5", "\u200e8,5", "\uff18\uff0c\uff15", " 8,5\u00a0"])
def test_a_number_is_read_with_a_comma_or_a_point(written: str) -> None:
    assert parse_number(written) == Decimal("8.5")


@pytest.mark.parametrize("written", ["nan", "tám", "1e5", "8,", "1_0", "Infinity", "", "1.234.5"])
def test_what_is_no_number_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(Invalid, match="một số, ví dụ 8,5"):
        parse_number(written)
