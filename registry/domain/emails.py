"""What an e-mail address looks like."""

import re

MAX_LENGTH = 254
_SHAPE = re.compile(r"[^@\s<>,;:\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def is_email(text: str) -> bool:
    """Tell whether `text` has the shape and length of an address."""
    return len(text) <= MAX_LENGTH and _SHAPE.fullmatch(text) is not None
