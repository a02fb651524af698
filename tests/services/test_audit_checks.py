"""The audit's proof: any change, gap or cut is found, and the first bad row named."""

import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, Column, select, text, update

from registry.domain.audit.chain import FIRST_HASH, event_hash
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment, local_time
from registry.domain.keyring import KeyName, Keyring, KeysRefused, VersionedKey
from registry.domain.permissions import system_actor
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import UtcDateTime, db, table_of
from registry.models.engine import use_keys
from registry.models.guards import remove_guards
from registry.services.audit import Event, chain_values, erase_person, record
from registry.services.audit_checks import (
    HEADS_FILE,
    Verdict,
    has_kept_heads,
    keep_head,
    set_heads_aside,
    verify,
)
from registry.services.keys_in_use import keyring
from registry.settings import Settings
from tests.conftest import MOMENT, NOW
from tests.factories.at_once import committed_before
from tests.factories.audited import Told, told

ACTOR = replace(system_actor(), account_id=3)


def audit_key() -> VersionedKey:
    return keyring()[KeyName.AUDIT]


@pytest.fixture
def chain(app: Flask) -> None:
    """Write ten events, every other one with personal values; let an attacker past the guards."""
    write_ten()
    remove_guards(db.session.connection())


def write_ten() -> None:
    for number in range(1, 11):
        event = Event(
            Deed.PERSON_EDIT,
            "people",
            number,
            unit_id=number,
            details={"fields": ["phone"]},
            personal={"phone": f"+8490500000{number}"} if number % 2 else None,
            person_id=number,
        )
        record(ACTOR, event, MOMENT)


def run(statement: str) -> None:
    db.session.flush()
    db.session.expire_all()
    db.session.execute(text(statement))


def test_an_untouched_chain_proves_true(chain: None, tmp_path: Path) -> None:
    verdict = verify(tmp_path, audit_key())
    assert (verdict.events, verdict.fault) == (10, None)


@pytest.mark.parametrize(
    ("attack", "row"),
    [
        ("UPDATE audit_events SET action = 'person.read' WHERE sequence = 4", 4),
        ("UPDATE audit_events SET unit_id = 7 WHERE sequence = 6", 6),
        ("DELETE FROM audit_events WHERE sequence = 4", 4),
        ("UPDATE audit_events SET sequence = 99 WHERE sequence = 8", 8),
        ("UPDATE audit_personal SET salt = 'x' WHERE sequence = 3", 3),
        (
            """UPDATE audit_personal SET content = '{"phone": "+84905"}' WHERE sequence = 5""",
            5,
        ),
        ("UPDATE audit_personal SET content = NULL WHERE sequence = 5", 5),
        ("DELETE FROM audit_personal WHERE sequence = 7", 7),
        ("INSERT INTO audit_personal (sequence, person_id, salt) VALUES (6, 6, 'x')", 6),
    ],
)
def test_a_change_is_found_and_the_first_bad_row_named(
    chain: None, tmp_path: Path, attack: str, row: int
) -> None:
    keep_head(tmp_path, audit_key(), MOMENT)
    run(attack)
    verdict = verify(tmp_path, audit_key())
    assert f"dòng số {row} " in (verdict.fault or "")
    assert verdict.heads == 0, "none was looked at"


