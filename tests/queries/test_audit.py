"""Questions about the audit: the page of events, and what it is narrowed to."""

from flask import Flask

from registry.domain.audit.deeds import Deed
from registry.domain.permissions import system_actor
from registry.queries.audit import EventFilter, page_of_events
from registry.queries.paging import Window
from registry.services.audit import Event, record
from tests.conftest import MOMENT


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
