"""Accept a request: a person, a membership, an account and an invitation to it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from registry.domain.accounts import LinkPurpose, login_key
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.memberships import MemberRole
from registry.domain.people import PersonFacts
from registry.domain.periods import Period
from registry.domain.permissions import Action, Actor, Role, Scope
from registry.domain.signups import (
    SignupState,
)
from registry.models.accounts import Account
from registry.models.base import db
from registry.models.people import Person
from registry.models.signups import Signup
from registry.queries.accounts import account_by_login, account_of_person, grants_given
from registry.queries.coverage.at_risk import served_by
from registry.queries.coverage.spans import covered_days
from registry.queries.memberships import overlapping
from registry.queries.people import person_in_scope
from registry.queries.person_periods import period_on
from registry.queries.units.on_a_day import heirs_on, path_on, unit_on
from registry.services import accounts, people, person_periods
from registry.services.gaps import refuse_gaps
from registry.services.memberships.checks import ahead_problems
from registry.services.memberships.periods import OpenMembership, open_membership
from registry.services.one_at_a_time import one_at_a_time
from registry.services.reorganisations.following import Whose, chosen_part, units_followed
from registry.services.signups.deciding import sign, signup_to_decide, signup_to_review
from registry.services.signups.sending import record_signup

GRANTABLE = (Role.MEMBER, Role.UNIT_OFFICER)
# What may be taken over of a person who is known already: into the record, and from a day on.
_OF_THE_RECORD = frozenset({"phone", "email"})
_TITLE = "job_title"
ENDED_WITHOUT_HEIR = (
    "Đơn vị này đã kết thúc và không có đơn vị kế thừa. Chọn “Không chấp nhận” và ghi rõ lý do."
)
CHOOSE_HEIR = "Đơn vị này đã chia tách. Chọn đơn vị kế thừa sẽ nhận người này."
TITLE_COVERS = (
    "Người này làm đầu mối CĐS theo chức danh đang ghi; đổi chức danh thì đơn vị không còn đầu mối "
    "nào được tính. Bỏ chọn lấy chức danh; phân công người thay thế rồi sửa ở hồ sơ của người này."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptSignup:
    """A reviewer's choices.

    `person_id` None records a new person; else the request is attached to that one, and only the
    fields in `take_over` ("phone", "email", "job_title") replace what the registry says of him; the
    title does so from the day of accepting on. `successor_id` is the part into which the member
    goes on where the unit splits later, or that he joins where it has split.
    """

    signup_id: int
    version: int
    person_id: int | None
    role: Role
    member_role: MemberRole
    valid_from: date
    take_over: frozenset[str] = frozenset()
    successor_id: int | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting did.

    `invitation` is None when the person can sign in already, or an administrator has to invite him.
    """

    signup: Signup
    person: Person
    account: Account
    was_member: bool
    invitation: accounts.Invitation | None


@one_at_a_time
def accept(actor: Actor, command: AcceptSignup, life: timedelta, moment: Moment) -> Accepted:
    """Accept a request: person, membership, account, role and invitation, all or nothing.

    `life` is how long the invitation can be used. A person who is a member of the unit already
    stays so; one who has an account keeps it. Raises NotFound when the request or the person is
    outside the scope, Conflict when somebody decided first, NotAllowed on one's own request,
    Invalid when the person, the membership or the account cannot be written.
    """
    signup = signup_to_decide(actor, command.signup_id, command.version, moment.day)
    if command.role not in GRANTABLE:
        raise Invalid.on("role", "Chọn một trong hai quyền của danh sách.")
    # Claimed first: of two reviewers the slower one fails here, before anything else is written.
    signup.state = SignupState.ACCEPTED
    signup.reason = None
    sign(signup, actor, moment)
    db.session.flush()
    person = _person_of(actor, signup, command, moment)
    signup.person_id = person.id
    if unit_on(signup.unit_id, moment.day) is None:
        signup.unit_id = _heir(signup, command, moment.day)
        chosen = {}
    else:
        chosen = chosen_part(signup.unit_id, command.successor_id, moment.day)
    with units_followed(Whose.party(person.id, None), moment.day, chosen=chosen):
        was_member = _join(actor, signup, person, command, moment)
        account = _account_of(actor, person, moment)
        if command.role is Role.UNIT_OFFICER and not _holds(account, signup.unit_id, moment.day):
            accounts.grant(actor, account, Role.UNIT_OFFICER, signup.unit_id, moment.day, moment)
    db.session.flush()
    record_signup(
        actor,
        Deed.SIGNUP_ACCEPT,
        signup,
        moment,
        attached=command.person_id is not None,
        role=command.role.value,
        was_member=was_member,
    )
    may = may_invite(account, actor.scope(Action.SIGNUP_REVIEW), moment.day)
    invitation = (
        accounts.invite(actor, account, LinkPurpose.INVITATION, life, moment) if may else None
    )
    return Accepted(signup, person, account, was_member, invitation)


@one_at_a_time
def renew_invitation(
    actor: Actor, signup_id: int, life: timedelta, moment: Moment
) -> accounts.Invitation:
    """Make a new link for a person accepted earlier who has not set a password yet; old ones die.

    Raises NotFound outside the scope, Conflict when it is not accepted or the password is set.
    """
    signup = signup_to_review(actor, signup_id, moment.day)
    account = account_of_person(signup.person_id) if signup.person_id else None
    if signup.state is not SignupState.ACCEPTED or account is None:
        raise Conflict("Đăng ký này chưa được chấp nhận nên chưa có liên kết đặt mật khẩu.")
    if not may_invite(account, actor.scope(Action.SIGNUP_REVIEW), moment.day):
        raise Conflict(
            "Người này đã đặt mật khẩu, tài khoản đang bị khóa hoặc do quản trị hệ thống cấp. "
            "Đề nghị quản trị hệ thống tạo liên kết ở trang Tài khoản."
        )
    return accounts.invite(actor, account, LinkPurpose.INVITATION, life, moment)


