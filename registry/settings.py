"""Settings: a frozen value read from the environment once.

Secrets live in files of `REGISTRY_HOME`, mode 0600.
"""

import json
import os
import secrets as random_source
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from registry.domain.clock import Clock
from registry.domain.errors import DomainError

LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
SECRETS_FILE = "secrets.json"


class SettingsError(DomainError):
    """A setting is missing or unsafe; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Keys of this installation, 32 bytes each.

    `personal_keys` maps a key id to an AES key; `personal_key_id` is in use.
    """

    session: bytes
    card: bytes
    audit: bytes
    personal_index: bytes
    personal_key_id: str
    personal_keys: Mapping[str, bytes]

    @classmethod
    def generate(cls) -> Self:
        """Make fresh random keys."""
        return cls(
            session=random_source.token_bytes(32),
            card=random_source.token_bytes(32),
            audit=random_source.token_bytes(32),
            personal_index=random_source.token_bytes(32),
            personal_key_id="k1",
            personal_keys={"k1": random_source.token_bytes(32)},
        )

    def to_json(self) -> str:
        """Return the file's content."""
        return json.dumps(
            {
                "session": self.session.hex(),
                "card": self.card.hex(),
                "audit": self.audit.hex(),
                "personal_index": self.personal_index.hex(),
                "personal_key_id": self.personal_key_id,
                "personal_keys": {key: value.hex() for key, value in self.personal_keys.items()},
            },
            indent=2,
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the file's content.

        Raises SettingsError when it is damaged.
        """
        try:
            data = json.loads(text)
            return cls(
                session=bytes.fromhex(data["session"]),
                card=bytes.fromhex(data["card"]),
                audit=bytes.fromhex(data["audit"]),
                personal_index=bytes.fromhex(data["personal_index"]),
                personal_key_id=str(data["personal_key_id"]),
                personal_keys={
                    str(key): bytes.fromhex(value) for key, value in data["personal_keys"].items()
                },
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = f"Tệp khóa {SECRETS_FILE} bị hỏng. Khôi phục tệp này từ bản sao lưu khóa."
            raise SettingsError(message) from error


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
    secrets: Secrets | None
    mail: Mail | None = None
    fixed_today: date | None = None
    limits_enabled: bool = True
    limits_storage: str = "memory://"
    session_idle: timedelta = timedelta(minutes=30)
    session_life: timedelta = timedelta(hours=12)
    password_link_life: timedelta = timedelta(minutes=60)
    invitation_life: timedelta = timedelta(days=7)
    scan_max_bytes: int = 10 * 1024 * 1024
    trusted_proxies: int = 0
    files_at_once: int = 4
    files_at_once_of_one: int = 2
    connections: Connections = Connections()

    @property
    def files_folder(self) -> Path:
        """Where scans are kept."""
        return self.home / "files"

    @property
    def is_loopback(self) -> bool:
        """Tell whether the service is only for this machine: a plain cookie is then enough."""
        return urlsplit(self.base_url).hostname in LOOPBACK_HOSTS

    @property
    def hosts(self) -> frozenset[str]:
        """Host names under which requests are answered."""
        hostname = urlsplit(self.base_url).hostname or ""
        return LOOPBACK_HOSTS if self.is_loopback else frozenset({hostname})

    def required_secrets(self) -> Secrets:
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
        secrets_file = home / SECRETS_FILE
        return cls(
            home=home,
            database_url=_database_url(
                env.get("DATABASE_URL") or f"sqlite:///{home / 'registry.sqlite'}"
            ),
            host=host,
            port=port,
            base_url=_base_url(env.get("BASE_URL"), host, port),
            secrets=Secrets.from_json(secrets_file.read_text()) if secrets_file.exists() else None,
            mail=_mail(env),
            fixed_today=_day(env, "REGISTRY_TODAY"),
            limits_storage=env.get("RATE_LIMIT_STORAGE") or "memory://",
            trusted_proxies=_number(env, "TRUSTED_PROXIES", 0),
            connections=_connections(env),
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


def make_home(home: Path) -> Secrets:
    """Create the home folder and, where missing, the keys; return the keys.

    Folder 0700, file 0600.
    """
    _make_folders(home)
    path = home / SECRETS_FILE
    if not path.exists():
        _write_secrets(path, Secrets.generate().to_json())
    return Secrets.from_json(path.read_text())


def place_secrets(home: Path, text: str) -> None:
    """Create the home folder with the keys of another installation, of which a backup was made.

    Raises SettingsError when the folder holds other keys: what they opened would be lost.
    """
    path = home / SECRETS_FILE
    if path.exists():
        if Secrets.from_json(path.read_text()) == Secrets.from_json(text):
            return
        raise SettingsError(
            f"Thư mục {home} đã có khóa của một sổ khác. Đặt REGISTRY_HOME vào thư mục trống."
        )
    _make_folders(home)
    _write_secrets(path, text)


def _make_folders(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / "files").mkdir(exist_ok=True, mode=0o700)


def _write_secrets(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)


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
