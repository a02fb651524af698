"""Minutes of a reorganisation: the form of Decree 30, and nothing a person typed as markup."""

from dataclasses import replace
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

from docx import Document
from docx.document import Document as WordDocument

from registry.documents.letterheads import Letterhead
from registry.documents.reorganisations.paper import Minutes, MinutesRow, UnitList, minutes_docx
from tests.factories.pdf_reading import one_line

MINUTES = Minutes(
    letterhead=Letterhead("", "UBND tỉnh Thử Nghiệm", "UBND", "Thử Nghiệm", date(2025, 2, 5)),
    decision="Nghị quyết số 12/NQ-HĐND ngày 15 tháng 01 năm 2025",
    effective_on=date(2025, 3, 1),
    applied_at=datetime(2025, 2, 4, 9, 5),  # noqa: DTZ001 - a local time, as it is printed
    applied_on=date(2025, 2, 4),
    applied_by="Trần Văn Thẩm",
    rows=[
        MinutesRow("Xã Bình Minh (mã 90101)", "Xã Bình An (mã 90109)", "hợp nhất"),
        MinutesRow("Xã Bình Đào (mã 90102)", "–", "giải thể"),
    ],
    units=[("Đơn vị cấp xã", 1241, 1233)],
    counts=[("Người", 15, 1)],
    lists=[
        UnitList("Đơn vị thành lập", [("Xã Bình An (mã 90109)", "Huyện Thăng Bình")]),
        UnitList("Đơn vị chưa có phương án", []),
    ],
)


def written(minutes: Minutes = MINUTES) -> WordDocument:
    return Document(BytesIO(minutes_docx(minutes)))


def paragraphs(document: WordDocument) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def cells(document: WordDocument) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def test_the_head_is_that_of_an_administrative_paper():
    head = cells(written())[:2]
    assert head[0] == [
        "UBND TỈNH THỬ NGHIỆM\n",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n",
    ]
    assert [one_line(text) for text in head[1]] == [
        "Số: /BB-UBND",
        "Thử Nghiệm, ngày tháng 02 năm 2025",
    ]
    assert "BIÊN BẢN" in paragraphs(written())


def test_it_is_set_on_a4_in_times_new_roman_with_page_numbers_from_the_second_page():
    document = written()
    (section,) = document.sections
    sizes = (section.page_width, section.page_height, section.left_margin)
    assert [round(size.mm) for size in sizes] == [210, 297, 30]
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert section.different_first_page_header_footer
    header = ZipFile(BytesIO(minutes_docx(MINUTES))).read("word/header1.xml").decode()
    assert 'w:instr="PAGE"' in header


def test_it_says_the_decision_the_day_and_who_applied_it():
    text = "\n".join(paragraphs(written()))
    assert "Căn cứ Nghị quyết số 12/NQ-HĐND ngày 15 tháng 01 năm 2025." in text
    assert "Hồi 09 giờ 05 phút, ngày 04 tháng 02 năm 2025, Trần Văn Thẩm" in text
    assert "có hiệu lực từ ngày 01 tháng 3 năm 2025" in text


def test_it_lists_rows_counts_and_units():
    found = cells(written())
    assert ["1", "Xã Bình Minh (mã 90101)", "Xã Bình An (mã 90109)", "hợp nhất"] in found
    assert ["Đơn vị cấp xã", "1.241", "1.233"] in found
    assert ["Người", "15", "1"] in found
    assert ["1", "Xã Bình An (mã 90109)", "Huyện Thăng Bình"] in found
    titles = paragraphs(written())
    assert "1. Nội dung sắp xếp (2 dòng)" in titles
    assert "5. Đơn vị chưa có phương án (0)" in titles
    assert "Không có." in titles


def test_the_head_of_a_long_table_stands_on_every_page():
    body = ZipFile(BytesIO(minutes_docx(MINUTES))).read("word/document.xml").decode()
    assert body.count("w:tblHeader") == 4


def test_what_a_person_typed_is_text_and_never_markup():
    wild = "</w:t><w:evil/> {{ 7 * 7 }} & \x0b\x00<b>"
    document = written(replace(MINUTES, rows=[MinutesRow(wild, wild, wild)]))
    assert ["1", *["</w:t><w:evil/> {{ 7 * 7 }} & <b>"] * 3] in cells(document)


def test_a_superior_stands_above_the_office():
    below = replace(MINUTES.letterhead, superior="UBND thành phố Đà Nẵng")
    head = cells(written(replace(MINUTES, letterhead=below)))[0]
    assert head[0] == "UBND THÀNH PHỐ ĐÀ NẴNG\nUBND TỈNH THỬ NGHIỆM\n"


def test_the_name_of_the_country_has_a_column_it_fits_on_one_line():
    """Times New Roman sets it 88 mm wide; Word goes by the cells, LibreOffice by the columns."""
    table = written().tables[0]
    assert [round(column.width.mm) for column in table.columns] == [70, 95]
    assert [[round(cell.width.mm) for cell in row.cells] for row in table.rows] == 2 * [[70, 95]]
    assert table.autofit is False


def test_the_column_of_numbers_is_narrow_for_word_and_for_libreoffice():
    table = written().tables[1]
    assert round(table.columns[0].width.mm) == 12
    assert {round(row.cells[0].width.mm) for row in table.rows} == {12}
    assert sum(round(column.width.mm) for column in table.columns) == 165


def test_the_signatures_stay_with_the_last_words_and_a_head_with_its_first_row():
    document = written()
    last_words = document.paragraphs[-1]
    assert last_words.text.endswith("cùng ký tên./.")
    assert last_words.paragraph_format.keep_with_next
    assert "w:cantSplit" in document.tables[-1].rows[0]._tr.xml  # noqa: SLF001 - as it is written
    for table in document.tables[1:-1]:
        head = [cell.paragraphs[0].paragraph_format for cell in table.rows[0].cells]
        assert all(one.keep_with_next for one in head)
        assert all("w:cantSplit" in row._tr.xml for row in table.rows)  # noqa: SLF001
