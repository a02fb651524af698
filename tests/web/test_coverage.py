"""The coverage pages: figures and the lists behind them, as of a day, within one's scope."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from registry.domain.assignments import CountingSetting, Duty
from registry.domain.permissions import Role
from registry.domain.units.kinds import UnitKind
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.legal_bases import LegalBasis
from registry.models.units import Unit
from tests.factories.accounts import make_account
from tests.factories.coverage import make_home, make_rules, set_counting
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.units import Province, make_unit


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province of 7 headline units: one focal point, one section, one that waits."""
    here = Province()
    make_rules()
    make_home(here.province)
    make_unit("Tỉnh đoàn", UnitKind.MASS_ORGANISATION, here.province)
    make_unit("Công an tỉnh", UnitKind.CENTRAL_AGENCY, here.province, takes_part=False)
    decision = make_decision(here.province)
    make_assignment(here.section, here.it_department, decision, duty=Duty.IN_CHARGE)
    make_assignment(
        make_member("Võ Văn Bốn", here.commune), here.commune, decision, since=date(2024, 6, 20)
    )
    accountant = make_person("Đinh Thị Ánh", job_title="Kế toán")
    make_membership(accountant, here.far_commune)
    make_assignment(accountant, here.far_commune, None)
    for role, office in (
        (Role.REVIEWER, here.it_department),
        (Role.APPROVER, here.province),
        (Role.VIEWER, here.committee),
    ):
        make_account(role, office, login=role.value)
    make_account(Role.UNIT_OFFICER, here.district, login="district")
    db.session.commit()
    return here


