"""Every route × method × role × own, sibling and foreign unit answers as the table says."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from registry.app import create_app
from registry.domain.clock import Clock
from registry.domain.permissions import TABLE, WITHOUT_UNIT, Action, Role
from registry.models.base import db
from registry.models.schema import upgrade
from registry.settings import Settings, make_home
from tests.conftest import NOW
from tests.factories.accounts import make_session
from tests.factories.world import World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Arguments that are secrets of the caller's own, not names of things in a unit.
BEARER = {"code", "token", "reference_code", "filename"}
# Roles whose scope does not reach the sibling commune of another district.
NARROW = {Role.UNIT_OFFICER, Role.VERIFIER}


class Stage:
    """A world on disk that can be put back as it was after a request changed it."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "registry.sqlite"
        self.pristine = folder / "pristine.sqlite"
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
        self.tokens: dict[Role, str] = {}
        with self.app.app_context():
            world = World(settings.files_folder)
            self.inside = dict(world.inside.ids)
            self.sibling = dict(world.sibling.ids)
            self.outside = dict(world.outside.ids)
            for role, account in world.accounts.items():
                self.tokens[role] = make_session(account, NOW)
            db.session.commit()
        self.close()
        shutil.copy(self.database, self.pristine)

    def close(self) -> None:
        """Let go of the database file."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def put_back(self) -> None:
        """Undo whatever the last request wrote."""
        self.close()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.database}{suffix}").unlink(missing_ok=True)
        shutil.copy(self.pristine, self.database)

    def client(self, role: Role) -> FlaskClient:
        """Return a browser signed in with the role; the public has no session."""
        client = self.app.test_client()
        if role is not Role.PUBLIC:
            with client.session_transaction() as session:
                session["_user_id"] = self.tokens[role]
                session["_fresh"] = True
        return client

    def action(self, rule: Rule) -> Action:
        """Return what the route declares."""
        action: Action = self.app.view_functions[rule.endpoint].required_action  # type: ignore[attr-defined]
        return action


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    built = Stage(tmp_path_factory.mktemp("matrix"))
    yield built
    built.close()


def rules(app: Flask) -> list[Rule]:
    return sorted(
        (rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"),
        key=lambda rule: (rule.endpoint, rule.rule),
    )


def address(app: Flask, rule: Rule, ids: dict[str, int]) -> str:
    values: dict[str, Any] = {
        name: "khong-co-that" if name in BEARER else ids[name] for name in rule.arguments
    }
    with app.test_request_context(base_url="http://127.0.0.1:8000"):
        built: str = app.url_map.bind("127.0.0.1").build(rule.endpoint, values)
    return built


def allowed(role: Role, action: Action) -> bool:
    if role is Role.PUBLIC:
        return action in TABLE[Role.PUBLIC]
    return action in TABLE[role] | TABLE[Role.MEMBER]


def names_a_unit(rule: Rule, action: Action) -> bool:
    """Tell whether the route names a thing of a unit, so that the scope decides."""
    return bool(rule.arguments - BEARER) and action not in WITHOUT_UNIT


def test_every_route_declares_an_action(stage: Stage) -> None:
    undeclared = [
        rule.endpoint
        for rule in rules(stage.app)
        if not hasattr(stage.app.view_functions[rule.endpoint], "required_action")
    ]
    assert undeclared == []


def test_every_argument_of_a_route_is_typed_or_a_secret(stage: Stage) -> None:
    loose = [
        rule.rule
        for rule in rules(stage.app)
        for name in rule.arguments - BEARER
        if f"<int:{name}>" not in rule.rule
    ]
    assert loose == []


def test_paths_are_kebab_case_without_accents(stage: Stage) -> None:
    odd = [
        rule.rule
        for rule in rules(stage.app)
        if not all(
            part.startswith("<") or part == "T" or part.replace("-", "").replace(".", "").isalnum()
            for part in rule.rule.strip("/").split("/")
            if part
        )
        or not rule.rule.isascii()
    ]
    assert odd == []


def test_a_route_that_takes_a_post_names_more_than_the_right_to_look(stage: Stage) -> None:
    loose = [
        f"{rule.endpoint} {stage.action(rule)}"
        for rule in rules(stage.app)
        if "POST" in (rule.methods or ()) and stage.action(rule).value.endswith(".see")
    ]
    assert loose == []


def test_a_method_a_route_does_not_name_is_refused(stage: Stage) -> None:
    client = stage.client(Role.PUBLIC)
    for rule in rules(stage.app):
        others = set(METHODS) - set(rule.methods or ())
        siblings = {
            method
            for other in rules(stage.app)
            if other.rule == rule.rule
            for method in other.methods or ()
        }
        for method in others - siblings:
            answer = client.open(address(stage.app, rule, stage.inside), method=method)
            assert answer.status_code in {404, 405}, (rule.endpoint, method, answer.status_code)


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_each_role_may_do_what_the_table_says_and_only_inside_its_scope(
    stage: Stage, role: Role
) -> None:
    wrong: list[str] = []
    for rule in rules(stage.app):
        for method in sorted(set(METHODS) & set(rule.methods or ())):
            wrong += check(stage, role, rule, method)
    assert wrong == []


def check(stage: Stage, role: Role, rule: Rule, method: str) -> list[str]:
    """Return what is wrong with the answers of one route and method for a role."""
    action = stage.action(rule)
    wrong = []
    for place, ids in (
        ("inside", stage.inside),
        ("sibling", stage.sibling),
        ("outside", stage.outside),
    ):
        answer = stage.client(role).open(address(stage.app, rule, ids), method=method)
        status = answer.status_code
        to_sign_in = status == 303 and "/dang-nhap" in answer.headers.get("Location", "")
        if method != "GET" and status < 400:
            stage.put_back()
        fits = judge(role, action, rule, place, status, to_sign_in=to_sign_in)
        if not fits:
            wrong.append(f"{method} {rule.endpoint} {place}: {status}")
        if not rule.arguments - BEARER:
            break
    return wrong


def judge(
    role: Role, action: Action, rule: Rule, place: str, status: int, *, to_sign_in: bool
) -> bool:
    if not allowed(role, action):
        return to_sign_in if role is Role.PUBLIC else status == 403
    if to_sign_in and rule.endpoint != "accounts.sign_in":
        return False
    if not names_a_unit(rule, action):
        return status != 403
    hidden = place == "outside" or (place == "sibling" and role in NARROW)
    return status == 404 if hidden else status not in {403, 404}


def test_a_thing_out_of_scope_reads_like_one_that_does_not_exist(stage: Stage) -> None:
    client = stage.client(Role.UNIT_OFFICER)
    nowhere = dict.fromkeys(stage.inside, 999_999)
    for rule in rules(stage.app):
        action = stage.action(rule)
        if "GET" not in (rule.methods or ()) or not names_a_unit(rule, action):
            continue
        if not allowed(Role.UNIT_OFFICER, action):
            continue
        foreign = client.get(address(stage.app, rule, stage.outside))
        missing = client.get(address(stage.app, rule, nowhere))
        assert foreign.status_code == missing.status_code == 404, rule.endpoint
        assert plain(foreign.text) == plain(missing.text), rule.endpoint


def plain(page: str) -> str:
    """Return a page without the token of the sign-out button, which is fresh each time."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)
