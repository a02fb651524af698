"""Questions about people: who may be seen, what is known of one, who may be meant twice."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import aliased

from registry.domain.memberships import role_title
from registry.domain.name_likeness import likeness_words, why_similar
from registry.domain.people import NOTHING_KNOWN, PersonFacts
from registry.domain.permissions import Scope
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
from registry.models.people import Person, PersonPeriod
from registry.models.units import UnitPath, UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.memberships import approved_lines
from registry.queries.paging import Page, Window, page_of, page_of_rows
from registry.queries.person_periods import facts_on, said_of
from registry.queries.units.names import listed_name
from registry.queries.units.on_a_day import in_force, in_scope_of, under

MOST_SIMILAR = 10


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What narrows a list of people: words of the name, a subtree, the approval, a lack."""

    text: str = field(default="", repr=False)
    prefix: str | None = None
    approved: bool | None = None
    without_phone: bool = False


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
    """A person in a list, as on the day asked, with those of his units the reader may see.

    The main one comes first. What is not dated is told of who is in the reader's scope today only.
    """

    id: int
    full_name: str = field(repr=False)
    birth_year: int | None
    phone: str | None = field(repr=False)
    email: str | None = field(repr=False)
    facts: PersonFacts
    units: tuple[PersonUnit, ...]


def people(
    scope: Scope, day: date, today: date, wanted: PeopleFilter, window: Window
) -> Page[PersonRow]:
    """Return one page of the people who on `day` belong to a unit in `scope`, by given name.

    Where a name is searched, those it fits accents and all come first. `today` is the day for
    which the rights are asked.
    """
    belongs = fits(scope, day, today, wanted)
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
    return page.with_rows(_rows(page.rows, scope, day, today))


def all_people(scope: Scope, day: date, today: date, wanted: PeopleFilter) -> list[PersonRow]:
    """Return all whom the pages of `people` show, in the same order."""
    belongs = fits(scope, day, today, wanted)
    if wanted.text.strip():
        ids = _searched(wanted.text, belongs)
    else:
        ids = list(db.session.scalars(_by_name(belongs)))
    return _rows(ids, scope, day, today)


def _by_name(belongs: ColumnElement[bool]) -> Select[int]:
    return select(Person.id).where(belongs).order_by(Person.sort_key, Person.id)


def _in_scope_on(scope: Scope, day: date, today: date) -> ColumnElement[bool]:
    return and_(in_force(Membership, day), in_scope_of(scope, Membership.unit_id, today))


def fits(scope: Scope, day: date, today: date, wanted: PeopleFilter) -> ColumnElement[bool]:
    """Return the condition, but for the words of the name, that a person is on the list."""
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
    belongs = membership.exists()
    if not wanted.without_phone:
        return belongs
    return and_(belongs, Person.phone.is_(None), _is_member_today(scope, today))


def _is_member_today(scope: Scope, today: date) -> ColumnElement[bool]:
    """Say of a `Person` that he is today a member of a unit in `scope`."""
    membership = select(Membership.id).where(
        Membership.person_id == Person.id, _in_scope_on(scope, today, today)
    )
    return membership.correlate(Person).exists()


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


def _rows(ids: Sequence[int], scope: Scope, day: date, today: date) -> list[PersonRow]:
    rows: dict[int, PersonRow] = {}
    visible, is_here = _in_scope_on(scope, day, today), _is_member_today(scope, today)
    for block in blocks(ids):
        units = _units_of(block, visible, day)
        facts = facts_on(block, day)
        for person, here in db.session.execute(
            select(Person, case((is_here, 1), else_=0)).where(Person.id.in_(block))
        ):
            rows[person.id] = PersonRow(
                id=person.id,
                full_name=person.full_name,
                birth_year=person.birth_year if here else None,
                phone=person.phone if here else None,
                email=person.email if here else None,
                facts=facts.get(person.id, NOTHING_KNOWN),
                units=tuple(units.get(person.id, ())),
            )
    return [rows[person_id] for person_id in ids if person_id in rows]


