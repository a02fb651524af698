"""What an annex file may look like, and how each fault in it is named."""

import csv
import time
import unicodedata
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from registry.domain.reorganisations.annex import How, Part
from registry.formats.annex import MOST_FILES, TOO_MANY_FILES, read_annex, read_annexes
from registry.formats.uploaded_table import MAX_BYTES
from registry.formats.workbook_weight import MAX_ROWS

pytestmark = pytest.mark.usefixtures("read_here")

SEEDS = Path(__file__).parents[2] / "seeds" / "reorganisations"
HEADER = [
    "old_code",
    "old_name",
    "old_district",
    "old_province",
    "new_code",
    "new_name",
    "new_kind",
    "new_district",
    "new_province_code",
    "new_province",
    "part",
    "how",
]
ROW = dict(
    zip(
        HEADER,
        [
            *("00001", "Xã Hòa An", "Huyện Châu Thành", "Tỉnh Mẫu"),
            *("00004", "Xã Hòa Bình", "xã", "Huyện Châu Thành", "01", "Tỉnh Mẫu", "whole", ""),
        ],
        strict=True,
    )
)


def as_csv(*rows, header=None, delimiter=","):
    target = StringIO()
    writer = csv.writer(target, delimiter=delimiter)
    header = header or HEADER
    writer.writerow(header)
    writer.writerows([row[column] for column in header] for row in rows)
    return target.getvalue().encode()


def as_xlsx(*rows, header=None):
    book = Workbook()
    sheet = book.active
    header = header or HEADER
    sheet.append(header)
    for row in rows:
        sheet.append([row[column] if row[column] != "" else None for column in header])
    book.create_sheet("Ghi chú").append(["không đọc"])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def read(content):
    return read_annex("phu-luc", content)


def places(problems):
    return [(problem.row, problem.field) for problem in problems]


@pytest.mark.parametrize("encode", [as_csv, as_xlsx])
def test_csv_and_excel_give_the_same_rows(encode):
    rows, problems = read(encode(ROW, ROW | {"old_code": "00007", "how": "hợp nhất"}))
    assert problems == []
    assert [(row.number, row.old_code, row.how) for row in rows] == [
        (2, "00001", None),
        (3, "00007", How.MERGE),
    ]
    assert rows[0].source == "phu-luc"
    assert rows[0].old_parent == rows[0].new_parent == "Huyện Châu Thành"
    assert rows[0].part is Part.WHOLE


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("reorganisation_2025-01-01_quang_nam.csv", 20),
        ("reorganisation_2025-03-01_quang_nam_departments.csv", 12),
        ("reorganisation_2025-07-01_da_nang.csv", 282),
        ("reorganisation_2025-07-01_quang_nam_bodies.csv", 41),
    ],
)
def test_the_annexes_of_quang_nam_are_read_without_a_problem(name, count):
    rows, problems = read((SEEDS / name).read_bytes())
    assert problems == []
    assert len(rows) == count


def test_a_row_without_old_side_establishes_and_has_no_part():
    rows, _ = read((SEEDS / "reorganisation_2025-07-01_da_nang.csv").read_bytes())
    assert (rows[-1].establishes, rows[-1].part, rows[-1].number) == (True, None, 283)


def test_columns_may_stand_in_any_order_with_headers_in_any_case():
    header = list(reversed(HEADER))
    plain, _ = read(as_csv(ROW))
    content = as_csv(ROW, header=header).decode()
    first, rest = content.split("\r\n", 1)
    tolerant = first.upper().replace("_", " ").replace("OLD CODE", "  Old  Code ")
    assert read(f"{tolerant}\r\n{rest}".encode()) == (plain, [])


def test_a_byte_order_mark_semicolons_and_unknown_columns_change_nothing():
    plain, _ = read(as_csv(ROW))
    assert read(b"\xef\xbb\xbf" + as_csv(ROW)) == (plain, [])
    assert read(as_csv(ROW, delimiter=";")) == (plain, [])
    with_more = ROW | {"ghi_chu": "theo báo chí"}
    assert read(as_csv(with_more, header=[*HEADER, "ghi_chu"])) == (plain, [])


def test_decomposed_text_is_named_with_its_row_and_columns():
    decomposed = unicodedata.normalize("NFD", as_csv(ROW).decode())
    rows, problems = read(decomposed.encode())
    assert rows == []
    assert {problem.row for problem in problems} == {2}
    assert "old_name" in {problem.field for problem in problems}
    assert all("Unicode dựng sẵn" in problem.message for problem in problems)


