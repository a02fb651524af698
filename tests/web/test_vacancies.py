"""The page on which a unit says that it has no focal point."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.models.base import db
from tests.factories.accounts import make_account
from tests.factories.coverage import RuledProvince


@pytest.fixture
def here(app: Flask) -> RuledProvince:
    here = RuledProvince()
    make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    make_account(Role.REVIEWER, here.it_department, login="thamdinh")
    db.session.commit()
    return here


def key_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(submit_key)"[^>]*value="([^"]*)"', page))


def test_an_officer_reports_and_the_reviewer_lists_it_until_it_is_withdrawn(
    here: RuledProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    officer, reviewer = sign_in("canbo"), sign_in("thamdinh")
    own = f"/don-vi/{here.commune.id}/phan-cong"
    form = f"/don-vi/{here.commune.id}/chua-bo-tri"
    assert "Nếu đơn vị hiện chưa bố trí đầu mối" in officer.get(own).text
    shown = officer.get(form).text
    assert 'value="30/06/2024"' in shown
    done = officer.post(form, data=key_of(shown) | {"since": "10/06/2024"}, follow_redirects=True)
    assert "Đơn vị báo chưa bố trí đầu mối từ ngày 10/06/2024." in done.text
    reported = "/do-phu/don-vi?xem=bao-chua-bo-tri"
    assert "Xã Bình Minh" in reviewer.get(reported).text
    late = officer.post(
        f"{form}/bo", data=key_of(done.text) | {"since": "2024-06-01"}, follow_redirects=True
    )
    assert "Báo cáo này đã được rút hoặc gửi lại trước đó." in late.text
    day = re.search(r'name="since"[^>]*value="([^"]*)"', late.text)
    assert day
    assert day[1] == "2024-06-10"
    officer.post(f"{form}/bo", data=key_of(late.text) | {"since": day[1]})
    assert "Xã Bình Minh" not in reviewer.get(reported).text


def test_a_day_to_come_is_refused_at_its_field(
    here: RuledProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    officer = sign_in("canbo")
    form = f"/don-vi/{here.commune.id}/chua-bo-tri"
    typed = key_of(officer.get(form).text) | {"since": "01/07/2024"}
    answer = officer.post(form, data=typed)
    assert "Ngày này không được sau hôm nay." in answer.text
    assert 'value="01/07/2024"' in answer.text
