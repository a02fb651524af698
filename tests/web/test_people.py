"""Pages of people: lists, one person, one's own record, registering and editing."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from registry.domain.memberships import MemberRole
from registry.domain.people import ContractType
from registry.domain.permissions import Role
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.names import search_key
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.queries.person_periods import periods_of
from tests.conftest import TODAY
from tests.factories.accounts import make_account
from tests.factories.approvals import approve_memberships
from tests.factories.people import (
    facts_from,
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
    title_of,
)
from tests.factories.units import Province, make_unit

SignIn = Callable[[str], FlaskClient]
NUMBER = "049090123456"
DAYS = ("19/06/2024", "20/06/2024")


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province with a reviewer, an officer of one commune and one who only looks."""
    found = Province()
    make_account(Role.REVIEWER, found.it_department, login="thamdinh")
    make_account(Role.UNIT_OFFICER, found.commune, login="xa")
    make_account(Role.VIEWER, found.committee, login="xem")
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    db.session.commit()
    return found


def committed(person: Person) -> Person:
    """Commit a maker's person, so that requests see it."""
    db.session.commit()
    return person


def actions() -> list[str]:
    """Return the audited actions, in order."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))


def test_a_list_counts_masks_phones_and_names_units(here: Province, sign_in: SignIn) -> None:
    person = make_person("Lê Văn An", phone="+84905123456")
    make_membership(person, here.commune)
    db.session.commit()
    page = sign_in("xa").get("/nguoi").text
    assert re.search(r'headline__figure">2</span>\s+người', page)
    assert "0905 ••• 456" in page
    assert "0905 123 456" not in page
    assert "Xã Bình Minh" in page


def test_a_list_holds_nobody_of_another_unit_whatever_is_asked(
    here: Province, sign_in: SignIn
) -> None:
    committed(make_member("Trần Ở Xa", here.far_commune))
    client = sign_in("xa")
    for query in ("", "?q=tran", "?q=0905", "?page=99", "?phe-duyet=chua"):
        assert "Trần Ở Xa" not in client.get(f"/nguoi{query}").text
    assert client.get(f"/nguoi?don-vi={here.far_commune.id}").status_code == 404


def test_a_list_narrows_to_a_unit_and_those_below(here: Province, sign_in: SignIn) -> None:
    make_member("Lê Ở Xã", here.commune)
    committed(make_member("Trần Ở Xa", here.far_commune))
    page = sign_in("thamdinh").get(f"/nguoi?don-vi={here.district.id}").text
    assert "Lê Ở Xã" in page
    assert "Trần Ở Xa" not in page


def test_the_workbook_holds_the_same_people_with_full_phones_and_is_audited(
    here: Province, sign_in: SignIn
) -> None:
    make_membership(make_person("=Lê Công Thức", phone="+84905123456"), here.commune)
    committed(make_member("Trần Ở Xa", here.far_commune))
    answer = sign_in("xa").get("/nguoi/tep-excel")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    cells = [cell for row in rows for cell in row]
    assert "=Lê Công Thức" in cells
    assert "0905 123 456" in cells
    assert "Trần Ở Xa" not in cells
    assert actions()[-1] == "people.export"
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "people.export")).one()
    assert event.details["rows"] == 2


def test_a_person_s_page_tells_the_past_and_hides_the_citizen_number(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Lê Văn An", here.commune, until=None)
    make_assignment(person, here.commune, make_decision(here.commune), until=date(2024, 6, 20))
    person.citizen_id_encrypted = "k1:xxxx"
    db.session.commit()
    page = sign_in("xa").get(f"/nguoi/{person.id}").text
    assert "15/QĐ-UBND" in page
    assert "trước 20/06/2024" in page
    assert "••••" in page
    assert "k1:xxxx" not in page


def test_a_person_s_page_tells_since_when_a_member_and_apart_on_what_approved(
    here: Province, sign_in: SignIn
) -> None:
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    membership = make_membership(make_person("Lê Văn An"), team, role=MemberRole.HEAD)
    approve_memberships(team, membership, since=date(2024, 6, 20))
    waiting = make_membership(make_person("Lê Văn Ba"), team, role=MemberRole.DEPUTY)
    db.session.commit()
    client = sign_in("xa")
    page = " ".join(client.get(f"/nguoi/{membership.person_id}").text.split())
    assert re.search(r'data-label="Là thành viên"><div> ?01/06/2024 – nay', page)
    assert "từ 20/06/2024, Quyết định số 99/QĐ-UBND ngày 20/06/2024" in page
    assert "Tổ CNSCĐ thôn 1, xã Bình Minh" in page
    assert "Tổ trưởng" in page
    page = client.get(f"/nguoi/{waiting.person_id}").text
    assert "Chưa phê duyệt" in page
    assert "99/QĐ-UBND" not in page


def test_a_list_names_a_team_with_its_commune_and_its_deputy_to_pho(
    here: Province, sign_in: SignIn
) -> None:
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    make_membership(make_person("Lê Văn An"), team, role=MemberRole.DEPUTY)
    db.session.commit()
    client = sign_in("xa")
    page = client.get("/nguoi").text
    assert "Tổ CNSCĐ thôn 1 · Xã Bình Minh" in page
    assert "Tổ phó" in page
    content = BytesIO(client.get("/nguoi/tep-excel").data)
    rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    assert ["Tổ CNSCĐ thôn 1 · Xã Bình Minh", "Tổ phó"] in [row[4:6] for row in rows]


def test_a_form_about_a_team_offers_its_roles_by_their_names(
    here: Province, sign_in: SignIn
) -> None:
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    membership = make_membership(make_person("Lê Văn An"), team)
    db.session.commit()
    client = sign_in("xa")
    for address in (f"/don-vi/{team.id}/them-nguoi", f"/thanh-vien/{membership.id}/sua"):
        page = client.get(address).text
        assert re.search(r'<option value="deputy"[^>]*>Tổ phó</option>', page)
        assert ">Phó</option>" not in page
    page = client.get(f"/don-vi/{here.commune.id}/them-nguoi").text
    assert re.search(r'<option value="head"[^>]*>Người đứng đầu</option>', page)


def test_what_does_not_count_stands_apart_on_the_page_of_a_person_and_the_own_record(
    here: Province, sign_in: SignIn
) -> None:
    officer = make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    person = db.session.get_one(Person, officer.person_id)
    far = here.far_commune
    make_assignment(person, here.commune, make_decision(here.commune))
    make_membership(person, far, until=date(2024, 6, 20), is_main=False)
    make_assignment(person, far, make_decision(far))
    db.session.commit()
    for login, address in (("thamdinh", f"/nguoi/{person.id}"), ("canbo", "/ho-so-cua-toi")):
        page = sign_in(login).get(address).text
        counted, apart = page.split("Phân công không được tính", 1)
        assert "Xã Bình Minh" in counted
        assert "Không còn là thành viên của đơn vị từ ngày 20/06/2024" in apart


def test_the_navigation_marks_the_section_of_the_page_shown(
    here: Province, sign_in: SignIn
) -> None:
    person = committed(make_member("Lê Văn Năm", here.commune))
    client = sign_in("xa")
    for address in ("/nguoi", f"/nguoi/{person.id}", f"/nguoi/{person.id}/sua"):
        marked = re.findall(r'aria-current="page">([^<]+)</a>', client.get(address).text)
        assert set(marked) == {"Người"}


def test_a_person_out_of_scope_reads_like_one_that_does_not_exist(
    here: Province, sign_in: SignIn
) -> None:
    person = committed(make_member("Trần Ở Xa", here.far_commune))
    client = sign_in("xa")
    for path in ("/nguoi/{}", "/nguoi/{}/sua"):
        foreign, missing = client.get(path.format(person.id)), client.get(path.format(987654))
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert without_token(foreign.text) == without_token(missing.text)
    assert client.post(f"/nguoi/{person.id}/so-cccd").status_code == 404
    assert "citizen_id.reveal" not in actions()


def test_a_person_who_left_is_seen_on_a_day_of_his_time_only(
    here: Province, sign_in: SignIn
) -> None:
    person = committed(make_member("Lê Đã Đi", here.commune, until=date(2024, 6, 15)))
    client = sign_in("xa")
    assert client.get(f"/nguoi/{person.id}").status_code == 404
    assert client.get(f"/nguoi/{person.id}?ngay=10/06/2024").status_code == 200
    assert client.get(f"/nguoi/{person.id}/sua?ngay=10/06/2024").status_code == 404


PERSONAL = ("0905 123 456", "0905 ••• 456", "le@vidu.invalid", "1977")


def leaver(here: Province) -> Person:
    """Make somebody who left the commune for another unit, of whom everything is known."""
    person = make_person("Lê Đã Đi", phone="+84905123456", email="le@vidu.invalid", birth_year=1977)
    make_membership(person, here.commune, until=date(2024, 6, 15))
    make_membership(person, here.far_commune, since=date(2024, 6, 15))
    facts_from(person, date(2024, 6, 15), job_title="Trưởng phòng ở nơi mới")
    return committed(person)


def test_of_who_left_what_is_not_dated_is_told_on_no_past_day(
    here: Province, sign_in: SignIn
) -> None:
    person = leaver(here)
    client = sign_in("xa")
    for address in (
        f"/nguoi/{person.id}?ngay=10/06/2024",
        "/nguoi?ngay=10/06/2024",
        f"/don-vi/{here.commune.id}?ngay=10/06/2024",
    ):
        page = client.get(address).text
        assert "Lê Đã Đi" in page
        assert "Công chức Văn phòng - Thống kê" in page
        assert [word for word in PERSONAL if word in page] == []
    book = client.get("/nguoi/tep-excel?ngay=10/06/2024").data
    rows = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()
    (row,) = (row for row in rows if "Lê Đã Đi" in row)
    assert "Công chức Văn phòng - Thống kê" in row
    assert [word for word in (*PERSONAL, 1977, 1977.0) if word in row] == []


def test_of_who_left_it_is_not_said_that_nothing_was_ever_changed(
    here: Province, sign_in: SignIn
) -> None:
    person = leaver(here)
    gone = sign_in("xa").get(f"/nguoi/{person.id}?ngay=10/06/2024").text
    assert "Hiện nay người này không thuộc đơn vị nào trong phạm vi được giao" in gone
    assert "Lịch sử thay đổi" not in gone
    assert "Lịch sử thay đổi" in sign_in("thamdinh").get(f"/nguoi/{person.id}").text


def test_who_is_still_here_is_told_whole_on_a_past_day(here: Province, sign_in: SignIn) -> None:
    person = leaver(here)
    page = sign_in("thamdinh").get(f"/nguoi/{person.id}?ngay=10/06/2024").text
    assert [word for word in PERSONAL if word not in page] == ["0905 ••• 456"]
    assert "0905 ••• 456" in sign_in("thamdinh").get("/nguoi?ngay=10/06/2024").text


def test_who_is_to_come_is_told_by_name_only_until_then(here: Province, sign_in: SignIn) -> None:
    person = make_person("Lê Sắp Đến", phone="+84905123456", email="le@vidu.invalid")
    make_membership(person, here.far_commune, until=date(2024, 7, 15))
    make_membership(person, here.commune, since=date(2024, 7, 15))
    committed(person)
    client = sign_in("xa")
    for address in (f"/nguoi/{person.id}?ngay=20/07/2024", "/nguoi?ngay=20/07/2024"):
        page = client.get(address).text
        assert "Lê Sắp Đến" in page
        assert [word for word in PERSONAL if word in page] == []


def test_the_list_of_who_lacks_a_phone_says_nothing_of_who_left(
    here: Province, sign_in: SignIn
) -> None:
    person = leaver(here)
    person.phone = None
    stays = make_member("Lê Ở Lại", here.commune)
    stays.phone = None
    db.session.commit()
    page = sign_in("xa").get("/nguoi?viec=people_without_phone&ngay=10/06/2024").text
    assert "Lê Ở Lại" in page
    assert "Lê Đã Đi" not in page


def test_a_person_s_page_tells_nothing_of_units_out_of_scope_but_that_there_are_some(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Lê Hai Nơi", here.commune)
    make_membership(person, here.far_commune, since=date(2024, 6, 10), is_main=False)
    make_assignment(person, here.far_commune, make_decision(here.far_commune, "77/QĐ-UBND"))
    alone = make_member("Lê Một Nơi", here.commune)
    db.session.commit()
    client = sign_in("xa")
    page = client.get(f"/nguoi/{person.id}").text
    assert "Ở đơn vị khác" in page
    assert [word for word in ("Xã Đại Minh", "77/QĐ-UBND") if word in page] == []
    assert "Ở đơn vị khác" not in client.get(f"/nguoi/{alone.id}").text
    whole = sign_in("thamdinh").get(f"/nguoi/{person.id}").text
    assert "Xã Đại Minh" in whole
    assert "77/QĐ-UBND" in whole
    assert "Ở đơn vị khác" not in whole


def test_of_the_time_elsewhere_a_person_s_page_tells_no_facts(
    here: Province, sign_in: SignIn
) -> None:
    person = leaver(here)
    page = sign_in("xa").get(f"/nguoi/{person.id}?ngay=10/06/2024").text
    assert "Trưởng phòng ở nơi mới" not in page
    assert "Xã Đại Minh" not in page
    make_membership(person, here.commune, since=date(2024, 6, 25), is_main=False)
    db.session.commit()
    back = sign_in("xa").get(f"/nguoi/{person.id}?ngay=20/06/2024").text
    assert "Chưa có thông tin công tác vào ngày này" in back


def without_token(page: str) -> str:
    """Return a page without what is new in each answer."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def form_of(client: FlaskClient, path: str, **changes: str) -> dict[str, str]:
    """Return what a browser would send from a page: its fields as they stand, then `changes`."""
    page = client.get(path).text
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        found = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        kind = found.get("type", "text")
        if "name" in found and (kind not in {"checkbox", "radio"} or " checked" in tag):
            fields[found["name"]] = found.get("value", "")
    for name, options in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields | changes


