"""Saving what a form says, once: a second sending leads to the first one's result."""

import hashlib
from types import TracebackType

from flask import abort, flash, redirect, request
from werkzeug.wrappers import Response

from registry.domain.errors import Conflict, Invalid
from registry.models.base import db
from registry.models.submissions import FormSubmission
from registry.web.access import current_actor
from registry.web.forms.fields import BaseForm
from registry.web.forms.showing import show_refusal
from registry.web.request import moment


class Saving:
    """A form on its way into the registry.

    `with save:` runs a service; a refusal of what was typed undoes everything and stands at its
    field, and the view goes on after the block to show the form again.
    """

    def __init__(self, form: BaseForm) -> None:
        self._form = form

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
        accepted = FormSubmission(
            key_hash=_key_hash(self._form), location=location, accepted_at=moment().running
        )
        db.session.add(accepted)
        db.session.flush()


def saving(form: BaseForm) -> Saving | None:
    """Return how to save the form, or None when it was not sent or its fields are wrong.

    Leads away as `once` does.
    """
    if not form.is_submitted():
        return None
    save = once(form)
    return save if form.validate() else None


def once(form: BaseForm) -> Saving:
    """Return how to save a form whose fields need no check: a button, or one the view checks.

    Leads away, to the first sending's result, when this form was accepted before.
    """
    earlier = db.session.get(FormSubmission, _key_hash(form))
    if earlier is not None:
        abort(redirect(earlier.location, code=303))
    return Saving(form)


def _key_hash(form: BaseForm) -> str:
    """Bind the key to who sent it and to the page, so that nobody is led to another's result."""
    account = current_actor().account_id
    return hashlib.sha256(f"{account}|{request.path}|{form.submit_key.data}".encode()).hexdigest()
