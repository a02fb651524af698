"""The first page: what everybody may know, in little weight."""

import gzip
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from tests.conftest import NOW, MovableClock
from tests.factories.accounts import make_account
from tests.factories.coverage import make_home, make_rules
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import Province, make_unit

FIRST_LOAD = 30 * 1024


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province of 7 headline units, one of them covered."""
    here = Province()
    make_rules()
    make_home(here.province)
    make_unit("Tỉnh đoàn", UnitKind.MASS_ORGANISATION, here.province)
    make_assignment(
        make_member("Võ Văn Bốn", here.commune), here.commune, make_decision(here.commune)
    )
    make_account(Role.REVIEWER, here.it_department, login="reviewer")
    make_account(Role.UNIT_OFFICER, here.district, login="district")
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="administrator")
    db.session.commit()
    return here


def text_of(page: str) -> str:
    main = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("\u00a0", " ").split())


def test_the_first_line_says_how_many_units_lack_a_focal_point(
    client: FlaskClient, here: Province
) -> None:
    text = text_of(client.get("/").text)
    assert (
        "1 /7 đơn vị có đầu mối theo văn bản của đơn vị hiện nay 6 chưa có 1 đơn vị có đầu mối,"
        " trong đó 1 chưa đối chiếu văn bản. Tỉnh Thử Nghiệm"
    ) in text
    assert "Đơn vị cấp xã 3 1/3 (33,3%) 2 0/3 (0%)" in text
    assert "Hội, đoàn thể (ngoài tổng số, mục V.6a) 1 0/1 (0%) 1 0/1 (0%)" in text


def test_the_day_is_that_of_the_units_and_never_a_false_today(
    client: FlaskClient, here: Province, clock: MovableClock
) -> None:
    clock.instant = NOW.replace(year=2026)
    said = "Tính đến ngày 30/06/2024 · Số liệu đơn vị đến ngày 30/6/2024"
    assert said in text_of(client.get("/").text)
    clock.instant = NOW.replace(day=12)
    said = "Tính đến ngày 12/06/2024 · Số liệu đơn vị đến ngày 30/6/2024"
    assert said in text_of(client.get("/").text)


def test_a_visitor_finds_the_way_to_sign_up_to_sign_in_and_to_check_a_card(
    client: FlaskClient, here: Province
) -> None:
    page = client.get("/").text
    for address in ("/dang-ky", "/dang-nhap", "/t", "/dang-ky/trang-thai"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200


def test_a_visitor_sees_counts_but_no_unit_lacking_no_person_and_no_number_to_call(
    client: FlaskClient, here: Province
) -> None:
    page = client.get("/").text
    assert "Huyện Thăng Bình" in page
    for hidden in ("Bình Đào", "Sở Nội vụ", "Võ Văn Bốn", "3000001", "300 0001", "/do-phu", "tel:"):
        assert hidden not in page


def test_every_number_opens_its_list_for_who_may_see_the_territory(
    here: Province, sign_in: Callable[[str], FlaskClient]
) -> None:
    reviewer = sign_in("reviewer")
    page = reviewer.get("/").text
    links = re.findall(r'href="(/do-phu/don-vi\?[^"]+)">([\d.]+)(?:/[\d.]+)?</a>', page)
    assert len(links) > 10
    for address, number in links:
        listed = reviewer.get(address.replace("&amp;", "&")).text
        found = re.findall(r'data-label="Đơn vị"[^>]*><a', listed)
        assert len(found) == int(number), address


def test_an_officer_gets_links_only_to_the_units_of_the_own_subtree(
    here: Province, sign_in: Callable[[str], FlaskClient]
) -> None:
    officer = sign_in("district")
    addresses = set(re.findall(r'href="(/do-phu[^"]*)"', officer.get("/").text))
    assert addresses
    for address in addresses:
        assert officer.get(address.replace("&amp;", "&")).status_code == 200


def test_who_may_not_see_coverage_gets_no_link_to_it(
    here: Province, sign_in: Callable[[str], FlaskClient]
) -> None:
    assert "/do-phu" not in sign_in("administrator").get("/").text


def test_before_any_data_is_loaded_the_page_says_what_to_run(
    app: Flask, client: FlaskClient
) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "flask seed" in text_of(answer.text)


def test_units_that_ended_are_not_counted_any_more(client: FlaskClient, here: Province) -> None:
    make_unit("Xã Cũ", UnitKind.COMMUNE, here.district, until=date(2024, 6, 30))
    db.session.commit()
    assert "1 /7 đơn vị" in text_of(client.get("/").text)


def test_the_first_load_with_the_whole_demo_weighs_at_most_30_kb(
    demo: None, client: FlaskClient
) -> None:
    html = client.get("/").text
    assert "268/279" in text_of(html).replace(" /", "/")
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html))
    assert len(addresses) == 2
    weight = len(gzip.compress(html.encode()))
    for address in addresses:
        with client.get(address) as answer:
            weight += len(gzip.compress(answer.data))
    assert weight <= FIRST_LOAD
