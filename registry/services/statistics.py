"""Let the database plan by what it holds now."""

from sqlalchemy import text

from registry.models.base import db


def refresh_statistics() -> None:
    """Count PostgreSQL's tables anew, rows of this transaction among them.

    Right after many rows were written its own counting has not run yet, and it plans as if the
    tables were empty: a question over all units then takes minutes instead of milliseconds.
    SQLite plans well enough without.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))
