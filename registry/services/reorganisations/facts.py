"""Carry over what hangs on ended units: memberships, assignments, grants, offices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Table

from registry.domain.main_memberships import Held, Piece, pieces_with_a_main
from registry.domain.memberships import MemberRole
from registry.domain.periods import Period
from registry.domain.reorganisations.carry_over import (
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
from registry.domain.reorganisations.questions import AskedNoun, Item
from registry.models.accounts import Grant
from registry.models.assignments import Assignment
from registry.models.base import OF_THE_END, continued_values, table_of
from registry.models.memberships import Membership
from registry.models.offices import Office
from registry.queries.reorganisations.facts import dated_rows
from registry.services.reorganisations.journal import Journal, RowUpdate


@dataclass(frozen=True, slots=True)
class FactTable:
    """How a dated table names units: its unit columns, and what may hold once a day.

    `asked` is the noun by which an answer speaks of its rows; nobody is asked about the others.
    """

    table: Table
    units: tuple[str, ...]
    key: tuple[str, ...]
    asked: AskedNoun | None = None
    same_by: tuple[int, ...] | None = None


MEMBERSHIPS = FactTable(
    table_of(Membership), ("unit_id", "member_unit_id"), ("person_id",), AskedNoun.MEMBERSHIP
)
ASSIGNMENTS = FactTable(
    table_of(Assignment), ("unit_id", "section_id"), ("person_id", "role"), AskedNoun.ASSIGNMENT
)
GRANTS = FactTable(table_of(Grant), ("office_id",), ("account_id", "role"))
OFFICES = FactTable(table_of(Office), ("territory_id", "office_id"), ("function",), same_by=(0,))
FACT_TABLES = (MEMBERSHIPS, ASSIGNMENTS, GRANTS, OFFICES)


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of the rows of one table: the rows themselves, by their fate."""

    rows: Mapping[int, Mapping[str, Any]]
    moved: Sequence[tuple[int, Refs]]
    ended: Sequence[tuple[int, str]]


def carry_facts(
    journal: Journal,
    what: FactTable,
    ended: Mapping[int, Ended],
    answers: Mapping[Item, int],
    day: date,
) -> Carried:
    """Cut, continue, re-point or end the rows of one table that name one of `ended`."""
    return carry_rows(
        journal, what, dated_rows(what.table, what.units, ended, day), ended, answers, day
    )


def carry_rows(
    journal: Journal,
    what: FactTable,
    moving: Iterable[Mapping[str, Any]],
    ended: Mapping[int, Ended],
    answers: Mapping[Item, int],
    day: date,
) -> Carried:
    """Do what `carry_facts` does with some of the rows, all in force on or after the day."""
    rows = {row["id"]: row for row in moving}

    def standing(unit_ids: set[int]) -> Iterable[Fact]:
        """Return the facts at the successors that are not moving themselves."""
        found = {row["id"]: row for row in dated_rows(what.table, what.units, unit_ids, day)}
        others = {row_id: row for row_id, row in found.items() if row_id not in rows}
        rows_there.update(others)
        return [_fact(what, row) for row in others.values()]

    rows_there: dict[int, dict[str, Any]] = {}
    outcome = carry_over(day, [_fact(what, row) for row in rows.values()], ended, standing, answers)
    _write(journal, what, rows | rows_there, outcome, day)
    moved: list[Continue | Repoint] = [*outcome.continued, *outcome.repointed]
    return Carried(
        rows=rows | rows_there,
        moved=[(step.fact.id, step.refs) for step in moved],
        ended=[(step.fact.id, step.reason) for step in _stopped(outcome)],
    )


def with_roles(carried: Carried, roles: Mapping[str, MemberRole]) -> Carried:
    """Return what became of memberships, some lines bearing another role from the day on."""
    rows = {
        row_id: {**row, "role": roles.get(row["line_id"], row["role"])}
        for row_id, row in carried.rows.items()
    }
    return replace(carried, rows=rows) if roles else carried


