"""An unexpected error in a command: where, in which command, and no value."""

import errno
import logging
import os
from collections.abc import Callable
from typing import Any, NoReturn

import click
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from registry.domain.errors import Conflict
from registry.domain.outages import Outage
from registry.domain.permissions import Role
from registry.models.accounts import Account
from registry.models.base import db
from registry.services.accounts import disable as really_disable
from tests.factories.accounts import make_account

NAME = "Nguyễn Thị Kín"
PHONE = "0912345678"


def fail(*_args: object, **_options: object) -> NoReturn:
    message = f"{NAME}, {PHONE}"
    raise ValueError(message)


def fail_in_the_driver(*_args: object, **_options: object) -> NoReturn:
    driver = RuntimeError(f"Key (phone)=({PHONE}) already exists.")
    raise IntegrityError("INSERT INTO people", {"full_name": NAME, "phone": PHONE}, driver)


def said_by(result: Result, caplog: pytest.LogCaptureFixture) -> str:
    assert (result.exit_code, result.stdout) == (1, "")
    for value in (NAME, PHONE):
        assert value not in result.stderr
        assert value not in caplog.text
    return result.stderr


def test_an_unexpected_error_is_said_by_its_place(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("registry.cli.accounts.find_person_by_phone", fail)
    result = app.test_cli_runner().invoke(args=["accounts", "create", "mot", "--phone", PHONE])
    said = said_by(result, caplog)
    assert "accounts create: builtins.ValueError\n" in said
    assert "registry/cli/accounts.py:" in said
    assert "lỗi của phần mềm" in said


@pytest.mark.parametrize(
    ("number", "outage"), [(errno.ENOSPC, Outage.FULL), (errno.EROFS, Outage.READ_ONLY)]
)
@pytest.mark.parametrize("words", ["keys rotate card", "audit verify"])
def test_a_disk_that_takes_no_head_of_the_audit_is_said_as_on_the_pages(
    app: Flask, monkeypatch: pytest.MonkeyPatch, words: str, number: int, outage: Outage
) -> None:
    def refuse(*_args: object, **_options: object) -> NoReturn:
        raise OSError(number, os.strerror(number), NAME)

    app.test_cli_runner().invoke(args=["accounts", "create", "mot"])
    monkeypatch.setattr("registry.services.audit_checks.os.fdopen", refuse)
    result = app.test_cli_runner().invoke(args=words.split())
    assert (result.exit_code, result.stderr) == (1, f"{outage.message}\n")


def test_an_error_of_the_database_is_said_by_its_place(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("registry.services.accounts.account_by_login", fail_in_the_driver)
    result = app.test_cli_runner().invoke(args=["accounts", "disable", PHONE])
    said = said_by(result, caplog)
    assert "accounts disable: sqlalchemy.exc.IntegrityError\n" in said
    assert "registry/services/accounts.py:" in said
    assert "chưa có gì được ghi" in said


def busy(times: int) -> Callable[..., object]:
    """Return what finds the database in use so many times, then does what it should."""
    left = [times]

    def disable_at_last(*args: Any, **options: Any) -> object:
        if left[0]:
            left[0] -= 1
            click.echo("Nói giữa chừng.")
            raise OperationalError("UPDATE accounts", None, Exception("database is locked"))
        return really_disable(*args, **options)

    return disable_at_last


def test_a_busy_database_is_tried_once_more_and_what_was_said_is_said_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="mot")
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="hai")
    db.session.commit()
    monkeypatch.setattr("registry.cli.accounts.service.disable", busy(times=1))
    result = app.test_cli_runner().invoke(args=["accounts", "disable", "mot"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "Đã khóa tài khoản mot.\n"
    with app.app_context():
        assert {
            account.login for account in db.session.scalars(select(Account)) if account.disabled_at
        } == {"mot"}


def test_a_database_that_stays_busy_is_said_as_on_the_pages(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.cli.accounts.service.disable", busy(times=2))
    result = app.test_cli_runner().invoke(args=["accounts", "disable", "mot"])
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", f"{Outage.BUSY.message}\n")


def test_what_two_writers_may_not_both_write_is_said_as_on_the_pages(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> NoReturn:
        raise IntegrityError("INSERT", None, Exception("no_overlap_grant_of_an_account"))

    monkeypatch.setattr("registry.cli.accounts.service.disable", refuse)
    result = app.test_cli_runner().invoke(args=["accounts", "disable", "mot"])
    assert result.exit_code == 1
    assert "Tài khoản đã có vai trò này" in result.stderr


def test_what_is_refused_after_something_was_said_keeps_what_was_said_in_its_order(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> NoReturn:
        click.echo("một")
        click.echo("hai", err=True)
        raise Conflict("ba")

    monkeypatch.setattr("registry.cli.accounts.service.disable", refuse)
    result = app.test_cli_runner().invoke(args=["accounts", "disable", "mot"])
    assert (result.exit_code, result.output) == (1, "một\nhai\nba\n")


def test_what_the_server_says_of_an_error_holds_no_value(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class FailingServer:
        """Logs as waitress does when an application fails under it."""

        def run(self) -> None:
            try:
                fail()
            except ValueError:
                logging.getLogger("waitress").exception("Exception while serving /n/%s", NAME)

    monkeypatch.setattr(logging.getLogger("waitress"), "filters", [])
    monkeypatch.setattr(
        "registry.cli.installation.create_server", lambda *_args, **_options: FailingServer()
    )
    monkeypatch.setattr("registry.cli.installation._is_ready", lambda: True)
    result = app.test_cli_runner().invoke(args=["serve"])
    assert result.exit_code == 0, result.output
    assert NAME not in result.stderr + caplog.text
    assert "unexpected builtins.ValueError" in caplog.text
