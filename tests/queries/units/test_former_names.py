"""Units that still bear the name of a province that ended are named until a paper renames them."""

from datetime import date, timedelta

import pytest
from flask import Flask

from registry.domain.permissions import NOTHING, Scope
from registry.domain.units.kinds import UnitKind
from registry.models.units import Unit
from registry.queries.units.former_names import named_after_ended
from registry.queries.units.on_a_day import path_on
from tests.factories.units import START, end_unit, make_unit, move_unit, rename_unit

ENDS, RENAMED = date(2024, 6, 10), date(2024, 6, 20)
OFFICE = "Ban Quản lý Khu kinh tế tỉnh Cũ"


@pytest.fixture
def units(app: Flask) -> dict[str, Unit]:
    """Return the units of a province that went into another on `ENDS`, by name."""
    here = make_unit("Thành phố Mới", UnitKind.PROVINCE, code="98")
    old = make_unit("Tỉnh Cũ", UnitKind.PROVINCE, code="97")
    old.periods[0].designation = "tỉnh"
    kinds = {
        OFFICE: UnitKind.DEPARTMENT,
        "Liên minh Hợp tác xã Cũ": UnitKind.DEPARTMENT,
        "Hội Luật gia tỉnh Cũ": UnitKind.MASS_ORGANISATION,
        "Ngân hàng chi nhánh Cũ": UnitKind.ENTERPRISE,
        "Hiệp hội Doanh nghiệp tỉnh Cũ": UnitKind.ENTERPRISE,
        "Xã tỉnh Cũ": UnitKind.COMMUNE,
        "Sở Nội vụ": UnitKind.DEPARTMENT,
    }
    made = {name: make_unit(name, kind, old) for name, kind in kinds.items()}
    for unit in made.values():
        move_unit(unit, here, ENDS)
    end_unit(old, ENDS)
    return made | {"here": here}


def test_departments_and_firms_named_after_the_ended_province_are_told(
    units: dict[str, Unit],
) -> None:
    assert named_after_ended(ENDS - timedelta(days=1)) == []
    found = named_after_ended(ENDS)
    assert [one.name for one in found] == [
        OFFICE,
        "Hiệp hội Doanh nghiệp tỉnh Cũ",
        "Liên minh Hợp tác xã Cũ",
    ]
    assert found[0].sentence.endswith(
        "còn mang tên tỉnh Cũ, đã kết thúc từ ngày 10/06/2024: ghi đổi tên khi có văn bản."
    )


def test_a_province_of_which_no_designation_is_known_is_looked_for_by_its_whole_name(
    units: dict[str, Unit],
) -> None:
    old = make_unit("Đặc khu Xưa", UnitKind.PROVINCE, code="95")
    for name in ("Ban Dân tộc đặc khu Xưa", "Sở Xưa"):
        make_unit(name, UnitKind.DEPARTMENT, units["here"])
    end_unit(old, RENAMED)
    found = [one.name for one in named_after_ended(RENAMED) if one.province == "đặc khu Xưa"]
    assert found == ["Ban Dân tộc đặc khu Xưa"]


def test_one_renamed_is_told_no_more_and_none_outside_the_scope(units: dict[str, Unit]) -> None:
    rename_unit(units[OFFICE], "Ban Quản lý Khu kinh tế Mới", RENAMED)
    still = ["Hiệp hội Doanh nghiệp tỉnh Cũ", "Liên minh Hợp tác xã Cũ"]
    assert [one.name for one in named_after_ended(RENAMED)] == still
    assert named_after_ended(RENAMED, NOTHING) == []
    path = path_on(units["here"].id, RENAMED)
    assert path is not None
    assert len(named_after_ended(RENAMED, Scope(prefixes=frozenset({path})))) == 2


def test_rights_are_asked_for_today_when_the_names_of_an_earlier_day_are(
    units: dict[str, Unit],
) -> None:
    """Looking back, an officer sees what is in the units of today, not what was in those then."""
    elsewhere = make_unit("Tỉnh Thứ Ba", UnitKind.PROVINCE, code="96")
    for unit in (units[OFFICE], units["Hội Luật gia tỉnh Cũ"]):
        move_unit(unit, elsewhere, RENAMED)
    then = RENAMED - timedelta(days=1)
    scopes = {
        name: Scope(prefixes=frozenset({path_on(unit.id, RENAMED) or ""}))
        for name, unit in (("before", units["here"]), ("after", elsewhere))
    }
    found = {
        name: [one.name for one in named_after_ended(then, scope, RENAMED)]
        for name, scope in scopes.items()
    }
    still = ["Hiệp hội Doanh nghiệp tỉnh Cũ", "Liên minh Hợp tác xã Cũ"]
    assert found == {"before": still, "after": [OFFICE]}


def test_a_province_to_come_has_not_ended_and_one_renamed_goes_on(units: dict[str, Unit]) -> None:
    eve = START - timedelta(days=1)
    make_unit("Sở Tỉnh Cũ", UnitKind.DEPARTMENT, since=eve)
    assert named_after_ended(eve) == []
    renamed = make_unit("Tỉnh Xưa", UnitKind.PROVINCE, code="96")
    make_unit("Ban Dân tộc tỉnh Xưa", UnitKind.DEPARTMENT, renamed)
    rename_unit(renamed, "Thành phố Xưa", ENDS)
    assert "Ban Dân tộc tỉnh Xưa" not in {one.name for one in named_after_ended(ENDS)}


def test_a_name_another_province_bears_now_is_no_former_one_whatever_else_is_called_so(
    units: dict[str, Unit],
) -> None:
    make_unit("Tỉnh Cũ", UnitKind.DISTRICT, units["here"])
    assert len(named_after_ended(RENAMED)) == 3
    # Nor is one of a commune that ended.
    commune = make_unit("Xã Đã Nhập", UnitKind.COMMUNE, units["here"], code="98001")
    make_unit("Ban Quản lý chợ xã Đã Nhập", UnitKind.DEPARTMENT, units["here"])
    end_unit(commune, ENDS)
    assert len(named_after_ended(RENAMED)) == 3
    make_unit("Tỉnh Cũ", UnitKind.PROVINCE, code="96", since=RENAMED)
    assert named_after_ended(RENAMED) == []
