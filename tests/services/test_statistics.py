"""The database plans by what it holds, right after many rows were written."""

from flask import Flask
from sqlalchemy import text

from registry.models.base import db
from registry.services.statistics import refresh_statistics
from tests.factories.units import Province


def test_rows_of_this_transaction_are_counted_where_the_database_keeps_count(app: Flask) -> None:
    Province()
    refresh_statistics()
    if db.session.get_bind().dialect.name == "postgresql":
        counted = text("SELECT reltuples FROM pg_class WHERE relname = 'units'")
        assert db.session.scalar(counted) == db.session.scalar(text("SELECT count(*) FROM units"))
    else:
        names = text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
        assert db.session.scalar(names) == 0
