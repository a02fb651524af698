"""Units as of a day: by id, code, path, or any name they bear or bore; what took their place."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.permissions import EVERYTHING, NOTHING, Scope
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.models.base import continued, db
from registry.models.units import Unit
from registry.queries.units.details import children_in
from registry.queries.units.on_a_day import (
    UnitRow,
    children,
    find_by_code,
    follow,
    ids_in_scope,
    life_of,
    path_on,
    paths_on,
    search,
    search_ended,
    subtree,
    unit_on,
    units_by_id,
)
from registry.services.units.paths import rebuild_paths
from tests.conftest import TODAY
from tests.factories.units import (
    AFTER_THE_NEXT,
    BEFORE_THE_MOVE,
    MovingCommunes,
    NewUnit,
    Province,
    end_unit,
    make_succession,
    make_unit,
    move_unit,
    new_units,
    rename_unit,
)

MERGER = date(2025, 7, 1)
JUNE_9, JUNE_10, JUNE_15 = date(2024, 6, 9), date(2024, 6, 10), date(2024, 6, 15)
JUNE_19, JUNE_20, JUNE_21 = date(2024, 6, 19), date(2024, 6, 20), date(2024, 6, 21)


def names(text: str, day: date = TODAY, **narrowed: object) -> list[str]:
    """Return the names found, in order."""
    return [found.row.name for found in search(text, day, **narrowed)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Xã Bình Minh",
        "binh minh",
        "BINH MINH",
        "ubnd x. binh minh",
        "minh binh",
        "90101",
        "x.binh mi",
    ],
)
def test_a_unit_is_found_however_its_name_is_typed(app: Flask, text: str) -> None:
    Province()
    assert names(text) == ["Xã Bình Minh"]


def test_a_department_answers_to_its_initials(app: Flask) -> None:
    Province()
    assert names("so tttt") == ["Sở Thông tin và Truyền thông"]


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "'", "\\", "xã %"])
def test_signs_widen_no_search(app: Flask, text: str) -> None:
    Province()
    assert all("Xã" in name for name in names(text))
    assert len(names(text)) <= 3


def test_a_name_typed_whole_comes_before_those_that_hold_it(app: Flask) -> None:
    here = Province()
    for body in ("Sở Y tế tỉnh Thử Nghiệm", "Hội Nông dân tỉnh Thử Nghiệm"):
        make_unit(body, UnitKind.DEPARTMENT, here.province)
    whole, *others = names("tỉnh thử nghiệm")
    assert whole == "Tỉnh Thử Nghiệm"
    assert others == ["Hội Nông dân tỉnh Thử Nghiệm", "Sở Y tế tỉnh Thử Nghiệm"]


def test_names_with_the_accents_typed_come_first(app: Flask) -> None:
    here = Province()
    make_unit("Xã Phước Hoà", UnitKind.COMMUNE, here.district, code="90103")
    make_unit("Xã Phước Hóa", UnitKind.COMMUNE, here.district, code="90104")
    make_unit("Xã Phước Hoa", UnitKind.COMMUNE, here.district, code="90105")
    assert names("phước hóa") == ["Xã Phước Hóa", "Xã Phước Hoa", "Xã Phước Hoà"]
    assert names("phước hòa")[0] == "Xã Phước Hoà"


def test_a_former_name_leads_to_the_unit_and_says_until_when_it_held(app: Flask) -> None:
    here = Province()
    rename_unit(here.section, "Phòng Chuyển đổi số", date(2024, 6, 20))
    found = search("phong cong nghe thong tin", TODAY)
    assert [(one.row.name, one.former_name, one.until) for one in found] == [
        ("Phòng Chuyển đổi số", "Phòng Công nghệ thông tin", date(2024, 6, 19))
    ]
    assert not found[0].is_predecessors
    before = search("phong cong nghe thong tin", date(2024, 6, 10))
    assert [(one.row.name, one.former_name) for one in before] == [
        ("Phòng Công nghệ thông tin", None)
    ]


def test_a_name_not_borne_yet_is_not_found(app: Flask) -> None:
    here = Province()
    rename_unit(here.section, "Phòng Chuyển đổi số", date(2024, 6, 20))
    assert names("chuyen doi so", date(2024, 6, 10), kinds=[UnitKind.SECTION]) == []


def test_the_name_of_a_merged_unit_leads_to_the_unit_in_its_place(app: Flask) -> None:
    here = Province()
    old = make_unit("Xã Quế Phước", UnitKind.COMMUNE, here.district, until=MERGER)
    new = make_unit("Xã Nông Sơn", UnitKind.COMMUNE, here.district, since=MERGER)
    make_succession(old, new, MERGER)
    found = search("ubnd x. que phuoc", MERGER)
    assert [(one.row.name, one.former_name, one.until) for one in found] == [
        ("Xã Nông Sơn", "Xã Quế Phước", date(2025, 6, 30))
    ]
    assert found[0].is_predecessors
    assert names("que phuoc", date(2025, 6, 30)) == ["Xã Quế Phước"]


def test_a_closed_unit_without_successor_is_found_while_it_stood_only(app: Flask) -> None:
    here = Province()
    make_unit("Xã Giải Thể", UnitKind.COMMUNE, here.district, until=MERGER)
    assert names("giai the") == ["Xã Giải Thể"]
    assert names("giai the", MERGER) == []


def test_a_search_keeps_to_scope_kinds_and_limit(app: Flask) -> None:
    here = Province()
    prefix = path_on(here.district.id, TODAY)
    assert prefix is not None
    scope = Scope(prefixes=frozenset({prefix}))
    assert names("minh", scope=scope, today=TODAY) == ["Xã Bình Minh"]
    assert names("minh") == ["Xã Bình Minh", "Xã Đại Minh"]
    assert names("binh", kinds=[UnitKind.DISTRICT]) == ["Huyện Thăng Bình"]
    assert len(names("xa", limit=2)) == 2


def test_a_unit_lives_from_its_first_to_its_last_period(app: Flask) -> None:
    here = Province()
    rename_unit(here.section, "Phòng Chuyển đổi số", date(2024, 6, 20))
    life = life_of(here.section.id)
    assert life is not None
    assert (life.valid_from, life.valid_to) == (date(2024, 6, 1), None)
    assert life_of(987654) is None


@pytest.mark.parametrize("day", [BEFORE_THE_MOVE, TODAY, AFTER_THE_NEXT])
def test_whatever_the_day_shown_rights_are_those_of_today(app: Flask, day: date) -> None:
    here = MovingCommunes()
    whole = f"/{here.province.id}/"
    stood_in = {
        here.other_commune.id: here.district if day < date(2024, 6, 20) else here.other_district,
        here.far_commune.id: here.other_district if day < date(2024, 7, 10) else here.district,
    }
    for office, seen in (
        (here.district, {here.commune.id}),
        (here.other_district, {here.other_commune.id, here.far_commune.id}),
    ):
        narrowed = {"kinds": (UnitKind.COMMUNE,), "scope": here.below(office), "today": TODAY}
        assert {row.id for row in subtree(whole, day, **narrowed)} == seen
        assert {found.row.id for found in search("xa", day, **narrowed)} == seen
        assert ids_in_scope(stood_in, here.below(office), TODAY) == seen & set(stood_in)
        for unit_id, above in stood_in.items():
            below = children_in(above.id, day, here.below(office), TODAY)
            assert (unit_id in {row.id for row in below}) is (unit_id in seen)


def test_a_unit_to_end_is_found_by_the_rights_of_today_and_its_heirs_named_by_them(
    app: Flask,
) -> None:
    here = MovingCommunes()
    ends = date(2024, 7, 5)
    old = make_unit("Xã Sắp Hết", UnitKind.COMMUNE, here.district, until=ends)
    make_succession(old, here.commune, ends)
    # It stands in the other district today, and in this one on the day asked.
    make_succession(old, here.far_commune, ends)

    def told(office: Unit) -> list[tuple[list[str], bool]]:
        found = search_ended(
            "sap het", AFTER_THE_NEXT, scope=here.below(office), today=TODAY, limit=20
        )
        return [([heir.name for heir in one.heirs], one.elsewhere) for one in found]

    assert told(here.district) == [(["Xã Bình Minh"], True)]
    assert told(here.other_district) == []
    everywhere = search_ended("sap het", AFTER_THE_NEXT, scope=EVERYTHING, today=TODAY, limit=20)
    assert [one.elsewhere for one in everywhere] == [False]


def test_a_unit_is_told_as_it_was_on_the_day_from_its_first_to_the_eve_of_its_end(
    app: Flask,
) -> None:
    here = Province()
    commune = make_unit(
        "Xã Bình Quý", UnitKind.COMMUNE, here.district, code="90107", phone="+842353000007"
    )
    move_unit(commune, here.other_district, JUNE_10)
    rename_unit(here.other_district, "Thị xã Đại Lộc", JUNE_15)
    end_unit(commune, JUNE_20)
    top = f"/{here.province.id}"

    def told(since: date, until: date, above: Unit, above_name: str) -> UnitRow:
        return UnitRow(
            id=commune.id,
            code="90107",
            name="Xã Bình Quý",
            short_name=None,
            kind=UnitKind.COMMUNE,
            designation=None,
            parent_id=above.id,
            parent_name=above_name,
            path=f"{top}/{above.id}/{commune.id}/",
            takes_part=True,
            not_taking_part_reason=None,
            phone="+842353000007",
            valid_from=since,
            valid_to=until,
        )

    first = date(2024, 6, 1)
    for day, row in (
        (date(2024, 5, 31), None),
        (first, told(first, JUNE_10, here.district, "Huyện Thăng Bình")),
        (JUNE_9, told(first, JUNE_10, here.district, "Huyện Thăng Bình")),
        (JUNE_10, told(JUNE_10, JUNE_20, here.other_district, "Huyện Đại Lộc")),
        (date(2024, 6, 14), told(JUNE_10, JUNE_20, here.other_district, "Huyện Đại Lộc")),
        (JUNE_15, told(JUNE_10, JUNE_20, here.other_district, "Thị xã Đại Lộc")),
        (JUNE_19, told(JUNE_10, JUNE_20, here.other_district, "Thị xã Đại Lộc")),
        (JUNE_20, None),
    ):
        path = row.path if row else None
        assert unit_on(commune.id, day) == row
        assert units_by_id([commune.id, 987_654], day) == ({commune.id: row} if row else {})
        assert path_on(commune.id, day) == path
        assert paths_on([commune.id, 987_654], day) == ({commune.id: path} if path else {})
        # Others, with their own phones and paths, stand there too and are told of themselves.
        if row:
            both = units_by_id([here.commune.id, commune.id], day)
            assert both[commune.id] == row
            assert both[here.commune.id].phone == "+842353000001"


def test_a_unit_without_a_code_of_the_state_bears_that_of_the_registry(app: Flask) -> None:
    here = Province()
    here.commune.registry_code = "T-CU"
    db.session.flush()
    department = unit_on(here.it_department.id, TODAY)
    assert department is not None
    assert department.code == here.it_department.registry_code
    assert find_by_code(department.code, TODAY) == department
    # A unit with a code of the state no longer answers to the one the registry once gave it.
    assert find_by_code("T-CU", TODAY) is None


def test_a_code_names_the_unit_that_bears_it_on_the_day(app: Flask) -> None:
    here = Province()
    old = make_unit("Xã Trước", UnitKind.COMMUNE, here.district, code="90110", until=JUNE_15)
    new = make_unit("Xã Sau", UnitKind.COMMUNE, here.district, code="90110", since=JUNE_20)
    bearers = {
        day: row.id if (row := find_by_code("90110", day)) else None
        for day in (date(2024, 6, 14), JUNE_15, JUNE_19, JUNE_20)
    }
    assert bearers == {
        date(2024, 6, 14): old.id,
        JUNE_15: None,
        JUNE_19: None,
        JUNE_20: new.id,
    }


def test_a_subtree_holds_its_head_and_what_is_below_by_code_and_nothing_beside(app: Flask) -> None:
    here = Province()
    make_unit("Xã Sắp Có", UnitKind.COMMUNE, here.district, code="90103", since=date(2024, 7, 1))
    make_unit("Xã Đã Hết", UnitKind.COMMUNE, here.district, code="90104", until=TODAY)
    path = path_on(here.district.id, TODAY)
    assert path is not None
    assert [row.name for row in subtree(path, TODAY)] == [
        "Huyện Thăng Bình",
        "Xã Bình Minh",
        "Xã Bình Đào",
        "Phòng Văn hóa và Thông tin",
    ]
    kinds = (UnitKind.DISTRICT, UnitKind.DISTRICT_OFFICE)
    assert [row.name for row in subtree(path, TODAY, kinds=kinds)] == [
        "Huyện Thăng Bình",
        "Phòng Văn hóa và Thông tin",
    ]


def test_a_subtree_ends_where_the_path_of_another_unit_only_looks_alike(app: Flask) -> None:
    top = make_unit("Tỉnh Thử Nghiệm", UnitKind.PROVINCE, code="99")
    alike = (70_001, 700_010)
    for unit_id in alike:
        period = continued(top.periods[0], official_code=str(unit_id), parent_id=top.id)
        db.session.add(Unit(id=unit_id, periods=[period]))
    db.session.flush()
    rebuild_paths()
    for unit_id in alike:
        assert [row.id for row in subtree(f"/{top.id}/{unit_id}/", TODAY)] == [unit_id]


def test_children_of_the_day_come_by_kind_then_in_name_order(app: Flask) -> None:
    here = Province()
    make_unit("Xã Ân", UnitKind.COMMUNE, here.district, code="90199")
    make_unit("Xã Đã Hết", UnitKind.COMMUNE, here.district, until=TODAY)
    moved = make_unit("Xã Chuyển Đi", UnitKind.COMMUNE, here.district)
    move_unit(moved, here.other_district, TODAY)
    assert [row.name for row in children(here.district.id, TODAY)] == [
        "Xã Ân",
        "Xã Bình Đào",
        "Xã Bình Minh",
        "Phòng Văn hóa và Thông tin",
    ]


def test_a_scope_holds_its_subtrees_of_today_and_the_closed_units_named_in_it(app: Flask) -> None:
    here = MovingCommunes()
    closed = make_unit("Xã Đã Hết", UnitKind.COMMUNE, here.district, until=JUNE_20)
    other_closed = make_unit("Xã Cũng Hết", UnitKind.COMMUNE, here.district, until=JUNE_20)
    whole = f"/{here.province.id}/"
    subtrees = here.below(here.district).prefixes | here.below(here.it_department).prefixes
    below = {here.district.id, here.district_office.id, here.commune.id}
    below |= {here.it_department.id, here.section.id}
    for scope, seen in (
        (Scope(prefixes=subtrees), below),
        (Scope(prefixes=subtrees, closed_unit_ids=frozenset({closed.id})), {*below, closed.id}),
        (Scope(closed_unit_ids=frozenset({closed.id})), {closed.id}),
        (NOTHING, set()),
    ):
        found = subtree(whole, BEFORE_THE_MOVE, scope=scope, today=TODAY)
        assert {row.id for row in found} == seen
        everybody = {row.id for row in subtree(whole, BEFORE_THE_MOVE)}
        assert {closed.id, other_closed.id} < everybody
        assert ids_in_scope(everybody, scope, TODAY) == seen
    # Without another day the rights are those of the day itself.
    at_the_time = subtree(whole, BEFORE_THE_MOVE, scope=here.below(here.district))
    assert here.other_commune.id in {row.id for row in at_the_time}
    assert ids_in_scope([closed.id, 987_654], EVERYTHING, TODAY) == {closed.id, 987_654}


def test_a_unit_is_followed_to_the_one_that_took_its_whole_place_by_then(app: Flask) -> None:
    here = Province()
    old, new, newest = (
        make_unit("Tỉnh Một", UnitKind.PROVINCE, code="11", until=JUNE_10),
        make_unit("Tỉnh Hai", UnitKind.PROVINCE, code="12", until=JUNE_20),
        make_unit("Tỉnh Ba", UnitKind.PROVINCE, code="13", since=date(2024, 5, 1)),
    )
    make_succession(old, new, JUNE_10)
    make_succession(new, newest, JUNE_20)
    make_succession(here.commune, here.other_commune, JUNE_10)

    def followed(unit: Unit, day: date) -> str | None:
        row = follow(unit.id, day)
        return row.name if row else None

    assert followed(old, JUNE_9) == "Tỉnh Một"
    assert followed(old, JUNE_10) == followed(old, JUNE_19) == "Tỉnh Hai"
    assert followed(old, JUNE_20) == "Tỉnh Ba"
    # Before its first day nothing stands in its place, not even the successor to come.
    assert followed(new, date(2024, 5, 20)) is None
    # One that stands is itself, whatever took in another part of it.
    assert followed(here.commune, JUNE_20) == "Xã Bình Minh"


def test_a_unit_of_which_parts_went_here_and_there_is_followed_nowhere(app: Flask) -> None:
    here = Province()
    in_parts, doubled, swallowed = (
        make_unit(name, UnitKind.COMMUNE, here.district, until=JUNE_10)
        for name in ("Xã Chia", "Xã Đôi", "Xã Nhập")
    )
    make_succession(in_parts, here.commune, JUNE_10, part="part")
    make_succession(doubled, here.commune, JUNE_10)
    make_succession(doubled, here.other_commune, JUNE_10)
    make_succession(swallowed, here.commune, JUNE_10, part="part")
    make_succession(swallowed, here.other_commune, JUNE_10)
    assert follow(in_parts.id, TODAY) is None
    assert follow(doubled.id, TODAY) is None
    row = follow(swallowed.id, TODAY)
    assert row is not None
    assert row.id == here.other_commune.id


def test_a_unit_founded_again_the_day_it_ended_is_not_what_it_became(app: Flask) -> None:
    here = Province()
    old = make_unit("Xã Cũ", UnitKind.COMMUNE, here.district, until=JUNE_10)
    make_succession(old, here.other_commune, JUNE_10, kind=SuccessionKind.REESTABLISHED)
    assert follow(old.id, TODAY) is None
    make_succession(old, here.commune, JUNE_10)
    row = follow(old.id, TODAY)
    assert row is not None
    assert row.id == here.commune.id


def test_a_unit_s_life_is_its_own_and_ends_with_its_last_period(app: Flask) -> None:
    here = Province()
    commune = make_unit("Xã Đổi Tên", UnitKind.COMMUNE, here.district, since=JUNE_10)
    rename_unit(commune, "Xã Tên Mới", JUNE_15)
    end_unit(commune, JUNE_20)
    life = life_of(commune.id)
    assert life is not None
    assert (life.valid_from, life.valid_to) == (JUNE_10, JUNE_20)


def test_a_name_kept_under_another_superior_is_no_former_one_and_ends_when_last_borne(
    app: Flask,
) -> None:
    here = Province()
    commune = make_unit("Xã Tam Kỳ", UnitKind.COMMUNE, here.district)
    move_unit(commune, here.other_district, JUNE_10)

    def found(day: date) -> list[tuple[str, str | None, date | None]]:
        return [(one.row.name, one.former_name, one.until) for one in search("tam ky", day)]

    assert found(JUNE_15) == [("Xã Tam Kỳ", None, None)]
    rename_unit(commune, "Xã Tam Thành", JUNE_20)
    assert found(JUNE_19) == [("Xã Tam Kỳ", None, None)]
    assert found(JUNE_20) == [("Xã Tam Thành", "Xã Tam Kỳ", JUNE_19)]
    assert [one.until for one in search("tam", JUNE_20)] == [None]


def test_periods_written_in_another_order_are_read_alike(app: Flask) -> None:
    """A period that a correction put before the others is the last row, not the last day."""
    here = Province()
    commune = make_unit("Xã Tam Kỳ", UnitKind.COMMUNE, here.district, since=JUNE_15)
    period = commune.periods[0]
    db.session.add(continued(period, valid_from=JUNE_10, valid_to=JUNE_15))
    db.session.flush()
    assert [one.former_name for one in search("tam ky", TODAY)] == [None]
    rename_unit(commune, "Xã Tam Thành", JUNE_20)
    assert [one.until for one in search("tam ky", TODAY)] == [JUNE_19]
    life = life_of(commune.id)
    assert life is not None
    assert (life.valid_from, life.valid_to) == (JUNE_10, None)


def test_present_names_come_before_former_ones_and_then_the_alphabet(app: Flask) -> None:
    here = Province()
    former = make_unit("Xã Phú An", UnitKind.COMMUNE, here.district)
    rename_unit(former, "Xã Quế An", JUNE_20)
    for name in ("Xã Phú Yên", "Xã Phú Bình"):
        make_unit(name, UnitKind.COMMUNE, here.district)
    twin = make_unit("Xã Phú Bình", UnitKind.COMMUNE, here.other_district)
    found = search("phu", TODAY)
    assert [one.row.name for one in found] == [
        "Xã Phú Bình",
        "Xã Phú Bình",
        "Xã Phú Yên",
        "Xã Quế An",
    ]
    assert found[1].row.id == twin.id


def test_a_unit_that_answers_by_two_names_is_told_once_by_the_better_one(app: Flask) -> None:
    here = Province()
    commune = make_unit("Xã Phú An", UnitKind.COMMUNE, here.district)
    rename_unit(commune, "Xã Phú Yên", JUNE_20)
    assert [(one.row.name, one.former_name) for one in search("phu", TODAY)] == [
        ("Xã Phú Yên", None)
    ]


def test_a_match_behind_many_of_other_kinds_is_found(app: Flask) -> None:
    here = Province()
    new_units(
        *(NewUnit(f"Tổ Thử {number}", UnitKind.COMMUNITY_TEAM, here.commune.id)
          for number in range(210)),
        NewUnit("Xã Thử", UnitKind.COMMUNE, here.district.id),
    )  # fmt: skip
    rebuild_paths()
    assert names("thu", kinds=[UnitKind.COMMUNE]) == ["Xã Thử"]
    assert len(names("to thu")) == 20


def test_a_name_leads_through_those_in_its_place_to_the_ones_standing_on_the_day(
    app: Flask,
) -> None:
    here = Province()
    old = make_unit("Xã Quế Phước", UnitKind.COMMUNE, here.district, until=JUNE_10)
    between = make_unit("Xã Giữa", UnitKind.COMMUNE, here.district, since=JUNE_10, until=JUNE_20)
    make_succession(old, between, JUNE_10, part="part")
    make_succession(old, here.commune, JUNE_10, part="part")
    make_succession(between, here.commune, JUNE_20, part="part")
    make_succession(between, here.far_commune, JUNE_20, part="part")
    make_succession(here.other_commune, here.far_commune, JUNE_10)
    assert names("que phuoc", JUNE_9) == ["Xã Quế Phước"]
    assert names("que phuoc", JUNE_19) == ["Xã Bình Minh", "Xã Giữa"]
    assert names("que phuoc", JUNE_20) == ["Xã Bình Minh", "Xã Đại Minh"]
    told = search_ended("que phuoc", JUNE_20, scope=EVERYTHING, today=TODAY, limit=20)
    assert [[heir.name for heir in one.heirs] for one in told] == [["Xã Bình Minh", "Xã Đại Minh"]]


def test_units_ended_by_the_day_are_told_once_by_their_last_name_and_first_day_without(
    app: Flask,
) -> None:
    here = Province()
    renamed = make_unit("Xã Phú An", UnitKind.COMMUNE, here.district)
    rename_unit(renamed, "Xã Phú Yên", JUNE_10)
    end_unit(renamed, JUNE_20)
    make_unit("Xã Phú Còn", UnitKind.COMMUNE, here.district)
    going_on = make_unit("Xã Phú Sơn", UnitKind.COMMUNE, here.district)
    rename_unit(going_on, "Xã Sơn", JUNE_10)
    later = make_unit("Xã Phú Mai", UnitKind.COMMUNE, here.district, until=JUNE_21)
    make_succession(renamed, here.commune, JUNE_20)
    make_succession(renamed, here.other_commune, date(2024, 7, 1), part="part")

    def told(text: str, day: date, limit: int = 20) -> list[tuple[str, date]]:
        ended = search_ended(text, day, scope=EVERYTHING, today=TODAY, limit=limit)
        return [(one.name, one.ended_on) for one in ended]

    assert told("phu", JUNE_19) == []
    assert told("phu", JUNE_20) == [("Xã Phú Yên", JUNE_20)]
    assert told("phu an", JUNE_20) == [("Xã Phú Yên", JUNE_20)]
    assert told("phu", TODAY) == [("Xã Phú Yên", JUNE_20), ("Xã Phú Mai", JUNE_21)]
    assert told("phu", TODAY, limit=1) == [("Xã Phú Yên", JUNE_20)]
    assert told(" ", TODAY) == []
    (first, second) = search_ended("phu", TODAY, scope=EVERYTHING, today=TODAY, limit=20)
    assert (first.unit_id, first.kind) == (renamed.id, UnitKind.COMMUNE)
    # What takes a part of it tomorrow is no heir yet.
    assert [heir.id for heir in first.heirs] == [here.commune.id]
    assert (second.unit_id, second.heirs, second.elsewhere) == (later.id, (), False)


def test_a_name_that_repeats_is_told_with_the_unit_above_where_there_is_one(app: Flask) -> None:
    here = Province()
    team = unit_on(make_unit("Tổ 1", UnitKind.COMMUNITY_TEAM, here.commune).id, TODAY)
    alone = unit_on(make_unit("Tổ 2", UnitKind.COMMUNITY_TEAM).id, TODAY)
    commune = unit_on(here.commune.id, TODAY)
    assert [row.place for row in (team, alone, commune) if row] == [" · Xã Bình Minh", "", ""]
