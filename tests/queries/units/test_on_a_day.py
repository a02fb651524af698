"""Finding units by any name they bear or bore."""

from datetime import date

import pytest
from flask import Flask

from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.units.kinds import UnitKind
from registry.models.units import Unit
from registry.queries.units.details import (
    children_in,
    counts_below,
    past_names,
    predecessors,
    successors,
    topmost,
    units_above,
)
from registry.queries.units.on_a_day import (
    ids_in_scope,
    life_of,
    path_on,
    search,
    search_ended,
    subtree,
)
from tests.conftest import TODAY
from tests.factories.units import (
    AFTER_THE_NEXT,
    BEFORE_THE_MOVE,
    MovingCommunes,
    Province,
    make_succession,
    make_unit,
    rename_unit,
)

MERGER = date(2025, 7, 1)


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


def test_children_are_those_of_the_scope_in_name_order(app: Flask) -> None:
    here = Province()
    prefix = path_on(here.district.id, TODAY)
    assert prefix is not None
    scope = Scope(prefixes=frozenset({prefix}))
    found = children_in(here.province.id, TODAY, scope, TODAY)
    assert [row.name for row in found] == ["Huyện Thăng Bình"]
    below = [row.name for row in children_in(here.district.id, TODAY, scope, TODAY)]
    assert below == ["Phòng Văn hóa và Thông tin", "Xã Bình Đào", "Xã Bình Minh"]
    assert counts_below(here.province.id, TODAY) == {
        here.it_department.id: 1,
        here.district.id: 3,
        here.other_district.id: 1,
    }


def test_the_tree_begins_at_the_top_of_what_one_may_see(app: Flask) -> None:
    here = Province()
    paths = [path_on(unit.id, TODAY) or "" for unit in (here.commune, here.other_district)]
    scope = Scope(prefixes=frozenset(paths))
    assert [row.name for row in topmost(scope, TODAY)] == ["Huyện Đại Lộc", "Xã Bình Minh"]
    assert [row.name for row in topmost(Scope(everything=True), TODAY)] == ["Tỉnh Thử Nghiệm"]


def test_the_way_up_goes_from_the_root_down(app: Flask) -> None:
    here = Province()
    path = path_on(here.commune.id, TODAY) or ""
    assert [row.name for row in units_above(path, TODAY)] == [
        "Tỉnh Thử Nghiệm",
        "Huyện Thăng Bình",
    ]


def test_a_unit_s_past_names_its_periods_and_its_kin(app: Flask) -> None:
    here = Province()
    rename_unit(here.section, "Phòng Chuyển đổi số", date(2024, 6, 20))
    assert [past.period.name for past in past_names(here.section.id)] == [
        "Phòng Chuyển đổi số",
        "Phòng Công nghệ thông tin",
    ]
    make_succession(here.commune, here.other_commune, MERGER)
    make_succession(here.commune, here.far_commune, MERGER, part="part")
    assert [(kin.name, kin.is_whole) for kin in successors(here.commune.id)] == [
        ("Xã Bình Đào", True),
        ("Xã Đại Minh", False),
    ]
    assert [kin.name for kin in predecessors(here.other_commune.id)] == ["Xã Bình Minh"]


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
        found = search_ended("sap het", AFTER_THE_NEXT, scope=here.below(office), today=TODAY)
        return [([heir.name for heir in one.heirs], one.elsewhere) for one in found]

    assert told(here.district) == [(["Xã Bình Minh"], True)]
    assert told(here.other_district) == []
    everywhere = search_ended("sap het", AFTER_THE_NEXT, scope=EVERYTHING, today=TODAY)
    assert [one.elsewhere for one in everywhere] == [False]
