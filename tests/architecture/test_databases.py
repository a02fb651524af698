"""A worker's database is put back after a commit, and only then."""

from flask import Flask
from sqlalchemy import select

from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import Unit
from tests.databases import Database
from tests.factories.units import make_unit


def test_a_test_that_reads_or_rolls_back_leaves_nothing_to_put_back(
    app: Flask, database: Database
) -> None:
    assert db.session.scalar(select(Unit.id)) is None
    make_unit("Xã Thử", UnitKind.COMMUNE)
    db.session.rollback()
    assert not database.is_changed()


def test_a_test_that_commits_leaves_the_database_to_be_put_back(
    app: Flask, database: Database
) -> None:
    make_unit("Xã Thử", UnitKind.COMMUNE)
    db.session.commit()
    assert database.is_changed()


def test_whoever_is_connected_sees_what_was_put_there(app: Flask, database: Database) -> None:
    assert db.session.scalar(select(Unit.id)) is None
