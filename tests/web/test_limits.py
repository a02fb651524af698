"""Whatever a visitor may ask for that costs something has a limit by address."""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus

import pytest
from flask import Flask
from werkzeug.routing import Rule

from registry.app import create_app
from registry.domain.clock import Clock
from registry.domain.permissions import TABLE, Role
from registry.models.base import db
from registry.settings import Settings
from registry.web.limits import limiter
from tests.conftest import MovableClock, VisitorClient
from tests.factories.units import Province

# More than any limit of a minute allows.
MANY = 70
# What is the same for everybody, or leads away at once.
UNLIMITED = {"home.index"}


@pytest.fixture
def limited(settings: Settings, clock: MovableClock, app: Flask) -> Iterator[Flask]:
    """Return the application as it is served, on a province with a commune that takes sign-ups."""
    Province()
    db.session.commit()
    served = create_app(
        replace(settings, limits_enabled=True),
        Clock(clock.read),
        TESTING=True,
        WTF_CSRF_ENABLED=False,
    )
    served.test_client_class = VisitorClient
    yield served
    limiter.reset()


def _public(app: Flask, method: str) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ())
        and getattr(app.view_functions[rule.endpoint], "required_action", None)
        in TABLE[Role.PUBLIC]
        and rule.endpoint not in UNLIMITED
    ]


def test_everything_a_visitor_may_send_is_refused_in_words_when_sent_too_often(
    limited: Flask,
) -> None:
    addresses = limited.url_map.bind("127.0.0.1:8000")
    client = limited.test_client()
    endless = []
    for rule in _public(limited, "POST"):
        values = {name: 1 if name == "unit_id" else "khong-co" for name in rule.arguments}
        address = addresses.build(rule.endpoint, values, method="POST")
        answers = (client.post(address) for _ in range(MANY))
        if all(answer.status_code != HTTPStatus.TOO_MANY_REQUESTS for answer in answers):
            endless.append(rule.endpoint)
    assert endless == []
    refused = client.post("/quen-mat-khau")
    assert "Chờ một phút rồi thử lại." in refused.text


def test_everything_a_visitor_may_search_is_refused_when_searched_too_often(
    limited: Flask,
) -> None:
    addresses = limited.url_map.bind("127.0.0.1:8000")
    client = limited.test_client()
    # The pages of forms alone are not limited: their limits name the POST.
    forms_alone = {"accounts.sign_in", "accounts.forgot_password"}
    endless = set()
    for rule in _public(limited, "GET"):
        values = {name: 1 if name == "unit_id" else "khong-co" for name in rule.arguments}
        address = addresses.build(rule.endpoint, values | {"q": "binh", "ma": "x"}, method="GET")
        answers = (client.get(address) for _ in range(MANY))
        if all(answer.status_code != HTTPStatus.TOO_MANY_REQUESTS for answer in answers):
            endless.add(rule.endpoint)
    assert endless == forms_alone
