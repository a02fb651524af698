"""What must hold for the units together and no single row can say.

No gap, a parent throughout, a kind in its place. Overlaps are refused by the database as well; they
are looked for here so that one command tells everything.
"""

import itertools
from collections.abc import Sequence

from registry.domain.periods import Period
from registry.domain.units.facts import UnitFact, UnitFacts
from registry.domain.units.placements import Placements


def faults_in_units(facts: UnitFacts, placements: Placements) -> list[str]:
    """Return every fault, in words, in the order of the units' labels and days."""
    return [
        fault for unit_id in facts.by_unit for fault in faults_of_unit(unit_id, facts, placements)
    ]


def faults_of_unit(unit_id: int, facts: UnitFacts, placements: Placements) -> list[str]:
    """Return the faults of one unit; `facts` are at least its own and of what it stands under."""
    rows = facts.of(unit_id)
    found = _faults_in_time(rows)
    for fact in rows:
        found += _faults_above(fact, facts, placements)
    return found


def _faults_in_time(rows: Sequence[UnitFact]) -> list[str]:
    found = []
    for earlier, later in itertools.pairwise(rows):
        begins = later.period.valid_from
        ends = earlier.period.valid_to
        if earlier.period.overlaps(later.period):
            found.append(f"{later.label}: có hai thông tin cùng áp dụng từ ngày {begins:%d/%m/%Y}.")
        elif ends is not None and ends < begins:
            found.append(
                f"{later.label}: không có thông tin từ ngày {ends:%d/%m/%Y} "
                f"đến trước ngày {begins:%d/%m/%Y}."
            )
    return found


def _faults_above(fact: UnitFact, facts: UnitFacts, placements: Placements) -> list[str]:
    day = fact.period.valid_from
    if fact.parent_id is None:
        return _faults_in_placement(fact, None, placements)
    found = []
    if not _covered(fact.period, [row.period for row in facts.of(fact.parent_id)]):
        found.append(
            f"{fact.label}: đơn vị cấp trên không tồn tại suốt thời gian từ ngày {day:%d/%m/%Y}."
        )
    parent = facts.on(fact.parent_id, day)
    if parent is not None:
        found += _faults_in_placement(fact, parent, placements)
    return found


def _faults_in_placement(
    fact: UnitFact, parent: UnitFact | None, placements: Placements
) -> list[str]:
    """Check the kinds on the first day; what outlives its kind later is told in `outliving`."""
    day = fact.period.valid_from
    if placements.allow(fact.kind, parent.kind if parent else None, day):
        return []
    place = f"đặt dưới {parent.label} ({parent.kind.label})" if parent else "đứng trên cùng"
    return [f"{fact.label}: “{fact.kind.label}” không được {place} vào ngày {day:%d/%m/%Y}."]


def _covered(wanted: Period, given: Sequence[Period]) -> bool:
    """Tell whether every day of `wanted` lies in one of `given`, which come in day order."""
    reached = wanted.valid_from
    for period in given:
        if period.valid_from > reached:
            break
        if period.valid_to is None:
            return True
        reached = max(reached, period.valid_to)
    return wanted.valid_to is not None and reached >= wanted.valid_to
