"""Give each new side of an annex its place, and describe it as it will stand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from registry.domain.reorganisations.annex import (
    AnnexRow,
    How,
    RowProblem,
    committee_name,
    designation_of,
    kind_of_word,
    province_designation,
)
from registry.domain.reorganisations.plan import PlannedUnit, Successions
from registry.domain.reorganisations.reading import NewSide, Reading
from registry.domain.reorganisations.unit_lookup import UnitLookup, is_same_code, name_key
from registry.domain.units.kinds import BELOW_A_COMMUNE_KINDS, TERRITORY_KINDS, UnitKind

COMMUNES_NOT_TAKING_PART = {
    name_key("Đặc khu Hoàng Sa"): (
        "Không có dân cư và bộ máy cấp xã để bố trí đầu mối (thực tế chỉ tính 93/94 đơn vị cấp xã)"
    )
}


@dataclass(frozen=True, slots=True)
class Placing:
    """The units of the new side in their places.

    `moved` districts only follow the communes the annex puts elsewhere; `recoded` provinces only
    get the annex's code. `row_of` tells the row that brought about a unit no row describes.
    """

    established: tuple[PlannedUnit, ...]
    changed: Mapping[int, PlannedUnit]
    moved: frozenset[int]
    recoded: frozenset[int]
    row_of: Mapping[int, AnnexRow]
    problems: tuple[RowProblem, ...]


def give_places(before: UnitLookup, reading: Reading) -> Placing:
    """Describe every new side in its place, with the provinces and districts the annex only names.

    A side whose place is not clear is left out, with a problem.
    """
    places = _Places(before, reading)
    for side in reading.sides:
        places.put(side, places.parent(side))
    return Placing(
        established=tuple(places.established),
        changed=places.changed,
        moved=frozenset(places.moved),
        recoded=frozenset(places.recoded),
        row_of=places.row_of,
        problems=tuple(places.problems),
    )


class _Places:
    """Finds each place, establishing the provinces and districts that the annex names as one."""

    def __init__(self, before: UnitLookup, reading: Reading) -> None:
        self.before = before
        self.ended = reading.ended
        self.heirs = Successions(reading.successions)
        self.last_id = reading.last_id
        self.established: list[PlannedUnit] = []
        self.changed: dict[int, PlannedUnit] = {}
        self.moved: set[int] = set()
        self.recoded: set[int] = set()
        self.row_of: dict[int, AnnexRow] = {}
        self.problems: list[RowProblem] = []
        self.sides: dict[str, list[NewSide]] = defaultdict(list)
        self.made: dict[tuple[UnitKind, int | None, str], PlannedUnit] = {}
        self.numbered: dict[int, AnnexRow] = {}
        self.old_provinces: dict[str, set[str]] = defaultdict(set)
        for side in reading.sides:
            self.sides[name_key(side.name)].append(side)
            province = name_key(side.row.new_province or "")
            self.old_provinces[province].add(province)
            for old in side.olds:
                above = self.before.territory(old, UnitKind.PROVINCE)
                self.old_provinces[province].add(name_key(above.name) if above else "")

    def problem(self, row: AnnexRow, column: str, message: str, held_by: int | None = None) -> None:
        """Note what is wrong; `held_by` is the unit of which later changes stand against it."""
        self.problems.append(RowProblem.of(row, column, message, held_by))

    def put(self, side: NewSide, parent_id: int | None) -> None:
        """Put one new side in its place."""
        kept, kind = side.kept, side.kind
        if kind is None or (parent_id is None and kind is not UnitKind.PROVINCE):
            return
        unit = _described(side, kind, parent_id)
        if kept is None:
            self.established.append(unit)
        elif unit != kept:
            self.changed[kept.id] = unit

    def parent(self, side: NewSide) -> int | None:
        """Return the id of the unit under which a new side stands, None for a province."""
        row = side.row
        if side.kind is UnitKind.PROVINCE or row.new_parent_id is not None:
            return row.new_parent_id
        tells = row.new_parent or row.new_province
        if row.new_parent is None and side.kind in BELOW_A_COMMUNE_KINDS:
            # They are not put under the province that a row tells beside.
            tells = None
        if tells is None and side.kept is not None:
            return self.still(side.kept.parent_id)
        if side.kind not in TERRITORY_KINDS and None in {tells, row.new_province}:
            return self.place_of_body(side)
        province = row.new_province or self.shared_province(side)
        if province is not None:
            return self.named_place(row, province)
        self.problem(row, "new_province", "Thiếu tên tỉnh, thành phố của đơn vị mới. Ghi tên.")
        return None

    def place_of_body(self, side: NewSide) -> int | None:
        """Return the place of a team or another body whose province no row tells.

        The only unit of the name given; where none is given, the one under which all that become
        the new one stood.
        """
        row, name = side.row, side.row.new_parent
        if name is None:
            above = {self.still(old.parent_id) for old in side.olds}
            if len(above) == 1 and None not in above:
                return above.pop()
            self.problem(row, "new_parent", "Thiếu đơn vị cấp trên của đơn vị mới. Ghi tên.")
            return None
        homes = {
            other.id: name_key(other.row.new_province or "") for other in self.sides[name_key(name)]
        }
        homes |= {u.id: self.home_of(u) for u in self.before.named(name) if u.id not in self.ended}
        own = {self.home_of(old) for old in side.olds}
        found = [unit_id for unit_id, home in homes.items() if len(homes) == 1 or home in own]
        if len(found) == 1:
            return found[0]
        known = (
            f"có {len(homes)} đơn vị cùng tên. Ghi thêm" if homes else "chưa có. Sửa tên, hoặc ghi"
        )
        self.problem(
            row,
            "new_parent",
            f"Không rõ đơn vị cấp trên “{name}” của “{row.new_name}”: {known} tỉnh, thành phố.",
        )
        return None

    def shared_province(self, side: NewSide) -> str | None:
        """Return the province in which all predecessors of a side stand, when it lives on.

        An annex of one province need not name it in each row.
        """
        homes = {self.before.territory(old, UnitKind.PROVINCE) for old in side.olds}
        home = homes.pop() if len(homes) == 1 else None
        return home.name if home is not None and home.id not in self.ended else None

    def still(self, unit_id: int | None) -> int | None:
        """Return a unit, or who takes its place where it ends by the annex."""
        if unit_id is None or unit_id not in self.ended:
            return unit_id
        heir = self.heirs.heir(unit_id)
        return unit_id if heir is None else heir

    def named_place(self, row: AnnexRow, province_name: str) -> int | None:
        """Return the unit a row names as the place: the province, or one in it."""
        province = self.province(row, province_name)
        if row.new_parent is None or name_key(row.new_parent) == name_key(province_name):
            return province
        return self.named_parent(row, row.new_parent, province)

    def province(self, row: AnnexRow, name: str) -> int:
        """Return the province of a new side: it lives on where its name is the same."""
        for side in self.sides[name_key(name)]:
            if side.kind is UnitKind.PROVINCE:
                return side.id
        known = self.before.province_named(name)
        if known is not None:
            self.number_province(row, known)
            return known.id
        return self.establish(row, name, UnitKind.PROVINCE, None).id

    def number_province(self, row: AnnexRow, known: PlannedUnit) -> None:
        """Give a province that lives on the code of the annex, where that is another."""
        code = row.new_province_code
        if code is None:
            return
        first = self.numbered.setdefault(known.id, row)
        if first.new_province_code != code:
            self.problem(
                row,
                "new_province_code",
                f"“{known.name}” ở dòng {first.number} có mã {first.new_province_code}, ở dòng này "
                f"là {code}. Ghi cùng một mã.",
            )
        elif code != known.code and known.has_later:
            self.problem(
                row,
                "new_province_code",
                f"Mã của “{known.name}” đang {f'là {known.code}' if known.code else 'để trống'}, "
                "không đổi được: đã có thay đổi khác từ ngày này trở đi. "
                "Hoàn tác đợt sắp xếp sau đó rồi thực hiện lại.",
                held_by=known.id,
            )
        elif code != known.code:
            self.row_of[known.id] = row
            self.recoded.add(known.id)
            self.changed[known.id] = replace(known, code=code)

    def named_parent(self, row: AnnexRow, name: str, province: int) -> int | None:
        """Return the unit a row names as the superior; a district nobody knows is established."""
        key = name_key(row.new_province or "")
        for side in self.sides[name_key(name)]:
            if name_key(side.row.new_province or "") == key:
                return side.id
        found = [
            unit
            for unit in self.before.named(name)
            if unit.id not in self.ended and self.home_of(unit) in self.old_provinces[key]
        ]
        if len(found) > 1:
            found = [unit for unit in found if self.home_of(unit) == key]
        if len(found) == 1:
            self.bring_along(row, found[0], province)
            return found[0].id
        kind = kind_of_word(designation_of(name) or "")
        if not found and kind is UnitKind.DISTRICT:
            return self.establish(row, name, kind, province).id
        where = f" ở “{row.new_province}”" if row.new_province else ""
        self.problem(
            row,
            "new_parent",
            f"Không rõ đơn vị cấp trên “{name}” của “{row.new_name}”{where}: "
            f"{'chưa có' if not found else f'có {len(found)} đơn vị cùng tên'}. Sửa tên, hoặc thêm "
            "dòng thành lập đơn vị đó.",
        )
        return None

    def home_of(self, unit: PlannedUnit) -> str:
        """Return the key of the province in which a unit stood."""
        above = self.before.territory(unit, UnitKind.PROVINCE)
        return name_key(above.name) if above else ""

    def bring_along(self, row: AnnexRow, district: PlannedUnit, province: int) -> None:
        """Move a district to the province in which the annex says its communes stand."""
        now = self.changed.get(district.id, district)
        if district.kind is not UnitKind.DISTRICT or now.parent_id == province:
            return
        if district.id in self.moved or district.has_later:
            self.problem(
                row,
                "new_province",
                f"“{district.name}” không thể đứng ở “{row.new_province}”: dòng khác ghi tỉnh, "
                "thành phố khác, hoặc đơn vị đã có thay đổi khác từ ngày này trở đi.",
                held_by=district.id if district.has_later else None,
            )
            return
        self.changed[district.id] = replace(now, parent_id=province)
        self.moved.add(district.id)

    def establish(
        self, row: AnnexRow, name: str, kind: UnitKind, parent_id: int | None
    ) -> PlannedUnit:
        """Establish a province or district that the annex only names as the place of others."""
        key = (kind, parent_id, name_key(name))
        if key not in self.made:
            self.last_id -= 1
            unit = PlannedUnit(
                id=self.last_id,
                name=name,
                kind=kind,
                parent_id=parent_id,
                code=row.new_province_code if kind is UnitKind.PROVINCE else None,
                short_name=committee_name(name),
                designation=province_designation(name)
                if kind is UnitKind.PROVINCE
                else designation_of(name),
            )
            self.made[key] = unit
            self.row_of[unit.id] = row
            self.established.append(unit)
        return self.made[key]


def _described(side: NewSide, kind: UnitKind, parent_id: int | None) -> PlannedUnit:
    """Return a new side as it will stand."""
    row, kept = side.row, side.kept
    code = row.new_code
    if kept is not None and code is not None and is_same_code(code, kept.registry_code):
        code = None
    if kind is UnitKind.PROVINCE and code is None:
        code = row.new_province_code
    if kept is not None:
        name = kept.name if _keeps_its_spelling(side, kept) else side.name
        return replace(
            kept,
            name=name,
            kind=kind,
            parent_id=parent_id,
            code=code or kept.code,
            short_name=kept.short_name if name == kept.name else _short_name(name, kind),
            designation=side.designation,
        )
    alike = next((old for old in side.olds if old.name == side.name), None)
    reason = COMMUNES_NOT_TAKING_PART.get(name_key(side.name)) or _common(
        old.not_taking_part_reason for old in side.olds if old.kind is kind
    )
    return PlannedUnit(
        id=side.id,
        name=side.name,
        kind=kind,
        parent_id=parent_id,
        code=code,
        short_name=alike.short_name if alike else _short_name(side.name, kind),
        designation=side.designation,
        area=_common(old.area for old in side.olds),
        takes_part=reason is None,
        not_taking_part_reason=reason,
    )


def _keeps_its_spelling(side: NewSide, kept: PlannedUnit) -> bool:
    """Tell whether a unit lives on under its name as the registry spells it."""
    is_renamed = bool(side.hows & {How.RENAME, How.PROMOTE})
    return not is_renamed and name_key(kept.name) == name_key(side.name)


def _short_name(name: str, kind: UnitKind) -> str | None:
    return committee_name(name) if kind in TERRITORY_KINDS else None


def _common(values: Iterable[str | None]) -> str | None:
    """Return the value all predecessors share, or None."""
    found = set(values)
    return found.pop() if len(found) == 1 else None
