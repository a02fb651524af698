"""Let the database plan by what it holds now."""

from sqlalchemy import text

from registry.models.base import db

# What PostgreSQL's own counting soon catches up with is not worth a look at every table.
_MANY = 500


def refresh_statistics(rows_written: int = _MANY) -> None:
    """Count PostgreSQL's tables anew, rows of this transaction among them, when many were written.

    Right after many rows were written its own counting has not run yet, and it plans as if the
    tables were empty: a question over all units then takes minutes instead of milliseconds.
    SQLite plans well enough without.
    """
    if rows_written >= _MANY and db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))
