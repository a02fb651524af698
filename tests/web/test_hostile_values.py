"""What nobody types by accident is refused or read as nothing, never an error of the server."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.models.base import db
from tests.factories.accounts import make_account
from tests.factories.coverage import RuledProvince
from tests.factories.people import make_assignment, make_decision, make_member

LONG = "9" * 5000


@pytest.fixture
def here(app: Flask) -> RuledProvince:
    here = RuledProvince()
    make_account(Role.SYSTEM_ADMINISTRATOR, None, login="quantri")
    make_account(Role.REVIEWER, here.it_department, login="thamdinh")
    make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    db.session.commit()
    return here


@pytest.mark.parametrize("asked", ["den-ngay=31/12/9999", "loai=%00", "tu-ngay=01/01/0001"])
def test_the_audit_is_asked_for_the_ends_of_time_and_for_nothing(
    here: RuledProvince, sign_in: Callable[[str], FlaskClient], asked: str
) -> None:
    assert sign_in("quantri").get(f"/nhat-ky?{asked}").status_code == 200


def test_a_number_too_long_to_read_is_refused_at_its_field(
    here: RuledProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    typed = {"since": "10/06/2024", "value": LONG}
    answer = sign_in("thamdinh").post("/do-phu/cach-tinh/sua?muc=grace_days", data=typed)
    assert "Nhập một số nguyên" in answer.text


def test_numbers_of_hidden_fields_that_no_row_has_change_nothing(
    here: RuledProvince, sign_in: Callable[[str], FlaskClient]
) -> None:
    holder = make_member("Lê Thị Mai", here.commune)
    assignment = make_assignment(holder, here.commune, make_decision(here.commune))
    db.session.commit()
    address = f"/phan-cong/{assignment.id}/tam-vang"
    officer = sign_in("canbo")
    assert officer.get(address).status_code == 200
    for hidden in ({"version": LONG}, {"acting": " "}, {"acting": "9" * 30}):
        typed = {"kind": "study", "valid_from": "01/06/2024", "version": "0"} | hidden
        assert officer.post(address, data=typed).status_code < 500
