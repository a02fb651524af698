"""Cards and the coverage report, read back as a printer, a phone and a reader would."""

import re
from datetime import date
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from registry.documents.coverage.report import (
    CoverageLine,
    CoverageReport,
    Letterhead,
    Signature,
    UncoveredUnit,
    coverage_report_pdf,
)
from registry.formats.pdf import CardFace, CardSheet, cards_pdf

SHEET = CardSheet(issued_on=date(2024, 7, 5), check_page="https://the.cds.example.vn/t")
POINTS_PER_MM = 72 / 25.4
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


def codes_on(document: bytes) -> list[list[str]]:
    """Return the texts of the QR codes of each page, as a 150 dpi grey print shows them."""
    pages = pypdfium2.PdfDocument(document)
    found = []
    for page in pages:
        image = page.render(scale=150 / 72).to_pil().convert("L")
        found.append([barcode.text for barcode in zxingcpp.read_barcodes(image)])
    pages.close()
    return found


def fonts_of(document: bytes) -> dict[str, bool]:
    """Return the fonts named in the file, and whether their outlines are in it."""
    embedded = {}
    for page in PdfReader(BytesIO(document)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            for descendant in font.get_object().get("/DescendantFonts", [font]):
                described = descendant.get_object()
                outlines = described.get("/FontDescriptor", DictionaryObject()).get_object()
                name = re.sub(r"^/[A-Z]{6}\+|-Identity-H$", "", described["/BaseFont"])
                embedded[name] = bool({"/FontFile", "/FontFile2", "/FontFile3"} & set(outlines))
    return embedded


@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (10, 1), (11, 2), (205, 21)])
def test_every_card_of_a_run_is_printed_once_and_its_code_reads_back(count, sheets):
    document = cards_pdf([card(number) for number in range(count)], SHEET)
    found = codes_on(document)
    assert [len(codes) for codes in found] == [10] * (count // 10) + [count % 10] * (count % 10 > 0)
    assert len(found) == sheets
    assert sorted(code for codes in found for code in codes) == [
        card(number).check_address for number in range(count)
    ]


def test_the_cards_of_a_long_run_stay_in_the_order_given():
    texts = page_texts(cards_pdf([card(number) for number in range(205)], SHEET))
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
    page = PdfReader(BytesIO(cards_pdf([card(n) for n in range(10)], SHEET))).pages[0]
    assert [round(float(side) / POINTS_PER_MM) for side in page.mediabox[2:]] == [210, 297]
    scale = 300 / 25.4
    document = pypdfium2.PdfDocument(cards_pdf([card(n) for n in range(10)], SHEET))
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
    before = cards_pdf([card(number) for number in range(10)], SHEET)
    after = cards_pdf(faces, SHEET)
    assert codes_on(after)[0].count(card(9).check_address) == 1
    assert len(codes_on(after)[0]) == 10
    assert len(page_texts(after)) == 1
    for box in character_boxes(after):
        column, row = (box[0] - 19.4) // 85.6, (box[1] - 13.5) // 54
        left, top = 19.4 + column * 85.6, 13.5 + row * 54
        assert left + 2.5 < box[0]
        assert box[2] < left + 85.6 - 2.5
        assert top + 2 < box[1]
        assert box[3] < top + 54 - 1
    assert lines_at(before, 13.5 + 54 - 9) == lines_at(after, 13.5 + 54 - 9)


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
    faces = [card(number) for number in range(205)]
    document = cards_pdf(faces, SHEET)
    assert document == cards_pdf(faces, SHEET)
    assert fonts_of(document) == {
        "BeVietnamPro-Regular": True,
        "BeVietnamPro-SemiBold": True,
        "BeVietnamPro-Bold": True,
    }


def test_an_empty_run_is_refused():
    with pytest.raises(ValueError, match="no cards"):
        cards_pdf([], SHEET)


def report(**changed) -> CoverageReport:
    facts = {
        "subtree": "tỉnh Quảng Nam",
        "as_of": date(2024, 6, 30),
        "letterhead": Letterhead(
            "UBND tỉnh Quảng Nam", "Sở Thông tin và Truyền thông", "STTTT", "Quảng Nam"
        ),
        "levels": [
            CoverageLine("Sở, ban, ngành", 20, 20, 9),
            CoverageLine("UBND cấp huyện", 18, 18, 18),
            CoverageLine("Đơn vị cấp xã", 241, 234, 13),
        ],
        "mass_organisations": CoverageLine("Hội, đoàn thể cấp tỉnh", 17, 5, 0),
        "parent_label": "huyện, thị xã, thành phố",
        "by_parent": [
            CoverageLine("Thành phố Hội An", 13, 13, 1),
            CoverageLine("Huyện Nam Trà My", 10, 3, 0),
        ],
        "uncovered": [
            UncoveredUnit("20506", "Xã Trà Tập", "Huyện Nam Trà My", "0235 388 1234"),
            UncoveredUnit("", MARKUP_NAME, "Huyện Nam Trà My", ""),
        ],
        "signature": Signature(("KT. Giám đốc", "Phó Giám đốc"), "Trần Văn Thử"),
        "recipients": ["UBND tỉnh (để báo cáo)", "Các sở, ban, ngành", "Lưu: VT, CĐS"],
        "basis": "Kế hoạch số 4660/KH-UBND ngày 24 tháng 6 năm 2024",
        "dated": date(2024, 7, 2),
    }
    return CoverageReport(**facts | changed)


def test_the_head_of_the_report_has_the_form_of_the_decree():
    lines = page_texts(coverage_report_pdf(report()))[0].split("\n")
    text = "\n".join(lines)
    assert any(line.endswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") for line in lines)
    for words in (
        "UBND TỈNH QUẢNG NAM",
        "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
        "Độc lập - Tự do - Hạnh phúc",
        "/BC-STTTT",
        "Quảng Nam, ngày 02 tháng 7 năm 2024",
        "BÁO CÁO",
        "Tính đến ngày 30 tháng 6 năm 2024",
    ):
        assert words in text


@pytest.mark.parametrize(
    "issuer",
    ["Sở Khoa học và Công nghệ", "Ban Quản lý các Khu kinh tế và Khu công nghiệp tỉnh Quảng Nam"],
)
def test_the_name_of_the_country_stays_on_one_line_whoever_issues(issuer):
    letterhead = Letterhead("Ủy ban nhân dân thành phố Đà Nẵng", issuer, "", "Thành phố Đà Nẵng")
    first_page = page_texts(coverage_report_pdf(report(letterhead=letterhead, dated=None)))[0]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in first_page
    assert "Độc lập - Tự do - Hạnh phúc" in first_page
    assert "/BC-…" in first_page


def test_a_date_that_does_not_fit_beside_its_place_goes_to_the_next_line_whole():
    letterhead = Letterhead("", "Sở Khoa học và Công nghệ", "SKHCN", "Thành phố Hồ Chí Minh")
    first_page = page_texts(coverage_report_pdf(report(letterhead=letterhead)))[0]
    assert re.search(r"Thành phố Hồ Chí Minh, *\n?ngày 02 tháng 7 năm 2024", first_page)


def test_both_standards_stand_side_by_side_and_mass_organisations_outside_the_total():
    text = one_line(" ".join(page_texts(coverage_report_pdf(report()))))
    assert "7/279 đơn vị thuộc diện phải bố trí chưa có đầu mối." in text
    assert "Có đầu mối (mục III.1b): 272/279 đơn vị, đạt 97,5 %." in text
    strict = "Có bộ phận hoặc cán bộ chuyên trách (mục IV.2): 40/279 đơn vị, đạt 14,3 %."
    assert strict in text
    assert "Đơn vị cấp xã 241 234/241 97,1 % 13/241 5,4 %" in text
    assert "Tổng số 279 272/279 97,5 % 40/279 14,3 %" in text
    assert "Hội, đoàn thể cấp tỉnh (ngoài tổng số) 17 5/17 29,4 % 0/17 0 %" in text
    assert "Huyện Nam Trà My 10 3/10 30,0 % 0/10 0 %" in text
    assert "Cộng 23 16/23 69,6 % 1/23 4,3 %" in text


def test_the_annex_lists_the_units_without_a_focal_point():
    annex = one_line(page_texts(coverage_report_pdf(report()))[-1])
    origin = "ngày 02 tháng 7 năm 2024 của Sở Thông tin và Truyền thông)"
    assert annex.startswith("Phụ lục DANH SÁCH ĐƠN VỊ CHƯA CÓ ĐẦU MỐI CHUYỂN ĐỔI SỐ")
    assert origin in annex
    assert "STT Mã Đơn vị Trực thuộc Điện thoại" in annex
    assert "1 20506 Xã Trà Tập Huyện Nam Trà My 0235 388 1234" in annex
    assert MARKUP_NAME in annex


def test_a_report_that_misses_nobody_has_no_annex():
    complete = report(levels=[CoverageLine("Sở, ban, ngành", 20, 20, 20)], uncovered=[])
    text = one_line(" ".join(page_texts(coverage_report_pdf(complete))))
    assert "Cả 20 đơn vị thuộc diện phải bố trí đã có đầu mối." in text
    assert "Không có đơn vị nào chưa có đầu mối." in text
    assert "Phụ lục" not in text


def test_nothing_to_count_is_a_dash_and_never_a_percentage():
    empty = report(levels=[], mass_organisations=None, by_parent=[], uncovered=[])
    text = one_line(" ".join(page_texts(coverage_report_pdf(empty))))
    assert "Tổng số 0 0/0 – 0/0 –" in text
    assert "Không có đơn vị nào thuộc diện phải bố trí đầu mối." in text
    assert "Bảng 2" not in text
    assert "V.6a" not in text


def test_one_missing_unit_never_reads_as_the_whole():
    nearly = report(levels=[CoverageLine("Tổ", 10_000, 9_999, 9_999)])
    text = one_line(" ".join(page_texts(coverage_report_pdf(nearly))))
    assert "9.999/10.000 đơn vị, đạt 99,9 %." in text


def test_pages_are_numbered_from_the_second_and_the_annex_on_its_own():
    many = [UncoveredUnit(f"{n:05}", "Xã Trà Linh", "Nam Trà My", "") for n in range(120)]
    districts = [CoverageLine(f"Huyện thứ {n}", 10, 9, 1) for n in range(18)]
    texts = page_texts(coverage_report_pdf(report(uncovered=many, by_parent=districts)))
    first_annex_page = next(n for n, text in enumerate(texts) if text.startswith("Phụ lục"))
    heads = [text.split("\n")[0].strip() for text in texts]
    assert heads[1:first_annex_page] == [str(n + 1) for n in range(1, first_annex_page)]
    assert heads[first_annex_page + 1 :] == [
        str(n) for n in range(2, len(texts) - first_annex_page + 1)
    ]
    assert not heads[0].isdigit()
    assert all("STT" in text for text in texts[first_annex_page:])


def test_recipients_and_signature_close_the_report():
    last = page_texts(coverage_report_pdf(report(uncovered=[])))[-1]
    for words in (
        "Nơi nhận:",
        "- UBND tỉnh (để báo cáo);",
        "- Lưu: VT, CĐS.",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "Trần Văn Thử",
    ):
        assert words in last


def test_the_day_of_signing_is_left_to_be_written_when_the_report_is_not_dated():
    text = page_texts(coverage_report_pdf(report(dated=None)))[0]
    assert re.search(r"Quảng Nam, ngày +tháng +năm *\n", text)


def test_the_margins_are_those_of_the_decree():
    boxes = character_boxes(coverage_report_pdf(report()))
    assert min(box[0] for box in boxes) >= 29.5
    assert max(box[2] for box in boxes) <= 210 - 14.5
    assert min(box[1] for box in boxes) >= 19
    assert max(box[3] for box in boxes) <= 297 - 19


def test_the_report_is_archival_with_embedded_fonts_and_the_same_every_time():
    document = coverage_report_pdf(report())
    assert document == coverage_report_pdf(report())
    assert fonts_of(document) == {
        "Tinos-Regular": True,
        "Tinos-Bold": True,
        "Tinos-BoldItalic": True,
        "Tinos-Italic": True,
    }
    reader = PdfReader(BytesIO(document))
    assert (
        reader.metadata.title == "Báo cáo: Kết quả bố trí đầu mối chuyển đổi số của tỉnh Quảng Nam"
    )
    assert reader.trailer["/Root"]["/Lang"] == "vi"
    assert b"pdfaid:part>2<" in document


@pytest.mark.parametrize("line", [(3, 4, 0), (3, 0, 4), (3, -1, 0)])
def test_more_units_than_there_are_cannot_be_covered(line):
    with pytest.raises(ValueError, match="of 3 units"):
        CoverageLine("Sở, ban, ngành", *line)
