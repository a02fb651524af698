"""Restore a backup into an empty registry, on either database, and prove it.

What is restored is compared with what the backup says of itself: rows, scans, the audit's chain.
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Table, insert, text, update

from registry.domain.errors import Conflict, Invalid
from registry.domain.permissions import Actor
from registry.formats.archive import read_backup
from registry.formats.sealed import unseal
from registry.formats.table_rows import from_lines
from registry.models.accounts import PasswordLink, Session
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.models.schema import newest_revision
from registry.queries.audit import head
from registry.queries.backup import all_tables, holds_anything, python_types, rows_in
from registry.services.audit import Event, record
from registry.services.audit_checks import HEADS_FILE, verify
from registry.services.backup import HEADS_MEMBER, Home, Keys, Summary
from registry.services.files import missing_and_orphan_files


def restore(actor: Actor, source: Path, keys: Keys, home: Home, now: datetime) -> Summary:
    """Fill the empty registry from a backup, prove it, and end what must not come back to life.

    Sessions, unused password links and the text of mails with such links are ended: they may have
    been used since. A command calls it. Raises Conflict when the registry holds anything, Invalid
    when the backup is damaged, of another version, or does not prove true; nothing is kept then.
    """
    if holds_anything():
        raise Conflict(
            "Sổ này đã có dữ liệu nên không phục hồi đè lên. Đặt REGISTRY_HOME và DATABASE_URL "
            "vào chỗ trống rồi chạy lại (không cần “flask init” trước)."
        )
    with TemporaryDirectory(dir=home.folder, prefix=".restore-") as unpacked:
        folder = Path(unpacked) / "content"
        manifest = read_backup(source, folder)
        if manifest.get("revision") != newest_revision():
            raise Invalid.on(
                "backup",
                f"Bản sao lưu thuộc phiên bản cơ sở dữ liệu {manifest.get('revision')}, phần mềm "
                f"này dùng {newest_revision()}. Dùng phần mềm cùng phiên bản để phục hồi.",
            )
        for table in all_tables():
            _fill(table, _contents(folder, f"tables/{table.name}", keys.key))
        _restart_numbering()
        _put_files(folder, home, keys.key)
    lost = tuple(manifest["lost_files"])
    _prove(manifest["rows"], lost, home, bytes.fromhex(json.loads(keys.installation)["audit"]))
    _end_what_must_not_revive(now)
    record(
        actor, Event("backup.restore", "backups", None, details={"of": manifest["created_at"]}), now
    )
    files = sum(name.startswith("files/") for name in manifest["members"])
    return Summary(sum(manifest["rows"].values()), files, lost)


def _contents(folder: Path, below: str, key: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the members below a name, in order, with their content."""
    for path in sorted((folder / below).glob("*")):
        name = f"{below}/{path.name}"
        yield path.name, unseal(path.read_bytes(), name, key)


def _fill(table: Table, chunks: Iterator[tuple[str, bytes]]) -> None:
    """Insert the rows; a reference within the table is set once every row is there."""
    own = [
        column.name
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]
    later: list[dict[str, Any]] = []
    types = python_types(table)
    for _, content in chunks:
        rows = list(from_lines(content, types))
        later += [dict(row) for row in rows if any(row[name] is not None for name in own)]
        db.session.execute(
            insert(table), [{**row, **dict.fromkeys(own)} for row in rows] if own else rows
        )
    for row in later:
        db.session.execute(
            update(table)
            .where(*(column == row[column.name] for column in table.primary_key.columns))
            .values({name: row[name] for name in own})
        )


def _restart_numbering() -> None:
    """Let PostgreSQL go on after the highest number restored; SQLite does so by itself."""
    if db.session.get_bind().dialect.name != "postgresql":
        return
    for table in all_tables():
        column = table.autoincrement_column
        if column is not None:
            db.session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'),"  # noqa: S608 - names of our own
                    f" max({column.name})) FROM {table.name} HAVING max({column.name}) IS NOT NULL"
                )
            )


def _put_files(folder: Path, home: Home, key: bytes) -> None:
    home.files.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, content in _contents(folder, "files", key):
        _write_private(home.files / name, content)
    heads = folder / HEADS_MEMBER
    if heads.exists():
        _write_private(home.folder / HEADS_FILE, unseal(heads.read_bytes(), HEADS_MEMBER, key))


def _write_private(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _prove(counts: Mapping[str, int], lost: tuple[str, ...], home: Home, audit_key: bytes) -> None:
    """Compare what is there now with what the backup says; raise Invalid where it differs."""
    connection = db.session.connection()
    for table in all_tables():
        found = rows_in(connection, table)
        if found != counts.get(table.name):
            message = (
                f"Bảng {table.name}: phục hồi được {found} dòng, cần {counts.get(table.name)}."
            )
            raise Invalid.on("backup", message)
    check = missing_and_orphan_files(home.files)
    wrong = sorted({*check.missing, *check.damaged} - set(lost))
    if wrong:
        raise Invalid.on("backup", f"Tệp quét {wrong[0]} không có hoặc khác với lúc lưu.")
    if head() is not None:
        verdict = verify(home.folder, audit_key)
        if verdict.fault is not None:
            raise Invalid.on("backup", verdict.fault)


def _end_what_must_not_revive(now: datetime) -> None:
    db.session.execute(update(Session).where(Session.revoked_at.is_(None)).values(revoked_at=now))
    db.session.execute(
        update(PasswordLink).where(PasswordLink.used_at.is_(None)).values(used_at=now)
    )
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.account_id.is_not(None), OutboxMessage.sent_at.is_(None))
        .values(body=None)
    )
