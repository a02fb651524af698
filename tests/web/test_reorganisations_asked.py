"""What the page of a dry run asks: what goes along with a part, and who leads a merged team."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from registry.domain.memberships import MemberRole
from registry.domain.permissions import Role
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.reorganisations import ReorganisationAnswer
from registry.queries.units.on_a_day import unit_on
from tests.factories.accounts import make_account
from tests.factories.coverage import RuledProvince
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.units import Province, make_unit

SignIn = Callable[[str], FlaskClient]
DAY = date(2024, 6, 20)
HEADER = (
    "old_code,old_name,old_district,old_province,new_code,new_name,new_kind,new_district,"
    "new_province_code,new_province,part,how\r\n"
)
PART = (
    "90101,Xã Bình Minh,Huyện Thăng Bình,Tỉnh Thử Nghiệm,90107,Xã Bình Đông,xã,Huyện Thăng Bình,"
    "99,Tỉnh Thử Nghiệm,part,tách\r\n"
)
SECOND_PART = PART.replace("90107,Xã Bình Đông", "90108,Xã Bình Tây")


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province with a reviewer ("thamdinh"), and a commune with a team and two people."""
    found = RuledProvince()
    make_account(Role.REVIEWER, found.it_department, login="thamdinh")
    make_unit("Tổ thôn Một", UnitKind.COMMUNITY_TEAM, found.commune)
    holder = make_member("Võ Thị Năm", found.commune)
    make_member("Lê Văn Sáu", found.commune)
    make_assignment(holder, found.commune, make_decision(found.commune))
    db.session.commit()
    return found


def tried(client: FlaskClient, rows: str) -> tuple[str, str]:
    """Begin a batch; return its address and the page of its dry run."""
    file = (BytesIO((HEADER + rows).encode()), "phu-luc.csv")
    data = {"number": "12/NQ-HĐND", "effective_on": "20/06/2024", "files": [file]}
    answer = client.post("/sap-xep-don-vi/moi", data=data)
    assert answer.status_code == 303, answer.text
    return answer.location, client.post(f"{answer.location}/chay-thu").text


def applied(client: FlaskClient, batch: str) -> str:
    page = client.post(f"{batch}/chay-thu").text
    version = re.search(r'name="version"[^>]*value="([0-9]+)"', page)
    assert version
    answer = client.post(f"{batch}/thuc-hien", data={"version": version[1]})
    assert answer.status_code == 303, answer.text
    return client.get(answer.location).text


def items(page: str, noun: str) -> list[str]:
    return re.findall(rf'name="along-0-items" value="({noun}:[^"]+)"', page)


def units_of(name: str) -> list[str]:
    """Return where a person belongs, from the earliest on."""
    db.session.rollback()
    rows = db.session.scalars(
        select(Membership)
        .join(Membership.person)
        .where(Membership.person.has(full_name=name))
        .order_by(Membership.valid_from)
    )
    found = [unit_on(row.unit_id, row.valid_from) for row in rows]
    return [unit.name for unit in found if unit is not None]


def kept_answers() -> dict[str, str]:
    db.session.rollback()
    return {str(row.item): row.target for row in db.session.scalars(select(ReorganisationAnswer))}


# --- what goes along with a part -----------------------------------------------------------------


