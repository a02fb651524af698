"""Self-registration pages: the way of a visitor without account, and of the reviewer."""

import gzip
import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from registry.app import create_app
from registry.domain.clock import Clock
from registry.domain.permissions import Role
from registry.domain.signups import SignupState
from registry.domain.units.kinds import UnitKind
from registry.models.accounts import Account
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.models.people import Person
from registry.models.signups import Signup
from registry.models.units import UnitPeriod
from registry.settings import Settings
from tests.conftest import MovableClock
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.coverage import make_home
from tests.factories.people import make_member, make_membership, make_person
from tests.factories.signups import make_signup
from tests.factories.units import Province, make_unit

TYPED = {
    "full_name": "Nguyễn Văn Thử",
    "job_title": "Công chức Văn phòng – Thống kê",
    "phone": "0905 123 456",
    "email": "thu@vidu.invalid",
    "notice_read": "y",
    "submit_key": "A" * 22,
}


@pytest.fixture
def here(app: Flask) -> Province:
    province = Province()
    db.session.commit()
    return province


@pytest.fixture
def reviewer(here: Province, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    make_account(Role.REVIEWER, here.it_department, login="thamdinh")
    db.session.commit()
    return sign_in("thamdinh")


def _saved(signup: Signup) -> Signup:
    db.session.commit()
    return signup


def _signups() -> list[Signup]:
    db.session.rollback()
    return list(db.session.scalars(select(Signup).order_by(Signup.id)))


def _main(answer: TestResponse) -> str:
    """Return the part of a page that is its own, without what differs on each load."""
    text = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    return re.sub(r'name="submit_key"[^>]*', "", text)


# --- the visitor --------------------------------------------------------------------------------


def test_the_notice_calls_the_province_what_it_is(client: FlaskClient, here: Province) -> None:
    address = f"/dang-ky/don-vi/{here.commune.id}"
    assert "thành viên Mạng lưới chuyển đổi số.</p>" in client.get(address).text
    period = here.province.periods[0]
    period.name, period.designation = "Thành phố Thử Nghiệm", "thành phố"
    make_home(here.province)
    db.session.commit()
    page = client.get(address).text
    assert "Mạng lưới chuyển đổi số của thành phố Thử Nghiệm.</p>" in page
    assert "của tỉnh" not in page


def test_a_visitor_registers_in_three_steps_without_an_account(
    client: FlaskClient, here: Province
) -> None:
    found = client.get("/dang-ky?q=xa+binh+minh")
    address = f"/dang-ky/don-vi/{here.commune.id}"
    assert f'href="{address}"' in found.text
    assert "Thông báo về dữ liệu cá nhân" in client.get(address).text
    check = client.post(address, data=TYPED)
    assert check.status_code == 200
    for shown in ("Xã Bình Minh", "Nguyễn Văn Thử", "0905 123 456", "thu@vidu.invalid"):
        assert shown in check.text
    assert _signups() == []
    sent = client.post(f"{address}/gui", data=TYPED)
    assert sent.status_code == 303
    (signup,) = _signups()
    assert sent.headers["Location"] == f"/dang-ky/trang-thai/{signup.reference_code}"
    status = client.get(sent.headers["Location"])
    assert "Đã tiếp nhận" in status.text
    assert signup.reference_code in status.text


def test_the_check_page_sends_on_exactly_what_was_typed(
    client: FlaskClient, here: Province
) -> None:
    page = client.post(f"/dang-ky/don-vi/{here.commune.id}", data=TYPED).text
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    carried |= dict(re.findall(r'name="(submit_key)" type="hidden" value="([^"]*)"', page))
    assert carried == TYPED | {"section": ""}


def test_going_back_from_the_check_page_keeps_what_was_typed(
    client: FlaskClient, here: Province
) -> None:
    page = client.post(f"/dang-ky/don-vi/{here.commune.id}", data=TYPED | {"change": "1"})
    assert page.status_code == 200
    for kept in ("Nguyễn Văn Thử", "0905 123 456", "thu@vidu.invalid", TYPED["submit_key"]):
        assert f'value="{kept}"' in page.text
    assert "checked" in page.text


def test_the_browser_may_keep_the_pages_typed_in_but_not_the_result(
    client: FlaskClient, here: Province
) -> None:
    address = f"/dang-ky/don-vi/{here.commune.id}"
    for page in (client.get(address), client.post(address, data=TYPED)):
        assert page.headers["Cache-Control"] == "private, no-cache"
    sent = client.post(f"{address}/gui", data=TYPED)
    assert client.get(sent.headers["Location"]).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"full_name": ""}, "Nhập họ và tên."),
        ({"full_name": "N" * 101}, "dài nhiều nhất 100 ký tự"),
        ({"full_name": "Nguуễn Văn Thử"}, "Chữ “у” thuộc bảng chữ cái khác"),  # noqa: RUF001 - Cyrillic
        ({"job_title": ""}, "Nhập chức vụ, chức danh."),
        ({"phone": "01689 123 456"}, "Nhập lại là 0389 123 456"),
        ({"phone": "chín không năm"}, "Số điện thoại không đúng dạng"),
        ({"email": "khong-phai-thu"}, "thư điện tử không đúng dạng"),
        ({"notice_read": ""}, "Đọc thông báo về dữ liệu cá nhân"),
    ],
)
def test_bad_input_is_told_at_the_field_and_everything_typed_is_kept(
    client: FlaskClient, here: Province, changes: dict[str, str], message: str
) -> None:
    typed = TYPED | changes
    for address in (f"/dang-ky/don-vi/{here.commune.id}", f"/dang-ky/don-vi/{here.commune.id}/gui"):
        page = client.post(address, data={name: text for name, text in typed.items() if text})
        assert page.status_code == 422
        assert message in page.text
        for name in ("full_name", "job_title", "phone", "email"):
            if typed[name]:
                assert f'value="{typed[name]}"' in page.text
    assert _signups() == []


