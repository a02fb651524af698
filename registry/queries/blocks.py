"""Many ids at once: in portions for an IN list, or reserved for rows to come."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from sqlalchemy import Column, func, select

from registry.models.base import db

BLOCK = 500

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
    last = db.session.scalar(select(func.max(key))) or 0
    return list(range(last + 1, last + 1 + count))
