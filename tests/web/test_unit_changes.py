"""Everyday changes of one unit: its name corrected, renamed, moved, closed, one founded below."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from registry.domain.permissions import Role
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.units import Unit, UnitPeriod
from registry.queries.units.on_a_day import children, path_on, search, unit_on
from tests.conftest import TODAY
from tests.factories.accounts import make_account
from tests.factories.coverage import RuledProvince
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import Province, make_unit

SignIn = Callable[[str], FlaskClient]
DAY = date(2024, 6, 20)


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province with a reviewer ("thamdinh") and an officer of one commune ("xa")."""
    found = RuledProvince()
    make_account(Role.REVIEWER, found.it_department, login="thamdinh")
    make_account(Role.UNIT_OFFICER, found.commune, login="xa")
    db.session.commit()
    return found


def reread() -> None:
    """Let the test see what the requests since its last look have written."""
    db.session.rollback()


def exists(unit: Unit, day: date) -> bool:
    reread()
    return path_on(unit.id, day) is not None


def paper(**typed: object) -> dict[str, object]:
    return {"effective_on": "20/06/2024", "number": "5/QĐ-UBND", **typed}


def test_an_officer_founds_a_team_below_the_own_commune(here: Province, sign_in: SignIn) -> None:
    client = sign_in("xa")
    url = f"/don-vi/{here.commune.id}/lap-don-vi"
    assert url in client.get(f"/don-vi/{here.commune.id}").text
    typed = paper(kind="community_team", new_name="Tổ công nghệ số cộng đồng thôn Một")
    answer = client.post(url, data=typed)
    assert answer.status_code == 303, answer.text
    reread()
    (team,) = children(here.commune.id, TODAY)
    assert (team.name, team.kind) == (typed["new_name"], UnitKind.COMMUNITY_TEAM)
    again = client.post(url, data=typed)
    assert again.status_code == 422
    assert client.get(f"/don-vi/{here.other_commune.id}/lap-don-vi").status_code == 404


