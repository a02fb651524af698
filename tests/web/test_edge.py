"""The edge: one transaction a request, and what must be written even when it is refused."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from registry.domain.permissions import Role
from registry.models.accounts import SignInFailure
from registry.models.audit import AuditEvent
from registry.models.base import db
from tests.factories.accounts import make_account
from tests.factories.units import Province

Entering = Callable[[str], FlaskClient]


def denied() -> list[AuditEvent]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == "access.denied")))


def test_a_refused_look_at_a_foreign_unit_is_audited_once(app: Flask, sign_in: Entering) -> None:
    here = Province()
    make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    foreign = here.far_commune.id
    db.session.commit()
    client = sign_in("canbo")
    assert client.get(f"/don-vi/{foreign}").status_code == 404
    (event,) = denied()
    assert event.object_id == "units.show"
    assert event.details["arguments"] == {"unit_id": str(foreign)}


def test_an_action_not_granted_is_audited(app: Flask, sign_in: Entering) -> None:
    here = Province()
    make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    db.session.commit()
    assert sign_in("canbo").get("/nhat-ky").status_code == 403
    assert len(denied()) == 1


def test_what_a_visitor_is_refused_is_not_audited(client: FlaskClient) -> None:
    assert client.get("/khong-co-trang-nay").status_code == 404
    assert denied() == []


def test_a_failed_sign_in_is_counted_although_its_request_is_rolled_back(
    app: Flask, client: FlaskClient
) -> None:
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    db.session.commit()
    answer = client.post("/dang-nhap", data={"login": "canbo", "password": "sai"})
    assert answer.status_code == 422
    db.session.rollback()
    assert len(db.session.scalars(select(SignInFailure)).all()) == 1
