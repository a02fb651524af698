"""What an annex does to the units: the three real cases of 2025, other provinces, bad input."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.old_side import create_missing
from registry.domain.reorganisations.plan import PlannedUnit
from registry.domain.reorganisations.planning import plan_reorganisation
from registry.domain.units.kinds import UnitKind
from registry.formats.annex import read_annex

SEEDS = Path(__file__).parents[3] / "seeds"
JANUARY, MARCH, JULY = date(2025, 1, 1), date(2025, 3, 1), date(2025, 7, 1)
FILES = {
    JANUARY: ["reorganisation_2025-01-01_quang_nam.csv"],
    MARCH: ["reorganisation_2025-03-01_quang_nam_departments.csv"],
    JULY: [
        "reorganisation_2025-07-01_da_nang.csv",
        "reorganisation_2025-07-01_quang_nam_bodies.csv",
    ],
}


def seed(name):
    return csv.DictReader((SEEDS / "reference" / name).read_text(encoding="utf-8").splitlines())


def placements_on(day):
    """Return the rule of the reference data for which kind may stand under which on `day`."""
    allowed = {
        (row["kind"], row["parent_kind"] or None)
        for row in seed("kind_placements.csv")
        if row["valid_from"] <= day.isoformat() < (row["valid_to"] or "9999")
    }
    return lambda kind, above: (kind.value, above.value if above else None) in allowed


def units_of_june_2024():
    ids, units = {}, []
    for number, row in enumerate(seed("units.csv"), start=1):
        ids[row["code"] or row["registry_code"]] = number
        units.append(
            PlannedUnit(
                id=number,
                name=row["name"],
                kind=UnitKind(row["kind"]),
                parent_id=ids.get(row["parent"]),
                code=row["code"] or None,
                short_name=row["short_name"] or None,
                designation=row["designation"] or None,
                takes_part=row["takes_part"] == "1",
                not_taking_part_reason=row["reason"] or None,
            )
        )
    return units


@cache
def annex(day):
    rows = []
    for name in FILES[day]:
        found, problems = read_annex(name, (SEEDS / "reorganisations" / name).read_bytes())
        assert problems == []
        rows += found
    return tuple(rows)


def plan(units, rows, day, **more):
    return plan_reorganisation(units, rows, day, placements_on(day), **more)


def outcome(units, made):
    """Return the units as a plan leaves them, the established ones with ids of their own."""
    standing = {u.id: made.changed.get(u.id, u) for u in units if u.id not in made.ended}
    standing |= {unit.id: unit for unit in made.established}
    first = 1 + max(standing)
    new = {old: first + place for place, old in enumerate(i for i in standing if i < 0)}
    return [
        replace(
            unit, id=new.get(unit.id, unit.id), parent_id=new.get(unit.parent_id, unit.parent_id)
        )
        for unit in standing.values()
    ]


def after(day):
    """Return the units once the annexes up to `day` have taken effect."""
    units = units_of_june_2024()
    for effective in FILES:
        if effective <= day:
            rows = annex(effective)
            units += create_missing(rows, units)
            made = plan(units, rows, effective)
            assert made.problems == ()
            units = outcome(units, made)
    return units


def kinds(units):
    return Counter(unit.kind for unit in units)


def named(units, name):
    (found,) = [unit for unit in units if unit.name == name]
    return found


def names(units, ids):
    by_id = {unit.id: unit.name for unit in units}
    return {by_id[unit_id] for unit_id in ids}


# --- the real cases ------------------------------------------------------------------------------


def test_on_new_years_day_2025_241_communes_become_233_and_18_districts_17():
    assert kinds(units_of_june_2024())[UnitKind.COMMUNE] == 241
    found = kinds(after(JANUARY))
    assert (found[UnitKind.COMMUNE], found[UnitKind.DISTRICT]) == (233, 17)


def test_nong_son_ends_and_its_office_with_que_son_as_whole_successor():
    units = units_of_june_2024()
    made = plan(units, annex(JANUARY), JANUARY)
    for gone, heir in [
        ("Huyện Nông Sơn", "Huyện Quế Sơn"),
        ("Phòng Văn hóa và Thông tin huyện Nông Sơn", "Phòng Văn hóa và Thông tin huyện Quế Sơn"),
    ]:
        unit = named(units, gone)
        assert unit.id in made.ended
        assert made.heir(unit.id) == named(units, heir).id


def test_a_commune_of_the_same_code_and_name_lives_on_and_only_its_district_changes():
    units = units_of_june_2024()
    made = plan(units, annex(JANUARY), JANUARY)
    ninh_phuoc = named(units, "Xã Ninh Phước")
    que_son = named(units, "Huyện Quế Sơn")
    assert made.changed[ninh_phuoc.id] == replace(ninh_phuoc, parent_id=que_son.id)
    assert named(units, "Xã Quế Lộc").id in made.continued
    assert {unit.name for unit in made.established} == {"Xã Quế Tân", "Xã Bình Định"}


def test_on_the_first_of_march_2025_20_departments_become_14_five_of_them_new():
    units = after(JANUARY)
    made = plan(units, annex(MARCH), MARCH)
    assert kinds(units)[UnitKind.DEPARTMENT] == 20
    assert kinds(outcome(units, made))[UnitKind.DEPARTMENT] == 14
    before = {unit.name for unit in units}
    under_an_old_name = {unit.name for unit in made.established} & before
    assert len(made.established) == 5
    assert under_an_old_name == {
        "Sở Khoa học và Công nghệ tỉnh Quảng Nam",
        "Sở Tài chính tỉnh Quảng Nam",
        "Sở Xây dựng tỉnh Quảng Nam",
        "Sở Nội vụ tỉnh Quảng Nam",
    }


def test_a_new_body_under_an_old_name_keeps_the_short_name():
    made = plan(after(JANUARY), annex(MARCH), MARCH)
    assert named(made.established, "Sở Khoa học và Công nghệ tỉnh Quảng Nam").short_name == (
        "Sở KH&CN"
    )


def test_a_department_taken_in_by_one_outside_the_annex_ends_and_the_other_lives_on():
    units = after(JANUARY)
    made = plan(units, annex(MARCH), MARCH)
    gone = named(units, "Sở Ngoại vụ tỉnh Quảng Nam")
    office = named(units, "Văn phòng Ủy ban nhân dân tỉnh Quảng Nam")
    assert made.ended[gone.id] == "nhập vào đơn vị khác"
    assert made.heir(gone.id) == office.id
    assert office.id in made.continued
    assert office.id not in made.changed


def test_a_renamed_department_is_the_same_unit():
    units = after(JANUARY)
    made = plan(units, annex(MARCH), MARCH)
    unit = named(units, "Ban Dân tộc tỉnh Quảng Nam")
    assert made.changed[unit.id].name == "Sở Dân tộc và Tôn giáo tỉnh Quảng Nam"
    assert unit.id not in made.ended


def test_sections_of_a_merged_department_move_under_the_new_one():
    units = after(JANUARY)
    made = plan(units, annex(MARCH), MARCH)
    sections = [unit for unit in units if unit.kind is UnitKind.SECTION]
    new = named(made.established, "Sở Khoa học và Công nghệ tỉnh Quảng Nam")
    assert len(sections) == 2
    assert {made.changed[unit.id].parent_id for unit in sections} == {new.id}
    assert made.moved == {unit.id for unit in sections}


def july():
    units = after(MARCH)
    rows = annex(JULY)
    units += create_missing(rows, units)
    return units, plan(units, rows, JULY)


def test_on_the_first_of_july_2025_280_communes_of_two_provinces_become_94():
    units, made = july()
    assert made.problems == ()
    assert kinds(units)[UnitKind.COMMUNE] == 280
    assert kinds(units)[UnitKind.PROVINCE] == 2
    found = kinds(outcome(units, made))
    assert (found[UnitKind.COMMUNE], found[UnitKind.PROVINCE]) == (94, 1)
    assert found[UnitKind.DISTRICT] == found[UnitKind.DISTRICT_OFFICE] == 0


def test_the_old_side_of_da_nang_is_established_with_its_code_and_districts_without():
    rows = annex(JULY)
    made = create_missing(rows, after(MARCH))
    assert kinds(made) == {UnitKind.PROVINCE: 1, UnitKind.DISTRICT: 7, UnitKind.COMMUNE: 47}
    province = named(made, "Thành phố Đà Nẵng")
    assert (province.code, province.designation) == ("48", "thành phố")
    assert {unit.code for unit in made if unit.kind is UnitKind.DISTRICT} == {None}
    assert all(unit.short_name.startswith("UBND ") for unit in made)


def test_quang_nam_ends_with_da_nang_as_whole_successor_and_districts_with_none():
    units, made = july()
    quang_nam, da_nang = named(units, "Tỉnh Quảng Nam"), named(units, "Thành phố Đà Nẵng")
    assert made.heir(quang_nam.id) == da_nang.id
    assert da_nang.id not in made.changed
    districts = [unit for unit in units if unit.kind is UnitKind.DISTRICT]
    assert len(districts) == 24
    assert all(unit.id in made.ended for unit in districts)
    assert all(made.heir(unit.id) is None for unit in districts)


def test_sixteen_associations_and_a_board_of_the_annex_only_move():
    units, made = july()
    da_nang = named(units, "Thành phố Đà Nẵng")
    only_moved = [
        unit
        for unit in units
        if unit.id in made.continued
        and unit.kind is not UnitKind.COMMUNE
        and made.changed.get(unit.id) == replace(unit, parent_id=da_nang.id)
    ]
    assert kinds(only_moved) == {UnitKind.MASS_ORGANISATION: 16, UnitKind.DEPARTMENT: 1}
    assert not {unit.id for unit in only_moved} & made.moved


def test_hoa_lien_is_split_and_has_no_whole_successor():
    units, made = july()
    unit = named(units, "Xã Hòa Liên")
    assert made.ended[unit.id] == "chia tách"
    assert made.heir(unit.id) is None
    parts = made.part_successors(unit.id)
    assert names(made.established, parts) == {"Phường Hải Vân", "Phường Liên Chiểu"}


def test_64_codes_of_quang_nam_name_another_commune_from_that_day():
    units, made = july()
    quang_nam = named(units, "Tỉnh Quảng Nam")
    of_quang_nam = {unit.id for unit in units if unit.kind is UnitKind.DISTRICT} & {
        unit.id for unit in units if unit.parent_id == quang_nam.id
    }
    before = {u.code: u.name for u in units if u.parent_id in of_quang_nam and u.code}
    now = {u.code: u.name for u in outcome(units, made) if u.kind is UnitKind.COMMUNE}
    assert len([code for code in now.keys() & before.keys() if now[code] != before[code]]) == 64


def test_hoang_sa_is_established_without_predecessor_and_takes_no_part_with_its_reason():
    _, made = july()
    unit = named(made.established, "Đặc khu Hoàng Sa")
    assert (unit.code, unit.kind, unit.designation) == ("20333", UnitKind.COMMUNE, "đặc khu")
    assert not unit.takes_part
    assert unit.not_taking_part_reason
    assert unit.id not in {link.successor_id for link in made.successions}


def test_without_the_bodies_annex_departments_and_associations_move_and_wait_for_a_plan():
    units = after(MARCH)
    rows = [row for row in annex(JULY) if row.source == FILES[JULY][0]]
    units += create_missing(rows, units)
    made = plan(units, rows, JULY)
    assert made.problems == ()
    da_nang = named(units, "Thành phố Đà Nẵng")
    waiting = [unit for unit in units if unit.id in made.without_plan]
    assert kinds(waiting) == {
        UnitKind.DEPARTMENT: 14,
        UnitKind.MASS_ORGANISATION: 22,
        UnitKind.CENTRAL_AGENCY: 13,
        UnitKind.ENTERPRISE: 1,
        UnitKind.STEERING_COMMITTEE: 1,
    }
    assert all(made.changed[unit.id] == replace(unit, parent_id=da_nang.id) for unit in waiting)


def test_an_annex_loaded_twice_says_nothing_new():
    units = units_of_june_2024()
    rows = annex(JANUARY)
    twice = [*rows, *(replace(row, source="again") for row in rows)]
    assert plan(units, twice, JANUARY) == plan(units, rows, JANUARY)


# --- a small province ----------------------------------------------------------------------------

PROVINCE, NORTH, SOUTH, EAST = 1, 2, 3, 4
AN, BINH, CAT, TEAM, FIRM, OFFICE, DEPARTMENT, SECTION = 11, 12, 13, 21, 22, 23, 24, 25


def small_province():
    kind = UnitKind
    return [
        PlannedUnit(PROVINCE, "Tỉnh Mẫu", kind.PROVINCE, None, "01", designation="tỉnh"),
        PlannedUnit(NORTH, "Huyện Bắc", kind.DISTRICT, PROVINCE, "101", designation="huyện"),
        PlannedUnit(SOUTH, "Huyện Nam", kind.DISTRICT, PROVINCE, "102", designation="huyện"),
        PlannedUnit(EAST, "Huyện Đảo", kind.DISTRICT, PROVINCE, "103", designation="huyện"),
        PlannedUnit(AN, "Xã An", kind.COMMUNE, NORTH, "00001", designation="xã", area="miền núi"),
        PlannedUnit(BINH, "Xã Bình", kind.COMMUNE, NORTH, "00002", designation="xã"),
        PlannedUnit(CAT, "Xã Cát", kind.COMMUNE, SOUTH, "00003", designation="xã"),
        PlannedUnit(TEAM, "Tổ công nghệ số cộng đồng thôn 1", kind.COMMUNITY_TEAM, AN),
        PlannedUnit(FIRM, "Công ty Mẫu", kind.ENTERPRISE, AN),
        PlannedUnit(OFFICE, "Phòng Văn hóa huyện Bắc", kind.DISTRICT_OFFICE, NORTH),
        PlannedUnit(DEPARTMENT, "Sở Mẫu", kind.DEPARTMENT, PROVINCE),
        PlannedUnit(SECTION, "Phòng Mẫu", kind.SECTION, DEPARTMENT),
    ]


def row(number=2, **columns):
    base = AnnexRow(number, new_province="Tỉnh Mẫu", new_province_code="01")
    return replace(base, **columns)


def from_an(number=2, **columns):
    return row(
        number, **({"old_code": "00001", "old_name": "Xã An", "new_parent": "Huyện Bắc"} | columns)
    )


def from_binh(number=3, **columns):
    return row(
        number,
        **({"old_code": "00002", "old_name": "Xã Bình", "new_parent": "Huyện Bắc"} | columns),
    )


TO_AN = {"new_code": "00001", "new_name": "Xã An", "new_kind": "xã"}
TO_BINH = {"new_code": "00002", "new_name": "Xã Bình", "new_kind": "xã"}
TO_CAT = {
    "new_code": "00003",
    "new_name": "Xã Cát",
    "new_kind": "xã",
    "new_parent": "Huyện Nam",
}
TO_NEW = {"new_code": "00009", "new_name": "Phường Mới", "new_kind": "phường"}


def small(*rows, units=None, **more):
    return plan(units or small_province(), list(rows), JANUARY, **more)


def places(made):
    return [(problem.row, problem.field) for problem in made.problems]


def test_teams_and_enterprises_go_with_their_merged_commune_without_needing_a_plan():
    made = small(from_an(**TO_NEW), from_binh(**TO_NEW))
    (new,) = made.established
    assert made.moved == {TEAM, FIRM}
    assert {made.changed[child].parent_id for child in (TEAM, FIRM)} == {new.id}
    assert made.without_plan == ()


def test_a_new_commune_has_the_area_only_when_all_predecessors_share_it():
    units = small_province()
    made = small(from_an(**TO_NEW), from_binh(**TO_NEW))
    assert made.established[0].area is None
    alike = [replace(unit, area="miền núi") if unit.id == BINH else unit for unit in units]
    made = small(from_an(**TO_NEW), from_binh(**TO_NEW), units=alike)
    assert made.established[0].area == "miền núi"


def test_a_new_commune_takes_no_part_for_the_reason_all_its_predecessors_share():
    reason = "Không có dân cư"
    units = [
        replace(unit, takes_part=False, not_taking_part_reason=reason)
        if unit.id in {AN, BINH}
        else unit
        for unit in small_province()
    ]
    (new,) = small(from_an(**TO_NEW), from_binh(**TO_NEW), units=units).established
    assert (new.takes_part, new.not_taking_part_reason) == (False, reason)
    cat = row(4, old_code="00003", old_name="Xã Cát", new_parent="Huyện Bắc", **TO_NEW)
    (new,) = small(from_an(**TO_NEW), from_binh(**TO_NEW), cat, units=units).established
    assert (new.takes_part, new.not_taking_part_reason) == (True, None)


def test_a_commune_without_predecessor_stands_in_the_district_the_row_names():
    made = small(row(new_parent="Huyện Bắc", **TO_NEW))
    assert made.problems == ()
    assert [(unit.name, unit.parent_id) for unit in made.established] == [("Phường Mới", NORTH)]


def test_a_commune_that_takes_another_in_moves_where_the_row_says():
    made = small(from_binh(**TO_AN | {"new_parent": "Huyện Nam"}, how=How.ABSORB))
    assert made.problems == ()
    assert made.heir(BINH) == AN
    assert made.changed[AN].parent_id == SOUTH


def test_of_two_of_one_name_that_in_the_named_district_takes_another_in():
    units = [*small_province(), PlannedUnit(14, "Xã An", UnitKind.COMMUNE, SOUTH, "00014")]
    into = TO_AN | {"new_code": None, "how": How.ABSORB}
    for district, heir in [("Huyện Bắc", AN), ("Huyện Nam", 14)]:
        made = small(from_binh(**into | {"new_parent": district}), units=units)
        assert made.problems == ()
        assert made.heir(BINH) == heir


def test_a_province_may_be_renamed_as_a_city():
    made = small(
        row(
            old_code="01",
            old_name="Tỉnh Mẫu",
            new_name="Thành phố Mẫu",
            new_kind="thành phố",
            how=How.RENAME,
            new_province="Thành phố Mẫu",
            new_province_code="02",
        ),
        from_an(3, **TO_AN | {"new_province": "Thành phố Mẫu"}),
    )
    assert made.problems == ()
    assert made.changed == {
        PROVINCE: replace(
            small_province()[0],
            name="Thành phố Mẫu",
            code="02",
            short_name="UBND thành phố Mẫu",
            designation="thành phố",
        )
    }
    assert made.established == ()


def test_a_name_without_designation_keeps_the_one_the_unit_had():
    units = [replace(u, name="Cù lao An") if u.id == AN else u for u in small_province()]
    renamed = {"old_name": "Cù lao An", "new_name": "Cù lao Mới", "how": How.RENAME}
    made = small(from_an(**TO_AN | renamed), units=units)
    assert made.changed[AN].designation == "xã"
    made = small(
        from_an(**TO_AN | renamed | {"new_kind": "huyện", "new_parent": None}), units=units
    )
    assert made.changed[AN].designation is None


def test_a_district_moved_by_one_row_and_emptied_by_others_only_ends():
    firm = PlannedUnit(90, "Công ty Bắc", UnitKind.ENTERPRISE, NORTH)
    to_south = {"new_parent": "Huyện Nam", "new_province": "Tỉnh Mẫu"}
    made = small(
        from_an(2, **TO_AN | to_south),
        from_binh(3, **TO_BINH | to_south),
        row(
            4,
            old_name="Công ty Bắc",
            new_name="Công ty Bắc",
            new_kind="enterprise",
            new_parent="Huyện Bắc",
            new_province="Tỉnh Mới",
            new_province_code="02",
        ),
        units=[*small_province(), firm],
    )
    assert made.problems == ()
    assert NORTH in made.ended
    assert NORTH not in made.changed
    assert made.moved == {firm.id}


def test_spelling_the_tone_mark_elsewhere_is_the_same_name_and_the_registry_keeps_its_own():
    units = [replace(u, name="Xã Hoà") if u.id == AN else u for u in small_province()]
    into = TO_AN | {"new_name": "Xã Hòa"}
    made = small(from_an(**into | {"old_name": "Xã Hòa"}), from_binh(**into), units=units)
    assert made.problems == ()
    assert made.continued == {AN}
    assert made.changed == {}


def test_renaming_with_a_new_code_and_kind_keeps_the_unit():
    made = small(from_an(**TO_NEW, how=How.RENAME))
    assert made.problems == ()
    assert made.changed[AN].name == "Phường Mới"
    assert (made.changed[AN].code, made.changed[AN].designation) == ("00009", "phường")
    assert made.changed[AN].short_name == "UBND phường Mới"
    assert made.ended == {}


def test_a_split_without_an_answer_ends_teams_with_that_reason():
    made = small(
        from_an(**TO_BINH, part=Part.PART),
        from_an(3, **TO_CAT, part=Part.PART),
        from_binh(4, **TO_BINH),
        row(5, old_code="00003", old_name="Xã Cát", **TO_CAT),
    )
    assert made.problems == ()
    assert set(made.ended) == {AN, TEAM, FIRM}
    assert "chia tách" in made.ended[TEAM]


def test_a_split_with_an_answer_moves_each_team_where_the_answer_says():
    made = small(
        from_an(**TO_BINH, part=Part.PART),
        from_an(3, **TO_CAT, part=Part.PART),
        from_binh(4, **TO_BINH),
        row(5, old_code="00003", old_name="Xã Cát", **TO_CAT),
        allocation={TEAM: CAT},
    )
    assert made.changed[TEAM].parent_id == CAT
    assert set(made.ended) == {AN, FIRM}


def test_only_what_an_answer_sends_goes_along_with_a_part_of_a_unit_that_lives_on():
    rows = (
        from_an(**TO_CAT, part=Part.PART),
        row(3, old_code="00003", old_name="Xã Cát", **TO_CAT),
    )
    assert small(*rows).changed == {}
    made = small(*rows, allocation={TEAM: CAT, FIRM: AN})
    assert made.problems == ()
    assert {child: unit.parent_id for child, unit in made.changed.items()} == {TEAM: CAT}
    assert (made.moved, made.without_plan, made.givers()) == ({TEAM}, (), {AN})


def test_an_answer_moves_nothing_below_a_unit_that_the_annex_leaves_alone():
    made = small(row(3, old_code="00003", old_name="Xã Cát", **TO_CAT), allocation={TEAM: CAT})
    assert made.changed == {}


def test_an_answer_sends_nothing_to_where_it_may_not_stand():
    made = small(
        from_an(**TO_CAT, part=Part.PART),
        row(3, old_code="00003", old_name="Xã Cát", **TO_CAT),
        allocation={TEAM: DEPARTMENT},
    )
    assert places(made) == [(0, "new_parent")]


def test_a_dissolved_commune_ends_without_successor():
    made = small(row(old_code="00003", old_name="Xã Cát", how=How.DISSOLVE, new_province=None))
    assert made.ended[CAT] == "giải thể"
    assert made.heir(CAT) is None
    assert SOUTH in made.ended


def test_separating_a_part_leaves_the_old_unit_alive():
    for how in (How.SEPARATE, None):
        made = small(from_an(**TO_NEW, part=Part.PART, how=how))
        assert made.problems == ()
        assert made.ended == {}
        assert made.part_successors(AN) == [made.established[0].id]


def test_dividing_ends_the_old_unit_even_when_a_part_bears_its_name():
    made = small(from_an(**TO_AN, how=How.DIVIDE), from_an(3, **TO_NEW, how=How.DIVIDE))
    assert made.problems == ()
    assert made.ended[AN] == "chia"
    assert len(made.part_successors(AN)) == 2


def test_a_unit_with_a_part_of_its_own_lives_on_and_gives_the_rest_away():
    made = small(from_an(**TO_AN, part=Part.PART), from_an(3, **TO_NEW, part=Part.PART))
    assert made.problems == ()
    assert AN not in made.ended
    assert made.part_successors(AN) == [made.established[0].id]


def test_a_district_that_never_had_a_commune_does_not_end():
    made = small(from_an(**TO_NEW), from_binh(**TO_NEW))
    assert EAST not in made.ended


def test_a_dissolved_district_leaves_its_communes_to_the_province():
    made = small(row(old_name="Huyện Bắc", old_province="Tỉnh Mẫu", how=How.DISSOLVE))
    assert made.problems == ()
    assert {made.changed[unit].parent_id for unit in (AN, BINH)} == {PROVINCE}
    assert set(made.ended) == {NORTH, OFFICE}


def test_a_merged_district_hands_its_communes_to_the_successor_and_ends_its_office():
    made = small(
        row(
            old_name="Huyện Bắc",
            old_province="Tỉnh Mẫu",
            new_name="Huyện Nam",
            new_kind="huyện",
            how=How.ABSORB,
        )
    )
    assert made.problems == ()
    assert {made.changed[unit].parent_id for unit in (AN, BINH)} == {SOUTH}
    assert set(made.ended) == {NORTH, OFFICE}
    assert made.heir(NORTH) == SOUTH
    assert made.heir(OFFICE) is None


def test_the_only_office_of_the_successor_takes_over_whatever_its_work():
    units = [
        *small_province(),
        PlannedUnit(31, "Phòng Nội vụ huyện Nam", UnitKind.DISTRICT_OFFICE, SOUTH),
        PlannedUnit(32, "Bộ phận Di sản", UnitKind.SECTION, OFFICE),
    ]
    into_south = {"new_name": "Huyện Nam", "new_kind": "huyện", "how": How.ABSORB}
    made = small(row(old_name="Huyện Bắc", old_province="Tỉnh Mẫu", **into_south), units=units)
    assert made.heir(OFFICE) == 31
    assert made.changed[32].parent_id == 31
    made = small(row(old_name="Huyện Bắc", old_province="Tỉnh Mẫu", how=How.DISSOLVE), units=units)
    assert made.ended_along == {OFFICE, 32}


def test_a_row_may_name_a_superior_that_a_later_row_establishes_or_renames():
    made = small(
        from_an(**TO_AN | {"new_parent": "Thị xã Bắc"}),
        row(
            3,
            old_name="Huyện Bắc",
            old_province="Tỉnh Mẫu",
            new_name="Thị xã Bắc",
            new_kind="thị xã",
            how=How.RENAME,
        ),
    )
    assert made.problems == ()
    assert made.changed[NORTH].name == "Thị xã Bắc"
    assert AN not in made.changed


def test_a_row_of_the_desk_names_units_by_id():
    made = small(
        AnnexRow(1, old_id=SECTION, new_name="Phòng Khác", how=How.RENAME),
        AnnexRow(2, new_name="Tổ thôn 2", new_kind="community_team", new_parent_id=BINH),
        AnnexRow(3, old_id=TEAM, how=How.DISSOLVE),
    )
    assert made.problems == ()
    assert made.changed[SECTION].name == "Phòng Khác"
    assert made.changed[SECTION].parent_id == DEPARTMENT
    assert made.established[0].parent_id == BINH
    assert made.ended == {TEAM: "giải thể"}


def test_two_rows_of_the_desk_may_establish_the_same_name_in_two_places():
    made = small(
        AnnexRow(1, new_name="Tổ thôn 2", new_kind="community_team", new_parent_id=AN),
        AnnexRow(2, new_name="Tổ thôn 2", new_kind="community_team", new_parent_id=BINH),
    )
    assert made.problems == ()
    assert [unit.parent_id for unit in made.established] == [AN, BINH]


# --- other provinces -----------------------------------------------------------------------------


def commune_row(number, old, new, **more):
    """Return a row of two tuples: code, name, district, province; and code, name, …, province."""
    old_code, old_name, old_parent, old_province = old
    new_code, new_name, province_code, province = new
    return AnnexRow(
        number,
        old_code=old_code,
        old_name=old_name,
        old_parent=old_parent,
        old_province=old_province,
        new_code=new_code,
        new_name=new_name,
        new_kind="xã",
        new_province_code=province_code,
        new_province=province,
        part=Part.WHOLE,
        **more,
    )


UP, DOWN = "Tỉnh Thượng", "Tỉnh Hạ"


def two_provinces(code="82", name=DOWN):
    new = (code, name)
    return [
        commune_row(2, ("28001", "Xã Một", "Huyện Châu Thành", UP), ("28001", "Xã Một", *new)),
        commune_row(3, ("28002", "Xã Hai", "Huyện Châu Thành", UP), ("28001", "Xã Một", *new)),
        commune_row(4, ("30001", "Xã Ba", "Huyện Châu Thành", DOWN), ("30001", "Xã Mới", *new)),
        commune_row(5, ("30002", "Xã Tư", "Huyện Châu Thành", DOWN), ("30001", "Xã Mới", *new)),
    ]


def test_two_chau_thanh_districts_of_one_annex_are_two_districts():
    made = create_missing(two_provinces(), [])
    assert kinds(made) == {UnitKind.PROVINCE: 2, UnitKind.DISTRICT: 2, UnitKind.COMMUNE: 4}
    districts = [unit for unit in made if unit.kind is UnitKind.DISTRICT]
    assert {unit.name for unit in districts} == {"Huyện Châu Thành"}
    assert len({unit.parent_id for unit in districts}) == 2
    assert [(unit.name, unit.designation) for unit in made] == [
        ("Tỉnh Thượng", "tỉnh"),
        ("Huyện Châu Thành", "huyện"),
        ("Xã Một", "xã"),
        ("Xã Hai", "xã"),
        ("Tỉnh Hạ", "tỉnh"),
        ("Huyện Châu Thành", "huyện"),
        ("Xã Ba", "xã"),
        ("Xã Tư", "xã"),
    ]
    assert len({unit.id for unit in made}) == 8
    assert all(unit.id < 0 for unit in made)


def test_an_annex_of_one_province_need_not_name_it():
    made = small(from_an(**TO_NEW | {"new_province": None}))
    assert places(made) == []
    (new,) = made.established
    assert new.parent_id == NORTH
    ended = [
        AnnexRow(2, old_code="01", new_name="Tỉnh Khác", new_kind="tỉnh", how=How.MERGE),
        from_an(3, **TO_NEW | {"new_province": None}),
    ]
    assert (3, "new_province") in places(small(*ended))


def test_a_province_can_start_from_its_own_annex():
    rows = two_provinces()
    units = create_missing(rows, [])
    made = plan(units, rows, JULY)
    assert made.problems == ()
    up, down = named(units, UP), named(units, DOWN)
    assert (up.code, down.code) == (None, "82")
    assert made.heir(up.id) == down.id
    assert names(units, made.continued) == {"Xã Một"}
    assert kinds(outcome(units, made)) == {UnitKind.PROVINCE: 1, UnitKind.COMMUNE: 2}


def test_a_province_of_a_new_name_is_established_and_both_old_ones_end_in_it():
    rows = two_provinces("99", "Tỉnh Mới")
    units = create_missing(rows, [])
    made = plan(units, rows, JULY)
    assert made.problems == ()
    new = named(made.established, "Tỉnh Mới")
    assert (new.code, new.kind) == ("99", UnitKind.PROVINCE)
    assert {made.heir(named(units, name).id) for name in (UP, DOWN)} == {new.id}


def test_a_province_that_lives_on_takes_the_code_of_the_one_that_ends():
    rows = two_provinces("81")
    known = [
        PlannedUnit(1, UP, UnitKind.PROVINCE, None, "81"),
        PlannedUnit(2, DOWN, UnitKind.PROVINCE, None, "87"),
    ]
    units = [*known, *create_missing(rows, known)]
    made = plan(units, rows, JULY)
    assert made.problems == ()
    assert made.changed[2].code == "81"
    assert 2 in made.continued
    assert made.heir(1) == 2


def test_a_province_whose_name_stays_gets_no_code_that_another_still_bears():
    known = [PlannedUnit(1, UP, UnitKind.PROVINCE, None, "82")]
    made = create_missing(two_provinces(), known)
    assert named(made, DOWN).code is None


def test_what_the_registry_knows_is_not_made_again():
    rows = two_provinces()
    made = create_missing(rows, [])
    assert create_missing(rows, made) == []


def test_a_commune_without_code_is_known_only_in_its_district():
    rows = [
        commune_row(2, (None, "Xã Một", district, UP), ("28001", "Xã Mới", None, UP))
        for district in ("Huyện Châu Thành", "Huyện Khác")
    ]
    known = create_missing(rows[:1], [])
    assert [unit.name for unit in known] == [UP, "Huyện Châu Thành", "Xã Một"]
    other, commune = create_missing(rows, known)
    assert (other.name, commune.name) == ("Huyện Khác", "Xã Một")
    assert commune.parent_id == other.id


def test_of_two_codes_that_rows_give_one_old_commune_the_first_stands():
    rows = [
        commune_row(
            number, (code, "Xã Một", "Huyện Châu Thành", UP), (f"2900{number}", "Xã Mới", None, UP)
        )
        for number, code in [(2, None), (3, "28001"), (4, "28002")]
    ]
    assert named(create_missing(rows, []), "Xã Một").code == "28001"


def test_communes_are_not_made_under_a_district_of_that_name_in_another_province():
    known = create_missing(two_provinces()[2:], [])
    made = create_missing(two_provinces(), known)
    assert [unit.name for unit in made] == [UP, "Huyện Châu Thành", "Xã Một", "Xã Hai"]
    assert {unit.parent_id for unit in made[2:]} == {made[1].id}


def test_a_unit_that_ended_before_is_not_brought_back():
    rows = two_provinces()
    made = create_missing(rows, [], former=[("28002", "Xã Hai")])
    assert "Xã Hai" not in {unit.name for unit in made}
    assert places(plan(made, rows, JULY)) == [(3, "old_code")]


def test_bodies_of_a_province_nobody_knows_are_not_made():
    rows = [
        AnnexRow(
            2,
            old_name="Sở Tài chính tỉnh Thượng",
            old_kind="department",
            old_parent=UP,
            old_province=UP,
            new_name="Sở Tài chính tỉnh Hạ",
            new_kind="department",
            new_province=DOWN,
        )
    ]
    assert create_missing(rows, []) == []


def test_a_district_named_only_as_the_new_place_is_established_in_its_province():
    made = small(from_an(**TO_AN | {"new_parent": "Thành phố Mẫu"}))
    assert made.problems == ()
    new = named(made.established, "Thành phố Mẫu")
    assert (new.kind, new.parent_id, new.code) == (UnitKind.DISTRICT, PROVINCE, None)
    assert made.changed[AN].parent_id == new.id


def test_a_district_named_in_another_province_goes_there_with_its_communes():
    rows = [
        commune_row(
            number,
            (code, name, "Huyện Châu Thành", UP),
            (code, name, "99", "Tỉnh Mới"),
            new_parent="Huyện Châu Thành",
        )
        for number, code, name in [(2, "28001", "Xã Một"), (3, "28002", "Xã Hai")]
    ]
    units = create_missing(rows, [])
    made = plan(units, rows, JANUARY)
    assert made.problems == ()
    new = named(made.established, "Tỉnh Mới")
    district = named(units, "Huyện Châu Thành")
    assert made.changed[district.id].parent_id == new.id
    assert made.heir(named(units, UP).id) == new.id
    assert names(units, made.continued) == {"Xã Một", "Xã Hai"}


def test_a_district_two_rows_send_to_two_provinces_is_refused():
    rows = [
        commune_row(
            number,
            (code, name, "Huyện Châu Thành", UP),
            (code, name, None, province),
            new_parent="Huyện Châu Thành",
        )
        for number, code, name, province in [
            (2, "28001", "Xã Một", "Tỉnh Mới"),
            (3, "28002", "Xã Hai", "Tỉnh Khác"),
        ]
    ]
    made = plan(create_missing(rows, []), rows, JANUARY)
    assert places(made) == [(3, "new_province")]


def test_a_superior_is_looked_for_in_its_own_province_first():
    rows = [
        commune_row(
            4,
            ("30001", "Xã Ba", "Huyện Châu Thành", DOWN),
            ("30001", "Xã Ba Mới", None, DOWN),
            new_parent="Huyện Châu Thành",
            how=How.RENAME,
        )
    ]
    units = create_missing(two_provinces(), [])
    made = plan(units, rows, JANUARY)
    assert made.problems == ()
    commune = named(units, "Xã Ba")
    assert made.changed[commune.id].parent_id == commune.parent_id


def test_a_superior_that_only_a_province_outside_the_rows_has_is_established_where_they_say():
    known = create_missing(two_provinces()[2:], [])
    rows = [
        commune_row(
            2,
            ("28001", "Xã Một", "Huyện Khác", UP),
            ("28001", "Xã Một", None, UP),
            new_parent="Huyện Châu Thành",
        )
    ]
    units = [*known, *create_missing(rows, known)]
    made = plan(units, rows, JANUARY)
    assert made.problems == ()
    (district,) = made.established
    assert (district.name, district.designation) == ("Huyện Châu Thành", "huyện")
    assert district.parent_id == named(units, UP).id
    assert list(made.changed) == [named(units, "Xã Một").id]


def test_of_two_superiors_of_one_name_that_in_the_province_of_the_row_is_meant():
    rows = [
        commune_row(
            number,
            (code, name, "Huyện Châu Thành", province),
            ("28009", "Xã Mới", None, UP),
            new_parent="Huyện Châu Thành",
        )
        for number, code, name, province in [
            (2, "28001", "Xã Một", UP),
            (3, "30001", "Xã Ba", DOWN),
        ]
    ]
    units = create_missing(rows, [])
    made = plan(units, rows, JANUARY)
    assert made.problems == ()
    assert named(made.established, "Xã Mới").parent_id == named(units, "Xã Một").parent_id


def test_communes_of_a_known_district_are_made_under_it():
    known = [
        PlannedUnit(1, UP, UnitKind.PROVINCE, None, "81"),
        PlannedUnit(2, "Huyện Châu Thành", UnitKind.DISTRICT, 1),
    ]
    made = create_missing(two_provinces(), known)
    assert {named(made, name).parent_id for name in ("Xã Một", "Xã Hai")} == {2}


def test_a_district_or_province_of_the_old_side_is_made_too():
    rows = [
        AnnexRow(
            2,
            old_name="Huyện Đảo",
            old_parent=UP,
            old_province=UP,
            new_name="Đặc khu Đảo",
            new_kind="đặc khu",
            new_province=UP,
            new_code="28099",
        ),
        AnnexRow(3, old_code="81", old_name=UP, old_province=UP, how=How.DISSOLVE),
        AnnexRow(
            4, old_name="Thành phố Hạ", old_province="Thành phố Hạ", old_code="87", how=How.DISSOLVE
        ),
    ]
    made = create_missing(rows, [])
    assert [(u.kind, u.code) for u in made] == [
        (UnitKind.PROVINCE, "81"),
        (UnitKind.DISTRICT, None),
        (UnitKind.PROVINCE, "87"),
    ]


def test_an_office_joins_the_one_that_does_the_same_work_when_there_are_several():
    units = [
        *small_province(),
        PlannedUnit(31, "Phòng Văn hóa huyện Nam", UnitKind.DISTRICT_OFFICE, SOUTH),
        PlannedUnit(32, "Phòng Nội vụ huyện Nam", UnitKind.DISTRICT_OFFICE, SOUTH),
    ]
    made = small(
        row(
            old_name="Huyện Bắc",
            old_province="Tỉnh Mẫu",
            new_name="Huyện Nam",
            new_kind="huyện",
            how=How.ABSORB,
        ),
        units=units,
    )
    assert made.heir(OFFICE) == 31


def test_an_office_that_changes_later_ends_with_its_district_all_the_same():
    units = [replace(u, has_later=True) if u.id == OFFICE else u for u in small_province()]
    made = small(row(old_name="Huyện Bắc", old_province="Tỉnh Mẫu", how=How.DISSOLVE), units=units)
    assert made.problems == ()
    assert made.ended_along == {OFFICE}


def test_an_answer_puts_a_team_only_where_its_kind_may_stand():
    made = small(from_an(how=How.DISSOLVE), allocation={TEAM: DEPARTMENT})
    assert places(made) == [(0, "new_parent")]
    assert "không được đứng" in made.problems[0].message


# --- bad input -----------------------------------------------------------------------------------

KNOWN_LATER = [replace(u, has_later=True) if u.id == AN else u for u in small_province()]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([], [(0, "")], id="no row"),
        pytest.param([from_an(old_code="00077", **TO_NEW)], [(2, "old_code")], id="unknown code"),
        pytest.param(
            [from_an(old_code=None, old_name="Xã Lạ", **TO_NEW)], [(2, "old_name")], id="no such"
        ),
        pytest.param([from_an(old_name="Xã Lạ", **TO_NEW)], [(2, "old_code")], id="other name"),
        pytest.param(
            [from_an(old_parent="Huyện Nam", **TO_NEW)], [(2, "old_parent")], id="other district"
        ),
        pytest.param(
            [from_an(**TO_NEW), from_an(3, **TO_CAT)], [(3, "old_code")], id="two successors"
        ),
        pytest.param(
            [from_an(**TO_NEW), from_an(3, **TO_NEW, part=Part.PART)],
            [(3, "old_code")],
            id="whole and part",
        ),
        pytest.param(
            [from_an(**TO_NEW), from_an(3, how=How.DISSOLVE)],
            [(3, "old_code")],
            id="successor and dissolution",
        ),
        pytest.param(
            [from_an(how=How.DISSOLVE, **TO_NEW)], [(2, "new_name")], id="dissolved into something"
        ),
        pytest.param([from_an()], [(2, "new_name")], id="no new side"),
        pytest.param([row(how=How.DISSOLVE)], [(2, "old_name")], id="nobody dissolved"),
        pytest.param(
            [
                from_an(**TO_NEW, how=How.DIVIDE),
                from_an(
                    3, **TO_NEW | {"new_code": "00008", "new_name": "Xã Hai"}, how=How.SEPARATE
                ),
            ],
            [(3, "how")],
            id="divided and separated",
        ),
        pytest.param([from_an(**TO_NEW, how=How.DIVIDE)], [(2, "how")], id="divided into one"),
        pytest.param(
            [from_an(**TO_NEW, how=How.MOVE, part=Part.PART)], [(2, "part")], id="part moved"
        ),
        pytest.param(
            [from_an(**TO_NEW, how=How.MERGE), from_binh(**TO_NEW, how=How.RENAME)],
            [(3, "how")],
            id="new and renamed",
        ),
        pytest.param(
            [from_an(**TO_NEW, how=How.RENAME), from_binh(**TO_NEW, how=How.RENAME)],
            [(3, "how")],
            id="two renamed as one",
        ),
        pytest.param(
            [from_an(**TO_NEW, how=How.ABSORB)], [(2, "new_name")], id="nobody takes it in"
        ),
        pytest.param(
            [
                from_an(**TO_BINH, how=How.ABSORB),
                from_binh(**TO_CAT, how=How.ABSORB),
            ],
            [(2, "new_name")],
            id="the one that takes in ends",
        ),
        pytest.param(
            [from_an(**TO_NEW), from_binh(**TO_NEW | {"new_name": "Phường Khác"})],
            [(3, "new_name")],
            id="one code two names",
        ),
        pytest.param(
            [from_an(**TO_NEW), from_binh(**TO_NEW | {"new_parent": "Huyện Nam"})],
            [(3, "new_parent")],
            id="one code two places",
        ),
        pytest.param(
            [from_an(**TO_NEW | {"new_kind": "làng"})], [(2, "new_kind")], id="unknown kind"
        ),
        pytest.param(
            [from_an(**TO_AN | {"new_kind": "huyện"})],
            [(2, "new_kind")],
            id="lives on as another kind",
        ),
        pytest.param(
            [from_an(**TO_NEW | {"new_code": "00003"})], [(2, "new_code")], id="code in use"
        ),
        pytest.param([from_an(**TO_CAT)], [(2, "new_code"), (2, "new_name")], id="not its own row"),
        pytest.param(
            [from_an(**TO_NEW | {"new_parent": "Đâu đó"})], [(2, "new_parent")], id="no superior"
        ),
        pytest.param(
            [from_an(**TO_NEW | {"new_parent": None})], [(2, "new_parent")], id="kind not there"
        ),
        pytest.param(
            [row(**TO_NEW | {"new_province": None})], [(2, "new_province")], id="no province"
        ),
        pytest.param(
            [
                AnnexRow(2, old_id=DEPARTMENT, how=How.DISSOLVE),
                AnnexRow(
                    3, old_id=TEAM, new_name="Tổ Mới", how=How.RENAME, new_parent_id=DEPARTMENT
                ),
            ],
            [(3, "new_parent")],
            id="superior ends",
        ),
        pytest.param(
            [
                AnnexRow(
                    2, old_id=DEPARTMENT, new_name="Sở Mẫu", how=How.MOVE, new_parent_id=SECTION
                )
            ],
            [(2, "new_parent")],
            id="cycle",
        ),
        pytest.param(
            [AnnexRow(2, old_id=AN, new_name="Xã An", how=How.MOVE, new_parent_id=TEAM)],
            [(2, "new_parent")],
            id="commune in a cycle",
        ),
        pytest.param(
            [from_an(**TO_AN), from_binh(**TO_BINH | {"new_province_code": "02"})],
            [(3, "new_province_code")],
            id="two codes for the province",
        ),
    ],
)
def test_bad_input_is_named_with_its_row_and_column(rows, expected):
    made = small(*rows)
    assert places(made) == expected
    assert all(problem.message.endswith(".") for problem in made.problems)


def test_a_side_whose_place_is_not_clear_is_left_out_of_the_plan():
    made = small(
        from_an(**TO_NEW | {"new_parent": "Đâu đó"}),
        from_binh(**TO_NEW | {"new_code": "00008", "new_name": "Phường Rõ"}),
    )
    assert places(made) == [(2, "new_parent")]
    assert [unit.name for unit in made.established] == ["Phường Rõ"]


def test_a_unit_changed_by_a_later_batch_is_refused_on_either_side():
    for rows in (
        [from_an(**TO_NEW)],
        [from_binh(2, **TO_AN | {"new_parent": "Huyện Bắc"}, how=How.ABSORB)],
    ):
        assert {row for row, _ in places(small(*rows, units=KNOWN_LATER))} == {2}


def test_what_stands_below_a_circle_is_not_blamed_for_it():
    within = PlannedUnit(33, "Phòng Khác", UnitKind.SECTION, DEPARTMENT)
    made = small(
        AnnexRow(2, old_id=DEPARTMENT, new_name="Sở Mẫu", how=How.MOVE, new_parent_id=SECTION),
        AnnexRow(3, old_id=33, new_name="Phòng Đổi Tên", how=How.RENAME, new_parent_id=DEPARTMENT),
        units=[*small_province(), within],
    )
    assert [(one.row, one.message) for one in made.problems] == [
        (2, "“Sở Mẫu” sẽ trực thuộc chính nó. Ghi đơn vị cấp trên khác.")
    ]


OTHER_CODE = {"new_province_code": "02"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            [from_an(old_parent="Huyện Nam", **TO_NEW)],
            "“Xã An” ngay trước ngày 01/01/2025 thuộc “Huyện Bắc”, không thuộc “Huyện Nam”. ",
        ),
        (
            [from_an(**TO_NEW), from_binh(**TO_NEW | {"new_parent": "Huyện Nam"})],
            "“Phường Mới” ở dòng 2 ghi “Huyện Bắc”, ở dòng này ghi “Huyện Nam”. Ghi giống nhau.",
        ),
        (
            [from_an(**TO_NEW), from_binh(**TO_NEW | {"new_parent": None})],
            "“Phường Mới” ở dòng 2 ghi “Huyện Bắc”, ở dòng này ghi “”. Ghi giống nhau.",
        ),
        (
            [from_an(**TO_NEW | {"how": How.ABSORB, "new_code": None})],
            "nhưng ngay trước ngày 01/01/2025 không có đơn vị “Phường Mới”. ",
        ),
        (
            [
                AnnexRow(2, old_id=SECTION, how=How.DISSOLVE),
                AnnexRow(3, old_id=TEAM, new_name="Tổ Mới", how=How.MOVE, new_parent_id=SECTION),
            ],
            "“Tổ Mới” trực thuộc một đơn vị chưa có hoặc kết thúc cùng ngày. ",
        ),
        (
            [from_an(**TO_NEW | {"new_parent": "Đâu đó"})],
            "Không rõ đơn vị cấp trên “Đâu đó” của “Phường Mới” ở “Tỉnh Mẫu”: chưa có. Sửa tên",
        ),
        (
            [row(old_code="00003", old_name="Xã Cát", **TO_CAT | OTHER_CODE)],
            "Mã của “Tỉnh Mẫu” đang là 01, không đổi được: đã có thay đổi khác từ ngày này trở đi.",
        ),
    ],
)
def test_a_refusal_names_what_stands_and_what_the_row_says(rows, said):
    units = [replace(u, has_later=u.id == PROVINCE) for u in small_province()]
    messages = [problem.message for problem in small(*rows, units=units).problems]
    assert [message for message in messages if said in message], messages


def test_of_two_units_of_one_name_neither_takes_another_in():
    two = [PlannedUnit(id_, "Xã Đôi", UnitKind.COMMUNE, NORTH, f"000{id_}") for id_ in (14, 15)]
    target = {"new_name": "Xã Đôi", "new_kind": "xã", "how": How.ABSORB}
    made = small(from_an(**target), units=[*small_province(), *two])
    assert "01/01/2025 có 2 đơn vị “Xã Đôi”. " in made.problems[0].message


def test_of_two_superiors_of_one_name_in_one_province_none_is_meant():
    two = [PlannedUnit(id_, "Trung tâm Đôi", UnitKind.DEPARTMENT, PROVINCE) for id_ in (34, 35)]
    row_ = from_an(**TO_NEW | {"new_parent": "Trung tâm Đôi"})
    made = small(row_, units=[*small_province(), *two])
    assert places(made) == [(2, "new_parent")]
    assert "ở “Tỉnh Mẫu”: có 2 đơn vị cùng tên. Sửa tên" in made.problems[0].message


def test_a_district_that_must_end_but_changes_later_is_named():
    later = [replace(u, has_later=True) if u.id == SOUTH else u for u in small_province()]
    made = small(
        row(old_code="00003", old_name="Xã Cát", **TO_CAT | {"new_parent": "Huyện Bắc"}),
        units=later,
    )
    assert places(made) == [(0, "")]
    assert "Huyện Nam" in made.problems[0].message


def test_two_units_of_one_name_ask_for_the_code():
    units = [*small_province(), PlannedUnit(14, "Xã An", UnitKind.COMMUNE, SOUTH, "00014")]
    made = small(from_an(old_code=None, **TO_NEW), units=units)
    assert places(made) == [(2, "old_name")]
    told = small(from_an(old_code=None, old_parent="Huyện Bắc", **TO_NEW), units=units)
    assert told.problems == ()


def test_a_plan_with_problems_says_the_file_of_the_row():
    made = small(replace(from_an(old_code="00077", **TO_NEW), source="phu-luc.csv"))
    assert made.problems[0].source == "phu-luc.csv"


# --- teams founded anew by one decision ----------------------------------------------------------

OF_A_TEAM = {"new_province": None, "new_province_code": None}


def with_coded_teams():
    """Return the small province with two teams that bear codes of the registry."""
    coded = [replace(u, registry_code="00001-CNSCD-01") if u.id == TEAM else u
             for u in small_province()]  # fmt: skip
    kind = UnitKind.COMMUNITY_TEAM
    return [*coded, PlannedUnit(29, "Tổ CNSCĐ thôn 2", kind, AN, registry_code="00001-CNSCD-02")]


@pytest.mark.parametrize(
    "old",
    [
        {"old_code": "00001-CNSCD-01"},
        {"old_code": "00001-CNSCD-01", "old_name": "Tổ CNSCĐ thôn 1"},
        {"old_name": "Tổ CNSCĐ thôn 1", "old_parent": "Xã An"},
        {"old_name": "tổ cnscd thôn 01 xã An"},
    ],
)
@pytest.mark.parametrize("new_code", [None, "00001-CNSCD-01"])
@pytest.mark.parametrize("new_kind", [None, "tổ", "Tổ CNSCĐ", "tổ công nghệ số cộng đồng"])
@pytest.mark.parametrize("new_parent", [None, "Xã An"])
def test_a_team_founded_anew_under_its_name_in_any_spelling_is_the_same_team(
    old, new_code, new_kind, new_parent
):
    again = {"new_name": "Tổ CNSCĐ thôn 1", "new_code": new_code, "new_kind": new_kind}
    made = small(row(**OF_A_TEAM, **old, **again, new_parent=new_parent), units=with_coded_teams())
    assert made.problems == ()
    assert (made.continued, made.changed, made.ended) == ({TEAM}, {}, {})


def test_teams_that_become_a_new_one_stay_where_they_stood_and_pass_on_what_they_had():
    into = {"new_name": "Tổ CNSCĐ thôn Một Hai"}
    made = small(
        row(2, **OF_A_TEAM, old_code="00001-CNSCD-01", **into),
        row(3, **OF_A_TEAM, old_name="Tổ công nghệ số cộng đồng thôn 2", old_parent="Xã An",
            **into),
        units=with_coded_teams(),
    )  # fmt: skip
    assert made.problems == ()
    (new,) = made.established
    assert (new.kind, new.parent_id, new.code) == (UnitKind.COMMUNITY_TEAM, AN, None)
    assert {old: made.heir(old) for old in made.ended} == {TEAM: new.id, 29: new.id}


def test_a_team_goes_to_the_commune_it_names_without_its_province():
    made = small(
        row(
            **OF_A_TEAM, old_code="00001-CNSCD-01", new_name="Tổ CNSCĐ thôn 1", new_parent="Xã Bình"
        ),
        units=with_coded_teams(),
    )
    assert made.problems == ()
    assert made.changed[TEAM].parent_id == BINH
    assert made.changed[TEAM].name == "Tổ công nghệ số cộng đồng thôn 1"


@pytest.mark.parametrize(
    ("columns", "at"),
    [
        ({"new_parent": "Xã Không Có"}, "new_parent"),
        ({}, "new_parent"),
        ({"new_parent": "Xã Bình", "new_code": "00001-CNSCD-01"}, "new_code"),
    ],
)
def test_a_new_team_without_a_place_or_with_the_code_of_another_is_refused(columns, at):
    made = small(row(**OF_A_TEAM, new_name="Tổ CNSCĐ thôn 9", **columns), units=with_coded_teams())
    assert places(made) == [(2, at)]


def test_of_two_communes_of_one_name_a_team_goes_to_that_of_its_own_province():
    kind = UnitKind
    foreign = [
        PlannedUnit(91, "Tỉnh Khác", kind.PROVINCE, None, "09"),
        PlannedUnit(92, "Xã Bình", kind.COMMUNE, 91, "90002"),
    ]
    moved = row(
        **OF_A_TEAM, old_code="00001-CNSCD-01", new_name="Tổ CNSCĐ thôn 1", new_parent="Xã Bình"
    )
    units = [*with_coded_teams(), *foreign]
    assert small(moved, units=units).changed[TEAM].parent_id == BINH
    new = row(**OF_A_TEAM, new_name="Tổ CNSCĐ thôn 9", new_parent="Xã Bình")
    (problem,) = small(new, units=units).problems
    assert "có 2 đơn vị cùng tên" in problem.message


def test_a_second_team_of_one_name_in_another_spelling_is_refused():
    made = small(
        row(**OF_A_TEAM, new_name="Tổ CNSCĐ thôn 1", new_parent="Xã An"), units=with_coded_teams()
    )
    assert places(made) == [(2, "new_name")]


def test_a_team_that_takes_another_in_keeps_its_name_as_the_registry_spells_it():
    into = {"new_name": "Tổ CNSCĐ thôn 1", "new_kind": "tổ", "new_parent": "Xã An"}
    absorbed = row(**OF_A_TEAM, **into, old_code="00001-CNSCD-02", how=How.ABSORB)
    made = small(absorbed, units=with_coded_teams())
    assert (made.problems, made.continued, made.changed) == ((), {TEAM}, {})
    renamed = row(**OF_A_TEAM, **into, old_code="00001-CNSCD-01", how=How.RENAME)
    made = small(renamed, units=with_coded_teams())
    assert made.changed[TEAM].name == "Tổ CNSCĐ thôn 1"


def test_a_team_founded_anew_without_the_name_of_a_former_commune_is_the_same_team_renamed():
    second = "Tổ công nghệ số cộng đồng thôn 2, xã Cũ"
    units = [replace(u, name=second) if u.id == 29 else u for u in with_coded_teams()]
    again = {"new_name": "Tổ CNSCĐ thôn 2", "new_kind": "tổ"}
    old = {"old_name": "Tổ CNSCĐ thôn 2", "old_parent": "Xã An"}
    made = small(row(**OF_A_TEAM, **old, **again), units=units)
    assert (made.problems, made.continued) == ((), {29})
    assert {unit_id: unit.name for unit_id, unit in made.changed.items()} == {29: "Tổ CNSCĐ thôn 2"}


def test_several_teams_that_become_one_without_a_place_in_its_name_become_a_new_one():
    third = "Tổ CNSCĐ thôn 1, xã Cũ"
    units = [replace(u, name=third) if u.id == 29 else u for u in with_coded_teams()]
    units = [replace(u, name=f"{third} Kỹ") if u.id == TEAM else u for u in units]
    made = small(
        *(
            row(number, **OF_A_TEAM, old_code=f"00001-CNSCD-0{number - 1}", new_kind="tổ",
                new_name="Tổ CNSCĐ thôn 1")
            for number in (2, 3)
        ),
        units=units,
    )  # fmt: skip
    assert (made.problems, set(made.ended)) == ((), {TEAM, 29})


def test_a_territory_does_not_become_a_team():
    made = small(from_an(new_name="Tổ CNSCĐ thôn 12", new_kind="tổ", new_parent="Xã Bình"))
    (problem,) = made.problems
    assert (problem.field, "không thành “Tổ CNSCĐ thôn 12”" in problem.message) == (
        "new_kind",
        True,
    )


@pytest.mark.parametrize("province", [None, "Tỉnh Mẫu"])
def test_teams_of_one_name_in_several_communes_each_stay_in_their_own(province):
    kind = UnitKind.COMMUNITY_TEAM
    units = [
        *with_coded_teams(),
        PlannedUnit(31, "Tổ CNSCĐ thôn 1", kind, BINH, registry_code="00002-CNSCD-01"),
        PlannedUnit(32, "Tổ CNSCĐ thôn 2", kind, BINH, registry_code="00002-CNSCD-02"),
    ]
    rows = [
        row(number, old_code=f"0000{commune}-CNSCD-0{team}", new_name="Tổ CNSCĐ thôn 12",
            new_province=province, new_province_code=None)
        for number, (commune, team) in enumerate(((1, 1), (1, 2), (2, 1), (2, 2)), 2)
    ]  # fmt: skip
    made = small(*rows, units=units)
    assert made.problems == ()
    assert sorted(unit.parent_id for unit in made.established) == [AN, BINH]
    assert [len([o for o in made.ended if made.heir(o) == u.id]) for u in made.established] == [
        2,
        2,
    ]


def test_a_team_of_the_annex_follows_its_commune_that_ends_by_the_same_annex():
    made = small(
        from_an(2, **TO_NEW),
        from_binh(3, **TO_NEW),
        row(4, **OF_A_TEAM, old_code="00001-CNSCD-01", new_name="Tổ CNSCĐ thôn 1"),
        row(5, **OF_A_TEAM, old_code="00001-CNSCD-02", new_name="Tổ CNSCĐ thôn Hai"),
        units=with_coded_teams(),
    )
    assert made.problems == ()
    commune, team = made.established
    assert (made.changed[TEAM].parent_id, team.parent_id) == (commune.id, commune.id)


def test_a_team_of_the_annex_whose_commune_ends_for_good_needs_another_place():
    made = small(
        from_an(2, how=How.DISSOLVE, new_parent=None),
        row(4, **OF_A_TEAM, old_code="00001-CNSCD-01", new_name="Tổ CNSCĐ thôn 1"),
        units=with_coded_teams(),
    )
    assert places(made) == [(4, "new_parent")]
