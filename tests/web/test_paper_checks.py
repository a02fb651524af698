"""The page on which the reviewing office says which assignments it compared with their papers."""

import re
import sys
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from registry.domain.permissions import Role
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment, PaperCheck
from registry.models.base import db
from registry.models.decisions import Decision
from registry.services.units.paths import rebuild_paths
from tests.factories.accounts import make_account
from tests.factories.coverage import RuledProvince
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import make_unit

ADDRESS = "/phan-cong/doi-chieu"


class Desk:
    """Two people of a commune on one paper, one of another commune on another."""

    def __init__(self, sign_in: Callable[[str], FlaskClient]) -> None:
        here = RuledProvince()
        make_account(Role.REVIEWER, here.it_department, login="thamdinh")
        make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
        paper = make_decision(here.commune, "15/QĐ-UBND")
        assigned = [
            make_assignment(make_member(name, unit), unit, on)
            for name, unit, on in (
                ("Lê Thị Mai", here.commune, paper),
                ("Võ Văn Bốn", here.commune, paper),
                ("Trần Văn Năm", here.other_commune, make_decision(here.other_commune, "3/QĐ")),
            )
        ]
        assigned[0].concurrent_fields = "văn phòng, thống kê"
        self.ids = [one.id for one in assigned]
        self.unit_id, self.paper_id = here.commune.id, paper.id
        db.session.commit()
        self.sign_in = sign_in
        self.client = sign_in("thamdinh")

    def page(self) -> str:
        return self.client.get(ADDRESS).text

    def keys(self, page: str) -> dict[str, str]:
        """Return the keys of the lines a page shows, by the name of the holder."""
        names = re.findall(r"Đã đối chiếu phân công của ([^<]+)<", page)
        keys = re.findall(r'name="shown" value="([^"]+)"', page)
        return dict(zip(names, keys, strict=True))

    def send(self, page: str, address: str = ADDRESS, **chosen: list[str]) -> TestResponse:
        key = re.findall(r'name="submit_key"[^>]*value="([^"]*)"', page)[0]
        shown = list(self.keys(page).values())
        whole = {"submit_key": [key], "shown": shown} | chosen
        return self.client.post(address, data=whole, follow_redirects=True)


@pytest.fixture
def desk(app: Flask, sign_in: Callable[[str], FlaskClient]) -> Desk:
    return Desk(sign_in)


def words(answer: TestResponse) -> str:
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("\u00a0", " ").split())


def test_lines_stand_under_their_paper_with_its_day_and_the_way_to_it(desk: Desk) -> None:
    page = desk.page()
    assert "Quyết định số 15/QĐ-UBND ngày 01/06/2024" in page
    assert f'href="/quyet-dinh/{desk.paper_id}"' in page
    assert "Chưa có bản quét" in page
    assert list(desk.keys(page)) == ["Lê Thị Mai", "Võ Văn Bốn", "Trần Văn Năm"]


def test_single_lines_are_marked_and_leave_the_list(desk: Desk) -> None:
    page = desk.page()
    done = desk.send(page, lines=[desk.keys(page)["Võ Văn Bốn"]])
    assert "Đã ghi đối chiếu văn bản của 1 phân công." in done.text
    assert list(desk.keys(done.text)) == ["Lê Thị Mai", "Trần Văn Năm"]
    of_unit = words(desk.client.get(f"/don-vi/{desk.unit_id}/phan-cong"))
    assert "Đã đối chiếu văn bản ngày 30/06/2024" in of_unit
    assert "Đơn vị khai" in of_unit
    of_paper = words(desk.client.get(f"/quyet-dinh/{desk.paper_id}"))
    assert "Đã đối chiếu văn bản ngày 30/06/2024" in of_paper
    assert "Đơn vị khai" in of_paper


def test_all_lines_of_a_paper_are_marked_by_one_box_and_no_line_of_another(desk: Desk) -> None:
    page = desk.page()
    chosen = {"papers": [str(desk.paper_id)], "lines": [desk.keys(page)["Lê Thị Mai"]]}
    done = desk.send(page, **chosen)
    assert "Đã ghi đối chiếu văn bản của 2 phân công." in done.text
    assert list(desk.keys(done.text)) == ["Trần Văn Năm"]
    rest = desk.send(done.text, lines=list(desk.keys(done.text).values()))
    assert "Mọi phân công có văn bản đang hiệu lực đã được đối chiếu" in rest.text


def test_nothing_chosen_is_said_at_the_list(desk: Desk) -> None:
    answer = desk.send(desk.page())
    assert answer.status_code == 422
    assert "Chọn ít nhất một phân công đã đối chiếu." in answer.text


def test_what_changed_meanwhile_is_shown_anew_and_nothing_is_marked(desk: Desk) -> None:
    page = desk.page()
    db.session.get_one(Decision, desk.paper_id).number = "16/QĐ-UBND"
    db.session.commit()
    answer = desk.send(page, papers=[str(desk.paper_id)])
    assert answer.status_code == 422
    assert "đã được sửa sau khi mở trang này" in answer.text
    assert "Quyết định số 16/QĐ-UBND" in answer.text
    assert len(desk.keys(answer.text)) == 3


@pytest.mark.parametrize("key", ["", "a-b-c-d", "1-2", "1-99999999999999-1-1", "1-2-3-4-5"])
def test_a_key_that_is_none_marks_nothing(desk: Desk, key: str) -> None:
    assert desk.send(desk.page(), lines=[key]).status_code == 404


