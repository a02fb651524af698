"""A backup of either database, restored into the other, is the same registry."""

import json
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import select, text

from registry.app import create_app
from registry.domain.accounts import LinkPurpose
from registry.domain.audit.chain import FIRST_HASH, event_hash
from registry.domain.audit.deeds import Deed
from registry.domain.clock import Clock
from registry.domain.errors import Conflict, Invalid
from registry.domain.keyring import KeyName
from registry.domain.people import PersonFacts
from registry.domain.permissions import Role, system_actor
from registry.domain.reorganisations.annex import RowContent
from registry.models.accounts import Session
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.decisions import StoredFile
from registry.models.engine import use_keys
from registry.models.guards import remove_guards
from registry.models.outbox import OutboxMessage
from registry.models.people import Person
from registry.models.reorganisations import Reorganisation, ReorganisationRow
from registry.models.schema import newest_revision
from registry.queries.accounts import password_link_by_hash
from registry.queries.backup import all_tables, chunks_of, snapshot
from registry.services import accounts, restore
from registry.services.audit import chain_values, erase_person
from registry.services.audit_checks import HEADS_FILE, keep_head, verify
from registry.services.backup import (
    Home,
    Manifest,
    Saved,
    create,
    keys_path,
    note_backup,
    read_keys,
)
from registry.services.files import read_file, store_file
from registry.services.people import NewPerson, PersonDetails, write_person
from registry.services.personal_data import PersonalKeys, decrypt_citizen_id
from registry.services.reorganisations.applying import apply
from registry.settings import Settings, place_keyring
from tests.conftest import MOMENT, NOW
from tests.databases import EMPTY
from tests.factories.accounts import enter, make_account
from tests.factories.audited import Told, told
from tests.factories.coverage import RuledProvince
from tests.factories.outbox import make_message
from tests.factories.people import make_assignment, make_decision, make_member
from tests.factories.units import START
from tests.factories.world import make_batch

CITIZEN_ID = "049090000123"
SCAN = b"%PDF-1.7 scan"


def home_of(settings: Settings) -> Home:
    return Home(settings.home, settings.files_folder)


@pytest.fixture
def full(app: Flask, settings: Settings) -> Settings:
    """Return the settings of a registry with a little of everything, committed."""
    assert settings.secrets is not None
    here = RuledProvince()
    officer = make_account(Role.UNIT_OFFICER, here.commune, login="canbo")
    older, newer = (
        make_decision(here.commune, "1/QĐ-UBND"),
        make_decision(here.commune, "2/QĐ-UBND"),
    )
    older.replaces_id = newer.id  # a row that refers to a later one of its own table
    older.file = store_file(
        SCAN, "Quyết định.pdf", "application/pdf", settings.files_folder, MOMENT
    )
    make_assignment(make_member("Nguyễn Văn Hòa", here.commune), here.commune, older)
    details = PersonDetails(full_name="Trần Thị Thử", phone="0905 000 111", citizen_id=CITIZEN_ID)
    keys = PersonalKeys.of(settings.secrets)
    new = NewPerson(details=details, facts=PersonFacts(job_title="Công chức"), since=START)
    person = write_person(system_actor(), new, here.commune.id, MOMENT, keys)
    other = PersonDetails(full_name="Lê Xóa", phone="0905 000 112")
    new = NewPerson(details=other, since=START)
    erased = write_person(system_actor(), new, here.commune.id, MOMENT, None)
    erase_person(system_actor(), erased.id, MOMENT)
    batch = make_batch(here.far_commune, newer)
    assert apply(system_actor(), batch.id, MOMENT).problems == ()
    enter("canbo")
    accounts.invite(system_actor(), officer, LinkPurpose.INVITATION, timedelta(days=7), MOMENT)
    assert person.citizen_id_encrypted
    note_backup(system_actor(), MOMENT)
    db.session.commit()
    keep_head(settings.home, settings.secrets[KeyName.AUDIT], MOMENT)
    return settings


