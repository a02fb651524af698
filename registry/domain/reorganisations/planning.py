"""Plan a reorganisation of units: what an annex says, and what follows (docs/adr/0013).

Pure: the units of the day before and the annex's rows in, a plan or problems out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from registry.domain.reorganisations.annex import AnnexRow, How, Part, RowProblem
from registry.domain.reorganisations.checks import MayStandUnder, OutcomeCheck
from registry.domain.reorganisations.consequences import Consequences
from registry.domain.reorganisations.old_side import create_missing
from registry.domain.reorganisations.places import Places
from registry.domain.reorganisations.plan import Plan, PlannedUnit, SuccessionPlan
from registry.domain.reorganisations.reading import AnnexReading
from registry.domain.reorganisations.unit_lookup import UnitLookup

__all__ = [
    "AnnexRow",
    "How",
    "MayStandUnder",
    "Part",
    "Plan",
    "PlannedUnit",
    "RowProblem",
    "SuccessionPlan",
    "create_missing",
    "plan_reorganisation",
]


def plan_reorganisation(
    units: Iterable[PlannedUnit],
    rows: Sequence[AnnexRow],
    day: date,
    may_stand_under: MayStandUnder,
    allocation: Mapping[int, int] | None = None,
) -> Plan:
    """Plan what the rows of an annex do on `day`.

    `units` are all units in force on the day before (those of `create_missing` among them);
    `may_stand_under` answers for `day`; `allocation` names, for units below a split or dissolved
    one, where they go (a known id, or the negative one of an established unit: the same rows give
    the same ids). A plan with problems must not be written.
    """
    before, plan = UnitLookup(units), Plan()
    reading = AnnexReading(before, day, plan)
    reading.read(rows)
    if not plan.problems:
        Places(reading).give()
    if not plan.problems:
        Consequences(before, plan, allocation or {}).draw()
    if not plan.problems:
        OutcomeCheck(before, plan, day, reading.row_of, allocation or {}).check(may_stand_under)
    return plan
