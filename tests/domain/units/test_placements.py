"""Which kind may stand under which, day by day."""

from datetime import date

import pytest

from registry.domain.periods import Period
from registry.domain.units.kinds import UnitKind
from registry.domain.units.placements import Placement, Placements

FIRST, JANUARY, JULY = date(1945, 11, 22), date(2025, 1, 1), date(2025, 7, 1)
COMMUNE, DISTRICT, PROVINCE = UnitKind.COMMUNE, UnitKind.DISTRICT, UnitKind.PROVINCE
PLACES = Placements(
    [
        Placement(PROVINCE, None, Period(FIRST)),
        # Said in two rows that meet: one time.
        Placement(COMMUNE, "district", Period(JANUARY, JULY)),
        Placement(COMMUNE, "district", Period(FIRST, JANUARY)),
        Placement(COMMUNE, "province", Period(JULY)),
    ]
)


@pytest.mark.parametrize(
    ("kind", "above", "day", "allowed"),
    [
        (COMMUNE, DISTRICT, date(1945, 11, 21), None),
        (COMMUNE, DISTRICT, FIRST, (FIRST, JULY)),
        (COMMUNE, DISTRICT, date(2025, 6, 30), (FIRST, JULY)),
        (COMMUNE, DISTRICT, JULY, None),
        (COMMUNE, PROVINCE, date(2025, 6, 30), None),
        (COMMUNE, PROVINCE, JULY, (JULY, None)),
        (COMMUNE, None, JULY, None),
        (PROVINCE, None, JULY, (FIRST, None)),
    ],
)
def test_a_place_is_allowed_from_its_first_day_until_the_day_it_is_not(
    kind: UnitKind, above: UnitKind | None, day: date, allowed: tuple[date, date | None] | None
) -> None:
    assert PLACES.allow(kind, above, day) is (allowed is not None)
    since, until = allowed or (None, None)
    assert PLACES.allowed_since(kind, above, day) == since
    assert PLACES.allowed_until(kind, above, day) == until
