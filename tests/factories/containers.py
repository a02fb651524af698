"""Backups as somebody changes them who can write to the file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from registry.formats.archive import MANIFEST_NAME, SEAL_NAME

Parts = dict[str, bytes]


def rewritten(backup: Path, change: Callable[[Parts], object]) -> Path:
    """Return a copy of the backup after `change(parts)` of its members by name."""
    with ZipFile(backup) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    change(parts)
    target = backup.with_name("changed.zip")
    with ZipFile(target, "w") as changed:
        for name, content in parts.items():
            changed.writestr(name, content)
    return target


def with_manifest(**changes: Any) -> Callable[[Parts], None]:
    """Return a change of the manifest by somebody who has no key."""

    def change(parts: Parts) -> None:
        manifest = json.loads(parts[MANIFEST_NAME]) | changes
        parts[MANIFEST_NAME] = json.dumps(manifest).encode()

    return change


def as_before_there_was_a_seal(parts: Parts) -> None:
    """Turn a backup into one of format 1: members by name, and no seal."""
    manifest = json.loads(parts[MANIFEST_NAME])
    members = {member.pop("name"): member for member in manifest["members"]}
    with_manifest(format_version=1, members=members)(parts)
    del parts[SEAL_NAME]


def without_table(name: str) -> Callable[[Parts], None]:
    """Return a change that takes a table out as though it had been empty."""

    def change(parts: Parts) -> None:
        manifest = json.loads(parts[MANIFEST_NAME])
        taken = {part for part in parts if part.startswith(f"tables/{name}/")}
        assert taken
        for part in taken:
            del parts[part]
        kept = manifest["members"]
        if isinstance(kept, dict):
            kept = {part: proof for part, proof in kept.items() if part not in taken}
        else:
            kept = [proof for proof in kept if proof["name"] not in taken]
        with_manifest(members=kept, rows=manifest["rows"] | {name: 0})(parts)

    return change
