"""What a password must be, and how costly it is to guess one from what is stored."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping

import pytest
from argon2 import Type, extract_parameters

from registry.domain.errors import Invalid
from registry.services.passwords import (
    check_password,
    hash_password,
    new_token,
    verify_password,
)


@pytest.mark.parametrize(
    "password",
    ["mười bốn ký tự"[:14], "abcde" * 25 + "abc", "abcde" * 3],
    ids=["fourteen signs", "a hundred and twenty-eight", "five different"],
)
def test_a_password_at_each_limit_is_accepted(password: str) -> None:
    check_password(password, password, "canbo")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("mười ba ký tự"[:13], "cần ít nhất 14 ký tự"),
        ("abcde" * 25 + "abcd", "dài nhiều nhất 128 ký tự"),
        ("abcd" * 4, "quá dễ đoán"),
        ("Tôi là CANBO của xã", "quá dễ đoán"),
    ],
)
def test_a_password_beyond_a_limit_is_refused_with_what_to_do(password: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_password(password, password, "canbo")
    (problem,) = refusal.value.problems
    assert problem.field == "password"
    assert said in problem.message


def test_a_password_typed_otherwise_the_second_time_is_refused_there() -> None:
    with pytest.raises(Invalid) as refusal:
        check_password("một mật khẩu thử dài", "một mật khẩu thử dàj", "canbo")
    assert [problem.field for problem in refusal.value.problems] == ["repeated"]


def test_who_has_no_password_is_let_in_by_none_not_even_by_what_stands_for_it() -> None:
    assert verify_password(hash_password("no such account"), "no such account")
    assert not verify_password(None, "no such account")


def test_a_secret_holds_256_random_bits_and_is_another_each_time() -> None:
    tokens = {new_token() for _ in range(20)}
    assert len(tokens) == 20
    assert {len(urlsafe_b64decode(f"{token}=")) for token in tokens} == {32}


def test_a_stored_password_is_as_costly_to_guess_as_the_design_promises(
    costly_passwords: None,
) -> None:
    stored = extract_parameters(hash_password("một mật khẩu thử dài"))
    assert stored.type is Type.ID
    assert (stored.memory_cost, stored.time_cost) >= (64 * 1024, 3)


def test_what_stands_for_an_unknown_password_is_a_hash_as_costly_as_any_and_of_none(
    costly_passwords: None, cheap_passwords: Mapping[str, object]
) -> None:
    dummy = str(cheap_passwords["_DUMMY"])
    stored = hash_password("một mật khẩu thử dài")
    assert extract_parameters(dummy) == extract_parameters(stored)
    assert not verify_password(None, "một mật khẩu thử dài")
    assert not verify_password(None, "no such account")
