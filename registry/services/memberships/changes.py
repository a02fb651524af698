"""End, correct, change and move memberships at the desk of their unit."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm.attributes import flag_modified

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotFound, Problem
from registry.domain.memberships import MemberRole
from registry.domain.periods import Period
from registry.domain.permissions import Action, Actor
from registry.domain.vietnamese.names import accepted
from registry.domain.vietnamese.writing import format_day
from registry.models.base import db
from registry.models.memberships import Membership
from registry.queries.assignments.belonging import hanging_on
from registry.queries.assignments.lists import assignments_by_id
from registry.queries.assignments.rows import AssignmentRow
from registry.queries.coverage.at_risk import served_by
from registry.queries.coverage.spans import covered_days
from registry.queries.memberships import (
    approved_on,
    end_was_approved,
    membership_by_id,
    overlapping,
)
from registry.queries.units.on_a_day import path_on
from registry.services.assignments.periods import end_with_membership
from registry.services.gaps import accepted_gaps, refuse_gaps
from registry.services.memberships.checks import (
    ahead_problems,
    checked_organisation,
    same_unit_problems,
    unit_problems,
)
from registry.services.memberships.periods import (
    MembershipSettings,
    OpenMembership,
    close_row,
    end_row,
    facts_of,
    know_since,
    open_membership,
    pass_main_on,
    record_change,
    record_deed,
    record_end,
    set_from,
    write_from,
)
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.following import Whose, chosen_part, units_followed

CHANGED_MEANWHILE = (
    "Người khác vừa lưu thông tin thành viên này. Chưa có gì bị ghi đè; "
    "tải lại trang để xem rồi nhập lại."
)
USE_THE_LIST = (
    "Nội dung này đã được phê duyệt. Muốn đổi, mở “Danh sách thành viên” của đơn vị "
    "và lập danh sách mới với dòng “Thay đổi”."
)
END_WAS_APPROVED = (
    "Việc thôi tham gia từ ngày này đã được phê duyệt. Muốn tham gia lại, mở “Danh sách "
    "thành viên” của đơn vị và lập danh sách mới."
)
ASK_ABOUT_ASSIGNMENTS = (
    "Người này còn giữ các phân công nêu ở đây. Đánh dấu phân công muốn giữ lại, rồi thực hiện lại."
)
ALWAYS_ONE_MAIN = "Mỗi người luôn có một đơn vị chính. Chọn đơn vị chính mới ở đơn vị kia."
MAIN_ELSEWHERE = (
    "Đơn vị chính của người này là đơn vị ngoài phạm vi được giao. "
    "Đề nghị cơ quan thẩm định đổi đơn vị chính."
)


@dataclass(frozen=True, slots=True)
class Hanging:
    """What becomes of the assignments that hang on a membership as it ends.

    They end with it, but for those `kept`: recorded, not counting while the holder is no member.
    `shown` are those the actor was asked about, by id; None: he was not asked, by his own choice.
    """

    kept: frozenset[int] = frozenset()
    shown: frozenset[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMembership:
    """An order to end a membership; `version` is the one shown with the form.

    `accept_gap`: the actor was told which units are left without a focal point, and goes on.
    """

    membership_id: int
    version: int
    valid_to: date
    reason: str
    hanging: Hanging = Hanging()
    accept_gap: bool = False


@one_at_a_time
def end(actor: Actor, command: EndMembership, moment: Moment) -> Membership:
    """End a membership in the actor's scope, and what hangs on it there, as `Hanging` says.

    Raises NotFound outside the scope, Conflict when somebody saved it meanwhile, Invalid as
    `end_membership`, on `kept` when something hangs on it that the actor was not asked about, or on
    `accept_gap` when a unit would lose its last focal point.
    """
    membership = own_membership(actor, command.membership_id, command.version, moment.day)
    covered = _covered_by(membership)
    with _units_followed(membership, moment):
        end_row(membership, command.valid_to, command.reason)
        _end_hanging(actor, membership, command.hanging, moment)
        # Who becomes staff of an enterprise by that counts nowhere else.
        pass_main_on(actor, membership, moment)
    gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
    record_end(actor, membership, gaps, moment)
    return membership


def to_be_asked(
    actor: Actor, membership: Membership, day: date, today: date
) -> list[AssignmentRow]:
    """Return what hangs on a membership as it ends on `day`, of units the actor may end it for.

    What hangs on it elsewhere is left as it is: it counts no more, and lists say why.
    """
    scope = actor.scope(Action.ASSIGNMENT_RECORD)
    return [
        row
        for row in hanging_on(membership, day)
        if scope.covers(path_on(row.unit_id, today), row.unit_id)
    ]


def _end_hanging(actor: Actor, membership: Membership, wanted: Hanging, moment: Moment) -> None:
    day = membership.valid_to
    found = {row.id for row in to_be_asked(actor, membership, day, moment.day)} if day else set()
    if wanted.shown is not None and not found <= wanted.shown:
        raise Invalid.on("kept", ASK_ABOUT_ASSIGNMENTS)
    ended = assignments_by_id(found - wanted.kept)
    end_with_membership(actor, ended, membership, moment)


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


@one_at_a_time
def correct(actor: Actor, command: CorrectMembership, moment: Moment) -> Membership:
    """Rewrite a membership in the actor's scope (Đính chính), audited with before and after.

    Raises Invalid when the days leave the unit's life or meet another membership, when what was
    approved would change, or on `accept_gap`; NotFound and Conflict as `end`.
    """
    membership = own_membership(actor, command.membership_id, command.version, moment.day)
    covered, before = _covered_by(membership), facts_of(membership)
    with _units_followed(membership, moment):
        _rewrite(actor, membership, command, moment)
    # A first day put right moves where the covered days begin; that is no gap left behind.
    since = min(command.valid_from, moment.day)
    gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap, since=since)
    details = {"before": before, "after": facts_of(membership)} | accepted_gaps(gaps)
    record_deed(actor, Deed.MEMBERSHIP_CORRECT, membership, details, moment)
    return membership


def _rewrite(
    actor: Actor, membership: Membership, command: CorrectMembership, moment: Moment
) -> None:
    period = Period(command.valid_from, command.valid_to)
    others = [
        other
        for other in overlapping(membership.person_id, membership.member_unit_id, period)
        if other.id != membership.id
    ]
    organisation, problems = checked_organisation(command.organisation)
    problems += unit_problems(membership.unit_id, period, moment.day)
    problems += ahead_problems("valid_from", command.valid_from, moment.day)
    problems += same_unit_problems(membership.unit_id, others)
    problems += _corrected_main_problems(membership, command, others)
    wanted = MembershipSettings(command.role, organisation, is_main=command.is_main)
    problems += _approved_problems(membership, wanted, command.valid_from, moment.day)
    if command.valid_to != membership.valid_to and end_was_approved(membership):
        problems.append(Problem("valid_to", END_WAS_APPROVED))
    if problems:
        raise Invalid(problems)
    membership.role = command.role
    membership.organisation = organisation
    membership.is_main = command.is_main
    membership.valid_from, membership.valid_to = period.valid_from, period.valid_to
    if period.valid_to is None:
        membership.end_reason = None
    db.session.flush()
    know_since(actor, membership, moment)
    pass_main_on(actor, membership, moment)


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
    accept_gap: bool = False


@one_at_a_time
def change_from(actor: Actor, command: ChangeMembership, moment: Moment) -> Membership:
    """Let a membership in the actor's scope be otherwise from a day on (Thay đổi từ ngày).

    Making it main ends the other one's being main on that day. Raises Invalid when the day is
    outside the membership or main would be given up without another, when the other one is of a
    unit outside the scope, or on `accept_gap` when that makes staff of an enterprise of the last
    focal point; others as `correct`.
    """
    membership = own_membership(actor, command.membership_id, command.version, moment.day)
    covered, before = _covered_by(membership), facts_of(membership)
    with _units_followed(membership, moment):
        following = _continue_otherwise(actor, membership, command, moment)
    gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
    record_change(actor, following, before, gaps, moment)
    return following


def _continue_otherwise(
    actor: Actor, membership: Membership, command: ChangeMembership, moment: Moment
) -> Membership:
    organisation, problems = checked_organisation(command.organisation)
    wanted = MembershipSettings(command.role, organisation, is_main=command.is_main)
    if not _contains(membership, command.day):
        problems.append(Problem("change_from", "Ngày thay đổi phải nằm trong thời gian tham gia."))
    problems += ahead_problems("change_from", command.day, moment.day)
    if membership.is_main and not command.is_main:
        problems.append(Problem("is_main", ALWAYS_ONE_MAIN))
    if command.is_main and membership.person_id is None:
        problems.append(Problem("is_main", "Chỉ người mới có đơn vị chính."))
    problems += _approved_problems(membership, wanted, membership.valid_from, moment.day)
    if problems:
        raise Invalid(problems)
    if command.is_main and not membership.is_main:
        _give_up_main(actor, membership, command.day, moment)
    return write_from(membership, wanted, command.day)


def _give_up_main(actor: Actor, in_favour_of: Membership, day: date, moment: Moment) -> None:
    """Rewrite the membership that is main so far; it, too, must be the actor's to edit."""
    period = Period(day, in_favour_of.valid_to)
    for other in overlapping(in_favour_of.person_id, None, period):
        if not other.is_main or other.id == in_favour_of.id:
            continue
        path = path_on(other.unit_id, moment.day)
        if not actor.scope(Action.MEMBERSHIP_EDIT).covers(path, other.unit_id):
            raise Invalid.on("is_main", MAIN_ELSEWHERE)
        if other.valid_from > day:
            since = format_day(other.valid_from)
            message = f"Từ ngày {since}, đơn vị chính là đơn vị khác. Chọn ngày từ đó trở đi."
            raise Invalid.on("change_from", message)
        set_from(
            actor,
            other,
            MembershipSettings(other.role, other.organisation, is_main=False),
            day,
            moment,
        )


