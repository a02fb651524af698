"""Units to choose from: those a search finds in the visitor's scope, the one chosen first."""

from datetime import date

from registry.domain.permissions import Action
from registry.queries.units.on_a_day import UnitRow, path_on, search, unit_on
from registry.web.access import current_actor
from registry.web.request import today

UNITS_OFFERED = 20


def offered(words: str | None, chosen_id: int | None, day: date, action: Action) -> list[UnitRow]:
    """Return the units of `day` in scope to choose from: those found, the one chosen first."""
    scope = current_actor().scope(action)
    found = [
        answer.row
        for answer in search(words or "", day, scope=scope, today=today(), limit=UNITS_OFFERED)
    ]
    chosen = unit_on(chosen_id, day) if chosen_id else None
    if chosen and chosen not in found and scope.covers(path_on(chosen.id, today()), chosen.id):
        found.insert(0, chosen)
    return found


def choices(units: list[UnitRow]) -> list[tuple[int, str]]:
    """Return units as choices."""
    return [(unit.id, f"{unit.name}{unit.place}") for unit in units]


def hints(units: list[UnitRow]) -> dict[str, str]:
    """Return what tells apart units of one name: code, and what they stand under."""
    return {
        str(unit.id): f"Mã {unit.code}" + (f" · {unit.parent_name}" if unit.parent_name else "")
        for unit in units
    }
