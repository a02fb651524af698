"""Which error of a driver or of the disk is an outage, and which is a fault of ours."""

import errno

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from registry.domain.outages import Outage

# PostgreSQL, by the whole state or its class (the first letters): serialization failure, deadlock,
# lock not available; connection lost, refused, shut down, starting up, its database missing, no
# table in it, nobody let in; too many connections; disk full, out of memory, a limit reached, an
# error of its disk, corrupted data; a standby or a disk that takes no writes.
_STATES = {
    "40001": Outage.BUSY,
    "40P01": Outage.BUSY,
    "55P03": Outage.BUSY,
    "08": Outage.GONE,
    "57P": Outage.GONE,
    "3D000": Outage.GONE,
    "42P01": Outage.UNPREPARED,
    "28": Outage.GONE,
    "53300": Outage.CROWDED,
    "53": Outage.FULL,
    "58": Outage.FULL,
    "XX001": Outage.FULL,
    "XX002": Outage.FULL,
    "25006": Outage.READ_ONLY,
}

# SQLite, by the primary code, the low byte of what the driver gives.
_CODES = {
    5: Outage.BUSY,  # BUSY
    6: Outage.BUSY,  # LOCKED
    3: Outage.READ_ONLY,  # PERM
    8: Outage.READ_ONLY,  # READONLY
    7: Outage.FULL,  # NOMEM
    10: Outage.FULL,  # IOERR
    11: Outage.FULL,  # CORRUPT
    13: Outage.FULL,  # FULL
    14: Outage.GONE,  # CANTOPEN
    26: Outage.GONE,  # NOTADB
}

# What SQLite says in words alone.
_WORDS = {
    "database is locked": Outage.BUSY,
    "database table is locked": Outage.BUSY,
    "no such table": Outage.UNPREPARED,
}

_ERRNOS = {
    errno.ENOSPC: Outage.FULL,
    errno.EDQUOT: Outage.FULL,
    errno.EFBIG: Outage.FULL,
    errno.EIO: Outage.FULL,
    errno.ENOMEM: Outage.FULL,
    errno.EROFS: Outage.READ_ONLY,
    errno.EMFILE: Outage.CROWDED,
    errno.ENFILE: Outage.CROWDED,
}


def outage_of(error: BaseException | None) -> Outage | None:
    """Return which outage `error` tells of, or None when it is something else."""
    if isinstance(error, NoConnectionFree):
        return Outage.CROWDED
    if isinstance(error, OSError):
        return _ERRNOS.get(error.errno or 0)
    if isinstance(error, DBAPIError):
        return _of_driver(error)
    return None


def _of_driver(error: DBAPIError) -> Outage | None:
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return next(
            (_STATES[part] for part in (state, state[:3], state[:2]) if part in _STATES), None
        )
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _CODES:
        return _CODES[code & 0xFF]
    for words, outage in _WORDS.items():
        if words in str(error.orig):
            return outage
    # The server was never reached, or left without a word.
    return Outage.GONE if error.connection_invalidated or _is_no_answer(error) else None


def _is_no_answer(error: DBAPIError) -> bool:
    kind = type(error.orig)
    return kind.__module__.startswith("psycopg") and kind.__name__ in {
        "OperationalError",
        "ConnectionTimeout",
    }
