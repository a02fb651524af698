"""Find units as a decision names them: by code, or by name and what stands above."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from registry.domain.reorganisations.plan import PlannedUnit
from registry.domain.units.kinds import UnitKind
from registry.domain.units.team_names import (
    letters_with_one_spelling,
    with_and_without_place,
    with_one_spelling,
)
from registry.domain.vietnamese.names import exact_key

# A province has some thousands of units; two annexes of one batch ask for the same names.
_MOST_NAMES = 20_000


@lru_cache(_MOST_NAMES)
def name_key(name: str) -> str:
    """Return what two spellings of one name share: "Hoà" and "Hòa", but never "Don" and "Dơn".

    Of a team also "Tổ CNSCĐ" and "Tổ công nghệ số cộng đồng".
    """
    return with_one_spelling(exact_key(name))


# Letters without their marks; what `name_key` calls the same has the same letters.
_PLAIN = {
    code: unicodedata.normalize("NFD", chr(code))[0]
    for code in (*range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA))
} | {ord("Đ"): "D", ord("đ"): "d"}


def _bare(text: str) -> str:
    """Return the bare letters and digits of a text: quick to compute for every unit there is."""
    return "".join(filter(str.isalnum, text.translate(_PLAIN).casefold()))


def _letters(name: str) -> str:
    """Return the bare letters of a name, those of a team in one spelling."""
    letters = _bare(name)
    return letters_with_one_spelling(letters) if letters.startswith("toc") else letters


def is_same_code(one: str, other: str | None) -> bool:
    """Tell whether two codes of the registry are the same, as "cnscđ" and "CNSCD" are."""
    return other is not None and _bare(one) == _bare(other)


class UnitLookup:
    """The units of one day.

    `eve` are those that an earlier batch of the same day changed or ended, as they were before it:
    a decision that takes effect on that day may still call them so.
    """

    def __init__(self, units: Iterable[PlannedUnit], eve: Iterable[PlannedUnit] = ()) -> None:
        self.by_id = {unit.id: unit for unit in units}
        self.eve = {unit.id: unit for unit in eve}
        living = [*self.by_id.values()]
        was = [unit for unit in self.eve.values() if unit.id in self.by_id]
        self.by_code = {unit.code: self.by_id[unit.id] for unit in (*was, *living) if unit.code}
        self.below: dict[int, list[PlannedUnit]] = defaultdict(list)
        for unit in living:
            if unit.parent_id is not None:
                self.below[unit.parent_id].append(unit)

    @cached_property
    def _by_registry_code(self) -> dict[str, PlannedUnit]:
        return {
            _bare(unit.registry_code): unit for unit in self.by_id.values() if unit.registry_code
        }

    @cached_property
    def _by_letters(self) -> dict[str, dict[int, PlannedUnit]]:
        """Return the units by the letters of their names, for whoever looks for a name."""
        found: dict[str, dict[int, PlannedUnit]] = defaultdict(dict)
        was = (unit for unit in self.eve.values() if unit.id in self.by_id)
        for unit in (*was, *self.by_id.values()):
            found[_letters(unit.name)][unit.id] = self.by_id[unit.id]
        return found

    def named(self, name: str) -> list[PlannedUnit]:
        """Return the units of that name."""
        alike = self._by_letters.get(_letters(name), {})
        return [unit for unit in alike.values() if self._is_named(unit, name)]

    def _is_named(self, unit: PlannedUnit, name: str) -> bool:
        """Tell whether a unit bears a name, or bore it on the eve of the day."""
        was = self.eve.get(unit.id, unit)
        return name_key(name) in {name_key(unit.name), name_key(was.name)}

    def coded(self, code: str) -> PlannedUnit | None:
        """Return the unit of that official code, else of that code of the registry."""
        return self.by_code.get(code) or self.with_registry_code(code)

    def with_registry_code(self, code: str) -> PlannedUnit | None:
        """Return the unit to which the registry itself gave a code: "20341-CNSCD-01"."""
        return self._by_registry_code.get(_bare(code))

    def called(self, name: str, *places: str | None) -> list[PlannedUnit]:
        """Return the units of that name in all of `places`, where one is given.

        Where there is none, teams called so with their commune's name, or without it.
        """
        for named in (self.named(name), self._teams.get(name_key(name), [])):
            found = [u for u in named if all(self.stands_in(u, place) for place in places)]
            if found:
                return found
        return []

    def gone(self, unit_id: int | None, code: str | None, name: str | None) -> PlannedUnit | None:
        """Return the unit of that id, code or name that an earlier batch of the same day ended."""
        for unit in self.eve.values():
            if unit_id is not None:
                is_meant = unit.id == unit_id
            elif code is not None:
                is_meant = is_same_code(code, unit.code or unit.registry_code)
            else:
                is_meant = name_key(unit.name) == name_key(name or "")
            if is_meant and unit.id not in self.by_id:
                return unit
        return None

    def bears(self, unit: PlannedUnit, name: str) -> bool:
        """Tell whether a unit is called `name`, a team with its commune's name or without it."""
        return self._is_named(unit, name) or unit in self._teams.get(name_key(name), ())

    @cached_property
    def _teams(self) -> dict[str, list[PlannedUnit]]:
        found: dict[str, list[PlannedUnit]] = defaultdict(list)
        for unit in self.by_id.values():
            above = self.by_id.get(unit.parent_id or 0)
            if unit.kind is UnitKind.COMMUNITY_TEAM and above is not None:
                for key in set(with_and_without_place(name_key(unit.name), name_key(above.name))):
                    found[key].append(unit)
        return found

    def province_named(self, name: str) -> PlannedUnit | None:
        """Return the province of that name."""
        return next((u for u in self.named(name) if u.kind is UnitKind.PROVINCE), None)

    def upwards(self, unit: PlannedUnit) -> Iterator[PlannedUnit]:
        """Yield the unit, then those above it."""
        current: PlannedUnit | None = unit
        while current is not None:
            yield current
            current = self.by_id.get(current.parent_id) if current.parent_id is not None else None

    def territory(self, unit: PlannedUnit, kind: UnitKind) -> PlannedUnit | None:
        """Return the unit of `kind` that this one is or stands under."""
        return next((above for above in self.upwards(unit) if above.kind is kind), None)

    def stands_in(self, unit: PlannedUnit, name: str | None) -> bool:
        """Tell whether the unit, or one above it, bears `name`; True when no name is given."""
        if name is None:
            return True
        wanted = name_key(name)
        if any(name_key(above.name) == wanted for above in self.upwards(unit)):
            return True
        return bool(self.eve) and any(
            name_key(above.name) == wanted for above in self._upwards_before(unit)
        )

    def _upwards_before(self, unit: PlannedUnit) -> Iterator[PlannedUnit]:
        """Yield the unit, then those above it, as they stood on the eve of the day."""
        current: PlannedUnit | None = self.eve.get(unit.id, unit)
        while current is not None:
            yield current
            above = current.parent_id
            current = None if above is None else self.eve.get(above) or self.by_id.get(above)


