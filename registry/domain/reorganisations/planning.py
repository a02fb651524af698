"""Plan a reorganisation of units: what an annex says, and what follows (docs/adr/0013).

Pure: the units of the day before and the annex's rows in, a plan or problems out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from registry.domain.reorganisations.annex import AnnexRow
from registry.domain.reorganisations.checks import Day, MayStandUnder, problems_after
from registry.domain.reorganisations.consequences import with_consequences
from registry.domain.reorganisations.places import give_places
from registry.domain.reorganisations.plan import NO_PAST, Past, Plan, PlannedUnit
from registry.domain.reorganisations.reading import read_rows
from registry.domain.reorganisations.refounding import founded_again
from registry.domain.reorganisations.unit_lookup import UnitLookup


def plan_reorganisation(
    units: Iterable[PlannedUnit],
    rows: Sequence[AnnexRow],
    day: date,
    may_stand_under: MayStandUnder,
    allocation: Mapping[int, int] | None = None,
    past: Past = NO_PAST,
) -> Plan:
    """Plan what the rows of an annex do on `day`.

    `units` are all units in force (those of `create_missing` among them): on the day before, and as
    earlier batches of the same day left them; a decision may still call them as in `past.eve`. What
    is founded again ("tái lập") is one of `past.former`. `may_stand_under` answers for `day`;
    `allocation` names, for units below a split or dissolved one, where they go (a known id, or the
    negative one of an established unit: the same rows give the same ids). A plan with problems must
    not be written.
    """
    before = UnitLookup(units, past.eve)
    reading = read_rows(before, rows, day)
    again = founded_again(reading.sides, past.former)
    reading = replace(
        reading,
        successions=(*reading.successions, *again.links),
        problems=(*reading.problems, *again.problems),
    )
    plan = Plan(
        continued=reading.continued,
        partly=reading.partly,
        ended=reading.ended,
        successions=reading.successions,
        problems=reading.problems,
    )
    if plan.problems:
        return plan
    placing = give_places(before, reading)
    plan = replace(
        plan,
        established=placing.established,
        continued=plan.continued | placing.recoded,
        changed=placing.changed,
        moved=placing.moved,
        problems=placing.problems,
    )
    if not plan.problems:
        plan = with_consequences(before, plan, allocation or {}, day)
    if plan.problems:
        return plan
    row_of = {**reading.row_of, **placing.row_of}
    found = problems_after(before, plan, row_of, allocation or {}, Day(day, may_stand_under))
    return replace(plan, problems=found)
