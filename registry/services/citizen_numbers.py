"""Citizen numbers of people: kept, let go of, and compared where two records bear one.

Whether a number is known is told to nobody outside whose scope it stands: he would learn who is in
the registry by typing numbers. What he enters is kept as any other, sealed for its record, but is
not found by it: whose scope reaches both records is told and compares them (docs/adr/0030).
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.exc import IntegrityError

from registry.domain.errors import Invalid
from registry.domain.permissions import Action, Actor
from registry.models.base import db
from registry.models.people import Person
from registry.queries.people import (
    is_within_reach,
    people_with_number_waiting,
    person_by_citizen_id_index,
)
from registry.services.keys_in_use import refuse_outdated
from registry.services.personal_data import (
    PersonalKeys,
    Unreadable,
    citizen_id_index,
    citizen_id_indexes,
    decrypt_citizen_id,
    encrypt_citizen_id,
)

CITIZEN_ID_TAKEN = (
    "Số CCCD này đã ghi cho một người khác trong sổ. Kiểm tra lại từng chữ số; "
    "nếu đúng, báo cơ quan thẩm định để kiểm tra, đính chính."
)


def keep(actor: Actor, person: Person, number: str, keys: PersonalKeys, today: date) -> None:
    """Store a number; the person's id is known by now and sealed in with it.

    Raises Invalid when another person bears it of whom the actor may know that, KeysRefused when
    these keys are no longer in use.
    """
    refuse_outdated(keys.by_name)
    known_as = citizen_id_indexes(number, keys)
    if person.citizen_id_index in known_as:
        return
    freed = person.citizen_id_index
    if _stored(person, keys) != number:
        person.citizen_id_encrypted = encrypt_citizen_id(number, person.id, keys)
    if not _is_found_by(person, number, keys):
        # Another one bears it, perhaps since a moment ago.
        if _may_know(actor, person_by_citizen_id_index(known_as), person, today):
            raise Invalid.on("citizen_id", CITIZEN_ID_TAKEN)
        person.citizen_id_index = None
        db.session.flush()
    _pass_on(freed, keys)


def forget(person: Person, keys: PersonalKeys | None) -> None:
    """Remove the number of a person; who entered the same one is found by it from now on.

    Raises KeysRefused when these keys are no longer in use.
    """
    if keys is not None:
        refuse_outdated(keys.by_name)
    freed = person.citizen_id_index
    person.citizen_id_encrypted = person.citizen_id_index = None
    db.session.flush()
    if keys is not None:
        _pass_on(freed, keys)


def other_bearer(actor: Actor, person: Person, keys: PersonalKeys, today: date) -> Person | None:
    """Return who bears the number of a person as well, where the actor may know both numbers."""
    number = None if person.citizen_id_index is not None else _stored(person, keys)
    if number is None:
        return None
    found = person_by_citizen_id_index(citizen_id_indexes(number, keys))
    knows_own = _may_know(actor, person, None, today)
    return found if knows_own and _may_know(actor, found, person, today) else None


def with_another_bearer(
    actor: Actor, people: Iterable[Person], keys: PersonalKeys, today: date
) -> set[int]:
    """Return the ids of those people for whom there is an `other_bearer`."""
    return {one.id for one in people if other_bearer(actor, one, keys, today) is not None}


def _is_found_by(person: Person, number: str, keys: PersonalKeys) -> bool:
    """Let a person be found by a number; False where another one is."""
    if person_by_citizen_id_index(citizen_id_indexes(number, keys)) is not None:
        return False
    try:
        with db.session.begin_nested():
            person.citizen_id_index = citizen_id_index(number, keys)
    except IntegrityError:
        return False
    return True


def _may_know(actor: Actor, bearer: Person | None, besides: Person | None, today: date) -> bool:
    """Tell whether there is a bearer other than `besides` whose number the actor may see."""
    if bearer is None or bearer is besides:
        return False
    return is_within_reach(bearer.id, actor.scope(Action.CITIZEN_ID_REVEAL), today)


def _stored(person: Person, keys: PersonalKeys) -> str | None:
    if person.citizen_id_encrypted is None:
        return None
    try:
        return decrypt_citizen_id(person.citizen_id_encrypted, person.id, keys)
    except Unreadable:
        return None


def _pass_on(freed: str | None, keys: PersonalKeys) -> None:
    """Let the first who entered a number that is borne no more be found by it."""
    if freed is None:
        return
    for person in people_with_number_waiting():
        number = _stored(person, keys)
        if number is not None and freed in citizen_id_indexes(number, keys):
            _is_found_by(person, number, keys)
            return
