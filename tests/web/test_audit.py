"""The page of the audit: found by noun, object and day; never a personal value."""

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.permissions import Role, system_actor
from registry.models.base import db
from registry.services.audit import Event, record
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import actor_for, make_account
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import Province

SignIn = Callable[[str], FlaskClient]


def write(deed: Deed, noun: str, object_id: int | str, *, days: int = 0, **values: object) -> None:
    event = Event(deed, noun, object_id, **values)  # type: ignore[arg-type]
    record(system_actor(), event, Moment(NOW + timedelta(days=days)))
    db.session.commit()


def administrator(sign_in: SignIn) -> FlaskClient:
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    db.session.commit()
    return sign_in("quantri")


def test_the_page_says_who_did_what_to_what_in_vietnamese(app: Flask, sign_in: SignIn) -> None:
    here = Province()
    write(Deed.ROSTER_SUBMIT, "rosters", 12, unit_id=here.commune.id, details={"number": 3})
    page = administrator(sign_in).get("/nhat-ky").text
    said = "Lệnh trên máy chủ gửi danh sách thành viên số 12 (Xã Bình Minh). Số: 3."
    assert said in " ".join(shown_by(page).split())
    assert "09:00 ngày 30/06/2024" in page


def test_no_personal_value_is_on_the_page_only_the_names_of_fields(
    app: Flask, sign_in: SignIn
) -> None:
    personal = {"before": {"phone": "+84905111222"}, "after": {"phone": "+84905333444"}}
    write(Deed.PERSON_EDIT, "people", 7, personal=personal, person_id=7)
    page = administrator(sign_in).get("/nhat-ky").text
    assert "điện thoại" in page
    assert "0905" not in page
    assert "84905" not in page


def test_events_are_found_by_noun_object_and_days(app: Flask, sign_in: SignIn) -> None:
    write(Deed.PERSON_EDIT, "people", 7)
    write(Deed.UNIT_EDIT_CONTACT, "units", 7)
    write(Deed.PERSON_EDIT, "people", 8, days=3)
    client = administrator(sign_in)
    assert client.get("/nhat-ky?loai=people").text.count("sửa hồ sơ của") == 2
    assert client.get("/nhat-ky?loai=people&doi-tuong=7").text.count("sửa hồ sơ của") == 1
    until = client.get("/nhat-ky?den-ngay=30/06/2024").text
    assert "người số 7" in until
    assert "người số 8" not in until
    since = client.get("/nhat-ky?tu-ngay=03/07/2024").text
    assert "người số 8" in since
    assert "sửa liên hệ của" not in since


def test_the_nouns_to_choose_from_stand_in_vietnamese_order(app: Flask, sign_in: SignIn) -> None:
    for deed, noun in ((Deed.UNIT_EDIT_CONTACT, "units"), (Deed.PERSON_EDIT, "people")):
        write(deed, noun, 7)
    write(Deed.ROSTER_SUBMIT, "rosters", 7)
    page = administrator(sign_in).get("/nhat-ky").text
    options = re.findall(r'<option value="(\w+)"', page)
    known = [noun for noun in options if noun in {"rosters", "units", "people"}]
    assert known == ["rosters", "units", "people"]


def test_a_day_that_is_none_is_said_and_narrows_nothing(app: Flask, sign_in: SignIn) -> None:
    write(Deed.PERSON_EDIT, "people", 7)
    page = administrator(sign_in).get("/nhat-ky?tu-ngay=31/02/2024")
    assert page.status_code == 200
    assert "Ngày không có trong lịch (31/02)" in page.text
    assert "người số 7" in page.text


def test_long_lists_have_pages_and_a_page_too_far_is_the_last(app: Flask, sign_in: SignIn) -> None:
    for number in range(1, 61):
        record(system_actor(), Event(Deed.UNIT_EDIT_CONTACT, "units", number), MOMENT)
    client = administrator(sign_in)
    first = client.get("/nhat-ky?loai=units").text
    assert "đơn vị số 60<" in first
    assert "đơn vị số 10<" not in first
    assert "đơn vị số 10<" in client.get("/nhat-ky?loai=units&page=2").text
    assert "đơn vị số 10<" in client.get("/nhat-ky?loai=units&page=99").text


