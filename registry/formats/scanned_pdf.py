"""Scanned papers as PDF: whether one holds what would run, found by a process of its own.

A few thousand bytes can unfold to gigabytes, or to minutes of work, in more ways than anybody can
list. So the file is read apart, by a process that may take so much memory and time and no more:
whatever comes, this one goes on, and its other threads with it.
"""

import logging
import re
import resource
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

# pypdf quotes the file in its warnings, and what stands in a decision never goes to the log.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

DAMAGED = "Tệp bị hỏng, không mở được. Quét hoặc lưu lại tệp rồi tải lên."
LOCKED_PDF = "Tệp PDF đang đặt mật khẩu hoặc bị khóa. Bỏ mật khẩu rồi tải lên lại."
ACTIVE_PDF = (
    "Không nhận tệp PDF có mã lệnh, tệp đính kèm hoặc tự mở địa chỉ khác. Quét lại bản giấy,"
    " hoặc in tệp này ra một tệp PDF mới rồi tải lên."
)
FOREIGN_DATA = (
    "Tệp có dữ liệu lạ ngoài phần văn bản. Quét lại, hoặc mở tệp và lưu thành tệp mới rồi tải lên."
)
TOO_INTRICATE = (
    "Tệp PDF có cấu trúc quá phức tạp nên không kiểm tra được. Quét lại bản giấy, hoặc in tệp này "
    "ra một tệp PDF mới rồi tải lên."
)

# A scan of a hundred pages takes a tenth of this.
_MOST_MEMORY = 192 * 1024 * 1024
_MOST_SECONDS = 5
# Seconds of waiting where many are at work at once: then it is not the file's fault alone.
_LONGEST_WAIT = 60
_ROOT = Path(__file__).parents[2]

# A scan has a few dozen objects; walking more than this only serves somebody who sends a trap.
_MOST_OBJECTS = 200_000
_ACTIVE_KEYS = frozenset(
    ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent")
)
# Every action of ISO 32000-2, 12.6.4, but those that show one of the file's own pages.
_ACTIVE_ACTIONS = frozenset(
    (
        "/JavaScript", "/Launch", "/SubmitForm", "/ResetForm", "/ImportData", "/GoToE", "/GoToR",
        "/GoToDp", "/GoTo3DView", "/Thread", "/URI", "/Rendition", "/Movie", "/Sound", "/Hide",
        "/SetOCGState", "/Trans", "/RichMediaExecute",
    )
)  # fmt: skip
_OF_THE_FILE_ITSELF = frozenset(("/GoTo", "/Named"))
_ACTIVE_TYPES = frozenset(
    (
        "/EmbeddedFile", "/FileAttachment", "/Filespec", "/FileSpec", "/RichMedia", "/Screen",
        "/Movie", "/Sound", "/3D",
    )
)  # fmt: skip
_ACTIVE_WORDS = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z])")
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
# What pypdf lets through for a damaged file; NotImplementedError for a filter it does not know.
_READING_FAILURES = (
    PyPdfError, ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError,
    RecursionError, TypeError, ValueError, zlib.error,
)  # fmt: skip
_MAGIC = b"%PDF-"
_PADDING = b"\0\t\n\x0c\r "


def fault_of(content: bytes) -> str | None:
    """Return why a PDF is not let in and what to do, or None when it is.

    Raises RuntimeError when no process can be started that reads it: no fault of the file.
    """
    try:
        done = subprocess.run(  # noqa: S603 - this module, and nothing that somebody sent
            [sys.executable, "-m", __name__],
            check=False,
            cwd=_ROOT,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_LONGEST_WAIT,
        )
    except subprocess.TimeoutExpired:
        return TOO_INTRICATE
    if done.returncode > 0:
        message = f"{__name__} cannot be started as a process of its own"
        raise RuntimeError(message)
    return TOO_INTRICATE if done.returncode < 0 else done.stdout.decode() or None


def _answer() -> None:
    """Say on stdout what is wrong with the PDF on stdin; one that takes too long ends by a signal.

    No trace of it is left on the disk.
    """
    for limited, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, _MOST_SECONDS),
        (resource.RLIMIT_DATA, _MOST_MEMORY),
    ):
        resource.setrlimit(limited, (most, most))
    try:
        fault = fault_found(sys.stdin.buffer.read())
    except MemoryError:
        fault = TOO_INTRICATE
    except Exception:  # noqa: BLE001 - nobody can list how a reader fails on what was made for it
        fault = DAMAGED
    sys.stdout.buffer.write((fault or "").encode())


