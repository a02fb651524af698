"""How annexes are headed: by machine names, or in the words that are printed."""

import pytest

from registry.formats.annex_columns import MEANINGS, find_headings, missing_names, names_given_twice

NAMES = ["old_code", "old_name", "new_name", "part"]


def taken(headings):
    return {column.heading: column.field for column in headings.taken}


def test_machine_names_leave_no_doubt_and_stand_below_titles():
    headings = find_headings([["PHỤ LỤC"], [], [*NAMES, "ghi_chu"], ["1", "Xã A", "Xã B", ""]])
    assert headings.are_names
    assert (headings.guess.heading_row, headings.guess.first_row) == (2, 3)
    assert taken(headings) == {name: name for name in NAMES}


def test_what_machine_names_lack_is_named_each():
    lacking = [name for name, _ in missing_names(find_headings([NAMES]))]
    assert lacking[:2] == ["old_parent", "old_province"]
    assert "old_name" not in lacking


def test_printed_headings_need_an_old_unit_and_a_new_one():
    headings = find_headings([["STT", "Tên xã cũ", "Thuộc huyện"], [1, "Xã A", "Huyện B"]])
    ((name, message),) = missing_names(headings)
    assert name == "new_name"
    assert MEANINGS["new_name"] in message


def test_an_old_unit_may_be_told_by_its_code_alone():
    headings = find_headings([["Mã xã cũ", "Tên xã mới"], ["20194", "Xã A"]])
    assert list(missing_names(headings)) == []


def test_columns_chosen_by_somebody_take_the_place_of_the_guess():
    headings = find_headings([["STT", "Tên cũ", "Tên mới", "Ghi chú"], [1, "Xã A", "Xã B", "part"]])
    chosen = headings.with_fields({1: "new_name", 2: "old_name", 3: None})
    assert taken(chosen) == {"Tên cũ": "new_name", "Tên mới": "old_name"}
    assert list(missing_names(headings.with_fields({1: "new_name"})))
    ((name, message),) = names_given_twice(headings.with_fields({1: "old_name", 2: "old_name"}))
    assert name == "old_name"
    assert "Chọn một cột" in message


def test_a_note_that_only_says_how_much_is_taken_as_that():
    table = [["Tên cũ", "Tên mới", "Ghi chú"], ["Xã A", "Xã B", "Một phần"], ["Xã C", "Xã B", None]]
    assert taken(find_headings(table))["Ghi chú"] == "part"
    table[2][2] = "Theo Nghị quyết số 1"
    assert "Ghi chú" not in taken(find_headings(table))


@pytest.mark.parametrize(
    "heading",
    ["Mã tỉnh cũ", "Mã huyện", "Diện tích trước sắp xếp", "Dân số (người)", "Trụ sở mới", "STT"],
)
def test_what_an_annex_has_no_use_for_is_left_out(heading):
    table = [["Tên cũ", "Tên mới", heading], ["Xã A", "Xã B", "20194"]]
    assert list(taken(find_headings(table))) == ["Tên cũ", "Tên mới"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Sáp nhập từ", "Tên gọi dự kiến"),
        ("Hợp nhất từ các xã", "Đơn vị hành chính hình thành"),
        ("Đơn vị được sáp nhập", "Sáp nhập vào"),
        ("Tên xã trước ngày 01/7/2025", "Tên xã từ ngày 01/7/2025"),
        ("Tên tổ cũ", "Tên tổ mới"),
        ("Hiện trạng", "Kết quả sắp xếp"),
        ("Trước khi sắp xếp", "Phương án"),
        ("Đơn vị hành chính", "Tên xã, phường mới"),
    ],
)
def test_sides_are_named_in_many_ways(old, new):
    table = [[new, old, "Phương án sắp xếp"], ["Xã B", "Xã A", "Nhập vào"]]
    assert taken(find_headings(table)) == {
        old: "old_name",
        new: "new_name",
        "Phương án sắp xếp": "how",
    }


def test_a_row_that_counts_the_columns_below_machine_names_is_no_data():
    headings = find_headings([NAMES, ["(1)", "(2)", "(3)", "(4)"], ["1", "Xã A", "Xã B", ""]])
    assert headings.guess.first_row == 2


def test_a_table_without_headings_has_none():
    assert find_headings([["Xã A", "Xã B"], ["Xã C", "Xã B"]]) is None
    assert find_headings([]) is None


@pytest.mark.parametrize(
    ("headings", "row", "fields"),
    [
        (
            ["STT", "Mã tổ", "Tên tổ cũ", "Thuộc xã, phường", "Tên tổ mới", "Hình thức"],
            ["1", "20335-CNSCD-01", "Tổ CNSCĐ thôn 1", "Xã An", "Tổ CNSCĐ thôn 1", "kiện toàn"],
            [None, "old_code", "old_name", "old_parent", "new_name", "how"],
        ),
        (
            ["STT", "Tổ CNSCĐ trước kiện toàn", "Xã", "Tổ CNSCĐ sau kiện toàn", "Xã"],
            ["1", "Tổ CNSCĐ thôn 1", "Xã An", "Tổ CNSCĐ thôn 1", "Xã An"],
            [None, "old_name", "old_parent", "new_name", "new_parent"],
        ),
        (
            ["STT", "Tên tổ", "Đơn vị cấp xã", "Sắp xếp thành"],
            ["1", "Tổ CNSCĐ thôn 1", "Xã An", "Tổ CNSCĐ thôn 12"],
            [None, "old_name", "old_parent", "new_name"],
        ),
        (
            ["STT", "Xã cũ", "Huyện", "Xã mới"],
            ["1", "Xã An", "Huyện Bắc", "Xã Mới"],
            [None, "old_name", "old_parent", "new_name"],
        ),
        (
            ["STT", "Xã, phường", "Xã, phường mới"],
            ["1", "Xã An", "Xã Mới"],
            [None, "old_name", "new_name"],
        ),
    ],
)
def test_what_a_team_stands_under_is_not_taken_for_the_team_nor_a_commune_for_its_place(
    headings, row, fields
):
    guess = find_headings([headings, row, row]).guess
    assert [column.field for column in guess.columns] == fields