@pytest.fixture
def reviewer(here: Province, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("reviewer")


@pytest.fixture
def officer(here: Province, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    """Return the browser of an officer of Huyện Thăng Bình."""
    return sign_in("district")


def text_of(answer: TestResponse) -> str:
    """Return what a reader sees, in one line."""
    assert answer.status_code == 200, answer.text
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("\u00a0", " ").split())


def names_in(answer: TestResponse) -> list[str]:
    """Return the units a list shows, in its order."""
    assert answer.status_code == 200, answer.text
    return re.findall(r'data-label="Đơn vị"[^>]*><a [^>]*>([^<]+)</a>', answer.text)


def sheets(answer: TestResponse) -> dict[str, list[list[object]]]:
    assert answer.status_code == 200, answer.text
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


# --- the report ------------------------------------------------------------------------------


def test_the_report_opens_with_the_number_that_matters_and_shows_both_standards(
    reviewer: FlaskClient,
) -> None:
    text = text_of(reviewer.get("/do-phu"))
    assert "2 /7 đơn vị có đầu mối theo văn bản của đơn vị hiện nay 5 chưa có" in text
    assert "Tổng số 7 2/7 (28,6%) 5 1/7 (14,3%)" in text
    assert "Hội, đoàn thể (ngoài tổng số, mục V.6a) 1 0/1 (0%) 1 0/1 (0%)" in text


def test_each_gap_shows_whom_to_call_how_long_it_is_open_and_whether_it_waits(
    reviewer: FlaskClient, here: Province
) -> None:
    page = reviewer.get("/do-phu?ngay=10/06/2024")
    said = text_of(page)
    assert (
        "Xã Bình Minh Huyện Thăng Bình 0235 300 0001 Chưa khai báo 9 ngày (từ 01/06/2024)" in said
    )
    assert "Xã Đại Minh Huyện Đại Lộc – Đã phân công, chưa có quyết định 29 ngày" in said.replace(
        "9 ngày (từ 01/06/2024)", "29 ngày"
    )
    assert "Xã Bình Đào Huyện Thăng Bình – Chưa khai báo chưa có ghi nhận" in said
    assert f'href="tel:{"+842353000001"}"' in page.text


def test_a_vertical_agency_is_named_with_its_reason_and_counted_nowhere(
    reviewer: FlaskClient,
) -> None:
    text = text_of(reviewer.get("/do-phu"))
    assert "Công an tỉnh Không thuộc diện (kiểm thử)" in text
    assert "Công an tỉnh" not in names_in(reviewer.get("/do-phu/don-vi?xem=tat-ca"))


def test_every_number_of_the_report_opens_a_list_of_that_many_units(
    reviewer: FlaskClient,
) -> None:
    page = reviewer.get("/do-phu").text
    links = re.findall(r'href="(/do-phu/don-vi\?[^"]+)">([\d.]+)(?:/[\d.]+)?</a>', page)
    assert len(links) > 15
    for address, number in links:
        assert len(names_in(reviewer.get(address.replace("&amp;", "&")))) == int(number), address


def test_the_parts_of_the_bar_open_lists_that_add_up_to_the_whole(reviewer: FlaskClient) -> None:
    page = reviewer.get("/do-phu").text
    figure = page.partition("<figure")[2].partition("</figure>")[0]
    addresses = re.findall(r'href="([^"]+)"', figure)
    lists = [names_in(reviewer.get(address.replace("&amp;", "&"))) for address in addresses]
    assert [len(names) for names in lists] == [2, 5]
    assert set().union(*lists) == set(names_in(reviewer.get("/do-phu/don-vi?xem=tat-ca")))


def test_duties_given_by_law_are_a_part_of_their_own_where_they_count(
    reviewer: FlaskClient, here: Province
) -> None:
    make_assignment(make_member("Lê Thị Thử", here.other_commune), here.other_commune, None)
    db.session.commit()
    said = text_of(reviewer.get("/do-phu"))
    assert "1 giao theo quy định, chưa có văn bản" in said
    listed = reviewer.get("/do-phu/don-vi?xem=giao-chua-co-van-ban")
    assert names_in(listed) == ["Xã Bình Đào"]
    set_counting(CountingSetting.DUTIES_BY_LAW, 1, date(2024, 6, 28))
    db.session.commit()
    said = text_of(reviewer.get("/do-phu"))
    assert (
        "2 /7 đơn vị có đầu mối theo văn bản của đơn vị hiện nay"
        " 1 giao theo quy định · 4 chưa có" in said
    )
    assert "3 đơn vị có đầu mối, trong đó 2 chưa đối chiếu văn bản" in said
    assert names_in(reviewer.get("/do-phu/don-vi?xem=giao-theo-quy-dinh")) == ["Xã Bình Đào"]
    on_papers = names_in(reviewer.get("/do-phu/don-vi?xem=van-ban-hien-nay"))
    assert on_papers == ["Xã Bình Minh", "Sở Thông tin và Truyền thông"]
    assert "2 /7 đơn vị có đầu mối" in text_of(reviewer.get("/do-phu?ngay=27/06/2024"))


def test_documents_tell_duties_given_by_law_apart(reviewer: FlaskClient, here: Province) -> None:
    make_assignment(make_member("Lê Thị Thử", here.other_commune), here.other_commune, None)
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    db.session.commit()
    text = pdf_text(reviewer.get("/do-phu/bao-cao.pdf"))
    assert (
        "2/7 đơn vị có đầu mối theo văn bản của đơn vị hiện nay; 1 giao theo quy định; 4 chưa có."
        in text
    )
    rows = sheets(reviewer.get("/do-phu/bao-cao.xlsx"))["Theo cấp"]
    heads = next(row for row in rows if "Tổng số đơn vị" in row or "Chưa có đầu mối" in row)
    total = next(row for row in rows if "Tổng số" in row)
    shown = dict(zip(heads, total, strict=True))
    assert shown["Theo văn bản của đơn vị hiện nay"] == 2.0
    assert shown["Giao theo quy định"] == 1.0
    rows = sheets(reviewer.get("/do-phu/don-vi.xlsx?xem=giao-theo-quy-dinh"))["Đơn vị"]
    assert any("Xã Bình Đào" in row and "Giao theo quy định" in row for row in rows)


def test_an_earlier_day_shows_what_was_true_then(reviewer: FlaskClient) -> None:
    assert "1 /7 đơn vị có đầu mối" in text_of(reviewer.get("/do-phu?ngay=19/06/2024"))
    assert "2 /7 đơn vị có đầu mối" in text_of(reviewer.get("/do-phu?ngay=20/06/2024"))


def test_a_day_before_the_first_known_one_says_from_when_units_are_known(
    reviewer: FlaskClient,
) -> None:
    for page in ("/do-phu", "/do-phu/don-vi"):
        text = text_of(reviewer.get(f"{page}?ngay=31/05/2024"))
        assert "Chưa có số liệu đơn vị trước ngày 01/06/2024." in text
    assert reviewer.get("/do-phu/bao-cao.pdf?ngay=31/05/2024").status_code == 404


def test_a_later_day_says_until_when_units_are_known(reviewer: FlaskClient) -> None:
    text = text_of(reviewer.get("/do-phu?ngay=15/07/2024"))
    assert "Số liệu đơn vị chỉ được biết đến ngày 30/06/2024." in text
    assert "tính theo phân công đã ghi đến nay" in text
    assert "chỉ được biết" not in text_of(reviewer.get("/do-phu?ngay=30/06/2024"))


def test_a_day_that_is_none_is_refused_in_words_at_its_box(reviewer: FlaskClient) -> None:
    text = text_of(reviewer.get("/do-phu?ngay=31/06/2024"))
    assert "Ngày không có trong lịch (31/06)" in text


def test_a_subtree_can_be_chosen_and_keeps_the_day(reviewer: FlaskClient, here: Province) -> None:
    page = reviewer.get(f"/do-phu?don-vi={here.district.id}&ngay=19/06/2024")
    assert "0 /3 đơn vị có đầu mối theo văn bản của đơn vị hiện nay 3 chưa có" in text_of(page)
    assert 'name="ngay" value="19/06/2024"' in page.text


def test_a_unit_that_did_not_exist_on_that_day_is_said_not_to(
    reviewer: FlaskClient, here: Province
) -> None:
    late = make_unit("Xã Mới", UnitKind.COMMUNE, here.district, since=date(2024, 6, 25))
    db.session.commit()
    text = text_of(reviewer.get(f"/do-phu?don-vi={late.id}&ngay=20/06/2024"))
    assert "Đơn vị này không tồn tại vào ngày 20/06/2024." in text


# --- lists -----------------------------------------------------------------------------------


def test_a_list_is_narrowed_by_level_standard_and_parent(
    reviewer: FlaskClient, here: Province
) -> None:
    assert names_in(reviewer.get("/do-phu/don-vi")) == [
        "Huyện Thăng Bình",
        "Xã Bình Đào",
        "Huyện Đại Lộc",
        "Xã Đại Minh",
        "Sở Nội vụ",
    ]
    communes = "/do-phu/don-vi?cap=commune"
    assert names_in(reviewer.get(communes)) == ["Xã Bình Đào", "Xã Đại Minh"]
    strict = reviewer.get(f"{communes}&tieu-chuan=strict&don-vi={here.district.id}")
    assert names_in(strict) == ["Xã Bình Minh", "Xã Bình Đào"]
    assert names_in(reviewer.get("/do-phu/don-vi?xem=cho-quyet-dinh")) == ["Xã Đại Minh"]
    assert "Xã Đại Minh" not in names_in(reviewer.get("/do-phu/don-vi?xem=chua-khai-bao"))
    assert "Xã Bình Đào" in names_in(reviewer.get("/do-phu/don-vi?xem=chua-khai-bao"))
    assert names_in(reviewer.get("/do-phu/don-vi?xem=kiem-nhiem")) == ["Xã Bình Minh"]
    assert names_in(reviewer.get("/do-phu/don-vi?cap=mass_organisation")) == ["Tỉnh đoàn"]


def test_a_list_is_sorted_the_vietnamese_way_both_ways(reviewer: FlaskClient) -> None:
    up = names_in(reviewer.get("/do-phu/don-vi?sort=ten"))
    assert up == ["Huyện Đại Lộc", "Huyện Thăng Bình", "Sở Nội vụ", "Xã Bình Đào", "Xã Đại Minh"]
    assert names_in(reviewer.get("/do-phu/don-vi?sort=-ten")) == up[::-1]


def test_a_list_of_many_units_is_shown_page_by_page(reviewer: FlaskClient, here: Province) -> None:
    for number in range(105):
        make_unit(f"Xã Thử {number:03}", UnitKind.COMMUNE, here.far_commune, code=f"95{number:03}")
    db.session.commit()
    first, second = (names_in(reviewer.get(f"/do-phu/don-vi?page={page}")) for page in (1, 2))
    assert (len(first), len(second)) == (100, 10)
    assert not set(first) & set(second)
    assert names_in(reviewer.get("/do-phu/don-vi?page=99")) == second


@pytest.mark.parametrize(
    "nonsense", ["cap=moon", "tieu-chuan=loose", "xem=' OR 1=1", "page=x", "sort=id;DROP"]
)
def test_a_choice_that_is_none_counts_as_not_made(reviewer: FlaskClient, nonsense: str) -> None:
    assert len(names_in(reviewer.get(f"/do-phu/don-vi?{nonsense}"))) == 5


def test_what_is_lacking_can_be_copied_as_a_message(reviewer: FlaskClient) -> None:
    page = reviewer.get("/do-phu/don-vi?cap=commune").text
    message = page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    assert message.splitlines()[:3] == [
        "Tính đến ngày 30/06/2024, Tỉnh Thử Nghiệm còn 2/3 đơn vị chưa có đầu mối:",
        "1. Xã Bình Đào – Huyện Thăng Bình",
        "2. Xã Đại Minh – Huyện Đại Lộc",
    ]
    assert "<textarea" not in reviewer.get("/do-phu/don-vi?xem=da-dat").text


def test_markup_in_a_name_stays_text(reviewer: FlaskClient, here: Province) -> None:
    make_unit("Xã <script>alert(1)</script>", UnitKind.COMMUNE, here.district, code="90109")
    db.session.commit()
    for page in ("/do-phu", "/do-phu/don-vi"):
        answer = reviewer.get(page).text
        assert "<script>alert" not in answer
        assert "&lt;script&gt;alert(1)" in answer


# --- documents -------------------------------------------------------------------------------


def test_the_workbook_has_the_totals_and_gaps_of_the_page(reviewer: FlaskClient) -> None:
    answer = reviewer.get("/do-phu/bao-cao.xlsx")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=do-phu-99-2024-06-30.xlsx"
    )
    found = sheets(answer)
    assert ["", "Tổng số", 7.0, 2.0, 0.286, 5.0, 1.0, 0.143, 2.0] in found["Theo cấp"]
    gaps = [row[2] for row in found["Chưa có đầu mối"] if isinstance(row[0], float)]
    assert gaps == names_in(reviewer.get("/do-phu/don-vi"))


