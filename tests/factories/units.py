"""Makers of units."""

import itertools
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert

from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Scope
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.domain.vietnamese.names import text_sort_key, unit_search_key
from registry.models.base import continued, db
from registry.models.offices import Office
from registry.models.units import KindPlacement, Succession, Unit, UnitContact, UnitPeriod
from registry.services.units.paths import rebuild_paths

START = date(2024, 6, 1)
_numbers = itertools.count(1)


def make_unit(
    name: str,
    kind: UnitKind,
    parent: Unit | None = None,
    *,
    code: str | None = None,
    since: date = START,
    until: date | None = None,
    takes_part: bool = True,
    phone: str | None = None,
) -> Unit:
    """Make a unit with one period and its path; without `code` it gets a registry code."""
    unit = new_units(
        NewUnit(
            name,
            kind,
            parent.id if parent else None,
            code=code,
            since=since,
            until=until,
            takes_part=takes_part,
            phone=phone,
        )
    )[0]
    rebuild_paths()
    return unit


@dataclass(frozen=True, slots=True)
class NewUnit:
    """What a unit is made of; without `code` it gets a registry code."""

    name: str
    kind: UnitKind
    parent_id: int | None = None
    code: str | None = None
    since: date = START
    until: date | None = None
    takes_part: bool = True
    phone: str | None = None


def new_units(*wanted: NewUnit) -> list[Unit]:
    """Make units with one period each, without paths, in a few statements however many they are."""
    units = db.session.scalars(
        insert(Unit).returning(Unit, sort_by_parameter_order=True),
        [{"registry_code": None if new.code else f"T-{next(_numbers)}"} for new in wanted],
    ).all()
    made = list(zip(wanted, units, strict=True))
    db.session.execute(insert(UnitPeriod), [_period(new, unit) for new, unit in made])
    phones = [{"unit_id": unit.id, "phone": new.phone} for new, unit in made if new.phone]
    if phones:
        db.session.execute(insert(UnitContact), phones)
    return list(units)


def _period(new: NewUnit, unit: Unit) -> dict[str, object]:
    return {
        "unit_id": unit.id,
        "name": new.name,
        "kind": new.kind,
        "official_code": new.code,
        "parent_id": new.parent_id,
        "takes_part": new.takes_part,
        "not_taking_part_reason": None if new.takes_part else "Không thuộc diện (kiểm thử)",
        "search_key": unit_search_key(new.name, None, new.code or unit.registry_code or ""),
        "sort_key": text_sort_key(new.name),
        "valid_from": new.since,
        "valid_to": new.until,
    }


def rename_unit(unit: Unit, name: str, since: date) -> None:
    """Give a unit another name from `since` on."""
    _go_on(
        unit,
        since,
        name=name,
        search_key=unit_search_key(name, None, unit.periods[-1].official_code or ""),
        sort_key=text_sort_key(name),
    )


def move_unit(unit: Unit, parent: Unit | None, since: date) -> None:
    """Put a unit under another superior, or under none, from `since` on."""
    _go_on(unit, since, parent_id=parent.id if parent else None)


def _go_on(unit: Unit, since: date, **changes: object) -> None:
    """Let a unit go on from `since` with a few things changed."""
    last = unit.periods[-1]
    following = continued(last, valid_from=since, **changes)
    last.valid_to = since
    db.session.flush()
    db.session.add(following)
    db.session.flush()
    db.session.expire(unit)
    rebuild_paths()


def make_left_over(here: Unit, ended_on: date) -> Unit:
    """Make a body of a province that ended, handed on to `here` that day; return it."""
    old = make_unit("Tỉnh Cũ", UnitKind.PROVINCE, code="97")
    body = make_unit("Hội Chữ thập đỏ tỉnh Cũ", UnitKind.MASS_ORGANISATION, old)
    move_unit(body, here, ended_on)
    end_unit(old, ended_on)
    return body


def end_unit(unit: Unit, on: date) -> None:
    """End a unit on a day."""
    unit.periods[-1].valid_to = on
    db.session.flush()
    rebuild_paths()


