"""The lines of coverage: counts by two standards, units, and the columns of either.

Coverage has two standards which are never merged (Plan 4660/KH-UBND of Quảng Nam, III.1b and IV.2).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from registry.documents.tables import FILES, Column, OutOf, Place, Share, Value, on_page
from registry.domain.boundary_translation import NOT_SEPARABLE
from registry.domain.coverage import RequiredUnit, Standard, Tally
from registry.domain.units.kinds import KIND_LABELS
from registry.domain.vietnamese.writing import format_phone

ANY_STANDARD = "Có đầu mối (mục III.1b)"
STRICT_STANDARD = "Có bộ phận hoặc cán bộ chuyên trách (mục IV.2)"
STANDARD_LABELS = {Standard.ANY: ANY_STANDARD, Standard.STRICT: STRICT_STANDARD}
TOTAL_LABEL = "Tổng số"
OUTSIDE_TOTAL = " (ngoài tổng số)"


class Counted(Protocol):
    """Whatever has counts; without them they cannot be told apart from another's."""

    @property
    def tally(self) -> Tally | None:
        """The counts."""


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """How many of `units` units meet each standard on the day of the report."""

    label: str
    units: int
    with_focal_point: int
    with_section_or_full_time: int

    def __post_init__(self) -> None:
        if not 0 <= self.with_section_or_full_time <= self.units:
            message = f"{self.label}: {self.with_section_or_full_time} of {self.units} units"
            raise ValueError(message)
        if not 0 <= self.with_focal_point <= self.units:
            message = f"{self.label}: {self.with_focal_point} of {self.units} units"
            raise ValueError(message)

    @property
    def tally(self) -> Tally:
        """The counts."""
        return Tally(self.units, self.with_focal_point, self.with_section_or_full_time)

    def noted(self, note: str) -> "CoverageLine":
        """Return the line with `note` behind its label."""
        return replace(self, label=self.label + note)

    @property
    def without_focal_point(self) -> int:
        """Units that have no focal point."""
        return self.units - self.with_focal_point


