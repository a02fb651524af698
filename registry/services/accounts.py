"""Accounts: sessions, passwords set by a single-use link, granting and disabling."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, update

from registry.domain.accounts import (
    BY_PEOPLE,
    FOR_PASSWORDS,
    LinkEnd,
    LinkPurpose,
    LinkRelease,
    check_login,
    is_on_its_way,
    is_proven,
    login_key,
)
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment, local_time
from registry.domain.errors import Conflict, DeadLink, Invalid, NotFound
from registry.domain.permissions import Action, Actor, Role
from registry.models.accounts import Account, Grant, PasswordLink, Session
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.models.people import Person
from registry.queries.accounts import (
    account_by_login,
    account_of_person,
    lock_account,
    open_link,
    password_link_by_hash,
    session_by_hash,
)
from registry.queries.link_releases import is_first_of_role, is_guarded, other_administrators
from registry.queries.sessions import is_open
from registry.services.audit import Event, record
from registry.services.decisions import Scan, ScanStore, stored_scan
from registry.services.one_at_a_time import one_at_a_time
from registry.services.passwords import check_password, hash_password, new_token, token_hash
from registry.services.reorganisations.following import Whose, units_followed
from registry.services.sign_ins import (
    Verified,
    forget_devices,
    remember_device,
    wrong_password,
)

DEAD_LINK = "Liên kết đặt mật khẩu đã dùng hoặc hết hạn. Bấm “Quên mật khẩu” để nhận liên kết mới."
PAPER_NEEDED = (
    "Tài khoản đầu tiên ghi nhận quyết định của một cơ quan được cấp theo văn bản đã ký. Quét văn "
    "bản đó và gửi kèm (PDF, JPG hoặc PNG)."
)
HELD_LINK = (
    "Liên kết này chưa dùng được: tài khoản của cơ quan quản lý Mạng lưới cần một người khác của "
    "cơ quan cho phép. Đề nghị người đó đăng nhập, bấm tên mình ở đầu trang, vào “Tài khoản của "
    "tôi” rồi mở “Liên kết chờ cho phép”."
)
# How long a link waits for a second person of the office.
HELD_FOR = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: `token` goes into the cookie and nowhere else, `device` into another."""

    token: str = field(repr=False)
    account_id: int
    device: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Invitation:
    """A single-use link for an account; `token` is shown once.

    It is None while the link waits for a second person, until `expires_at`. A link `sealed_to` an
    address is sent there and shown to nobody.
    """

    account_id: int
    login: str
    token: str | None = field(repr=False)
    expires_at: datetime
    link_id: int
    sealed_to: str | None = field(default=None, repr=False)


def sign_in(actor: Actor, who: Verified, device: str | None, moment: Moment) -> SignedIn:
    """Open a session for an account whose password was verified just now.

    Raises Invalid when the account was disabled or its password changed meanwhile.
    """
    actor.require(Action.SESSION_OPEN)
    lock_account(who.account_id)
    account = db.session.get_one(Account, who.account_id, populate_existing=True)
    if account.disabled_at is not None or account.password_hash != who.password_hash:
        raise wrong_password()
    return _open_session(account, device, moment)


def _open_session(account: Account, device: str | None, moment: Moment) -> SignedIn:
    token = new_token()
    db.session.add(
        Session(
            token_hash=token_hash(token),
            account_id=account.id,
            created_at=moment.running,
            last_seen_at=moment.running,
        )
    )
    device = remember_device(account, device, moment)
    record(
        Actor(account.id, account.person_id, f"web:{account.id}", frozenset(), {}),
        Event(Deed.SESSION_OPEN, "accounts", account.id),
        moment,
    )
    return SignedIn(token, account.id, device)


def live_session(token: str, moment: Moment, idle: timedelta, life: timedelta) -> Session | None:
    """Return the session of a token while it lives and its account is enabled, else None."""
    session = session_by_hash(token_hash(token))
    if session is None or session.revoked_at is not None:
        return None
    if moment.running - session.last_seen_at > idle or moment.running - session.created_at > life:
        return None
    return session if session.account.disabled_at is None else None


