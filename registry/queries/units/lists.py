"""The units of a day as a list."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from registry.domain.errors import NotFound
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import UnitPath
from registry.queries.units.on_a_day import UnitRow, find_by_code, in_force, subtree, units_by_id


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit and the code of the one above it, both as of the day asked."""

    unit: UnitRow
    parent_code: str | None


def listed(day: date, kind: UnitKind | None, under: str | None) -> list[ListedUnit]:
    """Return the units of a day by code, then name; of one kind, and of one unit's whole subtree.

    Units that take no part in the network are among them. Raises NotFound when no unit bears the
    code `under` then.
    """
    kinds = [kind] if kind else []
    if under is not None:
        root = find_by_code(under, day)
        if root is None:
            raise NotFound(f"Không có đơn vị mang mã “{under}” vào ngày {day:%d/%m/%Y}.")
        rows = subtree(root.path, day, kinds=kinds)
    else:
        rows = []
        for prefix in db.session.scalars(
            select(UnitPath.path)
            .where(in_force(UnitPath, day), ~UnitPath.path.like("/%/_%/"))
            .order_by(UnitPath.path)
        ):
            rows += subtree(prefix, day, kinds=kinds)
        rows.sort(key=lambda row: (row.code, row.name))
    parents = units_by_id((row.parent_id for row in rows if row.parent_id is not None), day)
    return [
        ListedUnit(row, parents[row.parent_id].code if row.parent_id in parents else None)
        for row in rows
    ]
