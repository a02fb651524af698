"""Member cards and their prints.

A card stores no validity: it is computed from its membership line.
"""

from datetime import date

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Instant, Model, PrimaryKey

_LIVE = text("revoked_at IS NULL")


class Card(Model):
    """A card of a membership line, which has one that is not revoked.

    The printed code is derived from `uuid` and the key outside the database that `key_id` names.
    """

    __tablename__ = "cards"
    __table_args__ = (
        Index("uq_cards_live", "line_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "line_id"),
        Index(None, "person_id"),
    )

    id: Mapped[PrimaryKey]
    uuid: Mapped[str] = mapped_column(unique=True)
    key_id: Mapped[str]
    code_hash: Mapped[str] = mapped_column(unique=True)
    line_id: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    issued_on: Mapped[date]
    revoked_at: Mapped[Instant | None]
    revoke_reason: Mapped[str | None]


class CardPrint(Model):
    """A card was put on paper."""

    __tablename__ = "card_prints"
    __table_args__ = (Index(None, "card_id"),)

    id: Mapped[PrimaryKey]
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"))
    printed_at: Mapped[Instant]
    printed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