def has_run_out(token: str) -> bool:
    """Tell whether a session that does not live was ended by nobody but the clock."""
    session = session_by_hash(token_hash(token))
    return session is not None and session.revoked_at is None


def needs_touch(session: Session, moment: Moment) -> bool:
    """Tell whether the session's last use should be written again."""
    return moment.running - session.last_seen_at > SEEN_EVERY


def touch(token: str, moment: Moment) -> None:
    """Write that the session was used; in a transaction of its own."""
    db.session.execute(
        update(Session)
        .where(Session.token_hash == token_hash(token))
        .values(last_seen_at=moment.running)
    )


@one_at_a_time
def sign_out(actor: Actor, token: str, moment: Moment) -> None:
    """End the session on the server, so that its cookie is worthless."""
    actor.require(Action.SESSION_CLOSE)
    session = session_by_hash(token_hash(token))
    if session is not None and session.revoked_at is None:
        session.revoked_at = moment.running
        record(actor, Event(Deed.SESSION_CLOSE, "accounts", session.account_id), moment)


def revoke_sessions(account_id: int | None, moment: Moment) -> int:
    """End every open session of the account at once; return how many."""
    return end_sessions(moment, Session.account_id == account_id)


def end_sessions(moment: Moment, *which: ColumnElement[bool]) -> int:
    """End the open sessions of which all of `which` holds; return how many."""
    ended = db.session.scalars(
        update(Session)
        .where(is_open(), *which)
        .values(revoked_at=moment.running)
        .returning(Session.id)
    )
    return len(ended.all())


def open_account(actor: Actor, login: str, person: Person | None, moment: Moment) -> Account:
    """Create an account without password; used by services that have authorised their own action.

    Raises Invalid when the login is taken or badly written.
    """
    key = check_login(login)
    if account_by_login(key) is not None:
        raise Invalid.on("login", "Tên đăng nhập này đã có người dùng. Chọn tên khác.")
    account = Account(
        login=key, login_key=key, person_id=person.id if person else None, created_at=moment.instant
    )
    db.session.add(account)
    db.session.flush()
    record(
        actor,
        Event(
            Deed.ACCOUNT_CREATE,
            "accounts",
            account.id,
            personal={"login": key},
            person_id=person.id if person else None,
        ),
        moment,
    )
    return account


def grant(
    actor: Actor, account: Account, role: Role, office_id: int | None, since: date, moment: Moment
) -> Grant:
    """Give an account a role for an office from `since`; the caller has authorised its own action.

    Raises Invalid when the same grant is in force already.
    """
    for held in account.grants:
        if (held.role, held.office_id) == (role, office_id) and (
            held.valid_to is None or held.valid_to > since
        ):
            raise Invalid.on("role", f"Tài khoản đã có vai trò “{role.label}” ở đơn vị này.")
    given = Grant(role=role, office_id=office_id, valid_from=since)
    account.grants.append(given)
    db.session.flush()
    record(
        actor,
        Event(
            Deed.ACCOUNT_GRANT,
            "accounts",
            account.id,
            unit_id=office_id,
            details={"role": role.value, "valid_from": since},
        ),
        moment,
    )
    return given


