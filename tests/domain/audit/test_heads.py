"""A kept head opens with its key only, and only as it was written."""

import sys

import pytest

from registry.domain.audit.heads import Head, head_of_line, line_of_head
from registry.domain.keyring import VersionedKey
from tests.conftest import NOW

KEY = VersionedKey("k1", {"k1": b"k" * 32})
HEAD = Head(12, "ab" * 32, NOW)


def test_a_sealed_head_opens_with_its_key() -> None:
    assert head_of_line(line_of_head(HEAD, KEY), KEY) == HEAD
    assert head_of_line(line_of_head(HEAD, KEY), VersionedKey("k1", {"k1": b"x" * 32})) is None


def test_a_head_names_its_key_and_opens_as_long_as_that_is_kept() -> None:
    newer = KEY.rotated()
    assert head_of_line(line_of_head(HEAD, KEY), newer) == HEAD
    assert head_of_line(line_of_head(HEAD, newer), newer) == HEAD
    assert head_of_line(line_of_head(HEAD, newer), KEY) is None


# As it was written before keys had ids, under KEY.
OLDER = (
    '{"sequence": 12, "hash": "' + "ab" * 32 + '", "at": "2024-06-30T02:00:00+00:00", "seal": '
    '"bce5175511b239d17ee280554449120bf3fcb5a312f78f50127898f82f40f10e"}'
)


def test_a_head_written_before_keys_had_ids_still_opens() -> None:
    assert head_of_line(OLDER, KEY.rotated()) == HEAD
    assert head_of_line(OLDER.replace("12", "13", 1), KEY) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "null",
        "{}",
        "not json",
        "[" * 100_000,
        '{"sequence": 1e999, "hash": 1, "at": "2024-06-30", "seal": 5}',
        '{"sequence": 1, "hash": "", "at": "2024-06-30", "key": [], "seal": "\\ud800"}',
        line_of_head(HEAD, KEY).replace("12", "13", 1),
        line_of_head(HEAD, KEY).replace("2024", "2025", 1),
    ],
)
def test_anything_else_does_not_open(line: str) -> None:
    assert head_of_line(line, KEY) is None


def test_what_can_be_read_but_is_too_deep_to_be_sealed_does_not_open() -> None:
    line = line_of_head(HEAD, KEY)
    for depth in range(sys.getrecursionlimit()):
        deep = line.replace("12", "[" * depth + "]" * depth, 1)
        assert head_of_line(deep, KEY) is None