def test_a_mark_is_taken_back_where_it_stands_and_only_by_the_reviewing_office(
    desk: Desk,
) -> None:
    page = desk.page()
    desk.send(page, papers=[str(desk.paper_id)])
    address = f"/don-vi/{desk.unit_id}/phan-cong"
    action = f"/phan-cong/{desk.ids[0]}/doi-chieu/bo"
    officer = desk.sign_in("canbo")
    seen = officer.get(address).text
    assert "Đã đối chiếu văn bản ngày 30/06/2024" in seen
    assert action not in seen
    assert officer.post(action).status_code == 403
    own = desk.client.get(address).text
    key = re.search(rf'action="{action}".*?name="submit_key"[^>]*value="([^"]*)"', own, re.DOTALL)
    assert key
    done = desk.client.post(action, data={"submit_key": key[1]}, follow_redirects=True)
    assert "Đã bỏ ghi đối chiếu văn bản. Phân công vẫn được tính như trước." in done.text
    assert "Lê Thị Mai" in desk.keys(desk.page())
    assert desk.client.post(action).status_code == 409


def test_the_page_is_reached_from_the_assignments_by_who_may_compare(desk: Desk) -> None:
    officer = desk.sign_in("canbo")
    for address, led_to in (
        (f"/don-vi/{desk.unit_id}/phan-cong", f"{ADDRESS}?don-vi={desk.unit_id}"),
        ("/phan-cong/cho-quyet-dinh", ADDRESS),
    ):
        assert f'href="{led_to}"' in desk.client.get(address).text
        assert f'href="{led_to}"' not in officer.get(address).text
    assert officer.get(ADDRESS).status_code == 403


def test_what_rests_on_a_paper_beyond_the_territory_is_neither_listed_nor_marked(
    app: Flask, desk: Desk
) -> None:
    key = re.findall(r'name="shown" value="([^"]+)"', desk.page())[0]
    assignment = db.session.get_one(Assignment, int(key.split("-")[1]))
    beyond = make_unit("Tỉnh Khác", UnitKind.PROVINCE, None, code="98")
    rebuild_paths()
    far = make_decision(beyond, "1/QĐ").id
    assignment.decision_id = far
    db.session.commit()
    page = desk.page()
    assert f'href="/quyet-dinh/{far}"' not in page
    assert f'id="line-{assignment.id}"' not in page
    row = db.session.get_one(Assignment, assignment.id)
    forged = f"{far}-{row.id}-{row.version}-{db.session.get_one(Decision, far).version}"
    assert "Chưa ghi gì" in desk.send(page, lines=[forged]).text
    assert db.session.scalars(select(PaperCheck)).all() == []


def test_the_report_says_how_many_units_are_unchecked_and_opens_their_list(desk: Desk) -> None:
    report = desk.client.get("/do-phu").text
    assert "2 đơn vị có đầu mối, trong đó" in words(desk.client.get("/do-phu"))
    assert "2 chưa đối chiếu văn bản" in report
    assert "xem=chua-doi-chieu" in report
    desk.send(desk.page(), papers=[str(desk.paper_id)])
    listed = words(desk.client.get("/do-phu/don-vi?xem=chua-doi-chieu"))
    assert "Xã Bình Đào" in listed
    assert "1 chưa đối chiếu văn bản" in words(desk.client.get("/do-phu"))
    assert "Xã Bình Minh" not in listed


def test_the_lines_of_one_unit_are_shown_alone_and_stay_so_when_some_are_marked(
    desk: Desk,
) -> None:
    address = f"{ADDRESS}?don-vi={desk.unit_id}"
    page = desk.client.get(address)
    assert list(desk.keys(page.text)) == ["Lê Thị Mai", "Võ Văn Bốn"]
    said = words(page)
    assert "2 phân công chưa đối chiếu văn bản" in said
    assert "Chỉ gồm phân công của Xã Bình Minh · Xem tất cả đơn vị" in said
    assert f'href="{ADDRESS}">Xem tất cả đơn vị' in page.text
    done = desk.send(page.text, address, lines=[desk.keys(page.text)["Võ Văn Bốn"]])
    assert list(desk.keys(done.text)) == ["Lê Thị Mai"]
    rest = words(desk.send(done.text, address, papers=[str(desk.paper_id)]))
    assert "Mọi phân công có văn bản đang hiệu lực của đơn vị này đã được đối chiếu" in rest
    assert list(desk.keys(desk.page())) == ["Trần Văn Năm"]


def test_a_unit_out_of_the_territory_is_not_found(desk: Desk) -> None:
    beyond = make_unit("Tỉnh Khác", UnitKind.PROVINCE, None, code="98")
    rebuild_paths()
    far = beyond.id
    db.session.commit()
    for number in (far, 987_654):
        assert desk.client.get(f"{ADDRESS}?don-vi={number}").status_code == 404
    assert len(desk.keys(desk.client.get(f"{ADDRESS}?don-vi=x").text)) == 3


def test_what_a_holder_minds_beside_stands_with_the_line(desk: Desk) -> None:
    db.session.get_one(Assignment, desk.ids[1]).dedicated_basis = "Đề án 06"
    db.session.commit()
    said = words(desk.client.get(ADDRESS))
    assert "Kiêm nhiệm văn phòng, thống kê" in said
    assert "Chuyên trách theo: Đề án 06" in said


def test_a_long_list_is_compared_page_by_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["registry.web.assignments.checking"], "LINES_SHOWN", 1)
    page = desk.client.get(f"{ADDRESS}?don-vi={desk.unit_id}&page=2").text
    assert list(desk.keys(page)) == ["Võ Văn Bốn"]
    assert f'href="{ADDRESS}?don-vi={desk.unit_id}&amp;page=1"' in page
    done = desk.send(page, f"{ADDRESS}?don-vi={desk.unit_id}&page=2", papers=[str(desk.paper_id)])
    assert "Đã ghi đối chiếu văn bản của 1 phân công." in done.text
    assert list(desk.keys(done.text)) == ["Lê Thị Mai"]
