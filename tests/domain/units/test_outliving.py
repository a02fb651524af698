"""Units that stand longer than their kind may, and whether that is a fault or only not told yet."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from registry.domain.periods import Period
from registry.domain.units.facts import UnitFact, UnitFacts
from registry.domain.units.kinds import UnitKind
from registry.domain.units.outliving import faults_of, outliving, still_to_tell, told_until
from registry.domain.units.placements import Placement, Placements

FIRST, START, JULY = date(1945, 11, 22), date(2024, 6, 1), date(2025, 7, 1)
JUNE_30, AUGUST = JULY - timedelta(days=1), date(2025, 8, 1)
PLACES = Placements(
    [
        Placement(UnitKind.PROVINCE, None, Period(FIRST)),
        Placement(UnitKind.DISTRICT, "province", Period(FIRST, JULY)),
        Placement(UnitKind.DISTRICT_OFFICE, "district", Period(FIRST, JULY)),
        Placement(UnitKind.COMMUNE, "district", Period(FIRST, JULY)),
        Placement(UnitKind.COMMUNE, "province", Period(JULY)),
    ]
)


def fact(
    unit_id: int,
    kind: UnitKind,
    above: int | None,
    days: Period | None = None,
    designation: str | None = None,
) -> UnitFact:
    label = f"{kind.value} {unit_id}"
    return UnitFact(unit_id, label, kind, above, days or Period(START), designation)


PROVINCE = fact(1, UnitKind.PROVINCE, None)
DISTRICT = fact(2, UnitKind.DISTRICT, 1)
OFFICE = fact(3, UnitKind.DISTRICT_OFFICE, 2)
COMMUNE = fact(4, UnitKind.COMMUNE, 2)


def told(*facts: UnitFact) -> list[tuple[int, date, str]]:
    return [(one.fact.unit_id, one.since, one.why) for one in outliving(UnitFacts(facts), PLACES)]


def test_a_district_its_office_and_its_commune_outlive_their_kinds() -> None:
    assert told(PROVINCE, DISTRICT, OFFICE, COMMUNE) == [
        (4, JULY, "“Đơn vị cấp xã” không còn được đặt dưới district 2 (UBND cấp huyện)"),
        (2, JULY, "“UBND cấp huyện” không còn được đặt dưới province 1 (UBND cấp tỉnh)"),
        (
            3,
            JULY,
            "“Phòng thuộc UBND cấp huyện” không còn được đặt dưới district 2 (UBND cấp huyện)",
        ),
    ]


def test_units_that_end_or_move_on_the_day_outlive_nothing() -> None:
    until = Period(START, JULY)
    assert told(
        PROVINCE,
        fact(2, UnitKind.DISTRICT, 1, until),
        fact(4, UnitKind.COMMUNE, 2, until),
        fact(4, UnitKind.COMMUNE, 1, Period(JULY)),
    ) == []  # fmt: skip


def test_a_unit_that_ends_a_day_too_late_outlives_its_kind() -> None:
    late = fact(2, UnitKind.DISTRICT, 1, Period(START, JULY + timedelta(days=1)))
    assert [(unit_id, since) for unit_id, since, _ in told(PROVINCE, late)] == [(2, JULY)]


def test_what_is_misplaced_from_its_first_day_on_is_another_fault() -> None:
    assert told(PROVINCE, fact(2, UnitKind.DISTRICT, 1, Period(JULY))) == []


def test_a_unit_whose_superior_becomes_what_it_may_not_stand_under_is_named_from_that_day() -> None:
    day = date(2025, 3, 1)
    above = [
        fact(1, UnitKind.DISTRICT, None, Period(START, day)),
        fact(1, UnitKind.PROVINCE, None, Period(day)),
    ]
    below = fact(4, UnitKind.COMMUNE, 1)
    assert [since for unit_id, since, _ in told(*above, below) if unit_id == 4] == [day]


def test_a_top_that_may_be_one_no_more_is_named() -> None:
    places = Placements([Placement(UnitKind.PROVINCE, None, Period(FIRST, JULY))])
    (found,) = outliving(UnitFacts([PROVINCE]), places)
    assert found.sentence == (
        "province 1: từ ngày 01/07/2025 “UBND cấp tỉnh” không còn được đặt trên cùng. "
        "Ghi đợt sắp xếp đơn vị này của ngày đó."
    )


@pytest.mark.parametrize(
    ("days", "since"),
    [
        (Period(JULY), JULY),
        (Period(AUGUST), AUGUST),
        (Period(JUNE_30, JULY), None),
    ],
)
def test_a_township_outlives_its_designation(days: Period, since: date | None) -> None:
    town = fact(4, UnitKind.COMMUNE, 1, days, "thị trấn")
    places = Placements([Placement(UnitKind.COMMUNE, "province", Period(FIRST))])
    found = outliving(UnitFacts([PROVINCE, town]), places)
    assert [one.since for one in found if one.fact is town] == ([since] if since else [])
    assert all("không còn loại hình “thị trấn”" in one.why for one in found if one.fact is town)


def test_a_township_below_a_district_is_named_once() -> None:
    town = fact(4, UnitKind.COMMUNE, 2, designation="thị trấn")
    assert [unit_id for unit_id, _, _ in told(PROVINCE, DISTRICT, town)].count(4) == 1


def test_only_territories_are_called_townships() -> None:
    team = UnitFact(5, "Tổ", UnitKind.COMMUNITY_TEAM, 4, Period(START), "thị trấn")
    places = Placements([Placement(UnitKind.COMMUNITY_TEAM, "commune", Period(FIRST))])
    found = outliving(UnitFacts([fact(4, UnitKind.COMMUNE, 1), team]), places)
    assert [one.fact for one in found if one.fact is team] == []


@pytest.mark.parametrize(
    ("facts", "everywhere", "today", "told_as"),
    [
        pytest.param([], JULY, JULY, "fault", id="the data goes on until then"),
        pytest.param([], START, JULY, "to tell", id="the data ends before"),
        pytest.param([], START, JUNE_30, "nothing", id="the day has not come"),
        pytest.param(
            [fact(5, UnitKind.COMMUNE, 2, Period(START, JULY))], START, START, "fault",
            id="a territory ended that day",
        ),
        pytest.param(
            [fact(5, UnitKind.COMMUNE, 1, Period(JULY))], START, START, "fault",
            id="a territory began that day",
        ),
        pytest.param(
            [fact(5, UnitKind.COMMUNITY_TEAM, 4, Period(JULY))], START, JULY, "to tell",
            id="a team tells nothing",
        ),
        pytest.param(
            [fact(5, UnitKind.COMMUNE, 2, Period(START, JUNE_30))], START, JULY, "to tell",
            id="a territory ended the day before",
        ),
        pytest.param(
            [fact(8, UnitKind.PROVINCE, None), fact(9, UnitKind.COMMUNE, 8, Period(JULY))],
            START, JULY, "to tell", id="another province",
        ),
    ],
)  # fmt: skip
def test_outliving_is_a_fault_where_the_registry_knows_the_day_else_it_is_to_be_told(
    facts: Sequence[UnitFact], everywhere: date, today: date, told_as: str
) -> None:
    every = UnitFacts([PROVINCE, DISTRICT, COMMUNE, *facts])
    late = [one for one in outliving(every, PLACES) if one.fact in {DISTRICT, COMMUNE}]
    known = told_until(every, everywhere)
    assert len(faults_of(late, every, known)) == (2 if told_as == "fault" else 0)
    line = "province 1: chưa ghi đợt sắp xếp ngày 01/07/2025; 2 đơn vị có loại kết thúc từ ngày đó."
    assert still_to_tell(late, every, known, today) == ([line] if told_as == "to tell" else [])
