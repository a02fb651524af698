"""Open, continue and close periods of memberships, for services that authorised their action."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Invalid, Problem
from registry.domain.main_memberships import Held, pieces_with_a_main
from registry.domain.memberships import MemberRole
from registry.domain.periods import Period
from registry.domain.permissions import Actor
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.names import normalise
from registry.domain.vietnamese.writing import format_day
from registry.models.base import continued, db
from registry.models.memberships import Membership
from registry.queries.assignments.belonging import hanging_on
from registry.queries.assignments.lists import assignments_by_id
from registry.queries.memberships import overlapping
from registry.services.assignments.periods import end_with_membership
from registry.services.audit import Event, record
from registry.services.gaps import accepted_gaps
from registry.services.memberships.checks import (
    ahead_problems,
    checked_organisation,
    same_unit_problems,
    unit_problems,
)
from registry.services.person_periods import reach_back

REASON_MAX_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMembership:
    """A person (or, with `member_unit_id` and no person, a unit) becomes a member of a unit.

    `is_main` None: main when the person has no other main unit in that time.
    """

    person_id: int | None
    unit_id: int
    role: MemberRole
    valid_from: date
    organisation: str | None = None
    is_main: bool | None = None
    is_secondment: bool = False
    valid_to: date | None = None
    member_unit_id: int | None = None


def open_membership(actor: Actor, command: OpenMembership, moment: Moment) -> Membership:
    """Write a membership; called by services that have authorised their own action.

    Raises Invalid when the unit does not exist all that time or takes no members, when the person
    belongs to it already, when another unit is the main one, or for a day too far ahead.
    """
    period = Period(command.valid_from, command.valid_to)
    others = overlapping(command.person_id, command.member_unit_id, period)
    problems = [
        *unit_problems(command.unit_id, period, moment.day),
        *same_unit_problems(command.unit_id, others),
    ]
    organisation, organisation_problems = checked_organisation(command.organisation)
    problems += organisation_problems
    is_main, main_problems = _main(command, others)
    problems += main_problems
    problems += ahead_problems("valid_from", command.valid_from, moment.day)
    if problems:
        raise Invalid(problems)
    membership = Membership(
        line_id=uuid.uuid4().hex,
        person_id=command.person_id,
        member_unit_id=command.member_unit_id,
        unit_id=command.unit_id,
        role=command.role,
        organisation=organisation,
        is_main=is_main,
        is_secondment=command.is_secondment,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
    )
    db.session.add(membership)
    db.session.flush()
    know_since(actor, membership, moment)
    record_deed(actor, Deed.MEMBERSHIP_OPEN, membership, facts_of(membership), moment)
    if command.person_id is not None:
        give_main_to_another(actor, command.person_id, command.valid_from, moment)
    return membership


def know_since(actor: Actor, membership: Membership, moment: Moment) -> None:
    """See to it that of a member something is known since the first day of the membership."""
    if membership.person_id is not None:
        reach_back(actor, membership.person_id, membership.valid_from, membership.unit_id, moment)


def _main(command: OpenMembership, others: Sequence[Membership]) -> tuple[bool, list[Problem]]:
    """Decide whether the new membership is main: the first is, a second cannot take its place."""
    if command.person_id is None:
        return False, []
    main_elsewhere = any(other.is_main for other in others)
    if command.is_main and main_elsewhere:
        message = (
            "Người này đã có đơn vị chính trong thời gian đó. "
            "Bỏ chọn “Đơn vị chính”, hoặc chuyển đơn vị."
        )
        return False, [Problem("is_main", message)]
    return not main_elsewhere, []


def end_membership(
    actor: Actor, membership: Membership, valid_to: date, reason: str, moment: Moment
) -> int:
    """End a membership: `valid_to` is the first day outside; the caller has authorised its action.

    When it was the person's main one and others go on, the oldest of them becomes main that day,
    and where that ends, the next.
    What hangs on it ends with it; returns how many assignments that were. Raises Invalid when the
    day is not inside the membership, or the reason is missing.
    """
    end_row(membership, valid_to, reason)
    hanging = assignments_by_id(row.id for row in hanging_on(membership, valid_to))
    end_with_membership(actor, hanging, membership, moment)
    record_end(actor, membership, {}, moment)
    pass_main_on(actor, membership, moment)
    return len(hanging)


def end_row(membership: Membership, valid_to: date, reason: str) -> None:
    """Close a membership for a reason; raise Invalid when the day or the reason will not do."""
    written = normalise(reason)
    problems = [Problem("reason", said)] if (said := refusal_of(written)) else []
    if valid_to <= membership.valid_from:
        problems.append(
            Problem(
                "valid_to", f"Ngày thôi tham gia phải sau ngày {format_day(membership.valid_from)}."
            )
        )
    elif membership.valid_to is not None and valid_to >= membership.valid_to:
        problems.append(
            Problem(
                "valid_to",
                f"Đã thôi tham gia từ ngày {format_day(membership.valid_to)}; chọn ngày trước đó.",
            )
        )
    if not written:
        problems.append(Problem("reason", "Nhập lý do."))
    elif len(written) > REASON_MAX_LENGTH:
        problems.append(Problem("reason", f"Lý do dài nhiều nhất {REASON_MAX_LENGTH} ký tự."))
    if problems:
        raise Invalid(problems)
    close_row(membership, valid_to, written)


def close_row(membership: Membership, valid_to: date, reason: str) -> None:
    """Write the end of a membership and why."""
    membership.valid_to = valid_to
    membership.end_reason = reason
    db.session.flush()


def record_end(
    actor: Actor, membership: Membership, gaps: Mapping[int, date], moment: Moment
) -> None:
    """Audit the end of a membership, with the gaps accepted for it."""
    record_deed(
        actor,
        Deed.MEMBERSHIP_END,
        membership,
        {"valid_to": membership.valid_to} | accepted_gaps(gaps),
        moment,
    )


def pass_main_on(actor: Actor, membership: Membership, moment: Moment) -> None:
    """Make another membership main from the day on which this one, which was, has ended."""
    day = membership.valid_to
    if membership.is_main and membership.person_id is not None and day is not None:
        give_main_to_another(actor, membership.person_id, day, moment)


def give_main_to_another(actor: Actor, person_id: int, day: date, moment: Moment) -> None:
    """Let exactly one membership be main on each day from `day` on, the oldest where none is."""
    rows = {row.id: row for row in overlapping(person_id, None, Period(day))}
    held = [
        Held(row.id, Period(row.valid_from, row.valid_to), row.is_main) for row in rows.values()
    ]
    for row_id, pieces in pieces_with_a_main(held, day).items():
        row = rows[row_id]
        # The last first: before a piece becomes main, nothing of it may reach into another's days.
        for piece in reversed(pieces):
            begin = piece.period.valid_from
            if begin > row.valid_from or row.is_main is not piece.is_main:
                wanted = MembershipSettings(row.role, row.organisation, is_main=piece.is_main)
                set_from(actor, row, wanted, begin, moment)


@dataclass(frozen=True, slots=True)
class MembershipSettings:
    """What may change in a membership without it becoming another."""

    role: MemberRole
    organisation: str | None
    is_main: bool


def set_from(
    actor: Actor, membership: Membership, wanted: MembershipSettings, day: date, moment: Moment
) -> None:
    """Let `wanted` hold from `day` on: in a new period of the line, or in a row of that day.

    Called by services that have authorised their own action; the day lies in the membership.
    """
    before = facts_of(membership)
    following = write_from(membership, wanted, day)
    record_change(actor, following, before, {}, moment)


def write_from(membership: Membership, wanted: MembershipSettings, day: date) -> Membership:
    """Write what `set_from` does, and leave the audit to the caller."""
    if membership.valid_from == day:
        following = membership
        following.role = wanted.role
        following.organisation = wanted.organisation
        following.is_main = wanted.is_main
    else:
        following = continued(
            membership,
            role=wanted.role,
            organisation=wanted.organisation,
            is_main=wanted.is_main,
            valid_from=day,
        )
        membership.valid_to = day
        membership.end_reason = None
        db.session.flush()
        db.session.add(following)
    db.session.flush()
    return following


def record_change(
    actor: Actor,
    membership: Membership,
    before: dict[str, object],
    gaps: Mapping[int, date],
    moment: Moment,
) -> None:
    """Audit that a membership is otherwise from a day on, with the gaps accepted for it."""
    details = {"before": before, "after": facts_of(membership)} | accepted_gaps(gaps)
    record_deed(actor, Deed.MEMBERSHIP_CHANGE, membership, details, moment)


def facts_of(membership: Membership) -> dict[str, object]:
    """Return what the audit compares before and after a change."""
    return {
        "role": membership.role.value,
        "organisation": membership.organisation,
        "is_main": membership.is_main,
        "is_secondment": membership.is_secondment,
        "valid_from": membership.valid_from,
        "valid_to": membership.valid_to,
    }


def record_deed(
    actor: Actor, action: Deed, membership: Membership, details: dict[str, object], moment: Moment
) -> None:
    """Audit what was done to a membership; whose it is stands beside the chain."""
    record(
        actor,
        Event(
            action,
            "memberships",
            membership.id,
            unit_id=membership.unit_id,
            details={"line_id": membership.line_id, **details},
            personal={"person_id": membership.person_id} if membership.person_id else None,
            person_id=membership.person_id,
        ),
        moment,
    )
