"""The holder of an account confirms an address by a link that was sent there."""

from datetime import timedelta

from registry.domain.accounts import LinkEnd, LinkPurpose
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment, local_time
from registry.domain.errors import DeadLink, Invalid
from registry.domain.permissions import Action, Actor
from registry.models.accounts import Account, PasswordLink
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.queries.accounts import password_link_by_hash
from registry.services.accounts import Invitation, end_links, make_link
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time
from registry.services.passwords import new_token, token_hash

LIFE = timedelta(days=1)
DEAD_LINK = (
    "Liên kết xác nhận đã dùng, hết hạn hoặc thuộc tài khoản khác. Đăng nhập đúng tài khoản rồi mở "
    "“Tài khoản của tôi” để gửi liên kết mới."
)
NO_ADDRESS = "Hồ sơ chưa có thư điện tử công vụ. Đề nghị cán bộ đơn vị bổ sung rồi thử lại."


@one_at_a_time
def ask(actor: Actor, moment: Moment) -> Invitation:
    """Make a link that confirms the address in the holder's record.

    Raises Invalid when the record has none.
    """
    actor.require(Action.OWN_ACCOUNT_MANAGE)
    account = db.session.get_one(Account, actor.account_id)
    address = account.person.email if account.person else None
    if address is None:
        raise Invalid.on("", NO_ADDRESS)
    token = new_token()
    link = make_link(
        PasswordLink(
            token_hash=token_hash(token),
            account_id=account.id,
            asked_by_id=account.id,
            purpose=LinkPurpose.EMAIL,
            created_at=moment.running,
            expires_at=moment.running + LIFE,
            address=address,
        ),
        moment,
    )
    record(actor, Event(Deed.ACCOUNT_ASK_EMAIL, "accounts", account.id), moment)
    return Invitation(account.id, account.login, token, link.expires_at, link.id, address)


@one_at_a_time
def post(invitation: Invitation, link: str, moment: Moment) -> None:
    """Put the mail with the link into the outbox, for the mail server alone.

    Whoever could copy it by hand would confirm an address at which nobody reads.
    """
    until = f"{local_time(invitation.expires_at):%H:%M ngày %d/%m/%Y}"
    db.session.add(
        OutboxMessage(
            account_id=invitation.account_id,
            link_id=invitation.link_id,
            is_sealed=True,
            recipient=invitation.sealed_to,
            subject="Xác nhận thư điện tử của tài khoản Mạng lưới CĐS",
            body=(
                "Kính gửi anh/chị,\n\n"
                f"Đăng nhập bằng tài khoản {invitation.login}, rồi mở liên kết sau để xác nhận đây "
                f"là thư điện tử của anh/chị (hết hạn lúc {until}):\n{link}\n\n"
                "Nếu anh/chị không yêu cầu, hãy bỏ qua thư này.\n"
                "Mạng lưới CĐS"
            ),
            created_at=moment.instant,
            expires_at=invitation.expires_at,
        )
    )
    db.session.flush()


def usable_link(actor: Actor, token: str, moment: Moment) -> PasswordLink:
    """Return the link of the holder's own account that confirms an address.

    Raises DeadLink when it is unknown, used, expired, or another's: they read the same.
    """
    actor.require(Action.OWN_ACCOUNT_MANAGE)
    link = password_link_by_hash(token_hash(token))
    if (
        link is None
        or link.purpose is not LinkPurpose.EMAIL
        or link.account_id != actor.account_id
        or link.ended_at is not None
        or link.expires_at <= moment.running
    ):
        raise DeadLink(DEAD_LINK)
    return link


@one_at_a_time
def confirm(actor: Actor, token: str, moment: Moment) -> str:
    """Use up a link: the account has this address from now on, and it is returned.

    Raises DeadLink as `usable_link` does.
    """
    link = usable_link(actor, token, moment)
    if not end_links(LinkEnd.USED, moment, PasswordLink.id == link.id):
        raise DeadLink(DEAD_LINK)
    account = link.account
    if account.confirmed_email != link.address or account.email_confirmed_at is None:
        account.confirmed_email = link.address
        account.email_confirmed_at = moment.running
        db.session.flush()
        record(actor, Event(Deed.ACCOUNT_CONFIRM_EMAIL, "accounts", account.id), moment)
    return account.confirmed_email or ""
