"""Scanned papers as PDF: whether one holds what would run, found by a process of its own."""

import logging
import re
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from registry.formats import apart

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

_MOST_SECONDS = 5

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
_MAGIC = b"%PDF-"
_PADDING = b"\0\t\n\x0c\r "


def fault_of(content: bytes) -> str | None:
    """Return why a PDF is not let in and what to do, or None when it is.

    Raises RuntimeError when no process can be started that reads it: no fault of the file.
    """
    try:
        fault: str | None = apart.done(fault_found, content, seconds=_MOST_SECONDS)
    except apart.TooMuchError:
        return TOO_INTRICATE
    return fault


class _RefusedError(Exception):
    """The file is not let in; the text says why and what to do."""


def fault_found(content: bytes) -> str | None:
    """Return what `fault_of` does, reading here and without bounds."""
    try:
        _check(content)
    except _RefusedError as refused:
        return str(refused)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - nobody can list how a reader fails on what was made for it
        return DAMAGED
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
    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise _RefusedError(LOCKED_PDF)
    if not reader.pages:
        raise _RefusedError(DAMAGED)
    _refuse_active_objects(reader.trailer)


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
