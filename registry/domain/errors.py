"""The one tree of refusals.

Messages are Vietnamese and say what to do; `web/errors.py` alone turns them into HTTP.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was sent: the field's machine name, and what to do.

    An empty name means the whole form.
    """

    field: str
    message: str


class DomainError(Exception):
    """A refusal by a rule; `message` is shown to the person who asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(DomainError):
    """What was sent cannot be accepted; every problem found is named at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = tuple(problems)

    @classmethod
    def on(cls, field: str, message: str) -> Self:
        """Build the refusal of a single field."""
        return cls([Problem(field, message)])


class NotFound(DomainError):
    """The thing does not exist, or the actor may not know that it does: the two read the same."""

    def __init__(self, message: str = "Không tìm thấy nội dung này.") -> None:
        super().__init__(message)


class DeadLink(NotFound):
    """A single-use link that was used, has expired, or never was one: the three read the same."""


class NotAllowed(DomainError):
    """The actor may see the thing but not do this with it."""


class Conflict(DomainError):
    """Somebody else changed or decided it first; nothing was written."""


class Gone(Conflict):
    """Somebody else took it away whole: there is nothing left to open again."""


class RateLimited(DomainError):
    """Too many tries; the message says when to come back."""


class TooSoon(RateLimited):
    """A try before its time; in `seconds` one is accepted."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class Unavailable(DomainError):
    """The database or the disk fails; the message says what became of the request, what to do."""
