"""The one place where a refusal becomes HTTP: a status and a Vietnamese page."""

from http import HTTPStatus
from typing import cast

from flask import Flask, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from registry.domain.audit.deeds import Deed
from registry.domain.errors import (
    Conflict,
    DeadLink,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    RateLimited,
    TooSoon,
    Unavailable,
)
from registry.domain.keyring import KeysRefused
from registry.domain.refused_requests import ADVICE, OTHER_TITLE, TITLES, plain_page
from registry.models.outages import outage_of
from registry.services.audit import Event, record
from registry.web.access import current_actor, forget_database
from registry.web.edge import LOWEST_REFUSAL, RegistryFlask, has_changed
from registry.web.request import later, moment
from registry.web.upkeep import keep_up_now

_STATUS: dict[type[DomainError], HTTPStatus] = {
    KeysRefused: HTTPStatus.SERVICE_UNAVAILABLE,
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}

# Something was committed before the request failed: to say that nothing was would be untrue.
PERHAPS_SAVED = (
    "Nội dung vừa gửi có thể đã được lưu, nhưng không tạo được trang trả lời. "
    "Mở lại trang trước để xem rồi mới gửi lại; nếu vẫn lỗi, báo quản trị hệ thống."
)
CSRF_ADVICE = (
    "Phiên làm việc của trang này đã hết. Quay lại trang trước, tải lại rồi gửi lần nữa; "
    "nội dung đã nhập vẫn còn trong trình duyệt."
)

RETRY_AFTER_SECONDS = 60


def register(app: Flask) -> None:
    """Attach the handlers."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _unexpected)


def _domain_error(error: DomainError) -> Response:
    status = next(
        (code for kind, code in _STATUS.items() if isinstance(error, kind)),
        HTTPStatus.BAD_REQUEST,
    )
    if isinstance(error, NotFound | NotAllowed):
        _record_denied()
    if isinstance(error, DeadLink):
        keep_up_now()
    unexplained = isinstance(error, NotFound) and error.message == NotFound().message
    title = "Liên kết không dùng được" if isinstance(error, DeadLink) else None
    answer = page(status, None if unexplained else error.message, title)
    if isinstance(error, TooSoon):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _csrf_error(_error: CSRFError) -> Response:
    return page(HTTPStatus.BAD_REQUEST, CSRF_ADVICE)


def _http_error(error: HTTPException) -> Response | HTTPException:
    """Answer what refuses; what leads elsewhere, or brings its own answer, is the answer."""
    if error.code is None or error.code < LOWEST_REFUSAL:
        return error
    return page(error.code)


def _unexpected(error: InternalServerError) -> Response:
    """Answer an error that `RegistryFlask.log_exception` has logged."""
    outage = outage_of(error.original_exception)
    if has_changed():
        return page(HTTPStatus.INTERNAL_SERVER_ERROR, PERHAPS_SAVED)
    if outage is None:
        return page(HTTPStatus.INTERNAL_SERVER_ERROR)
    return page(HTTPStatus.SERVICE_UNAVAILABLE, outage.message)


def page(status: int, advice: str | None = None, title: str | None = None) -> Response:
    """Return the error page for `status`, with its own title unless `title` says more.

    `advice` says what to do when the general text does not. What tells of a failure, or stands for
    a file of ours, asks the database nothing, nor who is signed in; when even that page fails, a
    plain one takes its place.
    """
    asks_nothing = status >= HTTPStatus.INTERNAL_SERVER_ERROR or request.endpoint == "static"
    if asks_nothing:
        forget_database()
    try:
        text = render_template(
            "errors/error.html",
            status=int(status),
            title=title or TITLES.get(int(status), OTHER_TITLE),
            advice=advice or ADVICE.get(int(status), ""),
        )
    except Exception as error:
        if not asks_nothing:
            raise
        cast("RegistryFlask", current_app).log_fault(error)
        text = plain_page(int(status), advice)
    answer = make_response(text, int(status))
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _record_denied() -> None:
    """Audit that a signed-in account was refused what is out of its scope, or an action."""
    actor = current_actor()
    if actor.account_id is None or request.endpoint is None:
        return
    at, endpoint = moment(), request.endpoint
    arguments = {name: str(value) for name, value in (request.view_args or {}).items()}
    later(
        lambda: record(
            actor,
            Event(
                Deed.ACCESS_DENIED,
                "routes",
                endpoint,
                details={"method": request.method, "arguments": arguments},
            ),
            at,
        ),
        hurried=True,
    )