def may_invite(account: Account, scope: Scope, today: date) -> bool:
    """Tell whether a reviewer of `scope` may make a link to set the account's first password.

    Never for an account that can do more than a reviewer may grant: the link would hand him, say,
    the account of an approver (two-person rule).
    """
    within = all(
        held.role in GRANTABLE
        and held.office_id is not None
        and scope.covers(path_on(held.office_id, today), held.office_id)
        for held in grants_given(account, today)
    )
    return account.password_hash is None and account.disabled_at is None and within


def _heir(signup: Signup, command: AcceptSignup, today: date) -> int:
    """Return the unit that stands in the place of the one asked for, which ended meanwhile."""
    heirs = heirs_on(signup.unit_id, today)
    if not heirs:
        raise Invalid.on("", ENDED_WITHOUT_HEIR)
    if command.successor_id is None and len(heirs) == 1:
        return heirs[0]
    if command.successor_id not in heirs:
        raise Invalid.on("successor_id", CHOOSE_HEIR)
    return command.successor_id


def _person_of(actor: Actor, signup: Signup, command: AcceptSignup, moment: Moment) -> Person:
    """Return the person accepted: a new record, or the one the reviewer chose and may edit."""
    if command.person_id is None:
        details = people.PersonDetails(
            full_name=signup.full_name,
            phone=signup.phone,
            email=signup.email,
        )
        new = people.NewPerson(
            details=details,
            facts=PersonFacts(job_title=signup.whole_title),
            since=command.valid_from,
        )
        return people.write_person(actor, new, signup.unit_id, moment, None)
    if command.person_id == actor.person_id:
        raise NotAllowed("Không tự chấp nhận đăng ký của chính mình. Đề nghị người khác xử lý.")
    found = person_in_scope(
        command.person_id, actor.require(Action.PERSON_EDIT), moment.day, moment.day
    )
    if found is None:
        raise NotFound
    person, unit_id = found
    offered = {name: getattr(signup, name) for name in _OF_THE_RECORD & command.take_over}
    changed = {name: value for name, value in offered.items() if value is not None}
    if changed:
        details = replace(_details_of(person), **changed)
        people.edit(
            actor,
            people.EditPerson(person_id=person.id, version=person.version, details=details),
            None,
            moment,
        )
    if _TITLE in command.take_over:
        _take_title_over(actor, person, signup, unit_id, moment)
    return person


def _take_title_over(
    actor: Actor, person: Person, signup: Signup, unit_id: int, moment: Moment
) -> None:
    """Let the title be that of the request from today on; what was true before stays.

    Raises Invalid on `take_over` when a unit would lose its last focal point, whose duty is given
    to the title of before.
    """
    period = period_on(person.id, moment.day)
    if period is None or period.job_title == signup.whole_title:
        return
    covered = covered_days(served_by([person.id]))
    facts = replace(period.facts, job_title=signup.whole_title)
    person_periods.set_from(actor, period, facts, moment.day, unit_id, moment)
    if refuse_gaps(covered, actor, moment, accepted=True):
        raise Invalid.on("take_over", TITLE_COVERS)


def _details_of(person: Person) -> people.PersonDetails:
    return people.PersonDetails(
        full_name=person.full_name,
        phone=person.phone,
        email=person.email,
        birth_year=person.birth_year,
        birth_date=person.birth_date,
    )


def _join(
    actor: Actor,
    signup: Signup,
    person: Person,
    command: AcceptSignup,
    moment: Moment,
) -> bool:
    """Make the person a member of the unit; tell whether he is one already."""
    if problems := ahead_problems("valid_from", command.valid_from, moment.day):
        raise Invalid(problems)
    day = max(command.valid_from, moment.day)
    held = overlapping(person.id, None, Period(day, day + timedelta(days=1)))
    if any(membership.unit_id == signup.unit_id for membership in held):
        return True
    open_membership(
        actor,
        OpenMembership(
            person_id=person.id,
            unit_id=signup.unit_id,
            role=command.member_role,
            valid_from=command.valid_from,
        ),
        moment,
    )
    return False


def _account_of(actor: Actor, person: Person, moment: Moment) -> Account:
    """Return the person's account, opened with his telephone as login when he has none."""
    account = account_of_person(person.id)
    if account is not None:
        return account
    if person.phone is None:
        message = "Hồ sơ chưa có số điện thoại để làm tên đăng nhập. Chọn lấy số từ đăng ký này."
        raise Invalid.on("take_over", message)
    login = "0" + person.phone.removeprefix("+84")
    if account_by_login(login_key(login)) is not None:
        raise Invalid.on(
            "attach",
            f"Số {login} đã là tên đăng nhập của một tài khoản khác. Nếu là cùng một người, "
            "gắn đăng ký vào hồ sơ đang có; nếu không, yêu cầu bổ sung một số điện thoại khác.",
        )
    return accounts.open_account(actor, login, person, moment)


def _holds(account: Account, unit_id: int, today: date) -> bool:
    return any(
        (held.role, held.office_id) == (Role.UNIT_OFFICER, unit_id)
        and (held.valid_to is None or held.valid_to > today)
        for held in account.grants
    )
