"""Establish the old side of an annex where the registry does not know it.

So that a province can start from its own annex: provinces, districts and communes, no bodies. A
code the annex does not give stays empty.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.reorganisations.annex import (
    AnnexRow,
    RowProblem,
    committee_name,
    designation_of,
    kind_of_word,
    province_designation,
)
from registry.domain.reorganisations.plan import PlannedUnit
from registry.domain.reorganisations.unit_lookup import UnitLookup, name_key
from registry.domain.units.kinds import UnitKind
from registry.domain.units.placements import Placements


def create_missing(
    rows: Sequence[AnnexRow],
    units: Iterable[PlannedUnit],
    former: Collection[tuple[str | None, str]] = (),
    eve: Iterable[PlannedUnit] = (),
) -> list[PlannedUnit]:
    """Return the provinces, districts and communes of the old side that `units` lacks.

    Superiors come first.

    `units` and `eve` are as for `plan_reorganisation`. `former` are code and name of units that
    ended earlier: the annex may not bring them back, so they are not made. The new units have
    negative ids, and rows that name what cannot be made are left to the planner.
    """
    making = _Making(UnitLookup(units, eve), {(code, name_key(name)) for code, name in former})
    for row in rows:
        if row.old_id is None and row.old_name is not None:
            making.make(row, row.old_name)
    return list(making.made.values())


class _Making:
    """Makes each missing unit once."""

    def __init__(self, known: UnitLookup, former: set[tuple[str | None, str]]) -> None:
        self.known = known
        self.former = former
        self.codes = set(known.by_code)
        self.made: dict[tuple[UnitKind, int | None, str], PlannedUnit] = {}

    def make(self, row: AnnexRow, name: str) -> None:
        """Make the old unit of a row and what it stands under."""
        kind = _old_kind(row, name)
        if kind is None or (row.old_code, name_key(name)) in self.former:
            return
        if kind is UnitKind.PROVINCE:
            self.province(row, name)
        elif row.old_province is not None and not self.is_known(row, name):
            above = self.parent(row, row.old_province)
            if above is not None:
                code = row.old_code if row.old_code not in self.codes else None
                self.unit(name, kind, above, code)

    def is_known(self, row: AnnexRow, name: str) -> bool:
        """Tell whether the registry knows the old unit, by code (whatever its name) or by name."""
        if row.old_code is not None:
            return self.known.coded(row.old_code) is not None
        return bool(self.known.called(name, row.old_parent, row.old_province))

    def parent(self, row: AnnexRow, province_name: str) -> int | None:
        """Return what the old unit stood under: its district, matched by (province, name)."""
        province = self.province(row, province_name)
        name = row.old_parent
        if name is None or name_key(name) == name_key(province_name):
            return province
        for unit in self.known.named(name):
            if unit.kind is UnitKind.DISTRICT and self.known.stands_in(unit, province_name):
                return unit.id
        if kind_of_word(designation_of(name) or "") is not UnitKind.DISTRICT:
            return None
        return self.unit(name, UnitKind.DISTRICT, province, None)

    def province(self, row: AnnexRow, name: str) -> int:
        """Return the province of the old side; its code is told only where its name stays."""
        known = self.known.province_named(name)
        if known is not None:
            return known.id
        code = row.old_code if row.old_name == name else None
        if row.new_province is not None and name_key(row.new_province) == name_key(name):
            code = code or row.new_province_code
        return self.unit(name, UnitKind.PROVINCE, None, code if code not in self.codes else None)

    def unit(self, name: str, kind: UnitKind, parent_id: int | None, code: str | None) -> int:
        """Make a unit, once; a code another row tells is filled in."""
        key = (kind, parent_id, name_key(name))
        made = self.made.get(key)
        if made is None or (made.code is None and code is not None):
            self.made[key] = PlannedUnit(
                id=made.id if made else min((0, *self.known.by_id)) - 1 - len(self.made),
                name=name,
                kind=kind,
                parent_id=parent_id,
                code=code,
                short_name=committee_name(name),
                designation=province_designation(name)
                if kind is UnitKind.PROVINCE
                else designation_of(name),
            )
            self.codes |= {code} if code else set()
        return self.made[key].id


def _old_kind(row: AnnexRow, name: str) -> UnitKind | None:
    """Return the kind of an old unit that may be made, None for a body."""
    word = row.old_kind or designation_of(name)
    kind = kind_of_word(word) if word else None
    if row.old_province is not None and name_key(row.old_province) == name_key(name):
        kind = UnitKind.PROVINCE
    return kind if kind in {UnitKind.PROVINCE, UnitKind.DISTRICT, UnitKind.COMMUNE} else None


@dataclass(frozen=True, slots=True)
class Above:
    """A unit under which others are made: what it is on the eve, and its first day, if it has one.

    One that is made as well has none yet: it begins with those below it.
    """

    name: str
    kind: UnitKind
    begins: date | None = None


@dataclass(frozen=True, slots=True)
class OldDays:
    """The days of an old side: known since when, standing on the eve, by what rules."""

    known_from: date
    eve: date
    placements: Placements


def problems_of_made(
    made: Sequence[PlannedUnit],
    rows: Sequence[AnnexRow],
    known: Mapping[int, Above],
    days: OldDays,
) -> tuple[RowProblem, ...]:
    """Refuse units of the old side that would stand where their kind may not, or too early.

    `known` are the units that `made` ones stand under and that were there before.
    """
    above = {**known, **{unit.id: Above(unit.name, unit.kind) for unit in made}}
    homeless: list[RowProblem] = []
    too_early: list[tuple[date, str]] = []
    for unit in made:
        place = above[unit.parent_id] if unit.parent_id is not None else None
        first = days.placements.allowed_since(unit.kind, place.kind if place else None, days.eve)
        if first is None:
            homeless.append(_without_home(unit, place, rows, days.eve))
            continue
        if place is not None and place.begins is not None:
            first = max(first, place.begins)
        if first > days.known_from:
            under = f" trực thuộc “{place.name}”" if place else ""
            too_early.append((first, f"“{unit.name}”{under}"))
    if homeless or not too_early:
        return tuple(homeless)
    first, said = max(too_early)
    message = (
        f"Số liệu đơn vị cũ không thể có từ ngày {days.known_from:%d/%m/%Y}: {said} chỉ từ ngày "
        f"{first:%d/%m/%Y}. Chọn từ ngày {first:%d/%m/%Y} trở đi."
    )
    return (RowProblem(0, "known_from", message),)


def _without_home(
    unit: PlannedUnit, place: Above | None, rows: Sequence[AnnexRow], eve: date
) -> RowProblem:
    """Say that a kind stood under no such unit on the eve, at the first row about the unit."""
    row = next(
        (row for row in rows if row.old_name == unit.name and row.old_code in {unit.code, None}),
        None,
    )
    under = f"dưới “{place.name}” ({place.kind.label})" if place else "ở cấp cao nhất"
    message = (
        f"“{unit.name}” ({unit.kind.label}) không được đứng {under} vào ngày {eve:%d/%m/%Y}. "
        "Ghi đơn vị cấp trên cũ của đơn vị này."
    )
    return RowProblem.of(row, "old_parent", message)
