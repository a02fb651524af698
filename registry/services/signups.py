"""Self-registration: send a request, ask for more, complete, accept or decline it.

A request grants nothing; only accepting it writes a person, a membership and an account.
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from registry.domain.accounts import login_key
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.emails import is_email
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from registry.domain.memberships import MemberRole
from registry.domain.periods import Period
from registry.domain.permissions import Action, Actor, Role, Scope
from registry.domain.signups import (
    SignupState,
    check_open,
    check_waits_for_completion,
    notice_on,
)
from registry.domain.typed_codes import CODE_BYTES, code_of, grouped, read_code
from registry.domain.vietnamese.names import normalise, normalise_name, search_key
from registry.formats.phone_numbers import parse_phone
from registry.models.accounts import Account
from registry.models.base import db
from registry.models.people import Person
from registry.models.signups import Signup
from registry.queries.accounts import account_by_login, account_of_person
from registry.queries.memberships import overlapping
from registry.queries.people import person_in_scope
from registry.queries.signups import (
    joinable_unit,
    signup_by_code,
    signup_by_submit_key,
    signup_in_scope,
)
from registry.queries.units.on_a_day import path_on
from registry.services import accounts, people
from registry.services.audit import Event, record
from registry.services.memberships import OpenMembership, open_membership

REASON_MAX_LENGTH = 500
UNKNOWN_CODE = (
    "Không tìm thấy đăng ký có mã này. Mã gồm 16 chữ số và chữ cái, ví dụ 7K2M-94QX-00AB-CDEF; "
    "kiểm tra lại từng nhóm."
)
GRANTABLE = (Role.MEMBER, Role.UNIT_OFFICER)
# What may be taken over into the record of a person who is known already.
TAKEN_OVER = ("phone", "email", "job_title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """What a person types about himself; the official e-mail may be empty."""

    full_name: str = field(repr=False)
    job_title: str
    phone: str = field(repr=False)
    email: str | None = field(default=None, repr=False)


def check_applicant(applicant: Applicant) -> Applicant:
    """Return what was typed, cleaned: name in NFC, telephone in E.164, e-mail in lower case.

    Asks nothing of the registry, so it tells nobody who is in it.
    Raises Invalid with every problem found.
    """
    problems: list[Problem] = []
    full_name = phone = ""
    try:
        full_name = normalise_name(applicant.full_name)
    except Invalid as refusal:
        problems.extend(refusal.problems)
    job_title = normalise(applicant.job_title)
    if not job_title:
        problems.append(Problem("job_title", "Nhập chức vụ, chức danh."))
    elif len(job_title) > people.JOB_TITLE_MAX_LENGTH:
        message = f"Chức vụ, chức danh dài nhiều nhất {people.JOB_TITLE_MAX_LENGTH} ký tự."
        problems.append(Problem("job_title", message))
    try:
        phone = parse_phone(applicant.phone)
    except Invalid as refusal:
        problems.extend(refusal.problems)
    email = normalise(applicant.email or "").lower() or None
    if email and not is_email(email):
        message = "Địa chỉ thư điện tử không đúng dạng. Ví dụ: ten@donvi.gov.vn"
        problems.append(Problem("email", message))
    if problems:
        raise Invalid(problems)
    return Applicant(full_name=full_name, job_title=job_title, phone=phone, email=email)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSignup:
    """A request to join a unit; `submit_key` is the form's, so that a repeat makes nothing new."""

    unit_id: int
    applicant: Applicant
    submit_key: str


def submit(actor: Actor, command: SubmitSignup, moment: Moment) -> Signup:
    """Record a request, or return the one the same form made before.

    Raises NotFound when the unit takes no members today, Invalid with every problem found.
    """
    actor.require(Action.SIGNUP_SUBMIT)
    if earlier := signup_by_submit_key(command.submit_key):
        return earlier
    if joinable_unit(command.unit_id, moment.day) is None:
        raise NotFound("Đơn vị này không nhận đăng ký. Tìm lại đơn vị của anh/chị.")
    applicant = check_applicant(command.applicant)
    signup = Signup(
        reference_code=grouped(code_of(secrets.token_bytes(CODE_BYTES))),
        submit_key=command.submit_key,
        unit_id=command.unit_id,
        notice_version=notice_on(moment.day).version,
        submitted_at=moment.instant,
        state=SignupState.RECEIVED,
    )
    _write_applicant(signup, applicant)
    db.session.add(signup)
    db.session.flush()
    _record(actor, Deed.SIGNUP_SUBMIT, signup, moment)
    return signup


def own_signup(actor: Actor, typed_code: str) -> Signup:
    """Return the request whose code its sender typed, however he typed it.

    Raises NotFound, in one text, for a code that is unknown or no code at all.
    """
    actor.require(Action.SIGNUP_SUBMIT)
    code = read_code(typed_code)
    signup = signup_by_code(grouped(code)) if code else None
    if signup is None:
        raise NotFound(UNKNOWN_CODE)
    return signup


