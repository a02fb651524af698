"""The plans and decisions a territory's papers are written under."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Dated, Model, PrimaryKey, period_check


class LegalBasis(Dated, Model):
    """Papers on `territory` cite `citation` for a period, at most as long as the territory exists.

    Several may hold at once.
    """

    __tablename__ = "legal_bases"
    __table_args__ = (
        period_check(),
        Index(None, "territory_id", "citation", "valid_from", unique=True),
    )

    id: Mapped[PrimaryKey]
    territory_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    citation: Mapped[str]
