"""Who may open a page: each route declares what it does, and is refused without."""

from collections.abc import Callable

import pytest
from flask import Flask, abort, make_response
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from registry.domain.permissions import Action, Role
from registry.models.base import db
from tests.factories.accounts import make_account
from tests.factories.units import Province

PAGE = "/quen-mat-khau"


def test_a_route_that_declares_nothing_is_not_there_for_anybody(
    app: Flask,
    client: FlaskClient,
    sign_in: Callable[[str], FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Province()
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    db.session.commit()
    monkeypatch.setitem(app.view_functions, "accounts.forgot_password", lambda: "nội dung")
    assert client.get(PAGE).status_code == 404
    assert sign_in("quantri").get(PAGE).status_code == 404


def test_what_brings_its_own_answer_is_answered_so(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop() -> ResponseReturnValue:
        abort(make_response("tự trả lời", 418))

    stop.required_action = Action.SESSION_OPEN  # type: ignore[attr-defined] # as `requires` does
    monkeypatch.setitem(app.view_functions, "accounts.forgot_password", stop)
    answer = client.get(PAGE)
    assert (answer.status_code, answer.text) == (418, "tự trả lời")
