"""Whatever is sent, no answer is a fault of the server, and the registry stays whole.

`make test` sends a small number; `make fuzz` many, and `make fuzz SEED=2` others. A fault is
told with its seed and number, who asked, and what was sent.
"""

import os
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Action
from registry.models.base import db
from registry.web.access import requires
from tests.conftest import BeginWith
from tests.fuzz.visitors import VISITORS, fill, roles_of
from tests.fuzz.walk import Visitor, Walk

SEED = os.environ.get("FUZZ_SEED", "1")
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "1500"))
# Of a part, which begins with a world of its own; the two databases take half of them each.
AT_ONCE = 250
PARTS = max(1, -(-REQUESTS // (2 * AT_ONCE)))
VISITORS_AT_ONCE = 2


@pytest.fixture
def world(
    begin_with: BeginWith,
    request: pytest.FixtureRequest,
    sign_in: Callable[[str], FlaskClient],
) -> None:
    def write() -> None:
        request.getfixturevalue("demo")
        fill(sign_in)

    begin_with("fuzz", write)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("part", range(PARTS))
def test_generated_requests_are_never_answered_with_a_fault_of_the_server(
    app: Flask, sign_in: Callable[[str], FlaskClient], part: int, backend: str
) -> None:
    walk = Walk(app, sign_in, f"{SEED}/{backend}/{part}")
    visitors = [walk.visitor(login, roles_of(login)) for login in logins_of(part, backend)]
    while walk.sent < AT_ONCE:
        for visitor in visitors:
            walk.go(visitor)
    walk.look_round(visitors[-1])
    assert walk.faults == [], "\n\n".join(walk.faults)
    for command in (["audit", "verify"], ["units", "check"]):
        db.session.remove()  # a command reads anew
        done = app.test_cli_runner().invoke(args=command)
        assert done.exit_code == 0, done.output


def test_a_fault_is_told_with_who_asked_for_what(
    app: Flask,
    sign_in: Callable[[str], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
    backend: str,
) -> None:
    @requires(Action.HOME_SEE)
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(app.view_functions, "home.index", fail)
    walk = Walk(app, sign_in, "one")
    walk.look_round(Visitor("", app.test_client(), roles_of("")))
    (told,) = walk.faults
    assert told.startswith("seed 'one', request 1, public: GET '/' fields=[]")
    assert "ZeroDivisionError" in told


def logins_of(part: int, backend: str) -> list[str]:
    """Return who sends the requests of a part: by and by everybody, on both databases."""
    first = VISITORS_AT_ONCE * (part if backend == "sqlite" else part + PARTS)
    return [VISITORS[(first + step) % len(VISITORS)] for step in range(VISITORS_AT_ONCE)]
