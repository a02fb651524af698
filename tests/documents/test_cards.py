"""Member cards, read back as a printer, a phone and a reader would."""

import re
from datetime import date
from functools import cache
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from registry.documents.cards import cards_pdf
from registry.domain.cards import CardFace, CardSheet
from tests.factories.pdf_reading import (
    POINTS_PER_MM,
    character_boxes,
    fonts_of,
    one_line,
    page_texts,
)

SHEET = CardSheet(issued_on=date(2024, 7, 5), check_page="https://the.cds.example.vn/t")
MARKUP_NAME = 'A #let x = 1 $y$ *đậm* _n_ ] "q" \\ @a <b> // `c` = -'
LONG_NAME = "Công Tằng Tôn Nữ Hoàng Phủ Ngọc Phương Khánh Quỳnh Như Uyên"
LONG_UNIT = (
    "Văn phòng Hội đồng nhân dân và Ủy ban nhân dân xã Quế Sơn Trung, Trung tâm Phục vụ hành"
    " chính công và chuyển đổi số phường An Khê"
)


def card(number: int = 1, **changed) -> CardFace:
    face = {
        "name": f"Đặng Thị Ngọc Ánh {number}",
        "role": "Tổ trưởng",
        "unit": "Tổ công nghệ số cộng đồng thôn Trà Linh",
        "category": "Thành viên Tổ công nghệ số cộng đồng",
        "issuer": "Ủy ban nhân dân tỉnh Quảng Nam",
        "code": f"7KQ2-M4XW-{number:04}",
        "check_address": f"HTTPS://THE.CDS.EXAMPLE.VN/T/7KQ2M4XW9A3B{number:04}",
        "valid_from": date(2024, 7, 1),
        "valid_to": date(2027, 1, 1),
    }
    return CardFace(**face | changed)


@cache
def printed(count: int) -> bytes:
    """Return the PDF of the first cards, made once."""
    return cards_pdf([card(number) for number in range(count)], SHEET)


def codes_on(document: bytes) -> list[list[str]]:
    """Return the texts of the QR codes of each page, as a 150 dpi grey print shows them."""
    pages = pypdfium2.PdfDocument(document)
    found = []
    for page in pages:
        image = page.render(scale=150 / 72, grayscale=True).to_pil()
        read = zxingcpp.read_barcodes(
            image, formats=zxingcpp.BarcodeFormat.QRCode, try_rotate=False, try_invert=False
        )
        found.append([barcode.text for barcode in read])
    pages.close()
    return found


