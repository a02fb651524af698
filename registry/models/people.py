"""A person, who needs no e-mail and no account, and what he is by occupation through time."""

from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.people import ContractType, EducationLevel, PersonFacts
from registry.models.base import (
    NUMBERED_ONCE,
    Dated,
    Instant,
    Key,
    Model,
    PrimaryKey,
    Versioned,
    choice,
    period_check,
)


class Person(Versioned, Model):
    """A person, with the name as written (NFC) and its search and sort keys.

    What may change and enters a figure is a `PersonPeriod`.
    """

    __tablename__ = "people"
    __table_args__ = (
        Index(None, "search_key"),
        Index(None, "sort_key", "id"),
        Index(None, "phone"),
        NUMBERED_ONCE,
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
    created_at: Mapped[Instant]


class PersonPeriod(Dated, Versioned, Model):
    """What a person is by occupation, for a period without overlap or gap.

    The first begins no later than the first membership, the last has no end.
    """

    __tablename__ = "person_periods"
    __table_args__ = (
        period_check(),
        Index(None, "person_id", "valid_from", unique=True),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    job_title: Mapped[str | None]
    education_level: Mapped[EducationLevel | None] = mapped_column(choice(EducationLevel))
    it_major: Mapped[bool] = mapped_column(default=False)
    contract_type: Mapped[ContractType | None] = mapped_column(choice(ContractType))
    is_manager: Mapped[bool] = mapped_column(default=False)

    @property
    def facts(self) -> PersonFacts:
        """What it says of its days."""
        return PersonFacts(
            job_title=self.job_title,
            education_level=self.education_level,
            it_major=self.it_major,
            contract_type=self.contract_type,
            is_manager=self.is_manager,
        )
