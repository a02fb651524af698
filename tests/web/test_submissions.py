"""A form is saved once: the second sending leads to the first one's result."""

import inspect
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from markupsafe import escape
from sqlalchemy import update
from werkzeug.datastructures import MultiDict

from registry.domain.permissions import Role
from registry.models.base import db
from registry.models.submissions import FormSubmission
from registry.models.units import UnitContact
from registry.web.forms.fields import BaseForm
from registry.web.forms.messages import SENT_BEFORE
from registry.web.forms.submissions import _content_hash
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


def test_a_form_gone_back_to_and_changed_says_it_was_sent_and_may_be_sent_once_more(
    here: Province, sign_in: Entering
) -> None:
    client, address = sign_in("canbo"), f"/don-vi/{here.commune.id}/lien-he"
    first = client.post(address, data=contact())
    changed = contact(phone="0235 381 9999", email="xa@vidu.invalid", version="2")
    shown = client.post(address, data=changed)

    assert shown.status_code == 422
    assert escape(SENT_BEFORE) in shown.text
    assert f'<a href="{first.location}">' in shown.text  # what the first sending did
    assert 'value="0235 381 9999"' in shown.text  # nothing typed is lost
    assert 'value="xa@vidu.invalid"' in shown.text
    assert stored_phone(here.commune.id) == "+842353812345"
    fresh = re.findall(r'name="submit_key"[^>]*value="([^"]+)"', shown.text)[0]
    assert fresh != "k" * 22
    assert client.post(address, data=changed | {"submit_key": fresh}).status_code == 303
    assert stored_phone(here.commune.id) == "+842353819999"


def test_what_was_accepted_before_its_content_was_kept_leads_to_its_result(
    here: Province, sign_in: Entering
) -> None:
    client, address = sign_in("canbo"), f"/don-vi/{here.commune.id}/lien-he"
    first = client.post(address, data=contact())
    db.session.rollback()
    db.session.execute(update(FormSubmission).values(content_hash=None))
    db.session.commit()
    changed = client.post(address, data=contact(phone="0235 381 9999"))
    assert (changed.status_code, changed.location) == (303, first.location)


def test_a_button_pressed_before_for_another_version_is_refused_in_words(
    here: Province, sign_in: Entering
) -> None:
    client = sign_in("canbo")
    begun = {"unit_id": here.commune.id, "effective_from": "15/06/2024"}
    draft = client.post("/danh-sach/moi", data=begun).location.split("/")[2]
    button = {"submit_key": "k" * 22, "version": "1"}
    gone = client.post(f"/danh-sach/{draft}/xoa", data=button)
    again = client.post(f"/danh-sach/{draft}/xoa", data=button)
    other = client.post(f"/danh-sach/{draft}/xoa", data=button | {"version": "2"})
    assert (gone.status_code, again.status_code, other.status_code) == (303, 303, 409)
    assert "Thao tác này đã được gửi với nội dung khác" in other.text


def test_another_file_is_another_content_and_the_same_one_is_a_repeat(app: Flask) -> None:
    def content(name: str, text: bytes) -> tuple[str, bytes]:
        data = {"submit_key": "k" * 22, "file": (BytesIO(text), name)}
        with app.test_request_context("/", method="POST", data=data):
            found = _content_hash(BaseForm())
            return found, request.files["file"].read()

    one, left = content("a.pdf", b"%PDF-1")
    assert left == b"%PDF-1"  # the view reads it from its beginning
    assert content("a.pdf", b"%PDF-1")[0] == one
    assert len({one, content("a.pdf", b"%PDF-2")[0], content("b.pdf", b"%PDF-1")[0]}) == 3


def test_the_token_is_no_content_but_every_other_value_is(app: Flask) -> None:
    def content(*fields: tuple[str, str], key: str = "k" * 22) -> str:
        data = MultiDict([("submit_key", key), *fields])
        with app.test_request_context("/", method="POST", data=data):
            return _content_hash(BaseForm())

    same = {content(("a", "1"), ("csrf_token", token)) for token in ("x", "y")}
    assert same == {content(("a", "1"))}
    others = [
        content(("a", "2")),
        content(("b", "1")),
        content(("a", "1"), ("a", "1")),
        content(("a", "1"), ("b", "")),
        content(("a", "1"), key="x" * 22),  # a database read by others tells no content
    ]
    assert len({*same, *others}) == 1 + len(others)


# Views that answer a POST without the key, and why a repeat of it harms nothing.
WITHOUT_KEY = {
    "accounts.set_password": "its link is used once",
    "accounts.sign_in": "opens one session more; led away, a browser that lost the first answer "
    "would stand there without its cookie",
    "accounts.sign_out": "a session ends once",
    "people.reveal_citizen_id": "each look at a number is audited",
    "reorganisations.allocation_template": "writes nothing",
    "reorganisations.answer": "what is answered already is not answered again",
    "reorganisations.left_out_file": "writes nothing",
    "reorganisations.problems_file": "writes nothing",
    "reorganisations.try_out": "writes nothing",
    "reorganisations.upload_allocation": "what is answered already is not answered again",
    "signups.fill_in": "writes nothing",
}


def test_every_view_that_answers_a_post_takes_the_key_of_its_form_first(app: Flask) -> None:
    posted = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    without = {
        endpoint
        for endpoint in posted
        if not re.search(
            r"\b(saving|once)\(", inspect.getsource(inspect.unwrap(app.view_functions[endpoint]))
        )
    }
    assert without == WITHOUT_KEY.keys()


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
