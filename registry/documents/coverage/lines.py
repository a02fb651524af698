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


def named_standard(standard: Standard, *, cited: bool) -> str:
    """Return what a standard is called; `cited`: with the section of the plan it is of."""
    return kept_together(standard.label if cited else standard.label.partition(" (mục")[0])


def count_columns(
    units_label: str, whole: Tally | None = None, *, cited: bool = True
) -> tuple[Column[Figures], ...]:
    """Return the columns of counts; `units_label` says units of which day are counted.

    What `whole`, the sum, holds none of has a column in a CSV only; and where none is carried over,
    those that have a focal point are all current. Where many have one, a paper shows each count
    with its share in one cell. `cited`: the standards with the section of the plan they are of.
    """
    counts = whole.any_parts if whole else Parts()
    held = (whole and whole.by_law, counts.carried_over, counts.carried_over_overdue)
    of_by_law, of_carried, of_overdue, of_unknown = (
        EVERYWHERE if one else Place.CSV for one in (*held, counts.unknown)
    )
    is_crowded = sum(map(bool, (*held, counts.unknown))) > 1
    apart = EVERYWHERE & ~Place.PAPER if is_crowded else EVERYWHERE
    width = 14 if is_crowded else 15
    any_standard = named_standard(Standard.ANY, cited=cited)
    strict_standard = named_standard(Standard.STRICT, cited=cited)
    return (
        Column(
            key="units",
            label=units_label,
            paper_label=units_label.replace("đơn vị", "đơn\u00a0vị"),
            value=_units,
            figure=True,
            width=10,
            paper_width=12 if is_crowded else 14,
        ),
        Column(
            key="any",
            label=any_standard,
            paper_label="Số lượng",
            group=any_standard,
            value=lambda line: _part(line, Standard.ANY),
            centred=True,
            width=16,
            paper_width=18,
            on=apart,
        ),
        Column(
            key="any_share",
            label="Tỷ lệ",
            group=any_standard,
            value=lambda line: _share(line, Standard.ANY),
            centred=True,
            width=10,
            paper_width=16,
            on=apart & FILES,
        ),
        *_with_share(Standard.ANY, any_standard, 19, is_crowded=is_crowded),
        _count(
            "current",
            Basis.CURRENT.label,
            "Theo văn bản hiện nay",
            of_carried | of_by_law,
            lambda counts: counts.any_by_paper,
            width,
        ),
        _count(
            "by_law", BY_LAW_LABEL, BY_LAW_LABEL, of_by_law, lambda counts: counts.by_law, width
        ),
        _basis_count(Basis.CARRIED_OVER, "Trước sắp xếp", of_carried, width),
        _basis_count(Basis.OVERDUE, "Quá hạn chuyển tiếp", of_overdue, width),
        _basis_count(Basis.NONE, "Chưa có", EVERYWHERE, width),
        _basis_count(Basis.UNKNOWN, "Chưa có số liệu", of_unknown, width),
        Column(
            key="strict",
            label=strict_standard,
            paper_label="Số lượng",
            group=strict_standard,
            value=lambda line: _part(line, Standard.STRICT),
            centred=True,
            width=22,
            paper_width=18,
            on=apart,
        ),
        Column(
            key="strict_share",
            label="Tỷ lệ",
            group=strict_standard,
            value=lambda line: _share(line, Standard.STRICT),
            centred=True,
            width=10,
            paper_width=16,
            on=apart & FILES,
        ),
        *_with_share(Standard.STRICT, strict_standard, 20, is_crowded=is_crowded),
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


def _with_share(
    standard: Standard, label: str, width: int, *, is_crowded: bool
) -> tuple[Column[Figures], ...]:
    """Return the column of a paper that has no room for count and share side by side."""
    if not is_crowded:
        return ()
    return (
        Column(
            key=f"{standard}_with_share",
            label=label,
            value=lambda line: _part_and_share(line, standard),
            centred=True,
            paper_width=width,
            on=Place.PAPER,
        ),
    )


def _part_and_share(line: Figures, standard: Standard) -> str | None:
    part, share = _part(line, standard), _share(line, standard)
    return " ".join(filter(None, (str(part or ""), f"({share})" if share else ""))) or None


def _basis_count(basis: Basis, short_label: str, on: Place, paper_width: int) -> Column[Figures]:
    """Return the column that counts the units whose figure rests on `basis`."""
    return _count(
        basis.value,
        basis.label,
        short_label,
        on,
        lambda counts: counts.any_parts.by_basis[basis.value],
        paper_width,
    )


def _count(
    key: str,
    label: str,
    short_label: str,
    on: Place,
    count: Callable[[Tally], int],
    paper_width: int,
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
        paper_width=paper_width,
        on=on,
    )


def figure_columns(
    label: str, whole: Tally | None = None, *, cited: bool = True
) -> tuple[Column[CountedLine], ...]:
    """Return the columns of a table of lines; `label` says what a line stands for."""
    return (
        Column(key="label", label=label, value=lambda line: line.label, width=32),
        *count_columns("Số đơn vị", whole, cited=cited),
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
        paper_width=22,
    ),
    Column(key="name", label="Đơn vị", value=lambda unit: unit.name, width=40),
    Column(
        key="parent", label="Trực thuộc", value=lambda unit: unit.parent, width=30, paper_width=41
    ),
    Column(
        key="phone",
        label="Điện thoại",
        value=lambda unit: unit.phone,
        centred=True,
        width=16,
        paper_width=29,
    ),
    Column(key="note", label="Ghi chú", value=lambda unit: unit.note, width=28, paper_width=28),
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
