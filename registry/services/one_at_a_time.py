"""Writers take turns: what one reads, decides and writes, no other writer comes between.

On PostgreSQL each statement sees what others have committed meanwhile; two writers who look, find
nothing in the way and write would both write. SQLite has one writer at a time, and the audit's
chain lets one at a time commit; so waiting from the first look on costs little (docs/adr/0031).
"""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from registry.models.base import db
from registry.models.locks import Lock, hold

P = ParamSpec("P")
R = TypeVar("R")
_OLD_NEWS_OF = "transaction whose objects were read anew"


def one_at_a_time(service: Callable[P, R]) -> Callable[P, R]:
    """Let a service that writes begin when no other writer is at work, and see what those wrote.

    The turn lasts until the edge commits or rolls back; services called within one share it.
    """

    @functools.wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        _take_turn()
        return service(*args, **kwargs)

    return run


def _take_turn() -> None:
    """Wait for the turn; what was read before it may be old, and is read again when asked for.

    Held already, it is asked for again all the same: going back to a savepoint gives it up.
    """
    hold(Lock.TURN_TO_WRITE)
    session = db.session()
    transaction = session.get_transaction()
    if session.info.get(_OLD_NEWS_OF) is not transaction:
        session.info[_OLD_NEWS_OF] = transaction
        session.flush()
        session.expire_all()
