"""What is wrong with annexes or a batch, as a file: a page shows the first of them only."""

from collections.abc import Iterable

from registry.documents.tables import Column, Place, csv_table
from registry.domain.field_names import ANNEX_FIELDS
from registry.domain.reorganisations.annex import RowProblem

SHOWN_ON_PAGE = 100
"""So many a page shows; whoever has more to mend works with the file."""

COLUMNS: tuple[Column[RowProblem], ...] = (
    Column(key="source", label="Tệp", value=lambda row: row.source, on=Place.CSV),
    Column(key="row", label="Dòng", value=lambda row: row.row or None, on=Place.CSV),
    Column(key="column", label="Cột", value=lambda row: row.field, on=Place.CSV),
    Column(
        key="column_name",
        label="Tên cột",
        value=lambda row: ANNEX_FIELDS.get(row.field, ""),
        on=Place.CSV,
    ),
    Column(key="problem", label="Vấn đề và cách sửa", value=lambda row: row.text, on=Place.CSV),
)


def problems_csv(problems: Iterable[RowProblem]) -> str:
    """Return the file."""
    return csv_table(COLUMNS, problems)
