"""What may be said of an unexpected error: its kinds and where it passed, never what it carried.

The message of an error, the variables of its frames and the parameters of its SQL hold what people
typed.
"""

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb
from typing import Any

_ROOT = Path(__file__).resolve().parent.parent.parent
_LOGGER = logging.getLogger(__name__)
_OURS = frozenset({"registry", "templates", "migrations"})


def trace_of(error: BaseException) -> str:
    """Return the kind of `error` and of each error behind it, with the lines of ours it passed.

    The innermost line of each comes last, as in Python's own tracebacks.
    """
    return "\nbehind it: ".join(
        "\n".join([_kind(one), *(f"  {line}" for line in _lines(one))]) for one in _chain(error)
    )


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    behind: BaseException | None = error
    while behind is not None and id(behind) not in seen:
        seen.add(id(behind))
        yield behind
        behind = behind.__cause__ or behind.__context__


def _lines(error: BaseException) -> Iterator[str]:
    for frame, line in walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in _OURS:
            yield f"{path.relative_to(_ROOT)}:{line} in {frame.f_code.co_name}"


class WithoutValues(logging.Filter):
    """Lets a logger of others say an exception by its trace alone, without its message.

    Also without the logger's own words, which hold the address of the request.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, one of an exception rewritten."""
        if record.exc_info and record.exc_info[1]:
            record.msg, record.args = f"unexpected {trace_of(record.exc_info[1])}", ()
            record.exc_info = record.exc_text = None
        elif isinstance(record.args, tuple):
            record.args = tuple(
                _kind(one) if isinstance(one, BaseException) else one for one in record.args
            )
        return True


def log_without_values() -> None:
    """Let all that this process logs, and warns of, go to stderr without values.

    Also of the loggers of others: a driver and its pool repeat what a statement carried, and so do
    an error in a thread, one that nobody could raise, and a warning.
    """
    handler = logging.StreamHandler()
    handler.addFilter(WithoutValues())
    form = "[%(asctime)s] %(levelname)s in %(name)s: %(message)s"
    logging.basicConfig(format=form, handlers=[handler])
    threading.excepthook = lambda hooked: _say_uncaught(hooked.exc_value)
    sys.unraisablehook = lambda hooked: _say_uncaught(hooked.exc_value)
    warnings.showwarning = _say_warning


def _say_uncaught(error: BaseException | None) -> None:
    if error is not None and not isinstance(error, SystemExit):
        _LOGGER.error("unexpected beside the requests: %s", trace_of(error))


def _say_warning(*about: Any, **_where: Any) -> None:
    _message, category, filename, line = about[:4]
    _LOGGER.warning("%s at %s:%d", category.__name__, filename, line)
