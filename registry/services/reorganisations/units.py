"""Write what a reorganisation does to the units themselves, row by row into its journal."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table

from registry.domain.periods import days_later
from registry.domain.permissions import Scope
from registry.domain.reorganisations.annex import RowProblem
from registry.domain.reorganisations.plan import Plan, PlannedUnit
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.domain.vietnamese.names import text_sort_key, unit_search_key
from registry.models.base import continued_values, db, values_of
from registry.models.coverage import Completeness
from registry.models.units import Succession, Unit, UnitContact, UnitPeriod
from registry.queries.coverage.completeness import completeness_days
from registry.queries.reorganisations.scope import units_outside
from registry.queries.units.codes import registry_codes, registry_codes_beginning
from registry.queries.units.details import contacts_of
from registry.queries.units.periods import (
    homeless,
    later_periods_at,
    later_periods_of,
    periods_from,
    periods_on,
    shared_codes,
)
from registry.queries.units.tree import subtree_ids
from registry.services.reorganisations.journal import Journal, RowUpdate
from registry.services.reorganisations.later_ends import follow_above
from registry.services.units.paths import rebuild_paths_of

# How a registry code says the kind: 49-SBN-03 is the third department of province 49.
_ABBREVIATIONS = {
    UnitKind.DEPARTMENT: "SBN",
    UnitKind.MASS_ORGANISATION: "HDT",
    UnitKind.CENTRAL_AGENCY: "TW",
    UnitKind.SECTION: "BP",
    UnitKind.DISTRICT_OFFICE: "PCM",
    UnitKind.COMMUNE_OFFICE: "BPX",
    UnitKind.COMMUNITY_TEAM: "CNSCD",
    UnitKind.ENTERPRISE: "DN",
    UnitKind.PARTNER_ORGANISATION: "PH",
    UnitKind.STEERING_COMMITTEE: "BCD",
    UnitKind.ASSISTANCE_GROUP: "TGV",
    UnitKind.EXPERT_GROUP: "CG",
    UnitKind.INCIDENT_TEAM: "UCSC",
}

Ids = Mapping[int, int]

_PERIODS: Table = UnitPeriod.__table__  # type: ignore[assignment] # a mapped class's table


def establish(journal: Journal, units: Iterable[PlannedUnit], since: date) -> dict[int, int]:
    """Write new units with their first period from `since`; return planned id -> id.

    A unit without official code gets the next registry code of its kind under its nearest coded
    superior. Units come in any order: a parent may be among them.
    """
    planned = list(units)
    codes = _RegistryCodes({unit.id: unit for unit in planned}, since)
    ids = journal.insert(
        Unit.__table__,  # type: ignore[arg-type] # a mapped class's table
        [{"registry_code": None if unit.code else codes.next_for(unit)} for unit in planned],
    )
    given = {unit.id: unit_id for unit, unit_id in zip(planned, ids, strict=True)}
    registry = registry_codes(ids)
    journal.insert(
        _PERIODS,
        [_period(unit, given, since, _keys(unit, registry[given[unit.id]])) for unit in planned],
    )
    return given


def write_plan(journal: Journal, batch_id: int, plan: Plan, day: date) -> dict[int, int]:
    """Write a plan without problems: periods, successions, paths; return planned id -> id.

    A unit that changes keeps its own planned end. What was planned for later of an ended unit goes
    with it; a later place under an ended unit becomes one under the unit that took its place, and
    what goes elsewhere on the day does not come back with a change planned for later.
    """
    touched = {*plan.ended, *plan.changed}
    after = days_later(day, 1)
    sent = [u.id for u in plan.changed.values() if u.id in plan.moved and u.has_later]
    later = [*later_periods_at(plan.ended, after), *later_periods_of(sent, after)]
    below = subtree_ids({*touched, *(period.unit_id for period in later)}, day - timedelta(days=1))
    periods = periods_on(touched, day)
    journal.update(
        _PERIODS,
        [
            RowUpdate(period.id, {"valid_to": period.valid_to}, {"valid_to": day})
            for period in periods.values()
            if period.valid_from < day
        ],
    )
    # What an earlier batch of the same day wrote is written anew: no unit has two periods of a day.
    of_the_day = {unit_id for unit_id, period in periods.items() if period.valid_from == day}
    anew = periods_from(of_the_day & plan.changed.keys(), day)
    resettled = {
        unit_id for unit_id in _placed_anew(plan, periods) if plan.changed[unit_id].goes_along
    } - plan.moved
    journal.delete(
        _PERIODS,
        [
            *periods_from(plan.ended, day),
            *(row for row in anew if row["valid_from"] == day),
            # Where its old place would have taken it later; the new one takes it elsewhere.
            *periods_from(resettled, after),
        ],
    )
    ids = establish(journal, plan.established, day)
    registry = registry_codes(plan.changed)
    journal.insert(
        _PERIODS,
        [
            _following(unit, periods[unit.id], ids, day, registry[unit.id])
            | ({"valid_to": None} if unit.id in resettled else {})
            for unit in plan.changed.values()
        ],
    )
    _follow_later(journal, later, plan, periods, ids)
    _rename_later(journal, plan, registry, after)
    journal.insert(
        Succession.__table__,  # type: ignore[arg-type] # a mapped class's table
        [
            {
                "predecessor_id": link.predecessor_id,
                "successor_id": ids.get(link.successor_id, link.successor_id),
                "effective_on": day,
                "part": link.part.value,
                "kind": link.kind,
                "reorganisation_id": batch_id,
            }
            for link in plan.successions
        ],
    )
    _hand_on_contacts(journal, plan, ids)
    follow_above(journal, set(ids.values()), _placed_anew(plan, periods), day)
    db.session.expire_all()
    rebuild_paths_of({*below, *touched, *ids.values()})
    return ids


def _placed_anew(plan: Plan, periods: Mapping[int, UnitPeriod]) -> list[int]:
    """Return the units that lived before and come to stand under another one."""
    return [
        unit_id
        for unit_id, unit in plan.changed.items()
        if unit.parent_id != periods[unit_id].parent_id
    ]


def misplaced(unit_ids: set[int], since: date, scope: Scope, today: date) -> list[RowProblem]:
    """Say which of the units outlive what they stand under, or bear a code another one bears.

    Each with the unit of which another batch is to blame. Another one outside `scope`, asked for
    `today`, is not named.
    """
    shared = shared_codes(unit_ids, since)
    foreign = units_outside({one.other_id for one in shared} - unit_ids, scope, today)
    return [
        RowProblem(
            0,
            "",
            f"“{one.above}” không tồn tại suốt thời gian “{one.name}” trực thuộc. Hoàn tác đợt "
            "sắp xếp liên quan đến hai đơn vị này trước.",
            held_by=one.above_id,
        )
        for one in homeless(unit_ids)
    ] + [
        RowProblem(
            0,
            "",
            f"Mã {one.code} của “{one.name}” cùng ngày là của "
            f"{'một đơn vị khác' if one.other_id in foreign else f'“{one.other_name}”'}. "
            "Hoàn tác đợt sắp xếp liên quan, hoặc sửa mã.",
            held_by=None if one.other_id in foreign else one.other_id,
        )
        for one in shared
    ]


def _place_of(unit_id: int, plan: Plan, periods: Mapping[int, UnitPeriod]) -> int | None:
    """Return what stands in an ended unit's place: its successor, for a district else its province.

    The same rule as for what hangs on it on the day (`consequences`).
    """
    heir = plan.heir(unit_id)
    period = periods[unit_id]
    if heir is not None or period.kind is not UnitKind.DISTRICT or period.parent_id is None:
        return heir
    above = period.parent_id
    return plan.heir(above) if above in plan.ended else above


def _follow_later(
    journal: Journal,
    later: Iterable[UnitPeriod],
    plan: Plan,
    periods: Mapping[int, UnitPeriod],
    ids: Ids,
) -> None:
    """Let what was to stand under a unit from a later day on stand where it goes on the day."""
    updates = {}
    for period in later:
        place = _later_place(period, plan, periods)
        if place is not None:
            after = {"parent_id": ids.get(place, place)}
            updates[period.id] = RowUpdate(period.id, {"parent_id": period.parent_id}, after)
    journal.update(_PERIODS, [*updates.values()])


def _rename_later(
    journal: Journal, plan: Plan, registry: Mapping[int, str | None], after: date
) -> None:
    """Let units that only go along on later days bear their new names then, too."""
    renamed = {u.id: u for u in plan.changed.values() if u.goes_along and u.id not in plan.moved}
    updates = []
    for period in later_periods_of(renamed, after):
        unit = renamed[period.unit_id]
        said = {"name": unit.name, "short_name": unit.short_name}
        if any(getattr(period, name) != value for name, value in said.items()):
            keys = _keys(unit, registry[unit.id])
            said |= dict(zip(("search_key", "sort_key"), keys, strict=True))
            before = {name: getattr(period, name) for name in said}
            updates.append(RowUpdate(period.id, before, said))
    journal.update(_PERIODS, updates)


def _later_place(period: UnitPeriod, plan: Plan, periods: Mapping[int, UnitPeriod]) -> int | None:
    """Return where a unit stands in a later period, None where that is as planned or nowhere."""
    above = period.parent_id or 0
    if period.unit_id in plan.moved and periods[period.unit_id].parent_id == above:
        return plan.changed[period.unit_id].parent_id
    return None if above not in plan.ended else _place_of(above, plan, periods)


def _period(unit: PlannedUnit, ids: Ids, since: date, keys: tuple[str, str]) -> dict[str, Any]:
    parent = unit.parent_id
    return {
        "unit_id": ids.get(unit.id, unit.id),
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "designation": unit.designation,
        "official_code": unit.code,
        "parent_id": ids.get(parent, parent) if parent is not None else None,
        "area": unit.area,
        "takes_part": unit.takes_part,
        "not_taking_part_reason": unit.not_taking_part_reason,
        "search_key": keys[0],
        "sort_key": keys[1],
        "valid_from": since,
        "valid_to": None,
    }


def _following(
    unit: PlannedUnit, before: UnitPeriod, ids: Ids, since: date, registry_code: str | None
) -> dict[str, Any]:
    """Return the period of a changed unit, up to its planned end; keys stay with the names."""
    same_keys = (before.name, before.short_name, before.official_code) == (
        unit.name,
        unit.short_name,
        unit.code,
    )
    keys = (before.search_key, before.sort_key) if same_keys else _keys(unit, registry_code)
    changed = _period(unit, ids, since, keys) | {"valid_to": before.valid_to}
    return continued_values(_PERIODS, values_of(before), **changed)


def _keys(unit: PlannedUnit, registry_code: str | None) -> tuple[str, str]:
    """Return the keys by which a unit is found and sorted."""
    found = unit_search_key(unit.name, unit.short_name, unit.code or registry_code)
    return found, text_sort_key(unit.name)


def _hand_on_contacts(journal: Journal, plan: Plan, ids: Ids) -> None:
    """Give a new unit the contact of the predecessor whose seat it takes: the one with its code."""
    predecessors: dict[int, list[int]] = defaultdict(list)
    for link in plan.successions:
        if link.kind is not SuccessionKind.REESTABLISHED:
            predecessors[link.successor_id].append(link.predecessor_id)
    contacts = contacts_of({old for olds in predecessors.values() for old in olds})
    rows = []
    for unit in plan.established:
        olds = [old for old in predecessors[unit.id] if old in contacts]
        if olds:
            seat = next((old for old in olds if contacts[old].code == unit.code), olds[0])
            contact = contacts[seat]
            rows.append(
                {
                    "unit_id": ids[unit.id],
                    "phone": contact.phone,
                    "email": contact.email,
                    "address": contact.address,
                    "head_title": contact.head_title,
                    "version": 1,
                }
            )
    journal.insert(UnitContact.__table__, rows)  # type: ignore[arg-type] # as above


def continue_completeness(journal: Journal, plan: Plan, ids: Ids, day: date) -> None:
    """Let what takes the place of a territory whose data is complete be complete from `day` on.

    Of what else comes to it, the registry need not have held anything before (docs/adr/0019).
    """
    complete = completeness_days()
    heirs = {
        ids.get(heir, heir)
        for unit_id in complete
        if unit_id in plan.ended
        for heir in plan.successors(unit_id)
    }
    journal.insert(
        Completeness.__table__,  # type: ignore[arg-type] # a mapped class's table
        [
            {"unit_id": unit_id, "complete_from": day, "version": 1}
            for unit_id in sorted(heirs - complete.keys())
        ],
    )


class _RegistryCodes:
    """Hands out the next free registry code of a kind below a coded superior."""

    def __init__(self, planned: Mapping[int, PlannedUnit], day: date) -> None:
        self._planned = planned
        self._day = day
        self._last: dict[str, int] = {}
        # A commune has some dozen teams: what is above them is looked up once.
        self._stems: dict[int | None, str] = {}

    def next_for(self, unit: PlannedUnit) -> str:
        if unit.parent_id not in self._stems:
            self._stems[unit.parent_id] = self._stem(unit.parent_id)
        stem = f"{self._stems[unit.parent_id]}-{_ABBREVIATIONS.get(unit.kind, 'DV')}"
        if stem not in self._last:
            taken = [
                int(code.rsplit("-", 1)[1])
                for code in registry_codes_beginning(f"{stem}-")
                if code.rsplit("-", 1)[1].isdigit()
            ]
            self._last[stem] = max(taken, default=0)
        self._last[stem] += 1
        return f"{stem}-{self._last[stem]:02d}"

    def _stem(self, parent_id: int | None) -> str:
        """Return the official code of the nearest unit above that has one."""
        current = parent_id
        while current is not None:
            planned = self._planned.get(current)
            if planned is not None:
                if planned.code:
                    return planned.code
                current = planned.parent_id
                continue
            period = periods_on([current], self._day).get(current)
            if period is None:
                break
            if period.official_code:
                return period.official_code
            current = period.parent_id
        return "X"
