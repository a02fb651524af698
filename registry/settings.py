"""Settings: a frozen value read from the environment once.

Secrets live in files of `REGISTRY_HOME`, mode 0600.
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from registry.domain.clock import Clock
from registry.domain.errors import DomainError
from registry.domain.keyring import Keyring, KeysRefused
from registry.formats.private_files import sync_folder, write_private
from registry.formats.scans import (
    DEFAULT_MAX_BYTES,
    DEFAULT_TOTAL_BYTES,
    DEFAULT_UNIT_BYTES,
    MEGABYTE,
)
from registry.services.decisions import ScanStore

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
SECRETS_FILE = "secrets.json"


class SettingsError(DomainError):
    """A setting is missing or unsafe; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Mail:
    """How mail is sent; without a server messages stay in the outbox to be copied."""

    host: str
    port: int
    username: str | None
    password: str | None
    sender: str
    use_tls: bool


@dataclass(frozen=True, slots=True)
class Connections:
    """How many connections the server keeps, and how long it is patient with each.

    `idle` without a request, `header` until all of its head is there; what is sent or read after
    that may not be slower than `slowest_rate` bytes a second.
    """

    limit: int = 500
    idle: timedelta = timedelta(seconds=60)
    header: timedelta = timedelta(seconds=20)
    slowest_rate: int = 500

    def but_at_most(self, limit: int) -> Self:
        """Return the same with no more connections than `limit`."""
        return replace(self, limit=min(self.limit, limit))


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the process was told from outside. Durations are `timedelta`; sizes are bytes."""

    home: Path
    database_url: str
    host: str
    port: int
    base_url: str
    secrets: Keyring | None
    mail: Mail | None = None
    fixed_today: date | None = None
    limits_enabled: bool = True
    limits_storage: str = "memory://"
    session_idle: timedelta = timedelta(minutes=30)
    session_life: timedelta = timedelta(hours=12)
    password_link_life: timedelta = timedelta(minutes=60)
    invitation_life: timedelta = timedelta(days=7)
    scan_max_bytes: int = DEFAULT_MAX_BYTES
    scans_total_bytes: int = DEFAULT_TOTAL_BYTES
    scans_unit_bytes: int = DEFAULT_UNIT_BYTES
    replaced_scan_days: int = 180
    trusted_proxies: int = 0
    files_at_once: int = 4
    files_at_once_of_one: int = 2
    connections: Connections = Connections()

    @property
    def files_folder(self) -> Path:
        """Where scans are kept."""
        return self.home / "files"

    @property
    def scan_store(self) -> ScanStore:
        """Where scans are kept, and how much of them."""
        return ScanStore(
            self.files_folder, self.scan_max_bytes, self.scans_total_bytes, self.scans_unit_bytes
        )

    @property
    def is_loopback(self) -> bool:
        """Tell whether the service is only for this machine: a plain cookie is then enough."""
        return urlsplit(self.base_url).hostname in LOOPBACK_HOSTS

    @property
    def hosts(self) -> frozenset[str]:
        """Host names under which requests are answered."""
        hostname = urlsplit(self.base_url).hostname or ""
        return LOOPBACK_HOSTS if self.is_loopback else frozenset({hostname})

    def required_secrets(self) -> Keyring:
        """Return the keys.

        Raises SettingsError when `flask init` has not been run.
        """
        if self.secrets is None:
            message = f"Chưa có khóa trong {self.home}. Chạy “flask init” trước."
            raise SettingsError(message)
        return self.secrets

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Read the environment.

        Raises SettingsError for a value that is no number, or a base URL that would send passwords
        in the clear.
        """
        env = os.environ if environment is None else environment
        home = Path(env.get("REGISTRY_HOME") or "instance").resolve()
        host = env.get("HOST") or "127.0.0.1"
        port = _number(env, "PORT", 8000)
        return cls(
            home=home,
            database_url=_database_url(
                env.get("DATABASE_URL") or f"sqlite:///{home / 'registry.sqlite'}"
            ),
            host=host,
            port=port,
            base_url=_base_url(env.get("BASE_URL"), host, port),
            secrets=read_keyring(home),
            mail=_mail(env),
            fixed_today=_day(env, "REGISTRY_TODAY"),
            limits_storage=env.get("RATE_LIMIT_STORAGE") or "memory://",
            trusted_proxies=_number(env, "TRUSTED_PROXIES", 0),
            connections=_connections(env),
            scans_total_bytes=_megabytes(env, "SCANS_TOTAL_MB", DEFAULT_TOTAL_BYTES),
            scans_unit_bytes=_megabytes(env, "SCANS_UNIT_MB", DEFAULT_UNIT_BYTES),
            replaced_scan_days=_number(env, "REPLACED_SCAN_DAYS", 180, least=1),
            files_at_once=_number(env, "FILES_AT_ONCE", 4, least=1),
            files_at_once_of_one=_number(env, "FILES_AT_ONCE_PER_ACCOUNT", 2, least=1),
        )


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the edges share: the settings and the clock."""

    settings: Settings
    clock: Clock


def clock_of(settings: Settings, system: Clock) -> Clock:
    """Return the system clock, or one that stands on `REGISTRY_TODAY` to try out an earlier day."""
    return Clock(system.read, settings.fixed_today)


def read_keyring(home: Path) -> Keyring | None:
    """Return the keys of a home folder, or None when it has none yet.

    Raises SettingsError when the file cannot be read or is damaged.
    """
    path = home / SECRETS_FILE
    try:
        return Keyring.from_json(path.read_bytes().decode(errors="replace"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except KeysRefused as error:
        raise SettingsError(error.message) from error
    except OSError as error:
        raise SettingsError(f"Không đọc được tệp khóa {path}: {error.strerror}.") from error


def make_home(home: Path) -> Keyring:
    """Create the home folder and, where there are none at all, the keys; return the keys.

    Folder 0700, file 0600.
    """
    make_folders(home)
    return change_keyring(home, lambda keyring: keyring or Keyring.generate())


def place_keyring(home: Path, keyring: Keyring) -> Keyring:
    """Put the keys of a backup into a home folder; return them with those it had already.

    Raises SettingsError when the folder holds keys of another registry: what they opened would be
    lost.
    """

    def with_what_is_there(there: Keyring | None) -> Keyring:
        return there.merged(keyring) if there else keyring

    make_folders(home)
    try:
        return change_keyring(home, with_what_is_there)
    except KeysRefused as error:
        raise SettingsError(
            f"Thư mục {home} đã có khóa của một sổ khác. Đặt REGISTRY_HOME vào thư mục trống."
        ) from error


def change_keyring(home: Path, change: Callable[[Keyring | None], Keyring]) -> Keyring:
    """Replace the keys of a home folder by what `change` makes of them; return these.

    One process at a time: none works on keys that another is replacing. The file is replaced as a
    whole, or not at all, and left alone when nothing changes.
    """
    with _alone_in(home):
        before = read_keyring(home)
        after = change(before)
        if after != before:
            _write_secrets(home / SECRETS_FILE, after.to_json())
    return after


@contextmanager
def _alone_in(home: Path) -> Iterator[None]:
    folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def make_folders(home: Path) -> None:
    """Create the home folder and that of the scans, mode 0700, unless they are there.

    Raises SettingsError when they cannot be made.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (home / "files").mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(f"Không tạo được thư mục {home}: {error.strerror}.") from error


