"""What becomes of the facts that hang on units which end on a day (design §3).

A fact begun earlier is cut on the day and continues in the successor on the same line; one that
begins later follows the unit. Where the same would then hold twice, the earlier continues and the
other ends. Without a successor a fact ends with the reason. Nothing before the day is touched.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from registry.domain.periods import Period

MERGED = "hợp nhất"

Refs = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A dated fact that names units.

    `refs` are the ids of the units it names, in the order of its columns; `key` is what may hold
    only once a day among the facts that name the same units (who, in which role); `item` is how an
    answer names the fact.
    """

    id: int
    refs: Refs
    key: tuple[object, ...]
    valid_from: date
    valid_to: date | None
    item: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """A unit that ends on the day: its one successor (None: there is none), and the reason."""

    heir: int | None
    reason: str


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
    """Cut the fact on the day, with the reason; it does not go on."""

    fact: Fact
    reason: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The fact would begin on or after the day at a unit that is gone: it never comes to be."""

    fact: Fact
    reason: str


@dataclass(slots=True)
class CarryOver:
    """What to write, each list in the order of the facts."""

    continued: list[Continue] = field(default_factory=list)
    repointed: list[Repoint] = field(default_factory=list)
    ended: list[End] = field(default_factory=list)
    withdrawn: list[Withdraw] = field(default_factory=list)


Settled = tuple[Refs, tuple[object, ...]]


def carry_over(
    day: date,
    facts: Iterable[Fact],
    ended: Mapping[int, Ended],
    standing: Callable[[set[int]], Iterable[Fact]],
    answers: Mapping[str, int],
) -> CarryOver:
    """Decide about `facts`, all in force on or after `day` and naming at least one unit of `ended`.

    `standing(unit ids)` gives the facts already at the successors, so that nothing is held twice;
    `answers` names, by `Fact.item`, the successor of a fact at a unit that was split or dissolved.
    """
    outcome = CarryOver()
    moving: list[tuple[Fact, Refs]] = []
    for fact in sorted(facts, key=_seniority):
        refs, reason = _new_refs(fact, ended, answers)
        if refs is not None:
            moving.append((fact, refs))
        else:
            _let_go(outcome, fact, reason, day)
    goals = {ref for _, refs in moving for ref in refs if ref is not None}
    held: dict[Settled, list[Fact]] = defaultdict(list)
    for fact in standing(goals):
        held[fact.refs, fact.key].append(fact)
    _settle(outcome, moving, held, day)
    return outcome


def _seniority(fact: Fact) -> tuple[date, int]:
    return (fact.valid_from, fact.id)


def _new_refs(
    fact: Fact, ended: Mapping[int, Ended], answers: Mapping[str, int]
) -> tuple[Refs | None, str]:
    """Return the units the fact names from the day on, or None and the reason why it cannot go on."""
    refs: list[int | None] = []
    for ref in fact.refs:
        if ref is None or ref not in ended:
            refs.append(ref)
            continue
        heir = ended[ref].heir
        if heir is None:
            heir = answers.get(fact.item)
        if heir is None:
            return None, ended[ref].reason
        refs.append(heir)
    return tuple(refs), ""


def _let_go(outcome: CarryOver, fact: Fact, reason: str, day: date) -> None:
    if fact.valid_from < day:
        outcome.ended.append(End(fact, reason))
    else:
        outcome.withdrawn.append(Withdraw(fact, reason))


def _settle(
    outcome: CarryOver,
    moving: Sequence[tuple[Fact, Refs]],
    held: dict[Settled, list[Fact]],
    day: date,
) -> None:
    """Let facts go on where nothing like them stands; else the one begun earlier goes on."""
    for fact, refs in moving:
        rivals = [
            rival for rival in held[refs, fact.key] if _from(rival, day).overlaps(_from(fact, day))
        ]
        loops = len({ref for ref in refs if ref is not None}) < sum(ref is not None for ref in refs)
        if loops and len(set(fact.refs)) == len(fact.refs):
            # A unit that was a member of, or a section of, what is now one and the same unit.
            _let_go(outcome, fact, MERGED, day)
        elif rivals:
            _let_go(outcome, fact, MERGED, day)
        else:
            held[refs, fact.key].append(fact)
            if fact.valid_from < day:
                outcome.continued.append(Continue(fact, refs))
            else:
                outcome.repointed.append(Repoint(fact, refs))


def _from(fact: Fact, day: date) -> Period:
    return Period(max(fact.valid_from, day), fact.valid_to)
