"""The periods of many units at once, and what cannot be among them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Subquery, Table, and_, func, or_, select
from sqlalchemy.orm import aliased

from registry.models.base import Base, db
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.units.on_a_day import in_force


def periods_on(unit_ids: Iterable[int], day: date) -> dict[int, UnitPeriod]:
    """Return the period in force on `day` of each of the units."""
    found: dict[int, UnitPeriod] = {}
    for block in blocks(unit_ids):
        for period in db.session.scalars(
            select(UnitPeriod).where(UnitPeriod.unit_id.in_(block), in_force(UnitPeriod, day))
        ):
            found[period.unit_id] = period
    return found


def periods_of(unit_id: int) -> list[UnitPeriod]:
    """Return every period of a unit, the oldest first."""
    return list(
        db.session.scalars(
            select(UnitPeriod).where(UnitPeriod.unit_id == unit_id).order_by(UnitPeriod.valid_from)
        )
    )


def first_day_of_facts(unit_ids: Collection[int]) -> date | None:
    """Return the first day of all that is dated and about units, but for the units' own periods."""
    days: list[date] = []
    for table in Base.metadata.sorted_tables:
        about = [key.parent for key in table.foreign_keys if key.column.table.name == "units"]
        if table.name == UnitPeriod.__tablename__:
            about = [table.c.parent_id]
        if table.name == UnitPath.__tablename__ or "valid_from" not in table.c or not about:
            continue
        for block in blocks(unit_ids):
            of_these = or_(*(column.in_(block) for column in about))
            day = db.session.scalar(select(func.min(table.c.valid_from)).where(of_these))
            if day is not None:
                days.append(day)
    return min(days, default=None)


def names_beside(unit_id: int) -> list[tuple[str, str]]:
    """Return what a unit was called, each time with the name of one that stood beside it then."""
    own, other = aliased(UnitPeriod), aliased(UnitPeriod)
    return [
        (name, beside)
        for name, beside in db.session.execute(
            select(own.name, other.name)
            .join(
                own,
                and_(
                    own.unit_id == unit_id,
                    own.parent_id == other.parent_id,
                    or_(own.valid_to.is_(None), own.valid_to > other.valid_from),
                    or_(other.valid_to.is_(None), other.valid_to > own.valid_from),
                ),
            )
            .where(other.unit_id != unit_id)
            .distinct()
        )
    ]


def periods_from(unit_ids: Iterable[int], day: date) -> list[dict[str, Any]]:
    """Return, whole, the periods of these units that begin on `day` or later."""
    table: Table = UnitPeriod.__table__  # type: ignore[assignment] # a mapped class's table
    found: list[dict[str, Any]] = []
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(table).where(table.c.unit_id.in_(block), table.c.valid_from >= day)
        )
        found += [dict(row) for row in rows.mappings()]
    return found


def parents_from(unit_ids: Iterable[int], day: date) -> set[int]:
    """Return what these units stand under in periods that begin on `day` or later."""
    return {
        parent_id
        for block in blocks(unit_ids)
        for parent_id in db.session.scalars(
            select(UnitPeriod.parent_id)
            .where(UnitPeriod.unit_id.in_(block), UnitPeriod.valid_from >= day)
            .distinct()
        )
        if parent_id is not None
    }


def later_periods_of(unit_ids: Iterable[int], day: date) -> list[UnitPeriod]:
    """Return the periods of these units that begin on `day` or later."""
    found: list[UnitPeriod] = []
    for block in blocks(unit_ids):
        found += db.session.scalars(
            select(UnitPeriod)
            .where(UnitPeriod.unit_id.in_(block), UnitPeriod.valid_from >= day)
            .order_by(UnitPeriod.id)
        )
    return found


def ends_of(unit_ids: Iterable[int]) -> dict[int, date]:
    """Return, of those of the units that end, the first day without each."""
    found: dict[int, date] = {}
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(UnitPeriod.unit_id, func.max(func.coalesce(UnitPeriod.valid_to, date.max)))
            .where(UnitPeriod.unit_id.in_(block))
            .group_by(UnitPeriod.unit_id)
        )
        found.update((unit_id, end) for unit_id, end in rows if end < date.max)
    return found