@pytest.fixture
def backup(full: Settings, tmp_path: Path) -> Path:
    """Return a backup of that registry."""
    assert full.secrets is not None
    target = tmp_path / "backup.zip"
    create(target, home_of(full), full.secrets, MOMENT)
    return target


@pytest.fixture
def elsewhere(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Any]]:
    """Return a function that opens an empty registry on the other database, on another machine."""
    home = tmp_path / "elsewhere"
    home.mkdir()
    if backend == "postgresql":
        file = home / "registry.sqlite"
        shutil.copyfile(request.getfixturevalue("empty_sqlite"), file)
        url, drop = f"sqlite:///{file}", lambda: None
    else:
        server = request.getfixturevalue("postgresql")
        name = server.create_copy(EMPTY)
        url, drop = server.url(name), lambda: server.drop(name)

    @contextmanager
    def open_registry() -> Iterator[Settings]:
        settings = Settings(
            home=home,
            database_url=url,
            host="127.0.0.1",
            port=8000,
            base_url="http://127.0.0.1:8000",
            secrets=None,
        )
        app = create_app(settings, Clock(lambda: NOW), TESTING=True)
        with app.app_context():
            yield settings
            db.session.rollback()
            db.session.remove()
            db.engine.dispose()

    yield open_registry
    drop()


def restore_into(settings: Settings, backup: Path) -> Saved:
    keys = read_keys(backup)
    assert restore.check_can_restore(backup, keys) == newest_revision()
    use_keys(db.engine, keys.installation)
    filled = restore.fill(backup, keys, home_of(settings))
    saved = restore.prove(system_actor(), filled, keys, home_of(settings), MOMENT)
    db.session.commit()
    return saved


def everything() -> dict[str, list[dict[str, Any]]]:
    with snapshot() as connection:
        return {
            table.name: [dict(row) for rows in chunks_of(connection, table) for row in rows]
            for table in all_tables(connection)
        }


def test_a_backup_restores_into_the_other_database_row_by_row(
    backup: Path, elsewhere: Callable[[], Any]
) -> None:
    before = everything()
    assert sum(len(rows) for rows in before.values()) > 50
    with elsewhere() as there:
        restore_into(there, backup)
        after = everything()
    ended = {"sessions", "password_links", "key_fingerprints"}
    assert {name: rows for name, rows in after.items() if name not in {*ended, "audit_events"}} == {
        name: rows for name, rows in before.items() if name not in {*ended, "audit_events"}
    }
    known = len(before["audit_events"])
    assert after["audit_events"][:known] == before["audit_events"]
    assert [row["action"] for row in after["audit_events"][known:]] == [
        "key.note",
        "backup.restore",
    ]


def test_scans_and_citizen_numbers_open_with_the_restored_keys(
    backup: Path, elsewhere: Callable[[], Any]
) -> None:
    with elsewhere() as there:
        restore_into(there, backup)
        keyring = place_keyring(there.home, read_keys(backup).installation)
        stored = db.session.scalars(select(StoredFile)).one()
        assert read_file(stored, there.files_folder) == SCAN
        person = db.session.scalars(
            select(Person).where(Person.citizen_id_index.is_not(None))
        ).one()
        assert person.citizen_id_encrypted is not None
        number = decrypt_citizen_id(
            person.citizen_id_encrypted, person.id, PersonalKeys.of(keyring)
        )
        assert number == CITIZEN_ID


