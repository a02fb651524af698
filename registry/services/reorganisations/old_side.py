"""Look at the units of an annex's old side that a batch lets the registry know."""

from collections.abc import Sequence

from registry.domain.reorganisations.annex import AnnexRow, RowProblem
from registry.domain.reorganisations.old_side import Above, OldDays, problems_of_made
from registry.domain.reorganisations.plan import PlannedUnit
from registry.domain.units.placements import Placements
from registry.models.reorganisations import Reorganisation
from registry.queries.units.checks import all_placements
from registry.queries.units.periods import first_days, periods_on


def problems_of_old_side(
    batch: Reorganisation, rows: Sequence[AnnexRow], made: Sequence[PlannedUnit]
) -> tuple[RowProblem, ...]:
    """Return why units of the old side cannot be known as the batch wants them."""
    above = {unit.parent_id for unit in made if unit.parent_id is not None}
    above -= {unit.id for unit in made}
    begins = first_days(above)
    known = {
        unit_id: Above(period.name, period.kind, begins[unit_id])
        for unit_id, period in periods_on(above, batch.eve).items()
    }
    since = batch.known_from or batch.eve
    days = OldDays(since, batch.eve, Placements(all_placements()))
    return problems_of_made(made, rows, known, days)
