"""Who holds a function over a territory on a day."""

from datetime import date

from flask import Flask

from registry.domain.offices import OfficeFunction
from registry.domain.units.kinds import UnitKind
from registry.models.units import Unit
from registry.queries.offices import is_held, office_of
from registry.queries.units.on_a_day import path_on
from tests.conftest import TODAY
from tests.factories.units import Province, end_unit, make_office, make_unit, move_unit

JUNE_9, JUNE_10 = date(2024, 6, 9), date(2024, 6, 10)
JUNE_19, JUNE_20 = date(2024, 6, 19), date(2024, 6, 20)


def holder(function: OfficeFunction, unit: Unit, day: date) -> str | None:
    """Return the name of the office that holds the function over a unit of the day."""
    found = office_of(function, path_on(unit.id, day) or "/0/", day)
    return found.name if found else None


def test_a_function_is_held_from_its_first_day_to_the_eve_of_its_end(app: Flask) -> None:
    top = make_unit("Tỉnh Một", UnitKind.PROVINCE, code="98")
    row = make_office(OfficeFunction.REVIEWING, top, top, JUNE_10)
    row.valid_to = JUNE_20
    make_office(OfficeFunction.DECIDING, top, top)
    days = (JUNE_9, JUNE_10, JUNE_19, JUNE_20)
    held = [is_held(OfficeFunction.REVIEWING, day) for day in days]
    assert held == [False, True, True, False]
    told = [holder(OfficeFunction.REVIEWING, top, day) for day in days]
    assert told == [None, "Tỉnh Một", "Tỉnh Một", None]
    assert not is_held(OfficeFunction.VERIFYING, TODAY)


def test_the_office_of_the_nearest_territory_counts_and_none_of_another(app: Flask) -> None:
    here = Province()
    make_office(OfficeFunction.REVIEWING, here.district, here.other_department, JUNE_10)
    make_office(OfficeFunction.VERIFYING, here.other_district, here.other_district)
    reviewing, verifying = OfficeFunction.REVIEWING, OfficeFunction.VERIFYING
    assert holder(reviewing, here.commune, JUNE_9) == "Sở Thông tin và Truyền thông"
    assert holder(reviewing, here.commune, JUNE_10) == "Sở Nội vụ"
    assert holder(reviewing, here.district, JUNE_10) == "Sở Nội vụ"
    assert holder(reviewing, here.far_commune, JUNE_10) == "Sở Thông tin và Truyền thông"
    assert holder(verifying, here.commune, TODAY) == "Huyện Thăng Bình"
    assert holder(verifying, here.section, TODAY) is None


def test_a_territory_is_as_near_as_it_stands_on_the_day(app: Flask) -> None:
    """It counts where it lies on the day asked, not how deep it lay or will lie."""
    here = Province()
    deep = make_unit("Hội Trên", UnitKind.MASS_ORGANISATION, here.section)
    body = make_unit("Hội Giữa", UnitKind.MASS_ORGANISATION, deep)
    below = make_unit("Hội Dưới", UnitKind.MASS_ORGANISATION, body)
    make_office(OfficeFunction.VERIFYING, body, here.it_department)
    make_office(OfficeFunction.VERIFYING, below, here.other_department)
    move_unit(body, here.province, JUNE_10)
    assert holder(OfficeFunction.VERIFYING, below, JUNE_10) == "Sở Nội vụ"
    assert holder(OfficeFunction.VERIFYING, body, JUNE_10) == "Sở Thông tin và Truyền thông"


def test_an_office_or_a_territory_that_ended_holds_nothing(app: Flask) -> None:
    here = Province()
    path = path_on(here.commune.id, TODAY) or ""
    end_unit(here.it_department, JUNE_20)
    assert holder(OfficeFunction.REVIEWING, here.commune, JUNE_19) == "Sở Thông tin và Truyền thông"
    assert holder(OfficeFunction.REVIEWING, here.commune, JUNE_20) is None
    # Nearest by a path of yesterday, but it stands no more: the one above counts.
    make_office(OfficeFunction.VERIFYING, here.province, here.province)
    end_unit(here.district, JUNE_20)
    found = office_of(OfficeFunction.VERIFYING, path, JUNE_20)
    assert found is not None
    assert found.id == here.province.id
