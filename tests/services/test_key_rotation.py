"""A key is given a new version: what stands under the older one is moved or still opens."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update

from registry.domain.audit.chain import FIRST_HASH, event_hash
from registry.domain.audit.deeds import Deed
from registry.domain.cards import card_code, code_hash
from registry.domain.errors import Invalid
from registry.domain.keyring import KeyName, Keyring, KeysRefused, VersionedKey
from registry.domain.permissions import system_actor
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.cards import Card
from registry.models.engine import use_keys
from registry.models.guards import remove_guards
from registry.models.people import Person
from registry.queries.keys import noted_fingerprints, rows_by_key
from registry.services import citizen_numbers, key_rotation, people
from registry.services.audit import Event, chain_values, record
from registry.services.audit_checks import HEADS_FILE, keep_head, verify
from registry.services.key_rotation import (
    Settled,
    is_settled,
    move_some,
    needs_new_version,
    note_moved,
    note_rotation,
    settle,
    versions,
)
from registry.services.keys_in_use import keyring
from registry.services.people import NewPerson, PersonDetails
from registry.services.personal_data import (
    PersonalKeys,
    citizen_id_index,
    decrypt_citizen_id,
    encrypt_citizen_id,
)
from registry.settings import Settings
from tests.conftest import MOMENT
from tests.factories.audited import Told, told
from tests.factories.people import make_person
from tests.factories.units import START, Province

MOVED = [KeyName.PERSONAL, KeyName.PERSONAL_INDEX]
ACTOR = system_actor()


@pytest.fixture
def known(app: Flask, settings: Settings) -> Iterator[Keyring]:
    """Let the database know the keys of this registry; put them back after a test."""
    assert settings.secrets is not None
    settle(ACTOR, settings.secrets, settings.home, MOMENT)
    yield settings.secrets
    use_keys(db.engine, settings.secrets)


def number(of: int) -> str:
    return f"04909000{of:04}"


def write_numbers(unit_id: int, keyring: Keyring, count: int = 5) -> list[Person]:
    keys = PersonalKeys.of(keyring)
    return [
        people.write_person(
            ACTOR,
            NewPerson(
                details=PersonDetails(full_name="Trần Thị Thử", phone=None, citizen_id=number(of)),
                since=START,
            ),
            unit_id,
            MOMENT,
            keys,
        )
        for of in range(count)
    ]


def rotate(before: Keyring, name: KeyName) -> Keyring:
    after = before.rotated(name)
    use_keys(db.engine, after)
    assert note_rotation(ACTOR, after, name, MOMENT)
    return after


def deeds() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))


@pytest.mark.parametrize("name", MOVED)
def test_every_citizen_number_is_moved_and_can_still_be_read_and_found(
    known: Keyring, name: KeyName
) -> None:
    unit_id = Province().commune.id
    written = write_numbers(unit_id, known)
    versions_before = [person.version for person in written]
    after = rotate(known, name)
    moved = move_some(after, 0)
    assert (moved.rows, moved.unreadable, moved.after) == (5, 0, None)
    note_moved(ACTOR, after, name, moved.rows, MOMENT)
    db.session.expire_all()
    keys = PersonalKeys.of(after)
    for of, person in enumerate(written):
        assert person.citizen_id_encrypted is not None
        assert decrypt_citizen_id(person.citizen_id_encrypted, person.id, keys) == number(of)
    counted = {id_: rows for (of_name, id_), rows in rows_by_key().items() if of_name is name}
    assert counted == {"k2": 5}
    # Whoever has a form open saves it: nothing of the person was changed.
    assert [person.version for person in written] == versions_before
    with pytest.raises(Invalid, match="CCCD"):
        write_numbers(unit_id, after, 1)
    assert deeds()[-2:] == ["key.rotate", "key.move"]


@pytest.mark.parametrize("name", MOVED)
def test_a_number_that_another_one_bears_is_moved_and_stays_without_index(
    known: Keyring, name: KeyName
) -> None:
    bearer, waiting = write_numbers(Province().commune.id, known, count=2)
    keys = PersonalKeys.of(known)
    waiting.citizen_id_encrypted = encrypt_citizen_id(number(0), waiting.id, keys)
    waiting.citizen_id_index = None
    db.session.flush()
    keyring = rotate(known, name)
    assert move_some(keyring, 0).unreadable == 0
    db.session.expire_all()
    assert waiting.citizen_id_index is None
    keys = PersonalKeys.of(keyring)
    assert decrypt_citizen_id(waiting.citizen_id_encrypted or "", waiting.id, keys) == number(0)
    assert bearer.citizen_id_index == citizen_id_index(number(0), keys)


def test_moving_goes_on_where_it_was_stopped(
    known: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "ROWS_AT_ONCE", 2)
    write_numbers(Province().commune.id, known)
    after = rotate(known, KeyName.PERSONAL)
    assert move_some(after, 0).rows == 2
    # Killed here. A second run begins no other version, and moves what is left.
    assert not needs_new_version(after, KeyName.PERSONAL)
    steps, place = [], 0
    while place is not None:
        step = move_some(after, place)
        steps.append(step.rows)
        place = step.after
    assert steps == [2, 1]
    assert needs_new_version(after, KeyName.PERSONAL)


def test_while_numbers_are_moved_nobody_gets_the_number_of_another(
    known: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "ROWS_AT_ONCE", 2)
    unit_id = Province().commune.id
    write_numbers(unit_id, known, 4)
    after = rotate(known, KeyName.PERSONAL_INDEX)
    assert move_some(after, 0).rows == 2
    keys = PersonalKeys.of(after)
    for of in (0, 3):  # moved, and not yet moved
        details = PersonDetails(full_name="Lê Văn Khác", phone=None, citizen_id=number(of))
        with pytest.raises(Invalid, match="CCCD"):
            people.write_person(
                ACTOR, NewPerson(details=details, since=START), unit_id, MOMENT, keys
            )


@pytest.mark.parametrize("name", MOVED)
def test_a_process_with_older_keys_writes_no_number_and_passes_none_on(
    known: Keyring, name: KeyName
) -> None:
    unit_id = Province().commune.id
    (bearer,) = write_numbers(unit_id, known, 1)
    rotate(known, name)
    with pytest.raises(KeysRefused, match="đã được đổi"):
        write_numbers(unit_id, known, 1)
    with pytest.raises(KeysRefused, match="đã được đổi"):
        citizen_numbers.forget(bearer, PersonalKeys.of(known))
    assert bearer.citizen_id_index is not None


def test_a_number_that_does_not_open_stays_and_the_others_are_moved(known: Keyring) -> None:
    written = write_numbers(Province().commune.id, known, 3)
    damaged = f"k1:{'A' * 60}"
    db.session.execute(
        update(Person).where(Person.id == written[1].id).values(citizen_id_encrypted=damaged)
    )
    moved = move_some(rotate(known, KeyName.PERSONAL), 0)
    assert (moved.rows, moved.unreadable, moved.after) == (2, 1, None)
    db.session.expire_all()
    assert written[1].citizen_id_encrypted == damaged


def test_the_audit_goes_on_under_the_new_key_and_a_kept_head_opens(
    known: Keyring, settings: Settings
) -> None:
    keep_head(settings.home, known[KeyName.AUDIT], MOMENT)
    after = rotate(known, KeyName.AUDIT)
    keep_head(settings.home, after[KeyName.AUDIT], MOMENT)
    assert verify(settings.home, after[KeyName.AUDIT]).fault is None
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert last is not None
    assert (last.action, last.object_id, last.key_id) == ("key.rotate", "audit", "k2")


def test_a_version_the_file_has_not_kept_is_forgotten(known: Keyring) -> None:
    rotate(known, KeyName.SESSION)
    assert {key_id for name, key_id in noted_fingerprints() if name == "session"} == {"k2"}
    assert not note_rotation(ACTOR, keyring(), KeyName.SESSION, MOMENT), "all others are known"
    assert told(Deed.KEY_ROTATE) == [Told("keys", "session", None, {"key_id": "k2"})]


def test_a_rotation_that_died_before_it_was_noted_is_finished_not_begun_again(
    known: Keyring,
) -> None:
    after = known.rotated(KeyName.CARD)
    assert needs_new_version(known, KeyName.CARD)
    assert not needs_new_version(after, KeyName.CARD)
    assert note_rotation(ACTOR, after, KeyName.CARD, MOMENT)
    assert not note_rotation(ACTOR, after, KeyName.CARD, MOMENT)
    assert needs_new_version(after, KeyName.CARD)


def test_versions_tell_how_many_rows_stand_under_them(known: Keyring) -> None:
    write_numbers(Province().commune.id, known, 2)
    after = rotate(known, KeyName.PERSONAL)
    told = {(one.name, one.key_id): one for one in versions(after)}
    older, newer = (told[KeyName.PERSONAL, key_id] for key_id in ("k1", "k2"))
    assert (older.rows, older.is_current, older.is_noted) == (2, False, True)
    assert (newer.rows, newer.is_current, newer.is_noted) == (0, True, True)
    assert told[KeyName.SESSION, "k1"].rows is None


# An installation of before keys had names: rows, and nothing the database knows of keys.


@pytest.fixture
def older(app: Flask, settings: Settings) -> Iterator[Keyring]:
    """Write a citizen number, and the audit as it was written without a key; keep its head."""
    assert settings.secrets is not None
    write_numbers(Province().commune.id, settings.secrets, 1)
    record(ACTOR, Event(Deed.PERSON_EDIT, "people", 1), MOMENT)
    remove_guards(db.session.connection())
    db.session.expire_all()
    previous = FIRST_HASH
    for row in db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)):
        row.key_id = row.person_id = None
        row.previous_hash = previous
        row.hash = previous = event_hash(chain_values(row), None)
    db.session.flush()
    keep_head(settings.home, settings.secrets[KeyName.AUDIT], MOMENT)
    yield settings.secrets
    use_keys(db.engine, settings.secrets)


def test_an_older_registry_is_sealed_once_and_its_keys_are_noted(
    older: Keyring, settings: Settings
) -> None:
    events = len(deeds())
    assert settle(ACTOR, older, settings.home, MOMENT) == Settled(len(KeyName), events)
    assert deeds()[events:] == ["audit.seal", "key.note"]
    seal = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "audit.seal")).one()
    assert seal.details == {"events": events}
    assert settle(ACTOR, older, settings.home, MOMENT) == Settled(0, 0)
    assert verify(settings.home, older[KeyName.AUDIT]).fault is None


def test_one_number_that_does_not_open_is_no_sign_of_other_keys(
    older: Keyring, settings: Settings
) -> None:
    damaged = make_person("Lê Hỏng Số")
    damaged.citizen_id_encrypted, damaged.citizen_id_index = f"k1:{'A' * 60}", "k1:damaged"
    db.session.flush()
    assert settle(ACTOR, older, settings.home, MOMENT).noted == len(KeyName)


def test_keys_under_which_a_card_has_another_code_are_not_noted(
    older: Keyring, settings: Settings
) -> None:
    secret = older[KeyName.CARD].secret
    db.session.add(
        Card(
            uuid="0" * 32,
            key_id="k1",
            code_hash=code_hash(card_code("0" * 32, secret)),
            line_id="line",
            person_id=make_person().id,
            issued_on=START,
        )
    )
    db.session.flush()
    for by_id in ({"k1": b"x" * 32}, {"k2": secret}):
        wrong = Keyring({**older.keys, KeyName.CARD: VersionedKey(next(iter(by_id)), by_id)})
        with pytest.raises(KeysRefused, match="khóa “card”"):
            settle(ACTOR, wrong, settings.home, MOMENT)
    assert noted_fingerprints() == {}
    assert settle(ACTOR, older, settings.home, MOMENT).noted == len(KeyName)


def test_a_registry_is_settled_once_it_knows_every_version_of_its_keys(
    app: Flask, settings: Settings
) -> None:
    assert settings.secrets is not None
    assert not is_settled(settings.secrets)
    settle(ACTOR, settings.secrets, settings.home, MOMENT)
    assert is_settled(settings.secrets) is True
    assert not is_settled(settings.secrets.rotated(KeyName.CARD))
    names = ["session k1", "card k1", "audit k1", "personal k1", "personal_index k1"]
    (noted,) = told(Deed.KEY_NOTE)
    assert sorted(noted.details["keys"]) == sorted(names)
    assert deeds() == ["key.note"], "nothing was there to be sealed"


def test_other_keys_than_those_the_registry_knows_are_not_noted(
    known: Keyring, settings: Settings
) -> None:
    with pytest.raises(KeysRefused, match="là khóa khác"):
        settle(ACTOR, Keyring.generate(), settings.home, MOMENT)
    assert deeds() == ["key.note"]


@pytest.mark.parametrize("name", [KeyName.AUDIT, *MOVED])
def test_keys_under_which_the_older_rows_do_not_open_are_not_noted(
    older: Keyring, settings: Settings, name: KeyName
) -> None:
    wrong = Keyring({**older.keys, name: Keyring.generate()[name]})
    events = len(deeds())
    with pytest.raises(KeysRefused, match=f"khóa “{name}”"):
        settle(ACTOR, wrong, settings.home, MOMENT)
    assert noted_fingerprints() == {}
    assert len(deeds()) == events


def test_a_chain_that_is_not_the_one_whose_head_was_kept_is_not_sealed(
    older: Keyring, settings: Settings
) -> None:
    db.session.expire_all()
    last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert last is not None
    last.object_id = "99"
    last.hash = event_hash(chain_values(last), None)
    db.session.flush()
    assert settle(ACTOR, older, settings.home, MOMENT).sealed == 0
    assert verify(settings.home, older[KeyName.AUDIT]).fault is not None


def test_a_head_that_is_no_line_of_ours_is_no_proof(older: Keyring, settings: Settings) -> None:
    (settings.home / HEADS_FILE).write_bytes(b"\xff\xfe{}\n")
    with pytest.raises(KeysRefused):
        settle(ACTOR, older, settings.home, MOMENT)


def test_a_key_the_database_knows_is_not_made_anew(known: Keyring) -> None:
    lacking = Keyring({name: key for name, key in known.keys.items() if name != "card"})
    with pytest.raises(KeysRefused, match="không có trong tệp"):
        key_rotation.refuse_lost(lacking)
    key_rotation.refuse_lost(known)
