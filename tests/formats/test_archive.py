"""The backup container: what goes in comes out, or nothing does."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from registry.domain.errors import Invalid
from registry.formats import archive
from registry.formats.archive import (
    DAMAGED_BACKUP,
    FOREIGN_KEY,
    FORMAT,
    MANIFEST_NAME,
    NOT_A_BACKUP,
    NOT_SEALED,
    SEAL_NAME,
    TARGET_NOT_EMPTY,
    read_backup,
    read_manifest,
    write_backup,
)
from scripts.tree import ROOT
from tests.factories.containers import as_before_there_was_a_seal, rewritten, with_manifest

KEY = b"k" * 32


@pytest.fixture
def backup(tmp_path) -> Path:
    database = tmp_path / "data.sqlite"
    database.write_bytes(b"SQLite" * 500_000)
    target = tmp_path / "backup.zip"
    members = [("data.sqlite", database), ("files/ab/Quyết định.pdf", b"%PDF-1.7"), ("empty", b"")]
    write_backup(
        target, members, {"product_version": "1.0", "made_at": "2024-06-30T03:00:00Z"}, KEY
    )
    return target


def sealed_anew(change):
    """Change a backup as somebody does who has its key."""

    def change_and_seal(parts):
        change(parts)
        seal = archive.seal_of([parts[MANIFEST_NAME]], KEY)
        parts[SEAL_NAME] = f"{archive.key_name(KEY)} {seal}".encode()

    return change_and_seal


def refusal(source: Path, into: Path, key: bytes = KEY, *, unsealed: bool = False) -> str:
    with pytest.raises(Invalid) as refused:
        read_backup(source, into, key, unsealed=unsealed)
    assert not into.exists() or list(into.iterdir()) == []
    return refused.value.message


def test_members_come_back_as_they_were_with_what_the_manifest_says(backup, tmp_path):
    into = tmp_path / "a" / "restored"
    manifest = read_backup(backup, into, KEY)
    found = {str(path.relative_to(into)) for path in into.rglob("*") if path.is_file()}
    assert found == {"data.sqlite", "files/ab/Quyết định.pdf", "empty"}
    assert (into / "data.sqlite").read_bytes() == b"SQLite" * 500_000
    assert (into / "files/ab/Quyết định.pdf").read_bytes() == b"%PDF-1.7"
    assert manifest["product_version"] == "1.0"
    assert manifest == read_manifest(backup, KEY)
    assert manifest["members"][-1] == {
        "name": "empty",
        "size": 0,
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }


def test_a_backup_is_for_its_owner_only_and_the_same_every_time(backup, tmp_path):
    assert backup.stat().st_mode & 0o777 == 0o600
    again = tmp_path / "again.zip"
    first = tmp_path / "first.zip"
    for target in (first, again):
        write_backup(target, [("a", b"1")], {}, KEY)
    assert first.read_bytes() == again.read_bytes()


def test_a_failed_backup_leaves_nothing_half_written(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_backup(tmp_path / "b.zip", [("a", b"1"), ("b", tmp_path / "missing")], {}, KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_backup_never_takes_the_place_of_another_file(backup, tmp_path):
    before = backup.read_bytes()
    with pytest.raises(FileExistsError):
        write_backup(backup, [("a", b"1")], {}, KEY)
    assert backup.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip", "data.sqlite"]


def test_nor_on_a_disk_without_hard_links(backup, tmp_path, monkeypatch):
    def refuse(_self, _target):
        raise OSError(95, "not supported")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with pytest.raises(FileExistsError):
        write_backup(backup, [("a", b"1")], {}, KEY)
    write_backup(tmp_path / "new.zip", [("a", b"1")], {}, KEY)
    assert read_manifest(tmp_path / "new.zip", KEY)["members"][0]["name"] == "a"


def test_a_backup_is_never_written_through_a_link(tmp_path):
    """Neither through one in the target's place, nor in that of the file it is written to first."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"mine")
    (tmp_path / "b.zip").symlink_to(elsewhere)
    (tmp_path / "c.zip.partial").symlink_to(elsewhere)
    with pytest.raises(FileExistsError):
        write_backup(tmp_path / "b.zip", [("a", b"1")], {}, KEY)
    write_backup(tmp_path / "c.zip", [("a", b"1")], {}, KEY)
    assert elsewhere.read_bytes() == b"mine"
    assert not (tmp_path / "c.zip").is_symlink()


