"""A database that stops, starts and is full: what visitors are told, and what the log keeps."""

import logging
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import pytest
from flask import Flask, render_template_string
from flask.logging import wsgi_errors_stream
from sqlalchemy import event, func, insert, select
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from registry.app import create_app
from registry.domain.clock import Clock
from registry.domain.outages import Outage
from registry.domain.permissions import Action
from registry.models.accounts import Account
from registry.models.base import db
from registry.models.people import Person
from registry.models.schema import upgrade
from registry.models.signups import Signup
from registry.services.files import store_file
from registry.settings import Settings
from registry.web.request import later
from tests.conftest import MOMENT, NOW, VisitorClient
from tests.factories.units import Province
from tests.postgresql import Server

NAME, PHONE, EMAIL, CITIZEN_ID = (
    "Nguyễn Thị Kín",
    "0912 345 678",
    "kin@vidu.invalid",
    "049190000017",
)
TOKEN = "lien-ket-dat-mat-khau-chi-dung-mot-lan"
CANARIES = (NAME, "nguyen thi kin", PHONE, "912345678", EMAIL, CITIZEN_ID, TOKEN)
TYPED = {
    "full_name": NAME,
    "job_title": "Công chức",
    "phone": PHONE,
    "email": EMAIL,
    "notice_read": "y",
    "submit_key": "A" * 22,
}


class Said:
    """What went to the log and to stderr, whoever said it."""

    def __init__(
        self, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._caplog, self._capsys = caplog, capsys

    def without_canaries(self) -> str:
        """Return what was said, after making sure that it names nobody."""
        captured = self._capsys.readouterr()
        said = self._caplog.text + captured.out + captured.err
        assert [canary for canary in CANARIES if canary in said] == []
        assert "[parameters" not in said
        assert "DETAIL" not in said
        return said


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Said:
    caplog.set_level(logging.WARNING)
    return Said(caplog, capsys)


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """Run a PostgreSQL that nobody else needs, so that it may be stopped."""
    with TemporaryDirectory(prefix="registry-outages-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), worker="outages")
        yield server
        server.stop()


@pytest.fixture
def served(own_server: Server, settings: Settings) -> Iterator[Flask]:
    """Return an application as it serves, on that server."""
    own_server.drop("outages")
    own_server.create("outages")
    url = own_server.url("outages")
    upgrade(url)
    app = create_app(
        replace(settings, database_url=url), Clock(lambda: NOW), WTF_CSRF_ENABLED=False
    )
    app.test_client_class = VisitorClient
    app.logger.addHandler(handler := logging.StreamHandler(wsgi_errors_stream))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    app.logger.removeHandler(handler)


@contextmanager
def halted_at(app: Flask, server: Server, moment: str) -> Iterator[list[str]]:
    """Stop the server the moment that the driver is to insert a sign-up, or to commit it."""
    inserted: list[str] = []

    def before_statement(*details: object) -> None:
        if str(details[2]).startswith("INSERT INTO signups") and not inserted:
            inserted.append(moment)
            if moment == "insert":
                server.halt()

    def before_commit(_connection: object) -> None:
        if inserted and moment == "commit":
            server.halt()

    event.listen(db.engine, "before_cursor_execute", before_statement)
    event.listen(db.engine, "commit", before_commit)
    yield inserted
    event.remove(db.engine, "before_cursor_execute", before_statement)
    event.remove(db.engine, "commit", before_commit)
    server.resume()


def number_of_signups() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Signup)) or 0


@pytest.mark.parametrize(
    ("moment", "outage"), [("insert", Outage.GONE), ("commit", Outage.LOST_AT_COMMIT)]
)
def test_a_postgresql_that_restarts_is_waited_for_and_nobody_stands_in_the_log(
    served: Flask, own_server: Server, said: Said, moment: str, outage: Outage
) -> None:
    here = Province()
    db.session.commit()
    address = f"/dang-ky/don-vi/{here.commune.id}/gui"
    db.session.remove()
    client = served.test_client()
    with halted_at(served, own_server, moment) as inserted:
        answer = client.post(address, data=TYPED)
        assert inserted == [moment]
        assert_told(answer, outage)
        begun = time.monotonic()
        assert_told(client.get("/dang-nhap"), Outage.GONE)
        assert time.monotonic() - begun < 6
        with client.get("/static/icon.svg") as file:
            assert file.status_code == 200
    assert client.get("/dang-nhap").status_code == 200
    assert number_of_signups() == 0
    assert client.post(address, data=TYPED).status_code == 303
    assert client.post(address, data=TYPED).status_code == 303
    assert number_of_signups() == 1
    assert "psycopg" in said.without_canaries()


def assert_told(answer: TestResponse, outage: Outage) -> None:
    assert answer.status_code == 503
    assert outage.message in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    for word in ("Internal", "Error", "Service", "psycopg"):
        assert word not in answer.text


