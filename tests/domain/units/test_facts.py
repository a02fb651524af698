"""What the units are through time, looked at together."""

from datetime import date

from registry.domain.periods import Period
from registry.domain.units.facts import UnitFact, UnitFacts
from registry.domain.units.kinds import UnitKind

JUNE_1, JUNE_10, JUNE_20 = date(2024, 6, 1), date(2024, 6, 10), date(2024, 6, 20)


def fact(
    unit_id: int, label: str, above: int | None, since: date = JUNE_1, until: date | None = None
) -> UnitFact:
    return UnitFact(unit_id, label, UnitKind.COMMUNE, above, Period(since, until))


BOTTOM, MIDDLE, LATER, OTHER, TOP = (
    fact(1, "Xã", 2),
    fact(2, "Huyện", 4, until=JUNE_10),
    fact(2, "Huyện", 3, JUNE_10),
    fact(3, "Cà Tỉnh", None, JUNE_10, JUNE_20),
    fact(4, "Đỉnh", None),
)
FACTS = UnitFacts([BOTTOM, LATER, MIDDLE, TOP, OTHER])


def test_facts_come_by_the_label_of_a_unit_and_by_its_days() -> None:
    assert list(FACTS.all) == [OTHER, TOP, MIDDLE, LATER, BOTTOM]
    assert list(FACTS.by_unit) == [3, 4, 2, 1]
    assert (FACTS.of(2), FACTS.of(9), FACTS.of(None)) == ([MIDDLE, LATER], (), ())


def test_what_a_unit_is_on_a_day_is_found_where_it_stands_then() -> None:
    assert FACTS.on(2, date(2024, 6, 9)) is MIDDLE
    assert FACTS.on(2, JUNE_10) is LATER
    assert FACTS.on(3, JUNE_20) is None


def test_a_unit_stands_under_each_period_of_the_one_above_for_the_days_they_share() -> None:
    assert list(FACTS.places_of(BOTTOM)) == [
        (Period(JUNE_1, JUNE_10), MIDDLE),
        (Period(JUNE_10), LATER),
    ]
    assert list(FACTS.places_of(LATER)) == [(Period(JUNE_10, JUNE_20), OTHER)]
    assert list(FACTS.places_of(TOP)) == [(Period(JUNE_1), None)]


def test_the_top_of_a_unit_is_that_of_the_day() -> None:
    assert FACTS.top_of(BOTTOM, JUNE_1) is TOP
    assert FACTS.top_of(BOTTOM, JUNE_10) is OTHER
    assert FACTS.top_of(BOTTOM, JUNE_20) is LATER
    assert FACTS.top_of(TOP, JUNE_1) is TOP


def test_a_circle_of_units_has_a_top_all_the_same() -> None:
    one, other = fact(1, "Một", 2), fact(2, "Hai", 1)
    assert UnitFacts([one, other]).top_of(one, JUNE_1) is other