def test_the_workbook_of_a_list_holds_the_list_as_filtered_and_sorted(
    reviewer: FlaskClient,
) -> None:
    query = "?cap=commune&tieu-chuan=strict&sort=-ten"
    rows = sheets(reviewer.get(f"/do-phu/don-vi.xlsx{query}"))["Đơn vị"]
    names = [row[2] for row in rows if isinstance(row[0], float)]
    assert names == names_in(reviewer.get(f"/do-phu/don-vi{query}"))
    assert names == ["Xã Đại Minh", "Xã Bình Minh", "Xã Bình Đào"]
    waiting = next(row for row in rows if row[2] == "Xã Đại Minh")
    assert waiting[6:] == [
        date(2024, 6, 1),
        29.0,
        "Chưa có đầu mối",
        "Đã phân công, chưa có quyết định",
    ]


@pytest.mark.parametrize("file", ["bao-cao.pdf", "bao-cao.xlsx", "don-vi.xlsx"])
def test_a_file_of_a_day_that_is_none_is_refused_and_not_of_another_day(
    here: Province, sign_in: Callable[[str], FlaskClient], file: str
) -> None:
    answer = sign_in(Role.REVIEWER.value).get(f"/do-phu/{file}?ngay=31/06/2024")
    assert answer.status_code == 404
    assert "Ngày không có trong lịch (31/06)" in answer.text