def make_succession(
    predecessor: Unit,
    successor: Unit,
    on: date,
    *,
    part: str = "whole",
    kind: SuccessionKind | None = None,
) -> None:
    """Let `successor` take the place of `predecessor`, or of a part of it, on a day."""
    of_a_part = SuccessionKind.ABSORBED if part == "whole" else SuccessionKind.DIVIDED
    db.session.add(
        Succession(
            predecessor_id=predecessor.id,
            successor_id=successor.id,
            effective_on=on,
            part=part,
            kind=kind or of_a_part,
        )
    )
    db.session.flush()


def make_office(
    function: OfficeFunction, territory: Unit, office: Unit, since: date = START
) -> Office:
    """Give an office a function over a territory."""
    row = Office(
        function=function, territory_id=territory.id, office_id=office.id, valid_from=since
    )
    db.session.add(row)
    db.session.flush()
    return row


def allow_everywhere(since: date = START) -> None:
    """Allow each kind to stand under each: for tests that are not about placement."""
    placements: list[dict[str, object]] = [
        {"kind": kind, "parent_kind": parent.value, "valid_from": since}
        for kind in UnitKind
        for parent in UnitKind
    ]
    placements.append({"kind": UnitKind.PROVINCE, "parent_kind": None, "valid_from": since})
    db.session.execute(insert(KindPlacement), placements)


class Province:
    """A small province with every office in place: two districts, a department with a section."""

    def __init__(self) -> None:
        (self.province,) = new_units(NewUnit("Tỉnh Thử Nghiệm", UnitKind.PROVINCE, code="99"))
        top = self.province.id
        (
            self.it_department,
            self.other_department,
            self.committee,
            self.district,
            self.other_district,
        ) = new_units(
            NewUnit("Sở Thông tin và Truyền thông", UnitKind.DEPARTMENT, top),
            NewUnit("Sở Nội vụ", UnitKind.DEPARTMENT, top),
            NewUnit(
                "Ban Chỉ đạo Chuyển đổi số", UnitKind.STEERING_COMMITTEE, top, takes_part=False
            ),
            NewUnit("Huyện Thăng Bình", UnitKind.DISTRICT, top, code="901"),
            NewUnit("Huyện Đại Lộc", UnitKind.DISTRICT, top, code="902"),
        )
        (
            self.section,
            self.district_office,
            self.commune,
            self.other_commune,
            self.far_commune,
        ) = new_units(
            NewUnit("Phòng Công nghệ thông tin", UnitKind.SECTION, self.it_department.id),
            NewUnit("Phòng Văn hóa và Thông tin", UnitKind.DISTRICT_OFFICE, self.district.id),
            NewUnit(
                "Xã Bình Minh", UnitKind.COMMUNE, self.district.id, "90101", phone="+842353000001"
            ),
            NewUnit("Xã Bình Đào", UnitKind.COMMUNE, self.district.id, "90102"),
            NewUnit("Xã Đại Minh", UnitKind.COMMUNE, self.other_district.id, "90201"),
        )
        rebuild_paths()
        db.session.execute(
            insert(Office),
            [
                {
                    "function": function,
                    "territory_id": territory.id,
                    "office_id": office.id,
                    "valid_from": START,
                }
                for function, territory, office in (
                    (OfficeFunction.REVIEWING, self.province, self.it_department),
                    (OfficeFunction.DECIDING, self.province, self.province),
                    (OfficeFunction.COORDINATING, self.province, self.committee),
                    (OfficeFunction.VERIFYING, self.district, self.district),
                )
            ],
        )


# Days between the moves of `MovingCommunes`, and around the day of the tests.
BEFORE_THE_MOVE, AFTER_THE_NEXT = date(2024, 6, 10), date(2024, 7, 20)


class MovingCommunes(Province):
    """A commune has left the district for the other one, and another will come to it.

    Today, on 30 June 2024, the district holds `commune` and nothing else; the other one holds
    `other_commune`, which stood in the district before, and `far_commune`, which will.
    """

    def __init__(self) -> None:
        super().__init__()
        move_unit(self.other_commune, self.other_district, date(2024, 6, 20))
        move_unit(self.far_commune, self.district, date(2024, 7, 10))

    def below(self, unit: Unit) -> Scope:
        """Return the scope of what stands below a unit, which itself never moves."""
        return Scope(prefixes=frozenset({f"/{self.province.id}/{unit.id}/"}))
