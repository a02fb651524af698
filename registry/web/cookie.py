"""What a view puts into the visitor's cookie, kept or taken back with its transaction.

A message such as "Đã lưu", a sign-in or a sign-out stands in the cookie the moment a view says so,
while the change it speaks of may still be refused.
"""

from copy import deepcopy
from typing import Any, cast

from flask import current_app, g, session
from flask.globals import request_ctx

_AS_SENT = "cookie_as_sent"


def remember_cookie() -> None:
    """Note what the cookie holds before a view runs."""
    setattr(g, _AS_SENT, deepcopy(dict(session)))


def put_back_cookie(*, for_another_answer: bool = True) -> None:
    """Let the cookie hold what it held before the view: what it said did not happen.

    Messages of earlier requests that the view's page has shown are shown again by the page that
    takes its place, `for_another_answer`; where its page is sent, they have been read.
    """
    before = cast("dict[str, Any]", deepcopy(g.get(_AS_SENT, {})))
    if for_another_answer:
        request_ctx.flashes = None
    elif request_ctx.flashes is not None:
        before.pop("_flashes", None)
    # The token of this page's forms was made from it, and is remembered for this request.
    token = current_app.config["WTF_CSRF_FIELD_NAME"]
    if token in session:
        before.setdefault(token, session[token])
    if dict(session) != before:
        session.clear()
        session.update(before)
