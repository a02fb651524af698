"""Several at the same thing at the same moment, each in a transaction of its own."""

import threading
from collections.abc import Callable

from flask import Flask

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
