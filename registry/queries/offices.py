"""Questions about offices: who holds a function over a territory on a day."""

from datetime import date

from sqlalchemy import func, select

from registry.domain.offices import OfficeFunction
from registry.models.base import db
from registry.models.offices import Office
from registry.models.units import UnitPath
from registry.queries.there_is import there_is
from registry.queries.units.on_a_day import UnitRow, in_force, unit_on


def is_held(function: OfficeFunction, day: date) -> bool:
    """Tell whether any office holds `function` over any territory on `day`."""
    return there_is(select(Office.id).where(Office.function == function, in_force(Office, day)))


def office_of(function: OfficeFunction, path: str, day: date) -> UnitRow | None:
    """Return the office that holds `function` over the unit with `path` on `day`.

    Where territories lie in one another the nearest one counts. None when nobody holds it.
    """
    ancestors = [int(part) for part in path.strip("/").split("/")]
    office_id = db.session.scalar(
        select(Office.office_id)
        .join(UnitPath, UnitPath.unit_id == Office.territory_id)
        .where(
            Office.function == function,
            Office.territory_id.in_(ancestors),
            in_force(Office, day),
            in_force(UnitPath, day),
        )
        .order_by(func.length(UnitPath.path).desc())
        .limit(1)
    )
    return unit_on(office_id, day) if office_id is not None else None
