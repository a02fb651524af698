"""What is said of assignments that wait for a decision or end soon, on pages and in workbooks."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from registry.documents.tables import FILES, Column, sheet
from registry.domain.assignments import Hindrance, NotCounting
from registry.domain.field_names import ASSIGNMENT_FIELDS
from registry.domain.vietnamese.writing import format_day, format_phone
from registry.formats.spreadsheet import Sheet
from registry.queries.assignments.ending import Ending
from registry.queries.assignments.rows import AssignmentRow

_Row = TypeVar("_Row")

UNDECIDED, CARRIED_OVER = "Chờ quyết định", "Chuyển tiếp, chờ quyết định mới"


def _whose(assignment_of: Callable[[_Row], AssignmentRow]) -> tuple[Column[_Row], ...]:
    """Return the columns that say of which unit an assignment is, and who holds it."""

    def phone(row: _Row) -> str | None:
        number = assignment_of(row).unit_phone
        return format_phone(number) if number else None

    return (
        Column(
            key="unit_code",
            label="Mã đơn vị",
            value=lambda row: assignment_of(row).unit_code,
            width=12,
            on=FILES,
        ),
        Column(
            key="unit", label="Đơn vị", value=lambda row: assignment_of(row).unit_name, width=32
        ),
        Column(key="unit_phone", label="Điện thoại đơn vị", value=phone, width=18, on=FILES),
        Column(
            key="holder",
            label="Người hoặc bộ phận",
            value=lambda row: assignment_of(row).holder_name,
            width=28,
        ),
    )


def waiting_columns(
    day: date, why_not: Mapping[int, NotCounting]
) -> tuple[Column[AssignmentRow], ...]:
    """Return the columns of what waits on `day`; `why_not` says by id what does not count.

    What is carried over waits and counts, unless the holder left or its days of grace are past.
    """
    return (
        *_whose(lambda row: row),
        Column(
            key="role", label=ASSIGNMENT_FIELDS["role"], value=lambda row: row.role.label, width=18
        ),
        Column(
            key="valid_from",
            label=ASSIGNMENT_FIELDS["valid_from"],
            value=lambda row: row.valid_from,
            width=13,
        ),
        Column(
            key="group",
            label="Nhóm",
            value=lambda row: CARRIED_OVER if row.is_carried_over(day) else UNDECIDED,
            width=32,
            on=FILES,
        ),
        Column(
            key="reason",
            label="Lý do chờ",
            value=lambda row: waits_because(row, day, why_not),
            width=44,
        ),
        Column(
            key="not_counted",
            label="Lý do không được tính",
            value=lambda row: _beyond_waiting(why_not.get(row.id)),
            width=40,
        ),
    )


def waits_because(row: AssignmentRow, day: date, why_not: Mapping[int, NotCounting]) -> str | None:
    """Say what it waits for; one without a paper that counts is given by a rule."""
    why = row.waits_because(day)
    if why is None or row.decision_id is not None or row.id in why_not:
        return why
    return f"{why}; giao theo quy định nên vẫn được tính"


def _beyond_waiting(why: NotCounting | None) -> str | None:
    """Say why something does not count, but for the decision it waits for, said already."""
    return None if why is None or why.why is Hindrance.WAITING else why.sentence


def waiting_sheet(
    rows: Iterable[AssignmentRow], day: date, why_not: Mapping[int, NotCounting]
) -> Sheet:
    """Return the sheet of what waits on `day`; `why_not` as for `waiting_columns`."""
    return sheet(
        UNDECIDED,
        ["DANH SÁCH PHÂN CÔNG CHỜ QUYẾT ĐỊNH", f"Tính đến ngày {format_day(day)}"],
        waiting_columns(day, why_not),
        rows,
    )


def ending_columns(why: Mapping[int, str]) -> tuple[Column[Ending], ...]:
    """Return the columns of what stops counting soon; `why` says by id what for."""
    return (
        Column(
            key="stops_on",
            label=ASSIGNMENT_FIELDS["valid_to"],
            value=lambda one: one.stops_on,
            width=13,
        ),
        *_whose(_row_of),
        Column(key="cause", label="Lý do", value=lambda one: why.get(one.row.id), width=34),
        Column(key="paper", label="Văn bản", value=lambda one: one.row.decision_name, width=34),
    )


def _row_of(one: Ending) -> AssignmentRow:
    return one.row


def ending_sheet(found: Iterable[Ending], day: date, why: Mapping[int, str]) -> Sheet:
    """Return the sheet of what stops counting within 90 days from `day`; `why` as above."""
    return sheet(
        "Sắp kết thúc",
        ["PHÂN CÔNG ĐẦU MỐI CĐS SẮP KẾT THÚC TRONG 90 NGÀY", f"Tính từ ngày {format_day(day)}"],
        ending_columns(why),
        found,
    )
