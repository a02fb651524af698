"""Load the invented people of `seeds/demo` beside the reference data, once.

What is written does not depend on the day it is loaded: the same facts every time, but for the
passwords. Commands call it and act as the system: there is no permission to load seeds.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.audit.deeds import Deed
from registry.domain.clock import LOCAL_ZONE, Moment
from registry.domain.decisions import DecisionKind
from registry.domain.errors import Conflict
from registry.domain.memberships import MemberRole
from registry.domain.people import ContractType, EducationLevel
from registry.domain.permissions import Actor
from registry.domain.signups import SignupState, notice_on
from registry.domain.trainings import TrainingMode, TrainingResult
from registry.domain.typed_codes import CODE_BYTES, code_of, grouped
from registry.domain.vietnamese.names import name_sort_key, normalise_name, search_key
from registry.formats.phone_numbers import parse_phone
from registry.formats.sqlite_file import Row, read_csv_folder
from registry.models.assignments import Assignment
from registry.models.base import Model, db
from registry.models.decisions import Decision
from registry.models.memberships import Membership
from registry.models.parameters import Parameter
from registry.models.people import Person, PersonPeriod
from registry.models.signups import Signup
from registry.models.trainings import Attendance, Course, TrainingClass
from registry.models.units import UnitContact
from registry.queries.parameters import DEMO, is_demo, reference_first_day
from registry.queries.seeding import has_people, topics_by_code
from registry.queries.units.checks import unit_ids_by_code
from registry.services.audit import Event, record
from registry.services.decisions import RecordDecision, checked_decision
from registry.services.one_at_a_time import one_at_a_time
from registry.services.seeds.demo_accounts import (
    add_accounts,
    make_logins,
    read_logins,
    renew_passwords,
)
from registry.services.seeds.demo_rosters import DemoFacts, add_rosters
from registry.services.seeds.files import DEMO_FILES, day, day_or_none, flag, text
from registry.services.seeds.reference import SEEDS, Loaded, known_unit, load_units, record_loaded

_KEYS = uuid.UUID("6f1b8a5e-4660-5c24-8e06-202406240000")


@dataclass(slots=True)
class _Book:
    """What was written so far, by the keys of the seed files."""

    known_from: date
    codes: Mapping[str, int]
    people: dict[str, Person] = field(default_factory=dict)
    periods: dict[str, PersonPeriod] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    memberships: dict[tuple[str, str], Membership] = field(default_factory=dict)

    @property
    def began(self) -> datetime:
        """The instant from which the demo's records are dated."""
        return _local(self.known_from, 8)


@one_at_a_time
def seed_demo(
    actor: Actor, moment: Moment, home: Path, folder: Path = SEEDS / "demo"
) -> list[Loaded]:
    """Load the invented people, papers and accounts; return what was added, file by file.

    Once they are there nothing is changed, except that lost passwords are made anew.
    Raises Conflict when the registry holds real people, or no units yet.
    """
    files = read_csv_folder(folder, DEMO_FILES)
    if is_demo():
        return _loaded_before(actor, files["accounts"], moment, home)
    known_from = reference_first_day()
    if known_from is None:
        raise Conflict("Chưa có dữ liệu gốc. Chạy “flask init” trước.")
    if has_people():
        raise Conflict(
            "Sổ này đã có người thật nên không nạp dữ liệu dùng thử. "
            "Dùng thư mục REGISTRY_HOME và cơ sở dữ liệu khác cho bản dùng thử."
        )
    loaded = [load_units(files["units"], known_from)]
    book = _Book(known_from, unit_ids_by_code(known_from))
    _add_people(files["people"], book)
    _add_memberships(files["memberships"], book)
    _add_periods(files["people"], files["memberships"], book)
    _add_decisions(files["decisions"], book, moment.day)
    _add_all([_contact(row, book) for row in files["unit_contacts"]])
    _add_all([_assignment(row, book) for row in files["assignments"]])
    classes = _add_classes(files["trainings"], book)
    _add_all([_attendance(row, classes, book) for row in files["attendances"]])
    _add_all([_signup(row, book) for row in files["signups"]])
    logins = make_logins(home, files["accounts"])
    accounts = add_accounts(files["accounts"], logins, book.people, book.codes, book.began)
    facts = DemoFacts(
        book.codes,
        book.people,
        book.periods,
        book.memberships,
        book.decisions,
        list(accounts.values()),
    )
    add_rosters(files["rosters"], facts)
    db.session.add(Parameter(name=DEMO, value="1"))
    db.session.flush()
    loaded += [Loaded(noun, len(files[noun]), 0) for noun in DEMO_FILES if noun != "units"]
    record_loaded(actor, loaded, moment)
    return loaded


def _loaded_before(
    actor: Actor, accounts: Sequence[Row], moment: Moment, home: Path
) -> list[Loaded]:
    if not read_logins(home):
        renewed = renew_passwords(make_logins(home, accounts))
        details = {"rows": renewed}
        record(actor, Event(Deed.SEED_RENEW_PASSWORDS, "accounts", None, details=details), moment)
        return [Loaded("accounts", renewed, 0)]
    return []


def _local(local_day: date, hour: int) -> datetime:
    return datetime.combine(local_day, time(hour), tzinfo=LOCAL_ZONE)


def _key(*parts: str) -> str:
    """Return a random-looking key that is the same at every loading."""
    return uuid.uuid5(_KEYS, "/".join(parts)).hex


def _add_all(rows: Sequence[Model]) -> None:
    db.session.add_all(rows)
    db.session.flush()


def _contact(row: Row, book: _Book) -> UnitContact:
    return UnitContact(
        unit_id=known_unit(text(row, "unit"), book.codes),
        phone=parse_phone(text(row, "phone")) if row["phone"] else None,
        email=row["email"],
        address=row["address"],
        head_title=row["head_title"],
    )


