"""Forms already handled: sending one again leads to the first sending's result."""

from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Instant, Model


class FormSubmission(Model):
    """The key a form carried when it was accepted, and where its sender was led."""

    __tablename__ = "form_submissions"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    location: Mapped[str]
    accepted_at: Mapped[Instant]
