"""PDFs read back as a reader, a printer and an archive would."""

import re
from io import BytesIO
from typing import cast

import pypdfium2
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

POINTS_PER_MM = 72 / 25.4


def page_texts(document: bytes) -> list[str]:
    """Return each page's text with lines as set and no-break spaces as spaces."""
    pages = pypdfium2.PdfDocument(document)
    texts = [
        page.get_textpage().get_text_bounded().replace("\r\n", "\n").replace("\u00a0", " ")
        for page in pages
    ]
    pages.close()
    return texts


def one_line(text: str) -> str:
    """Return the text without its line ends, and without the invisible break points."""
    return " ".join(text.replace("\u200b", "").split())


def fonts_of(document: bytes) -> dict[str, bool]:
    """Return the fonts named in the file, and whether their outlines are in it."""
    embedded = {}
    for page in PdfReader(BytesIO(document)).pages:
        resources = cast("DictionaryObject", page["/Resources"])
        for font in resources.get("/Font", {}).values():
            for descendant in font.get_object().get("/DescendantFonts", [font]):
                described = descendant.get_object()
                outlines = described.get("/FontDescriptor", DictionaryObject()).get_object()
                name = re.sub(r"^/[A-Z]{6}\+|-Identity-H$", "", described["/BaseFont"])
                embedded[name] = bool({"/FontFile", "/FontFile2", "/FontFile3"} & set(outlines))
    return embedded


def character_boxes(document: bytes) -> list[tuple[float, float, float, float]]:
    """Return left, top, right, bottom in millimetres of each visible character of page one."""
    pages = pypdfium2.PdfDocument(document)
    text = pages[0].get_textpage()
    height = pages[0].get_height()
    boxes = []
    for index in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(index)
        if not text.get_text_range(index, 1).isspace():
            box = (left, height - top, right, height - bottom)
            boxes.append(tuple(side / POINTS_PER_MM for side in box))
    pages.close()
    return boxes