def test_an_edit_shows_what_is_there_and_saves_it(here: Province, sign_in: SignIn) -> None:
    person = committed(make_member("Lê Văn An", here.commune))
    client = sign_in("xa")
    path = f"/nguoi/{person.id}/sua"
    data = form_of(client, path, full_name="Lê Văn Ân", citizen_id="048 085 123 456")
    assert "job_title" not in data
    answer = client.post(path, data=data, follow_redirects=True)
    assert "Đã lưu hồ sơ." in answer.text
    assert "Lê Văn Ân" in answer.text
    assert "khác năm sinh đã nhập là 1990" in answer.text
    assert "048085123456" not in answer.text
    db.session.rollback()
    stored = db.session.get_one(Person, person.id).citizen_id_encrypted
    assert stored is not None
    assert "048085123456" not in stored


def test_fields_a_form_does_not_have_are_ignored(here: Province, sign_in: SignIn) -> None:
    person = committed(make_member("Lê Văn An", here.commune))
    client = sign_in("xa")
    path = f"/nguoi/{person.id}/sua"
    forged = {"id": "1", "search_key": "x", "unit_id": str(here.far_commune.id), "is_admin": "1"}
    client.post(path, data=form_of(client, path, **forged))
    db.session.rollback()
    kept = db.session.get_one(Person, person.id)
    assert kept.search_key == "le van an"
    assert [
        row.unit_id
        for row in db.session.scalars(select(Membership).where(Membership.person_id == person.id))
    ] == [here.commune.id]


