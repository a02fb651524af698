"""`flask coverage`: how many units have a focal point as of a day, and which have none."""

import json
from collections.abc import Callable, Sequence
from datetime import date

import click

from registry.cli.columns import aligned
from registry.cli.days import DAY
from registry.cli.edge import Refused, transaction
from registry.cli.translated_coverage import TRANSLATED_FORMS
from registry.documents.coverage.lines import (
    OUTSIDE_TOTAL,
    TOTAL_LABEL,
    UNCOVERED_COLUMNS,
    uncovered_units,
)
from registry.documents.coverage.listed import checked_sentence, headline_sentence
from registry.documents.tables import only, text_table
from registry.domain.coverage import Basis, Standard, Tally
from registry.domain.vietnamese.writing import (
    NOTHING_TO_COUNT,
    format_day,
    format_number,
    format_percent,
)
from registry.formats.csv_text import csv_text
from registry.queries.coverage.figures import Coverage, KindLine, coverage, root_unit
from registry.queries.coverage.translated import translated_coverage
from registry.queries.parameters import default_day
from registry.settings import Runtime


def commands(runtime: Runtime) -> Sequence[click.Command]:
    """Return the command."""

    @click.command(
        "coverage",
        help="Độ phủ đầu mối chuyển đổi số của một đơn vị và cấp dưới, tính đến một ngày.",
    )
    @click.option(
        "--as-of",
        "as_of",
        type=DAY,
        help="Ngày tính (YYYY-MM-DD). Mặc định: hôm nay, hoặc ngày cuối của số liệu đơn vị.",
    )
    @click.option("--unit", "code", help="Mã đơn vị vào ngày tính. Mặc định: cấp tỉnh.")
    @click.option(
        "--standard",
        type=click.Choice([standard.value for standard in Standard]),
        default=Standard.ANY.value,
        show_default=True,
        help="any: có đầu mối; strict: có bộ phận hoặc cán bộ chuyên trách.",
    )
    @click.option(
        "--format",
        "form",
        type=click.Choice(list(_FORMS)),
        default="table",
        show_default=True,
        help="table: bảng; json: số liệu và đơn vị còn thiếu; csv: từng đơn vị một dòng.",
    )
    @click.option(
        "--in-units-of",
        "later",
        type=DAY,
        help="Số liệu của ngày tính theo đơn vị của ngày này, muộn hơn; --unit là mã của ngày này.",
    )
    @transaction(writes=False)
    def command(
        as_of: date | None, code: str | None, standard: str, form: str, later: date | None
    ) -> None:
        day = as_of or default_day(runtime.clock.today())
        if later is not None:
            _echo_translated(day, later, code, Standard(standard), form)
            return
        found = coverage(root_unit(code, day), day)
        # As bytes: what comes out must not depend on the terminal's encoding or line ends.
        click.echo(_FORMS[form](found, Standard(standard)).encode(), nl=False)

    return [command]


def _echo_translated(
    day: date, later: date, code: str | None, standard: Standard, form: str
) -> None:
    if later < day:
        raise Refused("--in-units-of phải là một ngày không sớm hơn --as-of.")
    answer = translated_coverage(root_unit(code, later), day, later)
    click.echo(TRANSLATED_FORMS[form](answer, standard).encode(), nl=False)


def _as_json(found: Coverage, standard: Standard) -> str:
    total = found.headline
    answer = {
        "as_of": found.as_of.isoformat(),
        "unit": found.unit.code,
        "standard": standard.value,
        "units_required": total.required,
        "units_covered": total.covered(standard),
        "by_basis": total.parts(standard).by_basis,
        "units_unchecked": total.unchecked(standard),
        "units_by_law": total.given_by_law(standard),
        "by_kind": _counts(found.lines(headline=True), standard),
        "uncovered": [
            {
                "code": unit.code,
                "name": unit.name,
                "kind": unit.kind.value,
                "parent_name": unit.parent_name,
            }
            for unit in found.uncovered(standard)
        ],
        "outside_headline": _counts(found.lines(headline=False), standard),
    }
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def _counts(lines: Sequence[KindLine], standard: Standard) -> dict[str, dict[str, object]]:
    return {
        line.kind.value: {
            "required": line.tally.required,
            "covered": line.tally.covered(standard),
            "by_basis": line.tally.parts(standard).by_basis,
            "units_unchecked": line.tally.unchecked(standard),
            "units_by_law": line.tally.given_by_law(standard),
        }
        for line in lines
    }


def _as_csv(found: Coverage, standard: Standard) -> str:
    return csv_text(
        [
            *("code", "name", "kind", "parent_name", "headline", "covered"),
            *("unchecked", "by_law"),
            *(basis.value for basis in Basis),
        ],
        [
            (
                unit.code,
                unit.name,
                unit.kind.value,
                unit.parent_name,
                int(unit.headline),
                int(unit.is_covered(standard)),
                int(unit.is_unchecked(standard)),
                int(unit.by_law and standard == Standard.ANY),
                *(int(unit.basis(standard) is basis) for basis in Basis),
            )
            for unit in found.units
        ],
        byte_order_mark=False,
    )


def _as_table(found: Coverage, standard: Standard) -> str:
    counts = [
        ("Loại đơn vị", "Phải bố trí", "Đã có", "Tỷ lệ", "Chưa đối chiếu"),
        *(_row(line.kind.label, line.tally, standard) for line in found.lines(headline=True)),
        _row(TOTAL_LABEL, found.headline, standard),
        *(
            _row(line.kind.label + OUTSIDE_TOTAL, line.tally, standard)
            for line in found.lines(headline=False)
        ),
    ]
    missing = found.uncovered(standard)
    lines = [
        f"Đơn vị: {found.unit.name} ({found.unit.code})",
        f"Tính đến ngày {format_day(found.as_of)}",
        f"Tiêu chuẩn: {standard.label}",
        headline_sentence(found.headline, standard),
        *filter(None, [checked_sentence(found.headline, standard)]),
        "",
        *aligned(counts, figures_from=1),
        "",
        f"Chưa đạt: {format_number(len(missing))} đơn vị",
    ]
    if missing:
        columns = only(UNCOVERED_COLUMNS, "code", "name", "parent", "note")
        lines += ["", *aligned(text_table(columns, uncovered_units(missing)))]
    return "\n".join(lines) + "\n"


def _row(label: str, counts: Tally, standard: Standard) -> tuple[str, ...]:
    covered = counts.covered(standard)
    return (
        label,
        format_number(counts.required),
        format_number(covered),
        NOTHING_TO_COUNT if counts.unknown else format_percent(covered, counts.required),
        format_number(counts.unchecked(standard)),
    )


_FORMS: dict[str, Callable[[Coverage, Standard], str]] = {
    "table": _as_table,
    "json": _as_json,
    "csv": _as_csv,
}
