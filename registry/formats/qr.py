"""QR codes as module matrices and SVG; the only module that imports `qrcode`.

Version, mode and mask pattern are given to the library instead of being tried out: choosing the
mask alone costs it eight trial renderings, and a print run of ten thousand cards pays that each
time. A fixed mask departs from the "lowest penalty" choice of ISO 18004 but is a valid symbol:
the mask used is written in the symbol, and the tests read every rendered code back.
"""

from functools import cache
from typing import Final, Literal

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import (
    BIT_LIMIT_TABLE,
    RE_ALPHA_NUM,
    QRData,
    length_in_bits,
)

QUIET_ZONE = 4
"""White modules that ISO 18004 asks for on each side of the symbol."""

_MASK_PATTERN: Final = 3
_MODE_INDICATOR_BITS = 4
_ALPHANUMERIC: Final = 2
_BYTES: Final = 4
_LARGEST_VERSION = 40

Matrix = list[list[bool]]
"""Rows of modules from the top, true = dark, without the quiet zone."""


def qr_modules(text: str) -> Matrix:
    """Return the dark and light modules of the code for `text`, error correction M.

    The smallest version that holds the text is used, and the compact alphanumeric mode when the
    text has only digits, capitals and ` $%*+-./:`. The same text always gives the same matrix.

    Raises:
        ValueError: the text does not fit the largest QR code.

    """
    payload = text.encode()
    mode: Literal[2, 4] = _ALPHANUMERIC if RE_ALPHA_NUM.match(payload) else _BYTES
    code = QRCode(
        version=_smallest_version(mode, len(payload)),
        error_correction=ERROR_CORRECT_M,
        border=0,
        mask_pattern=_MASK_PATTERN,
    )
    code.add_data(QRData(payload, mode=mode, check_data=False), optimize=0)
    code.make(fit=False)
    return [[bool(module) for module in row] for row in code.modules]


def qr_svg(text: str) -> str:
    """Return a self-contained SVG drawing of the code for `text`, quiet zone included.

    One unit of the view box is one module; the drawing has no size of its own, so the page or
    print template gives it one. All dark modules are a single path, which renders without
    hairlines between them.

    Raises:
        ValueError: the text does not fit the largest QR code.

    """
    matrix = qr_modules(text)
    size = len(matrix) + 2 * QUIET_ZONE
    dark = "".join(
        f"M{start + QUIET_ZONE} {row + QUIET_ZONE}h{length}v1h-{length}z"
        for row, modules in enumerate(matrix)
        for start, length in _dark_runs(modules)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/>'
        f'<path fill="#000" d="{dark}"/></svg>'
    )


def _dark_runs(modules: list[bool]) -> list[tuple[int, int]]:
    """Return (first column, length) of each unbroken run of dark modules in a row."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for column, dark in enumerate([*modules, False]):
        if dark and start is None:
            start = column
        elif not dark and start is not None:
            runs.append((start, column - start))
            start = None
    return runs


@cache
def _smallest_version(mode: Literal[2, 4], length: int) -> int:
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
