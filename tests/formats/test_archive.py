"""The backup container: what goes in comes out, or nothing does."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from registry.domain.errors import Invalid
from registry.formats import archive
from registry.formats.archive import (
    DAMAGED_BACKUP,
    FORMAT,
    MANIFEST_NAME,
    NOT_A_BACKUP,
    TARGET_NOT_EMPTY,
    read_backup,
    read_manifest,
    write_backup,
)


@pytest.fixture
def backup(tmp_path) -> Path:
    database = tmp_path / "data.sqlite"
    database.write_bytes(b"SQLite" * 500_000)
    target = tmp_path / "backup.zip"
    members = [("data.sqlite", database), ("files/ab/Quyết định.pdf", b"%PDF-1.7"), ("empty", b"")]
    write_backup(target, members, {"product_version": "1.0", "made_at": "2024-06-30T03:00:00Z"})
    return target


def rewritten(backup: Path, change) -> Path:
    """Return a copy of the backup after `change(parts)` of its members by name."""
    with ZipFile(backup) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    change(parts)
    target = backup.with_name("changed.zip")
    with ZipFile(target, "w") as changed:
        for name, content in parts.items():
            changed.writestr(name, content)
    return target


def with_manifest(**changes):
    def change(parts):
        manifest = json.loads(parts[MANIFEST_NAME]) | changes
        parts[MANIFEST_NAME] = json.dumps(manifest).encode()

    return change


def refusal(source: Path, into: Path) -> str:
    with pytest.raises(Invalid) as refused:
        read_backup(source, into)
    assert not into.exists() or list(into.iterdir()) == []
    return refused.value.message


def test_members_come_back_as_they_were_with_what_the_manifest_says(backup, tmp_path):
    into = tmp_path / "a" / "restored"
    manifest = read_backup(backup, into)
    found = {str(path.relative_to(into)) for path in into.rglob("*") if path.is_file()}
    assert found == {"data.sqlite", "files/ab/Quyết định.pdf", "empty"}
    assert (into / "data.sqlite").read_bytes() == b"SQLite" * 500_000
    assert (into / "files/ab/Quyết định.pdf").read_bytes() == b"%PDF-1.7"
    assert manifest["product_version"] == "1.0"
    assert manifest == read_manifest(backup)
    assert manifest["members"]["empty"] == {
        "size": 0,
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }


def test_a_backup_is_for_its_owner_only_and_the_same_every_time(backup, tmp_path):
    assert backup.stat().st_mode & 0o777 == 0o600
    again = tmp_path / "again.zip"
    first = tmp_path / "first.zip"
    for target in (first, again):
        write_backup(target, [("a", b"1")], {})
    assert first.read_bytes() == again.read_bytes()


def test_a_failed_backup_leaves_the_last_one_and_nothing_half_written(backup, tmp_path):
    before = backup.read_bytes()
    with pytest.raises(FileNotFoundError):
        write_backup(backup, [("a", b"1"), ("b", tmp_path / "missing")], {})
    assert backup.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip", "data.sqlite"]


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../a", "a/../../b", "a\\b", "C:a", "", ".", "./a", "a//b", "a\n", " a",
     "manifest.json", "Quye\u0302\u0301t"],
)  # fmt: skip
def test_unsafe_names_are_not_written(name, tmp_path):
    with pytest.raises(ValueError, match="is unsafe"):
        write_backup(tmp_path / "b.zip", [(name, b"1")], {})
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_not_written_twice(tmp_path):
    with pytest.raises(ValueError, match="stands twice"):
        write_backup(tmp_path / "b.zip", [("a", b"1"), ("a", b"2")], {})


@pytest.mark.parametrize("key", ["format", "format_version", "members"])
def test_the_manifest_cannot_set_the_keys_of_the_container(key, tmp_path):
    with pytest.raises(ValueError, match="key of the container"):
        write_backup(tmp_path / "b.zip", [], {key: 1})


@pytest.mark.parametrize("content", [b"", b"PK", b"SQLite format 3\0" * 9])
def test_another_file_is_no_backup(content, tmp_path):
    source = tmp_path / "x.zip"
    source.write_bytes(content)
    assert refusal(source, tmp_path / "into") == NOT_A_BACKUP


def test_a_missing_file_is_no_backup(tmp_path):
    assert refusal(tmp_path / "x.zip", tmp_path / "into") == NOT_A_BACKUP


@pytest.mark.parametrize("text", [b"{", b"[]", b"{}", b"\xff", b"[" * 100_000])
def test_an_archive_without_our_manifest_is_no_backup(text, backup, tmp_path):
    source = rewritten(backup, lambda parts: parts.update({MANIFEST_NAME: text}))
    assert refusal(source, tmp_path / "into") == NOT_A_BACKUP
    without = rewritten(backup, lambda parts: parts.pop(MANIFEST_NAME))
    assert refusal(without, tmp_path / "into") == NOT_A_BACKUP


@pytest.mark.parametrize("version", [2, "1", None])
def test_an_unknown_version_is_refused_with_both_versions(version, backup, tmp_path):
    source = rewritten(backup, with_manifest(format_version=version))
    message = refusal(source, tmp_path / "into")
    assert f"định dạng phiên bản {version}, phần mềm này chỉ đọc được phiên bản 1." in message


def flip_a_byte(parts):
    parts["data.sqlite"] = b"sQLite" + parts["data.sqlite"][6:]


def grow(parts):
    parts["data.sqlite"] += b"x"


def shrink(parts):
    parts["data.sqlite"] = parts["data.sqlite"][:-1]


def take_away(parts):
    del parts["data.sqlite"]


@pytest.mark.parametrize("change", [flip_a_byte, grow, shrink, take_away])
def test_a_changed_member_is_named_and_nothing_is_restored(change, backup, tmp_path):
    message = refusal(rewritten(backup, change), tmp_path / "into")
    assert message == DAMAGED_BACKUP.format(member="data.sqlite")


def test_a_member_the_manifest_does_not_know_is_refused(backup, tmp_path):
    source = rewritten(backup, lambda parts: parts.update({"extra": b"1"}))
    assert refusal(source, tmp_path / "into") == DAMAGED_BACKUP.format(member="extra")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_stands_twice_is_refused(backup, tmp_path):
    with ZipFile(backup, "a") as container:
        container.writestr("empty", b"other")
    assert "bị hỏng hoặc đã bị sửa" in refusal(backup, tmp_path / "into")


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside", "data.sqlite/x"])
def test_a_member_that_would_leave_the_folder_is_refused(name, backup, tmp_path):
    proof = {"size": 1, "sha256": "0" * 64}

    def change(parts):
        parts[name] = b"1"
        members = json.loads(parts[MANIFEST_NAME])["members"] | {name: proof}
        with_manifest(members=members)(parts)

    into = tmp_path / "deep" / "into"
    assert refusal(rewritten(backup, change), into) == DAMAGED_BACKUP.format(member=name)
    assert list(tmp_path.rglob("outside")) == []


@pytest.mark.parametrize("members", [None, [], "x"])
def test_a_manifest_without_members_is_damaged(members, backup, tmp_path):
    source = rewritten(backup, with_manifest(members=members))
    assert refusal(source, tmp_path / "into") == DAMAGED_BACKUP.format(member=MANIFEST_NAME)


@pytest.mark.parametrize("proof", [None, {}, {"size": "6"}, {"size": 0}])
def test_a_member_without_proof_is_refused(proof, backup, tmp_path):
    def change(parts):
        members = json.loads(parts[MANIFEST_NAME])["members"] | {"empty": proof}
        with_manifest(members=members)(parts)

    message = refusal(rewritten(backup, change), tmp_path / "into")
    assert message == DAMAGED_BACKUP.format(member="empty")


@pytest.mark.parametrize("position", [0.1, 0.3, 0.5])
def test_a_damaged_byte_restores_nothing(position, backup, tmp_path):
    content = bytearray(backup.read_bytes())
    content[int(len(content) * position)] ^= 0xFF
    backup.write_bytes(content)
    assert "bị hỏng hoặc đã bị sửa" in refusal(backup, tmp_path / "into")


@pytest.mark.parametrize("position", [0.1, 0.5, 0.9, 0.99])
def test_a_backup_that_was_cut_off_restores_nothing(position, backup, tmp_path):
    content = backup.read_bytes()
    backup.write_bytes(content[: int(len(content) * position)])
    assert refusal(backup, tmp_path / "into") == NOT_A_BACKUP


def test_a_folder_with_something_in_it_is_left_alone(backup, tmp_path):
    into = tmp_path / "into"
    into.mkdir()
    (into / "data.sqlite").write_bytes(b"mine")
    with pytest.raises(Invalid, match=TARGET_NOT_EMPTY):
        read_backup(backup, into)
    assert (into / "data.sqlite").read_bytes() == b"mine"
    with pytest.raises(Invalid, match=TARGET_NOT_EMPTY):
        read_backup(backup, into / "data.sqlite")


def test_an_existing_empty_folder_is_used(backup, tmp_path):
    into = tmp_path / "into"
    into.mkdir()
    read_backup(backup, into)
    assert sorted(path.name for path in into.iterdir()) == ["data.sqlite", "empty", "files"]


def test_the_format_is_named_in_the_file(backup):
    assert read_manifest(backup)["format"] == FORMAT == "mang-luoi-cds-backup"
    assert archive.FORMAT_VERSION == 1
