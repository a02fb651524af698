"""What the writing of a plan refuses of the units it has written."""

from datetime import date

from flask import Flask

from registry.domain.units.kinds import UnitKind
from registry.services.reorganisations.units import misplaced
from tests.conftest import TODAY
from tests.factories.units import BEFORE_THE_MOVE, MovingCommunes, make_unit


def test_whose_code_it_is_is_named_only_to_whom_that_unit_is_today(app: Flask) -> None:
    here = MovingCommunes()
    other = here.other_commune
    code = other.periods[0].official_code
    ended = make_unit(
        "Xã Trùng Mã", UnitKind.COMMUNE, here.district, code=code, until=date(2024, 6, 25)
    )
    told = {
        place.id: misplaced({ended.id}, BEFORE_THE_MOVE, here.below(place), TODAY)
        for place in (here.district, here.other_district)
    }
    assert all(len(messages) == 1 for messages in told.values())
    assert "của “Xã Trùng Mã” cùng ngày là của một đơn vị khác." in told[here.district.id][0]
    assert f"cùng ngày là của “{other.periods[0].name}”." in told[here.other_district.id][0]
    assert misplaced({ended.id}, date(2024, 6, 25), here.below(here.district), TODAY) == []