def pdf_text(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    document = pypdfium2.PdfDocument(answer.data)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return " ".join(" ".join(texts).replace("\u00a0", " ").split())


def test_the_report_of_a_province_is_issued_by_its_reviewing_office(
    reviewer: FlaskClient,
) -> None:
    answer = reviewer.get("/do-phu/bao-cao.pdf")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=bao-cao-do-phu-99-2024-06-30.pdf"
    )
    text = pdf_text(answer)
    assert "SỞ THÔNG TIN VÀ TRUYỀN THÔNG" in text
    assert "/BC-STTTT" in text
    assert "2/7 đơn vị có đầu mối theo văn bản của đơn vị hiện nay; 5 chưa có." in text
    assert "Xã Bình Đào Huyện Thăng Bình" in text


def test_the_report_cites_what_the_territory_has_and_else_leaves_room(
    reviewer: FlaskClient, here: Province
) -> None:
    assert re.search(r"Thực hiện \.{20,}, Sở", pdf_text(reviewer.get("/do-phu/bao-cao.pdf")))
    for citation in ("Kế hoạch số 1/KH-UBND", "Kế hoạch số 2/KH-UBND"):
        db.session.add(
            LegalBasis(
                territory_id=here.province.id, citation=citation, valid_from=date(2024, 6, 10)
            )
        )
    db.session.commit()
    text = pdf_text(reviewer.get("/do-phu/bao-cao.pdf"))
    assert "Thực hiện Kế hoạch số 1/KH-UBND; Kế hoạch số 2/KH-UBND, Sở" in text
    assert "Kế hoạch số" not in pdf_text(reviewer.get("/do-phu/bao-cao.pdf?ngay=09/06/2024"))


