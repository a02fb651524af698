"""`flask keys list` and `flask keys rotate NAME`: the versions of the keys, and a new one."""

from collections.abc import Sequence

import click

from registry.cli.columns import aligned
from registry.cli.edge import Refused, refusals_in_words, transaction
from registry.domain.keyring import KeyName, Keyring, KeysRefused
from registry.domain.permissions import system_actor
from registry.domain.vietnamese.writing import format_number
from registry.models.base import db
from registry.models.engine import use_keys
from registry.services import key_rotation
from registry.services.audit_checks import keep_head
from registry.services.key_rotation import Moved, Version
from registry.services.keys_in_use import check_keys
from registry.settings import Runtime, change_keyring

_HEADING = ("KHÓA", "MÃ", "TRẠNG THÁI", "SỐ DÒNG", "DÙNG CHO")


def commands(runtime: Runtime) -> Sequence[click.Command]:
    """Return the command group."""

    @click.group("keys", help="Khóa của sổ: danh sách, đổi khóa.")
    def keys() -> None:
        pass

    @keys.command("list", help="Liệt kê khóa và mã của từng lần đổi; không in khóa.")
    @transaction(writes=False)
    def list_keys() -> None:
        found = key_rotation.versions(runtime.settings.required_secrets())
        for line in aligned([_HEADING, *map(_row, found)]):
            click.echo(line)

    @keys.command(
        "rotate", help="Đổi khóa NAME: từ nay dùng khóa mới. Dừng giữa chừng thì chạy lại."
    )
    @click.argument("name", type=click.Choice([name.value for name in KeyName]))
    def rotate(name: str) -> None:
        _rotate(runtime, KeyName(name))

    return [keys]


def _row(version: Version) -> tuple[str, ...]:
    state = "đang dùng" if version.is_current else "chỉ để đọc"
    if not version.is_noted:
        state += ", chưa ghi nhận"
    rows = "–" if version.rows is None else format_number(version.rows)
    return version.name.value, version.key_id, state, rows, version.name.label


def _rotate(runtime: Runtime, name: KeyName) -> None:
    settings = runtime.settings
    is_new = _needs_new_version(name, settings.required_secrets())
    with refusals_in_words():
        keyring = change_keyring(
            settings.home, lambda there: _next(there, name) if is_new else _there(there)
        )
        # What this process does from here on, the audit's events among it, is under the new key.
        use_keys(db.engine, keyring)
    current = keyring[name].current
    _note(runtime, keyring, name)
    click.echo(f"Khóa “{name}” ({name.label}): đang dùng mã {current}.")
    if key_rotation.has_rows_to_move(name):
        _move(runtime, keyring, name)
    _keep_head(runtime, keyring)
    click.echo(
        "Khởi động lại “flask serve” trên mọi máy dùng sổ này; máy khác cần chép tệp secrets.json "
        "mới vào trước. Sao lưu lại tệp khóa ngay.",
        err=True,
    )


def _there(keyring: Keyring | None) -> Keyring:
    if keyring is None:
        raise KeysRefused(
            "Tệp khóa secrets.json không còn ở chỗ cũ. Đặt lại tệp rồi chạy lại lệnh."
        )
    return keyring


def _next(keyring: Keyring | None, name: KeyName) -> Keyring:
    return _there(keyring).rotated(name)


@transaction(writes=False, under_any_keys=True)
def _needs_new_version(name: KeyName, keyring: Keyring) -> bool:
    check_keys(rotating=name)
    return key_rotation.needs_new_version(keyring, name)


@transaction(writes=True, under_any_keys=True)
def _note(runtime: Runtime, keyring: Keyring, name: KeyName) -> None:
    key_rotation.note_rotation(system_actor(), keyring, name, runtime.clock.moment())


def _move(runtime: Runtime, keyring: Keyring, name: KeyName) -> None:
    """Write the rows anew, some at a time; say how many could not be opened.

    Raises Refused when there are any.
    """
    rows, unreadable = 0, 0
    after: int | None = 0
    while after is not None:
        moved = _move_some(keyring, after)
        rows, unreadable, after = rows + moved.rows, unreadable + moved.unreadable, moved.after
    _note_moved(runtime, keyring, name, rows)
    click.echo(f"Đã mã hóa lại {format_number(rows)} số CCCD bằng khóa mới.")
    if unreadable:
        raise Refused(
            f"Còn {format_number(unreadable)} số CCCD không mở được nên vẫn theo khóa cũ. "
            "Giữ nguyên tệp khóa; tìm trong các tệp .keys của bản sao lưu mã khóa còn thiếu "
            "(“flask keys list” cho biết mã), rồi chạy lại."
        )


@transaction(writes=True)
def _move_some(keyring: Keyring, after: int) -> Moved:
    return key_rotation.move_some(keyring, after)


@transaction(writes=True)
def _note_moved(runtime: Runtime, keyring: Keyring, name: KeyName, rows: int) -> None:
    moment = runtime.clock.moment()
    key_rotation.note_moved(system_actor(), keyring, name, rows, moment)


@transaction(writes=False)
def _keep_head(runtime: Runtime, keyring: Keyring) -> None:
    keep_head(runtime.settings.home, keyring[KeyName.AUDIT], runtime.clock.moment())