def test_two_who_edit_at_once_lose_nothing(here: Province, sign_in: SignIn) -> None:
    person = committed(make_member("Lê Văn An", here.commune))
    client = sign_in("xa")
    path = f"/nguoi/{person.id}/sua"
    first = form_of(client, path, full_name="Lê Văn Một")
    second = form_of(client, path, full_name="Lê Văn Hai")
    client.post(path, data=first)
    answer = client.post(path, data=second)
    assert answer.status_code == 422
    assert "Người khác vừa lưu hồ sơ này" in answer.text
    db.session.rollback()
    assert db.session.get_one(Person, person.id).full_name == "Lê Văn Một"


def facts_path(person: Person) -> str:
    """Return the address at which the first period of a person's facts is edited."""
    return f"/nguoi/cong-tac/{periods_of(person.id)[0].id}/sua"


def test_a_person_s_page_tells_the_facts_of_the_day_and_all_there_were(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Lê Văn An", here.commune)
    facts_from(
        person, date(2024, 6, 20), job_title="Chủ tịch UBND xã", contract_type=ContractType.CONTRACT
    )
    db.session.commit()
    client = sign_in("xa")
    before, now = (client.get(f"/nguoi/{person.id}?ngay={day}").text for day in DAYS)
    caption = r'page-heading__caption">([^<]*)<'
    assert re.findall(caption, before) == ["Công chức Văn phòng - Thống kê"]
    assert re.findall(caption, now) == ["Chủ tịch UBND xã"]
    for page in (before, now):
        assert "Lịch sử thông tin công tác" in page
        assert "trước 20/06/2024" in page
        assert "Hợp đồng" in page


def test_one_s_own_record_tells_all_that_was_ever_said_of_one_s_work(
    here: Province, sign_in: SignIn
) -> None:
    member = make_member("Lê Chỉ Xem Mình", here.commune)
    facts_from(member, date(2024, 6, 20), job_title="Chủ tịch UBND xã")
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="thanhvien", person=member)
    db.session.commit()
    page = sign_in("thanhvien").get("/ho-so-cua-toi").text
    assert "Công chức Văn phòng - Thống kê" in page
    assert "Chủ tịch UBND xã" in page
    assert "/nguoi/cong-tac/" not in page


