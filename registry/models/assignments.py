"""Who is focal point, and in which other role, of which unit, on which decision."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.domain.assignments import AbsenceKind, AssignmentRole, Duty
from registry.models.base import (
    NUMBERED_ONCE,
    Dated,
    Instant,
    Model,
    PrimaryKey,
    Versioned,
    choice,
    period_check,
)
from registry.models.decisions import Decision
from registry.models.people import Person


class Assignment(Dated, Versioned, Model):
    """One person or one section × the unit served × a role, for a period.

    `line_id` stays the same when a reorganisation carries the assignment over to a successor.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        period_check(),
        CheckConstraint("(person_id IS NULL) <> (section_id IS NULL)", name="one_holder"),
        CheckConstraint("section_id IS NULL OR section_id <> unit_id", name="section_below"),
        Index(None, "unit_id", "role", "valid_from"),
        Index(None, "person_id"),
        Index(None, "section_id"),
        Index(None, "decision_id"),
        Index(None, "line_id"),
        NUMBERED_ONCE,
    )

    id: Mapped[PrimaryKey]
    line_id: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    role: Mapped[AssignmentRole] = mapped_column(choice(AssignmentRole))
    duty: Mapped[Duty] = mapped_column(choice(Duty))
    concurrent_fields: Mapped[str | None]
    # Which paper or job position says that somebody with concurrent fields is chuyên trách.
    dedicated_basis: Mapped[str | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    end_reason: Mapped[str | None]

    person: Mapped[Person | None] = relationship()
    decision: Mapped[Decision | None] = relationship()


class AssignmentConfirmation(Model):
    """An assignment goes on from a day, after its holder was no member and came back.

    By its line, which a reorganisation continues. What is not confirmed does not count again
    (docs/adr/0020).
    """

    __tablename__ = "assignment_confirmations"
    __table_args__ = (Index(None, "line_id", "confirmed_on", unique=True),)

    id: Mapped[PrimaryKey]
    line_id: Mapped[str]
    confirmed_on: Mapped[date]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[Instant]


class AssignmentAbsence(Dated, Versioned, Model):
    """The holder of an assignment is away for a period, and counts again by himself afterwards.

    By the line of the assignment; `acting_line_id` is the line of who acts for him meanwhile.
    """

    __tablename__ = "assignment_absences"
    __table_args__ = (
        period_check(),
        CheckConstraint(
            "acting_line_id IS NULL OR acting_line_id <> line_id", name="somebody_else"
        ),
        Index(None, "line_id", "valid_from"),
    )

    id: Mapped[PrimaryKey]
    line_id: Mapped[str]
    kind: Mapped[AbsenceKind] = mapped_column(choice(AbsenceKind))
    acting_line_id: Mapped[str | None]


class PaperCheck(Model):
    """The reviewing office compared a line of assignment with the paper it rests on.

    What was compared stands here as it was then: the mark holds only while neither the paper nor
    the holder, role and duty were put right since (docs/adr/0022). A second check takes the place
    of the first.
    """

    __tablename__ = "paper_checks"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (section_id IS NULL)", name="one_holder"),
        Index(None, "line_id", "decision_id", unique=True),
        Index(None, "decision_id"),
    )

    id: Mapped[PrimaryKey]
    line_id: Mapped[str]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    decision_version: Mapped[int]
    # No foreign keys: a reorganisation undone takes its units away, and a mark must not hinder it.
    person_id: Mapped[int | None]
    section_id: Mapped[int | None]
    role: Mapped[AssignmentRole] = mapped_column(choice(AssignmentRole))
    duty: Mapped[Duty] = mapped_column(choice(Duty))
    checked_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[Instant]
