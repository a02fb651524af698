"""The edge: one transaction a request, and what must be written even when it is refused."""

import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import psycopg
import pysqlite3
import pytest
from flask import Flask, abort, flash, get_flashed_messages, make_response, redirect, session
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from psycopg import errors as pg
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.test import TestResponse

from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, NotFound, RateLimited
from registry.domain.keyring import KeyName, Keyring
from registry.domain.outages import Outage
from registry.domain.permissions import Action, Role, system_actor
from registry.models.accounts import Account, SignInTries
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.engine import HURRIED, use_keys
from registry.models.guards import NO_OVERLAPS
from registry.services.audit import Event
from registry.services.key_rotation import settle
from registry.settings import Settings
from registry.web.edge import apart
from registry.web.exports import FileKind, hand_out, making_file
from registry.web.request import later
from tests.conftest import MOMENT, NOW, MovableClock
from tests.factories.accounts import make_account
from tests.factories.units import Province

Entering = Callable[[str], FlaskClient]


def denied() -> list[AuditEvent]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == "access.denied")))


def test_a_refused_look_at_a_foreign_unit_is_audited_once(app: Flask, sign_in: Entering) -> None:
    here = Province()
    make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    foreign = here.far_commune.id
    db.session.commit()
    client = sign_in("canbo")
    refused = client.get(f"/don-vi/{foreign}")
    assert (refused.status_code, "Không tìm thấy trang</h1>" in refused.text) == (404, True)
    (event,) = denied()
    assert event.object_id == "units.show"
    assert event.details == {"method": "GET", "arguments": {"unit_id": str(foreign)}}


def test_an_action_not_granted_is_audited(app: Flask, sign_in: Entering) -> None:
    here = Province()
    make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    db.session.commit()
    assert sign_in("canbo").get("/nhat-ky").status_code == 403
    assert len(denied()) == 1


def test_what_a_visitor_is_refused_is_not_audited(client: FlaskClient) -> None:
    assert client.get("/khong-co-trang-nay").status_code == 404
    assert denied() == []


def test_a_failed_sign_in_is_counted_although_its_request_is_refused(
    app: Flask, client: FlaskClient
) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    db.session.commit()
    answer = client.post("/dang-nhap", data={"login": "canbo", "password": "sai"})
    assert answer.status_code == 422
    db.session.rollback()
    assert len(db.session.scalars(select(SignInTries)).all()) == 1


class Stub:
    """Stands in for the view of a page everybody may open, and counts how often it ran."""

    def __init__(self, work: Callable[[int], object]) -> None:
        self.required_action = Action.SESSION_OPEN
        self.reads_first: Callable[[], None] | None = None
        self.times = 0
        self._work = work

    def __call__(self) -> ResponseReturnValue:
        self.times += 1
        self._work(self.times)
        return redirect("/dang-nhap", code=303)


@pytest.fixture
def put(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], object]], Stub]:
    """Let what is posted to /quen-mat-khau, or asked of it, do some work instead."""
    Province()
    db.session.commit()

    def place(work: Callable[[int], object]) -> Stub:
        stub = Stub(work)
        monkeypatch.setitem(app.view_functions, "accounts.forgot_password", stub)
        return stub

    return place


PAGE = "/quen-mat-khau"
SECRET = "Key (phone)=(0912345678) already exists."


def sqlite_error(code: int) -> pysqlite3.Error:
    error = pysqlite3.OperationalError(SECRET)
    error.sqlite_errorcode = code
    return error


def raised_by(driver: Exception) -> DBAPIError:
    of_a_rule = isinstance(driver, psycopg.IntegrityError | pysqlite3.IntegrityError)
    kind = IntegrityError if of_a_rule else OperationalError
    return kind("INSERT INTO people", {"phone": "0912345678"}, driver)


def fails(driver: Exception, *, once: bool = False) -> Callable[[int], None]:
    def work(time: int) -> None:
        if not (once and time > 1):
            raise raised_by(driver)

    return work


