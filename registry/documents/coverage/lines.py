"""The lines of coverage: counts by two standards, units, and the columns of either.

Coverage has two standards which are never merged (Plan 4660/KH-UBND of Quảng Nam, III.1b and IV.2).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from registry.documents.tables import EVERYWHERE, FILES, Column, OutOf, Place, Share, Value, on_page
from registry.domain.boundary_translation import NOT_SEPARABLE
from registry.domain.coverage import BY_LAW_LABEL, Basis, Parts, RequiredUnit, Standard, Tally
from registry.domain.units.kinds import UnitKind
from registry.domain.vietnamese.writing import format_phone
from registry.queries.coverage.figures import Coverage

TOTAL_LABEL = "Tổng số"
OUTSIDE_TOTAL = " (ngoài tổng số)"
OUTSIDE_TOTAL_BY_PLAN = " (ngoài tổng số, mục V.6a)"


class Figures(Protocol):
    """Whatever has counts; without them they cannot be told apart from another's."""

    @property
    def tally(self) -> Tally | None:
        """The counts."""


class CountedLine(Figures, Protocol):
    """Counts that stand on a line of their own."""

    @property
    def label(self) -> str:
        """What the line stands for."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A line of figures: of a kind of units, of those of a kind under one unit, or the total."""

    label: str
    tally: Tally
    kind: UnitKind | None = None
    unit_id: int | None = None

    def noted(self, note: str) -> "FigureLine":
        """Return the line with `note` behind its label."""
        return replace(self, label=self.label + note)

    @property
    def is_total(self) -> bool:
        """Tell whether the line adds up others."""
        return self.kind is None


