"""Accounts, what they were granted, their sessions and single-use links."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.domain.accounts import LinkEnd, LinkPurpose, LinkRelease
from registry.domain.permissions import Role
from registry.models.base import (
    NUMBERED_ONCE,
    Dated,
    Instant,
    Model,
    PrimaryKey,
    choice,
    period_check,
)
from registry.models.decisions import StoredFile
from registry.models.people import Person


class Account(Model):
    """A login.

    `login_key` is the folded form by which it is found; `password_hash` empty until one is set.
    `confirmed_email` is the address its holder confirmed by a link, whatever the record says since.
    """

    __tablename__ = "accounts"

    id: Mapped[PrimaryKey]
    login: Mapped[str]
    login_key: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), unique=True)
    password_hash: Mapped[str | None]
    confirmed_email: Mapped[str | None]
    email_confirmed_at: Mapped[Instant | None]
    disabled_at: Mapped[Instant | None]
    created_at: Mapped[Instant]

    person: Mapped[Person | None] = relationship()
    grants: Mapped[list["Grant"]] = relationship(back_populates="account", order_by="Grant.id")


class Grant(Dated, Model):
    """An account holds a role for an office, for a period.

    A system administrator needs no office. `paper_id` is the scan of the signed paper on which the
    role was given, where one was asked for.
    """

    __tablename__ = "grants"
    __table_args__ = (
        period_check(),
        CheckConstraint(
            "office_id IS NOT NULL OR role = 'system_administrator'", name="office_needed"
        ),
        Index(None, "account_id"),
        Index(None, "office_id"),
        NUMBERED_ONCE,
    )

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[Role] = mapped_column(choice(Role))
    office_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))

    account: Mapped[Account] = relationship(back_populates="grants")
    paper: Mapped[StoredFile | None] = relationship()


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
    """A single-use link by which the holder of an account sets a password or confirms an address.

    A link that waits for a second person has no token yet: nobody can see or use what is not there.
    `release` says by what it may be used where the account is guarded
    (`registry/queries/link_releases.py`); `address` is what is to be confirmed.

    It is open until `ended_at`; of each purpose an account has one open link. Expiry cannot stand
    in an index, so whoever makes a link closes what has expired. `end_reason` is None of what was
    closed before reasons were kept.
    """

    __tablename__ = "password_links"
    __table_args__ = (
        CheckConstraint("end_reason IS NULL OR ended_at IS NOT NULL", name="reason_of_an_end"),
        CheckConstraint("(release IS NULL) = (released_at IS NULL)", name="release"),
        CheckConstraint("(address IS NOT NULL) = (purpose = 'email')", name="address"),
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
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    purpose: Mapped[LinkPurpose] = mapped_column(choice(LinkPurpose))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    end_reason: Mapped[LinkEnd | None] = mapped_column(choice(LinkEnd))
    release: Mapped[LinkRelease | None] = mapped_column(choice(LinkRelease))
    released_at: Mapped[Instant | None]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    address: Mapped[str | None]

    account: Mapped[Account] = relationship(foreign_keys=account_id)
    asked_by: Mapped[Account | None] = relationship(foreign_keys=asked_by_id)


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
