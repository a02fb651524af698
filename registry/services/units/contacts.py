"""Units: how they are reached, and the names they were given wrongly."""

from dataclasses import dataclass, field
from datetime import date

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.emails import read_email
from registry.domain.errors import Conflict, Invalid, Problem
from registry.domain.permissions import Action, Actor
from registry.domain.reorganisations.annex import TERRITORY_KINDS, committee_name, designation_of
from registry.domain.units.kinds import EVERYDAY_KINDS
from registry.domain.vietnamese.characters import refusal_of
from registry.domain.vietnamese.names import accepted, normalise, text_sort_key, unit_search_key
from registry.formats.phone_numbers import parse_phone
from registry.models.base import db
from registry.models.units import UnitContact
from registry.queries.units.details import periods_named
from registry.queries.units.on_a_day import UnitRow, path_on, unit_on
from registry.services.audit import Event, record
from registry.services.decisions import reread_issuers
from registry.services.one_at_a_time import one_at_a_time

ADDRESS_MAX_LENGTH = 300
HEAD_TITLE_MAX_LENGTH = 200
NAME_MAX_LENGTH = 300
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectName:
    """The right name of a unit; `wrong` is the one shown, `day` a day on which it bears it."""

    unit_id: int
    day: date
    wrong: str
    name: str


def may_name(actor: Actor, unit: UnitRow, today: date) -> bool:
    """Tell whether the actor may name a unit: an everyday one, or any he may reorganise."""
    action = Action.UNIT_REORGANISE
    if unit.kind in EVERYDAY_KINDS:
        action = Action.UNIT_CHANGE_TEAM
    return actor.scope(action).covers(path_on(unit.id, today), unit.id)


@one_at_a_time
def correct_unit_name(actor: Actor, command: CorrectName, moment: Moment) -> int:
    """Write the right name over a wrong one, which it always was; no new period begins.

    Every period that bears the wrong name is rewritten, search and sort keys with it; frozen
    reports stay. Return how many were. Raises NotFound outside the scope, Conflict when somebody
    renamed the unit meanwhile, Invalid for an impossible name.
    """
    actor.require_on(Action.UNIT_CHANGE_TEAM, path_on(command.unit_id, moment.day), command.unit_id)
    unit = unit_on(command.unit_id, command.day)
    if unit is None or unit.name != command.wrong:
        raise Conflict("Tên đơn vị vừa được người khác sửa. Tải lại trang để xem rồi nhập lại.")
    if not may_name(actor, unit, moment.day):
        raise Invalid.on("change", "Tên của đơn vị loại này do cơ quan thẩm định đính chính.")
    name = _checked_name(command.name, unit)
    periods = periods_named(unit.id, unit.name)
    registry_code = periods[0].unit.registry_code
    for period in periods:
        if period.short_name == committee_name(period.name):
            period.short_name = committee_name(name)
        period.name = name
        code = period.official_code or registry_code
        period.search_key = unit_search_key(name, period.short_name, code)
        period.sort_key = text_sort_key(name)
    db.session.flush()
    record(
        actor,
        Event(
            Deed.UNIT_CORRECT_NAME,
            "units",
            unit.id,
            unit_id=unit.id,
            details={"before": unit.name, "after": name, "periods": len(periods)},
        ),
        moment,
    )
    # Whoever writes a team's papers may name it too: its name says nothing of whose they are.
    path = path_on(unit.id, moment.day)
    if path and unit.kind not in EVERYDAY_KINDS:
        reread_issuers(actor, moment, path, only_to_own=True)
    return len(periods)


def _checked_name(typed: str, unit: UnitRow) -> str:
    name = accepted(typed, "new_name")
    if not name:
        raise Invalid.on("new_name", "Nhập tên đúng của đơn vị.")
    if len(name) > NAME_MAX_LENGTH:
        raise Invalid.on("new_name", f"Tên đơn vị dài nhiều nhất {NAME_MAX_LENGTH} ký tự.")
    if name == unit.name:
        raise Invalid.on("new_name", "Tên này giống tên đang ghi. Chưa có gì để đính chính.")
    if unit.kind in TERRITORY_KINDS and designation_of(name) != designation_of(unit.name):
        raise Invalid.on(
            "new_name",
            "Đính chính không đổi loại đơn vị (xã, phường, …). Chọn “Đổi tên từ ngày”.",
        )
    return name


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
