"""What an officer's own units still owe: a focal point, a member list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.coverage import RequiredUnit
from registry.domain.permissions import Action, Actor
from registry.models.rosters import Roster
from registry.queries.coverage.figures import Coverage
from registry.queries.rosters.lists import last_rosters_of
from registry.queries.units.details import topmost
from registry.queries.units.on_a_day import UnitRow


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """A unit for which the actor composes lists, the topmost of its subtree.

    `required` is None for one that needs no focal point; `roster` is its newest list.
    """

    unit: UnitRow
    required: RequiredUnit | None
    roster: Roster | None


def own_units(actor: Actor, counted: Sequence[Coverage], day: date) -> list[OwnUnit]:
    """Return the actor's own units of `day`; `counted` is coverage that holds them.

    Two statements, and none for who composes no lists.
    """
    scope = actor.scope(Action.ROSTER_COMPOSE)
    if scope.is_empty:
        return []
    units = topmost(scope, day)
    rosters = last_rosters_of(unit.id for unit in units)
    required = {one.id: one for one in _required(counted)}
    return [OwnUnit(unit, required.get(unit.id), rosters.get(unit.id)) for unit in units]


def _required(counted: Iterable[Coverage]) -> Iterable[RequiredUnit]:
    return (unit for coverage in counted for unit in coverage.units)
