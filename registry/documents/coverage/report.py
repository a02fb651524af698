"""The coverage report as values, and as the words and figures that every document of it shows.

The PDF and the workbook are both made from one `CoverageReport`, so that their totals are equal by
construction. Coverage has two standards which are never merged (Plan 4660/KH-UBND of Quảng Nam,
III.1b and IV.2); mass organisations are counted on a line of their own, outside the total (V.6a).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.documents.coverage.lines import (
    OUTSIDE_TOTAL,
    TOTAL_LABEL,
    UNCOVERED_COLUMNS,
    FigureLine,
    UncoveredUnit,
    figure_columns,
    named_standard,
    sum_of_lines,
)
from registry.documents.coverage.listed import (
    OF_THEN,
    OF_TODAY,
    headline_sentence,
    missing_words,
    unchecked_words,
    uncovered_title,
)
from registry.documents.letterheads import BLANK, Letterhead, annex_origin
from registry.documents.tables import printed_table
from registry.domain.coverage import Standard, Tally
from registry.domain.vietnamese.writing import (
    format_long_day,
    format_number,
    format_percent,
    upper_first,
)
from registry.formats.pdf import typeset

_REPORT = "BC"  # the kind of paper in its number
_PLAN_OF_THE_SECTIONS = "4660/KH-UBND"
_BASIS_TO_FILL = 60 * "."


@dataclass(frozen=True, slots=True)
class Signature:
    """The lines above the signature ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC") and the signer's name."""

    form: Sequence[str]
    name: str = ""


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """Coverage of one unit's subtree as of a day, with what its documents need.

    `subtree` is its name ("tỉnh Quảng Nam"); `basis` is the plan carried out, empty when none is
    known: then there is room to write it by hand. `levels` are the lines that add up to the total.
    `by_parent` are the lines of the units directly below the unit, `parent_label` their heading
    ("huyện, thị xã, thành phố"). `of_former_units`: the figures are
    those of the units of `as_of` in whose place stands what lies in the subtree when it is written.
    """

    subtree: str
    as_of: date
    letterhead: Letterhead
    levels: Sequence[FigureLine]
    mass_organisations: FigureLine | None
    parent_label: str
    by_parent: Sequence[FigureLine]
    uncovered: Sequence[UncoveredUnit]
    signature: Signature
    recipients: Sequence[str]
    basis: str = ""
    of_former_units: bool = False

    @property
    def day_in_words(self) -> str:
        """The day the figures are of, and of which units."""
        day = f"tính đến {format_long_day(self.as_of)}"
        if not self.of_former_units:
            return day
        return f"{day}, đối với các đơn vị khi đó nay thuộc {self.subtree}"

    @property
    def whose(self) -> str:
        """Whose papers the figures rest on first."""
        return OF_THEN if self.of_former_units else OF_TODAY

    @property
    def cites_sections(self) -> bool:
        """Tell whether the sections of the standards are those of the plan carried out."""
        return cites_sections(self.basis)

    @property
    def total(self) -> FigureLine:
        """The headline: the sum of the levels, mass organisations left out."""
        return sum_of_lines(TOTAL_LABEL, self.levels)

    @property
    def parent_heading(self) -> str:
        """What stands above the units one level below the unit asked for."""
        return upper_first(self.parent_label)


def cites_sections(basis: str) -> bool:
    """Tell whether the sections of the standards (III.1b, IV.2) are those of a basis."""
    return _PLAN_OF_THE_SECTIONS in basis


def coverage_report_pdf(report: CoverageReport) -> bytes:
    """Return the report as an administrative document in the form of Decree 30/2020/NĐ-CP.

    The file is PDF/A-2a: fonts embedded, tagged for screen readers, fit for the archive.
    """
    return typeset("coverage_report.typ", as_printed(report), archival=True)


