"""What every page knows: the demo banner, the province, who is signed in, and where he may go."""

from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from registry.domain.errors import NotFound
from registry.domain.permissions import Action
from registry.domain.units.names import running_name
from registry.domain.words import MENU
from registry.queries.parameters import default_day, home_unit, is_demo
from registry.web.access import current_actor
from registry.web.errors import page
from registry.web.request import settings, today
from registry.web.security import csp_nonce
from registry.web.tasks import handed_over_by_list


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry of the main navigation; `count` steps of others wait behind it for the visitor."""

    label: str
    href: str
    active: bool
    count: int = 0


# In the order of the page: what one may do, the endpoint it leads to, its label.
_NAVIGATION = (
    (Action.HOME_SEE, "home.index", MENU["home"]),
    (Action.COVERAGE_SEE, "coverage.report", MENU["coverage"]),
    (Action.UNIT_SEE, "units.index", MENU["units"]),
    (Action.UNIT_REORGANISE, "reorganisations.index", MENU["reorganisations"]),
    (Action.PERSON_SEE, "people.index", MENU["people"]),
    (Action.SIGNUP_REVIEW, "signups.queue", MENU["signups"]),
    (Action.ROSTER_SEE, "rosters.index", MENU["rosters"]),
    (Action.TRAINING_SEE, "trainings.index", MENU["trainings"]),
    (Action.CARD_PRINT, "cards.index", MENU["cards"]),
    (Action.OWN_RECORD_SEE, "people.own", MENU["own_record"]),
    (Action.OWN_CARD_SEE, "cards.own", MENU["own_card"]),
    (Action.ACCOUNT_ADMINISTER, "accounts.index", MENU["accounts"]),
    (Action.OUTBOX_SEE, "outbox.index", MENU["outbox"]),
    (Action.AUDIT_SEE, "audit.index", MENU["audit"]),
)

_NO_PROVINCE = {"province_name": "", "province_in_sentence": ""}
# What an account of nobody has none of.
_OF_A_PERSON = frozenset({Action.OWN_RECORD_SEE, Action.OWN_CARD_SEE})


def register(app: Flask) -> None:
    """Give every template the values of `page_context`, and refuse to serve without keys."""

    @app.before_request
    def need_keys() -> Response | None:
        if _lack_keys() and request.endpoint != "static":
            return page(
                503, "Quản trị hệ thống cần chạy “flask init” trước.", "Hệ thống chưa sẵn sàng"
            )
        return None

    app.context_processor(page_context)


def _lack_keys() -> bool:
    keyring = settings().secrets
    return keyring is None or bool(keyring.missing)


def page_context() -> dict[str, Any]:
    """Return what `layouts/base.html` needs."""
    if _lack_keys() or g.get("without_database"):
        return _plain_context()
    return (
        _plain_context()
        | _facts()
        | {
            "current_account": current_user if current_user.is_authenticated else None,
            "navigation": list(_navigation()),
            "account_links": [
                {"label": "Tài khoản của tôi", "href": url_for("own_account.show")},
                {"label": "Thiết bị đang đăng nhập", "href": url_for("accounts.own_sessions")},
            ],
            "sign_in_href": url_for("accounts.sign_in"),
            "sign_out_href": url_for("accounts.sign_out"),
        }
    )


def _plain_context() -> dict[str, Any]:
    return {
        "demo": False,
        "current_account": None,
        "navigation": [],
        "csp_nonce": csp_nonce,
        "today": today(),
        "may": lambda action: current_actor().may(Action(action)),
    } | _NO_PROVINCE


def _facts() -> dict[str, Any]:
    """Return what the database says on every page.

    It is asked once a request: each field of a form is a rendering of its own, with all of this.
    """
    if "page_facts" not in g:
        g.page_facts = {"demo": is_demo()} | _province()
    return cast("dict[str, Any]", g.page_facts)


def _province() -> dict[str, str]:
    """Return the province's name of today, by itself and inside a sentence; empty without one."""
    try:
        home = home_unit(default_day(today()))
    except NotFound:
        return _NO_PROVINCE
    in_sentence = running_name(home.name, home.designation)
    return {"province_name": home.name, "province_in_sentence": in_sentence}


def _section() -> str | None:
    """Return the endpoint of the navigation under which the page shown stands."""
    endpoints = [endpoint for _, endpoint, _ in _NAVIGATION]
    if request.endpoint in endpoints:
        return request.endpoint
    below = f"{request.blueprint}."
    return next((endpoint for endpoint in endpoints if endpoint.startswith(below)), None)


def _navigation() -> list[NavigationItem]:
    if not current_user.is_authenticated:
        return []
    actor = current_actor()
    here = _section()
    counts = handed_over_by_list()
    return [
        NavigationItem(label, url_for(endpoint), endpoint == here, counts.get(endpoint, 0))
        for action, endpoint, label in _NAVIGATION
        if endpoint in current_app.view_functions
        and actor.may(action)
        and (action not in _OF_A_PERSON or actor.person_id is not None)
    ]
