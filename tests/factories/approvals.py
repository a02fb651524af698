"""Maker of approved members: a decided list with one line per membership."""

from datetime import UTC, date, datetime

from registry.domain.rosters import LineAction, LineOutcome, RosterState
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.rosters import Roster, RosterLine
from registry.models.units import Unit
from tests.factories.people import make_decision
from tests.factories.units import START

DECIDED = datetime(2024, 6, 1, 1, 0, tzinfo=UTC)


def approve_memberships(unit: Unit, *memberships: Membership, since: date = START) -> Roster:
    """Approve memberships of a unit by a decided list whose decision was issued on `since`."""
    decision = make_decision(unit, "99/QĐ-UBND", issued_on=since)
    earlier = db.session.query(Roster).filter_by(unit_id=unit.id).count()
    roster = Roster(
        unit_id=unit.id,
        number=earlier + 1,
        state=RosterState.DECIDED,
        created_at=DECIDED,
        decided_at=DECIDED,
        content_hash="0" * 64,
        decision_id=decision.id,
    )
    roster.lines = [
        RosterLine(
            position=position,
            action=LineAction.ADD,
            person_id=membership.person_id,
            member_unit_id=membership.member_unit_id,
            membership_line_id=membership.line_id,
            role=membership.role,
            effective_from=since,
            outcome=LineOutcome.APPROVED,
        )
        for position, membership in enumerate(memberships, start=1)
    ]
    db.session.add(roster)
    db.session.flush()
    return roster
