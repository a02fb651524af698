"""Figures of an earlier day in the units of a later one, through the successor links.

A unit's figures go where its whole line of successors leads. Where it was split they can be told
for none of the units that received a part, only for a unit under which all the parts stand.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from math import inf

NOT_SEPARABLE = "Không phân tách được số liệu"


@dataclass(frozen=True, slots=True)
class SuccessorLink:
    """From `effective_on` on, `successor_id` stands in the place of the whole or of a part.

    `turn`: that of its batch among those of one day; links of one batch do not follow each other.
    """

    successor_id: int
    effective_on: date
    is_whole: bool
    turn: int = 0

    @property
    def when(self) -> tuple[date, int]:
        """The day and the turn."""
        return self.effective_on, self.turn


@dataclass(frozen=True, slots=True)
class Ending:
    """The last day of a unit that no longer stands, and the unit above it on that day."""

    last_day: date
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Fate:
    """Where a unit of an earlier day is on the later one.

    Its figures lie within `places`, units of the later day; in one of them when there is one only.
    `heirs` are those of them to which its own line of successors leads, itself when it still
    stands: what ended without successor has no heir, and the places of the unit above it.
    """

    places: frozenset[int]
    heirs: frozenset[int]

    @property
    def is_split(self) -> bool:
        """Tell whether the unit's figures lie in several units and cannot be told apart."""
        return len(self.places) > 1


class SuccessorLines:
    """The way of every unit up to one later day.

    `links` are by predecessor, none of them later than that day; a unit that is not in `endings`
    stands on it.
    """

    def __init__(
        self, links: Mapping[int, Iterable[SuccessorLink]], endings: Mapping[int, Ending]
    ) -> None:
        self._links = {unit_id: tuple(found) for unit_id, found in links.items()}
        self._endings = endings
        self._known: dict[tuple[int, date, float], Fate] = {}

    def fate(self, unit_id: int, day: date, turn: float = inf) -> Fate:
        """Return where a unit that stands on `day`, after a batch's `turn`, is on the later day."""
        if unit_id not in self._endings and unit_id not in self._links:
            return Fate(frozenset({unit_id}), frozenset({unit_id}))
        key = (unit_id, day, turn)
        if key not in self._known:
            self._known[key] = self._followed(unit_id, day, turn)
        return self._known[key]

    def _followed(self, unit_id: int, day: date, turn: float) -> Fate:
        links = [link for link in self._links.get(unit_id, ()) if link.when > (day, turn)]
        ways = [self.fate(link.successor_id, *link.when) for link in links]
        places = {place for way in ways for place in way.places}
        heirs = {heir for way in ways for heir in way.heirs}
        ending = self._endings.get(unit_id)
        if ending is None:
            places.add(unit_id)
            heirs.add(unit_id)
        elif len(links) < 2 and not any(link.is_whole for link in links):  # noqa: PLR2004
            # What no successor took stays with the unit above; a single part is not the whole.
            places |= self._above(ending).places
        return Fate(frozenset(places), frozenset(heirs))

    def _above(self, ending: Ending) -> Fate:
        if ending.parent_id is None:
            return Fate(frozenset(), frozenset())
        return self.fate(ending.parent_id, ending.last_day)


@dataclass(frozen=True, slots=True)
class Translation:
    """What of an earlier day each unit of the later day holds, whatever the figure.

    `whole`: by later unit, the earlier units that lie in its subtree with all their places.
    `torn`: those that lie there with some of their places only.
    """

    whole: Mapping[int, Set[int]]
    torn: Mapping[int, Set[int]]

    def total(self, later_id: int, values: Mapping[int, int]) -> int | None:
        """Return the sum, over the earlier units in a later one's subtree, of a figure of each.

        None where it cannot be told: a unit that had some of it was split across the border.
        """
        if any(values.get(unit_id) for unit_id in self.torn.get(later_id, ())):
            return None
        return sum(values.get(unit_id, 0) for unit_id in self.whole.get(later_id, ()))

    def distinct(self, later_id: int, values: Mapping[int, Set[int]]) -> int | None:
        """Return how many different things (people) the earlier units in a subtree had together.

        None where it cannot be told, as for `total`.
        """
        if any(values.get(unit_id) for unit_id in self.torn.get(later_id, ())):
            return None
        found: set[int] = set()
        for unit_id in self.whole.get(later_id, ()):
            found |= values.get(unit_id, frozenset())
        return len(found)


def translation(fates: Mapping[int, Fate], paths: Mapping[int, str]) -> Translation:
    """Return what each later unit holds; `paths` are those of the later day, `/1/7/302/`."""
    whole: dict[int, set[int]] = defaultdict(set)
    torn: dict[int, set[int]] = defaultdict(set)
    above = {
        unit_id: frozenset(map(int, path.strip("/").split("/"))) for unit_id, path in paths.items()
    }
    for unit_id, fate in fates.items():
        if not fate.places:
            continue
        ways = [above.get(place, frozenset()) for place in fate.places]
        shared = frozenset.intersection(*ways)
        for later_id in shared:
            whole[later_id].add(unit_id)
        for later_id in frozenset.union(*ways) - shared:
            torn[later_id].add(unit_id)
    return Translation(whole, torn)
