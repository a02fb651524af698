"""Questions about people."""

from sqlalchemy import select

from registry.formats.phone_numbers import parse_phone
from registry.models.base import db
from registry.models.people import Person


def find_person_by_phone(phone: str) -> Person | None:
    """Return the person with this phone number, however it is written; the oldest record when there are several.

    Raises Invalid when it is no phone number.
    """
    return db.session.scalar(
        select(Person).where(Person.phone == parse_phone(phone)).order_by(Person.id).limit(1)
    )