def test_nothing_found_is_said(app: Flask, sign_in: SignIn) -> None:
    page = administrator(sign_in).get("/nhat-ky?doi-tuong=khong-co").text
    assert "Không có dòng nhật ký nào khớp" in page


def test_what_stands_in_details_is_escaped(app: Flask, sign_in: SignIn) -> None:
    write(Deed.ACCESS_DENIED, "routes", 1, details={"path": "<script>alert(1)</script>"})
    page = administrator(sign_in).get("/nhat-ky").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_reviewer_may_not_see_the_audit(app: Flask, sign_in: SignIn) -> None:
    here = Province()
    make_account(Role.REVIEWER, here.it_department, login="thamdinh")
    db.session.commit()
    assert sign_in("thamdinh").get("/nhat-ky").status_code == 403


def shown_by(page: str) -> str:
    """Return what a reader sees of the table: its text, without tags and addresses."""
    table = page[page.index("<table") : page.index("</table>")]
    return re.sub(r"<[^>]+>", "", table.replace("<br>", " "))


def test_no_machine_word_stands_in_what_the_page_says_of_the_demo(
    app: Flask, demo: None, sign_in: SignIn
) -> None:
    shown = shown_by(sign_in("quantri").get("/nhat-ky").text)
    assert "Số dòng" in shown
    assert re.findall(r"\w+_\w+", shown) == []


def test_no_machine_word_stands_in_what_the_page_says_of_a_list_and_its_unit_is_named(
    app: Flask, sign_in: SignIn
) -> None:
    here = Province()
    write(
        Deed.ROSTER_APPROVE,
        "rosters",
        12,
        unit_id=here.far_commune.id,
        details={"content_hash": "9" * 64, "approved": 2, "gaps": {here.commune.id: TODAY}},
    )
    denied = {"method": "GET", "arguments": {"roster_id": "4"}}
    write(Deed.ACCESS_DENIED, "routes", "rosters.show", details=denied)
    write(Deed.COVERAGE_SET, "dated_settings", "grace_days", details={"before": None})
    write(Deed.PERSON_EDIT, "people", 7, personal={"end_reason": "Nghỉ", "person_id": 7})
    shown = shown_by(administrator(sign_in).get("/nhat-ky").text)
    assert "Số dòng được phê duyệt: 2" in shown
    assert "Xã Bình Minh từ ngày 30/06/2024" in shown
    assert "9999" not in shown
    assert re.findall(r"\w+_\w+|rosters", shown) == []


def test_who_acted_and_what_it_was_done_to_are_named_as_a_sentence(
    app: Flask, sign_in: SignIn
) -> None:
    here = Province()
    officer = make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    officer.person = make_member("Lê Thị Xã", here.commune)
    held = make_assignment(
        make_member("Đoàn Thị Thử", here.commune), here.commune, make_decision(here.commune)
    )
    db.session.flush()
    details = {"decision_id": [None, held.decision_id], "gaps": {here.commune.id: TODAY}}
    event = Event(Deed.ASSIGNMENT_CORRECT, "assignments", held.id, here.commune.id, details)
    record(actor_for(officer), event, MOMENT)
    denied = {"method": "GET", "arguments": {"unit_id": str(here.far_commune.id)}}
    write(Deed.ACCESS_DENIED, "routes", "units.show", details=denied)
    page = administrator(sign_in).get("/nhat-ky").text
    said = " ".join(shown_by(page).split())
    assert (
        "Lê Thị Xã (canbo) đính chính phân công Đoàn Thị Thử, Đầu mối CĐS, Xã Bình Minh. "
        "Văn bản: – → Quyết định số 15/QĐ-UBND; "
        "đơn vị không còn đầu mối: Xã Bình Minh từ ngày 30/06/2024."
    ) in said
    assert "Thao tác: xem; mục: đơn vị: Xã Đại Minh." in said
