"""Units: how they are reached."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime

from registry.domain.errors import Conflict, Invalid, Problem
from registry.domain.permissions import Action, Actor
from registry.domain.vietnamese import normalise
from registry.formats.phone_numbers import parse_phone
from registry.models.base import db
from registry.models.units import UnitContact
from registry.queries.units import path_on
from registry.services.audit import Event, record

EMAIL_MAX_LENGTH = 254
ADDRESS_MAX_LENGTH = 300
HEAD_TITLE_MAX_LENGTH = 200
NO_CONTACT_YET = 0
_EMAIL = re.compile(r"[^@\s<>,;:\"]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class EditContact:
    """How a unit is reached, as typed; `version` is the one shown, `NO_CONTACT_YET` for none."""

    unit_id: int
    version: int
    phone: str | None = field(repr=False)
    email: str | None = field(repr=False)
    address: str | None
    head_title: str | None


def edit_contact(actor: Actor, command: EditContact, today: date, now: datetime) -> UnitContact:
    """Write how a unit of the actor's scope is reached.

    Raises NotFound outside the scope, Conflict when somebody saved it meanwhile, Invalid with every
    problem found.
    """
    actor.require_on(Action.UNIT_EDIT_CONTACT, path_on(command.unit_id, today), command.unit_id)
    contact = db.session.get(UnitContact, command.unit_id)
    if (contact.version if contact else NO_CONTACT_YET) != command.version:
        raise Conflict(
            "Người khác vừa lưu liên hệ của đơn vị này. "
            "Chưa có gì bị ghi đè; tải lại trang để xem rồi nhập lại."
        )
    values = _checked(command)
    before = _values(contact) if contact else dict.fromkeys(values)
    changed = [name for name in values if values[name] != before[name]]
    if contact is None:
        contact = UnitContact(unit_id=command.unit_id)
        db.session.add(contact)
    for name in changed:
        setattr(contact, name, values[name])
    db.session.flush()
    if changed:
        record(
            actor,
            Event(
                "unit.edit_contact",
                "units",
                command.unit_id,
                unit_id=command.unit_id,
                details={"fields": changed},
                personal={
                    "before": {name: before[name] for name in changed},
                    "after": {name: values[name] for name in changed},
                },
            ),
            now,
        )
    return contact


def _checked(command: EditContact) -> dict[str, str | None]:
    problems: list[Problem] = []
    phone: str | None = normalise(command.phone or "") or None
    if phone is not None:
        try:
            phone = parse_phone(phone)
        except Invalid as refusal:
            problems.extend(refusal.problems)
    email = normalise(command.email or "") or None
    if email is not None and (len(email) > EMAIL_MAX_LENGTH or not _EMAIL.fullmatch(email)):
        message = "Địa chỉ thư điện tử không đúng. Ví dụ: vanthu@quangnam.gov.vn"
        problems.append(Problem("email", message))
    address = normalise(command.address or "") or None
    if address is not None and len(address) > ADDRESS_MAX_LENGTH:
        message = f"Địa chỉ dài nhiều nhất {ADDRESS_MAX_LENGTH} ký tự."
        problems.append(Problem("address", message))
    head_title = normalise(command.head_title or "") or None
    if head_title is not None and len(head_title) > HEAD_TITLE_MAX_LENGTH:
        message = f"Chức danh dài nhiều nhất {HEAD_TITLE_MAX_LENGTH} ký tự."
        problems.append(Problem("head_title", message))
    if problems:
        raise Invalid(problems)
    return {"phone": phone, "email": email, "address": address, "head_title": head_title}


def _values(contact: UnitContact) -> dict[str, str | None]:
    return {
        "phone": contact.phone,
        "email": contact.email,
        "address": contact.address,
        "head_title": contact.head_title,
    }
