"""Restore a backup into an empty registry, on either database, and prove it.

What is restored is compared with what the backup says of itself: rows, scans, the audit's chain.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Table, insert, text, update

from registry.domain.accounts import LinkEnd
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Invalid
from registry.domain.keyring import KeyName
from registry.domain.permissions import Actor
from registry.formats.archive import DAMAGED_BACKUP, read_backup
from registry.formats.private_files import write_private
from registry.formats.sealed import MOST_BYTES, unseal
from registry.formats.table_rows import from_lines
from registry.models.base import db
from registry.models.outbox import OutboxMessage
from registry.models.schema import known_revisions
from registry.queries.backup import holds_anything, python_types, rows_in, stored_tables
from registry.queries.keys import noted_fingerprints
from registry.services.accounts import end_links, end_sessions
from registry.services.audit import Event, record
from registry.services.audit_checks import HEADS_FILE, set_heads_aside, verify
from registry.services.backup import HEADS_MEMBER, Home, Keys, Manifest, Saved, manifest_of
from registry.services.files import missing_and_orphan_files
from registry.services.key_rotation import settle
from registry.services.statistics import refresh_statistics


def refuse_linked_database() -> None:
    """Make sure that restoring does not write through a link to another file.

    A command calls it before anything opens the database, which would write there. Raises Conflict.
    """
    address = db.engine.url
    if address.get_backend_name() == "sqlite" and Path(address.database or "").is_symlink():
        raise Conflict(
            f"{address.database} là liên kết đến tệp khác nên không phục hồi vào đó. Đặt "
            "DATABASE_URL vào chính tệp cần dùng rồi chạy lại."
        )


def check_can_restore(source: Path, keys: Keys) -> str:
    """Return the schema revision a backup needs.

    A command calls it. Raises Conflict when the registry holds anything, Invalid when `source` is
    no backup, damaged, or was made by a newer version of this software.
    """
    if holds_anything():
        raise Conflict(
            "Sổ này đã có dữ liệu nên không phục hồi đè lên. Đặt REGISTRY_HOME và DATABASE_URL "
            "vào chỗ trống rồi chạy lại (không cần “flask init” trước)."
        )
    revision = manifest_of(source, keys).revision
    if revision not in known_revisions():
        raise Invalid.on(
            "backup",
            f"Bản sao lưu thuộc phiên bản cơ sở dữ liệu {revision} mà phần mềm này chưa biết. "
            "Cập nhật phần mềm rồi phục hồi lại.",
        )
    return revision


@dataclass(frozen=True, slots=True)
class Filled:
    """What was put in place, still to be proved: the manifest, the scans, the audit's heads."""

    manifest: Manifest
    files: tuple[str, ...]
    heads: bytes | None


def fill(source: Path, keys: Keys, home: Home) -> Filled:
    """Fill the empty tables, of the revision the backup needs, and the folder of scans.

    A command calls it, and `prove` once the schema is the newest.
    Raises Invalid when the backup is damaged or a table does not hold what it must.
    """
    connection = db.session.connection()
    with TemporaryDirectory(dir=home.folder, prefix=".restore-") as unpacked:
        folder = Path(unpacked) / "content"
        manifest = Manifest.read(read_backup(source, folder, keys.key, unsealed=keys.unsealed))
        tables = stored_tables(connection)
        for table in tables:
            _fill_table(connection, table, _contents(folder, f"tables/{table.name}", keys.key))
        _restart_numbering(connection, tables)
        _check_counts(connection, tables, manifest.rows)
        refresh_statistics()
        files = []
        for name, content in _contents(folder, "files", keys.key):
            _put_in_place(home.files / name, content)
            files.append(name)
        sealed = folder / HEADS_MEMBER
        heads = _opened(sealed, HEADS_MEMBER, keys.key) if sealed.exists() else None
    return Filled(manifest, tuple(files), heads)


def remove_files(filled: Filled, home: Home) -> None:
    """Take the scans away again, of a registry that did not prove true."""
    for name in filled.files:
        (home.files / name).unlink(missing_ok=True)


