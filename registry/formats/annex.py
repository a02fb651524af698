"""Read an annex to a decision on units.

Everything wrong is named with its row (the first of the file is row 1) and column. What a cell
stands for beside itself (a merged range, "như trên", a short form) is read as that; what is not
certain is refused (docs/adr/0033).
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from registry.domain.errors import Invalid
from registry.domain.reorganisations.annex import AnnexRow, How, Part, RowProblem
from registry.domain.reorganisations.annex_columns import AnnexColumn, GuessedAnnex
from registry.domain.vietnamese.characters import printable
from registry.domain.vietnamese.names import normalise
from registry.formats.annex_columns import Headings, find_headings
from registry.formats.annex_rows import MOST_PROBLEMS, read_rows
from registry.formats.columns import column_letter, samples
from registry.formats.uploaded_table import Cell, read_apart, read_table
from registry.formats.workbook_weight import MAX_ROWS

# A process is started for each; a province has one or two.
MOST_FILES = 100
SAMPLES = 3

TOO_MANY_FILES = f"Nhiều hơn {MOST_FILES} tệp. Chép các phụ lục vào ít tệp hơn rồi gửi lại."


@dataclass(frozen=True, slots=True)
class ReadAnnex:
    """What an annex says: its rows, what is wrong, and which column was taken for what.

    `first_row` is the number of the row in which its data begins. `are_names` tells that it is
    headed by machine names: nobody has to be asked. `skipped` are rows of headings, sums and
    sections, with how they begin. `cells` is its table, where somebody will be asked.
    """

    source: str
    rows: tuple[AnnexRow, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    columns: tuple[AnnexColumn, ...] = ()
    first_row: int = 0
    are_names: bool = True
    skipped: tuple[tuple[int, str], ...] = ()
    cells: tuple[tuple[Any, ...], ...] = ()

    @property
    def is_guessed(self) -> bool:
        """Tell whether its columns were found by a guess, which somebody should look at."""
        return bool(self.columns) and not self.are_names

    @property
    def guess(self) -> GuessedAnnex:
        """Return the table and the guess, to be confirmed."""
        return GuessedAnnex(self.source, self.first_row, self.columns, self.cells)


def read_annexes(files: Iterable[tuple[str, bytes]]) -> tuple[list[AnnexRow], list[RowProblem]]:
    """Return the rows of several annexes, each with its name, and everything wrong with them."""
    annexes = open_annexes(files)
    return (
        [row for annex in annexes for row in annex.rows],
        [problem for annex in annexes for problem in annex.problems],
    )


def open_annexes(files: Iterable[tuple[str, bytes]]) -> list[ReadAnnex]:
    """Return several annexes, each with what is wrong with it.

    No more is read once there are `MOST_PROBLEMS`, or more rows than a batch has, nor of more files
    than `MOST_FILES`, which the last problem says.
    """
    annexes: list[ReadAnnex] = []
    problems = rows = 0
    for number, (name, content) in enumerate(files, start=1):
        if number > MOST_FILES:
            problem = RowProblem(0, "", TOO_MANY_FILES)
            annexes.append(ReadAnnex("", problems=(problem,)))
            break
        if problems < MOST_PROBLEMS and rows <= MAX_ROWS:
            annexes.append(open_annex(name, content))
            problems += len(annexes[-1].problems)
            rows += len(annexes[-1].rows)
    return annexes


def read_annex(name: str, content: bytes) -> tuple[list[AnnexRow], list[RowProblem]]:
    """Return the rows of an annex and everything wrong with the file called `name`.

    Text comes on one line; what is not in NFC is a problem. `source` of rows and problems is
    `name`. Rows that have a problem are left out; empty rows are skipped, yet counted. After
    `MOST_PROBLEMS` no more is read, which the last one says.
    """
    annex = open_annex(name, content)
    return list(annex.rows), list(annex.problems)


def open_annex(name: str, content: bytes) -> ReadAnnex:
    """Return what `read_annex` does, and by which columns."""
    return _read(name, _said_in, content)


def read_again(
    name: str, cells: Sequence[Sequence[Any]], chosen: Mapping[int, str | None]
) -> ReadAnnex:
    """Return what an annex says when each column is what somebody chose for its place."""
    asked = {"cells": cells, "chosen": {str(place): field for place, field in chosen.items()}}
    return _read(name, _said_again, json.dumps(asked).encode())


def _read(name: str, work: Callable[[bytes], Any], content: bytes) -> ReadAnnex:
    source = printable(normalise(name))
    try:
        found = read_apart(work, content)
    except Invalid as refused:
        return ReadAnnex(source, problems=(RowProblem(0, "", refused.message, source),))
    return ReadAnnex(
        source=source,
        rows=tuple(_annex_row(number, source, values) for number, values in found["rows"]),
        problems=tuple(
            RowProblem(row, field, text, source) for row, field, text in found["problems"]
        ),
        columns=tuple(
            AnnexColumn(place, column_letter(place), heading, tuple(cells), field, is_sure)
            for place, heading, cells, field, is_sure in found["columns"]
        ),
        first_row=found["first_row"],
        are_names=found["are_names"],
        skipped=tuple((row, text) for row, text in found["skipped"]),
        cells=tuple(map(tuple, found["cells"])),
    )


def _annex_row(number: int, source: str, values: Mapping[str, str | None]) -> AnnexRow:
    part, how = values["part"], values["how"]
    told: dict[str, Any] = {
        **values,
        "part": Part(part) if part else None,
        "how": How(how) if how else None,
    }
    return AnnexRow(number, source, **told)


# --- apart ---------------------------------------------------------------------------------------


def _said_in(content: bytes) -> Mapping[str, Any]:
    """Return what an annex says, as plain values."""
    table = read_table(content)
    return _said(table, find_headings(table))


def _said_again(content: bytes) -> Mapping[str, Any]:
    asked = json.loads(content)
    table = asked["cells"]
    found = find_headings(table)
    chosen = {int(place): field for place, field in asked["chosen"].items()}
    return _said(table, found.with_fields(chosen) if found is not None else None)


def _said(table: Sequence[Sequence[Cell]], headings: Headings | None) -> Mapping[str, Any]:
    reading = read_rows(table, headings)
    are_names = headings is None or headings.are_names
    return {
        "rows": reading.rows,
        "problems": reading.problems,
        "columns": _columns(table, headings),
        "first_row": headings.guess.first_row + 1 if headings is not None else 0,
        "are_names": are_names,
        "skipped": reading.skipped,
        "cells": [] if are_names else [list(map(_plain, row)) for row in table],
    }


def _columns(table: Sequence[Sequence[Cell]], headings: Headings | None) -> list[list[Any]]:
    if headings is None:
        return []
    told = partial(samples, table[headings.guess.first_row :], most=SAMPLES)
    return [
        [column.place, column.heading, cells, column.field, column.is_sure]
        for column in headings.guess.columns
        for cells in [told(column.place)]
        if column.heading or cells
    ]


def _plain(cell: Cell) -> Cell:
    """Return a cell as JSON knows it: a day is no code and no name in whatever form."""
    return cell if cell is None or isinstance(cell, str | int | float) else str(cell)