class UnitsAfter:
    """The units as a plan leaves them.

    It looks into the mappings it was given, so that a planner may ask while it goes on ending and
    changing units.
    """

    def __init__(
        self,
        before: UnitLookup,
        established: Iterable[PlannedUnit],
        changed: Mapping[int, PlannedUnit],
        ended: Mapping[int, str],
    ) -> None:
        self._before = before
        self._established = {unit.id: unit for unit in established}
        self._changed = changed
        self._ended = ended

    def unit(self, unit_id: int | None) -> PlannedUnit | None:
        """Return a unit as it will stand, or None when it has ended."""
        if unit_id is None or unit_id in self._ended:
            return None
        if unit_id in self._changed:
            return self._changed[unit_id]
        return self._before.by_id.get(unit_id) or self._established.get(unit_id)

    def living(self) -> Iterator[PlannedUnit]:
        """Yield every unit that stands on the day."""
        for unit_id, unit in self._before.by_id.items():
            if unit_id not in self._ended:
                yield self._changed.get(unit_id, unit)
        yield from self._established.values()

    def territory(self, unit_id: int, kind: UnitKind) -> int | None:
        """Return the unit of `kind` that the unit is or will stand under."""
        current, seen = self.unit(unit_id), set[int]()
        while current is not None and current.kind is not kind and current.id not in seen:
            seen.add(current.id)
            current = self.unit(current.parent_id)
        return current.id if current is not None and current.kind is kind else None
