"""Tell what migrations closed because it stood in the registry twice."""

from dataclasses import dataclass

from sqlalchemy import delete

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.permissions import Actor
from registry.models.base import db
from registry.models.settled_duplicates import SettledDuplicate
from registry.services.audit import Event, record

REASON = "trùng"


@dataclass(frozen=True, slots=True)
class Settled:
    """How many rows of a noun were closed, the newest of each kept."""

    noun: str
    count: int


def tell_settled(actor: Actor, moment: Moment) -> list[Settled]:
    """Audit what migrations closed since the last time, once, and return how many of each noun.

    `flask init` and a restore call it, after they have migrated.
    """
    noted = db.session.execute(
        delete(SettledDuplicate).returning(
            SettledDuplicate.noun, SettledDuplicate.closed_id, SettledDuplicate.kept_id
        )
    ).all()
    settled = []
    for noun in sorted({row.noun for row in noted}):
        closed = sorted(row.closed_id for row in noted if row.noun == noun)
        kept = sorted({row.kept_id for row in noted if row.noun == noun})
        details = {"reason": REASON, "rows": len(closed), "closed": closed, "kept": kept}
        record(actor, Event(Deed.DUPLICATE_SETTLE, noun, None, details=details), moment)
        settled.append(Settled(noun, len(closed)))
    return settled
