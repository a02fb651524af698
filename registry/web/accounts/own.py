"""The page of one's own account: its roles, its confirmed address, what happened to it."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from registry.domain.accounts import is_proven
from registry.domain.errors import Invalid
from registry.domain.periods import Period
from registry.domain.permissions import Action
from registry.queries.account_news import news_of_own
from registry.queries.link_releases import is_guarded
from registry.queries.units.on_a_day import units_by_id
from registry.services import confirmed_emails as service
from registry.web.access import current_actor, requires
from registry.web.forms.fields import ButtonForm
from registry.web.forms.submissions import once
from registry.web.limits import PASSWORD, limiter
from registry.web.request import moment, settings, today

blueprint = Blueprint("own_account", __name__)

NO_SERVER = (
    "Hệ thống chưa có máy chủ thư nên chưa gửi được liên kết xác nhận. Báo quản trị hệ thống."
)


@blueprint.get("/tai-khoan-cua-toi")
@requires(Action.OWN_ACCOUNT_MANAGE)
def show() -> ResponseReturnValue:
    """Show one's own account."""
    return _page(ButtonForm())


@blueprint.post("/tai-khoan-cua-toi/thu-xac-nhan")
@limiter.limit(PASSWORD)
@requires(Action.OWN_ACCOUNT_MANAGE)
def ask_confirmation() -> ResponseReturnValue:
    """Send a link to the address in one's own record, by which to confirm it."""
    form = ButtonForm()
    save = once(form)
    with save:
        if settings().mail is None:
            raise Invalid.on("", NO_SERVER)
        asked = service.ask(current_actor(), moment())
        link = settings().base_url + url_for("own_account.confirm", token=asked.token)
        service.post(asked, link, moment())
        return save.done(
            url_for("own_account.show"), f"Liên kết xác nhận sẽ được gửi đến {asked.sealed_to}."
        )
    return _page(form)


@blueprint.route("/xac-nhan-thu/<token>", methods=["GET", "POST"])
@limiter.limit(PASSWORD)
@requires(Action.OWN_ACCOUNT_MANAGE)
def confirm(token: str) -> ResponseReturnValue:
    """Confirm an address by the link that was sent there, signed in with the account itself."""
    form = ButtonForm()
    if form.validate_on_submit():
        save = once(form)
        address = service.confirm(current_actor(), token, moment())
        return save.done(url_for("own_account.show"), f"Đã xác nhận thư điện tử {address}.")
    link = service.usable_link(current_actor(), token, moment())
    return render_template("accounts/confirm_email.html", form=form, address=link.address)


def _page(form: ButtonForm) -> ResponseReturnValue:
    account = current_user.account
    grants = [g for g in account.grants if Period(g.valid_from, g.valid_to).contains(today())]
    offices = units_by_id((g.office_id for g in grants if g.office_id is not None), today())
    page = render_template(
        "accounts/own_account.html",
        form=form,
        account=account,
        grants=grants,
        offices=offices,
        guarded=is_guarded(account.id, today()),
        is_proven=is_proven(account.email_confirmed_at, moment().running),
        news=news_of_own(current_actor(), moment()),
    )
    return page, 422 if form.problems() else 200