def test_what_is_unpacked_is_for_the_owner_only(backup, tmp_path):
    before = os.umask(0)
    try:
        read_backup(backup, tmp_path / "into", KEY)
    finally:
        os.umask(before)
    modes = {path.is_dir(): path.stat().st_mode & 0o777 for path in (tmp_path / "into").rglob("*")}
    assert modes == {True: 0o700, False: 0o600}
    assert (tmp_path / "into").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "../a", "a/../../b", "a\\b", "C:a", "", ".", "./a", "a//b", "a\n", " a",
     "manifest.json", "manifest.seal", "Quye\u0302\u0301t"],
)  # fmt: skip
def test_unsafe_names_are_not_written(name, tmp_path):
    with pytest.raises(ValueError, match="is unsafe"):
        write_backup(tmp_path / "b.zip", [(name, b"1")], {}, KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_not_written_twice(tmp_path):
    with pytest.raises(ValueError, match="stands twice"):
        write_backup(tmp_path / "b.zip", [("a", b"1"), ("a", b"2")], {}, KEY)


@pytest.mark.parametrize("key", ["format", "format_version", "members"])
def test_the_manifest_cannot_set_the_keys_of_the_container(key, tmp_path):
    with pytest.raises(ValueError, match="key of the container"):
        write_backup(tmp_path / "b.zip", [], {key: 1}, KEY)


@pytest.mark.parametrize("content", [b"", b"PK", b"SQLite format 3\0" * 9])
def test_another_file_is_no_backup(content, tmp_path):
    source = tmp_path / "x.zip"
    source.write_bytes(content)
    assert refusal(source, tmp_path / "into") == NOT_A_BACKUP


def test_a_device_is_no_backup(tmp_path):
    assert refusal(Path(os.devnull), tmp_path / "into") == NOT_A_BACKUP
    (tmp_path / "endless").symlink_to("/dev/zero")
    assert refusal(tmp_path / "endless", tmp_path / "into") == NOT_A_BACKUP


def test_a_missing_file_is_no_backup(tmp_path):
    assert refusal(tmp_path / "x.zip", tmp_path / "into") == NOT_A_BACKUP


@pytest.mark.parametrize("text", [b"{", b"[]", b"{}", b"\xff", b"[" * 100_000])
def test_an_archive_without_our_manifest_is_no_backup(text, backup, tmp_path):
    changed = sealed_anew(lambda parts: parts.update({MANIFEST_NAME: text}))
    assert refusal(rewritten(backup, changed), tmp_path / "into") == NOT_A_BACKUP
    without = rewritten(backup, lambda parts: parts.pop(MANIFEST_NAME))
    assert refusal(without, tmp_path / "into") == NOT_A_BACKUP


@pytest.mark.parametrize("version", [3, 1, "2", None])
def test_an_unknown_version_is_refused_with_both_versions(version, backup, tmp_path):
    source = rewritten(backup, sealed_anew(with_manifest(format_version=version)))
    message = refusal(source, tmp_path / "into")
    assert f"định dạng phiên bản {version}, phần mềm này chỉ đọc được phiên bản 2." in message


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
    proof = {"name": name, "size": 1, "sha256": "0" * 64}

    def change(parts):
        last = {name: parts.pop(name) for name in (MANIFEST_NAME, SEAL_NAME)}
        parts[name] = b"1"
        parts.update(last)
        members = [*json.loads(parts[MANIFEST_NAME])["members"], proof]
        with_manifest(members=members)(parts)

    into = tmp_path / "deep" / "into"
    source = rewritten(backup, sealed_anew(change))
    assert refusal(source, into) == DAMAGED_BACKUP.format(member=name)
    assert list(tmp_path.rglob("outside")) == []


@pytest.mark.parametrize("members", [None, {}, "x", [1], [{}], [{"name": 1}]])
def test_a_manifest_without_members_is_damaged(members, backup, tmp_path):
    source = rewritten(backup, sealed_anew(with_manifest(members=members)))
    assert refusal(source, tmp_path / "into") == DAMAGED_BACKUP.format(member=MANIFEST_NAME)


@pytest.mark.parametrize(
    "proof",
    [{}, {"size": "6"}, {"size": 0}, {"size": 0, "sha256": 1}, {"size": -1, "sha256": "0" * 64},
     {"size": True, "sha256": "0" * 64}, {"size": 0.0, "sha256": "0" * 64}],
)  # fmt: skip
def test_a_member_without_proof_is_refused(proof, backup, tmp_path):
    def change(parts):
        *members, _ = json.loads(parts[MANIFEST_NAME])["members"]
        with_manifest(members=[*members, {"name": "empty"} | proof])(parts)

    message = refusal(rewritten(backup, sealed_anew(change)), tmp_path / "into")
    assert message == DAMAGED_BACKUP.format(member="empty")


def without_the_last_member(parts):
    *members, last = json.loads(parts[MANIFEST_NAME])["members"]
    del parts[last["name"]]
    with_manifest(members=members)(parts)


def in_another_order(parts):
    with_manifest(members=json.loads(parts[MANIFEST_NAME])["members"][::-1])(parts)


@pytest.mark.parametrize(
    "change",
    [without_the_last_member, in_another_order, with_manifest(product_version="2.0"),
     with_manifest(members=[]), with_manifest(members=None), with_manifest(format_version=1),
     lambda parts: parts.update({MANIFEST_NAME: parts[MANIFEST_NAME] + b" "}),
     lambda parts: parts.update({MANIFEST_NAME: b"[" * 5_000_000}),
     lambda parts: parts.update({SEAL_NAME: parts[SEAL_NAME][:-1]}),
     lambda parts: parts.update({SEAL_NAME: parts[SEAL_NAME] + b"0" * 300}),
     lambda parts: parts.update({SEAL_NAME: archive.key_name(KEY).encode() + b" \xff"})],
)  # fmt: skip
def test_nobody_without_the_key_changes_what_a_manifest_says(change, backup, tmp_path):
    source = rewritten(backup, change)
    assert refusal(source, tmp_path / "into") == DAMAGED_BACKUP.format(member=MANIFEST_NAME)
    with pytest.raises(Invalid, match="bị hỏng hoặc đã bị sửa"):
        read_manifest(source, KEY)


def test_members_in_another_order_than_was_sealed_are_refused(backup, tmp_path):
    def change(parts):
        parts["data.sqlite"] = parts.pop("data.sqlite")
        parts.update({name: parts.pop(name) for name in (MANIFEST_NAME, SEAL_NAME)})

    assert "bị hỏng hoặc đã bị sửa" in refusal(rewritten(backup, change), tmp_path / "into")


def test_another_key_does_not_open_a_backup(backup, tmp_path):
    assert refusal(backup, tmp_path / "into", b"x" * 32) == FOREIGN_KEY


def test_a_backup_without_a_seal_is_read_only_when_it_may_be_so(backup, tmp_path):
    source = rewritten(backup, as_before_there_was_a_seal)
    assert refusal(source, tmp_path / "into") == NOT_SEALED
    read_backup(source, tmp_path / "into", KEY, unsealed=True)
    assert (tmp_path / "into" / "data.sqlite").read_bytes() == b"SQLite" * 500_000


def test_a_backup_that_lost_its_seal_is_none_that_never_had_one(backup, tmp_path):
    source = rewritten(backup, lambda parts: parts.pop(SEAL_NAME))
    message = refusal(source, tmp_path / "into", unsealed=True)
    assert message == DAMAGED_BACKUP.format(member=SEAL_NAME)


@pytest.mark.parametrize("members", [None, [], "x", {"a": None}, {"../a": {}}, {"a": {"size": {}}}])
def test_an_unsealed_manifest_of_wrong_types_is_refused_in_words(members, backup, tmp_path):
    def change(parts):
        as_before_there_was_a_seal(parts)
        with_manifest(members=members)(parts)

    source = rewritten(backup, change)
    assert "bị hỏng hoặc đã bị sửa" in refusal(source, tmp_path / "into", unsealed=True)


# What hostile containers may cost: they are opened in a process of its own.
OPEN_THEM = """
import sys
from pathlib import Path
from registry.domain.errors import Invalid
from registry.formats.archive import read_backup
for source in sys.argv[2:]:
    for unsealed in (False, True):
        try:
            read_backup(Path(source), Path(sys.argv[1]), b"k" * 32, unsealed=unsealed)
        except Invalid as error:
            print(error.message)
print(Path("/proc/self/status").read_text())
"""
MOST_MEGABYTES = 200


def bomb(path: Path, name: str) -> Path:
    """Write a container whose member `name` is small and unfolds to 250 megabytes."""
    megabyte, times = b"0" * 1024 * 1024, 250
    manifest = {"format": FORMAT, "format_version": 1, "rows": {}, "members": {}}
    if name != MANIFEST_NAME:
        manifest["members"] = {name: {"size": times * len(megabyte), "sha256": "0" * 64}}
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as container:
        with container.open(name, "w", force_zip64=True) as member:
            for _ in range(times):
                member.write(megabyte)
        if name != MANIFEST_NAME:
            container.writestr(MANIFEST_NAME, json.dumps(manifest), ZIP_STORED)
    assert path.stat().st_size < 2 * 1024 * 1024
    return path


def lists_in_a_manifest(parts):
    """Format 1 has to be parsed before anything proves it: lists in a list take the most memory."""
    del parts[SEAL_NAME]
    lists = b",".join([b"[]"] * (4 * 1024 * 1024 // 3 - 100))
    parts[MANIFEST_NAME] = b'{"format":"' + FORMAT.encode() + b'","x":[' + lists + b"]}"


def test_a_container_that_would_take_gigabytes_is_refused_in_little_memory(backup, tmp_path):
    sources = [
        bomb(tmp_path / "member.zip", "tables/people/000000"),
        bomb(tmp_path / "manifest.zip", MANIFEST_NAME),
        bomb(tmp_path / "seal.zip", SEAL_NAME),
        rewritten(backup, lists_in_a_manifest),
    ]
    into = tmp_path / "into"
    done = subprocess.run(
        [sys.executable, "-c", OPEN_THEM, into, *sources],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    *messages, status = done.stdout.split("\n", 2 * len(sources))
    assert all("ản sao lưu" in message for message in messages)
    most = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert most is not None
    assert int(most[1]) // 1024 < MOST_MEGABYTES
    assert list(into.iterdir()) == []


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


def test_a_container_that_promises_more_than_there_is_is_no_backup(backup, tmp_path):
    content = backup.read_bytes()
    end = content.rindex(b"PK\x05\x06") + 16  # where its list of members begins, from the start
    begins = int.from_bytes(content[end : end + 4], "little") + 5
    backup.write_bytes(content[:end] + begins.to_bytes(4, "little") + content[end + 4 :])
    assert refusal(backup, tmp_path / "into") == NOT_A_BACKUP


def test_a_folder_with_something_in_it_is_left_alone(backup, tmp_path):
    into = tmp_path / "into"
    into.mkdir()
    (into / "data.sqlite").write_bytes(b"mine")
    with pytest.raises(Invalid, match=TARGET_NOT_EMPTY):
        read_backup(backup, into, KEY)
    assert (into / "data.sqlite").read_bytes() == b"mine"
    with pytest.raises(Invalid, match=TARGET_NOT_EMPTY):
        read_backup(backup, into / "data.sqlite", KEY)


def test_an_existing_empty_folder_is_used(backup, tmp_path):
    into = tmp_path / "into"
    into.mkdir()
    read_backup(backup, into, KEY)
    assert sorted(path.name for path in into.iterdir()) == ["data.sqlite", "empty", "files"]


def test_the_format_is_named_in_the_file(backup):
    assert read_manifest(backup, KEY)["format"] == FORMAT == "mang-luoi-cds-backup"
    assert archive.FORMAT_VERSION == 2
