"""A second person releases the link of a guarded account, or declines it.

Three have a part in it: who asked for the link, the colleague of the office who lets it be used,
and who is handed it; no two of them see all of it. Only with the release is there a token: it goes
into the outbox, which the colleague does not read.
"""

from dataclasses import dataclass
from datetime import timedelta

from registry.domain.accounts import LinkEnd, LinkPurpose, LinkRelease, login_key
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, NotAllowed, NotFound
from registry.domain.permissions import Action, Actor
from registry.models.accounts import Account, PasswordLink
from registry.models.base import db
from registry.queries.accounts import account_by_login
from registry.queries.link_releases import (
    guarding_offices,
    has_unreleased_password,
    held_links,
    is_held,
    is_waiting_for,
    possible_releasers,
)
from registry.services.accounts import Invitation, enable, end_links, revoke_sessions
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.passwords import new_token, token_hash

ASK_ANOTHER = "Đề nghị người khác của cơ quan."
NO_SECOND_PERSON_YET = (
    "Mật khẩu của tài khoản này được đặt bằng liên kết chưa có người thứ hai cho phép, nên chưa "
    "cho phép được liên kết của người khác. Bấm “Quên mật khẩu” để đặt lại, hoặc đề nghị người "
    "khác của cơ quan."
)
TOO_LATE = (
    "Liên kết này đã được cho phép, không được cho phép hoặc đã hết hạn. Tải lại trang để xem."
)


@dataclass(frozen=True, slots=True)
class Lives:
    """How long a link can be used once it is released, by what it is for."""

    invitation: timedelta
    reset: timedelta

    def of(self, purpose: LinkPurpose) -> timedelta:
        """Return the life of a link for a purpose."""
        return self.invitation if purpose is LinkPurpose.INVITATION else self.reset


@one_at_a_time
def release(actor: Actor, link_id: int, lives: Lives, moment: Moment) -> Invitation:
    """Let a link of a colleague's account be used, as the second person.

    An account that was disabled is enabled with it. The invitation returned has no token where its
    holder has the link already, from before the account was guarded. Raises NotFound when the link
    is of no colleague, NotAllowed when the actor asked for it or is its holder, Conflict when it
    does not wait any more.
    """
    actor.require(Action.LINK_RELEASE)
    return _release(actor, _link_to_judge(actor, link_id, moment), lives, moment)


@one_at_a_time
def decline(actor: Actor, link_id: int, moment: Moment) -> Account:
    """End a link that waits: a colleague does not let it be used, or its holder never asked for it.

    Return whose account it was for. Raises as `release` does, but lets the holder decline.
    """
    actor.require(Action.OWN_ACCOUNT_MANAGE)
    link = db.session.get(PasswordLink, link_id)
    is_own = link is not None and link.account_id == actor.account_id
    if link is None or not is_own:
        if not actor.may(Action.LINK_RELEASE):
            raise NotFound
        link = _link_to_judge(actor, link_id, moment)
    elif not held_links(PasswordLink.id == link_id, is_held(moment)):
        raise Conflict(TOO_LATE)
    end_links(LinkEnd.DECLINED, moment, PasswordLink.id == link.id)
    _record(actor, Deed.ACCOUNT_DECLINE_LINK, link, moment)
    return link.account


@one_at_a_time
def release_at_shell(actor: Actor, login: str, lives: Lives, moment: Moment) -> Invitation:
    """Let the link of an account be used whose office has nobody else who could.

    A command calls it. Raises NotFound when there is no such login or no link of it waits, Conflict
    when a colleague can release it, whom it names.
    """
    actor.require(Action.ACCOUNT_ADMINISTER)
    account = account_by_login(login_key(login))
    waiting = held_links(PasswordLink.account_id == account.id, is_held(moment)) if account else []
    if not waiting:
        raise NotFound(
            f"Tài khoản “{login}” không có liên kết nào chờ cho phép. Tạo liên kết bằng "
            "“flask accounts reset”, hoặc xem “flask accounts list”."
        )
    link = waiting[-1]
    others = possible_releasers(link, moment)
    if others:
        raise Conflict(
            f"Người khác của cơ quan cho phép được liên kết này: {', '.join(others)}. Đề nghị "
            "người đó đăng nhập và mở “Liên kết chờ cho phép”."
        )
    return _release(actor, link, lives, moment)


def _link_to_judge(actor: Actor, link_id: int, moment: Moment) -> PasswordLink:
    """Return the link for which `actor` is the second person."""
    link = db.session.get(PasswordLink, link_id)
    if link is None or link.purpose is LinkPurpose.EMAIL:
        raise NotFound
    if is_waiting_for(link_id, actor, moment):
        return link
    if not actor.offices & guarding_offices(link.account_id, moment.day):
        raise NotFound
    if actor.account_id == link.account_id:
        raise NotAllowed(f"Không tự cho phép liên kết của chính mình. {ASK_ANOTHER}")
    if actor.account_id == link.asked_by_id:
        raise NotAllowed(f"Người đề nghị tạo liên kết không tự cho phép liên kết đó. {ASK_ANOTHER}")
    if held_links(PasswordLink.id == link_id, is_held(moment)):
        if actor.account_id is not None and has_unreleased_password(actor.account_id):
            raise NotAllowed(NO_SECOND_PERSON_YET)
        raise NotAllowed(
            "Liên kết do khách đề nghị ở trang “Quên mật khẩu” phải do người không xem được mục "
            f"Thư gửi đi cho phép. {ASK_ANOTHER}"
        )
    raise Conflict(TOO_LATE)


def _release(actor: Actor, link: PasswordLink, lives: Lives, moment: Moment) -> Invitation:
    token = None
    if link.token_hash is None:
        token = new_token()
        link.token_hash = token_hash(token)
        link.expires_at = moment.running + lives.of(link.purpose)
    link.release = LinkRelease.SHELL if actor.is_shell else LinkRelease.SECOND_PERSON
    link.released_at = moment.running
    link.released_by_id = actor.account_id
    db.session.flush()
    if link.account.disabled_at is not None:
        enable(actor, link.account, moment)
        revoke_sessions(link.account_id, moment)
    _record(actor, Deed.ACCOUNT_RELEASE_LINK, link, moment)
    account = link.account
    return Invitation(account.id, account.login, token, link.expires_at, link.id)


def _record(actor: Actor, deed: Deed, link: PasswordLink, moment: Moment) -> None:
    details = {"purpose": link.purpose.value, "asked_by": link.asked_by_id}
    if link.release is not None:
        details["release"] = link.release.value
    offices = [office for office in guarding_offices(link.account_id, moment.day) if office]
    unit_id = min(offices, default=None)
    record(actor, Event(deed, "accounts", link.account_id, unit_id, details=details), moment)
