"""Who may open a page: each route declares what it does, and is refused without."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask, abort, make_response
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue

from registry.domain.permissions import PUBLIC_ACTOR, Action, Role
from registry.models.base import db
from registry.web.access import current_actor, forget_database
from tests.factories.accounts import give_role, make_account
from tests.factories.people import make_membership
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


def test_the_head_of_a_page_names_who_is_signed_in_and_the_roles_of_today(
    app: Flask, sign_in: Callable[[str], FlaskClient]
) -> None:
    here = Province()
    account = make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    assert account.person is not None
    for role, office, until in (
        (Role.VIEWER, here.committee, None),
        (Role.REVIEWER, here.it_department, date(2024, 6, 30)),
    ):
        make_membership(account.person, office, is_main=False)
        give_role(account, role, office, until=until)
    db.session.commit()
    head = sign_in("canbo").get("/").text
    assert "<strong>Người Unit Officer</strong>" in head
    for role, is_shown in ((Role.UNIT_OFFICER, 1), (Role.VIEWER, 1), (Role.REVIEWER, 0)):
        assert head.count(f"<li>{role.label}</li>") == is_shown
    # Nobody's record belongs to an account that only administers.
    assert "<strong>quantri</strong>" in sign_in("quantri").get("/").text


def test_whoever_is_answered_without_the_database_is_a_visitor(app: Flask) -> None:
    with app.test_request_context(PAGE):
        forget_database()
        assert current_actor() is PUBLIC_ACTOR
