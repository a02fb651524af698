"""What an annex leaves out: told where it is about a whole province, and nowhere else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from registry.domain.periods import Period
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.left_out import left_out
from registry.domain.reorganisations.plan import Past, PlannedUnit
from registry.domain.reorganisations.planning import plan_reorganisation
from registry.domain.reorganisations.unit_lookup import UnitLookup
from registry.domain.units.kinds import UnitKind
from registry.domain.units.placements import Placement, Placements

FIRST, JUNE, JULY, AUGUST = (
    date(1945, 11, 22),
    date(2025, 6, 1),
    date(2025, 7, 1),
    date(2025, 8, 1),
)
PLACES = Placements(
    [
        Placement(UnitKind.PROVINCE, None, Period(FIRST)),
        Placement(UnitKind.DEPARTMENT, "province", Period(FIRST)),
        Placement(UnitKind.DISTRICT, "province", Period(FIRST, JULY)),
        Placement(UnitKind.DISTRICT_OFFICE, "district", Period(FIRST, JULY)),
        Placement(UnitKind.COMMUNE, "district", Period(FIRST, JULY)),
        Placement(UnitKind.COMMUNE, "province", Period(JULY)),
        Placement(UnitKind.COMMUNITY_TEAM, "commune", Period(FIRST)),
    ]
)
HERE, THERE, WEST, EAST, FAR = 1, 2, 3, 4, 5


def commune(unit_id: int, above: int) -> PlannedUnit:
    return PlannedUnit(
        unit_id, f"Xã {unit_id}", UnitKind.COMMUNE, above, f"{90000 + unit_id}", designation="xã"
    )


UNITS = [
    PlannedUnit(HERE, "Tỉnh Đây", UnitKind.PROVINCE, None, "90"),
    PlannedUnit(THERE, "Tỉnh Kia", UnitKind.PROVINCE, None, "91"),
    PlannedUnit(WEST, "Huyện Tây", UnitKind.DISTRICT, HERE, "901"),
    PlannedUnit(EAST, "Huyện Đông", UnitKind.DISTRICT, HERE, "902"),
    PlannedUnit(FAR, "Huyện Xa", UnitKind.DISTRICT, THERE, "911"),
    PlannedUnit(6, "Phòng Văn hóa huyện Đông", UnitKind.DISTRICT_OFFICE, EAST),
    PlannedUnit(7, "Sở Nội vụ", UnitKind.DEPARTMENT, HERE),
    *(commune(unit_id, WEST) for unit_id in (11, 12)),
    *(commune(unit_id, EAST) for unit_id in (13, 14, 15)),
    *(commune(unit_id, FAR) for unit_id in (21, 22)),
    PlannedUnit(31, "Tổ thôn 1", UnitKind.COMMUNITY_TEAM, 14),
]


def into(
    old: int,
    new: str,
    code: str,
    above: int | None,
    part: Part = Part.WHOLE,
    how: How | None = None,
) -> AnnexRow:
    return AnnexRow(
        old, old_id=old, new_name=new, new_kind=new.rsplit(" ", 1)[0].lower(), new_code=code,
        new_parent_id=above, part=part, how=how,
    )  # fmt: skip


def told(
    rows: Sequence[AnnexRow],
    day: date,
    units: Sequence[PlannedUnit] = UNITS,
    eve: Sequence[PlannedUnit] = (),
) -> list[tuple[str, str]]:
    made = plan_reorganisation(units, rows, day, lambda *place: PLACES.allow(*place, day))
    assert made.problems == ()
    names = {unit.id: unit.name for unit in (*units, *made.established)}
    found = left_out(UnitLookup(units, eve), made, PLACES, day)
    return [(names[one.unit_id], one.why) for one in found]


WHOLE_PROVINCE = [
    *(into(old, "Xã Mới", "90011", HERE) for old in (11, 12, 13)),
    *(into(old, "Xã Khác", "90014", HERE) for old in (14, 15)),
]


def test_an_annex_that_names_every_commune_of_its_province_leaves_nothing_out() -> None:
    assert told(WHOLE_PROVINCE, JULY) == []


def test_a_commune_without_row_is_told_with_the_district_and_office_it_keeps() -> None:
    district_ended = "từ ngày 01/07/2025 “UBND cấp huyện” không được đứng dưới “Tỉnh Đây”"
    commune_ended = "từ ngày 01/07/2025 “Đơn vị cấp xã” không được đứng dưới “Huyện Đông”"
    office_ended = (
        "từ ngày 01/07/2025 “Phòng thuộc UBND cấp huyện” không được đứng dưới “Huyện Đông”"
    )
    assert told(WHOLE_PROVINCE[:-1], JULY) == [
        ("Xã 15", f"không có dòng nào nhắc tới; {commune_ended}"),
        ("Huyện Đông", district_ended),
        ("Phòng Văn hóa huyện Đông", office_ended),
    ]


def test_a_giver_that_lives_on_where_it_may_not_is_told_though_rows_name_it() -> None:
    rows = [*WHOLE_PROVINCE[:-1], into(15, "Xã Khác", "90014", HERE, Part.PART)]
    found = dict(told(rows, JULY))
    assert found["Xã 15"].startswith("từ ngày 01/07/2025 “Đơn vị cấp xã” không được")


def test_on_the_day_a_kind_ends_a_batch_about_few_communes_is_asked_about_its_province() -> None:
    rows = [into(old, "Xã Mới", "90011", HERE) for old in (11, 12)]
    assert [name for name, _ in told(rows, JULY)] == [
        "Xã 13",
        "Xã 14",
        "Xã 15",
        "Huyện Đông",
        "Phòng Văn hóa huyện Đông",
    ]


def test_on_any_other_day_a_batch_about_few_communes_is_asked_nothing() -> None:
    rows = [into(old, "Xã Mới", "90011", WEST) for old in (11, 12)]
    assert told(rows, JUNE) == []


def test_on_any_other_day_most_communes_are_a_whole_province() -> None:
    """Of five communes three: the two others are told, with their places; of two they are not."""
    rows = [
        *(into(old, "Xã Mới", "90011", WEST) for old in (11, 12)),
        into(13, "Xã Khác", "90013", EAST, how=How.RENAME),
    ]
    assert told(rows, JUNE) == [
        ("Xã 14", "không có dòng nào nhắc tới"),
        ("Xã 15", "không có dòng nào nhắc tới"),
    ]


def test_a_commune_that_only_moves_with_its_district_is_not_named_by_a_row() -> None:
    rows = [
        *(into(old, "Xã Mới", "90012", EAST) for old in (12, 13, 14)),
        AnnexRow(9, old_id=WEST, how=How.DISSOLVE),
        AnnexRow(10, old_id=EAST, new_name="Huyện Đông", new_kind="huyện", new_parent_id=HERE),
    ]
    found = dict(told(rows, JUNE))
    assert found["Xã 11"] == (
        "không có dòng nào nhắc tới, chuyển nguyên trạng về “Tỉnh Đây”; "
        "từ ngày 01/06/2025 “Đơn vị cấp xã” không được đứng dưới “Tỉnh Đây”"
    )
    assert found["Xã 15"] == "không có dòng nào nhắc tới"


def test_another_province_is_asked_about_only_when_rows_name_its_communes() -> None:
    assert [name for name, _ in told([into(21, "Xã 21", "90021", HERE)], JULY)] == [
        "Xã 22",
        "Huyện Xa",
    ]


@pytest.mark.parametrize(
    "row",
    [
        AnnexRow(2, new_name="Sở Mới", new_kind="department", new_parent_id=HERE),
        AnnexRow(2, new_name="Tổ thôn 2", new_kind="community_team", new_parent_id=14),
        AnnexRow(2, old_id=31, new_name="Tổ thôn 3", new_kind="community_team", new_parent_id=14,
                 how=How.RENAME),
    ],
)  # fmt: skip
def test_a_batch_about_no_territory_is_asked_nothing_on_no_day(row: AnnexRow) -> None:
    assert told([row], JULY) == []


def test_a_whole_province_after_the_day_is_told_of_what_still_outlives_its_kind() -> None:
    assert [name for name, _ in told(WHOLE_PROVINCE[:-1], AUGUST)] == [
        "Xã 15",
        "Huyện Đông",
        "Phòng Văn hóa huyện Đông",
    ]


@pytest.mark.parametrize(("day", "is_told"), [(JUNE, False), (JULY, True)])
def test_a_township_is_told_from_the_day_on_that_knows_none(day: date, is_told: bool) -> None:  # noqa: FBT001 - the answer
    above = EAST if day < JULY else HERE
    rows = [
        *WHOLE_PROVINCE[:3],
        into(14, "Thị trấn Cũ", "90014", above, how=How.RENAME),
        into(15, "Thị trấn Mới", "90015", above, how=How.MERGE),
    ]
    rows = [replace(row, new_parent_id=above) for row in rows]
    told_of = {name for name, why in told(rows, day) if "loại hình “thị trấn”" in why}
    assert told_of == ({"Xã 14", "Thị trấn Mới"} if is_told else set())


def test_a_code_that_no_unit_bore_tells_of_a_row_that_is_lacking() -> None:
    units = [unit for unit in UNITS if unit.id != 14]
    rows = [
        *(into(old, "Xã Mới", "90011", HERE) for old in (11, 12)),
        into(21, "Xã Ba", "90021", HERE),
        into(22, "Xã Bốn", "90022", HERE),
        *(into(old, "Xã Khác", "90014", HERE) for old in (13, 15)),
    ]
    why = "trước đó chưa có đơn vị nào mang mã 90014: có thể thiếu dòng của đơn vị mang mã này"
    assert told(rows, JULY, [unit for unit in units if unit.id != 31]) == [("Xã Khác", why)]


def test_new_codes_throughout_tell_nothing_nor_do_units_without_a_commune_before_them() -> None:
    every_new = [replace(row, new_code=f"8{row.new_code}") for row in WHOLE_PROVINCE]
    assert told(every_new, JULY) == []
    island = [
        *WHOLE_PROVINCE,
        AnnexRow(8, new_name="Xã Đảo", new_kind="xã", new_code="88888", new_parent_id=HERE),
        into(FAR, "Đặc khu Xa", "88889", HERE),
        *(into(old, "Xã Năm", "90021", HERE) for old in (21, 22)),
    ]
    assert told(island, JULY) == []


def test_what_an_earlier_batch_of_the_day_settled_is_not_asked_again() -> None:
    """The west was merged by another decision of the day, whose codes are known all the same."""
    merged = replace(commune(11, HERE), name="Xã Mới", since=JULY)
    units = [merged, *(unit for unit in UNITS if unit.id not in {WEST, 11, 12})]
    eve = [commune(11, WEST), commune(12, WEST)]
    rows = [
        *(into(old, "Xã Hai", "90012", HERE) for old in (13, 14)),
        into(21, "Xã Ba", "90021", HERE, how=How.MERGE),
        into(22, "Xã Bốn", "90022", HERE, how=How.MERGE),
    ]
    assert [name for name, _ in told(rows, JULY, units, eve)] == [
        "Xã 15",
        "Huyện Đông",
        "Phòng Văn hóa huyện Đông",
    ]
    assert "Xã Hai" in {name for name, _ in told(rows, JULY, units)}


def test_few_communes_stay_few_beside_what_an_earlier_batch_of_the_day_settled() -> None:
    settled = [replace(commune(unit_id, EAST), since=JUNE) for unit_id in (13, 14)]
    units = [*settled, *(unit for unit in UNITS if unit.id not in {13, 14})]
    rows = [into(11, "Xã Một", "90011", WEST, how=How.RENAME)]
    assert told(rows, JUNE, units) == []
    rows = [*rows, into(12, "Xã Hai", "90012", WEST, how=How.RENAME)]
    assert [name for name, _ in told(rows, JUNE, units)] == ["Xã 15"]


def test_a_commune_founded_again_from_its_former_self_is_no_lacking_row() -> None:
    former = Past(former=[commune(16, EAST)])
    again = AnnexRow(
        7, new_name="Xã 16", new_kind="xã", new_code="90016", new_province="Tỉnh Đây",
        how=How.REESTABLISH,
    )  # fmt: skip
    made = plan_reorganisation(
        UNITS,
        [*WHOLE_PROVINCE, again],
        JULY,
        lambda *place: PLACES.allow(*place, JULY),
        past=former,
    )
    assert made.problems == ()
    assert 16 in {link.predecessor_id for link in made.successions}
    assert left_out(UnitLookup(UNITS), made, PLACES, JULY) == ()


def test_who_keeps_a_part_while_no_row_takes_the_other_is_told_of_any_batch() -> None:
    def told(*parts: tuple[int, str, Part | None]) -> list[tuple[int, str]]:
        rows = [
            AnnexRow(
                number,
                old_code=f"{90000 + old}",
                new_code=None if new.startswith("Xã Mới") else f"{90000 + old}",
                new_name=new,
                new_kind="xã",
                new_parent="Huyện Tây",
                new_province="Tỉnh Đây",
                part=part,
            )
            for number, (old, new, part) in enumerate(parts, start=2)
        ]
        allowed = PLACES
        plan = plan_reorganisation(
            UNITS, rows, JUNE, lambda kind, above: allowed.allow(kind, above, JUNE)
        )
        assert plan.problems == ()
        found = left_out(UnitLookup(UNITS), plan, PLACES, JUNE)
        return [(one.unit_id, one.why) for one in found]

    why = "chỉ giữ lại một phần, nhưng không có dòng nào ghi phần còn lại về đơn vị nào"
    assert told((11, "Xã 11", Part.PART)) == [(11, why)]
    assert told((11, "Xã 11", Part.PART), (11, "Xã Mới", Part.PART)) == []
    # What an earlier decision left of it is all of it; so is a row that says so.
    assert told((11, "Xã 11", Part.REST)) == []
    assert told((11, "Xã 11", None)) == []
