"""How much, how, "như trên" and the names of units, as people write them."""

import pytest

from registry.domain.reorganisations.annex import How, Part
from registry.formats.annex_words import (
    HowSaid,
    UnclearError,
    full_kind,
    full_name,
    how_of,
    is_ditto,
    is_nothing,
    is_total,
    looks_like_code,
    looks_like_unit,
    part_of,
    units_in,
    with_designation,
    without_count,
)


@pytest.mark.parametrize(
    "text",
    ["Như trên", "nt", "NT", "-nt-", "- nt -", "n.t.", '"', "〃", "”", "''", '-"-', "–„–", "(nt)"],
)
def test_a_cell_may_be_like_the_one_above(text: str) -> None:
    assert is_ditto(text)


@pytest.mark.parametrize("text", ["", "Xã Nt", "-", "Như Xuân", "n", "20194", "xã như trên đây"])
def test_a_cell_that_says_something_itself_is_not_like_the_one_above(text: str) -> None:
    assert not is_ditto(text)


def test_dashes_and_dots_say_that_there_is_nothing() -> None:
    assert all(map(is_nothing, ["-", "–", "—", "...", "- -", "…"]))
    assert not any(map(is_nothing, ["Xã A", "-nt-", "0", "1-2"]))


def test_sums_are_known_by_how_they_begin() -> None:
    assert all(
        map(is_total, ["Tổng cộng", "TỔNG SỐ: 94 đơn vị", "Cộng", "Tổng", "Tổng cộng (I+II)"])
    )
    assert not any(map(is_total, ["Xã Cộng Hòa", "Cộng Hòa", "Tổng Cọt", "Xã Tổng Cọt"]))


def test_the_number_of_a_section_is_left_out() -> None:
    assert without_count("II. Huyện Quế Sơn") == "Huyện Quế Sơn"
    assert without_count("1.2 Huyện Quế Sơn") == "Huyện Quế Sơn"
    assert without_count("H. Quế Sơn") == without_count("A. H. Quế Sơn") == "Huyện Quế Sơn"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        *(("whole", Part.WHOLE), ("Toàn bộ", Part.WHOLE), ("part", Part.PART)),
        *(("Một phần.", Part.PART), ("1 phần", Part.PART), ("Phần còn lại", Part.REST)),
        *(("rest", Part.REST), ("Còn lại", Part.REST), ("toàn phần", None), ("", None)),
    ],
)
def test_how_much_is_meant_is_said_in_several_ways(text: str, part: Part | None) -> None:
    assert part_of(text) is part


@pytest.mark.parametrize("how", How)
def test_each_word_of_an_annex_is_known(how: How) -> None:
    assert how_of(how.value.upper()) == HowSaid(how)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Sáp nhập", HowSaid(None)),
        ("sắp xếp", HowSaid(None)),
        ("Tổ chức lại", HowSaid(None)),
        ("Giữ nguyên hiện trạng", HowSaid(None, keeps=True)),
        ("Không sắp xếp", HowSaid(None, keeps=True)),
        ("Nhập vào xã B", HowSaid(How.ABSORB)),
        ("Nhập một phần vào xã B", HowSaid(How.ABSORB, part=Part.PART)),
        ("Thành lập mới", HowSaid(How.ESTABLISH)),
        ("Nâng cấp thành phường", HowSaid(How.PROMOTE)),
        ("Thành lập phường B trên cơ sở nguyên trạng xã A", HowSaid(How.PROMOTE, part=None)),
        ("Điều chỉnh địa giới hành chính", HowSaid(How.ADJUST)),
        ("chiaa", None),
        ("gom lại", None),
    ],
)
def test_how_is_said_in_several_ways(text: str, said: HowSaid | None) -> None:
    assert how_of(text) == said


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("X. Hòa An", "Xã Hòa An"),
        ("x.Hòa An", "Xã Hòa An"),
        ("TT Ái Nghĩa", "Thị trấn Ái Nghĩa"),
        ("TT. Ái Nghĩa", "Thị trấn Ái Nghĩa"),
        ("P.1", "Phường 1"),
        ("P1", "Phường 1"),
        ("H. Quế Sơn", "Huyện Quế Sơn"),
        ("Q. Liên Chiểu", "Quận Liên Chiểu"),
        ("TX. Điện Bàn", "Thị xã Điện Bàn"),
        ("TP. Đà Nẵng", "Thành phố Đà Nẵng"),
        ("TP Đà Nẵng", "Thành phố Đà Nẵng"),
        ("T. Quảng Nam", "Tỉnh Quảng Nam"),
        ("xã Hòa An", "Xã Hòa An"),
        ("Hòa An", "Hòa An"),
        ("X Hòa An", "X Hòa An"),
        ("tt Ái Nghĩa", "tt Ái Nghĩa"),
        ("Sở Y tế", "Sở Y tế"),
    ],
)
def test_short_forms_of_designations_are_written_in_full(short: str, full: str) -> None:
    assert full_name(short) == full


