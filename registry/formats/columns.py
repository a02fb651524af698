"""Find out which column of a table says what: by its heading, else by what stands in it.

Nothing here knows what tables are about. A `Vocabulary` tells what there may be, and by which words
and cells it is known; the answer says of each column why, and how sure (docs/adr/0033).
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from registry.domain.vietnamese.names import normalise, search_key
from registry.formats.uploaded_table import Cell

# A title, a decision, a remark may stand above the table; a heading takes up to three lines.
_MOST_ROWS_ABOVE = 60
_MOST_HEADING_ROWS = 3
_LONGEST_HEADING = 300
_LEAST_HEADINGS = 2
_MOST_SAMPLES, _ROWS_SAMPLED = 30, 300

# A heading says it where more than half of its words are about nothing else.
_HALF = 0.5
# What a column's own heading says counts twice what the one above it and its neighbours says.
_OWN, _ABOVE = 2, 1
_WITHOUT_GROUP, _RARE = 0.75, 0.55
_NEIGHBOUR, _ORDER = 0.15, 0.1
_BY_CELLS = 0.4
_LEAST_LIKE = 0.8
_COST_OF_A_LINE = 0.3
_SURE = 0.9
_ALMOST_SURE = 0.89

# "(1)", "2", "A", "(4)=(2)+(3)": what many tables count their columns with.
_COUNTED = re.compile(r"\(?(?:[0-9]{1,2}|[A-ZĐa-zđ])\)?(?:\s*=.*)?")
_LONGEST_COUNT = 20
_DIGITS = re.compile(r"[0-9.,\s]+")


class Why(StrEnum):
    """By what a column was known."""

    HEADING = "heading"
    CELLS = "cells"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What a column may be, and how it is known.

    Of each of `words` one has to stand in the heading; `beside` may stand there too and tells
    nothing else. Where the table is of several things, `group` says of which this tells; a heading
    that names another group is not meant, and one that names none only where `needs_group` is
    false: then its neighbours decide, those to the right where it `leads`. `looks` tells whether a
    cell can be one of it, and `by_cells`, that cells alone say so. `weight` is how much a heading
    says.
    """

    name: str
    words: Sequence[Sequence[str]]
    beside: Sequence[str] = ()
    group: str = ""
    needs_group: bool = False
    leads: bool = False
    rare: bool = False
    looks: Callable[[str], bool] | None = None
    by_cells: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What a table may tell. Of each of `needed` one has to be found.

    `others` are columns that are known and of no use. `groups` are the words that name a group, in
    the order in which tables usually have them; `beside` are words that tell nothing anywhere.
    """

    fields: Sequence[Field]
    needed: Sequence[Collection[str]] = ()
    others: Sequence[Field] = ()
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    beside: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where it is (from 0), its heading, what it was taken for, why, how surely."""

    place: int
    heading: str
    field: str | None = None
    why: Why | None = None
    confidence: float = 0.0

    @property
    def letter(self) -> str:
        """Return what a spreadsheet calls it."""
        return column_letter(self.place)

    @property
    def is_sure(self) -> bool:
        """Tell whether its heading alone leaves no doubt."""
        return self.why is Why.HEADING and self.confidence >= _SURE


@dataclass(frozen=True, slots=True)
class Guess:
    """The headings of a table, the row (from 0) in which its data begins, and its columns.

    Of each of `missing` none was found. `headings` are the headings by their places, to be known
    again where they are repeated on a later page.
    """

    heading_row: int
    first_row: int
    columns: tuple[Column, ...]
    missing: tuple[Collection[str], ...]
    headings: Mapping[int, Collection[str]]

    def is_heading(self, cells: Sequence[Cell]) -> bool:
        """Tell whether a row repeats a heading: each of its cells stands there, merged or not."""
        found = 0
        for place, cell in enumerate(cells):
            text = _key(cell)
            if text and text not in self.headings.get(place, ()):
                return False
            found += bool(text)
        return found >= _LEAST_HEADINGS


