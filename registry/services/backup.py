"""Back the whole registry up into one file, from either database.

The file holds every table, the scans and the heads of the audit, sealed under a key made for it;
that key, and the keys of the installation, stand in a second file, to be kept apart.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Table

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid
from registry.domain.permissions import Actor
from registry.formats.archive import read_manifest, write_backup
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


def keys_path(backup: Path) -> Path:
    """Return where the keys of a backup lie."""
    return backup.with_name(f"{backup.name}.keys")


def note_backup(actor: Actor, moment: Moment) -> None:
    """Audit that a backup is about to be made: it takes everything along. A command calls it."""
    record(actor, Event(Deed.BACKUP_CREATE, "backups", None), moment)


def create(target: Path, home: Home, installation_keys: str, moment: Moment) -> Saved:
    """Write the backup and its keys; both files are new and for the owner's eyes only.

    `installation_keys` is the text of the installation's file of keys. Reads one moment of the
    database on a connection of its own. A command calls it.
    Raises Conflict when one of the files is there already.
    """
    for path in (target, keys_path(target)):
        if path.exists():
            raise Conflict(f"Tệp {path} đã có. Chọn tên khác để không ghi đè bản sao lưu cũ.")
    key = secrets.token_bytes(32)
    check = missing_and_orphan_files(home.files)
    lost = tuple(sorted({*check.missing, *check.damaged}))
    with snapshot() as connection:
        counts = {table.name: rows_in(connection, table) for table in all_tables()}
        names = [
            row["storage_name"]
            for rows in chunks_of(connection, _files_table())
            for row in rows
            if row["storage_name"] not in lost
        ]
        manifest = {
            "created_at": moment.instant.isoformat(),
            "revision": newest_revision(),
            "key_id": _key_id(key),
            "rows": counts,
            "lost_files": list(lost),
        }
        members = _members(connection, home, names)
        write_backup(
            target, ((name, seal(content, name, key)) for name, content in members), manifest
        )
    _write_keys(keys_path(target), key, installation_keys)
    return Saved(sum(counts.values()), len(names), lost)


def _files_table() -> Table:
    return db.metadata.tables[StoredFile.__tablename__]


def _members(connection: Connection, home: Home, names: list[str]) -> Iterator[tuple[str, bytes]]:
    for table in all_tables():
        for number, rows in enumerate(chunks_of(connection, table)):
            yield f"tables/{table.name}/{number:06}", to_lines(rows)
    for name in names:
        yield f"files/{name}", (home.files / name).read_bytes()
    heads = home.folder / HEADS_FILE
    if heads.exists():
        yield HEADS_MEMBER, heads.read_bytes()


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"backup key:" + key).hexdigest()[:16]


def _write_keys(path: Path, key: bytes, installation: str) -> None:
    content = {"format": _KEYS_FORMAT, "key": key.hex(), "installation": json.loads(installation)}
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a backup: its own, and the installation's as the text of their file."""

    key: bytes = field(repr=False)
    installation: str = field(repr=False)


def read_keys(backup: Path) -> Keys:
    """Return the keys that belong to a backup.

    Raises Invalid when the file of keys is missing, damaged, or belongs to another backup.
    """
    path = keys_path(backup)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        keys = Keys(bytes.fromhex(content["key"]), json.dumps(content["installation"], indent=2))
    except FileNotFoundError:
        message = f"Không thấy tệp khóa {path}. Đặt tệp khóa của bản sao lưu này vào đúng chỗ đó."
        raise Invalid.on("keys", message) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise Invalid.on("keys", f"Tệp khóa {path} không đọc được hoặc bị hỏng.") from None
    if read_manifest(backup).get("key_id") != _key_id(keys.key):
        raise Invalid.on("keys", f"Tệp khóa {path} không thuộc bản sao lưu này.")
    return keys
