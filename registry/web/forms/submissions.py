"""Saving what a form says, once: a second sending leads to the first one's result.

The key is taken before anything else is done, so that of two sendings at once one waits for the
other. The same key with another content is no repeat: it is said, and nothing typed is lost.
"""

import hashlib
import hmac
from collections.abc import Callable
from http import HTTPStatus
from types import TracebackType

from flask import abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from registry.domain.errors import Conflict, Invalid
from registry.models.submissions import FormSubmission
from registry.services.submissions import claim, finish
from registry.web.access import current_actor
from registry.web.errors import page
from registry.web.forms.fields import BaseForm
from registry.web.forms.showing import show_refusal
from registry.web.request import moment

_BLOCK = 1 << 16
_SENT_BEFORE = (
    "Thao tác này đã được gửi với nội dung khác và đã được ghi. Mở lại trang trước để xem, rồi làm "
    "tiếp."
)


class Saving:
    """A form on its way into the registry.

    `with save:` runs a service; a refusal of what was typed undoes everything and stands at its
    field, and the view goes on after the block to show the form again.
    """

    def __init__(self, form: BaseForm, key_hash: str) -> None:
        self._form = form
        self.key_hash = key_hash

    def __enter__(self) -> None:
        """Begin the work on what the form says."""

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> bool:
        """Put what a service refused at the fields; any other error goes on."""
        if isinstance(error, Invalid | Conflict):
            show_refusal(self._form, error)
            return True
        return False

    def done(self, location: str, said: str | None = None, *warnings: str) -> Response:
        """Say what really changed, remember that it did, and return the redirect to it."""
        if said:
            flash(said, "success")
        for warning in warnings:
            flash(warning, "warning")
        self.remember(location)
        return redirect(location, code=303)

    def remember(self, location: str) -> None:
        """Note, in the transaction of the change, where a second sending is led."""
        finish(self.key_hash, location)


def saving(
    form: BaseForm,
    *,
    ready: Callable[[], object] | None = None,
    again: Callable[[], ResponseReturnValue] | None = None,
) -> Saving | None:
    """Return how to save the form, or None when it was not sent or its fields are wrong.

    Leads away as `once` does; a form sent before with another content is None too, and says so.
    `ready` is called between the two, to fill in the choices of a form that is new. `again` answers
    a repeat whose result is no page to be led to, but a file.
    """
    if not form.is_submitted():
        return None
    key_hash, content_hash = _key_hash(form), _content_hash(form)
    earlier = claim(key_hash, content_hash, moment())
    if earlier is not None:
        if _is_repeat(earlier, content_hash):
            abort(make_response(again()) if again else _led_to(earlier))
        form.was_sent_before(_result_of(earlier))
    if ready:
        ready()
    return Saving(form, key_hash) if earlier is None and form.validate() else None


def once(form: BaseForm) -> Saving:
    """Return how to save a form whose fields need no check: a button, or one the view checks.

    Leads away, to the first sending's result, when this form was accepted before. A button that
    says something else then is refused.
    """
    key_hash, content_hash = _key_hash(form), _content_hash(form)
    earlier = claim(key_hash, content_hash, moment())
    if earlier is not None:
        if _is_repeat(earlier, content_hash):
            abort(_led_to(earlier))
        abort(make_response(page(HTTPStatus.CONFLICT, _SENT_BEFORE)))
    return Saving(form, key_hash)


def _is_repeat(earlier: FormSubmission, content_hash: str) -> bool:
    return earlier.content_hash in {None, content_hash}


def _result_of(earlier: FormSubmission) -> str:
    return earlier.location or url_for("home.index")


def _led_to(earlier: FormSubmission) -> Response:
    return redirect(_result_of(earlier), code=303)


def _key_hash(form: BaseForm) -> str:
    """Bind the key to who sent it and to the page, so that nobody is led to another's result."""
    account = current_actor().account_id
    return hashlib.sha256(f"{account}|{request.path}|{form.submit_key.data}".encode()).hexdigest()


def _content_hash(form: BaseForm) -> str:
    """Return what tells this content from any other, files included.

    Keyed by the submit key, which the database does not hold: what was typed, be it a password,
    cannot be guessed from it.
    """
    digest = hmac.new(str(form.submit_key.data).encode(), digestmod=hashlib.sha256)
    own = {form.submit_key.name, form.meta.csrf_field_name}
    for name in sorted(request.form.keys() - own):
        for value in request.form.getlist(name):
            digest.update(f"{len(name)} {name} {len(value)} {value}\n".encode())
    for name in sorted(request.files):
        for file in request.files.getlist(name):
            digest.update(f"{len(name)} {name} {file.filename}\n".encode())
            while block := file.stream.read(_BLOCK):
                digest.update(block)
            file.stream.seek(0)
    return digest.hexdigest()
