"""What is shown of a unit besides its name."""

from flask import Flask

from registry.queries.units.details import counts_below
from tests.conftest import TODAY
from tests.factories.units import AFTER_THE_NEXT, BEFORE_THE_MOVE, MovingCommunes


def test_what_stood_or_will_stand_below_a_unit_is_not_counted_there(app: Flask) -> None:
    here = MovingCommunes()
    counts = {
        day: counts_below(here.province.id, day) for day in (BEFORE_THE_MOVE, TODAY, AFTER_THE_NEXT)
    }
    of_districts = {
        day: (found[here.district.id], found[here.other_district.id])
        for day, found in counts.items()
    }
    assert of_districts == {BEFORE_THE_MOVE: (3, 1), TODAY: (2, 2), AFTER_THE_NEXT: (3, 1)}
