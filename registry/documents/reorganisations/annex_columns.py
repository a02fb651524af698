"""Which column of an annex was taken for what, in words."""

from collections.abc import Iterator

from registry.domain.reorganisations.annex_columns import AnnexColumn
from registry.formats.annex import ReadAnnex
from registry.formats.annex_columns import MEANINGS


def reading_lines(annex: ReadAnnex) -> Iterator[str]:
    """Yield how an annex was read: its columns, what was ignored, where its data begins.

    Of one that is headed by machine names only what was ignored: the rest leaves no doubt.
    """
    ignored = [column for column in annex.columns if column.field is None]
    if annex.is_guessed:
        yield f"{annex.source}: dữ liệu bắt đầu từ dòng {annex.first_row}."
        for column in annex.columns:
            if column.field is not None:
                doubt = "" if column.is_sure else " (đoán, cần kiểm tra)"
                yield f"  {_called(column)} → {MEANINGS[column.field]}{doubt}"
    elif ignored or annex.skipped:
        yield f"{annex.source}:"
    for column in ignored:
        yield f"  {_called(column)}: bỏ qua"
    for row, text in annex.skipped:
        yield f"  Dòng {row} “{text}”: bỏ qua"


def _called(column: AnnexColumn) -> str:
    heading = f"“{column.heading}”" if column.heading else "không có tiêu đề"
    return f"Cột {column.letter} {heading}"