def test_what_is_restored_takes_the_place_of_what_lay_there_is_counted_and_told(
    full: Settings, backup: Path, elsewhere: Callable[[], Any]
) -> None:
    scan = db.session.scalars(select(StoredFile.storage_name)).one()
    rows = sum(len(rows) for rows in everything().values())
    with elsewhere() as there:
        (there.home / HEADS_FILE).write_text("heads of before")
        there.files_folder.mkdir()
        (there.files_folder / scan).write_bytes(b"another scan")
        assert restore_into(there, backup) == Saved(rows, files=1, lost_files=())
        assert (there.files_folder / scan).read_bytes() == SCAN
        (aside,) = there.home.glob("audit-heads-until-*.jsonl")
        assert aside.read_text() == "heads of before"
        assert told(Deed.BACKUP_RESTORE) == [
            Told("backups", None, None, {"of": MOMENT.instant.isoformat()})
        ]
        if db.session.get_bind().dialect.name == "postgresql":
            counted = text("SELECT reltuples FROM pg_class WHERE relname = 'units'")
            units = db.session.scalar(text("SELECT count(*) FROM units"))
            assert db.session.scalar(counted) == units


def test_a_scan_that_is_not_as_it_was_does_not_prove_true_and_is_taken_away_again(
    backup: Path, elsewhere: Callable[[], Any]
) -> None:
    keys = read_keys(backup)
    with elsewhere() as there:
        filled = restore.fill(backup, keys, home_of(there))
        (scan,) = there.files_folder.iterdir()
        scan.write_bytes(b"another scan")
        with pytest.raises(Invalid, match=f"Bản quét {scan.name} không có hoặc khác với lúc lưu"):
            restore.prove(system_actor(), filled, keys, home_of(there), MOMENT)
        restore.remove_files(filled, home_of(there))
        assert list(there.files_folder.iterdir()) == []


@pytest.mark.parametrize("lines", [b"no row\n", b'{"strange": 1}\n'])
def test_rows_that_are_none_of_their_table_are_refused_in_words(
    full: Settings,
    tmp_path: Path,
    elsewhere: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
    lines: bytes,
) -> None:
    assert full.secrets is not None
    monkeypatch.setattr("registry.services.backup.to_lines", lambda _: lines)
    create(tmp_path / "strange.zip", home_of(full), full.secrets, MOMENT)
    with elsewhere() as there, pytest.raises(Invalid, match="bị hỏng hoặc đã bị sửa: tables/"):
        restore_into(there, tmp_path / "strange.zip")


def test_a_batch_of_changes_is_restored_with_its_rows_and_figures(
    backup: Path, elsewhere: Callable[[], Any]
) -> None:
    before = db.session.scalars(select(Reorganisation)).one()
    rows, summary = [row.content for row in before.rows], before.summary
    assert summary is not None
    assert any(content.new_name for content in rows)
    with elsewhere() as there:
        restore_into(there, backup)
        after = db.session.scalars(select(Reorganisation)).one()
        assert ([row.content for row in after.rows], after.summary) == (rows, summary)


def test_what_this_version_cannot_read_is_saved_as_it_is_stored(
    full: Settings, tmp_path: Path, elsewhere: Callable[[], Any]
) -> None:
    assert full.secrets is not None
    odd = '{"old_id": "không phải số", "how": "lạ"}'
    db.session.execute(text("UPDATE reorganisation_rows SET content = :odd"), {"odd": odd})
    db.session.commit()
    assert db.session.scalars(select(ReorganisationRow)).one().content == RowContent()
    create(tmp_path / "odd.zip", home_of(full), full.secrets, MOMENT)
    with elsewhere() as there:
        restore_into(there, tmp_path / "odd.zip")
        stored = db.session.scalar(text("SELECT content FROM reorganisation_rows"))
        assert (json.loads(stored) if isinstance(stored, str) else stored) == json.loads(odd)


def test_the_audit_goes_on_where_it_was_and_erased_values_stay_erased(
    backup: Path, elsewhere: Callable[[], Any]
) -> None:
    with elsewhere() as there:
        restore_into(there, backup)
        verdict = verify(there.home, read_keys(backup).installation[KeyName.AUDIT])
        assert verdict.fault is None
        assert verdict.heads == 1
        empty = db.session.scalars(select(AuditPersonal).where(AuditPersonal.content.is_(None)))
        assert len(empty.all()) == 1


