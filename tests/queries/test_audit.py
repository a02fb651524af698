"""Questions about the audit: the whole chain, its end, the page of events and its narrowing."""

from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import func, select, table

from registry.domain.audit.deeds import Deed
from registry.domain.permissions import Role, system_actor
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.queries.audit import (
    EventFilter,
    EventRow,
    hash_of,
    head,
    is_told_of,
    last_erasures,
    nouns,
    page_of_events,
    unsealed_events,
    was_done,
    whole_chain,
)
from registry.queries.paging import Window
from registry.services.audit import Event, record
from tests.conftest import MOMENT, NOW
from tests.factories.accounts import make_account
from tests.factories.people import make_person
from tests.factories.units import Province

_NOTHING: object = object()


def written(
    sequence: int,
    noun: str = "people",
    object_id: str | None = "1",
    *,
    deed: Deed = Deed.PERSON_EDIT,
    at: datetime = NOW,
    account_id: int | None = None,
    key_id: str | None = "k1",
    content: object = _NOTHING,
) -> AuditEvent:
    """Put an event into the audit as it is stored, with what stands beside the chain if given."""
    event = AuditEvent(
        sequence=sequence,
        at=at,
        account_id=account_id,
        origin="cli:system",
        action=deed.value,
        noun=noun,
        object_id=object_id,
        unit_id=None,
        details={},
        key_id=key_id,
        previous_hash="",
        hash=f"hash {sequence}",
    )
    db.session.add(event)
    db.session.flush()
    if content is not _NOTHING:
        db.session.add(AuditPersonal(sequence=sequence, salt="", content=content))
        db.session.flush()
    return event


def test_events_are_narrowed_to_a_noun_and_to_one_thing_of_it(app: Flask) -> None:
    for event in (
        Event(Deed.PERSON_CREATE, "people", 1),
        Event(Deed.PERSON_CREATE, "people", 2),
        Event(Deed.ROSTER_START, "rosters", 1),
    ):
        record(system_actor(), event, MOMENT)

    def found(**wanted: str) -> list[tuple[str, str | None]]:
        page = page_of_events(EventFilter(**wanted), Window(50))  # type: ignore[arg-type]
        assert page.total == len(page.rows)
        return [(row.noun, row.object_id) for row in page.rows]

    assert found() == [("rosters", "1"), ("people", "2"), ("people", "1")]
    assert found(noun="people") == [("people", "2"), ("people", "1")]
    assert found(object_id="1") == [("rosters", "1"), ("people", "1")]
    assert found(noun="people", object_id="1") == [("people", "1")]


def test_the_chain_is_read_in_its_order_each_event_with_what_stands_beside_it(app: Flask) -> None:
    for sequence in (2, 3, 1):
        written(sequence, content={"name": "Lê"} if sequence == 2 else _NOTHING)
    found = [
        (event.sequence, personal.sequence if personal else None)
        for event, personal in whole_chain()
    ]
    assert found == [(1, None), (2, 2), (3, None)]


def test_who_reads_no_further_leaves_no_reading_open(app: Flask) -> None:
    for sequence in (1, 2, 3):
        written(sequence)
    # On SQLite what is read so far goes with its reader.
    is_named = db.session.get_bind().dialect.name == "postgresql"
    kept_open = select(func.count()).select_from(table("pg_cursors"))
    chain = whole_chain()
    assert next(chain)[0].sequence == 1
    assert not is_named or db.session.scalar(kept_open) == 1
    chain.close()
    assert not is_named or db.session.scalar(kept_open) == 0


def test_the_end_of_the_chain_is_its_last_event_and_what_stands_under_no_key(app: Flask) -> None:
    assert (head(), unsealed_events(), nouns()) == (None, 0, [])
    written(2, key_id=None)
    written(1, key_id=None)
    assert (head(), unsealed_events()) == ((2, "hash 2"), 2)
    written(3, "units")
    assert (head(), unsealed_events()) == ((3, "hash 3"), 0)
    assert [hash_of(number) for number in (1, 3, 4)] == ["hash 1", "hash 3", None]
    written(4, "cards")
    assert nouns() == ["cards", "people", "units"]


