"""Long lists in the browser: addresses lead on, keep the filters, and survive what is typed."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.models.base import db
from tests.factories.accounts import make_account
from tests.factories.people import make_member
from tests.factories.units import Province

SignIn = Callable[[str], FlaskClient]
OF_REVIEWERS = ("/nguoi", "/danh-sach", "/do-phu/don-vi", "/sap-xep-don-vi")
OF_ADMINISTRATORS = ("/nhat-ky", "/thu-gui-di")


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a province with a reviewer ("thamdinh") and an administrator ("quantri")."""
    province = Province()
    make_account(Role.REVIEWER, province.it_department, login="thamdinh")
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    db.session.commit()
    return province


@pytest.mark.parametrize("cursor", ["x", "-3", "0", "9" * 400, "%00", "%27;DROP", "2&page=3", "²"])
def test_no_cursor_makes_a_list_fail(here: Province, sign_in: SignIn, cursor: str) -> None:
    for login, addresses in (("thamdinh", OF_REVIEWERS), ("quantri", OF_ADMINISTRATORS)):
        client = sign_in(login)
        for address in addresses:
            assert client.get(f"{address}?page={cursor}").status_code == 200


def test_the_way_to_the_next_page_keeps_the_filters(here: Province, sign_in: SignIn) -> None:
    for number in range(51):
        make_member(f"Lê Văn {'ABCDEFGHIK'[number % 10]}{'abcdef'[number // 10]}", here.commune)
    db.session.commit()
    client = sign_in("thamdinh")
    first = client.get(f"/nguoi?q=le&don-vi={here.commune.id}").text
    onward = f"/nguoi?q=le&amp;don-vi={here.commune.id}&amp;page="
    assert f'href="{onward}2" rel="next"' in first
    assert 'rel="prev"' not in first
    second = client.get(f"/nguoi?q=le&don-vi={here.commune.id}&page=2").text
    assert f'href="{onward}1" rel="prev"' in second
    assert "Lê Văn Ke" in second
    assert 'rel="next"' not in second
