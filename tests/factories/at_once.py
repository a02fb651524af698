"""Several at the same thing at the same moment, each in a transaction of its own."""

import threading
import time
from collections.abc import Callable

from flask import Flask
from sqlalchemy import text

from registry.models.base import db
from registry.models.engine import WRITES


def in_threads(app: Flask, works: list[Callable[[], object]]) -> list[Exception | None]:
    """Run each work in a transaction of its own, all at once; return what each raised."""
    raised: list[Exception | None] = [None] * len(works)
    barrier = threading.Barrier(len(works))

    def run(position: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                db.session.connection(execution_options={WRITES: True})
                works[position]()
                db.session.commit()
            except Exception as error:  # noqa: BLE001 - the test looks at it
                db.session.rollback()
                raised[position] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def committed_before(app: Flask, work: Callable[[], object]) -> Exception | None:
    """Let work begin in a transaction that waits for this one, then commit; return what it raised.

    Of SQLite nobody can ask who waits: there a writer does so before the first look.
    """
    raised: list[Exception | None] = []
    waiting = threading.Thread(target=lambda: raised.extend(in_threads(app, [work])))
    waiting.start()
    if db.engine.dialect.name == "postgresql":
        waits = "SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        end = time.monotonic() + 10
        while not db.session.scalar(text(waits)) and time.monotonic() < end:
            time.sleep(0.01)
    db.session.commit()
    waiting.join()
    return raised[0]
