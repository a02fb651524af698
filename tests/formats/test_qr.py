"""QR codes: read back by an independent decoder, small, and the same every time."""

import re

import pytest
import zxingcpp
from PIL import Image
from qrcode.main import QRCode

from registry.formats.qr import QUIET_ZONE, qr_rows, qr_svg, qr_svgs

CARD_ADDRESS = "HTTPS://THE.CDS.EXAMPLE.VN/T/7KQ2M4XW9A3BCDEF"


def modules_of(text: str) -> list[list[bool]]:
    return [[module == "1" for module in row] for row in qr_rows(text)]


def decoded(matrix: list[list[bool]]) -> str:
    """Draw the matrix four pixels a module with its quiet zone, and read it."""
    size = len(matrix) + 2 * QUIET_ZONE
    image = Image.new("L", (size, size), 255)
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                image.putpixel((column + QUIET_ZONE, row + QUIET_ZONE), 0)
    barcode = zxingcpp.read_barcode(image.resize((size * 4, size * 4), Image.Resampling.NEAREST))
    assert barcode is not None
    return str(barcode.text)


@pytest.mark.parametrize(
    "text",
    [CARD_ADDRESS, "https://cds.example.vn/t/abcDEF-_09", "Thẻ của bà Đặng Thị Ngọc Ánh", "7"],
)
def test_a_code_reads_back_as_its_text(text):
    assert decoded(modules_of(text)) == text


@pytest.mark.parametrize("text", [CARD_ADDRESS, CARD_ADDRESS.lower(), "A" * 300, "a" * 900])
def test_a_code_is_no_larger_than_the_library_makes_it_by_trying(text):
    by_trying = QRCode(error_correction=0)
    by_trying.add_data(text, optimize=0)
    by_trying.make()
    assert len(modules_of(text)) == len(by_trying.modules)


def test_capitals_make_a_smaller_code_than_small_letters():
    assert len(modules_of(CARD_ADDRESS)) < len(modules_of(CARD_ADDRESS.lower()))


def test_the_longest_texts_fit_and_one_character_more_is_refused():
    assert len(modules_of("A" * 3391)) == 177
    with pytest.raises(ValueError, match="3392 bytes do not fit"):
        modules_of("A" * 3392)


def test_the_drawing_has_exactly_the_dark_modules():
    matrix = modules_of(CARD_ADDRESS)
    size = len(matrix)
    drawn = [[False] * size for _ in range(size)]
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", qr_svg(CARD_ADDRESS))
    for column, row, length, back in runs:
        assert length == back
        for offset in range(int(length)):
            drawn[int(row) - QUIET_ZONE][int(column) - QUIET_ZONE + offset] = True
    assert drawn == matrix


def test_the_drawing_keeps_the_quiet_zone_and_holds_no_style_attribute():
    svg = qr_svg(CARD_ADDRESS)
    size = len(modules_of(CARD_ADDRESS)) + 8
    assert f'viewBox="0 0 {size} {size}"' in svg
    assert "style=" not in svg
    assert svg == qr_svg(CARD_ADDRESS)


def test_a_long_run_is_drawn_exactly_as_code_by_code():
    alphanumeric = "0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./: HTTPS://CDS.VN"
    texts = [
        *(f"HTTPS://CDS.VN/T/{number * 2654435761:016X}" for number in range(900)),
        *(f"https://cds.vn/t/{number * 2654435761:09x}" for number in range(100)),
        *(alphanumeric[:length] for length in (1, 2, 20, 37, 48)),
        "Thẻ của bà Đặng Thị Ngọc Ánh",
    ]
    assert len(texts) > 1_000
    assert list(qr_svgs(texts)) == [qr_svg(text) for text in texts]


def test_a_short_run_is_drawn_in_order():
    assert list(qr_svgs(["A", "B"])) == [qr_svg("A"), qr_svg("B")]
