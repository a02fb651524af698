"""Plan a reorganisation of units: what an annex says, and what follows from it (design §3).

Pure: a snapshot of the units and the annex's rows in, a plan or problems out. A plan names units by
their id; units it establishes get negative ids until they are written.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from registry.domain.units import KIND_LABELS, UnitKind


class How(StrEnum):
    """What a row does, in the words of an annex; empty means: decide by code and name."""

    ABSORB = "nhập vào"
    MERGE = "hợp nhất"
    MOVE = "chuyển"
    RENAME = "đổi tên"
    DIVIDE = "chia"
    SEPARATE = "tách"
    DISSOLVE = "giải thể"


class Part(StrEnum):
    """Whether a successor took the whole predecessor or a part of it."""

    WHOLE = "whole"
    PART = "part"


KIND_OF_DESIGNATION = {
    "tỉnh": UnitKind.PROVINCE,
    "xã": UnitKind.COMMUNE,
    "phường": UnitKind.COMMUNE,
    "thị trấn": UnitKind.COMMUNE,
    "đặc khu": UnitKind.COMMUNE,
    "huyện": UnitKind.DISTRICT,
    "quận": UnitKind.DISTRICT,
    "thị xã": UnitKind.DISTRICT,
    "thành phố": UnitKind.DISTRICT,
}

# What ends with a district: its offices and its own bodies. Teams and enterprises never do.
_GOES_ALONG = frozenset({UnitKind.COMMUNITY_TEAM, UnitKind.ENTERPRISE})

# Kinds that stand or fall with the communes below them.
TERRITORIES = (UnitKind.DISTRICT, UnitKind.PROVINCE)

OUT_OF_SCOPE_COMMUNES = {
    "Đặc khu Hoàng Sa": (
        "Không có dân cư và bộ máy cấp xã để bố trí đầu mối (thực tế chỉ tính 93/94 đơn vị cấp xã)"
    )
}


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A unit as it stands, or will stand. `has_later`: another change lies on or after the day."""

    id: int
    name: str
    kind: UnitKind
    parent_id: int | None
    code: str | None = None
    short_name: str | None = None
    designation: str | None = None
    area: str | None = None
    in_scope: bool = True
    out_of_scope_reason: str | None = None
    has_later: bool = False


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """One row of an annex, text as written (NFC, trimmed), None where empty."""

    number: int
    source: str = ""
    old_code: str | None = None
    old_name: str | None = None
    old_kind: str | None = None
    old_parent: str | None = None
    old_province: str | None = None
    new_code: str | None = None
    new_name: str | None = None
    new_kind: str | None = None
    new_parent: str | None = None
    new_province_code: str | None = None
    new_province: str | None = None
    part: Part | None = Part.WHOLE
    how: How | None = None

    @property
    def establishes(self) -> bool:
        """Tell whether the old side is empty: a unit without predecessor."""
        return self.old_code is None and self.old_name is None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row (0: the batch as a whole), at which column, and what to do."""

    row: int
    field: str
    message: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class SuccessionPlan:
    """`successor_id` takes the place of `predecessor_id`, wholly or in part."""

    predecessor_id: int
    successor_id: int
    part: Part


@dataclass(slots=True)
class Plan:
    """Everything that happens to units on the day.

    `changed` holds a continued unit's new state, `moved` those of them of which only the parent
    changes because the unit above ended; `ended` maps a closed unit to the reason in words.
    """

    established: list[PlannedUnit] = field(default_factory=list)
    changed: dict[int, PlannedUnit] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)
    ended: dict[int, str] = field(default_factory=dict)
    successions: list[SuccessionPlan] = field(default_factory=list)
    without_plan: list[int] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)

    def whole_successor(self, unit_id: int) -> int | None:
        """Return the one unit that took a closed unit's whole place, or None."""
        heirs = [s for s in self.successions if s.predecessor_id == unit_id]
        if len(heirs) == 1 and heirs[0].part is Part.WHOLE:
            return heirs[0].successor_id
        return None

    def part_successors(self, unit_id: int) -> list[int]:
        """Return the units that took parts of a closed unit."""
        return [
            s.successor_id
            for s in self.successions
            if s.predecessor_id == unit_id and s.part is Part.PART
        ]


