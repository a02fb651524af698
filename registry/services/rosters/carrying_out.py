"""What an approved line of a member list does to the membership it is about (Plan 4660 IV.6)."""

from dataclasses import dataclass
from datetime import date

from registry.domain.clock import Moment
from registry.domain.errors import NotFound
from registry.domain.permissions import Actor
from registry.domain.rosters import Joined, LineAction, LineFacts, differs
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.rosters import RosterLine
from registry.queries.memberships import membership_by_id
from registry.queries.units.on_a_day import life_of
from registry.services.memberships import OpenMembership, end_membership, open_membership


@dataclass(frozen=True, slots=True)
class Ground:
    """What the lines of one approval share: the unit, its last day (exclusive) and the decision."""

    unit_id: int
    unit_ends: date | None
    decision_number: str


def ground_of(unit_id: int, decision: Decision) -> Ground:
    """Return the ground on which the lines of a unit's list are carried out."""
    life = life_of(unit_id)
    return Ground(unit_id, life.valid_to if life else None, decision.number)


def admit(actor: Actor, ground: Ground, line: RosterLine, facts: LineFacts, moment: Moment) -> str:
    """Write, continue or end the membership of an approved line; return its membership line.

    Called by the approval, which has authorised itself and found no obstacle in `facts`.
    Raises Invalid when another fact stands against it.
    """
    if facts.joined is None:
        return _open(actor, ground, line, None, moment).line_id
    if line.action is LineAction.END:
        reason = f"Thôi tham gia theo {ground.decision_number}"
        end_membership(actor, _membership(facts.joined), line.effective_from, reason, moment)
    elif differs(facts):
        _change(actor, ground, line, facts.joined, moment)
    return facts.joined.line_id


def _membership(joined: Joined) -> Membership:
    membership = membership_by_id(joined.membership_id)
    if membership is None:
        raise NotFound
    return membership


def _change(actor: Actor, ground: Ground, line: RosterLine, joined: Joined, moment: Moment) -> None:
    """Let the membership go on with the line's role from its day: a new period of the same line."""
    membership = _membership(joined)
    if line.effective_from <= membership.valid_from:
        # It has not begun yet, or begins that day: it is admitted with the role approved.
        membership.role, membership.organisation = line.role, line.organisation
        db.session.flush()
        return
    until = membership.valid_to
    membership.valid_to = line.effective_from
    db.session.flush()
    _open(actor, ground, line, (membership, until), moment)


def _open(
    actor: Actor,
    ground: Ground,
    line: RosterLine,
    before: tuple[Membership, date | None] | None,
    moment: Moment,
) -> Membership:
    """Open the membership, or go on with the one in `before` up to the day it was to end.

    It never outlives a unit whose end is known already.
    """
    continued, until = before or (None, None)
    ends = [end for end in (until, ground.unit_ends) if end is not None]
    return open_membership(
        actor,
        OpenMembership(
            person_id=line.person_id,
            member_unit_id=line.member_unit_id,
            unit_id=ground.unit_id,
            role=line.role,
            organisation=line.organisation,
            valid_from=line.effective_from,
            valid_to=min(ends) if ends else None,
            is_secondment=continued.is_secondment if continued else False,
            line_id=continued.line_id if continued else None,
        ),
        moment,
    )
