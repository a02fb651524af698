"""The coverage of an earlier day in the units of today, as a workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.documents.coverage.lines import (
    OUTSIDE_TOTAL,
    TOTAL_LABEL,
    count_columns,
)
from registry.documents.tables import Column, sheet
from registry.domain.boundary_translation import NOT_SEPARABLE
from registry.domain.coverage import RequiredUnit, Standard, Tally
from registry.domain.vietnamese.writing import format_day
from registry.formats.spreadsheet import Sheet, table_xlsx
from registry.queries.coverage.translated import TranslatedCoverage, TranslatedLine


@dataclass(frozen=True, slots=True)
class _KindLine:
    """The counts of a kind of units, or of all that count together."""

    label: str
    tally: Tally | None


_COUNTS = count_columns("Số đơn vị cũ")
LINE_COLUMNS: tuple[Column[TranslatedLine], ...] = (
    Column(key="code", label="Mã", value=lambda line: line.unit.code, width=12),
    Column(key="unit", label="Đơn vị hiện nay", value=lambda line: line.unit.name, width=34),
    Column(
        key="predecessors",
        label="Đơn vị cũ",
        value=lambda line: _names(line.predecessors),
        width=44,
    ),
    *_COUNTS,
    Column(
        key="members",
        label="Thành viên",
        value=lambda line: NOT_SEPARABLE if line.members is None else line.members,
        figure=True,
        width=12,
    ),
    Column(
        key="note",
        label="Ghi chú",
        value=lambda line: f"Bị chia: {_names(line.divided)}" if line.divided else None,
        width=34,
    ),
)
_LEFT_OVER_COLUMNS: tuple[Column[RequiredUnit], ...] = (
    Column(key="code", label="Mã", value=lambda unit: unit.code, width=12),
    Column(key="unit", label="Đơn vị", value=lambda unit: unit.name, width=40),
    Column(key="kind", label="Cấp", value=lambda unit: unit.kind.label, width=24),
    Column(
        key="any",
        label=Standard.ANY.label,
        value=lambda unit: "Có" if unit.any_covered else "Chưa",
        width=16,
    ),
)


def today_units_xlsx(answer: TranslatedCoverage) -> bytes:
    """Return the figures as a workbook: by level, by unit of today, and what stands on no line."""
    as_of, later = format_day(answer.found.as_of), format_day(answer.later)
    titles = [
        "KẾT QUẢ BỐ TRÍ ĐẦU MỐI CHUYỂN ĐỔI SỐ THEO ĐƠN VỊ HIỆN NAY",
        f"{answer.unit.name}, số liệu ngày {as_of} theo đơn vị ngày {later}",
    ]
    sheets = [_kinds_sheet(titles, answer)]
    if answer.by_parent:
        sheets.append(sheet("Theo cấp trên", titles, LINE_COLUMNS, answer.by_parent))
    sheets.append(sheet("Theo đơn vị hiện nay", titles, LINE_COLUMNS, answer.lines))
    if answer.without_successor:
        sheets.append(
            sheet(
                "Không có đơn vị kế tiếp",
                ["ĐƠN VỊ KHÔNG CÓ ĐƠN VỊ KẾ TIẾP, CHỈ TÍNH TRONG TỔNG SỐ", titles[1]],
                _LEFT_OVER_COLUMNS,
                answer.without_successor,
            )
        )
    return table_xlsx(sheets, as_of=answer.found.as_of)


def _kinds_sheet(titles: Sequence[str], answer: TranslatedCoverage) -> Sheet:
    label: Column[_KindLine] = Column(
        key="label",
        label=f"Cấp (ngày {format_day(answer.found.as_of)})",
        value=lambda line: line.label,
        width=32,
    )
    total = _KindLine(TOTAL_LABEL, answer.headline)
    return sheet(
        "Theo cấp",
        titles,
        (label, *_COUNTS),
        _kinds(answer, headline=True),
        [total, *_kinds(answer, headline=False)],
    )


def _kinds(answer: TranslatedCoverage, *, headline: bool) -> list[_KindLine]:
    note = "" if headline else OUTSIDE_TOTAL
    return [
        _KindLine(line.kind.label + note, line.tally)
        for line in answer.kinds
        if line.headline is headline and (line.tally is None or line.tally.required)
    ]


def _names(units: Iterable[RequiredUnit]) -> str:
    return ", ".join(unit.name for unit in units)
