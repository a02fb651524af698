"""Who belongs to which unit, and since when."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.domain.memberships import MemberRole
from registry.models.base import (
    NUMBERED_ONCE,
    Dated,
    Model,
    PrimaryKey,
    Versioned,
    choice,
    period_check,
)
from registry.models.people import Person


class Membership(Dated, Versioned, Model):
    """A person, or a unit, in a unit with a role, for a period.

    `line_id` stays the same when a reorganisation continues the membership in a successor:
    approvals and cards hang on the line.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        period_check(),
        CheckConstraint("(person_id IS NULL) <> (member_unit_id IS NULL)", name="one_party"),
        CheckConstraint("member_unit_id IS NULL OR member_unit_id <> unit_id", name="not_itself"),
        CheckConstraint("NOT is_main OR person_id IS NOT NULL", name="main_is_of_a_person"),
        Index(None, "person_id", "valid_from"),
        Index(None, "member_unit_id"),
        Index(None, "unit_id", "valid_from"),
        Index(None, "line_id"),
        NUMBERED_ONCE,
    )

    id: Mapped[PrimaryKey]
    line_id: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    member_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    role: Mapped[MemberRole] = mapped_column(choice(MemberRole))
    organisation: Mapped[str | None]
    is_main: Mapped[bool] = mapped_column(default=False)
    is_secondment: Mapped[bool] = mapped_column(default=False)
    end_reason: Mapped[str | None]

    person: Mapped[Person | None] = relationship()
