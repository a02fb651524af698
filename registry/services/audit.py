"""Write the audit: an event in the same transaction as the change, chained by hashes."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from sqlalchemy import func, select, update

from registry.domain.audit.chain import FIRST_HASH, event_hash, personal_hash
from registry.domain.audit.deeds import Deed
from registry.domain.audit.values import as_stored
from registry.domain.clock import Moment
from registry.domain.permissions import Actor
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.locks import Lock, hold


@dataclass(frozen=True, slots=True)
class Event:
    """What happened.

    `details` holds no personal data; `personal` may, and stands beside the chain, erasable.

    `noun` and `object_id` say to what.
    """

    deed: Deed
    noun: str
    object_id: str | int | None
    unit_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Any] | None = None
    person_id: int | None = None


def record(actor: Actor, event: Event, moment: Moment) -> None:
    """Append `event` to the chain, in the transaction of the service that changes something."""
    hold(Lock.AUDIT_CHAIN)
    last = db.session.execute(
        select(AuditEvent.sequence, AuditEvent.hash).order_by(AuditEvent.sequence.desc()).limit(1)
    ).one_or_none()
    sequence, previous = (last.sequence + 1, last.hash) if last else (1, FIRST_HASH)
    salt = secrets.token_hex(16)
    personal = dict(event.personal) if event.personal is not None else None
    row = AuditEvent(
        sequence=sequence,
        at=moment.instant,
        account_id=actor.account_id,
        origin=actor.label,
        action=event.deed.value,
        noun=event.noun,
        object_id=None if event.object_id is None else str(event.object_id),
        unit_id=event.unit_id,
        details=as_stored(event.details),
        personal_hash=None if personal is None else personal_hash(salt, personal),
        previous_hash=previous,
    )
    row.hash = event_hash(chain_values(row))
    db.session.add(row)
    db.session.flush()
    if personal is not None:
        db.session.add(
            AuditPersonal(
                sequence=sequence,
                person_id=event.person_id,
                salt=salt,
                content=json.loads(json.dumps(personal, default=str)),
            )
        )
        db.session.flush()


def chain_values(row: AuditEvent) -> dict[str, Any]:
    """Return the columns a hash covers, as plain values."""
    return {
        "sequence": row.sequence,
        # Whatever zone the clock gave: the database gives UTC back.
        "at": row.at.astimezone(UTC).isoformat(),
        "account_id": row.account_id,
        "origin": row.origin,
        "action": row.action,
        "noun": row.noun,
        "object_id": row.object_id,
        "unit_id": row.unit_id,
        "details": row.details,
        "personal_hash": row.personal_hash,
        "previous_hash": row.previous_hash,
    }


def erase_person(actor: Actor, person_id: int, moment: Moment) -> int:
    """Empty what the audit keeps about a person beside the chain; return how many events had it."""
    touched = db.session.scalar(
        select(func.count())
        .select_from(AuditPersonal)
        .where(AuditPersonal.person_id == person_id, AuditPersonal.content.is_not(None))
    )
    db.session.execute(
        update(AuditPersonal)
        .where(AuditPersonal.person_id == person_id, AuditPersonal.content.is_not(None))
        .values(content=None)
    )
    record(
        actor,
        Event(Deed.AUDIT_ERASE, "people", person_id, details={"events": touched or 0}),
        moment,
    )
    return touched or 0
