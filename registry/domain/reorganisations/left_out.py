"""What an annex leaves out ("Phụ lục còn thiếu"): to be looked at, refused is nothing of it.

A row that is lacking breaks no rule: its commune lives on where it was, with its district. So this
looks at the provinces as a whole, those of the communes and districts that the rows name. Of a
province it is asked only where the annex is about the whole of it: most of its communes are named,
or a kind of territory ends on the day, which leaves none of its units as they are. A batch that
merges two communes on another day says nothing of the others, and is asked nothing of them. What
an earlier batch of the same day settled is settled.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from registry.domain.reorganisations.plan import Plan, PlannedUnit
from registry.domain.reorganisations.unit_lookup import UnitLookup, UnitsAfter
from registry.domain.units.kinds import TERRITORY_KINDS, UnitKind
from registry.domain.units.outliving import has_ended
from registry.domain.units.placements import Placements
from registry.domain.vietnamese.names import text_sort_key

UNMENTIONED = "không có dòng nào nhắc tới"
KEEPS_A_PART = "chỉ giữ lại một phần, nhưng không có dòng nào ghi phần còn lại về đơn vị nào"
_NAMED_ONE_BY_ONE = frozenset({UnitKind.COMMUNE, UnitKind.DISTRICT})


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A unit that stands on the day though something about it is lacking, and why it is told."""

    unit_id: int
    why: str


def left_out(
    before: UnitLookup, plan: Plan, placements: Placements, day: date
) -> tuple[LeftOut, ...]:
    """Return what a plan without problems leaves out, by kind and name.

    Communes come first: a district that outlives its kind, and its office, do so for one of them.
    """
    look = _Look(before, plan, placements, day)
    found = [*look.partly(), *look.living(), *look.established()]
    return tuple(
        LeftOut(unit.id, "; ".join(reasons)) for unit, reasons in sorted(found, key=_place)
    )


_Found = tuple[PlannedUnit, list[str]]


def _place(found: _Found) -> tuple[bool, int, str, int]:
    unit = found[0]
    follows = unit.kind is not UnitKind.COMMUNE
    return follows, list(UnitKind).index(unit.kind), text_sort_key(unit.name), unit.id


