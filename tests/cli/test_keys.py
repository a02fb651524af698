"""`flask keys`: what versions there are, and a new one; wrong keys are refused by every command."""

import json
import multiprocessing
import os
import shutil
import stat
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from registry.app import create_app
from registry.domain.clock import Clock
from registry.domain.keyring import KeyName, Keyring
from registry.domain.permissions import system_actor
from registry.models.audit import AuditEvent
from registry.models.base import db
from registry.models.people import Person
from registry.queries.parameters import home_unit
from registry.services import key_rotation
from registry.services.people import NewPerson, PersonDetails, write_person
from registry.services.personal_data import PersonalKeys, decrypt_citizen_id
from registry.settings import (
    SECRETS_FILE,
    Settings,
    SettingsError,
    change_keyring,
    make_home,
    read_keyring,
)
from tests.conftest import MOMENT, NOW

CITIZEN_ID = "049090000123"


def registry_at(home: Path, database: Path | None = None) -> Flask:
    """Return the application of a home as a process that starts now finds it."""
    setting = {"REGISTRY_HOME": str(home)}
    if database is not None:
        setting["DATABASE_URL"] = f"sqlite:///{database}"
    return create_app(Settings.from_environment(setting), Clock(lambda: NOW), TESTING=True)


def run(app: Flask, *words: str) -> Result:
    with app.app_context():  # the `flask` command does so
        result = app.test_cli_runner().invoke(args=list(words))
        db.session.remove()
        db.engine.dispose()
    return result


