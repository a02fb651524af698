"""`flask backup` and `flask restore`: two files, and the same registry elsewhere, or nothing."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from registry.app import create_app
from registry.domain.clock import Clock
from registry.domain.keyring import KeyName
from registry.domain.permissions import Role
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.people import Person
from registry.queries.backup import holds_anything
from registry.services.backup import read_keys
from registry.settings import SECRETS_FILE, Settings, place_keyring, read_keyring
from tests.conftest import NOW
from tests.factories.accounts import make_account
from tests.factories.containers import (
    as_before_there_was_a_seal,
    rewritten,
    without_table,
)
from tests.factories.units import Province


def run(app: Flask, *words: str | Path) -> Result:
    with app.app_context():  # the `flask` command does so
        result = app.test_cli_runner().invoke(args=[str(word) for word in words])
        db.session.remove()
        db.engine.dispose()
    return result


@pytest.fixture
def full(app: Flask) -> Flask:
    """Return a registry with somebody in it."""
    make_account(Role.UNIT_OFFICER, Province().commune, login="canbo")
    db.session.commit()
    return app


def registry_at(home: Path) -> Flask:
    """Return the application of a home, which need not exist yet."""
    settings = Settings.from_environment({"REGISTRY_HOME": str(home)})
    return create_app(settings, Clock(lambda: NOW), TESTING=True)


def in_registry(app: Flask, ask: Any) -> Any:
    with app.app_context():
        answer = ask()
        db.session.rollback()
        db.session.remove()
        db.engine.dispose()
        return answer


def people() -> list[str]:
    return list(db.session.scalars(select(Person.full_name)))


def test_a_backup_restores_with_its_keys_into_an_empty_place(full: Flask, tmp_path: Path) -> None:
    file, home = tmp_path / "backup", tmp_path / "elsewhere"
    saved = run(full, "backup", file)
    assert (saved.exit_code, saved.stdout) == (0, f"{file}\n")
    restored = run(registry_at(home), "restore", file)
    assert restored.exit_code == 0, restored.output
    assert "Đã phục hồi và kiểm tra" in restored.stdout
    assert in_registry(registry_at(home), people) == people()
    installation = json.loads(file.with_name("backup.keys").read_text())["installation"]
    assert json.loads((home / SECRETS_FILE).read_text()) == installation
    verified = run(registry_at(home), "audit", "verify")
    assert verified.exit_code == 0, verified.output


def test_what_is_restored_is_for_the_owner_only_also_where_the_folder_is_not(
    full: Flask, tmp_path: Path
) -> None:
    home = tmp_path / "elsewhere"
    home.mkdir(mode=0o755)
    run(full, "backup", tmp_path / "backup")
    assert run(registry_at(home), "restore", tmp_path / "backup").exit_code == 0
    run(registry_at(home), "audit", "verify")
    files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()}
    assert files.pop("files") == 0o700
    assert {"registry.sqlite", SECRETS_FILE} <= files.keys()
    assert set(files.values()) == {0o600}


def test_a_registry_restores_an_older_backup_beside_the_keys_it_was_given_since(
    full: Flask, tmp_path: Path
) -> None:
    """What the backup holds still opens, and the registry goes on under the newer keys."""
    file, home = tmp_path / "backup", tmp_path / "elsewhere"
    run(full, "backup", file)
    keys = read_keys(file).installation
    newer = keys.rotated(KeyName.AUDIT).rotated(KeyName.CARD)
    place_keyring(home, newer)
    restored = run(registry_at(home), "restore", file)
    assert restored.exit_code == 0, restored.output
    assert read_keyring(home) == newer
    verified = run(registry_at(home), "audit", "verify")
    assert verified.exit_code == 0, verified.output
    assert run(registry_at(home), "accounts", "list").exit_code == 0


@pytest.mark.parametrize("content", [None, "", "of somebody else"])
def test_nothing_is_restored_through_a_link(
    full: Flask, tmp_path: Path, content: str | None
) -> None:
    home, other = tmp_path / "elsewhere", tmp_path / "other"
    home.mkdir()
    (home / "registry.sqlite").symlink_to(other)
    if content is not None:
        other.write_text(content)
    run(full, "backup", tmp_path / "backup")
    result = run(registry_at(home), "restore", tmp_path / "backup")
    assert result.exit_code == 1
    assert "là liên kết đến tệp khác" in result.stderr
    assert (other.read_text() if other.exists() else None) == content
    assert not (home / SECRETS_FILE).exists()


def test_making_a_backup_is_in_the_audit(full: Flask, tmp_path: Path) -> None:
    run(full, "backup", tmp_path / "backup")
    assert "backup.create" in list(db.session.scalars(select(AuditEvent.action)))


def test_a_registry_with_data_is_not_overwritten(full: Flask, tmp_path: Path) -> None:
    run(full, "backup", tmp_path / "backup")
    result = run(full, "restore", tmp_path / "backup")
    assert result.exit_code == 1
    assert "đã có dữ liệu" in result.stderr
    assert people() != []


def test_a_home_with_other_keys_is_not_touched(
    full: Flask, tmp_path: Path, settings: Settings
) -> None:
    run(full, "backup", tmp_path / "backup")
    home = tmp_path / "elsewhere"
    run(registry_at(home), "init")
    keys = (home / SECRETS_FILE).read_text()
    result = run(registry_at(home), "restore", tmp_path / "backup")
    assert result.exit_code == 1
    assert "khóa của một sổ khác" in result.stderr
    assert (home / SECRETS_FILE).read_text() == keys


@pytest.mark.parametrize("damage", ["backup", "keys", "no keys", "no backup"])
def test_after_a_failed_restore_nothing_is_left(full: Flask, tmp_path: Path, damage: str) -> None:
    file, home = tmp_path / "backup", tmp_path / "elsewhere"
    run(full, "backup", file)
    keys = file.with_name("backup.keys")
    if damage == "backup":
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif damage == "keys":
        keys.write_text(keys.read_text().replace('"key": "', '"key": "00'))
    else:
        (keys if damage == "no keys" else file).unlink()
    result = run(registry_at(home), "restore", file)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert not (home / SECRETS_FILE).exists()
    if home.exists():
        assert in_registry(registry_at(home), holds_anything) is False


@pytest.mark.parametrize("table", ["grants", "audit_events", "units"])
def test_a_backup_out_of_which_a_table_was_taken_is_not_restored(
    full: Flask, tmp_path: Path, table: str
) -> None:
    file, home = tmp_path / "backup", tmp_path / "elsewhere"
    run(full, "backup", file)
    rewritten(file, without_table(table)).replace(file)
    result = run(registry_at(home), "restore", file)
    assert result.exit_code == 1
    assert "bị hỏng hoặc đã bị sửa: manifest.json" in result.stderr
    assert not (home / SECRETS_FILE).exists()


def test_a_backup_of_an_earlier_version_is_restored_only_when_somebody_vouches_for_it(
    full: Flask, tmp_path: Path
) -> None:
    file, home = tmp_path / "backup", tmp_path / "elsewhere"
    run(full, "backup", file)
    rewritten(file, as_before_there_was_a_seal).replace(file)
    keys = file.with_name("backup.keys")
    written = json.loads(keys.read_text())
    # The file of keys, kept elsewhere, says that the backup had a seal: somebody took it away.
    lost = run(registry_at(home), "restore", file, "--unsealed")
    assert (lost.exit_code, "đã bị sửa: manifest.seal" in lost.stderr) == (1, True)
    del written["sealed"]
    keys.write_text(json.dumps(written))
    refused = run(registry_at(home), "restore", file)
    assert (refused.exit_code, "--unsealed" in refused.stderr) == (1, True)
    restored = run(registry_at(home), "restore", file, "--unsealed")
    assert restored.exit_code == 0, restored.output
    assert in_registry(registry_at(home), people) == people()


def test_a_backup_needs_the_keys_of_the_installation(tmp_path: Path) -> None:
    home = tmp_path / "empty"
    home.mkdir()
    result = run(registry_at(home), "backup", tmp_path / "backup")
    assert result.exit_code == 1
    assert not (tmp_path / "backup").exists()


def test_an_unwritable_target_is_said(full: Flask, tmp_path: Path) -> None:
    result = run(full, "backup", tmp_path / "missing" / "backup")
    assert result.exit_code == 1
    assert "Không ghi được" in result.stderr
