"""The tree before and after a reorganisation: who stands in whose place, branch by branch."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from registry.domain.labelled import Labelled
from registry.domain.reorganisations.annex import Part
from registry.domain.reorganisations.wording import SuccessionDeed
from registry.domain.units.kinds import TERRITORY_KINDS, UnitKind
from registry.domain.units.names import bare_name
from registry.domain.vietnamese.names import text_sort_key
from registry.queries.reorganisations.results import Link, Transition
from registry.queries.units.on_a_day import UnitRow

# What goes along with the unit above it as a matter of course: counted, not listed one by one.
_COUNTED = frozenset({UnitKind.COMMUNITY_TEAM, UnitKind.ENTERPRISE})

# So many places are shown unfolded.
_SMALL = 12

TOP = "Cấp tỉnh"
WITHOUT_SUCCESSOR = "Kết thúc, không có đơn vị kế tiếp"


class PairFate(Labelled):
    """What became of a unit."""

    FOUNDED = "founded", "Thành lập"
    FOUNDED_AGAIN = "founded_again", "Tái lập"
    PROMOTED = "promoted", "Thành lập trên cơ sở nguyên trạng"
    KEPT = "kept", "Giữ nguyên"
    RENAMED = "renamed", "Đổi tên"
    OF_ANOTHER_KIND = "of_another_kind", "Đổi loại"
    MOVED = "moved", "Chuyển"
    RECODED = "recoded", "Đổi mã"
    ENLARGED = "enlarged", "Nhận thêm"
    REDUCED = "reduced", "Chuyển đi một phần"
    ENDED = "ended", "Kết thúc"


FATE_TONES = {
    PairFate.FOUNDED: "good",
    PairFate.FOUNDED_AGAIN: "good",
    PairFate.ENDED: "bad",
    PairFate.KEPT: None,
}


@dataclass(frozen=True, slots=True)
class Pair:
    """What stood in a place before (each with how much of it), what stands there after, and why.

    `fates` say what became of the unit, `deeds` how others came to it; `reason` why it ended.
    """

    olds: tuple[tuple[UnitRow, Part], ...]
    new: UnitRow | None
    fates: tuple[PairFate, ...]
    deeds: tuple[str, ...] = ()
    reason: str = ""

    @property
    def unit(self) -> UnitRow:
        """The unit the pair is about."""
        return self.new if self.new is not None else self.olds[0][0]


@dataclass(frozen=True, slots=True)
class Group:
    """The pairs whose old units stood under one unit, or which are of one kind."""

    title: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """What stands below one unit after."""

    title: str
    groups: tuple[Group, ...]
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The branches a reorganisation touches, and how many units only go along, kind by kind."""

    branches: tuple[Branch, ...]
    along: tuple[tuple[str, int], ...]
    left_out: int = 0

    def cut(self, most: int) -> "Picture":
        """Return the picture with so many pairs at most; `left_out` tells how many are not in it.

        Each branch keeps its figures.
        """
        left, branches = most, []
        for branch in self.branches:
            groups = []
            for group in branch.groups:
                if shown := group.pairs[: max(left, 0)]:
                    groups.append(Group(group.title, shown))
                left -= len(group.pairs)
            if groups:
                branches.append(replace(branch, groups=tuple(groups)))
        return replace(self, branches=tuple(branches), left_out=max(-left, 0))

    @property
    def is_small(self) -> bool:
        """Whether all of it can be shown at once."""
        pairs = [
            pair for branch in self.branches for group in branch.groups for pair in group.pairs
        ]
        return len(pairs) <= _SMALL


def picture_of(transition: Transition, day: date) -> Picture:
    """Draw what became of each unit from `day` on."""
    links: dict[int, list[Link]] = defaultdict(list)
    for link in transition.links:
        links[link.successor_id].append(link)
    linked = {link.predecessor_id for link in transition.links}
    along: Counter[str] = Counter()
    pairs: list[tuple[str, str, Pair]] = []
    for unit_id, new in transition.after.items():
        pair = _living(new, transition, links.get(unit_id, ()), day)
        if (
            new.kind in _COUNTED
            and pair.fates == (PairFate.MOVED,)
            and _above_ended(pair, transition)
        ):
            along[new.kind.label] += 1
        else:
            pairs.append((new.parent_name or TOP, _old_place(pair), pair))
    for unit_id, old in transition.before.items():
        if unit_id not in transition.after and unit_id not in linked:
            reason = transition.reasons.get(unit_id, "")
            pair = Pair(((old, Part.WHOLE),), None, (PairFate.ENDED,), reason=reason)
            pairs.append((WITHOUT_SUCCESSOR, old.kind.label, pair))
    return Picture(tuple(_branches(pairs)), tuple(sorted(along.items())))


