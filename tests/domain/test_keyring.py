"""Keys have names and versions; files written before they had are read as their first version."""

import json

import pytest

from registry.domain.keyring import (
    KeyName,
    Keyring,
    KeysRefused,
    VersionedKey,
    fingerprint,
)

# As `flask init` wrote it before keys had versions.
OLDER = {
    "session": "01" * 32,
    "card": "02" * 32,
    "audit": "03" * 32,
    "personal_index": "04" * 32,
    "personal_key_id": "k2",
    "personal_keys": {"k1": "05" * 32, "k2": "06" * 32},
}


def test_a_file_comes_back_as_it_was_written() -> None:
    keyring = Keyring.generate().rotated(KeyName.AUDIT)
    assert Keyring.from_json(keyring.to_json()) == keyring
    assert keyring.missing == ()


def test_a_file_is_written_in_one_form_that_people_can_look_at() -> None:
    keyring = Keyring({KeyName.CARD: VersionedKey("k1", {"k1": b"\x02" * 32})})
    assert keyring.to_json().splitlines() == [
        "{",
        '  "format": 2,',
        '  "keys": {',
        '    "card": {',
        '      "current": "k1",',
        '      "by_id": {',
        f'        "k1": "{"02" * 32}"',
        "      }",
        "    }",
        "  }",
        "}",
    ]


def test_a_file_of_the_first_format_is_read() -> None:
    keyring = Keyring.from_json(json.dumps(OLDER))
    assert keyring[KeyName.CARD] == VersionedKey("k1", {"k1": b"\x02" * 32})
    assert keyring[KeyName.PERSONAL].current == "k2"
    assert keyring[KeyName.PERSONAL].secret == b"\x06" * 32
    assert keyring[KeyName.PERSONAL].by_id["k1"] == b"\x05" * 32
    assert keyring.missing == ()
    assert Keyring.from_json(keyring.to_json()) == keyring


def test_a_key_that_older_versions_did_not_need_is_missing_and_nothing_is_damaged() -> None:
    written = json.loads(Keyring.generate().to_json())
    del written["keys"]["card"]
    keyring = Keyring.from_json(json.dumps(written))
    assert keyring.missing == (KeyName.CARD,)
    with pytest.raises(KeysRefused, match="flask init"):
        keyring[KeyName.CARD]
    completed = keyring.completed()
    assert completed.missing == ()
    assert completed[KeyName.AUDIT] == keyring[KeyName.AUDIT]


def changed(**changes: object) -> str:
    return json.dumps({**OLDER, **changes})


def of_card(key: object) -> str:
    return json.dumps({"format": 2, "keys": {"card": key}})


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "5", "null", "{}", "[" * 100_000,
     changed(card=None), changed(card=5), changed(card="02"), changed(card="zz" * 32),
     changed(personal_keys=[]), changed(personal_keys={}), changed(personal_key_id="k9"),
     changed(personal_key_id=[]), changed(personal_keys={"a:b": "05" * 32, "k2": "06" * 32}),
     json.dumps({"format": 2}), json.dumps({"format": 2, "keys": []}),
     json.dumps({"format": 2, "keys": {"tiger": {}}}),
     of_card(None), of_card({}), of_card({"current": "k1", "by_id": {}}),
     of_card({"current": "k1", "by_id": {"k1": 1}}), of_card({"current": "k1", "by_id": ["k1"]}),
     of_card({"current": "k2", "by_id": {"k1": "02" * 32}})],
)  # fmt: skip
def test_a_damaged_file_is_refused_in_words(text: str) -> None:
    with pytest.raises(KeysRefused, match="bị hỏng"):
        Keyring.from_json(text)


def test_a_rotated_key_keeps_its_older_versions() -> None:
    keyring = Keyring.generate()
    first = keyring[KeyName.CARD]
    second = keyring.rotated(KeyName.CARD)[KeyName.CARD]
    assert (second.current, second.ids) == ("k2", ("k1", "k2"))
    assert second.by_id["k1"] == first.secret != second.secret
    assert second.is_older("k1", "k2")
    assert not second.is_older("k2", "k1")
    assert second.rotated().current == "k3"


def test_a_cookie_signed_before_a_rotation_is_worth_nothing() -> None:
    session = Keyring.generate().rotated(KeyName.SESSION)[KeyName.SESSION]
    assert session.ids == ("k2",)


def test_versions_of_other_names_are_numbered_too() -> None:
    assert VersionedKey("old", {"old": b"x" * 32}).rotated().ids == ("old", "k1")


def test_keys_of_one_registry_are_put_together_and_the_newer_are_in_use() -> None:
    before = Keyring.generate()
    after = before.rotated(KeyName.PERSONAL)
    assert before.merged(after) == after.merged(before) == after
    assert after.merged(after) == after


def test_keys_of_two_registries_are_not_mixed() -> None:
    with pytest.raises(KeysRefused, match="hai sổ khác nhau"):
        Keyring.generate().merged(Keyring.generate())


def test_a_fingerprint_tells_versions_apart_and_nothing_of_the_key() -> None:
    secret = b"k" * 32
    prints = {
        fingerprint(KeyName.CARD, "k1", secret),
        fingerprint(KeyName.CARD, "k2", secret),
        fingerprint(KeyName.AUDIT, "k1", secret),
        fingerprint(KeyName.CARD, "k1", b"x" * 32),
    }
    assert len(prints) == 4
    assert all(secret.hex() not in one for one in prints)


def test_no_secret_is_shown_when_keys_are_printed() -> None:
    keyring = Keyring.from_json(json.dumps(OLDER))
    assert "\\x02" not in repr(keyring)
    assert "0202" not in repr(keyring)
