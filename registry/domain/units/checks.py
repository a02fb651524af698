"""What must hold for the units together and no single row can say.

No gap, a parent throughout, a kind in its place. Overlaps are refused by the database as well; they
are looked for here so that one command tells everything.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.domain.periods import Period
from registry.domain.units.kinds import UnitKind
from registry.domain.units.placements import Placement
from registry.domain.vietnamese.names import text_sort_key


@dataclass(frozen=True, slots=True)
class UnitFact:
    """What a unit is and where it stands, for a period; `label` names it to a reader."""

    unit_id: int
    label: str
    kind: UnitKind
    parent_id: int | None
    period: Period


def faults_in_units(facts: Sequence[UnitFact], placements: Sequence[Placement]) -> list[str]:
    """Return every fault, in words, in the order of the units' labels and days."""
    by_unit = _by_unit(facts)
    found: list[str] = []
    for rows in sorted(
        by_unit.values(), key=lambda rows: (text_sort_key(rows[0].label), rows[0].unit_id)
    ):
        found += _faults_of(rows, by_unit, placements)
    return found


def faults_of_unit(
    unit_id: int, facts: Sequence[UnitFact], placements: Sequence[Placement]
) -> list[str]:
    """Return the faults of one unit; `facts` are its own and those of what it stands under."""
    by_unit = _by_unit(facts)
    return _faults_of(by_unit.get(unit_id, []), by_unit, placements)


def _by_unit(facts: Sequence[UnitFact]) -> dict[int, list[UnitFact]]:
    by_unit: dict[int, list[UnitFact]] = {}
    for fact in sorted(facts, key=lambda fact: fact.period.valid_from):
        by_unit.setdefault(fact.unit_id, []).append(fact)
    return by_unit


def _faults_of(
    rows: Sequence[UnitFact],
    by_unit: Mapping[int, Sequence[UnitFact]],
    placements: Sequence[Placement],
) -> list[str]:
    found = _faults_in_time(rows)
    for fact in rows:
        found += _faults_above(fact, by_unit, placements)
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


def _faults_above(
    fact: UnitFact, by_unit: Mapping[int, Sequence[UnitFact]], placements: Sequence[Placement]
) -> list[str]:
    day = fact.period.valid_from
    if fact.parent_id is None:
        return _faults_in_placement(fact, None, placements)
    above = by_unit.get(fact.parent_id, ())
    found = []
    if not _covered(fact.period, [row.period for row in above]):
        found.append(
            f"{fact.label}: đơn vị cấp trên không tồn tại suốt thời gian từ ngày {day:%d/%m/%Y}."
        )
    parent = next((row for row in above if row.period.contains(day)), None)
    if parent is not None:
        found += _faults_in_placement(fact, parent, placements)
    return found


def _faults_in_placement(
    fact: UnitFact, parent: UnitFact | None, placements: Sequence[Placement]
) -> list[str]:
    """Check the kinds on the first day only: a unit that outlives its kind is a to-do, no error."""
    day = fact.period.valid_from
    parent_kind = parent.kind.value if parent else None
    if any(
        (row.kind, row.parent_kind) == (fact.kind, parent_kind) and row.period.contains(day)
        for row in placements
    ):
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
