"""Questions about training: classes, who attended, and what one person has attended."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, or_, select

from registry.domain.permissions import Scope
from registry.domain.trainings import TrainingMode, TrainingResult
from registry.domain.vietnamese.names import query_words, text_sort_key
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person, PersonPeriod
from registry.models.trainings import Attendance, Course, Topic, TrainingClass
from registry.queries.person_periods import said_of
from registry.queries.units.on_a_day import UnitRow, in_force, in_scope_of, units_by_id

MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class in a list, with how many people of the scope attended."""

    id: int
    course: str
    name: str
    starts_on: date
    ends_on: date
    place: str | None
    mode: TrainingMode
    organiser_id: int
    attendees: int


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """A person who attended and the unit it counts for, as both were when the class began."""

    id: int
    person_id: int
    full_name: str
    job_title: str | None
    unit_id: int
    unit_name: str
    hours: Decimal | None
    score: Decimal | None
    result: TrainingResult
    version: int


@dataclass(frozen=True, slots=True)
class AttendedClass:
    """A class a person attended, with the unit held that day."""

    class_id: int
    unit_id: int
    course: str
    name: str
    starts_on: date
    ends_on: date
    unit_name: str
    hours: Decimal | None
    score: Decimal | None
    result: TrainingResult


@dataclass(frozen=True, slots=True)
class PossibleAttendee:
    """A person who can be recorded as attendee: main unit and title of the class's first day."""

    person_id: int
    full_name: str
    job_title: str | None
    unit_name: str


def all_topics() -> list[Topic]:
    """Return the catalogue of topics by name."""
    return sorted(db.session.scalars(select(Topic)), key=lambda topic: text_sort_key(topic.name))


def course_by_name(name: str) -> Course | None:
    """Return the course of this name."""
    return db.session.scalar(select(Course).where(Course.name == name))


def course_names() -> list[str]:
    """Return the names of all courses, for suggestion."""
    return sorted(db.session.scalars(select(Course.name)), key=text_sort_key)


def topics_with_codes(codes: list[str]) -> list[Topic]:
    """Return the topics with these codes."""
    return list(db.session.scalars(select(Topic).where(Topic.code.in_(codes)).order_by(Topic.code)))


def same_class(
    course_id: int, name: str, starts_on: date, organiser_id: int
) -> TrainingClass | None:
    """Return the class of a course with this name and first day that a unit organised."""
    return db.session.scalar(
        select(TrainingClass).where(
            TrainingClass.course_id == course_id,
            TrainingClass.name == name,
            TrainingClass.starts_on == starts_on,
            TrainingClass.organiser_id == organiser_id,
        )
    )


def is_without_attendance(scope: Scope, today: date) -> ColumnElement[bool]:
    """Return the condition that a class of the scope has ended and nobody is recorded for it."""
    attended = select(Attendance.id).where(Attendance.class_id == TrainingClass.id)
    return and_(
        TrainingClass.ends_on < today,
        ~attended.correlate(TrainingClass).exists(),
        in_scope_of(scope, TrainingClass.organiser_id, today),
    )


def classes(
    scope: Scope,
    today: date,
    class_id: int | None = None,
    *,
    only_without_attendance: bool = False,
) -> list[ClassRow]:
    """Return the classes that the scope organised or somebody of it attended, the newest first.

    `only_without_attendance` leaves those that have ended with nobody recorded for them.
    """
    attended = (
        select(func.count(Attendance.id))
        .where(
            Attendance.class_id == TrainingClass.id,
            in_scope_of(scope, Attendance.unit_id, today),
        )
        .correlate(TrainingClass)
        .scalar_subquery()
    )
    statement = (
        select(TrainingClass, Course.name, attended)
        .join(Course, Course.id == TrainingClass.course_id)
        .where(or_(in_scope_of(scope, TrainingClass.organiser_id, today), attended > 0))
        .order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())
    )
    if class_id is not None:
        statement = statement.where(TrainingClass.id == class_id)
    if only_without_attendance:
        statement = statement.where(is_without_attendance(scope, today))
    return [
        ClassRow(
            id=row.id,
            course=course,
            name=row.name,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            place=row.place,
            mode=row.mode,
            organiser_id=row.organiser_id,
            attendees=count,
        )
        for row, course, count in db.session.execute(statement)
    ]


