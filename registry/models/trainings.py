"""Courses, classes and who attended."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.domain.trainings import TrainingMode, TrainingResult
from registry.models.base import Model, PrimaryKey, Versioned, choice
from registry.models.people import Person


class Topic(Model):
    """A training topic of the catalogue."""

    __tablename__ = "topics"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class CourseTopic(Model):
    """A course covers a topic."""

    __tablename__ = "course_topics"

    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topics.id"), primary_key=True)


class Course(Model):
    """What is taught; classes are its sessions."""

    __tablename__ = "courses"

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(unique=True)

    topics: Mapped[list[Topic]] = relationship(secondary="course_topics", order_by=Topic.code)


class TrainingClass(Versioned, Model):
    """A course held once: days, place, mode, organiser."""

    __tablename__ = "training_classes"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="days"),
        Index(None, "course_id", "name", "starts_on", "organiser_id", unique=True),
        Index(None, "organiser_id"),
    )

    id: Mapped[PrimaryKey]
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    place: Mapped[str | None]
    mode: Mapped[TrainingMode] = mapped_column(choice(TrainingMode))
    organiser_id: Mapped[int] = mapped_column(ForeignKey("units.id"))

    course: Mapped[Course] = relationship()
    attendances: Mapped[list["Attendance"]] = relationship(back_populates="training_class")


class Attendance(Versioned, Model):
    """A person attended a class; it counts for the unit held that day."""

    __tablename__ = "attendances"
    __table_args__ = (
        CheckConstraint("hours IS NULL OR hours > 0", name="hours"),
        Index(None, "class_id", "person_id", unique=True),
        Index(None, "person_id"),
        Index(None, "unit_id"),
    )

    id: Mapped[PrimaryKey]
    class_id: Mapped[int] = mapped_column(ForeignKey("training_classes.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    hours: Mapped[Decimal | None] = mapped_column(Numeric(6, 1))
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    result: Mapped[TrainingResult] = mapped_column(choice(TrainingResult))

    training_class: Mapped[TrainingClass] = relationship(back_populates="attendances")
    person: Mapped[Person] = relationship()
