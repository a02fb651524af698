"""Read what the rows of an annex say themselves (docs/adr/0013).

Here each new side is settled as a unit that lives on or as a new one; only then can each be given
its place (`places`), because a row may name a unit that another row establishes or renames.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from registry.domain.reorganisations.annex import (
    LIVES_ON,
    AnnexRow,
    How,
    Part,
    RowProblem,
    designation_of,
    kind_of_name,
    kind_of_word,
)
from registry.domain.reorganisations.givers import (
    as_meant,
    contradiction,
    keeps_a_part,
    stays_beside,
)
from registry.domain.reorganisations.links import kind_into_a_living_unit, kind_into_a_new_unit
from registry.domain.reorganisations.plan import PlannedUnit, SuccessionPlan
from registry.domain.reorganisations.unit_lookup import UnitLookup, is_same_code, name_key
from registry.domain.units.kinds import (
    BELOW_A_COMMUNE_KINDS,
    EVERYDAY_KINDS,
    TERRITORY_KINDS,
    UnitKind,
)
from registry.domain.units.successions import SuccessionKind

_EVERYDAY = frozenset({How.RENAME, How.MOVE, How.DISSOLVE})
_INTO_A_LIVING_UNIT = frozenset({How.ABSORB, How.ADJUST})
# These say that a new unit begins, whatever it is called.
_BEGINS = frozenset({How.MERGE, How.ESTABLISH, How.REESTABLISH})

_REASONS: dict[tuple[How | None, Part], str] = {
    (How.ABSORB, Part.WHOLE): "nhập vào đơn vị khác",
    (How.MERGE, Part.WHOLE): "hợp nhất",
    (How.DIVIDE, Part.PART): "chia",
    (How.DIVIDE, Part.REST): "chia",
    (None, Part.PART): "chia tách",
    (None, Part.REST): "chia tách",
}
_OTHER_REASON = "sắp xếp đơn vị"

_Member = tuple[AnnexRow, PlannedUnit | None]
_Target = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class NewSide:
    """A unit on the new side of the annex, with the rows and old units that lead to it.

    `kept` is the unit that lives on as this one; without it `id` is that of a unit to come.
    """

    members: tuple[_Member, ...]
    id: int = 0
    kept: PlannedUnit | None = None
    kind: UnitKind | None = None
    designation: str | None = None

    @property
    def row(self) -> AnnexRow:
        """Return the first row, which describes the unit."""
        return self.members[0][0]

    @property
    def name(self) -> str:
        """Return the name the annex gives."""
        return self.row.new_name or ""

    @property
    def olds(self) -> list[PlannedUnit]:
        """Return the predecessors the annex names."""
        return [old for _, old in self.members if old is not None]

    @property
    def hows(self) -> set[How]:
        """Return the words in the column `how` of its rows."""
        return {row.how for row, _ in self.members if row.how is not None}

    @property
    def continues_by_name(self) -> bool:
        """Tell whether it lives on without a word: only its place may differ then."""
        return self.kept is not None and not self.hows


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rows say: the new sides, what ends and who succeeds.

    `partly` are those of `continued` that keep a part, by rows that say of no other part where it
    goes. `row_of` tells the row that brought about a new side or a dissolution, or by which a unit
    that has none of its own gives a part away; `last_id` is the last id given to a unit to come.
    """

    sides: tuple[NewSide, ...]
    continued: frozenset[int]
    partly: frozenset[int]
    ended: Mapping[int, str]
    successions: tuple[SuccessionPlan, ...]
    row_of: Mapping[int, AnnexRow]
    last_id: int
    problems: tuple[RowProblem, ...]


