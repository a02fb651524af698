"""The dated rows that name units, whatever table they lie in."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select

from registry.models.base import db
from registry.queries.blocks import blocks


def dated_rows(
    table: Table, columns: Sequence[str], unit_ids: Iterable[int], day: date
) -> list[dict[str, Any]]:
    """Return the rows of a table that name one of the units in `columns` on or after `day`."""
    found: dict[int, dict[str, Any]] = {}
    for block in blocks(unit_ids):
        names: list[ColumnElement[bool]] = [table.c[column].in_(block) for column in columns]
        statement = select(table).where(
            or_(*names), or_(table.c.valid_to.is_(None), table.c.valid_to > day)
        )
        for row in db.session.execute(statement).mappings():
            found[row["id"]] = dict(row)
    return [found[key] for key in sorted(found)]
