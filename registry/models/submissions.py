"""Forms already handled: sending one again leads to the first sending's result."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Instant, Model


class FormSubmission(Model):
    """The key a form carried when it was accepted, what it said, and where its sender was led.

    `content_hash` tells a repeat from another content; unknown of what came before it was kept.
    """

    __tablename__ = "form_submissions"
    __table_args__ = (Index(None, "accepted_at"),)

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    content_hash: Mapped[str | None]
    location: Mapped[str]
    accepted_at: Mapped[Instant]
