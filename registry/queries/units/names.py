"""What units are called in lists, where many stand side by side."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Date, SQLColumnExpression, and_, case, func, literal, select
from sqlalchemy.orm import aliased

from registry.domain.units.kinds import PLACE_MARK, PLACED_KINDS, UnitKind
from registry.models.base import db
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.units.on_a_day import in_force


def listed_name(
    period: type[UnitPeriod],
    day: date | SQLColumnExpression[date],
    *,
    within: int | None = None,
) -> SQLColumnExpression[str]:
    """Return the name of a period's unit as lists give it on `day`, a day or a column of days.

    "UBND xã …" where it is a body; of a unit whose name repeats, with the one it stands under then.
    `within` is the unit a list is about: what stands right under it needs no more than its name.
    """
    above = aliased(UnitPeriod)
    on = literal(day, Date) if isinstance(day, date) else day
    parent = select(above.name).where(above.unit_id == period.parent_id, in_force(above, on))
    own = func.coalesce(period.short_name, period.name)
    placed = own + func.coalesce(literal(PLACE_MARK) + parent.limit(1).scalar_subquery(), "")
    repeats: ColumnElement[bool] = period.kind.in_(sorted(PLACED_KINDS))
    if within is not None:
        repeats = and_(repeats, period.parent_id != within)
    return case((repeats, placed), else_=own)


def last_listed_name(
    period: type[UnitPeriod], today: date, *, within: int | None = None
) -> SQLColumnExpression[str]:
    """Return `listed_name` of today; of a unit that has ended, that of its last period."""
    has_ended = period.valid_to <= today
    day = case((has_ended, period.valid_from), else_=literal(today, Date))
    return listed_name(period, day, within=within)


@dataclass(frozen=True, slots=True)
class NamesBorne:
    """Every name a unit bears or bore, full and short, and those of all that stood above it."""

    own: frozenset[str]
    of_superiors: frozenset[str]


def names_borne(unit_id: int) -> NamesBorne:
    """Return the names a unit and the units above it bear or bore. Two SELECTs."""
    paths = db.session.scalars(select(UnitPath.path).where(UnitPath.unit_id == unit_id))
    line = {int(part) for path in paths for part in path.strip("/").split("/")} | {unit_id}
    rows = db.session.execute(
        select(UnitPeriod.unit_id, UnitPeriod.name, UnitPeriod.short_name).where(
            UnitPeriod.unit_id.in_(sorted(line))
        )
    ).all()
    named = [(bearer, name) for bearer, *both in rows for name in both if name]
    return NamesBorne(
        frozenset(name for bearer, name in named if bearer == unit_id),
        frozenset(name for bearer, name in named if bearer != unit_id),
    )


def kind_as_last_known(unit_id: int, day: date) -> UnitKind:
    """Return what a unit is on `day` or, once closed, was last; of one to come, what it will be."""
    return db.session.scalars(
        select(UnitPeriod.kind)
        .where(UnitPeriod.unit_id == unit_id)
        .order_by((UnitPeriod.valid_from <= day).desc(), UnitPeriod.valid_from.desc())
        .limit(1)
    ).one()


def last_listed_names(unit_ids: Iterable[int], day: date) -> dict[int, str]:
    """Return what units are called in lists on `day`, by id; those that ended, as they last were.

    Who had not begun by then is left out.
    """
    found: dict[int, str] = {}
    for block in blocks(unit_ids):
        rows = db.session.execute(
            select(UnitPeriod.unit_id, last_listed_name(UnitPeriod, day))
            .where(UnitPeriod.unit_id.in_(block), UnitPeriod.valid_from <= day)
            .order_by(UnitPeriod.valid_from)
        )
        found.update((unit_id, name) for unit_id, name in rows)
    return found
