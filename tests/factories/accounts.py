"""Makers of accounts and actors."""

from datetime import UTC, date, datetime
from functools import cache

from registry.domain.permissions import Actor, Role
from registry.models.accounts import Account, Grant
from registry.models.base import db
from registry.models.people import Person
from registry.models.units import Unit
from registry.queries.accounts import actor_of
from registry.services.passwords import hash_password
from tests.factories.people import make_member
from tests.factories.units import START

PASSWORD = "một mật khẩu thử dài"
CREATED = datetime(2024, 6, 1, 1, 0, tzinfo=UTC)


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


def make_account(
    role: Role, office: Unit | None, *, login: str | None = None, person: Person | None = None
) -> Account:
    """Make an account with one role; without `person`, a new member of the office holds it."""
    name = login or f"{role.value}-{office.id if office else 0}"
    if person is None and office is not None:
        person = make_member(f"Người {role.value.replace('_', ' ').title()}", office)
    account = Account(
        login=name,
        login_key=name,
        person_id=person.id if person else None,
        password_hash=_hash(),
        created_at=CREATED,
    )
    account.grants.append(
        Grant(role=role, office_id=office.id if office else None, valid_from=START)
    )
    db.session.add(account)
    db.session.flush()
    return account


def actor_for(account: Account, today: date = date(2024, 6, 30)) -> Actor:
    """Return what the account may do on `today`."""
    return actor_of(account, today, f"web:{account.id}")


def make_actor(role: Role, office: Unit | None, today: date = date(2024, 6, 30)) -> Actor:
    """Make an account with one role and return its actor."""
    return actor_for(make_account(role, office), today)
