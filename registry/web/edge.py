"""The edge commits: one transaction a request, written whole or not at all (docs/adr/0002)."""

from collections.abc import Callable
from functools import partial
from types import TracebackType

from flask import Flask, current_app, request
from flask import Response as FlaskResponse
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from registry.domain.errors import Conflict
from registry.domain.faults import trace_of
from registry.models.base import db
from registry.models.engine import WRITES
from registry.models.refusals import is_worth_retrying, refusal_of
from registry.web.access import authorise, forget_actor
from registry.web.request import take_later

LOWEST_REFUSAL = 400
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class RegistryFlask(Flask):
    """Flask whose every request is one transaction, retried once when the database was busy."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Authorise, run the view, and commit unless it refused."""
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
        """Finish an answer; one that already tells of an error is sent even when this fails."""
        response = self.make_response(rv)
        try:
            return super().finalize_request(response)
        except Exception as error:
            if not from_error_handler:
                raise
            self.log_fault(error)
            return response

    def log_exception(
        self,
        exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
    ) -> None:
        """Log an error nobody caught without what it carried."""
        if exc_info[1] is not None:
            self.log_fault(exc_info[1])

    def log_fault(self, error: BaseException) -> None:
        """Log the kind and the place of an unexpected error, and which page was asked for.

        By its endpoint: its address may hold the name that was searched for, or a secret link.
        """
        self.logger.error(
            "unexpected at %s %s: %s", request.method, request.endpoint, trace_of(error)
        )

    def _run_later(self) -> None:
        """Do what was put off. What fails is logged and the answer stays, for it was committed.

        Unless the answer needs that work; and in tests every error is raised.
        """
        waiting = take_later()
        if waiting:
            db.session.rollback()
        for deferred in waiting:
            try:
                db.session.connection(execution_options={WRITES: True})
                deferred.work()
                db.session.commit()
            except Exception as error:
                db.session.rollback()
                if deferred.needed or self.testing or self.debug:
                    raise
                self.log_fault(error)


def _view(dispatch: Callable[[], ResponseReturnValue]) -> Response:
    authorise()
    return current_app.make_response(dispatch())


def run_in_transaction(view: Callable[[], Response]) -> Response:
    """Run a view in one transaction and commit it, unless its answer is an error.

    A busy database or a deadlock is tried once more, then said plainly.
    Raises Conflict when another writer came first, or a rule of the database refuses.
    """
    writes = request.method not in SAFE_METHODS
    for last_try in (False, True):
        take_later()
        try:
            db.session.connection(execution_options={WRITES: writes})
            response = view()
            if response.status_code < LOWEST_REFUSAL:
                db.session.commit()
        except DBAPIError as error:
            db.session.rollback()
            forget_actor()
            if last_try or not is_worth_retrying(error):
                raise refusal_of(error) or error from error
        except (StaleDataError, ObjectDeletedError) as error:
            raise Conflict(
                "Người khác vừa lưu nội dung này. Chưa có gì bị ghi đè; "
                "tải lại trang để xem rồi nhập lại."
            ) from error
        else:
            return response
        finally:
            db.session.rollback()
    raise AssertionError  # the loop always returns or raises
