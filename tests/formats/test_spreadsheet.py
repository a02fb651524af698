"""Workbooks, opened again: text is text, days are days, and there is no formula."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from registry.formats.spreadsheet import Heading, Percentage, Sheet, table_xlsx

DAY = date(2024, 6, 30)
FORMULAS = [
    "=cmd|'/c calc'!A1",
    "=1+1",
    "+84905123456",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://example.vn")',
    "{=1}",
    "https://example.vn",
    "mailto:a@example.vn",
]


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


def people(rows, **changed) -> Sheet:
    facts = {
        "name": "Danh sách",
        "titles": ["DANH SÁCH THÀNH VIÊN", "Tính đến ngày 30/06/2024"],
        "columns": [Heading("Họ tên", 30), Heading("Điện thoại", 14), Heading("Ngày sinh", 12)],
        "rows": rows,
    }
    return Sheet(**facts | changed)


def test_the_table_has_titles_then_a_bold_frozen_heading_with_a_filter():
    content = table_xlsx([people([("Đặng Thị An", "0905123456", date(1990, 2, 5))])], as_of=DAY)
    sheet = opened(content)["Danh sách"]
    assert [cell.value for cell in sheet["A"]][:2] == [
        "DANH SÁCH THÀNH VIÊN",
        "Tính đến ngày 30/06/2024",
    ]
    assert [cell.value for cell in sheet[4]] == ["STT", "Họ tên", "Điện thoại", "Ngày sinh"]
    assert all(cell.font.bold for cell in sheet[4])
    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref == "A4:D5"
    assert [cell.value for cell in sheet[5]] == [
        1,
        "Đặng Thị An",
        "0905123456",
        datetime(1990, 2, 5),  # noqa: DTZ001 - a workbook knows no time zones
    ]
    assert sheet["D5"].number_format == "dd/mm/yyyy"
    assert sheet.column_dimensions["B"].width == pytest.approx(30, abs=1)


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_or_link_stays_text(text):
    content = table_xlsx(
        [people([(text, text, None)], name=text[:20], titles=[text], columns=[Heading(text)] * 3)],
        as_of=DAY,
    )
    workbook = opened(content)
    kinds = {
        cell.data_type
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert "f" not in kinds
    with ZipFile(BytesIO(content)) as parts:
        xml = b"".join(parts.read(name) for name in parts.namelist())
    assert b"<f>" not in xml
    assert b"<f " not in xml
    assert b"hyperlink" not in xml
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[-1][1] == text


def test_codes_and_numbers_of_telephones_keep_their_leading_zero_when_edited():
    sheet = opened(table_xlsx([people([("00004", "0905123456", None)])], as_of=DAY)).active
    assert [sheet["B5"].value, sheet["B5"].number_format] == ["00004", "@"]
    assert [sheet["C5"].value, sheet["C5"].number_format] == ["0905123456", "@"]


def test_an_instant_is_shown_in_vietnamese_time_and_refused_without_its_zone():
    instant = datetime(2024, 6, 30, 17, 30, tzinfo=UTC)
    table = Sheet("Nhật ký", [], [Heading("Lúc")], [[instant]], numbered=False)
    cell = opened(table_xlsx([table], as_of=DAY)).active["A2"]
    assert cell.value.isoformat() == "2024-07-01T00:30:00"
    naive = Sheet("Nhật ký", [], [Heading("Lúc")], [[instant.replace(tzinfo=None)]], numbered=False)
    with pytest.raises(ValueError, match="time zone"):
        table_xlsx([naive], as_of=DAY)


@pytest.mark.parametrize(("percent", "number"), [("99.9", 0.999), ("0.1", 0.001), ("100", 1)])
def test_a_share_is_a_number_that_shows_its_sign(percent, number):
    table = Sheet("a", [], [Heading("b")], [[Percentage(Decimal(percent))]], numbered=False)
    cell = opened(table_xlsx([table], as_of=DAY)).active["A2"]
    assert (cell.value, cell.number_format) == (number, "0.0%")


def test_no_word_of_a_heading_is_cut_and_every_line_of_it_has_room():
    labels = ["Số đơn vị", "Có bộ phận hoặc cán bộ chuyên trách (mục IV.2)", "Nghiêng"]
    table = Sheet("a", [], [Heading(label, 4) for label in labels], [[1, 2, 3]], numbered=False)
    sheet = opened(table_xlsx([table], as_of=DAY)).active
    widths = [sheet.column_dimensions[letter].width for letter in "ABC"]
    assert [
        round(width) > len(longest)
        for width, longest in zip(widths, ["đơn", "chuyên", "Nghiêng"], strict=True)
    ] == [True, True, True]
    assert sheet.row_dimensions[1].height >= 8 * 15


def test_yes_and_no_are_words_and_counts_are_numbers():
    table = Sheet("a", [], [Heading("b")] * 3, [[True, False, 279]], numbered=False)
    assert [cell.value for cell in opened(table_xlsx([table], as_of=DAY)).active[2]] == [
        "Có",
        "Không",
        279,
    ]


def test_closing_rows_stand_below_without_number_and_outside_the_filter():
    table = people([("An", "", None)], closing=[("Cộng", "1", None)])
    sheet = opened(table_xlsx([table], as_of=DAY)).active
    assert [cell.value for cell in sheet[6]] == [None, "Cộng", "1", None]
    assert sheet["B6"].font.bold
    assert sheet.auto_filter.ref == "A4:D5"


def test_the_same_table_gives_the_same_bytes_and_the_day_of_the_figures():
    first = table_xlsx([people([("An", "", None)])], as_of=DAY)
    assert first == table_xlsx([people([("An", "", None)])], as_of=DAY)
    assert opened(first).properties.created.date() == DAY


def test_sheets_get_names_that_excel_accepts():
    names = ["a/b:c[d]*?\\", "Tổ", "tổ", "Tổ", "x" * 40, "x" * 41, "''"]
    sheets = [people([], name=name) for name in names]
    assert opened(table_xlsx(sheets, as_of=DAY)).sheetnames == [
        "a b c d",
        "Tổ",
        "tổ (2)",
        "Tổ (3)",
        "x" * 31,
        "x" * 27 + " (2)",
        "Bảng",
    ]


def test_a_text_longer_than_a_cell_holds_is_cut_and_says_so():
    (sheet,) = load_workbook(
        BytesIO(table_xlsx([people([("x" * 32_768, "", None)])], as_of=DAY))
    ).worksheets
    longest = max(
        len(cell.value)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value and isinstance(cell.value, str)
    )
    assert longest == 32_767
    assert any(str(cell.value).endswith("xx […]") for row in sheet.iter_rows() for cell in row)


def test_a_row_of_another_width_is_refused():
    with pytest.raises(ValueError, match="row of 2 cells in a table of 4 columns"):
        table_xlsx([people([("An",)])], as_of=DAY)
