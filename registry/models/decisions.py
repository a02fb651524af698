"""Decisions and their scans."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.domain.decisions import DecisionKind, EndKind, paper_name
from registry.domain.periods import Period
from registry.models.base import NUMBERED_ONCE, Instant, Model, PrimaryKey, Versioned, choice


class StoredFile(Model):
    """A file kept outside the database under a random name; its hash proves it is the same.

    `replaced_at`: since when another file stands in its place; it is removed some time later.
    """

    __tablename__ = "stored_files"

    id: Mapped[PrimaryKey]
    storage_name: Mapped[str] = mapped_column(unique=True)
    original_name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    created_at: Mapped[Instant]
    replaced_at: Mapped[Instant | None]


class Decision(Versioned, Model):
    """The paper on which assignments, lists and units rest; day and issuer may follow later.

    `is_own`: the head of the unit issued it, as read from the issuer when that was typed.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(
            "effective_to IS NULL OR effective_from IS NULL OR effective_to > effective_from",
            name="effect",
        ),
        Index(None, "number"),
        Index(None, "unit_id"),
        NUMBERED_ONCE,
    )

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    number: Mapped[str]
    kind: Mapped[DecisionKind] = mapped_column(choice(DecisionKind))
    issued_on: Mapped[date | None]
    issuer: Mapped[str | None]
    is_own: Mapped[bool] = mapped_column(default=True)
    signer: Mapped[str | None]
    signer_form: Mapped[str | None]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))

    file: Mapped[StoredFile | None] = relationship()

    @property
    def name(self) -> str:
        """What the paper is called: "Quyết định số 12/QĐ-UBND"."""
        return paper_name(self.kind, self.number)

    @property
    def first_day(self) -> date | None:
        """Its own first day in force; None while its day of signing is not known."""
        return None if self.issued_on is None else self.effective_from or self.issued_on

    def days_in_force(self, taken_out_on: date | None = None) -> Period | None:
        """Return the days on which the paper is in force, from its own first one.

        None while its day is not known, or where it was taken out of force before it began;
        `taken_out_on` is the day from which a later paper stands in its place.
        """
        first = self.first_day
        if first is None:
            return None
        ends = [end for end in (self.effective_to, taken_out_on) if end is not None]
        end = min(ends, default=None)
        return None if end is not None and end <= first else Period(first, end)


def _once(of: str, where: str, *holder: str) -> Index:
    """Let a paper take another out of force once, for those whom `where` tells apart."""
    return Index(
        f"uq_decision_ends_{of}",
        "decision_id",
        "by_id",
        *holder,
        unique=True,
        sqlite_where=text(where),
        postgresql_where=text(where),
    )


class DecisionEnd(Versioned, Model):
    """A later paper takes an earlier one out of force, wholly or for one of those it names.

    From which day, the later paper says: its own first day in force.
    """

    __tablename__ = "decision_ends"
    __table_args__ = (
        CheckConstraint("decision_id <> by_id", name="not_itself"),
        CheckConstraint("person_id IS NULL OR section_id IS NULL", name="one_holder"),
        _once("whole", "person_id IS NULL AND section_id IS NULL"),
        _once("person", "person_id IS NOT NULL", "person_id"),
        _once("section", "section_id IS NOT NULL", "section_id"),
        Index(None, "by_id"),
    )

    id: Mapped[PrimaryKey]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    kind: Mapped[EndKind] = mapped_column(choice(EndKind))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    created_at: Mapped[Instant]
