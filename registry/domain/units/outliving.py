"""Units that outlive their kind: that stand, from a day on, where such units may stand no more.

The rules of places end with a law (on 1 July 2025 there are no districts any more), whatever the
registry knows of the units. So it is a fault only where the registry has been told what became of
the province on that day; otherwise its data ends before, and what is missing is the whole
reorganisation.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.domain.periods import Period
from registry.domain.units.facts import UnitFact, UnitFacts
from registry.domain.units.kinds import TERRITORY_KINDS
from registry.domain.units.placements import Placements

ENDED_DESIGNATIONS: Mapping[str, date] = {"thị trấn": date(2025, 7, 1)}
"""What no commune is called from a day on.

The Law on the organisation of local government of 2025 (72/2025/QH15, article 1) knows xã, phường
and đặc khu; the last townships ended with the resolutions of 1 July 2025.
"""


def has_ended(designation: str | None, day: date) -> bool:
    """Tell whether no commune is called so any more on a day."""
    ends = ENDED_DESIGNATIONS.get(designation or "")
    return ends is not None and ends <= day


@dataclass(frozen=True, slots=True)
class Outliving:
    """A unit that stands since a day where, or as what, it may not; `why` follows its label."""

    fact: UnitFact
    since: date
    why: str

    @property
    def sentence(self) -> str:
        """What is wrong, and what to do."""
        return (
            f"{self.fact.label}: từ ngày {self.since:%d/%m/%Y} {self.why}. "
            "Ghi đợt sắp xếp đơn vị này của ngày đó."
        )


def outliving(facts: UnitFacts, placements: Placements) -> list[Outliving]:
    """Return every unit that outlives its kind or designation, with the first such day."""
    return [found for fact in facts.all for found in _outlives(fact, facts, placements)]


def _outlives(fact: UnitFact, facts: UnitFacts, placements: Placements) -> Iterator[Outliving]:
    """Yield at most one: of a period whose first day is allowed, what ends first."""
    found = [*_in_its_place(fact, facts, placements), *_by_designation(fact)]
    yield from sorted(found, key=lambda one: one.since)[:1]


def _in_its_place(fact: UnitFact, facts: UnitFacts, placements: Placements) -> Iterator[Outliving]:
    for days, parent in facts.places_of(fact):
        above = parent.kind if parent else None
        ends: date | None = days.valid_from
        if placements.allow(fact.kind, above, days.valid_from):
            ends = placements.allowed_until(fact.kind, above, days.valid_from)
        # What is wrong from its first day on is another fault, and told as such.
        if ends is not None and ends != fact.period.valid_from and _before(ends, days):
            under = f"dưới {parent.label} ({parent.kind.label})" if parent else "trên cùng"
            yield Outliving(fact, ends, f"“{fact.kind.label}” không còn được đặt {under}")


def _by_designation(fact: UnitFact) -> Iterator[Outliving]:
    ends = ENDED_DESIGNATIONS.get(fact.designation or "")
    if ends is not None and fact.kind in TERRITORY_KINDS and _before(ends, fact.period):
        since = max(ends, fact.period.valid_from)
        yield Outliving(fact, since, f"không còn loại hình “{fact.designation}”")


def _before(day: date, days: Period) -> bool:
    """Tell whether a day comes before the end of a period."""
    return days.valid_to is None or day < days.valid_to


@dataclass(frozen=True, slots=True)
class Told:
    """Up to which day the registry knows the units: all of them, and those of a province.

    A province is known on the last day on which anything of its territories began or ended, even
    where the data as a whole ends before.
    """

    everywhere: date
    in_province: Mapping[int, date]

    def knows(self, province_id: int, day: date) -> bool:
        """Tell whether it is known what stood in a province on a day."""
        return day <= max(self.everywhere, self.in_province.get(province_id, day.min))


def told_until(facts: UnitFacts, everywhere: date) -> Told:
    """Return up to which day units are known; `everywhere`: the last day of the data."""
    found: dict[int, date] = {}
    for fact in facts.all:
        if fact.kind not in TERRITORY_KINDS:
            continue
        moments = [(fact.period.valid_from, fact.period.valid_from)]
        if fact.period.valid_to is not None:
            moments.append((fact.period.valid_to, fact.period.valid_to - timedelta(days=1)))
        for told, stood in moments:
            top = facts.top_of(fact, stood).unit_id
            found[top] = max(told, found.get(top, told))
    return Told(everywhere, found)


def faults_of(units: Sequence[Outliving], facts: UnitFacts, told: Told) -> list[str]:
    """Return, in words, the units that outlive their kind where the registry knows better."""
    return [
        one.sentence
        for one in units
        if told.knows(facts.top_of(one.fact, one.since).unit_id, one.since)
    ]


def still_to_tell(
    units: Sequence[Outliving], facts: UnitFacts, told: Told, today: date
) -> list[str]:
    """Return, a line for each province and day, of how many units it is not told what they became.

    Days to come need not be told yet.
    """
    waiting: Counter[tuple[str, date]] = Counter()
    for one in units:
        top = facts.top_of(one.fact, one.since)
        if one.since <= today and not told.knows(top.unit_id, one.since):
            waiting[top.label, one.since] += 1
    return [
        f"{label}: chưa ghi đợt sắp xếp ngày {day:%d/%m/%Y}; {count} đơn vị có loại kết thúc "
        "từ ngày đó."
        for (label, day), count in sorted(waiting.items())
    ]