class _Look:
    """Looks at the units of the provinces that an annex is about, as they stand on the day."""

    def __init__(self, before: UnitLookup, plan: Plan, placements: Placements, day: date) -> None:
        self.before = before
        self.plan = plan
        self.placements = placements
        self.day = day
        self.after = UnitsAfter(before, plan.established, plan.changed, plan.ended)
        self.named = _named_by_rows(plan)
        self.settled = {unit.id for unit in before.by_id.values() if unit.since == day}
        self.provinces = self._provinces()

    def partly(self) -> Iterator[_Found]:
        """Yield the units that keep a part, by an annex that says of no other part where it goes.

        Their own rows say so: it is told of every batch.
        """
        for unit_id in self.plan.partly:
            now = self.after.unit(unit_id)
            if now is not None:
                yield now, [KEEPS_A_PART]

    def living(self) -> Iterator[_Found]:
        """Yield the units of before that live on where they may not, or that no row names."""
        # Most batches are about no whole province, and then none of its thousands is looked at.
        for unit in self.before.by_id.values() if self.provinces else ():
            now = self.after.unit(unit.id)
            if now is None or self._province(unit) not in self.provinces:
                continue
            reasons = [*self._unmentioned(now), *self._outlives(now)]
            if reasons:
                yield now, reasons

    def established(self) -> Iterator[_Found]:
        """Yield new communes of a designation that ended, or of a code that nothing led to."""
        strange = set(self._with_a_code_of_nobody())
        for unit in self.plan.established:
            reasons = [*self._ended_designation(unit)]
            if unit.id in strange:
                reasons.append(
                    f"trước đó chưa có đơn vị nào mang mã {unit.code}: có thể thiếu dòng của đơn "
                    "vị mang mã này"
                )
            if reasons:
                yield unit, reasons

    def _unmentioned(self, now: PlannedUnit) -> Iterator[str]:
        if now.kind is not UnitKind.COMMUNE or now.id in self.named | self.settled:
            return
        above = self.after.unit(now.parent_id)
        if now.id in self.plan.moved and above is not None:
            yield f"{UNMENTIONED}, chuyển nguyên trạng về “{above.name}”"
        else:
            yield UNMENTIONED

    def _outlives(self, now: PlannedUnit) -> Iterator[str]:
        above = self.after.unit(now.parent_id)
        if self.placements.allow(now.kind, above.kind if above else None, self.day):
            yield from self._ended_designation(now)
        else:
            where = f"dưới “{above.name}”" if above else "ở cấp cao nhất"
            yield f"từ ngày {self.day:%d/%m/%Y} “{now.kind.label}” không được đứng {where}"

    def _ended_designation(self, unit: PlannedUnit) -> Iterator[str]:
        if unit.kind in TERRITORY_KINDS and has_ended(unit.designation, self.day):
            yield f"từ ngày {self.day:%d/%m/%Y} không còn loại hình “{unit.designation}”"

    def _with_a_code_of_nobody(self) -> Iterator[int]:
        """Yield new communes whose code nobody bore, where most new ones bear that of an old one.

        A commune that others merge into bears the code of the one in which its seat lies (Decision
        124/2004/QĐ-TTg): where that one is not among the old side, its row is lacking.
        """
        olds: dict[int, set[UnitKind]] = defaultdict(set)
        for link in self.plan.successions:
            # What is founded again follows its former self, which is not of the day before.
            if link.predecessor_id in self.before.by_id:
                olds[link.successor_id].add(self.before.by_id[link.predecessor_id].kind)
        coded = [
            unit
            for unit in self.plan.established
            if unit.code is not None and olds[unit.id] == {unit.kind} == {UnitKind.COMMUNE}
        ]
        known = {unit.code for unit in (*self.before.by_id.values(), *self.before.eve.values())}
        strange = [unit.id for unit in coded if unit.code not in known]
        if 2 * len(strange) < len(coded):
            yield from strange

    # --- of which provinces it is asked ------------------------------------------------------

    def _provinces(self) -> set[int]:
        """Return the provinces that the annex is about as a whole."""
        all_of: Counter[int] = Counter()
        named: Counter[int] = Counter()
        spoken_of: set[int] = set()
        ending: set[int] = set()
        for unit in self.before.by_id.values():
            if unit.kind not in _NAMED_ONE_BY_ONE or unit.id in self.settled:
                continue
            province = self._province(unit)
            if province is None:
                continue
            is_named = unit.id in self.named
            if is_named:
                spoken_of.add(province)
            if self._kind_ends(unit):
                ending.add(province)
            if unit.kind is UnitKind.COMMUNE:
                all_of[province] += 1
                named[province] += is_named
        most = {province for province in spoken_of if 2 * named[province] > all_of[province]}
        return most | (spoken_of & ending)

    def _province(self, unit: PlannedUnit) -> int | None:
        above = self.before.territory(unit, UnitKind.PROVINCE)
        return above.id if above else None

    def _kind_ends(self, unit: PlannedUnit) -> bool:
        """Tell whether the day is the first on which a unit may not stand where it stood."""
        above = self.before.by_id.get(unit.parent_id) if unit.parent_id is not None else None
        kind, eve = above.kind if above else None, self.day - timedelta(days=1)
        return self.placements.allowed_until(unit.kind, kind, eve) == self.day


def _named_by_rows(plan: Plan) -> set[int]:
    """Return the units of before that rows name, and what follows from them for the ones above."""
    return {
        *plan.continued,
        *(plan.ended.keys() - plan.ended_along),
        *(plan.changed.keys() - plan.moved),
        *(link.predecessor_id for link in plan.successions),
    }
