"""`flask accounts …`: the first accounts of a registry, and what becomes of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from registry.domain.accounts import LinkRelease
from registry.domain.permissions import Action, Role
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import PasswordLink
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.queries.accounts import account_by_login, actor_of, all_accounts
from registry.queries.units.on_a_day import path_on
from tests.conftest import NOW, TODAY
from tests.factories.accounts import make_account, make_held_link, make_session
from tests.factories.decisions import pdf
from tests.factories.units import Province, make_unit


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


# --- guarded accounts ---------------------------------------------------------------------------

APPROVER = ["--role", "approver", "--unit", "20812", "--phone", "0912 345 678"]


@pytest.fixture
def paper(tmp_path: Path) -> str:
    """Return the path of the scan of a signed paper."""
    path = tmp_path / "quyet-dinh.pdf"
    path.write_bytes(pdf())
    return str(path)


def test_the_first_who_records_decisions_of_an_office_needs_a_signed_paper(
    app: Flask, commune: int, paper: str
) -> None:
    words = [*APPROVER, "--name", "Nguyễn Văn An"]
    refused = run(app, "create", "pheduyet", *words)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "văn bản đã ký" in refused.stderr
    assert account_by_login("pheduyet") is None
    db.session.rollback()
    done = run(app, "create", "pheduyet", *words, "--paper", paper)
    assert done.exit_code == 0, done.output
    account = account_by_login("pheduyet")
    assert account is not None
    (grant,) = account.grants
    assert grant.paper is not None
    assert grant.paper.original_name == "quyet-dinh.pdf"
    given = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "account.give_paper")
    ).one()
    assert given.details == {"role": "approver", "scan_sha256": grant.paper.sha256}


def test_the_second_who_records_decisions_needs_none(app: Flask, commune: int, paper: str) -> None:
    run(app, "create", "mot", *APPROVER, "--name", "Nguyễn Văn An", "--paper", paper)
    words = [*APPROVER[:4], "--phone", "0912 345 679", "--name", "Trần Thị Bình"]
    assert run(app, "create", "hai", *words).exit_code == 0


def test_what_is_no_scan_is_refused_as_a_paper(app: Flask, commune: int, tmp_path: Path) -> None:
    path = tmp_path / "quyet-dinh.pdf"
    path.write_bytes(b"xin chao")
    words = [*APPROVER, "--name", "Nguyễn Văn An", "--paper", str(path)]
    refused = run(app, "create", "pheduyet", *words)
    assert refused.exit_code == 1
    assert account_by_login("pheduyet") is None


def test_release_prints_the_link_of_an_office_in_which_nobody_else_signed_in(
    app: Flask, client: FlaskClient
) -> None:
    here = Province()
    held = make_held_link(make_account(Role.APPROVER, here.province, login="pheduyet"))
    db.session.commit()
    result = run(app, "release", "pheduyet")
    assert result.exit_code == 0, result.output
    path = result.stdout.strip().removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200
    db.session.rollback()
    assert db.session.get_one(PasswordLink, held.id).release is LinkRelease.SHELL


def test_release_names_the_colleague_who_can_do_it(app: Flask) -> None:
    here = Province()
    make_held_link(make_account(Role.APPROVER, here.province, login="pheduyet"))
    colleague = make_account(Role.UNIT_OFFICER, here.province, login="dongnghiep")
    make_session(colleague, NOW)
    db.session.commit()
    result = run(app, "release", "pheduyet")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "dongnghiep" in result.stderr
    assert run(app, "release", "khongco").exit_code == 1
