"""Figures of an earlier day in the units of a later one; closed units in those of today."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from registry.domain.boundary_translation import (
    Ending,
    Fate,
    SuccessorLines,
    SuccessorLink,
    Translation,
    translation,
)
from registry.domain.coverage import RequiredUnit, Standard, Tally, tally
from registry.domain.reorganisations.annex import Part
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.models.base import db, ready_alias
from registry.models.memberships import Membership
from registry.models.units import Succession, UnitPath, UnitPeriod
from registry.queries.coverage.counting import focal_point_counts
from registry.queries.coverage.figures import Coverage, coverage
from registry.queries.there_is import there_is
from registry.queries.units.on_a_day import DAY, UnitRow, in_force, units_by_id

_NEXT = ready_alias(UnitPeriod)
_ENDINGS = select(UnitPeriod.unit_id, UnitPeriod.valid_to, UnitPeriod.parent_id).where(
    UnitPeriod.valid_to <= DAY,
    ~select(_NEXT.id)
    .where(
        _NEXT.unit_id == UnitPeriod.unit_id,
        _NEXT.valid_from >= UnitPeriod.valid_to,
        _NEXT.valid_from <= DAY,
    )
    .exists(),
)


@dataclass(frozen=True, slots=True)
class TranslatedLine:
    """The figures of an earlier day for one unit of the later day.

    `predecessors` are the units of the earlier day that had to be covered and lead here whole;
    `divided` those of which only a part came here: then what they would add to is None. `members`
    are the people of the earlier units of the subtree, `focal_points` the assignments that counted.
    `now` is the unit itself on the later day when it must be covered then.
    """

    unit: UnitRow
    predecessors: tuple[RequiredUnit, ...]
    divided: tuple[RequiredUnit, ...]
    tally: Tally | None
    focal_points: int | None
    members: int | None
    now: RequiredUnit | None = None


@dataclass(frozen=True, slots=True)
class TranslatedKind:
    """The counts of one kind of units of the earlier day; None where they cannot be told."""

    kind: UnitKind
    headline: bool
    tally: Tally | None


@dataclass(frozen=True, slots=True)
class TranslatedCoverage:
    """Coverage on `found.as_of` of what today lies in `unit`, a unit of the day `later`.

    `found.units` are the earlier units all of whose successors stand in the subtree (looked for
    under every path: `found.unit` bears "/", for that of the later day is no path of the earlier);
    `divided` those split across its border; `formerly` the units in whose place `unit` itself
    stands. `lines` are the later units with predecessors of their own, `by_parent` those above them
    inside the subtree. `without_successor` are the earlier units no unit took the place of: they
    count in the whole and on no line. `unknown` are the later units that must be covered and of
    which nothing is recorded on the earlier day.
    """

    later: date
    unit: UnitRow
    found: Coverage
    kinds: tuple[TranslatedKind, ...]
    formerly: tuple[UnitRow, ...]
    divided: tuple[RequiredUnit, ...]
    lines: tuple[TranslatedLine, ...]
    by_parent: tuple[TranslatedLine, ...]
    without_successor: tuple[RequiredUnit, ...]
    unknown: tuple[RequiredUnit, ...]
    members: int | None

    @property
    def headline(self) -> Tally | None:
        """The counts of the headline kinds together; None where they cannot be told."""
        if any(unit.headline for unit in self.divided):
            return None
        return self.found.headline

    def uncovered(self, standard: Standard) -> list[RequiredUnit]:
        """Return the earlier units that lie here whole and do not meet `standard`."""
        return self.found.uncovered(standard)


def successor_lines(later: date) -> SuccessorLines:
    """Return the way of every unit up to the day `later`. Two SELECTs."""
    endings = _endings(later)
    return SuccessorLines(_links(later, endings), endings)


def is_reorganised_between(day: date, later: date) -> bool:
    """Tell whether a unit took another's place after `day`, up to `later`."""
    return there_is(
        select(Succession.id).where(Succession.effective_on > day, Succession.effective_on <= later)
    )


