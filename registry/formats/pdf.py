"""PDF set by Typst from `templates/print/*.typ`, and member cards among it.

What people wrote reaches Typst as JSON in `sys.inputs` and is never part of the markup, so "#let"
or "*" in a name is printed as it stands. Only the fonts shipped with the project are used, hence
the same input gives the same bytes on every machine.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import typst
from pypdf import PdfReader, PdfWriter

from registry.domain.vietnamese.names import normalise
from registry.domain.vietnamese.writing import format_day
from registry.formats.qr import qr_svgs

PROJECT = Path(__file__).parents[2]
TEMPLATES = PROJECT / "templates" / "print"
FONTS = PROJECT / "registry" / "static" / "vendor" / "fonts"

CARD_TITLE = "THẺ THÀNH VIÊN MẠNG LƯỚI CHUYỂN ĐỔI SỐ"
CARDS_PER_BATCH = 200
"""Cards set by one run of Typst: twenty sheets, about 100 MB while it runs."""

# Typst forgets a cached layout when ten runs have not asked for it again.
_RUNS_TO_FORGET = 11


@dataclass(frozen=True, slots=True)
class CardFace:
    """What is printed on one member card.

    `check_address` is the text of the QR code; in capitals it makes a coarser, more readable code.
    `code` is what a person types where no camera is at hand. The period is half-open like every
    period of the registry: the card says "đến hết ngày" the day before `valid_to`.
    """

    name: str
    role: str
    unit: str
    category: str
    issuer: str
    code: str
    check_address: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class CardSheet:
    """What all cards of a print run share: the day of issue and the address of the check page."""

    issued_on: date
    check_page: str


def cards_pdf(cards: Sequence[CardFace], sheet: CardSheet) -> bytes:
    """Return A4 sheets of ten cards (85.6 x 54 mm, ID-1) each, with crop marks, in the given order.

    A run of any length needs the memory of one batch and of the finished file.

    Raises:
        ValueError: there is no card to print, or a check address does not fit a QR code.

    """
    if not cards:
        raise ValueError("no cards to print")
    batches = _card_batches(cards, sheet)
    if len(cards) <= CARDS_PER_BATCH:
        return next(batches)
    joined = PdfWriter()
    for batch in batches:
        joined.append(PdfReader(BytesIO(batch)))
    joined.add_metadata({"/Title": CARD_TITLE})
    target = BytesIO()
    joined.write(target)
    return target.getvalue()


def _card_batches(cards: Sequence[CardFace], sheet: CardSheet) -> Iterator[bytes]:
    """Yield one PDF for each `CARDS_PER_BATCH` cards, and free Typst's memory after each."""
    codes = qr_svgs([card.check_address for card in cards])
    for start in range(0, len(cards), CARDS_PER_BATCH):
        batch = cards[start : start + CARDS_PER_BATCH]
        yield typeset(
            "cards.typ",
            {
                "title": CARD_TITLE,
                "check": f"Kiểm tra thẻ tại {normalise(sheet.check_page)}",
                "cards": [_printed_card(card, sheet) | {"qr": next(codes)} for card in batch],
            },
        )
        _forget_layouts()


def _printed_card(card: CardFace, sheet: CardSheet) -> dict[str, str]:
    """Return the texts of one card as the template takes them; its code is drawn beside."""
    return {
        "name": normalise(card.name),
        "role": normalise(card.role),
        "unit": normalise(card.unit),
        "category": normalise(card.category),
        "issuer": normalise(card.issuer).upper(),
        "code": normalise(card.code),
        "validity": f"{_validity(card)} · Cấp ngày {format_day(sheet.issued_on)}",
    }


def _validity(card: CardFace) -> str:
    """Say how long the card holds; the end is the last day on which it does."""
    beginning = f"Có giá trị từ {format_day(card.valid_from)}"
    if card.valid_to is None:
        return f"{beginning}, khi còn là thành viên"
    return f"{beginning} đến hết {format_day(card.valid_to - timedelta(days=1))}"


def typeset(template: str, data: Mapping[str, object], *, archival: bool = False) -> bytes:
    """Set `template` with `data` and return the PDF; without archival form it carries no tags."""
    return typst.compile(
        TEMPLATES / template,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data)},
        format="pdf",
        pdf_standards="a-2a" if archival else [],
        pdf_tags=archival,
    )


def _forget_layouts() -> None:
    """Empty Typst's cache, which else keeps the layouts of ten batches (some 50 MB each)."""
    for _ in range(_RUNS_TO_FORGET):
        typst.compile(b"", font_paths=_fonts())


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts shipped with the project, and no others."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )
