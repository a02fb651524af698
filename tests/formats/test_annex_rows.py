"""The rows of an annex as it is printed: titles, sections, sums, "như trên", units in one cell."""

from dataclasses import replace

import pytest

from registry.domain.reorganisations.annex import Part
from registry.formats.annex import open_annex, read_annex
from scripts.tree import ROOT
from tests.factories.annexes import workbook_of

pytestmark = pytest.mark.usefixtures("read_here")

HEADINGS = ["STT", "Tên ĐVHC cũ", "Thuộc huyện", "Tên ĐVHC mới", "Toàn bộ/một phần", "Ghi chú"]
SEEDS = ROOT / "seeds" / "reorganisations"
HUYEN = "Huyện Quế Sơn"


def printed(*rows, headings=HEADINGS, above=(["PHỤ LỤC"], [])):
    return workbook_of([*above, headings, *rows])


def read(*rows, **said):
    """Return what the rows say, with their numbers, and what is wrong."""
    found, problems = read_annex("phu-luc.xlsx", printed(*rows, **said))
    told = [
        (row.number, row.old_name, row.old_parent, row.new_name, row.part and row.part.value)
        for row in found
    ]
    return told, [(problem.row, problem.field) for problem in problems]


def test_rows_keep_the_numbers_of_the_file():
    assert read([1, "Xã A", HUYEN, "Xã C", "toàn bộ"], [], [2, "Xã B", HUYEN, "Xã C", None]) == (
        [(4, "Xã A", HUYEN, "Xã C", "whole"), (6, "Xã B", HUYEN, "Xã C", None)],
        [],
    )


def test_a_cell_like_the_one_above_says_the_same():
    rows = (
        [1, "Xã A", HUYEN, "Xã C", "toàn bộ"],
        [2, "Xã B", "nt", "-nt-", '"'],
        [3, "Xã D", "Như trên", "〃", "nt"],
    )
    assert read(*rows) == (
        [
            (row, name, HUYEN, "Xã C", "whole")
            for row, name in ((4, "Xã A"), (5, "Xã B"), (6, "Xã D"))
        ],
        [],
    )


def test_like_the_one_above_where_nothing_is_above_is_refused():
    assert read([1, "nt", HUYEN, "Xã C", None])[1] == [(4, "old_name")]
    assert read([1, "Xã A", HUYEN, "Xã C", None], [2, "Xã B", HUYEN, "Xã C", "nt"])[1] == [
        (5, "part")
    ]


def test_dashes_are_nothing():
    assert read([1, "Xã A", "-", "Xã C", "–"])[0] == [(4, "Xã A", None, "Xã C", None)]


def test_headings_on_later_pages_column_numbers_and_sums_are_no_rows():
    one, other = [1, "Xã A", HUYEN, "Xã C", "toàn bộ"], [2, "Xã B", HUYEN, "Xã C", "toàn bộ"]
    numbers = ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"]
    told, problems = read(
        numbers, one, HEADINGS, numbers, other, ["Tổng cộng", "2 xã", None, "1 xã"]
    )
    assert problems == []
    assert [row[0] for row in told] == [5, 8]
    annex = open_annex(
        "a.xlsx", printed(numbers, one, HEADINGS, numbers, other, ["Tổng cộng", "2"])
    )
    assert [row for row, _ in annex.skipped] == [6, 7, 9]
    assert annex.skipped[-1] == (9, "Tổng cộng 2")
    assert annex.first_row == 5


def test_remarks_below_a_table_are_no_rows():
    remark = ["Ghi chú: theo Nghị quyết số 1."]
    assert [row[0] for row in read([1, "Xã A", HUYEN, "Xã C"], [], remark)[0]] == [4]


def test_remarks_and_signatures_in_the_columns_of_a_table_are_no_rows_either():
    headings = ["Tên cũ", "Mã cũ", "Tên mới"]
    rows = (
        ["A. Các xã miền núi"],
        ["Xã A", 20194, "Xã C"],
        ["Xã B", 20195, "Xã C"],
        [],
        ["Ghi chú: theo Nghị quyết số 1."],
        [None, None, "TM. ỦY BAN NHÂN DÂN"],
        [None, None, "CHỦ TỊCH"],
    )
    found, problems = read_annex("a", printed(*rows, headings=headings))
    assert problems == []
    assert [row.old_name for row in found] == ["Xã A", "Xã B"]
    found, problems = read_annex("a", printed(*rows, ["Xã D"], headings=headings))
    assert [row.old_name for row in found] == ["Xã A", "Xã B", "Xã D"]


def test_the_district_that_heads_a_section_is_where_its_units_stand():
    headings = [name for name in HEADINGS if name != "Thuộc huyện"]
    rows = (["I", HUYEN], [1, "Xã A", "Xã C"], ["II", "H. Đại Lộc"], [2, "Xã B", "Xã D"])
    told, problems = read(*rows, headings=headings)
    assert problems == []
    assert [row[1:3] for row in told] == [("Xã A", HUYEN), ("Xã B", "Huyện Đại Lộc")]


