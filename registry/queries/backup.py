"""The whole database at one moment, table by table; and whether a database holds anything."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    MetaData,
    Table,
    event,
    func,
    inspect,
    null,
    select,
    table,
)
from sqlalchemy.engine.interfaces import ReflectedColumn

from registry.models.base import UtcDateTime, db
from registry.queries.there_is import there_is

# A piece of a backup: so few that the longest rows stay far below what a piece may hold.
ROWS_AT_ONCE = 1000
MIGRATIONS_KEPT = "alembic_version"


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Give a connection of its own that sees one moment of the database, whatever others write."""
    # SQLite's read transaction is such a view by itself; the options are PostgreSQL's.
    level = {"isolation_level": "REPEATABLE READ"} if db.engine.name == "postgresql" else {}
    with db.engine.connect() as connection:
        yield connection.execution_options(**level)


def rows_in(connection: Connection, table: Table) -> int:
    """Count the rows of a table."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


def chunks_of(connection: Connection, table: Table) -> Iterator[list[Mapping[str, Any]]]:
    """Yield the rows of a table in the order of its key, `ROWS_AT_ONCE` together."""
    result = connection.execution_options(yield_per=ROWS_AT_ONCE).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    for part in result.mappings().partitions():
        yield [dict(row) for row in part]


def all_tables(connection: Connection) -> list[Table]:
    """Return every table of ours, referenced ones first, as it is in the database.

    So a row is saved as it is stored, and not as what our types make of it: that is no JSON, and
    of what they cannot read they keep nothing.
    """
    return [one for one in stored_tables(connection) if one.name in db.metadata.tables]


def stored_tables(connection: Connection) -> list[Table]:
    """Return the tables as they are in the database, whatever its revision, referenced ones first.

    The bookkeeping of migrations is left out.
    """
    there = MetaData()
    event.listen(there, "column_reflect", _use_our_types)
    there.reflect(connection)
    return [table for table in there.sorted_tables if table.name != MIGRATIONS_KEPT]


def _use_our_types(_inspector: object, _table: object, column: ReflectedColumn) -> None:
    """Let instants be UTC and an empty JSON value be NULL, as the models say."""
    if isinstance(column["type"], DateTime):
        column["type"] = UtcDateTime()
    elif isinstance(column["type"], JSON):
        column["type"] = JSON(none_as_null=True)


def holds_anything() -> bool:
    """Tell whether any table of the database holds a row."""
    names = inspect(db.session.connection()).get_table_names()
    return any(
        there_is(select(null()).select_from(table(name)))
        for name in names
        if name != MIGRATIONS_KEPT
    )


def python_types(table: Table) -> dict[str, type]:
    """Return the Python type of each column's values."""
    return {
        column.name: datetime if isinstance(column.type, UtcDateTime) else column.type.python_type
        for column in table.columns
    }
