"""Batches that reorganise units: their rows, the answers they ask for, a journal to undo them."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.models.base import Instant, Model, PrimaryKey, Versioned
from registry.models.decisions import Decision


class Reorganisation(Versioned, Model):
    """Operations on units under one decision, all from one day.

    What it is follows from its facts: composed (`applied_at` empty), applied, or undone. `summary`
    keeps the figures before and after as they were when it was applied, for the minutes.
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
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    decision: Mapped[Decision] = relationship()
    rows: Mapped[list["ReorganisationRow"]] = relationship(
        order_by="ReorganisationRow.position", cascade="all, delete-orphan"
    )
    answers: Mapped[list["ReorganisationAnswer"]] = relationship(
        order_by="ReorganisationAnswer.id", cascade="all, delete-orphan"
    )


class ReorganisationRow(Model):
    """One row of the annex, in the annex's own words."""

    __tablename__ = "reorganisation_rows"
    __table_args__ = (Index(None, "reorganisation_id", "position", unique=True),)

    id: Mapped[PrimaryKey]
    reorganisation_id: Mapped[int] = mapped_column(ForeignKey("reorganisations.id"))
    position: Mapped[int]
    number: Mapped[int]
    source: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class ReorganisationAnswer(Model):
    """Where a team, a member or an assignment of a split or dissolved unit goes.

    `item` names it by its noun and key, "unit:<id>", "membership:<line>" or "assignment:<line>";
    `target` is the code or name of the successor.
    """

    __tablename__ = "reorganisation_answers"
    __table_args__ = (Index(None, "reorganisation_id", "item", unique=True),)

    id: Mapped[PrimaryKey]
    reorganisation_id: Mapped[int] = mapped_column(ForeignKey("reorganisations.id"))
    item: Mapped[str]
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
