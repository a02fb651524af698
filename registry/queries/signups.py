"""Questions about self-registrations: units to join, what waits, who may be known already."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select

from registry.domain.clock import local_day
from registry.domain.offices import OfficeFunction
from registry.domain.people import NOTHING_KNOWN
from registry.domain.permissions import Scope
from registry.domain.signup_matching import Known, MatchWarning, find_matches
from registry.domain.signups import SignupState, takes_signups
from registry.domain.units.kinds import MEMBER_CATEGORIES, UnitKind
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.offices import Office
from registry.models.people import Person
from registry.models.signups import Signup
from registry.models.units import UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.person_periods import facts_on
from registry.queries.units.on_a_day import (
    UnitFound,
    UnitRow,
    in_force,
    in_scope_of,
    search,
    unit_on,
    units_by_id,
)

OPEN_SIGNUP_STATES = (SignupState.RECEIVED, SignupState.COMPLETION_ASKED)
_SEARCHED = 100
_OTHER_KINDS = tuple(kind for kind in MEMBER_CATEGORIES if kind is not UnitKind.COMMUNE)


def joinable_units(text: str, today: date, limit: int = 20) -> list[UnitFound]:
    """Find the units people may ask to join today, communes first; with or without accents."""
    found: list[UnitFound] = []
    for kinds in ((UnitKind.COMMUNE,), _OTHER_KINDS):
        found += [
            unit
            for unit in search(text, today, kinds=kinds, limit=_SEARCHED)
            if unit.row.takes_part
        ]
    return found[:limit]


def example_unit(today: date) -> str | None:
    """Return the name of a unit people may ask to join today, as they would type it: a ward's."""
    first = (
        select(func.coalesce(UnitPeriod.short_name, UnitPeriod.name))
        .where(
            UnitPeriod.kind == UnitKind.COMMUNE,
            UnitPeriod.takes_part,
            in_force(UnitPeriod, today),
        )
        .order_by(func.coalesce(UnitPeriod.designation, "") != "phường", UnitPeriod.sort_key)
        .limit(1)
    )
    return db.session.scalar(first)


def joinable_unit(unit_id: int, today: date) -> UnitRow | None:
    """Return a unit people may ask to join today, else None."""
    unit = unit_on(unit_id, today)
    if unit is None or not takes_signups(unit.kind, takes_part=unit.takes_part):
        return None
    return unit


def reviewing_office(path: str, today: date) -> UnitRow | None:
    """Return the office that reviews the unit with today's `path`, of the nearest territory."""
    above = [int(unit_id) for unit_id in path.strip("/").split("/")]
    offices = {
        office.territory_id: office.office_id
        for office in db.session.scalars(
            select(Office).where(
                Office.function == OfficeFunction.REVIEWING,
                Office.territory_id.in_(above),
                in_force(Office, today),
            )
        )
    }
    nearest = next((offices[unit_id] for unit_id in reversed(above) if unit_id in offices), None)
    return None if nearest is None else unit_on(nearest, today)


def signup_by_code(reference_code: str) -> Signup | None:
    """Return the request with this reference code, as stored."""
    return db.session.scalar(select(Signup).where(Signup.reference_code == reference_code))


def signup_by_submit_key(submit_key: str) -> Signup | None:
    """Return the request a form with this key made."""
    return db.session.scalar(select(Signup).where(Signup.submit_key == submit_key))


def signup_in_scope(signup_id: int, scope: Scope, today: date) -> Signup | None:
    """Return a request for a unit in `scope`, else None."""
    return db.session.scalar(
        select(Signup).where(Signup.id == signup_id, in_scope_of(scope, Signup.unit_id, today))
    )


def signups_in_scope(
    scope: Scope, today: date, state: SignupState, unit_id: int | None = None
) -> list[Signup]:
    """Return the requests in `state` for units in `scope`, or for one of them; the oldest first."""
    statement = select(Signup).where(
        Signup.state == state, in_scope_of(scope, Signup.unit_id, today)
    )
    if unit_id is not None:
        statement = statement.where(Signup.unit_id == unit_id)
    return list(db.session.scalars(statement.order_by(Signup.submitted_at, Signup.id)))


def is_to_receive(scope: Scope, today: date) -> ColumnElement[bool]:
    """Return the condition that a request for a unit in `scope` was not looked at yet."""
    return and_(Signup.state == SignupState.RECEIVED, in_scope_of(scope, Signup.unit_id, today))


def counts_by_state(scope: Scope, today: date) -> dict[SignupState, int]:
    """Return how many requests for units in `scope` are in each state; every state is there."""
    counts = dict.fromkeys(SignupState, 0)
    for state, count in db.session.execute(
        select(Signup.state, func.count())
        .where(in_scope_of(scope, Signup.unit_id, today))
        .group_by(Signup.state)
    ):
        counts[state] = count
    return counts


def count_open(scope: Scope, today: date) -> int:
    """Return how many requests for units in `scope` are not decided yet."""
    wanted = and_(Signup.state.in_(OPEN_SIGNUP_STATES), in_scope_of(scope, Signup.unit_id, today))
    return db.session.scalar(select(func.count()).select_from(Signup).where(wanted)) or 0


def units_of(signups: Iterable[Signup], today: date) -> dict[int, UnitRow]:
    """Return the units asked for, by id: as they are today, or were on the day of the request."""
    wanted = list(signups)
    units = units_by_id((signup.unit_id for signup in wanted), today)
    for signup in wanted:
        if signup.unit_id not in units:
            closed = unit_on(signup.unit_id, local_day(signup.submitted_at))
            if closed is not None:
                units[signup.unit_id] = closed
    return units


