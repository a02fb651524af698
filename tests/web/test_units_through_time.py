"""Units before, between and after the three reorganisations of 2025, as their officers see them."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from registry.domain.boundary_translation import NOT_SEPARABLE
from registry.domain.permissions import Role
from registry.models.base import db
from tests.conftest import BeginWith, MovableClock
from tests.factories.accounts import make_account
from tests.factories.reorganisations import LATER_NOW
from tests.factories.reorganised import unit_named

SignIn = Callable[[str], FlaskClient]
JUNE_2024, EVE, JULY = date(2024, 6, 30), date(2025, 6, 30), date(2025, 7, 2)
THEN, LAST_DAY, NOW_SHOWN = "30/06/2024", "30/06/2025", "02/07/2025"


@pytest.fixture(autouse=True)
def after_the_mergers(
    begin_with: BeginWith, request: pytest.FixtureRequest, clock: MovableClock
) -> None:
    """Let it be December 2025, with a reviewer and two officers."""

    def write() -> None:
        request.getfixturevalue("reorganised")
        science = unit_named("Sở Khoa học và Công nghệ thành phố Đà Nẵng", JULY)
        make_account(Role.REVIEWER, science, login="soat")
        make_account(Role.UNIT_OFFICER, unit_named("Xã Quế Phước", JULY), login="quephuoc")
        make_account(Role.UNIT_OFFICER, unit_named("Phường Hải Vân", JULY), login="haivan")

    begin_with("reorganised_with_officers", write)
    clock.instant = LATER_NOW


def page_of(name: str, day: date) -> str:
    return f"/don-vi/{unit_named(name, day).id}"


def words(page: str) -> str:
    """Return the text of a page in one line."""
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def row_of(page: str, name: str) -> str:
    """Return the text of the table row headed by `name`."""
    rows = re.findall(r"<tr>\s*<th scope=\"row\".*?</tr>", page, re.DOTALL)
    return next(text for text in map(words, rows) if text.strip().startswith(name))


# --- rights ----------------------------------------------------------------------------------


def test_an_officer_of_a_merged_commune_opens_the_predecessors_and_no_others(
    app: Flask, sign_in: SignIn
) -> None:
    client = sign_in("quephuoc")
    for name in ("Xã Quế Lâm", "Xã Ninh Phước", "Xã Phước Ninh"):
        answer = client.get(f"{page_of(name, EVE)}?ngay={THEN}")
        assert answer.status_code == 200
        assert name in answer.text
    for name in ("Xã Hòa Liên", "Huyện Quế Sơn", "Xã Hòa Bắc"):
        assert client.get(page_of(name, EVE)).status_code == 404
    tree = client.get(f"/don-vi?ngay={THEN}").text
    assert "Xã Quế Lâm" in tree
    assert "Xã Hòa Bắc" not in tree


def test_a_receiver_of_a_part_does_not_see_the_unit_that_was_split(
    app: Flask, sign_in: SignIn
) -> None:
    client = sign_in("haivan")
    assert client.get(page_of("Xã Hòa Bắc", EVE)).status_code == 200
    assert client.get(page_of("Xã Hòa Liên", EVE)).status_code == 404
    own = client.get(page_of("Phường Hải Vân", JULY)).text
    assert re.search(r"Sắp xếp [^<>]*một phần Xã Hòa Liên[^<>]* thành Phường Hải Vân", words(own))
    assert f'href="{page_of("Xã Hòa Liên", EVE)}' not in own
    assert f'href="{page_of("Xã Hòa Bắc", EVE)}' in own


def test_a_reviewer_of_today_sees_a_past_day_whole(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("soat")
    assert "268 /279" in words(client.get(f"/do-phu?ngay={THEN}").text)
    assert client.get(f"{page_of('Huyện Thăng Bình', EVE)}").status_code == 200


# --- a closed unit ---------------------------------------------------------------------------


def test_a_closed_unit_has_a_page_as_of_its_last_day(app: Flask, sign_in: SignIn) -> None:
    page = sign_in("soat").get(page_of("Xã Ninh Phước", EVE)).text
    said = words(page)
    assert "Kết thúc từ ngày 01/07/2025, theo Nghị quyết số 1659/NQ-UBTVQH15" in said
    assert re.search(r"Sắp xếp toàn bộ thành Xã Quế Phước ?\.", said)
    assert f"Số liệu dưới đây là của ngày cuối, {LAST_DAY}" in said
    assert page_of("Xã Quế Phước", JULY) in page
    assert "Đầu mối CĐS" in said
    assert "Thêm người" not in said
    assert "Theo Nghị quyết số 1241/NQ-UBTVQH15" in said
    assert f"Từ 01/06/2024 đến {LAST_DAY}" in said


def test_a_split_unit_names_each_part_and_a_dissolved_one_that_nothing_follows(
    app: Flask, sign_in: SignIn
) -> None:
    client = sign_in("soat")
    split = words(client.get(page_of("Xã Hòa Liên", EVE)).text)
    assert "Sắp xếp một phần thành Phường Hải Vân" in split
    assert "Sắp xếp một phần thành Phường Liên Chiểu" in split
    dissolved = words(client.get(page_of("Huyện Thăng Bình", EVE)).text)
    assert "theo Nghị quyết số 1659/NQ-UBTVQH15. Không có đơn vị kế tiếp." in dissolved


def test_a_unit_to_come_says_from_when_it_is_known(app: Flask, sign_in: SignIn) -> None:
    page = sign_in("soat").get(f"{page_of('Xã Quế Phước', JULY)}?ngay={THEN}").text
    assert "Chưa có số liệu về đơn vị này vào ngày 30/06/2024; có từ ngày 01/07/2025" in page


def test_a_successor_leads_to_its_predecessors_and_their_figures(
    app: Flask, sign_in: SignIn
) -> None:
    client = sign_in("soat")
    page = client.get(page_of("Xã Quế Phước", JULY)).text
    assert re.search(
        r"Sắp xếp toàn bộ Xã \w+ \w+ ?, Xã \w+ \w+ ?, Xã \w+ \w+ thành Xã Quế Phước", words(page)
    )
    for name in ("Xã Quế Lâm", "Xã Ninh Phước", "Xã Phước Ninh"):
        assert name in words(page)
    link = re.search(r'href="(/do-phu\?[^"]*theo=hien-nay[^"]*)"', page)
    assert link
    report = client.get(link[1].replace("&amp;", "&")).text
    assert "2/3 đơn vị cũ có đầu mối" in words(report)


def test_a_province_shows_its_counts_at_month_ends_with_the_report_behind(
    app: Flask, sign_in: SignIn
) -> None:
    page = sign_in("soat").get(f"{page_of('Tỉnh Quảng Nam', EVE)}?ngay={LAST_DAY}").text
    assert "252/264" in row_of(page, LAST_DAY)
    assert "ngay=31/05/2025" in page.replace("%2F", "/")


# --- search and the day ----------------------------------------------------------------------


@pytest.mark.parametrize("text", ["ubnd x. que phuoc", "Quế Phước", "que phuoc", "20669"])
def test_a_unit_is_found_by_short_form_name_and_code(
    app: Flask, sign_in: SignIn, text: str
) -> None:
    page = sign_in("soat").get("/don-vi", query_string={"q": text}).text
    assert "Trực thuộc" in page
    assert "Thành phố Đà Nẵng" in row_of(page, "Xã Quế Phước")


@pytest.mark.parametrize("text", ["que lam", "20692", "ubnd xa que lam"])
def test_a_former_name_says_until_when_and_leads_to_the_successor(
    app: Flask, sign_in: SignIn, text: str
) -> None:
    page = sign_in("soat").get("/don-vi", query_string={"q": text}).text
    assert f"Đơn vị cũ: Xã Quế Lâm, đến hết {LAST_DAY}" in row_of(page, "Xã Quế Phước")
    assert "01/07/2025 Xã Quế Phước" in row_of(page, "Xã Quế Lâm")


def test_the_day_is_kept_on_every_way_on(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("soat")
    commune = unit_named("Xã Ninh Phước", JUNE_2024).id
    for address in (
        "/don-vi",
        "/nguoi",
        "/do-phu",
        f"/don-vi/{commune}",
        f"/don-vi/{commune}/phan-cong",
    ):
        page = client.get(f"{address}?ngay={THEN}").text.replace("%2F", "/")
        for target in ("/don-vi", "/nguoi", "/do-phu"):
            assert f'href="{target}?ngay={THEN}"' in page, (address, target)
    assert f"/don-vi/{commune}?ngay={THEN}" in page, "back from the assignments to the unit"


def test_a_day_nobody_can_read_is_not_carried_on(app: Flask, sign_in: SignIn) -> None:
    page = sign_in("soat").get("/don-vi?ngay=31/02/2024").text
    assert 'href="/do-phu"' in page


def test_the_way_to_what_waits_for_a_decision_is_there(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("soat")
    for address in ("/do-phu", page_of("Xã Quế Phước", JULY)):
        assert 'href="/phan-cong/cho-quyet-dinh"' in client.get(address).text


def test_the_tree_of_a_province_takes_no_question_per_unit(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("soat")
    asked: list[str] = []

    def note(*call: object) -> None:
        asked.append(str(call[2]))

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    page = client.get("/don-vi").text
    event.remove(engine, "before_cursor_execute", note)
    assert "Đơn vị cấp xã (94)" in words(page)
    assert len(asked) <= 40


# --- figures in the units of today -----------------------------------------------------------


def test_the_report_offers_the_units_of_today_when_they_are_others(
    app: Flask, sign_in: SignIn
) -> None:
    client = sign_in("soat")
    page = client.get(f"/do-phu?ngay={THEN}").text
    assert "Theo đơn vị của ngày đó" in page
    assert f'href="/do-phu?ngay={THEN}&amp;theo=hien-nay"' in page.replace("%2F", "/")
    assert "Theo đơn vị hiện nay" not in client.get("/do-phu").text
    assert "Theo đơn vị hiện nay" not in client.get(f"/do-phu?ngay={NOW_SHOWN}").text


def test_a_past_day_s_report_lists_today_s_units_with_their_predecessors(
    app: Flask, sign_in: SignIn
) -> None:
    page = sign_in("soat").get(f"/do-phu?ngay={THEN}&theo=hien-nay").text
    assert "268 /279" in words(page)
    row = row_of(page, "Xã Quế Phước")
    assert "Xã Ninh Phước" in row
    assert "Xã Quế Lâm (chưa có)" in row
    assert "2/3 đơn vị cũ có đầu mối" in row
    assert "18 đơn vị cũ không có đơn vị kế tiếp, chỉ tính trong tổng số" in words(page)
    assert NOT_SEPARABLE not in page


def test_what_a_split_unit_had_is_told_for_no_receiver_but_for_the_province(
    app: Flask, sign_in: SignIn
) -> None:
    page = sign_in("soat").get(f"/do-phu?ngay={LAST_DAY}&theo=hien-nay").text
    for name in ("Phường Hải Vân", "Phường Liên Chiểu"):
        assert NOT_SEPARABLE in row_of(page, name)
    assert page.count(NOT_SEPARABLE) == 2
    assert "/318" in words(page)


def test_an_officer_sees_the_predecessors_of_the_own_unit_in_it(
    app: Flask, sign_in: SignIn
) -> None:
    own = sign_in("quephuoc").get(f"/do-phu?ngay={THEN}&theo=hien-nay").text
    assert "2 /3" in words(own)
    assert "Xã Hòa Bắc" not in own
    split = sign_in("haivan").get(f"/do-phu?ngay={LAST_DAY}&theo=hien-nay").text
    assert f"{NOT_SEPARABLE} của cả Phường Hải Vân vào ngày {LAST_DAY}: Xã Hòa Liên" in split
    foreign = unit_named("Phường Hải Vân", JULY).id
    asked = f"/do-phu?ngay={THEN}&theo=hien-nay&don-vi={foreign}"
    assert sign_in("quephuoc").get(asked).status_code == 404


def test_a_closed_unit_is_asked_for_by_the_one_in_its_place(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("soat")
    asked = "/do-phu?ngay={}&theo=hien-nay&don-vi={}"
    merged = unit_named("Xã Quế Lâm", EVE).id
    assert "Xã Quế Phước · Số liệu ngày" in words(client.get(asked.format(THEN, merged)).text)
    dissolved = unit_named("Huyện Thăng Bình", EVE).id
    page = client.get(asked.format(THEN, dissolved))
    assert page.status_code == 200
    assert "Đơn vị này không có một đơn vị kế tiếp duy nhất hiện nay" in page.text


def test_the_workbook_has_the_same_figures_as_the_page(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("soat")
    answer = client.get(f"/do-phu/bao-cao.xlsx?ngay={LAST_DAY}&theo=hien-nay")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    assert book.sheet_names == ["Theo cấp", "Theo đơn vị hiện nay", "Không có đơn vị kế tiếp"]
    levels = book.get_sheet_by_name("Theo cấp").to_python()
    assert next(row for row in levels if "Tổng số" in row)[2:4] == [318, 252]
    rows = book.get_sheet_by_name("Theo đơn vị hiện nay").to_python()
    split = next(row for row in rows if "Phường Hải Vân" in row)
    assert NOT_SEPARABLE in split
    assert "Bị chia: Xã Hòa Liên" in split
    merged = next(row for row in rows if "Xã Quế Phước" in row)
    assert "Xã Ninh Phước, Xã Phước Ninh, Xã Quế Lâm" in merged
    refused = unit_named("Huyện Thăng Bình", EVE).id
    asked = f"/do-phu/bao-cao.xlsx?ngay={THEN}&theo=hien-nay&don-vi={refused}"
    assert client.get(asked).status_code == 404


def test_each_part_of_the_headline_opens_its_list_of_earlier_units(
    app: Flask, sign_in: SignIn
) -> None:
    client = sign_in("soat")
    page = client.get(f"/do-phu?ngay={THEN}&theo=hien-nay").text
    assert "Toàn bộ 279 đơn vị phải bố trí" in words(page)
    links = {
        listed: link.replace("&amp;", "&")
        for link, listed in re.findall(
            r'href="(/do-phu/don-vi\?[^"]*xem=(chua-co|van-ban-hien-nay)(?:&[^"]*)?)"', page
        )
        if "cap=" not in link
    }
    current, none = (words(client.get(links[one]).text) for one in ("van-ban-hien-nay", "chua-co"))
    assert "268 /279 đơn vị có đầu mối theo văn bản của đơn vị khi đó" in current
    assert "11 /279" in none
    assert f"Thành phố Đà Nẵng · Số liệu ngày {THEN}, theo đơn vị hiện nay" in none
    sheet = client.get(links["chua-co"].replace("/don-vi?", "/don-vi.xlsx?"))
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert sum(isinstance(row[0], float) for row in rows) == 11


def test_a_list_of_which_a_part_cannot_be_told_says_so_and_gives_no_whole(
    app: Flask, sign_in: SignIn
) -> None:
    client = sign_in("haivan")
    asked = f"ngay={LAST_DAY}&theo=hien-nay&xem=tat-ca"
    page = words(client.get(f"/do-phu/don-vi?{asked}").text)
    why = f"{NOT_SEPARABLE} của cả Phường Hải Vân vào ngày {LAST_DAY}: Xã Hòa Liên"
    assert why in page
    assert re.search(r"\d+ /\d+", page) is None
    sheet = client.get(f"/do-phu/don-vi.xlsx?{asked}")
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert any(why in str(row[0]) for row in rows)


def test_a_row_of_a_kind_opens_the_list_of_that_kind(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("soat")
    page = client.get(f"/do-phu?ngay={THEN}&theo=hien-nay").text
    link = re.search(r'href="(/do-phu/don-vi\?[^"]*cap=commune[^"]*xem=da-dat[^"]*)"', page)
    assert link
    row = row_of(page, "Đơn vị cấp xã")
    listed = words(client.get(link[1].replace("&amp;", "&")).text)
    counts = re.search(r"(\d+)/(\d+)", row)
    assert counts
    assert f"{counts[1]} /{counts[2]} đơn vị đã có đầu mối" in listed


def test_the_paper_in_today_s_units_has_the_figures_of_the_page_and_today_s_issuer(
    app: Flask, sign_in: SignIn
) -> None:
    client = sign_in("soat")
    asked = f"/do-phu/bao-cao.pdf?ngay={THEN}&theo=hien-nay"
    document = pypdfium2.PdfDocument(client.get(asked).data)
    text = words(" ".join(page.get_textpage().get_text_range() for page in document))
    assert "268/279" in text
    assert "SỞ KHOA HỌC VÀ CÔNG NGHỆ" in text
    assert (
        "tính đến ngày 30 tháng 6 năm 2024, đối với các đơn vị khi đó nay thuộc thành phố Đà Nẵng"
    ) in text
    assert "đơn vị hiện nay" not in text
    split = unit_named("Phường Hải Vân", JULY).id
    refused = client.get(f"/do-phu/bao-cao.pdf?ngay={LAST_DAY}&theo=hien-nay&don-vi={split}")
    assert refused.status_code == 404
    assert NOT_SEPARABLE in refused.text


# --- bodies that outlived the province -------------------------------------------------------


def test_the_desk_names_the_associations_of_the_province_that_ended(
    app: Flask, sign_in: SignIn
) -> None:
    page = words(sign_in("soat").get("/sap-xep-don-vi").text)
    assert "Hội Chữ thập đỏ tỉnh Quảng Nam – Tỉnh Quảng Nam kết thúc từ ngày 01/07/2025" in page
    assert "Sở Tư pháp thành phố Đà Nẵng" not in page
