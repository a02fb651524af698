"""What `flask coverage --in-units-of` says: a day's figures in the units of a later one."""

import json
from collections.abc import Callable, Iterable

from registry.cli.columns import aligned
from registry.documents.coverage.lines import TOTAL_LABEL
from registry.documents.coverage.listed import OF_THEN, checked_sentence, headline_sentence
from registry.domain.boundary_translation import NOT_SEPARABLE
from registry.domain.coverage import Basis, RequiredUnit, Standard, Tally
from registry.domain.vietnamese.writing import format_day, format_number
from registry.formats.csv_text import csv_text
from registry.queries.coverage.translated import TranslatedCoverage, TranslatedLine


def _as_json(answer: TranslatedCoverage, standard: Standard) -> str:
    total = answer.headline
    said = {
        "as_of": answer.found.as_of.isoformat(),
        "in_units_of": answer.later.isoformat(),
        "unit": answer.unit.code,
        "standard": standard.value,
        "units_required": total.required if total else None,
        "units_covered": total.covered(standard) if total else None,
        "by_basis": _by_basis(total, standard),
        "units_unchecked": _unchecked(total, standard),
        "units_by_law": _by_law(total, standard),
        "by_kind": _by_kind(answer, standard, headline=True),
        "uncovered": [_unit(unit) for unit in answer.uncovered(standard)],
        "outside_headline": _by_kind(answer, standard, headline=False),
        "rows": [_line(line, standard) for line in answer.lines],
        "without_successor": [_unit(unit) for unit in answer.without_successor],
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _by_kind(
    answer: TranslatedCoverage, standard: Standard, *, headline: bool
) -> dict[str, dict[str, object]]:
    return {
        line.kind.value: {
            **_counts(line.tally, standard),
            "by_basis": _by_basis(line.tally, standard),
            "units_unchecked": _unchecked(line.tally, standard),
            "units_by_law": _by_law(line.tally, standard),
        }
        for line in answer.kinds
        if line.headline is headline
    }


def _counts(counts: Tally | None, standard: Standard) -> dict[str, int | None]:
    return {
        "required": counts.required if counts else None,
        "covered": counts.covered(standard) if counts else None,
    }


def _by_basis(counts: Tally | None, standard: Standard) -> dict[str, int] | None:
    return counts.parts(standard).by_basis if counts else None


def _by_law(counts: Tally | None, standard: Standard) -> int | None:
    return counts.given_by_law(standard) if counts else None


def _unchecked(counts: Tally | None, standard: Standard) -> int | None:
    return counts.unchecked(standard) if counts else None


def _unit(unit: RequiredUnit) -> dict[str, str]:
    return {
        "code": unit.code,
        "name": unit.name,
        "kind": unit.kind.value,
        "parent_name": unit.parent_name,
    }


def _line(line: TranslatedLine, standard: Standard) -> dict[str, object]:
    return {
        "code": line.unit.code,
        "name": line.unit.name,
        "kind": line.unit.kind.value,
        "parent_name": line.unit.parent_name,
        **_counts(line.tally, standard),
        "by_basis": _by_basis(line.tally, standard),
        "units_unchecked": _unchecked(line.tally, standard),
        "units_by_law": _by_law(line.tally, standard),
        "focal_points": _known(line.focal_points, line.tally),
        "members": _known(line.members, line.tally),
        "predecessors": _codes(line.predecessors),
        "divided": _codes(line.divided),
    }


def _known(count: int | None, counts: Tally | None) -> int | None:
    """Return a count; None too where nothing is written down because nothing is known."""
    return None if not count and counts and counts.unknown else count


def _codes(units: Iterable[RequiredUnit]) -> list[str]:
    return [unit.code for unit in units]


def _as_csv(answer: TranslatedCoverage, standard: Standard) -> str:
    header = ["code", "name", "kind", "parent_name", "required", "covered", "focal_points"]
    return csv_text(
        [
            *header,
            *("members", "predecessors", "divided"),
            *("unchecked", "by_law"),
            *(basis.value for basis in Basis),
        ],
        [
            (
                line.unit.code,
                line.unit.name,
                line.unit.kind.value,
                line.unit.parent_name,
                *_counts(line.tally, standard).values(),
                line.focal_points,
                line.members,
                " ".join(_codes(line.predecessors)),
                " ".join(_codes(line.divided)),
                _unchecked(line.tally, standard),
                _by_law(line.tally, standard),
                *(_by_basis(line.tally, standard) or dict.fromkeys(Basis)).values(),
            )
            for line in answer.lines
        ],
        byte_order_mark=False,
    )


def _as_table(answer: TranslatedCoverage, standard: Standard) -> str:
    rows = [
        ("Mã", "Đơn vị", "Đơn vị cũ", "Đã có"),
        *(
            (line.unit.code, line.unit.name, *_figures(line.tally, standard))
            for line in answer.lines
        ),
        ("", TOTAL_LABEL, *_figures(answer.headline, standard)),
    ]
    day, later = format_day(answer.found.as_of), format_day(answer.later)
    lines = [
        f"Đơn vị: {answer.unit.name} ({answer.unit.code})",
        f"Số liệu ngày {day}, theo đơn vị ngày {later}",
        f"Tiêu chuẩn: {standard.label}",
        *(
            [
                headline_sentence(answer.headline, standard, OF_THEN),
                *filter(None, [checked_sentence(answer.headline, standard)]),
            ]
            if answer.headline
            else []
        ),
        "",
        *aligned(rows, figures_from=2),
    ]
    if answer.without_successor:
        head = f"Không có đơn vị kế tiếp, chỉ tính trong tổng số: {len(answer.without_successor)}"
        gone = [(one.code, one.name, one.kind.label) for one in answer.without_successor]
        lines += ["", head, "", *aligned(gone)]
    return "\n".join(lines) + "\n"


def _figures(counts: Tally | None, standard: Standard) -> tuple[str, str]:
    if counts is None:
        return (NOT_SEPARABLE, "")
    return (format_number(counts.required), format_number(counts.covered(standard)))


TRANSLATED_FORMS: dict[str, Callable[[TranslatedCoverage, Standard], str]] = {
    "table": _as_table,
    "json": _as_json,
    "csv": _as_csv,
}