@dataclass(frozen=True, slots=True)
class UncoveredUnit:
    """A unit without a focal point; `phone` is the unit's own, `note` says what is known of why."""

    code: str
    name: str
    parent: str
    phone: str
    note: str


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A required unit in a list; `since` is the first day of its vacancy when it has one."""

    unit: RequiredUnit
    since: date | None
    days: int | None


def level_lines(found: Coverage) -> list[FigureLine]:
    """Return the lines by kind; kinds without a unit are left out, one line needs no total."""
    levels = _kind_lines(found, headline=True)
    total = [FigureLine(TOTAL_LABEL, found.headline)] if len(levels) > 1 else []
    return [*levels, *total, *_kind_lines(found, headline=False)]


def _kind_lines(found: Coverage, *, headline: bool) -> list[FigureLine]:
    note = "" if headline else OUTSIDE_TOTAL_BY_PLAN
    return [
        FigureLine(line.kind.label + note, line.tally, line.kind)
        for line in found.lines(headline=headline)
        if line.tally.required
    ]


def parent_lines(found: Coverage) -> list[FigureLine]:
    """Return the lines by the unit directly above."""
    return [FigureLine(line.name, line.tally, line.kind, line.id) for line in found.by_parent()]


def kept_together(standard: str) -> str:
    """Keep "mục III.1b" on one line: the narrow head of a table must not part it."""
    return standard.replace("mục ", "mục\u00a0")


def sum_of_lines(label: str, lines: Iterable[FigureLine]) -> FigureLine:
    """Return one line named `label` that adds up `lines`."""
    return FigureLine(label, sum((line.tally for line in lines), Tally()))


def uncovered_units(units: Iterable[RequiredUnit]) -> list[UncoveredUnit]:
    """Return `units` as a list of those without a focal point names them."""
    return [
        UncoveredUnit(
            unit.code,
            unit.name,
            unit.parent_name,
            _phone(unit) or "",
            unit.lack.label if unit.lack else "",
        )
        for unit in units
    ]


def count_columns(units_label: str, whole: Tally | None = None) -> tuple[Column[Figures], ...]:
    """Return the columns of counts; `units_label` says units of which day are counted.

    What `whole`, the sum, holds none of has a column in a CSV only; and where none is carried over,
    those that have a focal point are all current.
    """
    counts = whole.any_parts if whole else Parts()
    by_law = EVERYWHERE if whole and whole.by_law else Place.CSV
    carried = EVERYWHERE if counts.carried_over else Place.CSV
    overdue = EVERYWHERE if counts.carried_over_overdue else Place.CSV
    unknown = EVERYWHERE if counts.unknown else Place.CSV
    any_standard = kept_together(Standard.ANY.label)
    return (
        Column(
            key="units",
            label=units_label,
            paper_label=units_label.replace("đơn vị", "đơn\u00a0vị"),
            value=_units,
            figure=True,
            width=10,
            paper_width=14,
        ),
        Column(
            key="any",
            label=Standard.ANY.label,
            paper_label="Số lượng",
            group=any_standard,
            value=lambda line: _part(line, Standard.ANY),
            centred=True,
            width=16,
            paper_width=18,
        ),
        Column(
            key="any_share",
            label="Tỷ lệ",
            group=any_standard,
            value=lambda line: _share(line, Standard.ANY),
            centred=True,
            width=10,
            paper_width=16,
            on=FILES,
        ),
        _count(
            "current",
            Basis.CURRENT.label,
            "Theo văn bản hiện nay",
            carried | by_law,
            lambda counts: counts.any_by_paper,
        ),
        _count("by_law", BY_LAW_LABEL, BY_LAW_LABEL, by_law, lambda counts: counts.by_law),
        _basis_count(Basis.CARRIED_OVER, "Trước sắp xếp", carried),
        _basis_count(Basis.OVERDUE, "Quá hạn chuyển tiếp", overdue),
        _basis_count(Basis.NONE, "Chưa có", EVERYWHERE),
        _basis_count(Basis.UNKNOWN, "Chưa có số liệu", unknown),
        Column(
            key="strict",
            label=Standard.STRICT.label,
            paper_label="Số lượng",
            group=kept_together(Standard.STRICT.label),
            value=lambda line: _part(line, Standard.STRICT),
            centred=True,
            width=22,
            paper_width=18,
        ),
        Column(
            key="strict_share",
            label="Tỷ lệ",
            group=kept_together(Standard.STRICT.label),
            value=lambda line: _share(line, Standard.STRICT),
            centred=True,
            width=10,
            paper_width=16,
            on=FILES,
        ),
        # On paper and on the page a sentence says it: their tables have no room left.
        Column(
            key="unchecked",
            label="Trong số có đầu mối: chưa đối chiếu văn bản",
            value=lambda line: line.tally.unchecked(Standard.ANY) if line.tally else None,
            figure=True,
            width=18,
            on=Place.SHEET | Place.CSV,
        ),
    )


def _basis_count(basis: Basis, short_label: str, on: Place) -> Column[Figures]:
    """Return the column that counts the units whose figure rests on `basis`."""
    return _count(
        basis.value,
        basis.label,
        short_label,
        on,
        lambda counts: counts.any_parts.by_basis[basis.value],
    )


def _count(
    key: str, label: str, short_label: str, on: Place, count: Callable[[Tally], int]
) -> Column[Figures]:
    """Return a column that counts units; pages and papers have a short label above it."""
    return Column(
        key=key,
        label=label,
        page_label=short_label,
        card_label=label,
        paper_label=short_label,
        value=lambda line: count(line.tally) if line.tally else None,
        figure=True,
        width=14,
        paper_width=15,
        on=on,
    )


def figure_columns(label: str, whole: Tally | None = None) -> tuple[Column[CountedLine], ...]:
    """Return the columns of a table of lines; `label` says what a line stands for."""
    return (
        Column(key="label", label=label, value=lambda line: line.label, width=32),
        *count_columns("Số đơn vị", whole),
    )


def page_figure_columns(label: str, whole: Tally) -> list[Column[CountedLine]]:
    """Return those of the columns that a page shows, in its order."""
    return on_page(figure_columns(label, whole), "label", "units", "any")


UNCOVERED_COLUMNS: tuple[Column[UncoveredUnit], ...] = (
    Column(
        key="code",
        label="Mã",
        value=lambda unit: unit.code,
        centred=True,
        width=10,
        paper_width=20,
    ),
    Column(key="name", label="Đơn vị", value=lambda unit: unit.name, width=40),
    Column(
        key="parent", label="Trực thuộc", value=lambda unit: unit.parent, width=30, paper_width=36
    ),
    Column(
        key="phone",
        label="Điện thoại",
        value=lambda unit: unit.phone,
        centred=True,
        width=16,
        paper_width=28,
    ),
    Column(key="note", label="Ghi chú", value=lambda unit: unit.note, width=28, paper_width=32),
)
LISTED_COLUMNS: tuple[Column[CoverageRow], ...] = (
    Column(key="code", label="Mã", value=lambda row: row.unit.code, width=12),
    Column(key="name", label="Đơn vị", value=lambda row: row.unit.name, width=38),
    Column(
        key="kind",
        label="Loại đơn vị",
        value=lambda row: row.unit.kind.label,
        width=18,
        on=FILES,
    ),
    Column(
        key="parent",
        label="Trực thuộc",
        value=lambda row: row.unit.parent_name,
        width=28,
    ),
    Column(key="phone", label="Điện thoại", value=lambda row: _phone(row.unit), width=16),
    Column(key="since", label="Chưa có từ ngày", value=lambda row: row.since, width=14, on=FILES),
    Column(
        key="days",
        label="Số ngày chưa có đầu mối",
        value=lambda row: row.days,
        figure=True,
        width=12,
    ),
    Column(
        key="state",
        label="Căn cứ",
        value=lambda row: row.unit.any_basis_label,
        width=26,
    ),
    Column(
        key="note",
        label="Ghi chú",
        value=lambda row: _note(row.unit),
        width=26,
    ),
)


def _note(unit: RequiredUnit) -> str | None:
    notes = ["Bằng văn bản khác"] if unit.by_other_paper else []
    if unit.any_unchecked:
        notes.append("Chưa đối chiếu văn bản")
    if notes:
        return "; ".join(notes)
    return unit.lack.label if unit.lack else None


def _units(line: Figures) -> Value:
    return NOT_SEPARABLE if line.tally is None else line.tally.required


def _part(line: Figures, standard: Standard) -> OutOf | None:
    return OutOf(line.tally.covered(standard), line.tally.required) if line.tally else None


def _share(line: Figures, standard: Standard) -> Share | None:
    """Return no share of a group that holds a unit of which nothing is known."""
    if line.tally is None or line.tally.unknown:
        return None
    return Share(line.tally.covered(standard), line.tally.required)


def _phone(unit: RequiredUnit) -> str | None:
    return format_phone(unit.phone) if unit.phone else None
