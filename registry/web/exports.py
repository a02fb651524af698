"""The one way a file leaves the registry: its type, its name, kept nowhere, and audited."""

import re
from datetime import date
from enum import Enum
from functools import partial
from io import BytesIO

from flask import Response, request, send_file

from registry.formats.scans import ScanType, safe_download_name
from registry.models.decisions import StoredFile
from registry.services.audit import Event, record
from registry.web.access import current_actor
from registry.web.request import SAFE_METHODS, later, moment

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


def hand_out(content: bytes, kind: FileKind, *name: str | int | date, event: Event) -> Response:
    """Answer with a file made here, named by the parts of `name`, and audit that it was taken."""
    _audit(event)
    return hand_out_audited(content, kind, *name)


def hand_out_audited(content: bytes, kind: FileKind, *name: str | int | date) -> Response:
    """Answer with a file whose making a service has audited already, in this transaction."""
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
