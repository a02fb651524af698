"""`flask audit verify`: 0 when the audit is whole, 1 and the first bad row when not."""

from click.testing import Result
from flask import Flask
from sqlalchemy import text

from registry.domain.audit.deeds import Deed
from registry.domain.permissions import system_actor
from registry.models.base import db
from registry.models.guards import remove_guards
from registry.services.audit import Event, record
from registry.services.audit_checks import HEADS_FILE
from registry.settings import Settings
from tests.conftest import MOMENT


def verify(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["audit", "verify"])


def write(number: int) -> None:
    for object_id in range(number):
        record(system_actor(), Event(Deed.PERSON_EDIT, "people", object_id), MOMENT)
    db.session.commit()


def attack(statement: str) -> None:
    remove_guards(db.session.connection())
    db.session.execute(text(statement))
    db.session.commit()


def test_a_whole_audit_is_told_and_its_head_kept_outside(app: Flask, settings: Settings) -> None:
    write(3)
    first = verify(app)
    assert (first.exit_code, first.stdout) == (
        0,
        "Nhật ký nguyên vẹn: 3 dòng, 0 mốc đã đối chiếu.\n",
    )
    assert (settings.home / HEADS_FILE).exists()
    assert verify(app).stdout == "Nhật ký nguyên vẹn: 3 dòng, 1 mốc đã đối chiếu.\n"


def test_an_empty_audit_is_whole(app: Flask) -> None:
    assert verify(app).exit_code == 0


def test_a_changed_row_ends_with_one_and_its_number(app: Flask) -> None:
    write(5)
    attack("UPDATE audit_events SET action = 'x' WHERE sequence = 3")
    result = verify(app)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "dòng số 3 " in result.stderr


def test_a_cut_tail_is_found_once_a_head_was_kept(app: Flask) -> None:
    write(5)
    verify(app)
    attack("DELETE FROM audit_events WHERE sequence > 2")
    result = verify(app)
    assert result.exit_code == 1
    assert "Dòng thiếu đầu tiên: 3" in result.stderr
