"""Files kept outside the database, read back only when they are still the same."""

import hashlib
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from registry.domain.audit.deeds import Deed
from registry.domain.clock import Moment
from registry.domain.errors import Conflict, Unavailable
from registry.domain.outages import Outage
from registry.domain.permissions import Action, Actor
from registry.formats.private_files import sync_folder, write_private
from registry.models.base import db
from registry.models.decisions import StoredFile
from registry.queries.decisions import all_stored_files, replaced_files
from registry.services.audit import Event, record
from registry.services.one_at_a_time import one_at_a_time

_STORAGE_NAME = re.compile(r"[0-9a-f]{32}")
_WRITTEN = "files written in this transaction"
_REMOVED = "files no row tells of any more, once this transaction is committed"
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FilesCheck:
    """What does not fit between the database and the folder: storage names, each list sorted.

    `missing`: recorded, not in the folder. `damaged`: there, with other bytes than recorded.
    `orphans`: in the folder, recorded nowhere.
    """

    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    orphans: tuple[str, ...]


def store_file(
    content: bytes, original_name: str, content_type: str, folder: Path, moment: Moment
) -> StoredFile:
    """Write `content` into `folder` and record it; a rollback takes the file away again.

    The name on the disk is random, so nothing a sender typed becomes a path; mode 0600, synced
    before the row can be committed. Raises Unavailable when the disk refuses.
    """
    stored = StoredFile(
        storage_name=secrets.token_hex(16),
        original_name=original_name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=moment.instant,
    )
    path = folder / stored.storage_name
    savepoint = db.session().get_nested_transaction()
    db.session.info.setdefault(_WRITTEN, []).append((path, savepoint))
    try:
        _write(path, content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Unavailable(Outage.FULL.message) from error
    db.session.add(stored)
    db.session.flush()
    return stored


@one_at_a_time
def remove_replaced(actor: Actor, days: int, folder: Path, moment: Moment) -> int:
    """Remove the files that were replaced more than `days` ago; return how many.

    From the disk they go once that is committed: a rollback loses none.
    """
    actor.require(Action.AUDIT_SEE)
    removed = replaced_files(moment.instant - timedelta(days=days))
    for stored in removed:
        with suppress(FileNotFoundError):
            db.session.info.setdefault(_REMOVED, []).append(_path(stored, folder))
        db.session.delete(stored)
    db.session.flush()
    if removed:
        details = {"files": len(removed), "days": days}
        record(actor, Event(Deed.SCAN_REMOVE_REPLACED, "stored_files", None, None, details), moment)
    return len(removed)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(path, content)
    sync_folder(path.parent)


@event.listens_for(db.session, "after_rollback")
def _remove_files_of_the_transaction(session: Session) -> None:
    """Take away what was written since the transaction, or its savepoint, began."""
    ended = session.get_nested_transaction()
    if ended is None:
        session.info.pop(_REMOVED, None)
    written = session.info.pop(_WRITTEN, [])
    undone = [path for path, savepoint in written if ended is None or savepoint is ended]
    session.info[_WRITTEN] = [one for one in written if one[0] not in undone]
    for path in undone:
        _let_go_of(path)


def _let_go_of(path: Path) -> None:
    """Remove a file; one that the disk keeps is an orphan, and nothing else fails for it."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


@event.listens_for(db.session, "after_commit")
def _keep_files_of_the_transaction(session: Session) -> None:
    """Let go of what was written; what a savepoint has written is now the transaction's.

    What no row tells of any more goes from the disk.
    """
    ended = session.get_nested_transaction()
    written = session.info.pop(_WRITTEN, [])
    if ended is not None:
        session.info[_WRITTEN] = [
            (path, ended.parent if savepoint is ended else savepoint) for path, savepoint in written
        ]
        return
    for path in session.info.pop(_REMOVED, []):
        _let_go_of(path)


def read_file(stored: StoredFile, folder: Path) -> bytes:
    """Return the bytes of a stored file.

    Raises Conflict when the file is gone or is no longer what was stored.
    """
    try:
        content = _path(stored, folder).read_bytes()
    except OSError as error:
        raise Conflict(
            "Tệp này không còn trong kho lưu trữ. Báo quản trị hệ thống khôi phục từ bản sao lưu."
        ) from error
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise Conflict(
            "Tệp trong kho lưu trữ đã bị thay đổi so với lúc tải lên nên không mở được. "
            "Báo quản trị hệ thống khôi phục từ bản sao lưu."
        )
    return content


def _path(stored: StoredFile, folder: Path) -> Path:
    """Return where a file lies; a name we never gave (a changed database) leads nowhere."""
    if not _STORAGE_NAME.fullmatch(stored.storage_name):
        raise FileNotFoundError
    path = folder / stored.storage_name
    if path.is_symlink():
        raise FileNotFoundError
    return path


def missing_and_orphan_files(folder: Path) -> FilesCheck:
    """Compare every recorded file with the folder, byte for byte; change nothing."""
    recorded = {stored.storage_name: stored for stored in all_stored_files()}
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    return FilesCheck(
        missing=tuple(sorted(recorded.keys() - present)),
        damaged=tuple(
            sorted(
                name
                for name in recorded.keys() & present
                if _hash_of(folder / name) != recorded[name].sha256
            )
        ),
        orphans=tuple(sorted(present - recorded.keys())),
    )


def _hash_of(path: Path) -> str | None:
    """Return the SHA-256 of a file read piece by piece; None for what is no plain file."""
    if path.is_symlink() or not path.is_file():
        return None
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
