"""`flask backup FILE` and `flask restore FILE`: everything in two files, and back."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from registry.cli.edge import Refused, refusals_in_words, transaction
from registry.cli.settled_duplicates import print_settled
from registry.domain.clock import Moment
from registry.domain.keyring import KeyName
from registry.domain.permissions import system_actor
from registry.domain.vietnamese.writing import format_number
from registry.models.base import db
from registry.models.engine import use_keys
from registry.models.schema import remove_everything, upgrade
from registry.services import backup as backup_service
from registry.services import restore as restore_service
from registry.services.audit_checks import keep_head
from registry.services.backup import Home, Keys, Saved
from registry.services.restore import Filled
from registry.settings import (
    SECRETS_FILE,
    Runtime,
    change_keyring,
    place_keyring,
    read_keyring,
)

_FILE = click.Path(dir_okay=False, path_type=Path)


def commands(runtime: Runtime) -> Sequence[click.Command]:
    """Return the commands."""

    @click.command(
        "backup",
        help="Sao lưu toàn bộ sổ vào FILE (mã hóa) và khóa vào FILE.keys, cất riêng hai nơi.",
    )
    @click.argument("file", type=_FILE)
    def backup(file: Path) -> None:
        moment = runtime.clock.moment()
        _note(runtime, moment)
        summary = _create(runtime, file, moment)
        click.echo(file)
        click.echo(
            f"Đã sao lưu {format_number(summary.rows)} dòng, {format_number(summary.files)} bản "
            f"quét. Cất {file}.keys nơi khác: "
            "không có tệp khóa thì không phục hồi được; ai có cả hai tệp thì đọc được tất cả.",
            err=True,
        )
        if summary.lost_files:
            raise Refused(
                f"Bản sao lưu thiếu {len(summary.lost_files)} bản quét đã mất hoặc hỏng từ trước: "
                f"{', '.join(summary.lost_files)}."
            )

    @click.command(
        "restore", help="Phục hồi FILE (kèm FILE.keys) vào sổ trống; không cần “flask init” trước."
    )
    @click.argument("file", type=_FILE)
    @click.option(
        "--unsealed",
        is_flag=True,
        help="Nhận bản sao lưu không có niêm phong, do phiên bản cũ ghi và được giữ an toàn.",
    )
    def restore(file: Path, *, unsealed: bool) -> None:
        home = runtime.settings.home
        with refusals_in_words():
            restore_service.refuse_linked_database()
            keys = backup_service.read_keys(file, unsealed=unsealed)
            had_keys = read_keyring(home)
            # A registry that was given new keys since restores an older backup beside them.
            keyring = place_keyring(home, keys.installation)
            keys = replace(keys, installation=keyring)
            use_keys(db.engine, keyring)
        try:
            revision = _check(file, keys)
            summary = _restore(runtime, file, keys, revision)
        except BaseException:
            # Nothing was restored, so its keys must not stay either.
            if had_keys is None:
                (home / SECRETS_FILE).unlink()
            else:
                change_keyring(home, lambda _: had_keys)
            raise
        click.echo(
            f"Đã phục hồi và kiểm tra {format_number(summary.rows)} dòng, "
            f"{format_number(summary.files)} bản quét."
        )
        print_settled(runtime)
        click.echo("Mọi phiên đăng nhập và liên kết đặt mật khẩu cũ đã hết hiệu lực.", err=True)
        if summary.lost_files:
            click.echo(f"Bản sao lưu vốn thiếu {len(summary.lost_files)} bản quét.", err=True)

    return [backup, restore]


def _home(runtime: Runtime) -> Home:
    return Home(runtime.settings.home, runtime.settings.files_folder)


@transaction(writes=True)
def _note(runtime: Runtime, moment: Moment) -> None:
    runtime.settings.required_secrets()
    backup_service.note_backup(system_actor(), moment)


@transaction(writes=False)
def _create(runtime: Runtime, file: Path, moment: Moment) -> Saved:
    settings = runtime.settings
    keys = settings.required_secrets()
    keep_head(settings.home, keys[KeyName.AUDIT], moment)
    try:
        return backup_service.create(file, _home(runtime), keys, moment)
    except OSError as error:
        raise Refused(f"Không ghi được {file}: {error.strerror}.") from error


@transaction(writes=False, under_any_keys=True)
def _check(file: Path, keys: Keys) -> str:
    return restore_service.check_can_restore(file, keys)


def _restore(runtime: Runtime, file: Path, keys: Keys, revision: str) -> Saved:
    """Fill the registry in the backup's revision, make it the newest, prove it: all or nothing."""
    url = runtime.settings.database_url
    filled = None
    try:
        with refusals_in_words():
            upgrade(url, revision)
        filled = _fill(runtime, file, keys)
        with refusals_in_words():
            upgrade(url)
        return _prove(runtime, filled, keys)
    except BaseException:
        remove_everything(url)
        if filled is not None:
            restore_service.remove_files(filled, _home(runtime))
        raise


@transaction(writes=True, under_any_keys=True)
def _fill(runtime: Runtime, file: Path, keys: Keys) -> Filled:
    try:
        return restore_service.fill(file, keys, _home(runtime))
    except OSError as error:
        raise Refused(f"Không phục hồi được: {error.strerror}.") from error


@transaction(writes=True, under_any_keys=True)
def _prove(runtime: Runtime, filled: Filled, keys: Keys) -> Saved:
    moment = runtime.clock.moment()
    return restore_service.prove(system_actor(), filled, keys, _home(runtime), moment)
