"""An unexpected error in a command: where, in which command, and no value."""

import logging
from typing import NoReturn

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.exc import IntegrityError

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


def test_an_error_of_the_database_is_said_by_its_place(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("registry.services.accounts.account_by_login", fail_in_the_driver)
    result = app.test_cli_runner().invoke(args=["accounts", "disable", PHONE])
    said = said_by(result, caplog)
    assert "accounts disable: sqlalchemy.exc.IntegrityError\n" in said
    assert "registry/services/accounts.py:" in said
    assert "chưa có gì được ghi" in said


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
