"""What is read of uploaded files before the transaction in which it is used begins.

Reading a file may take seconds; nobody waits for the write lock meanwhile (docs/adr/0029).
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import current_app, g, request

from registry.domain.errors import Invalid
from registry.formats.scans import ScanType, check_scan
from registry.web.request import settings

Read = Callable[[], None]
T = TypeVar("T")


def reads_first(view: Callable[..., Any], read: Read) -> None:
    """Let `read` be called before the transaction of a view that was sent something.

    Who may not do what the view does has nothing read.
    """
    view.reads_first = read  # type: ignore[attr-defined] # read by `reading_before`


def reading_before(endpoint: str | None) -> Read | None:
    """Return what is read before the transaction of a route, or None when nothing is."""
    return getattr(current_app.view_functions.get(endpoint or ""), "reads_first", None)


def keep_read(name: str, read: Callable[[], object]) -> None:
    """Keep for this request what `read` returns, or what it refuses."""
    try:
        found = read()
    except Invalid as refusal:
        found = refusal
    g.setdefault("read_first", {})[name] = found


def kept(name: str) -> Any:
    """Return what was read first; raise what was refused then. None when nothing was read."""
    found = g.get("read_first", {}).get(name)
    if isinstance(found, Invalid):
        raise found
    return found


def read_scans() -> None:
    """Look through each file of the request as a scan; one that is too large is left unread."""
    limit = settings().scan_max_bytes
    for field, file in request.files.items():
        content = file.stream.read(limit + 1) if file.filename else b""
        file.stream.seek(0)
        if content and len(content) <= limit:
            name = file.filename or ""
            keep_read(field, lambda: check_scan(name, content, max_bytes=limit))  # noqa: B023


def kind_of_scan(field: str) -> ScanType | None:
    """Return what the scan of a field was found to be; raise Invalid when it was refused."""
    return cast("ScanType | None", kept(field))