def guess_columns(table: Sequence[Sequence[Cell]], vocabulary: Vocabulary) -> Guess | None:
    """Return which column of a table says what; None where no row reads like headings.

    Merged cells have to be filled.
    """
    reader = _Reader(vocabulary)
    worth = {
        (start, end): reader.worth(_headings(table[start:end])) - _COST_OF_A_LINE * (end - start)
        for start, end in _windows(table)
    }
    start, end = max(worth, key=lambda window: worth[window], default=(0, 0))
    if worth.get((start, end), 0) <= 0:
        return None
    first = below_counts(table, end)
    columns = reader.columns(_headings(table[start:end]), table[first:])
    names = {column.field for column in columns}
    return Guess(
        heading_row=start,
        first_row=first,
        columns=columns,
        missing=tuple(one for one in vocabulary.needed if names.isdisjoint(one)),
        headings=headings_in(table[start:first]),
    )


def below_counts(table: Sequence[Sequence[Cell]], row: int) -> int:
    """Return the first row from `row` on that does not only count the columns."""
    while row < len(table) and _counts_columns(table[row]):
        row += 1
    return row


def headings_in(rows: Sequence[Sequence[Cell]]) -> Mapping[int, Collection[str]]:
    """Return what stands in rows of headings, by place."""
    width = max(map(len, rows), default=0)
    return {
        place: {_key(row[place]) for row in rows if place < len(row)} - {""}
        for place in range(width)
    }


def _key(cell: Cell) -> str:
    return " ".join(_folded(_text(cell)))


def column_letter(place: int) -> str:
    """Return what a spreadsheet calls the column at `place`, counted from 0."""
    letters = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def samples(
    table: Sequence[Sequence[Cell]], place: int, most: int = _MOST_SAMPLES
) -> Sequence[str]:
    """Return the first different texts of a column."""
    found: dict[str, None] = {}
    for row in table[:_ROWS_SAMPLED]:
        text = _text(row[place]) if place < len(row) else ""
        if text:
            found.setdefault(text)
        if len(found) == most:
            break
    return list(found)


# --- headings ------------------------------------------------------------------------------------

_Line = tuple[str, int]


def _windows(table: Sequence[Sequence[Cell]]) -> Iterator[tuple[int, int]]:
    """Yield where headings may begin and end: a line of them, or several."""
    may_be = [_may_be_headings(row) for row in table[: _MOST_ROWS_ABOVE + _MOST_HEADING_ROWS]]
    for start in range(min(len(may_be), _MOST_ROWS_ABOVE)):
        for end in range(start + 1, min(start + _MOST_HEADING_ROWS, len(may_be)) + 1):
            if not may_be[end - 1]:
                break
            yield start, end


def _may_be_headings(row: Sequence[Cell]) -> bool:
    texts = {_text(cell) for cell in row} - {""}
    return (
        len(texts) >= _LEAST_HEADINGS
        and all(isinstance(cell, str) for cell in row if _text(cell))
        and not any(len(text) > _LONGEST_HEADING or _DIGITS.fullmatch(text) for text in texts)
        and not _counts_columns(row)
    )


def _counts_columns(row: Sequence[Cell]) -> bool:
    texts = [_text(cell) for cell in row if _text(cell)]
    return len(set(texts)) >= _LEAST_HEADINGS and all(
        len(text) <= _LONGEST_COUNT and _COUNTED.fullmatch(text) for text in texts
    )