def change_from(
    journal: Journal,
    what: FactTable,
    day: date,
    changes: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> None:
    """Let rows in force on `day` be otherwise from then on, each on its line."""
    begun = [(row, after) for row, after in changes if row["valid_from"] < day]
    journal.update(
        what.table,
        [
            *(_cut(what, row, day, None) for row, _ in begun),
            *(
                RowUpdate(row["id"], {name: row[name] for name in after}, dict(after))
                for row, after in changes
                if row["valid_from"] >= day
            ),
        ],
    )
    journal.insert(
        what.table,
        [_continued(what.table, row, valid_from=day, **after) for row, after in begun],
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
        item=Item(what.asked, row["line_id"]) if what.asked is not None else None,
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
    ends = [_cut(what, rows[step.fact.id], day, step.reason) for step in outcome.ended]
    cuts = [_cut(what, rows[step.fact.id], day, None) for step in outcome.continued]
    journal.delete(what.table, [dict(rows[step.fact.id]) for step in outcome.withdrawn])
    journal.update(what.table, [*ends, *cuts])
    _repoint_all(journal, what, rows, outcome.repointed)
    journal.insert(
        what.table,
        [
            _continued(
                what.table,
                rows[step.fact.id],
                valid_from=day,
                **dict(zip(what.units, step.refs, strict=True)),
            )
            for step in outcome.continued
        ],
    )
    if what is MEMBERSHIPS:
        _settle_mains(journal, rows, outcome, day)


def _repoint_all(
    journal: Journal,
    what: FactTable,
    rows: Mapping[int, Mapping[str, Any]],
    steps: Sequence[Repoint],
) -> None:
    """Let facts name other units; who comes where another one leaves is written after him."""
    left = {step.fact.slot(step.fact.refs): step.fact.id for step in steps}
    waiting = [
        step for step in steps if left.get(step.fact.slot(step.refs), step.fact.id) != step.fact.id
    ]
    journal.delete(what.table, [dict(rows[step.fact.id]) for step in waiting])
    late = {step.fact.id for step in waiting}
    journal.update(
        what.table,
        [
            _repoint(what, rows[step.fact.id], step.refs)
            for step in steps
            if step.fact.id not in late
        ],
    )
    journal.insert(
        what.table,
        [
            {**rows[step.fact.id], **dict(zip(what.units, step.refs, strict=True))}
            for step in waiting
        ],
    )


def _settle_mains(
    journal: Journal, rows: Mapping[int, Mapping[str, Any]], outcome: CarryOver, day: date
) -> None:
    """Give a person whose main membership stopped another main one, if he has any."""
    heirs = _units_kept(outcome)
    lost = {
        rows[step.fact.id]["person_id"]: heirs.get(step.fact.id)
        for step in _stopped(outcome)
        if rows[step.fact.id]["is_main"]
    }
    table = MEMBERSHIPS.table
    theirs: dict[int, list[dict[str, Any]]] = {person_id: [] for person_id in lost}
    for row in dated_rows(table, ("person_id",), lost, day):
        theirs[row["person_id"]].append(row)
    updates, inserts = [], []
    for person_id, memberships in theirs.items():
        held = [
            Held(
                row["id"],
                Period(row["valid_from"], row["valid_to"]),
                row["is_main"],
                row["unit_id"] == lost[person_id],
            )
            for row in memberships
        ]
        by_id = {row["id"]: row for row in memberships}
        for row_id, (first, *others) in pieces_with_a_main(held, day).items():
            updates.append(_becoming(by_id[row_id], first))
            inserts += [
                _continued(
                    table,
                    by_id[row_id],
                    valid_from=piece.period.valid_from,
                    valid_to=piece.period.valid_to,
                    is_main=piece.is_main,
                )
                for piece in others
            ]
    journal.update(table, updates)
    journal.insert(table, inserts)


def _continued(table: Table, row: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the row that goes on from another, whole, as the journal remembers what is inserted.

    A column that does not go on is empty; the version begins anew, which the database does not do
    by itself.
    """
    empty = {column.name: None for column in table.c if not column.primary_key}
    version = {"version": 1} if "version" in table.c else {}
    return empty | continued_values(table, row, **changes) | version


def _units_kept(outcome: CarryOver) -> dict[int, int | None]:
    """Return, for each fact that ended by merging, the unit in which the kept one goes on."""
    moving: list[Continue | Repoint] = [*outcome.continued, *outcome.repointed]
    now = {step.fact.id: step.refs for step in moving}
    return {
        step.fact.id: now.get(step.kept.id, step.kept.refs)[0]
        for step in _stopped(outcome)
        if step.kept is not None
    }


def _becoming(row: Mapping[str, Any], piece: Piece) -> RowUpdate:
    """Return the update that leaves of a row one piece."""
    after: dict[str, Any] = {"is_main": piece.is_main, "valid_to": piece.period.valid_to}
    if piece.period.valid_to != row["valid_to"]:
        after |= dict.fromkeys(OF_THE_END)
    changed = {name: value for name, value in after.items() if row[name] != value}
    return RowUpdate(row["id"], {name: row[name] for name in changed}, changed)


def _cut(what: FactTable, row: Mapping[str, Any], day: date, reason: str | None) -> RowUpdate:
    """Return the update that ends a row; one that goes on elsewhere ends without a reason here."""
    before = {"valid_to": row["valid_to"]}
    after: dict[str, Any] = {"valid_to": day}
    if "end_reason" in what.table.c and row["end_reason"] != reason:
        before["end_reason"] = row["end_reason"]
        after["end_reason"] = reason
    return RowUpdate(row["id"], before, after)


def _repoint(what: FactTable, row: Mapping[str, Any], refs: Sequence[int | None]) -> RowUpdate:
    return RowUpdate(
        row["id"],
        {column: row[column] for column in what.units},
        dict(zip(what.units, refs, strict=True)),
    )