def test_a_team_founded_or_closed_by_mistake_today_is_taken_back_by_the_officer(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("xa")
    page = f"/don-vi/{here.commune.id}"
    typed = paper(kind="community_team", new_name="Tổ thôn Nhầm")
    answer = client.post(f"{page}/lap-don-vi", data=typed, follow_redirects=True)
    assert "Lập “Tổ thôn Nhầm” từ ngày 20/06/2024." in answer.text
    (address,) = re.findall(r"/don-vi/thay-doi/\d+/go-bo", answer.text)
    assert "Gỡ bỏ thay đổi này?" in client.get(address).text
    answer = client.post(address, follow_redirects=True)
    assert "Đã gỡ bỏ: lập “Tổ thôn Nhầm” từ ngày 20/06/2024." in answer.text
    reread()
    assert children(here.commune.id, TODAY) == []
    assert client.post(address).status_code == 404
    reread()
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    db.session.commit()
    closed = client.post(
        f"/don-vi/{team.id}/thay-doi", data=paper(change="close"), follow_redirects=True
    )
    assert closed.status_code == 200
    assert "Giải thể “Tổ thôn Một” từ ngày 20/06/2024." in client.get(page).text
    (address,) = re.findall(r"/don-vi/thay-doi/\d+/go-bo", client.get(page).text)
    assert sign_in("thamdinh").get(address).status_code == 200
    assert client.post(address).status_code == 303
    assert exists(team, TODAY)


def test_the_effective_day_of_a_change_is_corrected_from_the_unit_s_page(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("xa")
    typed = paper(kind="community_team", new_name="Tổ thôn Một")
    client.post(f"/don-vi/{here.commune.id}/lap-don-vi", data=typed)
    reread()
    (team,) = children(here.commune.id, TODAY)
    (address,) = re.findall(
        r"/don-vi/thay-doi/\d+/dinh-chinh-ngay", client.get(f"/don-vi/{team.id}/thay-doi").text
    )
    page = client.get(address).text
    assert "Đính chính (luôn đúng như vậy)" in page
    assert 'value="2024-06-20"' in page
    wrong = {"wrong_day": "2024-06-20", "effective_on": "20/06/2024"}
    assert client.post(address, data=wrong).status_code == 422
    right = {"wrong_day": "2024-06-20", "effective_on": "01/06/2024"}
    answer = client.post(address, data=right, follow_redirects=True)
    assert "Đã đính chính ngày có hiệu lực. Lập “Tổ thôn Một” từ ngày 01/06/2024." in answer.text
    reread()
    assert path_on(team.id, date(2024, 6, 1)) is not None
    stale = client.post(address, data={**right, "effective_on": "02/06/2024"})
    assert "vừa được người khác sửa" in stale.text


def test_an_officer_renames_and_closes_a_team_and_its_members_end(
    here: Province, sign_in: SignIn
) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    person = make_member("Võ Thị Năm", team)
    db.session.commit()
    client = sign_in("xa")
    url = f"/don-vi/{team.id}/thay-doi"
    renamed = paper(change="rename", new_name="Tổ thôn Nhất", effective_on="10/06/2024")
    assert client.post(url, data=renamed).status_code == 303
    reread()
    row = unit_on(team.id, date(2024, 6, 12))
    assert row is not None
    assert row.name == "Tổ thôn Nhất"
    assert client.post(url, data=paper(change="close")).status_code == 303
    assert not exists(team, TODAY)
    ended = db.session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
    assert ended.valid_to == DAY
    assert db.session.scalars(select(Assignment)).all() == []


def test_closing_the_section_that_is_focal_point_names_the_gap_and_needs_a_tick(
    here: Province, sign_in: SignIn
) -> None:
    section = make_unit("Văn phòng", UnitKind.COMMUNE_OFFICE, here.commune)
    make_assignment(section, here.commune, make_decision(here.commune))
    db.session.commit()
    client = sign_in("xa")
    url = f"/don-vi/{section.id}/thay-doi"
    assert "accept_gap" not in client.get(url).text
    refused = client.post(url, data=paper(change="close"))
    assert refused.status_code == 422
    assert "Từ ngày 20/06/2024 Xã Bình Minh không còn đầu mối CĐS" in refused.text
    assert exists(section, TODAY)
    assert client.post(url, data=paper(change="close", accept_gap="y")).status_code == 303
    assert not exists(section, TODAY)


def test_a_team_moves_to_another_commune_found_by_search(here: Province, sign_in: SignIn) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    db.session.commit()
    client = sign_in("thamdinh")
    url = f"/don-vi/{team.id}/thay-doi"
    found = client.post(url, data={"change": "move", "parent_query": "binh dao", "find": "1"})
    assert f'value="{here.other_commune.id}"' in found.text
    typed = paper(change="move", new_parent_id=here.other_commune.id)
    assert client.post(url, data=typed).status_code == 303
    reread()
    row = unit_on(team.id, TODAY)
    assert row is not None
    assert row.parent_id == here.other_commune.id
    nowhere = client.post(url, data=paper(change="move"))
    assert nowhere.status_code == 422
    assert "Chọn một đơn vị cấp trên khác." in nowhere.text


def test_correcting_a_name_asks_for_no_paper_and_begins_no_period(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    url = f"/don-vi/{here.commune.id}/thay-doi"
    typed = {"change": "correct", "wrong_name": "Xã Bình Minh", "new_name": "Xã Bình Mính"}
    assert client.post(url, data=typed).status_code == 303
    reread()
    periods = db.session.scalars(
        select(UnitPeriod).where(UnitPeriod.unit_id == here.commune.id)
    ).all()
    assert [period.name for period in periods] == ["Xã Bình Mính"]
    assert search("Xã Bình Mính", TODAY)[0].row.id == here.commune.id
    stale = client.post(url, data={**typed, "new_name": "Xã Khác"})
    assert stale.status_code == 422
    assert "vừa được người khác sửa" in stale.text


def test_a_wrong_designation_code_and_superior_are_corrected_in_one_go(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    url = f"/don-vi/{here.commune.id}/thay-doi"
    page = client.get(url).text
    assert "Đính chính (luôn đúng như vậy)" in page
    assert 'value="90101"' in page
    typed = {
        "change": "correct",
        "wrong_name": "Xã Bình Minh",
        "new_name": "Phường Bình Minh",
        "wrong_code": "90101",
        "new_code": "90109",
    }
    found = client.post(url, data={**typed, "parent_query": "dai loc", "find": "1"})
    assert f'value="{here.other_district.id}"' in found.text
    answer = client.post(
        url, data={**typed, "new_parent_id": here.other_district.id}, follow_redirects=True
    )
    assert "Đã đính chính thông tin đơn vị; không có mốc thời gian mới." in answer.text
    reread()
    (period,) = db.session.scalars(
        select(UnitPeriod).where(UnitPeriod.unit_id == here.commune.id)
    ).all()
    assert (period.name, period.official_code) == ("Phường Bình Minh", "90109")
    assert period.parent_id == here.other_district.id


def test_a_code_left_empty_stays_and_a_unit_without_one_is_asked_for_none(
    here: Province, sign_in: SignIn
) -> None:
    team = make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, here.commune)
    db.session.commit()
    client = sign_in("thamdinh")
    assert "new_code" not in client.get(f"/don-vi/{team.id}/thay-doi").text
    typed = {
        "change": "correct",
        "wrong_name": "Xã Bình Minh",
        "new_name": "Xã Bình Mính",
        "wrong_code": "90101",
        "new_code": "",
    }
    assert client.post(f"/don-vi/{here.commune.id}/thay-doi", data=typed).status_code == 303
    reread()
    row = unit_on(here.commune.id, TODAY)
    assert row is not None
    assert (row.name, row.code) == ("Xã Bình Mính", "90101")


def test_an_officer_s_own_commune_is_changed_by_the_desk_only(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("xa")
    url = f"/don-vi/{here.commune.id}/thay-doi"
    assert url not in client.get(f"/don-vi/{here.commune.id}").text
    assert "do cơ quan thẩm định đính chính và sắp xếp" in client.get(url).text
    typed = {"change": "correct", "wrong_name": "Xã Bình Minh", "new_name": "Xã Bình Mính"}
    assert client.post(url, data=typed).status_code == 422
    page = sign_in("thamdinh").get(url).text
    assert "Đổi tên từ ngày" in page
    assert "Giải thể từ ngày" not in page


def test_a_unit_founded_or_renamed_on_a_number_of_another_year_is_asked_about(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("xa")
    cited = "Quyết định số 5/2023/QĐ-UBND ngày 10/6/2024"
    typed = paper(kind="community_team", new_name="Tổ thôn Hai", number=cited)
    founded = client.post(
        f"/don-vi/{here.commune.id}/lap-don-vi", data=typed, follow_redirects=True
    )
    assert "Số văn bản ghi năm 2023" in founded.text
    reread()
    (team,) = children(here.commune.id, TODAY)
    rename = paper(change="rename", new_name="Tổ thôn Nhì", effective_on="25/06/2024", number=cited)
    renamed = client.post(f"/don-vi/{team.id}/thay-doi", data=rename, follow_redirects=True)
    assert "Số văn bản ghi năm 2023" in renamed.text