def test_in_the_name_of_a_body_nothing_is_short_for_a_territory() -> None:
    assert full_name("TT Phục vụ hành chính công", of_a_body=True) == "TT Phục vụ hành chính công"


def test_a_kind_may_be_short_too_and_goes_before_the_name() -> None:
    assert [full_kind(text) for text in ("X", "p.", "TT", "xã", "department")] == [
        *("xã", "phường", "thị trấn", "xã", "department")
    ]
    assert with_designation("Hòa An", "Xã") == "Xã Hòa An"
    assert with_designation("Xã Hòa An", "xã") == "Xã Hòa An"
    assert with_designation("Sở Y tế", "department") == "Sở Y tế"
    assert with_designation("Hòa An", None) == "Hòa An"


def told(text: str) -> list[tuple[str, str | None]]:
    return [(unit.name, unit.part and unit.part.value) for unit in units_in(text)]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Xã A", [("Xã A", None)]),
        ("toàn bộ xã Z", [("Xã Z", "whole")]),
        ("Một phần xã Y", [("Xã Y", "part")]),
        ("phần còn lại của xã X", [("Xã X", "rest")]),
        ("Xã X (phần còn lại)", [("Xã X", "rest")]),
        ("Xã Phú Thọ - một phần", [("Xã Phú Thọ", "part")]),
        ("một phần diện tích tự nhiên, quy mô dân số của xã Y", [("Xã Y", "part")]),
        ("Xã A; P. B", [("Xã A", None), ("Phường B", None)]),
        ("- Xã A\n- Xã B (một phần)", [("Xã A", None), ("Xã B", "part")]),
        ("1. Xã A\n2. Xã B", [("Xã A", None), ("Xã B", None)]),
        ("Xã A, xã B và thị trấn C", [("Xã A", None), ("Xã B", None), ("Thị trấn C", None)]),
        ("các xã A, B và C", [("Xã A", None), ("Xã B", None), ("Xã C", None)]),
        (
            "Toàn bộ các phường: An Mỹ, An Xuân và một phần xã Tam Phú",
            [("Phường An Mỹ", "whole"), ("Phường An Xuân", "whole"), ("Xã Tam Phú", "part")],
        ),
        ("Xã Hòa\nBình", [("Xã Hòa Bình", None)]),
        ("Sở Văn hóa, Thể thao và Du lịch", [("Sở Văn hóa, Thể thao và Du lịch", None)]),
        ("Tổ CNSCĐ thôn 1 (huyện B)", [("Tổ CNSCĐ thôn 1 (huyện B)", None)]),
        ("Huyện A, huyện B", [("Huyện A", None), ("Huyện B", None)]),
        ("", []),
    ],
)
def test_a_cell_names_one_unit_or_several(text: str, units: list[tuple[str, str | None]]) -> None:
    assert told(text) == units


def test_a_cell_may_say_under_what_its_unit_stands() -> None:
    for text in ("Xã A, huyện B, tỉnh C", "xã A (huyện B, tỉnh C)", "Xã A thuộc huyện B, tỉnh C"):
        (unit,) = units_in(text)
        assert (unit.name, unit.parent, unit.province) == ("Xã A", "Huyện B", "Tỉnh C")


@pytest.mark.parametrize(
    "text",
    ["Xã A, B", "xã A, B và C", "Xã A, xã B, huyện C", "Xã A, huyện B, xã C, huyện D", "các A, B"],
)
def test_units_that_cannot_be_told_apart_are_unclear(text: str) -> None:
    with pytest.raises(UnclearError):
        units_in(text)


def test_cells_look_like_units_or_codes() -> None:
    assert all(map(looks_like_unit, ["Xã A", "P. 1", "Một phần xã B", "Sở Y tế", "nt"]))
    assert not any(map(looks_like_unit, ["", "Ghi chú", "20194", "Hòa An"]))
    assert all(map(looks_like_code, ["20194", "48", "20194.0", "H49", "20341-CNSCD-01", "-nt-"]))
    assert not any(map(looks_like_code, ["Xã A", "12,5", "123456"]))


@pytest.mark.parametrize("said", ["kiện toàn", "Củng cố, kiện toàn", "Thành lập lại"])
def test_what_is_founded_anew_lives_on_by_its_code_and_name(said):
    assert how_of(said) == HowSaid(how=None)