def test_an_edit_of_dated_facts_asks_which_of_the_two_it_is(
    here: Province, sign_in: SignIn
) -> None:
    person = committed(make_member("Lê Văn An", here.commune))
    client = sign_in("xa")
    path = facts_path(person)
    data = form_of(client, path, job_title="Chủ tịch UBND xã")
    assert (data["contract_type"], data["valid_from"]) == ("permanent", "01/06/2024")
    answer = client.post(path, data=data)
    assert answer.status_code == 422
    assert "Chọn đính chính hoặc thay đổi từ ngày." in answer.text
    assert 'value="Chủ tịch UBND xã"' in answer.text


def test_facts_change_from_a_day_on(here: Province, sign_in: SignIn) -> None:
    person = committed(make_member("Lê Văn An", here.commune))
    client = sign_in("xa")
    path = facts_path(person)
    data = form_of(client, path, job_title="Chủ tịch UBND xã", change_kind="change")
    missing = client.post(path, data=data)
    assert "Nhập ngày bắt đầu thay đổi." in missing.text
    answer = client.post(path, data=data | {"change_from": "20/06/2024"}, follow_redirects=True)
    assert "Đã lưu thông tin công tác." in answer.text
    assert "Thay đổi thông tin công tác" in answer.text
    db.session.rollback()
    assert [title_of(person, day) for day in (date(2024, 6, 19), date(2024, 6, 20))] == [
        "Công chức Văn phòng - Thống kê",
        "Chủ tịch UBND xã",
    ]


