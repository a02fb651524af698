"""Decisions and their scans."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.domain.decisions import DecisionKind, paper_name
from registry.models.base import Instant, Model, PrimaryKey, Versioned, choice


class StoredFile(Model):
    """A file kept outside the database under a random name; its hash proves it is the same."""

    __tablename__ = "stored_files"

    id: Mapped[PrimaryKey]
    storage_name: Mapped[str] = mapped_column(unique=True)
    original_name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    created_at: Mapped[Instant]


class Decision(Versioned, Model):
    """The paper on which assignments, lists and units rest; day and issuer may follow later."""

    __tablename__ = "decisions"
    __table_args__ = (
        CheckConstraint(
            "effective_to IS NULL OR effective_from IS NULL OR effective_to > effective_from",
            name="effect",
        ),
        Index(None, "number"),
        Index(None, "unit_id"),
    )

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    number: Mapped[str]
    kind: Mapped[DecisionKind] = mapped_column(choice(DecisionKind))
    issued_on: Mapped[date | None]
    issuer: Mapped[str | None]
    signer: Mapped[str | None]
    signer_form: Mapped[str | None]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"))

    file: Mapped[StoredFile | None] = relationship()

    @property
    def name(self) -> str:
        """What the paper is called: "Quyết định số 12/QĐ-UBND"."""
        return paper_name(self.kind, self.number)
