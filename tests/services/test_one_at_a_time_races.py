"""Many at the same thing at the same moment leave what one after the other would have left."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, permutations
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from registry.domain.errors import DomainError
from registry.domain.keyring import KeyName
from registry.models.base import Base, db
from registry.models.engine import SQLITE_PRAGMAS
from registry.services.audit_checks import verify
from registry.services.keys_in_use import keyring
from tests.factories.at_once import in_threads
from tests.factories.writers import PAIRS, RACES, Ground, Press, Race, Spot

# `make races` lets more press at once.
T = TypeVar("T")
RACERS = int(os.environ.get("REGISTRY_RACERS", "4"))
BOTH_TWICE = 4

# What is drawn by lot, or tells of it.
BY_LOT = frozenset(
    {
        "after",
        "before",
        "body",
        "code_hash",
        "content",
        "content_hash",
        "details",
        "hash",
        "line_id",
        "membership_line_id",
        "object_id",
        "password_hash",
        "path",
        "personal_hash",
        "previous_hash",
        "reference_code",
        "registry_code",
        "row_id",
        "salt",
        "sequence",
        "storage_name",
        "citizen_id_encrypted",
        "token_hash",
        "uuid",
    }
)
# Columns that name a row without being bound to it.
BY_NAME = {"person_id": "people", "unit_id": "units"}
# How a race ended: what is stored, and how often each kind of refusal was given.
End = tuple[dict[str, Counter[Any]], Counter[str]]


@pytest.fixture
def here(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ground]:
    """Return where races are run; who must wait waits, however slow the machine is."""
    monkeypatch.setitem(SQLITE_PRAGMAS, "busy_timeout", "300000")
    monkeypatch.setattr("registry.models.engine.LONGEST_WAIT", "300s")
    db.engine.dispose()
    yield Ground(tmp_path)
    db.session.remove()
    db.engine.dispose()


def by_noun(race: Race) -> str:
    return race.service.__module__.removeprefix("registry.services.")


NOUNS = {noun: tuple(races) for noun, races in groupby(RACES, key=by_noun)}


@pytest.mark.parametrize("noun", NOUNS)
def test_many_who_press_at_once_leave_what_one_after_the_other_would(
    noun: str, app: Flask, here: Ground, tmp_path: Path
) -> None:
    for race in NOUNS[noun]:
        press = prepared(lambda at, race=race: race.ready(at), here)
        expected = one_after_the_other([press] * RACERS)
        name = f"{noun}: {race.ready.__name__}"
        assert expected[1]["done"] >= 1, f"{name}: nobody succeeds, {expected[1]}"
        assert_one_of([expected], all_at_once(app, [press] * RACERS), name)
    assert verify(tmp_path, keyring()[KeyName.AUDIT]).fault is None


@pytest.mark.parametrize("pair", PAIRS)
def test_two_who_do_different_things_at_once_leave_what_one_order_would(
    pair: str, app: Flask, here: Ground, tmp_path: Path
) -> None:
    both = prepared(PAIRS[pair], here) * (BOTH_TWICE // 2)
    orders = {tuple(order) for order in permutations((0, 1) * (BOTH_TWICE // 2))}
    expected = [one_after_the_other([both[one] for one in order]) for order in sorted(orders)]
    assert_one_of(expected, all_at_once(app, both), pair)
    assert verify(tmp_path, keyring()[KeyName.AUDIT]).fault is None


def prepared(ready: Callable[[Spot], T], ground: Ground) -> T:
    pressed = ready(ground.place())
    db.session.commit()
    return pressed


def one_after_the_other(presses: Sequence[Press]) -> End:
    """Press one button after the other, and forget it again; return how that ended."""
    before = last_ids()
    outcomes = Counter(one_alone(press) for press in presses)
    db.session.expire_all()
    stored = whats_stored(before)
    db.session.rollback()
    return stored, outcomes


def one_alone(press: Press) -> str:
    savepoint = db.session.begin_nested()
    try:
        press()
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            db.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    except DomainError as refusal:
        savepoint.rollback()
        return type(refusal).__name__
    else:
        savepoint.commit()
        return "done"
    finally:
        db.session.expire_all()


def all_at_once(app: Flask, presses: Sequence[Press]) -> End:
    before = last_ids()
    db.session.rollback()
    raised = in_threads(app, list(presses))
    faults = [error for error in raised if error and not isinstance(error, DomainError)]
    assert faults == []
    outcomes = Counter(type(error).__name__ if error else "done" for error in raised)
    return whats_stored(before), outcomes


def assert_one_of(expected: Sequence[End], found: End, name: str) -> None:
    if found in expected:
        return
    differing = {
        table: (sorted((rows - found[0][table]).items()), sorted((found[0][table] - rows).items()))
        for table, rows in expected[0][0].items()
        if rows != found[0][table]
    }
    pytest.fail(f"{name}: {expected[0][1]} became {found[1]}; missing and too many: {differing}")


def last_ids() -> dict[str, int]:
    """Return the highest id of each table: what has a higher one was written since."""
    return {
        table.name: db.session.scalar(select(func.max(table.c.id))) or 0
        for table in Base.metadata.sorted_tables
        if "id" in table.c and table.c.id.type.python_type is int
    }


def whats_stored(before: dict[str, int]) -> dict[str, Counter[Any]]:
    """Return every row of every table without what is drawn by lot; new ids are all alike."""
    found = {}
    for table in Base.metadata.sorted_tables:
        columns = [
            column for column in table.c if column.name not in BY_LOT and column.name != "id"
        ]
        referred = [
            next(
                (before.get(key.column.table.name) for key in column.foreign_keys),
                before.get(BY_NAME.get(column.name, "")),
            )
            for column in columns
        ]
        rows = db.session.execute(select(*columns)) if columns else ()
        found[table.name] = Counter(
            repr(
                [
                    "new" if last is not None and value is not None and value > last else value
                    for value, last in zip(row, referred, strict=True)
                ]
            )
            for row in rows
        )
    return found
