"""Questions about accounts: who signs in, what the account may do today, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, or_, select

from registry.domain.accounts import LinkPurpose
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import (
    EVERYTHING,
    NOTHING,
    TABLE,
    WITHOUT_UNIT,
    Action,
    Actor,
    Role,
    Scope,
)
from registry.domain.units.kinds import SECTION_KINDS
from registry.models.accounts import Account, Grant, KnownDevice, PasswordLink, Session
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.offices import Office
from registry.models.units import UnitPeriod
from registry.queries.blocks import blocks
from registry.queries.coverage.translated import closed_units_within
from registry.queries.there_is import there_is
from registry.queries.units.on_a_day import DAY, in_force, path_on

# The territory of these roles is what `offices` gives to the office they were granted for.
FUNCTIONS_OF_ROLES = {
    Role.REVIEWER: OfficeFunction.REVIEWING,
    Role.APPROVER: OfficeFunction.DECIDING,
    Role.VIEWER: OfficeFunction.COORDINATING,
    Role.VERIFIER: OfficeFunction.VERIFYING,
}


# What each request asks: made once, for making it costs more time than the database needs.
_OFFICE: Any = bindparam("office_id", type_=Integer)
_GRANTS = select(Grant).where(
    Grant.account_id == bindparam("account_id", type_=Integer), in_force(Grant, DAY)
)
_TERRITORIES = select(Office.territory_id).where(
    Office.function == bindparam("function", type_=Office.function.type),
    Office.office_id == _OFFICE,
    in_force(Office, DAY),
)
_SECTIONS = select(UnitPeriod.unit_id).where(
    UnitPeriod.parent_id == _OFFICE,
    UnitPeriod.kind.in_(SECTION_KINDS),
    in_force(UnitPeriod, DAY),
)
_BELONGS = (
    select(Membership.id)
    .where(
        Membership.person_id == bindparam("person_id", type_=Integer),
        in_force(Membership, DAY),
        or_(Membership.unit_id == _OFFICE, Membership.unit_id.in_(_SECTIONS)),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in a list: who, whether enabled, the roles granted and their offices' ids."""

    id: int
    login: str
    person_name: str | None
    enabled: bool
    has_password: bool
    grants: tuple[tuple[Role, int | None], ...]


def account_by_login(login_key: str) -> Account | None:
    """Return the account whose folded login is `login_key`."""
    return db.session.scalar(select(Account).where(Account.login_key == login_key))


def account_of_person(person_id: int) -> Account | None:
    """Return the account of a person, if there is one."""
    return db.session.scalar(select(Account).where(Account.person_id == person_id))


def grants_given(account: Account, today: date) -> list[Grant]:
    """Return the grants of an account but those to come by which a reorganisation continues one.

    Somebody may do what he may with the office that is there today, wherever it goes later.
    """
    ends = {(held.role, held.valid_to) for held in account.grants}
    return [
        held
        for held in account.grants
        if held.valid_from <= today or (held.role, held.valid_from) not in ends
    ]


def accounts_of_people(person_ids: Iterable[int]) -> frozenset[int]:
    """Return the ids of the accounts that some people have."""
    return frozenset(
        account_id
        for block in blocks(person_ids)
        for account_id in db.session.scalars(select(Account.id).where(Account.person_id.in_(block)))
    )


def session_by_hash(token_hash: str) -> Session | None:
    """Return the session whose token has this hash, revoked ones included."""
    return db.session.scalar(select(Session).where(Session.token_hash == token_hash))


def password_link_by_hash(token_hash: str) -> PasswordLink | None:
    """Return the password link whose token has this hash, those that ended included."""
    return db.session.scalar(select(PasswordLink).where(PasswordLink.token_hash == token_hash))


def lock_account(account_id: int) -> None:
    """Wait for who changes the account, and let others who do wait until this transaction ends.

    For signing in, which takes no turn. Rows that refer to the account can still be written. SQLite
    admits one writer anyway.
    """
    db.session.scalar(
        select(Account.id).where(Account.id == account_id).with_for_update(key_share=True)
    )


def open_link(account_id: int, purpose: LinkPurpose) -> PasswordLink | None:
    """Return the link of an account for a purpose that is open, though it may have expired."""
    return db.session.scalar(
        select(PasswordLink).where(
            PasswordLink.account_id == account_id,
            PasswordLink.purpose == purpose,
            PasswordLink.ended_at.is_(None),
        )
    )


def is_known_device(token_hash: str, login_key: str, since: datetime) -> bool:
    """Tell whether the holder of a login signed in from a browser since a moment."""
    known = (
        select(KnownDevice.id)
        .join(Account, Account.id == KnownDevice.account_id)
        .where(
            KnownDevice.token_hash == token_hash,
            Account.login_key == login_key,
            KnownDevice.seen_at > since,
        )
    )
    return db.session.scalar(known) is not None


