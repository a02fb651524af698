"""The coverage of an earlier day in the units of today: its lines and columns, and the workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from registry.documents.coverage.lines import (
    OUTSIDE_TOTAL,
    OUTSIDE_TOTAL_BY_PLAN,
    TOTAL_LABEL,
    Figures,
    count_columns,
    named_standard,
)
from registry.documents.coverage.listed import OF_THEN, headline_sentence
from registry.documents.tables import FILES, Column, Place, on_page, only, sheet
from registry.domain.boundary_translation import NOT_SEPARABLE
from registry.domain.coverage import Basis, Parts, RequiredUnit, Standard, Tally
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_day
from registry.formats.spreadsheet import Sheet, table_xlsx
from registry.queries.coverage.translated import TranslatedCoverage, TranslatedLine


@dataclass(frozen=True, slots=True)
class TodayLine:
    """The counts of a kind of units, of those below one unit, or of all that count together."""

    label: str
    tally: Tally | None
    kind: UnitKind | None = None
    unit_id: int | None = None
    members: int | None = None
    divided: tuple[RequiredUnit, ...] = ()
    is_total: bool = False


def _counts_of_all(*, cited: bool) -> tuple[Column[Figures], ...]:
    """Return the columns of counts, none left out."""
    return count_columns("Số đơn vị cũ", Tally(Parts(1, 1, 1, 1, 1)), cited=cited)


def _line_columns(counts: Sequence[Column[Figures]]) -> tuple[Column[TranslatedLine], ...]:
    return (
        Column(key="code", label="Mã", value=lambda line: line.unit.code, width=12, on=FILES),
        Column(key="unit", label="Đơn vị hiện nay", value=lambda line: line.unit.name, width=34),
        Column(
            key="predecessors",
            label="Đơn vị cũ",
            value=lambda line: _names(line.predecessors),
            width=44,
        ),
        *counts,
        Column(
            key="members",
            label="Thành viên",
            value=lambda line: _members(line.members, line.tally),
            figure=True,
            width=12,
        ),
        Column(
            key="note",
            label="Ghi chú",
            value=lambda line: f"Bị chia: {_names(line.divided)}" if line.divided else None,
            width=34,
            on=FILES,
        ),
        Column(
            key="now",
            label="Hiện nay",
            value=lambda line: line.now.any_basis_label if line.now else None,
            on=Place.PAGE,
        ),
    )


def _left_over_columns(*, cited: bool) -> tuple[Column[RequiredUnit], ...]:
    return (
        Column(key="code", label="Mã", value=lambda unit: unit.code, width=12),
        Column(key="unit", label="Đơn vị", value=lambda unit: unit.name, width=40),
        Column(key="kind", label="Loại đơn vị", value=lambda unit: unit.kind.label, width=24),
        Column(
            key="any",
            label=named_standard(Standard.ANY, cited=cited),
            value=lambda unit: unit.any_basis_label,
            width=26,
        ),
    )


def today_units_xlsx(answer: TranslatedCoverage, *, cited: bool = True) -> bytes:
    """Return the figures as a workbook: by level, by unit of today, and what stands on no line.

    `cited`: the standards with the section of the plan they are of.
    """
    counts = _counts_of_all(cited=cited)
    columns = _line_columns(counts)
    as_of, later = format_day(answer.found.as_of), format_day(answer.later)
    titles = [
        "KẾT QUẢ BỐ TRÍ ĐẦU MỐI CHUYỂN ĐỔI SỐ THEO ĐƠN VỊ HIỆN NAY",
        f"{answer.unit.name}, số liệu ngày {as_of} theo đơn vị ngày {later}",
    ]
    headline = [headline_sentence(answer.headline, whose=OF_THEN)] if answer.headline else []
    sheets = [_kinds_sheet([*titles, *headline], answer, counts)]
    if answer.by_parent:
        sheets.append(sheet("Theo cấp trên", titles, columns, answer.by_parent))
    sheets.append(sheet("Theo đơn vị hiện nay", titles, columns, answer.lines))
    if answer.without_successor:
        sheets.append(
            sheet(
                "Không có đơn vị kế tiếp",
                ["ĐƠN VỊ KHÔNG CÓ ĐƠN VỊ KẾ TIẾP, CHỈ TÍNH TRONG TỔNG SỐ", titles[1]],
                _left_over_columns(cited=cited),
                answer.without_successor,
            )
        )
    return table_xlsx(sheets, as_of=answer.found.as_of)


def _kinds_sheet(
    titles: Sequence[str], answer: TranslatedCoverage, counts: Sequence[Column[Figures]]
) -> Sheet:
    return sheet(
        "Theo cấp",
        titles,
        _kind_columns(answer.found.as_of, counts),
        _kinds(answer),
        [TodayLine(TOTAL_LABEL, answer.headline), *_kinds(answer, OUTSIDE_TOTAL)],
    )


def _kind_columns(as_of: date, counts: Sequence[Column[Figures]]) -> tuple[Column[TodayLine], ...]:
    label: Column[TodayLine] = Column(
        key="label",
        label=f"Cấp (ngày {format_day(as_of)})",
        card_label="Cấp",
        value=lambda line: line.label,
        width=32,
    )
    return (label, *counts)


def page_kind_columns(answer: TranslatedCoverage) -> list[Column[TodayLine]]:
    """Return what a page shows of the counts by kind of the units of the earlier day."""
    return on_page(_kind_columns(answer.found.as_of, _counts_of(answer)), "label", "units", "any")


def page_parent_columns(answer: TranslatedCoverage) -> list[Column[TodayLine]]:
    """Return what a page shows of the counts by the unit of today that stands above."""
    label: Column[TodayLine] = Column(
        key="label", label="Đơn vị hiện nay", value=lambda line: line.label
    )
    members: Column[TodayLine] = Column(
        key="members",
        label="Thành viên",
        value=lambda line: _members(line.members, line.tally),
        figure=True,
    )
    return on_page((label, *_counts_of(answer), members), "label", "units", "any")


def _counts_of(answer: TranslatedCoverage) -> tuple[Column[Figures], ...]:
    return count_columns("Số đơn vị cũ", answer.found.headline)


def page_line_columns(as_of: date) -> tuple[Column[TranslatedLine], ...]:
    """Return what a page shows of the units of today and of those they stand for."""
    shown = only(
        _line_columns(_counts_of_all(cited=True)),
        "unit",
        "predecessors",
        "any",
        "strict",
        "members",
        "now",
    )
    heading = f"Đơn vị cũ (ngày {format_day(as_of)})"
    return tuple(
        replace(column, page_label=heading, card_label=column.label)
        if column.key == "predecessors"
        else column
        for column in shown
    )


def today_lines(answer: TranslatedCoverage) -> list[TodayLine]:
    """Return the counts by kind as a page shows them; no total where it cannot be told."""
    total = [TodayLine(TOTAL_LABEL, answer.headline, is_total=True)] if answer.headline else []
    return [*_kinds(answer), *total, *_kinds(answer, OUTSIDE_TOTAL_BY_PLAN)]


def parent_today_lines(answer: TranslatedCoverage) -> list[TodayLine]:
    """Return the counts by the unit of today that stands above, as a page shows them."""
    return [
        TodayLine(
            line.unit.name,
            line.tally,
            unit_id=line.unit.id,
            members=line.members,
            divided=line.divided,
        )
        for line in answer.by_parent
    ]


def _kinds(answer: TranslatedCoverage, note: str = "") -> list[TodayLine]:
    """Return the counts by kind; with a `note` to each, those of the kinds outside the total."""
    return [
        TodayLine(line.kind.label + note, line.tally, line.kind)
        for line in answer.kinds
        if line.headline is not bool(note) and (line.tally is None or line.tally.required)
    ]


def _members(members: int | None, counts: Tally | None) -> str | int:
    """Return how many people there were; nothing written down of a unit is no count."""
    if members is None:
        return NOT_SEPARABLE
    return Basis.UNKNOWN.label if not members and counts and counts.unknown else members


def _names(units: Iterable[RequiredUnit]) -> str:
    return ", ".join(unit.name for unit in units)