_LONGEST_SECONDMENT = timedelta(days=3653)


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferMember:
    """A person leaves for another unit, or goes there on secondment and stays a member here.

    `until` is the first day after a secondment, where it is known already; `successor_id` the part
    into which the member goes on where the unit splits later.
    """

    membership_id: int
    version: int
    unit_id: int
    role: MemberRole
    day: date
    is_secondment: bool
    reason: str
    until: date | None = None
    hanging: Hanging = Hanging()
    successor_id: int | None = None
    accept_gap: bool = False


@one_at_a_time
def transfer(actor: Actor, command: TransferMember, moment: Moment) -> Membership:
    """Move a person to another unit of the actor's scope; return the membership there.

    A secondment leaves the home unit main; otherwise the membership here ends on the day the new
    one begins, which is main when this one was, and what hung on it ends as `Hanging` says, unless
    the new one holds it. Raises NotFound when either unit is out of scope, Conflict and Invalid as
    `end` and `open_membership`.
    """
    membership = own_membership(actor, command.membership_id, command.version, moment.day)
    actor.require_on(Action.MEMBERSHIP_EDIT, path_on(command.unit_id, moment.day), command.unit_id)
    covered = _covered_by(membership)
    chosen = chosen_part(command.unit_id, command.successor_id, moment.day)
    with _units_followed(membership, moment, chosen):
        opened = _move(actor, membership, command, moment)
    gaps = refuse_gaps(covered, actor, moment, accepted=command.accept_gap)
    if not command.is_secondment:
        record_end(actor, membership, gaps, moment)
    return opened


