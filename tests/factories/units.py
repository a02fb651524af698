"""Makers of units."""

import itertools
from datetime import date

from sqlalchemy import insert

from registry.domain.offices import OfficeFunction
from registry.domain.units.kinds import UnitKind
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
    unit = _new_unit(
        name,
        kind,
        parent,
        code=code,
        since=since,
        until=until,
        takes_part=takes_part,
        phone=phone,
    )
    rebuild_paths()
    return unit


def _new_unit(
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
    """Make a unit; who makes several writes their paths once, as that takes longest."""
    unit = Unit(registry_code=None if code else f"T-{next(_numbers)}")
    db.session.add(unit)
    db.session.flush()
    db.session.add(
        UnitPeriod(
            unit_id=unit.id,
            name=name,
            kind=kind,
            official_code=code,
            parent_id=parent.id if parent else None,
            takes_part=takes_part,
            not_taking_part_reason=None if takes_part else "Ngoài phạm vi (kiểm thử)",
            search_key=unit_search_key(name, None, code or unit.registry_code or ""),
            sort_key=text_sort_key(name),
            valid_from=since,
            valid_to=until,
        )
    )
    if phone:
        db.session.add(UnitContact(unit_id=unit.id, phone=phone))
    return unit


def rename_unit(unit: Unit, name: str, since: date) -> None:
    """Give a unit another name from `since` on."""
    last = unit.periods[-1]
    following = continued(
        last,
        name=name,
        search_key=unit_search_key(name, None, last.official_code or ""),
        sort_key=text_sort_key(name),
        valid_from=since,
    )
    last.valid_to = since
    db.session.flush()
    db.session.add(following)
    db.session.flush()
    db.session.expire(unit)
    rebuild_paths()


def make_succession(predecessor: Unit, successor: Unit, on: date, *, part: str = "whole") -> None:
    """Let `successor` take the place of `predecessor`, or of a part of it, on a day."""
    db.session.add(
        Succession(
            predecessor_id=predecessor.id, successor_id=successor.id, effective_on=on, part=part
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
        self.province = _new_unit("Tỉnh Thử Nghiệm", UnitKind.PROVINCE, code="99")
        self.it_department = _new_unit(
            "Sở Thông tin và Truyền thông", UnitKind.DEPARTMENT, self.province
        )
        self.section = _new_unit("Phòng Công nghệ thông tin", UnitKind.SECTION, self.it_department)
        self.other_department = _new_unit("Sở Nội vụ", UnitKind.DEPARTMENT, self.province)
        self.committee = _new_unit(
            "Ban Chỉ đạo Chuyển đổi số",
            UnitKind.STEERING_COMMITTEE,
            self.province,
            takes_part=False,
        )
        self.district = _new_unit("Huyện Thăng Bình", UnitKind.DISTRICT, self.province, code="901")
        self.district_office = _new_unit(
            "Phòng Văn hóa và Thông tin", UnitKind.DISTRICT_OFFICE, self.district
        )
        self.commune = _new_unit(
            "Xã Bình Minh", UnitKind.COMMUNE, self.district, code="90101", phone="+842353000001"
        )
        self.other_commune = _new_unit("Xã Bình Đào", UnitKind.COMMUNE, self.district, code="90102")
        self.other_district = _new_unit(
            "Huyện Đại Lộc", UnitKind.DISTRICT, self.province, code="902"
        )
        self.far_commune = _new_unit(
            "Xã Đại Minh", UnitKind.COMMUNE, self.other_district, code="90201"
        )
        rebuild_paths()
        make_office(OfficeFunction.REVIEWING, self.province, self.it_department)
        make_office(OfficeFunction.DECIDING, self.province, self.province)
        make_office(OfficeFunction.COORDINATING, self.province, self.committee)
        make_office(OfficeFunction.VERIFYING, self.district, self.district)
