"""Member cards on paper, and what is said of the units whose members may carry one."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from registry.documents.tables import Column
from registry.domain.cards import CardFace, CardSheet
from registry.domain.vietnamese.names import normalise
from registry.domain.vietnamese.writing import format_day
from registry.formats.pdf import typeset, typeset_in_parts
from registry.formats.qr import qr_svgs
from registry.queries.cards import UnitCards

CARD_TITLE = "THẺ THÀNH VIÊN MẠNG LƯỚI CHUYỂN ĐỔI SỐ"
CARDS_PER_BATCH = 200
"""Cards set by one run of Typst: twenty sheets, about 100 MB while it runs."""

COLUMNS: tuple[Column[UnitCards], ...] = (
    Column(key="unit", label="Đơn vị", value=lambda row: row.unit.located_name, width=36),
    Column(key="holders", label="Thành viên", value=lambda row: row.holders, figure=True),
    Column(key="unprinted", label="Chưa in thẻ", value=lambda row: row.unprinted, figure=True),
)


def cards_pdf(cards: Sequence[CardFace], sheet: CardSheet) -> bytes:
    """Return A4 sheets of ten cards (85.6 x 54 mm, ID-1) each, with crop marks, in the given order.

    A run of any length needs the memory of one batch and of the finished file.

    Raises:
        ValueError: there is no card to print, or a check address does not fit a QR code.

    """
    if not cards:
        raise ValueError("no cards to print")
    batches = _batches(cards, sheet)
    if len(cards) <= CARDS_PER_BATCH:
        return typeset("cards.typ", next(batches))
    return typeset_in_parts("cards.typ", CARD_TITLE, batches)


def _batches(cards: Sequence[CardFace], sheet: CardSheet) -> Iterator[dict[str, object]]:
    """Yield what the template takes for each `CARDS_PER_BATCH` cards."""
    codes = qr_svgs([card.check_address for card in cards])
    for start in range(0, len(cards), CARDS_PER_BATCH):
        yield {
            "title": CARD_TITLE,
            "check": f"Kiểm tra thẻ tại {normalise(sheet.check_page)}",
            "cards": [
                _printed_card(card, sheet) | {"qr": next(codes)}
                for card in cards[start : start + CARDS_PER_BATCH]
            ],
        }


def _printed_card(card: CardFace, sheet: CardSheet) -> dict[str, str]:
    """Return the texts of one card as the template takes them; its code is drawn beside."""
    return {
        "name": normalise(card.name),
        "role": normalise(card.role),
        "unit": normalise(card.unit),
        "category": normalise(card.category),
        "issuer": normalise(card.issuer).upper(),
        "code": normalise(card.code),
        "validity": f"{validity(card)} · Cấp ngày {format_day(sheet.issued_on)}",
    }


def validity(card: CardFace) -> str:
    """Say how long the card holds; the end is the last day on which it does."""
    beginning = f"Có giá trị từ {format_day(card.valid_from)}"
    if card.valid_to is None:
        return f"{beginning}, khi còn là thành viên"
    return f"{beginning} đến hết {format_day(card.valid_to - timedelta(days=1))}"
