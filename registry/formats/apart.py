"""Work on what somebody sent, done by a process of its own that may take so much and no more.

A few thousand bytes can unfold to gigabytes, or to minutes of work, in more ways than anybody can
list, and a reader that is no Python may end the process it runs in. So a file is read apart:
whatever comes, this process goes on, with its other threads, and keeps none of the memory.
What is found comes back as JSON, which is nothing but values, whoever wrote it.
"""

import json
import logging
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from registry.domain.errors import Invalid, Problem
from registry.domain.faults import trace_of

# Half as much again as the largest annex takes, ten times what a scan of a hundred pages does.
_MOST_MEMORY = 192 * 1024 * 1024
# Seconds of waiting where much else is at work: then it is not the file's fault alone.
_LONGEST_WAIT = 60
# The others wait: what is bounded for one is not for all who send something at the same moment.
_AT_ONCE = threading.BoundedSemaphore(2)
_ROOT = Path(__file__).parents[2]
_LOGGER = logging.getLogger(__name__)


class TooMuchError(Exception):
    """The work took more memory or time than it may, or ended the process it was done in."""


def done(work: Callable[[bytes], Any], content: bytes, *, seconds: int) -> Any:
    """Return what `work`, a function of a module, makes of `content`: values that JSON knows.

    It may take so many seconds of a processor. Two are at work at once in this process.

    Raises:
        Invalid: as `work` does.
        TooMuchError: it took more than it may: the fault of what was sent.
        RuntimeError: it cannot be started, or failed in a way that is our own fault.

    """
    called = (work.__module__, work.__qualname__, str(seconds))
    with _AT_ONCE:
        try:
            ended = subprocess.run(  # noqa: S603 - this module, and nothing that somebody sent
                [sys.executable, "-m", __name__, *called],
                check=False,
                cwd=_ROOT,
                input=content,
                stdout=subprocess.PIPE,
                # Readers quote what they read.
                stderr=subprocess.DEVNULL,
                timeout=_LONGEST_WAIT,
            )
        except subprocess.TimeoutExpired:
            raise TooMuchError from None
    if ended.returncode < 0:
        raise TooMuchError
    if ended.returncode > 0:
        _LOGGER.error("unexpected apart: %s", ended.stdout.decode() or "it cannot be started")
        message = f"{work.__module__} cannot be started as a process of its own, or failed there"
        raise RuntimeError(message)
    found = json.loads(ended.stdout)
    if "refused" in found:
        raise Invalid([Problem(*problem) for problem in found["refused"]])
    return found["answer"]


def _work() -> None:
    """Be that process: read stdin, answer on stdout, end by a signal when it takes too much.

    No trace of what was sent is left on the disk.
    """
    module, name, seconds = sys.argv[1:]
    for limited, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, int(seconds)),
        (resource.RLIMIT_DATA, _MOST_MEMORY),
    ):
        resource.setrlimit(limited, (most, most))
    work = getattr(import_module(module), name)
    try:
        said = json.dumps(_answer(work), ensure_ascii=False).encode()
    except MemoryError:
        os.abort()
    except Exception as error:  # noqa: BLE001 - the other process says that it failed, and where
        sys.stdout.write(trace_of(error))
        sys.exit(1)
    except BaseException:  # noqa: BLE001 - how a reader in Rust ends: its panic is no Exception
        os.abort()
    sys.stdout.buffer.write(said)


def _answer(work: Callable[[bytes], Any]) -> dict[str, Any]:
    try:
        return {"answer": work(sys.stdin.buffer.read())}
    except Invalid as refused:
        return {"refused": [(problem.field, problem.message) for problem in refused.problems]}


if __name__ == "__main__":
    _work()