def attendances_of_class(
    class_id: int, starts_on: date, scope: Scope, today: date
) -> list[AttendanceRow]:
    """Return who of the scope attended a class, by given name."""
    rows = db.session.execute(
        select(Attendance, Person, PersonPeriod.job_title)
        .join(Person, Person.id == Attendance.person_id)
        .outerjoin(PersonPeriod, said_of(Person.id, starts_on))
        .where(Attendance.class_id == class_id, in_scope_of(scope, Attendance.unit_id, today))
        .order_by(Person.sort_key, Person.id)
    ).all()
    units = units_by_id((attendance.unit_id for attendance, *_ in rows), starts_on)
    return [
        AttendanceRow(
            id=attendance.id,
            person_id=person.id,
            full_name=person.full_name,
            job_title=job_title,
            unit_id=attendance.unit_id,
            unit_name=_listed(units.get(attendance.unit_id)),
            hours=attendance.hours,
            score=attendance.score,
            result=attendance.result,
            version=attendance.version,
        )
        for attendance, person, job_title in rows
    ]


def class_of(class_id: int, scope: Scope, today: date) -> TrainingClass | None:
    """Return a class that the scope organised."""
    return db.session.scalar(
        select(TrainingClass).where(
            TrainingClass.id == class_id, in_scope_of(scope, TrainingClass.organiser_id, today)
        )
    )


def attendance_in(
    class_id: int, attendance_id: int, scope: Scope, today: date
) -> Attendance | None:
    """Return an attendance of a class, when it counts for a unit of the scope."""
    return db.session.scalar(
        select(Attendance).where(
            Attendance.id == attendance_id,
            Attendance.class_id == class_id,
            in_scope_of(scope, Attendance.unit_id, today),
        )
    )


def attended_by(person_id: int) -> list[AttendedClass]:
    """Return the classes a person attended, the newest first, each with the unit held that day."""
    rows = db.session.execute(
        select(Attendance, TrainingClass, Course.name)
        .join(TrainingClass, TrainingClass.id == Attendance.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .where(Attendance.person_id == person_id)
        .order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())
    ).all()
    found = []
    for attendance, training_class, course in rows:
        unit = units_by_id([attendance.unit_id], training_class.starts_on).get(attendance.unit_id)
        found.append(
            AttendedClass(
                class_id=training_class.id,
                unit_id=attendance.unit_id,
                course=course,
                name=training_class.name,
                starts_on=training_class.starts_on,
                ends_on=training_class.ends_on,
                unit_name=_listed(unit),
                hours=attendance.hours,
                score=attendance.score,
                result=attendance.result,
            )
        )
    return found


def possible_attendees(
    text: str, training_class: TrainingClass, scope: Scope, today: date
) -> list[PossibleAttendee]:
    """Return people of the scope whose name answers to `text` and who are not recorded yet.

    They come by given name.

    The unit is the main one on the class's first day; who had none then cannot be recorded.
    """
    words = query_words(text)
    if not words:
        return []
    recorded = select(Attendance.person_id).where(Attendance.class_id == training_class.id)
    statement = (
        select(Person, PersonPeriod.job_title, Membership.unit_id)
        .join(Membership, Membership.person_id == Person.id)
        .outerjoin(PersonPeriod, said_of(Person.id, training_class.starts_on))
        .where(
            Membership.is_main,
            in_force(Membership, training_class.starts_on),
            in_scope_of(scope, Membership.unit_id, today),
            Person.id.not_in(recorded),
            *((" " + Person.search_key).contains(f" {word}", autoescape=True) for word in words),
        )
        .order_by(Person.sort_key, Person.id)
        .limit(MOST_FOUND)
    )
    rows = db.session.execute(statement).all()
    units = units_by_id((unit_id for *_, unit_id in rows), training_class.starts_on)
    return [
        PossibleAttendee(
            person_id=person.id,
            full_name=person.full_name,
            job_title=job_title,
            unit_name=_listed(units.get(unit_id)),
        )
        for person, job_title, unit_id in rows
    ]


def attendance_of(class_id: int, person_id: int) -> Attendance | None:
    """Return a person's attendance of a class."""
    return db.session.scalar(
        select(Attendance).where(Attendance.class_id == class_id, Attendance.person_id == person_id)
    )


def _listed(unit: UnitRow | None) -> str:
    return f"{unit.shown_name}{unit.place}" if unit else ""
