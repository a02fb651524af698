"""The figures of the coverage report as a workbook."""

from collections.abc import Iterable, Sequence

from registry.documents.coverage.report import (
    CoverageLine,
    CoverageReport,
    sum_of_lines,
)
from registry.domain.coverage import Standard
from registry.domain.vietnamese.writing import format_day, format_percent
from registry.formats.spreadsheet import Cell, Column, Sheet, table_xlsx


def coverage_xlsx(report: CoverageReport) -> bytes:
    """Return the figures of the coverage report as a workbook; its totals are those of the PDF."""
    titles = [
        "KẾT QUẢ BỐ TRÍ ĐẦU MỐI CHUYỂN ĐỔI SỐ",
        report.subtree[:1].upper()
        + f"{report.subtree[1:]}, tính đến ngày {format_day(report.as_of)}",
    ]
    closing = [_coverage_row(report.total)]
    if report.mass_organisations:
        closing.append(_coverage_row(report.mass_organisations, " (ngoài tổng số)"))
    by_parent_total = _coverage_row(sum_of_lines("Cộng", report.by_parent))
    parent_heading = report.parent_label[:1].upper() + report.parent_label[1:]
    return table_xlsx(
        [
            Sheet("Theo cấp", titles, _coverage_columns("Cấp"), _rows(report.levels), closing),
            Sheet(
                "Theo địa bàn",
                titles,
                _coverage_columns(parent_heading),
                _rows(report.by_parent),
                [by_parent_total],
            ),
            Sheet(
                "Chưa có đầu mối",
                ["DANH SÁCH ĐƠN VỊ CHƯA CÓ ĐẦU MỐI CHUYỂN ĐỔI SỐ", titles[1]],
                [
                    Column("Mã", 10),
                    Column("Đơn vị", 40),
                    Column("Trực thuộc", 30),
                    Column("Điện thoại", 16),
                ],
                [(unit.code, unit.name, unit.parent, unit.phone) for unit in report.uncovered],
            ),
        ],
        as_of=report.as_of,
    )


def _coverage_columns(label: str) -> list[Column]:
    return [
        Column(label, 32),
        Column("Số đơn vị", 10),
        Column(Standard.ANY.label, 16),
        Column("Tỷ lệ", 10),
        Column(Standard.STRICT.label, 22),
        Column("Tỷ lệ", 10),
        Column("Chưa có đầu mối", 12),
    ]


def _rows(lines: Iterable[CoverageLine]) -> list[Sequence[Cell]]:
    return [_coverage_row(line) for line in lines]


def _coverage_row(line: CoverageLine, note: str = "") -> Sequence[Cell]:
    """Return a line's counts as numbers, and its shares as text so that none rounds to 100 %."""
    return (
        line.label + note,
        line.units,
        line.with_focal_point,
        format_percent(line.with_focal_point, line.units),
        line.with_section_or_full_time,
        format_percent(line.with_section_or_full_time, line.units),
        line.without_focal_point,
    )
