"""Approved member lists of the demo, as the steps of the real work would have left them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from registry.domain.clock import LOCAL_ZONE
from registry.domain.permissions import Role
from registry.domain.rosters import LineAction, LineOutcome, RosterState, content_hash
from registry.formats.sqlite_file import Row
from registry.models.accounts import Account
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import Person, PersonPeriod
from registry.models.rosters import Roster, RosterLine
from registry.queries.units.on_a_day import path_on
from registry.services.rosters.deciding import frozen_lines
from registry.services.seeds.files import text


@dataclass(frozen=True, slots=True)
class DemoFacts:
    """What the lists rest on, by the keys of the seed files; memberships by (person, unit)."""

    codes: Mapping[str, int]
    people: Mapping[str, Person]
    periods: Mapping[str, PersonPeriod]
    memberships: Mapping[tuple[str, str], Membership]
    decisions: Mapping[str, Decision]
    accounts: Sequence[Account]


def add_rosters(rows: Sequence[Row], facts: DemoFacts) -> int:
    """Add the lists, approved line by line on their decisions; return how many lines they hold."""
    rosters = [_roster(row, facts) for row in rows]
    db.session.add_all(rosters)
    db.session.flush()
    return sum(len(roster.lines) for roster in rosters)


def _roster(row: Row, facts: DemoFacts) -> Roster:
    unit, decision = text(row, "unit"), facts.decisions[text(row, "decision")]
    if decision.issued_on is None or decision.effective_from is None:
        message = f"the decision of the list {text(row, 'key')} has no day"
        raise ValueError(message)
    unit_id, issued_on = facts.codes[unit], decision.issued_on
    verifier = _officer(facts, Role.VERIFIER, unit_id, issued_on)
    lines = [
        _line(position, key, facts, facts.memberships[key, unit], decision.effective_from)
        for position, key in enumerate(text(row, "lines").split(";"), start=1)
    ]
    at = _moments(issued_on)
    roster = Roster(
        unit_id=unit_id,
        number=1,
        state=RosterState.DECIDED,
        created_at=at(-3, 9),
        submitted_at=at(-2, 10),
        submitted_by_id=_officer(facts, Role.UNIT_OFFICER, unit_id, issued_on),
        verified_at=at(-1, 9) if verifier else None,
        verified_by_id=verifier,
        reviewed_at=at(-1, 15),
        reviewed_by_id=_holder(facts, Role.REVIEWER),
        decided_at=at(0, 16),
        decided_by_id=_holder(facts, Role.APPROVER),
        decision_id=decision.id,
        lines=lines,
    )
    roster.content_hash = content_hash(frozen_lines(roster))
    return roster


def _moments(day: date) -> Callable[[int, int], datetime]:
    """Return a function that gives an hour, local time, some days from `day`."""

    def at(days: int, hour: int) -> datetime:
        return datetime.combine(day + timedelta(days=days), time(hour), tzinfo=LOCAL_ZONE)

    return at


def _holder(facts: DemoFacts, role: Role) -> int | None:
    """Return the id of the account with `role`, which exists once in the demo."""
    return next(
        (
            account.id
            for account in facts.accounts
            if any(grant.role is role for grant in account.grants)
        ),
        None,
    )


def _officer(facts: DemoFacts, role: Role, unit_id: int, day: date) -> int | None:
    """Return the account with `role` for an office above the unit, or for the unit itself."""
    path = path_on(unit_id, day) or ""
    return next(
        (
            account.id
            for account in facts.accounts
            for grant in account.grants
            if grant.role is role and f"/{grant.office_id}/" in path
        ),
        None,
    )


def _line(
    position: int, key: str, facts: DemoFacts, membership: Membership, effective_from: date
) -> RosterLine:
    person = facts.people[key]
    return RosterLine(
        position=position,
        action=LineAction.ADD,
        person_id=person.id,
        membership_line_id=membership.line_id,
        role=membership.role,
        organisation=membership.organisation,
        effective_from=effective_from,
        name=person.full_name,
        birth_year=person.birth_year,
        job_title=facts.periods[key].job_title,
        outcome=LineOutcome.APPROVED,
    )