def test_taking_a_document_away_is_audited_without_names(
    reviewer: FlaskClient, here: Province
) -> None:
    for name in ("bao-cao.pdf", "bao-cao.xlsx", "don-vi.xlsx"):
        assert reviewer.get(f"/do-phu/{name}?ngay=20/06/2024").status_code == 200
    events = db.session.scalars(
        select(AuditEvent)
        .where(AuditEvent.action == "coverage.export")
        .order_by(AuditEvent.sequence)
    ).all()
    assert [
        (event.unit_id, event.details["format"], event.details["as_of"]) for event in events
    ] == [
        (here.province.id, "pdf", {"$day": "2024-06-20"}),
        (here.province.id, "xlsx", {"$day": "2024-06-20"}),
        (here.province.id, "xlsx", {"$day": "2024-06-20"}),
    ]


@pytest.mark.parametrize("name", ["bao-cao.pdf", "bao-cao.xlsx", "don-vi.xlsx"])
def test_no_document_reports_of_a_day_to_come(reviewer: FlaskClient, name: str) -> None:
    answer = reviewer.get(f"/do-phu/{name}?ngay=01/07/2024")
    assert answer.status_code == 404
    assert "Chưa lập được báo cáo cho ngày chưa đến." in answer.text
    for page in ("/do-phu", "/do-phu/don-vi"):
        assert f"/do-phu/{name}" not in reviewer.get(f"{page}?ngay=01/07/2024").text


# --- who may see what ------------------------------------------------------------------------

PAGES = (
    "/do-phu",
    "/do-phu/don-vi",
    "/do-phu/don-vi.xlsx",
    "/do-phu/bao-cao.xlsx",
    "/do-phu/bao-cao.pdf",
)