def _add_people(rows: Sequence[Row], book: _Book) -> None:
    book.people = {text(row, "key"): _person(row, book.began) for row in rows}
    _add_all(list(book.people.values()))


def _person(row: Row, created_at: datetime) -> Person:
    name = normalise_name(text(row, "full_name"))
    return Person(
        full_name=name,
        search_key=search_key(name),
        sort_key=name_sort_key(name),
        birth_year=int(text(row, "birth_year")) if row["birth_year"] else None,
        phone=parse_phone(text(row, "phone")) if row["phone"] else None,
        email=row["email"],
        created_at=created_at,
    )


def _add_periods(people: Sequence[Row], memberships: Sequence[Row], book: _Book) -> None:
    """Add what each person is by occupation, since the first membership, else the first day."""
    joined: dict[str, date] = {}
    for row in memberships:
        key, since = text(row, "person"), day(row, "valid_from")
        joined[key] = min(since, joined.get(key, since))
    book.periods = {
        key: _period(row, book.people[key], joined.get(key, book.known_from))
        for row in people
        for key in [text(row, "key")]
    }
    _add_all(list(book.periods.values()))


def _period(row: Row, person: Person, since: date) -> PersonPeriod:
    education, contract = row["education_level"], row["contract_type"]
    return PersonPeriod(
        person_id=person.id,
        job_title=row["job_title"],
        education_level=EducationLevel(education) if education else None,
        it_major=flag(row, "it_major"),
        contract_type=ContractType(contract) if contract else None,
        is_manager=flag(row, "is_manager"),
        valid_from=since,
    )


def _add_memberships(rows: Sequence[Row], book: _Book) -> None:
    for row in rows:
        person, unit = text(row, "person"), text(row, "unit")
        book.memberships[person, unit] = Membership(
            line_id=_key("membership", person, unit),
            person_id=book.people[person].id,
            unit_id=known_unit(unit, book.codes),
            role=MemberRole(text(row, "role")),
            organisation=row["organisation"],
            is_main=flag(row, "is_main"),
            valid_from=day(row, "valid_from"),
        )
    _add_all(list(book.memberships.values()))


def _paper(row: Row, book: _Book) -> RecordDecision:
    return RecordDecision(
        unit_id=known_unit(text(row, "unit"), book.codes),
        number=text(row, "number"),
        kind=DecisionKind(text(row, "kind")),
        issued_on=day_or_none(row, "issued_on"),
        issuer=row["issuer"],
        signer=row["signer"],
        signer_form=row["signer_form"],
        effective_from=day_or_none(row, "effective_from"),
    )


def _add_decisions(rows: Sequence[Row], book: _Book, today: date) -> None:
    book.decisions = {text(row, "key"): checked_decision(_paper(row, book), today) for row in rows}
    _add_all(list(book.decisions.values()))


def _assignment(row: Row, book: _Book) -> Assignment:
    """Make an assignment; without a decision it is one that waits for its decision."""
    person, section, decision = row["person"], row["section"], row["decision"]
    unit, role = text(row, "unit"), text(row, "role")
    return Assignment(
        line_id=_key("assignment", person or section or "", unit, role),
        person_id=book.people[person].id if person else None,
        section_id=known_unit(section, book.codes) if section else None,
        unit_id=known_unit(unit, book.codes),
        role=AssignmentRole(role),
        duty=Duty(text(row, "duty")),
        concurrent_fields=row["concurrent_fields"],
        decision_id=book.decisions[decision].id if decision else None,
        valid_from=day(row, "valid_from"),
    )


def _add_classes(rows: Sequence[Row], book: _Book) -> dict[str, TrainingClass]:
    topics = topics_by_code()
    courses: dict[str, Course] = {}
    classes = {}
    for row in rows:
        name = text(row, "course")
        taught = [topics[code] for code in text(row, "topics").split(";")]
        classes[text(row, "key")] = TrainingClass(
            course=courses.setdefault(name, Course(name=name, topics=taught)),
            name=text(row, "name"),
            starts_on=day(row, "starts_on"),
            ends_on=day(row, "ends_on"),
            place=row["place"],
            mode=TrainingMode(text(row, "mode")),
            organiser_id=known_unit(text(row, "organiser"), book.codes),
        )
    _add_all(list(classes.values()))
    return classes


def _attendance(row: Row, classes: Mapping[str, TrainingClass], book: _Book) -> Attendance:
    """Make an attendance; it counts for the person's main unit on the first day."""
    person, training_class = text(row, "person"), classes[text(row, "training")]
    main = next(
        membership
        for (key, _), membership in book.memberships.items()
        if key == person
        and membership.is_main
        and membership.valid_from <= training_class.starts_on
    )
    return Attendance(
        class_id=training_class.id,
        person_id=book.people[person].id,
        unit_id=main.unit_id,
        hours=Decimal(text(row, "hours")) if row["hours"] else None,
        score=Decimal(text(row, "score")) if row["score"] else None,
        result=TrainingResult(text(row, "result")),
    )


def _signup(row: Row, book: _Book) -> Signup:
    key, name = text(row, "key"), normalise_name(text(row, "full_name"))
    return Signup(
        reference_code=grouped(code_of(bytes.fromhex(_key("signup", key))[:CODE_BYTES])),
        submit_key=_key("submit", key),
        unit_id=known_unit(text(row, "unit"), book.codes),
        full_name=name,
        search_key=search_key(name),
        job_title=text(row, "job_title"),
        phone=parse_phone(text(row, "phone")),
        email=row["email"],
        notice_version=notice_on(day(row, "submitted_on")).version,
        submitted_at=_local(day(row, "submitted_on"), 9),
        state=SignupState.RECEIVED,
    )
