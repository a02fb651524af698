"""What is sealed opens under its own name and key, and not otherwise."""

import pytest

from registry.domain.errors import Invalid
from registry.formats.sealed import seal, unseal

KEY = b"k" * 32


def test_what_was_sealed_comes_back() -> None:
    assert unseal(seal(b"content", "people/1", KEY), "people/1", KEY) == b"content"
    assert unseal(seal(b"", "empty", KEY), "empty", KEY) == b""


def test_the_same_content_never_looks_the_same_nor_like_itself() -> None:
    assert seal(b"content", "a", KEY) != seal(b"content", "a", KEY)
    assert b"content" not in seal(b"content" * 50, "a", KEY)


@pytest.mark.parametrize(
    ("name", "key", "change"),
    [
        ("people/2", KEY, b""),
        ("people/1", b"x" * 32, b""),
        ("people/1", KEY, b"x"),
    ],
)
def test_another_name_another_key_and_a_change_are_refused(
    name: str, key: bytes, change: bytes
) -> None:
    with pytest.raises(Invalid, match="khóa không đúng"):
        unseal(seal(b"content", "people/1", KEY) + change, name, key)


def test_too_little_to_be_sealed_is_refused() -> None:
    with pytest.raises(Invalid):
        unseal(b"short", "a", KEY)
