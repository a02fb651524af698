"""Citizen numbers at rest: encrypted with AES-256-GCM, found again by a keyed hash."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.domain.errors import DomainError
from registry.domain.keyring import KeyName, Keyring, VersionedKey

_NONCE_BYTES = 12
_CITIZEN_ID = "people.citizen_id_encrypted"


class Unreadable(DomainError):
    """A stored value does not open: its key is missing, or it was changed or moved elsewhere."""


@dataclass(frozen=True, slots=True)
class PersonalKeys:
    """The keys of personal data: one encrypts, one finds. Older versions only open and find."""

    encryption: VersionedKey
    index: VersionedKey

    @classmethod
    def of(cls, keyring: Keyring) -> Self:
        """Return those of an installation."""
        return cls(keyring[KeyName.PERSONAL], keyring[KeyName.PERSONAL_INDEX])

    @property
    def by_name(self) -> dict[KeyName, VersionedKey]:
        """The keys by their names."""
        return {KeyName.PERSONAL: self.encryption, KeyName.PERSONAL_INDEX: self.index}


def encrypt_citizen_id(number: str, person_id: int, keys: PersonalKeys) -> str:
    """Return the number as it is stored for this person, "keyid:base64(nonce + ciphertext)".

    The row it stands in is part of what is sealed: copied to another row it does not open.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(keys.encryption.secret).encrypt(
        nonce, number.encode(), _place(_CITIZEN_ID, person_id)
    )
    return f"{keys.encryption.current}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt_citizen_id(stored: str, person_id: int, keys: PersonalKeys) -> str:
    """Return the twelve digits stored for this person.

    Raises Unreadable when the key is not at hand, or the value is not the one written for this row.
    """
    key_id, _, content = stored.partition(":")
    key = keys.encryption.by_id.get(key_id)
    if key is None:
        raise Unreadable("Không có khóa để đọc số CCCD này. Báo quản trị hệ thống.")
    try:
        sealed = base64.b64decode(content, validate=True)
        number = AESGCM(key).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _place(_CITIZEN_ID, person_id)
        )
    except (ValueError, InvalidTag) as error:
        raise Unreadable("Số CCCD lưu của người này bị hỏng. Báo quản trị hệ thống.") from error
    return number.decode()


def citizen_id_index(number: str, keys: PersonalKeys) -> str:
    """Return the keyed hash by which a number is found and kept unique without being readable.

    As it is written now, "keyid:hash".
    """
    return _index(number, keys, keys.index.current)


def citizen_id_indexes(number: str, keys: PersonalKeys) -> list[str]:
    """Return every index under which the number may have been written, by the ids of the key."""
    return [_index(number, keys, key_id) for key_id in keys.index.ids]


def _index(number: str, keys: PersonalKeys, key_id: str) -> str:
    digest = hmac.new(keys.index.by_id[key_id], number.encode(), hashlib.sha256)
    return f"{key_id}:{digest.hexdigest()}"


def _place(column: str, row_id: int) -> bytes:
    return f"{column}:{row_id}".encode()
