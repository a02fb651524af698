"""What must be filled: a dated rule per kind of unit; from which day a territory is known."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.assignments import AssignmentRole
from registry.domain.units.kinds import UnitKind
from registry.models.base import (
    Dated,
    Instant,
    Model,
    PrimaryKey,
    Versioned,
    choice,
    period_check,
)


class CoverageRule(Dated, Model):
    """Units of `kind` need at least `minimum` of `role`; `headline`: in N/M (Plan 4660 III.1b)."""

    __tablename__ = "coverage_rules"
    __table_args__ = (
        period_check(),
        CheckConstraint("minimum >= 1", name="minimum"),
        CheckConstraint("grace_days >= 0", name="grace"),
        Index(None, "kind", "role", "valid_from", unique=True),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[UnitKind] = mapped_column(choice(UnitKind))
    role: Mapped[AssignmentRole] = mapped_column(choice(AssignmentRole))
    minimum: Mapped[int]
    grace_days: Mapped[int]
    headline: Mapped[bool]


class Completeness(Versioned, Model):
    """From which day on the registry holds all there is to know of a province's units."""

    __tablename__ = "completeness"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    complete_from: Mapped[date]


class VacancyReport(Versioned, Model):
    """A unit says itself that it has no focal point, from a day on, until it has one."""

    __tablename__ = "vacancy_reports"
    __table_args__ = (Index(None, "unit_id", "since", unique=True),)

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    since: Mapped[date]
    created_at: Mapped[Instant]