def test_empty_rows_are_skipped_but_counted():
    empty = dict.fromkeys(HEADER, "")
    rows, problems = read(as_csv(empty, ROW, empty, ROW | {"old_code": "00007"}))
    assert problems == []
    assert [row.number for row in rows] == [3, 5]


@pytest.mark.parametrize("column", [*(HEADER[:7]), "new_province_code", "new_province", "part"])
def test_each_missing_column_is_named(column):
    rows, problems = read(as_csv(ROW, header=[name for name in HEADER if name != column]))
    assert rows == []
    assert places(problems) == [(1, column.replace("old_district", "old_parent"))]


def test_new_district_and_how_may_be_absent():
    header = [name for name in HEADER if name not in {"new_district", "how"}]
    rows, problems = read(as_csv(ROW, header=header))
    assert problems == []
    assert (rows[0].new_parent, rows[0].how) == (None, None)


def test_a_column_given_twice_is_named():
    both = ROW | {"old_parent": "Huyện Khác"}
    _, problems = read(as_csv(both, header=[*HEADER, "old_parent"]))
    assert places(problems) == [(1, "old_parent")]


def test_swapped_code_and_name_are_named_with_row_and_both_columns():
    swapped = ROW | {"old_code": ROW["old_name"], "old_name": ROW["old_code"]}
    rows, problems = read(as_csv(ROW, swapped))
    assert len(rows) == 1
    assert sorted(places(problems)) == [(3, "old_code"), (3, "old_name")]
    assert all("đổi chỗ" in problem.message for problem in problems)


@pytest.mark.parametrize("value", [1.5, 0, -4])
def test_a_number_that_can_be_no_code_is_refused(value):
    rows, problems = read(as_xlsx(ROW | {"new_code": value}))
    assert rows == []
    assert places(problems) == [(2, "new_code")]
    assert "Text" in problems[0].message


@pytest.mark.parametrize("value", ["20338.0", "20338,0", "2.0338E+04", "2E4"])
def test_a_code_that_became_a_number_before_it_was_saved_as_csv_is_refused(value):
    _, problems = read(as_csv(ROW | {"old_code": value}))
    assert places(problems) == [(2, "old_code")]


@pytest.mark.parametrize(
    ("column", "value"), [("old_code", "1"), ("new_code", "0004"), ("new_province_code", "1")]
)
def test_a_code_that_lost_its_leading_zero_is_refused(column, value):
    _, problems = read(as_csv(ROW | {column: value}))
    assert places(problems) == [(2, column)]
    assert "số 0" in problems[0].message


def test_a_number_in_a_name_column_of_excel_is_refused_under_the_header_of_the_file():
    _, problems = read(as_xlsx(ROW | {"old_district": 519}))
    assert places(problems) == [(2, "old_district")]


@pytest.mark.parametrize(
    ("column", "value", "allowed"),
    [("part", "toàn phần", "whole"), ("how", "gom lại", "nhập vào"), ("part", 1, "part")],
)
def test_an_unknown_word_is_refused_with_the_allowed_ones(column, value, allowed):
    _, problems = read(as_xlsx(ROW | {column: value}))
    assert places(problems) == [(2, column)]
    assert allowed in problems[0].message


def test_words_may_be_in_capitals_with_spaces_around():
    rows, problems = read(as_csv(ROW | {"part": " Whole ", "how": "NHẬP VÀO"}))
    assert problems == []
    assert (rows[0].part, rows[0].how) == (Part.WHOLE, How.ABSORB)


def test_a_name_with_an_unquoted_comma_is_named_with_its_row():
    content = as_csv(ROW).decode() + ",".join(["x"] * (len(HEADER) + 1))
    _, problems = read(content.encode())
    assert (3, "") in places(problems)


def test_every_fault_of_a_file_is_named_at_once():
    _, problems = read(
        as_csv(ROW | {"part": "?"}, ROW, ROW | {"old_code": "Xã A", "new_name": "12345"})
    )
    assert places(problems) == [(2, "part"), (4, "old_code"), (4, "new_name")]


