"""Self-registration requests: they grant nothing before they are accepted."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.signups import SignupState, title_in_section
from registry.models.base import Instant, Key, Model, PrimaryKey, Versioned, choice


class Signup(Versioned, Model):
    """What an officer typed about himself, and what became of it."""

    __tablename__ = "signups"
    __table_args__ = (Index(None, "unit_id", "state"), Index(None, "phone"))

    id: Mapped[PrimaryKey]
    reference_code: Mapped[str] = mapped_column(unique=True)
    submit_key: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    full_name: Mapped[str]
    search_key: Mapped[Key]
    job_title: Mapped[str]
    section: Mapped[str | None]
    phone: Mapped[str]
    email: Mapped[str | None]
    notice_version: Mapped[str]
    submitted_at: Mapped[Instant]
    state: Mapped[SignupState] = mapped_column(choice(SignupState))
    reason: Mapped[str | None]
    decided_at: Mapped[Instant | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    @property
    def whole_title(self) -> str:
        """The title as a record keeps it: "Chuyên viên Phòng Văn hóa – Xã hội"."""
        return title_in_section(self.job_title, self.section)