def test_a_backup_of_before_the_audit_had_a_key_is_sealed_when_it_is_restored(
    full: Settings, tmp_path: Path, elsewhere: Callable[[], Any]
) -> None:
    assert full.secrets is not None
    remove_guards(db.session.connection())
    previous = FIRST_HASH
    for row in db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)):
        row.key_id = row.person_id = None
        row.previous_hash = previous
        row.hash = previous = event_hash(chain_values(row), None)
    db.session.commit()
    (full.home / HEADS_FILE).unlink()
    keep_head(full.home, full.secrets[KeyName.AUDIT], MOMENT)
    target = tmp_path / "older.zip"
    create(target, home_of(full), full.secrets, MOMENT)
    with elsewhere() as there:
        restore_into(there, target)
        assert verify(there.home, full.secrets[KeyName.AUDIT]).fault is None
        deeds = list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))
        assert deeds[-3:] == ["audit.seal", "key.note", "backup.restore"]


def test_new_rows_get_numbers_after_the_restored_ones(
    backup: Path, elsewhere: Callable[[], Any]
) -> None:
    highest = max(row["id"] for row in everything()["people"])
    with elsewhere() as there:
        restore_into(there, backup)
        person = Person(full_name="Mới", search_key="moi", sort_key="moi", created_at=NOW)
        db.session.add(person)
        db.session.flush()
        assert person.id > highest


def test_sessions_and_password_links_do_not_come_back_to_life(
    backup: Path, elsewhere: Callable[[], Any]
) -> None:
    links = everything()["password_links"]
    with elsewhere() as there:
        restore_into(there, backup)
        assert all(
            session.revoked_at is not None for session in db.session.scalars(select(Session))
        )
        link = password_link_by_hash(links[0]["token_hash"])
        assert link is not None
        assert link.ended_at is not None


def test_mail_to_an_account_that_may_carry_a_link_is_emptied_and_other_mail_still_goes(
    full: Settings, tmp_path: Path, elsewhere: Callable[[], Any]
) -> None:
    assert full.secrets is not None
    account_id = db.session.scalars(select(Session.account_id)).first()
    texts = {
        "Đã gửi": make_message("Đã gửi", account_id=account_id),
        "Chờ gửi": make_message("Chờ gửi", account_id=account_id),
        "Thư đăng ký": make_message("Thư đăng ký"),
    }
    texts["Đã gửi"].sent_at = MOMENT.instant
    db.session.commit()
    create(tmp_path / "mails.zip", home_of(full), full.secrets, MOMENT)
    with elsewhere() as there:
        restore_into(there, tmp_path / "mails.zip")
        mails = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.subject.in_(sorted(texts)))
        )
        is_kept = {mail.subject: mail.body is not None for mail in mails}
    assert is_kept == {"Đã gửi": True, "Chờ gửi": False, "Thư đăng ký": True}


def test_nothing_in_a_backup_can_be_read_without_its_keys(backup: Path) -> None:
    content = backup.read_bytes()
    for secret in (CITIZEN_ID.encode(), b"Nguy", "Nguyễn".encode(), b"905000111", SCAN):
        assert secret not in content
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys_path(backup).stat().st_mode) == 0o600


def test_missing_damaged_and_foreign_keys_are_refused_in_words(
    backup: Path, full: Settings, tmp_path: Path
) -> None:
    assert full.secrets is not None
    other = tmp_path / "other.zip"
    create(other, home_of(full), full.secrets, MOMENT)
    keys_path(backup).write_text(keys_path(other).read_text())
    with pytest.raises(Invalid, match="không thuộc bản sao lưu này"):
        read_keys(backup)
    keys_path(backup).write_text("{}")
    with pytest.raises(Invalid, match="bị hỏng"):
        read_keys(backup)
    keys_path(backup).unlink()
    with pytest.raises(Invalid, match="Không thấy tệp khóa"):
        read_keys(backup)


