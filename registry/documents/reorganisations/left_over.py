"""The annex of bodies left over: their old side filled in, what became of each left to be said."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date

from registry.domain.reorganisations.annex import How, Part, RowContent
from registry.domain.reorganisations.wording import share_in_words
from registry.formats.spreadsheet import Heading, Sheet, table_xlsx
from registry.queries.units.left_over import LeftOver

# What a file may say of a row; a row composed on screen names units by their ids.
_NAMES = [field.name for field in fields(RowContent) if not field.name.endswith("_id")]
_TOLD = (
    "Cột part: " + ", ".join(f"{part.value} ({share_in_words(part)})" for part in Part) + ".",
    "Cột how: " + ", ".join(How) + ".",
)
_WIDE = {"old_name": 50, "new_name": 50, "new_parent": 30, "new_province": 30}


def left_over_annex(bodies: Iterable[LeftOver], as_of: date) -> bytes:
    """Return the workbook to fill in and to load as the annex of a batch.

    It is headed by the machine names, as `read_annex` reads them back; above them stands which
    words two of its columns know.
    """
    headings = [Heading(name, _WIDE.get(name, 20)) for name in _NAMES]
    rows = [[_old_side(body).get(name) for name in _NAMES] for body in bodies]
    return table_xlsx([Sheet("Phụ lục", _TOLD, headings, rows, numbered=False)], as_of=as_of)


def _old_side(body: LeftOver) -> dict[str, str]:
    """Name a body as an annex does: by its official code, which has digits only, and its name."""
    code = {"old_code": body.code} if body.code.isdigit() else {}
    return {**code, "old_name": body.name}
