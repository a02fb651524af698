"""The backup container: a ZIP file with a manifest that proves every member.

The manifest is written last, with the SHA-256 of the bytes that were really stored, and read
first. Nothing is unpacked under its final name before all of it has been verified.
"""

import hashlib
import json
import os
import re
import shutil
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from contextlib import closing
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from registry.domain.errors import Invalid

FORMAT = "mang-luoi-cds-backup"
FORMAT_VERSION = 1
MANIFEST_NAME = "manifest.json"

NOT_A_BACKUP = "Tệp này không phải bản sao lưu của hệ thống. Chọn đúng tệp sao lưu (.zip)."
DAMAGED_BACKUP = (
    "Bản sao lưu bị hỏng hoặc đã bị sửa: {member}. Không có gì được phục hồi; dùng bản khác."
)
UNKNOWN_VERSION = (
    "Bản sao lưu có định dạng phiên bản {version}, phần mềm này chỉ đọc được phiên bản {known}."
    " Cập nhật phần mềm rồi phục hồi lại."
)
TARGET_NOT_EMPTY = "Thư mục đích đã có dữ liệu. Chọn một thư mục trống."

_BLOCK = 1024 * 1024
_MANIFEST_BYTES = 64 * _BLOCK
_OWN_KEYS = frozenset(("format", "format_version", "members"))
_FIRST_ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the same members give the same file
_UNSAFE_IN_PATH = re.compile(r'[\x00-\x1f\\:<>"|?*]')
# NotImplementedError is how zipfile refuses a compression or encryption it does not know.
_READING_FAILURES = (
    BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError, zlib.error,
)  # fmt: skip
_NAMES_THAT_CLASH = (FileExistsError, IsADirectoryError, NotADirectoryError)


def write_backup(
    target: Path, members: Iterable[tuple[str, Path | bytes]], manifest: Mapping[str, object]
) -> dict[str, Any]:
    """Write `members` (name inside the backup, file or bytes) to `target`; return the manifest.

    The file appears under its name only when it is complete and on the disk; nobody but the owner
    may read it. `manifest` holds what the reader should know (versions, counts, the instant), as
    JSON values; format, version and the hashes of the members are added to it.

    Raises:
        ValueError: a member's name is unsafe or occurs twice, or `manifest` sets a key of ours.
        OSError: a member cannot be read or the target cannot be written; no target is left behind.

    """
    if _OWN_KEYS & set(manifest):
        raise ValueError("the manifest sets a key of the container itself")
    partial = target.with_name(f"{target.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with ZipFile(file, "w", ZIP_DEFLATED) as container:
                stored = _store(container, members)
                complete = {
                    **manifest,
                    "format": FORMAT,
                    "format_version": FORMAT_VERSION,
                    "members": stored,
                }
                text = json.dumps(complete, ensure_ascii=False, indent=1, sort_keys=True)
                container.writestr(_entry(MANIFEST_NAME), text.encode())
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return complete


def read_manifest(source: Path) -> dict[str, Any]:
    """Return the manifest of a backup without unpacking it; the members are not verified.

    Raises:
        Invalid: on "backup": `source` is no backup, is damaged, or of an unknown version.

    """
    with closing(_opened(source)) as container:
        return _manifest_of(container)


def read_backup(source: Path, into: Path) -> dict[str, Any]:
    """Verify a backup and unpack it into the folder `into`; return the manifest.

    Nothing appears in the folder, which is made when it is missing, before all is verified.

    Only the members named in the manifest are unpacked, as plain files: the container cannot
    create links or write outside the folder.

    Raises:
        Invalid: on "backup": `source` is no backup, is of an unknown version, or a member is
            missing, added, damaged or unsafe; on "into": the folder is not empty.
        OSError: the folder cannot be written.

    """
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise Invalid.on("into", TARGET_NOT_EMPTY)
    into.mkdir(parents=True, exist_ok=True)
    # Beside its final place, for that may be a disk of its own.
    unpacked = Path(mkdtemp(prefix=".unpacking-", dir=into))
    try:
        with closing(_opened(source)) as container:
            manifest = _manifest_of(container)
            _refuse_other_members(container, manifest["members"])
            for name, proof in manifest["members"].items():
                _unpack(container, name, proof, unpacked)
        for verified in unpacked.iterdir():
            verified.replace(into / verified.name)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    return manifest


def _store(
    container: ZipFile, members: Iterable[tuple[str, Path | bytes]]
) -> dict[str, dict[str, object]]:
    """Write the members; return size and SHA-256 of what was stored, by name."""
    stored: dict[str, dict[str, object]] = {}
    for name, content in members:
        if not _is_safe(name) or name == MANIFEST_NAME or name in stored:
            message = f"{name!r} is unsafe or stands twice in the backup"
            raise ValueError(message)
        source: IO[bytes] = BytesIO(content) if isinstance(content, bytes) else content.open("rb")
        with source, container.open(_entry(name), "w", force_zip64=True) as target:
            stored[name] = _copy(source, target)
    return stored


def _copy(source: IO[bytes], target: IO[bytes], most: int | None = None) -> dict[str, object]:
    """Copy to the end, or until more than `most` bytes came; return size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    while (most is None or size <= most) and (block := source.read(_BLOCK)):
        digest.update(block)
        size += len(block)
        target.write(block)
    return {"size": size, "sha256": digest.hexdigest()}


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _FIRST_ZIP_DAY)
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
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
    try:
        return ZipFile(source)
    except (OSError, BadZipFile):
        raise Invalid.on("backup", NOT_A_BACKUP) from None


def _manifest_of(container: ZipFile) -> dict[str, Any]:
    """Read the manifest and make sure that this version can use it."""
    try:
        if container.getinfo(MANIFEST_NAME).file_size > _MANIFEST_BYTES:
            raise Invalid.on("backup", NOT_A_BACKUP)
        manifest = json.loads(container.read(MANIFEST_NAME))
    except _READING_FAILURES:
        raise Invalid.on("backup", NOT_A_BACKUP) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Invalid.on("backup", NOT_A_BACKUP)
    version = manifest.get("format_version")
    if version != FORMAT_VERSION:
        message = UNKNOWN_VERSION.format(version=version, known=FORMAT_VERSION)
        raise Invalid.on("backup", message)
    if not isinstance(manifest.get("members"), dict):
        raise Invalid.on("backup", DAMAGED_BACKUP.format(member=MANIFEST_NAME))
    return manifest


def _refuse_other_members(container: ZipFile, members: Mapping[str, object]) -> None:
    """Refuse a container that holds other members than its manifest says, or one of them twice."""
    held = sorted(container.namelist())
    promised = sorted([*members, MANIFEST_NAME])
    if held != promised:
        different = sorted(set(held) ^ set(promised)) or held
        raise Invalid.on("backup", DAMAGED_BACKUP.format(member=different[0]))


def _unpack(container: ZipFile, name: str, proof: object, folder: Path) -> None:
    """Write one member below `folder` and verify it against its proof in the manifest."""
    damaged = Invalid.on("backup", DAMAGED_BACKUP.format(member=name))
    if not _is_safe(name) or not isinstance(proof, dict) or not isinstance(proof.get("size"), int):
        raise damaged
    target = folder / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with container.open(name) as source, target.open("xb") as file:
            unpacked = _copy(source, file, most=proof["size"])
    except (*_READING_FAILURES, *_NAMES_THAT_CLASH):
        raise damaged from None
    if unpacked != {"size": proof["size"], "sha256": proof.get("sha256")}:
        raise damaged