def _write_secrets(path: Path, text: str) -> None:
    """Write the file under another name first: it is there whole, whatever stops the writing."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        write_private(partial, text.encode())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    sync_folder(path.parent)


def _number(env: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    text = env.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit()):
        message = f"{name} phải là số, đang là “{text}”."
        raise SettingsError(message)
    if int(text) < least:
        message = f"{name} phải từ {least} trở lên, đang là “{text}”."
        raise SettingsError(message)
    return int(text)


def _megabytes(env: Mapping[str, str], name: str, default: int) -> int:
    return _number(env, name, default // MEGABYTE) * MEGABYTE


def _connections(env: Mapping[str, str]) -> Connections:
    usual = Connections()
    return Connections(
        limit=_number(env, "CONNECTION_LIMIT", usual.limit, least=20),
        idle=_seconds(env, "IDLE_SECONDS", usual.idle),
        header=_seconds(env, "HEADER_SECONDS", usual.header),
        slowest_rate=_number(env, "SLOWEST_BYTES_PER_SECOND", usual.slowest_rate, least=1),
    )


def _seconds(env: Mapping[str, str], name: str, default: timedelta) -> timedelta:
    return timedelta(seconds=_number(env, name, int(default.total_seconds()), least=1))


def _day(env: Mapping[str, str], name: str) -> date | None:
    text = env.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{name} phải là ngày dạng YYYY-MM-DD, đang là “{text}”."
        raise SettingsError(message) from error


def _database_url(text: str) -> str:
    """Name the drivers we ship: psycopg 3 for PostgreSQL."""
    for prefix in ("postgresql://", "postgres://"):
        if text.startswith(prefix):
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    return text


def _base_url(text: str | None, host: str, port: int) -> str:
    if not text:
        shown = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared, not bound
        text = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        message = f"BASE_URL phải có dạng https://ten-mien, đang là “{text}”."
        raise SettingsError(message)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        message = (
            f"BASE_URL “{text}” dùng http không mã hóa nên mật khẩu và cookie sẽ lộ trên mạng. "
            "Đặt BASE_URL=https://… (sau máy chủ proxy có TLS), "
            "hoặc chỉ chạy trên máy này với HOST=127.0.0.1."
        )
        raise SettingsError(message)
    return text.rstrip("/")


def _mail(env: Mapping[str, str]) -> Mail | None:
    host = env.get("SMTP_HOST")
    if not host:
        return None
    sender = env.get("SMTP_SENDER")
    if not sender:
        message = "Có SMTP_HOST nhưng thiếu SMTP_SENDER (địa chỉ gửi)."
        raise SettingsError(message)
    return Mail(
        host=host,
        port=_number(env, "SMTP_PORT", 587),
        username=env.get("SMTP_USERNAME") or None,
        password=env.get("SMTP_PASSWORD") or None,
        sender=sender,
        use_tls=env.get("SMTP_TLS", "1") != "0",
    )
