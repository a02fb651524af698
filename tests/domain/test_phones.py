import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.phones import LEGACY_PREFIXES, advice_on_number, mask_phone


@pytest.mark.parametrize(
    ("old", "new"),
    [("0120", "070"), ("0123", "083"), ("0168", "038"), ("0186", "056"), ("0199", "059")],
)
def test_an_old_prefix_is_told_with_the_number_to_type(old, new):
    advice = advice_on_number(f"{old}1234567")
    assert advice == (f"Đầu số {old} đã đổi thành {new} từ năm 2018. Nhập lại là {new}1 234 567.")


def test_an_old_number_without_its_zero_gets_the_same_advice():
    assert advice_on_number("1201234567") == advice_on_number("01201234567")


def test_every_old_prefix_has_its_own_new_one():
    assert len(LEGACY_PREFIXES) == 21
    assert len(set(LEGACY_PREFIXES.values())) == 21
    assert all(old[0] == new[0] == "0" and len(new) == 3 for old, new in LEGACY_PREFIXES.items())


@pytest.mark.parametrize(
    ("typed", "number"), [("905123456", "0905 123 456"), ("2353812345", "0235 381 2345")]
)
def test_a_zero_lost_by_excel_is_told_with_the_number_to_type(typed, number):
    assert advice_on_number(typed) == (f"Số điện thoại thiếu số 0 ở đầu. Nhập lại là {number}.")


@pytest.mark.parametrize(
    "digits", ["0905123456", "02353812345", "01101234567", "0120123456", "113", ""]
)
def test_other_numbers_get_no_advice(digits):
    assert advice_on_number(digits) is None


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+84905123456", "0905 ••• 456"),
        ("+842353812345", "0235 ••• 2345"),
        ("+842438123456", "024 •••• 3456"),
        ("+12025550100", "+120 •••• 0100"),
        ("113", "1 • 3"),
        ("", "  "),
    ],
)
def test_a_mask_hides_the_middle(number, masked):
    assert mask_phone(number) == masked


@given(st.integers(300_000_000, 999_999_999))
def test_a_mask_never_shows_a_whole_mobile_number(national):
    masked = mask_phone(f"+84{national}")
    dialled = f"0{national}"
    assert masked == f"{dialled[:4]} ••• {dialled[7:]}"
