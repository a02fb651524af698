"""Pages of units: the tree on a day, one unit, how it is reached."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.units import UnitContact
from tests.factories.accounts import make_account
from tests.factories.coverage import make_home, make_rules
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import Province, make_succession, make_unit, rename_unit

SignIn = Callable[[str], FlaskClient]
MERGER = date(2025, 7, 1)


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province with a reviewer ("thamdinh") and an officer of one commune ("xa")."""
    found = Province()
    make_account(Role.REVIEWER, found.it_department, login="thamdinh")
    make_account(Role.UNIT_OFFICER, found.commune, login="xa")
    make_account(Role.VIEWER, found.committee, login="xem")
    db.session.commit()
    return found


def test_the_tree_opens_at_the_province_and_names_the_day(here: Province, sign_in: SignIn) -> None:
    page = sign_in("thamdinh").get("/don-vi").text
    assert "Tính đến ngày 30/06/2024" in page
    assert "Huyện Thăng Bình" in page
    assert "Sở Nội vụ" in page


def test_an_officer_s_tree_holds_nothing_but_its_own_units(here: Province, sign_in: SignIn) -> None:
    page = sign_in("xa").get("/don-vi").text
    assert "Xã Bình Minh" in page
    assert "Xã Bình Đào" not in page
    assert "Xã Bình Đào" not in sign_in("xa").get("/don-vi?q=binh").text


def test_a_search_says_a_former_name_and_until_when_it_held(
    here: Province, sign_in: SignIn
) -> None:
    rename_unit(here.section, "Phòng Chuyển đổi số", date(2024, 6, 20))
    db.session.commit()
    page = sign_in("thamdinh").get("/don-vi?q=phong+cong+nghe").text
    assert "Phòng Chuyển đổi số" in page
    assert "Tên cũ: Phòng Công nghệ thông tin, dùng đến hết 19/06/2024" in page


def test_a_search_that_finds_nothing_says_what_to_do(here: Province, sign_in: SignIn) -> None:
    page = sign_in("thamdinh").get("/don-vi?q=%3Cscript%3Ekhongco").text
    assert "Không tìm thấy đơn vị nào" in page
    assert "<script>khongco" not in page


def test_the_day_is_kept_on_the_way_down(here: Province, sign_in: SignIn) -> None:
    page = sign_in("thamdinh").get("/don-vi?ngay=10/06/2024").text
    assert f"/don-vi/{here.district.id}?ngay=10/06/2024" in page
    unit = sign_in("thamdinh").get(f"/don-vi/{here.district.id}?ngay=10/06/2024").text
    assert f"/don-vi/{here.commune.id}?ngay=10/06/2024" in unit


