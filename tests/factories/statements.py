"""How many statements a question sends to the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event

from registry.models.base import db


@contextmanager
def statements_counted() -> Iterator[Callable[[], int]]:
    """Count the statements sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield lambda: len(sent)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
