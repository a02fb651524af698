"""What becomes of facts of units which end, or give a part away, on a day (docs/adr/0013).

A fact begun earlier is cut on the day and continues in the successor on the same line; one that
begins later follows the unit. Where the same would then hold twice, the earlier continues and the
other ends. Without a successor a fact ends with the reason. Nothing before the day is touched.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from registry.domain.periods import Period
from registry.domain.reorganisations.questions import Item

MERGED = "hợp nhất"
# Of a fact recorded at a unit that splits later, before somebody says into which part it goes.
WITHOUT_PLAN = "chưa có phương án"

Refs = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A dated fact that names units.

    `refs` are the ids of the units it names, in the order of its columns; `key` is what may hold
    only once a day among the facts that name the same units (who, in which role); `same_by` limits
    that sameness to some of the units, by position. `item` is how an answer names the fact.
    """

    id: int
    refs: Refs
    key: tuple[object, ...]
    valid_from: date
    valid_to: date | None
    item: Item | None = None
    same_by: tuple[int, ...] | None = None

    def slot(self, refs: Refs) -> tuple[Refs, tuple[object, ...]]:
        """Return what at most one fact may hold on a day, if this one names the units `refs`."""
        return (refs if self.same_by is None else tuple(refs[i] for i in self.same_by), self.key)


@dataclass(frozen=True, slots=True)
class Ended:
    """A unit that ends on the day: its one successor (None: there is none), and the reason.

    One that gives a part away and lives on is its own heir. `is_asked`: the heir only takes what no
    answer sends elsewhere.
    """

    heir: int | None
    reason: str
    is_asked: bool = False


@dataclass(frozen=True, slots=True)
class Continue:
    """Cut the fact on the day and let it go on, from that day to its own end, with new units."""

    fact: Fact
    refs: Refs


@dataclass(frozen=True, slots=True)
class Repoint:
    """The fact begins on or after the day: let it name the new units from its beginning."""

    fact: Fact
    refs: Refs


@dataclass(frozen=True, slots=True)
class End:
    """Cut the fact on the day, with the reason; `kept` is the like one that goes on instead."""

    fact: Fact
    reason: str
    kept: Fact | None = None


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The fact would begin on or after the day at a unit that is gone: it never comes to be."""

    fact: Fact
    reason: str
    kept: Fact | None = None


@dataclass(slots=True)
class CarryOver:
    """What to write, each list in the order of the facts."""

    continued: list[Continue] = field(default_factory=list)
    repointed: list[Repoint] = field(default_factory=list)
    ended: list[End] = field(default_factory=list)
    withdrawn: list[Withdraw] = field(default_factory=list)


def carry_over(
    day: date,
    facts: Iterable[Fact],
    ended: Mapping[int, Ended],
    standing: Callable[[set[int]], Iterable[Fact]],
    answers: Mapping[Item, int],
) -> CarryOver:
    """Decide about `facts`, all in force on or after `day` and naming at least one unit of `ended`.

    `standing(unit ids)` gives the facts already at the successors, so that nothing is held twice;
    `answers` names, by `Fact.item`, where a fact goes from the unit it is asked about, the first
    of its `refs`.
    """
    outcome = CarryOver()
    moving: list[tuple[Fact, Refs]] = []
    staying: list[Fact] = []
    for fact in sorted(facts, key=_seniority):
        refs, reason = _new_refs(fact, ended, answers)
        if refs == fact.refs:
            staying.append(fact)
        elif refs is not None:
            moving.append((fact, refs))
        else:
            _let_go(outcome, fact, reason, day)
    goals = {ref for _, refs in moving for ref in refs if ref is not None}
    held: dict[tuple[Refs, tuple[object, ...]], list[Fact]] = defaultdict(list)
    own = {fact.id for fact, _ in moving}
    for fact in [*staying, *standing(goals)]:
        if fact.id not in own:
            held[fact.slot(fact.refs)].append(fact)
    _settle(outcome, moving, held, day)
    return outcome


def _seniority(fact: Fact) -> tuple[date, int]:
    return (fact.valid_from, fact.id)


def _new_refs(
    fact: Fact, ended: Mapping[int, Ended], answers: Mapping[Item, int]
) -> tuple[Refs | None, str]:
    """Return the units the fact names from the day on, or None and why it cannot go on."""
    refs: list[int | None] = []
    for position, ref in enumerate(fact.refs):
        if ref is None or ref not in ended:
            refs.append(ref)
            continue
        heir = ended[ref].heir
        may_answer = position == 0 and (heir is None or ended[ref].is_asked)
        if may_answer and fact.item is not None:
            heir = answers.get(fact.item, heir)
        if heir is None:
            return None, ended[ref].reason
        refs.append(heir)
    return tuple(refs), ""


def _let_go(
    outcome: CarryOver, fact: Fact, reason: str, day: date, kept: Fact | None = None
) -> None:
    if fact.valid_from < day:
        outcome.ended.append(End(fact, reason, kept))
    else:
        outcome.withdrawn.append(Withdraw(fact, reason, kept))


def _settle(
    outcome: CarryOver,
    moving: Sequence[tuple[Fact, Refs]],
    held: dict[tuple[Refs, tuple[object, ...]], list[Fact]],
    day: date,
) -> None:
    """Let each fact go on where nothing like it stands; else only the one begun first goes on."""
    for fact, refs in moving:
        if _turns_on_itself(fact, refs):
            _let_go(outcome, fact, MERGED, day)
            continue
        like = held[fact.slot(refs)]
        rivals = [rival for rival in like if _from(rival, day).overlaps(_from(fact, day))]
        elder = next((r for r in rivals if _seniority(r) < _seniority(fact)), None)
        if elder is not None:
            _let_go(outcome, fact, MERGED, day, kept=elder)
            continue
        for rival in rivals:
            # Those that moved came in order of age, so a younger rival has always stood there.
            like.remove(rival)
            _let_go(outcome, rival, MERGED, day, kept=fact)
        like.append(fact)
        if fact.valid_from < day:
            outcome.continued.append(Continue(fact, refs))
        else:
            outcome.repointed.append(Repoint(fact, refs))


def _turns_on_itself(fact: Fact, refs: Refs) -> bool:
    """Tell whether two different units the fact names become one: a member of itself, say."""
    before = [ref for ref in fact.refs if ref is not None]
    after = [ref for ref in refs if ref is not None]
    return len(set(before)) == len(before) and len(set(after)) < len(after)


def _from(fact: Fact, day: date) -> Period:
    """Return the part of a fact's period from the day on."""
    return Period(max(fact.valid_from, day), fact.valid_to)
