"""Text that looks like something else, in every column of text there is."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Enum,
    String,
    Table,
    TypeDecorator,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError

from registry.domain.assignments import CountingSetting
from registry.domain.audit import deeds, details
from registry.models.base import db
from registry.queries import parameters
from tests.conftest import NOW

# By what each is like: a world is filled with one kind, and each column has another text of it.
KINDS: Mapping[str, tuple[str, ...]] = {
    "days": ("2024-99-99", "9999-12-31", "0001-01-01", "2024-02-30", "2024-06-10T25:61:00"),
    "values": ("null", "{}", "[]", "-1", "1e999", "NaN", "True", "/1/x/", "9" * 400),
    "markup": (
        "=1+1",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "\"'><b>&amp;",
        "#let a = 1; *b* $c$ \\ @d <e>",
        "%s%(a)s{0}",
    ),
    "signs": (
        "★ ① ✓ \uf0b7 😀 \ufffd 漢字 עברית",
        "\u202eabc\u2066\u200b\u200d\ufeff",
        "a" + "\u0300\u0301\u0323\u0488" * 40,
        "\x01\x07\x1b[31m\r\n\t\x7f\x85\u2028",
        "\ufffe\uffff\U0010ffff\U000e0041",
        " ",
    ),
    "length": ("Ế" * 1000, "từ " * 500, "_" * 1000),
}
# Machines write them, and without them there is no page to look at: what a session is found by,
# where a unit stands, and which keys everything is sealed under, as every start compares.
LEFT_AS_IT_IS = frozenset(
    {
        ("sessions", "token_hash"),
        ("unit_paths", "path"),
        ("key_fingerprints", "fingerprint"),
        ("audit_events", "key_id"),
        ("cards", "key_id"),
    }
)
# What says how the rest of its row is read: strange in every second row only.
_READ_BY = frozenset(
    {
        ("audit_events", "action"),
        ("audit_events", "noun"),
        ("dated_settings", "name"),
        ("reorganisation_changes", "table_name"),
    }
)


@dataclass(frozen=True, slots=True)
class _Ways:
    """How the texts of a kind are handed out, each time another one."""

    texts: tuple[str, ...]
    turn: Iterator[int]

    def text(self) -> str:
        return self.texts[next(self.turn) % len(self.texts)]

    def json(self, stored: Any) -> Any:
        """Return what is stored with strange texts in place of its own, or of the whole."""
        strange = (
            self._leaves(stored),
            self.text(),
            [self.text(), -1, None, {"a": []}],
            {"before": self.text(), "after": {"gaps": self.text()}},
            {"fields": self.text(), "gaps": [1], "before": [1], "after": None},
            {name: {"$day": self.text()} for name in (*details._IDS, "since", "fields")},  # noqa: SLF001
            {name: [self.text()] for name in (*details._VALUES, *deeds.NOUNS)},  # noqa: SLF001
            None,
        )
        return strange[next(self.turn) % len(strange)]

    def _leaves(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._leaves(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self._leaves(one) for one in value]
        return self.text()


def text_columns() -> list[tuple[Table, Column[Any]]]:
    """Return every column that can hold any text, which one of a list of words cannot."""
    return [
        (table, column)
        for table in db.metadata.sorted_tables
        for column in table.columns
        if _holds_text(column)
        and not column.primary_key
        and (table.name, column.name) not in LEFT_AS_IT_IS
    ]


def fill_with(kind: str) -> None:
    """Put texts of a kind into every row of every such column, and rows where there are none."""
    triggers = select(text("name")).select_from(text("sqlite_master")).where(text("type='trigger'"))
    for name in db.session.scalars(triggers).all():
        db.session.execute(text(f'DROP TRIGGER "{name}"'))
    db.session.execute(text("PRAGMA ignore_check_constraints = ON"))
    for table in db.metadata.sorted_tables:
        is_empty = not db.session.scalar(select(func.count()).select_from(table))
        if is_empty and table.name != "key_fingerprints":  # of keys that nobody has
            _add(table)
    _add_what_is_read_by_name()
    db.session.execute(text("PRAGMA ignore_check_constraints = OFF"))
    ways = _Ways(KINDS[kind], count())
    for table, column in text_columns():
        _fill(table, column, ways)


def _fill(table: Table, column: Column[Any], ways: _Ways) -> None:
    where = " AND ".join(f'"{key.name}" = :{key.name}' for key in table.primary_key)
    keys = ", ".join(f'"{key.name}"' for key in table.primary_key)
    statement = f'UPDATE "{table.name}" SET "{column.name}" = :v WHERE {where}'  # noqa: S608
    rows = db.session.execute(text(f'SELECT "{column.name}" AS stored, {keys} FROM "{table.name}"'))  # noqa: S608
    for number, row in enumerate(rows.mappings().all()):
        name = (table.name, column.name)
        if (name in _READ_BY and number % 2) or row.get("name") == parameters.HOME_UNIT:
            continue
        if isinstance(_kept_as(column), JSON):
            tries = [json.dumps(ways.json(json.loads(row["stored"] or "null")))]
        else:
            strange = ways.text()
            tries = [strange, f"{strange} {number}"]
        for value in tries:
            if _written(statement, value, row):
                break


def _written(statement: str, value: str, row: Mapping[Any, Any]) -> bool:
    """Write a value, unless the database refuses it: there once, or of a list."""
    keys = {name: its for name, its in row.items() if name != "stored"}
    try:
        with db.session.begin_nested():
            db.session.execute(text(statement), {"v": value, **keys})
    except IntegrityError:
        return False
    return True


def _add(table: Table, **said: Any) -> None:
    """Add a row with something in each column."""
    needed = [column for column in table.columns if not _is_numbered(table, column)]
    values = {column.name: _something(column) for column in needed}
    db.session.execute(insert(table).values(values | said))


def _add_what_is_read_by_name() -> None:
    """Add what is read another way by every name: settings, parameters, events."""
    tables = db.metadata.tables
    for number, setting in enumerate(CountingSetting):
        for day in (1, 2):
            _add(
                tables["dated_settings"], name=setting.value, since=date(2024, 5, day + 2 * number)
            )
    there = set(db.session.scalars(select(tables["parameters"].c.name)))
    for name in {parameters.KNOWN_FROM, parameters.LAST_DAY, parameters.DEMO} - there:
        _add(tables["parameters"], name=name)
    last = db.session.scalar(select(func.max(tables["audit_events"].c.sequence))) or 0
    told = [(noun, deed) for noun in deeds.NOUNS for deed in list(deeds.Deed)[:3]]
    for number, (noun, deed) in enumerate(told, start=last + 1):
        _add(
            tables["audit_events"],
            sequence=number,
            noun=noun,
            action=deed.value,
            hash=str(number),
        )


def _something(column: Column[Any]) -> Any:
    for key in column.foreign_keys:
        found = db.session.scalar(select(key.column).limit(1))
        if found is not None:
            return found
    kind = _kept_as(column)
    is_left = (column.table.name, column.name) in LEFT_AS_IT_IS
    if column.nullable and (is_left or not _holds_text(column)):
        return None
    for kept, value in (
        (Date, date(2024, 6, 3)),
        (DateTime, NOW),
        (Boolean, False),
        (JSON, {}),
    ):
        if isinstance(kind, kept):
            return value
    if isinstance(kind, Enum):
        return next(iter(kind.enum_class or kind.enums))
    return "x" if isinstance(kind, String) else 1


def _is_numbered(table: Table, column: Column[Any]) -> bool:
    """Tell whether the database gives the column its number."""
    return column is table.autoincrement_column


def _holds_text(column: Column[Any]) -> bool:
    kind = _kept_as(column)
    return isinstance(kind, String | JSON) and not isinstance(kind, Enum)


def _kept_as(column: Column[Any]) -> Any:
    """Return the type the database has, also of a column whose values are read in its own way."""
    kind = column.type
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind
