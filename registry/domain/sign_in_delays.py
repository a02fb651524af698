"""How long a login has to wait after wrong passwords: a delay that grows, and never a lock.

Who knows a login can type wrong passwords for it, from as many addresses as he likes: all of them
are counted together, and none keeps the holder out for longer than `LONGEST`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

FREE_TRIES = 5
_DELAYS = tuple(timedelta(seconds=each) for each in (5, 10, 20, 40, 60))
FIRST, LONGEST = _DELAYS[0], _DELAYS[-1]
FORGOTTEN_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Tries:
    """How many tries of a login were counted since the last that succeeded; when the last was."""

    count: int
    last_at: datetime


def delay_after(count: int) -> timedelta:
    """Return how long the next try has to wait: nothing at first, then twice as long each time."""
    if count < FREE_TRIES:
        return timedelta(0)
    return _DELAYS[min(count - FREE_TRIES, len(_DELAYS) - 1)]


def seconds_to_wait(tries: Tries, now: datetime) -> int:
    """Return in how many seconds a try is accepted, 0 when it is now.

    A moment farther away than the delay itself is no wait: the clock was put back since.
    """
    delay = delay_after(tries.count)
    left = tries.last_at + delay - now
    return max(0, ceil(left.total_seconds())) if left <= delay else 0


def with_one_more(tries: Tries, now: datetime) -> Tries:
    """Count a try; those of a while ago are forgotten."""
    if now - tries.last_at >= FORGOTTEN_AFTER:
        return Tries(1, now)
    return replace(tries, count=tries.count + 1, last_at=now)
