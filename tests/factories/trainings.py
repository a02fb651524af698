"""Makers of classes and of who attended them."""

from datetime import date

from registry.domain.trainings import TrainingMode, TrainingResult
from registry.models.base import db
from registry.models.people import Person
from registry.models.trainings import Attendance, Course, TrainingClass
from registry.models.units import Unit

HELD_ON = date(2024, 6, 12)


def make_class(organiser: Unit, name: str = "Lớp 01") -> TrainingClass:
    """Make a class of one day, of a course of its own."""
    made = TrainingClass(
        course=Course(name=f"Kỹ năng số của {organiser.id}, {name}"),
        name=name,
        starts_on=HELD_ON,
        ends_on=HELD_ON,
        mode=TrainingMode.IN_PERSON,
        organiser_id=organiser.id,
    )
    db.session.add(made)
    db.session.flush()
    return made


def make_attendance(class_id: int, person: Person, unit: Unit) -> Attendance:
    """Record that a person attended a class for a unit."""
    row = Attendance(
        class_id=class_id, person_id=person.id, unit_id=unit.id, result=TrainingResult.COMPLETED
    )
    db.session.add(row)
    db.session.flush()
    return row
