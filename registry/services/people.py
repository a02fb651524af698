"""People: record a person, edit the record, reveal a citizen number."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import TypeVar

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.emails import read_email
from registry.domain.errors import Conflict, Invalid, NotFound, Problem
from registry.domain.identity_numbers import parse_citizen_id
from registry.domain.memberships import MemberRole
from registry.domain.people import NOTHING_KNOWN, OLDEST, YOUNGEST, PersonFacts
from registry.domain.permissions import Action, Actor, Role, Scope
from registry.domain.vietnamese.names import name_sort_key, normalise, search_key
from registry.domain.vietnamese.typed_names import read_name
from registry.domain.vietnamese.writing import format_day
from registry.formats.phone_numbers import parse_phone
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.queries.accounts import account_of_person, grants_given
from registry.queries.coverage.at_risk import served_by
from registry.queries.coverage.spans import covered_days
from registry.queries.memberships import main_ended_on
from registry.queries.people import (
    Likeness,
    is_within_reach,
    look_alikes,
    person_in_scope,
)
from registry.queries.units.on_a_day import path_on
from registry.services import citizen_numbers, person_periods
from registry.services.audit import Event, record
from registry.services.gaps import refuse_gaps
from registry.services.memberships.periods import OpenMembership, open_membership
from registry.services.one_at_a_time import one_at_a_time
from registry.services.personal_data import PersonalKeys, decrypt_citizen_id
from registry.services.reorganisations.following import Whose, chosen_part, units_followed

LAST_FOCAL_POINT = (
    "Người này là đầu mối CĐS duy nhất được tính của một đơn vị; vào đơn vị này thì đơn vị đó "
    "không còn đầu mối. Phân công người thay thế trước."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDetails:
    """A person as typed, but for the dated facts.

    `birth_year` follows from `birth_date` where that is given.
    """

    full_name: str = field(repr=False)
    phone: str | None = field(repr=False)
    email: str | None = field(default=None, repr=False)
    birth_year: int | None = None
    birth_date: date | None = None
    citizen_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person to record; `facts` are so since `since`, the first day of the first membership."""

    details: PersonDetails
    since: date
    facts: PersonFacts = NOTHING_KNOWN


def write_person(
    actor: Actor,
    new: NewPerson,
    unit_id: int,
    moment: Moment,
    keys: PersonalKeys | None,
) -> Person:
    """Record a new person; called by services that have authorised their own action.

    `unit_id` is the unit that registers him; `keys` may be None when no citizen number is given.
    Raises Invalid, with every problem found, named after the fields of `PersonDetails` and
    `PersonFacts`.
    """
    checked, facts = _checked_new(new, moment.day)
    person = Person(created_at=moment.instant)
    _apply(person, checked)
    db.session.add(person)
    db.session.flush()
    person_periods.begin(person.id, facts, new.since)
    if checked.citizen_id is not None:
        _keep_number(actor, person, checked.citizen_id, keys, moment.day)
    record(
        actor,
        Event(
            Deed.PERSON_CREATE,
            "people",
            person.id,
            unit_id=unit_id,
            details={"citizen_id": checked.citizen_id is not None},
            personal={"after": _values(person) | asdict(facts)},
            person_id=person.id,
        ),
        moment,
    )
    return person


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPerson:
    """A unit registers somebody of its own: the person and the membership in one.

    `despite_likeness`: the actor was shown who may be the same person, and wants a new record;
    `successor_id` is the part into which the member goes on where the unit splits later.
    """

    unit_id: int
    details: PersonDetails
    role: MemberRole
    organisation: str | None
    valid_from: date
    facts: PersonFacts = NOTHING_KNOWN
    despite_likeness: bool = False
    successor_id: int | None = None


@one_at_a_time
def register(
    actor: Actor, command: RegisterPerson, keys: PersonalKeys | None, moment: Moment
) -> Person:
    """Record a new person as a member of a unit in the actor's scope.

    Raises NotFound outside the scope; Invalid with every problem found, on `despite_likeness` when
    somebody like that is known and the actor has not confirmed.
    """
    _authorise_on_unit(actor, command.unit_id, moment.day)
    if not command.despite_likeness and known_already(actor, command.details, moment.day):
        message = "Có thể người này đã có trong sổ. Chọn một mục dưới đây."
        raise Invalid.on("despite_likeness", message)
    new = NewPerson(details=command.details, facts=command.facts, since=command.valid_from)
    chosen = chosen_part(command.unit_id, command.successor_id, moment.day)
    person = write_person(actor, new, command.unit_id, moment, keys)
    with units_followed(Whose.party(person.id, None), moment.day, chosen=chosen):
        open_membership(
            actor,
            OpenMembership(
                person_id=person.id,
                unit_id=command.unit_id,
                role=command.role,
                valid_from=command.valid_from,
                organisation=command.organisation,
            ),
            moment,
        )
    return person