def test_facts_put_right_were_always_so(here: Province, sign_in: SignIn) -> None:
    person = committed(make_member("Lê Văn An", here.commune))
    client = sign_in("xa")
    path = facts_path(person)
    data = form_of(
        client,
        path,
        change_kind="correction",
        contract_type="contract",
        it_major="y",
        change_from="",
    )
    without_day = client.post(path, data=data | {"valid_from": ""})
    assert "Nhập ngày bắt đầu của thông tin này." in without_day.text
    assert "Đã lưu thông tin công tác." in client.post(path, data=data, follow_redirects=True).text
    db.session.rollback()
    (period,) = periods_of(person.id)
    assert (period.contract_type, period.it_major) == (ContractType.CONTRACT, True)


def test_two_who_edit_dated_facts_at_once_lose_nothing(here: Province, sign_in: SignIn) -> None:
    person = committed(make_member("Lê Văn An", here.commune))
    client = sign_in("xa")
    path = facts_path(person)
    first = form_of(client, path, change_kind="correction", job_title="Chủ tịch")
    second = form_of(client, path, change_kind="correction", job_title="Phó Chủ tịch")
    client.post(path, data=first)
    answer = client.post(path, data=second)
    assert answer.status_code == 422
    assert "Người khác vừa lưu thông tin này" in answer.text
    db.session.rollback()
    assert title_of(person, date(2024, 6, 30)) == "Chủ tịch"