def warnings_of(
    signups: Sequence[Signup], scope: Scope, today: date
) -> dict[int, list[MatchWarning]]:
    """Return for each request, by id, why its person may be known already (today's members).

    People outside `scope` are told of, by telephone only, and not named.
    """
    people = _known_people(signups, scope, today)
    others = _other_requests(signups, scope, today)
    return {
        signup.id: find_matches(
            signup.full_name,
            signup.phone,
            [
                *(one.compared_with(signup) for one in people if one.may_be_who_asks(signup)),
                *(
                    _known_request(other, signup)
                    for other in others
                    if other.id != signup.id
                    and (other.unit_id == signup.unit_id or other.phone == signup.phone)
                ),
            ],
        )
        for signup in signups
    }


@dataclass(frozen=True, slots=True)
class _KnownPerson:
    """A person, his units of today, and whether the reviewer's scope reaches one of them."""

    person: Person
    unit_ids: frozenset[int]
    in_scope: bool

    def may_be_who_asks(self, signup: Signup) -> bool:
        return signup.unit_id in self.unit_ids or signup.phone == self.person.phone

    def compared_with(self, signup: Signup) -> Known:
        return Known(
            full_name=self.person.full_name,
            phone=self.person.phone,
            in_unit=signup.unit_id in self.unit_ids,
            person_id=self.person.id,
            may_be_named=self.in_scope,
        )


def _known_people(signups: Sequence[Signup], scope: Scope, today: date) -> list[_KnownPerson]:
    """Return the members today of the units asked for, and whoever has one of the telephones."""
    of_unit = select(Membership.person_id).where(
        Membership.unit_id.in_({signup.unit_id for signup in signups}),
        in_force(Membership, today),
    )
    rows = db.session.execute(
        select(Person, Membership.unit_id, in_scope_of(scope, Membership.unit_id, today))
        .outerjoin(Membership, and_(Membership.person_id == Person.id, in_force(Membership, today)))
        .where(or_(Person.id.in_(of_unit), Person.phone.in_({signup.phone for signup in signups})))
        .order_by(Person.sort_key, Person.id)
    ).all()
    units: dict[Person, set[int]] = defaultdict(set)
    reached: set[Person] = set()
    for person, unit_id, in_scope in rows:
        units[person].add(unit_id)
        if in_scope:
            reached.add(person)
    return [
        _KnownPerson(person, frozenset(unit_ids), person in reached)
        for person, unit_ids in units.items()
    ]


def _other_requests(signups: Sequence[Signup], scope: Scope, today: date) -> list[Signup]:
    """Return the open requests in scope for the same units or with the same telephones."""
    same_unit: ColumnElement[bool] = Signup.unit_id.in_({signup.unit_id for signup in signups})
    same_phone: ColumnElement[bool] = Signup.phone.in_({signup.phone for signup in signups})
    return list(
        db.session.scalars(
            select(Signup)
            .where(
                Signup.state.in_(OPEN_SIGNUP_STATES),
                or_(same_unit, same_phone),
                in_scope_of(scope, Signup.unit_id, today),
            )
            .order_by(Signup.submitted_at, Signup.id)
        )
    )


def _known_request(other: Signup, signup: Signup) -> Known:
    return Known(
        full_name=other.full_name,
        phone=other.phone,
        in_unit=other.unit_id == signup.unit_id,
        reference_code=other.reference_code,
    )


@dataclass(frozen=True, slots=True)
class PossiblePerson:
    """A person the request may be attached to, with his title and units of today.

    The main unit comes first.
    """

    person: Person
    job_title: str | None
    units: tuple[UnitRow, ...]

    @property
    def label(self) -> str:
        """The name and the main unit; a unit that closed lately has none today."""
        unit = f" – {self.units[0].located_name}" if self.units else ""
        return f"{self.person.full_name}{unit}"


def possible_people(
    warnings: Iterable[MatchWarning], scope: Scope, today: date
) -> list[PossiblePerson]:
    """Return the people the warnings name, in their order, who are today in `scope`."""
    person_ids = list(
        dict.fromkeys(warning.person_id for warning in warnings if warning.person_id is not None)
    )
    unit_ids: Mapping[int, list[int]] = defaultdict(list)
    people: dict[int, Person] = {}
    for person, unit_id in db.session.execute(
        select(Person, Membership.unit_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.id.in_(person_ids),
            in_force(Membership, today),
            in_scope_of(scope, Membership.unit_id, today),
        )
        .order_by(Membership.is_main.desc(), Membership.id)
    ):
        people[person.id] = person
        unit_ids[person.id].append(unit_id)
    units = units_by_id((unit_id for ids in unit_ids.values() for unit_id in ids), today)
    facts = facts_on(people, today)
    return [
        PossiblePerson(
            people[person_id],
            facts.get(person_id, NOTHING_KNOWN).job_title,
            tuple(units[unit_id] for unit_id in unit_ids[person_id] if unit_id in units),
        )
        for person_id in person_ids
        if person_id in people
    ]


def open_signups_of(unit_ids: Iterable[int]) -> list[Signup]:
    """Return the requests at these units that are not decided yet."""
    found: list[Signup] = []
    for block in blocks(unit_ids):
        found += db.session.scalars(
            select(Signup)
            .where(Signup.unit_id.in_(block), Signup.state.in_(OPEN_SIGNUP_STATES))
            .order_by(Signup.id)
        ).all()
    return found
