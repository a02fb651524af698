"""A world on disk with somebody of each role signed in, to ask every route of."""

import shutil
from pathlib import Path
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from registry.app import create_app
from registry.domain.clock import Clock
from registry.domain.permissions import TABLE, Action, Role
from registry.models.base import db
from registry.models.schema import upgrade
from registry.settings import Settings, make_home
from tests.conftest import NOW
from tests.factories.accounts import make_session
from tests.factories.world import World

# Arguments that are secrets of the caller's own, not names of things in a unit.
BEARER = {"code", "token", "reference_code", "filename"}


class Stage:
    """A world on disk that can be put back as it was after a request changed it."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "registry.sqlite"
        self._log = Path(f"{self.database}-wal")
        self._pristine = folder / "pristine.sqlite"
        url = f"sqlite:///{self.database}"
        upgrade(url)
        settings = Settings(
            home=folder,
            database_url=url,
            host="127.0.0.1",
            port=8000,
            base_url="http://127.0.0.1:8000",
            secrets=make_home(folder),
            limits_enabled=False,
        )
        self.app: Flask = create_app(
            settings, Clock(lambda: NOW), TESTING=True, WTF_CSRF_ENABLED=False
        )
        self._addresses = self.app.url_map.bind("127.0.0.1:8000")
        tokens: dict[Role, str] = {}
        with self.app.app_context():
            world = World(settings.files_folder)
            self.inside = dict(world.inside.ids)
            self.sibling = dict(world.sibling.ids)
            self.outside = dict(world.outside.ids)
            for role, account in world.accounts.items():
                tokens[role] = make_session(account, NOW)
            db.session.commit()
        self._cookies = {role: self._signed_in(token) for role, token in tokens.items()}
        self.keep()

    def close(self) -> None:
        """Let go of the database file."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def keep(self) -> None:
        """Take what is there now for what `put_back` goes back to."""
        self.close()
        shutil.copyfile(self.database, self._pristine)
        self._written = self._last_written()

    def put_back(self) -> None:
        """Undo whatever was written since, if anything was."""
        if self._last_written() == self._written:
            return
        self.close()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.database}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self._pristine, self.database)
        self._written = self._last_written()

    def client(self, role: Role) -> FlaskClient:
        """Return a browser signed in with the role; the public has no session."""
        client = self.app.test_client()
        if role in self._cookies:
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], self._cookies[role])
        return client

    def rules(self) -> list[Rule]:
        """Return the routes but that of the static files, in an order of their own."""
        return sorted(
            (rule for rule in self.app.url_map.iter_rules() if rule.endpoint != "static"),
            key=lambda rule: (rule.endpoint, rule.rule),
        )

    def address(self, rule: Rule, ids: dict[str, int]) -> str:
        """Return the address of a route for the things with these ids."""
        values: dict[str, Any] = {
            name: "khong-co-that" if name in BEARER else ids[name] for name in rule.arguments
        }
        return self._addresses.build(rule.endpoint, values)

    def action(self, rule: Rule) -> Action:
        """Return what the route declares."""
        view: Any = self.app.view_functions[rule.endpoint]
        return cast("Action", view.required_action)

    def _last_written(self) -> tuple[int, bool]:
        """Return what differs after a commit: it stands in SQLite's log, or was taken over."""
        is_logged = self._log.exists() and self._log.stat().st_size > 0
        return self.database.stat().st_mtime_ns, is_logged

    def _signed_in(self, token: str) -> str:
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        cookie = client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        assert cookie is not None
        return cookie.value


def allowed(role: Role, action: Action) -> bool:
    """Tell whether the table lets the role do the action somewhere."""
    if role is Role.PUBLIC:
        return action in TABLE[Role.PUBLIC]
    return action in TABLE[role] | TABLE[Role.MEMBER]
