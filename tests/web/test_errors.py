"""An unexpected error: the page says so in words, the log says where, and neither says who."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from importlib import import_module
from typing import NoReturn

import pytest
from flask import Flask, abort
from flask.logging import wsgi_errors_stream
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from registry.domain.audit.deeds import Deed
from registry.domain.keyring import KeyName
from registry.domain.permissions import Action, Role, system_actor
from registry.domain.refused_requests import OTHER_TITLE, TITLES
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.engine import use_keys
from registry.services.audit import Event, record
from registry.services.keys_in_use import keyring
from tests.conftest import MOMENT, MovableClock
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.units import Province

Entering = Callable[[str], FlaskClient]

NAME = "Nguyễn Thị Kín"
PHONE = "0912345678"
APOLOGY = "Hệ thống gặp lỗi"


class Said:
    """What went to the log and to stderr."""

    def __init__(
        self, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._caplog, self._capsys = caplog, capsys

    def places(self) -> str:
        """Return what was said, the same in both, after making sure that it names nobody."""
        captured = self._capsys.readouterr()
        for value in (NAME, PHONE, PASSWORD):
            assert value not in self._caplog.text
            assert value not in captured.out + captured.err
        assert all(record.exc_info is None for record in self._caplog.records)
        written = "\n".join(record.getMessage() for record in self._caplog.records)
        assert written
        assert written in captured.err
        return written


@pytest.fixture
def said(
    app: Flask, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> Iterator[Said]:
    """Let the application meet errors as it does when it serves, logging to stderr as well."""
    app.testing = False
    handler = logging.StreamHandler(wsgi_errors_stream)
    app.logger.addHandler(handler)
    yield Said(caplog, capsys)
    app.logger.removeHandler(handler)


def fail(*_args: object, **_options: object) -> NoReturn:
    """Fail with a message that names somebody, behind it another one."""
    message = f"{NAME}, {PHONE}"
    raise ValueError(message) from KeyError(PHONE)


def fail_in_the_driver(*_args: object, **_options: object) -> NoReturn:
    """Fail as a database does that was told to keep a value unique."""
    driver = RuntimeError(f"Key (phone)=({PHONE}) already exists.")
    raise IntegrityError("INSERT INTO people", {"full_name": NAME, "phone": PHONE}, driver)


def send_in(client: FlaskClient, password: str = PASSWORD) -> tuple[int, str]:
    answer = client.post("/dang-nhap", data={"login": PHONE, "password": password})
    return answer.status_code, answer.text


def test_an_error_in_a_view_is_logged_by_its_place(
    client: FlaskClient, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("registry.web.accounts.views"), "safe_target", fail)
    answer = client.get(f"/dang-nhap?next=/nguoi?ten={NAME}")
    assert answer.status_code == 500
    assert APOLOGY in answer.text
    places = said.places()
    assert places.startswith("unexpected at GET accounts.sign_in: builtins.ValueError\n")
    assert "registry/web/accounts/views.py:" in places
    assert "behind it: builtins.KeyError" in places


def test_an_error_in_a_service_is_logged_by_its_place(
    client: FlaskClient, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.services.sign_ins.account_by_login", fail)
    status, text = send_in(client)
    assert status == 500
    assert APOLOGY in text
    places = said.places()
    assert "unexpected at POST accounts.sign_in" in places
    assert "registry/services/sign_ins.py:" in places


def test_an_error_in_a_template_is_logged_by_its_line(
    app: Flask, client: FlaskClient, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login=PHONE)
    db.session.commit()
    assert send_in(client)[0] == 303  # the event whose line will fail
    monkeypatch.setitem(app.jinja_env.filters, "moment", fail)
    answer = client.get("/nhat-ky")
    assert answer.status_code == 500
    assert APOLOGY in answer.text
    assert "templates/audit/index.html:" in said.places()


def test_an_error_of_the_database_is_logged_without_its_parameters(
    client: FlaskClient, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.services.sign_ins.account_by_login", fail_in_the_driver)
    status, text = send_in(client)
    assert status == 500
    assert APOLOGY in text
    places = said.places()
    assert "sqlalchemy.exc.IntegrityError" in places
    assert "registry/services/sign_ins.py:" in places


def test_an_error_in_later_work_is_logged_and_the_answer_stays(
    sign_in: Entering, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    db.session.commit()
    client = sign_in("canbo")
    monkeypatch.setattr("registry.web.errors.record", fail)
    answer = client.get("/nhat-ky")
    assert answer.status_code == 403
    assert APOLOGY not in answer.text
    assert "registry/web/errors.py:" in said.places()


def test_what_comes_after_a_failed_later_work_is_written(
    clock: MovableClock, sign_in: Entering, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    db.session.commit()
    client = sign_in("canbo")
    clock.instant += timedelta(minutes=2)
    monkeypatch.setattr("registry.web.access.touch", fail)
    assert client.get("/nhat-ky").status_code == 403
    assert "registry/web/access.py:" in said.places()
    db.session.rollback()
    denied = select(AuditEvent).where(AuditEvent.action == "access.denied")
    assert len(db.session.scalars(denied).all()) == 1


@pytest.mark.parametrize(
    ("status", "title"), [(400, TITLES[400]), (405, TITLES[405]), (418, OTHER_TITLE)]
)
def test_what_flask_refuses_is_said_in_vietnamese(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, status: int, title: str
) -> None:
    def stop() -> ResponseReturnValue:
        abort(status)

    stop.required_action = Action.SESSION_OPEN  # type: ignore[attr-defined] # as `requires` does
    monkeypatch.setitem(app.view_functions, "accounts.forgot_password", stop)
    answer = client.get("/quen-mat-khau")
    assert answer.status_code == status
    assert title in answer.text


def test_what_a_visitor_is_refused_is_not_audited(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/dang-ky/trang-thai/KHONGCO")
    assert answer.status_code == 404
    assert "Không tìm thấy đăng ký có mã này." in answer.text
    denied = select(AuditEvent).where(AuditEvent.action == "access.denied")
    assert db.session.scalars(denied).all() == []


def test_no_file_is_handed_out_when_that_cannot_be_audited(
    app: Flask, sign_in: Entering, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(Role.REVIEWER, Province().it_department, login="thamdinh")
    db.session.commit()
    client = sign_in("thamdinh")
    assert client.get("/phan-cong/cho-quyet-dinh.xlsx").status_code == 200
    monkeypatch.setattr("registry.web.exports.record", fail)
    answer = client.get("/phan-cong/cho-quyet-dinh.xlsx")
    assert answer.status_code == 500
    assert APOLOGY in answer.text
    assert "unexpected at GET assignments.waiting_excel" in said.places()


def test_when_the_error_page_fails_too_a_plain_one_is_sent(
    app: Flask, client: FlaskClient, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.jinja_env.globals, "asset", fail)
    answer = client.get("/dang-nhap")
    assert answer.status_code == 500
    assert APOLOGY in answer.text
    assert answer.headers["Content-Security-Policy"]
    places = said.places()
    assert "templates/accounts/sign_in.html:" in places
    assert "templates/errors/error.html:" in places


def test_a_page_of_an_error_that_cannot_be_finished_is_sent_all_the_same(
    app: Flask, client: FlaskClient, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.after_request_funcs, None, [fail])
    answer = client.get("/dang-nhap")
    assert answer.status_code == 500
    assert APOLOGY in answer.text
    assert said.places().count("unexpected at GET accounts.sign_in") == 2


def test_a_server_that_has_not_seen_a_rotation_of_keys_says_so_and_writes_nothing(
    app: Flask, client: FlaskClient
) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    before = keyring()
    use_keys(db.engine, before.rotated(KeyName.AUDIT))
    record(system_actor(), Event(Deed.KEY_ROTATE, "keys", "audit"), MOMENT)
    db.session.commit()
    use_keys(db.engine, before)
    events = db.session.scalars(select(AuditEvent.sequence)).all()
    answer = client.post("/dang-nhap", data={"login": "canbo", "password": PASSWORD})
    assert answer.status_code == 503
    assert "khởi động lại chương trình" in answer.text
    db.session.rollback()
    assert db.session.scalars(select(AuditEvent.sequence)).all() == events