def _headings(rows: Sequence[Sequence[Cell]]) -> list[tuple[_Line, ...]]:
    """Return the heading of each column: its lines, with how much each counts.

    What stands above several columns without being merged is theirs as far as nothing else does.
    """
    width = max(map(len, rows))
    found: list[tuple[_Line, ...]] = []
    carried = [""] * len(rows)
    for place in range(width):
        texts = [_text(row[place]) if place < len(row) else "" for row in rows]
        for level, text in enumerate(texts):
            carried[level] = text or carried[level]
        own = max((level for level, text in enumerate(texts) if text), default=None)
        lines = [] if own is None else [*carried[:own], texts[own]]
        told = [line for line, after in pairwise([*lines, ""]) if line and line != after]
        last = len(told) - 1
        found.append(tuple((line, _OWN if at == last else _ABOVE) for at, line in enumerate(told)))
    return found


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else normalise(str(cell)[: _LONGEST_HEADING * 2])


@lru_cache(4_096)
def _folded(text: str) -> tuple[str, ...]:
    return tuple(search_key(text).split())


class _Heading:
    """A heading as words without accents: how much each counts, and which groups they name."""

    def __init__(self, lines: tuple[_Line, ...], groups: Mapping[str, Sequence[str]]) -> None:
        self.text = " – ".join(line for line, _ in lines)
        self.words: list[str] = []
        self.counts: list[int] = []
        for line, count in lines:
            # A day or a number of a law says nothing of what stands below it.
            words = tuple(word for word in _folded(line) if not word.isdigit())
            self.words += words
            self.counts += [count] * len(words)
        self.groups: dict[str, set[int]] = {}
        taken = set[int]()
        # "sau khi sáp nhập" names one group though "sáp nhập" alone would name another.
        marks = [(_folded(word), group) for group, words in groups.items() for word in words]
        for mark, group in sorted(marks, key=lambda one: -len(one[0])):
            places = self.places(mark)
            if places and taken.isdisjoint(places):
                taken |= places
                self.groups.setdefault(group, set()).update(places)

    def places(self, wanted: Sequence[str]) -> set[int]:
        """Return where the words stand, one after the other."""
        length = len(wanted)
        return {
            place
            for start in range(len(self.words) - length + 1)
            if tuple(self.words[start : start + length]) == wanted
            for place in range(start, start + length)
        }

    def any_of(self, phrases: Iterable[str]) -> set[int]:
        """Return where one or more of the phrases stand."""
        return set[int]().union(*(self.places(_folded(phrase)) for phrase in phrases))

    def weight(self, places: Iterable[int]) -> int:
        """Return how much the words at some places count."""
        return sum(self.counts[place] for place in places)


