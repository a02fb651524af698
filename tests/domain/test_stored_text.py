"""What is kept as text is read back, or is nothing: never an error."""

from datetime import date

import pytest

from registry.domain.stored_text import day_kept, number_kept
from tests.factories.hostile import KINDS

STRANGE = sorted({text for texts in KINDS.values() for text in texts})


def test_what_was_written_is_read_back() -> None:
    assert day_kept("2024-06-30") == date(2024, 6, 30)
    assert (number_kept("60"), number_kept("-1")) == (60, -1)


@pytest.mark.parametrize("text", [None, "", "2024-99-99", "20240630", "2024-W26-7", "٢٠٢٤-٠٦-٣٠"])
def test_what_says_no_day_is_none(text: str | None) -> None:
    assert day_kept(text) is None


@pytest.mark.parametrize("text", [None, "", "1e9", "\uff19", "1_000", " 1", "9" * 400])
def test_what_says_no_number_is_none(text: str | None) -> None:
    assert number_kept(text) is None


@pytest.mark.parametrize("text", STRANGE)
def test_nothing_that_can_be_stored_is_an_error(text: str) -> None:
    assert isinstance(day_kept(text), date | None)
    assert isinstance(number_kept(text), int | None)