def prove(actor: Actor, filled: Filled, keys: Keys, home: Home, moment: Moment) -> Saved:
    """Check scans and audit of what was restored, and end what must not come back to life.

    Sessions, unused password links and the text of mails with such links are ended: they may have
    been used since. The keys of the backup are those this process uses. A command calls it. Raises
    Invalid when anything is not as it was, KeysRefused when it was not written under these keys.
    """
    manifest, lost = filled.manifest, filled.manifest.lost_files
    check = missing_and_orphan_files(home.files)
    wrong = sorted({*check.missing, *check.damaged} - set(lost))
    if wrong:
        raise Invalid.on("backup", f"Bản quét {wrong[0]} không có hoặc khác với lúc lưu.")
    set_heads_aside(home.folder, moment)
    if filled.heads is not None:
        _put_in_place(home.folder / HEADS_FILE, filled.heads)
    # A backup of a version before keys had names holds a chain that nobody has sealed yet.
    is_older = not noted_fingerprints()
    verdict = verify(home.folder, keys.installation[KeyName.AUDIT], unsealed=is_older)
    if verdict.fault is not None:
        (home.folder / HEADS_FILE).unlink(missing_ok=True)
        raise Invalid.on("backup", verdict.fault)
    settle(actor, keys.installation, home.folder, moment)
    _end_what_must_not_revive(moment)
    details = {"of": manifest.created_at}
    record(actor, Event(Deed.BACKUP_RESTORE, "backups", None, details=details), moment)
    return Saved(sum(manifest.rows.values()), len(filled.files), lost)


def _contents(folder: Path, below: str, key: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the members below a name, in order, with their content."""
    for path in sorted((folder / below).glob("*")):
        name = f"{below}/{path.name}"
        yield path.name, _opened(path, name, key)


def _opened(path: Path, name: str, key: bytes) -> bytes:
    """Return the content of a member; one too large to be one of ours is not even read."""
    if path.stat().st_size > 2 * MOST_BYTES:
        raise Invalid.on("backup", f"Phần “{name}” lớn hơn mức cho phép nên không mở.")
    return unseal(path.read_bytes(), name, key)


def _fill_table(connection: Connection, table: Table, chunks: Iterator[tuple[str, bytes]]) -> None:
    """Insert the rows; a reference within the table is set once every row is there."""
    own = [
        column.name
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]
    later: list[dict[str, Any]] = []
    types = python_types(table)
    for name, content in chunks:
        rows = _rows(content, types, f"tables/{table.name}/{name}")
        later += [dict(row) for row in rows if any(row[name] is not None for name in own)]
        connection.execute(
            insert(table), [{**row, **dict.fromkeys(own)} for row in rows] if own else rows
        )
    for row in later:
        connection.execute(
            update(table)
            .where(*(column == row[column.name] for column in table.primary_key.columns))
            .values({name: row[name] for name in own})
        )


def _rows(content: bytes, types: Mapping[str, type], name: str) -> list[dict[str, Any]]:
    """Return the rows of a piece of a table.

    Raises Invalid when they are not rows of this table: the backup was not made by this software.
    """
    try:
        rows = list(from_lines(content, types))
    except (ValueError, TypeError, AttributeError, KeyError, ArithmeticError, RecursionError):
        raise Invalid.on("backup", DAMAGED_BACKUP.format(member=name)) from None
    if any(row.keys() != types.keys() for row in rows):
        raise Invalid.on("backup", DAMAGED_BACKUP.format(member=name))
    return rows


def _restart_numbering(connection: Connection, tables: Sequence[Table]) -> None:
    """Let PostgreSQL go on after the highest number restored; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is not None:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'),"  # noqa: S608 - names of our own
                    f" max({column.name})) FROM {table.name} HAVING max({column.name}) IS NOT NULL"
                )
            )


def _check_counts(
    connection: Connection, tables: Sequence[Table], counts: Mapping[str, int]
) -> None:
    found = {table.name: rows_in(connection, table) for table in tables}
    for name in sorted({*found, *counts}):
        if found.get(name) != counts.get(name):
            message = f"Bảng {name}: phục hồi được {found.get(name)} dòng, cần {counts.get(name)}."
            raise Invalid.on("backup", message)


def _put_in_place(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    write_private(path, content)


def _end_what_must_not_revive(moment: Moment) -> None:
    end_sessions(moment)
    end_links(LinkEnd.RESTORED, moment)
    # A backup of earlier days does not say which mail carries which link.
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.account_id.is_not(None), OutboxMessage.sent_at.is_(None))
        .values(body=None)
    )
