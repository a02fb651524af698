"""The backup container: a ZIP file with a manifest that proves every member, under a seal.

The manifest is written after the members, with the order, size and SHA-256 of the bytes that were
really stored; the seal, a keyed hash of the manifest, is written last and read first. So nothing
of a container is believed, unfolded or even parsed before the whole of it is known to be as it was
written. Nothing is unpacked under its final name before all of it has been verified.

Containers of format 1 had no seal: whoever could write to one could take members out of it. They
are read only when the caller says that it may be so.
"""

import hashlib
import hmac
import json
import os
import re
import shutil
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from errno import EEXIST
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from registry.domain.errors import Invalid
from registry.formats.private_files import new_private_file

FORMAT = "mang-luoi-cds-backup"
FORMAT_VERSION = 2
UNSEALED_VERSION = 1
MANIFEST_NAME = "manifest.json"
SEAL_NAME = "manifest.seal"

NOT_A_BACKUP = "Tệp này không phải bản sao lưu của hệ thống. Chọn đúng tệp sao lưu (.zip)."
DAMAGED_BACKUP = (
    "Bản sao lưu bị hỏng hoặc đã bị sửa: {member}. Không có gì được phục hồi; dùng bản khác."
)
UNKNOWN_VERSION = (
    "Bản sao lưu có định dạng phiên bản {version}, phần mềm này chỉ đọc được phiên bản {known}."
    " Cập nhật phần mềm rồi phục hồi lại."
)
FOREIGN_KEY = "Khóa không thuộc bản sao lưu này. Tìm tệp khóa được ghi cùng lúc với bản sao lưu."
NOT_SEALED = (
    "Bản sao lưu này không có niêm phong nên không thể biết có phần nào đã bị bớt hay không. "
    "Các phiên bản phần mềm trước ghi bản sao lưu như vậy. Chỉ khi chắc chắn tệp được giữ an toàn "
    "từ lúc sao lưu, chạy lại lệnh với “--unsealed”."
)
TARGET_NOT_EMPTY = "Thư mục đích đã có dữ liệu. Chọn một thư mục trống."

_BLOCK = 1024 * 1024
_MANIFEST_BYTES = 64 * _BLOCK
# Read before anything proves it: parsed, it takes some twenty times as much memory.
_UNSEALED_MANIFEST_BYTES = 4 * _BLOCK
_SEAL_BYTES = 200
_OWN_KEYS = frozenset(("format", "format_version", "members"))
_OWN_NAMES = frozenset((MANIFEST_NAME, SEAL_NAME))
_FIRST_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the same members give the same file
_UNSAFE_IN_PATH = re.compile(r'[\x00-\x1f\\:<>"|?*]')
_SHA256 = re.compile(r"[0-9a-f]{64}")
# A RuntimeError is what zipfile raises for a compression or encryption it does not know, and the
# reader of JSON for what is nested too deep.
_READING_FAILURES = (
    BadZipFile, EOFError, KeyError, OverflowError, RuntimeError, ValueError, zlib.error,
)  # fmt: skip
_NAMES_THAT_CLASH = (FileExistsError, IsADirectoryError, NotADirectoryError)
_FOR_THE_OWNER = 0o600


@dataclass(frozen=True, slots=True)
class _Proof:
    """What the manifest says of a member."""

    name: str
    size: int
    sha256: str


