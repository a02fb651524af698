"""The coverage report, read back as a reader and an archive would."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from registry.documents.coverage.lines import FigureLine, UncoveredUnit
from registry.documents.coverage.report import (
    CoverageReport,
    Signature,
    coverage_report_pdf,
)
from registry.documents.letterheads import Letterhead
from registry.domain.coverage import Parts, Tally
from tests.factories.coverage import tally_of
from tests.factories.pdf_reading import (
    character_boxes,
    fonts_of,
    one_line,
    page_texts,
)

MARKUP_NAME = 'A #let x = 1 $y$ *đậm* _n_ ] "q" \\ @a <b> // `c` = -'


LETTERHEAD = Letterhead(
    "UBND tỉnh Quảng Nam",
    "Sở Thông tin và Truyền thông",
    "STTTT",
    "Quảng Nam",
    written_on=date(2024, 7, 2),
)


def report(**changed) -> CoverageReport:
    facts = {
        "subtree": "tỉnh Quảng Nam",
        "as_of": date(2024, 6, 30),
        "letterhead": LETTERHEAD,
        "levels": [
            FigureLine("Sở, ban, ngành", tally_of(20, 20, 9)),
            FigureLine("UBND cấp huyện", tally_of(18, 18, 18)),
            FigureLine("Đơn vị cấp xã", tally_of(241, 234, 13)),
        ],
        "mass_organisations": FigureLine("Hội, đoàn thể cấp tỉnh", tally_of(17, 5, 0)),
        "parent_label": "huyện, thị xã, thành phố",
        "by_parent": [
            FigureLine("Thành phố Hội An", tally_of(13, 13, 1)),
            FigureLine("Huyện Nam Trà My", tally_of(10, 3, 0)),
        ],
        "uncovered": [
            UncoveredUnit(
                "20506", "Xã Trà Tập", "Huyện Nam Trà My", "0235 388 1234", "Chưa khai báo"
            ),
            UncoveredUnit("", MARKUP_NAME, "Huyện Nam Trà My", "", "Chưa khai báo"),
        ],
        "signature": Signature(("KT. Giám đốc", "Phó Giám đốc"), "Trần Văn Thử"),
        "recipients": ["UBND tỉnh (để báo cáo)", "Các sở, ban, ngành", "Lưu: VT, CĐS"],
        "basis": "Kế hoạch số 4660/KH-UBND ngày 24 tháng 6 năm 2024",
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
        "BÁO CÁO",
        "Tính đến ngày 30 tháng 6 năm 2024",
    ):
        assert words in text
    assert re.search("Số: +/BC-STTTT", text)
    assert re.search("Quảng Nam, ngày +tháng 7 năm 2024", text)


@pytest.mark.parametrize(
    "issuer",
    ["Sở Khoa học và Công nghệ", "Ban Quản lý các Khu kinh tế và Khu công nghiệp tỉnh Quảng Nam"],
)
def test_the_name_of_the_country_stays_on_one_line_whoever_issues(issuer):
    letterhead = Letterhead("Ủy ban nhân dân thành phố Đà Nẵng", issuer, "", "Thành phố Đà Nẵng")
    first_page = page_texts(coverage_report_pdf(report(letterhead=letterhead)))[0]
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in first_page
    assert "Độc lập - Tự do - Hạnh phúc" in first_page
    assert "/BC-…" in first_page


def test_a_date_that_does_not_fit_beside_its_place_goes_to_the_next_line_whole():
    letterhead = Letterhead(
        "", "Sở Khoa học và Công nghệ", "SKHCN", "Thành phố Hồ Chí Minh", date(2026, 11, 29)
    )
    first_page = page_texts(coverage_report_pdf(report(letterhead=letterhead)))[0]
    assert re.search(r"Thành phố Hồ Chí Minh, *\n?ngày +tháng 11 năm 2026", first_page)


def test_both_standards_stand_side_by_side_and_mass_organisations_outside_the_total():
    text = one_line(" ".join(page_texts(coverage_report_pdf(report()))))
    said = "272/279 đơn vị có đầu mối theo văn bản của đơn vị hiện nay; 7 chưa có."
    assert said in text
    assert (
        "Có đầu mối (mục III.1b): 272/279 đơn vị, đạt 97,5%, trong đó 272 chưa đối chiếu văn bản."
        in text
    )
    strict = (
        "Có bộ phận hoặc cán bộ chuyên trách (mục IV.2): 40/279 đơn vị, đạt 14,3%,"
        " trong đó 40 chưa đối chiếu văn bản."
    )
    assert strict in text
    assert "Đơn vị cấp xã 241 234/241 97,1% 7 13/241 5,4%" in text
    assert "Tổng số 279 272/279 97,5% 7 40/279 14,3%" in text
    assert "Hội, đoàn thể cấp tỉnh (ngoài tổng số) 17 5/17 29,4% 12 0/17 0%" in text
    assert "Huyện Nam Trà My 10 3/10 30,0% 7 0/10 0%" in text
    assert "Cộng 23 16/23 69,6% 7 1/23 4,3%" in text


def test_what_rests_on_assignments_from_before_a_reorganisation_is_told_apart():
    counts = Tally(
        Parts(current=14, carried_over=70, carried_over_overdue=6, none=17),
        Parts(current=3, none=104),
        by_other_papers=2,
        any_unchecked=60,
    )
    text = one_line(
        " ".join(page_texts(coverage_report_pdf(report(levels=[FigureLine("Cấp xã", counts)]))))
    )
    assert (
        "14/107 đơn vị có đầu mối theo văn bản của đơn vị hiện nay; 76 theo phân công trước sắp"
        " xếp (trong đó 6 quá hạn chuyển tiếp); 17 chưa có."
    ) in text
    assert (
        "trong đó 60 chưa đối chiếu văn bản; 70 chuyển tiếp, chờ quyết định mới;"
        " 2 bằng văn bản khác."
    ) in text
    assert "Cấp xã 107 84/107 (78,5%) 14 70 6 17 3/107 (2,8%)" in text


def test_no_percentage_is_printed_where_a_unit_is_unknown():
    counts = Tally(Parts(current=1, none=1, unknown=2), Parts(none=2, unknown=2))
    text = one_line(
        " ".join(page_texts(coverage_report_pdf(report(levels=[FigureLine("Cấp xã", counts)]))))
    )
    assert "1/4 đơn vị có đầu mối theo văn bản của đơn vị hiện nay; 1 chưa có; 2 chưa có số" in text
    assert "Cấp xã 4 1/4 1 2 0/4" in text
    assert "Có đầu mối (mục III.1b): 1/4 đơn vị, trong đó 0 chưa đối chiếu văn bản." in text


def test_the_annex_lists_the_units_without_a_focal_point():
    annex = one_line(page_texts(coverage_report_pdf(report()))[-1])
    origin = "/BC-STTTT ngày tháng 7 năm 2024 của Sở Thông tin và Truyền thông)"
    assert annex.startswith("Phụ lục DANH SÁCH ĐƠN VỊ CHƯA CÓ ĐẦU MỐI CHUYỂN ĐỔI SỐ")
    assert origin in annex
    assert "STT Mã Đơn vị Trực thuộc Điện thoại Ghi chú" in annex
    assert "1 20506 Xã Trà Tập Huyện Nam Trà My 0235 388 1234 Chưa khai báo" in annex
    assert MARKUP_NAME in annex


def test_a_report_that_misses_nobody_has_no_annex():
    complete = report(levels=[FigureLine("Sở, ban, ngành", tally_of(20, 20, 20))], uncovered=[])
    text = one_line(" ".join(page_texts(coverage_report_pdf(complete))))
    assert (
        "Cả 20 đơn vị thuộc diện phải bố trí đã có đầu mối theo văn bản của đơn vị hiện nay."
        in text
    )
    assert "Không có đơn vị nào chưa có đầu mối." in text
    assert "Phụ lục" not in text


def test_nothing_to_count_is_a_dash_and_never_a_percentage():
    empty = report(levels=[], mass_organisations=None, by_parent=[], uncovered=[])
    text = one_line(" ".join(page_texts(coverage_report_pdf(empty))))
    assert "Tổng số 0 0/0 – 0 0/0 –" in text
    assert "Không có đơn vị nào thuộc diện phải bố trí đầu mối." in text
    assert "Bảng 2" not in text
    assert "V.6a" not in text


def test_one_missing_unit_never_reads_as_the_whole():
    nearly = report(levels=[FigureLine("Tổ", tally_of(10_000, 9_999, 9_999))])
    text = one_line(" ".join(page_texts(coverage_report_pdf(nearly))))
    assert "9.999/10.000 đơn vị, đạt 99,9%, trong đó 9.999 chưa đối chiếu văn bản." in text


def test_pages_are_numbered_from_the_second_and_the_annex_on_its_own():
    many = [UncoveredUnit(f"{n:05}", "Xã Trà Linh", "Nam Trà My", "", "") for n in range(120)]
    districts = [FigureLine(f"Huyện thứ {n}", tally_of(10, 9, 1)) for n in range(18)]
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


def test_a_report_that_nobody_can_sign_this_month_leaves_the_whole_day_to_be_written():
    nobody = replace(LETTERHEAD, written_on=None)
    text = page_texts(coverage_report_pdf(report(letterhead=nobody)))[0]
    assert re.search(r"Quảng Nam, ngày +tháng +năm *\n", text)


@pytest.fixture(scope="module")
def grown() -> list[list[str]]:
    """Return the pages of reports that grow until their last words have left a page behind."""
    return [
        page_texts(
            coverage_report_pdf(
                report(by_parent=[FigureLine("Huyện", tally_of(10, 9, 1))] * rows, uncovered=[])
            )
        )
        for rows in range(1, 40, 2)
    ]


def test_no_page_holds_the_signature_alone(grown: list[list[str]]) -> None:
    assert len({len(pages) for pages in grown}) > 1
    for pages in grown:
        assert "Nơi nhận:" in pages[-1]
        assert "Trên đây là kết quả" in pages[-1]


def test_no_page_ends_with_the_head_of_a_table(grown: list[list[str]]) -> None:
    for pages in grown:
        for text in pages:
            lines = [line for line in text.strip().split("\n") if line.strip()]
            assert "Tỷ lệ" not in lines[-1]
            assert not lines[-1].startswith("Bảng")


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
