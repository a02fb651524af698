"""What a reorganisation does to people: heads on a day, and what is asked about ended units."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.memberships import MemberRole
from registry.domain.reorganisations.annex import Part
from registry.domain.reorganisations.plan import Plan, PlannedUnit, SuccessionPlan
from registry.domain.reorganisations.questions import AskedNoun
from registry.domain.reorganisations.summary import Heads
from registry.domain.units.kinds import UnitKind
from registry.queries.reorganisations.before import units_before
from registry.queries.reorganisations.effects import heads_on, questions_of
from tests.factories.people import make_assignment, make_member, make_membership, make_person
from tests.factories.units import Province, make_unit

JUNE_9, JUNE_10 = date(2024, 6, 9), date(2024, 6, 10)
JUNE_19, JUNE_20 = date(2024, 6, 19), date(2024, 6, 20)


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def test_people_of_several_of_the_units_are_counted_once_and_each_assignment(
    here: Province,
) -> None:
    both = make_member("Lê Văn Hai", here.commune)
    make_membership(both, here.other_commune, is_main=False)
    make_member("Lê Văn Sau", here.commune, since=JUNE_10)
    make_member("Lê Văn Trước", here.commune, until=JUNE_20)
    make_member("Lê Văn Xa", here.far_commune)
    make_assignment(both, here.commune, None)
    make_assignment(both, here.other_commune, None, since=JUNE_10, until=JUNE_20)
    make_assignment(both, here.far_commune, None)
    units = [here.commune.id, here.other_commune.id]
    told = {day: heads_on(units, day) for day in (JUNE_9, JUNE_10, JUNE_19, JUNE_20)}
    assert told == {
        JUNE_9: Heads(people=2, assignments=1),
        JUNE_10: Heads(people=3, assignments=2),
        JUNE_19: Heads(people=3, assignments=2),
        JUNE_20: Heads(people=2, assignments=1),
    }
    assert heads_on([], JUNE_10) == Heads(0, 0)


def test_of_split_and_dissolved_units_is_asked_who_and_what_still_stands_there(
    here: Province,
) -> None:
    split, dissolved, merged = here.commune, here.other_commune, here.far_commune
    team = make_unit("Tổ 2", UnitKind.COMMUNITY_TEAM, split)
    first_team = make_unit("Tổ 1", UnitKind.COMMUNITY_TEAM, split)
    coded = make_unit("Tổ Đã Có Mã", UnitKind.COMMUNITY_TEAM, dissolved, code="90102-1")
    in_the_annex = make_unit("Tổ Trong Phụ lục", UnitKind.COMMUNITY_TEAM, dissolved)
    district_office = make_unit("Phòng", UnitKind.DISTRICT_OFFICE, dissolved)
    later, first = (make_person(name) for name in ("Lê Văn Vinh", "Trần Văn Anh"))
    lines = {
        "later": make_membership(later, split, role=MemberRole.HEAD),
        "first": make_membership(first, split),
        "to_come": make_membership(make_person("Lê Văn Sau"), dissolved, since=JUNE_20),
    }
    gone = make_membership(make_person("Lê Văn Trước"), dissolved, until=JUNE_20)
    make_member("Lê Văn Nhập", merged)
    assigned = make_assignment(later, split, None)
    section = make_assignment(here.section, dissolved, None)
    make_assignment(first, dissolved, None, until=JUNE_20)
    make_assignment(first, merged, None)
    new = PlannedUnit(-1, "Xã Mới", UnitKind.COMMUNE, here.district.id)
    plan = Plan(
        established=(new,),
        ended={unit.id: "" for unit in (merged, dissolved, split)} | {987_654: ""},
        moved=frozenset({team.id, first_team.id}),
        ended_along=frozenset({coded.id, district_office.id}),
        successions=(
            SuccessionPlan(split.id, -1, Part.PART),
            SuccessionPlan(split.id, here.far_commune.id, Part.PART),
            SuccessionPlan(merged.id, -1, Part.WHOLE),
        ),
    )
    units = units_before(JUNE_20)
    asked = questions_of(plan, units, JUNE_20)
    choices = (("Xã Mới", "Xã Mới"), ("90201", "Xã Đại Minh"))
    unit, person, duty = AskedNoun.UNIT, AskedNoun.MEMBERSHIP, AskedNoun.ASSIGNMENT
    head, member = MemberRole.HEAD.label, MemberRole.MEMBER.label
    assert [(one.noun, one.key, one.label) for one in asked if one.unit_id == split.id] == [
        (person, lines["first"].line_id, f"Trần Văn Anh – {member}"),
        (person, lines["later"].line_id, f"Lê Văn Vinh – {head}"),
        (duty, assigned.line_id, f"{assigned.role.label} – Lê Văn Vinh"),
        (unit, first_team.registry_code, "Tổ 1"),
        (unit, team.registry_code, "Tổ 2"),
    ]
    assert {(one.unit_name, one.choices) for one in asked if one.unit_id == split.id} == {
        ("Xã Bình Minh", choices)
    }
    of_dissolved = [one for one in asked if one.unit_id == dissolved.id]
    assert [(one.noun, one.key, one.label, one.choices) for one in of_dissolved] == [
        (person, lines["to_come"].line_id, f"Lê Văn Sau – {member}", ()),
        (duty, section.line_id, f"{section.role.label} – bộ phận", ()),
        (unit, "90102-1", "Tổ Đã Có Mã", ()),
    ]
    # Nothing is asked of who left by then, of a unit taken over whole, of what the annex names.
    assert len(asked) == 8
    assert in_the_annex.registry_code not in {one.key for one in asked}
    told_the_day_before = {one.key for one in questions_of(plan, units, JUNE_19)}
    assert gone.line_id in told_the_day_before


def test_of_a_unit_that_lives_on_is_asked_what_goes_along_and_of_the_rest_what_does_not(
    here: Province,
) -> None:
    giver, left = here.commune, here.other_commune
    team = make_unit("Tổ 1", UnitKind.COMMUNITY_TEAM, giver)
    in_the_annex = make_unit("Tổ 2", UnitKind.COMMUNITY_TEAM, giver)
    make_unit("Văn phòng", UnitKind.COMMUNE_OFFICE, giver)
    of_the_rest = make_unit("Tổ 3", UnitKind.COMMUNITY_TEAM, left)
    for unit in (giver, left):
        make_member("Lê Văn Hai", unit)
    plan = Plan(
        established=(PlannedUnit(-1, "Xã Mới", UnitKind.COMMUNE, here.district.id, code="90999"),),
        ended={left.id: ""},
        moved=frozenset({of_the_rest.id}),
        changed={
            unit.id: PlannedUnit(unit.id, "Tổ", UnitKind.COMMUNITY_TEAM, -1)
            for unit in (of_the_rest, in_the_annex)
        },
        successions=(
            SuccessionPlan(giver.id, -1, Part.PART),
            SuccessionPlan(left.id, -1, Part.PART),
            SuccessionPlan(left.id, here.far_commune.id, Part.REST),
        ),
    )
    asked = questions_of(plan, units_before(JUNE_20), JUNE_20)
    new, far = ("90999", "Xã Mới"), ("90201", "Xã Đại Minh")
    assert [(one.unit_id, one.label, one.choices, one.default) for one in asked] == [
        (giver.id, "Lê Văn Hai – Thành viên", (new,), ("ở lại", "Ở lại Xã Bình Minh")),
        (giver.id, "Tổ 1", (new,), ("ở lại", "Ở lại Xã Bình Minh")),
        (left.id, "Lê Văn Hai – Thành viên", (new,), far),
        (left.id, "Tổ 3", (new,), far),
    ]
    assert [one.key for one in asked if one.label == "Tổ 1"] == [team.registry_code]
