"""Who may say what a unit is called and where it stands."""

from datetime import date

from registry.domain.permissions import Action, Actor
from registry.domain.units.kinds import EVERYDAY_KINDS, UnitKind
from registry.queries.units.on_a_day import UnitRow, path_on

NAME_MAX_LENGTH = 300


def naming_action(kind: UnitKind) -> Action:
    """Return the right to name, place and close units of a kind: everyday ones, or all others."""
    return Action.UNIT_CHANGE_TEAM if kind in EVERYDAY_KINDS else Action.UNIT_REORGANISE


def may_name(actor: Actor, unit: UnitRow, today: date) -> bool:
    """Tell whether the actor may name a unit: an everyday one, or any he may reorganise."""
    return actor.scope(naming_action(unit.kind)).covers(path_on(unit.id, today), unit.id)
