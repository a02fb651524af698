"""The codes the registry itself gives to units that have no official one."""

from collections.abc import Iterable

from sqlalchemy import select

from registry.models.base import db
from registry.models.units import Unit
from registry.queries.blocks import blocks


def registry_codes(unit_ids: Iterable[int]) -> dict[int, str | None]:
    """Return the registry code of each unit."""
    found: dict[int, str | None] = {}
    for block in blocks(unit_ids):
        rows = db.session.execute(select(Unit.id, Unit.registry_code).where(Unit.id.in_(block)))
        found.update((unit_id, code) for unit_id, code in rows)
    return found


def registry_codes_beginning(stem: str) -> list[str]:
    """Return the registry codes that begin with `stem`."""
    return [
        code
        for code in db.session.scalars(
            select(Unit.registry_code).where(Unit.registry_code.startswith(stem, autoescape=True))
        )
        if code
    ]