def write_backup(
    target: Path,
    members: Iterable[tuple[str, Path | bytes]],
    manifest: Mapping[str, object],
    key: bytes,
) -> dict[str, Any]:
    """Write `members` (name inside the backup, file or bytes) to `target`; return the manifest.

    The file appears under its name only when it is complete and on the disk, never in the place of
    another file and never through a link; nobody but the owner may read it. `manifest` holds what
    the reader should know (versions, counts, the instant), as JSON values; format, version and the
    proofs of the members are added to it, and the whole is sealed under `key`. Members are stored
    as they are: they come compressed.

    Raises:
        ValueError: a member's name is unsafe or occurs twice, or `manifest` sets a key of ours.
        FileExistsError: there is a file, or a link, at the target.
        OSError: a member cannot be read or the target cannot be written; no target is left behind.

    """
    if _OWN_KEYS & set(manifest):
        raise ValueError("the manifest sets a key of the container itself")
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)  # what a backup left that was killed; of a link, the link
    try:
        with os.fdopen(new_private_file(partial), "wb") as file:
            with ZipFile(file, "w", ZIP_STORED) as container:
                complete = {
                    **manifest,
                    "format": FORMAT,
                    "format_version": FORMAT_VERSION,
                    "members": _store(container, members),
                }
                text = json.dumps(complete, ensure_ascii=False, indent=1, sort_keys=True).encode()
                container.writestr(_entry(MANIFEST_NAME), text)
                seal = f"{key_name(key)} {seal_of([text], key)}"
                container.writestr(_entry(SEAL_NAME), seal.encode())
            file.flush()
            os.fsync(file.fileno())
        _give_its_name(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return complete


def key_name(key: bytes) -> str:
    """Return how a container names the key it was sealed under; it tells nothing of the key."""
    return hashlib.sha256(b"backup key:" + key).hexdigest()[:16]


def read_manifest(source: Path, key: bytes, *, unsealed: bool = False) -> dict[str, Any]:
    """Return the manifest of a backup without unpacking it, once its seal was found whole.

    `unsealed` lets a container of format 1 pass, which has no seal.

    Raises:
        Invalid: on "backup": `source` is no backup, is damaged, of an unknown version, or has no
            seal; on "keys": it was sealed under another key.

    """
    with closing(_opened(source)) as container:
        return _manifest_of(container, key, unsealed=unsealed)


def read_backup(source: Path, into: Path, key: bytes, *, unsealed: bool = False) -> dict[str, Any]:
    """Verify a backup and unpack it into the folder `into`; return the manifest.

    Nothing appears in the folder, which is made when it is missing, before all is verified.

    Only the members named in the manifest are unpacked, as plain files for the owner's eyes: the
    container cannot create links or write outside the folder.

    Raises:
        Invalid: as `read_manifest`, and on "backup" when a member is missing, added, out of its
            order, damaged or unsafe; on "into": the folder is not empty.
        OSError: the folder cannot be written.

    """
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise Invalid.on("into", TARGET_NOT_EMPTY)
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Beside its final place, for that may be a disk of its own.
    unpacked = Path(mkdtemp(prefix=".unpacking-", dir=into))
    try:
        with closing(_opened(source)) as container:
            manifest = _manifest_of(container, key, unsealed=unsealed)
            proofs = _proofs(manifest)
            _refuse_other_members(container, proofs, unsealed=unsealed)
            for proof in proofs:
                _unpack(container, proof, unpacked)
        for verified in unpacked.iterdir():
            verified.replace(into / verified.name)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    return manifest


def _give_its_name(partial: Path, target: Path) -> None:
    """Let the finished file appear as `target`.

    Raises FileExistsError where something stands there by now.
    """
    try:
        target.hardlink_to(partial)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links, as those of many memory sticks
        if os.path.lexists(target):
            raise FileExistsError(EEXIST, os.strerror(EEXIST), str(target)) from None
        partial.replace(target)


def _store(
    container: ZipFile, members: Iterable[tuple[str, Path | bytes]]
) -> list[dict[str, object]]:
    """Write the members; return name, size and SHA-256 of what was stored, in its order."""
    stored: list[dict[str, object]] = []
    names: set[str] = set()
    for name, content in members:
        if not _is_safe(name) or name in _OWN_NAMES or name in names:
            message = f"{name!r} is unsafe or stands twice in the backup"
            raise ValueError(message)
        names.add(name)
        source: IO[bytes] = BytesIO(content) if isinstance(content, bytes) else content.open("rb")
        with source, container.open(_entry(name), "w", force_zip64=True) as target:
            size, sha256 = _copy(source, target)
        stored.append({"name": name, "size": size, "sha256": sha256})
    return stored


def _copy(source: IO[bytes], target: IO[bytes], most: int | None = None) -> tuple[int, str]:
    """Copy to the end, or until more than `most` bytes came; return size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    while (most is None or size <= most) and (block := source.read(_BLOCK)):
        digest.update(block)
        size += len(block)
        target.write(block)
    return size, digest.hexdigest()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _FIRST_ZIP_DAY)
    entry.compress_type = ZIP_STORED
    entry.external_attr = _FOR_THE_OWNER << 16
    return entry


def _is_safe(name: str) -> bool:
    """Tell whether a member's name is a plain relative path on every system, in NFC."""
    path = PurePosixPath(name)
    return (
        bool(path.parts)
        and str(path) == name
        and not path.is_absolute()
        and not any(part in ("..", ".") or part != part.strip() for part in path.parts)
        and not _UNSAFE_IN_PATH.search(name)
        and unicodedata.is_normalized("NFC", name)
    )


def _opened(source: Path) -> ZipFile:
    if source.exists() and not source.is_file():
        # A device has no end that could be read.
        raise Invalid.on("backup", NOT_A_BACKUP)
    try:
        container = ZipFile(source)
    except (OSError, *_READING_FAILURES):
        raise Invalid.on("backup", NOT_A_BACKUP) from None
    if any(info.header_offset < 0 for info in container.infolist()):
        # It promises more than there is, and puts its members before the file's beginning.
        container.close()
        raise Invalid.on("backup", NOT_A_BACKUP)
    return container


def _manifest_of(container: ZipFile, key: bytes, *, unsealed: bool) -> dict[str, Any]:
    """Read the manifest and make sure that it is whole, and that this version can use it."""
    names = container.namelist()
    if MANIFEST_NAME not in names:
        raise Invalid.on("backup", NOT_A_BACKUP)
    is_sealed = SEAL_NAME in names
    if is_sealed:
        _check_seal(container, key)
    elif not unsealed:
        raise Invalid.on("backup", NOT_SEALED)
    manifest = _parsed(container, _MANIFEST_BYTES if is_sealed else _UNSEALED_MANIFEST_BYTES)
    version, known = manifest.get("format_version"), UNSEALED_VERSION
    if is_sealed:
        known = FORMAT_VERSION
    elif version == FORMAT_VERSION:
        raise Invalid.on("backup", DAMAGED_BACKUP.format(member=SEAL_NAME))
    if version != known:
        raise Invalid.on("backup", UNKNOWN_VERSION.format(version=version, known=FORMAT_VERSION))
    return manifest


def _check_seal(container: ZipFile, key: bytes) -> None:
    """Make sure that the manifest is the one that was sealed, before a byte of it is believed.

    Raises Invalid.
    """
    damaged = Invalid.on("backup", DAMAGED_BACKUP.format(member=MANIFEST_NAME))
    try:
        named, _, seal = (
            b"".join(_blocks(container, SEAL_NAME, _SEAL_BYTES)).decode().partition(" ")
        )
        if named != key_name(key):
            raise Invalid.on("keys", FOREIGN_KEY)
        found = seal_of(_blocks(container, MANIFEST_NAME, _MANIFEST_BYTES), key)
    except _READING_FAILURES:
        raise damaged from None
    if not hmac.compare_digest(seal.encode(), found.encode()):
        raise damaged


def seal_of(blocks: Iterable[bytes], key: bytes) -> str:
    """Return the keyed hash that seals a manifest, given in pieces."""
    digest = hmac.new(key, b"backup manifest:", hashlib.sha256)
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


def _blocks(container: ZipFile, name: str, most: int) -> Iterable[bytes]:
    """Yield a member piece by piece.

    Raises ValueError when more than `most` bytes come, or they would have to be unfolded.
    """
    info = container.getinfo(name)
    if info.compress_type != ZIP_STORED or info.file_size > most:
        raise ValueError(name)
    with container.open(info) as source:
        while block := source.read(_BLOCK):
            yield block


def _parsed(container: ZipFile, most: int) -> dict[str, Any]:
    try:
        if container.getinfo(MANIFEST_NAME).file_size > most:
            raise Invalid.on("backup", NOT_A_BACKUP)
        with container.open(MANIFEST_NAME) as source:
            manifest = json.loads(source.read(most + 1))
    except _READING_FAILURES:
        raise Invalid.on("backup", NOT_A_BACKUP) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Invalid.on("backup", NOT_A_BACKUP)
    return manifest


def _proofs(manifest: Mapping[str, Any]) -> list[_Proof]:
    """Return what the manifest says of each member, in their order; format 1 had them by name.

    Raises Invalid when it says anything else than names, sizes and hashes.
    """
    members = manifest.get("members")
    if isinstance(members, dict) and manifest["format_version"] == UNSEALED_VERSION:
        members = [
            {"name": name} | (proof if isinstance(proof, dict) else {})
            for name, proof in members.items()
        ]
    if not isinstance(members, list):
        raise Invalid.on("backup", DAMAGED_BACKUP.format(member=MANIFEST_NAME))
    return [_proof(member) for member in members]


def _proof(member: object) -> _Proof:
    values = member if isinstance(member, dict) else {}
    name, size, sha256 = (values.get(part) for part in ("name", "size", "sha256"))
    if not isinstance(name, str):
        raise Invalid.on("backup", DAMAGED_BACKUP.format(member=MANIFEST_NAME))
    is_proven = isinstance(sha256, str) and _SHA256.fullmatch(sha256) and _is_safe(name)
    # A bool is an int to Python, and no size.
    if not isinstance(size, int) or isinstance(size, bool) or size < 0 or not is_proven:
        raise Invalid.on("backup", DAMAGED_BACKUP.format(member=name))
    return _Proof(name, size, str(sha256))


def _refuse_other_members(container: ZipFile, proofs: Sequence[_Proof], *, unsealed: bool) -> None:
    """Refuse a container that holds other members than its manifest says, or in another order.

    Also one in which a member would unfold: all of them were compressed before they were sealed.
    """
    held = container.namelist()
    promised = [*(proof.name for proof in proofs), MANIFEST_NAME]
    if SEAL_NAME in held:
        promised.append(SEAL_NAME)
    elif unsealed:  # format 1 told no order
        held, promised = sorted(held), sorted(promised)
    if held != promised:
        wrong = next(
            (name for name in (*held, *promised) if held.count(name) != promised.count(name)),
            held[0],
        )
        raise Invalid.on("backup", DAMAGED_BACKUP.format(member=wrong))
    for info in container.infolist():
        if info.filename not in _OWN_NAMES and not _is_plain(info):
            raise Invalid.on("backup", DAMAGED_BACKUP.format(member=info.filename))


def _is_plain(info: ZipInfo) -> bool:
    """Tell whether a member takes in the container about as much as it does outside."""
    if info.compress_type == ZIP_STORED:
        return info.compress_size == info.file_size
    return info.compress_type == ZIP_DEFLATED and info.file_size <= 2 * info.compress_size + 1024


def _unpack(container: ZipFile, proof: _Proof, folder: Path) -> None:
    """Write one member below `folder` and verify it against its proof."""
    damaged = Invalid.on("backup", DAMAGED_BACKUP.format(member=proof.name))
    target = folder / proof.name
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (
            container.open(proof.name) as source,
            os.fdopen(new_private_file(target), "wb") as file,
        ):
            unpacked = _copy(source, file, most=proof.size)
    except (*_READING_FAILURES, *_NAMES_THAT_CLASH):
        raise damaged from None
    if unpacked != (proof.size, proof.sha256):
        raise damaged
