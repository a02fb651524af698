"""What is sealed opens under its own name and key, and not otherwise."""

import tracemalloc
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.domain.errors import Invalid
from registry.formats.sealed import MOST_BYTES, seal, unseal

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


def sealed_by_hand(compressed: bytes) -> bytes:
    return b"n" * 12 + AESGCM(KEY).encrypt(b"n" * 12, compressed, b"a")


def test_the_largest_piece_comes_back_and_a_larger_one_is_not_sealed() -> None:
    largest = b"0" * MOST_BYTES
    assert unseal(seal(largest, "a", KEY), "a", KEY) == largest
    with pytest.raises(Invalid, match="quá lớn"):
        seal(largest + b"0", "a", KEY)


def test_a_piece_that_would_unfold_to_gigabytes_is_refused_in_little_memory() -> None:
    folding = zlib.compressobj()
    megabyte = b"0" * 1024 * 1024
    bomb = b"".join(folding.compress(megabyte) for _ in range(70)) + folding.flush()
    tracemalloc.start()
    try:
        with pytest.raises(Invalid, match="lớn hơn mức cho phép"):
            unseal(sealed_by_hand(bomb), "a", KEY)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 3 * MOST_BYTES


def test_a_piece_that_was_cut_before_it_was_sealed_is_refused() -> None:
    with pytest.raises(Invalid, match="bị cắt"):
        unseal(sealed_by_hand(zlib.compress(b"content" * 100)[:-3]), "a", KEY)
