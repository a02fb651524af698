"""The figures of the coverage report as a workbook, and the list behind one of its figures."""

from collections.abc import Iterable

from registry.documents.coverage.lines import (
    LISTED_COLUMNS,
    OUTSIDE_TOTAL,
    UNCOVERED_COLUMNS,
    CoverageRow,
    figure_columns,
    sum_of_lines,
)
from registry.documents.coverage.listed import (
    checked_sentence,
    headline_sentence,
    uncovered_title,
)
from registry.documents.coverage.report import CoverageReport
from registry.documents.tables import sheet
from registry.domain.vietnamese.writing import format_day
from registry.formats.spreadsheet import Sheet, table_xlsx
from registry.queries.coverage.figures import Coverage


def coverage_xlsx(report: CoverageReport) -> bytes:
    """Return the figures of the coverage report as a workbook; its totals are those of the PDF.

    A table without a line has no sheet.
    """
    titles = [
        "KẾT QUẢ BỐ TRÍ ĐẦU MỐI CHUYỂN ĐỔI SỐ",
        report.subtree[:1].upper()
        + f"{report.subtree[1:]}, tính đến ngày {format_day(report.as_of)}",
    ]
    whole = report.total.tally
    headline = [headline_sentence(whole), checked_sentence(whole)] if whole.required else []
    closing = [report.total]
    if report.mass_organisations:
        closing.append(report.mass_organisations.noted(OUTSIDE_TOTAL))
    sheets = [
        sheet(
            "Theo cấp",
            [*titles, *filter(None, headline)],
            figure_columns("Cấp", whole, cited=report.cites_sections),
            report.levels,
            closing,
        )
    ]
    if report.by_parent:
        sheets.append(
            sheet(
                "Theo địa bàn",
                titles,
                figure_columns(report.parent_heading, whole, cited=report.cites_sections),
                report.by_parent,
                [sum_of_lines("Cộng", report.by_parent)],
            )
        )
    if report.uncovered:
        overdue = whole.any_parts.carried_over_overdue
        sheets.append(
            sheet(
                "Chưa có hoặc quá hạn" if overdue else "Chưa có đầu mối",
                [uncovered_title(whole.any_parts), titles[1]],
                UNCOVERED_COLUMNS,
                report.uncovered,
            )
        )
    return table_xlsx(sheets, as_of=report.as_of)


def listed_sheet(what: str, rows: Iterable[CoverageRow], found: Coverage, *notes: str) -> Sheet:
    """Return the units behind a figure of `found` as a sheet; `what` says which units they are.

    `notes` stand below the title.
    """
    return sheet(
        "Đơn vị",
        [
            f"DANH SÁCH {what.upper()}",
            f"{found.unit.name}, tính đến ngày {format_day(found.as_of)}",
            *notes,
        ],
        LISTED_COLUMNS,
        rows,
    )