def invite(
    actor: Actor,
    account: Account,
    purpose: LinkPurpose,
    life: timedelta,
    moment: Moment,
    *,
    by_mail: bool = False,
) -> Invitation:
    """Make a single-use link to set a password; an earlier one for the same purpose ends.

    Of a guarded account it waits for a second person of the office, without a token that anybody
    could see; unless a command on the server makes it, or it is sent to an address that was
    confirmed long ago, where a mail server is set (`by_mail`). The caller has authorised its own
    action.
    """
    release: LinkRelease | None = None
    address = account.confirmed_email
    guarded = is_guarded(account.id, moment.day)
    if actor.is_shell:
        release = LinkRelease.SHELL
    elif guarded and by_mail and is_proven(account.email_confirmed_at, moment.running):
        release = LinkRelease.CONFIRMED_ADDRESS
    is_held = guarded and release is None
    token = None if is_held else new_token()
    link = make_link(
        PasswordLink(
            token_hash=token_hash(token) if token else None,
            account_id=account.id,
            asked_by_id=actor.account_id,
            purpose=purpose,
            created_at=moment.running,
            expires_at=moment.running + (HELD_FOR if is_held else life),
            release=release,
            released_at=moment.running if release else None,
        ),
        moment,
    )
    details = {"purpose": purpose.value, "is_held": is_held}
    if release is not None:
        details["release"] = release.value
    record(actor, Event(Deed.ACCOUNT_INVITE, "accounts", account.id, details=details), moment)
    sealed_to = address if release is LinkRelease.CONFIRMED_ADDRESS else None
    return Invitation(account.id, account.login, token, link.expires_at, link.id, sealed_to)


@one_at_a_time
def make_link(link: PasswordLink, moment: Moment) -> PasswordLink:
    """Add a link of an account; one for the same purpose ends, and what has expired."""
    end_links(
        LinkEnd.EXPIRED,
        moment,
        PasswordLink.account_id == link.account_id,
        PasswordLink.expires_at <= moment.running,
    )
    end_links(
        LinkEnd.SUPERSEDED,
        moment,
        PasswordLink.account_id == link.account_id,
        PasswordLink.purpose == link.purpose,
    )
    db.session.add(link)
    db.session.flush()
    return link


def close_expired_links(moment: Moment) -> None:
    """End the links whose time is over."""
    end_links(LinkEnd.EXPIRED, moment, PasswordLink.expires_at <= moment.running)


def end_links(reason: LinkEnd, moment: Moment, *which: ColumnElement[bool]) -> list[int]:
    """End the open links of which all of `which` holds, and empty the mails that carry them.

    Nobody sends or copies a dead link then, nor tries to send it again. Return the links' ids.
    """
    ended = list(
        db.session.scalars(
            update(PasswordLink)
            .where(PasswordLink.ended_at.is_(None), *which)
            .values(ended_at=moment.running, end_reason=reason)
            .returning(PasswordLink.id)
        )
    )
    if ended:
        db.session.execute(
            update(OutboxMessage).where(OutboxMessage.link_id.in_(ended)).values(body=None)
        )
    return ended


@one_at_a_time
def post_invitation(
    invitation: Invitation, recipient: str | None, link: str, subject: str, moment: Moment
) -> None:
    """Put the mail with a password link into the outbox.

    Without an address it waits there to be copied; so does the link of a guarded account once it
    was released. Its address stands in the person's record, which officers of his units edit:
    whoever changed it would be sent the account. A sealed one is for the mail server alone.
    """
    account = db.session.get_one(Account, invitation.account_id)
    mailed = not is_guarded(account.id, moment.day)
    db.session.add(
        OutboxMessage(
            account_id=account.id,
            link_id=invitation.link_id,
            is_sealed=invitation.sealed_to is not None,
            recipient=invitation.sealed_to or (recipient if mailed else None),
            subject=subject,
            body=(
                "Kính gửi anh/chị,\n\n"
                f"Tên đăng nhập: {invitation.login}\n"
                f"Mở liên kết sau để đặt mật khẩu (dùng một lần, hết hạn lúc "
                f"{local_time(invitation.expires_at):%H:%M ngày %d/%m/%Y}):\n{link}\n\n"
                "Nếu anh/chị không yêu cầu, hãy bỏ qua thư này.\n"
                "Mạng lưới CĐS"
            ),
            created_at=moment.instant,
            expires_at=invitation.expires_at,
        )
    )
    db.session.flush()


