"""Annexes as people write them: workbooks with titles, merged cells and headings of their own."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter

Row = Sequence[object]
EMPTY_FORMULA = object()
"""A formula that came out as an empty text."""
_RESULT = "nothing at all"


def workbook_of(rows: Sequence[Row], merged: Iterable[str] = ()) -> bytes:
    """Return a workbook with these rows, None being an empty cell, and these ranges merged."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell is EMPTY_FORMULA:
                sheet.write_formula(number, place, '=IF(A1="","","")', None, _RESULT)
            elif cell is not None:
                sheet.write(number, place, cell)
    for one in merged:
        top, left = xlsxwriter.utility.xl_cell_to_rowcol(one.split(":")[0])
        shown = rows[top][left] if left < len(rows[top]) else None
        sheet.merge_range(one, shown)
    book.close()
    return _emptied(target.getvalue())


def _emptied(content: bytes) -> bytes:
    """Return a workbook whose formulas came out as nothing: its writer puts no such text."""
    target = BytesIO()
    with ZipFile(BytesIO(content)) as made, ZipFile(target, "w", ZIP_DEFLATED) as emptied:
        for name in made.namelist():
            emptied.writestr(name, made.read(name).replace(_RESULT.encode(), b""))
    return target.getvalue()
