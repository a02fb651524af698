"""Which column of a table says what is found by headings, cells and neighbours."""

import random
from collections.abc import Callable, Mapping, Sequence

import pytest

from registry.formats.annex_columns import VOCABULARY as OF_ANNEXES
from registry.formats.columns import (
    Field,
    Guess,
    Vocabulary,
    Why,
    column_letter,
    guess_columns,
)

Table = list[list[object]]

PEOPLE = Vocabulary(
    fields=(
        Field(name="name", words=(("họ tên", "họ và tên"),), looks=lambda text: " " in text),
        Field(
            name="phone",
            words=(("điện thoại", "sđt"),),
            looks=lambda text: text.isdigit() and text.startswith("0"),
            by_cells=True,
        ),
        Field(name="title", words=(("chức vụ", "chức danh"),)),
    ),
    needed=(("name",),),
    others=(Field(name="number", words=(("stt",),)),),
    beside=("số", "di động"),
)


def fields_of(guess: Guess | None) -> list[str | None]:
    assert guess is not None
    return [column.field for column in guess.columns]


def test_columns_are_known_by_words_with_and_without_accents() -> None:
    guess = guess_columns([["STT", "HO VA TEN", "Số điện thoại di động"]], PEOPLE)
    assert fields_of(guess) == [None, "name", "phone"]
    assert guess is not None
    assert [column.why for column in guess.columns] == [None, Why.HEADING, Why.HEADING]
    assert all(column.is_sure for column in guess.columns[1:])


def test_a_column_whose_heading_says_nothing_is_known_by_its_cells_and_is_not_sure() -> None:
    table: Table = [
        ["Họ tên", "Chức vụ", "Liên hệ"],
        ["Lò Thị A", "Chuyên viên", "0905123456"],
        ["Lò Thị B", "Chuyên viên", "0905123457"],
    ]
    guess = guess_columns(table, PEOPLE)
    assert fields_of(guess) == ["name", "title", "phone"]
    assert guess is not None
    phone = guess.columns[2]
    assert (phone.why, phone.is_sure) == (Why.CELLS, False)


def test_a_heading_whose_cells_contradict_it_is_less_sure() -> None:
    table: Table = [["Họ tên", "Điện thoại"], ["Lò Thị A", "không có"]]
    guess = guess_columns(table, PEOPLE)
    assert guess is not None
    assert [column.is_sure for column in guess.columns] == [True, False]


def test_what_is_needed_and_not_there_is_said() -> None:
    guess = guess_columns([["Điện thoại", "Chức vụ"]], PEOPLE)
    assert guess is not None
    assert guess.missing == (("name",),)


def test_a_heading_mostly_about_something_else_says_nothing() -> None:
    guess = guess_columns([["Họ tên", "Chức vụ", "Điện thoại của cơ quan cũ trước đây"]], PEOPLE)
    assert fields_of(guess) == ["name", "title", None]


@pytest.mark.parametrize(
    "table",
    [
        [],
        [["Họ tên"]],
        [["Lò Thị A", "Chuyên viên"], ["Lò Thị B", "Văn thư"]],
        [[1, 2, 3], [None, None, None]],
    ],
)
def test_a_table_without_headings_has_none(table: Table) -> None:
    assert guess_columns(table, PEOPLE) is None


def test_a_heading_repeated_on_a_later_page_is_known_again() -> None:
    table: Table = [
        ["Danh sách"],
        ["STT", "Họ  tên", "Điện thoại"],
        ["(1)", "(2)", "(3)"],
        [1, "Lò Thị A", "0905123456"],
        ["stt", "Họ tên", "điện thoại", None],
        ["(1)", "(2)", "(3)"],
    ]
    guess = guess_columns(table, PEOPLE)
    assert guess is not None
    assert (guess.heading_row, guess.first_row) == (1, 3)
    assert [guess.is_heading(row) for row in table[3:]] == [False, True, True]


@pytest.mark.parametrize(("place", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (99, "CV")])
def test_columns_are_called_as_a_spreadsheet_calls_them(place: int, letter: str) -> None:
    assert column_letter(place) == letter


# --- printed annexes, as nobody will write them again --------------------------------------------

