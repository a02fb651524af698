"""Batches that reorganise units: their rows, the answers they ask for, a journal to undo them."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.domain.reorganisations.annex import AnnexRow, RowContent
from registry.domain.reorganisations.batches import BatchState
from registry.domain.reorganisations.questions import Item
from registry.domain.reorganisations.summary import Summary
from registry.models.base import Instant, Model, PrimaryKey, Versioned
from registry.models.decisions import Decision
from registry.models.reorganisation_values import ItemColumn, RowContentColumn, SummaryColumn


class Reorganisation(Versioned, Model):
    """Operations on units under one decision, all from one day.

    Where it stands follows from its moments. `summary` keeps the figures before and after as they
    were when it was applied, for the minutes.
    """

    __tablename__ = "reorganisations"
    __table_args__ = (
        Index(None, "effective_on"),
        CheckConstraint("undone_at IS NULL OR applied_at IS NOT NULL", name="undone_once_applied"),
    )

    id: Mapped[PrimaryKey]
    effective_on: Mapped[date]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    create_missing: Mapped[bool] = mapped_column(default=False)
    known_from: Mapped[date | None]
    created_at: Mapped[Instant]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    applied_at: Mapped[Instant | None]
    applied_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    undone_at: Mapped[Instant | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    summary: Mapped[Summary | None] = mapped_column(SummaryColumn)

    decision: Mapped[Decision] = relationship()
    rows: Mapped[list["ReorganisationRow"]] = relationship(
        order_by="ReorganisationRow.position", cascade="all, delete-orphan"
    )
    answers: Mapped[list["ReorganisationAnswer"]] = relationship(
        order_by="ReorganisationAnswer.id", cascade="all, delete-orphan"
    )

    @property
    def state(self) -> BatchState:
        """Where the batch stands."""
        return BatchState.at(self.applied_at, self.undone_at)

    @property
    def eve(self) -> date:
        """The day before it takes effect, whose units its annex speaks of."""
        return self.effective_on - timedelta(days=1)


class ReorganisationRow(Model):
    """One row of the annex, in the annex's own words."""

    __tablename__ = "reorganisation_rows"
    __table_args__ = (Index(None, "reorganisation_id", "position", unique=True),)

    id: Mapped[PrimaryKey]
    reorganisation_id: Mapped[int] = mapped_column(ForeignKey("reorganisations.id"))
    position: Mapped[int]
    number: Mapped[int]
    source: Mapped[str]
    content: Mapped[RowContent] = mapped_column(RowContentColumn)

    @property
    def annex_row(self) -> AnnexRow:
        """The row as the annex had it."""
        return AnnexRow.of(self.number, self.source, self.content)


class ReorganisationAnswer(Model):
    """Where a team, a member or an assignment of a split or dissolved unit goes.

    `target` is the code or name of the successor.
    """

    __tablename__ = "reorganisation_answers"
    __table_args__ = (Index(None, "reorganisation_id", "item", unique=True),)

    id: Mapped[PrimaryKey]
    reorganisation_id: Mapped[int] = mapped_column(ForeignKey("reorganisations.id"))
    item: Mapped[Item] = mapped_column(ItemColumn)
    target: Mapped[str]


class ReorganisationChange(Model):
    """One row written by a batch: what it was and what it became; undo replays them backwards."""

    __tablename__ = "reorganisation_changes"
    __table_args__ = (Index(None, "reorganisation_id", "sequence", unique=True),)

    id: Mapped[PrimaryKey]
    reorganisation_id: Mapped[int] = mapped_column(ForeignKey("reorganisations.id"))
    sequence: Mapped[int]
    table_name: Mapped[str]
    row_id: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
