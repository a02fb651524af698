"""INSERT for a row that may be there already: both databases say it in the same words."""

from collections.abc import Callable, Mapping
from typing import cast

from sqlalchemy.dialects import postgresql, sqlite

from registry.models.base import Model, db

_INSERTS: Mapping[str, Callable[[type[Model]], object]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}


def insert_into(model: type[Model]) -> sqlite.Insert:
    """Return an INSERT of the database in use, to which ON CONFLICT can be said."""
    return cast("sqlite.Insert", _INSERTS[db.session.get_bind().dialect.name](model))
