"""How a login is written and found again; how long a link anybody asked for is left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.domain.accounts import ON_ITS_WAY, check_login, is_on_its_way, login_key
from registry.domain.errors import Invalid

MADE = datetime(2024, 6, 30, 2, 0, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def test_a_link_is_left_alone_for_ten_minutes() -> None:
    expires = MADE + timedelta(hours=1)
    assert is_on_its_way(MADE, expires, MADE)
    assert is_on_its_way(MADE, expires, MADE + ON_ITS_WAY - INSTANT)
    assert not is_on_its_way(MADE, expires, MADE + ON_ITS_WAY)


def test_an_expired_link_is_in_nobody_s_way() -> None:
    assert not is_on_its_way(MADE, MADE + INSTANT, MADE + INSTANT)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Can Bo ", "canbo"),
        ("\uff43anbo", "canbo"),
        ("+84 905 123 456", "0905123456"),
        ("+842353812345", "02353812345"),
        ("an@quangnam.gov.vn", "an@quangnam.gov.vn"),
        ("abc", "abc"),
        ("a" * 64, "a" * 64),
    ],
)
def test_a_new_login_is_kept_in_the_form_by_which_it_is_found(typed: str, key: str) -> None:
    assert check_login(typed) == login_key(typed) == login_key(key) == key


@pytest.mark.parametrize("typed", ["", "ab", "a" * 65, "cánbộ", ".canbo", "can/bo", "+8490512345"])
def test_a_login_of_other_signs_or_length_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_login(typed)
    [problem] = refusal.value.problems
    assert problem.field == "login"
    assert "3 đến 64 ký tự" in problem.message
