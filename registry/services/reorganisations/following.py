"""Facts written at a unit that is known to end follow it, as those written before did.

A batch may be applied long before its day. What its unit's people do until then is written as if
nothing were to come, and goes on in the successors from that day, by the same rule as all that was
carried over when the batch was applied, and in the same journal (docs/adr/0013): so undoing the
batch opens it again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Table, update

from registry.domain.errors import Invalid
from registry.domain.memberships import MemberRole
from registry.domain.reorganisations.carry_over import WITHOUT_PLAN, Ended
from registry.domain.reorganisations.questions import Item
from registry.models.base import db
from registry.models.reorganisations import Reorganisation, ReorganisationChange
from registry.queries.accounts import accounts_of_people
from registry.queries.reorganisations.ahead import (
    ComingEnd,
    batches_ahead,
    changes_ahead,
    coming_ends,
    rows_written,
)
from registry.queries.reorganisations.facts import dated_rows
from registry.services.reorganisations.facts import (
    ASSIGNMENTS,
    GRANTS,
    MEMBERSHIPS,
    FactTable,
    carry_rows,
    change_from,
)
from registry.services.reorganisations.journal import Journal, forget, touched_rows

NO_PART = "Chọn một trong các đơn vị kế thừa nêu ở đây, hoặc để trống."

_Row = Mapping[str, Any]
_Goals = dict[int, dict[Item, int]]
_Roles = dict[int, dict[str, MemberRole]]


@dataclass(frozen=True, slots=True)
class _Settled:
    """What answers settled, by batch: where lines go on from units that split, and in which role.

    A role is settled where a batch left another than it found, for a team to have one head.
    """

    goals: _Goals = field(default_factory=lambda: defaultdict(dict))
    roles: _Roles = field(default_factory=lambda: defaultdict(dict))


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose facts are written: of people, of units that are members or sections, of accounts."""

    people: frozenset[int] = frozenset()
    units: frozenset[int] = frozenset()
    accounts: frozenset[int] = frozenset()

    @classmethod
    def party(cls, person_id: int | None, unit_id: int | None) -> "Whose":
        """Return those of one person or, without a person, of one unit."""
        return cls.parties([(person_id, unit_id)])

    @classmethod
    def parties(cls, parties: Iterable[tuple[int | None, int | None]]) -> "Whose":
        """Return those of several, each a person or a unit."""
        given = list(parties)
        return cls(
            frozenset(person_id for person_id, _ in given if person_id is not None),
            frozenset(unit_id for _, unit_id in given if unit_id is not None),
        )

    def rows(self, what: FactTable, day: date) -> list[dict[str, Any]]:
        """Return their rows of a table that hold on or after a day."""
        if what is GRANTS:
            accounts = self.accounts | accounts_of_people(self.people)
            return dated_rows(what.table, ("account_id",), accounts, day)
        beside = "member_unit_id" if what is MEMBERSHIPS else "section_id"
        return [
            *dated_rows(what.table, ("person_id",), self.people, day),
            *dated_rows(what.table, (beside,), self.units, day),
        ]


_OF_SOMEBODY = (MEMBERSHIPS, ASSIGNMENTS, GRANTS)


@contextmanager
def units_followed(
    whose: Whose,
    today: date,
    *,
    begun: date | None = None,
    chosen: Mapping[int, int] | None = None,
    goals: Mapping[int, Mapping[Item, int]] | None = None,
) -> Iterator[None]:
    """Let what is written within go on in the successors of units that end after `today`.

    Within, the facts of those concerned are as if no unit were to end: open where they were open.
    A fact that `begun` later than today is itself one that was carried over, and stays. `chosen`
    names, for units that split, the part into which their facts go; `goals`, by batch, the part for
    a line.
    """
    batches = batches_ahead(today)
    if not batches:
        yield
        return
    db.session.flush()
    before = {what.table: whose.rows(what, today) for what in _OF_SOMEBODY}
    settled = _reopen(
        whose,
        today,
        {
            batch.id: batch.effective_on
            for batch in batches.values()
            if begun is None or batch.effective_on > begun
        },
    )
    for batch_id, wanted in (goals or {}).items():
        settled.goals[batch_id] |= wanted
    yield
    db.session.flush()
    for what in _OF_SOMEBODY:
        _carry_on(what, whose, today, batches, settled, chosen or {})
        _keep_versions(what.table, before[what.table], whose.rows(what, today))
    db.session.expire_all()


