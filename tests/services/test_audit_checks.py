"""The audit's proof: any change, gap or cut is found, and the first bad row named."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment, local_time
from registry.domain.permissions import system_actor
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.guards import remove_guards
from registry.services.audit import Event, erase_person, record
from registry.services.audit_checks import HEADS_FILE, keep_head, set_heads_aside, verify
from tests.conftest import MOMENT, NOW
from tests.factories.audited import Told, told

KEY = b"k" * 32


@pytest.fixture
def chain(app: Flask) -> None:
    """Write ten events, every other one with personal values; let an attacker past the guards."""
    for number in range(1, 11):
        personal = {"phone": f"+8490500000{number}"} if number % 2 else None
        event = Event(Deed.PERSON_EDIT, "people", number, personal=personal, person_id=number)
        record(system_actor(), event, MOMENT)
    remove_guards(db.session.connection())


def run(statement: str) -> None:
    db.session.flush()
    db.session.expire_all()
    db.session.execute(text(statement))


def test_an_untouched_chain_proves_true(chain: None, tmp_path: Path) -> None:
    verdict = verify(tmp_path, KEY)
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
    ],
)
def test_a_change_is_found_and_the_first_bad_row_named(
    chain: None, tmp_path: Path, attack: str, row: int
) -> None:
    run(attack)
    fault = verify(tmp_path, KEY).fault
    assert fault is not None
    assert f"dòng số {row} " in fault


def test_erasing_a_person_leaves_the_chain_whole(chain: None, tmp_path: Path) -> None:
    assert erase_person(system_actor(), 3, MOMENT) == 1
    db.session.expire_all()
    erased = db.session.get(AuditPersonal, 3)
    assert erased is not None
    assert erased.content is None
    assert verify(tmp_path, KEY).fault is None


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
    keep_head(tmp_path, KEY, MOMENT)
    run("DELETE FROM audit_events WHERE sequence > 7")
    fault = verify(tmp_path, KEY).fault
    assert fault is not None
    assert "mất các dòng cuối" in fault
    assert "Dòng thiếu đầu tiên: 8" in fault


def test_a_chain_written_anew_is_found_through_the_kept_head(chain: None, tmp_path: Path) -> None:
    keep_head(tmp_path, KEY, MOMENT)
    run("DELETE FROM audit_personal")
    run("DELETE FROM audit_events")
    for number in range(1, 13):
        record(system_actor(), Event(Deed.CITIZEN_ID_REVEAL, "people", number), MOMENT)
    fault = verify(tmp_path, KEY).fault
    assert fault is not None
    assert "dòng số 10 " in fault


def test_a_changed_head_is_found(chain: None, tmp_path: Path) -> None:
    keep_head(tmp_path, KEY, MOMENT)
    path = tmp_path / HEADS_FILE
    path.write_text(path.read_text().replace('"sequence": 10', '"sequence": 9'))
    assert "dòng 1 bị sửa" in (verify(tmp_path, KEY).fault or "")
    assert "dòng 1 bị sửa" in (verify(tmp_path, b"other" * 7).fault or "")


def test_the_same_head_is_kept_once(chain: None, tmp_path: Path) -> None:
    keep_head(tmp_path, KEY, MOMENT)
    keep_head(tmp_path, KEY, MOMENT)
    record(system_actor(), Event(Deed.PERSON_EDIT, "people", 1), MOMENT)
    keep_head(tmp_path, KEY, MOMENT)
    assert len((tmp_path / HEADS_FILE).read_text().splitlines()) == 2
    assert verify(tmp_path, KEY).heads == 2


def test_heads_of_a_replaced_registry_are_set_aside_not_lost(chain: None, tmp_path: Path) -> None:
    keep_head(tmp_path, KEY, MOMENT)
    aside = set_heads_aside(tmp_path, MOMENT)
    assert aside is not None
    assert aside.exists()
    assert verify(tmp_path, KEY).heads == 0
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
    assert verify(tmp_path, KEY).fault is None
