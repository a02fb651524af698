"""Carry over what hangs on ended units: memberships, assignments, grants, offices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Table

from registry.domain.carry_over import (
    CarryOver,
    Continue,
    End,
    Ended,
    Fact,
    Refs,
    Repoint,
    Withdraw,
    carry_over,
)
from registry.models.accounts import Grant
from registry.models.assignments import Assignment
from registry.models.memberships import Membership
from registry.models.offices import Office
from registry.queries.reorganisations import dated_rows
from registry.services.reorganisation_journal import Journal, RowUpdate


@dataclass(frozen=True, slots=True)
class FactTable:
    """How a dated table names units: its unit columns, and what may hold once a day.

    `noun` begins the name by which an answer speaks of a row, "membership:<line>".
    """

    table: Table
    units: tuple[str, ...]
    key: tuple[str, ...]
    noun: str
    same_by: tuple[int, ...] | None = None


def _table(model: type[Any]) -> Table:
    found: Table = model.__table__
    return found


MEMBERSHIPS = FactTable(
    _table(Membership), ("unit_id", "member_unit_id"), ("person_id",), "membership"
)
ASSIGNMENTS = FactTable(
    _table(Assignment), ("unit_id", "section_id"), ("person_id", "role"), "assignment"
)
GRANTS = FactTable(_table(Grant), ("office_id",), ("account_id", "role"), "grant")
OFFICES = FactTable(
    _table(Office), ("territory_id", "office_id"), ("function",), "office", same_by=(0,)
)
FACT_TABLES = (MEMBERSHIPS, ASSIGNMENTS, GRANTS, OFFICES)


@dataclass(slots=True)
class Carried:
    """What became of the rows of one table: the rows themselves, by their fate."""

    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    moved: list[tuple[int, Refs]] = field(default_factory=list)
    ended: list[tuple[int, str]] = field(default_factory=list)


def carry_facts(
    journal: Journal,
    what: FactTable,
    ended: Mapping[int, Ended],
    answers: Mapping[str, int],
    day: date,
) -> Carried:
    """Cut, continue, re-point or end the rows of one table that name an ended unit."""
    rows = {row["id"]: row for row in dated_rows(what.table, what.units, ended, day)}

    def standing(unit_ids: set[int]) -> Iterable[Fact]:
        """Return the facts at the successors that are not moving themselves."""
        found = {row["id"]: row for row in dated_rows(what.table, what.units, unit_ids, day)}
        others = {row_id: row for row_id, row in found.items() if row_id not in rows}
        rows_there.update(others)
        return [_fact(what, row) for row in others.values()]

    rows_there: dict[int, dict[str, Any]] = {}
    outcome = carry_over(day, [_fact(what, row) for row in rows.values()], ended, standing, answers)
    _write(journal, what, rows | rows_there, outcome, day)
    moving: list[Continue | Repoint] = [*outcome.continued, *outcome.repointed]
    return Carried(
        rows=rows | rows_there,
        moved=[(step.fact.id, step.refs) for step in moving],
        ended=[(step.fact.id, step.reason) for step in _stopped(outcome)],
    )


def _stopped(outcome: CarryOver) -> list[End | Withdraw]:
    return [*outcome.ended, *outcome.withdrawn]


def _fact(what: FactTable, row: Mapping[str, Any]) -> Fact:
    return Fact(
        id=row["id"],
        refs=tuple(row[column] for column in what.units),
        key=tuple(row[column] for column in what.key),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        item=f"{what.noun}:{row.get('line_id', row['id'])}",
        same_by=what.same_by,
    )


def _write(
    journal: Journal,
    what: FactTable,
    rows: Mapping[int, Mapping[str, Any]],
    outcome: CarryOver,
    day: date,
) -> None:
    """Write in an order that never lets two rows hold the same on a day."""
    mains = _promoted(what, rows, outcome)
    ends = [_cut(what, rows[step.fact.id], day, step.reason) for step in outcome.ended]
    cuts = [_cut(what, rows[step.fact.id], day, None) for step in outcome.continued]
    continued = [
        _continuation(what, rows[step.fact.id], step.refs, day, is_main=step.fact.id in mains)
        for step in outcome.continued
    ]
    settled = {step.fact.id for step in outcome.continued}
    for row_id in sorted(mains - settled):
        row = rows[row_id]
        if row["valid_from"] < day:
            cuts.append(_cut(what, row, day, None))
            refs = tuple(row[column] for column in what.units)
            continued.append(_continuation(what, row, refs, day, is_main=True))
        else:
            cuts.append(RowUpdate(row_id, {"is_main": row["is_main"]}, {"is_main": True}))
    journal.delete(what.table, [dict(rows[step.fact.id]) for step in outcome.withdrawn])
    journal.update(what.table, [*ends, *cuts])
    journal.update(
        what.table,
        [_repoint(what, rows[step.fact.id], step.refs) for step in outcome.repointed],
    )
    journal.insert(what.table, continued)


def _promoted(
    what: FactTable, rows: Mapping[int, Mapping[str, Any]], outcome: CarryOver
) -> set[int]:
    """Return the rows that become a person's main unit: the main one ended in their favour."""
    if "is_main" not in what.table.c:
        return set()
    return {
        step.kept.id
        for step in _stopped(outcome)
        if step.kept is not None and rows[step.fact.id]["is_main"]
    } - {step.fact.id for step in outcome.continued if rows[step.fact.id]["is_main"]}


def _cut(what: FactTable, row: Mapping[str, Any], day: date, reason: str | None) -> RowUpdate:
    before = {"valid_to": row["valid_to"]}
    after: dict[str, Any] = {"valid_to": day}
    if reason is not None and "end_reason" in what.table.c:
        before["end_reason"] = row["end_reason"]
        after["end_reason"] = reason
    return RowUpdate(row["id"], before, after)


def _continuation(
    what: FactTable, row: Mapping[str, Any], refs: Refs, day: date, *, is_main: bool
) -> dict[str, Any]:
    values = {name: value for name, value in row.items() if name != "id"}
    values |= dict(zip(what.units, refs, strict=True))
    values["valid_from"] = day
    if "version" in values:
        values["version"] = 1
    if is_main:
        values["is_main"] = True
    return values


def _repoint(what: FactTable, row: Mapping[str, Any], refs: Sequence[int | None]) -> RowUpdate:
    return RowUpdate(
        row["id"],
        {column: row[column] for column in what.units},
        dict(zip(what.units, refs, strict=True)),
    )
