"""Give a key a new version, note the keys of a registry, and seal its audit under them.

The file of keys is the edge's; what stands in the database under a key is moved here, so many rows
a transaction that a command stopped halfway goes on where it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, update

from registry.domain.audit.deeds import Deed
from registry.domain.cards import card_code, code_hash
from registry.domain.clock import Moment
from registry.domain.keyring import KeyName, Keyring, KeysRefused, fingerprint
from registry.domain.permissions import Actor
from registry.models.base import db
from registry.models.keys import KeyFingerprint
from registry.models.people import Person
from registry.queries.audit import hash_of, unsealed_events
from registry.queries.keys import (
    noted_fingerprints,
    rows_by_key,
    sealed_numbers,
    some_card,
)
from registry.services.audit import Event, record
from registry.services.audit_checks import has_kept_heads, last_kept_head
from registry.services.keys_in_use import FOREIGN_KEYS, refuse_foreign
from registry.services.one_at_a_time import one_at_a_time
from registry.services.personal_data import (
    PersonalKeys,
    Unreadable,
    citizen_id_index,
    citizen_id_indexes,
    decrypt_citizen_id,
    encrypt_citizen_id,
)

ROWS_AT_ONCE = 500
# Keys whose rows are written anew under a new version, for these two rows go together.
_MOVED = frozenset({KeyName.PERSONAL, KeyName.PERSONAL_INDEX})


@dataclass(frozen=True, slots=True)
class Settled:
    """What `settle` did: how many keys it noted, how many events of the audit it sealed."""

    noted: int
    sealed: int


@one_at_a_time
def settle(actor: Actor, keyring: Keyring, home: Path, moment: Moment) -> Settled:
    """Note the fingerprints of keys the database does not know yet, and seal an audit without key.

    A command calls it. Where the database knows none, what was written before proves the keys: the
    head kept last, a citizen number, a card.
    Raises KeysRefused when they are not the keys of this registry; nothing is written then.
    """
    noted = noted_fingerprints()
    refuse_foreign(keyring, noted)
    sealed = 0
    if not noted:
        _refuse_unproven(keyring, home)
        sealed = _seal(actor, keyring, home, moment)
    new = _note(keyring, noted, moment)
    if new:
        _tell(actor, Deed.KEY_NOTE, None, {"keys": new}, moment)
    return Settled(len(new), sealed)


def is_settled(keyring: Keyring) -> bool:
    """Tell whether the database knows every key there is. Reads only; commands call it."""
    noted = noted_fingerprints()
    return all(
        (name.value, key_id) in noted for name, key in keyring.keys.items() for key_id in key.ids
    )


def refuse_lost(keyring: Keyring) -> None:
    """Refuse to make a key anew that the database knows: it is not new, it was lost.

    A command calls it. Raises KeysRefused.
    """
    for name, key_id in noted_fingerprints():
        if name in keyring.missing:
            fault = "không có trong tệp"
            raise KeysRefused(FOREIGN_KEYS.format(name=name, key_id=key_id, fault=fault))


def _refuse_unproven(keyring: Keyring, home: Path) -> None:
    audit = keyring[KeyName.AUDIT]
    if has_kept_heads(home) and last_kept_head(home, audit) is None:
        raise _foreign(keyring, KeyName.AUDIT)
    for number in sealed_numbers(most=1):
        keys = PersonalKeys.of(keyring)
        try:
            opened = decrypt_citizen_id(number.encrypted, number.person_id, keys)
        except Unreadable:
            raise _foreign(keyring, KeyName.PERSONAL) from None
        if number.index not in citizen_id_indexes(opened, keys):
            raise _foreign(keyring, KeyName.PERSONAL_INDEX)
    card = some_card()
    if card is not None:
        secret = keyring[KeyName.CARD].by_id.get(card.key_id)
        if secret is None or code_hash(card_code(card.uuid, secret)) != card.code_hash:
            raise _foreign(keyring, KeyName.CARD)


def _foreign(keyring: Keyring, name: KeyName) -> KeysRefused:
    fault = "không mở được những gì đã ghi"
    return KeysRefused(FOREIGN_KEYS.format(name=name, key_id=keyring[name].current, fault=fault))


def _seal(actor: Actor, keyring: Keyring, home: Path, moment: Moment) -> int:
    """Put the first event with a key behind those that have none; return how many these are.

    A chain that no longer is the one of the head kept last is not sealed: the audit's check shall
    go on saying so.
    """
    events = unsealed_events()
    kept = last_kept_head(home, keyring[KeyName.AUDIT])
    if events == 0 or (kept is not None and hash_of(kept.sequence) != kept.hash):
        return 0
    record(actor, Event(Deed.AUDIT_SEAL, "audit_events", None, details={"events": events}), moment)
    return events


def _note(keyring: Keyring, noted: Mapping[tuple[str, str], str], moment: Moment) -> list[str]:
    """Add the fingerprints that are not there yet; return the keys' names and ids."""
    new = [
        (name, key_id)
        for name, key in keyring.keys.items()
        for key_id in key.ids
        if (name.value, key_id) not in noted
    ]
    db.session.add_all(
        KeyFingerprint(
            name=name.value,
            key_id=key_id,
            fingerprint=fingerprint(name, key_id, keyring[name].by_id[key_id]),
            noted_at=moment.instant,
        )
        for name, key_id in new
    )
    db.session.flush()
    return [f"{name} {key_id}" for name, key_id in new]


