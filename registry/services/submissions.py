"""A form's key is taken once: whoever comes second learns what became of the first."""

from datetime import timedelta

from sqlalchemy import delete, update

from registry.domain.clock import Moment
from registry.models.base import db
from registry.models.inserts import insert_into
from registry.models.submissions import FormSubmission
from registry.queries.submissions import submission_of

KEPT_FOR = timedelta(days=30)


def claim(key_hash: str, content_hash: str, moment: Moment) -> FormSubmission | None:
    """Take the key for this transaction; return what became of it when it was taken before.

    Called before anything else is done: a transaction that has taken the key and not ended yet is
    waited for. Where that one is undone, this one has the key.
    """
    taken = db.session.scalar(
        insert_into(FormSubmission)
        .values(
            key_hash=key_hash,
            content_hash=content_hash,
            location="",
            accepted_at=moment.running,
        )
        .on_conflict_do_nothing()
        .returning(FormSubmission.key_hash)
    )
    return submission_of(key_hash) if taken is None else None


def finish(key_hash: str, location: str) -> None:
    """Note, in the transaction that has taken the key, where a second sending is led."""
    db.session.execute(
        update(FormSubmission).where(FormSubmission.key_hash == key_hash).values(location=location)
    )


def forget_old(moment: Moment) -> None:
    """Forget the keys of forms that nobody sends again any more."""
    db.session.execute(
        delete(FormSubmission).where(FormSubmission.accepted_at < moment.running - KEPT_FOR)
    )
