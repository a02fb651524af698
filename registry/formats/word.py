"""Word documents in the form of Decree 30/2020/NĐ-CP: letterhead, paragraphs, tables, signatures.

Everything a person typed goes in as text runs, never as markup.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from registry.domain.vietnamese.characters import printable

FONT = "Times New Roman"
_MARGINS = {"top_margin": 20, "bottom_margin": 20, "left_margin": 30, "right_margin": 15}
_TEXT_WIDTH, _NARROWEST = 165, 20
# The right half of the head holds the country's name on one line, and the motto with its rule.
_OFFICE_WIDTH, _COUNTRY_WIDTH = 70, 95
_OFFICE_RULE, _MOTTO_RULE = 25, 57
_SIGNATURE_LINES = 4
_NUMBER_HEADING, _NUMBER_WIDTH = "STT", 12


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
    document: WordDocument, superior: str, office: str, number: str, place_and_date: str
) -> None:
    """Write who issues the document, under which number ("Số: …/BC-SKHCN"), where and when.

    `superior` may be empty. Names are as in running text: the form asks for capitals.
    """
    table = document.add_table(rows=2, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _set_widths(table, (_OFFICE_WIDTH, _COUNTRY_WIDTH))
    left, right = table.rows[0].cells
    if superior:
        _line(left, superior.upper(), size=12)
    _line(left, office.upper(), bold=True, size=12)
    _rule(left, _OFFICE_RULE, _OFFICE_WIDTH)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12)
    _line(right, "Độc lập - Tự do - Hạnh phúc", bold=True, size=13)
    _rule(right, _MOTTO_RULE, _COUNTRY_WIDTH)
    below_left, below_right = table.rows[1].cells
    _line(below_left, number)
    _line(below_right, place_and_date, italic=True)
    for row in table.rows:
        for cell in row.cells:
            _no_side_margins(cell)
    document.add_paragraph()


def _rule(cell: _Cell, length: int, width: int) -> None:
    """Draw a line of `length` mm in the middle of a cell `width` mm wide, below its text."""
    paragraph = cell.add_paragraph()
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm((width - length) / 2)
    layout.line_spacing, layout.space_after = Pt(4), Pt(2)
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in {"val": "single", "sz": "6", "space": "1", "color": "000000"}.items():
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001 - no borders in python-docx
        borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _no_side_margins(cell: _Cell) -> None:
    """Let the text of a cell use its whole width."""
    margins = OxmlElement("w:tcMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    cell._tc.get_or_add_tcPr().append(margins)  # noqa: SLF001 - no margins in python-docx


def _set_widths(table: Table, widths: Sequence[int]) -> None:
    """Set the widths in millimetres, for Word (cells) and LibreOffice (columns) alike."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def as_bytes(document: WordDocument) -> bytes:
    """Return the document as a .docx file."""
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def signatures(document: WordDocument, titles: Sequence[str]) -> None:
    """Leave room for signatures side by side, each under its title.

    They stand on the page of the paragraph before them, which is asked to stay with them, and of
    what stands before that: no page holds signatures, with or without that one sentence, alone.
    """
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _keep_end_with_next(list(document.iter_inner_content())[-2:-1])
    table = document.add_table(rows=1, cols=len(titles))
    _keep_whole(table.rows[0])
    for cell, title in zip(table.rows[0].cells, titles, strict=True):
        _line(cell, title, bold=True)
        _line(cell, "(Ký, ghi rõ họ tên)", italic=True)
        for _ in range(_SIGNATURE_LINES):
            cell.add_paragraph()


def _keep_end_with_next(blocks: Iterable[Paragraph | Table]) -> None:
    """Let the last lines of each block stay on the page of what follows it."""
    for block in blocks:
        lines = [block] if isinstance(block, Paragraph) else _paragraphs(block.rows[-1])
        for line in lines:
            line.paragraph_format.keep_with_next = True


def _paragraphs(row: _Row) -> list[Paragraph]:
    return [paragraph for cell in row.cells for paragraph in cell.paragraphs]


def add_table(document: WordDocument, said: WordTable) -> None:
    """Write a table whose head stands on each page it runs over."""
    columns, rows = list(said.columns), list(said.rows)
    if said.numbered:
        columns.insert(0, (_NUMBER_HEADING, _NUMBER_WIDTH))
        rows = [(str(number), *row) for number, row in enumerate(rows, start=1)]
    widths = _widths([width for _, width in columns])
    table = document.add_table(rows=1 + len(rows), cols=len(columns), style="Table Grid")
    head = [label for label, _ in columns]
    for row, (values, bold) in zip(
        table.rows, [(head, True), *((values, False) for values in rows)], strict=True
    ):
        _keep_whole(row)
        for cell, value in zip(row.cells, values, strict=True):
            centre = bold or value.replace(".", "").isdigit()
            _line(cell, value, bold=bold, size=12, centre=centre)
    _set_widths(table, widths)
    _repeat_head(table.rows[0])


def _widths(wanted: Sequence[int | None]) -> list[int]:
    """Return each column's width; those without one share what the others leave of the line."""
    left = _TEXT_WIDTH - sum(width or 0 for width in wanted)
    sharing = sum(width is None for width in wanted)
    return [max(left // sharing, _NARROWEST) if width is None else width for width in wanted]


def _repeat_head(row: _Row) -> None:
    """Let the head stand on each page the table runs over, and never without a row below it."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - not offered
    for paragraph in _paragraphs(row):
        paragraph.paragraph_format.keep_with_next = True


def _keep_whole(row: _Row) -> None:
    """Let no page end inside the row."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - not offered


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
    added.paragraph_format.space_before = added.paragraph_format.space_after = Pt(6)


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
    paragraph.paragraph_format.space_after, paragraph.paragraph_format.line_spacing = Pt(0), 1
    run = paragraph.add_run(_clean(text))
    run.font.size = Pt(size)
    for name, value in style.items():
        setattr(run, name, value)


def _clean(text: str) -> str:
    """Return a text as a paper can print it; XML could not even hold all that may be stored."""
    return printable(text)