def later_periods_at(parent_ids: Collection[int], day: date) -> list[UnitPeriod]:
    """Return the periods, beginning on `day` or later, of other units that stand under these."""
    found: list[UnitPeriod] = []
    for block in blocks(parent_ids):
        rows = db.session.scalars(
            select(UnitPeriod)
            .where(UnitPeriod.parent_id.in_(block), UnitPeriod.valid_from >= day)
            .order_by(UnitPeriod.id)
        )
        found += [period for period in rows if period.unit_id not in parent_ids]
    return found


def units_of_periods(period_ids: Iterable[int]) -> set[int]:
    """Return the units to which these periods belong."""
    found: set[int] = set()
    for block in blocks(period_ids):
        found.update(db.session.scalars(select(UnitPeriod.unit_id).where(UnitPeriod.id.in_(block))))
    return found


@dataclass(frozen=True, slots=True, order=True)
class Homeless:
    """A unit that is there on days on which what it stands under is not."""

    unit_id: int
    name: str
    above_id: int
    above: str


def homeless(unit_ids: Collection[int]) -> list[Homeless]:
    """Return which units outlive what they stand under.

    Looked at are these and those directly below them. A unit's periods have no gap, so only its
    first and last day count.
    """
    child, life = aliased(UnitPeriod), _lives()
    found: set[Homeless] = set()
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(child.unit_id, child.name, UnitPeriod.unit_id, UnitPeriod.name)
            .join(life, life.c.unit_id == child.parent_id)
            .join(
                UnitPeriod,
                and_(
                    UnitPeriod.unit_id == life.c.unit_id, UnitPeriod.valid_from == life.c.last_from
                ),
            )
            .where(
                or_(child.unit_id.in_(block), child.parent_id.in_(block)),
                or_(
                    child.valid_from < life.c.begins,
                    and_(
                        UnitPeriod.valid_to.is_not(None),
                        or_(child.valid_to.is_(None), child.valid_to > UnitPeriod.valid_to),
                    ),
                ),
            )
        )
        found.update(Homeless(*row) for row in rows)
    return sorted(found)


def first_days(unit_ids: Iterable[int]) -> dict[int, date]:
    """Return the first day of each of the units."""
    life = _lives()
    found: dict[int, date] = {}
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(life.c.unit_id, life.c.begins).where(life.c.unit_id.in_(block))
        )
        found.update(dict(rows.all()))
    return found


def _lives() -> Subquery:
    """Select the first day of each unit, and the first day of its last period."""
    period = aliased(UnitPeriod)
    return (
        select(
            period.unit_id.label("unit_id"),
            func.min(period.valid_from).label("begins"),
            func.max(period.valid_from).label("last_from"),
        )
        .group_by(period.unit_id)
        .subquery()
    )


@dataclass(frozen=True, slots=True, order=True)
class SharedCode:
    """A code that a unit bears at a time when another one bears it."""

    code: str
    name: str
    other_name: str
    other_id: int


def shared_codes(unit_ids: Collection[int], since: date) -> list[SharedCode]:
    """Return where a unit shares its code with another from `since` on."""
    other = aliased(UnitPeriod)
    found: set[SharedCode] = set()
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(UnitPeriod.official_code, UnitPeriod.name, other.name, other.unit_id)
            .join(
                other,
                and_(
                    other.official_code == UnitPeriod.official_code,
                    other.unit_id != UnitPeriod.unit_id,
                    or_(other.valid_to.is_(None), other.valid_to > UnitPeriod.valid_from),
                    or_(UnitPeriod.valid_to.is_(None), UnitPeriod.valid_to > other.valid_from),
                ),
            )
            .where(
                UnitPeriod.unit_id.in_(block),
                or_(UnitPeriod.valid_to.is_(None), UnitPeriod.valid_to > since),
                or_(other.valid_to.is_(None), other.valid_to > since),
            )
        )
        found.update(
            SharedCode(code or "", name, other_name, other_id)
            for code, name, other_name, other_id in rows
        )
    return sorted(found)
