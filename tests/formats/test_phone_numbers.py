import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.domain.errors import Invalid
from registry.domain.phones import LEGACY_PREFIXES
from registry.formats.phone_numbers import parse_phone

MOBILE_PREFIXES = ["032", "039", "056", "058", "059", "070", "079", "081", "088", "090", "097"]


def refusal(text: str) -> str:
    with pytest.raises(Invalid) as caught:
        parse_phone(text)
    [problem] = caught.value.problems
    assert problem.field == "phone"
    return problem.message


@pytest.mark.parametrize(
    "typed",
    [
        "0905123456",
        " 0905 123 456 ",
        "0905.123.456",
        "0905-123-456",
        "0905\u2013123\u2013456",
        "+84905123456",
        "+84 905 123 456",
        "+84 (0)905 123 456",
        "84905123456",
        "0084905123456",
        "\uff10\uff19\uff10\uff15\uff11\uff12\uff13\uff14\uff15\uff16",
        "0905\u00a0123\u200b456",
        # As a telephone's own address book copies it.
        "\u202a0905123456\u202c",
    ],
)
def test_a_mobile_number_is_read_however_it_is_typed(typed):
    assert parse_phone(typed) == "+84905123456"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0235 381 2345", "+842353812345"),
        ("(0235) 3812345", "+842353812345"),
        ("84 235 3812345", "+842353812345"),
        ("024 3812 3456", "+842438123456"),
    ],
)
def test_a_fixed_line_is_read_too(typed, stored):
    assert parse_phone(typed) == stored


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        # 84 is here a mobile prefix, not the country.
        ("0841234567", "+84841234567"),
        ("84841234567", "+84841234567"),
        ("0844666531", "+84844666531"),
        ("84844666531", "+84844666531"),
        ("0084 844 666 531", "+84844666531"),
        # Prefixes that lists made before 2018 do not know.
        ("+84888696413", "+84888696413"),
        ("0862049456", "+84862049456"),
        ("0559123456", "+84559123456"),
    ],
)
def test_a_prefix_that_other_tools_take_for_something_else_is_read(typed, stored):
    assert parse_phone(typed) == stored


@pytest.mark.parametrize("typed", ["01201234567", "1201234567", "+841201234567", "0120 123 4567"])
def test_a_number_of_before_2018_is_refused_with_its_new_form(typed):
    assert refusal(typed) == ("Đầu số 0120 đã đổi thành 070 từ năm 2018. Nhập lại là 0701 234 567.")


def test_each_number_of_before_2018_is_refused_with_the_new_form_of_its_own_prefix():
    assert "0348 375 246" in refusal("01648375246")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("905123456", "0905 123 456"),
        ("905 123 456", "0905 123 456"),
        ("844666531", "0844 666 531"),
    ],
)
def test_a_number_that_lost_its_zero_is_refused_with_a_hint(typed, meant):
    assert refusal(typed) == f"Số điện thoại thiếu số 0 ở đầu. Nhập lại là {meant}."


def test_nothing_typed_is_asked_for():
    assert refusal(" \u200b") == "Nhập số điện thoại."


@pytest.mark.parametrize("typed", ["0905 abc 456", "0905123456 (Zalo)", "=0905123456", "0905/456"])
def test_anything_but_digits_is_refused(typed):
    assert refusal(typed).startswith("Số điện thoại chỉ gồm chữ số")


@pytest.mark.parametrize("typed", ["+1 202 555 0100", "0012025550100"])
def test_a_foreign_number_is_refused(typed):
    assert refusal(typed).startswith("Nhập số điện thoại Việt Nam")


@pytest.mark.parametrize(
    "typed",
    ["113", "19001234", "18001234", "0905 12345", "0123456789", "0540123456", "0000000000", "+84"],
)
def test_a_number_nobody_can_have_is_refused(typed):
    assert refusal(typed).startswith("Số điện thoại không đúng.")


def test_the_refusal_names_the_field_of_the_form():
    with pytest.raises(Invalid) as caught:
        parse_phone("", field="contact_phone")
    assert caught.value.problems[0].field == "contact_phone"


@given(st.sampled_from(MOBILE_PREFIXES), st.integers(0, 9_999_999))
def test_what_is_stored_is_read_again_as_itself(prefix, rest):
    stored = parse_phone(f"{prefix}{rest:07d}")
    assert stored == f"+84{prefix[1:]}{rest:07d}"
    assert parse_phone(stored) == stored


@pytest.mark.parametrize("prefix", sorted(LEGACY_PREFIXES.values()))
def test_every_prefix_of_2018_is_in_use(prefix):
    assert parse_phone(f"{prefix}1234567") == f"+84{prefix[1:]}1234567"


@given(st.text() | st.text("+0123456789 .-()"))
def test_any_text_is_either_a_number_or_refused(text):
    try:
        stored = parse_phone(text)
    except Invalid:
        return
    assert parse_phone(stored) == stored
    assert stored.startswith("+84")