def _living(new: UnitRow, transition: Transition, links: Iterable[Link], day: date) -> Pair:
    before = transition.before
    own = before.get(new.id)
    deeds = {
        link.predecessor_id: SuccessionDeed(link.kind, link.part, new.kind, day) for link in links
    }
    taken = {old_id: deed for old_id, deed in deeds.items() if not deed.is_memory}
    olds = _in_order((before[old], deed.part) for old, deed in taken.items() if old in before)
    words = tuple(dict.fromkeys(deed.short for deed in taken.values()))
    if own is None:
        is_again = len(taken) < len(deeds)
        fate = PairFate.FOUNDED_AGAIN if is_again else PairFate.FOUNDED
        return Pair(olds, new, (fate,), words)
    gives = any(link.predecessor_id == new.id for link in transition.links)
    fates = _fates(own, new, stays_as_it_is=not taken and not gives)
    fates += [PairFate.ENLARGED] * bool(olds) + [PairFate.REDUCED] * gives
    return Pair(((own, Part.WHOLE), *olds), new, tuple(fates or [PairFate.KEPT]), words)


def _fates(old: UnitRow, new: UnitRow, *, stays_as_it_is: bool) -> list[PairFate]:
    found = []
    is_promoted = (
        stays_as_it_is and new.kind in TERRITORY_KINDS and old.designation != new.designation
    )
    names = [
        bare_name(unit.name, unit.designation) if is_promoted else unit.name for unit in (old, new)
    ]
    if is_promoted:
        found.append(PairFate.PROMOTED)
    if names[0] != names[1]:
        found.append(PairFate.RENAMED)
    if not is_promoted and (old.kind is not new.kind or old.designation != new.designation):
        found.append(PairFate.OF_ANOTHER_KIND)
    if old.parent_id != new.parent_id:
        found.append(PairFate.MOVED)
    if old.code != new.code:
        found.append(PairFate.RECODED)
    return found


def _above_ended(pair: Pair, transition: Transition) -> bool:
    above = pair.olds[0][0].parent_id
    return above in transition.before and above not in transition.after


def _old_place(pair: Pair) -> str:
    """Return where the unit whose code the pair goes on with stood, else the first of them."""
    seat = next((old for old, _ in pair.olds if pair.new and old.code == pair.new.code), None)
    if seat is None and pair.olds:
        seat = pair.olds[0][0]
    if seat is None:
        return "Đơn vị mới"
    return seat.parent_name or TOP


def _in_order(olds: Iterable[tuple[UnitRow, Part]]) -> tuple[tuple[UnitRow, Part], ...]:
    return tuple(sorted(olds, key=lambda pair: (pair[0].code, pair[0].name)))


def _branches(pairs: Iterable[tuple[str, str, Pair]]) -> Iterable[Branch]:
    by_branch: dict[str, dict[str, list[Pair]]] = defaultdict(lambda: defaultdict(list))
    for branch, group, pair in pairs:
        by_branch[branch][group].append(pair)
    ended_last = sorted(
        by_branch, key=lambda title: (title == WITHOUT_SUCCESSOR, -_size(by_branch[title]))
    )
    for title in ended_last:
        groups = by_branch[title]
        every = [pair for group in groups.values() for pair in group]
        yield Branch(
            title,
            tuple(
                Group(name, tuple(sorted(groups[name], key=_pair_key)))
                for name in sorted(groups, key=text_sort_key)
            ),
            before=len({old.id for pair in every for old, _ in pair.olds}),
            after=sum(pair.new is not None for pair in every),
        )


def _size(groups: Mapping[str, list[Pair]]) -> int:
    return sum(len(pairs) for pairs in groups.values())


def _pair_key(pair: Pair) -> tuple[str, str]:
    return (text_sort_key(pair.unit.name), pair.unit.code)
