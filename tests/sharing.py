"""What the workers of a run share: made by the first that comes, found by the others."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Let one worker of the run pass at a time; the others wait for it."""
    with place.with_name(f"{place.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def once(place: Path, make: Callable[[Path], object]) -> Path:
    """Return a file or folder that `make` has written to the path it is given, once a run.

    What `make` leaves half done when it fails is never found.
    """
    with alone(place):
        if not place.exists():
            unfinished = place.with_name(f"unfinished-{place.name}")
            make(unfinished)
            unfinished.rename(place)
    return place
