"""CSV: nothing runs in a spreadsheet, nothing is lost on the way out and back."""

import csv
import re
from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.formats.csv_text import BYTE_ORDER_MARK, csv_text

DANGEROUS = [
    "=1+1",
    "+84905123456",
    "-Anh",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\uff1d1",
    "'=1",
    "''-",
]
HARMLESS = ["Nguyễn Văn An", "0905123456", "A-B", "'Tr'Hy", "", "7/241"]


def read_back(table: str) -> list[list[str]]:
    """Read a table as a program does that knows of the apostrophe in front."""
    rows = csv.reader(StringIO(table.removeprefix(BYTE_ORDER_MARK), newline=""), strict=True)
    guard = re.compile(r"'(?=[\s']*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])")
    return [[field[1:] if guard.match(field) else field for field in row] for row in rows]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe_in_front(text):
    field = csv_text(["x"], [[text]], byte_order_mark=False).split("\r\n", 1)[1].lstrip('"')
    assert field.startswith("'")


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_is_written_as_it_is(text):
    assert csv_text(["a", "b"], [[text, "."]]).split("\r\n")[1] == f"{text},."


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_every_text_comes_back_unchanged(rows):
    table = csv_text(["=một", "hai"], rows)
    assert read_back(table) == [["=một", "hai"], *rows]
    assert csv_text(*split(read_back(table))) == table


def split(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    return rows[0], rows[1:]


@given(st.text(), st.sampled_from("=+-@\uff1d\uff0b\uff0d\uff20"))
def test_no_field_that_is_written_begins_like_a_formula(text, sign):
    field = csv_text(["x", "y"], [[sign + text, ""]]).split("\r\n", 1)[1]
    assert field.lstrip('"').startswith("'" + sign)


def test_counts_days_and_nothing_are_written_without_guard():
    table = csv_text(["a", "b", "c"], [[-3, date(2024, 12, 5), None]], byte_order_mark=False)
    assert table == "a,b,c\r\n-3,2024-12-05,\r\n"


def test_the_byte_order_mark_is_written_for_excel_in_front_of_all_else():
    table = csv_text(["Họ tên"], [["Đặng Thị An"]])
    assert table.encode().startswith(b"\xef\xbb\xbf")
    assert read_back(table) == [["Họ tên"], ["Đặng Thị An"]]


def test_a_row_of_another_width_is_refused():
    with pytest.raises(ValueError, match="row of 1 cells in a table of 2 columns"):
        csv_text(["a", "b"], [["x"]])
