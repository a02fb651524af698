"""On which days those who hold an assignment belong to the unit they serve (docs/adr/0020)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from sqlalchemy import select

from registry.domain.assignments import AssignmentRole
from registry.domain.periods import Period, joined
from registry.models.assignments import Assignment, AssignmentConfirmation
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.units import UnitPath
from registry.queries.assignments.rows import AssignmentRow, assignment_rows, in_order, select_rows
from registry.queries.blocks import blocks
from registry.queries.coverage.enterprise_staff import days_in_enterprises

_Places = dict[int, list[tuple[str, Period]]]
"""Where somebody, or a unit, stands: paths, and the days of each."""


def days_of_belonging(
    rows: Iterable[AssignmentRow], without: Membership | None = None
) -> dict[int, tuple[Period, ...]]:
    """Return for each assignment, by id, the days on which its holder belongs, in order.

    A person: as a member of the unit served, or of one below or above it, but for the membership
    `without`, since the line of the assignment began; a line goes through the units that a
    reorganisation carried it over to. Who gives technical support: as staff of an enterprise,
    wherever that stands. A section: standing below the unit served. A constant number of SELECTs
    for every 500 of them.
    """
    wanted = list(rows)
    lines = _lines([row.line_id for row in wanted if row.person_id is not None])
    units = _places_of_units(
        [row.unit_id for row in wanted]
        + [row.section_id for row in wanted if row.section_id]
        + [one.unit_id for line in lines.values() for one in line]
    )
    members = _places_of_members({row.person_id for row in wanted if row.person_id}, without)
    staff = days_in_enterprises(
        (
            row.person_id
            for row in wanted
            if row.person_id and row.role is AssignmentRole.TECHNICAL_SUPPORT
        ),
        without,
    )
    found: dict[int, tuple[Period, ...]] = {}
    for row in wanted:
        if row.section_id is not None:
            days = _near(units[row.section_id], units[row.unit_id], _stands_below)
        elif row.role is AssignmentRole.TECHNICAL_SUPPORT:
            elsewhere = [("", spell) for spell in staff.get(row.person_id or 0, ())]
            days = _along(_of_holder(row, lines), elsewhere, units, _wherever)
        else:
            own = members[row.person_id or 0]
            days = _along(_of_holder(row, lines), own, units, _are_on_one_line)
        found[row.id] = tuple(joined(days))
    return found


def confirmed_days(rows: Iterable[AssignmentRow]) -> dict[str, tuple[date, ...]]:
    """Return the days on which lines of assignments were confirmed to go on, by line."""
    found: dict[str, list[date]] = defaultdict(list)
    for block in blocks(row.line_id for row in rows):
        for one in db.session.scalars(
            select(AssignmentConfirmation).where(AssignmentConfirmation.line_id.in_(block))
        ):
            found[one.line_id].append(one.confirmed_on)
    return {line_id: tuple(sorted(days)) for line_id, days in found.items()}


def _lines(line_ids: Iterable[str]) -> dict[str, list[Assignment]]:
    found: dict[str, list[Assignment]] = defaultdict(list)
    for block in blocks(line_ids):
        for one in db.session.scalars(select(Assignment).where(Assignment.line_id.in_(block))):
            found[one.line_id].append(one)
    return found


def _of_holder(row: AssignmentRow, lines: dict[str, list[Assignment]]) -> list[Assignment]:
    return [one for one in lines[row.line_id] if one.person_id == row.person_id]


def _along(
    line: Iterable[Assignment],
    own: list[tuple[str, Period]],
    units: _Places,
    is_near: Callable[[str, str], bool],
) -> Iterator[Period]:
    """Yield the days of a line on which its holder is near the unit served then."""
    for one in line:
        held = Period(one.valid_from, one.valid_to)
        for days in _near(own, units[one.unit_id], is_near):
            if (shared := days.intersection(held)) is not None:
                yield shared


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


def _near(
    places: list[tuple[str, Period]],
    unit: list[tuple[str, Period]],
    is_near: Callable[[str, str], bool],
) -> Iterator[Period]:
    """Yield the days on which somebody's place and a unit's lie near each other."""
    for served, served_days in unit:
        for path, days in places:
            shared = days.intersection(served_days) if is_near(path, served) else None
            if shared is not None:
                yield shared


def _stands_below(path: str, served: str) -> bool:
    return path != served and path.startswith(served)


def _are_on_one_line(path: str, served: str) -> bool:
    return path.startswith(served) or served.startswith(path)


def _wherever(path: str, served: str) -> bool:  # noqa: ARG001 - as the others
    return True


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
