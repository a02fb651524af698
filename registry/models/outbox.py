"""Mails waiting to be sent, or to be copied by hand where no mail server is set."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Instant, Model, PrimaryKey


class OutboxMessage(Model):
    """One mail. `body` is emptied once it was sent or its secret has expired.

    `link_id` is the single-use link it carries: with the link its text ends. The text of one that
    `is_sealed` is for the mail server alone: no page shows it.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (Index(None, "sent_at"), Index(None, "link_id"))

    id: Mapped[PrimaryKey]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("password_links.id"))
    is_sealed: Mapped[bool] = mapped_column(default=False)
    recipient: Mapped[str | None]
    subject: Mapped[str]
    body: Mapped[str | None]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant | None]
    sent_at: Mapped[Instant | None]
    last_error: Mapped[str | None]
