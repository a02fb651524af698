"""Questions about memberships: who belongs to a unit on a day, since when, whether approved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from registry.domain.memberships import MemberRole, role_title
from registry.domain.periods import Period
from registry.domain.permissions import Scope
from registry.domain.rosters import LineAction, LineOutcome
from registry.domain.units.names import located_name
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import Person, PersonPeriod
from registry.models.rosters import Roster, RosterLine
from registry.models.units import UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.person_periods import said_of
from registry.queries.there_is import there_is
from registry.queries.units.on_a_day import in_force, in_scope_of


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member of a unit on a day: a person, or a unit (then `person_id` is None)."""

    membership_id: int
    line_id: str
    person_id: int | None
    member_unit_id: int | None
    unit_id: int
    full_name: str
    job_title: str | None
    role: MemberRole
    organisation: str | None
    is_main: bool
    is_secondment: bool
    valid_from: date
    valid_to: date | None
    approved: bool


def shares_a_day(period: Period) -> ColumnElement[bool]:
    """Return the condition that a membership shares at least one day with `period`."""
    begins = Membership.valid_from < period.valid_to if period.valid_to is not None else None
    ends = or_(Membership.valid_to.is_(None), Membership.valid_to > period.valid_from)
    return ends if begins is None else and_(begins, ends)


def main_unit_id(person_id: int, day: date) -> int | None:
    """Return the person's main unit on `day`, or None when he belongs nowhere then."""
    return db.session.scalar(
        select(Membership.unit_id).where(
            Membership.person_id == person_id, Membership.is_main, in_force(Membership, day)
        )
    )


def main_ended_on(person_id: int, day: date) -> date | None:
    """Return when the last main membership of a person ended; None while one is in force."""
    if main_unit_id(person_id, day) is not None:
        return None
    return db.session.scalar(
        select(func.max(Membership.valid_to)).where(
            Membership.person_id == person_id, Membership.is_main
        )
    )


def membership_by_id(membership_id: int) -> Membership | None:
    """Return one period of a membership."""
    return db.session.get(Membership, membership_id)


def line_of(line_id: str) -> list[Membership]:
    """Return every period of a line of membership, the oldest first."""
    return list(
        db.session.scalars(
            select(Membership)
            .where(Membership.line_id == line_id)
            .order_by(Membership.valid_from, Membership.id)
        )
    )


def overlapping(
    person_id: int | None, member_unit_id: int | None, period: Period
) -> list[Membership]:
    """Return the memberships of a person, or of a unit, that share a day with `period`."""
    party = (
        Membership.person_id == person_id
        if person_id is not None
        else Membership.member_unit_id == member_unit_id
    )
    return list(
        db.session.scalars(
            select(Membership)
            .where(party, shares_a_day(period))
            .order_by(Membership.valid_from, Membership.id)
        )
    )


def belonging_of(person_id: int, scope: Scope, today: date) -> tuple[list[Period], list[Period]]:
    """Return when a person was a member of units in `scope`, asked for `today`, and of others."""
    inside: list[Period] = []
    outside: list[Period] = []
    for valid_from, valid_to, is_inside in db.session.execute(
        select(
            Membership.valid_from,
            Membership.valid_to,
            case((in_scope_of(scope, Membership.unit_id, today), 1), else_=0),
        )
        .where(Membership.person_id == person_id)
        .order_by(Membership.valid_from, Membership.id)
    ):
        (inside if is_inside else outside).append(Period(valid_from, valid_to))
    return inside, outside


def members_of(unit_id: int, day: date) -> list[MemberRow]:
    """Return the members of one unit on `day`: people by given name, then units by name."""
    member_unit = aliased(UnitPeriod)
    rows = db.session.execute(
        _with_party(member_unit, day)
        .where(Membership.unit_id == unit_id, in_force(Membership, day))
        .order_by(
            Membership.person_id.is_(None), Person.sort_key, member_unit.sort_key, Membership.id
        )
    ).all()
    approved = approved_line_ids((membership.line_id for membership, *_ in rows), day)
    return [
        _row(membership, person, job_title, unit, approved=membership.line_id in approved)
        for membership, person, job_title, unit in rows
    ]


def _with_party(
    member_unit: type[UnitPeriod], day: date
) -> Select[Membership, Person, str | None, UnitPeriod]:
    return (
        select(Membership, Person, PersonPeriod.job_title, member_unit)
        .outerjoin(Person, Person.id == Membership.person_id)
        .outerjoin(PersonPeriod, said_of(Membership.person_id, day))
        .outerjoin(
            member_unit,
            and_(
                member_unit.unit_id == Membership.member_unit_id,
                in_force(member_unit, day),
            ),
        )
    )


def _row(
    membership: Membership,
    person: Person | None,
    job_title: str | None,
    unit: UnitPeriod | None,
    *,
    approved: bool,
) -> MemberRow:
    unit_name = (unit.short_name or unit.name) if unit else ""
    return MemberRow(
        membership_id=membership.id,
        line_id=membership.line_id,
        person_id=membership.person_id,
        member_unit_id=membership.member_unit_id,
        unit_id=membership.unit_id,
        full_name=person.full_name if person else unit_name,
        job_title=job_title,
        role=membership.role,
        organisation=membership.organisation,
        is_main=membership.is_main,
        is_secondment=membership.is_secondment,
        valid_from=membership.valid_from,
        valid_to=membership.valid_to,
        approved=approved,
    )


