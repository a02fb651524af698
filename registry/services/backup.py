"""Back the whole registry up into one file, from either database.

The file holds every table, the scans and the heads of the audit, sealed under a key made for it;
that key, and the keys of the installation, stand in a second file, to be kept apart.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Table

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid
from registry.domain.keyring import Keyring, KeysRefused
from registry.domain.permissions import Actor
from registry.formats.archive import (
    DAMAGED_BACKUP,
    MANIFEST_NAME,
    NOT_SEALED,
    SEAL_NAME,
    read_manifest,
    write_backup,
)
from registry.formats.private_files import write_private
from registry.formats.sealed import seal
from registry.formats.table_rows import to_lines
from registry.models.base import db
from registry.models.decisions import StoredFile
from registry.models.schema import newest_revision
from registry.queries.backup import all_tables, chunks_of, rows_in, snapshot
from registry.services.audit import Event, record
from registry.services.audit_checks import HEADS_FILE
from registry.services.files import missing_and_orphan_files

_KEYS_FORMAT = "mang-luoi-cds-backup-keys"
# Written with a backup that is sealed as a whole. The keys lie elsewhere: a backup whose seal was
# taken away does not pass for one that never had any.
_SEALED = "sealed"
# The hash of the backup's file, likewise: a copy in which any byte differs is known beforehand, be
# it one that says nothing of what is in the backup.
_FILE_HASH = "file_sha256"
_KEY_BYTES = 32
_MOST_KEYS_BYTES = 1024 * 1024
HEADS_MEMBER = "audit-heads"


@dataclass(frozen=True, slots=True)
class Home:
    """Where the installation keeps what is not in the database: its folder, and that of scans."""

    folder: Path
    files: Path


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds: rows of all tables, scans, and scans that were lost before."""

    rows: int
    files: int
    lost_files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: when it was made, of which schema, with how many rows."""

    created_at: str
    revision: str
    rows: Mapping[str, int]
    lost_files: tuple[str, ...]

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """Return it from the values of a container.

        Raises Invalid when one of them is missing or of another kind.
        """
        created_at, revision = values.get("created_at"), values.get("revision")
        rows, lost_files = values.get("rows"), values.get("lost_files")
        if not (
            isinstance(created_at, str)
            and _is_instant(created_at)
            and isinstance(revision, str)
            and isinstance(rows, dict)
            and all(type(count) is int and count >= 0 for count in rows.values())
            and isinstance(lost_files, list)
            and all(isinstance(name, str) for name in lost_files)
        ):
            raise Invalid.on("backup", DAMAGED_BACKUP.format(member=MANIFEST_NAME))
        return cls(created_at, revision, rows, tuple(lost_files))


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def keys_path(backup: Path) -> Path:
    """Return where the keys of a backup lie."""
    return backup.with_name(f"{backup.name}.keys")


def note_backup(actor: Actor, moment: Moment) -> None:
    """Audit that a backup is about to be made: it takes everything along. A command calls it."""
    record(actor, Event(Deed.BACKUP_CREATE, "backups", None), moment)


def create(target: Path, home: Home, installation_keys: Keyring, moment: Moment) -> Saved:
    """Write the backup and its keys; both files are new and for the owner's eyes only.

    `installation_keys` are all of the installation's, so that the backup needs no other. Reads one
    moment of the database on a connection of its own. A command calls it.
    Raises Conflict when one of the files is there already, were it a link that leads nowhere.
    """
    for path in (target, keys_path(target)):
        if os.path.lexists(path):
            raise Conflict(f"Tệp {path} đã có. Chọn tên khác để không ghi đè bản sao lưu cũ.")
    key = secrets.token_bytes(32)
    check = missing_and_orphan_files(home.files)
    lost = tuple(sorted({*check.missing, *check.damaged}))
    with snapshot() as connection:
        tables = all_tables(connection)
        counts = {table.name: rows_in(connection, table) for table in tables}
        names = [
            row["storage_name"]
            for rows in chunks_of(connection, _files_table())
            for row in rows
            if row["storage_name"] not in lost
        ]
        manifest = Manifest(moment.instant.isoformat(), newest_revision(), counts, lost)
        members = _members(connection, tables, home, names)
        sealed = ((name, seal(content, name, key)) for name, content in members)
        write_backup(target, sealed, asdict(manifest), key)
    try:
        _write_keys(keys_path(target), key, _hash_of(target), installation_keys)
    except OSError:
        target.unlink()  # nobody could ever open it
        raise
    return Saved(sum(counts.values()), len(names), lost)


def _files_table() -> Table:
    return db.metadata.tables[StoredFile.__tablename__]


def _members(
    connection: Connection, tables: Sequence[Table], home: Home, names: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    for table in tables:
        for number, rows in enumerate(chunks_of(connection, table)):
            yield f"tables/{table.name}/{number:06}", to_lines(rows)
    for name in names:
        yield f"files/{name}", (home.files / name).read_bytes()
    heads = home.folder / HEADS_FILE
    if heads.exists():
        yield HEADS_MEMBER, heads.read_bytes()


def _hash_of(backup: Path) -> str:
    with backup.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _start_of(path: Path, most: int) -> str:
    """Return what a file begins with: all of it, unless it is larger than one of ours."""
    with path.open("rb") as file:
        return file.read(most).decode()


def _write_keys(path: Path, key: bytes, file_hash: str, installation: Keyring) -> None:
    content = {
        "format": _KEYS_FORMAT,
        _SEALED: True,
        _FILE_HASH: file_hash,
        "key": key.hex(),
        "installation": json.loads(installation.to_json()),
    }
    write_private(path, json.dumps(content, indent=1).encode())


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a backup: its own, and the installation's, whose retired versions are among them.

    `unsealed`: the backup may be one of those that had no seal.
    """

    key: bytes = field(repr=False)
    installation: Keyring = field(repr=False)
    unsealed: bool = False


