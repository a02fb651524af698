"""A form sent twice is handled once: the second sending leads to the first one's result."""

import hashlib

from flask import redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from registry.domain.clock import Moment
from registry.models.base import db
from registry.models.submissions import FormSubmission
from registry.web.access import current_actor


def _key_hash(submit_key: str) -> str:
    """Bind the key to who sent it and to the page, so that nobody is led to another's result."""
    account = current_actor().account_id
    return hashlib.sha256(f"{account}|{request.path}|{submit_key}".encode()).hexdigest()


def already_handled(submit_key: str | None) -> ResponseReturnValue | None:
    """Return the redirect to the result of this form's first sending, or None when it is new."""
    if not submit_key:
        return None
    earlier = db.session.get(FormSubmission, _key_hash(submit_key))
    return redirect(earlier.location, code=303) if earlier else None


def handled(submit_key: str | None, location: str, moment: Moment) -> Response:
    """Remember that the form was accepted, as part of the change; return the way to its result."""
    if submit_key:
        db.session.add(
            FormSubmission(
                key_hash=_key_hash(submit_key), location=location, accepted_at=moment.instant
            )
        )
        db.session.flush()
    return redirect(location, code=303)
