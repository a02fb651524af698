"""Bytes compressed and sealed under a key, each piece bound to the name under which it is kept."""

import secrets
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.domain.errors import Invalid

# No piece is larger, open or sealed: whoever opens one knows beforehand what memory that takes.
MOST_BYTES = 16 * 1024 * 1024

_NONCE_BYTES = 12


def seal(content: bytes, name: str, key: bytes) -> bytes:
    """Return `content` compressed and encrypted (AES-256-GCM); it opens under this name only.

    Raises Invalid on "backup" when it is too large to be opened again.
    """
    if len(content) > MOST_BYTES:
        raise Invalid.on("backup", f"Phần “{name}” quá lớn nên không sao lưu được.")
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, zlib.compress(content), name.encode())


def unseal(sealed: bytes, name: str, key: bytes) -> bytes:
    """Return what was sealed.

    Raises Invalid on "keys" when the key is another, or on any change of the bytes or the name; on
    "backup" when it would unfold to more than `MOST_BYTES`.
    """
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    unfolding = zlib.decompressobj()
    try:
        content = unfolding.decompress(
            AESGCM(key).decrypt(nonce, rest, name.encode()), MOST_BYTES + 1
        )
    except (InvalidTag, ValueError, zlib.error):
        message = f"Không mở được phần “{name}”: khóa không đúng hoặc nội dung đã bị sửa."
        raise Invalid.on("keys", message) from None
    if len(content) > MOST_BYTES:
        raise Invalid.on("backup", f"Phần “{name}” lớn hơn mức cho phép nên không mở.")
    if not unfolding.eof:
        raise Invalid.on("backup", f"Phần “{name}” bị cắt mất một đoạn.")
    return content