def others(column: Column[Any], value: Any) -> list[Any]:
    """Return what a column may be changed to: another value, and none at all where it may be so."""
    if isinstance(column.type, JSON):
        other: Any = {**(value or {}), "phone": "0"}
    elif isinstance(column.type, UtcDateTime):
        other = NOW + timedelta(seconds=1)
    else:
        other = f"{value}0" if column.type.python_type is str else (value or 0) + 90
    return [other, *([None] if column.nullable and value is not None else [])]


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (model, column.name)
        for model in (AuditEvent, AuditPersonal)
        for column in table_of(model).columns
    ],
)
def test_whatever_column_is_changed_the_row_is_named(
    chain: None, tmp_path: Path, model: type[Any], name: str
) -> None:
    """Of an event with personal values, and of one without: of every column there is."""
    table = table_of(model)
    tried = 0
    for number in (4, 5):
        own = table.c.sequence == number
        row = db.session.execute(select(table).where(own)).mappings().first()
        if row is None or (name == "sequence" and model is AuditEvent and number % 2):
            continue  # nothing stands beside it, or the database itself lets nobody part the two
        of_another_event = name == "sequence" and model is AuditPersonal
        for value in [6] if of_another_event else others(table.c[name], row[name]):
            with db.session.begin_nested() as attempt:
                db.session.execute(update(table).where(own).values({name: value}))
                db.session.expire_all()
                fault = verify(tmp_path, audit_key()).fault
                assert fault is not None, (name, value)
                assert f"dòng số {number} " in fault
                attempt.rollback()
            tried += 1
    assert tried
    db.session.expire_all()
    assert verify(tmp_path, audit_key()).fault is None


def write_anew(first: int, secret: bytes | None, key_id: str | None) -> None:
    """Change an event, and give it and all that follow fresh hashes under a key, or none."""
    db.session.flush()
    db.session.expire_all()
    rows = list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)))
    previous = FIRST_HASH if first == 1 else rows[first - 2].hash
    for row in rows[first - 1 :]:
        row.details = {"fields": ["e-mail"]}
        row.previous_hash, row.key_id = previous, key_id
        row.hash = previous = event_hash(chain_values(row), secret)
    db.session.flush()
    db.session.expire_all()


def fault_after(home: Path) -> str:
    return verify(home, audit_key()).fault or "none"


@pytest.mark.parametrize("first", [1, 4, 10])
def test_rows_written_anew_without_the_key_are_found(
    chain: None, tmp_path: Path, first: int
) -> None:
    write_anew(first, None, None)
    # Were it the first: no event without a key is the last.
    named = 10 if first == 1 else first
    assert f"dòng số {named} không có khóa" in fault_after(tmp_path)
    record(ACTOR, Event(Deed.PERSON_EDIT, "people", 1), MOMENT)
    db.session.expire_all()
    # Nor does an event that came later seal what somebody has put before it.
    named = 11 if first == 1 else first
    assert f"dòng số {named} " in fault_after(tmp_path)


@pytest.mark.parametrize("key_id", ["k1", "k2"])
def test_rows_written_anew_under_another_key_are_found(
    chain: None, tmp_path: Path, key_id: str
) -> None:
    write_anew(4, b"x" * 32, key_id)
    assert "dòng số 4 " in fault_after(tmp_path)


@pytest.fixture
def rotated(app: Flask, settings: Settings) -> Iterator[Keyring]:
    """Give the audit a second key for the time of a test."""
    before = keyring()
    after = before.rotated(KeyName.AUDIT)
    use_keys(db.engine, after)
    yield before
    use_keys(db.engine, before)


def test_after_a_rotation_events_name_the_new_key_and_older_ones_still_prove_true(
    app: Flask, tmp_path: Path, rotated: Keyring
) -> None:
    after = keyring()
    use_keys(db.engine, rotated)
    write_ten()
    keep_head(tmp_path, audit_key(), MOMENT)
    use_keys(db.engine, after)
    write_ten()
    keep_head(tmp_path, audit_key(), MOMENT)
    assert verify(tmp_path, audit_key()) == Verdict(20, 2, None)
    ids = list(db.session.scalars(select(AuditEvent.key_id).order_by(AuditEvent.sequence)))
    assert ids == ["k1"] * 10 + ["k2"] * 10


def test_whoever_holds_only_a_retired_key_cannot_write_rows_anew(
    app: Flask, tmp_path: Path, rotated: Keyring
) -> None:
    write_ten()
    remove_guards(db.session.connection())
    write_anew(4, rotated[KeyName.AUDIT].secret, "k1")
    assert "dòng số 4 được ghi bằng khóa đã thôi dùng" in fault_after(tmp_path)


