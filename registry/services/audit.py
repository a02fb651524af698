"""Write the audit: an event in the same transaction as the change, chained by hashes."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from sqlalchemy import select, update

from registry.domain.audit.chain import FIRST_HASH, event_hash, personal_hash
from registry.domain.audit.deeds import Deed
from registry.domain.audit.values import as_stored
from registry.domain.clock import Moment
from registry.domain.keyring import KeyName, KeysRefused
from registry.domain.permissions import Actor
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.locks import Lock, hold
from registry.services.keys_in_use import OUTDATED_KEYS, keyring


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
    """Append `event` to the chain, in the transaction of the service that changes something.

    Raises KeysRefused when the chain goes on under a newer key than this process has.
    """
    key = keyring()[KeyName.AUDIT]
    hold(Lock.AUDIT_CHAIN)
    last = db.session.execute(
        select(AuditEvent.sequence, AuditEvent.hash, AuditEvent.key_id)
        .order_by(AuditEvent.sequence.desc())
        .limit(1)
    ).one_or_none()
    sequence, previous = (last.sequence + 1, last.hash) if last else (1, FIRST_HASH)
    if (
        last
        and last.key_id
        and (last.key_id not in key.by_id or key.is_older(key.current, last.key_id))
    ):
        raise KeysRefused(OUTDATED_KEYS)
    salt = secrets.token_hex(16)
    personal = None if event.personal is None else _plain(event.personal)
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
        person_id=None if personal is None else event.person_id,
        personal_hash=None if personal is None else personal_hash(salt, personal),
        key_id=key.current,
        previous_hash=previous,
    )
    row.hash = event_hash(chain_values(row), key.secret)
    db.session.add(row)
    db.session.flush()
    if personal is not None:
        db.session.add(
            AuditPersonal(
                sequence=sequence,
                person_id=event.person_id,
                salt=salt,
                content=personal,
            )
        )
        db.session.flush()


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as the database gives them back."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(values), default=str))
    return plain


def chain_values(row: AuditEvent) -> dict[str, Any]:
    """Return the columns a hash covers, as plain values.

    An event without a key was written before there were these two columns.
    """
    of_keys = {} if row.key_id is None else {"person_id": row.person_id, "key_id": row.key_id}
    return of_keys | {
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
    emptied = db.session.scalars(
        update(AuditPersonal)
        .where(AuditPersonal.person_id == person_id, AuditPersonal.content.is_not(None))
        .values(content=None)
        .returning(AuditPersonal.sequence)
    )
    details = {"events": len(emptied.all())}
    record(actor, Event(Deed.AUDIT_ERASE, "people", person_id, details=details), moment)
    return details["events"]
