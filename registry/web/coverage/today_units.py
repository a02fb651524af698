"""The coverage report of an earlier day in the units of today: what is asked, and its workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import request

from registry.documents.coverage.report import TOTAL_LABEL
from registry.domain.boundary_translation import NOT_SEPARABLE
from registry.domain.coverage import RequiredUnit, Standard, Tally
from registry.domain.permissions import Action
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_day, format_percent
from registry.formats.spreadsheet import Cell, Column, Sheet, table_xlsx
from registry.queries.coverage.translated import (
    TranslatedCoverage,
    TranslatedLine,
    is_reorganised_between,
    translated_coverage,
)
from registry.queries.units.details import topmost
from registry.queries.units.on_a_day import UnitRow, follow
from registry.web.access import current_actor
from registry.web.coverage.question import UNIT, choices_below, default_root, wanted_unit
from registry.web.request import today
from registry.web.shown_day import ShownDay, shown_day

UNITS_OF, OF_TODAY = "theo", "hien-nay"


@dataclass(frozen=True, slots=True)
class TodayQuestion:
    """The subtree of today and the earlier day asked for; without an answer `problem` says why."""

    day: ShownDay
    answer: TranslatedCoverage | None
    choices: tuple[UnitRow, ...] = ()
    problem: str | None = None

    def address(self, unit_id: int) -> dict[str, str]:
        """Return what an address carries to ask about a unit, on the same day, the same way."""
        return {UNIT: str(unit_id), UNITS_OF: OF_TODAY} | self.day.kept


def wants_units_of_today() -> bool:
    """Tell whether the request asks for a past day's figures in the units of today."""
    return request.args.get(UNITS_OF) == OF_TODAY and shown_day().day < today()


def may_choose_units(day: date) -> bool:
    """Tell whether the units of `day` are others than those of today."""
    return day < today() and is_reorganised_between(day, today())


def asked_in_today_units() -> TodayQuestion:
    """Return what the request asks, within what the visitor may see today.

    A unit that ended is asked for by the one in its place. Raises NotFound outside the scope.
    """
    scope = current_actor().require(Action.COVERAGE_SEE)
    day, later = shown_day(), today()
    wanted = wanted_unit(scope)
    tops = topmost(scope, later)
    root = follow(wanted, later) if wanted else default_root(tops, later)
    if root is None:
        problem = (
            "Hiện nay không có một đơn vị nào thay cho đơn vị này. Chọn một đơn vị khác,"
            " hoặc xem theo đơn vị của ngày đó."
        )
        return TodayQuestion(day, None, tuple(tops), problem)
    choices = {row.id: row for row in [*tops, *choices_below(tops, later, scope), root]}
    return TodayQuestion(day, translated_coverage(root, day.day, later), tuple(choices.values()))


def lines_by_kind(
    lines: Iterable[TranslatedLine],
) -> list[tuple[UnitKind, list[TranslatedLine]]]:
    """Return the lines kind by kind, in the order they have."""
    return [(kind, list(found)) for kind, found in groupby(lines, key=lambda one: one.unit.kind)]


def today_units_xlsx(answer: TranslatedCoverage) -> bytes:
    """Return the figures as a workbook: by level, by unit of today, and what stands on no line."""
    as_of, later = format_day(answer.found.as_of), format_day(answer.later)
    titles = [
        "KẾT QUẢ BỐ TRÍ ĐẦU MỐI CHUYỂN ĐỔI SỐ THEO ĐƠN VỊ HIỆN NAY",
        f"{answer.unit.name}, số liệu ngày {as_of} theo đơn vị ngày {later}",
    ]
    sheets = [
        Sheet(
            "Theo cấp",
            titles,
            [Column(f"Cấp (ngày {as_of})", 32), *_FIGURES],
            _kind_rows(answer, headline=True),
            [
                (TOTAL_LABEL, *_figures(answer.headline)),
                *_kind_rows(answer, headline=False),
            ],
        )
    ]
    if answer.by_parent:
        sheets.append(_lines_sheet("Theo cấp trên", titles, answer.by_parent))
    sheets.append(_lines_sheet("Theo đơn vị hiện nay", titles, answer.lines))
    if answer.without_successor:
        sheets.append(
            Sheet(
                "Không có đơn vị kế tiếp",
                ["ĐƠN VỊ KHÔNG CÓ ĐƠN VỊ KẾ TIẾP, CHỈ TÍNH TRONG TỔNG SỐ", titles[1]],
                [
                    Column("Mã", 12),
                    Column("Đơn vị", 40),
                    Column("Cấp", 24),
                    Column(Standard.ANY.label, 16),
                ],
                [
                    (one.code, one.name, one.kind.label, "Có" if one.any_covered else "Chưa")
                    for one in answer.without_successor
                ],
            )
        )
    return table_xlsx(sheets, as_of=answer.found.as_of)


_FIGURES = (
    Column("Số đơn vị cũ", 10),
    Column(Standard.ANY.label, 16),
    Column("Tỷ lệ", 10),
    Column(Standard.STRICT.label, 22),
    Column("Tỷ lệ", 10),
    Column("Chưa có đầu mối", 12),
)


def _kind_rows(answer: TranslatedCoverage, *, headline: bool) -> list[Sequence[Cell]]:
    note = "" if headline else " (ngoài tổng số)"
    return [
        (line.kind.label + note, *_figures(line.tally))
        for line in answer.kinds
        if line.headline is headline and (line.tally is None or line.tally.required)
    ]


def _lines_sheet(name: str, titles: Sequence[str], lines: Iterable[TranslatedLine]) -> Sheet:
    return Sheet(
        name,
        titles,
        [
            Column("Mã", 12),
            Column("Đơn vị hiện nay", 34),
            Column("Đơn vị cũ", 44),
            *_FIGURES,
            Column("Thành viên", 12),
            Column("Ghi chú", 34),
        ],
        [
            (
                line.unit.code,
                line.unit.name,
                _names(line.predecessors),
                *_figures(line.tally),
                NOT_SEPARABLE if line.members is None else line.members,
                f"Bị chia: {_names(line.divided)}" if line.divided else None,
            )
            for line in lines
        ],
    )


def _names(units: Iterable[RequiredUnit]) -> str:
    return ", ".join(unit.name for unit in units)


def _figures(counts: Tally | None) -> tuple[Cell, ...]:
    if counts is None:
        return (NOT_SEPARABLE, None, None, None, None, None)
    return (
        counts.required,
        counts.any_covered,
        format_percent(counts.any_covered, counts.required),
        counts.strict_covered,
        format_percent(counts.strict_covered, counts.required),
        counts.required - counts.any_covered,
    )
