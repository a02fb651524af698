"""Accounts, what they were granted, their sessions and single-use links."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.domain.accounts import LinkEnd, LinkPurpose
from registry.domain.permissions import Role
from registry.models.base import Dated, Instant, Model, PrimaryKey, choice, period_check
from registry.models.people import Person


class Account(Model):
    """A login.

    `login_key` is the folded form by which it is found; `password_hash` empty until one is set.
    """

    __tablename__ = "accounts"

    id: Mapped[PrimaryKey]
    login: Mapped[str]
    login_key: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), unique=True)
    password_hash: Mapped[str | None]
    disabled_at: Mapped[Instant | None]
    created_at: Mapped[Instant]

    person: Mapped[Person | None] = relationship()
    grants: Mapped[list["Grant"]] = relationship(back_populates="account", order_by="Grant.id")


class Grant(Dated, Model):
    """An account holds a role for an office, for a period.

    A system administrator needs no office.
    """

    __tablename__ = "grants"
    __table_args__ = (
        period_check(),
        CheckConstraint(
            "office_id IS NOT NULL OR role = 'system_administrator'", name="office_needed"
        ),
        Index(None, "account_id"),
        Index(None, "office_id"),
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[Role] = mapped_column(choice(Role))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))

    account: Mapped[Account] = relationship(back_populates="grants")


class Session(Model):
    """A signed-in browser; the cookie holds the token, the database only its hash."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index(None, "account_id"),
        Index(
            "ix_sessions_open",
            "last_seen_at",
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]

    account: Mapped[Account] = relationship()


_OPEN = text("ended_at IS NULL")


class PasswordLink(Model):
    """A single-use link by which the holder of an account sets a password.

    It is open until `ended_at`; of each purpose an account has one open link. Expiry cannot stand
    in an index, so whoever makes a link closes what has expired. `end_reason` is None of what was
    closed before reasons were kept.
    """

    __tablename__ = "password_links"
    __table_args__ = (
        CheckConstraint("end_reason IS NULL OR ended_at IS NOT NULL", name="reason_of_an_end"),
        Index(
            "uq_password_links_open",
            "account_id",
            "purpose",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "account_id"),
    )

    id: Mapped[PrimaryKey]
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    end_reason: Mapped[LinkEnd | None] = mapped_column(choice(LinkEnd))

    account: Mapped[Account] = relationship()


class SignInTries(Model):
    """How often signing in was tried since it last succeeded, and when it was tried last.

    By a hash of the login, or of the login and a browser its holder signed in from before. When the
    next try is accepted follows from it (`registry/domain/sign_in_delays.py`).
    """

    __tablename__ = "sign_in_tries"
    __table_args__ = (Index(None, "last_try_at"),)

    id: Mapped[PrimaryKey]
    key_hash: Mapped[str] = mapped_column(unique=True)
    tries: Mapped[int]
    last_try_at: Mapped[Instant]


class KnownDevice(Model):
    """A browser from which the holder of an account signed in; its cookie holds the token."""

    __tablename__ = "known_devices"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[PrimaryKey]
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    seen_at: Mapped[Instant]
