"""Pages of assignments: record with a decision, edit, end, and the waiting list."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from registry.domain.assignments import AssignmentRole, CountingSetting, Duty
from registry.domain.permissions import Role
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment, AssignmentAbsence
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.units import UnitContact
from registry.services.units.paths import rebuild_paths
from registry.web.assignments.holders import SHOWN_HOLDERS
from tests.factories.accounts import make_account
from tests.factories.coverage import set_counting
from tests.factories.decisions import pdf
from tests.factories.people import make_assignment, make_decision, make_member, make_membership
from tests.factories.units import START, Province, end_unit, make_succession, make_unit

JUNE_20 = date(2024, 6, 20)
XSS = '"><script>alert(1)</script>'


class Desk:
    """A commune with two members and the browser of its officer."""

    def __init__(self, sign_in: Callable[[str], FlaskClient]) -> None:
        self.sign_in = sign_in
        self.here = Province()
        self.unit = self.here.commune
        make_account(Role.UNIT_OFFICER, self.unit, login="canbo")
        make_account(Role.UNIT_OFFICER, self.here.other_commune, login="xakhac")
        make_account(Role.VIEWER, self.here.committee, login="xem")
        member = make_member("Lê Thị Thử", self.unit)
        self.member_id = member.id
        self.colleague_id = make_member("Trần Văn Mẫu", self.unit).id
        self.decision_id = make_decision(self.unit).id
        self.unit_id = self.unit.id
        db.session.commit()
        self.client = sign_in("canbo")
        self.list_address = f"/don-vi/{self.unit_id}/phan-cong"
        self.record_address = f"{self.list_address}/moi"

    def typed(self, **changes: object) -> dict[str, object]:
        """Return the form of a focal point on the decision known."""
        return {
            "holder": f"p{self.member_id}",
            "role": "focal_point",
            "duty": "concurrent",
            "valid_from": "01/06/2024",
            "decision_choice": f"d{self.decision_id}",
            "kind": "decision",
            "submit_key": "A" * 22,
        } | changes

    def focal_point(self) -> int:
        """Make the member focal point and return the assignment's id."""
        db.session.rollback()
        made = make_assignment(
            db.session.get_one(Person, self.member_id),
            self.unit,
            db.session.get_one(Decision, self.decision_id),
        )
        assignment_id = made.id
        db.session.commit()
        return assignment_id


@pytest.fixture
def desk(app: Flask, sign_in: Callable[[str], FlaskClient]) -> Desk:
    return Desk(sign_in)


def all_assignments() -> list[Assignment]:
    db.session.rollback()
    return list(db.session.scalars(select(Assignment).order_by(Assignment.id)))


# --- record -------------------------------------------------------------------------------


def test_record_offers_the_members_and_writes_on_a_known_decision(desk: Desk) -> None:
    page = desk.client.get(desk.record_address).text
    assert "Lê Thị Thử" in page
    assert "15/QĐ-UBND" in page
    answer = desk.client.post(desk.record_address, data=desk.typed())
    assert answer.status_code == 303
    (assignment,) = all_assignments()
    assert (assignment.person_id, assignment.decision_id) == (desk.member_id, desk.decision_id)


def test_what_was_recorded_by_mistake_today_is_taken_out_and_nothing_else(desk: Desk) -> None:
    desk.client.post(desk.record_address, data=desk.typed())
    (assignment,) = all_assignments()
    url = f"/phan-cong/{assignment.id}/go-bo"
    assert url in desk.client.get(desk.list_address).text
    assert "Quyết định số 15/QĐ-UBND vẫn ở trong sổ" in desk.client.get(url).text
    refused = desk.client.post(url, data={"version": "1"})
    assert refused.status_code == 422
    assert "không còn đầu mối CĐS" in refused.text
    answer = desk.client.post(url, data={"version": "1", "accept_gap": "y"}, follow_redirects=True)
    assert "Đã gỡ bỏ phân công ghi nhầm." in answer.text
    assert all_assignments() == []
    assert desk.client.get(url).status_code == 404


def test_an_assignment_of_an_earlier_day_offers_no_way_out(desk: Desk) -> None:
    url = f"/phan-cong/{desk.focal_point()}/go-bo"
    assert url not in desk.client.get(desk.list_address).text
    answer = desk.client.post(url, data={"version": "1"})
    assert answer.status_code == 422
    assert "Chỉ gỡ bỏ được nội dung ghi nhầm trong ngày hôm nay." in answer.text
    assert desk.sign_in("xakhac").get(url).status_code == 404


