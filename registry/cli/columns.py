"""Rows as columns of text on a terminal."""

from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], figures_from: int | None = None) -> list[str]:
    """Return the rows as lines of columns; those from `figures_from` on stand to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    first_figure = len(widths) if figures_from is None else figures_from
    return [
        "  ".join(
            cell.ljust(width) if position < first_figure else cell.rjust(width)
            for position, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
