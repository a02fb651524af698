"""Citizen numbers at rest: encrypted with AES-256-GCM, found again by a keyed hash."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.domain.errors import DomainError

_NONCE_BYTES = 12
_CITIZEN_ID = "people.citizen_id_encrypted"


class Unreadable(DomainError):
    """A stored value does not open: its key is missing, or it was changed or moved elsewhere."""


@dataclass(frozen=True, slots=True)
class PersonalKeys:
    """The keys of personal data, 32 bytes each: one for the index, and by id those that encrypt.

    `current` is the id of the key under which new values are written; older ones only open.
    """

    index: bytes = field(repr=False)
    current: str
    by_id: Mapping[str, bytes] = field(repr=False)


def encrypt_citizen_id(number: str, person_id: int, keys: PersonalKeys) -> str:
    """Return the number as it is stored for this person, "keyid:base64(nonce + ciphertext)".

    The row it stands in is part of what is sealed: copied to another row it does not open.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(keys.by_id[keys.current]).encrypt(
        nonce, number.encode(), _place(_CITIZEN_ID, person_id)
    )
    return f"{keys.current}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt_citizen_id(stored: str, person_id: int, keys: PersonalKeys) -> str:
    """Return the twelve digits stored for this person.

    Raises Unreadable when the key is not at hand, or the value is not the one written for this row.
    """
    key_id, _, content = stored.partition(":")
    key = keys.by_id.get(key_id)
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
    """Return the keyed hash by which a number is found and kept unique without being readable."""
    return hmac.new(keys.index, number.encode(), hashlib.sha256).hexdigest()


def _place(column: str, row_id: int) -> bytes:
    return f"{column}:{row_id}".encode()
