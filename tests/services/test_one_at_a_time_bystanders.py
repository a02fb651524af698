"""A writer does what it is told to by who may, tells of which unit, and leaves the others alone."""

from operator import itemgetter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.errors import NotAllowed, NotFound
from registry.domain.permissions import PUBLIC_ACTOR
from registry.models.audit import AuditPersonal
from registry.models.base import Base, db
from registry.models.units import UnitPath
from registry.settings import Settings
from scripts.tree import ROOT
from tests.factories import writers
from tests.factories.writers import RACES, Ground, Race

# Whom a writer does something for although he is a visitor.
FOR_A_VISITOR = {
    "complete_signup": "who has the code of a request",
    "confirm": "who has the link",
    "forgot_password": "anybody",
    "post_confirmation": "its caller has looked who asks",
    "post_invitation": "its caller has looked who asks",
    "rebuild": "a command on the server",
    "reread_issuers": "its caller has looked who asks",
    "send_signup": "anybody",
    "set_password": "who has the link",
}
# Raced by an account of the commune, of whose links and sessions they are.
FOR_THE_ACCOUNT = {"ask_confirmation", "decline_link", "end_own_sessions", "release_link"}

Rows = dict[tuple[str, tuple[Any, ...]], dict[str, Any]]

# What the audit says of each writer, one line an event; a writer that is new gets its lines.
TOLD = ROOT / "tests" / "data" / "told_by_writers.txt"

# What is about the whole registry changes whatever of it is there, and says so of itself.
ABOUT_ALL = {
    "reread_issuers": "all papers are read again",
    "empty_expired": "all mails whose link has run out",
    "remove_replaced": "all scans that were replaced long ago",
    "set_last_known_day": "one day of the registry",
}
# What a province has once cannot be made ready for two.
ONCE_IN_A_PROVINCE = {"take_back", "end_basis", "withdraw_report", "report_vacancy"}
# What the audit tells of nouns that belong to no unit; of all others it says to which.
OF_NO_UNIT = {
    "accounts",
    "courses",
    "dated_settings",
    "outbox_messages",
    "parameters",
    "reorganisations",
}


def name_of(race: Race) -> str:
    return race.ready.__name__.strip("_")


def stored() -> Rows:
    """Return every row there is, by its table and key."""
    db.session.flush()
    found: Rows = {}
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)).mappings():
            values = {str(name): value for name, value in row.items()}
            key = tuple(row[column.name] for column in table.primary_key)
            if table is UnitPath.__table__:  # a cache: rows written anew have other numbers
                del values["id"]
                key = tuple(values.values())
            found[table.name, key] = values
    return found


def said(row: dict[str, Any]) -> str:
    """Return of what an event tells: its names, and not the values, which are drawn by lot."""
    bound = [name for name in ("object_id", "unit_id", "person_id") if row[name] is not None]
    details = names_in(row["details"])
    personal = db.session.get(AuditPersonal, row["sequence"])
    beside = names_in(personal.content) if personal is not None else []
    parts = (*bound, *details, *(f"[{name}]" for name in beside))
    return " ".join((row["action"], row["noun"], *parts))


def names_in(details: Any) -> list[str]:
    """Return the names of details, with those one step below; numbers of rows are no names."""
    found = []
    for name, value in details.items():
        below = [key for key in value if key.isidentifier()] if isinstance(value, dict) else []
        found += [f"{name}.{key}" for key in below] or [name]
    return sorted(found)


def told_of(race: Race) -> list[str]:
    lines = (line.partition(": ") for line in TOLD.read_text(encoding="utf-8").splitlines())
    return [event for name, _, event in lines if name == name_of(race)]


@pytest.mark.parametrize(
    "race", [race for race in RACES if name_of(race) not in FOR_THE_ACCOUNT], ids=name_of
)
def test_a_visitor_is_refused_what_he_has_no_right_to_and_nothing_is_written(
    app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch, race: Race
) -> None:
    press = race.ready(Ground(settings.files_folder).place())
    before = stored()
    monkeypatch.setattr(writers, "DOER", PUBLIC_ACTOR)
    if name_of(race) in FOR_A_VISITOR:
        press()
        assert stored() != before
    else:
        with pytest.raises((NotAllowed, NotFound)):
            press()
        assert stored() == before


@pytest.mark.parametrize("race", RACES, ids=name_of)
def test_a_writer_leaves_all_that_were_there_before_as_they_are(
    app: Flask, settings: Settings, race: Race
) -> None:
    ground = Ground(settings.files_folder)
    bystander = ground.place()
    if race.service.__name__ not in ONCE_IN_A_PROVINCE:
        race.ready(bystander)
    before = stored()
    race.ready(ground.place())()
    after = stored()
    told = [after[key] for key in after.keys() - before.keys() if key[0] == "audit_events"]
    of_a_unit = [row for row in told if row["noun"] not in OF_NO_UNIT and row["object_id"]]
    assert [row["action"] for row in of_a_unit if row["unit_id"] is None] == []
    assert [said(row) for row in sorted(told, key=itemgetter("sequence"))] == told_of(race)
    changed = {key for key, row in before.items() if after.get(key) != row}
    if race.service.__name__ in ABOUT_ALL:
        assert changed, "or take it off the list"
    else:
        assert changed == set()
