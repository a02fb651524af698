"""Passwords and tokens: how they are kept (argon2id, SHA-256) and what a password must be."""

import hashlib
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from argon2.low_level import ARGON2_VERSION

from registry.domain.errors import Invalid

# 64 MiB each; the semaphore keeps a burst of sign-ins from taking more than four times that.
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
_SLOTS = threading.BoundedSemaphore(4)
# Verified when the account is unknown or has no password, so that the answer takes as long. It is
# the hash of nothing, written down: to hash something would hold up every start.
_DUMMY = (
    f"$argon2id$v={ARGON2_VERSION}"
    f"$m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    f"${'A' * 22}${'A' * 43}"
)

SHORTEST = 14
LONGEST = 128
FEWEST_DIFFERENT = 5


def check_password(password: str, repeated: str, login: str) -> None:
    """Check a new password.

    Raises Invalid when it is too short (14: the level-2 figure without second factor), too long,
    trivial, or not typed the same twice.
    """
    if len(password) < SHORTEST:
        raise Invalid.on("password", f"Mật khẩu cần ít nhất {SHORTEST} ký tự. Dùng một câu dễ nhớ.")
    if len(password) > LONGEST:
        raise Invalid.on("password", f"Mật khẩu dài nhiều nhất {LONGEST} ký tự.")
    if len(set(password)) < FEWEST_DIFFERENT or login.casefold() in password.casefold():
        raise Invalid.on(
            "password", "Mật khẩu quá dễ đoán. Không lặp một ký tự, không dùng tên đăng nhập."
        )
    if password != repeated:
        raise Invalid.on("repeated", "Hai lần nhập mật khẩu chưa giống nhau. Nhập lại.")


def hash_password(password: str) -> str:
    """Return the argon2id hash to store."""
    with _SLOTS:
        return _HASHER.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Tell whether `password` belongs to the stored hash; takes as long when there is none."""
    with _SLOTS:
        try:
            _HASHER.verify(stored or _DUMMY, password[: LONGEST * 4])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return stored is not None


def new_token() -> str:
    """Return a secret that nobody can guess: of a session, a link, a browser."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return how a secret token is kept: the database never holds the token itself."""
    return hashlib.sha256(token.encode()).hexdigest()
