"""Many ids at once: in portions for an IN list, or reserved for rows to come."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from sqlalchemy import Column, Integer, Select, column, func, select, table

from registry.models.base import db

BLOCK = 500

# In which SQLite keeps the highest number a table with `NUMBERED_ONCE` ever gave.
_NUMBERS = table("sqlite_sequence", column("name"), column("seq", Integer))

_Id = TypeVar("_Id", int, str)


def blocks(ids: Iterable[_Id]) -> Iterator[list[_Id]]:
    """Yield sorted ids in portions an IN list can hold on every database."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), BLOCK):
        yield wanted[start : start + BLOCK]


def reserved_ids(key: Column[int], count: int) -> list[int]:
    """Return the next free ids of a table; nobody else is given them.

    SQLite has one writer at a time; on PostgreSQL they come from the table's sequence.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(key.table.name, key.name)
        numbers = func.generate_series(1, count).table_valued("number")
        return list(db.session.scalars(select(func.nextval(sequence)).select_from(numbers)))
    last = max(db.session.scalar(wanted) or 0 for wanted in _highest(key))
    return list(range(last + 1, last + 1 + count))


def _highest(key: Column[int]) -> Iterator[Select[int]]:
    """Yield what tells the highest number of a table: now, and where numbers are kept, ever."""
    yield select(func.max(key))
    if key.table.dialect_options["sqlite"]["autoincrement"]:
        yield select(_NUMBERS.c.seq).where(_NUMBERS.c.name == key.table.name)