def test_a_process_with_older_keys_writes_no_event(app: Flask, rotated: Keyring) -> None:
    write_ten()
    use_keys(db.engine, rotated)
    with pytest.raises(KeysRefused, match="đã được đổi"):
        record(ACTOR, Event(Deed.PERSON_EDIT, "people", 1), MOMENT)


@pytest.fixture
def older(app: Flask) -> None:
    """Write ten events as they were written before there was a key, and the seal behind them."""
    write_ten()
    remove_guards(db.session.connection())
    previous = FIRST_HASH
    db.session.expire_all()
    for row in db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)):
        row.key_id = row.person_id = None
        row.previous_hash = previous
        row.hash = previous = event_hash(chain_values(row), None)
    db.session.flush()


def seal() -> None:
    record(ACTOR, Event(Deed.AUDIT_SEAL, "audit_events", None, details={"events": 10}), MOMENT)
    record(ACTOR, Event(Deed.PERSON_EDIT, "people", 1), MOMENT)
    db.session.expire_all()


def test_older_events_verify_as_before_once_they_are_sealed(older: None, tmp_path: Path) -> None:
    assert "dòng số 10 không có khóa" in fault_after(tmp_path)
    assert verify(tmp_path, audit_key(), unsealed=True).fault is None
    seal()
    assert verify(tmp_path, audit_key()).fault is None


def test_older_events_written_anew_with_fresh_hashes_are_found(older: None, tmp_path: Path) -> None:
    seal()
    rows = list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)))
    previous = rows[3].hash
    for row in rows[4:10]:
        row.previous_hash, row.object_id = previous, "99"
        row.hash = previous = event_hash(chain_values(row), None)
    db.session.flush()
    assert "dòng số 11 " in fault_after(tmp_path)


def test_a_sealed_chain_is_not_turned_back_into_an_older_one(older: None, tmp_path: Path) -> None:
    seal()
    write_anew(1, None, None)
    assert "dòng số 12 không có khóa" in fault_after(tmp_path)


def test_erasing_a_person_leaves_the_chain_whole(chain: None, tmp_path: Path) -> None:
    assert erase_person(system_actor(), 3, MOMENT) == 1
    db.session.expire_all()
    erased = db.session.get(AuditPersonal, 3)
    assert erased is not None
    assert erased.content is None
    assert verify(tmp_path, audit_key()).fault is None


def test_an_erasure_of_a_number_that_is_none_is_named_like_any_change(
    chain: None, tmp_path: Path
) -> None:
    erase_person(system_actor(), 7, MOMENT)
    own = table_of(AuditEvent).c.sequence == 11
    db.session.execute(update(table_of(AuditEvent)).where(own).values(object_id="9" * 5000))
    db.session.expire_all()
    assert "dòng số 7 " in fault_after(tmp_path)


def test_erasing_a_person_leaves_what_is_kept_of_others(chain: None) -> None:
    personal = {"phone": "+84905000099"}
    record(
        system_actor(),
        Event(Deed.PERSON_EDIT, "people", 3, personal=personal, person_id=3),
        MOMENT,
    )
    assert erase_person(system_actor(), 3, MOMENT) == 2
    db.session.expire_all()
    kept = db.session.scalars(
        select(AuditPersonal.person_id)
        .where(AuditPersonal.content.is_not(None))
        .order_by(AuditPersonal.sequence)
    )
    assert list(kept) == [1, 5, 7, 9]
    assert told(Deed.AUDIT_ERASE) == [Told("people", "3", None, {"events": 2})]
    assert erase_person(system_actor(), 3, MOMENT) == 0, "and nothing is counted twice"


def test_a_cut_tail_is_found_through_the_kept_head(chain: None, tmp_path: Path) -> None:
    run("DELETE FROM audit_personal WHERE sequence > 7")
    keep_head(tmp_path, audit_key(), MOMENT)
    run("DELETE FROM audit_events WHERE sequence > 7")
    fault = verify(tmp_path, audit_key()).fault
    assert fault is not None
    assert "mất các dòng cuối" in fault
    assert "Dòng thiếu đầu tiên: 8" in fault


