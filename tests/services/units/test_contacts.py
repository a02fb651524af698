"""How a unit is reached: who may say so, and what is accepted."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.permissions import Role
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.units import UnitContact
from registry.services.units import contacts as units
from registry.services.units.contacts import NO_CONTACT_YET, EditContact
from tests.conftest import MOMENT
from tests.factories.accounts import make_actor
from tests.factories.units import Province


def order(unit_id: int, version: int = NO_CONTACT_YET, phone: str = "0235 381 2345") -> EditContact:
    """Return an order for the contact of a unit."""
    return EditContact(
        unit_id=unit_id,
        version=version,
        phone=phone,
        email="vanthu@vidu.invalid",
        address="Thôn 1",
        head_title="Chủ tịch",
    )


def test_a_contact_is_written_clean_and_audited_by_its_fields(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.other_commune)
    units.edit_contact(actor, order(here.other_commune.id), MOMENT)
    assert db.session.get_one(UnitContact, here.other_commune.id).phone == "+842353812345"
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "unit.edit_contact")
    ).one()
    assert set(event.details["fields"]) == {"phone", "email", "address", "head_title"}
    assert "vidu" not in str(event.details)


def test_saving_the_same_contact_again_changes_and_audits_nothing(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.other_commune)
    contact = units.edit_contact(actor, order(here.other_commune.id), MOMENT)
    units.edit_contact(actor, order(here.other_commune.id, contact.version), MOMENT)
    events = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "unit.edit_contact")
    ).all()
    assert len(events) == 1


def test_the_second_of_two_who_edit_a_contact_is_told(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    units.edit_contact(actor, order(here.commune.id, 1), MOMENT)
    with pytest.raises(Conflict):
        units.edit_contact(actor, order(here.commune.id, 1, "0235 381 9999"), MOMENT)


def test_every_fault_of_a_contact_is_named_at_once(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.other_commune)
    command = EditContact(
        unit_id=here.other_commune.id,
        version=NO_CONTACT_YET,
        phone="12",
        email="khong-phai-thu",
        address="x" * 301,
        head_title="x" * 201,
    )
    with pytest.raises(Invalid) as refusal:
        units.edit_contact(actor, command, MOMENT)
    assert {problem.field for problem in refusal.value.problems} == {
        "phone",
        "email",
        "address",
        "head_title",
    }


def test_an_address_has_three_hundred_signs_and_a_title_of_the_head_two_hundred(
    app: Flask,
) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    long = replace(order(here.commune.id, 1), address="x" * 300, head_title="y" * 200)
    contact = units.edit_contact(actor, long, MOMENT)
    assert (contact.address, contact.head_title) == ("x" * 300, "y" * 200)


def test_a_contact_is_edited_in_scope_by_who_may_only(app: Flask) -> None:
    here = Province()
    with pytest.raises(NotFound):
        units.edit_contact(
            make_actor(Role.UNIT_OFFICER, here.commune), order(here.other_commune.id), MOMENT
        )
    with pytest.raises(NotAllowed):
        units.edit_contact(
            make_actor(Role.APPROVER, here.province), order(here.other_commune.id), MOMENT
        )


def test_what_no_paper_can_print_is_refused_at_its_field(app: Flask) -> None:
    here = Province()
    actor = make_actor(Role.UNIT_OFFICER, here.other_commune)
    typed = replace(order(here.other_commune.id), address="Thôn ★", head_title="✓ Chủ tịch")
    with pytest.raises(Invalid) as refused:
        units.edit_contact(actor, typed, MOMENT)
    said = {problem.field: problem.message for problem in refused.value.problems}
    assert said.keys() == {"address", "head_title"}
    assert "Ký tự “★” không dùng được" in said["address"]
