"""The append-only, hash-chained audit, and the erasable personal values beside it."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Instant, Model


class AuditEvent(Model):
    """One thing done.

    `hash` covers the previous hash and every column but itself, under the key named by `key_id`;
    events written before there was one have none. `person_id` is whose personal values stand
    beside. The database refuses changes.
    """

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "noun", "object_id"), Index(None, "unit_id"))

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[Instant]
    account_id: Mapped[int | None]
    origin: Mapped[str]
    action: Mapped[str]
    noun: Mapped[str]
    object_id: Mapped[str | None]
    unit_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    person_id: Mapped[int | None]
    personal_hash: Mapped[str | None]
    key_id: Mapped[str | None]
    previous_hash: Mapped[str]
    hash: Mapped[str] = mapped_column(unique=True)


class AuditPersonal(Model):
    """Before and after of personal fields, erasable: an event covers only their salted hash."""

    __tablename__ = "audit_personal"
    __table_args__ = (Index(None, "person_id"),)

    sequence: Mapped[int] = mapped_column(ForeignKey("audit_events.sequence"), primary_key=True)
    person_id: Mapped[int | None]
    salt: Mapped[str]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