def coming_split(unit_id: int, today: date) -> ComingEnd | None:
    """Return the first split to come on the way of whoever joins a unit today."""
    batches = batches_ahead(today)
    while end := coming_ends([unit_id], batches).get(unit_id) if batches else None:
        if end.heir is None:
            return end if end.parts else None
        unit_id = end.heir
    return None


def chosen_part(unit_id: int, successor_id: int | None, today: date) -> dict[int, int]:
    """Return into which part a fact goes on when the unit, or one in its place, splits.

    Raises Invalid on `successor_id` for a unit that is none of the parts.
    """
    if successor_id is None:
        return {}
    split = coming_split(unit_id, today)
    if split is None or successor_id not in split.parts:
        raise Invalid.on("successor_id", NO_PART)
    return {split.unit_id: successor_id}


def _reopen(whose: Whose, today: date, batches: Mapping[int, date]) -> _Settled:
    """Take back what batches, given with their days, did to facts; return what they had settled.

    What somebody edited where it had gone to stays, and with it all of the same holder.
    """
    settled = _Settled()
    for what in _OF_SOMEBODY:
        rows = {row["id"]: row for row in whose.rows(what, today)}
        changes = changes_ahead(what.table.name, rows, batches)
        edited = {
            _holder(what, rows[row_id]) for row_id in touched_rows(changes).get(what.table.name, ())
        }
        taken_back = [one for one in changes if _holder(what, rows[one.row_id]) not in edited]
        if what.asked is not None:
            _note_goals(settled.goals, what, rows, taken_back)
        if what is MEMBERSHIPS:
            _note_roles(settled.roles, rows, taken_back, batches)
        forget(taken_back)
    db.session.expire_all()
    return settled


def _holder(what: FactTable, row: _Row) -> tuple[object, ...]:
    """Return whose a row is: a person or an account, else the unit that is member or section."""
    return (row[what.key[0]], None if row[what.key[0]] is not None else row[what.units[-1]])


def _note_goals(
    goals: _Goals,
    what: FactTable,
    rows: Mapping[int, _Row],
    changes: Iterable[ReorganisationChange],
) -> None:
    """Note the unit in which each line goes on, for the case that its own one splits."""
    for change in changes:
        unit_id = (change.after or {}).get(what.units[0])
        if unit_id is not None and what.asked is not None:
            item = Item(what.asked, rows[change.row_id]["line_id"])
            goals[change.reorganisation_id][item] = unit_id


def _note_roles(
    roles: _Roles,
    rows: Mapping[int, _Row],
    changes: Iterable[ReorganisationChange],
    days: Mapping[int, date],
) -> None:
    """Note the role that each line has from the day of a batch on, where it had another before."""
    for change in changes:
        role = (change.after or {}).get("role")
        if role is None:
            continue
        line_id, day = rows[change.row_id]["line_id"], days[change.reorganisation_id]
        found = {
            row["role"]
            for row in rows.values()
            if row["line_id"] == line_id and row["valid_from"] < day and _lasts_until(row, day)
        } or {(change.before or {}).get("role", role)}
        if role not in found:
            roles[change.reorganisation_id][line_id] = MemberRole(role)


