"""Questions about the audit: the whole chain, its head, and the page that looks things up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select

from registry.domain.audit.deeds import Deed
from registry.domain.clock import bounds_of
from registry.models.accounts import Account
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.people import Person
from registry.queries.blocks import blocks
from registry.queries.paging import Page, Window, page_of

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in a list. Of personal values it tells the names of the fields, never a value.

    `login` and `name` are those of who did it, where that was an account, and of a person.
    """

    sequence: int
    at: datetime
    login: str | None
    name: str | None
    origin: str
    action: str
    noun: str
    object_id: str | None
    unit_id: int | None
    details: object
    personal_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What to look for; None does not narrow. `until` itself is not included."""

    noun: str | None = None
    object_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def whole_chain() -> Iterator[tuple[AuditEvent, AuditPersonal | None]]:
    """Yield every event in its order, with the personal values still kept beside it."""
    rows = db.session.execute(
        select(AuditEvent, AuditPersonal)
        .outerjoin(AuditPersonal, AuditPersonal.sequence == AuditEvent.sequence)
        .order_by(AuditEvent.sequence)
        .execution_options(yield_per=_AT_ONCE)
    )
    try:
        yield from rows
    finally:
        rows.close()


def last_erasures() -> dict[str | None, int]:
    """Return of each person whose values beside the chain were emptied the last event of that.

    By the number as the event writes it: whatever somebody put there is not read as one.
    """
    rows = db.session.execute(
        select(AuditEvent.object_id, func.max(AuditEvent.sequence).label("last"))
        .where(AuditEvent.action == Deed.AUDIT_ERASE.value, AuditEvent.noun == "people")
        .group_by(AuditEvent.object_id)
    )
    return {row.object_id: row.last for row in rows}


def unsealed_events() -> int:
    """Return how many events stand at the end of the chain under no key, with all before them."""
    last = db.session.execute(
        select(AuditEvent.sequence, AuditEvent.key_id).order_by(AuditEvent.sequence.desc()).limit(1)
    ).one_or_none()
    return last.sequence if last is not None and last.key_id is None else 0


def head() -> tuple[int, str] | None:
    """Return the number and the hash of the last event, or None when there is none."""
    row = db.session.execute(
        select(AuditEvent.sequence, AuditEvent.hash).order_by(AuditEvent.sequence.desc()).limit(1)
    ).one_or_none()
    return (row.sequence, row.hash) if row else None


def hash_of(sequence: int) -> str | None:
    """Return the stored hash of an event, or None when there is no such event."""
    return db.session.scalar(select(AuditEvent.hash).where(AuditEvent.sequence == sequence))


def is_told_of(noun: str, object_id: object, name: str) -> bool:
    """Tell whether any event of a thing says something of it under `name`, beside the chain.

    What was erased there may have said it.
    """
    contents = db.session.scalars(
        select(AuditPersonal.content)
        .join(AuditEvent, AuditEvent.sequence == AuditPersonal.sequence)
        .where(AuditEvent.noun == noun, AuditEvent.object_id == str(object_id))
    )
    return any(not isinstance(content, dict) or name in content for content in contents)


def was_done(deed: Deed, noun: str, object_id: object) -> ColumnElement[bool]:
    """Return the condition that an `AuditEvent` tells of a deed done with a thing."""
    return and_(
        AuditEvent.noun == noun,
        AuditEvent.object_id == str(object_id),
        AuditEvent.action == deed.value,
    )


def done_on(deed: Deed, noun: str, ids: Iterable[int], day: date) -> set[int]:
    """Return those of the things with which a deed was done on a calendar day, by whomever."""
    begins, ends = bounds_of(day)
    found: set[int] = set()
    for block in blocks(ids):
        rows = db.session.scalars(
            select(AuditEvent.object_id).where(
                AuditEvent.noun == noun,
                AuditEvent.object_id.in_([str(one) for one in block]),
                AuditEvent.action == deed.value,
                AuditEvent.at >= begins,
                AuditEvent.at < ends,
            )
        )
        found.update(int(key) for key in rows if key)
    return found


def nouns() -> list[str]:
    """Return the nouns that occur in the audit, by machine name."""
    return list(db.session.scalars(select(AuditEvent.noun).distinct().order_by(AuditEvent.noun)))


def page_of_events(wanted: EventFilter, window: Window) -> Page[EventRow]:
    """Return one page of the events that fit, the newest first."""
    counted = select(func.count()).select_from(AuditEvent).where(*_conditions(wanted))
    total = db.session.scalar(counted) or 0
    return page_of(window, total, lambda limit, offset: _events(wanted, limit, offset))


def _events(wanted: EventFilter, limit: int, offset: int) -> list[EventRow]:
    rows = db.session.execute(
        select(AuditEvent, AuditPersonal, Account.login, Person.full_name)
        .outerjoin(AuditPersonal, AuditPersonal.sequence == AuditEvent.sequence)
        .outerjoin(Account, Account.id == AuditEvent.account_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .where(*_conditions(wanted))
        .order_by(AuditEvent.sequence.desc())
        .limit(limit)
        .offset(offset)
    )
    return [
        EventRow(
            sequence=event.sequence,
            at=event.at,
            login=login,
            name=name,
            origin=event.origin,
            action=event.action,
            noun=event.noun,
            object_id=event.object_id,
            unit_id=event.unit_id,
            details=event.details,
            personal_fields=_field_names(personal),
        )
        for event, personal, login, name in rows
    ]


def _conditions(wanted: EventFilter) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.noun is not None:
        conditions.append(AuditEvent.noun == wanted.noun)
    if wanted.object_id is not None:
        conditions.append(AuditEvent.object_id == wanted.object_id)
    if wanted.since is not None:
        conditions.append(AuditEvent.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditEvent.at < wanted.until)
    return conditions


def _field_names(personal: AuditPersonal | None) -> tuple[str, ...]:
    """Return the fields that were written: those of before and after, or the content's own."""
    if personal is None or not isinstance(personal.content, dict):
        return ()
    sides = [personal.content.get(side) for side in ("before", "after")]
    names = {
        name
        for side in sides
        if isinstance(side, dict)
        for name, value in side.items()
        if value not in (None, "", False)
    }
    names |= set(personal.content) - {"before", "after", "person_id"}
    return tuple(sorted(names))