def _move(
    actor: Actor, membership: Membership, command: TransferMember, moment: Moment
) -> Membership:
    _check_transfer(membership, command)
    was_main = membership.is_main
    if not command.is_secondment:
        close_row(membership, command.day, accepted(command.reason, "reason") or "Chuyển đơn vị")
    opened = open_membership(
        actor,
        OpenMembership(
            person_id=membership.person_id,
            unit_id=command.unit_id,
            role=command.role,
            valid_from=command.day,
            is_main=was_main and not command.is_secondment,
            is_secondment=command.is_secondment,
            valid_to=command.until,
        ),
        moment,
    )
    if command.is_secondment:
        # Whoever began from the same page is told: the form of before is no longer good.
        flag_modified(membership, "valid_from")
        db.session.flush()
    else:
        _end_hanging(actor, membership, command.hanging, moment)
    return opened


def _units_followed(
    membership: Membership, moment: Moment, chosen: Mapping[int, int] | None = None
) -> AbstractContextManager[None]:
    """Let what is written within about the holder of a membership follow units that end later."""
    whose = Whose.party(membership.person_id, membership.member_unit_id)
    return units_followed(whose, moment.day, begun=membership.valid_from, chosen=chosen)


def _check_transfer(membership: Membership, command: TransferMember) -> None:
    problems = []
    if membership.person_id is None:
        message = "Chỉ chuyển được người, không chuyển được đơn vị thành viên."
        problems.append(Problem("unit_id", message))
    if command.unit_id == membership.unit_id:
        problems.append(Problem("unit_id", "Người này đang ở chính đơn vị đó. Chọn đơn vị khác."))
    if not _contains(membership, command.day) or command.day == membership.valid_from:
        message = "Ngày chuyển phải sau ngày tham gia và trước ngày thôi tham gia đơn vị hiện tại."
        problems.append(Problem("day", message))
    if command.until is not None and not command.is_secondment:
        problems.append(Problem("until", "Chỉ nhập ngày này khi chọn “Biệt phái”."))
    elif command.until is not None and command.until <= command.day:
        problems.append(Problem("until", "Ngày hết biệt phái phải sau ngày chuyển."))
    elif command.until is not None and command.until - command.day > _LONGEST_SECONDMENT:
        problems.append(Problem("until", "Ngày này xa quá mười năm. Kiểm tra lại năm."))
    if problems:
        raise Invalid(problems)


def own_membership(actor: Actor, membership_id: int, version: int, today: date) -> Membership:
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
    membership: Membership, wanted: MembershipSettings, valid_from: date, today: date
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
