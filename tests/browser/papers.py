"""Papers of the story: a scanned decision goes in; cards, reports and workbooks come out."""

from functools import cache
from io import BytesIO

import openpyxl
import pypdfium2
import zxingcpp
from PIL import Image, ImageDraw

DOTS_PER_POINT = 300 / 72


@cache
def scanned_decision() -> bytes:
    """Return a PDF of one page that is a picture, as an office scanner makes it."""
    sheet = Image.new("L", (1240, 1754), color=250)
    pen = ImageDraw.Draw(sheet)
    for line in range(24):
        pen.line((160, 300 + 50 * line, 1080 - (line % 3) * 90, 300 + 50 * line), fill=90, width=9)
    paper = BytesIO()
    sheet.save(paper, "PDF", resolution=150)
    return paper.getvalue()


def addresses_on_cards(pdf: bytes) -> list[str]:
    """Return what the QR codes of a printed sheet say, in reading order."""
    sheets = pypdfium2.PdfDocument(pdf)
    try:
        pictures = [page.render(scale=DOTS_PER_POINT).to_pil().convert("L") for page in sheets]
    finally:
        sheets.close()
    return [
        code.text
        for picture in pictures
        for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    ]


def text_of_pdf(pdf: bytes) -> str:
    """Return the text of a document, spaces made plain."""
    sheets = pypdfium2.PdfDocument(pdf)
    try:
        said = " ".join(page.get_textpage().get_text_range() for page in sheets)
    finally:
        sheets.close()
    return " ".join(said.split())


def rows_of_workbook(content: bytes) -> list[list[object]]:
    """Return the rows of all sheets that say something, without empty cells and running numbers."""
    book = openpyxl.load_workbook(BytesIO(content), read_only=True)
    try:
        rows = [row for sheet in book for row in sheet.iter_rows(values_only=True)]
    finally:
        book.close()
    said = [[cell for cell in row if cell is not None] for row in rows]
    return [row[isinstance(row[0], int) :] for row in said if row]