@dataclass(frozen=True, slots=True)
class UncoveredUnit:
    """A unit without a focal point; `phone` is the unit's own, written for people to read."""

    code: str
    name: str
    parent: str
    phone: str


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A required unit in a list; `since` is the first day of its vacancy when it has one."""

    unit: RequiredUnit
    since: date | None
    days: int | None


def kept_together(standard: str) -> str:
    """Keep "mục III.1b" on one line: the narrow head of a table must not part it."""
    return standard.replace("mục ", "mục\u00a0")


def sum_of_lines(label: str, lines: Iterable[CoverageLine]) -> CoverageLine:
    """Return one line named `label` that adds up `lines`."""
    counted = list(lines)
    return CoverageLine(
        label,
        sum(line.units for line in counted),
        sum(line.with_focal_point for line in counted),
        sum(line.with_section_or_full_time for line in counted),
    )


def uncovered_units(units: Iterable[RequiredUnit]) -> list[UncoveredUnit]:
    """Return `units` as a list of those without a focal point names them."""
    return [
        UncoveredUnit(unit.code, unit.name, unit.parent_name, _phone(unit) or "") for unit in units
    ]


def count_columns(units_label: str) -> tuple[Column[Counted], ...]:
    """Return the columns of counts; `units_label` says units of which day are counted."""
    return (
        Column(
            key="units",
            label=units_label,
            value=_units,
            figure=True,
            width=10,
            paper_width=16,
        ),
        Column(
            key="any",
            label=ANY_STANDARD,
            paper_label="Số lượng",
            group=kept_together(ANY_STANDARD),
            value=lambda line: _part(line, Standard.ANY),
            centred=True,
            width=16,
            paper_width=20,
        ),
        Column(
            key="any_share",
            label="Tỷ lệ",
            group=kept_together(ANY_STANDARD),
            value=lambda line: _share(line, Standard.ANY),
            centred=True,
            width=10,
            paper_width=19,
            on=FILES,
        ),
        Column(
            key="strict",
            label=STRICT_STANDARD,
            paper_label="Số lượng",
            group=kept_together(STRICT_STANDARD),
            value=lambda line: _part(line, Standard.STRICT),
            centred=True,
            width=22,
            paper_width=20,
        ),
        Column(
            key="strict_share",
            label="Tỷ lệ",
            group=kept_together(STRICT_STANDARD),
            value=lambda line: _share(line, Standard.STRICT),
            centred=True,
            width=10,
            paper_width=19,
            on=FILES,
        ),
        Column(
            key="missing",
            label="Chưa có đầu mối",
            value=lambda line: line.tally.missing(Standard.ANY) if line.tally else None,
            figure=True,
            width=12,
            on=Place.PAGE | Place.SHEET | Place.CSV,
        ),
    )


def figure_columns(label: str) -> tuple[Column[CoverageLine], ...]:
    """Return the columns of a table of lines; `label` says what a line stands for."""
    return (
        Column(key="label", label=label, value=lambda line: line.label, width=32),
        *count_columns("Số đơn vị"),
    )


def page_figure_columns(label: str) -> list[Column[CoverageLine]]:
    """Return those of the columns that a page shows, in its order."""
    return on_page(figure_columns(label), "label", "units", "any", "missing", "strict")


UNCOVERED_COLUMNS: tuple[Column[UncoveredUnit], ...] = (
    Column(
        key="code",
        label="Mã",
        value=lambda unit: unit.code,
        centred=True,
        width=10,
        paper_width=25,
    ),
    Column(key="name", label="Đơn vị", value=lambda unit: unit.name, width=40),
    Column(
        key="parent", label="Trực thuộc", value=lambda unit: unit.parent, width=30, paper_width=44
    ),
    Column(
        key="phone",
        label="Điện thoại",
        value=lambda unit: unit.phone,
        centred=True,
        width=16,
        paper_width=32,
    ),
)
LISTED_COLUMNS: tuple[Column[ListedUnit], ...] = (
    Column(key="code", label="Mã", value=lambda row: row.unit.code, width=12, sort="ma"),
    Column(key="name", label="Đơn vị", value=lambda row: row.unit.name, width=38, sort="ten"),
    Column(
        key="kind",
        label="Cấp",
        value=lambda row: KIND_LABELS[row.unit.kind],
        width=18,
        on=FILES,
    ),
    Column(
        key="parent",
        label="Trực thuộc",
        value=lambda row: row.unit.parent_name,
        width=28,
        sort="truc-thuoc",
    ),
    Column(key="phone", label="Điện thoại", value=lambda row: _phone(row.unit), width=16),
    Column(key="since", label="Thiếu từ ngày", value=lambda row: row.since, width=14, on=FILES),
    Column(
        key="days",
        label="Số ngày thiếu",
        page_label="Thiếu đã",
        value=lambda row: row.days,
        width=10,
        sort="thieu-tu",
    ),
    Column(
        key="state",
        label="Đầu mối CĐS",
        value=lambda row: STANDARD_LABELS[Standard.ANY] if row.unit.any_covered else None,
        on=Place.PAGE,
    ),
    Column(
        key="note",
        label="Ghi chú",
        value=lambda row: "Chờ quyết định" if row.unit.waiting else None,
        width=18,
        on=FILES,
    ),
)


def _units(line: Counted) -> Value:
    return NOT_SEPARABLE if line.tally is None else line.tally.required


def _part(line: Counted, standard: Standard) -> OutOf | None:
    return OutOf(line.tally.covered(standard), line.tally.required) if line.tally else None


def _share(line: Counted, standard: Standard) -> Share | None:
    return Share(line.tally.covered(standard), line.tally.required) if line.tally else None


def _phone(unit: RequiredUnit) -> str | None:
    return format_phone(unit.phone) if unit.phone else None
