"""What must hold for the units a reorganisation leaves behind."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from registry.domain.reorganisations.annex import AnnexRow, RowProblem
from registry.domain.reorganisations.plan import Plan, PlannedUnit
from registry.domain.reorganisations.unit_lookup import UnitLookup, UnitsAfter, name_key
from registry.domain.units.kinds import UnitKind

MayStandUnder = Callable[[UnitKind, UnitKind | None], bool]
"""Tells whether a kind may stand under another (None: at the top) on the day."""


@dataclass(frozen=True, slots=True)
class Day:
    """The day a reorganisation takes effect, and what may stand under what from then on."""

    date: date
    may_stand_under: MayStandUnder


def problems_after(
    before: UnitLookup,
    plan: Plan,
    row_of: Mapping[int, AnnexRow],
    allocated: Collection[int],
    day: Day,
) -> tuple[RowProblem, ...]:
    """Return what is wrong with the units a plan leaves: codes, names, places, cycles, kinds.

    `row_of` tells the row that brought a unit about, `allocated` the units an answer placed.
    """
    check = _Check(before, plan, row_of, allocated, day)
    check.check()
    return tuple(check.problems)


class _Check:
    """Gathers what is wrong, each at the row that brought it about."""

    def __init__(
        self,
        before: UnitLookup,
        plan: Plan,
        row_of: Mapping[int, AnnexRow],
        allocated: Collection[int],
        day: Day,
    ) -> None:
        self.before = before
        self.plan = plan
        self.row_of = row_of
        self.allocated = allocated
        self.day = day.date
        self.may_stand_under = day.may_stand_under
        self.after = UnitsAfter(before, plan.established, plan.changed, plan.ended)
        self.problems: list[RowProblem] = []

    def check(self) -> None:
        """Check every unit that is new or changed, or stays as it is by a row of its own."""
        touched = [*self.plan.established, *self.plan.changed.values()]
        named = [unit for unit in touched if unit.id not in self.plan.moved]
        self._check_codes(named)
        self._check_names(named)
        for unit in touched:
            self._check_place(unit)
        staying = self.plan.continued | self.plan.givers()
        for unit_id in sorted(staying - self.plan.changed.keys()):
            unchanged = self.after.unit(unit_id)
            if unchanged is not None:
                self._check_parent(unchanged)
        for unit_id in self.plan.ended:
            self._check_begun(self.before.by_id[unit_id])

    def _problem(self, unit: PlannedUnit, column: str, message: str) -> None:
        self.problems.append(RowProblem.of(self.row_of.get(unit.id), column, message))

    def _check_begun(self, unit: PlannedUnit) -> None:
        """Refuse the end of what an earlier batch of the same day founded: it would never be."""
        if unit.since == self.day and unit.id not in self.before.eve:
            self._problem(
                unit,
                "old_name",
                f"“{unit.name}” bắt đầu từ chính ngày {self.day:%d/%m/%Y} nên không thể kết thúc "
                "vào ngày đó. Hoàn tác đợt đã lập đơn vị này, hoặc bỏ dòng này.",
            )

    def _check_codes(self, named: list[PlannedUnit]) -> None:
        """Refuse a code that another unit bears on the day."""
        ours = {unit.id for unit in named}
        bearers = {u.code: u for u in self.after.living() if u.code and u.id not in ours}
        for unit in named:
            if unit.code is None:
                continue
            other = bearers.setdefault(unit.code, unit)
            if other is not unit:
                self._problem(
                    unit,
                    "new_province_code" if unit.kind is UnitKind.PROVINCE else "new_code",
                    f"Mã {unit.code} ngày {self.day:%d/%m/%Y} đã là của “{other.name}”. Kiểm tra "
                    f"mã của “{unit.name}”; nếu phụ lục thiếu dòng của “{other.name}” thì thêm "
                    f"dòng đó, nếu “{other.name}” nhận đơn vị khác thì ghi “nhập vào”.",
                )

    def _check_names(self, named: list[PlannedUnit]) -> None:
        """Refuse a second unit of a kind with the same name in the same place."""
        ours = {unit.id for unit in named}
        places = {(unit.kind, unit.parent_id) for unit in named}
        bearers = {
            (unit.kind, unit.parent_id, name_key(unit.name)): unit
            for unit in self.after.living()
            if unit.id not in ours and (unit.kind, unit.parent_id) in places
        }
        for unit in named:
            other = bearers.setdefault((unit.kind, unit.parent_id, name_key(unit.name)), unit)
            if other is not unit:
                self._problem(
                    unit,
                    "new_name",
                    f"Ngày {self.day:%d/%m/%Y} đã có “{other.name}” ở cùng đơn vị cấp trên. Sửa "
                    "tên; nếu đơn vị đó tiếp tục tồn tại và nhận đơn vị khác thì thêm dòng của "
                    "chính nó, hoặc ghi “nhập vào”.",
                )

    def _check_parent(self, unit: PlannedUnit) -> PlannedUnit | None:
        """Return what a unit stands under, with a problem where that is not there on the day."""
        parent = self.after.unit(unit.parent_id)
        if unit.parent_id is not None and parent is None:
            self._problem(
                unit,
                "new_parent",
                f"“{unit.name}” trực thuộc một đơn vị chưa có hoặc kết thúc cùng ngày. Ghi đơn vị "
                "cấp trên còn tồn tại.",
            )
        return parent

    def _check_place(self, unit: PlannedUnit) -> None:
        parent = self._check_parent(unit)
        if unit.parent_id is not None and parent is None:
            return
        if self._is_in_a_cycle(unit):
            self._problem(
                unit,
                "new_parent",
                f"“{unit.name}” sẽ trực thuộc chính nó. Ghi đơn vị cấp trên khác.",
            )
        elif self._is_placed_on_purpose(unit) and not self.may_stand_under(
            unit.kind, parent.kind if parent else None
        ):
            above = f"“{parent.kind.label}”" if parent else "cấp cao nhất"
            self._problem(
                unit,
                "new_parent",
                f"Từ ngày {self.day:%d/%m/%Y}, loại “{unit.kind.label}” không được đứng "
                f"dưới {above} (“{unit.name}”). Ghi đơn vị cấp trên khác.",
            )

    def _is_placed_on_purpose(self, unit: PlannedUnit) -> bool:
        """Tell whether the annex or an answer says where a unit stands, not only a consequence."""
        return unit.id not in self.plan.moved or unit.id in self.allocated

    def _is_in_a_cycle(self, unit: PlannedUnit) -> bool:
        """Tell whether a unit stands under itself, which what stands below such a one does not."""
        seen: set[int] = set()
        above: PlannedUnit | None = unit
        while above is not None and above.id not in seen:
            seen.add(above.id)
            above = self.after.unit(above.parent_id)
        return above is not None and above.id == unit.id
