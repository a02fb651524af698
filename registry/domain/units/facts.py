"""What the units are and where they stand through time, looked at together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.periods import Period
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.names import text_sort_key


@dataclass(frozen=True, slots=True)
class UnitFact:
    """What a unit is and where it stands, for a period; `label` names it to a reader."""

    unit_id: int
    label: str
    kind: UnitKind
    parent_id: int | None
    period: Period
    designation: str | None = None


class UnitFacts:
    """All periods of all units: of each unit by their days, the units by their first label."""

    def __init__(self, facts: Sequence[UnitFact]) -> None:
        by_unit: dict[int, list[UnitFact]] = {}
        for fact in sorted(facts, key=lambda fact: fact.period.valid_from):
            by_unit.setdefault(fact.unit_id, []).append(fact)
        self.by_unit = dict(
            sorted(by_unit.items(), key=lambda unit: (text_sort_key(unit[1][0].label), unit[0]))
        )

    @property
    def all(self) -> Iterator[UnitFact]:
        """Yield every fact, unit by unit."""
        for rows in self.by_unit.values():
            yield from rows

    def of(self, unit_id: int | None) -> Sequence[UnitFact]:
        """Return the facts of a unit."""
        return self.by_unit.get(unit_id, ()) if unit_id is not None else ()

    def on(self, unit_id: int | None, day: date) -> UnitFact | None:
        """Return what a unit is on a day."""
        return next((row for row in self.of(unit_id) if row.period.contains(day)), None)

    def places_of(self, fact: UnitFact) -> Iterator[tuple[Period, UnitFact | None]]:
        """Yield what a unit stands under during a period, each with the days (None: the top)."""
        if fact.parent_id is None:
            yield fact.period, None
        for above in self.of(fact.parent_id):
            shared = fact.period.intersection(above.period)
            if shared is not None:
                yield shared, above

    def top_of(self, fact: UnitFact, day: date) -> UnitFact:
        """Return the topmost unit above one on a day, itself where nothing is; cycles end."""
        seen = {fact.unit_id}
        above = self.on(fact.parent_id, day)
        while above is not None and above.unit_id not in seen:
            seen.add(above.unit_id)
            fact, above = above, self.on(above.parent_id, day)
        return fact
