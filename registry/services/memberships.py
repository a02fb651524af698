"""Memberships: open, end, correct, change from a day, transfer to another unit."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotFound, Problem
from registry.domain.memberships import MemberRole
from registry.domain.periods import Period
from registry.domain.permissions import Action, Actor
from registry.domain.units.kinds import KINDS_WITHOUT_MEMBERS
from registry.domain.vietnamese.names import normalise
from registry.domain.vietnamese.writing import format_day
from registry.models.base import db
from registry.models.memberships import Membership
from registry.queries.coverage.at_risk import served_by
from registry.queries.coverage.spans import covered_days
from registry.queries.memberships import (
    approved_on,
    end_was_approved,
    membership_by_id,
    overlapping,
)
from registry.queries.units.on_a_day import life_of, path_on, unit_on
from registry.services.audit import Event, record
from registry.services.gaps import named, refuse_gaps

ORGANISATION_MAX_LENGTH = 200
REASON_MAX_LENGTH = 300
CHANGED_MEANWHILE = (
    "Người khác vừa lưu thành viên này. Chưa có gì bị ghi đè; tải lại trang để xem rồi nhập lại."
)
USE_THE_LIST = (
    "Nội dung này đã được phê duyệt. Muốn đổi, mở “Danh sách thành viên” của đơn vị "
    "và lập danh sách mới với dòng “Thay đổi”."
)
END_WAS_APPROVED = (
    "Việc thôi tham gia từ ngày này đã được phê duyệt. Muốn tham gia lại, mở “Danh sách "
    "thành viên” của đơn vị và lập danh sách mới."
)
ALWAYS_ONE_MAIN = "Mỗi người luôn có một đơn vị chính. Chọn đơn vị chính mới ở đơn vị kia."

# A first day further ahead is rather a mistyped year than a plan.
LONGEST_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMembership:
    """A person (or, with `member_unit_id` and no person, a unit) becomes a member of a unit.

    `is_main` None: main when the person has no other main unit in that time. `line_id` is given
    only when an existing membership line goes on in another row.
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
    line_id: str | None = None