def test_the_last_erasure_of_each_person_is_told_by_the_number_as_written(app: Flask) -> None:
    erase = Deed.AUDIT_ERASE
    written(1, object_id="7", deed=erase)
    written(2, object_id="7", deed=erase)
    written(3, object_id="x", deed=erase)
    written(4, "units", "8", deed=erase)
    written(5, object_id="7")
    written(6, object_id="9")
    assert last_erasures() == {"7": 2, "x": 3}


def test_that_a_deed_was_done_with_a_thing_no_other_deed_nor_thing_says(app: Flask) -> None:
    erase = Deed.AUDIT_ERASE
    written(1, object_id="7", deed=erase)
    written(2, "units", "7", deed=erase)
    written(3, object_id="8", deed=erase)
    written(4, object_id="7")
    done = select(AuditEvent.sequence).where(was_done(erase, "people", 7))
    assert db.session.scalars(done).all() == [1]


def test_a_thing_is_told_of_under_a_name_when_any_event_of_it_says_or_may_have_said_so(
    app: Flask,
) -> None:
    written(1, object_id="1", content={"phone": "1"})
    written(2, object_id="1", content={"citizen_id": "1"})
    written(3, "units", "2", content={"citizen_id": "1"})
    written(4, object_id="2", content={"phone": "citizen_id"})
    written(5, object_id="2")
    written(6, object_id="3", content=None)
    written(7, object_id="4", content=["phone"])
    told = {number: is_told_of("people", number, "citizen_id") for number in (1, 2, 3, 4, 5)}
    assert told == {1: True, 2: False, 3: True, 4: True, 5: False}
    assert is_told_of("units", "2", "citizen_id")


def test_events_are_narrowed_to_days_the_last_excluded_and_come_page_by_page(app: Flask) -> None:
    second = timedelta(seconds=1)
    for sequence, after in enumerate((-1, 0, 1, 2, 3), start=1):
        written(sequence, at=NOW + after * second)
    wanted = EventFilter(since=NOW, until=NOW + 3 * second)
    pages = [page_of_events(wanted, Window(2, cursor)) for cursor in ("1", "2")]
    assert [[row.sequence for row in page.rows] for page in pages] == [[4, 3], [2]]
    assert {page.total for page in pages} == {3}
    assert page_of_events(EventFilter(), Window(2)).total == 5
    assert page_of_events(EventFilter(since=NOW + 4 * second), Window(2)).total == 0


def test_a_row_names_who_did_it_and_the_fields_that_were_written_never_a_value(app: Flask) -> None:
    here = Province()
    officer = make_account(Role.UNIT_OFFICER, here.commune, person=make_person("Lê Văn Làm"))
    administrator = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    written(
        1,
        account_id=officer.id,
        content={
            "before": {"phone": "1", "email": None, "name": ""},
            "after": {"birth_year": 1990, "email": "", "is_main": False, "job_title": "x"},
            "citizen_id": True,
            "person_id": 1,
        },
    )
    written(2, account_id=administrator.id, content={"before": None, "after": ["x"]})
    written(3, content=["phone"])
    written(4, content=None)
    written(5)
    rows = page_of_events(EventFilter(), Window(50)).rows
    assert [(row.login, row.name, row.personal_fields) for row in reversed(rows)] == [
        (
            officer.login,
            "Lê Văn Làm",
            ("birth_year", "citizen_id", "job_title", "phone"),
        ),
        ("quantri", None, ()),
        (None, None, ()),
        (None, None, ()),
        (None, None, ()),
    ]
    assert rows[0] == EventRow(
        sequence=5,
        at=NOW,
        login=None,
        name=None,
        origin="cli:system",
        action=Deed.PERSON_EDIT.value,
        noun="people",
        object_id="1",
        unit_id=None,
        details={},
        personal_fields=(),
    )
