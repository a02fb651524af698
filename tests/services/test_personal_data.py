"""Citizen numbers at rest: sealed in their row, found by a keyed hash, keys that change."""

from dataclasses import replace

import pytest

from registry.domain.keyring import VersionedKey
from registry.services.personal_data import (
    PersonalKeys,
    Unreadable,
    citizen_id_index,
    decrypt_citizen_id,
    encrypt_citizen_id,
)

KEYS = PersonalKeys(
    encryption=VersionedKey("k1", {"k1": b"a" * 32}), index=VersionedKey("k1", {"k1": b"i" * 32})
)
NUMBER = "049090123456"


def test_a_number_opens_again_for_the_row_it_was_written_for() -> None:
    assert decrypt_citizen_id(encrypt_citizen_id(NUMBER, 7, KEYS), 7, KEYS) == NUMBER


def test_a_number_moved_to_another_row_does_not_open() -> None:
    with pytest.raises(Unreadable):
        decrypt_citizen_id(encrypt_citizen_id(NUMBER, 7, KEYS), 8, KEYS)


def test_what_is_stored_does_not_show_the_number_and_never_looks_the_same_twice() -> None:
    one, other = encrypt_citizen_id(NUMBER, 7, KEYS), encrypt_citizen_id(NUMBER, 7, KEYS)
    assert NUMBER not in one
    assert one != other


def test_a_value_changed_by_hand_does_not_open() -> None:
    stored = encrypt_citizen_id(NUMBER, 7, KEYS)
    swapped = stored[:-4] + ("AAA=" if not stored.endswith("AAA=") else "BBB=")
    for damaged in (swapped, stored[:20], "k1:không phải base64", "k1:"):
        with pytest.raises(Unreadable):
            decrypt_citizen_id(damaged, 7, KEYS)


def test_after_a_change_of_keys_old_values_still_open_and_new_ones_use_the_new_key() -> None:
    old = encrypt_citizen_id(NUMBER, 7, KEYS)
    both = replace(KEYS, encryption=VersionedKey("k2", {"k1": b"a" * 32, "k2": b"b" * 32}))
    assert decrypt_citizen_id(old, 7, both) == NUMBER
    assert encrypt_citizen_id(NUMBER, 7, both).startswith("k2:")


def test_without_its_key_a_value_does_not_open() -> None:
    stored = encrypt_citizen_id(NUMBER, 7, KEYS)
    with pytest.raises(Unreadable):
        decrypt_citizen_id(
            stored, 7, replace(KEYS, encryption=VersionedKey("k2", {"k2": b"b" * 32}))
        )


def test_the_index_is_the_same_for_the_same_number_and_depends_on_its_key() -> None:
    assert citizen_id_index(NUMBER, KEYS) == citizen_id_index(NUMBER, KEYS)
    assert citizen_id_index(NUMBER, KEYS) != citizen_id_index("049090123457", KEYS)
    assert citizen_id_index(NUMBER, KEYS) != citizen_id_index(
        NUMBER, replace(KEYS, index=VersionedKey("k1", {"k1": b"j" * 32}))
    )


def test_keys_do_not_show_in_messages() -> None:
    assert "aaaa" not in repr(KEYS)
    assert "iiii" not in repr(KEYS)
