"""The page on which a later paper is said to replace or revoke an earlier one."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.domain.permissions import Role
from registry.models.audit import AuditEvent
from registry.models.base import db
from tests.factories.accounts import make_account
from tests.factories.coverage import RuledProvince
from tests.factories.people import make_assignment, make_decision, make_member


class Desk:
    """A commune whose focal point rests on a decision, with a later one in the registry."""

    def __init__(self, sign_in: Callable[[str], FlaskClient]) -> None:
        here = RuledProvince()
        make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
        make_account(Role.UNIT_OFFICER, here.other_commune, login="xakhac")
        old = make_decision(here.commune, "15/QĐ-UBND")
        later = make_decision(here.commune, "20/QĐ-UBND", issued_on=date(2024, 6, 20))
        holder = make_member("Lê Thị Mai", here.commune)
        make_assignment(holder, here.commune, old)
        self.old_id, self.later_id, self.holder = old.id, later.id, f"p{holder.id}"
        db.session.commit()
        self.sign_in = sign_in
        self.client = sign_in("canbo")

    @property
    def address(self) -> str:
        return f"/quyet-dinh/{self.old_id}/het-hieu-luc"

    def send(self, **typed: str) -> TestResponse:
        page = self.client.get(self.address).text
        hidden = dict(re.findall(r'name="(submit_key)"[^>]*value="([^"]*)"', page))
        whole = {"by_id": str(self.later_id), "manner": "replaced", "extent": "whole"}
        return self.client.post(self.address, data=hidden | whole | typed, follow_redirects=True)


@pytest.fixture
def desk(app: Flask, sign_in: Callable[[str], FlaskClient]) -> Desk:
    return Desk(sign_in)


def words(answer: TestResponse) -> str:
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("\u00a0", " ").split())


def test_the_gap_is_named_then_accepted_and_both_papers_say_it(desk: Desk) -> None:
    assert "Từ ngày 20/06/2024 Xã Bình Minh không còn đầu mối" in words(desk.send())
    done = words(desk.send(accept_gap="y"))
    assert "Được thay thế toàn bộ bằng Quyết định số 20/QĐ-UBND từ ngày 20/06/2024" in done
    assert "Thay thế toàn bộ Quyết định số 15/QĐ-UBND" in words(
        desk.client.get(f"/quyet-dinh/{desk.later_id}")
    )
    assert "hết hiệu lực từ ngày 20/06/2024" in words(desk.client.get("/phan-cong/cho-quyet-dinh"))


def test_for_named_people_alone_they_must_be_chosen(desk: Desk) -> None:
    assert "Chọn ít nhất một người hoặc bộ phận." in words(desk.send(extent="part"))
    done = words(desk.send(extent="part", holders=desk.holder, accept_gap="y"))
    assert "chỉ đối với Lê Thị Mai" in done


def test_what_was_recorded_by_mistake_is_taken_back(desk: Desk) -> None:
    page = desk.send(accept_gap="y").text
    action = re.search(r'action="([^"]+/bo)"', page)
    key = re.search(r'name="submit_key"[^>]*value="([^"]*)"', page)
    assert action
    assert key
    answer = desk.client.post(action[1], data={"submit_key": key[1]}, follow_redirects=True)
    assert "Đã bỏ ghi thay thế, bãi bỏ." in answer.text
    assert "Được thay thế" not in words(answer)
    late = desk.client.post(action[1], data={"submit_key": "B" * 22})
    assert late.status_code == 409
    assert "có thể người khác vừa xóa" in late.text
    assert db.session.query(AuditEvent).filter_by(action="access.denied").count() == 0


def test_another_units_officer_finds_nothing(desk: Desk) -> None:
    assert desk.sign_in("xakhac").get(desk.address).status_code == 404
