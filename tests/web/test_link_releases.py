"""The way of a guarded account's link over the pages: asked for, released, handed over, used."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from registry.app import create_app
from registry.domain.accounts import CONFIRMED_FOR, LinkPurpose
from registry.domain.clock import Clock
from registry.domain.permissions import Role
from registry.models.accounts import Account, PasswordLink
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.settings import Mail, Settings
from tests.conftest import NOW, MovableClock, VisitorClient
from tests.factories.accounts import client_of, make_account, make_held_link, make_session
from tests.factories.coverage import RuledProvince
from tests.factories.decisions import pdf
from tests.factories.signups import make_signup
from tests.factories.units import Province

Enter = Callable[[str], FlaskClient]
LINK = re.compile(r"/dat-mat-khau/[\w-]+")
NEW = "một mật khẩu hoàn toàn mới"


@pytest.fixture
def here(app: Flask) -> Province:
    here = RuledProvince()
    approver = make_account(Role.APPROVER, here.province, login="pheduyet")
    assert approver.person is not None
    approver.person.email = "pheduyet@vidu.invalid"
    make_account(Role.UNIT_OFFICER, here.province, login="dongnghiep")
    make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    db.session.commit()
    return here


def account(login: str) -> Account:
    db.session.rollback()
    return db.session.scalars(select(Account).where(Account.login == login)).one()


def link_id() -> int:
    db.session.rollback()
    return db.session.scalars(select(PasswordLink.id).order_by(PasswordLink.id.desc())).first() or 0


def text_of(page: str) -> str:
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def pressed(client: FlaskClient, address: str, key: str = "k" * 22) -> int:
    return client.post(address, data={"submit_key": key}).status_code


def test_an_administrator_alone_does_not_get_into_the_account_of_an_approver(
    here: Province, sign_in: Enter, client: FlaskClient
) -> None:
    admin = sign_in("quantri")
    page = admin.post(f"/tai-khoan/{account('pheduyet').id}/dat-lai").text
    assert LINK.search(page) is None
    assert "chờ một người khác của cơ quan cho phép" in text_of(page)
    assert LINK.search(admin.get("/thu-gui-di").text) is None
    assert "Liên kết chờ cho phép" in text_of(admin.get("/tai-khoan").text)
    assert pressed(admin, f"/tai-khoan/cho-phep/{link_id()}") == 404
    client.post("/quen-mat-khau", data={"login": "pheduyet"})
    assert LINK.search(admin.get("/thu-gui-di").text) is None
    # Nor by the account of the colleague who could let it be used.
    page = admin.post(f"/tai-khoan/{account('dongnghiep').id}/dat-lai").text
    assert LINK.search(page) is None
    assert LINK.search(admin.get("/thu-gui-di").text) is None


def test_a_colleague_lets_it_be_used_and_it_is_handed_over_by_the_outbox(
    here: Province, sign_in: Enter, client: FlaskClient
) -> None:
    admin, colleague = sign_in("quantri"), sign_in("dongnghiep")
    admin.post(f"/tai-khoan/{account('pheduyet').id}/dat-lai")
    home = text_of(colleague.get("/").text)
    assert "1 liên kết đặt mật khẩu chờ người của cơ quan cho phép" in home
    listed = text_of(colleague.get("/tai-khoan/cho-phep").text)
    for told in ("pheduyet", "Người đề nghị quantri", "Đề nghị lúc 09:00 ngày 30/06/2024"):
        assert told in listed
    address = f"/tai-khoan/cho-phep/{link_id()}"
    released = colleague.post(address, data={"submit_key": "k" * 22}, follow_redirects=True)
    assert "Đã cho phép liên kết của tài khoản “pheduyet”" in released.text
    assert LINK.search(released.text) is None
    assert pressed(colleague, address) == 303  # the same form again
    assert pressed(colleague, address, "x" * 22) == 409
    found = LINK.search(admin.get("/thu-gui-di").text)
    assert found is not None
    answer = client.post(found.group(), data={"password": NEW, "repeated": NEW})
    assert answer.status_code == 303
    told = text_of(client.get("/").text)
    assert "Việc đã làm với tài khoản này" in told
    assert "quantri tạo liên kết đặt mật khẩu cho tài khoản này" in told
    assert "cho phép liên kết đặt mật khẩu của tài khoản này" in told
    assert "Tài khoản của cơ quan: 3 việc gần nhất trong 14 ngày qua" in text_of(
        colleague.get("/").text
    )


def test_its_holder_is_told_of_a_link_that_waits_and_declines_it(
    here: Province, sign_in: Enter
) -> None:
    sign_in("quantri").post(f"/tai-khoan/{account('pheduyet').id}/dat-lai")
    holder = sign_in("pheduyet")
    page = holder.get("/").text
    assert "Có người đề nghị liên kết đặt mật khẩu cho tài khoản này" in text_of(page)
    address = f"/tai-khoan/cho-phep/{link_id()}/tu-choi"
    assert address in page
    assert pressed(holder, address) == 303
    assert "Có người đề nghị" not in text_of(holder.get("/").text)
    assert pressed(sign_in("dongnghiep"), f"/tai-khoan/cho-phep/{link_id()}") == 409


def test_a_link_of_the_account_itself_or_of_another_office_is_not_released(
    here: Province, sign_in: Enter
) -> None:
    held = make_held_link(account("pheduyet"))
    db.session.commit()
    address = f"/tai-khoan/cho-phep/{held.id}"
    assert pressed(sign_in("pheduyet"), address) == 403
    assert pressed(sign_in("canbo"), address) == 404
    assert pressed(sign_in("canbo"), f"{address}/tu-choi") == 404
    assert "Không có liên kết nào" in sign_in("canbo").get("/tai-khoan/cho-phep").text


def test_the_list_says_when_a_visitor_asked(
    here: Province, client: FlaskClient, sign_in: Enter
) -> None:
    client.post("/quen-mat-khau", data={"login": "pheduyet"})
    page = text_of(sign_in("dongnghiep").get("/tai-khoan/cho-phep").text)
    assert "Khách, ở trang Quên mật khẩu" in page


def test_asking_for_a_guarded_account_looks_like_asking_for_any(
    here: Province, client: FlaskClient
) -> None:
    pages = {
        client.post("/quen-mat-khau", data={"login": login}).text
        for login in ("pheduyet", "canbo", "khongco")
    }
    assert len(pages) == 1


def test_the_only_administrator_cannot_lock_himself_out(here: Province, sign_in: Enter) -> None:
    admin = sign_in("quantri")
    own = account("quantri").id
    refused = admin.post(f"/tai-khoan/{own}/khoa")
    assert refused.status_code == 409
    assert "tài khoản quản trị cuối cùng" in text_of(refused.text)
    assert admin.get("/tai-khoan").status_code == 200
    second = make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri2")
    second.password_hash = None  # who never set a password administers nothing
    db.session.commit()
    assert admin.post(f"/tai-khoan/{own}/khoa").status_code == 409
    account("quantri2").password_hash = "x"
    db.session.commit()
    assert admin.post(f"/tai-khoan/{own}/khoa").status_code == 303
    assert admin.get("/tai-khoan").status_code == 303


def test_the_paper_of_a_role_is_read_by_administrators_and_the_office_and_audited(
    app: Flask, here: Province, sign_in: Enter, settings: Settings
) -> None:
    from_shell = app.test_cli_runner()
    path = settings.home / "van-ban.pdf"
    path.write_bytes(pdf())
    made = from_shell.invoke(
        args=[
            *("accounts", "create", "huyen", "--role", "approver", "--unit", "901"),
            *("--phone", "0912345678", "--name", "Nguyễn Văn An", "--paper", str(path)),
        ]
    )
    assert made.exit_code == 0, made.output
    grant = account("huyen").grants[0].id
    address = f"/tai-khoan/vai-tro/{grant}/van-ban"
    answer = sign_in("quantri").get(address)
    assert (answer.status_code, answer.data) == (200, path.read_bytes())
    assert sign_in("dongnghiep").get(address).status_code == 404
    db.session.rollback()
    exported = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "account.export_paper")
    ).all()
    assert len(exported) == 1


def test_an_officer_accepted_into_a_guarded_office_waits_for_a_colleague(
    here: Province, sign_in: Enter
) -> None:
    make_account(Role.REVIEWER, here.it_department, login="thamdinh")
    signup = make_signup(here.it_department)
    db.session.commit()
    data = {
        "version": "1",
        "attach": "new",
        "role": "unit_officer",
        "member_role": "member",
        "valid_from": "30/06/2024",
        "submit_key": "k" * 22,
    }
    page = sign_in("thamdinh").post(f"/dang-ky/cho-xu-ly/{signup.id}/chap-nhan", data=data)
    assert page.status_code == 200, text_of(page.text)
    assert LINK.search(page.text) is None
    assert "chờ một người khác của cơ quan cho phép" in text_of(page.text)


# --- confirmed addresses ------------------------------------------------------------------------


@pytest.fixture
def with_mail(settings: Settings, clock: MovableClock, here: Province) -> Flask:
    """Return the application where a mail server is set."""
    mail = Mail("127.0.0.1", 25, None, None, "so@vidu.invalid", use_tls=False)
    app = create_app(
        replace(settings, mail=mail), Clock(clock.read), TESTING=True, WTF_CSRF_ENABLED=False
    )
    app.test_client_class = VisitorClient
    return app


def signed_in(app: Flask, login: str) -> FlaskClient:
    found = account(login)
    client = client_of(app, found, make_session(found, NOW))
    db.session.commit()
    return client


def test_an_address_confirmed_seven_days_ago_gets_the_link_and_no_page_shows_it(
    with_mail: Flask, here: Province, clock: MovableClock
) -> None:
    holder = signed_in(with_mail, "pheduyet")
    asked = holder.post(
        "/tai-khoan-cua-toi/thu-xac-nhan", data={"submit_key": "k" * 22}, follow_redirects=True
    )
    assert "sẽ được gửi đến pheduyet@vidu.invalid" in text_of(asked.text)
    body = db.session.scalars(select(OutboxMessage.body)).one() or ""
    found = re.search(r"/xac-nhan-thu/[\w-]+", body)
    assert found is not None
    admin = signed_in(with_mail, "quantri")
    outbox = admin.get("/thu-gui-di").text
    assert found.group() not in outbox
    assert "không hiển thị nội dung" in outbox
    message = db.session.scalars(select(OutboxMessage.id)).one()
    assert pressed(admin, f"/thu-gui-di/{message}/da-chuyen") == 409
    assert admin.get(found.group()).status_code == 404
    assert "pheduyet@vidu.invalid" in text_of(holder.get(found.group()).text)
    assert account("pheduyet").confirmed_email is None  # looking is not confirming
    assert pressed(holder, found.group()) == 303
    assert "Đã xác nhận lúc" in text_of(holder.get("/tai-khoan-cua-toi").text)
    assert holder.get(found.group()).status_code == 404

    clock.instant += CONFIRMED_FOR
    with_mail.test_client().post("/quen-mat-khau", data={"login": "pheduyet"})
    db.session.rollback()
    sent = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert sent is not None
    assert sent.recipient == "pheduyet@vidu.invalid"
    link = LINK.search(sent.body or "")
    assert link is not None
    assert LINK.search(signed_in_later(with_mail, clock).get("/thu-gui-di").text) is None
    answer = with_mail.test_client().post(link.group(), data={"password": NEW, "repeated": NEW})
    assert answer.status_code == 303


def signed_in_later(app: Flask, clock: MovableClock) -> FlaskClient:
    found = account("quantri")
    client = client_of(app, found, make_session(found, clock.instant))
    db.session.commit()
    return client


def test_without_a_mail_server_no_link_to_confirm_is_made(here: Province, sign_in: Enter) -> None:
    answer = sign_in("pheduyet").post("/tai-khoan-cua-toi/thu-xac-nhan")
    assert answer.status_code == 422
    assert "chưa có máy chủ thư" in text_of(answer.text)
    made = select(PasswordLink).where(PasswordLink.purpose == LinkPurpose.EMAIL)
    assert db.session.scalars(made).all() == []


def test_the_page_of_one_s_own_account_tells_its_roles(here: Province, sign_in: Enter) -> None:
    page = text_of(sign_in("pheduyet").get("/tai-khoan-cua-toi").text)
    for told in ("pheduyet", "Ghi nhận quyết định phê duyệt – Tỉnh", "Chưa xác nhận"):
        assert told in page


def test_who_gets_links_by_mail_anyhow_is_not_asked_to_confirm_an_address(
    here: Province, sign_in: Enter
) -> None:
    page = sign_in("canbo").get("/tai-khoan-cua-toi").text
    assert "Tài khoản này không cần xác nhận" in text_of(page)
    assert "thu-xac-nhan" not in page
    assert "/tai-khoan/cho-phep" not in page


def test_who_has_no_record_is_not_sent_to_an_officer_for_an_address(
    here: Province, sign_in: Enter
) -> None:
    page = text_of(sign_in("quantri").get("/tai-khoan-cua-toi").text)
    assert "không gắn với người nào trong sổ" in page
    assert "Đề nghị cán bộ đơn vị" not in page


def test_who_declines_the_link_of_a_colleague_is_led_back_to_those_that_wait(
    here: Province, sign_in: Enter
) -> None:
    make_held_link(account("pheduyet"))
    db.session.commit()
    address = f"/tai-khoan/cho-phep/{link_id()}/tu-choi"
    answer = sign_in("dongnghiep").post(address, data={"submit_key": "k" * 22})
    assert answer.location == "/tai-khoan/cho-phep"


def test_a_link_that_waited_too_long_is_gone_from_every_page(
    here: Province, sign_in: Enter, clock: MovableClock
) -> None:
    make_held_link(account("pheduyet"))
    db.session.commit()
    clock.instant += timedelta(days=7)
    client = sign_in("dongnghiep")
    assert "Không có liên kết nào" in client.get("/tai-khoan/cho-phep").text
    assert "chờ người của cơ quan cho phép" not in client.get("/").text