@pytest.mark.parametrize(
    ("cited", "name"),
    [
        ("Công văn số 1234/SKHCN-CĐS ngày 05/6/2024", "Công văn số 1234/SKHCN-CĐS"),
        ("235/CV-UBND, ngày 05/6/2024", "Công văn số 235/CV-UBND"),
        ("QĐ số 20/QĐ-UBND ngày 05 tháng 6 năm 2024", "Quyết định số 20/QĐ-UBND"),
        ("15/TB-UBND ngày 5/6/24", "Thông báo số 15/TB-UBND"),
    ],
)
def test_record_on_a_cited_paper_names_it_as_what_it_is_with_its_day(
    desk: Desk, cited: str, name: str
) -> None:
    data = desk.typed(decision_choice="new", number=cited)
    assert desk.client.post(desk.record_address, data=data).status_code == 303
    page = desk.client.get(f"/don-vi/{desk.unit.id}/phan-cong").text
    assert f">{name}</a>" in page
    assert "ngày 05/06/2024" in page


def test_record_writes_a_new_decision_with_its_scan(desk: Desk) -> None:
    data = desk.typed(
        decision_choice="new", number="20/QĐ-UBND", issued_on="05/06/2024", issuer="UBND xã"
    )
    answer = desk.client.post(
        desk.record_address,
        data=data | {"scan": (BytesIO(pdf()), "quet.pdf")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.text
    (assignment,) = all_assignments()
    assert assignment.decision is not None
    assert (assignment.decision.number, assignment.decision.issued_on) == (
        "20/QĐ-UBND",
        date(2024, 6, 5),
    )
    assert assignment.decision.file is not None


def test_record_leads_on_to_the_supporting_officer_on_the_same_decision(desk: Desk) -> None:
    answer = desk.client.post(desk.record_address, data=desk.typed(), follow_redirects=True)
    assert "Đã ghi phân công." in answer.text
    found = re.search(r'href="([^"]+)">Ghi tiếp người phối hợp trên cùng văn bản', answer.text)
    assert found is not None
    next_page = desk.client.get(found[1].replace("&amp;", "&")).text
    assert re.search(rf'value="d{desk.decision_id}"[^>]* checked', next_page)
    assert re.search(r'value="supporting"[^>]* checked', next_page)
    assert 'value="01/06/2024"' in next_page


def test_record_sent_ten_times_is_one_assignment(desk: Desk) -> None:
    locations = {
        desk.client.post(desk.record_address, data=desk.typed()).location for _ in range(10)
    }
    assert len(locations) == 1
    assert len(all_assignments()) == 1


def test_record_warns_of_an_unusual_title_and_writes_all_the_same(desk: Desk) -> None:
    data = desk.typed(role="supporting")
    answer = desk.client.post(desk.record_address, data=data, follow_redirects=True)
    assert "Văn hóa – xã hội phối hợp" in answer.text
    assert len(all_assignments()) == 1


def test_record_without_a_decision_is_marked_as_waiting(desk: Desk) -> None:
    data = desk.typed(decision_choice="none")
    page = desk.client.post(desk.record_address, data=data, follow_redirects=True).text
    assert "Chờ quyết định" in page
    assert re.search(r">0</span>\s+đầu mối CĐS được tính", page)


def test_record_shows_what_is_given_by_law_and_whether_it_counts(desk: Desk) -> None:
    data = desk.typed(decision_choice="none")
    page = desk.client.post(desk.record_address, data=data, follow_redirects=True).text
    assert "Giao theo quy định, không tính khi chưa có văn bản" in page
    set_counting(CountingSetting.DUTIES_BY_LAW, 1, JUNE_20)
    db.session.commit()
    page = desk.client.get(desk.list_address).text
    assert re.search(r">1</span>\s+đầu mối CĐS được tính", page)
    assert "Giao theo quy định" in page
    assert "không tính khi chưa có văn bản" not in page
    assert "Chờ quyết định" not in page
    waiting = desk.client.get("/phan-cong/cho-quyet-dinh").text
    assert "giao theo quy định nên vẫn được tính" in waiting
    for address in (f"/don-vi/{desk.unit_id}", f"/nguoi/{desk.member_id}"):
        assert "Giao theo quy định" in desk.client.get(address).text


def test_record_asks_on_what_somebody_with_other_work_is_dedicated(desk: Desk) -> None:
    data = desk.typed(duty="dedicated", concurrent_fields="Văn phòng, thống kê")
    page = desk.client.post(desk.record_address, data=data).text
    assert "ghi văn bản hoặc vị trí việc làm xác định là chuyên trách" in page
    data["dedicated_basis"] = "Vị trí việc làm Quản trị hệ thống"
    page = desk.client.post(desk.record_address, data=data, follow_redirects=True).text
    assert "Chuyên trách theo: Vị trí việc làm Quản trị hệ thống" in page
    (held,) = all_assignments()
    page = desk.client.get(f"/phan-cong/{held.id}/sua").text
    assert 'value="Vị trí việc làm Quản trị hệ thống"' in page


def test_what_was_dedicated_beside_other_work_without_saying_on_what_is_marked(desk: Desk) -> None:
    held = db.session.get_one(Assignment, desk.focal_point())
    held.duty, held.concurrent_fields = Duty.DEDICATED, "Văn phòng"
    db.session.commit()
    assert "Chưa ghi căn cứ chuyên trách" in desk.client.get(desk.list_address).text


def test_record_says_of_a_paper_that_names_nobody_that_it_does_not(desk: Desk) -> None:
    typed = {"decision_choice": "new", "number": "9/TTr-UBND", "issued_on": "01/06/2024"}
    data = desk.typed(**typed, issuer="UBND xã", signer="Người Ký Thử")
    page = desk.client.post(desk.record_address, data=data, follow_redirects=True).text
    assert "Tờ trình số 9/TTr-UBND không đủ căn cứ để giao đầu mối CĐS" in page
    assert "chưa được tính vào độ phủ" in page


def test_a_new_paper_is_taken_to_be_the_units_own(desk: Desk) -> None:
    desk.focal_point()
    decision = db.session.get_one(Decision, desk.decision_id)
    decision.issuer = "UBND huyện Thăng Bình"
    db.session.commit()
    page = desk.client.get(desk.record_address).text
    assert 'value="Xã Bình Minh"' in page
    assert 'value="UBND huyện Thăng Bình"' not in page


def test_a_unit_that_ended_offers_nothing_to_record(desk: Desk) -> None:
    page = desk.client.get(desk.list_address).text
    assert f'href="{desk.record_address}"' in page
    end_unit(desk.unit, JUNE_20)
    make_succession(desk.unit, desk.here.other_commune, JUNE_20)
    db.session.commit()
    page = desk.sign_in("xakhac").get(desk.list_address).text
    assert "Đơn vị đã kết thúc từ ngày 20/06/2024." in page
    assert f'href="{desk.record_address}"' not in page
    assert "đầu mối CĐS được tính" not in page


def test_record_offers_staff_of_enterprises_for_technical_support(desk: Desk) -> None:
    enterprise = make_unit("Viễn thông Thử", UnitKind.ENTERPRISE, desk.here.province)
    rebuild_paths()
    make_member("Võ Văn Kỹ", enterprise)
    make_account(Role.REVIEWER, desk.here.it_department, login="tham-dinh")
    db.session.commit()
    address = f"{desk.record_address}?vai-tro=technical_support"
    assert address not in desk.client.get(desk.list_address).text
    page = desk.client.get(address).text
    assert "Đề nghị cơ quan thẩm định ghi người hỗ trợ kỹ thuật" in page
    reviewer = desk.sign_in("tham-dinh")
    assert address in reviewer.get(desk.list_address).text
    page = reviewer.get(address).text
    assert "Võ Văn Kỹ" in page
    assert "Lê Thị Thử" not in page


def test_an_officer_ends_or_completes_technical_support_of_somebody_out_of_sight(
    desk: Desk,
) -> None:
    enterprise = make_unit("Viễn thông Thử", UnitKind.ENTERPRISE, desk.here.province)
    rebuild_paths()
    engineer = make_member("Võ Văn Kỹ", enterprise)
    role = AssignmentRole.TECHNICAL_SUPPORT
    held = make_assignment(engineer, desk.unit, None, role=role).id
    db.session.commit()
    page = desk.client.get(desk.list_address).text
    assert "Võ Văn Kỹ" in page
    assert "Chờ quyết định" not in page
    page = desk.client.get(f"/phan-cong/{held}/sua").text
    assert f'value="p{engineer.id}"' in page


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"holder": ""}, "Chọn người hoặc bộ phận"),
        ({"holder": "p999999"}, "chưa là thành viên"),
        ({"holder": "x; DROP TABLE"}, "Chọn một người hoặc một bộ phận"),
        ({"role": ""}, "Chọn vai trò"),
        ({"duty": "khac"}, "Chọn một trong các mục"),
        ({"valid_from": "31/06/2024"}, "Ngày không có trong lịch (31/06)"),
        ({"valid_from": "01/05/2024"}, "Đơn vị có từ ngày 01/06/2024"),
        ({"decision_choice": ""}, "Chọn văn bản làm căn cứ"),
        ({"decision_choice": "d999999"}, "Chọn một trong các mục"),
        ({"decision_choice": "new"}, "Nhập số và ký hiệu văn bản"),
        ({"number": "20/QĐ-UBND"}, "Đã nhập số văn bản mới"),
    ],
)
def test_record_names_what_is_wrong_and_writes_nothing(
    desk: Desk, changes: dict[str, object], message: str
) -> None:
    answer = desk.client.post(desk.record_address, data=desk.typed(**changes))
    assert answer.status_code == 422
    assert message in answer.text
    assert all_assignments() == []


