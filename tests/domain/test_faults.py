"""What is said of an error: kinds and places of ours, never values."""

import logging
import subprocess
import sys
import threading
import warnings

import pytest

from registry.domain.faults import WithoutValues, log_without_values, trace_of
from registry.domain.vietnamese.reading import parse_day
from scripts.tree import ROOT

NAME = "Nguyễn Thị Kín"


def caught(text: object) -> Exception:
    try:
        parse_day(text)  # type: ignore[arg-type] # what goes wrong inside is what is wanted
    except Exception as error:  # noqa: BLE001 - any
        return error
    raise AssertionError


def test_the_lines_of_ours_are_named_from_the_top_of_the_checkout() -> None:
    first, place, *_rest = trace_of(caught([NAME])).splitlines()
    assert first.startswith("builtins.")
    assert place.startswith("  registry/domain/vietnamese/reading.py:")
    assert place.endswith(" in parse_day")


def test_what_the_error_carries_is_not_said() -> None:
    assert NAME not in trace_of(ValueError(NAME))


def test_errors_that_stand_behind_one_another_in_a_circle_are_said_once() -> None:
    first, second = ValueError(NAME), KeyError(NAME)
    first.__cause__, second.__cause__ = second, first
    assert trace_of(first) == "builtins.ValueError\nbehind it: builtins.KeyError"


def test_a_logger_of_others_says_an_exception_by_its_trace_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = logging.getLogger("somebody.elses")
    server.addFilter(WithoutValues())
    error = ValueError(NAME)
    server.error("Exception while serving %s", f"/nguoi?ten={NAME}", exc_info=error)
    server.warning("%d threads", 3)
    assert caplog.messages == ["unexpected builtins.ValueError", "3 threads"]
    assert NAME not in caplog.text


def test_an_error_among_what_a_logger_says_is_named_by_its_kind(
    caplog: pytest.LogCaptureFixture,
) -> None:
    driver = logging.getLogger("some.driver")
    driver.addFilter(WithoutValues())
    driver.warning("error ignored in %s: %s", "rollback", ValueError(NAME))
    assert caplog.messages == ["error ignored in rollback: builtins.ValueError"]


SAY_EVERYTHING = f"""
import logging, threading, warnings
from registry.domain.faults import log_without_values
log_without_values()

class Told:
    def __del__(self):
        raise ValueError("{NAME}")

def fail():
    raise ValueError("{NAME}") from KeyError("{NAME}")

thread = threading.Thread(target=fail)
thread.start()
thread.join()
Told()
warnings.warn("{NAME}")
try:
    fail()
except ValueError as error:
    logging.getLogger("sqlalchemy.pool.impl.QueuePool").error("{NAME}", exc_info=True)
    logging.getLogger("psycopg").warning("error ignored: %s", error)
"""


def test_nothing_a_process_says_of_errors_holds_a_value() -> None:
    said = subprocess.run(
        [sys.executable, "-c", SAY_EVERYTHING],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert said.stdout == ""
    assert NAME not in said.stderr
    assert said.stderr.count("beside the requests: builtins.ValueError") == 2
    assert "UserWarning at <string>:" in said.stderr
    assert "QueuePool: unexpected builtins.ValueError\n" in said.stderr
    assert "psycopg: error ignored: builtins.ValueError\n" in said.stderr
    assert len(said.stderr.splitlines()) == 7  # two of them for what stood behind an error


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hook what a process says of errors, until the test ends."""
    for module, hook in (
        (threading, "excepthook"),
        (sys, "unraisablehook"),
        (warnings, "showwarning"),
    ):
        monkeypatch.setattr(module, hook, getattr(module, hook))
    log_without_values()


@pytest.mark.usefixtures("hooks")
def test_a_warning_is_said_by_its_kind_and_place(caplog: pytest.LogCaptureFixture) -> None:
    warnings.showwarning(NAME, UserWarning, "somewhere.py", 7, None, None)
    assert caplog.messages == ["UserWarning at somewhere.py:7"]


@pytest.mark.usefixtures("hooks")
def test_a_thread_that_is_told_to_end_says_nothing_and_one_that_fails_says_what_failed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def end_with(error: BaseException) -> None:
        raise error

    for error in (SystemExit(1), ValueError(NAME)):
        thread = threading.Thread(target=end_with, args=(error,))
        thread.start()
        thread.join()
    assert caplog.messages == ["unexpected beside the requests: builtins.ValueError"]
