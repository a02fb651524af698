"""The coverage report as an office issues it: who reports to whom, and on what basis."""

from collections.abc import Sequence

from registry.documents.coverage.lines import FigureLine, sum_of_lines, uncovered_units
from registry.documents.coverage.report import CoverageReport, Letterhead, Signature
from registry.domain.coverage import Standard
from registry.domain.offices import OfficeFunction
from registry.domain.units.kinds import UnitKind
from registry.queries.coverage.figures import Coverage, KindLine
from registry.queries.offices import office_of
from registry.queries.units.on_a_day import UnitRow, unit_on

BASIS = "Kế hoạch số 4660/KH-UBND ngày 24 tháng 6 năm 2024 của UBND tỉnh Quảng Nam"
_COMMITTEE = "UBND"
_LINKING_WORDS = frozenset({"và", "của", "các", "-"})


def report_of(found: Coverage) -> CoverageReport:
    """Return the report on a subtree with the letterhead of the office that answers for it.

    For a province that is its reviewing office on that day (Plan 4660 IV.6), else the unit itself.
    """
    issuer = _issuer(found)
    superior = _superior(issuer, found)
    outside = [FigureLine(line.kind.label, line.tally) for line in _lines(found, headline=False)]
    return CoverageReport(
        subtree=running_name(found.unit),
        as_of=found.as_of,
        letterhead=Letterhead(
            superior=superior.shown_name if superior else "",
            issuer=_in_full(issuer, superior),
            symbol=_symbol(issuer, superior),
            place=_place(found.unit),
        ),
        levels=[FigureLine(line.kind.label, line.tally) for line in _lines(found, headline=True)],
        mass_organisations=(
            sum_of_lines(", ".join(line.label for line in outside), outside) if outside else None
        ),
        parent_label=(
            "huyện, thị xã, thành phố"
            if found.unit.kind is UnitKind.PROVINCE
            else "đơn vị cấp trên"
        ),
        by_parent=[FigureLine(line.name, line.tally) for line in found.by_parent()],
        uncovered=uncovered_units(found.uncovered(Standard.ANY)),
        signature=Signature(_signature_form(issuer)),
        recipients=_recipients(found, issuer, superior),
        basis=BASIS,
    )


def running_name(unit: UnitRow) -> str:
    """Return the name as it stands inside a sentence: "tỉnh Quảng Nam", but "Sở Nội vụ"."""
    if unit.designation and unit.name.lower().startswith(unit.designation.lower()):
        return unit.name[:1].lower() + unit.name[1:]
    return unit.name


def _lines(found: Coverage, *, headline: bool) -> list[KindLine]:
    return [line for line in found.lines(headline=headline) if line.tally.required]


def _issuer(found: Coverage) -> UnitRow:
    if found.unit.kind is UnitKind.PROVINCE:
        office = office_of(OfficeFunction.REVIEWING, found.unit.path, found.as_of)
        return office or found.unit
    return found.unit


def _superior(issuer: UnitRow, found: Coverage) -> UnitRow | None:
    return unit_on(issuer.parent_id, found.as_of) if issuer.parent_id is not None else None


def _is_committee(unit: UnitRow) -> bool:
    return unit.shown_name.startswith(f"{_COMMITTEE} ")


def _own_name(unit: UnitRow, superior: UnitRow | None) -> str:
    """Return the name without that of the superior, which stands above it in the letterhead."""
    return unit.name.removesuffix(f" {running_name(superior)}") if superior else unit.name


def _in_full(unit: UnitRow, superior: UnitRow | None) -> str:
    """Return the issuer's name; only its superior's may be abbreviated (Decree 30/2020/NĐ-CP)."""
    if _is_committee(unit):
        return unit.shown_name.replace(_COMMITTEE, "Ủy ban nhân dân", 1)
    return _own_name(unit, superior)


def _symbol(unit: UnitRow, superior: UnitRow | None) -> str:
    """Return the abbreviation of the issuer in a document's number: "STTTT", "UBND"."""
    if _is_committee(unit):
        return _COMMITTEE
    words = [word for word in _own_name(unit, superior).split() if word not in _LINKING_WORDS]
    return "".join(word[0].upper() for word in words if word[0].isalpha())


def _place(unit: UnitRow) -> str:
    if unit.designation and unit.name.lower().startswith(unit.designation.lower()):
        return unit.name[len(unit.designation) :].strip()
    return "……………"


def _signature_form(issuer: UnitRow) -> Sequence[str]:
    if _is_committee(issuer):
        return ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    return ("GIÁM ĐỐC",) if issuer.name.startswith("Sở ") else ("THỦ TRƯỞNG ĐƠN VỊ",)


def _recipients(found: Coverage, issuer: UnitRow, superior: UnitRow | None) -> list[str]:
    coordinator = office_of(OfficeFunction.COORDINATING, found.unit.path, found.as_of)
    reviewer = office_of(OfficeFunction.REVIEWING, found.unit.path, found.as_of)
    names = [f"{superior.shown_name} (để báo cáo)"] if superior else []
    names += [
        office.shown_name
        for office in (coordinator, reviewer)
        if office is not None and office.id not in {issuer.id, superior.id if superior else None}
    ]
    return [*names, "Lưu: VT"]