@pytest.mark.parametrize("login", ["approver", "viewer"])
def test_approver_and_viewer_see_the_territory(
    here: Province, sign_in: Callable[[str], FlaskClient], login: str
) -> None:
    assert "2 /7 đơn vị" in text_of(sign_in(login).get("/do-phu"))


@pytest.mark.parametrize("page", PAGES)
def test_a_visitor_is_led_to_the_sign_in_page(
    here: Province, client: FlaskClient, page: str
) -> None:
    answer = client.get(page)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/dang-nhap")


def test_an_officer_sees_the_own_subtree_and_nothing_else(officer: FlaskClient) -> None:
    text = text_of(officer.get("/do-phu"))
    assert "1 /3 đơn vị có đầu mối theo văn bản của đơn vị hiện nay 2 chưa có" in text
    for other in ("Đại Lộc", "Đại Minh", "Sở Nội vụ", "Công an tỉnh", "Tỉnh đoàn"):
        assert other not in text
    assert names_in(officer.get("/do-phu/don-vi?xem=tat-ca")) == [
        "Huyện Thăng Bình",
        "Xã Bình Minh",
        "Xã Bình Đào",
    ]
    assert "Đại Minh" not in str(sheets(officer.get("/do-phu/bao-cao.xlsx")))
    assert "Đại Minh" not in pdf_text(officer.get("/do-phu/bao-cao.pdf"))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("whose", ["other_district", "far_commune", "province"])
def test_a_unit_out_of_scope_reads_like_one_that_does_not_exist(
    officer: FlaskClient, here: Province, page: str, whose: str
) -> None:
    unit: Unit = getattr(here, whose)
    outside, unknown, nonsense = (
        officer.get(f"{page}?don-vi={number}") for number in (unit.id, 987654, "x")
    )
    assert (outside.status_code, unknown.status_code, nonsense.status_code) == (404, 404, 404)

    def body(answer: TestResponse) -> str:
        return answer.text.partition("<main")[2]

    assert body(outside) == body(unknown) == body(nonsense)


def test_reading_changes_nothing_but_audit_and_sessions(
    reviewer: FlaskClient, here: Province
) -> None:
    def rows() -> dict[str, list[object]]:
        kept = ("audit_events", "sessions")
        return {
            table.name: list(map(tuple, db.session.execute(table.select())))
            for table in db.metadata.sorted_tables
            if table.name not in kept
        }

    before = rows()
    db.session.rollback()
    for page in PAGES:
        assert reviewer.get(page).status_code == 200
    assert rows() == before


def test_a_paper_out_of_force_is_listed_also_of_a_unit_that_is_overdue(
    here: Province, sign_in: Callable[[str], FlaskClient]
) -> None:
    merged = date(2024, 6, 10)
    set_counting(CountingSetting.GRACE_DAYS, 0)
    former = make_unit("Xã Cũ", UnitKind.COMMUNE, here.district, until=merged)
    old, lapsed = make_decision(former, "7/QĐ-UBND"), make_decision(here.other_commune, "8/QĐ-UBND")
    lapsed.effective_to = merged
    holder = make_member("Lê Chuyển Tiếp", here.other_commune)
    before = make_assignment(holder, former, old, until=merged)
    after = make_assignment(holder, here.other_commune, old, since=merged)
    after.line_id = before.line_id
    make_assignment(make_member("Võ Hết Hạn", here.other_commune), here.other_commune, lapsed)
    db.session.commit()
    client = sign_in(Role.REVIEWER.value)
    name = "Xã Bình Đào"
    for listed in ("qua-han-chuyen-tiep", "het-hieu-luc"):
        assert name in client.get(f"/do-phu/don-vi?xem={listed}").text, listed
    report = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", client.get("/do-phu").text))
    assert "1 đơn vị có quyết định hết hiệu lực , kể cả đơn vị quá hạn chuyển tiếp." in report
