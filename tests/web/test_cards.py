"""Pages of cards."""

import copy
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from registry.domain.permissions import Role
from registry.domain.typed_codes import grouped
from registry.formats.qr import qr_svg
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.cards import Card, CardPrint
from registry.models.memberships import Membership
from tests.factories.accounts import make_account
from tests.factories.approvals import approve_memberships
from tests.factories.people import make_membership, make_person
from tests.factories.units import Province

Entering = Callable[[str], FlaskClient]


class Desk:
    """A commune with one approved member, and the reviewer who prints."""

    def __init__(self) -> None:
        here = Province()
        person = make_person("Trần Văn Ánh", phone="+84905123456", birth_year=1988)
        self.membership = make_membership(person, here.commune)
        approve_memberships(here.commune, self.membership)
        make_account(Role.REVIEWER, here.it_department, login="thamdinh")
        make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
        make_account(Role.MEMBER, here.commune, login="thanhvien", person=person)
        make_account(Role.MEMBER, here.commune, login="khac")
        make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
        self.unit_id = here.commune.id
        self.line_id = self.membership.line_id
        self.membership_id = self.membership.id
        db.session.commit()


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def addresses_on(pdf: bytes) -> list[str]:
    """Return what the QR codes of a PDF's pages say."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        image = page.render(scale=4).to_pil()
        found += [code.text for code in zxingcpp.read_barcodes(image)]
    document.close()
    return found


def printed(client: FlaskClient, desk: Desk) -> str:
    """Print the card and return the path its QR code leads to."""
    answer = client.post(f"/the/don-vi/{desk.unit_id}", data={"line_ids": [desk.line_id]})
    assert answer.mimetype == "application/pdf"
    (address,) = addresses_on(answer.data)
    assert address.startswith("HTTP://127.0.0.1:8000/T/")
    return address.removeprefix("HTTP://127.0.0.1:8000")


def test_the_index_names_the_unit_and_who_has_no_card_yet(desk: Desk, sign_in: Entering) -> None:
    page = sign_in("thamdinh").get("/the").text
    assert "Xã Bình Minh" in page
    assert '<td class="figure" data-label="Chưa in thẻ">1</td>' in page


def test_the_code_read_from_the_printed_card_opens_the_check_page(
    desk: Desk, sign_in: Entering, client: FlaskClient
) -> None:
    page = client.get(printed(sign_in("thamdinh"), desk)).text
    assert "Thẻ có hiệu lực" in page
    assert "Trần Văn Ánh" in page
    assert "Xã Bình Minh" in page
    for private in ("0905", "84905", "1988", "Văn phòng"):
        assert private not in page


def test_a_card_is_not_valid_on_the_next_request_after_the_membership_ended(
    desk: Desk, sign_in: Entering, client: FlaskClient
) -> None:
    path = printed(sign_in("thamdinh"), desk)
    assert "Thẻ có hiệu lực" in client.get(path).text
    db.session.rollback()
    db.session.get_one(Membership, desk.membership_id).valid_to = date(2024, 6, 30)
    db.session.commit()
    page = client.get(path).text
    assert "Thẻ không có hiệu lực" in page
    assert "Trần Văn Ánh" not in page


def test_a_revoked_an_unknown_and_a_malformed_code_read_the_same(
    desk: Desk, sign_in: Entering, client: FlaskClient
) -> None:
    reviewer = sign_in("thamdinh")
    path = printed(reviewer, desk)
    db.session.rollback()
    card_id = db.session.query(Card).one().id
    db.session.rollback()
    answer = reviewer.post(f"/the/{card_id}/thu-hoi", data={"reason": "Mất thẻ"})
    assert answer.status_code == 303
    pages = {client.get(address).text for address in (path, "/t/" + "0" * 16, "/t/khong-phai-ma")}
    assert len(pages) == 1
    assert "Thẻ không có hiệu lực" in pages.pop()


def test_a_code_typed_by_hand_leads_to_its_card(
    desk: Desk, sign_in: Entering, client: FlaskClient
) -> None:
    code = printed(sign_in("thamdinh"), desk).rsplit("/", 1)[1]
    typed = "-".join(code[start : start + 4] for start in range(0, 16, 4)).lower()
    answer = client.get("/t", query_string={"ma": typed}, follow_redirects=True)
    assert "Thẻ có hiệu lực" in answer.text


@pytest.mark.parametrize(
    "pasted",
    [
        "{code},",
        "{dashed}.",
        "{dashed}",
        "“{code}”",
        "{lower}",
        "https://vidu.gov.vn/t/{code}",
        "vidu.gov.vn/t/{lower}?fbclid=ABCDEF0123456789",
        "HTTPS://VIDU.GOV.VN:8443/T/{code}#",
    ],
)
def test_a_code_pasted_with_what_stood_around_it_leads_to_its_card(
    desk: Desk, sign_in: Entering, client: FlaskClient, pasted: str
) -> None:
    code = printed(sign_in("thamdinh"), desk).rsplit("/", 1)[1]
    dashed = "\u2011".join(code[start : start + 4] for start in range(0, 16, 4))
    typed = pasted.format(code=code, dashed=dashed, lower=code.lower())
    answer = client.get("/t", query_string={"ma": typed}, follow_redirects=True)
    assert "Thẻ có hiệu lực" in answer.text


@pytest.mark.parametrize("typed", ["7K2M", "khong phai ma", "https://vidu.gov.vn/t/"])
def test_what_cannot_be_a_code_is_said_at_the_field_with_what_was_typed(
    app: Flask, client: FlaskClient, typed: str
) -> None:
    answer = client.get("/t", query_string={"ma": typed})
    assert answer.status_code == 422
    assert "Mã chưa đúng dạng." in answer.text
    assert f'value="{typed}"' in answer.text


def test_a_member_sees_the_own_card_with_the_code_of_the_printed_one(
    desk: Desk, sign_in: Entering, client: FlaskClient
) -> None:
    path = printed(sign_in("thamdinh"), desk)
    member = sign_in("thanhvien")
    assert 'href="/the-cua-toi"' in member.get("/ho-so-cua-toi").text
    answer = member.get("/the-cua-toi")
    assert answer.headers["Cache-Control"] == "no-store"
    assert qr_svg(f"HTTP://127.0.0.1:8000{path}") in answer.text
    assert "Trần Văn Ánh" in answer.text
    assert "Kiểm tra thẻ tại http://127.0.0.1:8000/t." in answer.text
    assert "Có giá trị từ 01/06/2024, khi còn là thành viên" in answer.text
    assert grouped(path.rsplit("/", 1)[1]) in answer.text
    assert "Thẻ có hiệu lực" in client.get(path).text


def test_nobody_sees_another_s_card_as_the_own(
    desk: Desk, sign_in: Entering, client: FlaskClient
) -> None:
    printed(sign_in("thamdinh"), desk)
    page = sign_in("khac").get("/the-cua-toi").text
    assert "Chưa có thẻ đang có hiệu lực" in page
    assert "Trần Văn Ánh" not in page
    assert client.get("/the-cua-toi").status_code == 303
    administrator = sign_in("quantri")
    assert administrator.get("/the-cua-toi").status_code == 404
    assert "Thẻ của tôi" not in administrator.get("/").text


def test_revoking_names_whose_card_it_is_before_and_after(desk: Desk, sign_in: Entering) -> None:
    reviewer = sign_in("thamdinh")
    code = printed(reviewer, desk).rsplit("/", 1)[1]
    db.session.rollback()
    address = f"/the/{db.session.query(Card).one().id}/thu-hoi"
    db.session.rollback()
    page = reviewer.get(address).text
    for words in (
        "Thu hồi thẻ của Trần Văn Ánh",
        "Xã Bình Minh",
        grouped(code),
        "30/06/2024",
        "Thẻ hết hiệu lực ngay khi thu hồi.",
    ):
        assert words in page
    page = reviewer.post(address, data={"reason": "Mất thẻ"}, follow_redirects=True).text
    assert "Đã thu hồi thẻ cấp ngày 30/06/2024 của Trần Văn Ánh, Xã Bình Minh." in page


def test_a_card_is_withdrawn_only_with_a_reason(desk: Desk, sign_in: Entering) -> None:
    reviewer = sign_in("thamdinh")
    printed(reviewer, desk)
    db.session.rollback()
    card_id = db.session.query(Card).one().id
    db.session.rollback()
    answer = reviewer.post(f"/the/{card_id}/thu-hoi", data={"reason": " "})
    assert answer.status_code == 422
    assert "Nhập lý do thu hồi." in answer.text


def test_choosing_nobody_says_so_and_prints_nothing(desk: Desk, sign_in: Entering) -> None:
    answer = sign_in("thamdinh").post(f"/the/don-vi/{desk.unit_id}", data={})
    assert answer.status_code == 422
    assert "Chọn ít nhất một thành viên để in thẻ." in answer.text
    db.session.rollback()
    assert db.session.query(Card).count() == 0


def test_eight_sendings_of_one_form_print_once_and_each_is_answered_with_the_same_cards(
    app: Flask, desk: Desk, sign_in: Entering
) -> None:
    clients = [sign_in("thamdinh")]
    clients += [copy.copy(clients[0]) for _ in range(7)]
    data = {"line_ids": [desk.line_id], "submit_key": "k" * 22}
    at_once = threading.Barrier(len(clients))

    def send(client: FlaskClient) -> TestResponse:
        at_once.wait()
        return client.post(f"/the/don-vi/{desk.unit_id}", data=data)

    with ThreadPoolExecutor(len(clients)) as threads:
        answers = list(threads.map(send, clients))
    assert {answer.mimetype for answer in answers} == {"application/pdf"}
    assert len({tuple(addresses_on(answer.data)) for answer in answers}) == 1
    db.session.rollback()
    assert len(db.session.scalars(select(Card)).all()) == 1
    assert len(db.session.scalars(select(CardPrint)).all()) == 1
    printed_events = select(AuditEvent).where(AuditEvent.action == "card.print")
    assert len(db.session.scalars(printed_events).all()) == 1


def test_a_card_revoked_since_is_not_printed_by_sending_the_old_form_again(
    desk: Desk, sign_in: Entering
) -> None:
    client = sign_in("thamdinh")
    data = {"line_ids": [desk.line_id], "submit_key": "k" * 22}
    assert client.post(f"/the/don-vi/{desk.unit_id}", data=data).status_code == 200
    db.session.rollback()
    card_id = db.session.scalars(select(Card.id)).one()
    db.session.rollback()
    client.post(f"/the/{card_id}/thu-hoi", data={"reason": "Mất thẻ"})
    assert client.post(f"/the/don-vi/{desk.unit_id}", data=data).status_code == 404
    assert db.session.scalars(select(Card.id)).all() == [card_id]


def test_who_has_a_printed_card_is_not_chosen_beforehand(desk: Desk, sign_in: Entering) -> None:
    reviewer = sign_in("thamdinh")
    address = f"/the/don-vi/{desk.unit_id}"
    assert 'value="' + desk.line_id + '" checked' in reviewer.get(address).text
    printed(reviewer, desk)
    page = reviewer.get(address).text
    assert 'value="' + desk.line_id + '" checked' not in page
    assert "Đã in" in page


def test_a_unit_officer_prints_no_cards(desk: Desk, sign_in: Entering) -> None:
    assert sign_in("canbo").get(f"/the/don-vi/{desk.unit_id}").status_code == 403
