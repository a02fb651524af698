"""How a connection begins: SQLite with the driver we ship, PostgreSQL as it is."""

import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pysqlite3
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection

from registry.domain.keyring import Keyring

# 3.7.0–3.51.2 can corrupt a WAL database when the log is reset; Debian 12's own library is one of
# them.
OLDEST_SQLITE = (3, 51, 3)
WRITES = "registry_writes"
# How long a statement waits for what others hold before the edge says that the registry is busy.
LONGEST_WAIT = "10s"
# A transaction so marked waits for no lock longer than this: what it writes may be left out.
HURRIED = "registry_hurried"
HURRIED_WAIT_MS = 250
WAIT_MS = 5000
# A server that is not there is no answer after so many seconds; the driver alone waits two minutes.
CONNECT_SECONDS = 5
KEYS = "registry_keys"
# `FULL`: what was committed outlives a power cut.
SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": str(WAIT_MS),
    "secure_delete": "ON",
}
# An error of the driver must not carry what people typed.
NO_VALUES_IN_ERRORS: dict[str, Any] = {"hide_parameters": True}


def engine_options(url: str) -> dict[str, Any]:
    """Return the options with which the engine for `url` must be created.

    Raises RuntimeError when the SQLite library is one that can corrupt the database.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        wait = {"connect_timeout": address.query.get("connect_timeout", str(CONNECT_SECONDS))}
        return NO_VALUES_IN_ERRORS | {"pool_pre_ping": True, "connect_args": wait}
    if pysqlite3.sqlite_version_info < OLDEST_SQLITE:
        message = (
            f"SQLite {pysqlite3.sqlite_version} is too old: {OLDEST_SQLITE} or newer is needed"
        )
        raise RuntimeError(message)
    return NO_VALUES_IN_ERRORS | {"module": pysqlite3.dbapi2}


def use_keys(engine: Engine, keyring: Keyring | None) -> None:
    """Let what is written and read on `engine` be so under these keys."""
    engine.update_execution_options(**{KEYS: keyring})


def keys_of(engine: Engine) -> Keyring | None:
    """Return the keys in use on `engine`, or None where there are none yet."""
    keyring: Keyring | None = engine.get_execution_options().get(KEYS)
    return keyring


def prepare_engine(engine: Engine) -> None:
    """Attach what each connection and transaction of `engine` needs.

    On SQLite a transaction that will write says so at its start (`WRITES`): taking the write lock
    only at the first UPDATE fails at once, without waiting, when another writer came between.
    """
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _set_up_postgresql)
        event.listen(engine, "begin", _begin_postgresql)
        return
    make_private(engine)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def make_private(engine: Engine) -> None:
    """Let a new database of SQLite be for its owner's eyes alone.

    The library would make it as the process makes any file, and its log by its example.
    """
    event.listen(engine, "do_connect", _create_for_the_owner)


def _create_for_the_owner(
    _dialect: object, _record: object, arguments: Sequence[Any], _options: object
) -> None:
    # What is there already stays as it is; what cannot be made SQLite says in its own words.
    with suppress(OSError):
        os.close(os.open(arguments[0], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _set_up_postgresql(connection: DBAPIConnection, _record: object) -> None:
    """Wait for nobody for ever, compile no statement, and plan each for what it is asked with.

    Ours are long and answer soon, so that compiling takes most of it; and a plan made for any
    value is far from the best for a list of 500 people or one of ten.
    """
    was_autocommit = connection.autocommit
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = '{LONGEST_WAIT}'")
    cursor.execute("SET jit = off")
    cursor.execute("SET plan_cache_mode = force_custom_plan")
    cursor.close()
    connection.autocommit = was_autocommit


def _set_up_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for name, value in SQLITE_PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(HURRIED, False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {HURRIED_WAIT_MS}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    _wait_for_locks(connection, HURRIED_WAIT_MS if options.get(HURRIED, False) else WAIT_MS)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(WRITES, False) else "BEGIN")


def _wait_for_locks(connection: Connection, milliseconds: int) -> None:
    """Set how long this connection waits for a lock, unless it waits so already."""
    if connection.info.get("wait", WAIT_MS) != milliseconds:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
        connection.info["wait"] = milliseconds
