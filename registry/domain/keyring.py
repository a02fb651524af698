"""The keys of an installation: each has a name and versions, of which one is in use.

A version that is in use no more is kept: what was written under it can still be read and checked.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from registry.domain.errors import DomainError
from registry.domain.labelled import Labelled

KEY_BYTES = 32
FIRST_ID = "k1"

_FORMAT = 2
_HEX = re.compile(rf"(?:[0-9a-fA-F]{{2}}){{{KEY_BYTES}}}")
_NUMBERED = re.compile(r"k([1-9][0-9]{0,8})")
# An id stands before a colon in what was written under it.
_ID = re.compile(r"[0-9A-Za-z_.-]{1,40}")


class KeysRefused(DomainError):
    """The keys at hand are not those of this registry; the message says what to do."""


class KeyName(Labelled):
    """What a key is for."""

    SESSION = "session", "cookie của phiên đăng nhập"
    CARD = "card", "mã thẻ thành viên"
    AUDIT = "audit", "chuỗi nhật ký và các mốc"
    PERSONAL = "personal", "mã hóa số CCCD"
    PERSONAL_INDEX = "personal_index", "tìm theo số CCCD"


# A cookie signed under an older key is worth nothing from the rotation on: that is its purpose.
_NOT_KEPT = frozenset({KeyName.SESSION})


@dataclass(frozen=True, slots=True)
class VersionedKey:
    """The versions of one key by their ids, the oldest first, and which of them is in use."""

    current: str
    by_id: Mapping[str, bytes] = field(repr=False)

    @property
    def secret(self) -> bytes:
        """The version in use."""
        return self.by_id[self.current]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, the oldest first."""
        return tuple(self.by_id)

    def is_older(self, key_id: str, than: str) -> bool:
        """Tell which of two of its ids was made first."""
        return self.ids.index(key_id) < self.ids.index(than)

    @classmethod
    def generate(cls, key_id: str = FIRST_ID) -> Self:
        """Make a key with one random version."""
        return cls(key_id, {key_id: secrets.token_bytes(KEY_BYTES)})

    def rotated(self) -> Self:
        """Return it with a new random version in use; the others stay."""
        numbers = [int(found[1]) for key_id in self.by_id if (found := _NUMBERED.fullmatch(key_id))]
        made = self.generate(f"k{max(numbers, default=0) + 1}")
        return replace(made, by_id={**self.by_id, **made.by_id})


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys by name; one that older versions of the software did not need may be missing."""

    keys: Mapping[KeyName, VersionedKey]

    def __getitem__(self, name: KeyName) -> VersionedKey:
        """Return a key.

        Raises KeysRefused when it was not made yet.
        """
        if name not in self.keys:
            raise KeysRefused(f"Chưa có khóa “{name}” ({name.label}). Chạy “flask init” trước.")
        return self.keys[name]

    @property
    def missing(self) -> tuple[KeyName, ...]:
        """The names of keys that are needed and not there."""
        return tuple(name for name in KeyName if name not in self.keys)

    @classmethod
    def generate(cls) -> Self:
        """Make fresh random keys."""
        return cls({name: VersionedKey.generate() for name in KeyName})

    def completed(self) -> Self:
        """Return it with what is missing made at random."""
        return replace(
            self, keys={**self.keys, **{name: VersionedKey.generate() for name in self.missing}}
        )

    def rotated(self, name: KeyName) -> Self:
        """Return it with a new version of a key in use."""
        new = self[name].rotated()
        if name in _NOT_KEPT:
            new = VersionedKey(new.current, {new.current: new.secret})
        return replace(self, keys={**self.keys, name: new})

    def merged(self, other: Self) -> Self:
        """Return what both hold together, the newer versions in use.

        Raises KeysRefused when they hold different keys under one id: they are of two registries.
        """
        of_both = {
            name: _merged(key, other.keys[name])
            for name, key in self.keys.items()
            if name in other.keys
        }
        return replace(self, keys={**other.keys, **self.keys, **of_both})

    def to_json(self) -> str:
        """Return the file's content."""
        keys = {
            name.value: {
                "current": key.current,
                "by_id": {key_id: secret.hex() for key_id, secret in key.by_id.items()},
            }
            for name, key in self.keys.items()
        }
        return json.dumps({"format": _FORMAT, "keys": keys}, indent=2)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the file's content, also as it was before keys had versions.

        Raises KeysRefused when it is damaged.
        """
        try:
            data = json.loads(text)
            keys = data["keys"] if data.get("format") == _FORMAT else _before_versions(data)
            return cls({KeyName(name): _read(key) for name, key in keys.items()})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise KeysRefused(
                "Tệp khóa secrets.json bị hỏng. Khôi phục tệp này từ bản sao lưu khóa."
            ) from error


def fingerprint(name: KeyName, key_id: str, secret: bytes) -> str:
    """Return by what a key is known again; it tells nothing of the key."""
    said = f"key fingerprint:{name}:{key_id}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()


def _before_versions(data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what a file of the first format says, in the words of this one."""
    first = {
        name.value: {"current": FIRST_ID, "by_id": {FIRST_ID: data[name.value]}}
        for name in (KeyName.SESSION, KeyName.CARD, KeyName.AUDIT, KeyName.PERSONAL_INDEX)
    }
    personal = {"current": data["personal_key_id"], "by_id": data["personal_keys"]}
    return {**first, KeyName.PERSONAL.value: personal}


def _read(key: Mapping[str, Any]) -> VersionedKey:
    """Read one key.

    Raises ValueError, TypeError or KeyError when it is none.
    """
    current, by_id = key["current"], key["by_id"]
    if current not in by_id or not all(map(_ID.fullmatch, by_id)):
        raise ValueError
    if not all(map(_HEX.fullmatch, by_id.values())):
        raise ValueError
    return VersionedKey(current, {key_id: bytes.fromhex(text) for key_id, text in by_id.items()})


def _merged(one: VersionedKey, other: VersionedKey) -> VersionedKey:
    if any(other.by_id.get(key_id, secret) != secret for key_id, secret in one.by_id.items()):
        raise KeysRefused(
            "Hai khóa khác nhau có cùng một mã: hai tệp khóa này thuộc hai sổ khác nhau."
        )
    longer, shorter = sorted((one, other), key=lambda key: len(key.by_id), reverse=True)
    return VersionedKey(longer.current, {**longer.by_id, **shorter.by_id})
