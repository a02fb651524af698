"""Half-open day periods `[valid_from, valid_to)`; an open end is None."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from registry.domain.errors import Invalid

# A day further ahead is rather a mistyped year than a plan.
LONGEST_AHEAD = timedelta(days=366)


def days_later(day: date, days: int) -> date:
    """Return the day so many `days` after `day`, or the last of the calendar: people type that."""
    return day + timedelta(days=min(days, (date.max - day).days))


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole days from `valid_from` up to, not including, `valid_to`; None means still open."""

    valid_from: date
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise Invalid.on("valid_to", "Ngày kết thúc phải sau ngày bắt đầu.")

    def contains(self, day: date) -> bool:
        """Tell whether `day` lies in the period."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def overlaps(self, other: "Period") -> bool:
        """Tell whether the two periods share at least one day."""
        return (self.valid_to is None or other.valid_from < self.valid_to) and (
            other.valid_to is None or self.valid_from < other.valid_to
        )

    def within(self, outer: "Period") -> bool:
        """Tell whether every day of this period lies in `outer`."""
        if self.valid_from < outer.valid_from:
            return False
        return outer.valid_to is None or (
            self.valid_to is not None and self.valid_to <= outer.valid_to
        )

    def intersection(self, other: "Period") -> "Period | None":
        """Return the days both periods share, or None."""
        if not self.overlaps(other):
            return None
        ends = [end for end in (self.valid_to, other.valid_to) if end is not None]
        return Period(max(self.valid_from, other.valid_from), min(ends) if ends else None)


def shared_by(starts: Iterable[date | None], ends: Iterable[date | None]) -> Period | None:
    """Return the days that all the periods with these starts and ends share; None bounds none."""
    first = max(start for start in starts if start is not None)
    last = min((end for end in ends if end is not None), default=None)
    return None if last is not None and last <= first else Period(first, last)


def joined(periods: Iterable[Period]) -> list[Period]:
    """Return the same days in as few periods as hold them, in order."""
    found: list[Period] = []
    for period in sorted(periods, key=lambda period: period.valid_from):
        last = found[-1] if found else None
        if last is None or (last.valid_to is not None and last.valid_to < period.valid_from):
            found.append(period)
        elif last.valid_to is not None:
            ends = None if period.valid_to is None else max(last.valid_to, period.valid_to)
            found[-1] = Period(last.valid_from, ends)
    return found


def without(periods: Iterable[Period], taken: Iterable[Period]) -> list[Period]:
    """Return the days of `periods` that are in none of `taken`, in as few periods, in order."""
    left = joined(periods)
    for hole in taken:
        left = [piece for period in left for piece in _around(period, hole)]
    return left


def _around(period: Period, hole: Period) -> Iterator[Period]:
    """Yield what is left of a period before a hole, and what behind it."""
    if not period.overlaps(hole):
        yield period
        return
    if period.valid_from < hole.valid_from:
        yield Period(period.valid_from, hole.valid_from)
    if hole.valid_to is not None and (period.valid_to is None or hole.valid_to < period.valid_to):
        yield Period(hole.valid_to, period.valid_to)
