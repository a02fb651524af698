"""The coverage report as an office issues it: who reports to whom, and on what basis."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from registry.documents.coverage.lines import FigureLine, sum_of_lines, uncovered_units
from registry.documents.coverage.report import CoverageReport, Signature
from registry.documents.letterheads import issuing_office, letterhead_of
from registry.domain.coverage import Standard
from registry.domain.offices import OfficeFunction
from registry.domain.units.kinds import UnitKind
from registry.domain.units.names import is_committee, running_name
from registry.queries.coverage.figures import Coverage, KindLine
from registry.queries.coverage.translated import TranslatedCoverage
from registry.queries.legal_bases import legal_bases_of
from registry.queries.offices import office_of
from registry.queries.units.on_a_day import UnitRow, unit_on


def report_of(found: Coverage, today: date) -> CoverageReport:
    """Return the report on a subtree, written `today`, with the letterhead of its day.

    The issuer is the office that answers for the subtree: for a province its reviewing office on
    that day (Plan 4660 IV.6), else the unit itself.
    """
    return _report(found, found.unit, found.as_of, today)


def report_in_today_units(answer: TranslatedCoverage) -> CoverageReport:
    """Return the report on an earlier day of what lies in a unit of today, written today.

    It can be told for a unit no part of which was split (`answer.headline`); whoever answers for
    the unit today issues it, on the basis of today.
    """
    report = _report(answer.found, answer.unit, answer.later, answer.later)
    of_parents = [
        FigureLine(line.unit.name, line.tally)
        for line in answer.by_parent
        if line.tally is not None
    ]
    separable = len(of_parents) == len(answer.by_parent)
    torn = any(line.tally is None for line in answer.kinds if not line.headline)
    return replace(
        report,
        mass_organisations=None if torn else report.mass_organisations,
        by_parent=of_parents if separable else [],
        parent_label="đơn vị cấp trên hiện nay",
        of_former_units=True,
    )


def _report(found: Coverage, unit: UnitRow, day: date, today: date) -> CoverageReport:
    """Return the report on `found`, by who answers for `unit` on `day`."""
    issuer = issuing_office(unit, day)
    superior = unit_on(issuer.parent_id, day) if issuer.parent_id is not None else None
    outside = [FigureLine(line.kind.label, line.tally) for line in _lines(found, headline=False)]
    return CoverageReport(
        subtree=running_name(unit.name, unit.designation),
        as_of=found.as_of,
        letterhead=letterhead_of(issuer, unit, day, today),
        levels=[FigureLine(line.kind.label, line.tally) for line in _lines(found, headline=True)],
        mass_organisations=(
            sum_of_lines(", ".join(line.label for line in outside), outside) if outside else None
        ),
        parent_label=(
            "huyện, thị xã, thành phố" if unit.kind is UnitKind.PROVINCE else "đơn vị cấp trên"
        ),
        by_parent=[FigureLine(line.name, line.tally) for line in found.by_parent()],
        uncovered=uncovered_units(found.uncovered(Standard.ANY)),
        signature=Signature(_signature_form(issuer)),
        recipients=_recipients(unit, day, issuer, superior),
        basis=basis_of(unit, day),
    )


def basis_of(unit: UnitRow, day: date) -> str:
    """Return the plans carried out in a unit on `day`; empty when the registry knows none."""
    return "; ".join(one.citation for one in legal_bases_of(unit.path, day))


def _lines(found: Coverage, *, headline: bool) -> list[KindLine]:
    return [line for line in found.lines(headline=headline) if line.tally.required]


def _signature_form(issuer: UnitRow) -> Sequence[str]:
    if is_committee(issuer.shown_name):
        return ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    return ("GIÁM ĐỐC",) if issuer.name.startswith("Sở ") else ("THỦ TRƯỞNG ĐƠN VỊ",)


def _recipients(unit: UnitRow, day: date, issuer: UnitRow, superior: UnitRow | None) -> list[str]:
    coordinator = office_of(OfficeFunction.COORDINATING, unit.path, day)
    reviewer = office_of(OfficeFunction.REVIEWING, unit.path, day)
    names = [f"{superior.shown_name} (để báo cáo)"] if superior else []
    names += [
        office.name
        for office in (coordinator, reviewer)
        if office is not None and office.id not in {issuer.id, superior.id if superior else None}
    ]
    return [*names, "Lưu: VT"]
