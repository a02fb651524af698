"""Minutes of a reorganisation: what they say, and the Word document that says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from registry.documents.letterheads import Letterhead
from registry.documents.tables import Column, word_table
from registry.domain.vietnamese.writing import format_long_day, format_number
from registry.formats.word import (
    add_table,
    as_bytes,
    blank_document,
    centred,
    heading,
    letterhead,
    paragraph,
    signatures,
)

_MINUTES = "BB"  # the kind of paper in its number


@dataclass(frozen=True, slots=True)
class MinutesRow:
    """One row of the annex: the old unit, the new one, how."""

    old: str
    new: str
    how: str


@dataclass(frozen=True, slots=True)
class UnitList:
    """Units to be named one by one under a title, each with a note (may be empty)."""

    title: str
    units: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Minutes:
    """What the minutes say. Names are as in running text; capitals are made where the form asks.

    `units` are kind, how many before, how many after; `counts` noun, how many moved, ended.
    """

    letterhead: Letterhead
    decision: str
    effective_on: date
    applied_at: datetime
    applied_on: date
    applied_by: str
    rows: Sequence[MinutesRow]
    units: Sequence[tuple[str, int, int]]
    counts: Sequence[tuple[str, int, int]]
    lists: Sequence[UnitList]


class ShownSides(Protocol):
    """A row of a batch as it is shown: the old side, the new side, how."""

    @property
    def old(self) -> str | None:
        """The old unit."""

    @property
    def new(self) -> str | None:
        """The new unit."""

    @property
    def how(self) -> str:
        """The word for what becomes of the old one."""


ROW_COLUMNS: tuple[Column[ShownSides], ...] = (
    Column(
        key="old",
        label="Đơn vị trước khi sắp xếp",
        page_label="Đơn vị cũ",
        value=lambda row: row.old,
        paper_width=58,
    ),
    Column(
        key="new",
        label="Đơn vị sau khi sắp xếp",
        page_label="Đơn vị mới",
        value=lambda row: row.new,
        paper_width=58,
    ),
    Column(key="how", label="Cách sắp xếp", value=lambda row: row.how),
)
KIND_COLUMNS: tuple[Column[tuple[str, int, int]], ...] = (
    Column(key="kind", label="Loại đơn vị", value=lambda row: row[0]),
    Column(key="before", label="Trước", value=lambda row: row[1], figure=True, paper_width=30),
    Column(key="after", label="Sau", value=lambda row: row[2], figure=True, paper_width=30),
)
COUNT_COLUMNS: tuple[Column[tuple[str, int, int]], ...] = (
    Column(key="noun", label="Nội dung", value=lambda row: row[0]),
    Column(
        key="moved",
        label="Chuyển sang đơn vị kế tiếp",
        card_label="Chuyển",
        value=lambda row: row[1],
        figure=True,
        paper_width=45,
    ),
    Column(key="ended", label="Kết thúc", value=lambda row: row[2], figure=True, paper_width=35),
)
UNIT_COLUMNS: tuple[Column[tuple[str, str]], ...] = (
    Column(key="name", label="Đơn vị", value=lambda row: row[0]),
    Column(key="note", label="Ghi chú", value=lambda row: row[1], paper_width=60),
)


def minutes_docx(minutes: Minutes) -> bytes:
    """Return the minutes as a .docx file."""
    document = blank_document()
    head = minutes.letterhead
    letterhead(document, head.superior, head.issuer, head.number(_MINUTES), head.place_and_date)
    centred(document, "BIÊN BẢN", bold=True, size=14)
    centred(document, "Thực hiện sắp xếp đơn vị trong sổ Mạng lưới chuyển đổi số", bold=True)
    applied = minutes.applied_at
    paragraph(document, f"Căn cứ {minutes.decision}.")
    paragraph(
        document,
        f"Hồi {applied:%H} giờ {applied:%M} phút, {format_long_day(minutes.applied_on)}, "
        f"{minutes.applied_by} đã thực hiện việc sắp xếp đơn vị trong sổ Mạng lưới chuyển đổi số, "
        f"có hiệu lực từ {format_long_day(minutes.effective_on)}. Kết quả như sau:",
    )
    heading(document, f"1. Nội dung sắp xếp ({format_number(len(minutes.rows))} dòng)")
    add_table(document, word_table(ROW_COLUMNS, minutes.rows))
    heading(document, "2. Số lượng đơn vị trước và sau khi sắp xếp")
    add_table(document, word_table(KIND_COLUMNS, minutes.units, numbered=False))
    heading(document, "3. Người, phân công và hồ sơ")
    add_table(document, word_table(COUNT_COLUMNS, minutes.counts, numbered=False))
    for at, listed in enumerate(minutes.lists, start=4):
        heading(document, f"{at}. {listed.title} ({format_number(len(listed.units))})")
        if listed.units:
            add_table(document, word_table(UNIT_COLUMNS, listed.units))
        else:
            paragraph(document, "Không có.")
    paragraph(document, "Biên bản đã được các bên đọc lại, thống nhất và cùng ký tên./.")
    signatures(document, ("NGƯỜI LẬP BIÊN BẢN", "LÃNH ĐẠO CƠ QUAN"))
    return as_bytes(document)
