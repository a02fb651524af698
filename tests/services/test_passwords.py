"""How costly it is to guess a password from what is stored."""

from collections.abc import Mapping

from argon2 import Type, extract_parameters

from registry.services.passwords import hash_password, verify_password


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
