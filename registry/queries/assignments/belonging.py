"""On which days those who hold an assignment belong to the unit they serve (docs/adr/0020)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from sqlalchemy import select

from registry.domain.periods import Period, joined
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.units import UnitPath
from registry.queries.assignments.rows import AssignmentRow, assignment_rows, in_order, select_rows
from registry.queries.blocks import blocks

_Places = dict[int, list[tuple[str, Period]]]
"""Where somebody, or a unit, stands: paths, and the days of each."""


def days_of_belonging(
    rows: Iterable[AssignmentRow], without: Membership | None = None
) -> dict[int, tuple[Period, ...]]:
    """Return for each assignment, by id, the days on which its holder belongs, in order.

    A person: as a member of the unit served, or of one below or above it, but for the membership
    `without`. A section: standing below the unit served. A constant number of SELECTs for every
    500 of them.
    """
    wanted = list(rows)
    units = _places_of_units(
        [row.unit_id for row in wanted] + [row.section_id for row in wanted if row.section_id]
    )
    members = _places_of_members({row.person_id for row in wanted if row.person_id}, without)
    return {row.id: tuple(joined(_near(row, units, members))) for row in wanted}


def hanging_on(membership: Membership, day: date) -> list[AssignmentRow]:
    """Return the assignments that hang on a membership as it ends on `day`.

    Begun before; the person belongs there on the day before, and on `day` by no other membership.
    Whether the end is written yet makes no difference.
    """
    if membership.person_id is None:
        return []
    rows = assignment_rows(
        select_rows(day).where(
            Assignment.person_id == membership.person_id, Assignment.valid_from < day
        )
    )
    so_far, then = days_of_belonging(rows), days_of_belonging(rows, without=membership)
    return in_order(
        row
        for row in rows
        if _holds(so_far[row.id], day - timedelta(days=1)) and not _holds(then[row.id], day)
    )


def _holds(periods: Iterable[Period], day: date) -> bool:
    return any(period.contains(day) for period in periods)


def _near(row: AssignmentRow, units: _Places, members: _Places) -> Iterator[Period]:
    """Yield the days on which the holder's place and the unit's lie near each other."""
    if row.section_id is not None:
        places, is_near = units[row.section_id], _stands_below
    else:
        places, is_near = members[row.person_id or 0], _is_on_one_line
    for served, served_days in units[row.unit_id]:
        for path, days in places:
            shared = days.intersection(served_days) if is_near(path, served) else None
            if shared is not None:
                yield shared


def _stands_below(path: str, served: str) -> bool:
    return path != served and path.startswith(served)


def _is_on_one_line(path: str, served: str) -> bool:
    return path.startswith(served) or served.startswith(path)


def _places_of_units(unit_ids: Iterable[int]) -> _Places:
    found: _Places = defaultdict(list)
    for block in blocks(unit_ids):
        for place in db.session.scalars(select(UnitPath).where(UnitPath.unit_id.in_(block))):
            found[place.unit_id].append((place.path, Period(place.valid_from, place.valid_to)))
    return found


def _places_of_members(person_ids: Iterable[int], without: Membership | None) -> _Places:
    found: _Places = defaultdict(list)
    for block in blocks(person_ids):
        for membership, place in db.session.execute(
            select(Membership, UnitPath)
            .join(UnitPath, UnitPath.unit_id == Membership.unit_id)
            .where(Membership.person_id.in_(block))
        ):
            days = Period(membership.valid_from, membership.valid_to).intersection(
                Period(place.valid_from, place.valid_to)
            )
            if membership is not without and membership.person_id and days is not None:
                found[membership.person_id].append((place.path, days))
    return found
