"""Tries to sign in: each is counted before the password is looked at, so that none slips past.

A try has three steps, each in a transaction of its own: it is counted, the password is verified
while nothing is locked, and the session is opened (`registry/services/accounts.py`).
"""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, select, update

from registry.domain.accounts import login_key
from registry.domain.clock import Moment
from registry.domain.errors import Invalid, TooSoon
from registry.domain.permissions import Action, Actor
from registry.domain.sign_in_delays import FORGOTTEN_AFTER, Tries, seconds_to_wait, with_one_more
from registry.models.accounts import Account, KnownDevice, SignInTries
from registry.models.base import db
from registry.models.inserts import insert_into
from registry.queries.accounts import account_by_login, is_known_device, newest_devices
from registry.services.passwords import new_token, token_hash, verify_password

# A browser from which nobody signed in for so long is a stranger again.
DEVICE_LIFE = timedelta(days=180)
DEVICES_KEPT = 10


@dataclass(frozen=True, slots=True)
class Verified:
    """An account whose password was right, and the hash by which it was."""

    account_id: int
    password_hash: str = field(repr=False)


def count_try(actor: Actor, login: str, device: str | None, moment: Moment) -> None:
    """Count a try to sign in, before anybody knows how it ends; to be committed at once.

    Tries of one login are counted together, wherever they come from and whether or not there is
    such an account; a browser from which its holder signed in before is counted by itself, so that
    nobody else's wrong passwords make its holder wait. Raises TooSoon, and counts nothing, while
    the delay after earlier tries lasts.
    """
    actor.require(Action.SESSION_OPEN)
    _forget_old_tries(moment)
    counted = _lock_tries(_counted_as(login, device, moment), moment)
    tries = Tries(counted.tries, counted.last_try_at)
    seconds = seconds_to_wait(tries, moment.running)
    if seconds:
        raise TooSoon(
            f"Đã nhập sai nhiều lần. Chờ {seconds} giây rồi thử lại, hoặc bấm “Quên mật khẩu”.",
            seconds,
        )
    tries = with_one_more(tries, moment.running)
    counted.tries, counted.last_try_at = tries.count, tries.last_at
    db.session.flush()


def verified(actor: Actor, login: str, password: str) -> Verified:
    """Return the account to which login and password belong; reads only, and takes its time.

    Raises Invalid, with one text whatever was wrong and in the same time.
    """
    actor.require(Action.SESSION_OPEN)
    account = account_by_login(login_key(login))
    stored = account.password_hash if account else None
    right = verify_password(stored, password)
    if account is None or stored is None or not right or account.disabled_at is not None:
        raise wrong_password()
    return Verified(account.id, stored)


def wrong_password() -> Invalid:
    """Return the refusal of a sign-in, the same whatever was wrong."""
    return Invalid.on("password", "Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra rồi nhập lại.")


def remember_device(account: Account, device: str | None, moment: Moment) -> str:
    """Forget the tries of an account that was entered, and remember the browser; return its token.

    The browser keeps the token it has when it is known already.
    """
    keys = [_hash(account.login_key)]
    since = moment.running - DEVICE_LIFE
    is_known = device is not None and is_known_device(token_hash(device), account.login_key, since)
    token = (device if is_known else None) or new_token()
    keys.append(_hash(account.login_key, token))
    db.session.execute(delete(SignInTries).where(SignInTries.key_hash.in_(keys)))
    if is_known:
        db.session.execute(
            update(KnownDevice)
            .where(KnownDevice.token_hash == token_hash(token))
            .values(seen_at=moment.running)
        )
    else:
        db.session.add(
            KnownDevice(token_hash=token_hash(token), account_id=account.id, seen_at=moment.running)
        )
        db.session.flush()
        kept = newest_devices(account.id, DEVICES_KEPT)
        db.session.execute(
            delete(KnownDevice).where(
                KnownDevice.account_id == account.id, KnownDevice.id.not_in(kept)
            )
        )
    return token


def forget_devices(account_id: int | None) -> None:
    """Let every browser be a stranger to the account again; nobody's is none."""
    db.session.execute(delete(KnownDevice).where(KnownDevice.account_id == account_id))


def _counted_as(login: str, device: str | None, moment: Moment) -> str:
    key = login_key(login)
    since = moment.running - DEVICE_LIFE
    if device is not None and is_known_device(token_hash(device), key, since):
        return _hash(key, device)
    return _hash(key)


def _hash(key: str, device: str = "") -> str:
    """Return under what tries are counted: neither a login nor a token stands in the table."""
    return token_hash(f"{key}\n{device}")


def _lock_tries(key_hash: str, moment: Moment) -> SignInTries:
    """Return the row that counts these tries, made when it is missing; others wait for it."""
    row_id = db.session.scalar(
        insert_into(SignInTries)
        .values(key_hash=key_hash, tries=0, last_try_at=moment.running)
        # Changes nothing, but locks the row that is there, and gives it back.
        .on_conflict_do_update(index_elements=["key_hash"], set_={"key_hash": key_hash})
        .returning(SignInTries.id)
    )
    return db.session.get_one(SignInTries, row_id, populate_existing=True)


def _forget_old_tries(moment: Moment) -> None:
    """Remove what counts no more; rows that others hold just now are left to them."""
    old = (
        select(SignInTries.id)
        .where(SignInTries.last_try_at <= moment.running - FORGOTTEN_AFTER)
        .with_for_update(skip_locked=True)
    )
    db.session.execute(delete(SignInTries).where(SignInTries.id.in_(old)))
