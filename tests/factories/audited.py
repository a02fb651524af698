"""What the audit says was done."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from registry.domain.audit.deeds import Deed
from registry.domain.audit.values import as_written
from registry.models.audit import AuditEvent
from registry.models.base import db


class Told(NamedTuple):
    """To which thing, of which unit, with which details."""

    noun: str
    object_id: str | None
    unit_id: int | None
    details: Mapping[str, Any]


def told(deed: Deed) -> list[Told]:
    """Return what is written of a deed, in order."""
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == deed.value).order_by(AuditEvent.sequence)
    )
    return [Told(row.noun, row.object_id, row.unit_id, as_written(row.details)) for row in events]
