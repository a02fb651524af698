"""Which office holds which function over which territory."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.offices import OfficeFunction
from registry.models.base import NUMBERED_ONCE, Dated, Model, PrimaryKey, choice, period_check


class Office(Dated, Model):
    """`office` holds `function` over the subtree of `territory`, for a period."""

    __tablename__ = "offices"
    __table_args__ = (
        period_check(),
        Index(None, "office_id"),
        Index(None, "territory_id"),
        NUMBERED_ONCE,
    )

    id: Mapped[PrimaryKey]
    function: Mapped[OfficeFunction] = mapped_column(choice(OfficeFunction))
    territory_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
