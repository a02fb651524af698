"""A registry knows its keys again, and refuses others in words."""

from dataclasses import replace

import pytest
from flask import Flask

from registry.domain.audit.deeds import Deed
from registry.domain.keyring import KeyName, Keyring, KeysRefused
from registry.domain.permissions import system_actor
from registry.models.base import db
from registry.models.engine import use_keys
from registry.queries.keys import noted_fingerprints
from registry.services.audit import Event, record
from registry.services.key_rotation import settle
from registry.services.keys_in_use import check_keys, keyring, refuse_outdated
from registry.settings import Settings
from tests.conftest import MOMENT
from tests.factories.statements import statements_counted


@pytest.fixture
def known(app: Flask, settings: Settings) -> Keyring:
    """Let the database know the keys of this registry."""
    assert settings.secrets is not None
    settle(system_actor(), settings.secrets, settings.home, MOMENT)
    return settings.secrets


def with_other(known: Keyring, name: KeyName) -> Keyring:
    return replace(known, keys={**known.keys, name: Keyring.generate()[name]})


def without(known: Keyring, name: KeyName) -> Keyring:
    return replace(known, keys={of: key for of, key in known.keys.items() if of is not name})


@pytest.fixture
def in_use(app: Flask) -> object:
    """Put back, after a test, the keys it worked with."""
    before = keyring()
    yield
    use_keys(db.engine, before)


def refusal() -> str:
    with pytest.raises(KeysRefused) as refused:
        check_keys()
    return refused.value.message


def test_the_keys_of_the_registry_are_accepted(known: Keyring, settings: Settings) -> None:
    check_keys()
    assert len(noted_fingerprints()) == len(KeyName)
    assert settle(system_actor(), known, settings.home, MOMENT).noted == 0


def test_one_small_question_is_asked(known: Keyring) -> None:
    db.session.flush()
    with statements_counted() as sent:
        check_keys()
    assert sent() == 1


@pytest.mark.parametrize("name", list(KeyName))
def test_another_key_under_the_same_id_is_refused(
    known: Keyring, in_use: object, name: KeyName
) -> None:
    use_keys(db.engine, with_other(known, name))
    said = refusal()
    assert f"khóa “{name}” mã k1 là khóa khác" in said
    assert "Chép tệp secrets.json từ máy đã lập sổ" in said


@pytest.mark.parametrize("name", list(KeyName))
def test_a_key_that_was_lost_is_refused(known: Keyring, in_use: object, name: KeyName) -> None:
    use_keys(db.engine, without(known, name))
    assert "không có trong tệp" in refusal()


def test_a_process_that_has_not_got_the_newest_version_is_refused(
    known: Keyring, in_use: object, settings: Settings
) -> None:
    settle(system_actor(), known.rotated(KeyName.CARD), settings.home, MOMENT)
    assert "khóa “card” mã k2 không có trong tệp" in refusal()


def test_a_version_that_nobody_noted_is_an_unfinished_rotation(
    known: Keyring, in_use: object
) -> None:
    use_keys(db.engine, known.rotated(KeyName.CARD))
    assert "flask keys rotate card" in refusal()
    check_keys(rotating=KeyName.CARD)


def test_a_registry_that_knows_no_key_yet_asks_for_nothing(app: Flask, in_use: object) -> None:
    check_keys()
    use_keys(db.engine, None)
    check_keys()


def test_without_keys_nothing_is_recorded(app: Flask, in_use: object) -> None:
    use_keys(db.engine, None)
    with pytest.raises(KeysRefused, match="flask init"):
        record(system_actor(), Event(Deed.PERSON_EDIT, "people", 1), MOMENT)


def test_nobody_writes_under_a_key_that_was_given_a_version_since(
    known: Keyring, settings: Settings
) -> None:
    refuse_outdated(known.keys)
    newer = known.rotated(KeyName.PERSONAL_INDEX)
    settle(system_actor(), newer, settings.home, MOMENT)
    refuse_outdated(newer.keys)
    refuse_outdated({KeyName.PERSONAL: known[KeyName.PERSONAL]})
    with pytest.raises(KeysRefused, match="đã được đổi"):
        refuse_outdated(known.keys)