def test_a_form_of_address_is_taken_off_and_told_before_it_is_sent(
    client: FlaskClient, here: Province
) -> None:
    address = f"/dang-ky/don-vi/{here.commune.id}"
    page = client.post(address, data=TYPED | {"full_name": "Ông Nguyễn Văn Thử"}).text
    assert "Đã bỏ “Ông” đứng trước họ tên “Nguyễn Văn Thử”." in page
    assert 'name="full_name" value="Nguyễn Văn Thử"' in page


def test_a_name_in_capitals_is_asked_about_and_sent_as_it_is_insisted_on(
    client: FlaskClient, here: Province
) -> None:
    address = f"/dang-ky/don-vi/{here.commune.id}"
    capitals = TYPED | {"full_name": "NGUYỄN VĂN THỬ"}
    asked = client.post(address, data=capitals)
    assert asked.status_code == 422
    assert "thành “Nguyễn Văn Thử”" in asked.text
    insisted = client.post(address, data=capitals | {"full_name_asked": "NGUYỄN VĂN THỬ"})
    assert insisted.status_code == 200
    carried = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', insisted.text))
    assert client.post(f"{address}/gui", data=carried | {"submit_key": "B" * 22}).status_code == 303
    (signup,) = _signups()
    assert signup.full_name == "NGUYỄN VĂN THỬ"


