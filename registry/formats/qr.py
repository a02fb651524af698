"""QR codes as module matrices and SVG; the only module that imports `qrcode`.

Version, mode and mask pattern are given to the library instead of being tried out: choosing the
mask alone costs it eight trial renderings, and a print run of ten thousand cards pays that each
time. A fixed mask departs from the "lowest penalty" choice of ISO 18004 but is a valid symbol:
the mask used is written in the symbol, and the tests read every rendered code back.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, Literal

from qrcode.base import rs_blocks
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import (
    ALPHA_NUM,
    BIT_LIMIT_TABLE,
    RE_ALPHA_NUM,
    BitBuffer,
    QRData,
    create_bytes,
    create_data,
    length_in_bits,
)

QUIET_ZONE = 4
"""White modules that ISO 18004 asks for on each side of the symbol."""

"""Rows of modules from the top, true = dark, without the quiet zone."""

_Mode = Literal[2, 4]
_ALPHANUMERIC: Final = 2
_BYTES: Final = 4
_MODE_INDICATOR_BITS = 4
_TERMINATOR_BITS = 4
_PADDING = "1110110000010001"
_MASK_PATTERN: Final = 3
_LARGEST_VERSION = 40
_DARK_RUN = re.compile("1+")
_VALUES = {character: value for value, character in enumerate(ALPHA_NUM)}

# Building the tables of a version takes as long as drawing some five hundred codes one by one.
_RUN_WORTH_TABLES = 1_000


def qr_svg(text: str) -> str:
    """Return a self-contained SVG drawing of the code for `text`, quiet zone included.

    One unit of the view box is one module; the drawing has no size of its own, so the page or
    print template gives it one. All dark modules are a single path, which renders without
    hairlines between them.

    Raises:
        ValueError: the text does not fit the largest QR code.

    """
    return _drawn(qr_rows(text))


def qr_svgs(texts: Sequence[str]) -> Iterator[str]:
    """Yield `qr_svg` of each text in order; a long run costs a fraction of as many single calls.

    Raises:
        ValueError: a text does not fit the largest QR code.

    """
    if len(texts) < _RUN_WORTH_TABLES:
        yield from map(qr_svg, texts)
        return
    for text in texts:
        payload = text.encode()
        mode = _mode_of(payload)
        version = _smallest_version(mode, len(payload))
        yield _drawn(_flip_tables(version).rows(_data_codewords(payload, mode, version)))


def qr_rows(text: str) -> list[str]:
    """Return the rows of the code for `text`, "1" for dark, error correction M.

    The smallest version that holds the text is used, and the compact alphanumeric mode when the
    text has only digits, capitals and ` $%*+-./:`. The same text always gives the same rows.

    Raises:
        ValueError: the text does not fit the largest QR code.

    """
    payload = text.encode()
    mode = _mode_of(payload)
    version = _smallest_version(mode, len(payload))
    data = QRData(payload, mode=mode, check_data=False)
    return _rows_of_codewords(version, create_data(version, ERROR_CORRECT_M, [data]))


def _mode_of(payload: bytes) -> _Mode:
    return _ALPHANUMERIC if RE_ALPHA_NUM.match(payload) else _BYTES


def _rows_of_codewords(version: int, codewords: list[int]) -> list[str]:
    """Have the library place all codewords, error correction included; return the rows."""
    code = QRCode(
        version=version,
        error_correction=ERROR_CORRECT_M,
        border=0,
        mask_pattern=_MASK_PATTERN,
    )
    code.data_cache = codewords
    code.make(fit=False)
    return ["".join("1" if module else "0" for module in row) for row in code.modules]


def _drawn(rows: list[str]) -> str:
    """Return the SVG drawing of the rows: one rectangle of the path for each dark run."""
    size = len(rows) + 2 * QUIET_ZONE
    dark = "".join(
        f"M{run.start() + QUIET_ZONE} {top}h{run.end() - run.start()}v1h{run.start() - run.end()}z"
        for top, row in enumerate(rows, start=QUIET_ZONE)
        for run in _DARK_RUN.finditer(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/>'
        f'<path fill="#000" d="{dark}"/></svg>'
    )


@cache
def _smallest_version(mode: _Mode, length: int) -> int:
    """Return the smallest QR version whose level M holds `length` characters in `mode`."""
    if mode == _ALPHANUMERIC:
        pairs, single = divmod(length, 2)
        data_bits = 11 * pairs + 6 * single
    else:
        data_bits = 8 * length
    capacities = BIT_LIMIT_TABLE[ERROR_CORRECT_M]
    for version in range(1, _LARGEST_VERSION + 1):
        header_bits = _MODE_INDICATOR_BITS + length_in_bits(mode, version)
        if header_bits + data_bits <= capacities[version]:
            return version
    message = f"{length} bytes do not fit a QR code"
    raise ValueError(message)


def _data_codewords(payload: bytes, mode: _Mode, version: int) -> bytes:
    """Return the data codewords of the symbol, terminated and padded (ISO 18004, 7.4)."""
    if mode == _ALPHANUMERIC:
        values = [_VALUES[character] for character in payload]
        pairs = zip(values[::2], values[1::2], strict=False)
        content = "".join(f"{45 * first + second:011b}" for first, second in pairs)
        if len(values) % 2:
            content += f"{values[-1]:06b}"
    else:
        content = "".join(f"{byte:08b}" for byte in payload)
    capacity = BIT_LIMIT_TABLE[ERROR_CORRECT_M][version]
    bits = f"{mode:04b}{len(payload):0{length_in_bits(mode, version)}b}{content}"
    bits += "0" * min(_TERMINATOR_BITS, capacity - len(bits))
    bits += "0" * (-len(bits) % 8)
    bits += (_PADDING * capacity)[: capacity - len(bits)]
    return int(bits, 2).to_bytes(capacity // 8)


class _FlipTables:
    """Which modules of a version each value of each data codeword flips.

    Error correction, interleaving and the mask are linear over GF(2): a data bit flips the same
    modules whatever the other bits are. So the library draws each bit once, and a symbol is the
    exclusive or of one table entry for each codeword.
    """

    def __init__(self, version: int) -> None:
        self._size = 4 * version + 17
        self._blocks = rs_blocks(version, ERROR_CORRECT_M)
        self._version = version
        # The library cannot divide a block of zeros, hence the origin of ones.
        self._origin = b"\1" * sum(block.data_count for block in self._blocks)
        self._origin_modules = self._modules_of(self._origin)
        self._tables = [self._table_of(place) for place in range(len(self._origin))]

    def rows(self, codewords: bytes) -> list[str]:
        """Return the rows of the symbol that holds the data codewords."""
        modules = self._origin_modules
        for table, codeword, origin in zip(self._tables, codewords, self._origin, strict=True):
            modules ^= table[codeword ^ origin]
        bits = f"{modules:0{self._size**2}b}"
        return [bits[start : start + self._size] for start in range(0, len(bits), self._size)]

    def _table_of(self, place: int) -> list[int]:
        """Return the modules flipped by each of the 256 differences at one codeword."""
        table = [0]
        for bit in range(8):
            changed = bytearray(self._origin)
            changed[place] ^= 1 << bit
            flipped = self._modules_of(bytes(changed)) ^ self._origin_modules
            table += [flipped ^ other for other in table]
        return table

    def _modules_of(self, codewords: bytes) -> int:
        """Have the library draw data codewords; return all modules as the bits of one number."""
        buffer = BitBuffer()
        buffer.buffer = list(codewords)
        rows = _rows_of_codewords(self._version, create_bytes(buffer, self._blocks))
        return int("".join(rows), 2)


@cache
def _flip_tables(version: int) -> _FlipTables:
    return _FlipTables(version)