def test_record_keeps_what_was_typed_when_the_scan_is_too_large(desk: Desk) -> None:
    head = {"decision_choice": "new", "number": "20/QĐ-UBND", "concurrent_fields": "văn phòng"}
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in desk.typed(**head).items()
    ]
    body = (
        "".join(parts).encode()
        + b'--x\r\nContent-Disposition: form-data; name="scan"; filename="quet.pdf"\r\n'
        + b"Content-Type: application/pdf\r\n\r\n"
        + pdf(20 * 1024 * 1024)
        + b"\r\n--x--\r\n"
    )
    answer = desk.client.post(
        desk.record_address, data=body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 422
    assert "giới hạn là 10 MB" in answer.text
    assert 'value="20/QĐ-UBND"' in answer.text
    assert 'value="văn phòng"' in answer.text
    assert re.search(rf'value="p{desk.member_id}"[^>]* checked', answer.text)


def test_record_says_that_the_file_must_be_chosen_again(desk: Desk) -> None:
    data = desk.typed(decision_choice="new", number="không số")
    answer = desk.client.post(
        desk.record_address,
        data=data | {"scan": (BytesIO(pdf()), "quet.pdf")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "Chọn lại tệp “quet.pdf”: tệp chưa được lưu." in answer.text


def test_record_leaves_no_file_behind_when_it_is_refused(desk: Desk, app: Flask) -> None:
    data = desk.typed(decision_choice="new", number="20/QĐ-UBND", valid_from="01/05/2024")
    desk.client.post(
        desk.record_address,
        data=data | {"scan": (BytesIO(pdf()), "quet.pdf")},
        content_type="multipart/form-data",
    )
    folder = app.extensions["registry"].settings.files_folder
    assert list(folder.iterdir()) == []


def test_record_searches_among_many(desk: Desk) -> None:
    db.session.rollback()
    for number in range(SHOWN_HOLDERS + 5):
        make_member(f"Hồ Thành Viên {chr(65 + number % 26)}{number}", desk.unit)
    make_member("Đoàn Thị Ưng", desk.unit)
    db.session.commit()
    page = desk.client.get(desk.record_address).text
    assert "Tìm người theo tên" in page
    assert re.search(r"Còn \d+ người khác", page)
    data = desk.typed(find="1", holder_query="doan thi u")
    answer = desk.client.post(desk.record_address, data=data)
    assert answer.status_code == 200
    assert "Đoàn Thị Ưng" in answer.text
    assert "Hồ Thành Viên" not in answer.text
    assert re.search(rf'value="p{desk.member_id}"[^>]* checked', answer.text)
    assert all_assignments() == []


def test_record_offers_nobody_the_officer_may_not_see(desk: Desk) -> None:
    db.session.rollback()
    above_id = make_member("Phan Cấp Trên", desk.here.district).id
    db.session.commit()
    assert "Phan Cấp Trên" not in desk.client.get(desk.record_address).text
    answer = desk.client.post(desk.record_address, data=desk.typed(holder=f"p{above_id}"))
    assert answer.status_code == 422
    assert "Phan Cấp Trên" not in answer.text


def test_record_ignores_fields_the_form_does_not_have(desk: Desk) -> None:
    data = desk.typed(
        unit_id=desk.here.other_commune.id, line_id="x", version=7, end_reason="x", id=99
    )
    desk.client.post(desk.record_address, data=data)
    (assignment,) = all_assignments()
    assert (assignment.unit_id, assignment.end_reason, assignment.version) == (
        desk.unit_id,
        None,
        1,
    )
    assert assignment.line_id != "x"


def test_record_with_an_end_before_its_first_day_names_that_field(desk: Desk) -> None:
    answer = desk.client.post(desk.record_address, data=desk.typed(valid_to="31/05/2024"))
    assert answer.status_code == 422
    assert "Ngày kết thúc phải sau ngày bắt đầu." in answer.text
    assert all_assignments() == []


# --- scope --------------------------------------------------------------------------------


def test_another_units_assignments_are_not_found(desk: Desk) -> None:
    assignment_id = desk.focal_point()
    other = desk.sign_in("xakhac")
    for address in (
        desk.list_address,
        desk.record_address,
        f"/phan-cong/{assignment_id}/sua",
        f"/phan-cong/{assignment_id}/ket-thuc",
        "/phan-cong/999999/sua",
    ):
        assert other.get(address).status_code == 404
    for address in (desk.record_address, f"/phan-cong/{assignment_id}/ket-thuc"):
        assert other.post(address, data=desk.typed(ends_on="20/06/2024")).status_code == 404
    (assignment,) = all_assignments()
    assert assignment.valid_to is None


def test_who_only_looks_sees_the_list_and_no_way_to_change_it(desk: Desk) -> None:
    assignment_id = desk.focal_point()
    viewer = desk.sign_in("xem")
    page = viewer.get(desk.list_address)
    assert page.status_code == 200
    assert "Lê Thị Thử" in page.text
    assert "/sua" not in page.text
    assert viewer.get(desk.record_address).status_code == 403
    assert viewer.get(f"/phan-cong/{assignment_id}/sua").status_code == 403


# --- edit ---------------------------------------------------------------------------------


def test_edit_by_correction_rewrites_in_place(desk: Desk) -> None:
    address = f"/phan-cong/{desk.focal_point()}/sua"
    assert re.search(rf'value="p{desk.member_id}"[^>]* checked', desk.client.get(address).text)
    answer = desk.client.post(
        address,
        data=desk.typed(
            change_kind="correction",
            duty="dedicated",
            valid_from="05/06/2024",
            version="1",
            days_shown="2024-06-01|",
        ),
    )
    assert answer.status_code == 303, answer.text
    (assignment,) = all_assignments()
    assert assignment.valid_from == date(2024, 6, 5)
    assert "Đã đính chính phân công." in desk.client.get(desk.list_address).text


def test_edit_by_change_keeps_the_history(desk: Desk) -> None:
    address = f"/phan-cong/{desk.focal_point()}/sua"
    answer = desk.client.post(
        address,
        data=desk.typed(
            change_kind="change",
            change_from="20/06/2024",
            holder=f"p{desk.colleague_id}",
            version="1",
            days_shown="2024-06-01|",
        ),
        follow_redirects=True,
    )
    before, after = all_assignments()
    assert (before.valid_to, after.valid_from) == (JUNE_20, JUNE_20)
    assert (before.person_id, after.person_id) == (desk.member_id, desk.colleague_id)
    assert "Thay đổi đầu mối" in answer.text


def test_edit_asks_which_of_the_two_it_is(desk: Desk) -> None:
    address = f"/phan-cong/{desk.focal_point()}/sua"
    answer = desk.client.post(address, data=desk.typed(version="1"))
    assert answer.status_code == 422
    assert "Chọn đính chính hoặc thay đổi từ ngày" in answer.text


def test_edit_by_change_leaves_the_earlier_days_alone(desk: Desk) -> None:
    address = f"/phan-cong/{desk.focal_point()}/sua"
    data = desk.typed(
        change_kind="change",
        change_from="20/06/2024",
        valid_from="05/06/2024",
        duty="dedicated",
        version="1",
        days_shown="2024-06-01|",
    )
    answer = desk.client.post(address, data=data)
    assert answer.status_code == 422
    assert "chỉ sửa khi đính chính" in answer.text


def test_edit_says_so_when_nothing_differs(desk: Desk) -> None:
    address = f"/phan-cong/{desk.focal_point()}/sua"
    data = desk.typed(change_kind="correction", version="1", days_shown="2024-06-01|")
    answer = desk.client.post(address, data=data, follow_redirects=True)
    assert "Không có nội dung nào khác" in answer.text


def test_edit_by_the_second_of_two_keeps_what_was_typed_beside_what_is_stored(desk: Desk) -> None:
    address = f"/phan-cong/{desk.focal_point()}/sua"
    first = desk.typed(
        change_kind="correction", duty="dedicated", version="1", days_shown="2024-06-01|"
    )
    assert desk.client.post(address, data=first).status_code == 303
    mine = first | {"duty": "in_charge", "concurrent_fields": "địa chính", "submit_key": "B" * 22}
    answer = desk.client.post(address, data=mine)
    assert answer.status_code == 422
    assert "Người khác vừa lưu" in answer.text
    assert "Nội dung đang lưu" in answer.text
    assert 'value="địa chính"' in answer.text
    version = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert version is not None
    again = desk.client.post(address, data=mine | {"version": version[1]})
    assert again.status_code == 303
    (assignment,) = all_assignments()
    assert assignment.concurrent_fields == "địa chính"


def test_edit_to_a_successor_without_decision_asks_to_confirm_the_gap(desk: Desk) -> None:
    address = f"/phan-cong/{desk.focal_point()}/sua"
    data = desk.typed(
        change_kind="change",
        change_from="20/06/2024",
        holder=f"p{desk.colleague_id}",
        decision_choice="none",
        version="1",
        days_shown="2024-06-01|",
    )
    answer = desk.client.post(address, data=data)
    assert answer.status_code == 422
    assert "Từ ngày 20/06/2024" in answer.text
    assert 'name="accept_gap"' in answer.text
    assert desk.client.post(address, data=data | {"accept_gap": "y"}).status_code == 303


def test_edit_offers_the_decision_in_force_although_another_units(desk: Desk) -> None:
    db.session.rollback()
    foreign = make_decision(desk.here.district, "9/QĐ-UBND")
    member = db.session.get_one(Person, desk.member_id)
    assignment_id = make_assignment(member, desk.unit, foreign).id
    choice = f"d{foreign.id}"
    db.session.commit()
    page = desk.client.get(f"/phan-cong/{assignment_id}/sua").text
    assert re.search(rf'value="{choice}"[^>]* checked', page)


# --- end ----------------------------------------------------------------------------------


def test_end_of_the_last_focal_point_names_the_gap_and_asks_again(desk: Desk) -> None:
    address = f"/phan-cong/{desk.focal_point()}/ket-thuc"
    first = desk.client.get(address).text
    assert "đầu mối duy nhất được tính" in first
    assert 'name="accept_gap"' not in first
    data = {"ends_on": "20/06/2024", "reason": "Nghỉ hưu", "version": "1", "submit_key": "A" * 22}
    answer = desk.client.post(address, data=data)
    assert answer.status_code == 422
    assert "Từ ngày 20/06/2024" in answer.text
    assert 'value="Nghỉ hưu"' in answer.text
    assert desk.client.post(address, data=data | {"accept_gap": "y"}).status_code == 303
    (assignment,) = all_assignments()
    assert (assignment.valid_to, assignment.end_reason) == (JUNE_20, "Nghỉ hưu")
    page = desk.client.get(desk.list_address).text
    assert "Đã kết thúc" in page
    assert "Nghỉ hưu" in page


def test_end_by_the_second_of_two_is_told(desk: Desk) -> None:
    address = f"/phan-cong/{desk.focal_point()}/ket-thuc"
    data = {"ends_on": "20/06/2024", "reason": "Nghỉ hưu", "version": "7", "submit_key": "A" * 22}
    answer = desk.client.post(address, data=data)
    assert answer.status_code == 422
    assert "Người khác vừa lưu" in answer.text


# --- lists --------------------------------------------------------------------------------


def leave(desk: Desk, assignment_id: int) -> None:
    """Let the holder of an assignment leave the unit on 20 June."""
    db.session.rollback()
    held = db.session.get_one(Assignment, assignment_id)
    membership = db.session.scalars(
        select(Membership).where(Membership.person_id == held.person_id)
    ).one()
    membership.valid_to = JUNE_20
    db.session.commit()


def test_of_unit_shows_who_left_apart_from_what_is_in_force(desk: Desk) -> None:
    leave(desk, desk.focal_point())
    page = desk.client.get(desk.list_address).text
    assert "Đang hiệu lực" not in page
    assert (
        "Không còn là thành viên của đơn vị từ ngày 20/06/2024" in page.split("Không được tính")[1]
    )


def test_who_came_back_goes_on_by_one_click(desk: Desk) -> None:
    assignment_id = desk.focal_point()
    leave(desk, assignment_id)
    member = db.session.get_one(Person, desk.member_id)
    make_membership(member, desk.unit, since=date(2024, 6, 25))
    db.session.commit()
    page = desk.client.get(desk.list_address).text
    assert "Chưa xác nhận tiếp tục, sau khi thôi là thành viên từ ngày 20/06/2024" in page
    assert "Tiếp tục theo Quyết định số 15/QĐ-UBND" in page
    address = f"/phan-cong/{assignment_id}/tiep-tuc"
    sent = {"submit_key": "B" * 22}
    done = [desk.client.post(address, data=sent, follow_redirects=True).text for _ in range(2)]
    assert "Đã xác nhận phân công tiếp tục từ ngày 30/06/2024." in done[0]
    assert re.search(r">1</span>\s+đầu mối CĐS được tính", done[1])
    assert "Tiếp tục theo" not in done[1]
    assert desk.client.post(address, data={"submit_key": "C" * 22}).status_code == 409


def test_who_is_away_stands_apart_with_who_acts_for_him(desk: Desk) -> None:
    assignment_id = desk.focal_point()
    acting = desk.typed(
        holder=f"p{desk.colleague_id}", valid_from="10/06/2024", valid_to="10/07/2024"
    )
    assert desk.client.post(desk.record_address, data=acting).status_code == 303
    db.session.rollback()
    acting_id = max(one.id for one in all_assignments())
    assert db.session.get_one(Assignment, acting_id).valid_to == date(2024, 7, 10)
    db.session.rollback()
    address = f"/phan-cong/{assignment_id}/tam-vang"
    assert "Trần Văn Mẫu, từ 10/06/2024 đến trước 10/07/2024" in desk.client.get(address).text
    sent = {
        "version": "0",
        "kind": "maternity",
        "valid_from": "10/06/2024",
        "valid_to": "10/07/2024",
        "acting": str(acting_id),
    }
    assert desk.client.post(address, data=sent | {"kind": ""}).status_code == 422
    page = desk.client.post(address, data=sent, follow_redirects=True).text
    assert "Đã ghi tạm vắng." in page
    away = "Tạm vắng từ ngày 10/06/2024 đến trước ngày 10/07/2024"
    assert away in page.split("Không được tính")[1]
    assert "Trần Văn Mẫu phụ trách thay" in page
    unit = desk.client.get(f"/don-vi/{desk.unit_id}").text
    assert f"{away}; Trần Văn Mẫu phụ trách thay" in unit
    assert "thai sản" not in unit
    assert 'value="10/07/2024"' in desk.client.get(address).text


def test_who_comes_second_to_take_an_absence_back_is_told_so(desk: Desk) -> None:
    address = f"/phan-cong/{desk.focal_point()}/tam-vang"
    sent = {"version": "0", "kind": "study", "valid_from": "10/06/2024", "acting": ""}
    desk.client.post(address, data=sent | {"accept_gap": "y"})
    number = db.session.scalars(select(AssignmentAbsence.id)).one()
    db.session.rollback()
    gone = sent | {"version": "1", "taken_back": "y"}
    assert desk.client.post(address, data=gone | {"submit_key": "B" * 22}).status_code == 303
    late = desk.client.post(f"{address}?lan={number}", data=gone | {"submit_key": "C" * 22})
    assert late.status_code == 409
    assert "Tạm vắng này không còn: có thể người khác vừa bỏ." in late.text
    assert desk.client.post(address, data=gone | {"submit_key": "D" * 22}).status_code == 422
    db.session.rollback()
    assert db.session.query(AuditEvent).filter_by(action="access.denied").count() == 0


def test_an_absence_without_anybody_who_acts_names_the_gap(desk: Desk) -> None:
    address = f"/phan-cong/{desk.focal_point()}/tam-vang"
    sent = {"version": "0", "kind": "study", "valid_from": "20/06/2024", "acting": ""}
    refused = desk.client.post(address, data=sent)
    assert refused.status_code == 422
    assert "Từ ngày 20/06/2024 Xã Bình Minh không còn đầu mối CĐS" in refused.text
    assert desk.client.post(address, data=sent | {"accept_gap": "y"}).status_code == 303
    kept = desk.client.get(address).text
    taken_back = sent | {"version": "1", "taken_back": "y", "valid_to": ""}
    assert "Ghi nhầm: bỏ tạm vắng này" in kept
    done = desk.client.post(address, data=taken_back, follow_redirects=True)
    assert "Đã bỏ tạm vắng." in done.text


def test_the_paper_of_who_left_says_why_that_does_not_count(desk: Desk) -> None:
    leave(desk, desk.focal_point())
    page = desk.client.get(f"/quyet-dinh/{desk.decision_id}").text
    assert (
        "Không còn là thành viên của đơn vị từ ngày 20/06/2024" in page.split("Không được tính")[1]
    )


def test_of_unit_escapes_what_was_typed(desk: Desk) -> None:
    desk.client.post(desk.record_address, data=desk.typed(concurrent_fields=XSS))
    page = desk.client.get(desk.list_address).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_of_unit_without_assignments_says_what_to_do(desk: Desk) -> None:
    page = desk.client.get(desk.list_address).text
    assert "Chưa ghi phân công nào" in page


def waiting_desk(desk: Desk) -> None:
    db.session.rollback()
    member = db.session.get_one(Person, desk.member_id)
    make_assignment(member, desk.unit, None)
    other = make_member("=Lê Công Thức", desk.here.far_commune)
    make_assignment(other, desk.here.far_commune, None, role=AssignmentRole.LEADER)
    db.session.commit()


def test_waiting_lists_within_the_scope_and_can_be_narrowed(desk: Desk) -> None:
    waiting_desk(desk)
    own = desk.client.get("/phan-cong/cho-quyet-dinh").text
    assert "Xã Bình Minh" in own
    assert "Xã Đại Minh" not in own
    viewer = desk.sign_in("xem")
    everything = viewer.get("/phan-cong/cho-quyet-dinh").text
    assert "Xã Bình Minh" in everything
    assert "Xã Đại Minh" in everything
    narrowed = viewer.get("/phan-cong/cho-quyet-dinh?role=leader").text
    assert "Xã Bình Minh" not in narrowed
    assert "Xã Đại Minh" in narrowed
    none = viewer.get("/phan-cong/cho-quyet-dinh?q=khong-co&kind=lạ")
    assert none.status_code == 200


def test_waiting_is_asked_for_a_day(desk: Desk) -> None:
    waiting_desk(desk)
    assert (
        "Không có phân công nào"
        in desk.client.get("/phan-cong/cho-quyet-dinh?ngay=31/05/2024").text
    )
    assert (
        "Ngày không có trong lịch (40/05)"
        in desk.client.get("/phan-cong/cho-quyet-dinh?ngay=40/05/2024").text
    )


def test_waiting_excel_holds_the_same_rows_and_no_formula(desk: Desk) -> None:
    waiting_desk(desk)
    db.session.add(UnitContact(unit_id=desk.here.far_commune.id, phone="+842353812345"))
    db.session.commit()
    viewer = desk.sign_in("xem")
    answer = viewer.get("/phan-cong/cho-quyet-dinh.xlsx?role=leader")
    sheet = load_workbook(BytesIO(answer.data)).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert "=Lê Công Thức" in [cell.value for cell in cells]
    assert "Lê Thị Thử" not in [cell.value for cell in cells]
    assert all(cell.data_type != "f" for cell in cells)
    assert "0235 381 2345" in [cell.value for cell in cells]


def test_looking_changes_nothing(desk: Desk) -> None:
    assignment_id = desk.focal_point()
    for address in (
        desk.list_address,
        desk.record_address,
        f"/phan-cong/{assignment_id}/sua",
        f"/phan-cong/{assignment_id}/ket-thuc",
        "/phan-cong/cho-quyet-dinh",
    ):
        assert desk.client.get(address).status_code == 200
    (assignment,) = all_assignments()
    assert (assignment.version, assignment.valid_from) == (1, START)


def test_waiting_shows_what_was_carried_over_in_a_group_of_its_own(desk: Desk) -> None:
    waiting_desk(desk)
    far, here = desk.here.far_commune, desk.unit
    holder, day = make_member("Phan Thị Chuyển", here), date(2024, 6, 15)
    before = make_assignment(holder, far, make_decision(far, "7/QĐ-UBND"), until=day)
    after = make_assignment(holder, here, None, since=day)
    after.line_id, after.decision_id = before.line_id, before.decision_id
    db.session.commit()
    page = desk.client.get("/phan-cong/cho-quyet-dinh").text
    undecided, carried_over = page.split('id="chuyen-tiep"')
    assert "1 phân công chuyển tiếp, chờ quyết định mới" in undecided
    assert "Phan Thị Chuyển" not in undecided
    assert "Phan Thị Chuyển" in carried_over
    assert (
        "Chuyển tiếp từ 15/06/2024, chờ quyết định mới (thay Quyết định số 7/QĐ-UBND)"
        in carried_over
    )
    answer = desk.client.get("/phan-cong/cho-quyet-dinh.xlsx")
    sheet = load_workbook(BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (row,) = [row for row in rows if "Phan Thị Chuyển" in row]
    assert "Chuyển tiếp, chờ quyết định mới" in row
    assert row[-1] is None


def test_waiting_says_of_what_was_carried_over_why_it_does_not_count(desk: Desk) -> None:
    waiting_desk(desk)
    far, here = desk.here.far_commune, desk.unit
    holder, day = make_member("Phan Thị Chuyển", here, until=JUNE_20), date(2024, 6, 15)
    before = make_assignment(holder, far, make_decision(far, "7/QĐ-UBND"), until=day)
    after = make_assignment(holder, here, None, since=day)
    after.line_id, after.decision_id = before.line_id, before.decision_id
    db.session.commit()
    said = "Không còn là thành viên của đơn vị từ ngày 20/06/2024"
    assert said in desk.client.get("/phan-cong/cho-quyet-dinh").text
    answer = desk.client.get("/phan-cong/cho-quyet-dinh.xlsx")
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.data)).active]
    assert [row[-1] for row in rows if "Phan Thị Chuyển" in row] == [said]
    assert [row[-1] for row in rows if "Lê Thị Thử" in row] == [
        "Giao theo quy định, không tính khi chưa có văn bản"
    ]


def test_waiting_is_paged_and_counts_what_stands_on_other_pages(desk: Desk) -> None:
    for number in range(60):
        holder = make_member(f"Lê Văn Chờ{number:03d}", desk.unit)
        make_assignment(holder, desk.unit, None, role=AssignmentRole.SUPPORTING)
    db.session.commit()
    pages = [desk.client.get(f"/phan-cong/cho-quyet-dinh?page={number}").text for number in (1, 2)]
    assert [page.count("Lê Văn Chờ") for page in pages] == [50, 10]
    for page in pages:
        assert "60</strong> phân công" in page
        assert "Không có phân công nào chờ quyết định" not in page


def test_what_ends_soon_is_listed_by_thirty_sixty_and_ninety_days_within_the_scope(
    desk: Desk,
) -> None:
    db.session.rollback()
    for unit, ends_on in (
        (desk.unit, date(2024, 7, 20)),
        (desk.here.far_commune, date(2024, 9, 1)),
    ):
        decision = make_decision(unit, "31/QĐ-UBND")
        decision.effective_to = ends_on
        make_assignment(make_member("Lê Sắp Hết", unit), unit, decision)
    db.session.commit()
    own = desk.client.get("/phan-cong/sap-ket-thuc").text
    assert "Trong 30 ngày" in own
    assert "20/07/2024" in own
    assert "Từ 61 đến 90 ngày" not in own
    viewer = desk.sign_in("xem")
    everything = viewer.get("/phan-cong/sap-ket-thuc").text
    assert "Từ 61 đến 90 ngày" in everything
    assert everything.count("Quyết định hết hiệu lực") == 2
    later = viewer.get("/phan-cong/sap-ket-thuc?ngay=01/09/2024").text
    assert "Không có phân công nào kết thúc trong 90 ngày" in later
    sheet = load_workbook(BytesIO(viewer.get("/phan-cong/sap-ket-thuc.xlsx").data)).worksheets[0]
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert cells.count("Lê Sắp Hết") == 2
    assert "PHÂN CÔNG ĐẦU MỐI CĐS SẮP KẾT THÚC TRONG 90 NGÀY" in cells
