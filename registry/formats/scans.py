"""Scanned decisions: which files are let in, and under which name they go out again.

Only PDF, JPEG and PNG, told by their content from the first byte to the last; what the sender
calls the file's type decides nothing. Whatever could run when somebody opens the file, or could be
read as a second kind of file, is refused with what to do instead.
"""

import re
import struct
import zlib
from enum import Enum
from io import BytesIO
from zipfile import is_zipfile

from registry.domain.errors import Invalid
from registry.domain.vietnamese.names import normalise
from registry.formats import scanned_pdf
from registry.formats.scanned_pdf import DAMAGED, FOREIGN_DATA

MEGABYTE = 1024 * 1024
DEFAULT_MAX_BYTES = 10 * MEGABYTE
DEFAULT_TOTAL_BYTES = 20_000 * MEGABYTE
DEFAULT_UNIT_BYTES = 2_000 * MEGABYTE

NOT_A_SCAN = (
    "Chỉ nhận tệp PDF, JPG hoặc PNG. Quét văn bản thành PDF hoặc chụp ảnh văn bản rồi tải lên."
)
EMPTY_FILE = "Tệp rỗng. Chọn lại tệp văn bản đã quét."
WRONG_ENDING = "Tên tệp phải có đuôi .pdf, .jpg hoặc .png. Đổi tên tệp hoặc chọn tệp khác."

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}\Z")
_ENDINGS = frozenset(("", ".pdf", ".jpg", ".jpeg", ".jfif", ".png"))
_PDF_MAGIC, _JPEG_MAGIC, _PNG_MAGIC = b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_PADDING = re.compile(rb"[\0\t\n\x0c\r ]*")

# A3 at 1200 dpi; a larger picture only serves to exhaust the memory of who opens it.
_MOST_PIXELS_A_SIDE = 20_000
_JPEG_NEXT_MARKER = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")
_JPEG_START_OF_IMAGE, _JPEG_END_OF_IMAGE, _JPEG_START_OF_SCAN = 0xD8, 0xD9, 0xDA
_JPEG_STANDALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}

_DOWNLOAD_NAME_BYTES = 150
_NAMELESS = "van-ban"
_NOT_IN_FILE_NAMES = re.compile(r'[<>:"|?*]')
_WINDOWS_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(?![^.])")


class ScanType(Enum):
    """A kind of file that may be stored; its value is (media type, ending of the file name)."""

    PDF = ("application/pdf", ".pdf")
    JPEG = ("image/jpeg", ".jpg")
    PNG = ("image/png", ".png")

    @property
    def media_type(self) -> str:
        """The Content-Type to serve it with."""
        return self.value[0]

    @property
    def ending(self) -> str:
        """The ending of its file name, with the dot."""
        return self.value[1]


def check_scan(
    name: str, content: bytes, *, max_bytes: int = DEFAULT_MAX_BYTES, field: str = "scan"
) -> ScanType:
    """Return what kind of scan `content` is; `name` is what the sender calls the file.

    Raises:
        Invalid: on `field`: the file is empty or larger than `max_bytes`; is no PDF, JPEG or PNG
            from beginning to end; is damaged, locked, or holds scripts, actions or other files.

    """
    problem = _problem_of_size(len(content), max_bytes)
    if not problem and _ending_of(normalise(name)) not in _ENDINGS:
        problem = WRONG_ENDING
    if problem:
        raise Invalid.on(field, problem)
    try:
        return _recognised(content)
    except _RefusedError as refused:
        raise Invalid.on(field, str(refused)) from None


