"""Units: how they are reached."""

from dataclasses import dataclass, field

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.emails import read_email
from registry.domain.errors import Conflict, Invalid, Problem
from registry.domain.permissions import Action, Actor
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.names import normalise
from registry.formats.phone_numbers import parse_phone
from registry.models.base import db
from registry.models.units import UnitContact
from registry.queries.units.on_a_day import path_on
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time

ADDRESS_MAX_LENGTH = 300
HEAD_TITLE_MAX_LENGTH = 200
NO_CONTACT_YET = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EditContact:
    """How a unit is reached, as typed; `version` is the one shown, `NO_CONTACT_YET` for none."""

    unit_id: int
    version: int
    phone: str | None = field(repr=False)
    email: str | None = field(repr=False)
    address: str | None
    head_title: str | None


@one_at_a_time
def edit_contact(actor: Actor, command: EditContact, moment: Moment) -> UnitContact:
    """Write how a unit of the actor's scope is reached.

    Raises NotFound outside the scope, Conflict when somebody saved it meanwhile, Invalid with every
    problem found.
    """
    actor.require_on(
        Action.UNIT_EDIT_CONTACT, path_on(command.unit_id, moment.day), command.unit_id
    )
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
                Deed.UNIT_EDIT_CONTACT,
                "units",
                command.unit_id,
                unit_id=command.unit_id,
                details={"fields": changed},
                personal={
                    "before": {name: before[name] for name in changed},
                    "after": {name: values[name] for name in changed},
                },
            ),
            moment,
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
    if email is not None:
        try:
            email = read_email(email)
        except Invalid as refusal:
            problems.extend(refusal.problems)
    address = normalise(command.address or "") or None
    head_title = normalise(command.head_title or "") or None
    problems += [
        Problem(name, said)
        for name, text in (("address", address), ("head_title", head_title))
        if text and (said := refusal_of(text))
    ]
    if address is not None and len(address) > ADDRESS_MAX_LENGTH:
        message = f"Địa chỉ dài nhiều nhất {ADDRESS_MAX_LENGTH} ký tự."
        problems.append(Problem("address", message))
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