BUSY = (
    pg.SerializationFailure(SECRET),
    pg.DeadlockDetected(SECRET),
    pg.LockNotAvailable(SECRET),
    sqlite_error(5),
    sqlite_error(5 | (2 << 8)),  # a snapshot another writer has made old
    sqlite_error(6),
)
GONE = (
    pg.AdminShutdown(SECRET),
    pg.CrashShutdown(SECRET),
    pg.CannotConnectNow(SECRET),
    pg.ConnectionFailure(SECRET),
    pg.InvalidCatalogName(SECRET),
    psycopg.OperationalError("connection failed: Connection refused"),
    sqlite_error(14),
)
OTHERS = (
    (pg.TooManyConnections(SECRET), Outage.CROWDED),
    (pg.DiskFull(SECRET), Outage.FULL),
    (pg.OutOfMemory(SECRET), Outage.FULL),
    (pg.IoError(SECRET), Outage.FULL),
    (pg.ReadOnlySqlTransaction(SECRET), Outage.READ_ONLY),
    (sqlite_error(13), Outage.FULL),
    (sqlite_error(10 | (3 << 8)), Outage.FULL),
    (sqlite_error(8), Outage.READ_ONLY),
    (pg.UndefinedTable(SECRET), Outage.UNPREPARED),
    (pysqlite3.OperationalError("no such table: sessions"), Outage.UNPREPARED),
)


def kind_of(driver: object) -> str:
    return f"{type(driver).__name__} {getattr(driver, 'sqlite_errorcode', '')}"


@pytest.mark.parametrize("driver", BUSY, ids=kind_of)
def test_a_busy_database_is_tried_once_more(
    client: FlaskClient, put: Callable[..., Stub], driver: Exception
) -> None:
    stub = put(fails(driver, once=True))
    assert client.post(PAGE).status_code == 303
    assert stub.times == 2


@pytest.mark.parametrize("driver", BUSY, ids=kind_of)
def test_a_database_that_stays_busy_is_said_in_words(
    client: FlaskClient, put: Callable[..., Stub], driver: Exception
) -> None:
    stub = put(fails(driver))
    answer = client.post(PAGE)
    assert (answer.status_code, stub.times) == (409, 2)
    assert Outage.BUSY.message in answer.text


@pytest.mark.parametrize("driver", GONE, ids=kind_of)
def test_a_lost_connection_is_tried_once_more(
    client: FlaskClient, put: Callable[..., Stub], driver: Exception
) -> None:
    stub = put(fails(driver, once=True))
    assert client.post(PAGE).status_code == 303
    assert stub.times == 2


@pytest.mark.parametrize(
    ("driver", "outage", "times"),
    [(driver, Outage.GONE, 2) for driver in GONE] + [(*other, 1) for other in OTHERS],
    ids=kind_of,
)
def test_an_outage_is_said_in_words_with_what_to_do(
    client: FlaskClient, put: Callable[..., Stub], driver: Exception, outage: Outage, times: int
) -> None:
    stub = put(fails(driver))
    answer = client.post(PAGE)
    assert (answer.status_code, stub.times) == (503, times)
    assert outage.message in answer.text
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Content-Security-Policy"]
    assert SECRET not in answer.text


def test_no_connection_left_in_the_pool_is_an_outage(
    client: FlaskClient, put: Callable[..., Stub]
) -> None:
    def work(_time: int) -> None:
        raise NoConnectionFree

    put(work)
    answer = client.post(PAGE)
    assert answer.status_code == 503
    assert Outage.CROWDED.message in answer.text


def test_a_value_another_request_wrote_meanwhile_is_seen_by_the_second_try(
    client: FlaskClient, put: Callable[..., Stub]
) -> None:
    stub = put(fails(pysqlite3.IntegrityError("UNIQUE constraint failed: t.c"), once=True))
    assert client.post(PAGE).status_code == 303
    assert stub.times == 2


def test_a_constraint_nobody_foresaw_stays_a_fault(
    app: Flask, client: FlaskClient, put: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "testing", False)
    stub = put(fails(pysqlite3.IntegrityError(SECRET)))
    answer = client.post(PAGE)
    assert (answer.status_code, stub.times) == (500, 2)
    assert "Hệ thống gặp lỗi" in answer.text
    assert SECRET not in answer.text


def test_an_error_of_a_statement_is_a_fault_at_once(
    client: FlaskClient, put: Callable[..., Stub]
) -> None:
    stub = put(fails(pg.UndefinedColumn("no such column")))
    with pytest.raises(DBAPIError):
        client.post(PAGE)
    assert stub.times == 1


