"""The whole database, table by table: what is read of it, and whether there is anything."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import Table, insert, text

from registry.models.base import db
from registry.queries import backup
from registry.queries.backup import (
    MIGRATIONS_KEPT,
    all_tables,
    chunks_of,
    holds_anything,
    python_types,
    rows_in,
    snapshot,
    stored_tables,
)
from tests.factories.people import make_person


def table_of(tables: list[Table], name: str) -> Table:
    return next(table for table in tables if table.name == name)


def test_rows_are_read_in_the_order_of_their_keys_so_many_together(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "ROWS_AT_ONCE", 3)
    people = db.metadata.tables["people"]
    one = make_person("Lê Một")
    values = {column.name: getattr(one, column.name) for column in people.columns}
    ids = [one.id + number for number in (2, 1, 3)]
    for new in ids:
        db.session.execute(insert(people).values(values | {"id": new}))
    db.session.commit()
    with snapshot() as connection:
        table = table_of(all_tables(connection), "people")
        assert rows_in(connection, table) == 4
        chunks = [[row["id"] for row in chunk] for chunk in chunks_of(connection, table)]
    assert chunks == [[one.id, one.id + 1, one.id + 2], [one.id + 3]]


def test_tables_of_others_are_stored_and_not_ours_and_bookkeeping_is_neither(app: Flask) -> None:
    db.session.execute(text("CREATE TABLE strange (id INTEGER)"))
    connection = db.session.connection()
    ours = {table.name for table in all_tables(connection)}
    assert ours == set(db.metadata.tables)
    assert {table.name for table in stored_tables(connection)} == ours | {"strange"}
    names = [table.name for table in all_tables(connection)]
    assert names.index("people") < names.index("memberships")


def test_instants_are_read_as_such_and_an_empty_json_value_is_none(app: Flask) -> None:
    tables = all_tables(db.session.connection())
    types = python_types(table_of(tables, "people"))
    assert (types["created_at"], types["full_name"], types["id"]) == (datetime, str, int)
    content = table_of(tables, "audit_personal").columns["content"]
    assert content.type.none_as_null  # type: ignore[attr-defined]


def test_a_database_holds_something_once_any_table_has_a_row(app: Flask) -> None:
    connection = db.session.connection()
    assert connection.execute(text(f"SELECT count(*) FROM {MIGRATIONS_KEPT}")).scalar() == 1  # noqa: S608
    assert not holds_anything()
    make_person()
    assert holds_anything()
