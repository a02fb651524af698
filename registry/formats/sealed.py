"""Bytes compressed and sealed under a key, each piece bound to the name under which it is kept."""

import secrets
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.domain.errors import Invalid

_NONCE_BYTES = 12


def seal(content: bytes, name: str, key: bytes) -> bytes:
    """Return `content` compressed and encrypted (AES-256-GCM); it opens under this name only."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, zlib.compress(content), name.encode())


def unseal(sealed: bytes, name: str, key: bytes) -> bytes:
    """Return what was sealed.

    Raises Invalid on "keys" when the key is another, or on any change of the bytes or the name.
    """
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return zlib.decompress(AESGCM(key).decrypt(nonce, rest, name.encode()))
    except (InvalidTag, ValueError, zlib.error):
        message = f"Không mở được phần “{name}”: khóa không đúng hoặc nội dung đã bị sửa."
        raise Invalid.on("keys", message) from None
