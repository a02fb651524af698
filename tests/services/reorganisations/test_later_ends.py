"""What is put under a unit of which the end is known goes where all below that goes."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.permissions import system_actor
from registry.domain.reorganisations.annex import AnnexRow, How
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import Unit, UnitPeriod
from registry.services.reorganisations.journal import Journal
from registry.services.reorganisations.later_ends import follow_above
from registry.services.reorganisations.undoing import undo
from tests.factories.reorganisations import LATER_MOMENT, everything
from tests.factories.small_province import DAY, SmallProvince, carried, named, periods
from tests.factories.units import end_unit, make_unit

EARLIER = date(2024, 9, 1)


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


def team_in(unit: Unit, name: str = "Tổ CNSCĐ thôn 9") -> AnnexRow:
    return AnnexRow(2, "x", new_name=name, new_kind="community_team", new_parent_id=unit.id)


def ways(name: str) -> list[tuple[int | None, date, date | None]]:
    """Return where a unit of that name stands: from, to."""
    rows = db.session.scalars(
        select(UnitPeriod).where(UnitPeriod.name == name).order_by(UnitPeriod.valid_from)
    )
    return [(row.parent_id, row.valid_from, row.valid_to) for row in rows]


def test_a_team_founded_in_a_commune_that_ends_later_goes_on_in_its_successors_one_after_another(
    small: SmallProvince,
) -> None:
    carried(small.merge())
    new = named("Xã Thăng Bình")
    june = date(2025, 6, 1)
    absorbed = AnnexRow(
        2, "x", old_id=new.id, new_name="Xã Đại Minh", new_kind="xã", new_code="90201",
        new_parent_id=small.other_district.id, how=How.ABSORB,
    )  # fmt: skip
    carried([absorbed], june)
    state = everything()
    outcome = carried([team_in(small.commune)], EARLIER)
    assert ways("Tổ CNSCĐ thôn 9") == [
        (small.commune.id, EARLIER, DAY),
        (new.id, DAY, june),
        (small.far_commune.id, june, None),
    ]
    undo(system_actor(), outcome.batch_id or 0, LATER_MOMENT)
    assert everything() == state


def test_a_team_founded_in_a_commune_that_is_divided_later_ends_with_it(
    small: SmallProvince,
) -> None:
    carried(small.split())
    carried([team_in(small.commune)], EARLIER)
    assert ways("Tổ CNSCĐ thôn 9") == [(small.commune.id, EARLIER, DAY)]


def test_a_commune_put_under_a_district_that_ends_later_goes_on_under_the_province(
    small: SmallProvince,
) -> None:
    carried(small.dissolve(small.other_district))
    row = AnnexRow(
        2, "x", old_id=small.other_commune.id, new_name="Xã Bình Đào", new_kind="xã",
        new_parent_id=small.other_district.id, how=How.MOVE,
    )  # fmt: skip
    carried([row], EARLIER)
    found = periods(UnitPeriod, unit_id=small.other_commune.id)[1:]
    assert [(row.parent_id, row.valid_from, row.valid_to) for row in found] == [
        (small.other_district.id, EARLIER, DAY),
        (small.province.id, DAY, None),
    ]
    assert {row.official_code for row in found} == {"90102"}


@pytest.mark.parametrize("own_end", [date(2025, 1, 5), DAY])
def test_what_ends_before_or_with_what_is_above_it_is_left_as_it_was_planned(
    small: SmallProvince, own_end: date
) -> None:
    outcome = carried(small.dissolve(small.commune))
    team = make_unit("Tổ cũ", UnitKind.COMMUNITY_TEAM, small.commune, since=EARLIER)
    end_unit(team, own_end)
    journal = Journal(outcome.batch_id or 0)
    follow_above(journal, [team.id], [], EARLIER)
    assert journal.close() == 0
    assert ways("Tổ cũ") == [(small.commune.id, EARLIER, own_end)]
