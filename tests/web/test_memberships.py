"""Pages of memberships: ending, correcting, changing, transferring."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from registry.domain.assignments import AssignmentRole
from registry.domain.permissions import Role
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person
from tests.factories.accounts import make_account
from tests.factories.people import make_approval, make_assignment, make_decision, make_member
from tests.factories.units import Province

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province with an officer of a district and one who only looks."""
    found = Province()
    make_account(Role.UNIT_OFFICER, found.district, login="huyen")
    make_account(Role.VIEWER, found.committee, login="xem")
    db.session.commit()
    return found


def membership_of(person: Person) -> Membership:
    """Return the first membership of a person, as stored."""
    return db.session.scalars(
        select(Membership).where(Membership.person_id == person.id).order_by(Membership.id)
    ).first()  # type: ignore[return-value]


def without_token(page: str) -> str:
    """Return a page without what is new in each answer."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def ending(**changes: str) -> dict[str, str]:
    """Return a filled form that ends a membership."""
    return {"version": "1", "valid_to": "05/07/2024", "reason": "nghỉ hưu", **changes}


def test_a_membership_ends_from_a_day_with_its_reason(here: Province, sign_in: SignIn) -> None:
    person = make_member("Lê Nghỉ Hưu", here.commune)
    db.session.commit()
    path = f"/thanh-vien/{membership_of(person).id}/ket-thuc"
    client = sign_in("huyen")
    assert "Lê Nghỉ Hưu" in client.get(path).text
    answer = client.post(path, data=ending(), follow_redirects=True)
    assert "Đã ghi thôi tham gia." in answer.text
    assert "nghỉ hưu" in answer.text


def test_who_left_today_is_not_to_be_seen_any_more_and_the_unit_is_shown(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Lê Nghỉ Hưu", here.commune)
    db.session.commit()
    path = f"/thanh-vien/{membership_of(person).id}/ket-thuc"
    client = sign_in("huyen")
    answer = client.post(path, data=ending(valid_to="30/06/2024"), follow_redirects=True)
    assert answer.request.path == f"/don-vi/{here.commune.id}"
    assert answer.status_code == 200
    assert "Đã ghi thôi tham gia." in answer.text


def registered(client: FlaskClient, here: Province) -> Membership:
    """Register somebody in the commune today; return the membership."""
    typed = {
        "full_name": "Nguyễn Ghi Nhầm",
        "role": "member",
        "valid_from": "30/06/2024",
        "education_level": "",
        "contract_type": "",
    }
    answer = client.post(f"/don-vi/{here.commune.id}/them-nguoi", data=typed)
    assert answer.status_code == 303, answer.text
    db.session.rollback()
    return db.session.scalars(
        select(Membership).join(Person).where(Person.full_name == "Nguyễn Ghi Nhầm")
    ).one()


def test_who_was_entered_by_mistake_today_is_taken_out_with_the_record(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("huyen")
    membership = registered(client, here)
    url = f"/thanh-vien/{membership.id}/go-bo"
    person = membership.person_id
    assert url in client.get(f"/nguoi/{person}").text
    page = client.get(url).text
    assert "hồ sơ của người này cũng được gỡ bỏ" in page
    answer = client.post(url, data={"version": "1"}, follow_redirects=True)
    assert answer.request.path == f"/don-vi/{here.commune.id}"
    assert "Đã gỡ bỏ tư cách thành viên ghi nhầm và hồ sơ lập cùng." in answer.text
    assert client.get(f"/nguoi/{person}").status_code == 404
    assert client.get(url).status_code == 404


def test_a_membership_of_an_earlier_day_offers_no_way_out_and_is_refused_in_words(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Lê Từ Trước", here.commune)
    db.session.commit()
    url = f"/thanh-vien/{membership_of(person).id}/go-bo"
    client = sign_in("huyen")
    assert url not in client.get(f"/nguoi/{person.id}").text
    answer = client.post(url, data={"version": "1"})
    assert answer.status_code == 422
    assert "Chỉ gỡ bỏ được nội dung ghi nhầm trong ngày hôm nay." in answer.text
    assert "hồ sơ của người này cũng được gỡ bỏ" in answer.text
    assert sign_in("xem").get(url).status_code == 403


def test_the_gap_is_named_and_needs_a_tick(here: Province, sign_in: SignIn) -> None:
    person = make_member("Lê Đầu Mối", here.commune)
    make_assignment(person, here.commune, make_decision(here.commune))
    db.session.commit()
    path = f"/thanh-vien/{membership_of(person).id}/ket-thuc"
    client = sign_in("huyen")
    assert "accept_gap" not in client.get(path).text
    sent = ending() | shown_in(client.get(path).text)
    refused = client.post(path, data=sent)
    assert refused.status_code == 422
    assert "Xã Bình Minh không còn đầu mối CĐS" in refused.text
    db.session.rollback()
    assert membership_of(person).valid_to is None
    assert client.post(path, data=sent | {"accept_gap": "y"}).status_code == 303
    db.session.rollback()
    assert membership_of(person).valid_to == date(2024, 7, 5)


def shown_in(page: str) -> dict[str, str]:
    """Return what a form carries along of the assignments it asks about."""
    (shown,) = re.findall(r'name="shown"[^>]*value="([^"]*)"', page)
    return {"shown": shown}


@pytest.mark.parametrize("page", ["ket-thuc", "chuyen"])
def test_who_leaves_is_asked_what_becomes_of_the_assignments(
    here: Province, sign_in: SignIn, page: str
) -> None:
    person = make_member("Lê Đầu Mối", here.commune)
    decision = make_decision(here.commune)
    make_assignment(make_member("Lê Ở Lại", here.commune), here.commune, decision)
    focal = make_assignment(person, here.commune, decision)
    leader = make_assignment(person, here.commune, decision, role=AssignmentRole.LEADER)
    db.session.commit()
    focal_id, leader_id = focal.id, leader.id
    path = f"/thanh-vien/{membership_of(person).id}/{page}"
    client = sign_in("huyen")
    form = client.get(path).text
    assert "Giữ lại: Đầu mối CĐS – Xã Bình Minh (Quyết định số 15/QĐ-UBND)" in form
    where = {"unit_query": "binh dao", "unit_id": str(here.other_commune.id), "role": "member"}
    sent = ending(day="05/07/2024", kept=str(leader_id), **where) | shown_in(form)
    assert client.post(path, data=sent).status_code == 303
    db.session.rollback()
    assert db.session.get_one(Assignment, focal_id).valid_to == date(2024, 7, 5)
    assert db.session.get_one(Assignment, leader_id).valid_to is None


def test_an_assignment_recorded_meanwhile_is_asked_about_before_it_ends(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Lê Đầu Mối", here.commune)
    db.session.commit()
    path = f"/thanh-vien/{membership_of(person).id}/ket-thuc"
    client = sign_in("huyen")
    sent = ending() | shown_in(client.get(path).text)
    db.session.rollback()
    make_assignment(person, here.commune, None, role=AssignmentRole.LEADER)
    db.session.commit()
    refused = client.post(path, data=sent)
    assert refused.status_code == 422
    assert "Người này còn giữ các phân công nêu ở đây" in refused.text
    assert "Giữ lại: Lãnh đạo phụ trách – Xã Bình Minh (chưa có quyết định)" in refused.text
    assert client.post(path, data=sent | shown_in(refused.text)).status_code == 303


@pytest.mark.parametrize("page", ["ket-thuc", "sua", "chuyen"])
def test_a_membership_out_of_scope_reads_like_none(
    here: Province, sign_in: SignIn, page: str
) -> None:
    person = make_member("Trần Ở Xa", here.far_commune)
    db.session.commit()
    client = sign_in("huyen")
    foreign = client.get(f"/thanh-vien/{membership_of(person).id}/{page}")
    missing = client.get(f"/thanh-vien/987654/{page}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert without_token(foreign.text) == without_token(missing.text)
    sent = client.post(f"/thanh-vien/{membership_of(person).id}/{page}", data=ending())
    assert sent.status_code == 404


@pytest.mark.parametrize("page", ["ket-thuc", "sua", "chuyen"])
def test_who_only_looks_changes_no_membership(here: Province, sign_in: SignIn, page: str) -> None:
    person = make_member("Lê Văn An", here.commune)
    db.session.commit()
    assert sign_in("xem").get(f"/thanh-vien/{membership_of(person).id}/{page}").status_code == 403


def editing(**changes: str) -> dict[str, str]:
    """Return a filled form that edits a membership."""
    return {
        "version": "1",
        "role": "member",
        "organisation": "",
        "is_main": "y",
        "valid_from": "01/06/2024",
        "valid_to": "",
        **changes,
    }


def test_an_edit_asks_whether_it_corrects_or_changes(here: Province, sign_in: SignIn) -> None:
    person = make_member("Lê Văn An", here.commune)
    db.session.commit()
    path = f"/thanh-vien/{membership_of(person).id}/sua"
    refused = sign_in("huyen").post(path, data=editing(role="head"))
    assert refused.status_code == 422
    assert "Chọn đính chính hoặc thay đổi từ ngày." in refused.text


def test_a_correction_that_leaves_a_gap_names_it_and_needs_a_tick(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Lê Đầu Mối", here.commune)
    make_assignment(person, here.commune, make_decision(here.commune))
    db.session.commit()
    path = f"/thanh-vien/{membership_of(person).id}/sua"
    client = sign_in("huyen")
    assert "accept_gap" not in client.get(path).text
    corrected = editing(change_kind="correction", is_main="y", valid_to="20/06/2024")
    refused = client.post(path, data=corrected)
    assert refused.status_code == 422
    assert "Từ ngày 20/06/2024 Xã Bình Minh không còn đầu mối CĐS" in refused.text
    assert client.post(path, data=corrected | {"accept_gap": "y"}).status_code == 303
    db.session.rollback()
    assert membership_of(person).valid_to == date(2024, 6, 20)


def test_a_correction_rewrites_and_a_change_keeps_the_past(here: Province, sign_in: SignIn) -> None:
    person = make_member("Lê Văn An", here.commune)
    db.session.commit()
    client = sign_in("huyen")
    path = f"/thanh-vien/{membership_of(person).id}/sua"
    corrected = editing(change_kind="correction", role="deputy", valid_from="10/06/2024")
    assert client.post(path, data=corrected).status_code == 303
    changed = editing(version="2", change_kind="change", change_from="20/06/2024", role="head")
    assert client.post(path, data=changed).status_code == 303
    db.session.rollback()
    rows = db.session.scalars(
        select(Membership).where(Membership.person_id == person.id).order_by(Membership.valid_from)
    ).all()
    assert [(row.role.value, row.valid_from, row.valid_to) for row in rows] == [
        ("deputy", date(2024, 6, 10), date(2024, 6, 20)),
        ("head", date(2024, 6, 20), None),
    ]


def test_the_role_of_an_approved_member_is_left_to_the_list(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Lê Đã Duyệt", here.commune)
    make_approval(membership_of(person))
    db.session.commit()
    client = sign_in("huyen")
    path = f"/thanh-vien/{membership_of(person).id}/sua"
    assert "chỉ đổi được bằng danh sách thành viên mới" in client.get(path).text
    refused = client.post(
        path, data=editing(change_kind="change", change_from="20/06/2024", role="head")
    )
    assert refused.status_code == 422
    assert "Danh sách thành viên" in refused.text


def test_a_transfer_finds_the_unit_in_scope_and_moves_the_person(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Lê Điều Động", here.commune)
    db.session.commit()
    client = sign_in("huyen")
    path = f"/thanh-vien/{membership_of(person).id}/chuyen"
    data = {"version": "1", "unit_query": "binh dao", "role": "member", "day": "05/07/2024"}
    found = client.post(path, data={**data, "find": "1"})
    assert found.status_code == 200
    assert f'value="{here.other_commune.id}"' in found.text
    answer = client.post(path, data={**data, "unit_id": str(here.other_commune.id)})
    assert answer.status_code == 303
    db.session.rollback()
    assert membership_of(person).valid_to == date(2024, 7, 5)


def test_a_unit_out_of_scope_is_neither_offered_nor_accepted(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Lê Điều Động", here.commune)
    db.session.commit()
    client = sign_in("huyen")
    path = f"/thanh-vien/{membership_of(person).id}/chuyen"
    data = {"version": "1", "unit_query": "dai minh", "role": "member", "day": "05/07/2024"}
    assert "Không tìm thấy đơn vị" in client.post(path, data={**data, "find": "1"}).text
    forged = client.post(path, data={**data, "unit_id": str(here.far_commune.id)})
    assert forged.status_code == 422
    db.session.rollback()
    assert membership_of(person).valid_to is None