class _RefusedError(Exception):
    """The file is not let in; the text says why and what to do."""


def fault_found(content: bytes) -> str | None:
    """Return what `fault_of` does, reading here and without bounds."""
    try:
        _check(content)
    except _RefusedError as refused:
        return str(refused)
    return None


def _check(content: bytes) -> None:
    _, end_mark, rest = content.rpartition(b"%%EOF")
    if not end_mark:
        raise _RefusedError(DAMAGED)
    # A file in front of the last one is read by whoever finds the last one damaged.
    if rest.strip(_PADDING) or content.count(_MAGIC) > 1:
        raise _RefusedError(FOREIGN_DATA)
    # Also what no reference leads to, or what another reader would understand differently.
    if _ACTIVE_WORDS.search(_NAME_ESCAPE.sub(_unescaped, content)):
        raise _RefusedError(ACTIVE_PDF)
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise _RefusedError(LOCKED_PDF)
        if not reader.pages:
            raise _RefusedError(DAMAGED)
        _refuse_active_objects(reader.trailer)
    except _READING_FAILURES:
        raise _RefusedError(DAMAGED) from None


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return bytes.fromhex(escape[1].decode())


def _refuse_active_objects(trailer: DictionaryObject) -> None:
    """Walk everything the file's trailer leads to; refuse scripts, actions and attached files."""
    waiting: list[object] = [trailer]
    seen: set[tuple[int, int]] = set()
    left = _MOST_OBJECTS
    while waiting:
        left -= 1
        if left < 0:
            raise _RefusedError(DAMAGED)
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if (found.idnum, found.generation) not in seen:
                seen.add((found.idnum, found.generation))
                waiting.append(found.get_object())
        elif isinstance(found, ArrayObject):
            waiting.extend(found)
        elif isinstance(found, DictionaryObject):
            if _is_active(found) or _acts_by_itself(found) or _fetches(found):
                raise _RefusedError(ACTIVE_PDF)
            waiting.extend(_parts(found))


def _parts(found: DictionaryObject) -> list[object]:
    """Return what a dictionary holds: of a link that waits to be pressed, what comes after it."""
    pressed = _resolved(found.get("/A"))
    if isinstance(pressed, DictionaryObject) and _name_at(pressed, "/S") == "/URI":
        after = [value for key, value in pressed.items() if key != "/S"]
        return after + [value for key, value in found.items() if key != "/A"]
    return list(found.values())


def _is_active(found: DictionaryObject) -> bool:
    """Tell whether a dictionary is, or holds, something that runs or another file."""
    return (
        not _ACTIVE_KEYS.isdisjoint(found)
        or _name_at(found, "/S") in _ACTIVE_ACTIONS
        or _name_at(found, "/Type") in _ACTIVE_TYPES
        or _name_at(found, "/Subtype") in _ACTIVE_TYPES
    )


def _acts_by_itself(found: DictionaryObject) -> bool:
    """Tell whether something happens that nobody asked for: at opening, on a page, at a field.

    A file may open at one of its pages, and no more.
    """
    opening = _resolved(found.get("/OpenAction"))
    leaves = isinstance(opening, DictionaryObject) and (
        _name_at(opening, "/S") not in _OF_THE_FILE_ITSELF or "/F" in opening
    )
    return leaves or bool(found.get("/AA"))


def _fetches(found: DictionaryObject) -> bool:
    """Tell whether what is shown, or a file named, is to be fetched from elsewhere."""
    is_elsewhere = isinstance(found, StreamObject) and ("/F" in found or "/Ref" in found)
    return is_elsewhere or _name_at(found, "/FS") == "/URL"


def _resolved(found: Any) -> Any:
    return found.get_object() if isinstance(found, IndirectObject) else found


def _name_at(found: DictionaryObject, key: str) -> str:
    """Return the text of the value at `key`, following a reference; "" when there is none."""
    return str(found[key]) if key in found else ""


if __name__ == "__main__":
    _answer()
