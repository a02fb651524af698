"""The two databases of a worker, each emptied for the next test when a test has written into it.

What many tests begin with, and takes long to write, is kept as a world: a copy to begin from.
"""

import shutil
from abc import ABC, abstractmethod
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text

from tests.postgresql import Server


class Database(ABC):
    """A database that can be emptied, and filled with a world; nobody uses it meanwhile."""

    url: str

    @abstractmethod
    def is_changed(self) -> bool:
        """Tell whether anything was committed since it was last renewed; most tests roll back."""

    @abstractmethod
    def renew(self) -> None:
        """Put the empty schema in the place of what a test has left, unless it left nothing."""

    @abstractmethod
    def keep(self, world: str) -> None:
        """Keep a copy of what is there now, for all workers."""

    @abstractmethod
    def fill(self, world: str) -> None:
        """Put such a copy in the place of what is there."""


class SqliteDatabase(Database):
    """A file that is replaced by a copy of another."""

    def __init__(self, path: Path, empty: Path) -> None:
        self.url = f"sqlite:///{path}"
        self._path = path
        self._empty = empty
        self._copied: object = None

    def is_changed(self) -> bool:
        return self._copied != self._state()

    def renew(self) -> None:
        if self.is_changed():
            self.replace_by(self._empty)
            self._copied = self._state()

    def keep(self, world: str) -> None:
        shutil.copyfile(self._path, self._copy(world))

    def fill(self, world: str) -> None:
        self.replace_by(self._copy(world))

    def replace_by(self, other: Path) -> None:
        """Put a copy of another file in the place of what is there."""
        for suffix in ("-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        # A new file, not new content: who still holds the old one open keeps it to himself.
        self._path.unlink(missing_ok=True)
        shutil.copyfile(other, self._path)
        self._copied = None

    def _state(self) -> tuple[object, ...]:
        """Return what a commit of anybody changes: the file, or the log beside it."""
        if not self._path.exists():
            return ()
        log = Path(f"{self._path}-wal")
        file = self._path.stat()
        logged = log.stat().st_size if log.exists() else 0
        return file.st_ino, file.st_mtime_ns, file.st_size, logged

    def _copy(self, world: str) -> Path:
        return self._empty.with_name(f"{world}.sqlite")


class PostgresqlDatabase(Database):
    """A database whose rows are removed once anything was committed to it.

    Making a new one takes a hundred times longer than that, and most tests only roll back.
    """

    _SCHEMA = """
        SELECT (SELECT array[count(*), max(oid)::bigint] FROM pg_class),
               (SELECT array[count(*), max(oid)::bigint] FROM pg_trigger),
               (SELECT array[count(*), max(oid)::bigint] FROM pg_constraint),
               (SELECT array[count(*), max(oid)::bigint] FROM pg_proc),
               (SELECT count(*) FROM pg_attribute)"""

    def __init__(self, server: Server, template: str) -> None:
        self._server = server
        self._template = template
        self._name = f"registry_of_{server.worker}"
        self.url = server.url(self._name)
        # Kept open: a connection that knows the tables removes their rows in half the time.
        self._engine = create_engine(self.url)
        self._make()
        self._has_commits = False
        event.listen(Engine, "commit", self._note_commit)

    def is_changed(self) -> bool:
        return self._has_commits

    def renew(self) -> None:
        if not self._has_commits:
            return
        with self._engine.begin() as connection:
            self._end_others(connection)
            self._remove_rows(connection)
            same_schema = self._schema(connection) == self._first_schema
        if not same_schema:
            self._drop()
            self._make()
        self._has_commits = False

    def keep(self, world: str) -> None:
        self._engine.dispose()
        self._server.create(world, self._name)

    def fill(self, world: str) -> None:
        self._drop()
        self._server.create(self._name, world)
        self._has_commits = True

    def forget(self) -> None:
        """Watch commits no longer, and let go."""
        event.remove(Engine, "commit", self._note_commit)
        self._engine.dispose()

    def _note_commit(self, connection: Connection) -> None:
        if connection.engine.url.database == self._name:
            self._has_commits = True

    def _make(self) -> None:
        self._server.create(self._name, self._template)
        with self._engine.connect() as connection:
            self._first_schema = self._schema(connection)
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            numbers = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
            statements = [
                f"DELETE FROM {table}"  # noqa: S608 - a name the database gave
                for table in connection.scalars(text(tables))
                if table != "alembic_version"
            ]
            statements += [
                f"SELECT setval('{name}', 1, false)" for name in connection.scalars(text(numbers))
            ]
            # The guards let nobody remove an event of the audit, and rows refer to one another.
            self._removal = "; ".join(["SET LOCAL session_replication_role = replica", *statements])

    def _drop(self) -> None:
        self._engine.dispose()
        self._server.drop(self._name)

    def _schema(self, connection: Connection) -> tuple[object, ...]:
        return tuple(connection.execute(text(self._SCHEMA)).one())

    def _remove_rows(self, connection: Connection) -> None:
        connection.exec_driver_sql(self._removal)

    def _end_others(self, connection: Connection) -> None:
        """End the transactions a test has left open: what they hold locked could not be removed."""
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND state <> 'idle'"
            )
        )
