"""The one place where a refusal becomes HTTP: a status and a Vietnamese page."""

from http import HTTPStatus
from typing import cast

from flask import Flask, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from registry.domain.audit.deeds import Deed
from registry.domain.errors import (
    Conflict,
    DeadLink,
    DomainError,
    Invalid,
    NotAllowed,
    NotFound,
    RateLimited,
)
from registry.models.base import db
from registry.services.audit import Event, record
from registry.web.access import current_actor, forget_actor
from registry.web.edge import LOWEST_REFUSAL, RegistryFlask
from registry.web.request import later, moment

_STATUS: dict[type[DomainError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    RateLimited: HTTPStatus.TOO_MANY_REQUESTS,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}

_TITLES = {
    400: "Yêu cầu không hợp lệ",
    403: "Không có quyền mở trang này",
    404: "Không tìm thấy trang",
    405: "Thao tác với trang này không hợp lệ",
    409: "Nội dung đã thay đổi",
    413: "Tệp gửi lên quá lớn",
    422: "Có mục cần sửa",
    429: "Thao tác quá nhanh",
    500: "Hệ thống gặp lỗi",
    503: "Hệ thống chưa sẵn sàng",
}

_ADVICE = {
    400: "Quay lại trang trước, tải lại rồi thử lần nữa.",
    404: "Nội dung này không có, hoặc ngoài phạm vi được xem. Kiểm tra lại địa chỉ trang.",
    405: "Quay lại trang trước và dùng các nút trên trang.",
    413: "Tệp nặng quá giới hạn 10 MB. Quét lại ở 200 dpi hoặc nén tệp PDF rồi gửi lại.",
    429: "Chờ một phút rồi thử lại.",
    500: "Chưa có gì được lưu. Thử lại sau ít phút; nếu vẫn lỗi, báo quản trị hệ thống.",
    503: "Quản trị hệ thống cần chạy “flask init” trước.",
}

CSRF_ADVICE = (
    "Phiên làm việc của trang này đã hết. Quay lại trang trước, tải lại rồi gửi lần nữa; "
    "nội dung đã nhập vẫn còn trong trình duyệt."
)

# Needs no template, no database and no user: one of these is what failed.
LAST_RESORT = f"""<!doctype html>
<html lang="vi">
<head><meta charset="utf-8"><title>{_TITLES[500]}</title></head>
<body>
<h1>{_TITLES[500]}</h1>
<p>{_ADVICE[500]}</p>
<p><a href="/">Về trang chủ</a></p>
</body>
</html>
"""


def register(app: Flask) -> None:
    """Attach the handlers."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _unexpected)


def _domain_error(error: DomainError) -> tuple[str, int]:
    status = next(
        (code for kind, code in _STATUS.items() if isinstance(error, kind)),
        HTTPStatus.BAD_REQUEST,
    )
    if isinstance(error, NotFound | NotAllowed):
        _record_denied()
    unexplained = isinstance(error, NotFound) and error.message == NotFound().message
    title = "Liên kết không dùng được" if isinstance(error, DeadLink) else None
    return page(status, None if unexplained else error.message, title)


def _csrf_error(_error: CSRFError) -> tuple[str, int]:
    return page(HTTPStatus.BAD_REQUEST, CSRF_ADVICE)


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.response is not None or error.code is None or error.code < LOWEST_REFUSAL:
        return error
    return page(error.code)


def _unexpected(_error: InternalServerError) -> tuple[str, int]:
    """Answer an error that `RegistryFlask.log_exception` has logged.

    By a page that needs nothing when the page of errors fails too.
    """
    try:
        db.session.rollback()
        forget_actor()
        return page(HTTPStatus.INTERNAL_SERVER_ERROR)
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer is the last resort
        cast("RegistryFlask", current_app).log_fault(error)
        return LAST_RESORT, HTTPStatus.INTERNAL_SERVER_ERROR


def page(status: int, advice: str | None = None, title: str | None = None) -> tuple[str, int]:
    """Return the error page for `status`, with its own title unless `title` says more.

    `advice` says what to do when the general text does not.
    """
    return (
        render_template(
            "errors/error.html",
            status=int(status),
            title=title or _TITLES.get(int(status), "Không thực hiện được yêu cầu"),
            advice=advice or _ADVICE.get(int(status), ""),
        ),
        int(status),
    )


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
        )
    )