class _Reader:
    """Reads headings by a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._heading_of: dict[tuple[_Line, ...], _Heading] = {}
        self._score_of: dict[tuple[str, int], float] = {}

    def worth(self, headings: Sequence[tuple[_Line, ...]]) -> float:
        """Return how much like headings these read: each different one counts once."""
        read = {heading.text: heading for heading in map(self._heading, headings)}.values()
        found = [
            max(self._score(heading, one) for one in self.vocabulary.fields) for heading in read
        ]
        if sum(map(bool, found)) < _LEAST_HEADINGS:
            return 0.0
        known = sum(1 for heading in read if self._other(heading))
        return sum(found) + known / len(read)

    def columns(
        self, headings: Sequence[tuple[_Line, ...]], data: Sequence[Sequence[Cell]]
    ) -> tuple[Column, ...]:
        """Return what each column says, the whole being as likely as it can be."""
        read = [self._heading(lines) for lines in headings]
        cells = [samples(data, place) for place in range(len(read))]
        fields = self.vocabulary.fields
        scores = [
            [self._whole_score(read, place, one, cells[place]) for one in fields]
            for place in range(len(read))
        ]
        worth = [
            [max(score - self._other(read[place]), 0.0) for score in row]
            for place, row in enumerate(scores)
        ]
        pairs = _best_pairs(worth, [one.name for one in fields])
        return tuple(
            self._column(read[place], place, pairs.get(place), scores[place])
            for place in range(len(read))
        )

    def _column(
        self, heading: _Heading, place: int, pair: int | None, scores: Sequence[float]
    ) -> Column:
        if pair is None:
            return Column(place, heading.text)
        found = self.vocabulary.fields[pair]
        why = Why.HEADING if self._score(heading, found) else Why.CELLS
        return Column(place, heading.text, found.name, why, min(scores[pair], 1.0))

    def _heading(self, lines: tuple[_Line, ...]) -> _Heading:
        if lines not in self._heading_of:
            self._heading_of[lines] = _Heading(lines, self.vocabulary.groups)
        return self._heading_of[lines]

    def _other(self, heading: _Heading) -> float:
        return max((self._score(heading, one) for one in self.vocabulary.others), default=0.0)

    def _score(self, heading: _Heading, wanted: Field) -> float:
        """Return which part of a heading says that the column is what is wanted, 0 for none."""
        key = (heading.text, id(wanted))
        if key not in self._score_of:
            self._score_of[key] = self._new_score(heading, wanted)
        return self._score_of[key]

    def _new_score(self, heading: _Heading, wanted: Field) -> float:
        own = heading.groups.get(wanted.group, set())
        if wanted.group and not own and (heading.groups or wanted.needs_group):
            return 0.0
        said = [heading.any_of(words) for words in wanted.words]
        if not all(said):
            return 0.0
        beside = heading.any_of((*wanted.beside, *self.vocabulary.beside))
        covered = own.union(beside, *said)
        share = heading.weight(covered) / heading.weight(range(len(heading.words)))
        if share <= _HALF:
            return 0.0
        if wanted.group and not own:
            share *= _RARE if wanted.rare else _WITHOUT_GROUP
        return share * wanted.weight

    def _whole_score(
        self, read: Sequence[_Heading], place: int, wanted: Field, cells: Sequence[str]
    ) -> float:
        """Return how likely a column is what is wanted, by heading, cells and neighbours."""
        heading = read[place]
        score = self._score(heading, wanted)
        likeness = 0.0
        if wanted.looks is not None and cells:
            likeness = sum(map(wanted.looks, cells)) / len(cells)
            score *= 0.6 + 0.4 * likeness
        if not score and wanted.by_cells and likeness >= _LEAST_LIKE:
            score = _BY_CELLS * likeness
        if not score or not wanted.group or wanted.group in heading.groups:
            return score
        return min(score + self._nearness(read, place, wanted), _ALMOST_SURE)

    def _nearness(self, read: Sequence[_Heading], place: int, wanted: Field) -> float:
        """Return how much its neighbours, else its place, say for a column's group."""
        distances = [
            abs(at - place) + (0.5 if (at < place) is wanted.leads else 0.0)
            for at, heading in enumerate(read)
            if set(heading.groups) == {wanted.group}
        ]
        if distances:
            return _NEIGHBOUR / min(distances)
        if any(heading.groups for heading in read):
            return 0.0
        groups = list(self.vocabulary.groups)
        usual = groups.index(wanted.group) / max(len(groups) - 1, 1)
        return _ORDER * (1 - abs(place / max(len(read) - 1, 1) - usual))


def _best_pairs(worth: Sequence[Sequence[float]], names: Sequence[str]) -> Mapping[int, int]:
    """Return field by column, each name at most once, so that all together are worth the most."""
    hopeful = [place for place, row in enumerate(worth) if any(row)]

    @lru_cache(None)
    def best(at: int, taken: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        """Return what the columns from `at` on are worth at most, and the pairs that makes."""
        if at == len(hopeful):
            return 0.0, ()
        place = hopeful[at]
        found = best(at + 1, taken)
        for one, value in enumerate(worth[place]):
            name = names.index(names[one])
            if value > 0 and not taken >> name & 1:
                rest, pairs = best(at + 1, taken | 1 << name)
                if rest + value > found[0]:
                    found = rest + value, ((place, one), *pairs)
        return found

    return dict(best(0, 0)[1])
