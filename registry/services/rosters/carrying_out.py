"""What an approved line of a member list does to the membership it is about (Plan 4660 IV.6)."""

from dataclasses import dataclass

from registry.domain.clock import Moment
from registry.domain.errors import Invalid
from registry.domain.periods import LONGEST_AHEAD
from registry.domain.permissions import Actor
from registry.domain.rosters import Joined, LineAction, LineFacts, differs
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.rosters import RosterLine
from registry.services.memberships.periods import (
    MembershipSettings,
    OpenMembership,
    end_membership,
    open_membership,
    set_from,
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What the lines of one approval share: the unit and the decision."""

    unit_id: int
    decision_name: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """What came of an approved line: its membership's line, how many assignments ended with it."""

    membership_line_id: str
    assignments_ended: int = 0


def admit(
    actor: Actor, ground: Ground, line: RosterLine, facts: LineFacts, moment: Moment
) -> Admitted:
    """Write, continue or end the membership of an approved line, and end what hangs on that.

    Called by the approval, which has authorised itself and found no obstacle in `facts`.
    Raises Invalid when another fact stands against it.
    """
    if facts.joined is None:
        return Admitted(_open(actor, ground, line, moment).line_id)
    if line.action is LineAction.END:
        reason = f"Thôi tham gia theo {ground.decision_name}"
        membership = db.session.get_one(Membership, facts.joined.membership_id)
        ended = end_membership(actor, membership, line.effective_from, reason, moment)
        return Admitted(facts.joined.line_id, ended)
    if differs(facts):
        _change(actor, line, facts.joined, moment)
    return Admitted(facts.joined.line_id)


def _change(actor: Actor, line: RosterLine, joined: Joined, moment: Moment) -> None:
    """Let the membership go on with the line's role from its day, or from its first when later."""
    membership = db.session.get_one(Membership, joined.membership_id)
    if line.effective_from > moment.day + LONGEST_AHEAD:
        raise Invalid.on("", "Ngày hiệu lực xa quá một năm so với hôm nay. Kiểm tra lại năm.")
    wanted = MembershipSettings(line.role, line.organisation, is_main=membership.is_main)
    set_from(actor, membership, wanted, max(line.effective_from, membership.valid_from), moment)


def _open(actor: Actor, ground: Ground, line: RosterLine, moment: Moment) -> Membership:
    return open_membership(
        actor,
        OpenMembership(
            person_id=line.person_id,
            member_unit_id=line.member_unit_id,
            unit_id=ground.unit_id,
            role=line.role,
            organisation=line.organisation,
            valid_from=line.effective_from,
        ),
        moment,
    )
