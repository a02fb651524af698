"""Work done by a process of its own: what it finds comes back, and nothing else of it does."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from registry.domain.errors import Invalid, Problem
from registry.formats import apart
from registry.formats.apart import TooMuchError, done

MEGABYTE = 1024 * 1024
Work = Callable[[bytes], Any]


def told(content: bytes) -> dict[str, Any]:
    return {"process": os.getpid(), "said": [content.decode(), None, 1.5]}


def refused(content: bytes) -> None:
    raise Invalid([Problem("file", content.decode()), Problem("", "Sửa lại.")])


def killed(_content: bytes) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def greedy(_content: bytes) -> int:
    return len(bytearray(200 * MEGABYTE))


def busy(_content: bytes) -> None:
    while True:
        pass


def panicking(_content: bytes) -> None:
    raise BaseException  # noqa: TRY002 - as a reader in Rust does


def failing(content: bytes) -> int:
    return int(content)


def slow(_content: bytes) -> tuple[float, float]:
    began = time.monotonic()
    time.sleep(0.5)
    return began, time.monotonic()


def test_what_is_found_comes_back_from_another_process() -> None:
    found = done(told, "Xã Hòa Bình".encode(), seconds=5)
    assert found["said"] == ["Xã Hòa Bình", None, 1.5]
    assert found["process"] != os.getpid()


def test_what_is_refused_there_is_refused_here_at_its_fields() -> None:
    with pytest.raises(Invalid) as raised:
        done(refused, "Tệp hỏng.".encode(), seconds=5)
    assert raised.value.problems == (Problem("file", "Tệp hỏng."), Problem("", "Sửa lại."))


@pytest.mark.parametrize("work", [killed, greedy, busy, panicking])
def test_work_that_takes_too_much_or_ends_its_process_is_the_fault_of_what_was_sent(
    work: Work,
) -> None:
    began = time.monotonic()
    with pytest.raises(TooMuchError):
        done(work, b"", seconds=1)
    assert time.monotonic() - began < 30


def test_work_that_waits_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_LONGEST_WAIT", 0.01)
    with pytest.raises(TooMuchError):
        done(told, b"", seconds=5)


def test_a_failure_of_ours_is_no_fault_of_what_was_sent_and_told_without_it(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RuntimeError, match="failed there"):
        done(failing, "Nguyễn Văn An".encode(), seconds=5)
    assert "builtins.ValueError" in caplog.text
    assert "registry/formats/apart.py" in caplog.text
    assert "Nguyễn" not in caplog.text
    assert capfd.readouterr() == ("", "")


def test_that_no_process_can_be_started_is_no_fault_of_what_was_sent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(apart, "_ROOT", tmp_path)
    with pytest.raises(RuntimeError, match="cannot be started"):
        done(told, b"", seconds=5)
    assert "it cannot be started" in caplog.text


def test_two_are_at_work_at_once_and_no_more() -> None:
    with ThreadPoolExecutor(3) as threads:
        spans = list(threads.map(lambda content: done(slow, content, seconds=5), [b""] * 3))
    at_once = [sum(began <= instant < ended for began, ended in spans) for instant, _ended in spans]
    assert max(at_once) == 2