OLD: Mapping[str, Sequence[str]] = {
    "old_name": (
        "Tên đơn vị cũ",
        "Đơn vị hành chính trước sắp xếp",
        "Tên ĐVHC cấp xã trước khi sắp xếp",
        "Đơn vị cũ",
        "ĐVHC thực hiện sắp xếp",
        "Trước sắp xếp",
        "TÊN XÃ, PHƯỜNG, THỊ TRẤN (HIỆN TRẠNG)",
        "Các đơn vị được sắp xếp",
        "Xã/phường cũ",
    ),
    "old_code": ("Mã ĐVHC cũ", "Mã số đơn vị hành chính trước sắp xếp", "Mã cũ", "Mã xã cũ"),
    "old_parent": ("Thuộc huyện", "Huyện, quận, thị xã, thành phố", "Tên huyện cũ", "Quận/huyện"),
    "old_kind": ("Loại cũ", "Loại đơn vị trước sắp xếp"),
}
NEW: Mapping[str, Sequence[str]] = {
    "new_name": (
        "Tên đơn vị mới",
        "Đơn vị hành chính sau sắp xếp",
        "ĐVHC mới",
        "Tên gọi ĐVHC hình thành sau sắp xếp",
        "Sau khi sáp nhập",
        "Xã mới",
        "Tên xã, phường sau khi sắp xếp",
    ),
    "new_code": ("Mã mới", "Mã ĐVHC mới", "Mã số sau sắp xếp"),
    "new_province": ("Tỉnh/Thành phố mới", "Tỉnh (thành phố) sau sắp xếp", "Thuộc tỉnh mới"),
    "new_province_code": ("Mã tỉnh", "Mã tỉnh, thành phố mới"),
}
EITHER: Mapping[str, Sequence[str]] = {
    "part": ("Toàn bộ/một phần", "Toàn bộ hay một phần", "Phạm vi", "Mức độ sắp xếp"),
    "how": ("Phương án", "Hình thức sắp xếp", "Phương án sắp xếp", "Cách thức"),
}
BESIDE = {
    "": ("STT", "TT", "Số TT", "Ghi chú", "Diện tích (km2)", "Dân số (người)", "Trụ sở làm việc"),
}
CELLS: Mapping[str, Callable[[int], object]] = {
    "old_name": lambda n: f"Xã Hòa {n}",
    "old_code": lambda n: f"{20_000 + n}",
    "old_parent": lambda _: "Huyện Hòa Vang",
    "old_kind": lambda _: "xã",
    "new_name": lambda _: "Xã Bà Nà",
    "new_code": lambda _: "20332",
    "new_province": lambda _: "Thành phố Đà Nẵng",
    "new_province_code": lambda _: "48",
    "part": lambda n: ("toàn bộ", "một phần")[n % 2],
    "how": lambda _: "hợp nhất",
    "": lambda n: n,
}
TITLES: Sequence[list[object]] = (
    ["PHỤ LỤC"],
    ["DANH MỤC ĐƠN VỊ HÀNH CHÍNH TRƯỚC VÀ SAU SẮP XẾP CỦA THÀNH PHỐ ĐÀ NẴNG"],
    ["(Kèm theo Nghị quyết số 99/NQ-HĐND, ngày 01 tháng 7, năm 2025)"],
    [],
)


def made(seed: int) -> tuple[Table, list[str | None], int]:
    """Return an odd annex, what each column is, and the row in which its data begins."""
    chance = random.Random(seed)  # noqa: S311 - odd, not secret
    chosen = ["old_name", "new_name"]
    rest = [*OLD, *NEW, *EITHER]
    chosen += [name for name in rest if name not in chosen and chance.random() < 0.5]
    headed = [(name, chance.choice((OLD | NEW | EITHER)[name])) for name in chosen]
    headed += [("", text) for text in chance.sample(BESIDE[""], chance.randrange(4))]
    chance.shuffle(headed)
    titles = [list(chance.choice(TITLES)) for _ in range(chance.randrange(4))]
    width = len(headed)
    if chance.random() < 0.5:
        titles = [[*row, *[None] * (width - len(row))] for row in titles]
    lines: Table = [[text for _, text in headed]]
    if chance.random() < 0.3:
        lines.append([f"({number})" for number in range(1, width + 1)])
    data: Table = [[CELLS[name](number) for name, _ in headed] for number in range(1, 6)]
    return [*titles, *lines, *data], [name or None for name, _ in headed], len(titles) + len(lines)


@pytest.mark.parametrize("seed", range(60))
def test_an_odd_annex_is_read_as_it_was_made(seed: int) -> None:
    table, names, first = made(seed)
    guess = guess_columns(table, OF_ANNEXES)
    assert guess is not None
    assert (fields_of(guess), guess.first_row, guess.missing) == (names, first, ())


def grouped(seed: int) -> tuple[Table, list[str | None]]:
    """Return an annex whose headings stand under what they are about, merged or only above."""
    chance = random.Random(seed)  # noqa: S311 - odd, not secret
    words = {"code": "Mã", "name": "Tên", "kind": "Loại", "parent": "Huyện", "province": "Tỉnh"}
    told = {
        "old": chance.choice(("Trước sắp xếp", "Đơn vị hành chính cũ", "HIỆN TRẠNG", "ĐVHC cũ")),
        "new": chance.choice(("Sau sắp xếp", "Đơn vị hành chính mới", "Phương án sắp xếp")),
    }
    above: list[object] = ["STT"]
    own: list[object] = [chance.choice(("STT", None))]
    names: list[str | None] = [None]
    merges = chance.random() < 0.5
    for side, text in told.items():
        parts = ["name", *(part for part in words if part != "name" and chance.random() < 0.6)]
        chance.shuffle(parts)
        above += [text, *[text if merges else None] * (len(parts) - 1)]
        own += [words[part] for part in parts]
        names += [f"{side}_{part}" for part in parts]
    cells = {
        "code": "20194",
        "name": "Xã A",
        "kind": "xã",
        "parent": "Huyện H",
        "province": "Tỉnh T",
    }
    data = [1, *(cells[str(name).split("_")[1]] for name in names[1:])]
    return [["PHỤ LỤC 1"], above, own, list(data), list(data)], names


@pytest.mark.parametrize("seed", range(30))
def test_headings_of_two_lines_are_read_together(seed: int) -> None:
    table, names = grouped(seed)
    guess = guess_columns(table, OF_ANNEXES)
    assert guess is not None
    assert (fields_of(guess), guess.first_row) == (names, 3)
