"""The edge commits: one transaction a request, written whole or not at all (docs/adr/0002)."""

from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import TypeVar, cast

from flask import Flask, current_app, g, request
from flask import Response as FlaskResponse
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from registry.domain.errors import Conflict, Unavailable
from registry.domain.faults import trace_of
from registry.domain.outages import Outage
from registry.models.base import db
from registry.models.engine import HURRIED, WRITES
from registry.models.outages import outage_of
from registry.models.refusals import is_worth_retrying, refusal_of
from registry.services.keys_in_use import check_keys
from registry.web.access import authorise, forget_actor
from registry.web.cookie import put_back_cookie, remember_cookie
from registry.web.request import SAFE_METHODS, take_later
from registry.web.uploads import reading_before

T = TypeVar("T")

LOWEST_REFUSAL = 400
_KEYS_CHECKED = "registry_keys_checked"


class RegistryFlask(Flask):
    """Flask whose every request is one transaction, retried once when the database was busy."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Authorise, run the view, and commit unless it refused; a file of ours needs neither."""
        if request.endpoint == "static":
            return super().dispatch_request()
        _read_uploads()
        return run_in_transaction(partial(_view, super().dispatch_request))

    def send_static_file(self, filename: str) -> FlaskResponse:
        """Send a file of ours whole: compressing a stream would never close the file."""
        response = super().send_static_file(filename)
        response.direct_passthrough = False
        response.make_sequence()
        return response

    def process_response(self, response: FlaskResponse) -> FlaskResponse:
        """Write what was put off with `later`, whether the request was answered or refused."""
        self._run_later()
        return super().process_response(response)

    def finalize_request(
        self,
        rv: ResponseReturnValue | HTTPException,
        from_error_handler: bool = False,  # noqa: FBT001, FBT002 - as Flask calls it
    ) -> FlaskResponse:
        """Finish an answer.

        One that tells of an error, or of a change that is committed, is sent even when this fails:
        nothing that comes after may say that it was not saved.
        """
        response = self.make_response(rv)
        try:
            return super().finalize_request(response)
        except Exception as error:
            if not (from_error_handler or (has_changed() and not self.testing)):
                raise
            self.log_fault(error)
            return response

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log an error nobody caught without what it carried."""
        _, error, _ = exc_info
        if error is not None:
            self.log_fault(error)

    def log_fault(self, error: BaseException) -> None:
        """Log the kind and the place of an unexpected error, and which page was asked for.

        By its endpoint: its address may hold the name that was searched for, or a secret link.
        """
        self.logger.error(
            "unexpected at %s %s: %s", request.method, request.endpoint, trace_of(error)
        )

    def _run_later(self) -> None:
        """Do what was put off. What fails is logged and the answer stays.

        Unless the answer needs that work; and in tests a fault of ours is raised. When the
        database is busy nobody waits for it twice: the rest of what is hurried is left out too.
        """
        is_busy = False
        for deferred in take_later():
            if deferred.hurried and is_busy:
                continue
            try:
                _roll_back()
                options = {WRITES: True, HURRIED: deferred.hurried}
                db.session.connection(execution_options=options)
                deferred.work()
                db.session.commit()
            except Exception as error:
                outage = outage_of(error)
                is_busy = is_busy or outage is Outage.BUSY
                if deferred.needed or (outage is None and (self.testing or self.debug)):
                    raise
                self.log_fault(error)


def _read_uploads() -> None:
    """Read what was sent, where the view lets that happen before its transaction begins."""
    read = reading_before(request.endpoint)
    if read is not None and request.method not in SAFE_METHODS:
        apart(authorise, writes=False)
        read()


def _view(dispatch: Callable[[], ResponseReturnValue]) -> Response:
    check_keys_once()
    authorise()
    return current_app.make_response(dispatch())


def check_keys_once() -> None:
    """Make sure, before the first page is served, that the keys are those of the registry.

    Raises KeysRefused.
    """
    if _KEYS_CHECKED not in current_app.extensions:
        check_keys()
        current_app.extensions[_KEYS_CHECKED] = True


def run_in_transaction(view: Callable[[], Response]) -> Response:
    """Run a view in one transaction and commit it, unless its answer is an error.

    A busy database, a deadlock or a lost connection is tried once more, then said plainly.
    Raises Conflict when another writer came first, or a rule of the database refuses; Unavailable
    when the database or its disk fails.
    """
    remember_cookie()
    return _with_second_try(partial(_try, view))


def apart(work: Callable[[], T], *, writes: bool = True) -> T:
    """Do `work` in a transaction of its own, committed now, whatever becomes of the request.

    The request's own transaction ends first, with what it has locked. Without `writes`, `work`
    only reads and nobody waits for it, however long it takes. A view that uses this writes in no
    other way. Tried again and refused as a whole request is.
    """
    return _with_second_try(partial(_try_apart, work, writes=writes))


def _try_apart(work: Callable[[], T], *, writes: bool) -> T:
    _roll_back()
    forget_actor()
    try:
        db.session.connection(execution_options={WRITES: writes})
        done = work()
        _commit(is_change=writes)
    finally:
        _roll_back()
    return done


def _with_second_try(work: Callable[[], T]) -> T:
    """Do a transaction, and once more when it may end otherwise then."""
    for is_last in (False, True):
        try:
            return work()
        except (DBAPIError, NoConnectionFree) as error:
            forget_actor()
            # A connection lost before the commit has kept nothing: the next may do it.
            is_repeatable = is_worth_retrying(error) or outage_of(error) is Outage.GONE
            if is_last or not is_repeatable:
                refusal = _as_refusal(error)
                if refusal is None:
                    raise
                raise refusal from error
            take_later()  # the second try puts off anew what this one did
    raise AssertionError  # the loop always returns or raises


def _try(view: Callable[[], Response]) -> Response:
    """Run a view once; what it has done and said is kept together, or not at all."""
    writes = request.method not in SAFE_METHODS
    try:
        db.session.connection(execution_options={WRITES: writes})
        response = view()
        if response.status_code < LOWEST_REFUSAL:
            _commit(is_change=writes)
        else:
            put_back_cookie(for_another_answer=False)
    except (StaleDataError, ObjectDeletedError) as error:
        put_back_cookie()
        raise Conflict(
            "Người khác vừa lưu nội dung này. Chưa có gì bị ghi đè; "
            "tải lại trang để xem rồi nhập lại."
        ) from error
    except Exception as error:
        put_back_cookie(for_another_answer=getattr(error, "response", None) is None)
        raise
    else:
        return response
    finally:
        _roll_back()


def _commit(*, is_change: bool) -> None:
    """Commit. Where the connection is lost meanwhile, nobody knows whether it did.

    Raises Unavailable, which says so, when it was to change something.
    """
    db.session.flush()
    try:
        db.session.commit()
    except DBAPIError as error:
        if not (is_change and outage_of(error) is Outage.GONE):
            raise
        _log(error)
        raise Unavailable(Outage.LOST_AT_COMMIT.message) from error
    g.has_changed = is_change or has_changed()


def has_changed() -> bool:
    """Tell whether this request has committed anything, be it only apart from the rest."""
    return bool(g.get("has_changed"))


def _roll_back() -> None:
    """End the transaction. A connection that is lost cannot be asked to, and has ended it."""
    try:
        db.session.rollback()
    except DBAPIError as error:
        _log(error)


def _as_refusal(error: DBAPIError | NoConnectionFree) -> Conflict | Unavailable | None:
    """Say what the database refused in words, or nothing of a fault of ours; log an outage."""
    refusal = refusal_of(error)
    if isinstance(refusal, Unavailable):
        _log(error)
    return refusal


def _log(error: BaseException) -> None:
    cast("RegistryFlask", current_app).log_fault(error)