def read_rows(before: UnitLookup, rows: Sequence[AnnexRow], day: date) -> Reading:
    """Settle the new sides of an annex, what ends by it and who succeeds; or what is wrong."""
    reader = _Reader(before, day)
    reader.read(rows)
    return Reading(
        sides=tuple(reader.sides),
        continued=frozenset(reader.continued),
        partly=frozenset(reader.partly),
        ended=reader.ended,
        successions=tuple(reader.successions),
        row_of=reader.row_of,
        last_id=reader.last_id,
        problems=tuple(reader.problems),
    )


class _Reader:
    """Works through the rows, gathering what they say and what is wrong with them."""

    def __init__(self, before: UnitLookup, day: date) -> None:
        self.before = before
        self.day = day
        self.sides: list[NewSide] = []
        self.continued: set[int] = set()
        self.partly: set[int] = set()
        self.ended: dict[int, str] = {}
        self.successions: list[SuccessionPlan] = []
        self.row_of: dict[int, AnnexRow] = {}
        self.last_id = min((0, *before.by_id))
        self.problems: list[RowProblem] = []
        self._rows_of: dict[int, list[AnnexRow]] = defaultdict(list)

    def read(self, rows: Sequence[AnnexRow]) -> None:
        """Read them all, then look at them together."""
        if not rows:
            self.problem(None, "", "Phụ lục không có dòng nào.")
        grouped = self._new_sides(rows)
        self.sides = [self._settled(NewSide(tuple(members))) for members in grouped]
        own = self._own_rows()
        for unit_id, its_rows in self._rows_of.items():
            found = contradiction(self.before.by_id[unit_id].name, its_rows, own[unit_id])
            self.problems += [found] if found is not None else []
            if len(its_rows) == len(own[unit_id]) and keeps_a_part(its_rows):
                self.partly.add(unit_id)
        self._check_kept_once()
        if not self.problems:
            self.continued = {side.id for side in self.sides if side.kept is not None}
            for side in self.sides:
                self._succeed(side)

    def problem(
        self, row: AnnexRow | None, column: str, message: str, held_by: int | None = None
    ) -> None:
        """Note what is wrong; `held_by` is the unit of which later changes stand against it."""
        self.problems.append(RowProblem.of(row, column, message, held_by))

    # --- the old side ------------------------------------------------------------------------

    def _new_sides(self, rows: Sequence[AnnexRow]) -> list[list[_Member]]:
        """Gather the rows by the unit they lead to; dissolved units are ended at once."""
        sides: dict[_Target, list[_Member]] = defaultdict(list)
        said = set[tuple[object, ...]]()
        found = [(row, None if row.establishes else self._old_unit(row)) for row in rows]
        named = [(row, old) for row, old in found if old is not None or row.establishes]
        for row, old in as_meant(named):
            target = _target(row, old)
            what = (old.id if old else None, target, row.share, row.how)
            if what in said:
                continue
            said.add(what)
            if old is not None:
                self._rows_of[old.id].append(row)
            if self._leads_somewhere(row, old):
                sides[target].append((row, old))
        return _with_their_codes(sides)

    def _leads_somewhere(self, row: AnnexRow, old: PlannedUnit | None) -> bool:
        """Tell whether a row names a new side; note what a row without one does."""
        if row.how is How.DISSOLVE and row.new_name is not None:
            self.problem(
                row,
                "new_name",
                "Dòng giải thể thì không ghi đơn vị mới. Bỏ trống phần đơn vị mới; nếu nó về nhiều "
                "đơn vị khác thì bỏ trống cách sắp xếp (cột “how”).",
            )
        elif row.how is How.DISSOLVE and old is None:
            self.problem(row, "old_name", "Dòng giải thể phải ghi đơn vị cũ.")
        elif row.how is How.DISSOLVE and old is not None:
            self.ended[old.id] = "giải thể"
            self.row_of[old.id] = row
        elif row.new_name is None:
            self.problem(row, "new_name", "Thiếu tên đơn vị mới. Ghi tên, hoặc ghi “giải thể”.")
        else:
            return True
        return False

    def _old_unit(self, row: AnnexRow) -> PlannedUnit | None:
        """Find the unit a row speaks of, as it was the day before."""
        unit = self._find_old(row)
        if unit is None:
            return None
        if unit.has_later and not _may_change_before(unit, row):
            self.problem(
                row,
                row.old_field,
                f"“{unit.name}” đã có thay đổi khác từ ngày {self.day:%d/%m/%Y} trở đi. "
                "Hoàn tác đợt sắp xếp sau đó rồi thực hiện lại, hoặc bỏ dòng này.",
                held_by=unit.id,
            )
            return None
        for column, name in (("old_parent", row.old_parent), ("old_province", row.old_province)):
            if not self.before.stands_in(unit, name):
                above = self.before.by_id.get(unit.parent_id or 0)
                self.problem(
                    row,
                    column,
                    f"“{unit.name}” ngay trước ngày {self.day:%d/%m/%Y} thuộc "
                    f"“{above.name if above else unit.name}”, không thuộc “{name}”. "
                    "Sửa tên đơn vị cấp trên hoặc mã.",
                )
                return None
        return unit

    def _find_old(self, row: AnnexRow) -> PlannedUnit | None:
        eve = f"ngay trước ngày {self.day:%d/%m/%Y}"
        if row.old_id is not None:
            found = [unit for unit in [self.before.by_id.get(row.old_id)] if unit]
        elif row.old_code is not None:
            found = [unit for unit in [self.before.coded(row.old_code)] if unit]
        else:
            places = (row.old_parent, row.old_province)
            found = self.before.called(row.old_name or "", *places)
        if len(found) > 1:
            self.problem(
                row,
                "old_name",
                f"{eve.capitalize()} có {len(found)} đơn vị tên “{row.old_name}”. "
                "Ghi thêm mã hoặc đơn vị cấp trên.",
            )
        elif not found:
            self._say_unknown(row)
        elif row.old_name and not self.before.bears(found[0], row.old_name):
            self.problem(
                row,
                row.old_field,
                f"{f'Mã {row.old_code}' if row.old_code else 'Đơn vị đã chọn'} {eve} là "
                f"“{found[0].name}”, không phải “{row.old_name}”. Sửa mã hoặc tên.",
            )
        else:
            return found[0]
        return None

    def _say_unknown(self, row: AnnexRow) -> None:
        """Note that there is no such unit, or that an earlier batch of the same day ended it."""
        gone = self.before.gone(row.old_id, row.old_code, row.old_name)
        shown = " ".join(text for text in (row.old_code, row.old_name) if text)
        day = f"{self.day:%d/%m/%Y}"
        if gone is not None:
            said = (
                f"“{gone.name}” đã có thay đổi khác từ ngày {day}: một đợt sắp xếp của chính ngày "
                "đó đã kết thúc đơn vị này. Hoàn tác đợt đó rồi thực hiện lại, hoặc bỏ dòng này."
            )
        else:
            said = (
                f"Không có đơn vị “{shown}” ngay trước ngày {day}: chưa có trong sổ hoặc đã kết "
                "thúc. Kiểm tra mã, tên và đơn vị cấp trên."
            )
        self.problem(row, row.old_field, said)

    def _own_rows(self) -> Mapping[int, Sequence[AnnexRow]]:
        """Return the rows by which a unit goes on as itself: what it keeps is its remainder."""
        own: dict[int, list[AnnexRow]] = defaultdict(list)
        for side in self.sides:
            if side.kept is not None:
                own[side.kept.id] += [row for row, old in side.members if old is side.kept]
        return own

    # --- continuing or new -------------------------------------------------------------------

    def _settled(self, side: NewSide) -> NewSide:
        """Decide whether a new side lives on from before or is new, and what kind it is."""
        self._check_described_once(side)
        side = replace(side, kept=self._kept(side))
        kind, designation = self._kind(side)
        if (
            side.kept is not None
            and side.kept.has_later
            and not _may_change_before(side.kept, side.row)
        ):
            self.problem(
                side.row,
                "new_name",
                f"“{side.kept.name}” đã có thay đổi khác từ ngày {self.day:%d/%m/%Y} trở đi. "
                "Hoàn tác đợt sắp xếp sau đó rồi thực hiện lại.",
                held_by=side.kept.id,
            )
        code = side.row.new_code
        holder = self.before.with_registry_code(code) if code is not None else None
        if holder is not None and holder is not side.kept:
            self.problem(
                side.row,
                "new_code",
                f"Mã {code} là mã trong sổ của “{holder.name}”. Để trống: sổ tự cấp mã.",
            )
        if side.kept is None:
            self.last_id -= 1
        unit_id = side.kept.id if side.kept else self.last_id
        self.row_of[unit_id] = side.row
        return replace(side, id=unit_id, kind=kind, designation=designation)

    def _check_described_once(self, side: NewSide) -> None:
        first = side.row
        for row, _ in side.members[1:]:
            for column in ("new_name", "new_kind", "new_parent", "new_province"):
                one, other = getattr(first, column), getattr(row, column)
                if name_key(one or "") != name_key(other or ""):
                    self.problem(
                        row,
                        column,
                        f"“{side.name}” ở dòng {first.number} ghi “{one or ''}”, ở dòng này ghi "
                        f"“{other or ''}”. Ghi giống nhau.",
                    )
                    return

    def _kept(self, side: NewSide) -> PlannedUnit | None:
        """Return the unit that lives on as this new side, or None when it is new.

        A row that moves or renames continues its own unit; "nhập vào" continues a unit of the same
        name or code; an empty `how` the predecessor of the same code and name; "hợp nhất" none.
        """
        moved = [old for row, old in side.members if old is not None and row.how in LIVES_ON]
        if len({old.id for old in moved}) > 1 or (
            side.hows & _BEGINS and side.hows & {*LIVES_ON, How.ABSORB}
        ):
            self.problem(
                side.members[-1][0],
                "how",
                f"Các dòng về “{side.name}” mâu thuẫn: “hợp nhất” lập đơn vị mới, “nhập vào”, "
                "“chuyển”, “đổi tên” thì một đơn vị cũ tiếp tục tồn tại. "
                "Ghi lại cách sắp xếp (cột “how”).",
            )
            return None
        if moved or side.hows & _BEGINS:
            return moved[0] if moved else None
        same = [
            old
            for row, old in side.members
            if old is not None
            and row.how is not How.DIVIDE
            and self._is_called(old, side)
            and (
                row.new_code in {row.old_code, old.code}
                or is_same_code(row.new_code or "", old.registry_code)
            )
        ]
        if same or not side.hows & _INTO_A_LIVING_UNIT:
            return same[0] if same else self._receiving(side)
        return self._absorbing(side)

    def _is_called(self, old: PlannedUnit, side: NewSide) -> bool:
        """Tell whether a new side bears the name of an old unit: a team alone in any form of it."""
        if name_key(old.name) == name_key(side.name):
            return True
        return len(side.members) == 1 and self.before.bears(old, side.name)

    def _receiving(self, side: NewSide) -> PlannedUnit | None:
        """Return the unit that only parts or rests go to, which lives on without a row of its own.

        No unit begins under a name that another one in the same place goes on bearing.
        """
        if any(old is None or row.share is Part.WHOLE for row, old in side.members):
            return None
        found = [unit for unit in self._outside(side.row) if self._stands_there(unit, side.row)]
        return found[0] if len(found) == 1 and self._stays(found[0]) else None

    def _stands_there(self, unit: PlannedUnit, row: AnnexRow) -> bool:
        """Tell whether a unit stands where a row puts its new side."""
        if row.new_parent_id is not None:
            return unit.parent_id == row.new_parent_id
        return all(self.before.stands_in(unit, at) for at in (row.new_province, row.new_parent))

    def _stays(self, unit: PlannedUnit) -> bool:
        """Tell whether no row makes an end of a unit that has none of its own."""
        rows = self._rows_of.get(unit.id, [])
        return unit.id not in self.ended and (
            not rows or (all(row.share is Part.PART for row in rows) and stays_beside(rows))
        )

    def _absorbing(self, side: NewSide) -> PlannedUnit | None:
        """Return the unit that takes others or parts in, and is named otherwise than they."""
        row = side.row
        if row.new_code is not None:
            found = [old for old in side.olds if old.code == row.new_code]
        else:
            found = [old for old in side.olds if name_key(old.name) == name_key(side.name)]
        if not found:
            found = self._outside(row)
        if len(found) == 1:
            return found[0]
        told = next(row for row, _ in side.members if row.how in _INTO_A_LIVING_UNIT)
        self.problem(
            told,
            "new_name",
            f"“{told.how}” cần một đơn vị cũ tiếp tục tồn tại, nhưng ngay trước ngày "
            f"{self.day:%d/%m/%Y} "
            f"{'không có' if not found else f'có {len(found)}'} đơn vị “{side.name}”. "
            "Sửa tên, mã, hoặc ghi “hợp nhất” nếu lập đơn vị mới.",
        )
        return None

    def _outside(self, row: AnnexRow) -> list[PlannedUnit]:
        """Return the units, not among the old ones of the row's side, that the new side names."""
        named = self.before.called(row.new_name or "")
        if row.new_code is not None:
            named = [unit for unit in named if unit.code in {row.new_code, None}]
        for above in (row.new_province, row.new_parent):
            if len(named) > 1:
                named = [unit for unit in named if self.before.stands_in(unit, above)]
        return named

    def _kind(self, side: NewSide) -> tuple[UnitKind | None, str | None]:
        """Return the kind and designation of a new side; noted as a problem when unclear."""
        word = side.row.new_kind or designation_of(side.name)
        kept = side.kept
        kind = kind_of_word(word) if word else (kept.kind if kept else kind_of_name(side.name))
        if kind is None:
            self.problem(
                side.row,
                "new_kind",
                (f"Không có loại đơn vị “{word}”. " if word else "Chưa rõ loại đơn vị. ")
                + "Ghi xã, phường, thị trấn, đặc khu, "
                "huyện, quận, thị xã, thành phố, hoặc mã của loại (ví dụ department).",
            )
            return None, None
        province = side.row.new_province
        if kind in TERRITORY_KINDS and province and name_key(side.name) == name_key(province):
            kind = UnitKind.PROVINCE
        territory = next((old for old in side.olds if old.kind in TERRITORY_KINDS), None)
        if territory is not None and kind not in TERRITORY_KINDS:
            self.problem(
                side.row,
                "new_kind",
                f"“{territory.name}” là đơn vị hành chính, không thành “{side.name}” "
                f"({kind.label}). Kiểm tra cột ghi đơn vị cũ: tổ thì ghi tên tổ, đơn vị hành chính "
                "ghi ở cột đơn vị cấp trên.",
            )
        designation = designation_of(side.name) if kind in TERRITORY_KINDS else None
        if side.continues_by_name and kept is not None and kind is not kept.kind:
            self.problem(
                side.row,
                "new_kind",
                f"“{kept.name}” tiếp tục tồn tại thì chỉ đơn vị cấp trên được khác, nhưng loại ghi "
                f"“{word}”. Sửa loại, hoặc ghi “đổi tên” nếu đổi loại.",
            )
        return kind, designation or (kept.designation if kept and kept.kind is kind else None)

    def _check_kept_once(self) -> None:
        """Refuse a unit that would live on in two places, or take others in and end."""
        kept: dict[int, NewSide] = {}
        for side in self.sides:
            if side.kept is None:
                continue
            other = kept.setdefault(side.kept.id, side)
            against = [other.row]
            if other is side:
                own = any(old is side.kept for old in side.olds)
                against = [] if own else self._ends_of(side.kept.id)
            if against:
                self.problem(
                    side.row,
                    "new_name",
                    f"“{side.kept.name}” tiếp tục tồn tại ở dòng {side.row.number} nhưng ở dòng "
                    f"{against[0].number} lại thành đơn vị khác hoặc kết thúc. Sửa một trong hai "
                    "dòng.",
                )

    def _ends_of(self, unit_id: int) -> list[AnnexRow]:
        """Return the rows that make an end of a unit."""
        return [
            row
            for row in self._rows_of[unit_id]
            if row.share is not Part.PART or row.how is How.DIVIDE
        ]

    # --- ends and successions ----------------------------------------------------------------

    def _succeed(self, side: NewSide) -> None:
        """Note the successions to a new side, and the ends of its predecessors."""
        links: dict[int, SuccessionPlan] = {}
        for row, old in side.members:
            if old is None or old.id == side.id:
                continue
            lives = self._lives_on(old)
            link = SuccessionPlan(
                old.id, side.id, row.share, self._link_kind(side, row, lives=lives)
            )
            if lives:
                self.row_of.setdefault(old.id, row)
            known = links.setdefault(old.id, link)
            if known.part is Part.PART and link.part is Part.REST:
                links[old.id] = link
            if not lives:
                self.ended[old.id] = _REASONS.get((row.how, row.share), _OTHER_REASON)
        self.successions += links.values()

    def _link_kind(self, side: NewSide, row: AnnexRow, *, lives: bool) -> SuccessionKind:
        if side.kept is not None:
            return kind_into_a_living_unit(
                row, side.kind, self.day, lives=lives, has_own_row=side.kept in side.olds
            )
        olds = [old.name for old in side.olds]
        return kind_into_a_new_unit(row, olds, side.kind, self.day, lives=lives)

    def _lives_on(self, old: PlannedUnit) -> bool:
        """Tell whether a predecessor stays: by a row of its own, by "tách", or by one part only."""
        rows = self._rows_of[old.id]
        if old.id in self.continued:
            return True
        return all(row.share is Part.PART for row in rows) and stays_beside(rows)