def as_printed(report: CoverageReport) -> dict[str, object]:
    """Return every word and figure of the report as the print templates take them: text only."""
    total = report.total
    mass = report.mass_organisations
    cited = report.cites_sections
    any_standard = named_standard(Standard.ANY, cited=cited)
    strict_standard = named_standard(Standard.STRICT, cited=cited)
    head = report.letterhead
    written = head.written_on or report.as_of
    return {
        "written": [written.year, written.month, written.day],
        "superior": head.superior.upper(),
        "issuer": head.issuer.upper(),
        "number": head.number(_REPORT),
        "place_and_date": head.place_and_date,
        "subject": f"Kết quả bố trí đầu mối chuyển đổi số của {report.subtree}",
        "as_of": upper_first(report.day_in_words),
        "opening": _opening(report),
        "headline": _headline(report),
        "standards": [
            f"{any_standard}: {_achieved(total.tally, Standard.ANY)}",
            f"{strict_standard}: {_achieved(total.tally, Standard.STRICT)}",
        ],
        "levels": printed_table(
            figure_columns("Cấp", total.tally, cited=cited),
            report.levels,
            [total, *([mass.noted(OUTSIDE_TOTAL)] if mass else [])],
        ),
        "mass_sentence": _mass_sentence(mass, cited=cited) if mass else "",
        "parent_label": report.parent_label,
        "by_parent": printed_table(
            figure_columns(report.parent_heading, total.tally, cited=cited),
            report.by_parent,
            [sum_of_lines("Cộng", report.by_parent)],
        ),
        "uncovered_sentence": _uncovered_sentence(report),
        "uncovered_heading": f"Đơn vị {_lacking(report)}",
        "annex_title": uncovered_title(report.total.tally.any_parts),
        "uncovered": printed_table(UNCOVERED_COLUMNS, report.uncovered),
        "closing": (
            f"Trên đây là kết quả bố trí đầu mối chuyển đổi số của {report.subtree},"
            f" {report.day_in_words}./."
        ),
        "annex_origin": annex_origin(
            "Báo cáo", BLANK + "/" + head.full_symbol(_REPORT), head.day_to_fill, head.issuer
        ),
        "signature_form": [line.upper() for line in report.signature.form],
        "signer": report.signature.name,
        "recipients": list(report.recipients),
    }


def _opening(report: CoverageReport) -> str:
    """Return the sentence that says who reports what, under which plan."""
    reporting = (
        f"{report.letterhead.issuer} báo cáo kết quả bố trí đầu mối chuyển đổi số của"
        f" {report.subtree}, {report.day_in_words}, như sau:"
    )
    return f"Thực hiện {report.basis or _BASIS_TO_FILL}, {reporting}"


def _headline(report: CoverageReport) -> str:
    """Return the sentence that matters most: how many units have a focal point, and on what."""
    counts = report.total.tally
    if counts.required == 0:
        return "Không có đơn vị nào thuộc diện phải bố trí đầu mối."
    if counts.any_by_paper == counts.required:
        return (
            f"Cả {_count(counts.required)} đơn vị thuộc diện phải bố trí đã có đầu mối theo văn bản"
            f" của {report.whose}."
        )
    return headline_sentence(counts, whose=report.whose).replace(" · ", "; ") + "."


def _mass_sentence(mass: FigureLine, *, cited: bool) -> str:
    """Return the sentence on mass organisations, which only "cử đầu mối tham gia" (V.6a)."""
    counts = mass.tally
    section = " (mục V.6a)" if cited else ""
    return (
        f"{mass.label} cử đầu mối tham gia{section}, không tính vào tổng số:"
        f" {_out_of(counts.any_covered, counts.required)} đơn vị có đầu mối;"
        f" {_out_of(counts.strict_covered, counts.required)} đơn vị có bộ phận hoặc cán bộ"
        " chuyên trách."
    )


def _lacking(report: CoverageReport) -> str:
    return missing_words(overdue=bool(report.total.tally.any_parts.carried_over_overdue))


def _uncovered_sentence(report: CoverageReport) -> str:
    """Return the sentence that leads to the annex, or says that none is needed."""
    if not report.uncovered:
        return "Không có đơn vị nào chưa có đầu mối."
    count = _count(len(report.uncovered))
    return f"Danh sách {count} đơn vị {_lacking(report)} tại Phụ lục kèm theo."


def _achieved(counts: Tally, standard: Standard) -> str:
    """Return how many units meet a standard, and on what they rest; no share of what is unknown."""
    parts = counts.parts(standard)
    said = [f"{_out_of(parts.covered, parts.required)} đơn vị"]
    if parts.required and not parts.unknown:
        said.append(f"đạt {format_percent(parts.covered, parts.required)}")
    if unchecked := unchecked_words(counts, standard):
        said.append(unchecked)
    among = [f"{format_number(parts.carried_over)} chuyển tiếp, chờ quyết định mới"] * bool(
        parts.carried_over
    )
    if standard == Standard.ANY and counts.by_other_papers:
        among.append(f"{format_number(counts.by_other_papers)} bằng văn bản khác")
    if standard == Standard.ANY and counts.by_law:
        among.append(f"{format_number(counts.by_law)} giao theo quy định")
    if standard == Standard.STRICT and parts.carried_over_overdue:
        among.append(f"ngoài ra {format_number(parts.carried_over_overdue)} quá hạn chuyển tiếp")
    return "; ".join([", ".join(said), *among]) + "."


def _out_of(part: int, whole: int) -> str:
    return f"{format_number(part)}/{format_number(whole)}"


def _count(number: int) -> str:
    """Write a count in running text: below 10 with a zero, as administrative documents do."""
    return f"0{number}" if number in range(10) else format_number(number)
