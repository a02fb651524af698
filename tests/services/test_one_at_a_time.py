"""A writer begins when no other is at work, and sees what the one before has written."""

import threading
import time

from flask import Flask
from sqlalchemy import text

from registry.models.base import db
from registry.models.engine import LONGEST_WAIT, WRITES
from registry.models.locks import Lock
from registry.models.people import Person
from registry.services.one_at_a_time import one_at_a_time
from tests.factories.at_once import in_threads
from tests.factories.people import make_person
from tests.factories.units import Province


@one_at_a_time
def grow_older(person_id: int) -> None:
    """Read, take a while to decide, and write."""
    person = db.session.get_one(Person, person_id)
    read = person.birth_year
    assert read is not None
    time.sleep(0.01)
    person.birth_year = read - 1
    db.session.flush()


def is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def test_what_was_read_before_the_turn_is_read_anew(app: Flask) -> None:
    person_id = make_person(birth_year=1990).id
    db.session.commit()

    def look_and_grow() -> None:
        assert db.session.get_one(Person, person_id).birth_year is not None
        grow_older(person_id)

    assert in_threads(app, [look_and_grow] * 4) == [None] * 4
    assert db.session.get_one(Person, person_id).birth_year == 1990 - 4


def test_what_was_said_but_not_yet_written_is_kept(app: Flask) -> None:
    person = make_person(birth_year=1990)
    person.email = "co.nguoi@vidu.invalid"
    grow_older(person.id)
    assert (person.email, person.birth_year) == ("co.nguoi@vidu.invalid", 1989)


def test_a_service_within_another_shares_its_turn_and_keeps_its_objects(app: Flask) -> None:
    person = make_person(birth_year=1990)

    @one_at_a_time
    def outer() -> str:
        person.full_name = "Trần Đổi Tên"
        grow_older(person.id)
        return person.full_name

    assert outer() == "Trần Đổi Tên"
    assert person.birth_year == 1989


def test_a_turn_given_up_with_a_savepoint_is_taken_again(app: Flask) -> None:
    person = make_person(birth_year=1990)
    with db.session.begin_nested() as savepoint:
        grow_older(person.id)
        savepoint.rollback()
    grow_older(person.id)
    assert person.birth_year == 1989
    if is_postgresql():
        # Other databases of the same server have turns of their own.
        held = (
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :lock"
            " AND pid = pg_backend_pid()"
        )
        assert db.session.scalar(text(held), {"lock": Lock.TURN_TO_WRITE.value}) == 1


def test_who_reads_waits_for_nobody(app: Flask) -> None:
    here = Province()
    db.session.commit()
    name = here.commune.id
    in_turn, may_end = threading.Event(), threading.Event()

    @one_at_a_time
    def slow() -> None:
        in_turn.set()
        assert may_end.wait(10)

    def write() -> None:
        with app.app_context():
            db.session.connection(execution_options={WRITES: True})
            slow()
            db.session.rollback()
            db.session.remove()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert in_turn.wait(10)
        assert db.session.scalar(text("SELECT count(*) FROM units WHERE id = :id"), {"id": name})
    finally:
        may_end.set()
        writer.join()


def test_nobody_waits_for_ever_on_either_database(app: Flask) -> None:
    if is_postgresql():
        assert db.session.scalar(text("SHOW lock_timeout")) == LONGEST_WAIT
    else:
        assert db.session.scalar(text("PRAGMA busy_timeout")) == 5000


def test_the_turn_comes_before_the_chain() -> None:
    assert list(Lock) == [Lock.SCHEMA, Lock.TURN_TO_WRITE, Lock.AUDIT_CHAIN]
