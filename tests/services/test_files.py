"""Stored files: random names, mode, hashes, and what a rollback leaves behind."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.errors import Conflict, NotAllowed, Unavailable
from registry.domain.permissions import Role, system_actor
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.decisions import StoredFile
from registry.services.files import (
    FilesCheck,
    missing_and_orphan_files,
    read_file,
    remove_replaced,
    store_file,
)
from tests.conftest import MOMENT
from tests.factories.accounts import make_actor
from tests.factories.people import make_decision
from tests.factories.units import Province

CONTENT = b"%PDF-1.7 a decision"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


def test_a_file_is_kept_under_a_random_name_that_only_its_owner_may_read(
    app: Flask, folder: Path
) -> None:
    one = store_file(CONTENT, "../../etc/quyet-dinh.pdf", "application/pdf", folder, MOMENT)
    other = store_file(CONTENT, "../../etc/quyet-dinh.pdf", "application/pdf", folder, MOMENT)
    assert one.storage_name != other.storage_name
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [one.storage_name, other.storage_name]
    )
    assert stat.S_IMODE((folder / one.storage_name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert read_file(one, folder) == CONTENT
    assert one.size == len(CONTENT)


def test_a_file_changed_on_the_disk_is_not_handed_out(app: Flask, folder: Path) -> None:
    stored = store_file(CONTENT, "a.pdf", "application/pdf", folder, MOMENT)
    (folder / stored.storage_name).write_bytes(b"%PDF-1.7 another decision")
    with pytest.raises(Conflict, match="đã bị thay đổi"):
        read_file(stored, folder)


def test_a_missing_file_is_said_so(app: Flask, folder: Path) -> None:
    stored = store_file(CONTENT, "a.pdf", "application/pdf", folder, MOMENT)
    (folder / stored.storage_name).unlink()
    with pytest.raises(Conflict, match="không còn trong kho"):
        read_file(stored, folder)


@pytest.mark.parametrize("name", ["../secrets.json", "/etc/passwd", "", "a" * 32 + "/../x"])
def test_a_storage_name_that_is_a_path_leads_nowhere(app: Flask, folder: Path, name: str) -> None:
    stored = store_file(CONTENT, "a.pdf", "application/pdf", folder, MOMENT)
    (folder.parent / "secrets.json").write_bytes(CONTENT)
    stored.storage_name = name
    with pytest.raises(Conflict):
        read_file(stored, folder)


def test_a_link_in_the_folder_is_not_followed(app: Flask, folder: Path, tmp_path: Path) -> None:
    stored = store_file(CONTENT, "a.pdf", "application/pdf", folder, MOMENT)
    outside = tmp_path / "outside"
    outside.write_bytes(CONTENT)
    (folder / stored.storage_name).unlink()
    (folder / stored.storage_name).symlink_to(outside)
    with pytest.raises(Conflict):
        read_file(stored, folder)
    assert missing_and_orphan_files(folder).damaged == (stored.storage_name,)


def test_a_rolled_back_transaction_leaves_no_file(app: Flask, folder: Path) -> None:
    store_file(CONTENT, "a.pdf", "application/pdf", folder, MOMENT)
    db.session.rollback()
    assert list(folder.iterdir()) == []


def test_a_committed_file_survives_a_later_rollback(app: Flask, folder: Path) -> None:
    stored = store_file(CONTENT, "a.pdf", "application/pdf", folder, MOMENT)
    db.session.commit()
    store_file(CONTENT, "b.pdf", "application/pdf", folder, MOMENT)
    db.session.rollback()
    assert read_file(stored, folder) == CONTENT


def test_a_full_disk_is_said_in_words_and_leaves_nothing(
    app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(Unavailable, match="không ghi được vào đĩa"):
        store_file(CONTENT, "a.pdf", "application/pdf", folder, MOMENT)
    assert list(folder.iterdir()) == []


def test_a_savepoint_taken_back_takes_its_own_files_alone(app: Flask, folder: Path) -> None:
    kept = store_file(CONTENT, "a.pdf", "application/pdf", folder, MOMENT)
    savepoint = db.session.begin_nested()
    store_file(CONTENT, "b.pdf", "application/pdf", folder, MOMENT)
    savepoint.rollback()
    assert [path.name for path in folder.iterdir()] == [kept.storage_name]
    db.session.commit()
    assert [path.name for path in folder.iterdir()] == [kept.storage_name]


def test_files_of_a_savepoint_go_with_the_transaction_around_it(app: Flask, folder: Path) -> None:
    store_file(CONTENT, "a.pdf", "application/pdf", folder, MOMENT)
    with db.session.begin_nested():
        store_file(CONTENT, "b.pdf", "application/pdf", folder, MOMENT)
    assert len(list(folder.iterdir())) == 2
    db.session.rollback()
    assert list(folder.iterdir()) == []


def test_a_savepoint_taken_back_leaves_the_rest_to_the_transaction_around_it(
    app: Flask, folder: Path
) -> None:
    store_file(CONTENT, "a.pdf", "application/pdf", folder, MOMENT)
    savepoint = db.session.begin_nested()
    store_file(CONTENT, "b.pdf", "application/pdf", folder, MOMENT)
    savepoint.rollback()
    assert len(list(folder.iterdir())) == 1
    db.session.rollback()
    assert list(folder.iterdir()) == []


def test_files_of_a_savepoint_go_with_the_savepoint_around_it(app: Flask, folder: Path) -> None:
    kept = store_file(CONTENT, "a.pdf", "application/pdf", folder, MOMENT)
    around = db.session.begin_nested()
    store_file(CONTENT, "b.pdf", "application/pdf", folder, MOMENT)
    with db.session.begin_nested():
        store_file(CONTENT, "c.pdf", "application/pdf", folder, MOMENT)
    assert len(list(folder.iterdir())) == 3
    around.rollback()
    assert [path.name for path in folder.iterdir()] == [kept.storage_name]


def test_a_file_and_its_name_are_on_the_disk_before_the_row_is_written(
    app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(
        "os.fsync", lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").readlink())
    )
    stored = store_file(CONTENT, "a.pdf", "application/pdf", folder, MOMENT)
    assert synced == [folder / stored.storage_name, folder]


def test_the_check_names_missing_damaged_and_orphan_files(app: Flask, folder: Path) -> None:
    missing, damaged, whole = (
        store_file(CONTENT, f"{name}.pdf", "application/pdf", folder, MOMENT) for name in "abc"
    )
    (folder / missing.storage_name).unlink()
    (folder / damaged.storage_name).write_bytes(b"other")
    (folder / "orphan").write_bytes(b"left by a crash")
    found = missing_and_orphan_files(folder)
    assert found.missing == (missing.storage_name,)
    assert found.damaged == (damaged.storage_name,)
    assert found.orphans == ("orphan",)
    assert whole.storage_name not in found.missing + found.damaged + found.orphans


def test_the_check_of_a_registry_without_folder_finds_nothing(app: Flask, folder: Path) -> None:
    found = missing_and_orphan_files(folder)
    assert (found.missing, found.damaged, found.orphans) == ((), (), ())


# --- what was replaced ---------------------------------------------------------------------------


def replaced(folder: Path, days: int, content: bytes = CONTENT) -> StoredFile:
    """Store a file that was replaced so many days ago."""
    stored = store_file(content, "cu.pdf", "application/pdf", folder, MOMENT)
    stored.replaced_at = MOMENT.instant - timedelta(days=days)
    db.session.flush()
    return stored


def test_what_was_replaced_long_ago_goes_once_that_is_committed_and_is_audited(
    app: Flask, folder: Path
) -> None:
    old, recent = replaced(folder, 181), replaced(folder, 179)
    kept = store_file(CONTENT, "moi.pdf", "application/pdf", folder, MOMENT)
    db.session.commit()
    gone, names = folder / old.storage_name, {recent.storage_name, kept.storage_name}
    assert remove_replaced(system_actor(), 180, folder, MOMENT) == 1
    assert gone.exists()
    db.session.commit()
    assert {path.name for path in folder.iterdir()} == names
    assert {row.storage_name for row in db.session.scalars(select(StoredFile))} == names
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.details) == ("scan.remove_replaced", {"files": 1, "days": 180})
    assert missing_and_orphan_files(folder) == FilesCheck((), (), ())


def test_a_rollback_loses_no_file(app: Flask, folder: Path) -> None:
    old = replaced(folder, 181)
    db.session.commit()
    remove_replaced(system_actor(), 180, folder, MOMENT)
    db.session.rollback()
    assert read_file(old, folder) == CONTENT
    db.session.commit()
    assert read_file(old, folder) == CONTENT


def test_nothing_to_remove_is_no_event(app: Flask, folder: Path) -> None:
    replaced(folder, 180)
    assert remove_replaced(system_actor(), 180, folder, MOMENT) == 0
    assert db.session.scalars(select(AuditEvent)).all() == []


def test_a_file_that_a_paper_has_stays_whatever_is_said_of_it(app: Flask, folder: Path) -> None:
    old = replaced(folder, 181)
    make_decision(Province().commune).file_id = old.id
    db.session.flush()
    assert remove_replaced(system_actor(), 180, folder, MOMENT) == 0


def test_only_who_sees_the_audit_removes_what_was_replaced(app: Flask, folder: Path) -> None:
    officer = make_actor(Role.UNIT_OFFICER, Province().commune)
    with pytest.raises(NotAllowed):
        remove_replaced(officer, 180, folder, MOMENT)