def test_a_day_in_the_address_is_cleaned_and_an_unseen_one_is_none(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    assert 'value="01/06/2024"' in client.get("/don-vi?ngay=%E2%80%8B1/6/24%E2%80%AC").text
    assert "Ngày chưa đúng dạng" not in client.get("/don-vi?ngay=%E2%80%8B").text


def test_a_day_that_cannot_be_read_is_named_and_the_usual_day_shown(
    here: Province, sign_in: SignIn
) -> None:
    answer = sign_in("thamdinh").get("/don-vi?ngay=31/02/2024")
    assert answer.status_code == 200
    assert "Ngày không có trong lịch (31/02)" in answer.text
    assert "Tính đến ngày 30/06/2024" in answer.text


def test_a_unit_shows_who_holds_what_its_members_and_masked_phones(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Lê Đầu Mối", here.commune)
    person.phone = "+84905123456"
    make_assignment(person, here.commune, make_decision(here.commune, "15/QĐ-UBND"))
    db.session.commit()
    page = sign_in("thamdinh").get(f"/don-vi/{here.commune.id}").text
    assert page.count("Lê Đầu Mối") == 2
    assert "15/QĐ-UBND" in page
    assert "0905 ••• 456" in page
    assert "0905 123 456" not in page
    assert "0235 300 0001" in page


def test_who_left_is_no_contact_of_the_unit_and_stands_apart_with_the_reason(
    here: Province, sign_in: SignIn
) -> None:
    decision = make_decision(here.commune)
    make_assignment(make_member("Lê Ở Lại", here.commune), here.commune, decision)
    gone = make_member("Trần Đã Đi", here.commune, until=date(2024, 6, 20))
    gone.phone = "+84905777888"
    make_assignment(gone, here.commune, decision)
    make_assignment(make_member("Phan Chờ", here.commune), here.commune, None)
    db.session.commit()
    page = sign_in("xa").get(f"/don-vi/{here.commune.id}").text
    in_charge, apart = page.split("Phân công không được tính", 1)
    assert "Lê Ở Lại" in in_charge
    assert "Trần Đã Đi" not in in_charge
    assert "Phan Chờ" not in in_charge
    assert "Không còn là thành viên của đơn vị từ ngày 20/06/2024" in apart
    assert "Trần Đã Đi" in apart
    assert "••• 888" not in page
    before = sign_in("xa").get(f"/don-vi/{here.commune.id}?ngay=19/06/2024").text
    assert "Trần Đã Đi" in before.split("Phân công không được tính", 1)[0]


def test_an_office_s_page_names_its_functions(here: Province, sign_in: SignIn) -> None:
    page = sign_in("thamdinh").get(f"/don-vi/{here.it_department.id}").text
    assert "Cơ quan thẩm định" in page


def test_a_unit_out_of_scope_reads_like_one_that_does_not_exist(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("xa")
    for path in ("/don-vi/{}", "/don-vi/{}/lien-he", "/don-vi/{}/them-nguoi"):
        foreign = client.get(path.format(here.other_commune.id))
        missing = client.get(path.format(987654))
        assert (foreign.status_code, missing.status_code) == (404, 404)
        assert without_token(foreign.text) == without_token(missing.text)


def test_a_closed_unit_says_since_when_and_what_took_its_place(
    here: Province, sign_in: SignIn
) -> None:
    old = make_unit("Xã Quế Phước", UnitKind.COMMUNE, here.district, until=MERGER)
    make_succession(old, here.commune, MERGER)
    db.session.commit()
    page = sign_in("thamdinh").get(f"/don-vi/{old.id}?ngay=02/07/2025").text
    assert "Kết thúc từ ngày 01/07/2025." in page
    assert "Xã Bình Minh" in page


def without_token(page: str) -> str:
    """Return a page without what is new in each answer."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def contact_form(version: int, **changes: str) -> dict[str, str]:
    """Return a filled contact form."""
    return {
        "version": str(version),
        "phone": "0235 381 2345",
        "email": "vanthu@vidu.invalid",
        "address": "Thôn 1",
        "head_title": "Chủ tịch UBND xã",
        **changes,
    }


def test_an_officer_edits_the_contact_of_the_own_unit(here: Province, sign_in: SignIn) -> None:
    client = sign_in("xa")
    path = f"/don-vi/{here.commune.id}/lien-he"
    assert "0235 300 0001" in client.get(path).text
    answer = client.post(path, data=contact_form(1), follow_redirects=True)
    assert "Đã lưu thông tin liên hệ" in answer.text
    assert "0235 381 2345" in answer.text


def test_fields_that_are_not_in_the_form_change_nothing(here: Province, sign_in: SignIn) -> None:
    data = contact_form(1, unit_id=str(here.other_commune.id), id="1", registry_code="X")
    sign_in("xa").post(f"/don-vi/{here.commune.id}/lien-he", data=data)
    db.session.rollback()
    assert db.session.get(UnitContact, here.other_commune.id) is None
    assert db.session.get_one(UnitContact, here.commune.id).phone == "+842353812345"


def test_a_contact_somebody_else_saved_is_not_overwritten(here: Province, sign_in: SignIn) -> None:
    client = sign_in("xa")
    path = f"/don-vi/{here.commune.id}/lien-he"
    client.post(path, data=contact_form(1))
    answer = client.post(path, data=contact_form(1, address="Thôn 2"))
    assert answer.status_code == 422
    assert "Người khác vừa lưu" in answer.text
    db.session.rollback()
    assert db.session.get_one(UnitContact, here.commune.id).address == "Thôn 1"


def test_a_wrong_phone_is_named_at_its_field(here: Province, sign_in: SignIn) -> None:
    answer = sign_in("xa").post(
        f"/don-vi/{here.commune.id}/lien-he", data=contact_form(1, phone="01234567890")
    )
    assert answer.status_code == 422
    assert "Đầu số 0123 đã đổi thành 083" in answer.text


def test_who_only_looks_has_no_form_for_contacts(here: Province, sign_in: SignIn) -> None:
    assert sign_in("xem").get(f"/don-vi/{here.commune.id}/lien-he").status_code == 403
    assert "Sửa liên hệ" not in sign_in("xem").get(f"/don-vi/{here.commune.id}").text


def test_a_visitor_is_led_to_the_sign_in_page(here: Province, client: FlaskClient) -> None:
    answer = client.get(f"/don-vi/{here.commune.id}")
    assert answer.status_code == 303
    assert "/dang-nhap" in answer.location


# --- what can be done with a unit ---------------------------------------------------------------


def actions_of(page: str) -> list[tuple[str, str]]:
    """Return the buttons below the unit's name."""
    row = page.partition('aria-label="Thao tác với đơn vị">')[2].partition("</nav>")[0]
    return re.findall(r'href="([^"]+)">([^<]+)</a>', row)


def test_what_can_be_done_with_a_unit_stands_below_its_name_and_opens(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("xa")
    page = client.get(f"/don-vi/{here.commune.id}").text
    found = actions_of(page)
    assert [words for _, words in found] == [
        "Thêm người",
        "Ghi phân công",
        "Lập danh sách thành viên",
        "Sửa liên hệ",
        "Lập đơn vị trực thuộc",
    ]
    assert page.index("Thao tác với đơn vị") < page.index("Người phụ trách")
    for address, _ in found:
        assert client.get(address).status_code == 200


def test_a_unit_that_lacks_its_focal_point_offers_the_assignment_first(
    here: Province, sign_in: SignIn
) -> None:
    make_home(here.province)
    make_rules()
    db.session.commit()
    page = sign_in("xa").get(f"/don-vi/{here.commune.id}").text
    assert actions_of(page)[0][1] == "Ghi phân công"


def test_who_only_looks_at_a_unit_is_offered_nothing_to_do(here: Province, sign_in: SignIn) -> None:
    page = sign_in("xem").get(f"/don-vi/{here.commune.id}").text
    assert actions_of(page) == []
