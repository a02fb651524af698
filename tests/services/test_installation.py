"""What of the registry is in place: the schema, the reference data."""

from flask import Flask
from sqlalchemy import text

from registry.models.base import db
from registry.models.schema import newest_revision
from registry.services.installation import has_newest_schema, is_ready, stored_revision
from tests.factories.coverage import make_home
from tests.factories.units import Province


def test_a_registry_is_ready_once_it_has_the_newest_schema_and_its_province(app: Flask) -> None:
    assert stored_revision() == newest_revision()
    assert (has_newest_schema(), is_ready()) == (True, False)
    make_home(Province().province)
    assert is_ready() is True


def test_a_registry_of_an_older_schema_or_of_none_is_not_ready(app: Flask) -> None:
    make_home(Province().province)
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert (stored_revision(), has_newest_schema(), is_ready()) == ("0001", False, False)
    db.session.execute(text("ALTER TABLE alembic_version RENAME TO not_there"))
    assert (stored_revision(), has_newest_schema(), is_ready()) == (None, False, False)
