"""A kept head opens with its key only, and only as it was written."""

import pytest

from registry.domain.audit.heads import Head, head_of_line, line_of_head
from tests.conftest import NOW

KEY = b"k" * 32
HEAD = Head(12, "ab" * 32, NOW)


def test_a_sealed_head_opens_with_its_key() -> None:
    assert head_of_line(line_of_head(HEAD, KEY), KEY) == HEAD
    assert head_of_line(line_of_head(HEAD, KEY), b"x" * 32) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "null",
        "{}",
        "not json",
        line_of_head(HEAD, KEY).replace("12", "13", 1),
        line_of_head(HEAD, KEY).replace("2024", "2025", 1),
    ],
)
def test_anything_else_does_not_open(line: str) -> None:
    assert head_of_line(line, KEY) is None
