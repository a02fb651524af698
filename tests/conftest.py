"""What every test stands on.

A fixed day, a fresh registry on each database, and an application around it.

Tests in `queries`, `services` and `migrations` run on SQLite and on a real PostgreSQL; all others
on SQLite.
"""

import shutil
from collections.abc import Callable, Iterator
from contextvars import Context
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.app import create_app
from registry.domain.clock import Clock, Moment
from registry.models.base import db
from registry.models.schema import upgrade
from registry.settings import Settings, make_home
from tests.factories.accounts import PASSWORD
from tests.postgresql import Server

TODAY = date(2024, 6, 30)
NOW = datetime(2024, 6, 30, 2, 0, tzinfo=UTC)
MOMENT = Moment(NOW)
BOTH_DATABASES = ("queries", "services", "migrations")


class MovableClock:
    """A clock a test can set: `clock.instant = …`."""

    def __init__(self) -> None:
        self.instant = NOW

    def read(self) -> datetime:
        """Return the instant set last."""
        return self.instant


class VisitorClient(FlaskClient):
    """A client whose every request has a context, a session and a transaction of its own.

    Otherwise a request would run inside the test's context and share them with it, and `g` with the
    requests before: what a test makes is seen after `db.session.commit()`, as in a real request.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Send a request outside the test's context."""
        return Context().run(super().open, *args, **kwargs)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of the database layers once on each database."""
    if "backend" in metafunc.fixturenames:
        layer = Path(str(metafunc.definition.path)).relative_to(Path(__file__).parent).parts[0]
        backends = ["sqlite", "postgresql"] if layer in BOTH_DATABASES else ["sqlite"]
        metafunc.parametrize("backend", backends, scope="session")


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with the schema and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Run a PostgreSQL server for this worker, with an empty schema to copy from.

    Its folder lies outside pytest's own: the server may run as another user, and another pytest
    that starts closes those folders to everybody else.
    """
    with TemporaryDirectory(prefix="registry-postgresql-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder))
        server.create("empty")
        upgrade(server.url("empty"))
        yield server
        server.stop()


@pytest.fixture
def database_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of a fresh database with the schema."""
    if backend == "sqlite":
        path = tmp_path / "registry.sqlite"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    server: Server = request.getfixturevalue("postgresql")
    with server.lend("empty") as name:
        yield server.url(name)


@pytest.fixture
def clock() -> MovableClock:
    """Return the test's clock, standing on 30 June 2024, 9 o'clock local time."""
    return MovableClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Return settings with a home of their own."""
    home = tmp_path / "home"
    return Settings(
        home=home,
        database_url=database_url,
        host="127.0.0.1",
        port=8000,
        base_url="http://127.0.0.1:8000",
        secrets=make_home(home),
        limits_enabled=False,
    )


@pytest.fixture
def app(settings: Settings, clock: MovableClock) -> Iterator[Flask]:
    """Return the application on a fresh database, inside its context.

    Nothing a test left open is committed.
    """
    app = create_app(settings, Clock(clock.read), TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = VisitorClient
    with app.app_context():
        yield app
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser-like client without JavaScript, cookies kept."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], FlaskClient]:
    """Return a function that signs in by login (password as `tests.factories.accounts` sets it)."""

    def enter(login: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/dang-nhap", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    return enter