Placement = Callable[[UnitKind, UnitKind | None], bool]


def plan_reorganisation(
    units: Iterable[PlannedUnit],
    rows: Sequence[AnnexRow],
    day: date,
    may_stand_under: Placement,
    team_targets: Mapping[int, int] | None = None,
) -> Plan:
    """Plan what the rows of an annex do on `day`.

    `units` are all units in force on the day before, the closed ones left out; `may_stand_under`
    answers for `day`; `team_targets` names, for units below a split or dissolved one, the successor
    they go to (a positive id, or the negative one of an established unit by its order).
    Problems are in the plan; a plan with problems must not be written.
    """
    planner = _Planner(list(units), day, may_stand_under, dict(team_targets or {}))
    planner.read(rows)
    if not planner.plan.problems:
        planner.follow()
    if not planner.plan.problems:
        planner.check()
    return planner.plan


@dataclass(frozen=True, slots=True)
class _Target:
    """A new side: how its rows name the successor."""

    code: str | None
    name: str
    parent: str | None
    province: str | None


class _Planner:
    """Works through an annex: read the rows, draw what follows, check the outcome."""

    def __init__(
        self,
        units: list[PlannedUnit],
        day: date,
        may_stand_under: Placement,
        team_targets: dict[int, int],
    ) -> None:
        self.before = {unit.id: unit for unit in units}
        self.day = day
        self.may_stand_under = may_stand_under
        self.team_targets = team_targets
        self.plan = Plan()
        self.row_of: dict[int, AnnexRow] = {}
        self.by_code: dict[str, PlannedUnit] = {u.code: u for u in units if u.code}
        self.by_name: dict[str, list[PlannedUnit]] = defaultdict(list)
        self.below: dict[int | None, list[int]] = defaultdict(list)
        for unit in units:
            self.by_name[unit.name].append(unit)
            self.below[unit.parent_id].append(unit.id)

    # --- reading -----------------------------------------------------------------------------

    def problem(self, row: AnnexRow | None, column: str, message: str) -> None:
        """Note what is wrong."""
        number, source = (row.number, row.source) if row else (0, "")
        self.plan.problems.append(RowProblem(number, column, message, source))

    def read(self, rows: Sequence[AnnexRow]) -> None:
        """Resolve both sides of every row, then settle each successor with its predecessors."""
        if not rows:
            self.problem(None, "", "Phụ lục không có dòng nào.")
        groups: dict[_Target, list[tuple[AnnexRow, PlannedUnit | None]]] = defaultdict(list)
        seen: dict[int, list[AnnexRow]] = defaultdict(list)
        for row in rows:
            old = None if row.establishes else self.old_side(row)
            if old is None and not row.establishes:
                continue
            if old is not None:
                if any(_same(row, earlier) for earlier in seen[old.id]):
                    continue
                seen[old.id].append(row)
            if row.how is How.DISSOLVE and row.new_name is None:
                self.dissolve(row, old)
            elif row.new_name is None:
                self.problem(row, "new_name", "Thiếu tên đơn vị mới. Ghi tên, hoặc ghi “giải thể”.")
            else:
                target = _Target(row.new_code, row.new_name, row.new_parent, row.new_province)
                groups[target].append((row, old))
        for unit_id, its_rows in seen.items():
            self.check_old_rows(self.before[unit_id], its_rows)
        if not self.plan.problems:
            for target, members in groups.items():
                self.settle(target, members)

    def old_side(self, row: AnnexRow) -> PlannedUnit | None:
        """Find the unit a row speaks of, as it was the day before."""
        unit = self.find(row.old_code, row.old_name, row.old_parent, row.old_province)
        shown = row.old_name or row.old_code
        if isinstance(unit, str):
            self.problem(row, "old_code" if row.old_code else "old_name", unit)
            return None
        if unit is None:
            self.problem(
                row,
                "old_code" if row.old_code else "old_name",
                f"Không có đơn vị “{shown}” ngay trước ngày {self.day:%d/%m/%Y}: chưa có trong sổ "
                "hoặc đã kết thúc. Kiểm tra mã, tên và đơn vị cấp trên.",
            )
            return None
        if unit.has_later:
            self.problem(
                row,
                "old_name",
                f"“{unit.name}” đã có thay đổi khác từ ngày {self.day:%d/%m/%Y} trở đi. "
                "Hoàn tác đợt sau trước, hoặc bỏ dòng này.",
            )
            return None
        return unit

    def find(
        self, code: str | None, name: str | None, parent: str | None, province: str | None
    ) -> PlannedUnit | str | None:
        """Return the unit so named, None when there is none, or a sentence when it is unclear."""
        if code is not None:
            unit = self.by_code.get(code)
            if unit is not None and name is not None and unit.name != name:
                return (
                    f"Mã {code} ngay trước ngày {self.day:%d/%m/%Y} là “{unit.name}”, "
                    f"không phải “{name}”. Sửa mã hoặc tên."
                )
            return unit
        found = [
            unit
            for unit in self.by_name.get(name or "", [])
            if self.stands_under(unit, parent) and self.stands_under(unit, province)
        ]
        if len(found) > 1:
            return f"Có {len(found)} đơn vị tên “{name}”. Ghi thêm mã hoặc đơn vị cấp trên."
        return found[0] if found else None

    def stands_under(self, unit: PlannedUnit, name: str | None) -> bool:
        """Tell whether the unit, or one above it, bears `name`; True when no name is given."""
        current: PlannedUnit | None = unit
        while name is not None and current is not None:
            if current.name == name:
                return True
            current = self.before.get(current.parent_id) if current.parent_id else None
        return name is None

    def check_old_rows(self, unit: PlannedUnit, rows: Sequence[AnnexRow]) -> None:
        """Refuse rows about one unit that contradict each other."""
        if len(rows) > 1 and not all(row.part is Part.PART for row in rows):
            listed = ", ".join(str(row.number) for row in rows)
            self.problem(
                rows[-1],
                "old_name",
                f"“{unit.name}” có các dòng mâu thuẫn ({listed}). Một đơn vị chia cho nhiều đơn vị "
                "thì mọi dòng ghi “part”; còn lại chỉ một dòng.",
            )
        elif len(rows) == 1 and rows[0].part is Part.PART and rows[0].how is None:
            # One part alone: the unit goes on living, and the rest of it stays where it is.
            self.row_of[unit.id] = rows[0]

    # --- settling ----------------------------------------------------------------------------

    def settle(
        self, target: _Target, members: Sequence[tuple[AnnexRow, PlannedUnit | None]]
    ) -> None:
        """Decide whether a successor continues one of its predecessors or is new."""
        first = members[0][0]
        kind, designation = self.kind_of(first)
        if kind is None:
            return
        if any((row.new_kind or "") != (first.new_kind or "") for row, _ in members):
            self.problem(
                members[-1][0],
                "new_kind",
                f"“{target.name}” có hai loại khác nhau trong phụ lục. Ghi cùng một loại.",
            )
            return
        parent_id = self.new_parent(first, kind)
        if parent_id is None and kind is not UnitKind.PROVINCE:
            return
        kept = self.continued(target, members)
        described = PlannedUnit(
            id=kept.id if kept else self.next_id(),
            name=target.name,
            kind=kind,
            parent_id=parent_id,
            code=target.code if target.code or not kept else kept.code,
            short_name=self.short_name(target.name, kind, kept),
            designation=designation,
            area=kept.area if kept else None,
            in_scope=target.name not in OUT_OF_SCOPE_COMMUNES and (not kept or kept.in_scope),
            out_of_scope_reason=OUT_OF_SCOPE_COMMUNES.get(target.name)
            or (kept.out_of_scope_reason if kept else None),
        )
        if kept is None:
            self.plan.established.append(described)
        elif replace(described, has_later=kept.has_later) != kept:
            self.plan.changed[kept.id] = described
        self.row_of[described.id] = first
        for row, old in members:
            if old is not None and old.id != described.id:
                self.succeed(row, old, described.id)

    def kind_of(self, row: AnnexRow) -> tuple[UnitKind | None, str | None]:
        """Return the kind and designation a row gives its new side."""
        text = (row.new_kind or "").lower()
        if text in UnitKind:
            return UnitKind(text), None
        kind = KIND_OF_DESIGNATION.get(text)
        if kind is None:
            self.problem(
                row,
                "new_kind",
                f"Loại đơn vị “{row.new_kind or ''}” không có. Ghi xã, phường, thị trấn, đặc khu, "
                "huyện, quận, thị xã, thành phố, hoặc tên máy của loại (ví dụ department).",
            )
        return kind, text

    def new_parent(self, row: AnnexRow, kind: UnitKind) -> int | None:
        """Return the unit under which the new side stands, establishing its province if needed."""
        if kind is UnitKind.PROVINCE:
            return None
        province = self.province(row)
        if province is None:
            return None
        if row.new_parent is None or row.new_parent == province.name:
            return province.id
        found = [
            unit
            for unit in [*self.by_name.get(row.new_parent, []), *self.plan.established]
            if unit.name == row.new_parent
            and (unit.id < 0 or self.stands_under(unit, province.name))
        ]
        if len(found) != 1:
            self.problem(
                row,
                "new_parent",
                f"Không rõ đơn vị cấp trên “{row.new_parent}” của “{row.new_name}” ở {province.name}.",
            )
            return None
        return found[0].id

    def province(self, row: AnnexRow) -> PlannedUnit | None:
        """Return the province of the new side: it continues when its name is the same (design §3)."""
        if row.new_province is None:
            self.problem(row, "new_province", "Thiếu tên tỉnh, thành phố của đơn vị mới.")
            return None
        known = [
            unit
            for unit in [*self.by_name.get(row.new_province, []), *self.plan.established]
            if unit.kind is UnitKind.PROVINCE and unit.name == row.new_province
        ]
        if known:
            return known[0]
        made = PlannedUnit(
            id=self.next_id(),
            name=row.new_province,
            kind=UnitKind.PROVINCE,
            parent_id=None,
            code=row.new_province_code,
            short_name=self.short_name(row.new_province, UnitKind.PROVINCE, None),
            designation="thành phố" if row.new_province.startswith("Thành phố") else "tỉnh",
        )
        self.plan.established.append(made)
        self.row_of[made.id] = row
        return made

    def continued(
        self, target: _Target, members: Sequence[tuple[AnnexRow, PlannedUnit | None]]
    ) -> PlannedUnit | None:
        """Return the unit that lives on as this successor, or None when the successor is new.

        A row that moves or renames continues its own unit; "nhập vào" and an empty `how` continue the
        unit of the same name (and code, where there is one); "hợp nhất" never does.
        """
        hows = {row.how for row, _ in members}
        if How.MERGE in hows:
            return None
        for row, old in members:
            if old is not None and row.how in {How.MOVE, How.RENAME}:
                return old
        same = [
            old
            for _, old in members
            if old is not None and old.name == target.name and old.code == target.code
        ]
        if same:
            return same[0]
        if hows & {How.DIVIDE, How.SEPARATE} and not any(old is None for _, old in members):
            return None
        outside = self.find(target.code, target.name, target.parent, target.province)
        if isinstance(outside, PlannedUnit) and not outside.has_later:
            return outside
        return None

    def short_name(self, name: str, kind: UnitKind, kept: PlannedUnit | None) -> str | None:
        """Return the name as a body: "UBND xã …" for territories; a continued one keeps its own."""
        if kept is not None and kept.name == name:
            return kept.short_name
        if kind in {UnitKind.COMMUNE, UnitKind.DISTRICT, UnitKind.PROVINCE}:
            return f"UBND {name[0].lower()}{name[1:]}"
        return None

    def next_id(self) -> int:
        """Return the next negative id."""
        return -1 - len(self.plan.established)

    def succeed(self, row: AnnexRow, old: PlannedUnit, successor_id: int) -> None:
        """Note the succession; the predecessor ends unless only one part of it went away."""
        part = row.part or Part.WHOLE
        self.plan.successions.append(SuccessionPlan(old.id, successor_id, part))
        alone = self.row_of.get(old.id)
        if part is Part.PART and alone is row:
            return
        self.plan.ended[old.id] = _REASONS[row.how, part] if (row.how, part) in _REASONS else (
            "chia tách" if part is Part.PART else "sắp xếp đơn vị"
        )

    def dissolve(self, row: AnnexRow, old: PlannedUnit | None) -> None:
        """End a unit that nobody succeeds."""
        if old is None:
            self.problem(row, "old_name", "Dòng giải thể phải ghi đơn vị cũ.")
            return
        self.plan.ended[old.id] = "giải thể"
        self.row_of[old.id] = row

    # --- what follows ------------------------------------------------------------------------

    def after(self, unit_id: int) -> PlannedUnit | None:
        """Return a unit as it will stand on the day, or None when it has ended."""
        if unit_id in self.plan.ended:
            return None
        if unit_id < 0:
            return next((u for u in self.plan.established if u.id == unit_id), None)
        return self.plan.changed.get(unit_id) or self.before.get(unit_id)

    def follow(self) -> None:
        """Draw what the annex does not say: empty territories end, what hangs on the ended moves."""
        for kind in TERRITORIES:
            for unit in [u for u in self.before.values() if u.kind is kind]:
                self.end_if_empty(unit)
        waiting = list(self.plan.ended)
        while waiting:
            waiting.extend(self.settle_children(waiting.pop(0)))

    def communes_below(self, unit_id: int) -> list[PlannedUnit]:
        """Return the communes that stood below a unit the day before."""
        found = []
        for child in self.below[unit_id]:
            if self.before[child].kind is UnitKind.COMMUNE:
                found.append(self.before[child])
            elif self.before[child].kind is UnitKind.DISTRICT:
                found += self.communes_below(child)
        return found

    def end_if_empty(self, unit: PlannedUnit) -> None:
        """End a district or province that keeps no commune.

        Its successor is the one unit of its own kind that took all its communes, if there is one.
        """
        communes = self.communes_below(unit.id)
        if unit.id in self.plan.ended or not communes:
            return
        heirs = [self.territory(heir, unit.kind) for c in communes for heir in self.heirs(c.id)]
        if any(heir == unit.id for heir in heirs):
            return
        if unit.has_later:
            self.problem(
                None,
                "",
                f"“{unit.name}” không còn đơn vị cấp xã nào nên phải kết thúc, nhưng đã có thay đổi "
                "khác sau ngày này.",
            )
            return
        self.plan.ended[unit.id] = "không còn đơn vị cấp xã trực thuộc"
        if len(set(heirs)) == 1 and heirs[0] is not None:
            self.plan.successions.append(SuccessionPlan(unit.id, heirs[0], Part.WHOLE))

    def heirs(self, commune_id: int) -> list[int]:
        """Return the units that stand in a commune's place on the day: itself when it lives on."""
        if commune_id not in self.plan.ended:
            return [commune_id]
        return [s.successor_id for s in self.plan.successions if s.predecessor_id == commune_id]

    def territory(self, unit_id: int, kind: UnitKind) -> int | None:
        """Return the unit of `kind` above a unit on the day, or None."""
        current = self.after(unit_id)
        while current is not None and current.kind is not kind:
            current = self.after(current.parent_id) if current.parent_id is not None else None
        return current.id if current else None

    def settle_children(self, ended_id: int) -> list[int]:
        """Move or end what stood under an ended unit and is not in the annex; return what ended."""
        ended = self.before[ended_id]
        heir = self.plan.whole_successor(ended_id)
        also_ended = []
        for child_id in self.below[ended_id]:
            if child_id in self.plan.ended or child_id in self.plan.changed:
                continue
            child = self.before[child_id]
            goal = self.goal_of(child, ended, heir)
            if goal is not None:
                self.plan.changed[child_id] = replace(child, parent_id=goal)
                self.plan.moved.add(child_id)
                if ended.kind is UnitKind.PROVINCE:
                    self.plan.without_plan.append(child_id)
            else:
                self.plan.ended[child_id] = f"{KIND_LABELS[ended.kind]} “{ended.name}” kết thúc"
                self.join_office(child, heir)
                also_ended.append(child_id)
        return also_ended

    def goal_of(self, child: PlannedUnit, ended: PlannedUnit, heir: int | None) -> int | None:
        """Return where a unit goes whose superior ended, or None when it ends too."""
        if child.id in self.team_targets:
            return self.team_targets[child.id]
        if child.kind is UnitKind.DISTRICT_OFFICE:
            return None
        if ended.kind is UnitKind.DISTRICT and child.kind not in _GOES_ALONG:
            return heir if heir is not None and child.kind is UnitKind.COMMUNE else None
        if heir is not None:
            return heir
        if ended.kind is UnitKind.DISTRICT and ended.parent_id is not None:
            upper = ended.parent_id
            return upper if upper not in self.plan.ended else self.plan.whole_successor(upper)
        return None

    def join_office(self, child: PlannedUnit, heir: int | None) -> None:
        """Let an ended district office be taken over by the one office of its kind at the heir."""
        if heir is None or heir < 0:
            return
        same = [
            unit_id
            for unit_id in self.below[heir]
            if self.before[unit_id].kind is child.kind and unit_id not in self.plan.ended
        ]
        if len(same) == 1:
            self.plan.successions.append(SuccessionPlan(child.id, same[0], Part.WHOLE))

    # --- checking ----------------------------------------------------------------------------

    def check(self) -> None:
        """Check the outcome: codes, placement, parents, cycles."""
        touched = [*self.plan.established, *self.plan.changed.values()]
        self.check_codes(touched)
        for unit in touched:
            row = self.row_of.get(unit.id)
            parent = self.after(unit.parent_id) if unit.parent_id is not None else None
            if unit.parent_id is not None and parent is None:
                upper = self.before.get(unit.parent_id)
                self.problem(
                    row,
                    "new_parent",
                    f"“{unit.name}” đứng dưới “{upper.name if upper else '?'}” là đơn vị kết thúc "
                    "cùng ngày. Ghi đơn vị cấp trên còn tồn tại.",
                )
            elif unit.id not in self.plan.moved and not self.may_stand_under(
                unit.kind, parent.kind if parent else None
            ):
                above = KIND_LABELS[parent.kind] if parent else "cấp cao nhất"
                self.problem(
                    row,
                    "new_parent",
                    f"Từ ngày {self.day:%d/%m/%Y}, {KIND_LABELS[unit.kind]} không được đứng dưới "
                    f"{above} (“{unit.name}”).",
                )
            elif self.in_a_cycle(unit):
                self.problem(row, "new_parent", f"“{unit.name}” sẽ đứng dưới chính nó.")

    def check_codes(self, touched: Sequence[PlannedUnit]) -> None:
        """Refuse a code that another unit bears on the day."""
        bearers: dict[str, int] = {
            unit.code: unit.id
            for unit in self.before.values()
            if unit.code and unit.id not in self.plan.ended and unit.id not in self.plan.changed
        }
        for unit in touched:
            if unit.code is None:
                continue
            other = bearers.setdefault(unit.code, unit.id)
            if other != unit.id:
                bearer = self.after(other)
                self.problem(
                    self.row_of.get(unit.id),
                    "new_code",
                    f"Mã {unit.code} ngày {self.day:%d/%m/%Y} đã là của "
                    f"“{bearer.name if bearer else ''}”. Kiểm tra mã của “{unit.name}”.",
                )

    def in_a_cycle(self, unit: PlannedUnit) -> bool:
        """Tell whether the unit would stand below itself."""
        seen = {unit.id}
        current = unit
        while current.parent_id is not None:
            if current.parent_id in seen:
                return True
            seen.add(current.parent_id)
            above = self.after(current.parent_id)
            if above is None:
                return False
            current = above
        return False


_REASONS: dict[tuple[How | None, Part], str] = {
    (How.ABSORB, Part.WHOLE): "nhập vào đơn vị khác",
    (How.MERGE, Part.WHOLE): "hợp nhất",
    (How.DIVIDE, Part.PART): "chia",
    (How.SEPARATE, Part.PART): "tách",
}


def _same(one: AnnexRow, other: AnnexRow) -> bool:
    """Tell whether two rows say the same, so that an annex loaded twice says nothing new."""
    return replace(one, number=0, source="") == replace(other, number=0, source="")