def test_a_chain_written_anew_is_found_through_the_kept_head(chain: None, tmp_path: Path) -> None:
    keep_head(tmp_path, audit_key(), MOMENT)
    run("DELETE FROM audit_personal")
    run("DELETE FROM audit_events")
    for number in range(1, 13):
        record(system_actor(), Event(Deed.CITIZEN_ID_REVEAL, "people", number), MOMENT)
    fault = verify(tmp_path, audit_key()).fault
    assert fault is not None
    assert "dòng số 10 " in fault


def test_a_changed_head_is_found(chain: None, tmp_path: Path) -> None:
    keep_head(tmp_path, audit_key(), MOMENT)
    path = tmp_path / HEADS_FILE
    path.write_text(path.read_text().replace('"sequence": 10', '"sequence": 9'))
    assert "dòng 1 bị sửa" in (verify(tmp_path, audit_key()).fault or "")


def test_a_registry_of_which_nothing_is_told_yet_proves_true_and_has_no_head(
    app: Flask, tmp_path: Path
) -> None:
    keep_head(tmp_path, audit_key(), MOMENT)
    assert verify(tmp_path, audit_key()) == Verdict(0, 0, None)
    assert has_kept_heads(tmp_path) is False


def test_a_kept_head_is_for_its_owner_alone(chain: None, tmp_path: Path) -> None:
    keep_head(tmp_path, audit_key(), MOMENT)
    assert has_kept_heads(tmp_path) is True
    assert stat.S_IMODE((tmp_path / HEADS_FILE).stat().st_mode) == 0o600


def test_who_tells_something_waits_for_who_is_telling(app: Flask, tmp_path: Path) -> None:
    def tell() -> None:
        record(ACTOR, Event(Deed.PERSON_EDIT, "people", 1), MOMENT)

    tell()
    assert committed_before(app, tell) is None
    assert verify(tmp_path, audit_key()) == Verdict(2, 0, None)


def test_the_same_head_is_kept_once(chain: None, tmp_path: Path) -> None:
    keep_head(tmp_path, audit_key(), MOMENT)
    keep_head(tmp_path, audit_key(), MOMENT)
    record(system_actor(), Event(Deed.PERSON_EDIT, "people", 1), MOMENT)
    keep_head(tmp_path, audit_key(), MOMENT)
    assert len((tmp_path / HEADS_FILE).read_text().splitlines()) == 2
    assert verify(tmp_path, audit_key()).heads == 2


def test_heads_of_a_replaced_registry_are_set_aside_not_lost(chain: None, tmp_path: Path) -> None:
    keep_head(tmp_path, audit_key(), MOMENT)
    aside = set_heads_aside(tmp_path, MOMENT)
    assert aside is not None
    assert aside.exists()
    assert verify(tmp_path, audit_key()).heads == 0
    assert set_heads_aside(tmp_path, MOMENT) is None


def test_the_database_refuses_to_change_or_remove_an_event(app: Flask) -> None:
    record(system_actor(), Event(Deed.PERSON_EDIT, "people", 1), MOMENT)
    with pytest.raises(Exception, match="append_only_audit_events"):
        db.session.execute(update(AuditEvent).values(action="person.read"))
    db.session.rollback()
    record(system_actor(), Event(Deed.PERSON_EDIT, "people", 1), MOMENT)
    with pytest.raises(Exception, match="append_only_audit_events"):
        db.session.execute(text("DELETE FROM audit_events"))


def test_an_event_written_in_local_time_still_proves_true(app: Flask, tmp_path: Path) -> None:
    record(system_actor(), Event(Deed.PERSON_EDIT, "people", 1), Moment(local_time(NOW)))
    db.session.expire_all()
    assert verify(tmp_path, audit_key()).fault is None
