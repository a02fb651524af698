"""What was corrected of the units of a batch since it was applied, and goes when that is undone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from registry.domain.audit.deeds import Deed
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.reorganisations import Reorganisation
from registry.models.units import UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.reorganisations.scope import units_touched
from registry.queries.units.periods import periods_on

# What the audit of a correction tells -> the column of a period.
_COLUMNS = {"name": "name", "code": "official_code", "parent_id": "parent_id"}


@dataclass(frozen=True, slots=True)
class LostCorrection:
    """A correction of a unit that undoing a batch takes back; `is_founded`: the unit goes too."""

    unit_id: int
    field: str
    wrong: Any
    right: Any
    is_founded: bool


def corrections_lost(batch: Reorganisation) -> list[LostCorrection]:
    """Return the corrections since a batch was applied that nothing will say once it is undone.

    Those that the unit's earlier periods say as well stay.
    """
    before = periods_on(units_touched(batch), batch.eve)
    return [
        one
        for event in _corrections_since(batch)
        for one in _told(event, before.get(int(event.object_id or 0)))
    ]


def _corrections_since(batch: Reorganisation) -> Iterator[AuditEvent]:
    for block in blocks(units_touched(batch)):
        yield from db.session.scalars(
            select(AuditEvent)
            .where(
                AuditEvent.noun == "units",
                AuditEvent.object_id.in_([str(one) for one in block]),
                AuditEvent.action == Deed.UNIT_CORRECT_NAME.value,
                AuditEvent.at >= batch.applied_at,
            )
            .order_by(AuditEvent.sequence)
        )


def _told(event: AuditEvent, before: UnitPeriod | None) -> Iterator[LostCorrection]:
    wrong, right = event.details.get("before"), event.details.get("after")
    if not isinstance(wrong, dict) or not isinstance(right, dict):
        return
    for field, column in _COLUMNS.items():
        if field in right and (before is None or getattr(before, column) != right[field]):
            yield LostCorrection(
                int(event.object_id or 0), field, wrong.get(field), right[field], before is None
            )
