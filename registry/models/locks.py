"""The locks that are no row of a table: who takes more than one takes them in the order below.

SQLite needs none: a transaction that will write holds its one write lock from the start.
"""

from enum import IntEnum

from sqlalchemy import Connection, text

from registry.models.base import db


class Lock(IntEnum):
    """What one transaction at a time may hold, in the order in which they are taken.

    Rows are locked between the last two. The numbers only have to differ from one another.
    """

    SCHEMA = 4658
    TURN_TO_WRITE = 4659
    AUDIT_CHAIN = 4660


def hold(lock: Lock) -> None:
    """Wait until nobody else holds `lock`, and keep it to the end of the transaction.

    Raises OperationalError when that takes longer than `LONGEST_WAIT` (models/engine.py).
    """
    hold_on(db.session.connection(), lock)


def hold_on(connection: Connection, lock: Lock) -> None:
    """Do as `hold` in the transaction of a connection that belongs to no session."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock.value})
