"""Pages of accounts."""

from collections.abc import Callable
from http import HTTPStatus

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from registry.domain.errors import Invalid, TooSoon
from registry.domain.permissions import Action
from registry.domain.tasks import Task
from registry.domain.vietnamese.writing import format_number
from registry.models.accounts import Account
from registry.models.base import db
from registry.queries.accounts import all_accounts, is_locked, waits_for_password
from registry.queries.link_releases import held_accounts
from registry.queries.sessions import live_sessions
from registry.queries.units.on_a_day import units_by_id
from registry.services import accounts as service
from registry.services.passwords import token_hash
from registry.services.sessions import end_own
from registry.services.sign_ins import DEVICE_LIFE, count_try, verified
from registry.web.access import SignedInUser, current_actor, forget_actor, requires
from registry.web.accounts.forms import (
    ForgotPasswordForm,
    SetPasswordForm,
    SignInForm,
)
from registry.web.edge import apart
from registry.web.forms.fields import ButtonForm
from registry.web.forms.showing import problems_on, show_form
from registry.web.forms.submissions import once, saving
from registry.web.limits import PASSWORD, SIGN_IN, limiter
from registry.web.password_links import post
from registry.web.request import moment, settings, today
from registry.web.security import safe_target
from registry.web.tasks import asked_task

blueprint = Blueprint("accounts", __name__)

# Sent to the page of signing in alone: by it the browser's tries are counted apart from others'.
DEVICE_COOKIE = "registry-device"

RESET_SUBJECT = "Đặt lại mật khẩu Mạng lưới CĐS"

_WANTED = {
    Task.ACCOUNTS_LOCKED: is_locked,
    Task.ACCOUNTS_WITHOUT_PASSWORD: waits_for_password,
}


def _enter(open_session: Callable[[], service.SignedIn], target: str) -> Response:
    """Open a session in a fresh cookie, nothing of the visitor's survives, and lead to `target`.

    Whoever was signed in with this browser before is signed out on the server too.
    """

    def change_places() -> service.SignedIn:
        if current_user.is_authenticated:
            service.sign_out(current_actor(), current_user.get_id(), moment())
        return open_session()

    signed_in = apart(change_places)
    session.clear()
    forget_actor()
    account = db.session.get_one(Account, signed_in.account_id)
    login_user(SignedInUser(signed_in.token, account))
    answer = redirect(target, code=303)
    answer.set_cookie(
        DEVICE_COOKIE,
        signed_in.device,
        max_age=DEVICE_LIFE,
        path=url_for("accounts.sign_in"),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Strict",
    )
    return answer


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@requires(Action.SESSION_OPEN)
def sign_in() -> ResponseReturnValue:
    """Open a session."""
    form = SignInForm()
    if form.validate_on_submit():
        login, device = form.login.data, request.cookies.get(DEVICE_COOKIE)
        try:
            apart(lambda: count_try(current_actor(), login, device, moment()))
            who = apart(lambda: verified(current_actor(), login, form.password.data), writes=False)
            return _enter(
                lambda: service.sign_in(current_actor(), who, device, moment()),
                safe_target(form.next.data, url_for("home.index")),
            )
        except TooSoon as refusal:
            form.add_problem("password", refusal.message)
            page, _ = show_form("accounts/sign_in.html", form)
            return page, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(refusal.seconds)}
        except Invalid as refusal:
            form.add_problem("password", refusal.message)
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


@blueprint.get("/thiet-bi")
@requires(Action.SESSION_CLOSE)
def own_sessions() -> ResponseReturnValue:
    """List the browsers in which whoever asks is signed in."""
    account_id, at = current_user.account.id, moment().running
    return render_template(
        "accounts/own_sessions.html",
        sessions=live_sessions(account_id, at, settings().session_idle, settings().session_life),
        own=token_hash(current_user.get_id()),
        form=ButtonForm(),
    )


@blueprint.post("/thiet-bi/thoat-het")
@requires(Action.SESSION_CLOSE)
def end_own_sessions() -> ResponseReturnValue:
    """End every session of whoever asks, this one too."""
    save = once(ButtonForm())
    ended = end_own(current_actor(), moment())
    logout_user()
    session.clear()
    said = f"Đã thoát khỏi {format_number(ended)} thiết bị. Đăng nhập lại để làm việc tiếp."
    return save.done(url_for("home.index"), said)


@blueprint.route("/quen-mat-khau", methods=["GET", "POST"])
@limiter.limit(PASSWORD, methods=["POST"])
@requires(Action.SESSION_OPEN)
def forgot_password() -> ResponseReturnValue:
    """Send a reset link, saying the same whether or not the login is known."""
    form = ForgotPasswordForm()
    if save := saving(form, again=_reset_asked):
        invitation = service.forgot_password(
            current_actor(),
            form.login.data,
            settings().password_link_life,
            moment(),
            by_mail=settings().mail is not None,
        )
        if invitation is not None:
            post(invitation, RESET_SUBJECT)
        save.remember(url_for("accounts.sign_in"))
        return _reset_asked()
    return show_form("accounts/forgot_password.html", form)


def _reset_asked() -> str:
    return render_template("accounts/forgot_password_sent.html")


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
            typed = form.password.data, form.repeated.data
            hashed = apart(
                lambda: service.hashed_password(current_actor(), token, *typed, moment()),
                writes=False,
            )
            device = request.cookies.get(DEVICE_COOKIE)
            answer = _enter(
                lambda: service.set_password(current_actor(), token, hashed, device, moment()),
                url_for("home.index"),
            )
            flash("Đã đặt mật khẩu và đăng nhập.", "success")
            return answer
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
        held=held_accounts(moment()),
        offices=offices,
        form=ButtonForm(),
    )


@blueprint.post("/tai-khoan/<int:account_id>/dat-lai")
@requires(Action.ACCOUNT_ADMINISTER)
def reset(account_id: int) -> ResponseReturnValue:
    """Make a reset link and show it to the administrator for handing over."""
    save = once(ButtonForm())
    account = db.get_or_404(Account, account_id)
    invitation = service.reset(
        current_actor(),
        account.login,
        settings().password_link_life,
        moment(),
        by_mail=settings().mail is not None,
    )
    link = post(invitation, RESET_SUBJECT)
    # The link is shown now and once; pressing the button again leads back to the list.
    save.remember(url_for("accounts.index"))
    return render_template("accounts/reset.html", account=account, link=link, invitation=invitation)


@blueprint.post("/tai-khoan/<int:account_id>/khoa")
@requires(Action.ACCOUNT_ADMINISTER)
def disable(account_id: int) -> ResponseReturnValue:
    """Disable an account; its sessions end with it."""
    save = once(ButtonForm())
    account = db.get_or_404(Account, account_id)
    service.disable(current_actor(), account.login, moment())
    said = "Đã khóa tài khoản và kết thúc các phiên đăng nhập."
    return save.done(url_for("accounts.index"), said)
