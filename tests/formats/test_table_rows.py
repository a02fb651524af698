"""Rows of a table survive being written as lines and read back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from registry.formats.table_rows import from_lines, to_lines

TYPES: dict[str, type] = {
    "id": int,
    "name": str,
    "day": date,
    "at": datetime,
    "score": Decimal,
    "takes_part": bool,
    "details": dict,
}
ROW: dict[str, Any] = {
    "id": 7,
    "name": "Xã Trà Don\nở “đầu nguồn” \u2028",
    "day": date(2024, 2, 29),
    "at": datetime(2024, 6, 30, 2, 0, 0, 123456, tzinfo=UTC),
    "score": Decimal("9.50"),
    "takes_part": True,
    "details": {"rows": [1, None, "hai"]},
}


def test_every_kind_of_value_comes_back_as_it_was() -> None:
    empty = dict.fromkeys(ROW)
    assert list(from_lines(to_lines([ROW, empty]), TYPES)) == [ROW, empty]


def test_each_row_is_one_line_whatever_its_text_holds() -> None:
    assert to_lines([ROW, ROW]).count(b"\n") == 2


def test_no_rows_are_no_lines() -> None:
    assert to_lines([]) == b""
    assert list(from_lines(b"", TYPES)) == []


def test_a_value_nobody_can_write_is_refused() -> None:
    with pytest.raises(TypeError, match="bytes"):
        to_lines([{"content": b"x"}])
