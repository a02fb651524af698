"""Seed folders read through SQLite in memory; the only module that imports `sqlite_utils`.

Seeds are CSV files that people edit. They are loaded as text, and SQL then finds double keys and
references to nothing before a service writes a single row through SQLAlchemy.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from sqlite_utils import Database

from registry.domain.errors import Invalid, Problem
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.names import normalise

Row = dict[str, str | None]
"""One line of a file by column, every value NFC text on one line, or None where it is empty."""

_LINE = "_line"
_MACHINE_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MOST_PROBLEMS = 50


@dataclass(frozen=True, slots=True)
class Reference:
    """The values of `column` must occur in `target_column` of the table `target`."""

    column: str
    target: str
    target_column: str


@dataclass(frozen=True, slots=True)
class CsvTable:
    """What the file `<name>.csv` must look like: exactly `columns`, in this order.

    `required` columns are never empty. Each of `unique` is a group of columns of which no two rows
    have the same values; rows with an empty value in the group are not compared.
    """

    columns: Sequence[str]
    required: Sequence[str] = ()
    unique: Sequence[Sequence[str]] = ()
    references: Sequence[Reference] = ()


def read_csv_folder(folder: Path, tables: Mapping[str, CsvTable]) -> dict[str, list[Row]]:
    """Return the rows of each table's file `<name>.csv` in `folder`, in file order.

    Raises:
        Invalid: a file is missing, unreadable or has other columns, a required value is empty, a
            key occurs twice, or a reference leads nowhere. Every problem names file, line and
            column; its field is "file:line:column".
        ValueError: a table or column is not named in small letters, digits and underscores.

    """
    _refuse_unsafe_names(tables)
    database = Database(memory=True, execute_plugins=False)
    try:
        _refuse(_load(database, folder, name, table) for name, table in tables.items())
        _refuse(
            check(database, name, table)
            for name, table in tables.items()
            for check in (_empty_values, _double_keys, _references_to_nothing)
        )
        return {name: _rows(database, name, table) for name, table in tables.items()}
    finally:
        database.close()


def _refuse_unsafe_names(tables: Mapping[str, CsvTable]) -> None:
    """Names become part of SQL statements, so only plain ones are let through."""
    for name, table in tables.items():
        linked = [part for link in table.references for part in (link.target, link.target_column)]
        for machine_name in (name, *table.columns, *linked):
            if not _MACHINE_NAME.fullmatch(machine_name):
                message = f"{machine_name!r} is not a name for a table or column"
                raise ValueError(message)


def _refuse(found: Iterable[list[Problem]]) -> None:
    problems = list(chain.from_iterable(found))
    if problems:
        raise Invalid(problems[:_MOST_PROBLEMS])


def _load(database: Database, folder: Path, name: str, table: CsvTable) -> list[Problem]:
    """Read one file into a table of its own; return what is wrong with the file's shape."""
    path = folder / f"{name}.csv"
    try:
        lines = _numbered_lines(path)
    except OSError:
        return [Problem(path.name, f"Không đọc được tệp {path.name}.")]
    except (UnicodeDecodeError, csv.Error):
        return [Problem(path.name, f"Tệp {path.name} không phải CSV mã hóa UTF-8.")]
    if not lines or lines[0][1] != list(table.columns):
        expected = ", ".join(table.columns)
        return [_problem(name, 1, "", f"dòng tiêu đề phải có đúng các cột: {expected}.")]
    width = len(table.columns)
    loaded = database.table(name).create({_LINE: int, **dict.fromkeys(table.columns, str)})
    loaded.insert_all(
        {_LINE: line} | dict(zip(table.columns, (field or None for field in fields), strict=True))
        for line, fields in lines[1:]
        if len(fields) == width
    )
    return [
        _problem(name, line, "", f"có {len(fields)} cột, cần {width} cột.")
        for line, fields in lines[1:]
        if len(fields) != width
    ] + [
        _problem(name, line, column, said)
        for line, fields in lines[1:]
        for column, field in zip(table.columns, fields, strict=False)
        if (said := refusal_of(field))
    ]


def _numbered_lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return the fields of each row with the number of its last line; empty lines are skipped."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        return [
            (reader.line_num, [normalise(field) for field in fields]) for fields in reader if fields
        ]


def _empty_values(database: Database, name: str, table: CsvTable) -> list[Problem]:
    return [
        _problem(name, row[_LINE], column, "không được để trống.")
        for column in table.required
        for row in database.table(name).rows_where(f"{column} is null", order_by=_LINE)
    ]


def _double_keys(database: Database, name: str, table: CsvTable) -> list[Problem]:
    """Find rows that repeat a unique group of an earlier row."""
    problems = []
    for group in table.unique:
        same = " and ".join(f"later.{column} = earlier.{column}" for column in group)
        values = " || ' | ' || ".join(f"later.{column}" for column in group)
        statement = (
            f"select later.{_LINE} as line, min(earlier.{_LINE}) as first, {values} as value"  # noqa: S608 - names are checked
            f" from {name} as later join {name} as earlier"
            f" on {same} and earlier.{_LINE} < later.{_LINE}"
            f" group by later.{_LINE} order by later.{_LINE}"
        )
        problems += [
            _problem(
                name, row["line"], "+".join(group), f"“{row['value']}” đã có ở dòng {row['first']}."
            )
            for row in database.query(statement)
        ]
    return problems


def _references_to_nothing(database: Database, name: str, table: CsvTable) -> list[Problem]:
    """Find values that should occur in another table and do not."""
    problems = []
    for reference in table.references:
        statement = (
            f"{reference.column} is not null and {reference.column} not in"  # noqa: S608 - names are checked
            f" (select {reference.target_column} from {reference.target}"
            f" where {reference.target_column} is not null)"
        )
        problems += [
            _problem(
                name,
                row[_LINE],
                reference.column,
                f"không có “{row[reference.column]}” trong cột {reference.target_column}"
                f" của tệp {reference.target}.csv.",
            )
            for row in database.table(name).rows_where(statement, order_by=_LINE)
        ]
    return problems


def _rows(database: Database, name: str, table: CsvTable) -> list[Row]:
    loaded = database.table(name).rows_where(order_by=_LINE)
    return [{column: row[column] for column in table.columns} for row in loaded]


def _problem(name: str, line: int, column: str, what: str) -> Problem:
    """Name the place first: "units.csv, dòng 12, cột code: …"."""
    place = f"{name}.csv, dòng {line}" + (f", cột {column}" if column else "")
    return Problem(f"{name}.csv:{line}:{column}", f"{place}: {what}")
