"""What the things are called of which events of the audit tell, as they are today."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from registry.domain.assignments import AssignmentRole
from registry.domain.audit.details import Thing
from registry.domain.decisions import paper_name
from registry.models.accounts import Account
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.cards import Card
from registry.models.coverage import VacancyReport
from registry.models.decisions import Decision
from registry.models.legal_bases import LegalBasis
from registry.models.memberships import Membership
from registry.models.outbox import OutboxMessage
from registry.models.people import Person
from registry.models.reorganisations import Reorganisation
from registry.models.rosters import Roster, RosterLine
from registry.models.signups import Signup
from registry.models.trainings import Attendance, Course, TrainingClass
from registry.queries.blocks import blocks
from registry.queries.units.names import last_listed_names


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a name is made of; the ids of a person and of units are turned into names."""

    person: int | None = None
    unit: int | None = None
    section: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How things of a noun are read, and what each row says."""

    question: Any
    parts: Callable[..., _Parts]


_KINDS: Mapping[str, _Kind] = {
    "accounts": _Kind(select(Account.id, Account.login), lambda login: _Parts(text=f"“{login}”")),
    "assignments": _Kind(
        select(
            Assignment.id,
            Assignment.person_id,
            Assignment.section_id,
            Assignment.unit_id,
            Assignment.role,
        ),
        lambda person, section, unit, role: _Parts(
            person, unit, section, AssignmentRole(role).label
        ),
    ),
    "attendances": _Kind(
        select(Attendance.id, Attendance.person_id, TrainingClass.name).join(
            TrainingClass, TrainingClass.id == Attendance.class_id
        ),
        lambda person, name: _Parts(person, text=f"lớp “{name}”"),
    ),
    "cards": _Kind(select(Card.id, Card.person_id), _Parts),
    "courses": _Kind(select(Course.id, Course.name), lambda name: _Parts(text=f"“{name}”")),
    "decisions": _Kind(
        select(Decision.id, Decision.kind, Decision.number),
        lambda kind, number: _Parts(text=paper_name(kind, number)),
    ),
    "legal_bases": _Kind(
        select(LegalBasis.id, LegalBasis.territory_id), lambda unit: _Parts(unit=unit)
    ),
    "memberships": _Kind(
        select(Membership.id, Membership.person_id, Membership.unit_id),
        _Parts,
    ),
    "outbox_messages": _Kind(
        select(OutboxMessage.id, OutboxMessage.subject),
        lambda subject: _Parts(text=f"“{subject}”"),
    ),
    "people": _Kind(select(Person.id, Person.full_name), lambda name: _Parts(text=name)),
    "reorganisations": _Kind(
        select(Reorganisation.id, Decision.kind, Decision.number).join(
            Decision, Decision.id == Reorganisation.decision_id
        ),
        lambda kind, number: _Parts(text=f"theo {paper_name(kind, number)}"),
    ),
    "roster_lines": _Kind(
        select(RosterLine.id, RosterLine.person_id, RosterLine.member_unit_id), _Parts
    ),
    "rosters": _Kind(
        select(Roster.id, Roster.number, Roster.unit_id),
        lambda number, unit: _Parts(unit=unit, text=f"số {number}"),
    ),
    "signups": _Kind(
        # Never by its code: that is all its sender has to show.
        select(Signup.id, Signup.id, Signup.unit_id),
        lambda number, unit: _Parts(unit=unit, text=f"số {number}"),
    ),
    "training_classes": _Kind(
        select(TrainingClass.id, TrainingClass.name), lambda name: _Parts(text=f"“{name}”")
    ),
    "vacancy_reports": _Kind(
        select(VacancyReport.id, VacancyReport.unit_id), lambda unit: _Parts(unit=unit)
    ),
}


def names_of(things: Iterable[Thing], today: date) -> dict[Thing, str]:
    """Return what things are called, by noun and id; what is gone or has no name is left out."""
    asked: dict[str, set[int]] = defaultdict(set)
    for noun, key in things:
        asked[noun].add(key)
    parts = {
        (noun, key): said
        for noun, kind in _KINDS.items()
        if noun in asked
        for key, said in _read(kind, asked[noun])
    }
    units = {one.unit for one in parts.values()} | {one.section for one in parts.values()}
    people = {one.person for one in parts.values()}
    unit_names = last_listed_names({*filter(None, units), *asked["units"]}, today)
    person_names = {
        key: said.text for key, said in _read(_KINDS["people"], set(filter(None, people)))
    }
    found = {thing: _joined(said, unit_names, person_names) for thing, said in parts.items()}
    return found | {("units", key): unit_names[key] for key in asked["units"] if key in unit_names}


def _read(kind: _Kind, keys: Iterable[int]) -> Iterable[tuple[int, _Parts]]:
    own_id = kind.question.selected_columns[0]
    for block in blocks(keys):
        for key, *values in db.session.execute(kind.question.where(own_id.in_(block))):
            yield key, kind.parts(*values)


def _joined(said: _Parts, units: Mapping[int, str], people: Mapping[int, str]) -> str:
    """Return "Đoàn Thị Thử, Đầu mối CĐS, UBND xã Bình Minh"."""
    person = people.get(said.person) if said.person else None
    section, unit = units.get(said.section or 0), units.get(said.unit or 0)
    return ", ".join(filter(None, (person, section, said.text, unit)))