@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (10, 1), (11, 2), (205, 21)])
def test_every_card_of_a_run_is_printed_once_and_its_code_reads_back(count, sheets):
    document = printed(count)
    found = codes_on(document)
    assert [len(codes) for codes in found] == [10] * (count // 10) + [count % 10] * (count % 10 > 0)
    assert len(found) == sheets
    assert sorted(code for codes in found for code in codes) == [
        card(number).check_address for number in range(count)
    ]


def test_the_cards_of_a_long_run_stay_in_the_order_given():
    texts = page_texts(printed(205))
    numbers = re.findall(r"7KQ2-M4XW-(\d{4})", "".join(texts))
    assert numbers == [f"{number:04}" for number in range(205)]


def test_a_card_says_who_holds_it_until_when_and_where_it_is_checked():
    text = one_line(page_texts(cards_pdf([card()], SHEET))[0])
    for words in (
        "ỦY BAN NHÂN DÂN TỈNH QUẢNG NAM",
        "THẺ THÀNH VIÊN MẠNG LƯỚI CHUYỂN ĐỔI SỐ",
        "Đặng Thị Ngọc Ánh 1",
        "Tổ trưởng",
        "Tổ công nghệ số cộng đồng thôn Trà Linh",
        "Thành viên Tổ công nghệ số cộng đồng",
        "7KQ2-M4XW-0001",
        "Có giá trị từ 01/07/2024 đến hết 31/12/2026 · Cấp ngày 05/07/2024",
        "Kiểm tra thẻ tại https://the.cds.example.vn/t",
    ):
        assert words in text


def test_a_card_without_end_says_that_it_holds_as_long_as_the_membership():
    text = one_line(page_texts(cards_pdf([card(valid_to=None)], SHEET))[0])
    assert "Có giá trị từ 01/07/2024, khi còn là thành viên · Cấp ngày 05/07/2024" in text


def test_a_sheet_is_a4_and_its_cards_have_the_size_of_a_bank_card():
    page = PdfReader(BytesIO(printed(10))).pages[0]
    assert [round(float(side) / POINTS_PER_MM) for side in page.mediabox[2:]] == [210, 297]
    scale = 300 / 25.4
    document = pypdfium2.PdfDocument(printed(10))
    image = document[0].render(scale=300 / 72).to_pil().convert("L")
    document.close()
    top_margin = image.crop((0, int(8 * scale), image.width, int(8 * scale) + 1))
    marks = [x / scale for x, value in enumerate(top_margin.tobytes()) if value < 128]
    assert marks[0] == pytest.approx(19.4, abs=0.2)
    assert marks[-1] == pytest.approx(19.4 + 2 * 85.6, abs=0.2)
    left_margin = image.crop((int(15 * scale), 0, int(15 * scale) + 1, image.height))
    marks = [y / scale for y, value in enumerate(left_margin.tobytes()) if value < 128]
    assert marks[0] == pytest.approx(13.5, abs=0.2)
    assert marks[-1] == pytest.approx(13.5 + 5 * 54, abs=0.2)


def test_markup_in_a_name_is_printed_as_it_stands():
    text = one_line(page_texts(cards_pdf([card(name=MARKUP_NAME, unit=MARKUP_NAME)], SHEET))[0])
    assert text.count(MARKUP_NAME) == 2


@pytest.mark.parametrize("field", ["name", "role", "unit", "category", "issuer"])
@pytest.mark.parametrize("content", [LONG_NAME, LONG_UNIT, "W" * 120, "Nguyễn " * 60])
def test_no_text_however_long_leaves_its_card_or_covers_the_code(field, content):
    faces = [card(number) for number in range(10)]
    faces[2] = card(2, **{field: content})
    faces[9] = card(9, **{field: content})
    before = printed(10)
    after = cards_pdf(faces, SHEET)
    (codes,) = codes_on(after)
    assert codes.count(card(9).check_address) == 1
    assert len(codes) == 10
    assert len(page_texts(after)) == 1
    for box in character_boxes(after):
        column, row = (box[0] - 19.4) // 85.6, (box[1] - 13.5) // 54
        left, top = 19.4 + column * 85.6, 13.5 + row * 54
        assert left + 2.5 < box[0]
        assert box[2] < left + 85.6 - 2.5
        assert top + 2 < box[1]
        assert box[3] < top + 54 - 1
    assert lines_at(before, 13.5 + 54 - 9) == lines_at(after, 13.5 + 54 - 9)


def lines_at(document: bytes, top: float) -> str:
    """Return the text of the nine millimetres from `top` of the first row of cards."""
    pages = pypdfium2.PdfDocument(document)
    height = pages[0].get_height()
    text = (
        pages[0]
        .get_textpage()
        .get_text_bounded(
            bottom=height - (top + 9) * POINTS_PER_MM, top=height - top * POINTS_PER_MM
        )
    )
    pages.close()
    return text


def test_a_long_name_is_set_whole_in_smaller_type():
    text = one_line(page_texts(cards_pdf([card(name=LONG_NAME, unit=LONG_UNIT)], SHEET))[0])
    assert LONG_NAME in text
    assert LONG_UNIT in text


def test_a_card_without_issuer_or_role_is_printed_all_the_same():
    document = cards_pdf([card(issuer="", role="", category="")], SHEET)
    assert codes_on(document) == [[card().check_address]]
    assert "Đặng Thị Ngọc Ánh 1" in one_line(page_texts(document)[0])


def test_the_same_cards_give_the_same_bytes_and_embedded_fonts_only():
    document = printed(205)
    assert document == cards_pdf([card(number) for number in range(205)], SHEET)
    assert fonts_of(document) == {
        "BeVietnamPro-Regular": True,
        "BeVietnamPro-SemiBold": True,
        "BeVietnamPro-Bold": True,
    }


def test_an_empty_run_is_refused():
    with pytest.raises(ValueError, match="no cards"):
        cards_pdf([], SHEET)
