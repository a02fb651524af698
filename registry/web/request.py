"""What one request shares: the settings, its moment, and what is written once it has ended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import current_app, g

from registry.domain.clock import Moment
from registry.settings import Runtime, Settings

Work = Callable[[], None]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Deferred:
    """Work put off until the request has ended.

    Without what is `needed` there is no answer; for what is `hurried` no answer waits.
    """

    work: Work
    needed: bool
    hurried: bool


def runtime() -> Runtime:
    """Return the settings and the clock of the running application."""
    return cast("Runtime", current_app.extensions["registry"])


def settings() -> Settings:
    """Return the settings of the running application."""
    return runtime().settings


def moment() -> Moment:
    """Return the moment of this request.

    It is read once: everything in it happens at the same moment, its rights included.
    """
    if "moment" not in g:
        g.moment = runtime().clock.moment()
    return cast("Moment", g.moment)


def today() -> date:
    """Return the local day of this request."""
    return moment().day


def later(work: Work, *, needed: bool = False, hurried: bool = False) -> None:
    """Run `work` in a transaction of its own once this request's has ended, rolled back or not.

    For what must be written by a GET or by a refused request. When it fails the answer stays,
    unless the work is `needed` for it: no file is handed out unrecorded. So nothing a POST has
    committed may need it; what a POST must record stands in its own transaction. What may be left
    out when the database is busy is `hurried`: last use of a session, a denied access. A failed
    sign-in is neither: it waits its turn, since who guesses would not be counted otherwise.
    """
    g.setdefault("later", []).append(Deferred(work, needed, hurried))


def take_later() -> list[Deferred]:
    """Return what was put off with `later`, and forget it."""
    return cast("list[Deferred]", g.pop("later", []))