def known_already(actor: Actor, details: PersonDetails, today: date) -> list[Likeness]:
    """Return who may be the person described, among those whom the actor may take up.

    Of others nothing is told, not even that there is one: who may only look at another unit learns
    nothing by registering, and takes up nobody of it (docs/adr/0030).

    Raises Invalid with every problem of the details.
    """
    checked = _checked(details, today)
    scope = actor.require(Action.PERSON_EDIT)
    return look_alikes(checked.full_name, checked.birth_year, checked.phone, scope, today)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddKnownPerson:
    """A person who is in the registry becomes a member of one more unit.

    `successor_id` as `RegisterPerson` has it.
    """

    person_id: int
    unit_id: int
    role: MemberRole
    organisation: str | None
    valid_from: date
    successor_id: int | None = None


@one_at_a_time
def add_known(actor: Actor, command: AddKnownPerson, moment: Moment) -> Membership:
    """Make a person the actor may edit, or who left his scope, a member of a unit in it.

    Raises NotFound when the unit or the person is out of scope, Invalid as `open_membership`, on
    `valid_from` before the day on which the last main unit was left, and when a unit would lose
    its last focal point.
    """
    _authorise_on_unit(actor, command.unit_id, moment.day)
    if not is_within_reach(command.person_id, actor.scope(Action.PERSON_EDIT), moment.day):
        raise NotFound
    last_end = main_ended_on(command.person_id, moment.day)
    if last_end is not None and command.valid_from < last_end:
        message = (
            f"Người này đã thôi tham gia đơn vị chính từ ngày {format_day(last_end)}. "
            "Chọn ngày tham gia từ ngày đó trở đi."
        )
        raise Invalid.on("valid_from", message)
    covered = covered_days(served_by([command.person_id]))
    chosen = chosen_part(command.unit_id, command.successor_id, moment.day)
    with units_followed(Whose.party(command.person_id, None), moment.day, chosen=chosen):
        membership = open_membership(
            actor,
            OpenMembership(
                person_id=command.person_id,
                unit_id=command.unit_id,
                role=command.role,
                valid_from=command.valid_from,
                organisation=command.organisation,
            ),
            moment,
        )
    if refuse_gaps(covered, actor, moment, accepted=True):
        raise Invalid.on("", LAST_FOCAL_POINT)
    return membership


