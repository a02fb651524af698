"""Measure two ways to one answer against each other."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

ROUNDS = 25


class DifferentAnswers(Exception):
    """The two sides do not say the same: a ratio of their times would mean nothing."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times faster ours is, and how many times it has to be."""

    operation: str
    against: str
    found: float
    wanted: float

    @property
    def is_met(self) -> bool:
        """Tell whether ours is fast enough."""
        return self.found >= self.wanted

    def __str__(self) -> str:
        """Say it in a line."""
        verdict = "met" if self.is_met else "NOT MET"
        return (
            f"{self.operation}: {self.found:.1f} x faster than {self.against}"
            f" (wanted {self.wanted:.0f} x: {verdict})"
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """How many times the other side's time ours takes, and how many times it may take."""

    operation: str
    against: str
    found: float
    allowed: float

    @property
    def is_met(self) -> bool:
        """Tell whether ours is fast enough."""
        return self.found <= self.allowed

    def __str__(self) -> str:
        """Say it in a line."""
        verdict = "met" if self.is_met else "NOT MET"
        return (
            f"{self.operation}: {self.found:.1f} x the time of {self.against}"
            f" (allowed {self.allowed:.0f} x: {verdict})"
        )


def compare(ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    """Return the median of the other side's time as a multiple of ours, the two taking turns.

    Raises DifferentAnswers when the two do not return the same.
    """
    if ours() != theirs():
        raise DifferentAnswers
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for side, spent in zip((ours, theirs), times, strict=True):
            start = time.perf_counter()
            side()
            spent.append(time.perf_counter() - start)
    return median(times[1]) / median(times[0])
