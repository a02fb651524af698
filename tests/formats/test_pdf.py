"""What a text field accepts, every paper prints; what older rows hold beside it is a box."""

import json
import unicodedata
from collections.abc import Iterator
from datetime import date
from io import BytesIO

import pytest
import typst
from docx import Document
from openpyxl import load_workbook

from registry.documents import cards
from registry.documents.coverage.lines import FigureLine, UncoveredUnit
from registry.documents.coverage.report import CoverageReport, Signature, coverage_report_pdf
from registry.documents.letterheads import Letterhead
from registry.domain.cards import CardFace, CardSheet
from registry.domain.vietnamese.characters import PERMITTED, printable
from registry.formats import word
from registry.formats.pdf import FONTS
from registry.formats.spreadsheet import Heading, Sheet, table_xlsx
from tests.factories.coverage import tally_of
from tests.factories.hostile import KINDS
from tests.factories.pdf_reading import one_line, page_texts

AT_ONCE = 40
SIGNS = "Xã ★ ① ✓ \uf0b7 😀 漢字 \U0010ffff \ufffe\u202eB"


def blocks() -> Iterator[str]:
    """Yield every permitted character, some at a time; a mark stands on a letter."""
    there = sorted(PERMITTED - {" "})
    for start in range(0, len(there), AT_ONCE):
        yield " ".join(
            f"o{one}" if unicodedata.combining(one) else one
            for one in there[start : start + AT_ONCE]
        )


def report(*texts: str) -> bytes:
    """Return a report that says the texts wherever something typed may stand."""
    first = texts[0]
    said = CoverageReport(
        subtree=first,
        as_of=date(2024, 6, 30),
        letterhead=Letterhead(first, first, "STTTT", first, written_on=date(2024, 7, 2)),
        levels=[FigureLine(one, tally_of(20, 20, 9)) for one in texts],
        mass_organisations=FigureLine(first, tally_of(17, 5, 0)),
        parent_label=first,
        by_parent=[FigureLine(one, tally_of(13, 13, 1)) for one in texts],
        uncovered=[UncoveredUnit("20506", one, one, "", one) for one in texts],
        signature=Signature([first, first], first),
        recipients=[first],
    )
    return coverage_report_pdf(said)


def card(text: str) -> CardFace:
    return CardFace(
        name=text,
        role=text,
        unit=text,
        category=text,
        issuer=text,
        code="7KQ2-M4XW-0001",
        check_address="HTTPS://THE.CDS.EXAMPLE.VN/T/7KQ2M4XW9A3B0001",
        valid_from=date(2024, 7, 1),
        valid_to=None,
    )


def test_every_permitted_character_is_printed_in_a_report() -> None:
    printed = report(*blocks())  # in archival form a letter without a shape fails the whole
    assert "□" in one_line(" ".join(page_texts(printed)))  # itself permitted


@pytest.mark.parametrize("typeface", ["Tinos", "Be Vietnam Pro"])
@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_every_permitted_character_has_a_shape_in_the_typefaces_of_our_papers(
    typeface: str, weight: str
) -> None:
    words = "\n\n".join(f"#text({json.dumps(one)})" for one in blocks())
    source = f'#set text(font: "{typeface}", weight: "{weight}", lang: "vi")\n{words}\n'
    source += words.replace("#text(", "#upper(")
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
    made = typst.compile(source.encode(), font_paths=fonts, format="pdf", pdf_standards=["a-2b"])
    assert made.startswith(b"%PDF")


def test_what_older_rows_hold_is_printed_as_a_box_and_the_rest_stays() -> None:
    printed = one_line(" ".join(page_texts(report(SIGNS))))
    assert "Xã □ □ □ □ □ □□ □ □B" in printed


@pytest.mark.parametrize("text", [one for texts in KINDS.values() for one in texts])
def test_a_paper_is_made_whatever_is_stored(text: str) -> None:
    assert report(text[:300]).startswith(b"%PDF")
    sheet = CardSheet(issued_on=date(2024, 7, 5), check_page="https://the.cds.example.vn/t")
    assert cards.cards_pdf([card(text[:300] or "-")], sheet).startswith(b"%PDF")
    document = word.blank_document()
    word.paragraph(document, text)
    word.heading(document, text)
    word.add_table(document, word.WordTable([(text, None)], [(text,)]))
    read = Document(BytesIO(word.as_bytes(document)))
    assert read.paragraphs[0].text == printable(text)
    sheets = [Sheet(text or "-", [text], [Heading(text)], [[text]])]
    opened = load_workbook(BytesIO(table_xlsx(sheets, as_of=date(2024, 7, 2))))
    assert len(opened.worksheets) == 1
