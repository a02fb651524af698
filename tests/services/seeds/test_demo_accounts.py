"""The file of the demo's logins is read whatever somebody has done to it."""

from pathlib import Path

import pytest

from registry.services.seeds.demo_accounts import LOGINS_FILE, read_logins


@pytest.mark.parametrize(
    "content",
    ["", "{", "5", "null", "[1]", "[{}]", '[{"role": "tiger", "login": "a", "password": "b"}]',
     "[" * 100_000, "\udcff"],
)  # fmt: skip
def test_a_damaged_file_of_logins_holds_none(tmp_path: Path, content: str) -> None:
    (tmp_path / LOGINS_FILE).write_bytes(content.encode(errors="surrogateescape"))
    assert read_logins(tmp_path) == []


def test_a_missing_file_of_logins_holds_none(tmp_path: Path) -> None:
    assert read_logins(tmp_path) == []
