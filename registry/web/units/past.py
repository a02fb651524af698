"""What came before and after a unit, as its page tells it: event by event, the newest first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from registry.domain.permissions import Scope
from registry.domain.reorganisations.annex import Part
from registry.domain.reorganisations.wording import sentence_of_change
from registry.domain.units.kinds import TERRITORY_KINDS
from registry.domain.units.successions import SuccessionKind
from registry.queries.units.details import (
    Kin,
    PastName,
    decisions_by_day,
    predecessors,
    successors,
)
from registry.queries.units.on_a_day import ids_in_scope
from registry.web.request import today
from registry.web.shown_day import ShownDay


@dataclass(frozen=True, slots=True)
class Origin:
    """What one deed made a unit of, with how much of it: a predecessor, or what it was itself."""

    share: str
    name: str
    kin: Kin | None = None


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something that happened to a unit: `what` says which of the others is given.

    `kin` is a successor, or one predecessor of the deed by which a unit was made of `origins`;
    `title` says what a new name is about.
    """

    day: date
    what: Literal["end", "successor", "name", "origins"]
    kin: Kin | None = None
    origins: tuple[Origin, ...] = ()
    name: PastName | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Past:
    """What came before and after a unit.

    `facts` is the day whose facts the page shows: the last one of a unit that had ended by the day
    asked, from `ended_on`. `has_ended` says it of today. `seen` are the predecessors and successors
    the visitor may open; `decisions` are the numbers of those that changed the unit, by day.
    """

    facts: ShownDay
    ended_on: date | None
    has_ended: bool
    names: Sequence[PastName]
    predecessors: Sequence[Kin]
    successors: Sequence[Kin]
    seen: frozenset[int]
    decisions: Mapping[date, str]

    @property
    def events(self) -> list[LifeEvent]:
        """What happened to the unit, the newest first; of one day the end, then the beginning."""
        end = self.names[0].period.valid_to
        events = [LifeEvent(end, "end")] if end else []
        events += [LifeEvent(kin.effective_on, "successor", kin) for kin in self.successors]
        events += self._names()
        events += self._origins()
        return sorted(events, key=lambda event: event.day, reverse=True)

    @property
    def heirs(self) -> list[Kin]:
        """The successors that took the unit's place, or parts of it."""
        return [kin for kin in self.successors if not kin.deed.is_memory]

    @property
    def founded_again(self) -> list[Kin]:
        """The units by which this one was founded again: they took no place."""
        return [kin for kin in self.successors if kin.deed.is_memory]

    @property
    def before_takeover(self) -> date | None:
        """The day before the unit last took another's place."""
        days = [kin.effective_on for kin in self.predecessors if not kin.deed.is_memory]
        return max(days) - timedelta(days=1) if days else None

    def _names(self) -> Iterator[LifeEvent]:
        touched = {kin.effective_on for kin in (*self.predecessors, *self.successors)}
        for name, before in pairwise((*self.names, None)):
            if name is not None:
                day = name.period.valid_from
                title = _title(name, before, is_touched=day in touched)
                yield LifeEvent(day, "name", name=name, title=title)

    def _origins(self) -> Iterator[LifeEvent]:
        """Yield the predecessors together that one deed made the unit of."""
        by_deed: dict[tuple[date, SuccessionKind], list[Kin]] = defaultdict(list)
        for kin in self.predecessors:
            by_deed[kin.effective_on, kin.deed.kind].append(kin)
        for (day, _), together in by_deed.items():
            origins = [*self._itself(together[0]), *map(_origin, together)]
            yield LifeEvent(day, "origins", together[0], tuple(_said_once(origins)))

    def _itself(self, kin: Kin) -> Iterator[Origin]:
        """Yield what the unit was before: who keeps its name was arranged with the others."""
        eve = kin.effective_on - timedelta(days=1)
        before = next((one for one in self.names if one.period.valid_from <= eve), None)
        if before is not None and kin.deed.kind is SuccessionKind.ARRANGED:
            gives = any(one.effective_on == kin.effective_on for one in self.heirs)
            deed = replace(kin.deed, part=Part.REST if gives else Part.WHOLE)
            yield Origin(deed.share_before_name, before.period.name)


def past_of(unit_id: int, names: Sequence[PastName], day: ShownDay, scope: Scope) -> Past:
    """Return what came before and after a unit, and the day whose facts its page shows."""
    end = names[0].period.valid_to
    ended_on = end if end is not None and end <= day.day else None
    before, after = predecessors(unit_id), successors(unit_id)
    seen = ids_in_scope((kin.unit_id for kin in (*before, *after)), scope, today())
    return Past(
        facts=replace(day, day=ended_on - timedelta(days=1)) if ended_on else day,
        ended_on=ended_on,
        has_ended=end is not None and end <= today(),
        names=names,
        predecessors=before,
        successors=[_named(kin, seen) for kin in after],
        seen=frozenset(seen),
        decisions=decisions_by_day(unit_id),
    )


def _named(kin: Kin, seen: Collection[int]) -> Kin:
    """Leave out who takes a unit's place on a day to come, where that is another's to know yet."""
    if kin.unit_id in seen or kin.effective_on <= today():
        return kin
    return replace(kin, name="đơn vị ngoài phạm vi được giao")


def _origin(kin: Kin) -> Origin:
    return Origin(kin.deed.share_before_name, kin.name, kin)


def _said_once(origins: Iterable[Origin]) -> Iterator[Origin]:
    """Yield the origins, of which "toàn bộ" is said only before the first."""
    whole = ""
    for origin in origins:
        is_said = origin.share == whole and origin.kin and origin.kin.deed.part is Part.WHOLE
        yield replace(origin, share="") if is_said else origin
        whole = origin.share


def _title(name: PastName, before: PastName | None, *, is_touched: bool) -> str:
    """Say of a new name what its resolution said; `is_touched`: other units came in, or left."""
    period = name.period
    if before is None:
        return period.name
    is_raised = (
        period.kind in TERRITORY_KINDS
        and period.designation != before.period.designation
        and not is_touched
    )
    return sentence_of_change(before.period.name, period.name, is_raised=is_raised)
