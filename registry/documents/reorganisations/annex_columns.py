"""Which column of an annex was taken for what, in words."""

from collections.abc import Iterator

from registry.domain.reorganisations.annex_columns import AnnexColumn
from registry.formats.annex import ReadAnnex
from registry.formats.annex_columns import MEANINGS


def reading_lines(annex: ReadAnnex) -> Iterator[str]:
    """Yield how an annex was read: its columns, what was ignored, where its data begins.

    Of one that is headed by machine names only what was ignored: the rest leaves no doubt.
    """
    if annex.is_guessed:
        yield f"{annex.source}: dữ liệu bắt đầu từ dòng {annex.first_row}."
    for column in annex.columns:
        if column.field is not None and annex.is_guessed:
            doubt = "" if column.is_sure else " (đoán, cần kiểm tra)"
            yield f"{_where(annex, column)} → {MEANINGS[column.field]}{doubt}"
    for column in annex.columns:
        if column.field is None:
            yield f"{_where(annex, column)}: bỏ qua"
    for row, text in annex.skipped:
        yield f"{annex.source}: bỏ qua dòng {row} “{text}”"


def _where(annex: ReadAnnex, column: AnnexColumn) -> str:
    heading = f"“{column.heading}”" if column.heading else "không có tiêu đề"
    return f"{annex.source}: cột {column.letter} {heading}"
