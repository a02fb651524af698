"""What every test stands on: a fixed day, a fresh registry on each database, an application.

Tests in `queries`, `services` and `migrations` run on SQLite and on a real PostgreSQL; all others
on SQLite.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from contextvars import Context
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pysqlite3
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from registry.app import create_app
from registry.domain.clock import Clock, Moment
from registry.domain.keyring import Keyring
from registry.domain.permissions import system_actor
from registry.models.base import db
from registry.models.engine import SQLITE_PRAGMAS
from registry.models.schema import upgrade
from registry.queries.accounts import account_by_login
from registry.services import passwords
from registry.services.seeds.demo import seed_demo
from registry.services.seeds.demo_reorganisations import reorganise_demo
from registry.services.seeds.reference import seed_reference
from registry.services.statistics import refresh_statistics
from registry.settings import Settings, place_keyring
from registry.web.edge import RegistryFlask
from registry.web.limits import limiter
from tests.databases import EMPTY, Database, PostgresqlDatabase, SqliteDatabase
from tests.factories.accounts import client_of, make_session
from tests.factories.reorganisations import LATER_MOMENT
from tests.postgresql import Server
from tests.sharing import alone, once

TODAY = date(2024, 6, 30)
NOW = datetime(2024, 6, 30, 2, 0, tzinfo=UTC)
MOMENT = Moment(NOW)
BeginWith = Callable[[str, Callable[[], object]], None]
BOTH_DATABASES = ("queries", "services", "migrations", "fuzz")
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
ENOUGH_MEMORY = 4 * 1024**3
POSTGRESQL_FOLDER = "REGISTRY_TESTS_POSTGRESQL"


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


class Applications:
    """The applications of a worker, one for each database: building one takes longer than a test.

    They share a clock. What else of an application a test may change is set right for the next.
    """

    def __init__(self) -> None:
        self.clock = MovableClock()
        self._built: dict[str, tuple[Flask, dict[str, Any]]] = {}
        self._connected_to: dict[str, int] = {}

    def on(self, settings: Settings, database: Database) -> Flask:
        """Return the application on a database; settings that name the same one are equal."""
        if settings.database_url not in self._built:
            clock = Clock(self.clock.read)
            app = create_app(settings, clock, TESTING=True, WTF_CSRF_ENABLED=False)
            app.test_client_class = VisitorClient
            self._built[settings.database_url] = app, dict(app.config)
        app, config = self._built[settings.database_url]
        if self._connected_to.get(settings.database_url) != database.times_replaced:
            with app.app_context():
                db.engine.dispose()
            self._connected_to[settings.database_url] = database.times_replaced
        app.config.clear()
        app.config.update(config)
        # All applications of a process share the limiter; the one built last has set it.
        limiter.enabled = settings.limits_enabled
        return app

    def close(self) -> None:
        """Let go of the databases."""
        for app, _ in self._built.values():
            with app.app_context():
                db.engine.dispose()


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of the run's PostgreSQL, which workers find in their environment.

    It lies outside pytest's own: the server may run as another user, and another pytest that starts
    closes those folders to everybody else. In memory, where there is enough: a copy of a database
    is some seven hundred files, which takes ten times as long on a disk.
    """
    if not IS_WORKER:
        memory = Path("/dev/shm")  # noqa: S108 - the folder in it has a name nobody knows before
        is_roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ENOUGH_MEMORY
        folder = TemporaryDirectory(
            prefix="registry-postgresql-",
            dir=memory if is_roomy else None,
            ignore_cleanup_errors=True,
        )
        os.environ[POSTGRESQL_FOLDER] = folder.name
        config.add_cleanup(folder.cleanup)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Spread the browser's tests, the longest, evenly: no worker gets them all, none comes last."""
    longest = [item for item in items if "browser" in item.path.parts]
    others = [item for item in items if "browser" not in item.path.parts]
    if longest and others:
        step = -(-len(others) // len(longest))
        items[:] = [
            item
            for place, first in enumerate(longest)
            for item in (first, *others[place * step : (place + 1) * step])
        ]


def pytest_collection_finish() -> None:
    """Let the garbage collector look less often, and never at what was imported.

    What is imported is most of what it would look at, and stays: a seventh of a run's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of the database layers once on each database."""
    if "backend" in metafunc.fixturenames:
        layer = Path(str(metafunc.definition.path)).relative_to(Path(__file__).parent).parts[0]
        backends = ["sqlite", "postgresql"] if layer in BOTH_DATABASES else ["sqlite"]
        metafunc.parametrize("backend", backends, scope="session")


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the workers of a run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if IS_WORKER else own


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the registries of this worker stand, one after the other."""
    return tmp_path_factory.mktemp("registry")


@pytest.fixture(scope="session")
def empty_sqlite(common: Path) -> Path:
    """Return a database file with the schema and nothing in it, to be copied."""

    def make(path: Path) -> None:
        upgrade(f"sqlite:///{path}")
        # As the application's first connection leaves it: none changes the file by looking at it.
        with closing(pysqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")

    return once(common / f"{EMPTY}.sqlite", make)


@pytest.fixture(scope="session")
def sqlite_database(ground: Path, empty_sqlite: Path) -> SqliteDatabase:
    """Return this worker's database on SQLite."""
    return SqliteDatabase(ground / "registry.sqlite", empty_sqlite.parent)


@pytest.fixture(scope="session")
def postgresql(common: Path) -> Iterator[Server]:
    """Run the PostgreSQL server of the run, with an empty schema to copy from."""
    folder = Path(os.environ[POSTGRESQL_FOLDER])
    with alone(common / "postgresql"):
        server = Server(folder, worker=os.environ.get("PYTEST_XDIST_WORKER", "only"))
        if not server.has(EMPTY):
            server.drop("unfinished")
            server.create("unfinished")
            upgrade(server.url("unfinished"))
            server.rename("unfinished", EMPTY)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgresql_database(postgresql: Server) -> Iterator[PostgresqlDatabase]:
    """Return this worker's database on PostgreSQL."""
    database = PostgresqlDatabase(postgresql)
    yield database
    database.forget()


@pytest.fixture
def database(backend: str, request: pytest.FixtureRequest) -> Database:
    """Return this worker's database, with the schema and nothing in it.

    A test that begins with a world says itself what it begins with.
    """
    database: Database = request.getfixturevalue(f"{backend}_database")
    if "begin_with" not in request.fixturenames:
        database.begin()
    return database


@pytest.fixture
def database_url(database: Database) -> str:
    """Return the URL of that database."""
    return database.url


@pytest.fixture(scope="session")
def applications() -> Iterator[Applications]:
    """Return the applications of this worker."""
    applications = Applications()
    yield applications
    applications.close()


@pytest.fixture(scope="session", autouse=True)
def compiled_templates(common: Path) -> Iterator[None]:
    """Let all applications of a run share what the templates are compiled to."""
    cache = FileSystemBytecodeCache(str(common))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RegistryFlask, "jinja_options", {"bytecode_cache": cache})
        yield


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[Mapping[str, str]]:
    """Let SQLite write without waiting for the disk; yield how it is set up in production.

    What a power cut would lose is a test's.
    """
    in_production = dict(SQLITE_PRAGMAS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SQLITE_PRAGMAS, "synchronous", "OFF")
        yield in_production