def _with_their_codes(sides: Mapping[_Target, list[_Member]]) -> list[list[_Member]]:
    """Return the rows by the unit they lead to; some may give its code, others only its name."""
    coded: dict[_Target, list[_Target]] = defaultdict(list)
    for target, members in sides.items():
        if target[0] is not None:
            coded[_named(*members[0])].append(target)
    found: dict[_Target, list[_Member]] = {target: [] for target in sides}
    for target, members in sides.items():
        bearers = coded.get(target, []) if target[0] is None else []
        found[bearers[0] if len(bearers) == 1 else target] += members
    return [members for members in found.values() if members]


def _target(row: AnnexRow, old: PlannedUnit | None) -> _Target:
    """Return what rows about one new side share: its code, or its name and place."""
    return _named(row, old) if row.new_code is None else (row.new_code,)


def _named(row: AnnexRow, old: PlannedUnit | None) -> _Target:
    place = str(row.new_parent_id) if row.new_parent_id is not None else row.new_parent
    if place is None and old is not None and old.kind in BELOW_A_COMMUNE_KINDS:
        place = f"đơn vị {old.parent_id}"
    return (
        None,
        name_key(row.new_name or ""),
        name_key(place or ""),
        name_key(row.new_province or ""),
    )


def _may_change_before(unit: PlannedUnit, row: AnnexRow) -> bool:
    """Tell whether a row may change or end a unit although something of it is to come.

    A team is renamed, moved or closed any day, also before what it stands under takes it elsewhere.
    """
    is_of_any_day = unit.kind in EVERYDAY_KINDS and row.how in _EVERYDAY
    return is_of_any_day and unit.goes_along
