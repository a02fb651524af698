"""`flask units check`: what no single row of the units can say."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from registry.domain.audit.deeds import Deed
from registry.domain.permissions import system_actor
from registry.domain.units.kinds import UnitKind
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.guards import remove_guards
from registry.models.parameters import Parameter
from registry.models.units import KindPlacement, Unit, UnitPath, UnitPeriod
from registry.queries.parameters import HOME_UNIT, LAST_DAY
from registry.services.units.checks import faults, look_at_units, rebuild
from tests.conftest import MOMENT, TODAY
from tests.factories.units import Province, allow_everywhere, end_unit, make_unit

JULY = date(2025, 7, 1)


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province without any fault."""
    allow_everywhere()
    db.session.add(
        KindPlacement(kind=UnitKind.PROVINCE, parent_kind=None, valid_from=date(2024, 6, 1))
    )
    province = Province()
    db.session.add(Parameter(name=HOME_UNIT, value=str(province.province.id)))
    db.session.flush()
    return province


def change(unit: Unit, **values: object) -> None:
    db.session.execute(update(UnitPeriod).where(UnitPeriod.unit_id == unit.id).values(**values))


def add_period(unit: Unit, since: date, parent: Unit) -> None:
    db.session.add(
        UnitPeriod(
            unit_id=unit.id,
            name="Xã Bình Minh",
            kind=UnitKind.COMMUNE,
            official_code="90101",
            parent_id=parent.id,
            takes_part=True,
            search_key="x",
            sort_key="x",
            valid_from=since,
        )
    )
    db.session.flush()


def only_fault() -> str:
    rebuild(system_actor(), MOMENT)
    found = faults(TODAY)
    assert len(found) == 1
    return found[0]


def test_a_sound_province_has_no_fault(here: Province) -> None:
    assert faults(TODAY) == []


def test_a_gap_between_two_periods_is_named_with_its_days(here: Province) -> None:
    change(here.commune, valid_to=date(2024, 6, 10))
    add_period(here.commune, date(2024, 6, 15), here.district)
    assert "không có thông tin từ ngày 10/06/2024 đến trước ngày 15/06/2024" in only_fault()


def test_two_periods_of_a_day_are_named(here: Province) -> None:
    remove_guards(db.session.connection())
    add_period(here.commune, date(2024, 6, 15), here.district)
    assert any("hai thông tin cùng áp dụng từ ngày 15/06/2024" in fault for fault in faults(TODAY))


def test_a_parent_that_ends_before_its_unit_is_named(here: Province) -> None:
    gone = make_unit("Huyện Đã Giải Thể", UnitKind.DISTRICT, here.province, code="903")
    make_unit("Xã Còn Lại", UnitKind.COMMUNE, gone, code="90301")
    change(gone, valid_to=date(2024, 7, 1))
    fault = only_fault()
    assert "90301 Xã Còn Lại" in fault
    assert "cấp trên không tồn tại" in fault


def test_a_unit_below_itself_is_named(here: Province) -> None:
    change(here.district, parent_id=here.commune.id)
    assert any("vòng lặp" in fault for fault in faults(TODAY))


def test_a_kind_that_may_not_stand_there_on_its_first_day_is_named(here: Province) -> None:
    db.session.execute(
        delete(KindPlacement).where(
            KindPlacement.kind == UnitKind.DISTRICT_OFFICE,
            KindPlacement.parent_kind == UnitKind.DISTRICT.value,
        )
    )
    assert "Phòng thuộc UBND cấp huyện” không được đặt dưới" in only_fault()


def without_districts(since: date) -> None:
    db.session.execute(
        update(KindPlacement).where(KindPlacement.kind == UnitKind.DISTRICT).values(valid_to=since)
    )


def test_a_unit_that_outlives_its_kind_is_named_from_the_day_on_that_has_come(
    here: Province,
) -> None:
    without_districts(JULY)
    assert faults(JULY - timedelta(days=1)) == []
    assert faults(JULY) == [
        f"{code} {name}: từ ngày 01/07/2025 “UBND cấp huyện” không còn được đặt dưới "
        "99 Tỉnh Thử Nghiệm (UBND cấp tỉnh). Ghi đợt sắp xếp đơn vị này của ngày đó."
        for code, name in (("901", "Huyện Thăng Bình"), ("902", "Huyện Đại Lộc"))
    ]


def test_data_that_ends_before_a_kind_does_is_to_be_told_and_no_fault(here: Province) -> None:
    without_districts(JULY)
    db.session.add(Parameter(name=LAST_DAY, value="2024-06-30"))
    db.session.flush()
    found = look_at_units(JULY)
    assert found.faults == []
    (line,) = found.to_tell
    assert line == (
        "99 Tỉnh Thử Nghiệm: chưa ghi đợt sắp xếp ngày 01/07/2025; 2 đơn vị có loại kết thúc từ "
        "ngày đó."
    )
    assert look_at_units(JULY - timedelta(days=1)).to_tell == []


def test_what_outlives_its_kind_in_a_province_whose_day_is_told_is_a_fault_before_its_day(
    here: Province,
) -> None:
    without_districts(JULY)
    db.session.add(Parameter(name=LAST_DAY, value="2024-06-30"))
    end_unit(here.far_commune, JULY)
    found = look_at_units(TODAY)
    assert [fault.split(":")[0] for fault in found.faults] == [
        "901 Huyện Thăng Bình",
        "902 Huyện Đại Lộc",
    ]
    assert found.to_tell == []


def test_a_stale_cache_of_paths_is_named_and_rebuilt(here: Province) -> None:
    db.session.execute(
        update(UnitPath).where(UnitPath.unit_id == here.commune.id).values(path="/1/")
    )
    assert any("flask units rebuild" in fault for fault in faults(TODAY))
    rows = rebuild(system_actor(), MOMENT)
    assert faults(TODAY) == []
    told = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == Deed.UNIT_REBUILD_PATHS.value)
    ).one()
    assert told.details == {"paths": rows}


def test_a_home_unit_that_cannot_be_found_is_named(here: Province) -> None:
    db.session.execute(update(Parameter).values(value="999999"))
    assert "đơn vị gốc" in only_fault()
