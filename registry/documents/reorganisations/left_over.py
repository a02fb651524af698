"""The annex of bodies left over: their old side filled in, what became of each left to be said."""

from collections.abc import Iterable
from datetime import date

from registry.documents.tables import Column, Place, sheet
from registry.formats.spreadsheet import table_xlsx
from registry.queries.units.left_over import LeftOver


def _empty(key: str, width: float = 20) -> Column[LeftOver]:
    return Column(key=key, label=key, value=lambda _row: None, on=Place.SHEET, width=width)


def _official_code(row: LeftOver) -> str | None:
    """Return the code an annex may name a unit by: the registry's own has letters."""
    return row.code if row.code.isdigit() else None


# Headed as `read_annex` reads them back.
COLUMNS: tuple[Column[LeftOver], ...] = (
    Column(key="old_code", label="old_code", value=_official_code, on=Place.SHEET),
    Column(key="old_name", label="old_name", value=lambda row: row.name, on=Place.SHEET, width=50),
    _empty("old_parent"),
    _empty("old_province"),
    _empty("new_code"),
    _empty("new_name", 50),
    _empty("new_kind"),
    _empty("new_parent", 30),
    _empty("new_province_code"),
    _empty("new_province", 30),
    _empty("part"),
    _empty("how"),
)


def left_over_annex(bodies: Iterable[LeftOver], as_of: date) -> bytes:
    """Return the workbook to fill in and to load as the annex of a batch."""
    return table_xlsx([sheet("Phụ lục", (), COLUMNS, bodies)], as_of=as_of)
