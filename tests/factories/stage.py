"""A world on disk with somebody of each role signed in, to ask every route of."""

import shutil
from itertools import combinations
from pathlib import Path
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from registry.app import create_app
from registry.domain.clock import Clock
from registry.domain.permissions import TABLE, Action, Role
from registry.models.accounts import Account, Grant
from registry.models.base import db
from registry.models.people import Person
from registry.models.schema import upgrade
from registry.settings import Settings, make_home
from tests.conftest import NOW
from tests.factories.accounts import make_account, make_session
from tests.factories.people import make_membership, make_person
from tests.factories.units import START
from tests.factories.world import World

# Arguments that are secrets of the caller's own, not names of things in a unit.
BEARER = {"code", "token", "reference_code", "filename"}


Pair = tuple[Role, Role]
# Two roles of one account; a member is everybody of these, and the public nobody.
PAIRS: list[Pair] = list(
    combinations([role for role in Role if role not in {Role.PUBLIC, Role.MEMBER}], 2)
)


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
        tokens: dict[Role | Pair, str] = {}
        with self.app.app_context():
            world = World(settings.files_folder)
            self.inside = dict(world.inside.ids)
            self.sibling = dict(world.sibling.ids)
            self.outside = dict(world.outside.ids)
            for role, account in world.accounts.items():
                tokens[role] = make_session(account, NOW)
            for pair in PAIRS:
                tokens[pair] = make_session(_with_both(world, pair), NOW)
            db.session.commit()
        self._cookies = {holder: self._signed_in(token) for holder, token in tokens.items()}
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

    def client(self, holder: "Role | Pair") -> FlaskClient:
        """Return a browser signed in with one role or two; the public has no session."""
        client = self.app.test_client()
        if holder in self._cookies:
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], self._cookies[holder])
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


def _with_both(world: World, pair: Pair) -> Account:
    """Make an account with two roles; its person is a member of both offices."""
    one, other = pair
    offices = [world.offices.get(role) for role in pair]
    account = make_account(one, offices[0], login=f"{one}-{other}")
    if account.person is None:
        account.person_id = make_person("Người Hai Vai").id
        db.session.flush()
    person = db.session.get_one(Person, account.person_id)
    for place, office in enumerate(offices):
        if office is not None and (place or offices[0] is None):
            make_membership(person, office, is_main=offices[0] is None)
    account.grants.append(
        Grant(role=other, office_id=offices[1].id if offices[1] else None, valid_from=START)
    )
    db.session.flush()
    return account
