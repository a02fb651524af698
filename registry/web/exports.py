"""The one way a file leaves the registry: its type, its name, kept nowhere, and audited."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import Enum
from functools import partial
from io import BytesIO
from threading import Lock

from flask import Response, g, request, send_file

from registry.domain.errors import TooSoon
from registry.formats.scans import ScanType, safe_download_name
from registry.models.decisions import StoredFile
from registry.services.audit import Event, record
from registry.web.access import current_actor
from registry.web.request import SAFE_METHODS, later, moment, settings

MANY_FILES = "Hệ thống đang tạo nhiều tệp cùng lúc. Chờ ít giây rồi thử lại."
RETRY_AFTER_SECONDS = 5
_NOT_IN_NAMES = re.compile("[^A-Za-z0-9-]+")


class FileKind(Enum):
    """What a file made here is: its media type, and the ending of its name."""

    CSV = "text/csv", "csv"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"
    PDF = "application/pdf", "pdf"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"

    def __init__(self, media_type: str, ending: str) -> None:
        self.media_type = media_type
        self.ending = ending


class _Places:
    """Whose files are in the making in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: Counter[str] = Counter()

    def take(self, whose: str, most: int, most_of_one: int) -> bool:
        """Take a place, unless `most` are taken, or `most_of_one` by the same."""
        with self._lock:
            if self._taken.total() >= most or self._taken[whose] >= most_of_one:
                return False
            self._taken[whose] += 1
            return True

    def give_back(self, whose: str) -> None:
        """Give a place back."""
        with self._lock:
            self._taken[whose] -= 1
            self._taken += Counter()  # drops who has none


_PLACES = _Places()


@contextmanager
def making_file() -> Iterator[None]:
    """Keep a place while a file is made, so that there are threads and memory for every page.

    Decorates a view, or holds for a block; the place is given back however that ends.
    Raises TooSoon when too many are being made in this process, or for this account.
    """
    account = current_actor().account_id
    whose = str(account) if account else f"at {request.remote_addr}"
    told = settings()
    if not _PLACES.take(whose, told.files_at_once, told.files_at_once_of_one):
        raise TooSoon(MANY_FILES, RETRY_AFTER_SECONDS)
    g.is_making_file = True
    try:
        yield
    finally:
        g.is_making_file = False
        _PLACES.give_back(whose)


def hand_out(content: bytes, kind: FileKind, *name: str | int | date, event: Event) -> Response:
    """Answer with a file made here, named by the parts of `name`, and audit that it was taken."""
    _audit(event)
    return hand_out_audited(content, kind, *name)


def hand_out_audited(content: bytes, kind: FileKind, *name: str | int | date) -> Response:
    """Answer with a file whose making a service has audited already, in this transaction."""
    if not g.get("is_making_file"):
        raise RuntimeError("a file is made within making_file() only")
    return _answer(content, kind.media_type, f"{_stem(*name)}.{kind.ending}")


def hand_out_stored(content: bytes, file: StoredFile, *, event: Event) -> Response:
    """Answer with a file as it was sent in, under its sender's name, and audit that it was taken.

    Name and type were made safe when the file came in; they become headers, so again here.
    """
    known = {kind.media_type for kind in ScanType}
    media_type = file.content_type if file.content_type in known else "application/octet-stream"
    answer = _answer(content, media_type, safe_download_name(file.original_name))
    _audit(event)
    return answer


def _stem(*parts: str | int | date) -> str:
    """Return `parts` as a file name without its ending: ASCII letters, digits and hyphens only."""
    return _NOT_IN_NAMES.sub("-", "-".join(map(str, parts))).strip("-")


def _audit(event: Event) -> None:
    """Record `event`: no file is handed out unrecorded.

    What a GET writes itself is never committed, so it does once the request has ended. What a POST
    writes is, and nothing that comes after its commit may fail it: it records like any change.
    """
    written = partial(record, current_actor(), event, moment())
    if request.method in SAFE_METHODS:
        later(written, needed=True)
    else:
        written()


def _answer(content: bytes, media_type: str, name: str) -> Response:
    """Return the answer: to be saved, never shown as a page of this site or kept on the way."""
    response = send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name, etag=False
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