def closed_units_within(prefixes: Iterable[str], today: date) -> frozenset[int]:
    """Return closed units all of whose successors stand today in `prefixes` (docs/adr/0003).

    A unit that ended without successor belongs with the unit above it. Three SELECTs.
    """
    wanted = list(prefixes)
    endings = _endings(today) if wanted else {}
    if not endings:
        return frozenset()
    lines = SuccessorLines(_links(today, endings), endings)
    fates = {unit_id: lines.fate(unit_id, end.last_day) for unit_id, end in endings.items()}
    places = {place for fate in fates.values() for place in fate.places}
    inside = {
        unit_id
        for unit_id, path in _paths(today, places)
        if any(path.startswith(prefix) for prefix in wanted)
    }
    return frozenset(
        unit_id for unit_id, fate in fates.items() if fate.places and fate.places <= inside
    )


def translated_coverage(unit: UnitRow, day: date, later: date) -> TranslatedCoverage:
    """Return coverage on `day` of what lies in `unit` (a row of the later day) on `later`.

    Whoever sees the unit's subtree today sees all that is in it: what leads there lies in his
    scope too. A constant number of SELECTs.
    """
    paths = dict(_paths(later))
    everywhere = coverage(replace(unit, path="/"), day)
    lines = successor_lines(later)
    members = _members(day)
    standing = db.session.scalars(select(UnitPath.unit_id).where(in_force(UnitPath, day)))
    fates = {unit_id: lines.fate(unit_id, day) for unit_id in standing}
    moved = translation(fates, paths)
    required = {one.id: one for one in everywhere.units}
    whole = moved.whole.get(unit.id, frozenset())
    torn = moved.torn.get(unit.id, frozenset())
    found = replace(everywhere, units=tuple(u for u in everywhere.units if u.id in whole))
    counting = _Counting(required, fates, moved, focal_point_counts(day), members)
    divided = tuple(one for one in everywhere.units if one.id in torn)
    present = {one.id: one for one in coverage(unit, later).units}
    own = _own_lines(unit, counting, paths, later, present)
    return TranslatedCoverage(
        later=later,
        unit=unit,
        found=found,
        kinds=_kinds(found, divided),
        formerly=tuple(
            units_by_id(
                (unit_id for unit_id, fate in fates.items() if unit.id in fate.heirs), day
            ).values()
        ),
        divided=divided,
        lines=own,
        by_parent=_parent_lines(unit, own, counting, later),
        without_successor=tuple(u for u in found.units if not fates[u.id].heirs),
        unknown=tuple(
            one for one_id, one in present.items() if one_id not in {line.unit.id for line in own}
        ),
        members=moved.distinct(unit.id, members),
    )


@dataclass(frozen=True, slots=True)
class _Counting:
    """All that the figures of a line are told from."""

    required: Mapping[int, RequiredUnit]
    fates: Mapping[int, Fate]
    moved: Translation
    focal_points: Mapping[int, int]
    members: Mapping[int, set[int]]

    def line(
        self,
        row: UnitRow,
        predecessors: Iterable[int],
        divided: Iterable[int],
        now: RequiredUnit | None = None,
    ) -> TranslatedLine:
        """Return the figures of one later unit."""
        whole = self._ordered(predecessors)
        parts = self._ordered(divided)
        return TranslatedLine(
            unit=row,
            predecessors=whole,
            divided=parts,
            tally=None if parts else tally(whole),
            focal_points=self.moved.total(row.id, self.focal_points),
            members=self.moved.distinct(row.id, self.members),
            now=now,
        )

    def _ordered(self, unit_ids: Iterable[int]) -> tuple[RequiredUnit, ...]:
        found = (self.required[unit_id] for unit_id in unit_ids if unit_id in self.required)
        return tuple(sorted(found, key=lambda one: (one.code, one.name)))


def _own_lines(
    root: UnitRow,
    counting: _Counting,
    paths: Mapping[int, str],
    later: date,
    present: Mapping[int, RequiredUnit],
) -> tuple[TranslatedLine, ...]:
    whole: dict[int, list[int]] = defaultdict(list)
    parts: dict[int, list[int]] = defaultdict(list)
    for unit_id in counting.required:
        fate = counting.fates[unit_id]
        for heir in fate.heirs:
            if paths.get(heir, "").startswith(root.path):
                (parts if fate.is_split else whole)[heir].append(unit_id)
    rows = units_by_id(whole.keys() | parts.keys(), later)
    lines = [
        counting.line(row, whole.get(row.id, ()), parts.get(row.id, ()), present.get(row.id))
        for row in rows.values()
    ]
    return tuple(sorted(lines, key=_order))


