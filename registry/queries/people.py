"""Questions about people."""

from datetime import date

from sqlalchemy import select

from registry.domain.permissions import Scope
from registry.formats.phone_numbers import parse_phone
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.queries.units import in_force, in_scope_of


def find_person_by_phone(phone: str) -> Person | None:
    """Return the person with this phone number, however written; the oldest record of several.

    Raises Invalid when it is no phone number.
    """
    return db.session.scalar(
        select(Person).where(Person.phone == parse_phone(phone)).order_by(Person.id).limit(1)
    )


def person_in_scope(
    person_id: int, scope: Scope, day: date, today: date
) -> tuple[Person, int] | None:
    """Return a person who on `day` is a member of a unit in `scope`, with that unit.

    His main unit comes before others. `today` is the day for which the rights are asked.
    """
    found = db.session.execute(
        select(Person, Membership.unit_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.id == person_id,
            in_force(Membership, day),
            in_scope_of(scope, Membership.unit_id, today),
        )
        .order_by(Membership.is_main.desc(), Membership.id)
        .limit(1)
    ).one_or_none()
    return (found[0], found[1]) if found else None


def person_by_citizen_id_index(index: str) -> Person | None:
    """Return the person whose citizen number has this keyed hash."""
    return db.session.scalar(select(Person).where(Person.citizen_id_index == index))
