"""Makers of accounts and actors."""

import secrets
from datetime import UTC, date, datetime
from functools import cache

from flask import Flask, session
from flask.testing import FlaskClient
from flask_login import login_user

from registry.domain.accounts import LinkPurpose
from registry.domain.clock import Moment
from registry.domain.permissions import PUBLIC_ACTOR, Actor, Role
from registry.models.accounts import Account, Grant, PasswordLink, Session
from registry.models.base import db
from registry.models.people import Person
from registry.models.units import Unit
from registry.queries.accounts import actor_of
from registry.services import accounts
from registry.services.passwords import hash_password, token_hash
from registry.services.sign_ins import verified
from registry.web.access import SignedInUser
from tests.factories.people import make_member
from tests.factories.units import START

PASSWORD = "một mật khẩu thử dài"
MOMENT = Moment(datetime(2024, 6, 30, 2, 0, tzinfo=UTC))
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
    db.session.add(account)
    give_role(account, role, office)
    return account


def give_role(
    account: Account,
    role: Role,
    office: Unit | None,
    since: date = START,
    until: date | None = None,
) -> Grant:
    """Give an account a role for an office, or for none."""
    grant = Grant(
        role=role, office_id=office.id if office else None, valid_from=since, valid_to=until
    )
    account.grants.append(grant)
    db.session.flush()
    return grant


def make_session(account: Account, now: datetime) -> str:
    """Open a session for the account and return its token."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        Session(
            token_hash=token_hash(token), account_id=account.id, created_at=now, last_seen_at=now
        )
    )
    db.session.flush()
    return token


def make_held_link(account: Account, asked_by: Account | None = None) -> PasswordLink:
    """Make a link that waits for a second person, asked for at the tests' present."""
    link = PasswordLink(
        account_id=account.id,
        asked_by_id=asked_by.id if asked_by else None,
        purpose=LinkPurpose.RESET,
        created_at=MOMENT.instant,
        expires_at=MOMENT.instant + accounts.HELD_FOR,
    )
    db.session.add(link)
    db.session.flush()
    return link


def enter(
    login: str, password: str = PASSWORD, moment: Moment = MOMENT, device: str | None = None
) -> accounts.SignedIn:
    """Sign in by the password, as the page does once the try is counted."""
    who = verified(PUBLIC_ACTOR, login, password)
    return accounts.sign_in(PUBLIC_ACTOR, who, device, moment)


def set_password(token: str, password: str, moment: Moment = MOMENT) -> accounts.SignedIn:
    """Set the password by a link, as the page does."""
    hashed = accounts.hashed_password(PUBLIC_ACTOR, token, password, password, moment)
    return accounts.set_password(PUBLIC_ACTOR, token, hashed, None, moment)


def client_of(app: Flask, account: Account, token: str) -> FlaskClient:
    """Return a client with the cookie of an open session, as signing in leaves it."""
    client = app.test_client()
    with app.test_request_context(environ_base=client.environ_base):
        login_user(SignedInUser(token, account))
        signed_in = dict(session)
    with client.session_transaction() as cookie:
        cookie.update(signed_in)
    return client


def actor_for(account: Account, today: date = date(2024, 6, 30)) -> Actor:
    """Return what the account may do on `today`."""
    return actor_of(account, today, f"web:{account.id}")


def make_actor(role: Role, office: Unit | None, today: date = date(2024, 6, 30)) -> Actor:
    """Make an account with one role and return its actor."""
    return actor_for(make_account(role, office), today)
