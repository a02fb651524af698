"""The page of the outbox: what waits can be copied once, what is done is no longer readable."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.models.base import db
from tests.conftest import NOW, MovableClock
from tests.factories.accounts import make_account
from tests.factories.outbox import make_message
from tests.factories.units import Province

SignIn = Callable[[str], FlaskClient]


def administrator(sign_in: SignIn) -> FlaskClient:
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    db.session.commit()
    return sign_in("quantri")


def test_a_waiting_message_can_be_copied(app: Flask, sign_in: SignIn) -> None:
    make_message()
    page = administrator(sign_in).get("/thu-gui-di").text
    assert "thư đang chờ" in page
    assert "nguoi.nhan@vidu.invalid" in page
    assert "https://vidu.invalid/dat-mat-khau/bi-mat" in page
    assert "readonly" in page
    assert "Chưa có máy chủ thư" in page


def test_an_expired_text_is_not_shown_although_it_is_still_stored(
    app: Flask, sign_in: SignIn, clock: MovableClock
) -> None:
    make_message()
    client = administrator(sign_in)
    clock.instant = NOW + timedelta(minutes=29)
    assert "bi-mat" in client.get("/thu-gui-di").text
    make_message("Thư cũ", life=timedelta(minutes=1), body="bi-mat-cu")
    db.session.commit()
    page = client.get("/thu-gui-di").text
    assert "Thư cũ" in page
    assert "bi-mat-cu" not in page
    assert "Hết hạn" in page


def test_marking_a_message_passed_on_forgets_its_text_and_says_so(
    app: Flask, sign_in: SignIn
) -> None:
    message = make_message()
    client = administrator(sign_in)
    answer = client.post(f"/thu-gui-di/{message.id}/da-chuyen", data={"submit_key": "k" * 22})
    assert answer.status_code == 303
    page = client.get("/thu-gui-di").text
    assert "Đã ghi là đã chuyển" in page
    assert "bi-mat" not in page
    assert "Đã gửi lúc 09:00 ngày 30/06/2024" in page


def test_pressing_twice_does_it_once_and_a_stale_page_is_told(app: Flask, sign_in: SignIn) -> None:
    message = make_message()
    client = administrator(sign_in)
    address = f"/thu-gui-di/{message.id}/da-chuyen"
    for _ in range(2):
        assert client.post(address, data={"submit_key": "k" * 22}).status_code == 303
    assert client.post(address, data={"submit_key": "x" * 22}).status_code == 409


def test_an_unknown_message_does_not_exist(app: Flask, sign_in: SignIn) -> None:
    client = administrator(sign_in)
    assert client.post("/thu-gui-di/999/da-chuyen").status_code == 404


def test_only_an_administrator_sees_the_outbox(app: Flask, sign_in: SignIn) -> None:
    here = Province()
    message = make_message()
    make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    db.session.commit()
    client = sign_in("canbo")
    assert client.get("/thu-gui-di").status_code == 403
    assert client.post(f"/thu-gui-di/{message.id}/da-chuyen").status_code == 403
    db.session.refresh(message)
    assert message.sent_at is None
