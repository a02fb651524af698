"""What the pages of the reorganisation desk share: their blueprint, and the files they are sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug.datastructures import FileStorage

from registry.domain.errors import Invalid
from registry.domain.reorganisations.annex import AnnexRow, RowProblem
from registry.domain.reorganisations.annex_columns import GuessedAnnex
from registry.domain.vietnamese.writing import format_number
from registry.formats.allocation import read_allocation
from registry.formats.annex import open_annexes
from registry.formats.uploaded_table import MAX_BYTES
from registry.web.uploads import keep_read, kept

blueprint = Blueprint("reorganisations", __name__)

# What files are read as.
_ANNEXES, ANSWERS = "annexes", "answers"


@dataclass(frozen=True, slots=True)
class Sent:
    """The annexes a request brought.

    Rows, what is wrong, and those whose columns somebody has to confirm first.
    """

    rows: Sequence[AnnexRow] = ()
    wrong: Sequence[RowProblem] = ()
    guesses: Sequence[GuessedAnnex] = ()

    def refuse_nothing(self) -> None:
        """Raise Invalid when no annex came."""
        if not (self.rows or self.wrong or self.guesses):
            raise Invalid.on("files", "Chọn tệp phụ lục.")

    def refuse_wrong(self) -> None:
        """Raise Invalid when anything is wrong, which stands in a table of its own."""
        if self.wrong:
            raise Invalid.on(
                "files",
                f"Phụ lục có {format_number(len(self.wrong))} chỗ cần sửa. Xem bảng dưới đây.",
            )


def sent_annexes() -> Sent:
    """Return the annexes that were read before the transaction."""
    annexes = kept(_ANNEXES) or []
    certain = [annex for annex in annexes if not annex.is_guessed]
    return Sent(
        rows=[row for annex in certain for row in annex.rows],
        wrong=[problem for annex in certain for problem in annex.problems],
        guesses=[annex.guess for annex in annexes if annex.is_guessed],
    )


def read_annexes() -> None:
    """Read the annexes sent, before the transaction."""
    files = [file for file in request.files.getlist("files") if file.filename]
    keep_read(
        _ANNEXES,
        lambda: open_annexes((file.filename or "", _content(file)) for file in files),
    )


def read_answers() -> None:
    """Read the allocation file sent, before the transaction."""
    file = request.files.get("file")
    if file is not None and file.filename:
        keep_read(ANSWERS, lambda: read_allocation(_content(file)))


def _content(file: FileStorage) -> bytes:
    """Return what a file holds, of one that is too large only so much that it shows."""
    content = file.stream.read(MAX_BYTES + 1)
    file.stream.seek(0)
    return content
