"""Questions about people: who may be seen, what is known of one, who may be meant twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from registry.domain.memberships import role_title
from registry.domain.people import ContractType, EducationLevel
from registry.domain.permissions import Scope
from registry.domain.units.names import located_name
from registry.domain.vietnamese.names import (
    exact_key,
    matches_with_accents,
    query_words,
    search_key,
)
from registry.formats.phone_numbers import parse_phone
from registry.models.accounts import Account
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.memberships import approved_lines
from registry.queries.paging import Page, Window, page_of, page_of_rows
from registry.queries.units.on_a_day import in_force, in_scope_of, under

_BLOCK = 500


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What narrows a list of people: words of the name, a subtree, the approval."""

    text: str = field(default="", repr=False)
    prefix: str | None = None
    approved: bool | None = None


@dataclass(frozen=True, slots=True)
class PersonUnit:
    """A unit a person belongs to on the day asked."""

    unit_id: int
    name: str
    role: str
    is_main: bool
    approved: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a list, with those of his units the reader may see; the main one first."""

    id: int
    full_name: str = field(repr=False)
    birth_year: int | None
    phone: str | None = field(repr=False)
    email: str | None = field(repr=False)
    job_title: str | None
    education_level: EducationLevel | None
    it_major: bool
    contract_type: ContractType | None
    units: tuple[PersonUnit, ...]


def people(
    scope: Scope, day: date, today: date, wanted: PeopleFilter, window: Window
) -> Page[PersonRow]:
    """Return one page of the people who on `day` belong to a unit in `scope`, by given name.

    Where a name is searched, those it fits accents and all come first. `today` is the day for
    which the rights are asked.
    """
    belongs = _belongs(scope, day, today, wanted)
    if wanted.text.strip():
        page = page_of_rows(window, _searched(wanted.text, belongs))
    else:
        total = db.session.scalar(select(func.count()).select_from(Person).where(belongs)) or 0
        page = page_of(
            window,
            total,
            lambda limit, offset: list(
                db.session.scalars(_by_name(belongs).limit(limit).offset(offset))
            ),
        )
    return page.with_rows(_rows(page.rows, _in_scope_on(scope, day, today), day))


def all_people(scope: Scope, day: date, today: date, wanted: PeopleFilter) -> list[PersonRow]:
    """Return all whom the pages of `people` show, in the same order."""
    belongs = _belongs(scope, day, today, wanted)
    if wanted.text.strip():
        ids = _searched(wanted.text, belongs)
    else:
        ids = list(db.session.scalars(_by_name(belongs)))
    return _rows(ids, _in_scope_on(scope, day, today), day)


def _by_name(belongs: ColumnElement[bool]) -> Select[int]:
    return select(Person.id).where(belongs).order_by(Person.sort_key, Person.id)


def _in_scope_on(scope: Scope, day: date, today: date) -> ColumnElement[bool]:
    return and_(in_force(Membership, day), in_scope_of(scope, Membership.unit_id, today))


def _belongs(scope: Scope, day: date, today: date, wanted: PeopleFilter) -> ColumnElement[bool]:
    membership = (
        select(Membership.id)
        .where(Membership.person_id == Person.id, _in_scope_on(scope, day, today))
        .correlate(Person)
    )
    if wanted.prefix is not None:
        path = aliased(UnitPath)
        membership = membership.join(
            path, and_(path.unit_id == Membership.unit_id, in_force(path, day))
        ).where(under(path.path, wanted.prefix))
    if wanted.approved is not None:
        approved = Membership.line_id.in_(approved_lines(day))
        membership = membership.where(approved if wanted.approved else ~approved)
    return membership.exists()


def _searched(text: str, belongs: ColumnElement[bool]) -> list[int]:
    """Return the ids of the people a search finds, those with the same accents first."""
    answers = _answers(text)
    if answers is None:
        return []
    rows = db.session.execute(
        select(Person.id, Person.full_name)
        .where(answers, belongs)
        .order_by(Person.sort_key, Person.id)
    ).all()
    exact = [person_id for person_id, name in rows if matches_with_accents(text, exact_key(name))]
    first = set(exact)
    return [*exact, *(person_id for person_id, _ in rows if person_id not in first)]


def _answers(text: str) -> ColumnElement[bool] | None:
    """Return the condition that each word of `text` begins a word of the name; None: no word."""
    padded = " " + Person.search_key
    words = query_words(text)
    return and_(*(padded.contains(f" {word}") for word in words)) if words else None


def _rows(ids: Sequence[int], visible: ColumnElement[bool], day: date) -> list[PersonRow]:
    rows: dict[int, PersonRow] = {}
    for start in range(0, len(ids), _BLOCK):
        block = ids[start : start + _BLOCK]
        units = _units_of(block, visible, day)
        for person in db.session.scalars(select(Person).where(Person.id.in_(block))):
            rows[person.id] = PersonRow(
                id=person.id,
                full_name=person.full_name,
                birth_year=person.birth_year,
                phone=person.phone,
                email=person.email,
                job_title=person.job_title,
                education_level=person.education_level,
                it_major=person.it_major,
                contract_type=person.contract_type,
                units=tuple(units.get(person.id, ())),
            )
    return [rows[person_id] for person_id in ids if person_id in rows]


def _units_of(
    person_ids: Iterable[int], visible: ColumnElement[bool], day: date
) -> dict[int, list[PersonUnit]]:
    found: dict[int, list[PersonUnit]] = {}
    above = aliased(UnitPeriod)
    for person_id, membership, name, kind, parent_name, approved in db.session.execute(
        select(
            Person.id,
            Membership,
            func.coalesce(UnitPeriod.short_name, UnitPeriod.name),
            UnitPeriod.kind,
            above.name,
            Membership.line_id.in_(approved_lines(day)),
        )
        .join(UnitPeriod, and_(UnitPeriod.unit_id == Membership.unit_id, in_force(UnitPeriod, day)))
        .outerjoin(above, and_(above.unit_id == UnitPeriod.parent_id, in_force(above, day)))
        .join(Person, Person.id == Membership.person_id)
        .where(Person.id.in_(person_ids), visible)
        .order_by(Membership.is_main.desc(), Membership.id)
    ):
        found.setdefault(person_id, []).append(
            PersonUnit(
                membership.unit_id,
                located_name(name, kind, parent_name),
                role_title(membership.role, kind),
                membership.is_main,
                bool(approved),
            )
        )
    return found


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


@dataclass(frozen=True, slots=True)
class Likeness:
    """A person who may be the one about to be registered; None where the reader may not see him."""

    person: Person | None
    unit_name: str | None
    same_phone: bool


def look_alikes(
    full_name: str, birth_year: int | None, phone: str | None, scope: Scope, today: date
) -> list[Likeness]:
    """Return people with the same phone, or the same folded name and no other birth year.

    People outside `scope` appear by their phone only, once, and without saying who they are.
    `phone` is E.164.
    """
    same_name = and_(
        Person.search_key == search_key(full_name),
        or_(Person.birth_year.is_(None), Person.birth_year == birth_year)
        if birth_year is not None
        else Person.id.is_not(None),
    )
    same_phone = Person.phone == phone if phone else None
    condition = same_name if same_phone is None else or_(same_phone, same_name)
    known: list[Likeness] = []
    hidden = False
    for person in db.session.scalars(
        select(Person).where(condition).order_by(Person.sort_key, Person.id)
    ):
        has_phone = phone is not None and person.phone == phone
        found = person_in_scope(person.id, scope, today, today)
        if found is not None:
            known.append(Likeness(person, _unit_name(found[1], today), has_phone))
        elif has_phone:
            hidden = True
    return [*known, Likeness(None, None, same_phone=True)] if hidden else known


def _unit_name(unit_id: int, day: date) -> str | None:
    return db.session.scalar(
        select(func.coalesce(UnitPeriod.short_name, UnitPeriod.name)).where(
            UnitPeriod.unit_id == unit_id, in_force(UnitPeriod, day)
        )
    )


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One thing done to a person's record: when, what, by whom (None: the system or a visitor)."""

    at: datetime
    action: str
    noun: str
    by: str | None
    fields: tuple[str, ...]


def changes_of(person_id: int, limit: int = 20) -> list[ChangeRow]:
    """Return the last things done to a person's record and memberships, the newest first."""
    about = select(AuditPersonal.sequence).where(AuditPersonal.person_id == person_id)
    who = aliased(Person)
    return [
        ChangeRow(
            event.at,
            event.action,
            event.noun,
            name or login,
            tuple(event.details.get("fields", ())),
        )
        for event, login, name in db.session.execute(
            select(AuditEvent, Account.login, who.full_name)
            .outerjoin(Account, Account.id == AuditEvent.account_id)
            .outerjoin(who, who.id == Account.person_id)
            .where(
                or_(
                    AuditEvent.sequence.in_(about),
                    and_(AuditEvent.noun == "people", AuditEvent.object_id == str(person_id)),
                )
            )
            .order_by(AuditEvent.sequence.desc())
            .limit(limit)
        )
    ]
