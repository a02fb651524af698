"""From which day the registry holds all there is to know of a territory (docs/adr/0019).

Figures of earlier days are unknown there, whatever is recorded of a single unit: silence never
raises a percentage, and never reads as a unit without focal point.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from registry.domain.periods import Period
from registry.domain.permissions import Scope
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.names import text_sort_key
from registry.models.base import db
from registry.models.coverage import Completeness
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.units.on_a_day import in_scope_of

_DAYS = select(Completeness.unit_id, Completeness.complete_from)


def completeness_days() -> dict[int, date]:
    """Return the day from which each province is complete, by unit; others never are."""
    return {unit_id: day for unit_id, day in db.session.execute(_DAYS)}  # noqa: C416 - a Row


def complete_since(path: str, days: Mapping[int, date]) -> date | None:
    """Return the day from which the territory a path lies in is complete; None: on no day.

    The territory is the province at the root: the one the unit stood under on the day of the path.
    """
    return days.get(int(path.split("/")[1]))


def is_complete(path: str, day: date, days: Mapping[int, date]) -> bool:
    """Tell whether on `day` all is known of the territory a path lies in."""
    since = complete_since(path, days)
    return since is not None and since <= day


def known_days(unit_id: int) -> list[Period]:
    """Return the days on which all is known of the territory under which a unit then stood.

    A unit handed on from one province to another is known as each of them is. Two SELECTs.
    """
    days = completeness_days()
    found = []
    for path in db.session.scalars(
        select(UnitPath).where(UnitPath.unit_id == unit_id).order_by(UnitPath.valid_from)
    ):
        since = complete_since(path.path, days)
        stood = Period(path.valid_from, path.valid_to)
        known = stood.intersection(Period(since)) if since is not None else None
        if known is not None:
            found.append(known)
    return found


@dataclass(frozen=True, slots=True)
class TerritoryDay:
    """A province with the day from which it is complete; `version` is 0 where none is set."""

    unit_id: int
    name: str
    complete_from: date | None
    version: int


def known_territories(scope: Scope, today: date) -> list[TerritoryDay]:
    """Return every province there ever was in `scope` today, by name, with its latest name."""
    rows = db.session.execute(
        select(
            UnitPeriod.unit_id,
            UnitPeriod.name,
            Completeness.complete_from,
            Completeness.version,
        )
        .outerjoin(Completeness, Completeness.unit_id == UnitPeriod.unit_id)
        .where(UnitPeriod.kind == UnitKind.PROVINCE, in_scope_of(scope, UnitPeriod.unit_id, today))
        .order_by(UnitPeriod.valid_from)
    )
    found = {
        unit_id: TerritoryDay(unit_id, name, day, version or 0)
        for unit_id, name, day, version in rows
    }
    return sorted(found.values(), key=lambda one: text_sort_key(one.name))
