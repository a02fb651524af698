"""The factory: the only place that wires things together. It reads like a table of contents."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from govuk_frontend_wtf.main import WTFormsHelpers
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from registry import cli, web
from registry.domain.clock import Clock
from registry.domain.keyring import KeyName
from registry.models.base import db
from registry.models.engine import engine_options, prepare_engine, use_keys
from registry.settings import Runtime, Settings, clock_of
from registry.web import context, errors, filters, security, shown_day, upkeep
from registry.web.access import login_manager
from registry.web.edge import RegistryFlask
from registry.web.limits import limiter
from registry.web.numbers import RowNumberConverter

ROOT = Path(__file__).resolve().parent.parent
LARGEST_BODY = 12 * 1024 * 1024
SYSTEM_CLOCK = Clock(lambda: datetime.now(UTC))  # noqa: TID251 - the one reading of the clock


def create_app(settings: Settings, clock: Clock = SYSTEM_CLOCK, **overrides: Any) -> Flask:
    """Build the application.

    `clock` is the present; `overrides` are Flask settings (tests switch off CSRF with them).
    Raises SettingsError when the settings are unsafe.
    """
    app = RegistryFlask(__name__, template_folder=str(ROOT / "templates"))
    app.extensions["registry"] = Runtime(settings, clock_of(settings, clock))
    app.config.from_mapping(_flask_settings(settings))
    app.config.from_mapping(overrides)
    app.url_map.converters["int"] = RowNumberConverter
    _connect_database(app, settings)
    _set_up_templates(app)
    CSRFProtect(app)
    Compress(app)
    # Templates ask for no user but the one `page_context` gives.
    login_manager.init_app(app, add_context_processor=False)
    limiter.init_app(app)
    security.protect(app, settings)
    errors.register(app)
    filters.register(app)
    context.register(app)
    shown_day.register(app)
    upkeep.register(app)
    web.register_pages(app)
    cli.register_commands(app.cli, app.extensions["registry"])
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _flask_settings(settings: Settings) -> dict[str, Any]:
    plain_cookie = settings.is_loopback and settings.base_url.startswith("http:")
    return {
        "SECRET_KEY": _session_key(settings),
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "SESSION_COOKIE_NAME": "registry" if plain_cookie else "__Host-registry",
        "SESSION_COOKIE_SECURE": not plain_cookie,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 5000,
        # The page sends no Referer (see the headers), so CSRF rests on the token alone.
        "WTF_CSRF_SSL_STRICT": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "RATELIMIT_ENABLED": settings.limits_enabled,
        "RATELIMIT_STORAGE_URI": settings.limits_storage,
        "COMPRESS_MIMETYPES": ["text/html", "text/css", "text/javascript", "image/svg+xml"],
    }


def _session_key(settings: Settings) -> bytes | None:
    """Return what signs the cookie; without keys no page is served."""
    keyring = settings.secrets
    return keyring[KeyName.SESSION].secret if keyring and not keyring.missing else None


def _connect_database(app: Flask, settings: Settings) -> None:
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        use_keys(db.engine, settings.secrets)


def _set_up_templates(app: Flask) -> None:
    """Find our templates first, then the components of govuk-frontend-jinja."""
    app.jinja_env.loader = ChoiceLoader(
        [
            FileSystemLoader(ROOT / "templates"),
            PrefixLoader(
                {
                    "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
                    "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
                }
            ),
        ]
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    WTFormsHelpers(app)
