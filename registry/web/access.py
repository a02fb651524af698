"""Who asks, and whether the route they ask for allows it.

Deny by default: a route declares its action.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from flask import abort, current_app, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.exceptions import NotFound as RouteNotFound

from registry.domain.errors import NotAllowed
from registry.domain.permissions import PUBLIC_ACTOR, Action, Actor
from registry.models.accounts import Account
from registry.queries.accounts import actor_of
from registry.services.accounts import has_run_out, live_session, needs_touch, touch
from registry.web.request import later, moment, settings, today
from registry.web.upkeep import keep_up, keep_up_now

P = ParamSpec("P")
R = TypeVar("R")

login_manager = LoginManager()


class SignedInUser(UserMixin):
    """What Flask-Login keeps of a request's user; its id in the cookie is the session token."""

    def __init__(self, token: str, account: Account) -> None:
        self.token = token
        self.account = account

    def get_id(self) -> str:
        """Return the session token: the server can end it, unlike an account id."""
        return self.token

    @property
    def display_name(self) -> str:
        """The name in the page's head."""
        return self.account.person.full_name if self.account.person else self.account.login

    @property
    def role_labels(self) -> list[str]:
        """The roles in force today, in words."""
        return [role.label for role in sorted(current_actor().roles)]


@login_manager.user_loader
def load_user(token: str) -> SignedInUser | None:
    """Return the user of a live session token."""
    at = moment()
    session = live_session(token, at, settings().session_idle, settings().session_life)
    if session is None:
        if has_run_out(token):
            keep_up_now()
        return None
    if needs_touch(session, at):
        later(lambda: touch(token, at), hurried=True)
    return SignedInUser(token, session.account)


def requires(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare the action a view does: who may not do it is refused before the view runs."""

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        view.required_action = action  # type: ignore[attr-defined] # read by `declared_action`
        return view

    return declare


def declared_action(endpoint: str) -> Action | None:
    """Return the action a route declares, or None when it declares none."""
    return getattr(current_app.view_functions.get(endpoint), "required_action", None)


def current_actor() -> Actor:
    """Return who asks, with the rights of today."""
    if g.get("without_database"):
        return PUBLIC_ACTOR
    if "actor" not in g:
        if current_user.is_authenticated:
            account = current_user.account
            g.actor = actor_of(account, today(), f"web:{account.id}")
        else:
            g.actor = PUBLIC_ACTOR
    return cast("Actor", g.actor)


def forget_actor() -> None:
    """Let the user and its rights be read again: a rollback or a sign-in may change them."""
    g.pop("actor", None)
    g.pop("_login_user", None)


def forget_database() -> None:
    """Let the rest of this request be answered as to a visitor, without asking the database."""
    g.without_database = True


def authorise() -> None:
    """Refuse the request unless the route declares an action the actor may do.

    A visitor is led to the sign-in page; a signed-in account gets NotAllowed. A route without
    declaration is refused.
    """
    if request.endpoint is None:
        return
    keep_up()
    action = declared_action(request.endpoint)
    if action is None:
        raise RouteNotFound
    if current_actor().may(action):
        return
    if current_user.is_authenticated:
        raise NotAllowed(
            "Tài khoản này không có quyền mở trang này. "
            "Nếu cần, đề nghị quản trị hệ thống cấp quyền."
        )
    here = request.full_path if request.query_string else request.path
    wanted = here if request.method in {"GET", "HEAD"} else None
    abort(redirect(url_for("accounts.sign_in", next=wanted), code=303))
