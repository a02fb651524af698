"""What rests on something that was entered by mistake: while anything does, it is not taken out.

Each question is answered by the nouns, as the audit names them.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from registry.domain.rosters import OPEN_ROSTER_STATES
from registry.models.assignments import Assignment, AssignmentAbsence, PaperCheck
from registry.models.base import Base, Model, table_of
from registry.models.cards import Card
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import Person, PersonPeriod
from registry.models.reorganisations import Reorganisation, ReorganisationChange
from registry.models.rosters import Roster, RosterLine
from registry.models.trainings import Attendance, TrainingClass
from registry.queries.there_is import there_is

# What goes with the record of a person, or is asked for by itself.
_OF_A_PERSON = frozenset({Membership.__tablename__, PersonPeriod.__tablename__})


def resting_on_membership(line: Sequence[Membership]) -> list[str]:
    """Return what rests on a line of membership, given as all its rows; but for assignments."""
    first = line[0]
    party = (
        RosterLine.person_id == first.person_id
        if first.person_id is not None
        else RosterLine.member_unit_id == first.member_unit_id
    )
    proposed = and_(
        RosterLine.membership_line_id.is_(None),
        party,
        Roster.unit_id == first.unit_id,
        Roster.state.in_(sorted(OPEN_ROSTER_STATES)),
    )
    return _found(
        {
            "attendances": select(Attendance.id)
            .join(TrainingClass, TrainingClass.id == Attendance.class_id)
            .where(
                Attendance.person_id == first.person_id,
                Attendance.unit_id == first.unit_id,
                TrainingClass.starts_on >= first.valid_from,
            ),
            "cards": select(Card.id).where(Card.line_id == first.line_id),
            "reorganisations": _written_by_a_batch(line[0].__tablename__, [row.id for row in line]),
            "roster_lines": select(RosterLine.id)
            .join(Roster, Roster.id == RosterLine.roster_id)
            .where(or_(RosterLine.membership_line_id == first.line_id, proposed)),
        }
    )


def resting_on_assignment(line: Sequence[Assignment]) -> list[str]:
    """Return what rests on a line of assignment, given as all its rows."""
    line_id = line[0].line_id
    return _found(
        {
            "assignment_absences": select(AssignmentAbsence.id).where(
                or_(
                    AssignmentAbsence.line_id == line_id,
                    AssignmentAbsence.acting_line_id == line_id,
                )
            ),
            "paper_checks": select(PaperCheck.id).where(PaperCheck.line_id == line_id),
            "reorganisations": _written_by_a_batch(line[0].__tablename__, [row.id for row in line]),
        }
    )


def resting_on_person(person_id: int) -> list[str]:
    """Return what names a person beside his memberships and what is known of his occupation."""
    return _naming(Person, person_id, leaving=_OF_A_PERSON)


def resting_on_decision(decision: Decision) -> list[str]:
    """Return what names a paper, and its scan where it has one."""
    scan = ["stored_files"] if decision.file_id is not None else []
    return [*_naming(Decision, decision.id), *scan]


def _naming(model: type[Model], row_id: int, leaving: frozenset[str] = frozenset()) -> list[str]:
    """Return the tables, but for some, of which a row names a row of `model`."""
    named = table_of(model)
    wanted: dict[str, list[ColumnElement[bool]]] = defaultdict(list)
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is named and table.name not in leaving:
                wanted[table.name].append(key.parent == row_id)
    return _found(
        {
            name: select(Base.metadata.tables[name]).where(or_(*conditions))
            for name, conditions in wanted.items()
        }
    )


def memberships_beside(line: Sequence[Membership]) -> bool:
    """Tell whether the person of a line is or was a member by another one, on whatever day."""
    first = line[0]
    return there_is(
        select(Membership.id).where(
            Membership.person_id == first.person_id, Membership.line_id != first.line_id
        )
    )


def _written_by_a_batch(table: str, ids: Sequence[int]) -> Select[int]:
    return (
        select(ReorganisationChange.id)
        .join(Reorganisation, Reorganisation.id == ReorganisationChange.reorganisation_id)
        .where(
            Reorganisation.undone_at.is_(None),
            ReorganisationChange.table_name == table,
            ReorganisationChange.row_id.in_(ids),
        )
    )


def _found(wanted: dict[str, Select[Any]]) -> list[str]:
    return [noun for noun, rows in wanted.items() if there_is(rows)]
