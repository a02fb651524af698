"""Questions about keys: which the database knows, and how many rows stand under each."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from registry.domain.keyring import KeyName
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.cards import Card
from registry.models.keys import KeyFingerprint
from registry.models.people import Person


def noted_fingerprints() -> dict[tuple[str, str], str]:
    """Return the fingerprints of all keys the database knows, by name and id."""
    rows = db.session.execute(
        select(KeyFingerprint.name, KeyFingerprint.key_id, KeyFingerprint.fingerprint)
    )
    return {(row.name, row.key_id): row.fingerprint for row in rows}


@dataclass(frozen=True, slots=True)
class SealedNumber:
    """A person's citizen number as it is stored: sealed, and as it is found."""

    person_id: int
    encrypted: str
    index: str | None


def sealed_numbers(
    key_id: str | None = None, index_id: str | None = None, *, after: int = 0, most: int
) -> list[SealedNumber]:
    """Return citizen numbers that do not stand under these versions of their keys, at most so many.

    Without versions any by which its person is found: a number that another one bears as well is
    sealed and not indexed (docs/adr/0030). Of people after the id `after`, in their order.
    """
    conditions: list[ColumnElement[bool]] = [
        Person.citizen_id_encrypted.is_not(None),
        Person.id > after,
    ]
    if key_id is not None and index_id is not None:
        conditions.append(
            or_(
                _id_of(Person.citizen_id_encrypted) != key_id,
                _id_of(Person.citizen_id_index) != index_id,
            )
        )
    else:
        conditions.append(Person.citizen_id_index.is_not(None))
    rows = db.session.execute(
        select(Person.id, Person.citizen_id_encrypted, Person.citizen_id_index)
        .where(*conditions)
        .order_by(Person.id)
        .limit(most)
    )
    return [SealedNumber(person_id, encrypted or "", index) for person_id, encrypted, index in rows]


def some_card() -> Card | None:
    """Return a card, if there is any."""
    return db.session.scalar(select(Card).order_by(Card.id).limit(1))


def rows_by_key() -> Mapping[tuple[KeyName, str], int]:
    """Count what stands under each version of each key, by name and id."""
    counted = (
        (KeyName.CARD, Card.key_id),
        (KeyName.AUDIT, AuditEvent.key_id),
        (KeyName.PERSONAL, _id_of(Person.citizen_id_encrypted)),
        (KeyName.PERSONAL_INDEX, _id_of(Person.citizen_id_index)),
    )
    return {
        (name, str(key_id)): rows
        for name, column in counted
        for key_id, rows in db.session.execute(
            select(column, func.count()).where(column.is_not(None)).group_by(column)
        )
    }


def _id_of(column: InstrumentedAttribute[str | None]) -> ColumnElement[str]:
    """Return what stands before the colon."""
    if db.session.get_bind().dialect.name == "postgresql":
        return func.split_part(column, ":", 1, type_=Text)
    return func.substr(column, 1, func.instr(column, ":") - 1, type_=Text)