def test_the_workbook_tells_the_facts_of_its_day(here: Province, sign_in: SignIn) -> None:
    person = make_member("Lê Văn An", here.commune)
    facts_from(person, date(2024, 6, 20), contract_type=ContractType.CONTRACT)
    db.session.commit()
    client = sign_in("xa")
    for day, contract in zip(DAYS, ("Biên chế", "Hợp đồng"), strict=True):
        answer = client.get(f"/nguoi/tep-excel?q=an&ngay={day}")
        workbook = CalamineWorkbook.from_filelike(BytesIO(answer.data))
        assert contract in workbook.get_sheet_by_index(0).to_python()[-1]


def test_a_number_is_shown_by_a_post_that_is_audited_and_never_kept(
    here: Province, sign_in: SignIn
) -> None:
    person = committed(make_member("Lê Văn An", here.commune))
    client = sign_in("xa")
    path = f"/nguoi/{person.id}/sua"
    client.post(path, data=form_of(client, path, citizen_id=NUMBER))
    assert client.get(f"/nguoi/{person.id}/so-cccd").status_code == 405
    answer = client.post(f"/nguoi/{person.id}/so-cccd")
    assert "049 090 123 456" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert actions()[-1] == "citizen_id.reveal"


def test_who_only_looks_neither_edits_nor_sees_a_number(here: Province, sign_in: SignIn) -> None:
    person = committed(make_member("Lê Văn An", here.commune))
    client = sign_in("xem")
    page = client.get(f"/nguoi/{person.id}").text
    assert "Sửa hồ sơ" not in page
    assert "Xem số CCCD" not in page
    assert client.get(f"/nguoi/{person.id}/sua").status_code == 403
    assert client.post(f"/nguoi/{person.id}/so-cccd").status_code == 403


def registration(**changes: str) -> dict[str, str]:
    """Return a filled form to register somebody."""
    return {
        "full_name": "Lê Văn Mới",
        "phone": "0905 123 456",
        "birth_year": "1990",
        "role": "member",
        "valid_from": "15/06/2024",
        "education_level": "",
        "contract_type": "",
        **changes,
    }


def test_an_officer_registers_somebody_of_the_unit(here: Province, sign_in: SignIn) -> None:
    answer = sign_in("xa").post(
        f"/don-vi/{here.commune.id}/them-nguoi", data=registration(), follow_redirects=True
    )
    assert "Đã thêm 1 người vào đơn vị." in answer.text
    assert "Lê Văn Mới" in answer.text