def test_a_key_of_another_length_is_no_key(backup: Path) -> None:
    content = json.loads(keys_path(backup).read_text())
    keys_path(backup).write_text(json.dumps(content | {"key": content["key"][2:]}))
    with pytest.raises(Invalid, match="bị hỏng") as refusal:
        read_keys(backup)
    assert [problem.field for problem in refusal.value.problems] == ["keys"]


def test_a_backup_that_was_sealed_is_read_by_its_seal_whoever_vouches_for_it(backup: Path) -> None:
    assert read_keys(backup, unsealed=True).unsealed is False


def test_a_backup_whose_keys_cannot_be_written_is_not_left_lying_there(
    full: Settings, tmp_path: Path
) -> None:
    assert full.secrets is not None
    longest = tmp_path / "s".ljust(251, "s")  # no disk takes the name of its keys, ".keys" longer
    with pytest.raises(OSError, match="File name too long"):
        create(longest, home_of(full), full.secrets, MOMENT)
    assert not list(tmp_path.glob("s*s"))


def test_that_everything_is_about_to_be_taken_along_is_told(app: Flask) -> None:
    note_backup(system_actor(), MOMENT)
    assert told(Deed.BACKUP_CREATE) == [Told("backups", None, None, {})]


def test_a_file_of_keys_without_end_is_refused_in_words(backup: Path) -> None:
    keys_path(backup).unlink()
    keys_path(backup).symlink_to("/dev/zero")
    with pytest.raises(Invalid, match="bị hỏng"):
        read_keys(backup)


@pytest.mark.parametrize("change", ["before", "behind", "hour of a member"])
def test_a_copy_in_which_any_byte_differs_is_refused(backup: Path, change: str) -> None:
    content = backup.read_bytes()
    assert read_keys(backup).unsealed is False
    if change == "hour of a member":
        at = content.index(b"PK\x01\x02") + 12
        backup.write_bytes(content[:at] + b"\x01" + content[at + 1 :])
    else:
        backup.write_bytes(b"x" + content if change == "before" else content + b"x")
    with pytest.raises(Invalid, match=f"bị hỏng hoặc đã bị sửa: {backup.name}"):
        read_keys(backup)


def test_a_backup_whose_hash_was_not_kept_is_judged_by_its_seal(backup: Path) -> None:
    path = keys_path(backup)
    kept = json.loads(path.read_text())
    del kept["file_sha256"]
    path.write_text(json.dumps(kept))
    backup.write_bytes(backup.read_bytes() + b"x")
    assert read_keys(backup).unsealed is False


