"""A registry with the demo's people, served on this machine as `make run` serves it."""

import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from registry.app import create_app
from registry.domain.clock import Clock
from registry.domain.permissions import Role, system_actor
from registry.models.base import db
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.composing import ComposeBatch, compose
from registry.services.seeds.demo_accounts import DemoLogin, read_logins
from registry.services.seeds.demo_reorganisations import SEED_BATCHES
from registry.services.seeds.reference import SEEDS
from registry.settings import Settings
from tests.conftest import MOMENT, NOW


@dataclass(frozen=True, slots=True)
class Served:
    """Where the registry answers, and how one signs in to its demo in each role."""

    address: str
    app: Flask
    logins: Mapping[Role, DemoLogin]


class _Silent(WSGIRequestHandler):
    """Answers without a line for each request."""

    def log_request(self, *_details: object) -> None:
        """Say nothing."""


def seed(home: Path, database_url: str | None = None) -> None:
    """Make a registry in `home` with the commands a newcomer gives; without a URL on SQLite."""
    environment = {"REGISTRY_HOME": str(home)}
    if database_url is not None:
        environment["DATABASE_URL"] = database_url
    for words in (["init"], ["seed", "--demo"]):
        app = create_app(Settings.from_environment(environment), Clock(lambda: NOW), TESTING=True)
        with app.app_context():
            result = app.test_cli_runner().invoke(args=words)
            db.session.remove()
            db.engine.dispose()
        assert result.exit_code == 0, result.output


def reorganise(home: Path) -> None:
    """Apply the reorganisations of 2025 to a seeded registry on 30 June 2024, long before."""
    environment = {"REGISTRY_HOME": str(home)}
    app = create_app(Settings.from_environment(environment), Clock(lambda: NOW), TESTING=True)
    with app.app_context():
        for batch in SEED_BATCHES:
            order = ComposeBatch(
                effective_on=batch.effective_on,
                decision_number=batch.decision_number,
                rows=batch.rows(SEEDS / "reorganisations"),
                create_missing=True,
            )
            composed = compose(system_actor(), order, MOMENT)
            assert apply(system_actor(), composed.id, MOMENT).problems == ()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


@contextmanager
def serving(home: Path, database_url: str | None = None) -> Iterator[Served]:
    """Serve what `seed` made on a free port; the clock stands on 30 June 2024, 9 o'clock."""
    environment = {"REGISTRY_HOME": str(home)}
    if database_url is not None:
        environment["DATABASE_URL"] = database_url
    server = make_server("127.0.0.1", 0, _nothing, threaded=True, request_handler=_Silent)
    address = f"http://127.0.0.1:{server.port}"
    settings = Settings.from_environment({**environment, "BASE_URL": address})
    # Several stories in one minute come from one address: the limits have tests of their own.
    app = create_app(replace(settings, limits_enabled=False), Clock(lambda: NOW))
    server.app = app
    # It looks so often whether it should stop; half a second unless told.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Served(address, app, {login.role: login for login in read_logins(home)})
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


def copy_of(seeded: Path, home: Path) -> Path:
    """Copy a seeded home for one test to change."""
    return Path(shutil.copytree(seeded, home))


def _nothing(_environment: object, _start: object) -> list[bytes]:
    """Answer nothing: takes the port before the application, which must know it, is made."""
    return []
