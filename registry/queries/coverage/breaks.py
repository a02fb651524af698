"""Whether the holder of an assignment is there: belongs without a break, is not away; in SQL.

Said in sets, for the rule that `registry.domain.assignments` says of a single holding
(docs/adr/0020). A line is followed through the units a reorganisation carried it over to.
"""

from datetime import date
from itertools import permutations
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from registry.models.assignments import Assignment, AssignmentAbsence, AssignmentConfirmation
from registry.models.base import Dated
from registry.models.memberships import Membership
from registry.models.units import UnitPath
from registry.queries.units.on_a_day import in_force

_NEVER = literal(date.max, Date)


class _Spells:
    """The tables whose rows share the days on which a person belongs to what a line serves."""

    def __init__(self) -> None:
        self.line = aliased(Assignment)
        self.member = aliased(Membership)
        self.own, self.served = aliased(UnitPath), aliased(UnitPath)
        self.dated: tuple[type[Dated], ...] = (self.line, self.member, self.own, self.served)

    def joined_to(self, selected: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """Return a statement that names the line, with the other tables."""
        return (
            selected.join(self.member, self.member.person_id == self.line.person_id)
            .join(self.own, self.own.unit_id == self.member.unit_id)
            .join(self.served, self.served.unit_id == self.line.unit_id)
            .where(are_on_one_line(self.own, self.served))
        )

    def share_a_day(self) -> ColumnElement[bool]:
        """Say that there is a day on which all the rows hold: each two of them share one."""
        return and_(
            *(
                one.valid_from < func.coalesce(other.valid_to, _NEVER)
                for one, other in permutations(self.dated, 2)
            )
        )

    def are_of_the_assignment(self) -> ColumnElement[bool]:
        """Say that the line is that of an `Assignment`, while the same person holds it."""
        return and_(
            self.line.line_id == Assignment.line_id, self.line.person_id == Assignment.person_id
        )


def are_on_one_line(own: type[UnitPath], served: type[UnitPath]) -> ColumnElement[bool]:
    """Say that a unit is the one served, or stands below or above it."""
    return or_(begins_with(own.path, served.path), begins_with(served.path, own.path))


def begins_with(
    path: SQLColumnExpression[str], prefix: SQLColumnExpression[str]
) -> ColumnElement[bool]:
    """Say that a path is `prefix` or lies below it."""
    return func.substr(path, 1, func.length(prefix)) == prefix


def spells_of_holders() -> Select[*tuple[Any, ...]]:
    """Select ids of assignments of people, then first days and ends.

    The person belongs on the days that all the periods of a row share.
    """
    spells = _Spells()
    named = select(Assignment.id).join(spells.line, spells.are_of_the_assignment())
    days = (day for table in spells.dated for day in (table.valid_from, table.valid_to))
    return spells.joined_to(named).add_columns(*days)


def has_gone_on(day: Any) -> ColumnElement[bool]:
    """Say of the `Assignment` of a person who belongs on `day`: ever since it began.

    Or it was confirmed since that person came back.
    """
    spells = _Spells()
    first_end = _first_end(*(table.valid_to for table in spells.dated))
    ends = (
        spells.joined_to(
            select(spells.line.line_id, spells.line.person_id, first_end.label("left_on"))
        )
        .where(spells.share_a_day())
        .subquery()
    )
    confirmed = aliased(AssignmentConfirmation)
    confirmed_since = (
        select(confirmed.id)
        .where(
            confirmed.line_id == Assignment.line_id,
            confirmed.confirmed_on >= ends.c.left_on,
            confirmed.confirmed_on <= day,
            _belongs_on(confirmed.confirmed_on, confirmed),
        )
        .correlate(Assignment, ends)
        .exists()
    )
    return ~(
        select(ends.c.line_id)
        .where(
            ends.c.line_id == Assignment.line_id,
            ends.c.person_id == Assignment.person_id,
            ends.c.left_on <= day,
            ~_belongs_on(ends.c.left_on, ends),
            ~confirmed_since,
        )
        .correlate(Assignment)
        .exists()
    )


def is_away(day: Any) -> ColumnElement[bool]:
    """Say that the holder of the `Assignment` is away on `day`."""
    away = aliased(AssignmentAbsence)
    return (
        select(away.id)
        .where(away.line_id == Assignment.line_id, in_force(away, day))
        .correlate(Assignment)
        .exists()
    )


def _belongs_on(day: Any, told_by: FromClause | Any) -> ColumnElement[bool]:
    """Say that the holder belongs to what the line serves on a `day`, a column of `told_by`."""
    spells = _Spells()
    return (
        spells.joined_to(select(spells.line.id).select_from(spells.line))
        .where(spells.are_of_the_assignment(), *(in_force(table, day) for table in spells.dated))
        .correlate(Assignment, told_by)
        .exists()
    )


def _first_end(*ends: SQLColumnExpression[date | None]) -> SQLColumnExpression[date]:
    """Return the first of days of which NULL is none; both databases name that function apart."""
    first: ColumnElement[date] = _NEVER
    for end in ends:
        first = case((func.coalesce(end, _NEVER) < first, end), else_=first)
    return first