def safe_download_name(name: str, scan_type: ScanType | None = None) -> str:
    """Return the sender's file name as it may stand in a Content-Disposition header.

    One path component in NFC of at most 150 bytes of UTF-8: no control, invisible or
    right-to-left characters, nothing a file system refuses. With `scan_type` the ending is that of
    the content; a name of which nothing is left becomes "van-ban".
    """
    last = re.split(r"[/\\]", normalise(name))[-1]
    cleaned = _NOT_IN_FILE_NAMES.sub("_", last).strip(" .")
    if _WINDOWS_DEVICE.match(cleaned):
        cleaned = f"_{cleaned}"
    ending = _ending_of(cleaned)
    stem = cleaned[: len(cleaned) - len(ending)]
    if scan_type:
        ending = scan_type.ending if ending in _ENDINGS else ending + scan_type.ending
    room = _DOWNLOAD_NAME_BYTES - len(ending.encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return (stem or _NAMELESS) + ending


class _RefusedError(Exception):
    """The file is not let in; the text says why and what to do."""


def _problem_of_size(size: int, max_bytes: int) -> str:
    if size == 0:
        return EMPTY_FILE
    if size > max_bytes:
        return (
            f"Tệp nặng {_megabytes(size)} MB, giới hạn là {_megabytes(max_bytes)} MB."
            " Quét lại ở độ phân giải 200 dpi hoặc nén tệp PDF."
        )
    return ""


def _megabytes(size: int) -> str:
    """Write a size with a decimal comma, rounded up so that too much never looks like the limit."""
    whole, tenth = divmod(-(-size * 10 // MEGABYTE), 10)
    return f"{whole},{tenth}" if tenth else str(whole)


def _ending_of(name: str) -> str:
    """Return the ending of a file name in small letters, with the dot; "" when it has none."""
    found = _ENDING.search(name)
    return found[0].lower() if found else ""


def _recognised(content: bytes) -> ScanType:
    """Tell the kind of file by its content and check it through; raise _RefusedError."""
    if content.startswith(_PDF_MAGIC):
        kind, check = ScanType.PDF, _check_pdf
    elif content.startswith(_JPEG_MAGIC):
        kind, check = ScanType.JPEG, _check_jpeg
    elif content.startswith(_PNG_MAGIC):
        kind, check = ScanType.PNG, _check_png
    else:
        raise _RefusedError(NOT_A_SCAN)
    # An archive is read from its end, so a file can be a scan and an archive at once.
    if is_zipfile(BytesIO(content)):
        raise _RefusedError(FOREIGN_DATA)
    try:
        check(content)
    except (IndexError, struct.error):
        raise _RefusedError(DAMAGED) from None
    return kind


def _check_pdf(content: bytes) -> None:
    if fault := scanned_pdf.fault_of(content):
        raise _RefusedError(fault)


def _check_jpeg(content: bytes) -> None:
    """Follow the segments to the end; telephones may add a second picture behind the first."""
    position = 0
    while position < len(content):
        if not content.startswith(_JPEG_MAGIC, position):
            raise _RefusedError(FOREIGN_DATA)
        position = _behind_padding(content, _end_of_jpeg(content, position))


def _behind_padding(content: bytes, position: int) -> int:
    found = _PADDING.match(content, position)
    return found.end() if found else position


def _end_of_jpeg(content: bytes, start: int) -> int:
    """Return the offset behind the end mark of the picture that begins at `start`."""
    position, has_frame = start + 2, False
    while True:
        position, marker = _next_jpeg_marker(content, position)
        if marker == _JPEG_END_OF_IMAGE and has_frame:
            return position
        if marker in (_JPEG_START_OF_IMAGE, _JPEG_END_OF_IMAGE):
            raise _RefusedError(DAMAGED)
        if marker in _JPEG_STANDALONE:
            continue
        (length,) = struct.unpack_from(">H", content, position)
        if marker in _JPEG_FRAMES:
            _check_sides(*struct.unpack_from(">HH", content, position + 3))
            has_frame = True
        position += length
        if marker == _JPEG_START_OF_SCAN:
            following = _JPEG_NEXT_MARKER.search(content, position)
            if following is None:
                raise _RefusedError(DAMAGED)
            position = following.start()


def _next_jpeg_marker(content: bytes, position: int) -> tuple[int, int]:
    """Return the offset behind the marker that must stand at `position`, and the marker."""
    start = position
    while content[position] == 0xFF:  # noqa: PLR2004 - the byte every marker begins with
        position += 1
    if position == start or content[position] == 0:
        raise _RefusedError(DAMAGED)
    return position + 1, content[position]


def _check_png(content: bytes) -> None:
    """Follow the chunks, each with its checksum, from IHDR to IEND, which must be the end."""
    position = len(_PNG_MAGIC)
    kinds: list[bytes] = []
    while not kinds or kinds[-1] != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, position)
        body_end = position + 8 + length
        (checksum,) = struct.unpack_from(">I", content, body_end)
        if zlib.crc32(content[position + 4 : body_end]) != checksum:
            raise _RefusedError(DAMAGED)
        if not kinds:
            _check_sides(*struct.unpack_from(">II", content, position + 8))
        kinds.append(kind)
        position = body_end + 4
    if kinds[0] != b"IHDR" or b"IDAT" not in kinds:
        raise _RefusedError(DAMAGED)
    if _behind_padding(content, position) < len(content):
        raise _RefusedError(FOREIGN_DATA)


def _check_sides(*sides: int) -> None:
    if not all(0 < side <= _MOST_PIXELS_A_SIDE for side in sides):
        raise _RefusedError(DAMAGED)