def test_a_part_too_large_to_be_one_of_ours_is_not_opened(
    backup: Path, elsewhere: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with ZipFile(backup) as content:
        largest = max(
            part.file_size for part in content.infolist() if part.filename.startswith("tables/")
        )
    with elsewhere() as there:
        # A part is let in up to twice the size of what was sealed.
        monkeypatch.setattr(restore, "MOST_BYTES", (largest - 1) / 2)
        with pytest.raises(Invalid, match="lớn hơn mức cho phép nên không mở"):
            restore_into(there, backup)
        db.session.rollback()
        monkeypatch.setattr(restore, "MOST_BYTES", largest / 2)
        restore_into(there, backup)


def test_tables_that_do_not_hold_what_was_backed_up_are_not_called_restored(
    backup: Path, elsewhere: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore, "rows_in", lambda *_: 10**6)
    with elsewhere() as there, pytest.raises(Invalid, match="phục hồi được 1000000 dòng, cần"):
        restore_into(there, backup)


@pytest.mark.parametrize(
    "content",
    ["[]", "5", "null", '{"key": 5, "installation": {}}', '{"key": "00", "installation": {}}',
     f'{{"key": "{"00" * 32}", "installation": []}}', "[" * 100_000, "\ud800"],
)  # fmt: skip
def test_a_file_of_keys_of_wrong_types_is_refused_in_words(backup: Path, content: str) -> None:
    keys_path(backup).write_bytes(content.encode(errors="surrogatepass"))
    with pytest.raises(Invalid, match="bị hỏng"):
        read_keys(backup)


@pytest.mark.parametrize(
    "wrong",
    [{"rows": []}, {"rows": {"people": "1"}}, {"rows": {"people": -1}}, {"rows": None},
     {"lost_files": {}}, {"lost_files": [1]}, {"revision": 13}, {"created_at": 5},
     {"created_at": "hôm qua"}, {"created_at": "2024-06-30"}],
)  # fmt: skip
def test_a_manifest_of_wrong_types_is_refused_in_words(wrong: dict[str, Any]) -> None:
    values = {"created_at": NOW.isoformat(), "revision": "0001", "rows": {}, "lost_files": []}
    assert Manifest.read(values).rows == {}
    with pytest.raises(Invalid, match="bị hỏng hoặc đã bị sửa"):
        Manifest.read(values | wrong)
    for name in values:
        with pytest.raises(Invalid):
            Manifest.read({key: value for key, value in values.items() if key != name})


@pytest.mark.parametrize("name", ["backup.zip", "backup.zip.keys"])
def test_a_backup_is_not_written_through_a_link(full: Settings, tmp_path: Path, name: str) -> None:
    assert full.secrets is not None
    (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Conflict, match="đã có"):
        create(tmp_path / "backup.zip", home_of(full), full.secrets, MOMENT)
    assert not (tmp_path / "elsewhere").exists()


def test_a_registry_that_holds_anything_is_not_overwritten(backup: Path) -> None:
    with pytest.raises(Conflict, match="đã có dữ liệu"):
        restore.check_can_restore(backup, read_keys(backup))


def test_an_older_backup_file_is_never_overwritten(backup: Path, full: Settings) -> None:
    assert full.secrets is not None
    with pytest.raises(Conflict, match="đã có"):
        create(backup, home_of(full), full.secrets, MOMENT)


def test_a_scan_lost_before_the_backup_is_named_and_the_rest_is_saved(
    full: Settings, tmp_path: Path, elsewhere: Callable[[], Any]
) -> None:
    assert full.secrets is not None
    stored = db.session.scalars(select(StoredFile)).one()
    whole = store_file(SCAN, "Khác.pdf", "application/pdf", full.files_folder, MOMENT)
    db.session.commit()
    name, rows = whole.storage_name, sum(len(rows) for rows in everything().values())
    (full.files_folder / stored.storage_name).unlink()
    target = tmp_path / "without-scan.zip"
    saved = create(target, home_of(full), full.secrets, MOMENT)
    assert saved == Saved(rows, files=1, lost_files=(stored.storage_name,))
    with elsewhere() as there:
        restore_into(there, target)
        assert len(db.session.scalars(select(StoredFile)).all()) == 2
        assert [path.name for path in there.files_folder.iterdir()] == [name]


def test_a_backup_of_a_tampered_audit_does_not_prove_true(
    full: Settings, tmp_path: Path, elsewhere: Callable[[], Any]
) -> None:
    assert full.secrets is not None
    (full.home / HEADS_FILE).write_text((full.home / HEADS_FILE).read_text().replace("a", "b"))
    target = tmp_path / "tampered.zip"
    create(target, home_of(full), full.secrets, MOMENT)
    with elsewhere() as there:
        keys = read_keys(target)
        filled = restore.fill(target, keys, home_of(there))
        with pytest.raises(Invalid, match="bị sửa"):
            restore.prove(system_actor(), filled, keys, home_of(there), MOMENT)
        assert not (there.home / HEADS_FILE).exists()


def test_a_backup_of_a_newer_version_is_refused(
    backup: Path,
    full: Settings,
    tmp_path: Path,
    elsewhere: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert full.secrets is not None
    monkeypatch.setattr("registry.services.backup.newest_revision", lambda: "9999")
    target = tmp_path / "newer.zip"
    create(target, home_of(full), full.secrets, MOMENT)
    with elsewhere(), pytest.raises(Invalid, match="9999"):
        restore.check_can_restore(target, read_keys(target))