@one_at_a_time
def forgot_password(
    actor: Actor, login: str, life: timedelta, moment: Moment, *, by_mail: bool = False
) -> Invitation | None:
    """Make a reset link when the login is known and enabled.

    Anybody may ask, so asking takes nothing away: an invitation stays, and so does a reset link
    that somebody known has asked for or released, that waits for a second person, or whose mail is
    still on its way; then None. The page answers the same either way and in like time, so something
    is written and synced to the disk either way.
    """
    actor.require(Action.SESSION_OPEN)
    account = account_by_login(login_key(login))
    if account is None or account.disabled_at is not None:
        record(actor, Event(Deed.ACCOUNT_RESET_UNKNOWN, "accounts", None), moment)
        return None
    there = open_link(account.id, LinkPurpose.RESET)
    if there is not None and _is_left_alone(there, moment):
        record(actor, Event(Deed.ACCOUNT_RESET_AGAIN, "accounts", account.id), moment)
        return None
    return invite(actor, account, LinkPurpose.RESET, life, moment, by_mail=by_mail)


def _is_left_alone(link: PasswordLink, moment: Moment) -> bool:
    """Tell whether a link to set a new password stays when a visitor asks for another."""
    is_of_somebody = link.asked_by_id is not None or link.release in BY_PEOPLE
    is_held = link.token_hash is None
    return is_on_its_way(link.created_at, link.expires_at, moment.running) or (
        (is_of_somebody or is_held) and moment.running < link.expires_at
    )


def usable_link(token: str, moment: Moment) -> PasswordLink:
    """Return the link to set a password that a token stands for.

    Raises DeadLink when it is unknown, used, expired, or its account disabled: the four read the
    same; in words of its own when it waits for a second person, since the account has got a role
    that makes it a guarded one.
    """
    link = password_link_by_hash(token_hash(token))
    if (
        link is None
        or link.ended_at is not None
        or link.expires_at <= moment.running
        or link.account.disabled_at is not None
        or link.purpose not in FOR_PASSWORDS
    ):
        raise DeadLink(DEAD_LINK)
    if link.release is None and is_guarded(link.account_id, moment.day):
        raise DeadLink(HELD_LINK)
    return link


def hashed_password(actor: Actor, token: str, password: str, repeated: str, moment: Moment) -> str:
    """Return how the password to be set by a link is kept; reads only, and takes its time.

    Raises DeadLink for a dead link, Invalid for a password that will not do.
    """
    actor.require(Action.SESSION_OPEN)
    link = usable_link(token, moment)
    check_password(password, repeated, link.account.login_key)
    return hash_password(password)


