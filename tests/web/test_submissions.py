"""A form is saved once: the second sending leads to the first one's result."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from registry.domain.permissions import Role
from registry.models.base import db
from registry.models.units import UnitContact
from tests.factories.accounts import make_account
from tests.factories.units import Province

Entering = Callable[[str], FlaskClient]
SAVED = "Đã lưu thông tin liên hệ của đơn vị."


@pytest.fixture
def here(app: object) -> Province:
    """Return a province with two officers of one commune."""
    province = Province()
    for login in ("canbo", "canbo2"):
        make_account(Role.UNIT_OFFICER, province.commune, login=login)
    db.session.commit()
    return province


def contact(**changes: str) -> dict[str, str]:
    """Return the form of a commune's contact as the first visitor fills it in."""
    form = {"version": "1", "phone": "0235 381 2345", "submit_key": "k" * 22}
    return form | changes


def stored_phone(unit_id: int) -> str | None:
    db.session.rollback()
    return db.session.get_one(UnitContact, unit_id).phone


def test_a_second_sending_leads_to_the_first_result_and_nothing_is_said_twice(
    here: Province, sign_in: Entering
) -> None:
    client, address = sign_in("canbo"), f"/don-vi/{here.commune.id}/lien-he"
    first = client.post(address, data=contact())
    again = client.post(address, data=contact())
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    assert client.get(again.location).text.count(SAVED) == 1


def test_a_form_gone_back_to_and_changed_leads_to_the_result_whatever_it_says_now(
    here: Province, sign_in: Entering
) -> None:
    client, address = sign_in("canbo"), f"/don-vi/{here.commune.id}/lien-he"
    first = client.post(address, data=contact())
    changed = client.post(address, data=contact(phone="không phải số"))
    assert (changed.status_code, changed.location) == (303, first.location)
    assert stored_phone(here.commune.id) == "+842353812345"


def test_a_refused_form_is_not_remembered_and_is_saved_once_it_is_right(
    here: Province, sign_in: Entering
) -> None:
    client, address = sign_in("canbo"), f"/don-vi/{here.commune.id}/lien-he"
    refused = client.post(address, data=contact(phone="01234567890"))
    assert refused.status_code == 422
    assert SAVED not in refused.text
    assert stored_phone(here.commune.id) == "+842353000001"
    assert client.post(address, data=contact()).status_code == 303
    assert stored_phone(here.commune.id) == "+842353812345"


def test_nobody_is_led_to_the_result_of_another_account(here: Province, sign_in: Entering) -> None:
    address = f"/don-vi/{here.commune.id}/lien-he"
    assert sign_in("canbo").post(address, data=contact()).status_code == 303
    assert sign_in("canbo2").post(address, data=contact()).status_code == 422