def _authorise_on_unit(actor: Actor, unit_id: int, today: date) -> None:
    path = path_on(unit_id, today)
    actor.require_on(Action.PERSON_EDIT, path, unit_id)
    actor.require_on(Action.MEMBERSHIP_EDIT, path, unit_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditPerson:
    """New values for a person's record; `version` is the one shown with the form.

    `details.citizen_id` None keeps the number that is stored, unless `forget_citizen_id`.
    """

    person_id: int
    version: int
    details: PersonDetails
    forget_citizen_id: bool = False


@one_at_a_time
def edit(actor: Actor, command: EditPerson, keys: PersonalKeys | None, moment: Moment) -> Person:
    """Change the record of a person who is today a member of a unit in the actor's scope.

    Raises NotFound outside the scope, Conflict when somebody saved it meanwhile, Invalid with every
    problem found.
    """
    scope = actor.require(Action.PERSON_EDIT)
    found = person_in_scope(command.person_id, scope, moment.day, moment.day)
    if found is None:
        raise NotFound
    person, unit_id = found
    if person.version != command.version:
        raise Conflict(
            "Người khác vừa lưu hồ sơ này. Chưa có gì bị ghi đè; tải lại trang để xem rồi nhập lại."
        )
    checked = _checked(command.details, moment.day)
    if checked.email != (person.email.lower() if person.email else None):
        _check_address_may_change(person, scope, moment.day)
    before = _values(person)
    had_number = person.citizen_id_encrypted
    _apply(person, checked)
    if checked.citizen_id is not None:
        _keep_number(actor, person, checked.citizen_id, keys, moment.day)
    elif command.forget_citizen_id:
        citizen_numbers.forget(person, keys)
    db.session.flush()
    after = _values(person)
    changed = [name for name in after if after[name] != before[name]]
    if person.citizen_id_encrypted != had_number:
        changed.append("citizen_id")
    if changed:
        record(
            actor,
            Event(
                Deed.PERSON_EDIT,
                "people",
                person.id,
                unit_id=unit_id,
                details={"fields": changed},
                personal={
                    "before": {name: before[name] for name in changed if name in before},
                    "after": {name: after[name] for name in changed if name in after},
                },
                person_id=person.id,
            ),
            moment,
        )
    return person


def _check_address_may_change(person: Person, scope: Scope, today: date) -> None:
    """Refuse to turn the address of somebody who is an officer outside the actor's scope.

    His password link is mailed there: the address would give the actor the rights of that office.
    """
    account = account_of_person(person.id)
    grants = grants_given(account, today) if account else ()
    offices = {held.office_id for held in grants}
    runs_all = any(held.role is Role.SYSTEM_ADMINISTRATOR for held in grants)
    if (runs_all and not scope.everything) or any(
        office_id is not None and not scope.covers(path_on(office_id, today), office_id)
        for office_id in offices
    ):
        raise Invalid.on(
            "email",
            "Người này có tài khoản của một đơn vị ngoài phạm vi được giao. "
            "Đề nghị đơn vị đó hoặc cơ quan thẩm định sửa thư điện tử.",
        )


@one_at_a_time
def reveal_citizen_id(actor: Actor, person_id: int, keys: PersonalKeys, moment: Moment) -> str:
    """Return a person's citizen number in full, and audit that the actor saw it.

    Raises NotFound when the person is not today a member of a unit in the actor's scope, Conflict
    when no number is stored (any more).
    """
    scope = actor.require(Action.CITIZEN_ID_REVEAL)
    found = person_in_scope(person_id, scope, moment.day, moment.day)
    if found is None:
        raise NotFound
    person, unit_id = found
    if person.citizen_id_encrypted is None:
        raise Conflict("Hồ sơ của người này không lưu số CCCD.")
    number = decrypt_citizen_id(person.citizen_id_encrypted, person.id, keys)
    record(
        actor,
        Event(
            Deed.CITIZEN_ID_REVEAL,
            "people",
            person.id,
            unit_id=unit_id,
            personal={"person_id": person.id},
            person_id=person.id,
        ),
        moment,
    )
    return number


def _checked_new(new: NewPerson, today: date) -> tuple[PersonDetails, PersonFacts]:
    """Return details and facts cleaned; raise Invalid with every problem of both."""
    facts, problems = person_periods.checked(new.facts)
    details = _read(problems, lambda: _checked(new.details, today))
    if problems or details is None:
        raise Invalid(problems)
    return details, facts


def _checked(details: PersonDetails, today: date) -> PersonDetails:
    """Return the details cleaned; raise Invalid with every problem at once."""
    problems: list[Problem] = []
    full_name = _read(problems, lambda: read_name(details.full_name).name)
    typed_phone = normalise(details.phone or "")
    phone = _read(problems, lambda: parse_phone(typed_phone)) if typed_phone else None
    birth_year = details.birth_date.year if details.birth_date else details.birth_year
    problems += _birth_problems(details, birth_year, today)
    typed_email = normalise(details.email or "")
    email = _read(problems, lambda: read_email(typed_email)) if typed_email else None
    typed_number = normalise(details.citizen_id or "")
    number = (
        _read(problems, lambda: parse_citizen_id(typed_number, birth_year=birth_year).number)
        if typed_number
        else None
    )
    if problems or full_name is None:
        raise Invalid(problems)
    return replace(
        details,
        full_name=full_name,
        phone=phone,
        email=email,
        birth_year=birth_year,
        citizen_id=number,
    )


_Read = TypeVar("_Read")


def _read(problems: list[Problem], parse: Callable[[], _Read]) -> _Read | None:
    """Return what `parse` gives; when it refuses, keep its problems for the others' company."""
    try:
        return parse()
    except Invalid as refusal:
        problems.extend(refusal.problems)
        return None


def _birth_problems(details: PersonDetails, birth_year: int | None, today: date) -> list[Problem]:
    if birth_year is None:
        return []
    on = "birth_date" if details.birth_date else "birth_year"
    if details.birth_date and details.birth_year not in (None, birth_year):
        return [Problem("birth_year", "Năm sinh khác năm của ngày sinh. Sửa một trong hai.")]
    if not today.year - OLDEST <= birth_year <= today.year - YOUNGEST:
        message = f"Năm sinh phải từ {today.year - OLDEST} đến {today.year - YOUNGEST}."
        return [Problem(on, message)]
    return []


def _apply(person: Person, details: PersonDetails) -> None:
    person.full_name = details.full_name
    person.search_key = search_key(details.full_name)
    person.sort_key = name_sort_key(details.full_name)
    person.phone = details.phone
    person.email = details.email
    person.birth_date = details.birth_date
    person.birth_year = details.birth_year


def _keep_number(
    actor: Actor, person: Person, number: str, keys: PersonalKeys | None, today: date
) -> None:
    if keys is None:
        message = "a citizen number needs the keys of personal data"
        raise ValueError(message)
    citizen_numbers.keep(actor, person, number, keys, today)


def _values(person: Person) -> dict[str, object]:
    """Return the record's fields as kept beside the audit chain; never the citizen number."""
    return {
        "full_name": person.full_name,
        "phone": person.phone,
        "email": person.email,
        "birth_year": person.birth_year,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
    }
