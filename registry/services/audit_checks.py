"""Prove the audit: the whole chain, and the heads kept outside the database."""

import os
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from registry.domain.audit.chain import NO_KEY, Beside, Break, ChainedEvent, first_break
from registry.domain.audit.heads import Head, head_of_line, line_of_head
from registry.domain.clock import Moment
from registry.domain.keyring import VersionedKey
from registry.queries.audit import hash_of, head, last_erasures, whole_chain
from registry.services.audit import chain_values

HEADS_FILE = "audit-heads.jsonl"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found. `fault` says in words what is wrong, None when nothing is."""

    events: int
    heads: int
    fault: str | None


def verify(home: Path, key: VersionedKey, *, unsealed: bool = False) -> Verdict:
    """Check every event, its personal values and every kept head; return the first fault found.

    Reads only; called by commands, which act as the system. `key` seals the chain and the heads;
    `unsealed` lets a chain pass that was written before there was a key, and not sealed since.
    """
    last = head()
    events = last[0] if last else 0
    with closing(_events()) as chain:
        broken = first_break(chain, key, last_erasures())
    if broken is not None and not (unsealed and broken == Break(events, NO_KEY)):
        return Verdict(events, 0, f"Nhật ký bị sửa: dòng số {broken.sequence} {broken.reason}.")
    lines = _lines(home)
    for number, line in enumerate(lines, start=1):
        fault = _fault_of_head(number, line, key, events)
        if fault is not None:
            return Verdict(events, number, fault)
    return Verdict(events, len(lines), None)


def keep_head(home: Path, key: VersionedKey, moment: Moment) -> None:
    """Write the chain's present head at the end of the heads file, unless it stands there already.

    The file lies outside the database: who cuts the chain's tail off there cannot change it here.
    """
    last = head()
    if last is None:
        return
    latest = last_kept_head(home, key)
    if latest is not None and (latest.sequence, latest.hash) == last:
        return
    handle = os.open(
        home / HEADS_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600
    )
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(line_of_head(Head(last[0], last[1], moment.instant), key) + "\n")


def last_kept_head(home: Path, key: VersionedKey) -> Head | None:
    """Return the head kept last; None when none was, or it was not written under this key."""
    lines = _lines(home)
    return head_of_line(lines[-1], key) if lines else None


def has_kept_heads(home: Path) -> bool:
    """Tell whether any head was kept in this home."""
    return bool(_lines(home))


def set_heads_aside(home: Path, moment: Moment) -> Path | None:
    """Rename the heads of a registry that is being replaced; return the new path."""
    path = home / HEADS_FILE
    if not path.exists():
        return None
    aside = path.with_name(f"audit-heads-until-{moment.instant:%Y%m%dT%H%M%S}.jsonl")
    return path.rename(aside)


def _events() -> Generator[ChainedEvent, None, None]:
    for event, personal in whole_chain():
        yield ChainedEvent(
            values=chain_values(event),
            stored_hash=event.hash,
            key_id=event.key_id,
            beside=Beside(personal.person_id, personal.salt, personal.content)
            if personal
            else None,
        )


def _lines(home: Path) -> list[str]:
    path = home / HEADS_FILE
    if not path.exists():
        return []
    # What is no text was not written here: the line opens under no key, and is named.
    return path.read_bytes().decode(errors="replace").split("\n")[:-1]


def _fault_of_head(number: int, line: str, key: VersionedKey, events: int) -> str | None:
    kept = head_of_line(line, key)
    if kept is None:
        return f"Tệp {HEADS_FILE}: dòng {number} bị sửa hoặc ghi bằng khóa khác."
    if kept.sequence > events:
        return (
            f"Nhật ký bị mất các dòng cuối: còn {events} dòng, trong khi ngày {kept.at:%d/%m/%Y} "
            f"đã có {kept.sequence} dòng. Dòng thiếu đầu tiên: {events + 1}."
        )
    if hash_of(kept.sequence) != kept.hash:
        return (
            f"Nhật ký bị viết lại: dòng số {kept.sequence} khác với mốc đã lưu ngoài cơ sở dữ liệu."
        )
    return None