def a_view(work: Callable[[], object]) -> Callable[..., str]:
    """Return a view everybody may open, which does some work."""

    def view(**_arguments: object) -> str:
        work()
        return "Đã xong."

    view.required_action = Action.SESSION_OPEN  # type: ignore[attr-defined] # as `requires` does
    return view


def put_in_place_of_the_password_page(
    app: Flask, monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]
) -> None:
    monkeypatch.setitem(app.view_functions, "accounts.set_password", a_view(work))


def a_person_without_a_key() -> dict[str, object]:
    return {
        "full_name": NAME,
        "search_key": None,
        "sort_key": "x",
        "phone": PHONE,
        "email": EMAIL,
        "created_at": NOW,
    }


def test_a_row_that_postgresql_repeats_stays_out_of_the_log(
    served: Flask, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    repeated: list[str] = []

    def write() -> None:
        try:
            db.session.execute(insert(Person).values(a_person_without_a_key()))
        except DBAPIError as error:
            repeated.append(str(error.orig))
            raise

    put_in_place_of_the_password_page(served, monkeypatch, write)
    answer = served.test_client().post(f"/dat-mat-khau/{TOKEN}")
    assert answer.status_code == 500
    assert NAME in repeated[0]
    assert PHONE in repeated[0]
    assert "psycopg.errors.NotNullViolation" in said.without_canaries()


def test_a_value_that_postgresql_repeats_stays_out_of_the_log(
    served: Flask, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    repeated: list[str] = []

    def write() -> None:
        for _ in range(2):
            db.session.add(Account(login=EMAIL, login_key=EMAIL, created_at=NOW))
            try:
                db.session.flush()
            except DBAPIError as error:
                repeated.append(str(error.orig))
                raise

    put_in_place_of_the_password_page(served, monkeypatch, write)
    assert served.test_client().post(f"/dat-mat-khau/{TOKEN}").status_code == 500
    assert f"=({EMAIL})" in repeated[0]
    assert "psycopg.errors.UniqueViolation" in said.without_canaries()


@pytest.fixture
def serving(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """Return the application on SQLite as it serves, logging to stderr."""
    monkeypatch.setattr(app, "testing", False)
    app.logger.addHandler(handler := logging.StreamHandler(wsgi_errors_stream))
    yield app
    app.logger.removeHandler(handler)


@contextmanager
def full_disk() -> Iterator[None]:
    """Let the system take nothing beyond the first pages of any file."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_under_sqlite_is_said_and_nobody_stands_in_the_log(
    serving: Flask, said: Said
) -> None:
    here = Province()
    db.session.commit()
    client = serving.test_client()
    address = f"/dang-ky/don-vi/{here.commune.id}/gui"
    with full_disk():
        assert_told(client.post(address, data=TYPED), Outage.FULL)
    assert number_of_signups() == 0
    assert "pysqlite3" in said.without_canaries()
    assert client.post(address, data=TYPED).status_code == 303
    assert number_of_signups() == 1


def test_a_full_disk_for_scans_is_said_and_leaves_nothing(
    serving: Flask, said: Said, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    Province()
    db.session.commit()

    def store() -> None:
        store_file(b"x" * 100_000, NAME, "application/pdf", settings.files_folder, MOMENT)

    put_in_place_of_the_password_page(serving, monkeypatch, store)
    with full_disk():
        assert_told(serving.test_client().post(f"/dat-mat-khau/{TOKEN}"), Outage.FULL)
    assert list(settings.files_folder.iterdir()) == []
    said.without_canaries()


def test_a_command_on_a_full_disk_says_so(serving: Flask, said: Said) -> None:
    with full_disk():
        result = serving.test_cli_runner().invoke(args=["accounts", "create", EMAIL])
    assert (result.exit_code, result.stdout) == (1, "")
    assert Outage.FULL.message in result.stderr
    assert EMAIL not in result.stderr
    said.without_canaries()


def fail() -> NoReturn:
    message = f"{NAME} {PHONE} {EMAIL} {CITIZEN_ID} {TOKEN}"
    raise ValueError(message) from KeyError(CITIZEN_ID)


def test_what_fails_in_a_view_a_template_or_afterwards_names_nobody(
    serving: Flask, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    Province()
    db.session.commit()
    works: tuple[tuple[Callable[[], object], int], ...] = (
        (fail, 500),
        (lambda: render_template_string("{{ fail() }}", fail=fail, name=NAME), 500),
        (lambda: later(fail), 200),
        (lambda: later(fail, needed=True), 500),
    )
    for work, status in works:
        put_in_place_of_the_password_page(serving, monkeypatch, work)
        answer = serving.test_client().get(f"/dat-mat-khau/{TOKEN}?ten={NAME}")
        assert answer.status_code == status
        assert "unexpected at GET accounts.set_password" in said.without_canaries()
