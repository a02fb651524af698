"""What every request must have and every answer carries: right host, strict policy, no caching."""

import secrets
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

from registry.settings import Settings


def protect(app: Flask, settings: Settings) -> None:
    """Check the host of each request and put the security headers on each answer."""

    @app.before_request
    def check_host() -> None:
        # A forged Host would end up in links we mail.
        hostname = urlsplit(f"//{request.host}").hostname
        if hostname not in settings.hosts:
            abort(400)

    @app.before_request
    def refuse_json() -> None:
        # The form library would read JSON as a form, with values that are no text.
        if request.is_json:
            abort(415)

    @app.after_request
    def set_headers(response: Response) -> Response:
        for name, value in _headers(settings).items():
            response.headers.setdefault(name, value)
        if request.endpoint == "static":
            response.headers["Cache-Control"] = (
                "public, max-age=31536000, immutable" if request.args.get("v") else "no-cache"
            )
        else:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def csp_nonce() -> str:
    """Return this page's nonce, the only mark under which an inline script would run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return cast("str", g.csp_nonce)


def _headers(settings: Settings) -> dict[str, str]:
    headers = {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            f"script-src 'self' 'nonce-{csp_nonce()}'; connect-src 'self'; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Robots-Tag": "noindex",
    }
    if settings.base_url.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


def safe_target(target: str | None, otherwise: str) -> str:
    """Return `target` when it is a path of this site, else `otherwise`: no open redirect.

    Browsers read a backslash as a slash and drop control characters, so both are refused.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return otherwise
    if "\\" in target or any(letter <= " " for letter in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target
