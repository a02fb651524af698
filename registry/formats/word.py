"""Word documents in the form of Decree 30/2020/NĐ-CP: letterhead, paragraphs, tables, signatures.

Everything a person typed goes in as text runs, never as markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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

FONT = "Times New Roman"
_MARGINS = {"top_margin": 20, "bottom_margin": 20, "left_margin": 30, "right_margin": 20}
_TEXT_WIDTH, _NARROWEST = 160, 20
_NUMBER_HEADING, _NUMBER_WIDTH = "STT", 12
_SIGNS = str.maketrans(dict.fromkeys([*range(9), 11, 12, *range(14, 32)]))


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table of text: headings, each with its width in millimetres, and rows.

    Columns without a width share what is left. With `numbered` a column STT counts the rows.
    """

    columns: Sequence[tuple[str, int | None]]
    rows: Sequence[Sequence[str]]
    numbered: bool = True


def blank_document() -> WordDocument:
    """Return an empty A4 page with the margins, font and page numbers of the decree."""
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


def letterhead(
    document: WordDocument, superior: str, office: str, symbol: str, place_and_date: str
) -> None:
    """Write who issues the document, under which number, where and when.

    `superior` may be empty. Names are as in running text: the form asks for capitals.
    """
    table = document.add_table(rows=2, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    left, right = table.rows[0].cells
    left.width, right.width = Mm(70), Mm(95)
    if superior:
        _line(left, superior.upper(), size=12)
    _line(left, office.upper(), bold=True, size=12, underline=True)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12)
    _line(right, "Độc lập - Tự do - Hạnh phúc", bold=True, size=13, underline=True)
    number, place = table.rows[1].cells
    _line(number, f"Số:          /{symbol}-")
    _line(place, place_and_date, italic=True)
    document.add_paragraph()


def as_bytes(document: WordDocument) -> bytes:
    """Return the document as a .docx file."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def signatures(document: WordDocument, titles: Sequence[str]) -> None:
    """Leave room for signatures side by side, each under its title."""
    table = document.add_table(rows=1, cols=len(titles))
    for cell, title in zip(table.rows[0].cells, titles, strict=True):
        _line(cell, title, bold=True)
        _line(cell, "(Ký, ghi rõ họ tên)", italic=True)


def add_table(document: WordDocument, said: WordTable) -> None:
    """Write a table whose head stands on each page it runs over."""
    columns, rows = list(said.columns), list(said.rows)
    if said.numbered:
        columns.insert(0, (_NUMBER_HEADING, _NUMBER_WIDTH))
        rows = [(str(number), *row) for number, row in enumerate(rows, start=1)]
    widths = _widths([width for _, width in columns])
    table = document.add_table(rows=1 + len(rows), cols=len(columns), style="Table Grid")
    table.autofit = False
    head = [label for label, _ in columns]
    for row, (values, bold) in zip(
        table.rows, [(head, True), *((values, False) for values in rows)], strict=True
    ):
        for cell, value, width in zip(row.cells, values, widths, strict=True):
            cell.width = Mm(width)
            centre = bold or value.replace(".", "").isdigit()
            _line(cell, value, bold=bold, size=12, centre=centre)
    _repeat_head(table.rows[0]._tr)  # noqa: SLF001 - python-docx offers no repeated head


def _widths(wanted: Sequence[int | None]) -> list[int]:
    """Return each column's width; those without one share what the others leave of the line."""
    left = _TEXT_WIDTH - sum(width or 0 for width in wanted)
    sharing = sum(width is None for width in wanted)
    return [max(left // sharing, _NARROWEST) if width is None else width for width in wanted]


def _repeat_head(row: CT_Row) -> None:
    """Let the head stand on each page the table runs over."""
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def heading(document: WordDocument, text: str) -> None:
    """Write a heading that stays with what follows it."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(10)
    paragraph.paragraph_format.space_after = Pt(4)
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(_clean(text)).bold = True


def paragraph(document: WordDocument, text: str) -> None:
    """Write a paragraph of running text."""
    added = document.add_paragraph(_clean(text))
    added.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    added.paragraph_format.first_line_indent = Mm(10)
    added.paragraph_format.space_after = Pt(6)


def centred(document: WordDocument, text: str, *, bold: bool = False, size: int = 13) -> None:
    """Write a line in the middle."""
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
