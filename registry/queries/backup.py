"""The whole database at one moment, table by table; and whether a database holds anything."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, func, select

from registry.models.base import Instant, db

ROWS_AT_ONCE = 10_000


def all_tables() -> list[Table]:
    """Return every table, referenced ones before those that refer to them."""
    return list(db.metadata.sorted_tables)


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


def holds_anything() -> bool:
    """Tell whether any table holds a row."""
    return any(
        db.session.execute(select(1).select_from(table).limit(1)).first() is not None
        for table in all_tables()
    )


def python_types(table: Table) -> dict[str, type]:
    """Return the Python type of each column's values."""
    return {
        column.name: (
            column.type.impl_instance.python_type
            if isinstance(column.type, Instant)
            else column.type.python_type
        )
        for column in table.columns
    }
