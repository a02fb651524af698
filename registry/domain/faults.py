"""What may be said of an unexpected error: its kinds and where it passed, never what it carried.

The message of an error, the variables of its frames and the parameters of its SQL hold what people
typed.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb

_ROOT = Path(__file__).resolve().parent.parent.parent
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
        return True