@pytest.mark.parametrize(
    ("mail", "why"),
    [
        ("thử@vidu.invalid", "chữ có dấu"),
        ("thu.@vidu.invalid", "ngay trước hoặc ngay sau dấu @"),
        ("thu..hai@vidu.invalid", "hai dấu chấm liền nhau"),
        ("thu@@vidu.invalid", "đúng một dấu @"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_at_its_field(
    client: FlaskClient, here: Province, mail: str, why: str
) -> None:
    page = client.post(f"/dang-ky/don-vi/{here.commune.id}", data=TYPED | {"email": mail})
    assert page.status_code == 422
    assert why in page.text


def test_sending_twice_makes_one_request_and_leads_to_the_same_page(
    client: FlaskClient, here: Province
) -> None:
    address = f"/dang-ky/don-vi/{here.commune.id}/gui"
    answers = [client.post(address, data=TYPED) for _ in range(3)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(_signups()) == 1


def test_fields_nobody_declared_change_nothing(client: FlaskClient, here: Province) -> None:
    extra = {"state": "accepted", "unit_id": here.far_commune.id, "person_id": 1, "id": 77}
    client.post(f"/dang-ky/don-vi/{here.commune.id}/gui", data=TYPED | extra)
    (signup,) = _signups()
    assert (signup.state, signup.unit_id, signup.person_id) == (
        SignupState.RECEIVED,
        here.commune.id,
        None,
    )
    assert signup.id != 77


def test_a_known_persons_telephone_and_mail_get_the_same_answers_as_new_ones(
    client: FlaskClient, here: Province
) -> None:
    known = make_person("Nguyễn Văn Thử", phone="+84905123456", email="thu@vidu.invalid")
    make_membership(known, here.commune)
    db.session.commit()
    pages = []
    for name, phone, mail, key in (
        ("Nguyễn Văn Thử", "0905 123 456", "thu@vidu.invalid", "B" * 22),
        ("Phan Thị Mới", "0905 999 888", "moi@vidu.invalid", "C" * 22),
    ):
        typed = TYPED | {"full_name": name, "phone": phone, "email": mail, "submit_key": key}
        check = client.post(f"/dang-ky/don-vi/{here.commune.id}", data=typed)
        sent = client.post(f"/dang-ky/don-vi/{here.commune.id}/gui", data=typed)
        status = client.get(sent.headers["Location"])
        code = sent.headers["Location"].rsplit("/", 1)[1]
        plain = _main(check).replace(name, "…").replace(phone, "…").replace(mail, "…")
        pages.append((check.status_code, plain, sent.status_code, _main(status).replace(code, "…")))
    assert pages[0] == pages[1]


def test_a_unit_out_of_scope_reads_like_one_that_does_not_exist(
    client: FlaskClient, here: Province
) -> None:
    out_of_scope = client.get(f"/dang-ky/don-vi/{here.committee.id}")
    missing = client.get("/dang-ky/don-vi/999999")
    assert (out_of_scope.status_code, missing.status_code) == (404, 404)
    assert _main(out_of_scope) == _main(missing)


@pytest.mark.parametrize("state", list(SignupState))
def test_the_status_page_shows_state_unit_and_day_and_nothing_about_the_person(
    client: FlaskClient, here: Province, state: SignupState
) -> None:
    words = {
        SignupState.RECEIVED: "Đã tiếp nhận",
        SignupState.COMPLETION_ASKED: "Yêu cầu bổ sung",
        SignupState.ACCEPTED: "Đã chấp nhận",
        SignupState.DECLINED: "Không chấp nhận",
    }
    signup = _saved(
        make_signup(
            here.commune, "Lê Kín Tiếng", email="kin@vidu.invalid", state=state, reason="Vì"
        )
    )
    page = client.get(f"/dang-ky/trang-thai/{signup.reference_code}")
    for shown in (words[state], "Xã Bình Minh", "20/06/2024"):
        assert shown in page.text
    for hidden in ("Kín Tiếng", "kin@vidu.invalid", signup.phone[3:], signup.job_title):
        assert hidden not in page.text


def test_unknown_and_malformed_codes_read_the_same(client: FlaskClient, here: Province) -> None:
    unknown = client.get("/dang-ky/trang-thai/7K2M-94QX-00AB-CDEF")
    malformed = client.get("/dang-ky/trang-thai/khong-phai-ma")
    assert (unknown.status_code, malformed.status_code) == (404, 404)
    assert _main(unknown) == _main(malformed)


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/dang-ky?q=", "Nhập một phần tên đơn vị"),
        ("/dang-ky/trang-thai?ma=", "Nhập mã hồ sơ"),
        ("/t?ma=", "Nhập mã in dưới mã QR"),
    ],
)
def test_an_empty_search_says_what_to_type_and_a_fresh_one_does_not(
    client: FlaskClient, here: Province, address: str, asked: str
) -> None:
    assert asked in client.get(address).text
    assert asked not in client.get(address.partition("?")[0]).text


def test_a_code_typed_with_spaces_in_small_letters_leads_to_its_page(
    client: FlaskClient, here: Province
) -> None:
    signup = _saved(make_signup(here.commune))
    typed = signup.reference_code.lower().replace("-", "+")
    answer = client.get(f"/dang-ky/trang-thai?ma={typed}")
    assert answer.headers["Location"] == f"/dang-ky/trang-thai/{signup.reference_code}"
    wrong = client.get("/dang-ky/trang-thai?ma=abc")
    assert wrong.status_code == 422
    assert "Mã chưa đúng dạng." in wrong.text
    unknown = client.get("/dang-ky/trang-thai?ma=0000-0000-0000-0000")
    assert unknown.status_code == 422
    assert "Không tìm thấy đăng ký" in unknown.text


def test_a_request_sent_back_is_completed_on_its_status_page(
    client: FlaskClient, here: Province
) -> None:
    signup = _saved(
        make_signup(here.commune, state=SignupState.COMPLETION_ASKED, reason="Ghi rõ chức danh.")
    )
    address = f"/dang-ky/trang-thai/{signup.reference_code}"
    assert "Ghi rõ chức danh." in client.get(address).text
    refused = client.post(f"{address}/bo-sung", data=TYPED | {"phone": "12"})
    assert refused.status_code == 422
    assert 'value="Nguyễn Văn Thử"' in refused.text
    for _ in range(2):
        answer = client.post(f"{address}/bo-sung", data=TYPED)
        assert answer.headers["Location"] == address
    (completed,) = _signups()
    assert completed.state is SignupState.RECEIVED
    assert completed.phone == "+84905123456"


def test_what_was_typed_stays_out_of_addresses_and_audit(
    client: FlaskClient, here: Province
) -> None:
    sent = client.post(f"/dang-ky/don-vi/{here.commune.id}/gui", data=TYPED)
    assert "905" not in sent.headers["Location"]
    details = [str(event.details) for event in db.session.scalars(select(AuditEvent))]
    assert not any("905123456" in text or "Thử" in text for text in details)


def test_looking_writes_nothing(client: FlaskClient, here: Province) -> None:
    signup = _saved(make_signup(here.commune))
    before = db.session.scalar(select(func.count()).select_from(AuditEvent))
    db.session.rollback()
    for address in (
        "/dang-ky",
        "/dang-ky?q=binh",
        f"/dang-ky/don-vi/{here.commune.id}",
        f"/dang-ky/trang-thai/{signup.reference_code}",
    ):
        assert client.get(address).status_code == 200
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == before
    assert len(_signups()) == 1


def test_public_pages_are_light_and_need_three_requests(
    client: FlaskClient, here: Province
) -> None:
    signup = _saved(make_signup(here.commune, state=SignupState.COMPLETION_ASKED, reason="Vì"))
    address = f"/dang-ky/don-vi/{here.commune.id}"
    pages = [
        client.get("/dang-ky?q=binh"),
        client.get(address),
        client.post(address, data=TYPED),
        client.get(f"/dang-ky/trang-thai/{signup.reference_code}"),
    ]
    for page in pages:
        parts = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
        assert len(parts) <= 2
        weight = len(gzip.compress(page.data))
        for part in parts:
            with client.get(part) as answer:
                weight += len(gzip.compress(answer.data))
        assert weight <= 30 * 1024
        assert "<script" not in page.text


def test_the_eleventh_request_in_a_minute_is_refused_in_words(
    settings: Settings, here: Province, clock: MovableClock
) -> None:
    app = create_app(
        settings,
        Clock(clock.read),
        TESTING=True,
        WTF_CSRF_ENABLED=False,
        RATELIMIT_ENABLED=True,
    )
    client = app.test_client()
    address = f"/dang-ky/don-vi/{here.commune.id}/gui"
    answers = [client.post(address, data=TYPED) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert "Chờ một phút" in answers[-1].text


# --- the reviewer -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.UNIT_OFFICER, Role.APPROVER, Role.VERIFIER])
def test_others_cannot_open_the_queue(
    here: Province, sign_in: Callable[[str], FlaskClient], role: Role
) -> None:
    office = {Role.APPROVER: here.province, Role.VERIFIER: here.district}.get(role, here.commune)
    make_account(role, office, login="khac")
    signup = _saved(make_signup(here.commune))
    client = sign_in("khac")
    for address in ("/dang-ky/cho-xu-ly", f"/dang-ky/cho-xu-ly/{signup.id}"):
        assert client.get(address).status_code == 403
    assert client.post(f"/dang-ky/cho-xu-ly/{signup.id}/chap-nhan").status_code == 403


def test_the_queue_counts_what_waits_and_shows_warnings(
    reviewer: FlaskClient, here: Province
) -> None:
    make_member("Nguyễn Văn Khải", here.commune)
    make_signup(here.commune, "Nguyễn Văn Khai")
    make_signup(here.far_commune, "Trần Khánh Lam")
    _saved(make_signup(here.commune, "Lê Đã Xong", state=SignupState.ACCEPTED))
    page = reviewer.get("/dang-ky/cho-xu-ly").text
    assert re.search(r'headline__figure">2</span>', page)
    assert "Trùng họ tên với “Nguyễn Văn Khải” nếu không tính dấu." in page
    assert "Lê Đã Xong" not in page
    assert "Lê Đã Xong" in reviewer.get("/dang-ky/cho-xu-ly?trang-thai=accepted").text


def test_the_queue_is_narrowed_by_unit_and_by_warning(
    reviewer: FlaskClient, here: Province
) -> None:
    make_member("Nguyễn Văn Khải", here.commune)
    make_signup(here.commune, "Nguyễn Văn Khai")
    _saved(make_signup(here.far_commune, "Trần Khánh Lam"))

    def names(query: str) -> set[str]:
        page = reviewer.get(f"/dang-ky/cho-xu-ly?{query}").text
        return {name for name in ("Nguyễn Văn Khai", "Trần Khánh Lam") if f">{name}</a>" in page}

    assert names(f"don-vi={here.commune.id}") == {"Nguyễn Văn Khai"}
    assert names("canh-bao=co") == {"Nguyễn Văn Khai"}
    assert names("canh-bao=khong") == {"Trần Khánh Lam"}
    assert names("don-vi=x&canh-bao=y&trang-thai=z") == {"Nguyễn Văn Khai", "Trần Khánh Lam"}


def test_the_list_is_taken_away_as_shown_and_that_is_audited(
    reviewer: FlaskClient, here: Province
) -> None:
    there = Province()
    make_signup(there.commune, "Người Tỉnh Khác")
    make_signup(here.far_commune, "Trần Khánh Lam", phone="+84905123456")
    _saved(make_signup(here.commune, "Nguyễn Văn Khai"))
    file = reviewer.get(f"/dang-ky/cho-xu-ly/tep-excel?don-vi={here.far_commune.id}")
    assert "dang-ky-2024-06-30.xlsx" in file.headers["Content-Disposition"]
    (sheet,) = CalamineWorkbook.from_filelike(io.BytesIO(file.data)).sheet_names
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_name(sheet)
    text = str(rows.to_python())
    assert "Trần Khánh Lam" in text
    assert "0905 123 456" in text
    assert "Nguyễn Văn Khai" not in text
    assert "Người Tỉnh Khác" not in text
    db.session.rollback()
    (event,) = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "signup.export")
    ).all()
    assert event.details == {"rows": 1}


def test_a_request_of_another_province_is_nowhere(reviewer: FlaskClient, here: Province) -> None:
    there = Province()
    signup = _saved(make_signup(there.commune, "Người Tỉnh Khác"))
    assert "Người Tỉnh Khác" not in reviewer.get("/dang-ky/cho-xu-ly").text
    for address in ("", "/yeu-cau-bo-sung", "/khong-chap-nhan"):
        hidden = reviewer.get(f"/dang-ky/cho-xu-ly/{signup.id}{address}")
        missing = reviewer.get(f"/dang-ky/cho-xu-ly/999999{address}")
        assert hidden.status_code == missing.status_code == 404
        assert _main(hidden) == _main(missing)
    answer = reviewer.post(f"/dang-ky/cho-xu-ly/{signup.id}/khong-chap-nhan", data={"reason": "Vì"})
    assert answer.status_code == 404
    assert _signups()[-1].state is SignupState.RECEIVED


def _accept(client: FlaskClient, signup: Signup, **choices: object) -> TestResponse:
    data = {
        "version": signup.version,
        "attach": "new",
        "role": "member",
        "member_role": "member",
        "valid_from": "30/06/2024",
        "submit_key": "D" * 22,
    } | choices
    return client.post(f"/dang-ky/cho-xu-ly/{signup.id}/chap-nhan", data=data)


def test_accepting_shows_a_link_that_sets_the_password(
    reviewer: FlaskClient, here: Province, app: Flask
) -> None:
    signup = _saved(make_signup(here.commune, "Nguyễn Văn Thử", phone="+84905123456"))
    page = reviewer.get(f"/dang-ky/cho-xu-ly/{signup.id}").text
    assert re.search(r'name="attach"[^>]*value="new" checked', page)
    done = _accept(reviewer, signup)
    assert done.status_code == 200
    assert "dùng một lần" in done.text
    link = re.search(r"http://127\.0\.0\.1:8000(/dat-mat-khau/[\w-]+)", done.text)
    assert link is not None
    db.session.rollback()
    message = db.session.scalars(select(OutboxMessage)).one()
    assert message.body is not None
    assert link.group() in message.body
    visitor = app.test_client()
    entered = visitor.post(link.group(1), data={"password": PASSWORD, "repeated": PASSWORD})
    assert entered.status_code == 303
    assert visitor.get("/dang-ky/cho-xu-ly").status_code == 403


def test_the_mail_of_an_accepted_request_goes_to_the_address_given_in_it(
    reviewer: FlaskClient, here: Province
) -> None:
    make_signup(here.other_commune, email="khac@vidu.invalid", phone="+84905999888")
    signup = make_signup(here.commune, email="thu@vidu.invalid")
    _accept(reviewer, _saved(signup))
    reviewer.post(f"/dang-ky/cho-xu-ly/{signup.id}/lien-ket")
    db.session.rollback()
    recipients = db.session.scalars(select(OutboxMessage.recipient)).all()
    assert recipients == ["thu@vidu.invalid"] * 2


def test_a_second_click_leads_to_the_request_and_not_to_a_second_person(
    reviewer: FlaskClient, here: Province
) -> None:
    signup = _saved(make_signup(here.commune, "Nguyễn Văn Thử"))
    _accept(reviewer, signup)
    again = _accept(reviewer, signup)
    assert again.status_code == 303
    assert again.headers["Location"] == f"/dang-ky/cho-xu-ly/{signup.id}"
    db.session.rollback()
    named = select(func.count()).select_from(Person).where(Person.full_name == "Nguyễn Văn Thử")
    assert db.session.scalar(named) == 1


def test_a_lost_link_is_made_anew_from_the_accepted_request(
    reviewer: FlaskClient, here: Province
) -> None:
    signup = _saved(make_signup(here.commune))
    first = re.search(r"/dat-mat-khau/[\w-]+", _accept(reviewer, signup).text)
    assert "Tạo liên kết đặt mật khẩu mới" in reviewer.get(f"/dang-ky/cho-xu-ly/{signup.id}").text
    renewed = reviewer.post(f"/dang-ky/cho-xu-ly/{signup.id}/lien-ket")
    second = re.search(r"/dat-mat-khau/[\w-]+", renewed.text)
    assert first is not None
    assert second is not None
    assert first.group() != second.group()
    assert reviewer.get(first.group()).status_code == 404
    assert reviewer.get(second.group()).status_code == 200


def test_with_warnings_the_reviewer_must_choose_whose_record_it_is(
    reviewer: FlaskClient, here: Province
) -> None:
    person = make_member("Nguyễn Văn Khải", here.commune)
    signup = _saved(make_signup(here.commune, "Nguyễn Văn Khai"))
    page = reviewer.get(f"/dang-ky/cho-xu-ly/{signup.id}").text
    assert f'value="{person.id}"' in page
    assert f'href="/nguoi/{person.id}"' in page
    assert not re.search(r'name="attach"[^>]*checked', page)
    refused = _accept(reviewer, signup, attach="")
    assert refused.status_code == 422
    assert "Chọn lập hồ sơ mới, hoặc gắn vào một hồ sơ đang có." in refused.text


def test_attaching_takes_over_only_what_was_ticked(reviewer: FlaskClient, here: Province) -> None:
    person = make_person("Nguyễn Văn Khải", phone="+84905000111", email="cu@vidu.invalid")
    make_membership(person, here.commune)
    signup = _saved(
        make_signup(here.commune, "Nguyễn Văn Khai", phone="+84905123456", email="moi@vidu.invalid")
    )
    done = _accept(reviewer, signup, attach=str(person.id), take_over=["phone"])
    assert "đã là thành viên của đơn vị từ trước" in done.text
    db.session.rollback()
    assert (person.phone, person.email) == ("+84905123456", "cu@vidu.invalid")


def test_a_person_not_shown_cannot_be_attached_to(reviewer: FlaskClient, here: Province) -> None:
    stranger = make_member("Phan Không Liên Quan", here.far_commune)
    signup = _saved(make_signup(here.commune))
    answer = _accept(reviewer, signup, attach=str(stranger.id))
    assert answer.status_code == 422
    assert _signups()[0].state is SignupState.RECEIVED


def test_taking_over_into_a_new_record_is_refused(reviewer: FlaskClient, here: Province) -> None:
    signup = _saved(make_signup(here.commune))
    answer = _accept(reviewer, signup, take_over=["phone"])
    assert answer.status_code == 422
    assert _signups()[0].state is SignupState.RECEIVED


@pytest.mark.parametrize("role", ["system_administrator", "approver", "reviewer", ""])
def test_a_forged_role_is_refused(reviewer: FlaskClient, here: Province, role: str) -> None:
    signup = _saved(make_signup(here.commune))
    assert _accept(reviewer, signup, role=role).status_code == 422
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1


def test_an_accepted_officer_gets_the_unit(
    reviewer: FlaskClient, here: Province, sign_in: Callable[[str], FlaskClient], app: Flask
) -> None:
    signup = _saved(make_signup(here.commune, phone="+84905123456"))
    link = re.search(r"/dat-mat-khau/[\w-]+", _accept(reviewer, signup, role="unit_officer").text)
    assert link is not None
    app.test_client().post(link.group(), data={"password": PASSWORD, "repeated": PASSWORD})
    officer = sign_in("0905123456")
    assert officer.get(f"/don-vi/{here.commune.id}").status_code == 200
    assert officer.get(f"/don-vi/{here.far_commune.id}").status_code == 404


def test_the_slower_of_two_reviewers_is_told_so(reviewer: FlaskClient, here: Province) -> None:
    signup = _saved(make_signup(here.commune))
    version = signup.version
    reviewer.post(
        f"/dang-ky/cho-xu-ly/{signup.id}/yeu-cau-bo-sung",
        data={"reason": "Ghi rõ chức danh.", "version": version, "submit_key": "E" * 22},
    )
    late = _accept(reviewer, signup, version=version)
    assert late.status_code == 422
    assert "Đăng ký vừa được cập nhật" in late.text
    db.session.rollback()
    _accept(reviewer, db.session.get_one(Signup, signup.id), submit_key="F" * 22)
    decided = _accept(reviewer, signup, submit_key="G" * 22)
    assert decided.status_code == 409
    assert "đã có kết quả" in decided.text


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("yeu-cau-bo-sung", SignupState.COMPLETION_ASKED),
        ("khong-chap-nhan", SignupState.DECLINED),
    ],
)
def test_a_reason_is_asked_for_and_shown_to_the_sender(
    reviewer: FlaskClient, client: FlaskClient, here: Province, address: str, state: SignupState
) -> None:
    signup = _saved(make_signup(here.commune))
    target = f"/dang-ky/cho-xu-ly/{signup.id}/{address}"
    page = reviewer.get(target).text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version is not None
    data = {"version": version.group(1), "submit_key": "H" * 22}
    assert reviewer.post(target, data=data).status_code == 422
    answer = reviewer.post(target, data=data | {"reason": "Ghi rõ <b>chức danh</b>."})
    assert answer.headers["Location"] == "/dang-ky/cho-xu-ly"
    assert _signups()[0].state is state
    told = client.get(f"/dang-ky/trang-thai/{signup.reference_code}").text
    assert "Ghi rõ &lt;b&gt;chức danh&lt;/b&gt;." in told


