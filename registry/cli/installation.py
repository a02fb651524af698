"""`flask init` and `flask serve`: put the registry in place, and run it."""

import logging
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from registry.cli.edge import Refused, refusals_in_words, transaction
from registry.cli.seed import (
    load_demo,
    load_reference,
    load_reorganisations,
    print_loaded,
    print_reorganised,
)
from registry.cli.server import create_server
from registry.cli.settled_duplicates import print_settled
from registry.domain.faults import WithoutValues
from registry.domain.keyring import KeyName, Keyring
from registry.domain.offices import OfficeFunction
from registry.domain.permissions import Role, system_actor
from registry.domain.vietnamese.writing import format_number
from registry.models.base import db
from registry.models.engine import use_keys
from registry.models.schema import upgrade
from registry.queries.accounts import has_administrator
from registry.queries.backup import holds_anything
from registry.queries.offices import is_held
from registry.queries.parameters import is_demo
from registry.services.audit_checks import keep_head
from registry.services.installation import is_ready, stored_revision
from registry.services.key_rotation import Settled, is_settled, refuse_lost, settle
from registry.services.keys_in_use import keyring
from registry.services.seeds.demo_accounts import read_logins
from registry.settings import SECRETS_FILE, Runtime, change_keyring, make_folders, make_home


def commands(runtime: Runtime) -> Sequence[click.Command]:
    """Return the commands."""

    @click.command(
        "init",
        help="Chuẩn bị sổ: thư mục và khóa, cơ sở dữ liệu, dữ liệu gốc. Chạy lại không mất gì.",
    )
    def init() -> None:
        _prepare(runtime)
        if not _has_administrator():
            step = "tạo tài khoản quản trị bằng “flask accounts create”"
            click.echo(f"Việc tiếp theo: {step}.", err=True)

    @click.command("serve", help="Chạy sổ trên HOST:PORT; chuẩn bị trước nếu chưa có.")
    @click.option("--demo", is_flag=True, help="Nạp người hư cấu để dùng thử, in tên đăng nhập.")
    @click.pass_context
    def serve(context: click.Context, *, demo: bool) -> None:
        had = runtime.settings.secrets
        if had is None or had.missing:
            _prepare(runtime)
            # Keys were made just now, and the application around this command has not got them:
            # the same command begins again, this time with them.
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves
        if not _is_ready():
            _prepare(runtime)
        if demo:
            print_loaded(load_demo(runtime))
            print_reorganised(load_reorganisations(runtime))
        _keep_audit_head(runtime)
        _serve(context, runtime)

    return [init, serve]


@transaction(writes=False, under_any_keys=True)
def _is_ready() -> bool:
    return is_ready() and is_settled(keyring())


@transaction(writes=False)
def _has_administrator() -> bool:
    return has_administrator()


@transaction(writes=False, under_any_keys=True)
def _revision() -> str | None:
    return stored_revision()


@transaction(writes=False)
def _keep_audit_head(runtime: Runtime) -> None:
    settings = runtime.settings
    keep_head(settings.home, settings.required_secrets()[KeyName.AUDIT], runtime.clock.moment())


@transaction(writes=False)
def _holds_demo() -> bool:
    return is_demo()


@transaction(writes=False)
def _districts_verify(day: date) -> bool:
    return is_held(OfficeFunction.VERIFYING, day)


def _prepare(runtime: Runtime) -> None:
    """Make what is missing, and say what was done; what is there stays."""
    settings = runtime.settings
    had_keys = settings.secrets is not None
    with refusals_in_words():
        make_folders(settings.home)
    if not had_keys:
        _check_no_keys_were_lost(settings.home)
    with refusals_in_words():
        keys = make_home(settings.home)
    state = "đã có" if had_keys else "đã tạo, kèm khóa mới"
    click.echo(f"Thư mục {settings.home}: {state}.", err=True)
    before = _revision()
    with refusals_in_words():
        upgrade(settings.database_url)
    after = _revision()
    done = f"đã nâng lên {after}" if before != after else f"đã ở bản mới nhất ({after})"
    click.echo(f"Cơ sở dữ liệu: {done}.", err=True)
    # First of all: what is recorded before the old events are sealed would stand behind them.
    _settle_keys(runtime, keys)
    print_settled(runtime)
    print_loaded(load_reference(runtime))


def _settle_keys(runtime: Runtime, keys: Keyring) -> None:
    """Make keys that are new to this version, and let the database know all of them."""
    if keys.missing:
        _refuse_lost(keys)
        made = ", ".join(keys.missing)
        with refusals_in_words():
            keys = change_keyring(runtime.settings.home, lambda there: (there or keys).completed())
        click.echo(f"Khóa mới của phiên bản này: đã tạo {made}. Sao lưu lại tệp khóa.", err=True)
    use_keys(db.engine, keys)
    settled = _note_keys(runtime, keys)
    if settled.sealed:
        events = format_number(settled.sealed)
        click.echo(f"Nhật ký: đã niêm phong {events} dòng có từ trước.", err=True)


@transaction(writes=False, under_any_keys=True)
def _refuse_lost(keys: Keyring) -> None:
    refuse_lost(keys)


@transaction(writes=True, under_any_keys=True)
def _note_keys(runtime: Runtime, keys: Keyring) -> Settled:
    return settle(system_actor(), keys, runtime.settings.home, runtime.clock.moment())


@transaction(writes=False, under_any_keys=True)
def _check_no_keys_were_lost(home: Path) -> None:
    """Refuse to make new keys beside old data: its encrypted numbers would be lost for good."""
    if holds_anything():
        raise Refused(
            f"Cơ sở dữ liệu đã có dữ liệu nhưng thư mục {home} không có khóa ({SECRETS_FILE}). "
            "Đặt lại REGISTRY_HOME cho đúng, hoặc chép tệp khóa từ bản sao lưu vào đó."
        )


def _serve(context: click.Context, runtime: Runtime) -> None:
    """Serve until stopped. Flask keeps the application in the context of its commands."""
    settings = runtime.settings
    logging.getLogger("waitress").addFilter(WithoutValues())
    try:
        server = create_server(context.obj.load_app(), settings)
    except OSError as error:
        raise Refused(
            f"Không mở được cổng {settings.port} trên {settings.host}: có thể chương trình khác "
            f"đang dùng. Chọn cổng khác, ví dụ: make run PORT={settings.port + 1}"
        ) from error
    _print_welcome(runtime)
    server.run()


def _print_welcome(runtime: Runtime) -> None:
    click.echo(f"Mạng lưới CĐS: {runtime.settings.base_url}")
    if _holds_demo():
        click.echo("Bản dùng thử – số liệu người là hư cấu. Đăng nhập:")
        idle = set() if _districts_verify(runtime.clock.today()) else {Role.VERIFIER}
        for login in read_logins(runtime.settings.home):
            if login.role not in idle:
                click.echo(f"  {login.role.label:<30} {login.login:<12} {login.password}")
    sys.stdout.flush()