@pytest.fixture(scope="module")
def written_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of a registry with a person whose citizen number is known."""
    home = tmp_path_factory.mktemp("keys") / "home"
    assert run(registry_at(home), "init").exit_code == 0
    app = registry_at(home)
    with app.app_context():
        details = PersonDetails(full_name="Trần Thị Thử", phone=None, citizen_id=CITIZEN_ID)
        new = NewPerson(details=details, since=MOMENT.day)
        unit_id = home_unit(MOMENT.day).id
        write_person(system_actor(), new, unit_id, MOMENT, PersonalKeys.of(keys_of(home)))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return home


@pytest.fixture
def home(written_home: Path, tmp_path: Path) -> Path:
    """Return a copy of that home."""
    return shutil.copytree(written_home, tmp_path / "home")


def keys_of(home: Path) -> Keyring:
    keyring = read_keyring(home)
    assert keyring is not None
    return keyring


def the_number(home: Path) -> str:
    with registry_at(home).app_context():
        person = db.session.scalars(
            select(Person).where(Person.citizen_id_encrypted.is_not(None))
        ).one()
        assert person.citizen_id_encrypted is not None
        keys = PersonalKeys.of(keys_of(home))
        opened = decrypt_citizen_id(person.citizen_id_encrypted, person.id, keys)
        db.session.remove()
        db.engine.dispose()
    return opened


def test_versions_are_listed_and_no_secret(home: Path) -> None:
    result = run(registry_at(home), "keys", "list")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert len(lines) == 1 + len(KeyName)
    assert lines[0].split()[:2] == ["KHÓA", "MÃ"]
    assert all("đang dùng" in line and " k1 " in line for line in lines[1:])
    assert all(key.secret.hex() not in result.output for key in keys_of(home).keys.values())


@pytest.mark.parametrize("name", list(KeyName))
def test_each_key_is_given_a_new_version_and_all_goes_on(home: Path, name: KeyName) -> None:
    result = run(registry_at(home), "keys", "rotate", name.value)
    assert result.exit_code == 0, result.output
    assert "đang dùng mã k2" in result.stdout
    assert "Khởi động lại" in result.stderr
    key = keys_of(home)[name]
    assert key.current == "k2"
    assert key.ids == (("k2",) if name is KeyName.SESSION else ("k1", "k2"))
    assert the_number(home) == CITIZEN_ID
    verified = run(registry_at(home), "audit", "verify")
    assert verified.exit_code == 0, verified.output
    assert stat.S_IMODE((home / SECRETS_FILE).stat().st_mode) == 0o600
    assert sorted(path.name for path in home.glob("secrets*")) == [SECRETS_FILE]


def test_keys_written_before_they_had_versions_are_understood_and_rotated(home: Path) -> None:
    keyring = keys_of(home)
    older = {
        name.value: keyring[name].secret.hex() for name in KeyName if name is not KeyName.PERSONAL
    }
    older |= {
        "personal_key_id": "k1",
        "personal_keys": {"k1": keyring[KeyName.PERSONAL].secret.hex()},
    }
    (home / SECRETS_FILE).write_text(json.dumps(older))
    assert run(registry_at(home), "init").exit_code == 0
    assert json.loads((home / SECRETS_FILE).read_text()) == older
    assert run(registry_at(home), "keys", "rotate", "personal").exit_code == 0
    assert the_number(home) == CITIZEN_ID


def test_a_rotation_killed_after_the_file_was_written_is_finished(home: Path) -> None:
    change_keyring(home, lambda there: (there or keys_of(home)).rotated(KeyName.PERSONAL))
    refused = run(registry_at(home), "accounts", "list")
    assert (refused.exit_code, "flask keys rotate personal" in refused.stderr) == (1, True)
    result = run(registry_at(home), "keys", "rotate", "personal")
    assert result.exit_code == 0, result.output
    assert keys_of(home)[KeyName.PERSONAL].ids == ("k1", "k2")
    assert "Đã mã hóa lại 1 số CCCD" in result.stdout
    assert run(registry_at(home), "accounts", "list").exit_code == 0


def test_a_rotation_killed_while_rows_were_moved_goes_on(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(key_rotation, "move_some", killed)
        assert run(registry_at(home), "keys", "rotate", "personal").exit_code == 1
    assert the_number(home) == CITIZEN_ID
    listed = run(registry_at(home), "keys", "list").stdout
    assert [line.split()[:2] for line in listed.splitlines() if "personal " in line] == [
        ["personal", "k1"],
        ["personal", "k2"],
    ]
    result = run(registry_at(home), "keys", "rotate", "personal")
    assert result.exit_code == 0, result.output
    assert keys_of(home)[KeyName.PERSONAL].ids == ("k1", "k2")
    assert the_number(home) == CITIZEN_ID


def test_a_rotation_is_in_the_audit(home: Path) -> None:
    run(registry_at(home), "keys", "rotate", "card")
    with registry_at(home).app_context():
        last = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
        assert last is not None
        assert (last.action, last.object_id, last.details) == (
            "key.rotate",
            "card",
            {"key_id": "k2"},
        )
        db.session.remove()
        db.engine.dispose()


# One of each kind: it reads, it writes, it needs the keys, it puts the registry in place.
@pytest.mark.parametrize(
    "words",
    [("accounts", "list"), ("accounts", "create", "quantri"), ("audit", "verify"), ("init",),
     ("serve",), ("keys", "list"), ("keys", "rotate", "card"), ("units", "check")],
)  # fmt: skip
def test_keys_of_another_registry_are_refused_by_every_command(
    home: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """As on a second machine that was given the database and made keys of its own."""
    second = tmp_path / "second"
    make_home(second)
    before = (second / SECRETS_FILE).read_text()
    result = run(registry_at(second, home / "registry.sqlite"), *words)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    assert "không phải khóa của sổ này" in result.stderr
    assert "Chép tệp secrets.json từ máy đã lập sổ" in result.stderr
    assert (second / SECRETS_FILE).read_text() == before
    assert not (second / "audit-heads.jsonl").exists()


def test_the_keys_brought_to_a_second_machine_are_accepted(home: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    make_home(second)
    (second / SECRETS_FILE).write_text((home / SECRETS_FILE).read_text())
    assert run(registry_at(second, home / "registry.sqlite"), "accounts", "list").exit_code == 0


def test_no_page_is_served_under_keys_of_another_registry(home: Path, tmp_path: Path) -> None:
    second = tmp_path / "second"
    make_home(second)
    answer = registry_at(second, home / "registry.sqlite").test_client().get("/dang-nhap")
    assert answer.status_code == 503
    assert "không phải khóa của sổ này" in answer.text
    assert registry_at(home).test_client().get("/dang-nhap").status_code == 200


def test_a_key_that_is_new_to_this_version_is_made_by_init_only(home: Path) -> None:
    written = json.loads((home / SECRETS_FILE).read_text())
    del written["keys"]["card"]
    lacking = json.dumps(written)
    (home / SECRETS_FILE).write_text(lacking)
    app = registry_at(home)
    with app.app_context():  # an older version did not know the key either
        db.session.execute(text("DELETE FROM key_fingerprints WHERE name = 'card'"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    refused = run(registry_at(home), "accounts", "list")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Tệp khóa secrets.json còn thiếu khóa: card. Chạy “flask init” trước.\n",
    )
    assert registry_at(home).test_client().get("/dang-nhap").status_code == 503
    assert (home / SECRETS_FILE).read_text() == lacking
    made = run(registry_at(home), "init")
    assert (made.exit_code, "đã tạo card" in made.stderr) == (0, True), made.output
    assert keys_of(home).missing == ()
    assert run(registry_at(home), "accounts", "list").exit_code == 0


def test_a_key_that_was_lost_is_not_made_anew(home: Path) -> None:
    written = json.loads((home / SECRETS_FILE).read_text())
    del written["keys"]["personal_index"]
    (home / SECRETS_FILE).write_text(json.dumps(written))
    result = run(registry_at(home), "init")
    assert result.exit_code == 1
    assert "không có trong tệp" in result.stderr
    assert json.loads((home / SECRETS_FILE).read_text()) == written


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_file_of_keys_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SECRETS_FILE).write_bytes(content)
    with pytest.raises(SettingsError, match="bị hỏng"):
        read_keyring(tmp_path)
    (tmp_path / SECRETS_FILE).unlink()
    (tmp_path / SECRETS_FILE).mkdir()
    with pytest.raises(SettingsError, match="Không đọc được tệp khóa"):
        read_keyring(tmp_path)


def test_the_file_is_never_half_written_nor_written_through_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = make_home(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    (tmp_path / f"{SECRETS_FILE}.partial").symlink_to(elsewhere)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            change_keyring(tmp_path, lambda _: before.rotated(KeyName.CARD))
    assert read_keyring(tmp_path) == before
    assert elsewhere.read_text() == "mine"
    change_keyring(tmp_path, lambda _: before.rotated(KeyName.CARD))
    assert elsewhere.read_text() == "mine"
    assert stat.S_IMODE((tmp_path / SECRETS_FILE).stat().st_mode) == 0o600


def rotate_card(home: Path) -> None:
    change_keyring(home, lambda there: (there or Keyring.generate()).rotated(KeyName.CARD))


def test_processes_that_change_the_file_at_once_lose_no_version(tmp_path: Path) -> None:
    make_home(tmp_path)
    processes = [
        multiprocessing.get_context("fork").Process(target=rotate_card, args=(tmp_path,))
        for _ in range(6)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert keys_of(tmp_path)[KeyName.CARD].ids == tuple(f"k{number}" for number in range(1, 8))