def complete(actor: Actor, typed_code: str, applicant: Applicant, moment: Moment) -> Signup:
    """Replace what was typed after more was asked for; the request waits for the reviewer again.

    Raises NotFound for an unknown code, Conflict when nothing was asked, Invalid with all problems.
    """
    signup = own_signup(actor, typed_code)
    check_waits_for_completion(signup.state)
    _write_applicant(signup, check_applicant(applicant))
    signup.state = SignupState.RECEIVED
    signup.reason = None
    db.session.flush()
    _record(actor, Deed.SIGNUP_COMPLETE, signup, moment)
    return signup


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseSignup:
    """A reviewer's answer with a reason; `version` is the one shown to him."""

    signup_id: int
    version: int
    reason: str


def ask_completion(actor: Actor, command: RefuseSignup, moment: Moment) -> Signup:
    """Send a request back to its sender with the reason ("yêu cầu bổ sung").

    Raises NotFound outside the scope, Conflict when somebody was faster, Invalid without a reason.
    """
    return _refuse(actor, command, SignupState.COMPLETION_ASKED, moment)


def decline(actor: Actor, command: RefuseSignup, moment: Moment) -> Signup:
    """Decline a request for good, with the reason.

    Raises NotFound outside the scope, Conflict when somebody was faster, Invalid without a reason.
    """
    return _refuse(actor, command, SignupState.DECLINED, moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptSignup:
    """A reviewer's choices.

    `person_id` None records a new person; else the request is attached to that one, and only the
    fields in `take_over` (of `TAKEN_OVER`) replace what his record says.
    """

    signup_id: int
    version: int
    person_id: int | None
    role: Role
    member_role: MemberRole
    valid_from: date
    take_over: frozenset[str] = frozenset()


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


def accept(actor: Actor, command: AcceptSignup, life: timedelta, moment: Moment) -> Accepted:
    """Accept a request: person, membership, account, role and invitation, all or nothing.

    `life` is how long the invitation can be used. A person who is a member of the unit already
    stays so; one who has an account keeps it. Raises NotFound when the request or the person is
    outside the scope, Conflict when somebody decided first, NotAllowed on one's own request,
    Invalid when the person, the membership or the account cannot be written.
    """
    signup = _to_decide(actor, command.signup_id, command.version, moment.day)
    if command.role not in GRANTABLE:
        raise Invalid.on("role", "Chọn một trong hai quyền của danh sách.")
    # Claimed first: of two reviewers the slower one fails here, before anything else is written.
    signup.state = SignupState.ACCEPTED
    signup.reason = None
    _sign(signup, actor, moment)
    db.session.flush()
    person = _person_of(actor, signup, command, moment)
    signup.person_id = person.id
    was_member = _join(actor, signup, person, command, moment)
    account = _account_of(actor, person, moment)
    if command.role is Role.UNIT_OFFICER and not _holds(account, signup.unit_id, moment.day):
        accounts.grant(actor, account, Role.UNIT_OFFICER, signup.unit_id, moment.day, moment)
    db.session.flush()
    _record(
        actor,
        Deed.SIGNUP_ACCEPT,
        signup,
        moment,
        person_id=person.id,
        attached=command.person_id is not None,
        role=command.role.value,
        was_member=was_member,
    )
    may = may_invite(account, actor.scope(Action.SIGNUP_REVIEW), moment.day)
    invitation = accounts.invite(actor, account, life, moment) if may else None
    return Accepted(signup, person, account, was_member, invitation)


def renew_invitation(
    actor: Actor, signup_id: int, life: timedelta, moment: Moment
) -> accounts.Invitation:
    """Make a new link for a person accepted earlier who has not set a password yet; old ones die.

    Raises NotFound outside the scope, Conflict when it is not accepted or the password is set.
    """
    signup = _reviewed(actor, signup_id, moment.day)
    account = account_of_person(signup.person_id) if signup.person_id else None
    if signup.state is not SignupState.ACCEPTED or account is None:
        raise Conflict("Đăng ký này chưa được chấp nhận nên chưa có liên kết đặt mật khẩu.")
    if not may_invite(account, actor.scope(Action.SIGNUP_REVIEW), moment.day):
        raise Conflict(
            "Người này đã đặt mật khẩu, tài khoản đang bị khóa hoặc do quản trị hệ thống cấp. "
            "Đề nghị quản trị hệ thống tạo liên kết ở trang Tài khoản."
        )
    return accounts.invite(actor, account, life, moment)


def may_invite(account: Account, scope: Scope, today: date) -> bool:
    """Tell whether a reviewer of `scope` may make a link to set the account's first password.

    Never for an account that can do more than a reviewer may grant: the link would hand him, say,
    the account of an approver (two-person rule).
    """
    within = all(
        held.role in GRANTABLE
        and held.office_id is not None
        and scope.covers(path_on(held.office_id, today), held.office_id)
        for held in account.grants
    )
    return account.password_hash is None and account.disabled_at is None and within


def _write_applicant(signup: Signup, applicant: Applicant) -> None:
    signup.full_name = applicant.full_name
    signup.search_key = search_key(applicant.full_name)
    signup.job_title = applicant.job_title
    signup.phone = applicant.phone
    signup.email = applicant.email


def _reviewed(actor: Actor, signup_id: int, today: date) -> Signup:
    scope = actor.require(Action.SIGNUP_REVIEW)
    signup = signup_in_scope(signup_id, scope, today)
    if signup is None:
        raise NotFound
    return signup


def _to_decide(actor: Actor, signup_id: int, version: int, today: date) -> Signup:
    signup = _reviewed(actor, signup_id, today)
    check_open(signup.state)
    if signup.version != version:
        raise Conflict(
            f"Đăng ký vừa được cập nhật, nay là “{signup.state.label}”. "
            "Tải lại trang để xem nội dung mới rồi quyết định."
        )
    return signup


def _refuse(actor: Actor, command: RefuseSignup, state: SignupState, moment: Moment) -> Signup:
    signup = _to_decide(actor, command.signup_id, command.version, moment.day)
    reason = normalise(command.reason)
    if not reason:
        raise Invalid.on("reason", "Nhập lý do để người đăng ký biết cần làm gì.")
    if len(reason) > REASON_MAX_LENGTH:
        raise Invalid.on("reason", f"Lý do dài nhiều nhất {REASON_MAX_LENGTH} ký tự.")
    signup.state = state
    signup.reason = reason
    _sign(signup, actor, moment)
    db.session.flush()
    declined = state is SignupState.DECLINED
    _record(actor, Deed.SIGNUP_DECLINE if declined else Deed.SIGNUP_ASK_COMPLETION, signup, moment)
    return signup


def _sign(signup: Signup, actor: Actor, moment: Moment) -> None:
    signup.decided_at = moment.instant
    signup.decided_by_id = actor.account_id


def _person_of(actor: Actor, signup: Signup, command: AcceptSignup, moment: Moment) -> Person:
    """Return the person accepted: a new record, or the one the reviewer chose and may edit."""
    if command.person_id is None:
        details = people.PersonDetails(
            full_name=signup.full_name,
            phone=signup.phone,
            email=signup.email,
            job_title=signup.job_title,
        )
        return people.write_person(actor, details, signup.unit_id, moment, None)
    if command.person_id == actor.person_id:
        raise NotAllowed("Không tự chấp nhận đăng ký của chính mình. Đề nghị người khác xử lý.")
    found = person_in_scope(
        command.person_id, actor.require(Action.PERSON_EDIT), moment.day, moment.day
    )
    if found is None:
        raise NotFound
    person, _ = found
    offered = {name: getattr(signup, name) for name in TAKEN_OVER if name in command.take_over}
    changed = {name: value for name, value in offered.items() if value is not None}
    if changed:
        details = replace(_details_of(person), **changed)
        people.edit(
            actor,
            people.EditPerson(person_id=person.id, version=person.version, details=details),
            None,
            moment,
        )
    return person


def _details_of(person: Person) -> people.PersonDetails:
    return people.PersonDetails(
        full_name=person.full_name,
        phone=person.phone,
        email=person.email,
        job_title=person.job_title,
        birth_year=person.birth_year,
        birth_date=person.birth_date,
        education_level=person.education_level,
        it_major=person.it_major,
        contract_type=person.contract_type,
        is_manager=person.is_manager,
    )


def _join(
    actor: Actor,
    signup: Signup,
    person: Person,
    command: AcceptSignup,
    moment: Moment,
) -> bool:
    """Make the person a member of the unit; tell whether he is one already."""
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
            f"Số {login} đã là tên đăng nhập của một tài khoản khác. Nếu là cùng một người, hãy "
            "gắn đăng ký vào hồ sơ đang có; nếu không, yêu cầu bổ sung một số điện thoại khác.",
        )
    return accounts.open_account(actor, login, person, moment)


def _holds(account: Account, unit_id: int, today: date) -> bool:
    return any(
        (held.role, held.office_id) == (Role.UNIT_OFFICER, unit_id)
        and (held.valid_to is None or held.valid_to > today)
        for held in account.grants
    )


def _record(
    actor: Actor,
    action: Deed,
    signup: Signup,
    moment: Moment,
    *,
    person_id: int | None = None,
    **details: object,
) -> None:
    """Audit a step. What was typed stays out: before acceptance nobody's record could erase it."""
    record(
        actor,
        Event(
            action,
            "signups",
            signup.id,
            unit_id=signup.unit_id,
            details={"state": signup.state.value, **details},
            person_id=person_id,
        ),
        moment,
    )
