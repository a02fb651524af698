"""What must be filled: a dated rule per kind of unit."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.assignments import AssignmentRole
from registry.domain.units.kinds import UnitKind
from registry.models.base import Dated, Model, PrimaryKey, choice, period_check


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