def test_a_section_merged_over_all_columns_is_known_too():
    rows = [HEADINGS, ["I. Huyện Quế Sơn"], [1, "Xã A", None, "Xã C"], ["II. Các xã miền núi"]]
    rows.append([2, "Xã B", None, "Xã C"])
    found, problems = read_annex("a", workbook_of(rows, ["A2:F2", "A4:F4"]))
    assert problems == []
    assert [(row.number, row.old_name) for row in found] == [(3, "Xã A"), (5, "Xã B")]


def test_a_commune_alone_in_its_row_is_no_section():
    told, _ = read([1, "Xã A", HUYEN, "Xã C"], [2, "Xã B"])
    assert told[1][:4] == (5, "Xã B", None, None)


def test_several_units_in_a_cell_are_a_row_each():
    told, problems = read([1, "Xã A; một phần X. B", HUYEN, "Xã C", None])
    assert problems == []
    assert told == [(4, "Xã A", HUYEN, "Xã C", None), (4, "Xã B", HUYEN, "Xã C", "part")]


def test_units_that_cannot_be_told_apart_are_refused_with_what_to_do():
    found, problems = read_annex("a", printed([1, "Xã A, B", HUYEN, "Xã C"]))
    assert found == []
    (problem,) = problems
    assert (problem.row, problem.field) == (4, "old_name")
    assert "mỗi đơn vị một dòng" in problem.message


def test_codes_of_several_units_go_with_them_or_are_refused():
    headings = ["Mã cũ", "Tên cũ", "Tên mới"]
    content = printed(["20194; 20195", "Xã A; Xã B", "Xã C"], headings=headings)
    assert [row.old_code for row in read_annex("a", content)[0]] == ["20194", "20195"]
    content = printed(["20194", "Xã A; Xã B", "Xã C"], headings=headings)
    assert [(problem.row, problem.field) for problem in read_annex("a", content)[1]] == [
        (4, "old_code")
    ]


def test_what_a_cell_says_of_how_much_yields_to_the_column():
    told, _ = read([1, "Phần còn lại của xã A", HUYEN, "Xã C", None])
    assert told[0][4] == "rest"
    told, _ = read([1, "Xã A (một phần)", HUYEN, "Xã C", "toàn bộ"])
    assert told[0][4] == "whole"


def test_titles_of_a_csv_do_not_decide_what_parts_its_cells():
    text = "PHỤ LỤC, kèm theo Nghị quyết số 1, ngày 1, tháng 7\nTên cũ;Tên mới\nXã A;Xã B\n"
    rows, problems = read_annex("a.csv", text.encode())
    assert problems == []
    assert [(row.number, row.old_name, row.new_name) for row in rows] == [(3, "Xã A", "Xã B")]


def test_a_table_without_headings_is_refused_with_what_to_write():
    _, problems = read_annex("a", workbook_of([["Xã A", "Xã B"]]))
    assert [(problem.row, problem.field) for problem in problems] == [(1, "")]
    assert "Tên cũ" in problems[0].message


def test_the_annex_of_da_nang_says_the_same_as_it_would_be_printed():
    name = "reorganisation_2025-07-01_da_nang.csv"
    plain, _ = read_annex(name, (SEEDS / name).read_bytes())
    parts = {None: None, Part.WHOLE: "Toàn bộ", Part.PART: "Một phần"}
    rows = [
        ["PHỤ LỤC"],
        ["SẮP XẾP CÁC ĐƠN VỊ HÀNH CHÍNH CẤP XÃ CỦA THÀNH PHỐ ĐÀ NẴNG NĂM 2025"],
        [],
        ["STT", "Trước sắp xếp", None, None, None, "Sau sắp xếp", None, "Tỉnh, thành phố"],
        [None, "Mã", "Tên", "Thuộc huyện", "Tỉnh", "Mã", "Tên", None, "Mã tỉnh", "Phạm vi"],
        [f"({number})" for number in range(1, 11)],
    ]
    for number, row in enumerate(plain, start=1):
        if number % 40 == 0:
            rows.append(rows[4])
        same = plain[number - 2].new_code == row.new_code and number > 1
        rows.append(
            [
                number,
                int(row.old_code) if row.old_code else None,
                *(row.old_name, row.old_parent, row.old_province),
                *(("nt", '"') if same else (int(row.new_code), row.new_name)),
                *(row.new_province, 48, parts[row.part]),
            ]
        )
    rows.append(["Tổng cộng", None, f"{len(plain)} đơn vị"])
    merged = ["A4:A5", "B4:E4", "F4:G4", "H4:H5"]
    found, problems = read_annex("a.xlsx", workbook_of(rows, merged))
    assert problems == []

    def told(row):
        return replace(row.content, new_kind=None)

    assert list(map(told, found)) == list(map(told, plain))
