"""Bring a database to the newest schema: the numbered migrations, then the guards."""

from pathlib import Path

import pysqlite3
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from registry.models.engine import NO_VALUES_IN_ERRORS, make_private
from registry.models.guards import install_guards, remove_guards
from registry.models.locks import Lock, hold_on

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; `connection` is the one the migrations run on."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def newest_revision() -> str:
    """Return the revision the code expects."""
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    if head is None:
        message = f"no migrations in {MIGRATIONS}"
        raise RuntimeError(message)
    return head


def known_revisions() -> list[str]:
    """Return every revision there is a migration for, the newest first."""
    scripts = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return [script.revision for script in scripts]


def migration_engine(url: str) -> Engine:
    """Return an engine for migrations: on SQLite with foreign keys off, which batch mode needs.

    They are off for the connection's whole life, since SQLite ignores the switch inside a
    transaction.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool, **NO_VALUES_IN_ERRORS)
    engine = create_engine(url, poolclass=NullPool, module=pysqlite3.dbapi2, **NO_VALUES_IN_ERRORS)
    make_private(engine)

    @event.listens_for(engine, "connect")
    def leave_transactions_to_us(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database at `url` in one transaction; who comes second waits, and finds it done.

    Raises RuntimeError, and changes nothing, when the result breaks a foreign key.
    """
    engine = migration_engine(url)
    try:
        with engine.begin() as connection:
            hold_on(connection, Lock.SCHEMA)
            if _has_tables(connection):
                remove_guards(connection)
            command.upgrade(alembic_config(connection), revision)
            install_guards(connection)
            _check_foreign_keys(connection)
    finally:
        engine.dispose()


def remove_everything(url: str) -> None:
    """Drop every table of the database at `url`: for one that was filled in vain."""
    engine = migration_engine(url)
    try:
        with engine.begin() as connection:
            there = MetaData()
            there.reflect(connection)
            there.drop_all(connection)
    finally:
        engine.dispose()


def _has_tables(connection: Connection) -> bool:
    return connection.dialect.has_table(connection, "alembic_version")


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        message = f"the migration would leave a broken reference in table {broken[0]}"
        raise RuntimeError(message)
