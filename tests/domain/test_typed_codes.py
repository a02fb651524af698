"""Codes that people read, type and say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.typed_codes import ALPHABET, CODE_BYTES, code_of, grouped, read_code


def grouped_code(content: bytes) -> str:
    return grouped(code_of(content))


def test_a_code_has_no_letter_that_is_misread() -> None:
    assert not set(ALPHABET) & set("ILOU")


def test_a_code_holds_eighty_bits_in_four_groups_of_four() -> None:
    assert CODE_BYTES * 8 == 80
    assert grouped_code(bytes(CODE_BYTES)) == "0000-0000-0000-0000"
    assert grouped_code(b"\xff" * CODE_BYTES) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"


def test_a_code_of_too_few_bytes_is_a_fault() -> None:
    with pytest.raises(ValueError, match="10 bytes"):
        grouped_code(b"short")


@given(st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES))
def test_a_code_is_read_however_it_is_typed(random_bytes: bytes) -> None:
    code = grouped_code(random_bytes)
    plain = code.replace("-", "")
    spoken = code.replace("0", "o").replace("1", "l").replace("-", " ")
    assert read_code(code) == plain
    assert read_code(f"  {spoken.lower()} ") == plain
    assert read_code(plain) == plain


@given(
    st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES),
    st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES),
)
def test_different_bytes_give_different_codes(one: bytes, other: bytes) -> None:
    assert (grouped_code(one) == grouped_code(other)) == (one == other)


@pytest.mark.parametrize(
    "typed",
    [
        "7K2M\u201194QX\u201000AB\u2212CDEF",
        "7K2M\u201494QX\u201300AB\u2014CDEF",
        "7K2M-94QX-00AB-CDEF,",
        "(7K2M 94QX\u00a000AB\u3000CDEF).",
        "\u200b7k2m94qx00abcdef\ufeff",
        "“7K2M-94QX-00AB-CDEF”",
        "Mã thẻ: 7K2M-94QX-00AB-CDEF",
        "mã 7K2M-94QX-00AB-CDEF",
        "mã số 7k2m94qx00abcdef nhé",
        "code 7K2M 94QX 00AB CDEF",
        "thẻ số 7K2M-94QX-00AB-CDEF 2025",
        "with 7K2M-94QX-00AB-CDEF",
        "7K2M 94QX 00AB CDEF xong nhé",
        "https://vidu.gov.vn/t/7K2M94QX00ABCDEF",
        "HTTP://127.0.0.1:8000/T/7K2M94QX00ABCDEF/",
        "vidu.gov.vn/t/7k2m94qx00abcdef?fbclid=ABCDEF0123456789",
        "https://vidu.gov.vn/trang-thai?ma=7K2M-94QX-00AB-CDEF&x=1",
        "https://vidu.gov.vn/t/7K2M%2D94QX-00AB-CDEF#top",
    ],
)
def test_a_code_is_read_with_whatever_was_pasted_around_it(typed: str) -> None:
    assert read_code(typed) == "7K2M94QX00ABCDEF"


@pytest.mark.parametrize(
    "typed",
    ["", "7K2M", "7K2M-94QX-00AB-CDEFG", "7K2M-94QX-00AB-CDEU", "7K2M-94QX-00AB-CDE*", "Đ" * 16],
)
def test_what_is_no_code_is_read_as_none(typed: str) -> None:
    assert read_code(typed) is None


def test_a_code_without_a_digit_is_read_among_words_too() -> None:
    assert read_code("mã DWNZ-TAMV-WVAV-PMPR nhé") == "DWNZTAMVWVAVPMPR"