def approved_on(line_id: str, day: date) -> bool:
    """Tell whether a membership line stood approved on `day`, see `approved_line_ids`."""
    return line_id in approved_line_ids([line_id], day)


def approved_line_ids(line_ids: Iterable[str], day: date) -> set[str]:
    """Return those of `line_ids` that an approved roster line had admitted on `day`.

    The line asks for a new member or a change, takes effect on or before `day`, and its list's
    decision was issued on or before `day` (Plan 4660 IV.6). Whether the membership is in force
    then is another question.
    """
    found: set[str] = set()
    for block in blocks(line_ids):
        found.update(
            db.session.scalars(
                approved_lines(day).where(RosterLine.membership_line_id.in_(block)).distinct()
            )
        )
    return found


def approved_lines(day: date) -> Select[str]:
    """Return the statement of the membership line ids approved on `day`, for `IN` conditions."""
    return _approving(day, func.coalesce(RosterLine.membership_line_id, ""))


def _approving(day: date, *columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .select_from(RosterLine)
        .join(Roster, Roster.id == RosterLine.roster_id)
        .join(Decision, Decision.id == Roster.decision_id)
        .where(
            RosterLine.outcome == LineOutcome.APPROVED,
            RosterLine.action.in_([LineAction.ADD, LineAction.CHANGE]),
            RosterLine.effective_from <= day,
            Decision.issued_on <= day,
        )
    )


@dataclass(frozen=True, slots=True)
class Approval:
    """An approved line of a member list: the decision, and since when the line approves."""

    since: date
    decision_number: str
    decided_on: date


def approvals_of(line_ids: Iterable[str], day: date) -> dict[str, list[Approval]]:
    """Return the approvals of each membership line that hold on `day`, the earliest first.

    A line approves from the day of the decision, or from the line's own first day where that is
    later (see `approved_line_ids`): nobody was an approved member before either.
    """
    found: dict[str, list[Approval]] = {}
    for block in blocks(line_ids):
        for line_id, effective_from, number, issued_on in db.session.execute(
            _approving(
                day,
                RosterLine.membership_line_id,
                RosterLine.effective_from,
                Decision.number,
                Decision.issued_on,
            ).where(RosterLine.membership_line_id.in_(block))
        ):
            approval = Approval(max(effective_from, issued_on), number, issued_on)
            found.setdefault(line_id, []).append(approval)
    for approvals in found.values():
        approvals.sort(key=lambda one: (one.since, one.decided_on, one.decision_number))
    return found


def end_was_approved(membership: Membership) -> bool:
    """Tell whether a membership ends on the day an approved line of a member list ended it."""
    return there_is(
        select(RosterLine.id).where(
            RosterLine.membership_line_id == membership.line_id,
            RosterLine.action == LineAction.END,
            RosterLine.outcome == LineOutcome.APPROVED,
            RosterLine.effective_from == membership.valid_to,
        )
    )


@dataclass(frozen=True, slots=True)
class PastMembership:
    """One period of a person's membership, its unit named as on the day asked.

    A period that does not hold then names its unit as on its own first day. `approval` is the last
    that approved something of the period, None when none did.
    """

    membership: Membership
    unit_name: str
    role: str
    approval: Approval | None

    @property
    def approved(self) -> bool:
        """Tell whether the membership was approved during the period."""
        return self.approval is not None

    def is_on(self, day: date) -> bool:
        """Tell whether the period holds on a day; its end may be known already."""
        return Period(self.membership.valid_from, self.membership.valid_to).contains(day)


def membership_history(
    person_id: int, day: date, scope: Scope, today: date
) -> list[PastMembership]:
    """Return every membership period of a person in units of `scope`, the newest first.

    Approvals are as of `day`, the scope is asked for `today`.
    """
    above = aliased(UnitPeriod)
    named_on = case((in_force(Membership, day), day), else_=Membership.valid_from)
    rows = db.session.execute(
        select(Membership, UnitPeriod, above.name)
        .outerjoin(
            UnitPeriod,
            and_(UnitPeriod.unit_id == Membership.unit_id, in_force(UnitPeriod, named_on)),
        )
        .outerjoin(above, and_(above.unit_id == UnitPeriod.parent_id, in_force(above, named_on)))
        .where(Membership.person_id == person_id, in_scope_of(scope, Membership.unit_id, today))
        .order_by(Membership.valid_from.desc(), Membership.id.desc())
    ).all()
    approvals = approvals_of((membership.line_id for membership, _, _ in rows), day)
    return [
        _past(membership, unit, parent, approvals.get(membership.line_id, ()))
        for membership, unit, parent in rows
    ]


def _past(
    membership: Membership,
    unit: UnitPeriod | None,
    parent_name: str | None,
    approvals: Iterable[Approval],
) -> PastMembership:
    approval = _last_within(approvals, membership.valid_to)
    if unit is None:
        return PastMembership(membership, "", membership.role.label, approval)
    return PastMembership(
        membership,
        located_name(unit.short_name or unit.name, unit.kind, parent_name),
        role_title(membership.role, unit.kind),
        approval,
    )


def _last_within(approvals: Iterable[Approval], end: date | None) -> Approval | None:
    """Return the last approval that began before a period's end."""
    within = [one for one in approvals if end is None or one.since < end]
    return within[-1] if within else None