@pytest.fixture
def waiting_for_the_disk(
    app: Flask, no_waiting_for_the_disk: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Let SQLite wait for the disk as in production, for what is about time."""
    monkeypatch.setitem(SQLITE_PRAGMAS, "synchronous", no_waiting_for_the_disk["synchronous"])
    db.engine.dispose()  # those to come are set up anew
    yield
    db.session.remove()
    db.engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[Mapping[str, object]]:
    """Hash passwords with the least effort there is; yield what hashes them in production."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    cheap = {"_HASHER": hasher, "_DUMMY": hasher.hash("no such account")}
    costly = {name: getattr(passwords, name) for name in cheap}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in cheap.items():
            patch.setattr(passwords, name, value)
        yield costly


@pytest.fixture
def costly_passwords(
    cheap_passwords: Mapping[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hash passwords as in production."""
    for name, value in cheap_passwords.items():
        monkeypatch.setattr(passwords, name, value)


@pytest.fixture
def clock(applications: Applications) -> MovableClock:
    """Return the test's clock, standing on 30 June 2024, 9 o'clock local time."""
    applications.clock.instant = NOW
    return applications.clock


@pytest.fixture(scope="session")
def keys(common: Path) -> Keyring:
    """Return the keys of every registry of the run."""
    written = once(common / "keys.json", lambda path: path.write_text(Keyring.generate().to_json()))
    return Keyring.from_json(written.read_text())


@pytest.fixture
def settings(database_url: str, ground: Path, keys: Keyring) -> Settings:
    """Return settings with a home in which there is nothing but the keys."""
    home = ground / "home"
    shutil.rmtree(home, ignore_errors=True)
    place_keyring(home, keys)
    return Settings(
        home=home,
        database_url=database_url,
        host="127.0.0.1",
        port=8000,
        base_url="http://127.0.0.1:8000",
        secrets=keys,
        limits_enabled=False,
    )


@pytest.fixture
def app(
    applications: Applications, settings: Settings, clock: MovableClock, database: Database
) -> Iterator[Flask]:
    """Return the application on an empty database; what a test leaves open is never committed."""
    app = applications.on(settings, database)
    with app.app_context():
        yield app
        db.session.rollback()
        db.session.remove()


@pytest.fixture
def begin_with(app: Flask, database: Database, settings: Settings, common: Path) -> BeginWith:
    """Return a function that begins with a world: written once a run, copied afterwards.

    What it writes is committed. A test begins once, for a world is written on what is there; it may
    itself begin with another.
    """
    begun: list[str] = []

    def begin(world: str, write: Callable[[], object]) -> None:
        assert not begun, f"begun with {begun[0]} already"
        home = common / f"home-of-{world}-on-{db.engine.dialect.name}"

        def keep(copy: Path) -> None:
            let_go()
            database.begin()
            write()
            begun.clear()
            # Copies have the statistics of the world: none is planned for as if it were empty.
            refresh_statistics()
            db.session.commit()
            let_go()
            database.keep(world)
            shutil.copytree(settings.home, copy)

        def let_go() -> None:
            db.session.remove()
            db.engine.dispose()

        once(home, keep)
        let_go()
        database.begin(world)
        shutil.copytree(home, settings.home, dirs_exist_ok=True)
        begun.append(world)

    return begin


@pytest.fixture
def reference(begin_with: BeginWith) -> None:
    """Begin with the reference data."""
    begin_with("reference", lambda: seed_reference(system_actor(), MOMENT))


@pytest.fixture
def demo(begin_with: BeginWith, settings: Settings) -> None:
    """Begin with the reference data and the invented people."""

    def write() -> None:
        seed_reference(system_actor(), MOMENT)
        seed_demo(system_actor(), MOMENT, settings.home)

    begin_with("demo", write)


@pytest.fixture
def reorganised(begin_with: BeginWith, request: pytest.FixtureRequest) -> None:
    """Begin with the reference data and the invented people after the three changes of 2025."""

    def write() -> None:
        request.getfixturevalue("demo")
        assert len(reorganise_demo(system_actor(), LATER_MOMENT)) == 3

    begin_with("reorganised", write)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser-like client without JavaScript, cookies kept."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, clock: MovableClock) -> Callable[[str], FlaskClient]:
    """Return a function that opens a session for a login, without the page that asks for it."""

    def enter(login: str) -> FlaskClient:
        with app.app_context():
            account = account_by_login(login)
            assert account is not None, login
            client = client_of(app, account, make_session(account, clock.read()))
            db.session.commit()
        return client

    return enter
