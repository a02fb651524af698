"""Pages of training."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Role
from registry.domain.units.kinds import UnitKind
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.trainings import Attendance, Topic, TrainingClass
from tests.factories.accounts import make_account
from tests.factories.coverage import make_home
from tests.factories.people import make_member
from tests.factories.trainings import make_attendance, make_class
from tests.factories.units import Province, make_office, make_unit

Entering = Callable[[str], FlaskClient]


class Desk:
    """A reviewer, an officer of one commune, and a person in that commune and in another."""

    def __init__(self) -> None:
        here = Province()
        make_home(here.province)
        db.session.add(Topic(code="attt", name="An toàn thông tin"))
        make_account(Role.REVIEWER, here.it_department, login="thamdinh")
        make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
        self.own = make_member("Nguyễn Văn Đạt", here.commune).id
        self.other = make_member("Nguyễn Văn Đông", here.far_commune).id
        self.organiser = here.it_department.id
        db.session.commit()

    def form(self, **changes: object) -> dict[str, object]:
        """Return a filled-in class."""
        return {
            "course": "Kỹ năng số",
            "topics": ["attt"],
            "name": "Lớp 01",
            "starts_on": "12/06/2024",
            "ends_on": "13/06/2024",
            "mode": "in_person",
            "place": "Hội trường",
            "organiser": self.organiser,
        } | changes


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk()


def class_id() -> int:
    db.session.rollback()
    return db.session.query(TrainingClass).one().id


def test_a_class_is_recorded_and_its_attendance_shows_on_the_person(
    desk: Desk, sign_in: Entering
) -> None:
    reviewer = sign_in("thamdinh")
    assert reviewer.post("/tap-huan/moi", data=desk.form()).status_code == 303
    address = f"/tap-huan/{class_id()}/diem-danh"
    found = reviewer.get(address, query_string={"ten": "nguyen van d"}).text
    assert "Nguyễn Văn Đạt" in found
    assert "Nguyễn Văn Đông" in found
    answer = reviewer.post(
        address, data={"person_ids": [desk.own], "hours": "7,5", "result": "completed"}
    )
    assert answer.status_code == 303
    person = reviewer.get(f"/nguoi/{desk.own}").text
    assert "Kỹ năng số" in person
    assert "Xã Bình Minh" in person
    assert "7,5" in reviewer.get(f"/tap-huan/{class_id()}").text


def test_a_class_sent_twice_is_one_class(desk: Desk, sign_in: Entering) -> None:
    reviewer = sign_in("thamdinh")
    form = desk.form(submit_key="A" * 22)
    first = reviewer.post("/tap-huan/moi", data=form)
    again = reviewer.post("/tap-huan/moi", data=form)
    assert first.headers["Location"] == again.headers["Location"]
    assert class_id()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"starts_on": "31/06/2024"}, "Ngày không có trong lịch (31/06)"),
        ({"ends_on": "11/06/2024"}, "Ngày kết thúc không được trước ngày khai giảng."),
        ({"course": ""}, "Nhập tên khóa tập huấn."),
        ({"name": "x" * 201}, "Tên lớp dài nhiều nhất 200 ký tự."),
        ({"mode": "khac"}, "Chọn một trong các mục của danh sách."),
    ],
)
def test_bad_input_is_refused_at_the_field_and_kept(
    desk: Desk, sign_in: Entering, changes: dict[str, object], message: str
) -> None:
    answer = sign_in("thamdinh").post("/tap-huan/moi", data=desk.form(**changes))
    assert answer.status_code == 422
    assert message in answer.text
    assert "Hội trường" in answer.text
    db.session.rollback()
    assert db.session.query(TrainingClass).count() == 0


def test_who_was_recorded_already_is_said_and_not_recorded_again(
    desk: Desk, sign_in: Entering
) -> None:
    reviewer = sign_in("thamdinh")
    reviewer.post("/tap-huan/moi", data=desk.form())
    address = f"/tap-huan/{class_id()}/diem-danh"
    chosen = {"person_ids": [desk.own], "result": "completed"}
    reviewer.post(address, data=chosen)
    answer = reviewer.post(address, data=chosen, follow_redirects=True)
    assert "1 người đã được ghi từ trước" in answer.text
    db.session.rollback()
    assert db.session.query(Attendance).count() == 1


def test_an_attendance_is_corrected_and_a_second_tab_is_told(desk: Desk, sign_in: Entering) -> None:
    reviewer = sign_in("thamdinh")
    reviewer.post("/tap-huan/moi", data=desk.form())
    reviewer.post(
        f"/tap-huan/{class_id()}/diem-danh",
        data={"person_ids": [desk.own], "result": "completed"},
    )
    db.session.rollback()
    row = db.session.query(Attendance).one()
    address, version = f"/tap-huan/{row.class_id}/tham-du/{row.id}/dinh-chinh", row.version
    db.session.rollback()
    form = {"version": version, "hours": "4", "score": "8,5", "result": "not_completed"}
    assert reviewer.post(address, data=form).status_code == 303
    late = reviewer.post(address, data=form | {"score": "9"})
    assert late.status_code == 422
    assert "Người khác vừa sửa dòng này" in late.text


def test_who_comes_second_to_take_somebody_out_of_a_class_is_told_so(
    desk: Desk, sign_in: Entering
) -> None:
    reviewer = sign_in("thamdinh")
    reviewer.post("/tap-huan/moi", data=desk.form())
    number = class_id()
    chosen = {"person_ids": [desk.own], "result": "completed"}
    reviewer.post(f"/tap-huan/{number}/diem-danh", data=chosen)
    db.session.rollback()
    own, version = db.session.query(Attendance.id, Attendance.version).one()
    db.session.rollback()
    address = f"/tap-huan/{number}/tham-du/{own}"
    assert f'action="{address}/xoa"' in reviewer.get(f"/tap-huan/{number}").text
    first, again, late = (
        reviewer.post(f"{address}/xoa", data={"submit_key": key * 22}) for key in "CCD"
    )
    assert (first.status_code, again.status_code, late.status_code) == (303, 303, 409)
    correction = {"version": version, "hours": "4", "result": "completed"}
    corrected = reviewer.post(f"{address}/dinh-chinh", data=correction)
    for answer in (late, corrected):
        assert answer.status_code == 409
        assert "Người này không còn trong lớp" in answer.text
    db.session.rollback()
    assert db.session.query(AuditEvent).filter_by(action="access.denied").count() == 0


def test_a_correction_sent_twice_leads_to_the_class_both_times(
    desk: Desk, sign_in: Entering
) -> None:
    reviewer = sign_in("thamdinh")
    reviewer.post("/tap-huan/moi", data=desk.form())
    reviewer.post(
        f"/tap-huan/{class_id()}/diem-danh",
        data={"person_ids": [desk.own], "result": "completed"},
    )
    db.session.rollback()
    row = db.session.query(Attendance).one()
    address, version = f"/tap-huan/{row.class_id}/tham-du/{row.id}/dinh-chinh", row.version
    db.session.rollback()
    form = {"version": version, "hours": "4", "result": "completed", "submit_key": "C" * 22}
    first, again = (reviewer.post(address, data=form) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location


def test_an_officer_sees_only_the_own_people_of_a_class(desk: Desk, sign_in: Entering) -> None:
    reviewer = sign_in("thamdinh")
    reviewer.post("/tap-huan/moi", data=desk.form())
    reviewer.post(
        f"/tap-huan/{class_id()}/diem-danh",
        data={"person_ids": [desk.own, desk.other], "result": "completed"},
    )
    page = sign_in("canbo").get(f"/tap-huan/{class_id()}").text
    assert "Nguyễn Văn Đạt" in page
    assert "Nguyễn Văn Đông" not in page
    assert "Ghi người tham dự" not in page


class Elsewhere:
    """Two provinces, a reviewer of each; to a class of the first somebody of the second came."""

    def __init__(self) -> None:
        here = Province()
        there = make_unit("Tỉnh Khác", UnitKind.PROVINCE, code="99")
        department = make_unit("Sở Khoa học tỉnh Khác", UnitKind.DEPARTMENT, there)
        make_office(OfficeFunction.REVIEWING, there, department)
        make_home(here.province)
        make_account(Role.REVIEWER, here.it_department, login="thamdinh")
        make_account(Role.REVIEWER, department, login="tham_dinh_khac")
        own = make_member("Nguyễn Văn Đạt", here.commune)
        guest = make_member("Trần Thị Khách", department)
        self.class_id = make_class(here.it_department).id
        self.own = make_attendance(self.class_id, own, here.commune).id
        self.guest = make_attendance(self.class_id, guest, department).id
        db.session.commit()

    def desk_of(self, attendance_id: int) -> str:
        return f"/tap-huan/{self.class_id}/tham-du/{attendance_id}/dinh-chinh"


def test_who_sent_somebody_to_a_class_sees_and_records_nothing_of_its_others(
    app: Flask, sign_in: Entering
) -> None:
    elsewhere = Elsewhere()
    guest = sign_in("tham_dinh_khac")
    page = guest.get(f"/tap-huan/{elsewhere.class_id}")
    assert "Trần Thị Khách" in page.text
    assert "Đính chính" not in page.text
    for address in (
        elsewhere.desk_of(elsewhere.own),
        elsewhere.desk_of(elsewhere.guest),
        elsewhere.desk_of(999_999),
        f"/tap-huan/{elsewhere.class_id}/diem-danh",
    ):
        answer = guest.get(address)
        assert answer.status_code == 404
        assert "Nguyễn Văn Đạt" not in answer.text


def test_an_attendance_of_a_unit_outside_the_scope_reads_like_a_missing_one(
    app: Flask, sign_in: Entering
) -> None:
    elsewhere = Elsewhere()
    organiser = sign_in("thamdinh")
    assert organiser.get(elsewhere.desk_of(elsewhere.own)).status_code == 200
    form = {"version": "1", "result": "completed"}
    answers = [
        [
            organiser.get(elsewhere.desk_of(number)),
            organiser.post(elsewhere.desk_of(number), data=form),
        ]
        for number in (elsewhere.guest, 999_999)
    ]
    foreign, missing = ([one.status_code for one in both] for both in answers)
    assert foreign == missing == [404, 409]
    assert all("Trần Thị Khách" not in one.text for both in answers for one in both)
