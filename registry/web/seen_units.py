"""The unit of a page, when the visitor may see it: as it is today, or as it was on its last day."""

from datetime import timedelta

from registry.domain.errors import NotFound
from registry.domain.permissions import Action
from registry.queries.units.on_a_day import UnitRow, life_of, path_on, unit_on
from registry.web.access import current_actor
from registry.web.request import today


def unit_as_last_known(unit_id: int, action: Action) -> UnitRow:
    """Return a unit as of today; a closed one as of its last day, a coming one of its first.

    Raises NotFound when it lies outside the scope in which the visitor may do `action`.
    """
    current_actor().require_on(action, path_on(unit_id, today()), unit_id)
    life = life_of(unit_id)
    if life is None:
        raise NotFound
    day = max(today(), life.valid_from)
    if life.valid_to is not None and day >= life.valid_to:
        day = life.valid_to - timedelta(days=1)
    unit = unit_on(unit_id, day)
    if unit is None:
        raise NotFound
    return unit
