"""The reorganisation desk: annex or screen, dry run, result, minutes and back."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from registry.domain.audit.deeds import Deed
from registry.domain.permissions import Role
from registry.domain.reorganisations.annex import How, RowContent
from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.reorganisations import Reorganisation, ReorganisationRow
from registry.models.units import Succession, Unit, UnitPeriod
from registry.queries.units.on_a_day import path_on, search, unit_on
from tests.conftest import NOW, TODAY
from tests.factories.accounts import make_account
from tests.factories.coverage import RuledProvince
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import Province, end_unit, make_left_over, make_unit

SignIn = Callable[[str], FlaskClient]
DAY = date(2024, 6, 20)
HEADER = (
    "old_code,old_name,old_district,old_province,new_code,new_name,new_kind,new_district,"
    "new_province_code,new_province,part,how\r\n"
)
MERGER = (
    "90101,Xã Bình Minh,Huyện Thăng Bình,Tỉnh Thử Nghiệm,90109,Xã Bình An,xã,Huyện Thăng Bình,"
    "99,Tỉnh Thử Nghiệm,whole,hợp nhất\r\n"
    "90102,Xã Bình Đào,Huyện Thăng Bình,Tỉnh Thử Nghiệm,90109,Xã Bình An,xã,Huyện Thăng Bình,"
    "99,Tỉnh Thử Nghiệm,whole,hợp nhất\r\n"
)
SPLIT = (
    "90101,Xã Bình Minh,Huyện Thăng Bình,Tỉnh Thử Nghiệm,90107,Xã Bình Đông,xã,Huyện Thăng Bình,"
    "99,Tỉnh Thử Nghiệm,part,chia\r\n"
    "90101,Xã Bình Minh,Huyện Thăng Bình,Tỉnh Thử Nghiệm,90108,Xã Bình Tây,xã,Huyện Thăng Bình,"
    "99,Tỉnh Thử Nghiệm,part,chia\r\n"
)


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province with a reviewer ("thamdinh") and an officer of one commune ("xa")."""
    found = RuledProvince()
    make_account(Role.REVIEWER, found.it_department, login="thamdinh")
    make_account(Role.UNIT_OFFICER, found.commune, login="xa")
    db.session.commit()
    return found


def csv_file(rows: str, name: str = "phu-luc.csv") -> tuple[BytesIO, str]:
    return BytesIO((HEADER + rows).encode()), name


def compose(client: FlaskClient, rows: str | None, **typed: object) -> int:
    """Begin a batch from an annex, or empty; return its id."""
    data: dict[str, object] = {"number": "12/NQ-HĐND", "effective_on": "20/06/2024", **typed}
    if rows is not None:
        data["files"] = [csv_file(rows)]
    answer = client.post("/sap-xep-don-vi/moi", data=data)
    assert answer.status_code == 303, answer.text
    return int(answer.location.rsplit("/", 1)[1])


def dry_run(client: FlaskClient, batch_id: int) -> str:
    answer = client.post(f"/sap-xep-don-vi/{batch_id}/chay-thu")
    assert answer.status_code == 200
    return answer.text