def test_what_another_has_changed_since_is_said_and_not_tried_again(
    client: FlaskClient, put: Callable[..., Stub]
) -> None:
    def work(_time: int) -> None:
        raise StaleDataError

    stub = put(work)
    answer = client.post(PAGE)
    assert (answer.status_code, stub.times) == (409, 1)
    assert "Người khác vừa lưu nội dung này" in answer.text


@pytest.mark.parametrize("rule", [f"no_overlap_{rule.name}" for rule in NO_OVERLAPS])
def test_every_rule_on_overlaps_has_words(
    client: FlaskClient, put: Callable[..., Stub], rule: str
) -> None:
    stub = put(fails(pysqlite3.IntegrityError(rule)))
    answer = client.post(PAGE)
    assert (answer.status_code, stub.times) == (409, 2)
    assert "Kiểm tra lại ngày bắt đầu, ngày kết thúc." in answer.text


@pytest.fixture
def fail_to_commit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Let the driver raise an error at every commit."""

    def arrange(driver: Exception) -> None:
        def commit(_connection: object) -> NoReturn:
            raise driver

        monkeypatch.setattr(db.engine.dialect, "do_commit", commit)
        monkeypatch.setattr(db.engine.dialect, "loaded_dbapi", FakeDriver)

    return arrange


class FakeDriver:
    """What SQLAlchemy takes for the errors of the driver."""

    Error = Exception
    OperationalError = pysqlite3.OperationalError


def test_a_commit_that_got_no_answer_is_not_said_to_have_saved_nothing(
    client: FlaskClient, put: Callable[..., Stub], fail_to_commit: Callable[[Exception], None]
) -> None:
    stub = put(lambda _time: flash("Đã xong."))
    fail_to_commit(sqlite_error(14))
    answer = client.post(PAGE)
    assert (answer.status_code, stub.times) == (503, 1)
    assert Outage.LOST_AT_COMMIT.message in answer.text
    assert "Đã xong" not in answer.text


def test_a_look_is_repeated_when_its_end_got_no_answer(
    client: FlaskClient, put: Callable[..., Stub], fail_to_commit: Callable[[Exception], None]
) -> None:
    stub = put(lambda _time: None)
    fail_to_commit(sqlite_error(14))
    answer = client.get(PAGE)
    assert (answer.status_code, stub.times) == (503, 2)
    assert Outage.GONE.message in answer.text


def test_what_a_view_said_is_not_said_when_its_commit_fails(
    client: FlaskClient, put: Callable[..., Stub], fail_to_commit: Callable[[Exception], None]
) -> None:
    put(lambda _time: flash("Đã xong: ghi một người.", "success"))
    fail_to_commit(sqlite_error(13))
    answer = client.post(PAGE)
    assert answer.status_code == 503
    assert Outage.FULL.message in answer.text
    assert "Đã xong" not in answer.text
    assert "Đã xong" not in client.get("/dang-nhap").text


@pytest.mark.parametrize("error", [Conflict("Đã có."), NotFound(), RateLimited("Chờ."), abort])
def test_what_a_view_said_before_it_refused_is_never_said(
    client: FlaskClient, put: Callable[..., Stub], error: object
) -> None:
    def work(_time: int) -> None:
        flash("Đã xong.", "success")
        if isinstance(error, Exception):
            raise error
        abort(400)

    put(work)
    assert "Đã xong" not in client.post(PAGE).text
    assert "Đã xong" not in client.get("/dang-nhap").text


def test_what_a_view_said_is_said_once_after_a_second_try(
    client: FlaskClient, put: Callable[..., Stub]
) -> None:
    def work(time: int) -> None:
        flash("Đã xong.", "success")
        fails(sqlite_error(5), once=True)(time)

    put(work)
    assert client.post(PAGE).status_code == 303
    assert client.get("/dang-nhap").text.count("Đã xong.") == 1
    assert "Đã xong." not in client.get("/dang-nhap").text


@pytest.mark.parametrize(("status", "kept"), [(303, 1), (400, 0), (422, 0)])
def test_what_a_view_wrote_and_said_is_kept_unless_its_answer_is_an_error(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, status: int, kept: int
) -> None:
    Province()
    db.session.commit()

    def write() -> ResponseReturnValue:
        db.session.add(Account(login="moi", login_key="moi", created_at=NOW))
        db.session.flush()
        flash("Đã xong.", "success")
        return "", status

    write.required_action = Action.SESSION_OPEN  # type: ignore[attr-defined] # as `requires` does
    monkeypatch.setitem(app.view_functions, "accounts.forgot_password", write)
    assert client.post(PAGE).status_code == status
    db.session.rollback()
    assert len(db.session.scalars(select(Account).where(Account.login == "moi")).all()) == kept
    assert client.get("/dang-nhap").text.count("Đã xong.") == kept


def test_what_was_said_earlier_is_shown_by_the_page_of_the_error(
    client: FlaskClient, put: Callable[..., Stub]
) -> None:
    put(lambda _time: flash("Đã đăng xuất."))
    client.post(PAGE)

    def work(_time: int) -> None:
        get_flashed_messages()  # the page that is never sent has shown it
        raise raised_by(sqlite_error(13))

    put(work)
    assert client.post(PAGE).text.count("Đã đăng xuất.") == 1
    assert "Đã đăng xuất." not in client.get("/dang-nhap").text


def test_a_message_on_a_page_that_refuses_is_shown_there_and_nowhere_else(
    app: Flask, client: FlaskClient, put: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(lambda _time: flash("Đã đăng xuất."))
    client.post(PAGE)

    def refuse() -> ResponseReturnValue:
        return "; ".join(get_flashed_messages()), 422

    refuse.required_action = Action.SESSION_OPEN  # type: ignore[attr-defined] # as `requires` does
    monkeypatch.setitem(app.view_functions, "accounts.forgot_password", refuse)
    assert client.post(PAGE).text == "Đã đăng xuất."
    assert "Đã đăng xuất." not in client.get("/dang-nhap").text


def test_a_message_in_an_answer_that_a_view_breaks_off_with_has_been_read(
    client: FlaskClient, put: Callable[..., Stub]
) -> None:
    put(lambda _time: flash("Đã đăng xuất."))
    client.post(PAGE)
    put(lambda _time: abort(make_response("; ".join(get_flashed_messages()), 422)))
    assert client.post(PAGE).text == "Đã đăng xuất."
    assert "Đã đăng xuất." not in client.get("/dang-nhap").text


def test_nobody_is_signed_in_by_a_sign_in_that_was_not_committed(
    client: FlaskClient, put: Callable[..., Stub]
) -> None:
    put(lambda _time: session.update(kept="before"))
    client.post(PAGE)

    def work(_time: int) -> None:
        session.clear()
        session["_user_id"] = "token"
        raise raised_by(sqlite_error(13))

    put(work)
    assert client.post(PAGE).status_code == 503
    with client.session_transaction() as cookie:
        assert dict(cookie) == {"kept": "before"}


def test_a_form_shown_by_a_refusal_can_be_sent(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    Province()
    db.session.commit()
    token = generate_token_of_a_refused_page(app, client, monkeypatch)
    with client.session_transaction() as cookie:
        assert cookie["csrf_token"]
    assert token


def generate_token_of_a_refused_page(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> str:
    def refuse() -> ResponseReturnValue:
        return generate_csrf(), 422

    refuse.required_action = Action.SESSION_OPEN  # type: ignore[attr-defined] # as `requires` does
    monkeypatch.setitem(app.view_functions, "accounts.forgot_password", refuse)
    return str(client.post(PAGE).text)


def test_an_answer_whose_change_is_committed_stays_whatever_comes_after(
    app: Flask, client: FlaskClient, put: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_response: object) -> NoReturn:
        raise ValueError

    put(lambda _time: None)
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.after_request_funcs, None, [fail])
    assert client.post(PAGE).status_code == 303
    assert client.get(PAGE).status_code == 500


def test_what_was_sent_is_read_once_before_the_transaction_and_for_a_look_nothing(
    client: FlaskClient, put: Callable[..., Stub]
) -> None:
    in_transaction: list[bool] = []
    stub = put(fails(sqlite_error(5), once=True))
    stub.reads_first = lambda: in_transaction.append(db.session().in_transaction())
    assert client.get(PAGE).status_code == 303
    assert in_transaction == []
    stub.times = 0
    assert client.post(PAGE).status_code == 303
    assert (in_transaction, stub.times) == ([False], 2)
    stub.required_action = Action.AUDIT_SEE
    assert client.post(PAGE).location.startswith("/dang-nhap")
    assert (in_transaction, stub.times) == ([False], 2)


def test_no_page_is_served_under_keys_that_are_not_those_of_the_registry(
    app: Flask, client: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = settings.secrets
    assert known is not None
    Province()
    settle(system_actor(), known, settings.home, MOMENT)
    db.session.commit()
    monkeypatch.delitem(app.extensions, "registry_keys_checked", raising=False)
    other = Keyring.generate()[KeyName.CARD]
    use_keys(db.engine, replace(known, keys={**known.keys, KeyName.CARD: other}))
    try:
        refused = client.get("/dang-nhap")
    finally:
        use_keys(db.engine, known)
    assert refused.status_code == 503
    assert "khóa khác" in refused.text
    assert client.get("/dang-nhap").status_code == 200


def test_what_failed_apart_holds_nothing_any_more(app: Flask) -> None:
    def write_and_fail() -> NoReturn:
        db.session.add(Account(login="moi", login_key="moi", created_at=NOW))
        db.session.flush()
        raise ValueError

    with app.test_request_context(PAGE):
        with pytest.raises(ValueError):  # noqa: PT011 - ours
            apart(write_and_fail)
        assert not db.session().in_transaction()


def test_whose_session_ended_between_two_tries_is_asked_for_his_rights_anew(
    app: Flask, sign_in: Entering, put: Callable[..., Stub], settings: Settings
) -> None:
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    db.session.commit()
    client = sign_in("quantri")
    path = settings.database_url.removeprefix("sqlite:///")

    def end_sessions_and_fail(time: int) -> None:
        db.session.rollback()
        with closing(pysqlite3.connect(path, isolation_level=None)) as other:
            other.execute("UPDATE sessions SET revoked_at = created_at")
        fails(sqlite_error(5), once=True)(time)

    stub = put(end_sessions_and_fail)
    stub.required_action = Action.AUDIT_SEE
    answer = client.post(PAGE)
    assert (answer.status_code, stub.times) == (303, 1)
    assert answer.location.startswith("/dang-nhap")


@pytest.fixture
def somebody_writes(app: Flask, settings: Settings) -> Iterator[None]:
    """Let another program hold the write lock of SQLite."""
    path = settings.database_url.removeprefix("sqlite:///")
    with closing(pysqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@pytest.fixture
def officer(app: Flask, clock: MovableClock, sign_in: Entering) -> FlaskClient:
    """Return the client of an officer whose last use is old enough to be written again."""
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    db.session.commit()
    client = sign_in("canbo")
    assert client.get("/don-vi").status_code == 200  # the first of a page takes longer
    assert client.get("/nhat-ky").status_code == 403
    clock.instant += timedelta(minutes=2)
    return client


def test_a_page_is_shown_at_once_although_its_last_use_cannot_be_written(
    officer: FlaskClient, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("somebody_writes")
    begun = time.monotonic()
    assert officer.get("/don-vi").status_code == 200
    assert time.monotonic() - begun < 3


def test_a_denial_that_cannot_be_audited_is_still_one(
    officer: FlaskClient, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("somebody_writes")
    begun = time.monotonic()
    assert officer.get("/nhat-ky").status_code == 403
    assert officer.get("/don-vi/99999").status_code == 404
    assert time.monotonic() - begun < 5


def test_nobody_waits_twice_for_what_may_be_left_out(
    app: Flask, client: FlaskClient, put: Callable[..., Stub]
) -> None:
    done: list[str] = []

    def busy() -> NoReturn:
        done.append("busy")
        raise raised_by(sqlite_error(5))

    def put_off(_time: int) -> None:
        later(busy, hurried=True)
        later(lambda: done.append("hurried"), hurried=True)
        later(lambda: done.append("patient"))

    put(put_off)
    assert client.post(PAGE).status_code == 303
    assert done == ["busy", "patient"]


def test_a_fault_of_ours_in_what_was_put_off_is_raised_where_we_look_for_it(
    app: Flask, client: FlaskClient, put: Callable[..., Stub]
) -> None:
    def fault() -> NoReturn:
        raise ValueError

    put(lambda _time: later(fault))
    with pytest.raises(ValueError):  # noqa: PT011 - ours
        client.post(PAGE)
    app.testing, app.debug = False, True
    with pytest.raises(ValueError):  # noqa: PT011 - ours
        client.get(PAGE)


def test_who_may_wait_again_waits_as_long_as_before(app: Flask) -> None:
    def wait_of(*, hurried: bool) -> int:
        db.session.rollback()
        options = {HURRIED: hurried}
        connection = db.session.connection(execution_options=options)
        return int(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())

    assert [wait_of(hurried=hurried) for hurried in (False, True, False)] == [5000, 250, 5000]


def test_a_change_is_answered_as_done_although_its_last_use_cannot_be_written(
    officer: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_details: object) -> NoReturn:
        raise raised_by(sqlite_error(13))

    monkeypatch.setattr("registry.web.access.touch", full)
    assert officer.post("/dang-xuat").status_code == 303
    assert officer.get("/tai-khoan").status_code == 303  # who signed out is led to sign in


def test_a_file_whose_taking_cannot_be_audited_is_an_outage(
    app: Flask, sign_in: Entering, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(Role.REVIEWER, Province().it_department, login="thamdinh")
    db.session.commit()
    client = sign_in("thamdinh")
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setattr("registry.web.exports.record", full_disk)
    answer = client.get("/phan-cong/cho-quyet-dinh.xlsx")
    assert answer.status_code == 503
    assert Outage.FULL.message in answer.text


def test_a_file_made_by_a_post_is_audited_with_what_the_post_changes(
    app: Flask, client: FlaskClient, put: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = Event(Deed.REORGANISATION_EXPORT, "reorganisations", 1)

    def exports() -> int:
        db.session.rollback()
        wanted = AuditEvent.action == Deed.REORGANISATION_EXPORT.value
        return len(db.session.scalars(select(AuditEvent).where(wanted)).all())

    def hand_out_one(_time: int) -> None:
        with making_file():
            hand_out(b"1", FileKind.CSV, "tep", event=taken)

    def hand_out_in(request_: Callable[..., TestResponse]) -> None:
        put(hand_out_one)
        assert request_(PAGE).status_code == 303

    hand_out_in(client.post)
    assert exports() == 1
    hand_out_in(client.get)
    assert exports() == 2
    monkeypatch.setattr("registry.web.exports.record", full_disk)
    put(hand_out_one)
    assert client.post(PAGE).status_code == 503
    assert exports() == 2


def full_disk(*_details: object) -> NoReturn:
    raise raised_by(sqlite_error(13))


def test_a_page_of_a_failure_asks_the_database_nothing(
    app: Flask, sign_in: Entering, put: Callable[..., Stub], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    db.session.commit()
    client = sign_in("canbo")
    assert client.get("/don-vi").status_code == 200  # what is due once a minute is done now
    monkeypatch.setattr(app, "testing", False)
    failed: list[bool] = []
    asked: list[str] = []

    def fail(_time: int) -> NoReturn:
        failed.append(True)
        raise ValueError

    def note(*details: object) -> None:
        if failed:
            asked.append(str(details[2]))

    put(fail)
    event.listen(db.engine, "before_cursor_execute", note)
    answer = client.get(PAGE)
    event.remove(db.engine, "before_cursor_execute", note)
    assert answer.status_code == 500
    assert "Người Unit Officer" not in answer.text
    assert asked == []


def test_a_file_of_ours_is_sent_compressed_to_whoever_can_read_that(client: FlaskClient) -> None:
    with client.get("/static/icon.svg") as answer:
        whole = answer.data
    with client.get("/static/icon.svg", headers={"Accept-Encoding": "gzip"}) as answer:
        assert gzip.decompress(answer.data) == whole


def test_a_file_of_ours_is_sent_although_the_database_is_gone(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_details: object, **_more: object) -> NoReturn:
        raise raised_by(sqlite_error(14))

    monkeypatch.setattr(db.engine.dialect, "connect", gone)
    monkeypatch.setattr(app, "testing", False)
    db.session.remove()
    db.engine.dispose()
    with client.get("/static/icon.svg") as answer:
        assert answer.status_code == 200
    missing = client.get("/static/khong-co.css")
    assert missing.status_code == 404
    assert "Không tìm thấy trang" in missing.text
    page = client.get("/dang-nhap")
    assert page.status_code == 503
    assert Outage.GONE.message in page.text
