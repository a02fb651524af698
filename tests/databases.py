"""The two databases of a worker, each put back for the next test when a test has written into it.

What many tests begin with, and takes long to write, is kept as a world: a copy to begin from.
"""

import shutil
from abc import ABC, abstractmethod
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text

from registry.queries.backup import MIGRATIONS_KEPT
from tests.postgresql import Server

# The world with the schema and nothing in it.
EMPTY = "empty"


class Database(ABC):
    """A database that can be put back to a world; nobody uses it meanwhile."""

    url: str

    def __init__(self) -> None:
        self._holds: str | None = None
        # How often it was replaced by another: who is connected to the old one must let go.
        self.times_replaced = 0

    def begin(self, world: str = EMPTY) -> None:
        """Let it hold a world and nothing else; most tests roll back, and leave nothing to do."""
        if self._holds != world or self.is_changed():
            self._hold(world)
            self._holds = world

    @abstractmethod
    def is_changed(self) -> bool:
        """Tell whether anything was committed since it began to hold its world."""

    @abstractmethod
    def keep(self, world: str) -> None:
        """Keep a copy of what is there now, for all workers."""

    @abstractmethod
    def _hold(self, world: str) -> None:
        """Put a copy of the world in the place of what is there."""


class SqliteDatabase(Database):
    """A file that is replaced by a copy of another."""

    def __init__(self, path: Path, worlds: Path) -> None:
        super().__init__()
        self.url = f"sqlite:///{path}"
        self._path = path
        self._worlds = worlds
        self._copied: object = None

    def is_changed(self) -> bool:
        return self._copied != self._state()

    def keep(self, world: str) -> None:
        shutil.copyfile(self._path, self._copy(world))

    def _hold(self, world: str) -> None:
        for suffix in ("-wal", "-shm"):
            Path(f"{self._path}{suffix}").unlink(missing_ok=True)
        # A new file, not new content: who still holds the old one open keeps it to himself.
        self._path.unlink(missing_ok=True)
        shutil.copyfile(self._copy(world), self._path)
        self._copied = self._state()
        self.times_replaced += 1

    def _state(self) -> tuple[object, ...]:
        """Return what a commit of anybody changes: the file, or the log beside it."""
        log = Path(f"{self._path}-wal")
        file = self._path.stat()
        logged = log.stat().st_size if log.exists() else 0
        return file.st_ino, file.st_mtime_ns, file.st_size, logged

    def _copy(self, world: str) -> Path:
        return self._worlds / f"{world}.sqlite"


class PostgresqlDatabase(Database):
    """A database whose few rows are removed once anything was committed to it.

    Making a new one takes longer than that.
    """

    _SCHEMA = """
        SELECT (SELECT array[count(*), max(oid)::bigint] FROM pg_class),
               (SELECT array[count(*), max(oid)::bigint] FROM pg_trigger),
               (SELECT array[count(*), max(oid)::bigint] FROM pg_constraint),
               (SELECT array[count(*), max(oid)::bigint] FROM pg_proc),
               (SELECT count(*) FROM pg_attribute)"""

    def __init__(self, server: Server) -> None:
        super().__init__()
        self._server = server
        self._name = f"registry_of_{server.worker}"
        self.url = server.url(self._name)
        # Kept open: a connection that knows the tables removes their rows in half the time.
        self._engine = create_engine(self.url)
        self._has_commits = False
        event.listen(Engine, "commit", self._note_commit)

    def is_changed(self) -> bool:
        return self._has_commits

    def keep(self, world: str) -> None:
        self._engine.dispose()
        self._server.create(world, self._name)

    def forget(self) -> None:
        """Watch commits no longer, and let go."""
        event.remove(Engine, "commit", self._note_commit)
        self._engine.dispose()

    def _hold(self, world: str) -> None:
        if not (world == self._holds == EMPTY and self._is_emptied()):
            self._engine.dispose()
            self._server.drop(self._name)
            self._server.create(self._name, world)
            self.times_replaced += 1
            if world == EMPTY:
                self._learn()
        self._has_commits = False

    def _note_commit(self, connection: Connection) -> None:
        if connection.engine.url.database == self._name:
            self._has_commits = True

    def _learn(self) -> None:
        """Note what the schema is and how its rows are removed."""
        with self._engine.connect() as connection:
            self._first_schema = self._schema(connection)
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            numbers = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
            statements = [
                f"DELETE FROM {table}"  # noqa: S608 - a name the database gave
                for table in connection.scalars(text(tables))
                if table != MIGRATIONS_KEPT
            ]
            statements += [
                f"SELECT setval('{name}', 1, false)" for name in connection.scalars(text(numbers))
            ]
            # The guards let nobody remove an event of the audit, and rows refer to one another.
            self._removal = "; ".join(["SET LOCAL session_replication_role = replica", *statements])

    def _is_emptied(self) -> bool:
        """Remove the rows; tell whether nothing else was changed."""
        with self._engine.begin() as connection:
            self._end_others(connection)
            connection.exec_driver_sql(self._removal)
            return self._schema(connection) == self._first_schema

    def _schema(self, connection: Connection) -> tuple[object, ...]:
        return tuple(connection.execute(text(self._SCHEMA)).one())

    def _end_others(self, connection: Connection) -> None:
        """End the transactions a test has left open: what they hold locked could not be removed."""
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND state <> 'idle'"
            )
        )