def test_somebody_who_joins_later_is_shown_on_the_first_day(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("xa")
    answer = client.post(
        f"/don-vi/{here.commune.id}/them-nguoi",
        data=registration(valid_from="01/08/2024"),
        follow_redirects=True,
    )
    assert answer.status_code == 200
    assert "Đã thêm 1 người vào đơn vị." in answer.text
    assert "Lê Văn Mới" in answer.text


def test_a_year_of_birth_has_four_figures_and_no_dot(here: Province, sign_in: SignIn) -> None:
    person = committed(make_member("Lê Văn Năm", here.commune))
    person.birth_year, person.birth_date = 1985, None
    db.session.commit()
    client = sign_in("xa")
    assert 'value="1985"' in client.get(f"/nguoi/{person.id}/sua").text
    refused = client.post(
        f"/don-vi/{here.commune.id}/them-nguoi", data=registration(birth_year="85")
    )
    assert refused.status_code == 422
    assert "Nhập năm sinh bằng bốn chữ số" in refused.text


def test_a_form_sent_twice_registers_once(here: Province, sign_in: SignIn) -> None:
    client = sign_in("xa")
    data = registration(submit_key="a" * 22)
    first = client.post(f"/don-vi/{here.commune.id}/them-nguoi", data=data)
    second = client.post(f"/don-vi/{here.commune.id}/them-nguoi", data=data)
    assert first.location == second.location
    db.session.rollback()
    found = db.session.scalars(select(Person).where(Person.full_name == "Lê Văn Mới")).all()
    assert len(found) == 1


def test_somebody_alike_is_offered_and_joins_instead_of_being_written_twice(
    here: Province, sign_in: SignIn
) -> None:
    known = committed(make_member("Lê Văn Mới", here.other_commune))
    client = sign_in("thamdinh")
    path = f"/don-vi/{here.commune.id}/them-nguoi"
    refused = client.post(path, data=registration())
    assert refused.status_code == 422
    assert f'value="{known.id}"' in refused.text
    assert "Xã Bình Đào" in refused.text
    client.post(path, data=registration(despite_likeness=str(known.id)))
    db.session.rollback()
    assert (
        len(db.session.scalars(select(Person).where(Person.full_name == "Lê Văn Mới")).all()) == 1
    )
    units = set(
        db.session.scalars(select(Membership.unit_id).where(Membership.person_id == known.id))
    )
    assert units == {here.commune.id, here.other_commune.id}


def test_of_a_person_elsewhere_nothing_is_told_and_he_cannot_be_taken_over(
    here: Province, sign_in: SignIn
) -> None:
    stranger = make_person("Trần Bí Mật", phone="+84905123456")
    make_membership(stranger, here.far_commune)
    db.session.commit()
    client = sign_in("xa")
    path = f"/don-vi/{here.commune.id}/them-nguoi"
    taken = client.post(path, data=registration(despite_likeness=str(stranger.id)))
    missing = client.post(path, data=registration(despite_likeness="987654"))
    assert taken.status_code == missing.status_code == 404
    written = client.post(path, data=registration(), follow_redirects=True)
    assert "Đã thêm 1 người vào đơn vị." in written.text
    assert "Trần Bí Mật" not in written.text


def test_what_was_typed_stays_in_a_refused_form(here: Province, sign_in: SignIn) -> None:
    answer = sign_in("xa").post(
        f"/don-vi/{here.commune.id}/them-nguoi", data=registration(phone="0123 456 7890")
    )
    assert answer.status_code == 422
    assert "Lê Văn Mới" in answer.text
    assert "Đầu số" in answer.text


def test_one_s_own_record_is_one_s_own_whatever_the_address_says(
    here: Province, sign_in: SignIn
) -> None:
    member = make_member("Lê Chỉ Xem Mình", here.commune)
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="thanhvien", person=member)
    committed(make_member("Trần Người Khác", here.commune))
    page = sign_in("thanhvien").get("/ho-so-cua-toi?person_id=1&id=1").text
    assert "Lê Chỉ Xem Mình" in page
    assert "Trần Người Khác" not in page


def test_an_account_without_person_has_no_own_record(here: Province, sign_in: SignIn) -> None:
    assert sign_in("quantri").get("/ho-so-cua-toi").status_code == 404


def test_an_administrator_of_the_system_sees_nobody(here: Province, sign_in: SignIn) -> None:
    client = sign_in("quantri")
    for path in ("/nguoi", "/nguoi/1", "/nguoi/tep-excel", "/don-vi"):
        assert client.get(path).status_code == 403


def test_a_year_alone_at_the_day_of_birth_is_told_where_it_belongs_and_stays(
    here: Province, sign_in: SignIn
) -> None:
    answer = sign_in("xa").post(
        f"/don-vi/{here.commune.id}/them-nguoi", data=registration(birth_date="1990")
    )
    assert answer.status_code == 422
    assert "để trống ô này và nhập 1990 vào ô “Năm sinh”" in answer.text
    assert re.search(r'<input[^>]*name="birth_date"[^>]*value="1990"', answer.text)


def test_two_digits_of_a_birth_year_are_of_somebody_old_enough_to_work(
    here: Province, sign_in: SignIn
) -> None:
    answer = sign_in("xa").post(
        f"/don-vi/{here.commune.id}/them-nguoi",
        data=registration(birth_date="2/9/45", birth_year=""),
    )
    assert answer.status_code == 303
    db.session.rollback()
    born = db.session.scalar(select(Person.birth_date).where(Person.full_name == "Lê Văn Mới"))
    assert born == date(1945, 9, 2)