# --- files that are no tables --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (as_csv(ROW).decode().replace("ã", "a").encode("cp1258", "replace") + b"\xd0", "UTF-8"),
        (as_csv(ROW).decode().encode("utf-16"), "UTF-8"),
        (as_csv(ROW).replace(b"whole", b"wh\0le"), "UTF-8"),
        (as_csv(ROW) + b'"', "CSV"),
        (b"x" * (MAX_BYTES + 1), "MB"),
        (b"\xd0\xcf\x11\xe0 an encrypted or old workbook", "mật khẩu"),
        (as_xlsx(ROW)[:900], "Excel"),
        (b"PK\x03\x04 nothing more", "Excel"),
        (as_csv(), "dòng dữ liệu"),
        (b"", "dòng dữ liệu"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, says):
    rows, problems = read(content)
    assert rows == []
    assert places(problems) == [(0, "")]
    assert says in problems[0].message


def test_more_rows_than_any_annex_has_are_refused():
    content = as_csv(ROW)
    header, line, _ = content.split(b"\r\n")
    _, problems = read(header + b"\r\n" + (line[:1] + b",\r\n") * (MAX_ROWS + 1))
    assert "20.000" in problems[0].message


def workbook_with(sheet=None, **members):
    """Return a good workbook with its first sheet or other members put in place."""
    source, target = BytesIO(as_xlsx(ROW)), BytesIO()
    first = "xl/worksheets/sheet1.xml"
    with ZipFile(source) as good, ZipFile(target, "w", ZIP_DEFLATED) as made:
        for name in good.namelist():
            content = good.read(name)
            made.writestr(name, sheet if sheet is not None and name == first else content)
        for name, content in members.items():
            made.writestr(name, content)
    return target.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    "{rows}</sheetData></worksheet>"
)
FAR_CELL = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
WIDE_ROW = "<row>" + "<c><v>1</v></c>" * 16_384 + "</row>"
BLANK_ROWS = "".join(f'<row r="{number}"/>' for number in range(1, 30_000))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(workbook_with(**{"xl/media/zeros.bin": bytes(80_000_000)}), id="bomb"),
        pytest.param(workbook_with(SHEET.format(rows=FAR_CELL)), id="far cell"),
        pytest.param(workbook_with(SHEET.format(rows=WIDE_ROW)), id="wide row"),
        pytest.param(workbook_with(SHEET.format(rows=BLANK_ROWS)), id="blank rows"),
        pytest.param(workbook_with("<!DOCTYPE a><a/>"), id="entities"),
        pytest.param(workbook_with(SHEET.format(rows=FAR_CELL).encode("utf-16")), id="utf-16"),
        pytest.param(workbook_with(**{"xl/vbaProject.bin": b"macro"}), id="macro"),
        pytest.param(workbook_with(**{"../outside.xml": b"<a/>"}), id="path"),
        pytest.param(workbook_with("<worksheet"), id="broken"),
    ],
)
def test_a_hostile_workbook_is_refused_quickly(content):
    started = time.monotonic()
    rows, problems = read(content)
    assert rows == []
    assert places(problems) == [(0, "")]
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "code", ["\u200b00001\ufeff", "\uff10\uff10\uff10\uff10\uff11", "00001\u00a0"]
)
def test_a_code_is_read_without_what_was_pasted_around_it(code):
    (row,), problems = read(as_csv(ROW | {"old_code": code}))
    assert problems == []
    assert row.old_code == "00001"


def test_every_dash_in_a_code_is_the_one_of_a_keyboard():
    (row,), problems = read(as_csv(ROW | {"old_code": "49\u2011SBN\u201301"}))
    assert problems == []
    assert row.old_code == "49-SBN-01"


@pytest.mark.parametrize("encode", [as_csv, as_xlsx])
def test_a_character_no_paper_can_print_is_named_with_its_row_and_column(encode):
    rows, problems = read(encode(ROW, ROW | {"new_name": "Xã Hòa Bình ★"}))
    assert len(rows) == 1
    (problem,) = problems
    assert (problem.row, problem.field) == (3, "new_name")
    assert "Ký tự “★” không dùng được" in problem.message


def test_the_name_of_a_file_is_kept_as_papers_can_print_it():
    rows, _ = read_annex("phụ\u202e lục ★\n.csv", as_csv(ROW))
    assert rows[0].source == "phụ lục □ .csv"


def test_of_more_files_than_there_may_be_the_rest_is_left_unread():
    rows, problems = read_annexes(("a", as_csv(ROW)) for _ in range(MOST_FILES))
    assert (len(rows), problems) == (MOST_FILES, [])
    rows, problems = read_annexes(("a", as_csv(ROW)) for _ in range(MOST_FILES + 2))
    assert len(rows) == MOST_FILES
    assert [problem.message for problem in problems] == [TOO_MANY_FILES]
