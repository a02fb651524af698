"""Read back what is kept as text: what does not say it is nothing, and never an error.

No page may fail on what is stored, whoever wrote it and however long ago.
"""

import re
from datetime import date

# As many digits as any number here has, and some more.
_NUMBER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def day_kept(text: str | None) -> date | None:
    """Return the day that a text says, yyyy-mm-dd; None when it says none."""
    if text is None or not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def number_kept(text: str | None) -> int | None:
    """Return the whole number that a text says; None when it says none."""
    return int(text) if text is not None and _NUMBER.fullmatch(text) else None
