"""What is said of member lists: of a list among others, and of its lines, page and workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.documents.letterheads import BLANK, DOTS, annex_origin, day_to_fill
from registry.documents.tables import FILES, Column, OutOf, Place, on_page, sheet
from registry.domain.clock import local_day
from registry.domain.decisions import DecisionKind
from registry.domain.field_names import PERSON_FIELDS, ROSTER_LINE_FIELDS
from registry.domain.offices import OfficeFunction
from registry.domain.rosters import LineAction, RosterState
from registry.domain.units.names import document_symbol
from registry.domain.vietnamese.writing import format_day, format_long_day
from registry.formats.spreadsheet import Sheet
from registry.models.decisions import Decision
from registry.models.rosters import Roster
from registry.queries.offices import office_of
from registry.queries.rosters.lines import LineRow
from registry.queries.rosters.lists import RosterRow
from registry.queries.units.on_a_day import path_on


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with its number on the page, its warnings, and what stands in its way."""

    number: int
    row: LineRow
    warnings: tuple[str, ...]
    obstacle: str | None

    @property
    def is_flagged(self) -> bool:
        """Tell whether somebody should look at the line before deciding on it."""
        return bool(self.warnings or self.obstacle or self.row.remark)


ROSTER_TONES = {
    RosterState.DRAFT: None,
    RosterState.SUBMITTED: "wait",
    RosterState.VERIFIED: "wait",
    RosterState.REVIEWED: "wait",
    RosterState.DECIDED: "good",
    RosterState.RETURNED: "wait",
}
ACTION_TONES = {LineAction.ADD: "good", LineAction.CHANGE: "info", LineAction.END: "warn"}
COLUMNS: tuple[Column[RosterRow], ...] = (
    Column(key="unit", label="Đơn vị", value=lambda row: row.unit_name, width=36),
    Column(key="number", label="Danh sách số", value=lambda row: row.number, figure=True),
    Column(key="state", label="Trạng thái", value=lambda row: row.state.label),
    Column(
        key="lines",
        label="Số dòng",
        value=lambda row: (
            OutOf(row.approved, row.lines) if row.state is RosterState.DECIDED else row.lines
        ),
        figure=True,
    ),
    Column(
        key="submitted_on",
        label="Gửi ngày",
        value=lambda row: local_day(row.submitted_at) if row.submitted_at else None,
    ),
    Column(
        key="decided_on",
        label="Quyết định ngày",
        value=lambda row: (
            local_day(row.decided_at)
            if row.decided_at and row.state is RosterState.DECIDED
            else None
        ),
    ),
)
LINE_COLUMNS: tuple[Column[ShownLine], ...] = (
    Column(key="number", label="STT", value=lambda line: line.number, figure=True, on=Place.PAGE),
    Column(
        key="action",
        label="Nội dung",
        value=lambda line: line.row.asks_for,
        width=14,
    ),
    Column(
        key="name", label=PERSON_FIELDS["full_name"], value=lambda line: line.row.name, width=26
    ),
    Column(
        key="birth_year",
        label=PERSON_FIELDS["birth_year"],
        value=lambda line: line.row.birth_year,
        width=10,
        on=FILES,
    ),
    Column(
        key="job_title",
        label=PERSON_FIELDS["job_title"],
        value=lambda line: line.row.job_title,
        width=28,
        on=FILES,
    ),
    Column(
        key="role",
        label=ROSTER_LINE_FIELDS["role"],
        value=lambda line: line.row.title,
        width=14,
    ),
    Column(
        key="organisation",
        label=ROSTER_LINE_FIELDS["organisation"],
        value=lambda line: line.row.organisation,
        width=24,
        on=FILES,
    ),
    Column(
        key="effective_from",
        label=ROSTER_LINE_FIELDS["effective_from"],
        value=lambda line: line.row.effective_from,
        width=14,
    ),
    Column(
        key="outcome",
        label="Kết quả",
        value=lambda line: line.row.outcome.label if line.row.outcome else None,
        width=16,
        on=FILES,
    ),
    Column(key="remark", label="Ghi chú", value=lambda line: line.row.remark, width=30, on=FILES),
)
PAGE_LINE_COLUMNS = on_page(LINE_COLUMNS, "number", "name")


def decision_words(decision: Decision) -> str:
    """Return how a decision is cited: "Quyết định số 12/QĐ-UBND ngày 05/12/2024"."""
    day = f" ngày {format_day(decision.issued_on)}" if decision.issued_on else ""
    return f"{decision.name}{day}"


def roster_sheet(
    roster: Roster,
    unit_name: str,
    lines: Sequence[ShownLine],
    decision: Decision | None,
    today: date,
) -> Sheet:
    """Return a list as the annex to its decision; `unit_name` is what its unit was last called.

    Before it is decided, number and day of the decision are left to be written, and who decides is
    the office that does so `today`.
    """
    return sheet(
        f"Danh sách số {roster.number}",
        [
            "DANH SÁCH THÀNH VIÊN MẠNG LƯỚI CHUYỂN ĐỔI SỐ",
            unit_name,
            _decided_origin(decision) if decision else _origin_to_fill(roster.unit_id, today),
            f"Danh sách số {roster.number} – {roster.state.label}",
        ],
        LINE_COLUMNS,
        lines,
    )


def _decided_origin(decision: Decision) -> str:
    day = format_long_day(decision.issued_on) if decision.issued_on else day_to_fill()
    return annex_origin(decision.kind.label, decision.number, day, decision.issuer or DOTS)


def _origin_to_fill(unit_id: int, today: date) -> str:
    path = path_on(unit_id, today)
    office = office_of(OfficeFunction.DECIDING, path, today) if path else None
    issuer = office.shown_name if office else DOTS
    number = f"{BLANK}/QĐ-{document_symbol(issuer)}" if office else DOTS
    return annex_origin(DecisionKind.DECISION.label, number, day_to_fill(), issuer)
