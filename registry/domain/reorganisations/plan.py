"""What a reorganisation does to units: a plan, not yet written.

A plan names units by their ids; those it establishes have negative ids until they are written.
"""

from dataclasses import dataclass, field

from registry.domain.reorganisations.annex import Part, RowProblem
from registry.domain.units.kinds import UnitKind


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit as it stands, or will stand.

    `code` is the official one. `has_later`: another change of it lies on or after the day.
    """

    id: int
    name: str
    kind: UnitKind
    parent_id: int | None
    code: str | None = None
    short_name: str | None = None
    designation: str | None = None
    area: str | None = None
    takes_part: bool = True
    not_taking_part_reason: str | None = None
    has_later: bool = False


@dataclass(frozen=True, slots=True)
class SuccessionPlan:
    """`successor_id` takes the place of `predecessor_id`, wholly or in part."""

    predecessor_id: int
    successor_id: int
    part: Part


@dataclass(slots=True)
class Plan:
    """Everything that happens to units on the day.

    - `continued`: units living before that stand on the new side of the annex;
    - `changed`: the new state of every unit that lives on otherwise than before; `moved` are those
      of them, not in the annex, of which only the parent changes because the one above ended;
    - `ended`: the closed units, with the reason in words; `ended_along` are those of them, not in
      the annex, that end because the one above ended;
    - `successions`: a predecessor that is not in `ended` gave a part away and lives on;
    - `without_plan`: moved units for which somebody must still decide ("chưa có phương án").
    """

    established: list[PlannedUnit] = field(default_factory=list)
    continued: set[int] = field(default_factory=set)
    changed: dict[int, PlannedUnit] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)
    ended: dict[int, str] = field(default_factory=dict)
    ended_along: set[int] = field(default_factory=set)
    successions: list[SuccessionPlan] = field(default_factory=list)
    without_plan: list[int] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    _successors: dict[int, list[SuccessionPlan]] = field(default_factory=dict, repr=False)

    def succeed(self, predecessor_id: int, successor_id: int, part: Part) -> None:
        """Note that a unit takes another's place, wholly or in part."""
        link = SuccessionPlan(predecessor_id, successor_id, part)
        self.successions.append(link)
        self._successors.setdefault(predecessor_id, []).append(link)

    def successors(self, unit_id: int) -> list[int]:
        """Return the units that took a unit's place, or parts of it."""
        return [link.successor_id for link in self._successors.get(unit_id, [])]

    def whole_successor(self, unit_id: int) -> int | None:
        """Return the one unit that took a unit's whole place, or None."""
        found = self._successors.get(unit_id, [])
        is_whole = len(found) == 1 and found[0].part is Part.WHOLE
        return found[0].successor_id if is_whole else None

    def part_successors(self, unit_id: int) -> list[int]:
        """Return the units that took parts of a unit."""
        found = self._successors.get(unit_id, [])
        return [link.successor_id for link in found if link.part is Part.PART]
