"""Things of which the audit tells are named: a person, a unit, a paper; never by a bare number."""

from flask import Flask

from registry.domain.permissions import Role
from registry.models.base import db
from registry.models.memberships import Membership
from registry.queries.audit_names import _KINDS, names_of
from tests.conftest import TODAY
from tests.factories.accounts import make_account
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.signups import make_signup
from tests.factories.units import Province


def test_every_thing_says_who_of_which_unit(app: Flask) -> None:
    here = Province()
    person = make_member("Đoàn Thị Thử", here.commune)
    decision = make_decision(here.commune)
    assignment = make_assignment(person, here.commune, decision)
    account = make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    signup = make_signup(here.commune)
    membership = db.session.query(Membership).filter_by(person_id=person.id).one()
    things = {
        ("accounts", account.id): "“canbo”",
        ("assignments", assignment.id): "Đoàn Thị Thử, Đầu mối CĐS, Xã Bình Minh",
        ("decisions", decision.id): "Quyết định số 15/QĐ-UBND",
        ("memberships", membership.id): "Đoàn Thị Thử, Xã Bình Minh",
        ("people", person.id): "Đoàn Thị Thử",
        ("signups", signup.id): f"số {signup.id}, Xã Bình Minh",
        ("units", here.commune.id): "Xã Bình Minh",
    }
    assert names_of(things, TODAY) == things


def test_what_is_gone_has_no_name(app: Flask) -> None:
    Province()
    assert names_of({(noun, 999) for noun in (*_KINDS, "units", "tigers")}, TODAY) == {}