@one_at_a_time
def set_password(
    actor: Actor, token: str, password_hash: str, device: str | None, moment: Moment
) -> SignedIn:
    """Use up a link: set the password, end every other link and session, and sign in.

    Raises DeadLink when the link was used, or has ended, meanwhile.
    """
    actor.require(Action.SESSION_OPEN)
    link = usable_link(token, moment)
    if not end_links(LinkEnd.USED, moment, PasswordLink.id == link.id):
        raise DeadLink(DEAD_LINK)
    end_links(
        LinkEnd.SUPERSEDED,
        moment,
        PasswordLink.account_id == link.account_id,
        PasswordLink.purpose.in_(FOR_PASSWORDS),
    )
    account = link.account
    account.password_hash = password_hash
    revoke_sessions(account.id, moment)
    forget_devices(account.id)
    record(
        Actor(account.id, account.person_id, f"web:{account.id}", frozenset(), {}),
        Event(Deed.ACCOUNT_SET_PASSWORD, "accounts", account.id),
        moment,
    )
    return _open_session(account, device, moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateAccount:
    """An administrator's order for an account.

    `paper` is the scan of the signed paper on which the role is given; the first who records
    decisions of an office needs one.
    """

    login: str
    role: Role
    office_id: int | None
    person_id: int | None
    paper: Scan | None = None


@one_at_a_time
def create(
    actor: Actor,
    command: CreateAccount,
    life: timedelta,
    moment: Moment,
    store: ScanStore | None = None,
) -> Invitation:
    """Create an account with one role and a link to set its password.

    `store` is needed where a paper may come with it. Raises Invalid when the role needs an office,
    a person or a paper and none is given, the paper is no scan, or the person has an account.
    """
    actor.require(Action.ACCOUNT_ADMINISTER)
    person = db.session.get(Person, command.person_id) if command.person_id else None
    if command.role is not Role.SYSTEM_ADMINISTRATOR and (
        command.office_id is None or person is None
    ):
        raise Invalid.on("office", "Vai trò này cần cả đơn vị và người (thành viên của đơn vị đó).")
    if person is not None and account_of_person(person.id) is not None:
        raise Invalid.on("person", "Người này đã có tài khoản.")
    is_first = command.role is Role.APPROVER and is_first_of_role(command.role, command.office_id)
    if is_first and command.paper is None:
        raise Invalid.on("paper", PAPER_NEEDED)
    paper = None
    if command.paper and store:
        paper = stored_scan(command.paper, command.office_id, store, moment)
    account = open_account(actor, command.login, person, moment)
    with units_followed(Whose(accounts=frozenset({account.id})), moment.day):
        given = grant(actor, account, command.role, command.office_id, moment.day, moment)
    if paper is not None:
        given.paper = paper
        db.session.flush()
        details = {"role": command.role.value, "scan_sha256": paper.sha256}
        event = Event(
            Deed.ACCOUNT_GIVE_PAPER, "accounts", account.id, command.office_id, details=details
        )
        record(actor, event, moment)
    return invite(actor, account, LinkPurpose.INVITATION, life, moment)


@one_at_a_time
def disable(actor: Actor, login: str, moment: Moment) -> None:
    """Disable an account and end its sessions at once; repeating it changes nothing.

    Raises NotFound when there is no such login, Conflict when it is the last by which the system
    can be administered: only a command on the server could open it again.
    """
    actor.require(Action.ACCOUNT_ADMINISTER)
    account = _by_login(login)
    if not actor.is_shell and not other_administrators(account.id, moment.day):
        raise Conflict(
            "Đây là tài khoản quản trị cuối cùng đang dùng được nên không khóa. Tạo thêm một tài "
            "khoản quản trị, đăng nhập bằng tài khoản đó rồi khóa tài khoản này."
        )
    if account.disabled_at is None:
        account.disabled_at = moment.instant
        revoke_sessions(account.id, moment)
        db.session.flush()
        record(actor, Event(Deed.ACCOUNT_DISABLE, "accounts", account.id), moment)


@one_at_a_time
def reset(
    actor: Actor, login: str, life: timedelta, moment: Moment, *, by_mail: bool = False
) -> Invitation:
    """Make a link to set a new password, and enable the account again.

    Of a guarded account nothing changes before a second person has released the link.
    Raises NotFound when there is no such login.
    """
    actor.require(Action.ACCOUNT_ADMINISTER)
    account = _by_login(login)
    invitation = invite(actor, account, LinkPurpose.RESET, life, moment, by_mail=by_mail)
    if invitation.token is not None:
        enable(actor, account, moment)
        revoke_sessions(account.id, moment)
    return invitation


def enable(actor: Actor, account: Account, moment: Moment) -> None:
    """Let a disabled account be used again; the caller has authorised its own action."""
    if account.disabled_at is not None:
        account.disabled_at = None
        db.session.flush()
        record(actor, Event(Deed.ACCOUNT_ENABLE, "accounts", account.id), moment)


def _by_login(login: str) -> Account:
    account = account_by_login(login_key(login))
    if account is None:
        raise NotFound(f"Không có tài khoản “{login}”. Xem danh sách bằng “flask accounts list”.")
    return account
