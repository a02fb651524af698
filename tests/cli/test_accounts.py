"""`flask accounts …`: the first accounts of a registry, and what becomes of them."""

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Action, Role
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.queries.accounts import account_by_login, actor_of, all_accounts
from registry.queries.units.on_a_day import path_on
from tests.conftest import TODAY
from tests.factories.accounts import make_account
from tests.factories.units import make_unit


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["accounts", *words])


@pytest.fixture
def commune(app: Flask) -> int:
    """Return the number of a unit with the code 20812."""
    province = make_unit("Tỉnh Quảng Nam", UnitKind.PROVINCE, code="49")
    unit_id = make_unit("Xã Bình Minh", UnitKind.COMMUNE, province, code="20812").id
    db.session.commit()
    return unit_id


def test_the_first_administrator_gets_a_link_that_sets_a_password(
    app: Flask, client: FlaskClient
) -> None:
    result = run(app, "create", "quantri")
    assert result.exit_code == 0, result.output
    path = result.stdout.strip().removeprefix("http://127.0.0.1:8000")
    words = "mot cau ngan de nho"
    answer = client.post(path, data={"password": words, "repeated": words})
    assert answer.status_code == 303
    assert client.get("/tai-khoan").status_code == 200


def test_the_first_officer_of_an_empty_registry_is_recorded_with_the_account(
    app: Flask, commune: int
) -> None:
    words = ["--role", "unit_officer", "--unit", "20812", "--phone", "0912 345 678"]
    result = run(app, "create", "canboxa", *words, "--name", "Nguyễn Văn An")
    assert result.exit_code == 0, result.output
    account = account_by_login("canboxa")
    assert account is not None
    actor = actor_of(account, TODAY, "test")
    assert Role.UNIT_OFFICER in actor.roles
    path = path_on(commune, TODAY)
    assert path is not None
    assert actor.scope(Action.PERSON_EDIT).prefixes == frozenset({path})


def test_a_name_given_to_a_command_is_put_right_with_a_word(app: Flask, commune: int) -> None:
    words = ["--role", "unit_officer", "--unit", "20812", "--phone", "0912 345 678"]
    result = run(app, "create", "canboxa", *words, "--name", "Đ/c NGUYỄN VĂN AN")
    assert result.exit_code == 0, result.output
    assert "Họ tên được ghi là “Nguyễn Văn An”." in result.stderr
    account = account_by_login("canboxa")
    assert account is not None
    assert account.person is not None
    assert account.person.full_name == "Nguyễn Văn An"


def test_a_new_person_needs_the_unit_he_is_a_member_of(app: Flask, commune: int) -> None:
    result = run(app, "create", "canboxa", "--name", "Nguyễn Văn An")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--unit" in result.stderr
    assert all_accounts(TODAY) == []


def test_somebody_known_already_is_not_recorded_twice(app: Flask, commune: int) -> None:
    words = ["--role", "unit_officer", "--unit", "20812", "--phone", "0912345678"]
    run(app, "create", "mot", *words, "--name", "Nguyễn Văn An")
    result = run(app, "create", "hai", *words, "--name", "Trần Thị Bình")
    assert result.exit_code == 1
    assert "đã có người trùng" in result.stderr
    assert account_by_login("hai") is None


def test_an_unknown_telephone_number_is_answered_with_what_to_add(app: Flask, commune: int) -> None:
    words = ["--role", "unit_officer", "--unit", "20812", "--phone", "0912345678"]
    result = run(app, "create", "canboxa", *words)
    assert result.exit_code == 1
    assert "--name" in result.stderr


def test_a_disabled_account_is_put_out_with_its_next_request(
    app: Flask, sign_in: Callable[[str], FlaskClient]
) -> None:
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    db.session.commit()
    browser = sign_in("quantri")
    assert browser.get("/tai-khoan").status_code == 200
    assert run(app, "disable", "quantri").exit_code == 0
    assert browser.get("/tai-khoan").status_code == 303
    assert "khóa" in run(app, "list").stdout
    assert run(app, "reset", "quantri").stdout.startswith("http://127.0.0.1:8000/dat-mat-khau/")


def test_the_role_of_a_district_is_not_given_when_no_office_confirms_lists(
    app: Flask, commune: int
) -> None:
    words = ["--role", "verifier", "--unit", "20812", "--phone", "0912 345 678"]
    refused = run(app, "create", "huyen", *words, "--name", "Nguyễn Văn An")
    assert refused.exit_code == 1
    assert "không cơ quan nào xác nhận danh sách" in refused.stderr
    assert account_by_login("huyen") is None