def test_a_form_of_address_before_the_name_is_taken_off_with_a_word(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("xa")
    path = f"/don-vi/{here.commune.id}/them-nguoi"
    refused = client.post(path, data=registration(full_name="Đ/c Lê Văn Mới", phone="1"))
    assert 'value="Đ/c Lê Văn Mới"' in refused.text
    saved = client.post(path, data=registration(full_name="Đ/c Lê Văn Mới"), follow_redirects=True)
    assert "Đã bỏ “Đ/c” đứng trước họ tên “Lê Văn Mới”." in saved.text
    assert names_like("Lê Văn Mới") == ["Lê Văn Mới"]


@pytest.mark.parametrize("typed", ["LÊ VĂN MỚI", "lê văn mới"])
def test_a_name_in_capitals_or_small_letters_is_put_right_once_its_writer_has_seen_it(
    here: Province, sign_in: SignIn, typed: str
) -> None:
    client = sign_in("xa")
    path = f"/don-vi/{here.commune.id}/them-nguoi"
    asked = client.post(path, data=registration(full_name=typed))
    assert asked.status_code == 422
    assert "Đã sửa chữ hoa, chữ thường thành “Lê Văn Mới”." in asked.text
    assert re.search(r'<input[^>]*name="full_name"[^>]*value="Lê Văn Mới"', asked.text)
    assert names_like("Lê Văn Mới") == []
    assert client.post(path, data=registration(full_name="Lê Văn Mới")).status_code == 303
    assert names_like("Lê Văn Mới") == ["Lê Văn Mới"]


def test_a_name_typed_again_as_it_was_after_the_question_stays(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("xa")
    path = f"/don-vi/{here.commune.id}/them-nguoi"
    asked = client.post(path, data=registration(full_name="LÊ VĂN MỚI"))
    hidden = re.search(r'name="(full_name_asked)" value="([^"]+)"', asked.text)
    assert hidden is not None
    again = registration(full_name="LÊ VĂN MỚI") | {hidden[1]: hidden[2]}
    assert client.post(path, data=again).status_code == 303
    assert names_like("Lê Văn Mới") == ["LÊ VĂN MỚI"]


def names_like(name: str) -> list[str]:
    db.session.rollback()
    key = search_key(name)
    return list(db.session.scalars(select(Person.full_name).where(Person.search_key == key)))


def test_a_similar_name_is_offered_with_the_reason(here: Province, sign_in: SignIn) -> None:
    known = committed(make_member("Lê Thị Mới", here.commune))
    answer = sign_in("xa").post(
        f"/don-vi/{here.commune.id}/them-nguoi", data=registration(full_name="Lê Mới")
    )
    assert answer.status_code == 422
    assert f'value="{known.id}"' in answer.text
    assert "Họ tên gần giống: một bên thiếu tên đệm" in answer.text


def test_who_left_is_led_to_as_on_the_last_day_and_never_to_a_page_not_found(
    app: Flask, here: Province, sign_in: Callable[[str], FlaskClient]
) -> None:
    left_on = TODAY - timedelta(days=3)
    decision = make_decision(here.commune)
    gone = make_member("Lê Đã Chuyển", here.commune, until=left_on)
    stranger = make_member("Trần Người Ngoài", here.far_commune)
    for person in (gone, stranger):
        make_assignment(person, here.commune, decision)
    make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    db.session.commit()
    client = sign_in("canbo")
    for address in (
        f"/don-vi/{here.commune.id}/phan-cong",
        f"/don-vi/{here.commune.id}",
        f"/quyet-dinh/{decision.id}",
    ):
        page = client.get(address).text
        assert "Trần Người Ngoài" in page
        assert f"/nguoi/{stranger.id}" not in page, address
        link = re.search(rf'href="(/nguoi/{gone.id}[^"]*)"', page)
        assert link, address
        assert client.get(link[1].replace("&amp;", "&")).status_code == 200, address
