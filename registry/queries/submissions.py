"""Questions about forms already handled."""

from registry.models.base import db
from registry.models.submissions import FormSubmission


def submission_of(key_hash: str) -> FormSubmission:
    """Return what became of the form with this key."""
    return db.session.get_one(FormSubmission, key_hash)
