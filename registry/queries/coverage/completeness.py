"""From which day the registry holds all there is to know of a territory (docs/adr/0018).

Figures of earlier days are unknown there, whatever is recorded of a single unit: silence never
raises a percentage, and never reads as a unit without focal point.
"""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from registry.models.base import db
from registry.models.coverage import Completeness

_DAYS = select(Completeness.unit_id, Completeness.complete_from)


def completeness_days() -> dict[int, date]:
    """Return the day from which each province is complete, by unit; others never are."""
    return {unit_id: day for unit_id, day in db.session.execute(_DAYS)}  # noqa: C416 - a Row


def complete_since(path: str, days: Mapping[int, date]) -> date | None:
    """Return the day from which the territory a path lies in is complete; None: on no day.

    The territory is the province at the root: the one the unit stood under on the day of the path.
    """
    return days.get(int(path.split("/", 2)[1]))


def is_complete(path: str, day: date, days: Mapping[int, date]) -> bool:
    """Tell whether on `day` all is known of the territory a path lies in."""
    since = complete_since(path, days)
    return since is not None and since <= day
