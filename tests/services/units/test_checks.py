"""`flask units check`: what no single row of the units can say."""

from datetime import date

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
from registry.queries.parameters import HOME_UNIT
from registry.services.units.checks import faults, rebuild
from tests.conftest import MOMENT, TODAY
from tests.factories.units import Province, allow_everywhere, make_unit


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


def test_a_placement_that_ends_later_makes_no_fault(here: Province) -> None:
    db.session.execute(
        update(KindPlacement)
        .where(KindPlacement.kind == UnitKind.DISTRICT)
        .values(valid_to=date(2025, 7, 1))
    )
    assert faults(date(2026, 1, 1)) == []


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
