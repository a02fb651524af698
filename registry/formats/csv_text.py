"""CSV for people with Excel and for other programs: RFC 4180, and nothing lost on the way back.

A text that a spreadsheet would run as a formula gets one apostrophe in front. So does a text
that already begins with apostrophes before such a sign, which makes the guard reversible:
whoever takes exactly that apostrophe away again has "+84905123456", "-Anh" or "'=1" as they were.
Numbers and days are not text and are never guarded.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

CsvCell = str | int | float | date | None
"""Text, a count, a day (written yyyy-mm-dd, which every spreadsheet reads as a day), or nothing."""

BYTE_ORDER_MARK = "\ufeff"

# Signs that begin a formula in Excel or LibreOffice, the full-width ones in East Asian versions,
# and the control characters that make a program skip to the sign behind them.
_FORMULA = re.compile(r"[\s']*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def csv_text(
    header: Sequence[str], rows: Iterable[Sequence[CsvCell]], *, byte_order_mark: bool = True
) -> str:
    """Return the table as CSV with CRLF line ends, formulas guarded.

    With the byte order mark Excel opens the file as UTF-8; encode the result as UTF-8 either way.

    Raises:
        ValueError: a row does not have one cell for each column.

    """
    target = StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([_guarded(label) for label in header])
    for row in rows:
        if len(row) != len(header):
            message = f"row of {len(row)} cells in a table of {len(header)} columns"
            raise ValueError(message)
        writer.writerow([_written(cell) for cell in row])
    return (BYTE_ORDER_MARK if byte_order_mark else "") + target.getvalue()


def _written(cell: CsvCell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _guarded(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _guarded(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