def version_in(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="([0-9]+)"', page)
    assert found
    return found[1]


def apply(client: FlaskClient, batch_id: int) -> str:
    version = version_in(dry_run(client, batch_id))
    answer = client.post(f"/sap-xep-don-vi/{batch_id}/thuc-hien", data={"version": version})
    assert answer.status_code == 303, answer.text
    return client.get(answer.location).text


def reread() -> None:
    """Let the test see what the requests since its last look have written."""
    db.session.rollback()


def exists(unit: Unit, day: date) -> bool:
    reread()
    return path_on(unit.id, day) is not None


def one(name: str, day: date = TODAY) -> int:
    reread()
    return search(name, day)[0].row.id


# --- composing -----------------------------------------------------------------------------------


def test_only_who_may_reorganise_sees_the_desk(here: Province, sign_in: SignIn) -> None:
    assert "Sắp xếp đơn vị" in sign_in("thamdinh").get("/don-vi").text
    assert "Sắp xếp đơn vị" not in sign_in("xa").get("/don-vi").text
    assert sign_in("xa").get("/sap-xep-don-vi").status_code == 403


def test_a_batch_is_loaded_from_several_annexes(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    first, second = MERGER.splitlines(keepends=True)
    data = {
        "number": "12/NQ-HĐND",
        "effective_on": "20/06/2024",
        "issued_on": "15/06/2024",
        "files": [csv_file(first, "mot.csv"), csv_file(second, "hai.csv")],
    }
    answer = client.post("/sap-xep-don-vi/moi", data=data)
    page = client.get(answer.location).text
    assert "Đã lập đợt sắp xếp số 1 với 2 dòng." in page
    assert "mot.csv" in page
    assert "hai.csv" in page
    reread()
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.number, decision.issued_on) == ("12/NQ-HĐND", date(2024, 6, 15))


def test_a_batch_on_a_paper_that_looks_mistyped_is_kept_and_asked_about(
    here: Province, sign_in: SignIn
) -> None:
    answer = sign_in("thamdinh").post(
        "/sap-xep-don-vi/moi",
        data={
            "number": "Nghị quyết số 12/2023/NQ-HĐND ngày 15/6/2024",
            "effective_on": "20/06/2024",
        },
        follow_redirects=True,
    )
    assert "Đợt sắp xếp theo Nghị quyết số 12/2023/NQ-HĐND" in answer.text
    assert "Số văn bản ghi năm 2023, khác năm của ngày ký (2024)." in answer.text


def test_what_is_wrong_with_an_annex_is_a_table_and_what_was_typed_stays(
    here: Province, sign_in: SignIn
) -> None:
    wrong = MERGER.replace("90101", "4.5", 1).replace("whole", "all", 1)
    data = {
        "number": "12/NQ-HĐND",
        "effective_on": "20/06/2024",
        "files": [csv_file(wrong, "sai.csv")],
    }
    answer = sign_in("thamdinh").post("/sap-xep-don-vi/moi", data=data)
    assert answer.status_code == 422
    page = answer.text
    assert page.count("sai.csv") == 2
    assert "dòng 2" in page
    assert "đã bị đổi thành số" in page
    assert "“all” không dùng được" in page
    assert 'value="12/NQ-HĐND"' in page
    assert 'value="20/06/2024"' in page
    assert db.session.scalar(select(func.count()).select_from(Reorganisation)) == 0


def test_a_batch_without_decision_number_or_day_is_refused(here: Province, sign_in: SignIn) -> None:
    answer = sign_in("thamdinh").post("/sap-xep-don-vi/moi", data={"number": "không số"})
    assert answer.status_code == 422
    assert "Nhập ngày có hiệu lực." in answer.text
    typed = {"number": "không số", "effective_on": "20/06/2024"}
    answer = sign_in("thamdinh").post("/sap-xep-don-vi/moi", data=typed)
    assert answer.status_code == 422
    assert 'id="number-error"' in answer.text


def test_a_form_sent_twice_makes_one_batch(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    assert compose(client, None, submit_key="A" * 22) == compose(client, None, submit_key="A" * 22)


def test_rows_are_put_in_and_taken_out_on_screen(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, None)
    assert "Phụ lục không có dòng nào." in dry_run(client, batch_id)
    base = f"/sap-xep-don-vi/{batch_id}/them-dong"
    assert "viec=hop-nhat" in client.get(base).text
    found = client.post(f"{base}?viec=giai-the", data={"old_query": "binh minh", "find_old": "1"})
    assert found.status_code == 200
    assert f'value="{here.commune.id}"' in found.text
    answer = client.post(f"{base}?viec=giai-the", data={"old_id": here.commune.id})
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Xã Bình Minh" in page
    assert "giải thể" in page
    reread()
    row = db.session.scalars(select(ReorganisationRow)).one()
    client.post(f"/sap-xep-don-vi/{batch_id}/bo-dong", data={"row_id": row.id})
    assert "Đợt này chưa có dòng nào" in client.get(f"/sap-xep-don-vi/{batch_id}").text
    reread()
    actions = set(db.session.scalars(select(AuditEvent.action)))
    assert {"reorganisation.add_row", "reorganisation.remove_row"} <= actions


def rows_typed(here: Province) -> list[tuple[str, dict[str, object], str]]:
    """Return for each operation what is typed, and a name that stands afterwards."""
    district, old, other = here.district.id, here.commune.id, here.other_commune.id
    new = {"new_kind": "xã", "parent_id": district}
    return [
        ("thanh-lap", {**new, "new_name": "Xã Bình Lập"}, "Xã Bình Lập"),
        ("doi-ten", {"old_id": old, "new_name": "Xã Bình Tên"}, "Xã Bình Tên"),
        (
            "doi-loai",
            {"old_id": old, "new_name": "Phường Bình Minh", "new_kind": "phường"},
            "Phường Bình Minh",
        ),
        ("chuyen", {"old_id": old, "parent_id": here.other_district.id}, "Xã Bình Minh"),
        ("nhap-vao", {"old_id": old, "target_id": other}, "Xã Bình Đào"),
        ("hop-nhat", {**new, "old_id": old, "new_name": "Xã Bình Hợp"}, "Xã Bình Hợp"),
        ("tach", {**new, "old_id": old, "new_name": "Xã Bình Tách"}, "Xã Bình Tách"),
        ("sap-xep", {**new, "old_id": old, "new_name": "Xã Bình Sắp"}, "Xã Bình Sắp"),
        ("dieu-chinh", {"old_id": old, "target_id": other}, "Xã Bình Minh"),
        (
            "nguyen-trang",
            {"old_id": old, "new_name": "Phường Bình Minh", "new_kind": "phường"},
            "Phường Bình Minh",
        ),
    ]


@pytest.mark.parametrize("at", range(10))
def test_every_operation_can_be_composed_on_screen_and_applied(
    here: Province, sign_in: SignIn, at: int
) -> None:
    client = sign_in("thamdinh")
    deed, typed, name = rows_typed(here)[at]
    batch_id = compose(client, None)
    answer = client.post(f"/sap-xep-don-vi/{batch_id}/them-dong?viec={deed}", data=typed)
    assert answer.status_code == 303, answer.text
    apply(client, batch_id)
    assert unit_on(one(name), DAY) is not None


def add(client: FlaskClient, batch_id: int, deed: str, **typed: object) -> None:
    answer = client.post(f"/sap-xep-don-vi/{batch_id}/them-dong?viec={deed}", data=typed)
    assert answer.status_code == 303, answer.text


def links() -> list[tuple[int, int, str, SuccessionKind]]:
    reread()
    return [
        (one.predecessor_id, one.successor_id, one.part, one.kind)
        for one in db.session.scalars(select(Succession).order_by(Succession.id))
    ]


def test_parts_and_the_rest_are_chosen_on_screen(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, None)
    old, other = here.commune.id, here.other_commune.id
    new = {"new_kind": "xã", "parent_id": here.district.id, "new_name": "Xã Bình Lưu"}
    add(client, batch_id, "nhap-vao", old_id=old, target_id=other, share="part")
    add(client, batch_id, "chia", old_id=old, share="rest", **new)
    page = client.get(f"/sap-xep-don-vi/{batch_id}").text
    assert "(một phần)" in page
    assert "(phần còn lại)" in page
    shown = apply(client, batch_id)
    assert "(phần còn lại)" in shown
    assert set(links()) == {
        (old, other, "part", SuccessionKind.ABSORBED),
        (old, one("Xã Bình Lưu"), "rest", SuccessionKind.DIVIDED),
    }


def test_a_division_asks_for_a_part_or_the_rest_and_an_absorption_for_the_whole_first(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    base = f"/sap-xep-don-vi/{compose(client, None)}/them-dong"
    division, absorption, separation = (
        re.findall(r'name="share"[^>]*value="(\w+)"( checked)?', client.get(base + deed).text)
        for deed in ("?viec=chia", "?viec=nhap-vao", "?viec=tach")
    )
    assert division == [("part", " checked"), ("rest", "")]
    assert absorption == [("whole", " checked"), ("part", ""), ("rest", "")]
    assert separation == []


def test_what_ended_is_founded_again_on_screen_with_or_without_a_giver(
    here: Province, sign_in: SignIn
) -> None:
    end_unit(here.commune, date(2024, 6, 10))
    end_unit(here.far_commune, date(2024, 6, 10))
    db.session.commit()
    client = sign_in("thamdinh")
    batch_id = compose(client, None)
    new = {"new_kind": "xã", "parent_id": here.district.id}
    page = client.get(f"/sap-xep-don-vi/{batch_id}/them-dong?viec=tai-lap").text
    assert "Tìm đơn vị cũ (nếu tách ra từ một đơn vị đang có)" in page
    add(client, batch_id, "tai-lap", new_name="Xã Bình Minh", **new)
    add(client, batch_id, "tai-lap", old_id=here.other_commune.id, new_name="Xã Đại Minh", **new)
    assert "tái lập" in client.get(f"/sap-xep-don-vi/{batch_id}").text
    assert "Tái lập" in apply(client, batch_id)
    kind = SuccessionKind
    assert set(links()) == {
        (here.commune.id, one("Xã Bình Minh"), "whole", kind.REESTABLISHED),
        (here.far_commune.id, one("Xã Đại Minh"), "whole", kind.REESTABLISHED),
        (here.other_commune.id, one("Xã Đại Minh"), "part", kind.SEPARATED),
    }


def test_only_a_row_of_several_old_units_leads_to_the_next_of_them(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, None)
    new = {"new_kind": "xã", "parent_id": here.district.id}
    add(client, batch_id, "thanh-lap", new_name="Xã Bình Lập", **new)
    add(client, batch_id, "tach", old_id=here.commune.id, new_name="Xã Bình Tách", **new)
    assert "Thêm đơn vị cũ" not in client.get(f"/sap-xep-don-vi/{batch_id}").text
    add(client, batch_id, "sap-xep", old_id=here.far_commune.id, new_name="Xã Bình Sắp", **new)
    page = client.get(f"/sap-xep-don-vi/{batch_id}").text
    assert re.findall(r"viec=([a-z-]+)&amp;giong=", page) == ["sap-xep"]


def test_moving_on_screen_changes_the_place_and_nothing_else(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, None)
    typed = {"old_id": here.commune.id, "parent_id": here.other_district.id}
    client.post(f"/sap-xep-don-vi/{batch_id}/them-dong?viec=chuyen", data=typed)
    apply(client, batch_id)
    reread()
    unit = unit_on(here.commune.id, DAY)
    assert unit is not None
    assert (unit.name, unit.code, unit.parent_id) == (
        "Xã Bình Minh",
        "90101",
        here.other_district.id,
    )


def test_a_row_of_a_merger_carries_its_new_side_to_the_next(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, None)
    typed = {
        "old_id": here.commune.id,
        "new_name": "Xã Bình Hợp",
        "new_kind": "xã",
        "parent_id": here.district.id,
        "once_more": "1",
    }
    answer = client.post(f"/sap-xep-don-vi/{batch_id}/them-dong?viec=hop-nhat", data=typed)
    page = client.get(answer.location).text
    assert 'value="Xã Bình Hợp"' in page
    assert re.search(rf'value="{here.district.id}"[^>]*checked', page)


def test_a_row_that_does_not_fit_is_said_at_its_field(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, None)
    base = f"/sap-xep-don-vi/{batch_id}/them-dong"
    answer = client.post(f"{base}?viec=hop-nhat", data={"new_name": "Bình Hợp", "new_kind": "xã"})
    assert answer.status_code == 422
    assert "Tìm rồi chọn đơn vị cũ." in answer.text
    typed = {"old_id": here.commune.id, "new_name": "Bình Hợp", "new_kind": "xã"}
    answer = client.post(f"{base}?viec=hop-nhat", data=typed)
    assert "bắt đầu bằng “Xã”" in answer.text
    same = {"old_id": here.commune.id, "target_id": here.commune.id}
    assert "phải khác đơn vị cũ" in client.post(f"{base}?viec=nhap-vao", data=same).text
    lost = {"new_name": "Xã Bình Lập", "new_kind": "xã"}
    assert "chọn đơn vị cấp trên" in client.post(f"{base}?viec=thanh-lap", data=lost).text


def test_a_unit_out_of_scope_cannot_be_chosen(here: Province, sign_in: SignIn) -> None:
    foreign = make_unit("Tỉnh Khác", UnitKind.PROVINCE, code="98")
    db.session.commit()
    client = sign_in("thamdinh")
    batch_id = compose(client, None)
    answer = client.post(
        f"/sap-xep-don-vi/{batch_id}/them-dong?viec=giai-the", data={"old_id": foreign.id}
    )
    assert answer.status_code == 422
    assert "Tỉnh Khác" not in answer.text


def test_a_day_before_all_rules_is_refused_at_its_field_with_the_first_possible_one(
    here: Province, sign_in: SignIn
) -> None:
    data = {
        "number": "12/NQ-HĐND",
        "effective_on": "20/06/2024",
        "create_missing": "1",
        "known_from": "31/05/2024",
    }
    answer = sign_in("thamdinh").post("/sap-xep-don-vi/moi", data=data)
    assert answer.status_code == 422
    assert "Sổ ghi được số liệu đơn vị từ ngày 01/06/2024." in answer.text
    assert 'id="known_from-error"' in answer.text


def test_a_composed_batch_can_be_thrown_away_in_the_version_shown(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, MERGER)
    stale = client.post(f"/sap-xep-don-vi/{batch_id}/bo", data={"version": 99})
    assert stale.status_code == 409
    client.post(f"/sap-xep-don-vi/{batch_id}/bo", data={"version": 1})
    late = client.post(f"/sap-xep-don-vi/{batch_id}/bo", data={"version": 1})
    assert late.status_code == 409
    assert f"Đợt sắp xếp số {batch_id} đã được bỏ." in late.text
    assert client.get(f"/sap-xep-don-vi/{batch_id}").status_code == 409


# --- dry run -------------------------------------------------------------------------------------


def test_the_dry_run_shows_everything_and_writes_nothing(here: Province, sign_in: SignIn) -> None:
    holder = make_member("Võ Thị Năm", here.commune)
    make_assignment(holder, here.commune, make_decision(here.commune))
    make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.other_commune)
    db.session.commit()
    client = sign_in("thamdinh")
    batch_id = compose(client, MERGER)
    periods = db.session.scalar(select(func.count()).select_from(UnitPeriod))
    page = dry_run(client, batch_id)
    assert "Xã Bình Minh" in page
    assert "Xã Bình Đào" in page
    assert "Xã Bình An" in page
    assert "0</span> vấn đề; có thể thực hiện" in page
    assert "Thành lập" in page
    assert "1 Tổ công nghệ số cộng đồng" in page
    assert re.search(r">xa</th>.*?Cán bộ đơn vị", page)
    assert db.session.scalar(select(func.count()).select_from(UnitPeriod)) == periods
    assert exists(here.commune, TODAY)


def test_problems_name_their_row_and_there_is_nothing_to_apply(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, MERGER.replace("90102,Xã Bình Đào", "90102,Xã Bình Không", 1))
    page = dry_run(client, batch_id)
    assert "phu-luc.csv" in page
    assert "dòng 3" in page
    assert "Thực hiện đợt sắp xếp này?" not in page
    answer = client.post(f"/sap-xep-don-vi/{batch_id}/thuc-hien", data={"version": 1})
    assert answer.status_code == 422
    assert exists(here.commune, TODAY)


def test_the_questions_of_a_split_are_answered_and_the_answers_hold(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Võ Thị Năm", here.commune)
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    db.session.commit()
    client = sign_in("thamdinh")
    batch_id = compose(client, SPLIT)
    page = dry_run(client, batch_id)
    assert "Võ Thị Năm – Thành viên" in page
    assert "Xã Bình Đông" in page
    line = db.session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
    answers = {
        "answers-0-item": f"membership:{line.line_id}",
        "answers-0-target": "90107",
        "answers-1-item": re.findall(r'value="(unit:[^"]+)"', page)[0],
        "answers-1-target": "90108",
    }
    page = client.post(f"/sap-xep-don-vi/{batch_id}/phan-bo", data=answers).text
    assert "Đã lưu 2 câu trả lời." in page
    assert re.search(r'value="90107" selected', page)
    apply(client, batch_id)
    reread()
    last = db.session.scalars(
        select(Membership).where(Membership.person_id == person.id, Membership.valid_to.is_(None))
    ).one()
    assert last.unit_id == one("Xã Bình Đông")
    reread()
    moved = unit_on(team.id, DAY)
    assert moved is not None
    assert moved.parent_name == "Xã Bình Tây"


def test_an_answer_that_names_no_unit_is_said_by_name_and_can_be_changed(
    here: Province, sign_in: SignIn
) -> None:
    person = make_member("Võ Thị Năm", here.commune)
    (line_id,) = db.session.scalars(
        select(Membership.line_id).where(Membership.person_id == person.id)
    )
    db.session.commit()
    client = sign_in("thamdinh")
    batch_id = compose(client, None)
    typed = {"old_id": here.commune.id}
    client.post(f"/sap-xep-don-vi/{batch_id}/them-dong?viec=giai-the", data=typed)
    item = f"membership:{line_id}"
    assert f'value="{item}"' in dry_run(client, batch_id)
    answers = {"answers-0-item": item, "answers-0-target": "Xã Không Có"}
    page = client.post(f"/sap-xep-don-vi/{batch_id}/phan-bo", data=answers).text
    assert "Phân bổ “Võ Thị Năm – Thành viên” của “Xã Bình Minh”" in page
    assert 'value="Xã Không Có"' in page
    page = client.post(
        f"/sap-xep-don-vi/{batch_id}/phan-bo", data={**answers, "answers-0-target": ""}
    ).text
    assert "vấn đề; có thể thực hiện" in page


def test_an_answer_nobody_asks_for_can_be_taken_back(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, MERGER)
    stray = {"answers-0-item": "unit:1", "answers-0-target": "90109"}
    page = client.post(f"/sap-xep-don-vi/{batch_id}/phan-bo", data=stray).text
    assert "1 câu trả lời đã lưu mà lần chạy thử này không hỏi tới" in page
    back = {"answers-0-item": "unit:1", "answers-0-target": ""}
    page = client.post(f"/sap-xep-don-vi/{batch_id}/phan-bo", data=back).text
    assert "vấn đề; có thể thực hiện" in page


def test_answers_come_back_in_the_allocation_file(here: Province, sign_in: SignIn) -> None:
    make_member("Võ Thị Năm", here.commune)
    db.session.commit()
    client = sign_in("thamdinh")
    batch_id = compose(client, SPLIT)
    template = client.post(f"/sap-xep-don-vi/{batch_id}/mau-phan-bo")
    assert template.mimetype == "text/csv"
    assert "90107 | 90108" in template.text
    filled = template.text.replace("90107 | 90108,", "90107 | 90108,90107")
    answer = client.post(
        f"/sap-xep-don-vi/{batch_id}/tep-phan-bo",
        data={"file": (BytesIO(filled.encode()), "phan-bo.csv")},
    )
    assert "câu trả lời từ tệp phân bổ" in answer.text
    assert 'value="90107" selected' in answer.text
    wrong = client.post(
        f"/sap-xep-don-vi/{batch_id}/tep-phan-bo",
        data={"file": (BytesIO(b"a,b\r\n1,2\r\n"), "phan-bo.csv")},
    )
    assert wrong.status_code == 422
    assert "cần hai cột" in wrong.text


def test_a_dry_run_names_what_the_annex_leaves_out_and_hands_the_list_out(
    here: Province, sign_in: SignIn
) -> None:
    far_id = here.far_commune.id
    db.session.rollback()
    client = sign_in("thamdinh")
    batch_id = compose(client, MERGER)
    page = dry_run(client, batch_id)
    assert "Phụ lục còn thiếu (1)" in page
    assert "Phụ lục còn thiếu 1 đơn vị." in page
    add = f"/sap-xep-don-vi/{batch_id}/them-dong?don-vi={far_id}"
    assert f'href="{add}"' in page
    assert "Xã Đại Minh" in client.get(add).text
    assert page.index("không có dòng nào nhắc tới") > page.index("Xã Đại Minh")
    assert "Phụ lục còn thiếu" not in dry_run(client, compose(client, SPLIT))
    made = dry_run(client, compose(client, MERGER, create_missing="1"))
    assert "Phụ lục còn thiếu (1)" in made
    assert "them-dong" not in made
    answer = client.post(f"/sap-xep-don-vi/{batch_id}/con-thieu")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert any("Xã Đại Minh" in row for row in rows)
    told = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == Deed.REORGANISATION_EXPORT.value)
    ).one()
    assert told.object_id == str(batch_id)
    apply(client, batch_id)
    assert "phụ lục còn thiếu khi thực hiện" in client.get(f"/sap-xep-don-vi/{batch_id}").text


def test_a_long_list_of_what_is_left_out_is_cut_on_the_page(
    here: Province, sign_in: SignIn
) -> None:
    for number in range(202):
        make_unit(f"Xã Phụ {number}", UnitKind.COMMUNE, here.district, code=f"9{number + 1300}")
    db.session.commit()
    client = sign_in("thamdinh")
    rows = "".join(
        f"9{number + 1300},Xã Phụ {number},Huyện Thăng Bình,Tỉnh Thử Nghiệm,91300,Xã Lớn,xã,"
        "Huyện Thăng Bình,99,Tỉnh Thử Nghiệm,whole,\r\n"
        for number in range(202)
    )
    for number in range(198):
        make_unit(
            f"Xã Xa {number}", UnitKind.COMMUNE, here.other_district, code=f"9{number + 4300}"
        )
    db.session.commit()
    page = dry_run(client, compose(client, rows))
    assert "Phụ lục còn thiếu (201)" in page
    assert "Dưới đây là 200 đơn vị đầu tiên." in page
    assert page.count("không có dòng nào nhắc tới") == 200


# --- applying, minutes, undoing ------------------------------------------------------------------


def test_a_batch_changed_after_its_dry_run_is_not_applied(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, MERGER)
    version = version_in(dry_run(client, batch_id))
    typed = {"old_id": here.far_commune.id, "new_name": "Xã Đại Tân"}
    client.post(f"/sap-xep-don-vi/{batch_id}/them-dong?viec=doi-ten", data=typed)
    answer = client.post(f"/sap-xep-don-vi/{batch_id}/thuc-hien", data={"version": version})
    assert answer.status_code == 422
    assert "Người khác vừa sửa đợt sắp xếp này" in answer.text
    assert exists(here.commune, TODAY)


def test_applying_shows_the_result_and_cannot_be_done_twice(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, MERGER)
    page = apply(client, batch_id)
    assert "thành lập 1, tiếp tục tồn tại 0, kết thúc 2 đơn vị" in page
    assert "Đã thực hiện" in page
    assert "Xã Bình An" in page
    assert not exists(here.commune, TODAY)
    assert client.post(f"/sap-xep-don-vi/{batch_id}/chay-thu").status_code == 409
    assert "Đã thực hiện" in client.get("/sap-xep-don-vi").text


def test_the_minutes_say_what_was_done(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, MERGER)
    early = client.get(f"/sap-xep-don-vi/{batch_id}/bien-ban")
    assert early.status_code == 409
    apply(client, batch_id)
    answer = client.get(f"/sap-xep-don-vi/{batch_id}/bien-ban")
    document = Document(BytesIO(answer.data))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "12/NQ-HĐND" in text
    assert "ngày 20 tháng 6 năm 2024" in text
    assert any(cell.startswith("Xã Bình An (mã 90109)") for cell in cells)
    assert "hợp nhất" in cells
    assert cells.count("Nhập toàn bộ để thành lập Xã Bình An") == 2
    reread()
    exported = select(AuditEvent).where(AuditEvent.action == "reorganisation.export")
    assert db.session.scalars(exported).one().object_id == str(batch_id)


def test_undoing_brings_everything_back(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, MERGER)
    apply(client, batch_id)
    assert "Hoàn tác đợt sắp xếp này?" in client.get(f"/sap-xep-don-vi/{batch_id}/hoan-tac").text
    answer = client.post(f"/sap-xep-don-vi/{batch_id}/hoan-tac")
    page = client.get(answer.location).text
    assert "Đơn vị trở lại như trước" in page
    assert "Đã hoàn tác" in page
    assert exists(here.commune, TODAY)
    assert client.get(f"/sap-xep-don-vi/{batch_id}/hoan-tac").status_code == 409


def test_undoing_says_which_corrections_go_along(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, MERGER)
    apply(client, batch_id)
    undoing = f"/sap-xep-don-vi/{batch_id}/hoan-tac"
    assert "Các đính chính sau khi thực hiện" not in client.get(undoing).text
    typed = {
        "change": "correct",
        "wrong_name": "Xã Bình An",
        "new_name": "Phường Bình An",
        "wrong_code": "90109",
        "new_code": "90108",
    }
    assert client.post(f"/don-vi/{one('Xã Bình An')}/thay-doi", data=typed).status_code == 303
    page = client.get(undoing).text
    assert "Các đính chính sau khi thực hiện cũng mất theo." in page
    assert "UBND phường Bình An: tên đơn vị Xã Bình An → Phường Bình An" in page
    assert "mã 90109 → 90108" in page
    assert client.post(undoing).status_code == 303
    assert exists(here.commune, TODAY)


def test_an_undo_that_cannot_be_says_what_depends_on_it(here: Province, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    batch_id = compose(client, MERGER)
    apply(client, batch_id)
    new = db.session.get(Unit, one("Xã Bình An"))
    assert new is not None
    make_member("Trần Văn Mới", new)
    db.session.commit()
    answer = client.post(f"/sap-xep-don-vi/{batch_id}/hoan-tac")
    assert answer.status_code == 422
    assert "Tư cách thành viên" in answer.text
    assert "memberships" not in answer.text
    assert not exists(here.commune, TODAY)


def test_a_batch_of_units_elsewhere_reads_like_none(here: Province, sign_in: SignIn) -> None:
    foreign = make_unit("Tỉnh Khác", UnitKind.PROVINCE, code="98")
    batch = Reorganisation(effective_on=DAY, decision_id=make_decision(foreign).id, created_at=NOW)
    batch.rows.append(
        ReorganisationRow(
            position=1, number=1, source="", content=RowContent(old_id=foreign.id, how=How.DISSOLVE)
        )
    )
    db.session.add(batch)
    db.session.commit()
    client = sign_in("thamdinh")
    assert client.get(f"/sap-xep-don-vi/{batch.id}").status_code == 404
    assert client.post(f"/sap-xep-don-vi/{batch.id}/bo", data={"version": 1}).status_code == 404
    assert "Chưa có đợt sắp xếp nào" in client.get("/sap-xep-don-vi").text


# --- what a province that ended left over --------------------------------------------------------


def test_the_desk_counts_and_names_what_a_province_that_ended_left_over(
    here: Province, sign_in: SignIn
) -> None:
    body = make_left_over(here.province, date(2024, 6, 10))
    db.session.commit()
    page = sign_in("thamdinh").get("/sap-xep-don-vi").text
    assert "đơn vị của tỉnh đã kết thúc" in page
    assert f'href="/don-vi/{body.id}"' in page
    assert "Tỉnh Cũ kết thúc từ ngày 10/06/2024" in page
    assert "Lập đợt ghi nhận kế thừa hoặc giải thể" in page


CARRIED = "/sap-xep-don-vi/moi?cho-ghi-nhan=co"
BODY = "Hội Chữ thập đỏ tỉnh Cũ"


def test_what_was_left_over_is_carried_into_a_batch_and_ends_only_where_one_says_so(
    here: Province, sign_in: SignIn
) -> None:
    body = make_left_over(here.province, date(2024, 6, 10)).id
    db.session.commit()
    client = sign_in("thamdinh")
    assert f'href="{CARRIED}"' in client.get("/sap-xep-don-vi").text
    form = client.get(CARRIED).text
    assert BODY in form
    assert f'value="{body}" checked' not in form
    assert BODY not in client.get("/sap-xep-don-vi/moi").text
    order = {"number": "12/QĐ-UBND", "effective_on": "20/06/2024"}
    left = client.post(CARRIED, data=order)
    assert left.status_code == 303
    page = client.get(left.location).text
    assert "Đợt này chưa có dòng nào" in page
    assert "1 đơn vị chờ ghi nhận kế thừa hoặc giải thể, chưa có trong đợt này" in page
    ended = client.post(CARRIED, data=order | {"dissolved": str(body), "submit_key": "B" * 22})
    page = client.get(ended.location).text
    assert "chưa có trong đợt này" not in page
    batch_id = int(ended.location.rsplit("/", 1)[1])
    assert BODY in apply(client, batch_id)
    reread()
    assert path_on(body, DAY) is None
    assert BODY not in client.get(CARRIED).text


def test_a_row_for_what_was_left_over_begins_with_its_old_side(
    here: Province, sign_in: SignIn
) -> None:
    body = make_left_over(here.province, date(2024, 6, 10)).id
    db.session.commit()
    client = sign_in("thamdinh")
    batch_id = compose(client, None)
    rows = f"/sap-xep-don-vi/{batch_id}/them-dong"
    assert f'href="{rows}?don-vi={body}"' in client.get(f"/sap-xep-don-vi/{batch_id}").text
    deeds = client.get(f"{rows}?don-vi={body}").text
    assert f"Đơn vị cũ: {BODY}" in deeds
    assert "thanh-lap" not in deeds
    led_to = f"{rows}?viec=nhap-vao&don-vi={body}"
    assert led_to.replace("&", "&amp;") in deeds
    chosen = re.findall(r'name="old_id"[^>]*value="([0-9]+)"[^>]*checked', client.get(led_to).text)
    assert chosen == [str(body)]


def test_the_annex_of_what_was_left_over_is_read_back_and_asks_what_each_became(
    here: Province, sign_in: SignIn
) -> None:
    make_left_over(here.province, date(2024, 6, 10))
    db.session.commit()
    client = sign_in("thamdinh")
    file = client.get("/sap-xep-don-vi/cho-ghi-nhan")
    assert file.mimetype.endswith("spreadsheetml.sheet")
    order = {"number": "12/QĐ-UBND", "effective_on": "20/06/2024"}
    sent = client.post(
        "/sap-xep-don-vi/moi", data=order | {"files": [(BytesIO(file.data), "phu-luc.xlsx")]}
    )
    assert sent.status_code == 303, sent.text
    batch_id = int(sent.location.rsplit("/", 1)[1])
    page = client.get(sent.location).text
    assert BODY in page
    assert "(chưa ghi)" in page
    assert "Thiếu tên đơn vị mới. Ghi tên, hoặc ghi “giải thể”." in dry_run(client, batch_id)


def test_what_another_province_left_over_is_neither_offered_nor_taken(
    here: Province, sign_in: SignIn
) -> None:
    foreign = make_unit("Tỉnh Khác", UnitKind.PROVINCE, code="98")
    body = make_left_over(foreign, date(2024, 6, 10)).id
    db.session.commit()
    client = sign_in("thamdinh")
    assert BODY not in client.get(CARRIED).text
    order = {"number": "12/QĐ-UBND", "effective_on": "20/06/2024", "dissolved": str(body)}
    answer = client.post(CARRIED, data=order)
    page = client.get(answer.location).text
    assert "Đợt này chưa có dòng nào" in page
    assert BODY not in page
    rows = f"{answer.location}/them-dong?don-vi={body}"
    assert BODY not in client.get(rows).text


def test_the_desk_names_nothing_left_over_outside_the_scope(
    here: Province, sign_in: SignIn
) -> None:
    foreign = make_unit("Tỉnh Khác", UnitKind.PROVINCE, code="98")
    make_left_over(foreign, date(2024, 6, 10))
    db.session.commit()
    page = sign_in("thamdinh").get("/sap-xep-don-vi").text
    assert "Hội Chữ thập đỏ tỉnh Cũ" not in page
    assert "đơn vị của tỉnh đã kết thúc" not in page
