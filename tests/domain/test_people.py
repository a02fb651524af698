"""Days of birth as people type them."""

from datetime import date

import pytest

from registry.domain.errors import Invalid
from registry.domain.people import parse_birth_date

TODAY = date(2024, 6, 30)


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("05/12/1990", date(1990, 12, 5)),
        ("5/12/90", date(1990, 12, 5)),
        ("5/12/09", date(2009, 12, 5)),
        ("5/12/10", date(1910, 12, 5)),
        ("5/12/45", date(1945, 12, 5)),
        ("05121990", date(1990, 12, 5)),
    ],
)
def test_two_digits_of_a_year_are_the_latest_in_which_one_may_work_today(
    written: str, born: date
) -> None:
    assert parse_birth_date(written, TODAY) == born


@pytest.mark.parametrize(
    "written",
    ["1990", " 1990\u200b", "\uff11\uff19\uff19\uff10", "12/1990", "00/00/1990", "0/5/1990"],
)
def test_a_year_alone_is_told_its_field(written: str) -> None:
    with pytest.raises(Invalid, match="nhập 1990 vào ô “Năm sinh”"):
        parse_birth_date(written, TODAY)