def test_a_decided_request_offers_no_decision(reviewer: FlaskClient, here: Province) -> None:
    signup = _saved(make_signup(here.commune, state=SignupState.DECLINED, reason="Vì"))
    page = reviewer.get(f"/dang-ky/cho-xu-ly/{signup.id}").text
    assert "Không chấp nhận" in page
    assert "/chap-nhan" not in page


def test_the_examples_of_a_sign_up_are_bodies_and_titles_of_its_day(
    here: Province, client: FlaskClient, clock: MovableClock
) -> None:
    address = f"/dang-ky/don-vi/{here.commune.id}"
    assert "Ví dụ: Công chức Văn phòng – thống kê" in client.get(address).text
    clock.instant = clock.instant.replace(year=2025, month=7, day=1)
    assert "Ví dụ: Phòng Văn hóa – Xã hội" in client.get(address).text
    assert "Ví dụ: Chuyên viên Phòng Văn hóa – Xã hội" in client.get(address).text
    assert "thống kê" not in client.get(address).text


def test_the_unit_given_as_an_example_is_found_when_typed_so(
    here: Province, client: FlaskClient
) -> None:
    ward = make_unit("Phường An Mỹ", UnitKind.COMMUNE, here.district)
    period = db.session.scalars(select(UnitPeriod).where(UnitPeriod.unit_id == ward.id)).one()
    period.short_name, period.designation = "UBND phường An Mỹ", "phường"
    db.session.commit()
    shown = client.get("/dang-ky").text
    assert "Ví dụ: UBND phường An Mỹ" in shown
    found = client.get("/dang-ky", query_string={"q": "UBND phường An Mỹ"}).text
    assert f"/dang-ky/don-vi/{ward.id}" in found
    assert "<strong>UBND phường An Mỹ</strong>" in found
    assert "<strong>UBND phường An Mỹ</strong>" in client.get(f"/dang-ky/don-vi/{ward.id}").text


def test_the_section_one_works_in_becomes_part_of_the_title(
    here: Province, client: FlaskClient, reviewer: FlaskClient
) -> None:
    typed = TYPED | {"job_title": "Chuyên viên", "section": "Phòng Văn hóa – Xã hội"}
    address = f"/dang-ky/don-vi/{here.commune.id}"
    check = client.post(address, data=typed)
    assert "Phòng Văn hóa – Xã hội" in check.text
    client.post(f"{address}/gui", data=typed)
    (signup,) = _signups()
    assert signup.section == "Phòng Văn hóa – Xã hội"
    assert "Chuyên viên Phòng Văn hóa – Xã hội" in reviewer.get("/dang-ky/cho-xu-ly").text
