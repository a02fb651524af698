"""Member lists: versions of a unit's list, and their lines."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.domain.memberships import MemberRole
from registry.domain.rosters import LineAction, LineOutcome, RosterState
from registry.models.base import Instant, Model, PrimaryKey, Versioned, choice


class Roster(Versioned, Model):
    """One version of a unit's member list, from draft to decision."""

    __tablename__ = "rosters"
    __table_args__ = (
        Index(None, "unit_id", "number", unique=True),
        Index(None, "state"),
        CheckConstraint(
            "decided_by_id IS NULL OR submitted_by_id IS NULL OR decided_by_id <> submitted_by_id",
            name="two_people",
        ),
        CheckConstraint(
            "state <> 'decided' OR (decision_id IS NOT NULL AND content_hash IS NOT NULL)",
            name="decided_on_a_decision",
        ),
    )

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    number: Mapped[int]
    state: Mapped[RosterState] = mapped_column(choice(RosterState))
    created_at: Mapped[Instant]
    submitted_at: Mapped[Instant | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    content_hash: Mapped[str | None]
    verified_at: Mapped[Instant | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    reviewed_at: Mapped[Instant | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))
    return_reason: Mapped[str | None]

    lines: Mapped[list["RosterLine"]] = relationship(
        back_populates="roster", order_by="RosterLine.position", cascade="all, delete-orphan"
    )


# What a line of a member list does not take along to the next list: its place, what was frozen at
# submission, and what became of it. The remark goes along, to say what to put right.
OF_ONE_LIST = frozenset(
    {
        "roster_id",
        "position",
        "membership_line_id",
        "name",
        "birth_year",
        "job_title",
        "outcome",
    }
)


class RosterLine(Model):
    """A line of a list: add, change or end a member.

    `name`, `birth_year` and `job_title` are frozen at submission.
    """

    __tablename__ = "roster_lines"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (member_unit_id IS NULL)", name="one_party"),
        CheckConstraint(
            "outcome IS NULL OR outcome <> 'approved' OR membership_line_id IS NOT NULL",
            name="approval_names_its_membership",
        ),
        Index(None, "roster_id", "position", unique=True),
        Index(None, "membership_line_id"),
        Index(None, "person_id"),
    )

    id: Mapped[PrimaryKey]
    roster_id: Mapped[int] = mapped_column(ForeignKey("rosters.id"))
    position: Mapped[int]
    action: Mapped[LineAction] = mapped_column(choice(LineAction))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    member_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    membership_line_id: Mapped[str | None]
    role: Mapped[MemberRole] = mapped_column(choice(MemberRole))
    organisation: Mapped[str | None]
    effective_from: Mapped[date]
    name: Mapped[str | None]
    birth_year: Mapped[int | None]
    job_title: Mapped[str | None]
    outcome: Mapped[LineOutcome | None] = mapped_column(choice(LineOutcome))
    remark: Mapped[str | None]

    roster: Mapped[Roster] = relationship(back_populates="lines")
