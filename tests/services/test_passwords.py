"""How costly it is to guess a password from what is stored."""

from argon2 import Type, extract_parameters

from registry.services.passwords import hash_password


def test_a_stored_password_is_as_costly_to_guess_as_the_design_promises(
    costly_passwords: None,
) -> None:
    stored = extract_parameters(hash_password("một mật khẩu thử dài"))
    assert stored.type is Type.ID
    assert (stored.memory_cost, stored.time_cost) >= (64 * 1024, 3)
