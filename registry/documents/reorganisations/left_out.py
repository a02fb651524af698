"""What an annex leaves out ("Phụ lục còn thiếu"): unit by unit, on the page and as a file."""

from collections.abc import Sequence
from datetime import date

from registry.documents.tables import Column, sheet
from registry.domain.vietnamese.writing import format_day
from registry.formats.spreadsheet import table_xlsx
from registry.queries.units.on_a_day import UnitRow

TITLE = "Phụ lục còn thiếu"

COLUMNS: tuple[Column[tuple[UnitRow, str]], ...] = (
    Column(key="name", label="Đơn vị", value=lambda row: row[0].name, width=40),
    Column(key="code", label="Mã", value=lambda row: row[0].code, width=12),
    Column(key="parent", label="Trực thuộc", value=lambda row: row[0].parent_name or "", width=30),
    Column(
        key="why",
        label="Vì sao cần xem lại",
        card_label="Vì sao",
        value=lambda row: row[1],
        width=70,
    ),
)


def left_out_xlsx(units: Sequence[tuple[UnitRow, str]], decision: str, day: date) -> bytes:
    """Return the list as a workbook, to be printed and gone through with the annex."""
    titles = [f"{TITLE}: {decision}", f"Có hiệu lực từ ngày {format_day(day)}"]
    return table_xlsx([sheet(TITLE, titles, COLUMNS, units)], as_of=day)
