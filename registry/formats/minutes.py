"""Minutes of a reorganisation as a Word document, in the form of Decree 30/2020/ND-CP.

Everything a person typed goes in as text runs, never as markup.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from registry.domain.vietnamese.writing import format_long_day, format_number

FONT = "Times New Roman"
_MARGINS = {"top_margin": 20, "bottom_margin": 20, "left_margin": 30, "right_margin": 20}
_SIGNS = str.maketrans(dict.fromkeys([*range(9), 11, 12, *range(14, 32)]))


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

    superior: str
    office: str
    place: str
    written_on: date
    decision: str
    effective_on: date
    applied_at: datetime
    applied_on: date
    applied_by: str
    rows: Sequence[MinutesRow]
    units: Sequence[tuple[str, int, int]]
    counts: Sequence[tuple[str, int, int]]
    lists: Sequence[UnitList]


def minutes_docx(minutes: Minutes) -> bytes:
    """Return the minutes as a .docx file."""
    document = _blank()
    _letterhead(document, minutes)
    _centred(document, "BIÊN BẢN", bold=True, size=14)
    _centred(document, "Thực hiện sắp xếp đơn vị trong sổ Mạng lưới chuyển đổi số", bold=True)
    _body(document, minutes)
    _signatures(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _blank() -> WordDocument:
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.element.rPr.rFonts.set(qn("w:cs"), FONT)
    section = document.sections[0]
    section.start_type = WD_SECTION.NEW_PAGE
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, size in _MARGINS.items():
        setattr(section, name, Mm(size))
    section.different_first_page_header_footer = True
    _page_number(section.header.paragraphs[0])
    return document


def _page_number(paragraph: Paragraph) -> None:
    """Put page numbers at the top in the middle, from the second page on (Decree 30, annex I)."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - python-docx offers no page number


def _letterhead(document: WordDocument, minutes: Minutes) -> None:
    table = document.add_table(rows=2, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    left, right = table.rows[0].cells
    left.width, right.width = Mm(70), Mm(95)
    if minutes.superior:
        _line(left, minutes.superior.upper(), size=12)
    _line(left, minutes.office.upper(), bold=True, size=12, underline=True)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12)
    _line(right, "Độc lập - Tự do - Hạnh phúc", bold=True, size=13, underline=True)
    number, place = table.rows[1].cells
    _line(number, "Số:          /BB-")
    day = format_long_day(minutes.written_on)
    _line(place, f"{minutes.place}, {day}", italic=True)
    document.add_paragraph()


def _body(document: WordDocument, minutes: Minutes) -> None:
    applied = minutes.applied_at
    _say(document, f"Căn cứ {minutes.decision}.")
    _say(
        document,
        f"Hồi {applied:%H} giờ {applied:%M} phút, {format_long_day(minutes.applied_on)}, "
        f"{minutes.applied_by} đã thực hiện việc sắp xếp đơn vị trong sổ Mạng lưới chuyển đổi số, "
        f"có hiệu lực từ {format_long_day(minutes.effective_on)}. Kết quả như sau:",
    )
    _title(document, f"1. Nội dung sắp xếp ({format_number(len(minutes.rows))} dòng)")
    _table(
        document,
        ("STT", "Đơn vị trước khi sắp xếp", "Đơn vị sau khi sắp xếp", "Cách sắp xếp"),
        [(str(at), row.old, row.new, row.how) for at, row in enumerate(minutes.rows, start=1)],
        (12, 58, 58, 32),
    )
    _title(document, "2. Số lượng đơn vị trước và sau khi sắp xếp")
    _table(
        document,
        ("Loại đơn vị", "Trước", "Sau"),
        [(kind, format_number(one), format_number(other)) for kind, one, other in minutes.units],
        (100, 30, 30),
    )
    _title(document, "3. Người, phân công và hồ sơ")
    _table(
        document,
        ("Nội dung", "Chuyển sang đơn vị kế tiếp", "Kết thúc"),
        [(noun, format_number(one), format_number(other)) for noun, one, other in minutes.counts],
        (80, 45, 35),
    )
    for at, listed in enumerate(minutes.lists, start=4):
        _title(document, f"{at}. {listed.title} ({format_number(len(listed.units))})")
        if listed.units:
            _table(
                document,
                ("STT", "Đơn vị", "Ghi chú"),
                [(str(n), name, note) for n, (name, note) in enumerate(listed.units, start=1)],
                (12, 88, 60),
            )
        else:
            _say(document, "Không có.")
    _say(
        document, f"Biên bản lập {format_long_day(minutes.written_on)}, các bên thống nhất ký tên."
    )


def _signatures(document: WordDocument) -> None:
    table = document.add_table(rows=1, cols=2)
    for cell, title in zip(
        table.rows[0].cells, ("NGƯỜI LẬP BIÊN BẢN", "LÃNH ĐẠO CƠ QUAN"), strict=True
    ):
        _line(cell, title, bold=True)
        _line(cell, "(Ký, ghi rõ họ tên)", italic=True)


def _table(
    document: WordDocument,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[int],
) -> None:
    filled = list(rows)
    table = document.add_table(rows=1 + len(filled), cols=len(head), style="Table Grid")
    table.autofit = False
    for row, (values, bold) in zip(
        table.rows, [(head, True), *((values, False) for values in filled)], strict=True
    ):
        for cell, value, width in zip(row.cells, values, widths, strict=True):
            cell.width = Mm(width)
            centre = bold or value.replace(".", "").isdigit()
            _line(cell, value, bold=bold, size=12, centre=centre)
    _repeat_head(table.rows[0]._tr)  # noqa: SLF001 - python-docx offers no repeated head


def _repeat_head(row: CT_Row) -> None:
    """Let the head stand on each page the table runs over."""
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _title(document: WordDocument, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(10)
    paragraph.paragraph_format.space_after = Pt(4)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(_clean(text)).bold = True


def _say(document: WordDocument, text: str) -> None:
    paragraph = document.add_paragraph(_clean(text))
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(10)
    paragraph.paragraph_format.space_after = Pt(6)


def _centred(document: WordDocument, text: str, *, bold: bool = False, size: int = 13) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(_clean(text))
    run.bold, run.font.size = bold, Pt(size)


def _line(cell: _Cell, text: str, *, size: int = 13, centre: bool = True, **style: bool) -> None:
    """Put a line of text into a cell, in its first paragraph when that is empty.

    `style` names what the text is: bold, italic, underline.
    """
    paragraph = cell.paragraphs[-1]
    if paragraph.runs:
        paragraph = cell.add_paragraph()
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(_clean(text))
    run.font.size = Pt(size)
    for name, value in style.items():
        setattr(run, name, value)


def _clean(text: str) -> str:
    """Take away the control characters that no XML can hold."""
    return text.translate(_SIGNS)