def _parent_lines(
    root: UnitRow, own: Iterable[TranslatedLine], counting: _Counting, later: date
) -> tuple[TranslatedLine, ...]:
    """Return the figures of the units that stand above headline ones of the list in the subtree."""
    parents = {
        line.unit.parent_id
        for line in own
        if line.unit.parent_id is not None
        and root.id not in {line.unit.id, line.unit.parent_id}
        and any(unit.headline for unit in (*line.predecessors, *line.divided))
    }
    rows = units_by_id(parents, later).values()
    return tuple(
        sorted(
            (
                counting.line(
                    row,
                    _below(row.id, counting.moved.whole.get(row.id, ()), counting),
                    _below(row.id, counting.moved.torn.get(row.id, ()), counting),
                )
                for row in rows
            ),
            key=_order,
        )
    )


def _below(parent_id: int, unit_ids: Iterable[int], counting: _Counting) -> list[int]:
    """Return the headline units among these that lie below a unit, not in its own place."""
    return [
        unit_id
        for unit_id in unit_ids
        if unit_id in counting.required
        and counting.required[unit_id].headline
        and counting.fates[unit_id].heirs != {parent_id}
    ]


def _order(line: TranslatedLine) -> tuple[int, str, str]:
    return (list(UnitKind).index(line.unit.kind), line.unit.code, line.unit.name)


def _kinds(found: Coverage, divided: Iterable[RequiredUnit]) -> tuple[TranslatedKind, ...]:
    split = {unit.kind for unit in divided}
    return tuple(
        TranslatedKind(line.kind, line.headline, None if line.kind in split else line.tally)
        for headline in (True, False)
        for line in found.lines(headline=headline)
    )


def _links(later: date, endings: Mapping[int, Ending]) -> dict[int, list[SuccessorLink]]:
    links: dict[int, list[SuccessorLink]] = defaultdict(list)
    turns: dict[int | None, int] = {}
    rows = db.session.execute(
        select(
            Succession.predecessor_id,
            Succession.successor_id,
            Succession.effective_on,
            Succession.part,
            Succession.kind,
            Succession.reorganisation_id,
        )
        .where(Succession.effective_on <= later)
        .order_by(Succession.id)
    )
    for predecessor_id, successor_id, effective_on, part, kind, batch_id in rows:
        # Batches are applied in another order than composed: the first link each wrote tells.
        turn = turns.setdefault(batch_id, len(turns))
        # Who takes what is left takes the whole of what there is.
        link = SuccessorLink(successor_id, effective_on, part != Part.PART, turn)
        if not _takes_nothing_along(link, kind, endings.get(predecessor_id)):
            links[predecessor_id].append(link)
    return links


def _takes_nothing_along(link: SuccessorLink, kind: SuccessionKind, ending: Ending | None) -> bool:
    """Tell whether a link leaves the figures where they are.

    Who is founded again has what stood there once in name only, and a border that is moved leaves
    both bodies what they were.
    """
    if kind is SuccessionKind.ADJUSTED and not link.is_whole:
        return ending is None or ending.last_day >= link.effective_on
    return kind is SuccessionKind.REESTABLISHED


def _endings(later: date) -> dict[int, Ending]:
    """Return the units that ended on or before `later`, by id."""
    rows = db.session.execute(_ENDINGS, {"day": later})
    return {
        unit_id: Ending(valid_to - timedelta(days=1), parent_id)
        for unit_id, valid_to, parent_id in rows
        if valid_to is not None
    }


def _paths(day: date, unit_ids: Iterable[int] | None = None) -> list[tuple[int, str]]:
    statement = select(UnitPath.unit_id, UnitPath.path).where(in_force(UnitPath, day))
    if unit_ids is not None:
        statement = statement.where(UnitPath.unit_id.in_(sorted(unit_ids)))
    return [(unit_id, path) for unit_id, path in db.session.execute(statement)]


def _members(day: date) -> dict[int, set[int]]:
    """Return the people who are members of each unit on `day`."""
    members: dict[int, set[int]] = defaultdict(set)
    for unit_id, person_id in db.session.execute(
        select(Membership.unit_id, Membership.person_id).where(
            in_force(Membership, day), Membership.person_id.is_not(None)
        )
    ):
        if person_id is not None:
            members[unit_id].add(person_id)
    return members