def _tell(
    actor: Actor, deed: Deed, name: KeyName | None, details: Mapping[str, object], moment: Moment
) -> None:
    key = name.value if name is not None else None
    record(actor, Event(deed, "keys", key, details=details), moment)


def needs_new_version(keyring: Keyring, name: KeyName) -> bool:
    """Tell whether a rotation begins: one that was stopped before goes on with what it made.

    A command calls it.
    """
    current = keyring[name].current
    if (name.value, current) not in noted_fingerprints():
        return False
    return name not in _MOVED or all(
        key_id == current for of, key_id in rows_by_key() if of is name
    )


@one_at_a_time
def note_rotation(actor: Actor, keyring: Keyring, name: KeyName, moment: Moment) -> bool:
    """Note the version of a key that is in use from now on, and forget what the file has not kept.

    Nobody writes a citizen number meanwhile. A command calls it; returns whether it was new.
    """
    kept = keyring[name].ids
    db.session.execute(
        delete(KeyFingerprint).where(
            KeyFingerprint.name == name.value, KeyFingerprint.key_id.not_in(kept)
        )
    )
    new = _note(keyring, noted_fingerprints(), moment)
    if new:
        _tell(actor, Deed.KEY_ROTATE, name, {"key_id": keyring[name].current}, moment)
    return bool(new)


@dataclass(frozen=True, slots=True)
class Moved:
    """How far moving has come: rows moved and unreadable in this step, the last person looked at.

    `after` is None once everybody was looked at.
    """

    rows: int
    unreadable: int
    after: int | None


@one_at_a_time
def move_some(keyring: Keyring, after: int) -> Moved:
    """Write some citizen numbers anew under the keys in use, of people after the id `after`.

    A command calls it, and `note_moved` at the end. A number that does not open stays as it is.
    """
    keys = PersonalKeys.of(keyring)
    old = sealed_numbers(
        keys.encryption.current, keys.index.current, after=after, most=ROWS_AT_ONCE
    )
    moved = 0
    for row in old:
        try:
            number = decrypt_citizen_id(row.encrypted, row.person_id, keys)
        except Unreadable:
            continue
        # It is no new version of the person.
        db.session.execute(
            update(Person)
            .where(Person.id == row.person_id)
            .values(
                citizen_id_encrypted=encrypt_citizen_id(number, row.person_id, keys),
                citizen_id_index=None if row.index is None else citizen_id_index(number, keys),
            )
            .execution_options(synchronize_session=False)
        )
        moved += 1
    last = old[-1].person_id if len(old) == ROWS_AT_ONCE else None
    return Moved(moved, len(old) - moved, last)


def has_rows_to_move(name: KeyName) -> bool:
    """Tell whether what stands under a key is written anew when it is rotated."""
    return name in _MOVED


@one_at_a_time
def note_moved(actor: Actor, keyring: Keyring, name: KeyName, rows: int, moment: Moment) -> None:
    """Audit that rows were written anew under the key in use. A command calls it."""
    details = {"key_id": keyring[name].current, "rows": rows}
    _tell(actor, Deed.KEY_MOVE, name, details, moment)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a key: whether it is in use, and known to the database.

    `rows` is how many rows name it, None where rows never do.
    """

    name: KeyName
    key_id: str
    is_current: bool
    is_noted: bool
    rows: int | None


def versions(keyring: Keyring) -> list[Version]:
    """Return every version of every key, without a secret. Reads only; a command calls it."""
    noted, rows = noted_fingerprints(), rows_by_key()
    return [
        Version(
            name=name,
            key_id=key_id,
            is_current=key_id == key.current,
            is_noted=(name.value, key_id) in noted,
            rows=None if name is KeyName.SESSION else rows.get((name, key_id), 0),
        )
        for name, key in keyring.keys.items()
        for key_id in key.ids
    ]
