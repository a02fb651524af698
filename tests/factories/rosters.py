"""Makers of member lists, written directly in whatever state a test begins from."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from registry.domain.memberships import MemberRole
from registry.domain.rosters import LineAction, RosterState, content_hash
from registry.models.accounts import Account
from registry.models.base import db
from registry.models.people import Person
from registry.models.rosters import Roster, RosterLine
from registry.models.units import Unit
from registry.queries.person_periods import facts_of
from registry.services.rosters.deciding import frozen_lines
from tests.factories.units import START

CREATED = datetime(2024, 6, 2, 1, 0, tzinfo=UTC)


def make_line(
    party: Person | Unit,
    *,
    action: LineAction = LineAction.ADD,
    role: MemberRole = MemberRole.MEMBER,
    effective_from: date = START,
) -> RosterLine:
    """Make a line about a person or a unit; `make_roster` puts it on a list."""
    return RosterLine(
        action=action,
        person_id=party.id if isinstance(party, Person) else None,
        member_unit_id=party.id if isinstance(party, Unit) else None,
        role=role,
        effective_from=effective_from,
    )


def make_roster(
    unit: Unit,
    lines: Sequence[RosterLine],
    state: RosterState = RosterState.DRAFT,
    *,
    number: int = 1,
    submitted_by: Account | None = None,
) -> Roster:
    """Make a list of a unit; beyond a draft its lines are frozen as the people are now."""
    roster = Roster(unit_id=unit.id, number=number, state=state, created_at=CREATED)
    for position, line in enumerate(lines, start=1):
        line.position = position
        roster.lines.append(line)
    if state is not RosterState.DRAFT:
        roster.submitted_at = CREATED
        roster.submitted_by_id = submitted_by.id if submitted_by else None
        for line in roster.lines:
            _freeze(line)
        roster.content_hash = content_hash(frozen_lines(roster))
    db.session.add(roster)
    db.session.flush()
    return roster


def _freeze(line: RosterLine) -> None:
    person = db.session.get(Person, line.person_id) if line.person_id else None
    line.name = person.full_name if person else "Đơn vị thành viên"
    line.birth_year = person.birth_year if person else None
    line.job_title = facts_of(person.id, CREATED.date()).job_title if person else None
