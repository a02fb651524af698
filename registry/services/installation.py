"""What of the registry is in place: the schema, the reference data."""

from sqlalchemy import inspect, text

from registry.models.base import db
from registry.models.schema import newest_revision
from registry.queries.parameters import HOME_UNIT, value_of


def is_ready() -> bool:
    """Tell whether the database has the newest schema and the reference data.

    Reads only; called by commands, which act as the system.
    """
    return has_newest_schema() and value_of(HOME_UNIT) is not None


def has_newest_schema() -> bool:
    """Tell whether the database has every table and column the code knows."""
    return stored_revision() == newest_revision()


def stored_revision() -> str | None:
    """Return the schema revision of the database, or None when it has no schema yet."""
    connection = db.session.connection()
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision
