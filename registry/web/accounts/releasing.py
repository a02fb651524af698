"""The page on which a colleague lets the links of guarded accounts be used."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.domain.audit.deeds import Deed
from registry.domain.errors import NotFound
from registry.domain.permissions import Action
from registry.queries.link_releases import grant_with_paper, guarding_offices, pending
from registry.queries.units.on_a_day import units_by_id
from registry.services import link_releases as service
from registry.services.audit import Event
from registry.services.files import read_file
from registry.web.access import current_actor, requires
from registry.web.exports import hand_out_stored
from registry.web.forms.fields import ButtonForm
from registry.web.forms.submissions import once
from registry.web.password_links import post
from registry.web.request import moment, settings, today
from registry.web.tasks import asked_task

blueprint = Blueprint("link_releases", __name__, url_prefix="/tai-khoan")

SUBJECT = "Đặt mật khẩu Mạng lưới CĐS"


@blueprint.get("/cho-phep")
@requires(Action.LINK_RELEASE)
def index() -> ResponseReturnValue:
    """List the links that wait for whoever asks as the second person."""
    links = pending(current_actor(), moment())
    offices = units_by_id(
        (office for link in links for _, office in link.grants if office is not None), today()
    )
    return render_template(
        "accounts/link_releases.html",
        task=asked_task(),
        links=links,
        offices=offices,
        form=ButtonForm(),
    )


@blueprint.post("/cho-phep/<int:link_id>")
@requires(Action.LINK_RELEASE)
def release(link_id: int) -> ResponseReturnValue:
    """Let a link be used; it goes into the outbox, not to who lets it."""
    save = once(ButtonForm())
    lives = service.Lives(settings().invitation_life, settings().password_link_life)
    invitation = service.release(current_actor(), link_id, lives, moment())
    post(invitation, SUBJECT)
    return save.done(
        url_for("link_releases.index"),
        f"Đã cho phép liên kết của tài khoản “{invitation.login}”.",
    )


@blueprint.post("/cho-phep/<int:link_id>/tu-choi")
@requires(Action.OWN_ACCOUNT_MANAGE)
def decline(link_id: int) -> ResponseReturnValue:
    """End a link that waits; also for its holder, who never asked for it."""
    save = once(ButtonForm())
    account = service.decline(current_actor(), link_id, moment())
    is_own = account.id == current_actor().account_id
    return save.done(
        url_for("home.index" if is_own else "link_releases.index"),
        f"Đã không cho phép liên kết của tài khoản “{account.login}”; "
        "liên kết đó không dùng được nữa.",
    )


@blueprint.get("/vai-tro/<int:grant_id>/van-ban")
@requires(Action.LINK_RELEASE)
def paper(grant_id: int) -> ResponseReturnValue:
    """Hand out the scan of the paper on which a role was given, to the office and administrators.

    And audit that it was taken.
    """
    grant = grant_with_paper(grant_id)
    if grant is None or grant.paper is None or not _may_read(grant.account_id):
        raise NotFound
    content = read_file(grant.paper, settings().files_folder)
    event = Event(Deed.ACCOUNT_EXPORT_PAPER, "accounts", grant.account_id, grant.office_id)
    return hand_out_stored(content, grant.paper, event=event)


def _may_read(account_id: int) -> bool:
    actor = current_actor()
    is_colleague = bool(actor.offices & guarding_offices(account_id, today()))
    return is_colleague or actor.may(Action.ACCOUNT_ADMINISTER)
