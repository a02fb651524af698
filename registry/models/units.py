"""Units through time: identity, dated periods, the dated path cache, succession, contact."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.domain.units.kinds import UnitKind
from registry.domain.units.successions import SuccessionKind
from registry.models.base import (
    NUMBERED_ONCE,
    BinaryText,
    Dated,
    Key,
    Model,
    PrimaryKey,
    Versioned,
    choice,
    period_check,
)


class Unit(Model):
    """The identity of a unit; all that can change about it is a `UnitPeriod`."""

    __tablename__ = "units"
    __table_args__ = NUMBERED_ONCE

    id: Mapped[PrimaryKey]
    registry_code: Mapped[str | None] = mapped_column(unique=True)
    tax_code: Mapped[str | None]

    periods: Mapped[list["UnitPeriod"]] = relationship(
        back_populates="unit",
        foreign_keys="UnitPeriod.unit_id",
        order_by="UnitPeriod.valid_from",
    )
    contact: Mapped["UnitContact | None"] = relationship(back_populates="unit")


class UnitPeriod(Dated, Model):
    """What a unit is called, what it is, where it stands, for a period without overlap or gap."""

    __tablename__ = "unit_periods"
    __table_args__ = (
        period_check(),
        CheckConstraint("parent_id IS NULL OR parent_id <> unit_id", name="not_own_parent"),
        CheckConstraint(
            "takes_part OR not_taking_part_reason IS NOT NULL", name="reason_when_not_taking_part"
        ),
        Index(None, "official_code", "valid_from"),
        Index(None, "parent_id", "valid_from"),
        Index(None, "unit_id", "valid_from", unique=True),
        Index(None, "kind", "valid_from"),
        NUMBERED_ONCE,
    )

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str]
    short_name: Mapped[str | None]
    kind: Mapped[UnitKind] = mapped_column(choice(UnitKind))
    designation: Mapped[str | None]
    official_code: Mapped[str | None] = mapped_column(BinaryText)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    area: Mapped[str | None]
    takes_part: Mapped[bool] = mapped_column(default=True)
    not_taking_part_reason: Mapped[str | None]
    search_key: Mapped[Key]
    sort_key: Mapped[Key]

    unit: Mapped[Unit] = relationship(back_populates="periods", foreign_keys=[unit_id])


class UnitPath(Dated, Model):
    """Cache of the ids from the root down to the unit, `/1/7/302/`, for a period.

    `flask units rebuild` writes it anew.
    """

    __tablename__ = "unit_paths"
    __table_args__ = (
        period_check(),
        Index(None, "path", "valid_from"),
        Index(None, "unit_id", "valid_from", unique=True),
    )

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    path: Mapped[Key]


class Succession(Model):
    """A predecessor's place was taken, whole or in part, by a successor from a day on.

    The same two may succeed each other again: a part on one day, the rest on a later one.
    """

    __tablename__ = "successions"
    __table_args__ = (
        CheckConstraint("predecessor_id <> successor_id", name="two_units"),
        CheckConstraint("part IN ('whole', 'part', 'rest')", name="part"),
        Index(
            "uq_successions_once_a_batch",
            "predecessor_id",
            "successor_id",
            "effective_on",
            "reorganisation_id",
            unique=True,
        ),
        Index(None, "successor_id"),
    )

    id: Mapped[PrimaryKey]
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    successor_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    effective_on: Mapped[date]
    part: Mapped[str]
    kind: Mapped[SuccessionKind] = mapped_column(choice(SuccessionKind))
    reorganisation_id: Mapped[int | None] = mapped_column(ForeignKey("reorganisations.id"))


class UnitContact(Versioned, Model):
    """How a unit is reached."""

    __tablename__ = "unit_contacts"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    phone: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]
    head_title: Mapped[str | None]

    unit: Mapped[Unit] = relationship(back_populates="contact")


class KindPlacement(Dated, Model):
    """Which kind of unit may stand under which; asked for the first day of a unit's period."""

    __tablename__ = "kind_placements"
    __table_args__ = (
        period_check(),
        Index(
            "uq_kind_placements_kind_parent_kind_valid_from",
            "kind",
            "parent_kind",
            "valid_from",
            unique=True,
        ),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[UnitKind] = mapped_column(choice(UnitKind))
    parent_kind: Mapped[str | None]
