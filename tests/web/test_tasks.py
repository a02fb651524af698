"""What waits for the visitor: on the first page, beside the menu's entries, in the lists behind."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.domain.tasks import Task
from registry.models.accounts import Grant
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.models.people import Person
from tests.factories.accounts import make_account
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.statements import statements_counted
from tests.factories.tasks import BusyProvince
from tests.factories.units import START

Enter = Callable[[str], FlaskClient]
ITEM = re.compile(
    r'<li><a href="([^"]+)"><strong class="work-list__count">([\d.]+)</strong> <span>([^<]+)</span>'
)


@pytest.fixture
def busy(app: Flask) -> BusyProvince:
    busy = BusyProvince()
    db.session.commit()
    return busy


def items(page: str) -> list[tuple[str, int, str]]:
    """Return address, number and words of each kind of work on the first page."""
    return [
        (unescape(address), int(number.replace(".", "")), words)
        for address, number, words in ITEM.findall(page)
    ]


def text_of(page: str) -> str:
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def rows_of(page: str) -> int:
    """Return how many things a list shows: rows of its tables, mails, or links."""
    main = page.partition("<main")[2].partition("</main>")[0]
    rows = sum(body.count("<tr") for body in re.findall(r"<tbody>(.*?)</tbody>", main, re.DOTALL))
    return rows or main.count('class="copy-text"') or main.count("Cho phép</button>")


def menu(page: str) -> dict[str, int]:
    """Return the number beside each entry of the menu that has one."""
    entry = r'<li><a href="([^"]+)"[^>]*>[^<]+ <span class="site-nav__count">(\d+)<'
    return {address: int(count) for address, count in re.findall(entry, page)}


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.MEMBER, Role.PUBLIC)])
def test_every_number_on_the_first_page_is_the_number_of_rows_it_opens(
    busy: BusyProvince, sign_in: Enter, role: Role
) -> None:
    client = sign_in(role.value)
    found = items(client.get("/").text)
    assert bool(found) == (role is not Role.VIEWER)
    for address, number, words in found:
        answer = client.get(address)
        assert (answer.status_code, rows_of(answer.text)) == (200, number), words


def test_the_lists_are_narrowed_to_where_the_work_is_one_s_own(
    busy: BusyProvince, sign_in: Enter
) -> None:
    committee = busy.here.committee
    account = make_account(Role.VIEWER, committee, login="hai")
    account.grants.append(Grant(role=Role.UNIT_OFFICER, office_id=committee.id, valid_from=START))
    db.session.commit()
    lacking = f"/nguoi?viec={Task.PEOPLE_WITHOUT_PHONE}"
    assert "Lê Văn Không Số" in sign_in("hai").get("/nguoi").text
    assert "Lê Văn Không Số" not in sign_in("hai").get(lacking).text
    assert "Lê Văn Không Số" in sign_in(Role.REVIEWER.value).get(lacking).text


def test_work_of_others_narrows_nothing(busy: BusyProvince, sign_in: Enter) -> None:
    client = sign_in(Role.VIEWER.value)
    for asked in (Task.ROSTERS_TO_DECIDE.value, Task.PEOPLE_WITHOUT_PHONE.value, "khong-co"):
        page = client.get(f"/danh-sach?viec={asked}").text
        assert "Tất cả danh sách</h2>" in page
        assert "Chỉ gồm:" not in page


def test_a_narrowed_list_says_so_and_leads_to_all_of_it(busy: BusyProvince, sign_in: Enter) -> None:
    page = sign_in(Role.UNIT_OFFICER.value).get(f"/nguoi?viec={Task.PEOPLE_WITHOUT_PHONE}").text
    assert "Chỉ gồm: người chưa có số điện thoại · Xem tất cả" in text_of(page)
    assert '<a class="govuk-link" href="/nguoi">Xem tất cả</a>' in page


def test_the_workbook_of_a_narrowed_list_holds_the_same_rows(
    busy: BusyProvince, sign_in: Enter
) -> None:
    page = (
        sign_in(Role.UNIT_OFFICER.value)
        .get(f"/phan-cong/cho-quyet-dinh?viec={Task.ASSIGNMENTS_CARRIED_OVER}")
        .text
    )
    assert f"viec={Task.ASSIGNMENTS_CARRIED_OVER}" in page.partition(".xlsx?")[2][:80]


# --- the first page by role ---------------------------------------------------------------------


def test_an_officer_finds_what_the_own_unit_owes_before_all_else(
    busy: BusyProvince, sign_in: Enter
) -> None:
    text = text_of(sign_in(Role.UNIT_OFFICER.value).get("/").text)
    own = text.index("Xã Bình Minh Theo phân công trước sắp xếp Phân công của đơn vị")
    returned = text.index("Yêu cầu bổ sung Danh sách thành viên số 2 : Thiếu năm sinh của 3 người")
    waiting = text.index("1 danh sách được trả lại, chờ bổ sung")
    figures = text.index("theo văn bản của đơn vị hiện nay")
    assert own < returned < waiting < figures
    assert "1 đăng ký tham gia gửi đến đơn vị đang do cơ quan thẩm định xử lý" in text


def test_a_unit_without_list_telephone_and_focal_point_is_told_of_all_three(
    busy: BusyProvince, sign_in: Enter
) -> None:
    make_account(Role.UNIT_OFFICER, busy.here.other_commune, login="binhdao")
    db.session.commit()
    text = text_of(sign_in("binhdao").get("/").text)
    for owed in (
        "Đầu mối đã thôi nhiệm vụ Phân công của đơn vị",
        "Chưa lập Lập danh sách thành viên",
        "Chưa có Điện thoại của đơn vị",
    ):
        assert owed in text
    assert "1 đơn vị chưa có đầu mối CĐS hoặc quá hạn chuyển tiếp Lâu nhất: Xã Bình Đào" in text


def test_who_only_looks_has_the_figures_first(busy: BusyProvince, sign_in: Enter) -> None:
    text = text_of(sign_in(Role.VIEWER.value).get("/").text)
    assert text.index("Kết quả theo cấp") < text.index("Việc của tôi Mọi việc đã xong")


def test_who_has_nothing_to_do_is_told_so_in_one_line(busy: BusyProvince, sign_in: Enter) -> None:
    make_account(Role.VERIFIER, busy.here.other_district, login="dailoc")
    make_account(Role.APPROVER, busy.here.other_district, login="khongviec")
    db.session.commit()
    text = text_of(sign_in("dailoc").get("/").text)
    assert "Mọi việc đã xong, hiện không có gì chờ xử lý." in text
    assert items(sign_in("dailoc").get("/").text) == []


def test_a_member_finds_the_own_record_and_card_first(busy: BusyProvince, sign_in: Enter) -> None:
    account = make_account(Role.UNIT_OFFICER, busy.commune, login="thanhvien")
    db.session.delete(account.grants[0])
    db.session.get_one(Person, account.person_id).phone = None
    db.session.commit()
    text = text_of(sign_in("thanhvien").get("/").text)
    said = text.index("Xem hồ sơ của tôi · Chưa có thẻ thành viên · Chưa có số điện thoại")
    assert said < text.index("Kết quả theo cấp")


def test_the_public_sees_no_work_and_no_menu(busy: BusyProvince, client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Việc của tôi" not in page
    assert "site-nav" not in page


# --- the menu -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (
            Role.REVIEWER,
            {"/": 5, "/sap-xep-don-vi": 1, "/dang-ky/cho-xu-ly": 2, "/danh-sach": 2},
        ),
        (Role.UNIT_OFFICER, {"/": 1, "/danh-sach": 1}),
        (Role.APPROVER, {"/": 2, "/danh-sach": 1}),
        (Role.SYSTEM_ADMINISTRATOR, {"/": 1, "/thu-gui-di": 1}),
        (Role.VIEWER, {}),
    ],
)
def test_the_menu_says_how_many_steps_wait_behind_an_entry(
    busy: BusyProvince, sign_in: Enter, role: Role, expected: dict[str, int]
) -> None:
    client = sign_in(role.value)
    assert menu(client.get("/").text) == expected
    if role is Role.SYSTEM_ADMINISTRATOR:
        db.session.query(OutboxMessage).delete()
        db.session.commit()
        assert menu(client.get("/").text) == {}


def test_the_menu_costs_one_statement_a_page_and_none_where_nobody_may_act(
    busy: BusyProvince, sign_in: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = make_account(Role.UNIT_OFFICER, busy.commune, login=Role.MEMBER.value)
    db.session.delete(member.grants[0])
    db.session.commit()

    def asked(role: Role) -> int:
        client = sign_in(role.value)
        client.get("/dang-ky")
        with statements_counted() as count:
            assert client.get("/dang-ky?q=khong-co-don-vi-nao").status_code == 200
            return count()

    with_menu = {role: asked(role) for role in (Role.APPROVER, Role.MEMBER)}
    monkeypatch.setattr("registry.web.context.handed_over_by_list", dict)
    without = {role: asked(role) for role in (Role.APPROVER, Role.MEMBER)}
    assert with_menu[Role.APPROVER] - without[Role.APPROVER] == 1
    assert with_menu[Role.MEMBER] == without[Role.MEMBER]


def test_the_first_page_asks_no_more_the_more_there_is_to_do(
    busy: BusyProvince, sign_in: Enter
) -> None:
    client = sign_in(Role.REVIEWER.value)

    def asked() -> int:
        client.get("/")
        with statements_counted() as count:
            client.get("/")
            return count()

    before = asked()
    for number in range(12):
        unit = busy.here.other_commune
        make_member(f"Lê Văn Thêm {number}", unit).phone = None
        make_decision(unit, f"{number}/TTr-UBND", issued_on=None)
        make_assignment(make_member(f"Lê Chờ {number}", unit), unit, None, since=date(2024, 6, 3))
    db.session.commit()
    assert asked() == before
