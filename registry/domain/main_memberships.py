"""Which of a person's memberships is the main one: on any day exactly one of those in force is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.periods import Period


@dataclass(frozen=True, slots=True)
class Held:
    """One period of a person's membership, for `pieces_with_a_main`.

    `is_preferred`: it goes on in the place of a main one that ended by merging.
    """

    id: int
    period: Period
    is_main: bool
    is_preferred: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a membership's period, and whether it is the main one then."""

    period: Period
    is_main: bool


def pieces_with_a_main(memberships: Iterable[Held], day: date) -> dict[int, list[Piece]]:
    """Return how one person's memberships are to be cut so that exactly one is main.

    From `day` on; by id, only those that change. Where none is main, the preferred one becomes it,
    else the one begun first.
    """
    held = sorted(
        memberships, key=lambda one: (not one.is_preferred, one.period.valid_from, one.id)
    )
    ends = {one.period.valid_to for one in held} | {one.period.valid_from for one in held} | {day}
    days = sorted(end for end in ends if end is not None and end >= day)
    promoted: dict[int, list[Period]] = defaultdict(list)
    for begin, end in zip(days, [*days[1:], None], strict=True):
        standing = [one for one in held if one.period.contains(begin)]
        if standing and not any(one.is_main for one in standing):
            promoted[standing[0].id].append(Period(begin, end))
    periods = {one.id: one.period for one in held}
    return {number: _cut_up(periods[number], parts) for number, parts in promoted.items()}


def _cut_up(whole: Period, main: Sequence[Period]) -> list[Piece]:
    """Cut a period, not main so far, into pieces; those in `main` are, and neighbours join."""
    marks = {whole.valid_from} | {
        edge
        for part in main
        for edge in (part.valid_from, part.valid_to)
        if edge is not None and edge != whole.valid_to
    }
    begins = sorted(marks)
    pieces: list[Piece] = []
    for begin, end in zip(begins, [*begins[1:], whole.valid_to], strict=True):
        is_main = any(part.contains(begin) for part in main)
        if pieces and pieces[-1].is_main is is_main:
            begin = pieces.pop().period.valid_from  # noqa: PLW2901 - the piece grows
        pieces.append(Piece(Period(begin, end), is_main))
    return pieces