def open_membership(actor: Actor, command: OpenMembership, moment: Moment) -> Membership:
    """Write a membership; called by services that have authorised their own action.

    Raises Invalid when the unit does not exist all that time or takes no members, when the person
    belongs to it already, when another unit is the main one, or for a day too far ahead.
    """
    period = Period(command.valid_from, command.valid_to)
    others = overlapping(command.person_id, command.member_unit_id, period)
    problems = [
        *_unit_problems(command.unit_id, period),
        *_same_unit_problems(command.unit_id, others),
    ]
    organisation, organisation_problems = _organisation(command.organisation)
    problems += organisation_problems
    is_main, main_problems = _main(command, others)
    problems += main_problems
    if command.valid_from > moment.day + LONGEST_AHEAD:
        message = "Ngày tham gia xa quá một năm so với hôm nay. Kiểm tra lại năm."
        problems.append(Problem("valid_from", message))
    if problems:
        raise Invalid(problems)
    membership = Membership(
        line_id=command.line_id or uuid.uuid4().hex,
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
    _record(actor, Deed.MEMBERSHIP_OPEN, membership, _facts(membership), moment)
    return membership


def end_membership(
    actor: Actor, membership: Membership, valid_to: date, reason: str, moment: Moment
) -> None:
    """End a membership: `valid_to` is the first day outside; the caller has authorised its action.

    When it was the person's main one and others go on, the oldest of them becomes main that day.
    Raises Invalid when the day is not inside the membership, or the reason is missing.
    """
    _end(membership, valid_to, reason)
    _record_end(actor, membership, {}, moment)
    _pass_main_on(actor, membership, moment)


def _end(membership: Membership, valid_to: date, reason: str) -> None:
    """Close a membership for a reason; raise Invalid when the day or the reason will not do."""
    written = normalise(reason)
    problems = []
    if valid_to <= membership.valid_from:
        problems.append(
            Problem("valid_to", f"Ngày thôi tham gia phải sau {format_day(membership.valid_from)}.")
        )
    elif membership.valid_to is not None and valid_to >= membership.valid_to:
        problems.append(
            Problem("valid_to", f"Đã thôi tham gia từ {format_day(membership.valid_to)}.")
        )
    if not written:
        problems.append(Problem("reason", "Nhập lý do."))
    elif len(written) > REASON_MAX_LENGTH:
        problems.append(Problem("reason", f"Lý do dài nhiều nhất {REASON_MAX_LENGTH} ký tự."))
    if problems:
        raise Invalid(problems)
    _close(membership, valid_to, written)


def _close(membership: Membership, valid_to: date, reason: str) -> None:
    membership.valid_to = valid_to
    membership.end_reason = reason
    db.session.flush()


def _record_end(
    actor: Actor, membership: Membership, gaps: Mapping[int, date], moment: Moment
) -> None:
    _record(
        actor,
        Deed.MEMBERSHIP_END,
        membership,
        {"valid_to": membership.valid_to} | named(gaps),
        moment,
    )


def _pass_main_on(actor: Actor, membership: Membership, moment: Moment) -> None:
    """Make another membership main from the day on which this one, which was, has ended."""
    day = membership.valid_to
    if membership.is_main and membership.person_id is not None and day is not None:
        _give_main_to_another(actor, membership.person_id, day, moment)


def _give_main_to_another(actor: Actor, person_id: int, day: date, moment: Moment) -> None:
    """Make the oldest membership still in force main from `day` on: exactly one is."""
    staying = overlapping(person_id, None, Period(day))
    if any(other.is_main for other in staying):
        return
    for other in staying:
        if other.valid_from <= day:
            _set_from(
                actor, other, _Settings(other.role, other.organisation, is_main=True), day, moment
            )
            return


@dataclass(frozen=True, slots=True)
class _Settings:
    """What may change in a membership without it becoming another."""

    role: MemberRole
    organisation: str | None
    is_main: bool


def _set_from(
    actor: Actor, membership: Membership, wanted: _Settings, day: date, moment: Moment
) -> Membership:
    """Let `wanted` hold from `day` on: in a new period of the line, or in a row of that day."""
    before = _facts(membership)
    if membership.valid_from == day:
        following = membership
        following.role = wanted.role
        following.organisation = wanted.organisation
        following.is_main = wanted.is_main
    else:
        following = Membership(
            line_id=membership.line_id,
            person_id=membership.person_id,
            member_unit_id=membership.member_unit_id,
            unit_id=membership.unit_id,
            role=wanted.role,
            organisation=wanted.organisation,
            is_main=wanted.is_main,
            is_secondment=membership.is_secondment,
            valid_from=day,
            valid_to=membership.valid_to,
            end_reason=membership.end_reason,
        )
        membership.valid_to = day
        membership.end_reason = None
        db.session.flush()
        db.session.add(following)
    db.session.flush()
    _record(
        actor,
        Deed.MEMBERSHIP_CHANGE,
        following,
        {"before": before, "after": _facts(following)},
        moment,
    )
    return following


def _unit_problems(unit_id: int, period: Period) -> list[Problem]:
    unit = unit_on(unit_id, period.valid_from)
    if unit is None:
        day = format_day(period.valid_from)
        return [Problem("valid_from", f"Đơn vị không tồn tại vào ngày {day}. Kiểm tra lại ngày.")]
    if unit.kind in KINDS_WITHOUT_MEMBERS:
        return [Problem("unit_id", f"{unit.name} là tổ chức phối hợp, không có thành viên.")]
    life = life_of(unit_id)
    if life is not None and not period.within(life):
        ended = format_day(life.valid_to) if life.valid_to else ""
        return [Problem("valid_to", f"Đơn vị chỉ hoạt động đến trước ngày {ended}.")]
    return []


def _same_unit_problems(unit_id: int, others: Sequence[Membership]) -> list[Problem]:
    for other in others:
        if other.unit_id == unit_id:
            since = format_day(other.valid_from)
            until = f" đến {format_day(other.valid_to)}" if other.valid_to else ""
            message = f"Người này đã là thành viên của đơn vị từ {since}{until}."
            return [Problem("unit_id", message)]
    return []


def _organisation(text: str | None) -> tuple[str | None, list[Problem]]:
    written = normalise(text or "")
    if len(written) > ORGANISATION_MAX_LENGTH:
        message = f"Tổ chức đại diện dài nhiều nhất {ORGANISATION_MAX_LENGTH} ký tự."
        return None, [Problem("organisation", message)]
    return written or None, []


def _main(command: OpenMembership, others: Sequence[Membership]) -> tuple[bool, list[Problem]]:
    """Decide whether the new membership is main: the first is, a second cannot take its place."""
    if command.person_id is None:
        return False, []
    main_elsewhere = any(other.is_main for other in others)
    if command.is_main and main_elsewhere:
        message = (
            "Người này đã có đơn vị chính trong thời gian đó. "
            "Bỏ chọn “đơn vị chính”, hoặc chuyển đơn vị."
        )
        return False, [Problem("is_main", message)]
    return not main_elsewhere, []


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMembership:
    """An order to end a membership; `version` is the one shown with the form.

    `accept_gap`: the actor was told which units are left without a focal point, and goes on.
    """

    membership_id: int
    version: int
    valid_to: date
    reason: str
    accept_gap: bool = False


def end(actor: Actor, command: EndMembership, moment: Moment) -> Membership:
    """End a membership in the actor's scope.

    Raises NotFound outside the scope, Conflict when somebody saved it meanwhile, Invalid as
    `end_membership`, or on `accept_gap` when a unit would lose its last focal point.
    """
    membership = _own(actor, command.membership_id, command.version, moment.day)
    covered = _covered_by(membership)
    _end(membership, command.valid_to, command.reason)
    gaps = refuse_gaps(covered, accepted=command.accept_gap)
    _record_end(actor, membership, gaps, moment)
    _pass_main_on(actor, membership, moment)
    return membership


def _covered_by(membership: Membership) -> dict[int, list[Period]]:
    """Return the days on which the units that this member serves have a focal point."""
    person_id = membership.person_id
    return covered_days(served_by([person_id] if person_id is not None else []))


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectMembership:
    """What was always otherwise: the whole period of the row is rewritten."""

    membership_id: int
    version: int
    role: MemberRole
    organisation: str | None
    is_main: bool
    valid_from: date
    valid_to: date | None
    accept_gap: bool = False


def correct(actor: Actor, command: CorrectMembership, moment: Moment) -> Membership:
    """Rewrite a membership in the actor's scope (Đính chính), audited with before and after.

    Raises Invalid when the days leave the unit's life or meet another membership, when what was
    approved would change, or on `accept_gap`; NotFound and Conflict as `end`.
    """
    membership = _own(actor, command.membership_id, command.version, moment.day)
    period = Period(command.valid_from, command.valid_to)
    others = [
        other
        for other in overlapping(membership.person_id, membership.member_unit_id, period)
        if other.id != membership.id
    ]
    organisation, problems = _organisation(command.organisation)
    problems += _unit_problems(membership.unit_id, period)
    problems += _same_unit_problems(membership.unit_id, others)
    problems += _corrected_main_problems(membership, command, others)
    wanted = _Settings(command.role, organisation, is_main=command.is_main)
    problems += _approved_problems(membership, wanted, command.valid_from, moment.day)
    if command.valid_to != membership.valid_to and end_was_approved(membership):
        problems.append(Problem("valid_to", END_WAS_APPROVED))
    if problems:
        raise Invalid(problems)
    covered = _covered_by(membership)
    before = _facts(membership)
    membership.role = command.role
    membership.organisation = organisation
    membership.is_main = command.is_main
    membership.valid_from, membership.valid_to = period.valid_from, period.valid_to
    if period.valid_to is None:
        membership.end_reason = None
    db.session.flush()
    # A first day put right moves where the covered days begin; that is no gap left behind.
    since = min(period.valid_from, moment.day)
    gaps = refuse_gaps(covered, accepted=command.accept_gap, since=since)
    details = {"before": before, "after": _facts(membership)} | named(gaps)
    _record(actor, Deed.MEMBERSHIP_CORRECT, membership, details, moment)
    _pass_main_on(actor, membership, moment)
    return membership


def _corrected_main_problems(
    membership: Membership, command: CorrectMembership, others: Sequence[Membership]
) -> list[Problem]:
    main_elsewhere = any(other.is_main for other in others)
    if command.is_main and (main_elsewhere or membership.person_id is None):
        message = "Trong thời gian đó đơn vị chính của người này là đơn vị khác."
        return [Problem("is_main", message)]
    if membership.is_main and not command.is_main and not main_elsewhere:
        return [Problem("is_main", ALWAYS_ONE_MAIN)]
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMembership:
    """What is otherwise from a day on: the row ends and its line goes on in a new one."""

    membership_id: int
    version: int
    role: MemberRole
    organisation: str | None
    is_main: bool
    day: date


def change_from(actor: Actor, command: ChangeMembership, moment: Moment) -> Membership:
    """Let a membership in the actor's scope be otherwise from a day on (Thay đổi từ ngày).

    Making it main ends the other one's being main on that day. Raises Invalid when the day is
    outside the membership or main would be given up without another; others as `correct`.
    """
    membership = _own(actor, command.membership_id, command.version, moment.day)
    organisation, problems = _organisation(command.organisation)
    wanted = _Settings(command.role, organisation, is_main=command.is_main)
    if not _contains(membership, command.day):
        problems.append(Problem("change_from", "Ngày thay đổi phải nằm trong thời gian tham gia."))
    if membership.is_main and not command.is_main:
        problems.append(Problem("is_main", ALWAYS_ONE_MAIN))
    if command.is_main and membership.person_id is None:
        problems.append(Problem("is_main", "Chỉ người mới có đơn vị chính."))
    problems += _approved_problems(membership, wanted, membership.valid_from, moment.day)
    if problems:
        raise Invalid(problems)
    if command.is_main and not membership.is_main:
        _give_up_main(actor, membership, command.day, moment)
    return _set_from(actor, membership, wanted, command.day, moment)


def _give_up_main(actor: Actor, in_favour_of: Membership, day: date, moment: Moment) -> None:
    period = Period(day, in_favour_of.valid_to)
    for other in overlapping(in_favour_of.person_id, None, period):
        if not other.is_main or other.id == in_favour_of.id:
            continue
        if other.valid_from > day:
            since = format_day(other.valid_from)
            message = f"Từ {since} đơn vị chính là đơn vị khác. Chọn ngày từ đó trở đi."
            raise Invalid.on("change_from", message)
        _set_from(
            actor, other, _Settings(other.role, other.organisation, is_main=False), day, moment
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferMember:
    """A person leaves for another unit, or goes there on secondment and stays a member here."""

    membership_id: int
    version: int
    unit_id: int
    role: MemberRole
    day: date
    is_secondment: bool
    reason: str
    accept_gap: bool = False


def transfer(actor: Actor, command: TransferMember, moment: Moment) -> Membership:
    """Move a person to another unit of the actor's scope; return the membership there.

    A secondment leaves the home unit main; otherwise the membership here ends on the day the new
    one begins, which is main when this one was. Raises NotFound when either unit is out of scope,
    Conflict and Invalid as `end` and `open_membership`.
    """
    membership = _own(actor, command.membership_id, command.version, moment.day)
    actor.require_on(Action.MEMBERSHIP_EDIT, path_on(command.unit_id, moment.day), command.unit_id)
    _check_transfer(membership, command)
    covered = _covered_by(membership)
    was_main = membership.is_main
    if not command.is_secondment:
        _close(membership, command.day, normalise(command.reason) or "Chuyển đơn vị")
    opened = open_membership(
        actor,
        OpenMembership(
            person_id=membership.person_id,
            unit_id=command.unit_id,
            role=command.role,
            valid_from=command.day,
            is_main=was_main and not command.is_secondment,
            is_secondment=command.is_secondment,
        ),
        moment,
    )
    gaps = refuse_gaps(covered, accepted=command.accept_gap)
    if not command.is_secondment:
        _record_end(actor, membership, gaps, moment)
    return opened


def _check_transfer(membership: Membership, command: TransferMember) -> None:
    problems = []
    if membership.person_id is None:
        message = "Chỉ chuyển được người, không chuyển được đơn vị thành viên."
        problems.append(Problem("unit_id", message))
    if command.unit_id == membership.unit_id:
        problems.append(Problem("unit_id", "Người này đang ở chính đơn vị đó."))
    if not _contains(membership, command.day) or command.day == membership.valid_from:
        message = "Ngày chuyển phải nằm trong, và sau ngày đầu của, thời gian ở đơn vị hiện tại."
        problems.append(Problem("day", message))
    if problems:
        raise Invalid(problems)


def _own(actor: Actor, membership_id: int, version: int, today: date) -> Membership:
    """Return a membership of a unit in the actor's scope, in the version he saw."""
    actor.require(Action.MEMBERSHIP_EDIT)
    membership = membership_by_id(membership_id)
    if membership is None:
        raise NotFound
    actor.require_on(Action.MEMBERSHIP_EDIT, path_on(membership.unit_id, today), membership.unit_id)
    if membership.version != version:
        raise Conflict(CHANGED_MEANWHILE)
    return membership


def _approved_problems(
    membership: Membership, wanted: _Settings, valid_from: date, today: date
) -> list[Problem]:
    """Let what was approved change through the member list alone (Plan 4660 IV.6)."""
    if not approved_on(membership.line_id, today):
        return []
    return [
        Problem(on, USE_THE_LIST)
        for on, is_other in (
            ("role", wanted.role is not membership.role),
            ("organisation", wanted.organisation != membership.organisation),
            ("valid_from", valid_from != membership.valid_from),
        )
        if is_other
    ]


def _contains(membership: Membership, day: date) -> bool:
    return Period(membership.valid_from, membership.valid_to).contains(day)


def _facts(membership: Membership) -> dict[str, object]:
    return {
        "role": membership.role.value,
        "organisation": membership.organisation,
        "is_main": membership.is_main,
        "is_secondment": membership.is_secondment,
        "valid_from": membership.valid_from.isoformat(),
        "valid_to": membership.valid_to.isoformat() if membership.valid_to else None,
    }


def _record(
    actor: Actor, action: Deed, membership: Membership, details: dict[str, object], moment: Moment
) -> None:
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