def read_keys(backup: Path, *, unsealed: bool = False) -> Keys:
    """Return the keys that belong to a backup, whose seal they open.

    `unsealed`: who asks vouches for a backup that was written before there was a seal.
    Raises Invalid when the file of keys is missing, damaged, or belongs to another backup, and when
    the backup is damaged or lacks the seal.
    """
    path = keys_path(backup)
    damaged = Invalid.on("keys", f"Tệp khóa {path} không đọc được hoặc bị hỏng.")
    try:
        content = json.loads(_start_of(path, _MOST_KEYS_BYTES))
        key = bytes.fromhex(content["key"])
        installation = Keyring.from_json(json.dumps(content["installation"]))
    except FileNotFoundError:
        message = f"Không thấy tệp khóa {path}. Đặt tệp khóa của bản sao lưu này vào đúng chỗ đó."
        raise Invalid.on("keys", message) from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, KeysRefused):
        raise damaged from None
    if len(key) != _KEY_BYTES:
        raise damaged
    was_sealed = content.get(_SEALED) is True
    keys = Keys(key, installation, unsealed=unsealed and not was_sealed)
    try:
        manifest_of(backup, keys)
    except Invalid as refused:
        if was_sealed and refused.message == NOT_SEALED:
            raise Invalid.on("backup", DAMAGED_BACKUP.format(member=SEAL_NAME)) from None
        raise
    # Backups of before the hash was kept are judged by their seal alone.
    if was_sealed and _FILE_HASH in content and content[_FILE_HASH] != _hash_of(backup):
        raise Invalid.on("backup", DAMAGED_BACKUP.format(member=backup.name))
    return keys


def manifest_of(backup: Path, keys: Keys) -> Manifest:
    """Return what a backup says of itself, once its seal was found whole.

    Raises Invalid when it is no backup, damaged, or not sealed under these keys.
    """
    return Manifest.read(read_manifest(backup, keys.key, unsealed=keys.unsealed))
