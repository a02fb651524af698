"""An error of the database driver does not repeat the values it was given."""

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from registry.models.base import db
from registry.models.schema import migration_engine

PHONE = "0912345678"


def said_by(engine: Engine) -> str:
    with engine.connect() as connection, pytest.raises(DBAPIError) as raised:
        connection.execute(text("SELECT :phone FROM nowhere"), {"phone": PHONE})
    return str(raised.value)


def test_the_engine_of_the_application_hides_parameters(app: Flask) -> None:
    assert PHONE not in said_by(db.engine)


def test_the_engine_of_the_migrations_hides_parameters(database_url: str) -> None:
    engine = migration_engine(database_url)
    said = said_by(engine)
    engine.dispose()
    assert PHONE not in said
