"""What an annex does not say and follows all the same.

A district or province that keeps no commune ends, its offices and bodies with it; teams and
enterprises go with their commune; the rest of a province merged whole moves under the successor.
Units outside the annex never block it. What the annex says lives on never ends: left under a unit
that does, it is a contradiction for the annex to settle (`checks`).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from registry.domain.reorganisations.annex import Part, RowProblem
from registry.domain.reorganisations.links import kind_of_an_emptied_territory
from registry.domain.reorganisations.plan import Plan, PlannedUnit, SuccessionPlan, Successions
from registry.domain.reorganisations.unit_lookup import UnitLookup, UnitsAfter, name_key
from registry.domain.units.kinds import GOES_ALONG_KINDS, UnitKind
from registry.domain.units.successions import SuccessionKind

# What stands below a district and does not end with it.
_OUTLIVES_DISTRICT = frozenset(
    {UnitKind.COMMUNE, UnitKind.COMMUNITY_TEAM, UnitKind.ENTERPRISE, UnitKind.DISTRICT}
)
_TERRITORY = frozenset({UnitKind.COMMUNE, UnitKind.DISTRICT})


def with_consequences(
    before: UnitLookup, plan: Plan, allocation: Mapping[int, int], day: date
) -> Plan:
    """Return the plan with all that follows on `day` from the ends it holds.

    Settles what hangs on ended units, then ends empty districts, then empty provinces.
    `allocation` says where units below a split or dissolved one go.
    """
    drawing = _Drawing(before, plan, allocation, day)
    drawing.draw()
    return replace(
        plan,
        changed=drawing.changed,
        moved=frozenset(drawing.moved),
        ended=drawing.ended,
        ended_along=frozenset(drawing.ended_along),
        successions=(*plan.successions, *drawing.successions),
        without_plan=tuple(drawing.without_plan),
        problems=tuple(drawing.problems),
    )


class _Drawing:
    """Draws the consequences, starting from what a plan says itself."""

    def __init__(
        self, before: UnitLookup, plan: Plan, allocation: Mapping[int, int], day: date
    ) -> None:
        self.before = before
        self.day = day
        self.allocation = allocation
        self.continued = plan.continued | plan.givers()
        self.changed = dict(plan.changed)
        self.moved = set(plan.moved)
        self.ended = dict(plan.ended)
        self.ended_along: set[int] = set()
        self.successions: list[SuccessionPlan] = []
        self.without_plan: list[int] = []
        self.problems: list[RowProblem] = []
        self.heirs = Successions(plan.successions)
        self.after = UnitsAfter(before, plan.established, self.changed, self.ended)

    def draw(self) -> None:
        """Draw them all, from the ends of the annex down and up."""
        self._settle_below(list(self.ended))
        self._send_along()
        for kind in (UnitKind.DISTRICT, UnitKind.PROVINCE):
            self._settle_below(self._end_empty(kind))

    def _succeed_whole(
        self,
        predecessor_id: int,
        successor_id: int,
        kind: SuccessionKind = SuccessionKind.ABSORBED,
    ) -> None:
        link = SuccessionPlan(predecessor_id, successor_id, Part.WHOLE, kind)
        self.successions.append(link)
        self.heirs.note(link)

    # --- territories -------------------------------------------------------------------------

    def _end_empty(self, kind: UnitKind) -> list[int]:
        """End the territories of a kind that had communes and keep none; return them."""
        had: dict[int, list[int]] = {}
        for unit in self.before.by_id.values():
            above = self.before.territory(unit, kind) if unit.kind is UnitKind.COMMUNE else None
            if above is not None:
                had.setdefault(above.id, []).append(unit.id)
        keeping = {
            self.after.territory(unit.id, kind)
            for unit in self.after.living()
            if unit.kind is UnitKind.COMMUNE
        }
        empty = [
            unit_id
            for unit_id in had
            # What the annex says lives on does, without communes too.
            if unit_id not in keeping | self.ended.keys() | self.continued
            and self._may_end(self.before.by_id[unit_id])
        ]
        for unit_id in empty:
            self._end_territory(unit_id, had[unit_id])
        return empty

    def _end_territory(self, unit_id: int, communes: list[int]) -> None:
        """End one; its successor is the one unit of its kind that took all its communes, if any."""
        unit = self.before.by_id[unit_id]
        self.ended[unit_id] = "không còn đơn vị cấp xã trực thuộc"
        self.changed.pop(unit_id, None)
        self.moved.discard(unit_id)
        heirs = {
            self.after.territory(place, unit.kind) if place is not None else None
            for commune in communes
            for place in self._places_of(commune)
        }
        heir = heirs.pop() if len(heirs) == 1 else None
        if heir is not None:
            is_new = heir not in self.before.by_id
            kind = kind_of_an_emptied_territory(self.day, heir_is_new=is_new)
            self._succeed_whole(unit_id, heir, kind)

    def _places_of(self, commune_id: int) -> list[int | None]:
        """Return what stands in a commune's place: itself, its successors, or nothing."""
        if commune_id not in self.ended:
            return [commune_id]
        return [link.successor_id for link in self.heirs.of(commune_id)] or [None]

    def _may_end(self, unit: PlannedUnit) -> bool:
        if unit.has_later:
            message = (
                f"“{unit.name}” phải kết thúc theo đợt này, nhưng đã có thay đổi khác từ ngày này "
                "trở đi. Hoàn tác đợt sắp xếp sau đó rồi thực hiện lại."
            )
            self.problems.append(RowProblem.of(None, "", message, held_by=unit.id))
        return not unit.has_later

    # --- what hangs on an ended unit ---------------------------------------------------------

    def _settle_below(self, ended: list[int]) -> None:
        """Move or end what stood under ended units and is not in the annex, all the way down."""
        waiting = list(ended)
        for ended_id in waiting:
            for child in self.before.below[ended_id]:
                if child.id in self.ended or child.id in self.changed:
                    continue
                goal = self._goal(child, self.before.by_id[ended_id])
                if goal is not None:
                    self._move(child, self.before.by_id[ended_id], goal)
                elif child.id not in self.continued:
                    self._end_below(child, self.before.by_id[ended_id])
                    waiting.append(child.id)

    def _send_along(self) -> None:
        """Move what an answer sends along with a part of a unit that lives on."""
        for unit_id, goal in self.allocation.items():
            child = self.before.by_id[unit_id]
            spoken_of = child.id in self.ended or child.id in self.changed
            if not spoken_of and goal != child.parent_id and self.heirs.of(child.parent_id or 0):
                self.changed[child.id] = replace(child, parent_id=goal)
                self.moved.add(child.id)

    def _goal(self, child: PlannedUnit, ended: PlannedUnit) -> int | None:
        """Return where a unit goes whose superior ended, or None when it ends too."""
        if child.id in self.allocation:
            return self.allocation[child.id]
        if ended.kind is UnitKind.DISTRICT and child.kind not in _OUTLIVES_DISTRICT:
            return None
        heir = self.heirs.heir(ended.id)
        if heir is None and ended.kind is UnitKind.DISTRICT and ended.parent_id is not None:
            return self._still_above(ended.parent_id)
        return heir

    def _still_above(self, unit_id: int) -> int | None:
        """Return the province of an ended district, or what took its place."""
        return self.heirs.heir(unit_id) if unit_id in self.ended else unit_id

    def _move(self, child: PlannedUnit, ended: PlannedUnit, goal: int) -> None:
        self.changed[child.id] = replace(child, parent_id=goal)
        self.moved.add(child.id)
        with_territory = child.kind is UnitKind.ENTERPRISE and ended.kind in _TERRITORY
        if child.kind not in GOES_ALONG_KINDS and not with_territory:
            self.without_plan.append(child.id)

    def _end_below(self, child: PlannedUnit, ended: PlannedUnit) -> None:
        """End a unit with the one above it; an office joins that of the successor.

        What was planned for later of it ends with it: a unit outside the annex never blocks one.
        """
        reason = f"đơn vị cấp trên “{ended.name}” kết thúc"
        if self.heirs.parts(ended.id):
            reason = f"đơn vị cấp trên “{ended.name}” chia tách, không có phương án phân bổ"
        self.ended[child.id] = reason
        self.ended_along.add(child.id)
        heir = self.heirs.heir(ended.id)
        office = self._same_office(child, ended, heir) if heir is not None else None
        if office is not None:
            self._succeed_whole(child.id, office)

    def _same_office(self, child: PlannedUnit, ended: PlannedUnit, heir: int) -> int | None:
        """Return the office of the successor that does the same work: of its kind, or its name."""
        offices = [
            unit
            for unit in self.before.below[heir]
            if unit.kind is child.kind and unit.id not in self.ended
        ]
        if len(offices) > 1:
            work = _work(child, ended)
            offices = [unit for unit in offices if _work(unit, self.before.by_id[heir]) == work]
        return offices[0].id if len(offices) == 1 else None


def _work(office: PlannedUnit, territory: PlannedUnit) -> str:
    """Return an office's name without its territory's: "phòng văn hóa và thông tin"."""
    return name_key(office.name).removesuffix(name_key(territory.name)).strip()
