"""Accounts of the demo: one for each role, their passwords random and kept beside the database."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from registry.domain.accounts import check_login
from registry.domain.permissions import Role
from registry.formats.private_files import write_private
from registry.formats.sqlite_file import Row
from registry.models.accounts import Account, Grant
from registry.models.base import db
from registry.models.people import Person
from registry.queries.accounts import account_by_login
from registry.services.passwords import hash_password
from registry.services.seeds.files import text

LOGINS_FILE = "demo-logins.json"


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """How one signs in to the demo in a role."""

    role: Role
    login: str
    password: str


def read_logins(home: Path) -> list[DemoLogin]:
    """Return the demo's logins in the order of its accounts.

    None when the file is not there or is damaged: then the passwords are made anew.
    """
    path = home / LOGINS_FILE
    if not path.exists():
        return []
    try:
        return [
            DemoLogin(Role(entry["role"]), str(entry["login"]), str(entry["password"]))
            for entry in json.loads(path.read_text(encoding="utf-8"))
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []


def make_logins(home: Path, rows: Sequence[Row]) -> list[DemoLogin]:
    """Return the logins of the accounts in `rows`; make random passwords where there are none.

    The passwords stand in a file (mode 0600) and, hashed, in the database: nowhere else.
    """
    known = read_logins(home)
    if [login.login for login in known] == [text(row, "login") for row in rows]:
        return known
    made = [
        DemoLogin(Role(text(row, "role")), text(row, "login"), secrets.token_urlsafe(15))
        for row in rows
    ]
    path = home / LOGINS_FILE
    path.unlink(missing_ok=True)
    write_private(path, json.dumps([_as_entry(login) for login in made], indent=2).encode())
    return made


def _as_entry(login: DemoLogin) -> dict[str, str]:
    return {"role": login.role.value, "login": login.login, "password": login.password}


def add_accounts(
    rows: Sequence[Row],
    logins: Sequence[DemoLogin],
    people: Mapping[str, Person],
    codes: Mapping[str, int],
    created_at: datetime,
) -> dict[str, Account]:
    """Add the accounts with their roles from the day of `created_at` on; return them by key."""
    passwords = {login.login: login.password for login in logins}
    accounts = {}
    for row in rows:
        key, login = check_login(text(row, "login")), text(row, "login")
        account = Account(
            login=key,
            login_key=key,
            person=people[text(row, "person")] if row["person"] else None,
            password_hash=hash_password(passwords[login]),
            created_at=created_at,
        )
        role = Role(text(row, "role"))
        if role is not Role.MEMBER:  # a member needs no office: the record is the person's own
            account.grants.append(_grant(role, row["office"], codes, created_at.date()))
        accounts[text(row, "key")] = account
    db.session.add_all(accounts.values())
    db.session.flush()
    return accounts


def _grant(role: Role, office: str | None, codes: Mapping[str, int], since: date) -> Grant:
    return Grant(role=role, office_id=codes[office] if office else None, valid_from=since)


def renew_passwords(logins: Sequence[DemoLogin]) -> int:
    """Set the passwords of `logins` on their accounts and return how many: their file was lost."""
    renewed = 0
    for login in logins:
        account = account_by_login(check_login(login.login))
        if account is not None:
            account.password_hash = hash_password(login.password)
            renewed += 1
    db.session.flush()
    return renewed