def _units_of(
    person_ids: Iterable[int], visible: ColumnElement[bool], day: date
) -> dict[int, list[PersonUnit]]:
    found: dict[int, list[PersonUnit]] = {}
    for person_id, membership, name, kind, approved in db.session.execute(
        select(
            Person.id,
            Membership,
            listed_name(UnitPeriod, day),
            UnitPeriod.kind,
            Membership.line_id.in_(approved_lines(day)),
        )
        .join(UnitPeriod, and_(UnitPeriod.unit_id == Membership.unit_id, in_force(UnitPeriod, day)))
        .join(Person, Person.id == Membership.person_id)
        .where(Person.id.in_(person_ids), visible)
        .order_by(Membership.is_main.desc(), Membership.id)
    ):
        found.setdefault(person_id, []).append(
            PersonUnit(
                membership.unit_id,
                name,
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


def phones_of(person_ids: Iterable[int | None], scope: Scope, today: date) -> dict[int, str]:
    """Return the telephones of those of the people who are in `scope` today; 500 in a SELECT."""
    found: dict[int, str] = {}
    for block in blocks(one for one in person_ids if one is not None):
        rows = db.session.execute(
            select(Person.id, Person.phone).where(
                Person.id.in_(block), _is_member_today(scope, today)
            )
        )
        found.update((person_id, phone) for person_id, phone in rows if phone)
    return found


def last_seen(person_ids: Iterable[int], scope: Scope, day: date, today: date) -> dict[int, date]:
    """Return the last day up to `day` on which each person was a member of a unit in `scope`.

    That is `day` itself for who is one then; who never was is left out. `today` is the day for
    which the rights are asked. One SELECT for each 500.
    """
    found: dict[int, date] = {}
    for block in blocks(person_ids):
        for person_id, ended in db.session.execute(
            select(Membership.person_id, Membership.valid_to).where(
                Membership.person_id.in_(block),
                Membership.valid_from <= day,
                in_scope_of(scope, Membership.unit_id, today),
            )
        ):
            last = day if ended is None or ended > day else ended - timedelta(days=1)
            if person_id is not None:
                found[person_id] = max(last, found.get(person_id, last))
    return found


def is_within_reach(person_id: int, scope: Scope, today: date) -> bool:
    """Tell whether a person is `within_reach`: who left may come back to a unit that knows him."""
    wanted = select(Person.id).where(Person.id == person_id, within_reach(Person, scope, today))
    return db.session.scalar(wanted) is not None


def within_reach(person: type[Person], scope: Scope, today: date) -> ColumnElement[bool]:
    """Say of a `person` that he is in `scope` today, or left it and belongs nowhere now."""
    if scope.everything:
        return true()
    return (
        select(Membership.id)
        .where(
            Membership.person_id == person.id,
            or_(_in_scope_on(scope, today, today), _left(scope, today)),
        )
        .correlate(person)
        .exists()
    )


def _left(scope: Scope, today: date) -> ColumnElement[bool]:
    """Say that a `Membership` in `scope` has ended, and was the last: none goes on or ended later.

    What a unit after it wrote of the person is no business of the one before.
    """
    later = aliased(Membership)
    went_on = (
        select(later.id)
        .where(
            later.person_id == Membership.person_id,
            or_(later.valid_to.is_(None), later.valid_to > Membership.valid_to),
        )
        .correlate(Membership)
        .exists()
    )
    ended = and_(Membership.valid_to <= today, ~went_on)
    return and_(ended, in_scope_of(scope, Membership.unit_id, today))


def person_by_citizen_id_index(indexes: Collection[str]) -> Person | None:
    """Return the person whose citizen number has this keyed hash."""
    return db.session.scalar(select(Person).where(Person.citizen_id_index.in_(indexes)))


def people_with_number_waiting() -> list[Person]:
    """Return those whose citizen number was kept without being found by it: another bears it."""
    wanted = and_(Person.citizen_id_encrypted.is_not(None), Person.citizen_id_index.is_(None))
    return list(db.session.scalars(select(Person).where(wanted).order_by(Person.id)))


@dataclass(frozen=True, slots=True)
class Likeness:
    """A person who may be the one about to be registered.

    The title is that of today. `similar` says why a name that is not the same may be his.
    """

    person: Person
    job_title: str | None
    unit_name: str | None
    same_phone: bool
    similar: str | None = None


def look_alikes(
    full_name: str, birth_year: int | None, phone: str | None, scope: Scope, today: date
) -> list[Likeness]:
    """Return people with the same phone, or a name that may be the same and no other birth year.

    Among them those who left a unit of `scope` and are members nowhere now. The same telephone
    first, then the same folded name, then at most `MOST_SIMILAR` similar ones. Of people outside
    `scope` nothing is told. `phone` is E.164.
    """
    alike = [_may_be_called(full_name)]
    if birth_year is not None:
        alike.append(or_(Person.birth_year.is_(None), Person.birth_year == birth_year))
    same_phone = Person.phone == phone if phone else false()
    seen: dict[int, tuple[Person, str | None, str | None]] = {}
    for person, job_title, unit_name, has_left in db.session.execute(
        select(
            Person,
            PersonPeriod.job_title,
            listed_name(UnitPeriod, today),
            case((Membership.valid_to <= today, 1)),
        )
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(PersonPeriod, said_of(Person.id, today))
        .outerjoin(
            UnitPeriod, and_(UnitPeriod.unit_id == Membership.unit_id, in_force(UnitPeriod, today))
        )
        .where(
            or_(same_phone, and_(*alike)),
            or_(_in_scope_on(scope, today, today), _left(scope, today)),
        )
        .order_by(
            *(Person.sort_key, Person.id),
            *(Membership.is_main.desc(), Membership.valid_from.desc(), Membership.id),
        )
    ):
        known_as = f"{unit_name or ''} (đã thôi tham gia)".strip() if has_left else unit_name
        seen.setdefault(person.id, (person, job_title, known_as))
    with_phone, same_name, similar = [], [], []
    for person, title, unit in seen.values():
        if phone is not None and person.phone == phone:
            with_phone.append(Likeness(person, title, unit, same_phone=True))
        elif person.search_key == search_key(full_name):
            same_name.append(Likeness(person, title, unit, same_phone=False))
        elif why := why_similar(full_name, person.full_name):
            similar.append(Likeness(person, title, unit, same_phone=False, similar=why))
    return [*with_phone, *same_name, *similar[:MOST_SIMILAR]]


def _may_be_called(full_name: str) -> ColumnElement[bool]:
    """Return the condition that a name has the first and the last word of `full_name`.

    All that `why_similar` finds but slips of typing has them, in whatever order; it has the word.
    Of the first an initial is enough.
    """
    words = likeness_words(full_name)
    if not words:
        return false()
    padded = " " + func.replace(Person.search_key, "y", "i") + " "
    first, last = words[0], words[-1]
    # Of two family names one may be an initial: "Đ. Quý Thức".
    initialled = padded.startswith(f" {first[0]} " if len(first) > 1 else f" {first}")
    return and_(or_(padded.contains(f" {first} "), initialled), padded.contains(f" {last} "))


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One thing done to a person's record: when, what, by whom (None: the system or a visitor)."""

    at: datetime
    action: str
    noun: str
    by: str | None
    fields: tuple[str, ...]


def changes_of(person_id: int, scope: Scope, today: date, limit: int = 20) -> list[ChangeRow]:
    """Return the last things done to a person's record and memberships, the newest first.

    Those done for a unit outside `scope`, asked for `today`, are left out.
    """
    about = select(AuditPersonal.sequence).where(AuditPersonal.person_id == person_id)
    who = aliased(Person)
    return [
        ChangeRow(
            event.at,
            event.action,
            event.noun,
            name or login,
            _fields_told(event.details),
        )
        for event, login, name in db.session.execute(
            select(AuditEvent, Account.login, who.full_name)
            .outerjoin(Account, Account.id == AuditEvent.account_id)
            .outerjoin(who, who.id == Account.person_id)
            .where(
                or_(
                    AuditEvent.sequence.in_(about),
                    and_(AuditEvent.noun == "people", AuditEvent.object_id == str(person_id)),
                ),
                or_(
                    AuditEvent.unit_id.is_(None),
                    in_scope_of(scope, AuditEvent.unit_id, today),
                ),
            )
            .order_by(AuditEvent.sequence.desc())
            .limit(limit)
        )
    ]


def _fields_told(details: object) -> tuple[str, ...]:
    told = details.get("fields") if isinstance(details, Mapping) else None
    return tuple(map(str, told)) if isinstance(told, list) else ()
