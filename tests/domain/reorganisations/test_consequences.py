"""What follows from an annex, and what never does: that a unit it lets live on ends."""

from datetime import date

import pytest

from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.plan import Plan, PlannedUnit
from registry.domain.reorganisations.planning import plan_reorganisation
from registry.domain.units.kinds import UnitKind

DAY = date(2025, 2, 1)
PROVINCE = PlannedUnit(1, "Tỉnh Một", UnitKind.PROVINCE, None, "98")
LEFT = PlannedUnit(2, "Huyện Trống", UnitKind.DISTRICT, 1)
OFFICE = PlannedUnit(3, "Phòng Văn hóa huyện Trống", UnitKind.DISTRICT_OFFICE, 2)
FULL = PlannedUnit(4, "Huyện Đông", UnitKind.DISTRICT, 1)
COMMUNE = PlannedUnit(5, "Xã Một", UnitKind.COMMUNE, 2, "98101")
STAYING = PlannedUnit(6, "Xã Hai", UnitKind.COMMUNE, 4, "98102")
TEAM = PlannedUnit(7, "Tổ thôn 1", UnitKind.COMMUNITY_TEAM, 5)
UNITS = [PROVINCE, LEFT, OFFICE, FULL, COMMUNE, STAYING, TEAM]

LEAVES = AnnexRow(
    2, old_id=5, new_name="Xã Một", new_kind="xã", new_code="98101", new_parent_id=4, how=How.MOVE
)


def stays(unit: PlannedUnit, number: int = 3) -> AnnexRow:
    return AnnexRow(
        number,
        old_id=unit.id,
        new_name=unit.name,
        new_kind=unit.designation or unit.kind.value,
        new_code=unit.code,
        new_parent_id=unit.parent_id,
    )


def plan(*rows: AnnexRow) -> Plan:
    return plan_reorganisation(UNITS, rows, DAY, lambda _kind, _above: True)


def test_a_district_that_all_its_communes_leave_ends_with_its_office() -> None:
    made = plan(LEAVES)
    assert made.problems == ()
    assert set(made.ended) == {LEFT.id, OFFICE.id}
    assert made.ended_along == {OFFICE.id}


def test_a_district_that_the_annex_lets_live_on_keeps_its_office_without_a_commune() -> None:
    made = plan(LEAVES, stays(LEFT))
    assert made.problems == ()
    assert made.ended == {}
    assert LEFT.id in made.continued


def test_a_district_renamed_by_a_row_lives_on_though_all_its_communes_leave() -> None:
    made = plan(
        LEAVES,
        AnnexRow(3, old_id=2, new_name="Huyện Mới", new_kind="huyện", new_parent_id=1,
                 how=How.RENAME),
    )  # fmt: skip
    assert made.problems == ()
    assert made.ended == {}
    assert made.changed[LEFT.id].name == "Huyện Mới"


def test_a_district_that_gives_a_part_away_lives_on_though_all_its_communes_leave() -> None:
    given = AnnexRow(
        3, old_id=2, new_name="Huyện Đông", new_kind="huyện", new_parent_id=1, part=Part.PART,
        how=How.ADJUST,
    )  # fmt: skip
    made = plan(LEAVES, given)
    assert made.problems == ()
    assert made.ended == {}


def test_what_gives_a_part_away_under_a_unit_that_ends_is_refused_at_its_row() -> None:
    given = AnnexRow(
        3, old_id=3, new_name="Phòng Văn hóa huyện Đông", new_kind="district_office",
        new_parent_id=4, part=Part.PART, how=How.SEPARATE,
    )  # fmt: skip
    made = plan(LEAVES, given)
    (problem,) = made.problems
    assert (problem.row, problem.field) == (3, "new_parent")


def test_an_office_that_stays_under_a_district_that_ends_is_refused_at_its_row() -> None:
    made = plan(LEAVES, stays(OFFICE))
    (problem,) = made.problems
    assert (problem.row, problem.field) == (3, "new_parent")
    assert "kết thúc cùng ngày" in problem.message
    assert made.continued.isdisjoint(made.ended)


def test_a_team_that_stays_goes_along_with_its_commune_like_one_that_no_row_names() -> None:
    merged = AnnexRow(
        2, old_id=5, new_name="Xã Hai", new_kind="xã", new_code="98102", new_parent_id=4,
        how=How.ABSORB,
    )  # fmt: skip
    for rows in ([merged], [merged, stays(TEAM)]):
        made = plan(*rows)
        assert made.problems == ()
        assert made.changed[TEAM.id].parent_id == STAYING.id
        assert TEAM.id not in made.ended


@pytest.mark.parametrize("named", [False, True])
def test_a_team_of_a_divided_commune_ends_unless_a_row_says_it_stays(named: bool) -> None:  # noqa: FBT001 - one of two
    parts = [
        AnnexRow(number, old_id=5, new_name=name, new_kind="xã", new_code=code, new_parent_id=2,
                 part=Part.PART, how=How.DIVIDE)
        for number, name, code in ((2, "Xã Ba", "98103"), (3, "Xã Bốn", "98104"))
    ]  # fmt: skip
    made = plan(*parts, *([stays(TEAM, 4)] if named else []))
    assert [problem.row for problem in made.problems] == ([4] if named else [])
    assert (TEAM.id in made.ended) is not named