def test_of_a_unit_that_lives_on_everything_stays_and_only_what_is_ticked_goes_along(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    batch, page = tried(client, PART)
    assert "Xã Bình Minh: 1 đơn vị trực thuộc, 2 người, 1 phân công" in page
    assert "vấn đề; có thể thực hiện" in page
    assert "chưa trả lời sẽ kết thúc" not in page
    (team,) = items(page, "unit")
    first, _ = items(page, "membership")
    ticked = {"along-0-unit": here.commune.id, "along-0-items": [team, first],
              "along-0-target": "90107"}  # fmt: skip
    page = client.post(f"{batch}/phan-bo", data=ticked).text
    assert "Đã lưu 2 câu trả lời." in page
    assert "2 mục đi theo" in page
    assert page.count("→ Xã Bình Đông") == 2
    applied(client, batch)
    assert units_of("Lê Văn Sáu") == ["Xã Bình Minh"]
    assert units_of("Võ Thị Năm") == ["Xã Bình Minh", "Xã Bình Đông"]


def test_all_people_of_a_unit_are_sent_along_at_once_and_brought_back(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    batch, _ = tried(client, PART)
    whole = {"along-0-unit": here.commune.id, "along-0-nouns": ["membership", "assignment"]}
    page = client.post(f"{batch}/phan-bo", data={**whole, "along-0-target": "90107"}).text
    assert "Đã lưu 3 câu trả lời." in page
    assert set(kept_answers().values()) == {"90107"}
    assert {key.split(":")[0] for key in kept_answers()} == {"membership", "assignment"}
    page = client.post(f"{batch}/phan-bo", data={**whole, "along-0-target": "ở lại"}).text
    assert "Đã lưu 3 câu trả lời." in page
    assert kept_answers() == {}
    assert "mục đi theo" not in page


def test_where_two_units_take_a_part_it_has_to_be_said_which(
    here: Province, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    batch, page = tried(client, PART + SECOND_PART)
    assert "Chọn đơn vị nhận" in page
    (team,) = items(page, "unit")
    ticked = {"along-0-unit": here.commune.id, "along-0-items": team, "along-0-target": ""}
    answer = client.post(f"{batch}/phan-bo", data=ticked)
    assert answer.status_code == 422
    assert "Chọn đơn vị nhận cho các mục đã đánh dấu." in answer.text
    nothing = {"along-0-unit": here.commune.id, "along-0-target": ""}
    assert "Không có gì thay đổi." in client.post(f"{batch}/phan-bo", data=nothing).text
    client.post(f"{batch}/phan-bo", data={**ticked, "along-0-target": "90108"})
    assert kept_answers() == {team: "90108"}


def test_a_whole_noun_of_one_unit_is_not_that_of_another(here: Province, sign_in: SignIn) -> None:
    make_member("Trần Văn Bảy", here.other_commune)
    db.session.commit()
    client = sign_in("thamdinh")
    other = PART.replace("90101,Xã Bình Minh", "90102,Xã Bình Đào").replace(
        "90107,Xã Bình Đông", "90108,Xã Bình Tây"
    )
    batch, page = tried(client, PART + other)
    assert "Xã Bình Đào: 1 người" in page
    whole = {"along-0-unit": here.commune.id, "along-0-nouns": "membership",
             "along-0-target": "90107"}  # fmt: skip
    client.post(f"{batch}/phan-bo", data=whole)
    applied(client, batch)
    assert units_of("Trần Văn Bảy") == ["Xã Bình Đào"]


# --- who leads -----------------------------------------------------------------------------------


@pytest.fixture
def teams(here: Province) -> str:
    """Return the annex by which two teams, each with its head, become one."""
    rows = ""
    for number, name in ((1, "Hồ Thị Tám"), (2, "Phan Văn Chín")):
        team = make_unit(f"Tổ CNSCĐ thôn {number}", UnitKind.COMMUNITY_TEAM, here.commune)
        make_membership(make_person(name), team, role=MemberRole.HEAD)
        make_membership(make_person(f"{name} Phó"), team, role=MemberRole.DEPUTY)
        rows += f"{team.registry_code},,,,,Tổ CNSCĐ thôn Mới,tổ,Xã Bình Minh,,,whole,\r\n"
    db.session.commit()
    return rows


def test_a_team_with_two_heads_is_listed_asked_about_and_left_to_do_until_somebody_says(
    here: Province, teams: str, sign_in: SignIn
) -> None:
    client = sign_in("thamdinh")
    batch, page = tried(client, teams)
    assert "Người đứng đầu tổ sau sắp xếp (1)" in page
    assert "Tổ có 2 tổ trưởng: Phan Văn Chín, Hồ Thị Tám" in page
    assert "2 tổ phó: Hồ Thị Tám Phó, Phan Văn Chín Phó" in page
    assert "vấn đề; có thể thực hiện" in page
    page = applied(client, batch)
    assert "Cần chọn tổ trưởng (1)" in page
    db.session.rollback()
    (row,) = db.session.scalars(
        select(Membership)
        .join(Membership.person)
        .where(Membership.person.has(full_name="Hồ Thị Tám"), Membership.valid_to.is_(None))
    )
    row.role = MemberRole.MEMBER
    db.session.commit()
    assert "Cần chọn tổ trưởng" not in client.get(batch).text


def test_who_is_chosen_leads_from_the_day(here: Province, teams: str, sign_in: SignIn) -> None:
    client = sign_in("thamdinh")
    batch, page = tried(client, teams)
    found = re.search(r'name="answers-0-item" value="(head:[^"]+)"', page)
    chosen = re.search(r'<option value="([^"]+)">Hồ Thị Tám – Tổ trưởng', page)
    assert found
    assert chosen
    answer = {"answers-0-item": found[1], "answers-0-target": chosen[1]}
    page = client.post(f"{batch}/phan-bo", data=answer).text
    assert f'<option value="{chosen[1]}" selected>Hồ Thị Tám' in page
    page = applied(client, batch)
    assert "Cần chọn tổ trưởng" not in page
    db.session.rollback()
    roles = {
        row.person.full_name: row.role
        for row in db.session.scalars(select(Membership).where(Membership.valid_from == DAY))
        if row.person is not None
    }
    assert (roles["Hồ Thị Tám"], roles["Phan Văn Chín"]) == (MemberRole.HEAD, MemberRole.MEMBER)
