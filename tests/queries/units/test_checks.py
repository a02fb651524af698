"""All facts about units at once, for the checks that look at them together."""

from datetime import date

from flask import Flask

from registry.domain.periods import Period
from registry.domain.units.facts import UnitFact
from registry.domain.units.kinds import UnitKind
from registry.domain.units.paths import PathPeriod
from registry.domain.units.placements import Placement
from registry.models.base import db
from registry.models.units import KindPlacement, Unit, UnitPeriod
from registry.queries.units.checks import (
    all_placements,
    first_placed_day,
    stored_paths,
    unit_facts,
    unit_ids_by_code,
)
from tests.factories.units import START, end_unit, make_unit, move_unit, rename_unit

JUNE_10, JUNE_20 = date(2024, 6, 10), date(2024, 6, 20)
KIND = UnitKind.MASS_ORGANISATION


def test_every_period_is_told_with_the_code_of_the_state_else_of_the_registry_else_its_number(
    app: Flask,
) -> None:
    coded = make_unit("Tỉnh Có Mã", UnitKind.PROVINCE, code="98")
    coded.registry_code = "T-CU"
    own = make_unit("Hội Một", KIND, coded, since=JUNE_10)
    bare = Unit()
    bare.periods.append(
        UnitPeriod(
            name="Hội Hai",
            kind=KIND,
            search_key="",
            sort_key="",
            designation="hội",
            valid_from=START,
            valid_to=JUNE_20,
        )
    )
    db.session.add(bare)
    rename_unit(coded, "Tỉnh Đổi Tên", JUNE_20)
    assert unit_facts() == [
        UnitFact(coded.id, "98 Tỉnh Có Mã", UnitKind.PROVINCE, None, Period(START, JUNE_20)),
        UnitFact(coded.id, "98 Tỉnh Đổi Tên", UnitKind.PROVINCE, None, Period(JUNE_20, None)),
        UnitFact(own.id, f"{own.registry_code} Hội Một", KIND, coded.id, Period(JUNE_10, None)),
        UnitFact(bare.id, f"{bare.id} Hội Hai", KIND, None, Period(START, JUNE_20), "hội"),
    ]


def test_codes_lead_to_the_units_that_stand_on_the_day(app: Flask) -> None:
    coded = make_unit("Tỉnh Có Mã", UnitKind.PROVINCE, code="98")
    coded.registry_code = "T-CU"
    own = make_unit("Hội Một", KIND, coded, since=JUNE_10)
    ended = make_unit("Tỉnh Hết", UnitKind.PROVINCE, code="97", until=JUNE_20)
    bare = Unit()
    bare.periods.append(
        UnitPeriod(name="Hội Hai", kind=KIND, search_key="", sort_key="", valid_from=START)
    )
    db.session.add(bare)
    db.session.flush()
    assert unit_ids_by_code(date(2024, 6, 9)) == {"98": coded.id, "97": ended.id}
    both = {"98": coded.id, "97": ended.id, own.registry_code: own.id}
    assert unit_ids_by_code(JUNE_10) == unit_ids_by_code(date(2024, 6, 19)) == both
    assert unit_ids_by_code(JUNE_20) == {"98": coded.id, own.registry_code: own.id}


def test_paths_and_placements_are_read_whole(app: Flask) -> None:
    top = make_unit("Tỉnh Một", UnitKind.PROVINCE, code="98")
    other = make_unit("Tỉnh Hai", UnitKind.PROVINCE, code="97")
    body = make_unit("Hội Một", KIND, top)
    move_unit(body, other, JUNE_10)
    end_unit(body, JUNE_20)
    assert stored_paths() == [
        PathPeriod(top.id, f"/{top.id}/", Period(START, None)),
        PathPeriod(other.id, f"/{other.id}/", Period(START, None)),
        PathPeriod(body.id, f"/{top.id}/{body.id}/", Period(START, JUNE_10)),
        PathPeriod(body.id, f"/{other.id}/{body.id}/", Period(JUNE_10, JUNE_20)),
    ]
    db.session.add_all(
        [
            KindPlacement(kind=UnitKind.PROVINCE, parent_kind=None, valid_from=JUNE_10),
            KindPlacement(kind=KIND, parent_kind="province", valid_from=START, valid_to=JUNE_20),
        ]
    )
    db.session.flush()
    assert all_placements() == [
        Placement(UnitKind.PROVINCE, None, Period(JUNE_10, None)),
        Placement(KIND, "province", Period(START, JUNE_20)),
    ]
    assert first_placed_day() == START


def test_without_any_rule_of_places_there_is_no_first_day(app: Flask) -> None:
    assert first_placed_day() is None
