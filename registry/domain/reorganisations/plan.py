"""What a reorganisation does to units: a plan, not yet written.

A plan names units by their ids; those it establishes have negative ids until they are written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from registry.domain.reorganisations.annex import Part, RowProblem
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit as it stands, or will stand.

    `code` is the official one, `registry_code` that of a unit without one. `has_later`: another
    change of it lies after the day; it only `goes_along` where that is but another place, to which
    what it stands under takes it. `since` is the first day on which it is as told, where that is
    known.
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
    registry_code: str | None = None
    since: date | None = None
    goes_along: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """Units as they are no more.

    `eve` are those that an earlier batch of the same day changed or ended, as they were before it.
    `former` are those that had ended, as they were last, in the order in which they ended.
    """

    eve: Sequence[PlannedUnit] = ()
    former: Sequence[PlannedUnit] = ()


NO_PAST = Past()


@dataclass(frozen=True, slots=True)
class SuccessionPlan:
    """`successor_id` takes the place of `predecessor_id`, wholly or in part."""

    predecessor_id: int
    successor_id: int
    part: Part
    kind: SuccessionKind = SuccessionKind.ABSORBED


class Successions:
    """Successor links, found by their predecessor, in the order in which they were noted."""

    def __init__(self, links: Iterable[SuccessionPlan] = ()) -> None:
        self._of: dict[int, list[SuccessionPlan]] = {}
        for link in links:
            self.note(link)

    def note(self, link: SuccessionPlan) -> None:
        """Add a link."""
        self._of.setdefault(link.predecessor_id, []).append(link)

    def of(self, unit_id: int) -> Sequence[SuccessionPlan]:
        """Return the links of a predecessor."""
        return self._of.get(unit_id, ())

    def heir(self, unit_id: int) -> int | None:
        """Return the one unit that took a unit's whole place, or what was left of it, or None."""
        heirs = [link.successor_id for link in self.of(unit_id) if link.part is not Part.PART]
        return heirs[0] if len(heirs) == 1 else None

    def parts(self, unit_id: int) -> list[int]:
        """Return the units that took parts of a unit."""
        return [link.successor_id for link in self.of(unit_id) if link.part is Part.PART]


@dataclass(frozen=True)
class Plan:
    """Everything that happens to units on the day.

    - `continued`: units living before that stand on the new side of the annex; `partly` are those
      of them that keep a part, while no row says where the other goes;
    - `changed`: the new state of every unit that lives on otherwise than before; `moved` are those
      of them, not in the annex, of which only the parent changes: because the one above ended, or
      an answer sends them along;
    - `ended`: the closed units, with the reason in words; `ended_along` are those of them, not in
      the annex, that end because the one above ended;
    - `successions`: a predecessor that is not in `ended` gave a part away and lives on;
    - `without_plan`: moved units for which somebody must still decide ("chưa có phương án").
    """

    established: tuple[PlannedUnit, ...] = ()
    continued: frozenset[int] = frozenset()
    partly: frozenset[int] = frozenset()
    changed: Mapping[int, PlannedUnit] = field(default_factory=dict)
    moved: frozenset[int] = frozenset()
    ended: Mapping[int, str] = field(default_factory=dict)
    ended_along: frozenset[int] = frozenset()
    successions: tuple[SuccessionPlan, ...] = ()
    without_plan: tuple[int, ...] = ()
    problems: tuple[RowProblem, ...] = ()

    @cached_property
    def _links(self) -> Successions:
        return Successions(self.successions)

    def givers(self) -> set[int]:
        """Return the units that gave a part away and live on."""
        # Who is founded again takes nothing from what it was.
        given = {
            link.predecessor_id
            for link in self.successions
            if link.kind is not SuccessionKind.REESTABLISHED
        }
        return given - self.ended.keys()

    def successors(self, unit_id: int) -> list[int]:
        """Return the units that took a unit's place, or parts of it."""
        return [link.successor_id for link in self._links.of(unit_id)]

    def heir(self, unit_id: int) -> int | None:
        """Return the one unit that took a unit's whole place, or what was left of it, or None."""
        return self._links.heir(unit_id)

    def part_successors(self, unit_id: int) -> list[int]:
        """Return the units that took parts of a unit."""
        return self._links.parts(unit_id)
