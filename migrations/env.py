"""Alembic's entry: migrations run on the connection they are given, inside its transaction."""

from alembic import context

import registry.models  # noqa: F401 - maps every table
from registry.models.base import UtcDateTime, db


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as plain ones: a migration must not change when the code does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=db.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=render_item,
    transactional_ddl=True,
    version_table="alembic_version",
)
context.run_migrations()