def newest_devices(account_id: int, count: int) -> list[int]:
    """Return the ids of the browsers last used to sign in to an account."""
    return list(
        db.session.scalars(
            select(KnownDevice.id)
            .where(KnownDevice.account_id == account_id)
            .order_by(KnownDevice.seen_at.desc(), KnownDevice.id.desc())
            .limit(count)
        )
    )


def is_locked() -> ColumnElement[bool]:
    """Return the condition that an account was disabled."""
    return Account.disabled_at.is_not(None)


def waits_for_password() -> ColumnElement[bool]:
    """Return the condition that an account may be used as soon as a password is set."""
    return and_(Account.disabled_at.is_(None), Account.password_hash.is_(None))


def all_accounts(today: date, wanted: ColumnElement[bool] | None = None) -> list[AccountRow]:
    """Return every account, or those `wanted`, by login, with the grants in force today."""
    statement = select(Account).order_by(Account.login_key)
    if wanted is not None:
        statement = statement.where(wanted)
    accounts = db.session.scalars(statement).all()
    return [
        AccountRow(
            id=account.id,
            login=account.login,
            person_name=account.person.full_name if account.person else None,
            enabled=account.disabled_at is None,
            has_password=account.password_hash is not None,
            grants=tuple(
                (grant.role, grant.office_id)
                for grant in account.grants
                if grant.valid_from <= today and (grant.valid_to is None or today < grant.valid_to)
            ),
        )
        for account in accounts
    ]


def has_administrator() -> bool:
    """Tell whether any account was ever granted system administration."""
    return there_is(select(Grant.id).where(Grant.role == Role.SYSTEM_ADMINISTRATOR))


def actor_of(account: Account, today: date, label: str) -> Actor:
    """Return what an account may do today, and where.

    A grant counts while the account is enabled and its person is today a member of the office it
    was granted for, or of a section of that office; a system administrator needs no person.
    """
    scopes: dict[Action, Scope] = dict.fromkeys(TABLE[Role.MEMBER], NOTHING)
    roles: set[Role] = {Role.MEMBER} if account.person_id is not None else set()
    offices: set[int | None] = set()
    if account.disabled_at is None:
        for grant in db.session.scalars(_GRANTS, {"account_id": account.id, "day": today}):
            prefixes = _territories(account, grant, today)
            if prefixes is None:
                continue
            roles.add(grant.role)
            offices.add(grant.office_id)
            scope = (
                EVERYTHING
                if grant.role is Role.SYSTEM_ADMINISTRATOR
                else Scope(prefixes=prefixes, closed_unit_ids=closed_units_within(prefixes, today))
            )
            for action in TABLE[grant.role]:
                added = NOTHING if action in WITHOUT_UNIT and not scope.everything else scope
                scopes[action] = _joined(scopes.get(action, NOTHING), added)
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        label=label,
        roles=frozenset(roles),
        scopes=scopes,
        offices=frozenset(offices),
    )


def _territories(account: Account, grant: Grant, today: date) -> frozenset[str] | None:
    """Return the path prefixes a grant reaches today, or None when it does not count today."""
    if grant.role is Role.SYSTEM_ADMINISTRATOR:
        return frozenset()
    if grant.office_id is None or account.person_id is None:
        return None
    office_path = path_on(grant.office_id, today)
    if office_path is None or not _belongs(account.person_id, grant.office_id, today):
        return None
    if grant.role in FUNCTIONS_OF_ROLES:
        paths = [
            path_on(territory_id, today)
            for territory_id in db.session.scalars(
                _TERRITORIES,
                {
                    "function": FUNCTIONS_OF_ROLES[grant.role],
                    "office_id": grant.office_id,
                    "day": today,
                },
            )
        ]
        found = frozenset(path for path in paths if path is not None)
        return found or None
    return frozenset({office_path})


def _belongs(person_id: int, office_id: int, today: date) -> bool:
    """Tell whether somebody is today a member of the office or of one of its sections.

    Not of any unit below: every unit of a province lies below the body that decides in it, and who
    left that body for a commune decides no more.
    """
    values = {"person_id": person_id, "office_id": office_id, "day": today}
    return db.session.scalar(_BELONGS, values) is not None


def _joined(one: Scope, other: Scope) -> Scope:
    return Scope(
        everything=one.everything or other.everything,
        prefixes=one.prefixes | other.prefixes,
        closed_unit_ids=one.closed_unit_ids | other.closed_unit_ids,
    )
