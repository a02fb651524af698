"""Forms ask where somebody goes on whose unit is known to split, and say nothing of other ends."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from tests.factories.accounts import make_account
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.signups import make_signup
from tests.factories.small_province import DAY, SmallProvince, carried, named, periods

QUESTION = "Từ ngày 01/02/2025 thuộc đơn vị nào?"


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province with its reviewer and the officer of a district."""
    small = SmallProvince()
    make_account(Role.UNIT_OFFICER, small.district, login="huyen")
    make_account(Role.REVIEWER, small.it_department, login="so")
    return small


def registration(**changes: object) -> dict[str, object]:
    """Return a filled form that registers somebody."""
    values = {
        "full_name": "Trần Thị Mới",
        "birth_year": "1991",
        "phone": "0905000111",
        "role": "member",
        "valid_from": "30/06/2024",
        "education_level": "",
        "contract_type": "",
    }
    return values | changes


def test_each_entry_form_asks_of_a_unit_that_splits_and_of_no_other(
    small: SmallProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    carried(small.split())
    member = make_member("Lê Thị An", small.far_commune)
    asked = {small.commune: True, small.other_commune: False}
    pages = [
        (f"/don-vi/{unit.id}/{page}", is_asked)
        for unit, is_asked in asked.items()
        for page in ("them-nguoi", "phan-cong/moi")
    ]
    pages += [
        (f"/dang-ky/cho-xu-ly/{make_signup(unit).id}", is_asked) for unit, is_asked in asked.items()
    ]
    (membership,) = periods(Membership, person_id=member.id)
    transfer = f"/thanh-vien/{membership.id}/chuyen"
    db.session.commit()
    client = sign_in("so")
    assert {path: QUESTION in client.get(path).text for path, _ in pages} == dict(pages)
    for name, is_asked in (("Bình Minh", True), ("Bình Đào", False)):
        page = client.post(transfer, data={"find": "1", "unit_query": name}).text
        assert (QUESTION in page) is is_asked, name


def test_the_part_chosen_is_where_the_member_goes_on(
    small: SmallProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    carried(small.split())
    db.session.commit()
    part = named("Xã Hai").id
    path = f"/don-vi/{small.commune.id}/them-nguoi"
    client = sign_in("huyen")
    refused = client.post(path, data=registration(successor_id=small.far_commune.id))
    assert "Chọn một trong các đơn vị kế thừa" in refused.text
    answer = client.post(path, data=registration(successor_id=part), follow_redirects=True)
    assert "Đã thêm 1 người vào đơn vị." in answer.text
    db.session.rollback()
    rows = periods(Membership, unit_id=part)
    assert [(row.valid_from, row.valid_to) for row in rows] == [(DAY, None)]


def test_a_correction_shows_the_end_that_was_typed_and_not_the_one_a_batch_brings(
    small: SmallProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    member = make_member("Lê Thị An", small.commune)
    make_assignment(member, small.commune, make_decision(small.commune))
    carried(small.merge())
    membership = periods(Membership, person_id=member.id)[0]
    assignment = periods(Assignment, person_id=member.id)[0]
    db.session.commit()
    client = sign_in("huyen")
    for path in (f"/thanh-vien/{membership.id}/sua", f"/phan-cong/{assignment.id}/sua"):
        page = client.get(path).text
        (shown,) = re.findall(r'<input[^>]*name="valid_to"[^>]*>', page)
        assert "2025" not in shown, path


def test_a_correction_that_changes_nothing_says_so_of_a_unit_that_ends_later_too(
    small: SmallProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    member = make_member("Lê Thị An", small.commune)
    decision = make_decision(small.commune)
    make_assignment(member, small.commune, decision)
    carried(small.merge())
    assignment = periods(Assignment, person_id=member.id)[0]
    sent = {
        "version": str(assignment.version),
        "holder": f"p{member.id}",
        "role": assignment.role.value,
        "duty": assignment.duty.value,
        "decision_choice": f"d{decision.id}",
        "valid_from": f"{assignment.valid_from:%d/%m/%Y}",
        "valid_to": "",
        "change_kind": "correction",
    }
    db.session.commit()
    path = f"/phan-cong/{assignment.id}/sua"
    answer = sign_in("huyen").post(path, data=sent, follow_redirects=True)
    assert "Không có nội dung nào khác" in answer.text


def test_the_page_of_the_batch_names_what_waits_for_a_plan_and_takes_it(
    small: SmallProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    batch_id = carried(small.split()).batch_id
    db.session.commit()
    client = sign_in("so")
    client.post(f"/don-vi/{small.commune.id}/them-nguoi", data=registration(successor_id=""))
    path = f"/sap-xep-don-vi/{batch_id}"
    page = client.get(path).text
    assert "Người, phân công chưa có phương án (1)" in page
    assert "Trần Thị Mới – Thành viên" in page
    (item,) = re.findall(r'name="answers-0-item" value="([^"]+)"', page)
    sent = {"answers-0-item": item, "answers-0-target": ""}
    answer = client.post(f"{path}/phuong-an", data=sent, follow_redirects=True)
    assert "Chưa chọn đơn vị nào" in answer.text
    stranger = sent | {"answers-0-target": str(small.far_commune.id)}
    refused = client.post(f"{path}/phuong-an", data=stranger)
    assert refused.status_code == 422
    assert "Chọn một trong các đơn vị kế thừa" in refused.text
    part = named("Xã Một").id
    sent["answers-0-target"] = str(part)
    answer = client.post(f"{path}/phuong-an", data=sent, follow_redirects=True)
    assert "Đã ghi phương án cho 1 mục." in answer.text
    assert "chưa có phương án" not in answer.text
    db.session.rollback()
    assert len(periods(Membership, unit_id=part)) == 1


def test_a_member_of_a_unit_that_ends_later_can_be_moved_and_ended_from_the_own_page(
    small: SmallProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    member = make_member("Lê Thị An", small.commune)
    carried(small.merge())
    now, then = periods(Membership, person_id=member.id)
    db.session.commit()
    page = sign_in("huyen").get(f"/nguoi/{member.id}").text
    for deed in ("chuyen", "ket-thuc", "sua"):
        assert f"/thanh-vien/{now.id}/{deed}" in page
        assert f"/thanh-vien/{then.id}/{deed}" not in page, "it is of a unit still to come"


def test_the_own_account_names_the_office_of_today_and_not_the_one_to_come(
    small: SmallProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    make_account(Role.UNIT_OFFICER, small.commune, login="xa")
    carried(small.merge())
    db.session.commit()
    page = sign_in("xa").get("/tai-khoan-cua-toi").text
    assert "Xã Bình Minh" in page
    assert "Xã Thăng Bình" not in page
    assert page.count("Cán bộ đơn vị") <= 2, "once in the menu of the account, once on the page"
