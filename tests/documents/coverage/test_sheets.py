"""The workbook of the coverage report, opened again."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

from openpyxl import Workbook, load_workbook

from registry.documents.coverage.lines import FigureLine, UncoveredUnit
from registry.documents.coverage.listed import checked_sentence, headline_sentence
from registry.documents.coverage.report import (
    CoverageReport,
    Signature,
    as_printed,
)
from registry.documents.coverage.sheets import coverage_xlsx
from registry.documents.letterheads import Letterhead
from registry.domain.vietnamese.writing import format_percent
from tests.factories.coverage import tally_of

DAY = date(2024, 6, 30)


def opened(content: bytes) -> Workbook:
    return load_workbook(BytesIO(content))


REPORT = CoverageReport(
    subtree="tỉnh Quảng Nam",
    as_of=DAY,
    letterhead=Letterhead("", "Sở Thông tin và Truyền thông", "STTTT", "Quảng Nam"),
    levels=[
        FigureLine("Sở, ban, ngành", tally_of(20, 20, 9)),
        FigureLine("UBND cấp huyện", tally_of(18, 18, 18)),
        FigureLine("Đơn vị cấp xã", tally_of(241, 234, 13)),
    ],
    mass_organisations=FigureLine("Hội, đoàn thể cấp tỉnh", tally_of(17, 5, 0)),
    parent_label="huyện, thị xã, thành phố",
    by_parent=[
        FigureLine("Hội An", tally_of(13, 13, 1)),
        FigureLine("Nam Trà My", tally_of(10, 3, 0)),
    ],
    uncovered=[
        UncoveredUnit("00506", "=Xã Trà Tập", "Huyện Nam Trà My", "0235 388 1234", "Chưa khai báo")
    ],
    signature=Signature(("Giám đốc",)),
    recipients=["Lưu: VT"],
)


def test_the_totals_of_the_workbook_are_those_of_the_printed_report():
    workbook = opened(coverage_xlsx(REPORT))
    printed = as_printed(REPORT)
    rows = {
        row[1]: row[2:] for row in workbook["Theo cấp"].iter_rows(values_only=True) if row[1]
    } | {row[1]: row[2:] for row in workbook["Theo địa bàn"].iter_rows(values_only=True) if row[1]}
    lines = [
        line
        for table in (printed["levels"], printed["by_parent"])
        for line in (*table["rows"], *table["closing"])
    ]
    assert len(lines) == 8
    for label, printed_units, any_count, any_share, gap, strict_count, strict_printed in lines:
        units, focal, focal_share, missing, strict, strict_share, unchecked = rows[label]
        assert str(missing) == gap
        assert str(units) == printed_units
        assert f"{focal}/{units}" == any_count
        assert f"{strict}/{units}" == strict_count
        assert [_percent(focal_share), _percent(strict_share)] == [any_share, strict_printed]
        assert missing == units - focal
        assert unchecked == focal


def _percent(share: float) -> str:
    return format_percent(round(1000 * share), 1000)


def test_shares_are_numbers_shown_in_percent() -> None:
    sheet = opened(coverage_xlsx(REPORT))["Theo cấp"]
    cell = next(row[4] for row in sheet.iter_rows() if row[1].value == "Đơn vị cấp xã")
    assert (cell.value, cell.number_format) == (0.971, "0.0%")


def test_a_table_without_a_line_has_no_sheet() -> None:
    covered = replace(REPORT, by_parent=[], uncovered=[])
    assert opened(coverage_xlsx(covered)).sheetnames == ["Theo cấp"]


def test_the_workbook_lists_the_units_without_a_focal_point_as_text():
    sheet = opened(coverage_xlsx(REPORT))["Chưa có đầu mối"]
    assert [cell.value for cell in sheet[4]] == [
        "STT",
        "Mã",
        "Đơn vị",
        "Trực thuộc",
        "Điện thoại",
        "Ghi chú",
    ]
    assert [cell.value for cell in sheet[5]] == [
        1,
        "00506",
        "=Xã Trà Tập",
        "Huyện Nam Trà My",
        "0235 388 1234",
        "Chưa khai báo",
    ]
    assert sheet["C5"].data_type == "s"


def test_the_workbook_says_the_scope_and_the_day():
    sheet = opened(coverage_xlsx(REPORT))["Theo cấp"]
    assert sheet["A2"].value == "Tỉnh Quảng Nam, tính đến ngày 30/06/2024"
    assert sheet["A3"].value == headline_sentence(REPORT.total.tally)
    assert sheet["A4"].value == checked_sentence(REPORT.total.tally)
    assert re.fullmatch(r"A6:I\d+", sheet.auto_filter.ref)
