"""What has run out is put away beside the requests, at most once a minute in each process."""

from datetime import datetime, timedelta
from typing import cast

from flask import Flask, current_app

from registry.services.sessions import close_expired
from registry.services.submissions import forget_old
from registry.web.request import later, moment, settings

EVERY = timedelta(minutes=1)
_KEY = "registry.upkeep"


class _Upkeep:
    """When this process last put away what has run out."""

    def __init__(self) -> None:
        self.last: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Tell whether a minute has passed, also where the clock has gone back since."""
        return self.last is None or abs(now - self.last) >= EVERY


def register(app: Flask) -> None:
    """Let the process of `app` remember when it last did its upkeep."""
    app.extensions[_KEY] = _Upkeep()


def keep_up() -> None:
    """Once this request has ended, put away what has run out, unless that was done lately.

    So the latest moment anybody was here is remembered by what it closed: a clock that goes back
    revives no session and no link.
    """
    if _upkeep().is_due(moment().running):
        keep_up_now()


def keep_up_now() -> None:
    """Once this request has ended, put away what has run out: something was found that had."""
    at, told = moment(), settings()

    def put_away() -> None:
        _upkeep().last = at.running
        close_expired(at, told.session_idle, told.session_life)
        forget_old(at)

    later(put_away, hurried=True)


def _upkeep() -> _Upkeep:
    return cast("_Upkeep", current_app.extensions[_KEY])