def _carry_on(
    what: FactTable,
    whose: Whose,
    today: date,
    batches: Mapping[int, Reorganisation],
    settled: _Settled,
    chosen: Mapping[int, int],
) -> None:
    """Cut what outlives its unit and continue it in the successor, batch after batch."""
    goals, roles = settled.goals, settled.roles if what is MEMBERSHIPS else {}
    while True:
        rows = whose.rows(what, today)
        ends = coming_ends({unit for row in rows for unit in _units(what, row)}, batches)
        leaving = _giving(what, rows, batches, goals) | {
            (end.day, end.batch_id, unit): _ended(what, end, chosen) for unit, end in ends.items()
        }
        due = {
            (day, batch_id)
            for day, batch_id, unit in leaving
            if any(unit in _units(what, row) and _lasts_to(row, day) for row in rows)
        } | {
            (day, batch_id)
            for batch_id, wanted in roles.items()
            for day in [batches[batch_id].effective_on]
            if _to_change(rows, wanted, day)
        }
        if not due:
            return
        day, batch_id = min(due)
        ended = {unit: how for (*when, unit), how in leaving.items() if when == [day, batch_id]}
        moving = [
            row
            for row in rows
            if _lasts_to(row, day) and not ended.keys().isdisjoint(_units(what, row))
        ]
        answers = _answers(what, moving, chosen) | goals.get(batch_id, {})
        journal = Journal(batch_id, rows_written(batch_id))
        carry_rows(journal, what, moving, ended, answers, day)
        wanted = roles.get(batch_id, {})
        change_from(journal, what, day, _to_change(whose.rows(what, today), wanted, day))
        journal.close()


def _to_change(
    rows: Iterable[_Row], roles: Mapping[str, MemberRole], day: date
) -> list[tuple[_Row, _Row]]:
    """Return the rows in force on a day that have another role than the one settled, with that."""
    return [
        (row, {"role": roles[row["line_id"]]})
        for row in rows
        if row.get("line_id") in roles
        and row["role"] != roles[row["line_id"]]
        and row["valid_from"] <= day
        and _lasts_to(row, day)
    ]


def _keep_versions(table: Table, before: Iterable[_Row], after: Iterable[_Row]) -> None:
    """Let what was opened and closed again, and nothing else, count as never touched."""
    if "version" not in table.c:
        return
    now = {row["id"]: row for row in after}
    for row in before:
        then = now.get(row["id"], row)
        if then["version"] != row["version"] and {**then, "version": row["version"]} == row:
            db.session.execute(
                update(table).where(table.c.id == row["id"]).values(version=row["version"])
            )


def _giving(
    what: FactTable, rows: Iterable[_Row], batches: Mapping[int, Reorganisation], goals: _Goals
) -> dict[tuple[date, int, int], Ended]:
    """Return the units that live on and gave away a part, with which one of the rows went along."""
    return {
        (batches[batch_id].effective_on, batch_id, unit): Ended(unit, "", is_asked=True)
        for batch_id, wanted in goals.items()
        for row in rows
        for unit in [row[what.units[0]]]
        if what.asked is not None
        and wanted.get(Item(what.asked, row["line_id"]), unit) != unit
        and _lasts_to(row, batches[batch_id].effective_on)
    }


def _answers(what: FactTable, rows: Iterable[_Row], chosen: Mapping[int, int]) -> dict[Item, int]:
    """Return the part that was chosen for each row whose unit splits."""
    return {
        Item(what.asked, row["line_id"]): chosen[unit]
        for row in rows
        if what.asked is not None
        for unit in _units(what, row)
        if unit in chosen
    }


def _units(what: FactTable, row: _Row) -> Iterator[int]:
    for column in what.units:
        if row[column] is not None:
            yield row[column]


def _lasts_to(row: _Row, day: date) -> bool:
    return row["valid_to"] is None or row["valid_to"] > day


def _lasts_until(row: _Row, day: date) -> bool:
    return _lasts_to(row, day) or row["valid_to"] == day


def _ended(what: FactTable, end: ComingEnd, chosen: Mapping[int, int]) -> Ended:
    if end.heir is not None or not end.parts:
        return Ended(end.heir, end.reason, is_asked=len(end.parts) > 1)
    # Nobody is asked where a role of an account goes: it goes where the person went.
    return Ended(chosen.get(end.unit_id) if what.asked is None else None, WITHOUT_PLAN)
