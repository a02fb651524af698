"""What the writing of a plan makes of the units, and what it refuses of those it has written."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.plan import PlannedUnit
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.coverage import Completeness
from registry.models.units import Unit, UnitContact, UnitPeriod
from registry.queries.units.codes import registry_codes
from registry.queries.units.on_a_day import search
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.journal import Journal
from registry.services.reorganisations.undoing import undo
from registry.services.reorganisations.units import establish, misplaced
from tests.conftest import TODAY
from tests.factories.coverage import make_complete
from tests.factories.reorganisations import LATER_MOMENT, compose_rows, everything
from tests.factories.small_province import DAY, EVE, SmallProvince, carried, named, periods
from tests.factories.statements import statements_counted
from tests.factories.units import BEFORE_THE_MOVE, START, MovingCommunes, make_unit


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
    assert (
        "của “Xã Trùng Mã” cùng ngày là của một đơn vị khác." in told[here.district.id][0].message
    )
    assert f"cùng ngày là của “{other.periods[0].name}”." in told[here.other_district.id][0].message
    assert misplaced({ended.id}, date(2024, 6, 25), here.below(here.district), TODAY) == []


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


def names_of(unit: Unit) -> list[tuple[str, int | None, date, date | None]]:
    return [
        (row.name, row.parent_id, row.valid_from, row.valid_to)
        for row in periods(UnitPeriod, unit_id=unit.id)
    ]


def test_what_was_planned_for_later_ends_with_its_unit_or_moves_with_the_place_it_was_to_take(
    small: SmallProvince,
) -> None:
    later = DAY + timedelta(days=20)
    office = make_unit("Phòng Nội vụ", UnitKind.DISTRICT_OFFICE, small.other_district)
    team = make_unit("Tổ thôn 4", UnitKind.COMMUNITY_TEAM, small.far_commune)
    carried(
        [
            AnnexRow(
                2, "x", old_id=office.id, new_name="Phòng Nội vụ – Lao động", how=How.RENAME,
                new_kind="district_office", new_parent_id=small.other_district.id,
                part=Part.WHOLE,
            ),
            AnnexRow(
                3, "x", old_id=small.other_commune.id, new_name="Xã Bình Đào", how=How.MOVE,
                new_kind="xã", new_code="90102", new_parent_id=small.other_district.id,
                part=Part.WHOLE,
            ),
            AnnexRow(
                4, "x", old_id=team.id, new_name="Tổ thôn 4", how=How.MOVE,
                new_kind="community_team", new_parent_id=small.commune.id, part=Part.WHOLE,
            ),
        ],
        later,
    )  # fmt: skip
    before = everything()
    outcome = carried(
        [
            *small.dissolve(small.other_district),
            AnnexRow(
                3, "x", old_id=small.commune.id, new_name="Xã Thăng Bình", new_kind="xã",
                how=How.MERGE, new_parent_id=small.district.id, part=Part.WHOLE, new_code="90109",
            ),
        ]
    )  # fmt: skip
    assert names_of(office) == [("Phòng Nội vụ", small.other_district.id, START, DAY)]
    assert names_of(small.other_commune)[1:] == [("Xã Bình Đào", small.province.id, later, None)]
    assert [row[1] for row in names_of(team)] == [
        small.far_commune.id,
        named("Xã Thăng Bình").id,
    ]
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == before


def test_what_was_to_stand_under_a_unit_that_ends_without_successor_stands_against_it(
    small: SmallProvince,
) -> None:
    team = make_unit("Tổ thôn 4", UnitKind.COMMUNITY_TEAM, small.far_commune)
    move = AnnexRow(
        2, "x", old_id=team.id, new_name="Tổ thôn 4", how=How.MOVE,
        new_kind="community_team", new_parent_id=small.commune.id, part=Part.WHOLE,
    )  # fmt: skip
    carried([move], DAY + timedelta(days=20))
    batch = compose_rows(DAY, small.dissolve(small.commune))
    (problem,) = apply(system_actor(), batch.id, LATER_MOMENT).problems
    assert "“Xã Bình Minh” không tồn tại suốt thời gian “Tổ thôn 4” trực thuộc" in problem.message


def test_with_its_province_an_ended_district_leaves_later_places_to_the_new_province(
    small: SmallProvince,
) -> None:
    make_complete(small.province, START)
    later = DAY + timedelta(days=20)
    move = AnnexRow(
        2, "x", old_id=small.other_commune.id, new_name="Xã Bình Đào", how=How.MOVE,
        new_kind="xã", new_code="90102", new_parent_id=small.other_district.id, part=Part.WHOLE,
    )  # fmt: skip
    carried([move], later)
    merge = AnnexRow(
        3, "x", old_id=small.province.id, new_name="Tỉnh Mới", new_kind="tỉnh", new_code="97",
        how=How.MERGE, part=Part.WHOLE,
    )  # fmt: skip
    carried([*small.dissolve(small.other_district), merge])
    new = named("Tỉnh Mới").id
    assert names_of(small.other_commune)[-1] == ("Xã Bình Đào", new, later, None)
    known = {
        row.unit_id: (row.complete_from, row.version)
        for row in db.session.scalars(select(Completeness))
    }
    assert known == {small.province.id: (START, 1), new: (DAY, 1)}


def test_a_new_unit_without_official_code_gets_the_next_one_below_its_nearest_coded_superior(
    small: SmallProvince,
) -> None:
    district = make_unit("Huyện Mới", UnitKind.DISTRICT, small.province, code="903", since=EVE)
    carried(
        [
            AnnexRow(2, "x", new_name=name, new_kind=kind, new_parent_id=above.id)
            for name, kind, above in (
                ("Sở Một", "department", small.province),
                ("Sở Hai", "department", small.province),
                ("Phòng Mới", "district_office", district),
                ("Tổ của tổ", "community_team", small.team),
            )
        ]
    )
    carried(
        [AnnexRow(2, "x", new_name="Sở Ba", new_kind="department", new_parent_id=small.province.id)]
    )
    names = ("Sở Một", "Sở Hai", "Sở Ba", "Phòng Mới", "Tổ của tổ")
    assert [named(name).code for name in names] == [
        "99-SBN-01",
        "99-SBN-02",
        "99-SBN-03",
        "903-PCM-01",
        "90101-CNSCD-01",
    ]


def test_the_coded_superior_may_come_with_the_unit_or_be_missing(small: SmallProvince) -> None:
    commune = PlannedUnit(-1, "Xã Mới", UnitKind.COMMUNE, small.district.id, code="90150")
    team = PlannedUnit(-2, "Tổ Mới", UnitKind.COMMUNITY_TEAM, commune.id)
    partner = PlannedUnit(-3, "Viện Mới", UnitKind.PARTNER_ORGANISATION, None)
    ids = establish(Journal(1), [team, commune, partner], DAY)
    codes = registry_codes(ids.values())
    assert {unit_id: codes[ids[unit_id]] for unit_id in ids} == {
        -1: None,
        -2: "90150-CNSCD-01",
        -3: "X-PH-01",
    }


def test_a_renamed_unit_is_found_by_its_new_name_and_by_the_code_it_keeps(
    small: SmallProvince,
) -> None:
    establish = AnnexRow(
        2, "x", new_name="Sở Một", new_kind="department", new_parent_id=small.province.id
    )
    carried([establish])
    rename = AnnexRow(
        2, "x", old_id=named("Sở Một").id, new_name="Sở Tài sản", new_kind="department",
        new_parent_id=small.province.id, how=How.RENAME, part=Part.WHOLE,
    )  # fmt: skip
    day = DAY + timedelta(days=1)
    carried([rename], day)
    for words in ("tài sản", "99-SBN-01"):
        assert [hit.row.name for hit in search(words, day)] == ["Sở Tài sản"]
    # Found by what the new period says, not only by the one before it.
    (now,) = periods(UnitPeriod, name="Sở Tài sản")
    assert {"99", "sbn", "01"} <= set(now.search_key.split())


def test_of_several_predecessors_the_one_with_the_code_hands_on_its_contact(
    small: SmallProvince,
) -> None:
    db.session.add(UnitContact(unit_id=small.other_commune.id, phone="+842353000002"))
    db.session.flush()
    carried([replace(row, new_code="90102") for row in small.merge()])
    contact = db.session.get_one(UnitContact, named("Xã Thăng Bình").id)
    assert (contact.phone, contact.version) == ("+842353000002", 1)


def test_new_teams_of_one_commune_ask_no_more_of_the_database_than_one_team(
    small: SmallProvince,
) -> None:
    def asked(count: int) -> int:
        teams = [
            PlannedUnit(-at, f"Tổ {count} {at}", UnitKind.COMMUNITY_TEAM, small.commune.id)
            for at in range(1, count + 1)
        ]
        with statements_counted() as sent:
            establish(Journal(1), teams, DAY)
            return sent()

    assert asked(30) == asked(1)
