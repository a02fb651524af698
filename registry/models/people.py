"""A person: needs no e-mail and no account."""

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.people import ContractType, EducationLevel
from registry.models.base import Instant, Key, Model, PrimaryKey, Versioned, choice


class Person(Versioned, Model):
    """A person, with the name as written (NFC) and its search and sort keys."""

    __tablename__ = "people"
    __table_args__ = (
        Index(None, "search_key"),
        Index(None, "sort_key", "id"),
        Index(None, "phone"),
    )

    id: Mapped[PrimaryKey]
    full_name: Mapped[str]
    search_key: Mapped[Key]
    sort_key: Mapped[Key]
    birth_date: Mapped[date | None]
    birth_year: Mapped[int | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    citizen_id_encrypted: Mapped[str | None]
    citizen_id_index: Mapped[str | None] = mapped_column(unique=True)
    job_title: Mapped[str | None]
    education_level: Mapped[EducationLevel | None] = mapped_column(choice(EducationLevel))
    it_major: Mapped[bool] = mapped_column(default=False)
    contract_type: Mapped[ContractType | None] = mapped_column(choice(ContractType))
    is_manager: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
