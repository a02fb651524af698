"""The columns of an annex that were guessed, until somebody confirms them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnnexColumn:
    """A column of an annex: its letter and heading, some cells, what it was taken for.

    `place` is counted from 0. `is_sure` tells that its heading leaves no doubt.
    """

    place: int
    letter: str
    heading: str
    samples: tuple[str, ...] = ()
    field: str | None = None
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class GuessedAnnex:
    """A file whose columns were guessed: its table as it was read, and the guess.

    `first_row` is the number of the row in which its data begins.
    """

    name: str
    first_row: int
    columns: tuple[AnnexColumn, ...]
    cells: Sequence[Sequence[str | int | float | None]]
