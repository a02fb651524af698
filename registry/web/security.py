"""What every request must have and every answer carries: right host, strict policy, no caching."""

import re
import secrets
from collections.abc import Collection, Iterator
from typing import cast

from flask import Flask, Response, abort, g, request

from registry.settings import Settings

# Two `Host` lines come as one, with a comma; who signs in before a host does so with an @.
_HOST = re.compile(r"(?P<name>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def protect(app: Flask, settings: Settings) -> None:
    """Check the host of each request and put the security headers on each answer."""

    @app.before_request
    def check_host() -> None:
        # A forged host would end up in links we mail, or divide us from a proxy that keeps pages.
        if not all(_names_one_of(settings.hosts, host) for host in _hosts_named()):
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


def _hosts_named() -> Iterator[str]:
    """Yield every host the request says it is for: its `Host`, and that of an absolute address."""
    yield request.host
    # As it was asked for, under either name a server gives; the path is what is left of it.
    for name in ("REQUEST_URI", "RAW_URI"):
        asked = request.environ.get(name) or "/"
        if not asked.startswith("/") and asked != "*":
            yield asked.partition("://")[2].partition("/")[0].partition("?")[0]


def _names_one_of(hosts: Collection[str], host: str) -> bool:
    """Tell whether `host`, with or without a port, is one of `hosts`: nothing before or beside."""
    named = _HOST.fullmatch(host)
    return named is not None and named["name"].lower().strip("[]") in hosts


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
    return target
