"""Named values of the installation: the home unit through its successors, the days known."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.errors import NotFound
from registry.domain.units.kinds import UnitKind
from registry.queries.parameters import (
    DEMO,
    HOME_UNIT,
    KNOWN_FROM,
    LAST_DAY,
    default_day,
    home_unit,
    is_demo,
    reference_first_day,
    reference_last_day,
    value_of,
)
from tests.conftest import TODAY
from tests.factories.coverage import set_parameter
from tests.factories.units import START, Province, end_unit, make_succession, make_unit

JUNE_19, JUNE_20 = date(2024, 6, 19), date(2024, 6, 20)


def test_a_value_is_that_of_its_name_and_none_where_it_is_not_set(app: Flask) -> None:
    assert value_of(DEMO) is None
    assert not is_demo()
    set_parameter(KNOWN_FROM, "1")
    assert not is_demo()
    set_parameter(DEMO, "1")
    assert is_demo()
    set_parameter(DEMO, "0")
    assert not is_demo()


def test_figures_are_shown_for_today_but_never_beyond_the_last_day_known(app: Flask) -> None:
    assert (reference_first_day(), reference_last_day()) == (None, None)
    assert default_day(TODAY) == TODAY
    set_parameter(KNOWN_FROM, "2024-06-01")
    set_parameter(LAST_DAY, "2024-06-20")
    assert (reference_first_day(), reference_last_day()) == (START, JUNE_20)
    assert [default_day(day) for day in (JUNE_19, JUNE_20, TODAY)] == [JUNE_19, JUNE_20, JUNE_20]


def test_the_home_unit_is_the_one_that_stands_in_its_place_on_the_day(app: Flask) -> None:
    here = Province()
    new = make_unit("Tỉnh Mới", UnitKind.PROVINCE, code="98", since=JUNE_20)
    set_parameter(HOME_UNIT, str(here.province.id))
    end_unit(here.province, JUNE_20)
    make_succession(here.province, new, JUNE_20)
    assert home_unit(JUNE_19).id == here.province.id
    assert home_unit(JUNE_20).id == new.id


def test_for_a_day_without_units_it_is_said_from_which_day_they_are_known(app: Flask) -> None:
    def refusal(day: date) -> str:
        with pytest.raises(NotFound) as refused:
            home_unit(day)
        return str(refused.value)

    eve = date(2024, 5, 31)
    nothing = "Không có số liệu đơn vị cho ngày 31/05/2024."
    assert refusal(eve) == nothing
    here = Province()
    set_parameter(HOME_UNIT, str(here.province.id))
    assert refusal(eve) == nothing
    set_parameter(KNOWN_FROM, "2024-06-01")
    before = "Chưa có số liệu đơn vị trước ngày 01/06/2024. Chọn từ ngày 01/06/2024 trở đi."
    assert refusal(eve) == before
    # On a day said to be known, and after, nothing is promised for an earlier or a later one.
    end_unit(here.province, JUNE_20)
    assert refusal(JUNE_20) == "Không có số liệu đơn vị cho ngày 20/06/2024."
    set_parameter(KNOWN_FROM, "2024-06-20")
    assert refusal(JUNE_20) == "Không có số liệu đơn vị cho ngày 20/06/2024."
