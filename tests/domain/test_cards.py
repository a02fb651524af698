"""Codes of cards."""

from hypothesis import given
from hypothesis import strategies as st

from registry.domain.cards import card_code, code_hash
from registry.domain.typed_codes import ALPHABET

KEY = b"k" * 32


@given(st.text(min_size=1, max_size=40))
def test_a_code_has_eighty_bits_of_letters_that_are_not_misread(card_uuid: str) -> None:
    code = card_code(card_uuid, KEY)
    assert len(code) == 16
    assert set(code) <= set(ALPHABET)


def test_another_key_or_card_gives_another_code() -> None:
    codes = {card_code("a", KEY), card_code("b", KEY), card_code("a", b"x" * 32)}
    assert len(codes) == 3


def test_the_same_card_gives_the_same_code_again() -> None:
    assert card_code("a", KEY) == card_code("a", KEY)


def test_a_code_is_looked_up_by_its_hash() -> None:
    assert code_hash("A" * 16) != "A" * 16
    assert code_hash("A" * 16) == code_hash("A" * 16)
