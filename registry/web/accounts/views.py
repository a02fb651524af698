"""Pages of accounts."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from registry.domain.errors import Invalid
from registry.domain.permissions import Action
from registry.domain.tasks import Task
from registry.models.accounts import Account
from registry.models.base import db
from registry.queries.accounts import all_accounts, is_locked, waits_for_password
from registry.queries.units.on_a_day import units_by_id
from registry.services import accounts as service
from registry.web.access import SignedInUser, current_actor, forget_actor, requires
from registry.web.accounts.forms import (
    ForgotPasswordForm,
    SetPasswordForm,
    SignInForm,
)
from registry.web.forms.fields import ButtonForm
from registry.web.forms.showing import problems_on, show_form
from registry.web.limits import PASSWORD, SIGN_IN, limiter
from registry.web.request import later, moment, settings, today
from registry.web.security import safe_target
from registry.web.tasks import asked_task

blueprint = Blueprint("accounts", __name__)

_WANTED = {
    Task.ACCOUNTS_LOCKED: is_locked,
    Task.ACCOUNTS_WITHOUT_PASSWORD: waits_for_password,
}


def _enter(signed_in: service.SignedIn) -> None:
    """Put a fresh session into a fresh cookie: nothing of the visitor's cookie survives.

    Whoever was signed in with this browser before is signed out on the server too.
    """
    if current_user.is_authenticated:
        service.sign_out(current_actor(), current_user.get_id(), moment())
    session.clear()
    forget_actor()
    account = db.session.get_one(Account, signed_in.account_id)
    login_user(SignedInUser(signed_in.token, account))


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@requires(Action.SESSION_OPEN)
def sign_in() -> ResponseReturnValue:
    """Open a session."""
    form = SignInForm()
    if form.validate_on_submit():
        try:
            signed_in = service.sign_in(
                current_actor(), form.login.data, form.password.data, moment()
            )
        except Invalid as refusal:
            login, at = form.login.data, moment()
            later(lambda: service.record_failure(login, at))
            form.add_problem("password", refusal.message)
        else:
            target = safe_target(form.next.data, url_for("home.index"))
            _enter(signed_in)
            return redirect(target, code=303)
    elif not form.is_submitted():
        form.next.data = safe_target(request.args.get("next"), "")
    return show_form("accounts/sign_in.html", form)


@blueprint.post("/dang-xuat")
@requires(Action.SESSION_CLOSE)
def sign_out() -> ResponseReturnValue:
    """End the session."""
    service.sign_out(current_actor(), current_user.get_id(), moment())
    logout_user()
    session.clear()
    flash("Đã đăng xuất.", "success")
    return redirect(url_for("home.index"), code=303)


@blueprint.route("/quen-mat-khau", methods=["GET", "POST"])
@limiter.limit(PASSWORD, methods=["POST"])
@requires(Action.SESSION_OPEN)
def forgot_password() -> ResponseReturnValue:
    """Send a reset link, saying the same whether or not the login is known."""
    form = ForgotPasswordForm()
    if form.validate_on_submit():
        invitation = service.forgot_password(
            current_actor(), form.login.data, settings().password_link_life, moment()
        )
        if invitation is not None:
            _post(invitation, "Đặt lại mật khẩu Mạng lưới CĐS")
        return render_template("accounts/forgot_password_sent.html")
    return show_form("accounts/forgot_password.html", form)


def _post(invitation: service.Invitation, subject: str) -> str:
    account = db.session.get_one(Account, invitation.account_id)
    link = password_link(invitation.token)
    service.post_invitation(
        invitation, account.person.email if account.person else None, link, subject, moment()
    )
    return link


def password_link(token: str) -> str:
    """Return the address to set a password, always under the configured base URL."""
    return settings().base_url + url_for("accounts.set_password", token=token)


@blueprint.route("/dat-mat-khau/<token>", methods=["GET", "POST"])
@limiter.limit(PASSWORD)
@requires(Action.SESSION_OPEN)
def set_password(token: str) -> ResponseReturnValue:
    """Set a password by a single-use link, and sign in."""
    link = service.usable_link(token, moment())
    login = link.account.login
    form = SetPasswordForm()
    if form.validate_on_submit():
        with problems_on(form):
            signed_in = service.set_password(
                current_actor(), token, form.password.data, form.repeated.data, moment()
            )
            _enter(signed_in)
            flash("Đã đặt mật khẩu và đăng nhập.", "success")
            return redirect(url_for("home.index"), code=303)
    return show_form("accounts/set_password.html", form, login=login)


@blueprint.get("/tai-khoan")
@requires(Action.ACCOUNT_ADMINISTER)
def index() -> ResponseReturnValue:
    """List every account with the roles of today."""
    task = asked_task()
    rows = all_accounts(today(), _WANTED[task]() if task else None)
    offices = units_by_id(
        (office for row in rows for _, office in row.grants if office is not None), today()
    )
    return render_template(
        "accounts/index.html",
        task=task,
        accounts=rows,
        offices=offices,
        form=ButtonForm(),
    )


@blueprint.post("/tai-khoan/<int:account_id>/dat-lai")
@requires(Action.ACCOUNT_ADMINISTER)
def reset(account_id: int) -> ResponseReturnValue:
    """Make a reset link and show it to the administrator for handing over."""
    account = db.get_or_404(Account, account_id)
    invitation = service.reset(
        current_actor(), account.login, settings().password_link_life, moment()
    )
    link = _post(invitation, "Đặt lại mật khẩu Mạng lưới CĐS")
    return render_template("accounts/reset.html", account=account, link=link, invitation=invitation)


@blueprint.post("/tai-khoan/<int:account_id>/khoa")
@requires(Action.ACCOUNT_ADMINISTER)
def disable(account_id: int) -> ResponseReturnValue:
    """Disable an account; its sessions end with it."""
    account = db.get_or_404(Account, account_id)
    service.disable(current_actor(), account.login, moment())
    flash("Đã khóa tài khoản và kết thúc các phiên đăng nhập.", "success")
    return redirect(url_for("accounts.index"), code=303)
