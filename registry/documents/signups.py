"""What is said of self-registrations in a list: on the reviewer's page, and in its workbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.documents.tables import FILES, Column, sheet
from registry.domain.clock import local_day
from registry.domain.field_names import SIGNUP_FIELDS
from registry.domain.signup_matching import MatchWarning
from registry.domain.vietnamese.writing import format_day, format_phone
from registry.formats.spreadsheet import Sheet
from registry.models.signups import Signup
from registry.queries.units.on_a_day import UnitRow


@dataclass(frozen=True, slots=True)
class SignupRow:
    """A request with its unit as it is called today, and whoever the sender may be already."""

    signup: Signup
    unit: UnitRow | None
    warnings: Sequence[MatchWarning]


COLUMNS: tuple[Column[SignupRow], ...] = (
    Column(
        key="name",
        label=SIGNUP_FIELDS["full_name"],
        value=lambda row: row.signup.full_name,
        width=28,
    ),
    Column(
        key="job_title",
        label=SIGNUP_FIELDS["job_title"],
        value=lambda row: row.signup.whole_title,
        width=30,
    ),
    Column(
        key="unit",
        label="Đơn vị",
        value=lambda row: row.unit.located_name if row.unit else None,
        width=36,
    ),
    Column(
        key="phone",
        label=SIGNUP_FIELDS["phone"],
        value=lambda row: format_phone(row.signup.phone),
        width=16,
        on=FILES,
    ),
    Column(
        key="email",
        label=SIGNUP_FIELDS["email"],
        value=lambda row: row.signup.email,
        width=28,
        on=FILES,
    ),
    Column(
        key="submitted_on",
        label="Ngày gửi",
        page_label="Gửi ngày",
        value=lambda row: local_day(row.signup.submitted_at),
        width=14,
    ),
    Column(
        key="state",
        label="Trạng thái",
        value=lambda row: row.signup.state.label,
        width=18,
        on=FILES,
    ),
    Column(
        key="warnings",
        label="Cảnh báo trùng",
        page_label="Cảnh báo",
        value=lambda row: "\n".join(warning.message for warning in row.warnings) or None,
        width=40,
    ),
    Column(
        key="reference_code",
        label=SIGNUP_FIELDS["reference_code"],
        value=lambda row: row.signup.reference_code,
        width=24,
        on=FILES,
    ),
)


def signups_sheet(rows: Iterable[SignupRow], day: date) -> Sheet:
    """Return the sheet of `rows`, telephones in full; `day` is today."""
    return sheet(
        "Đăng ký",
        ["ĐĂNG KÝ THAM GIA MẠNG LƯỚI CHUYỂN ĐỔI SỐ", f"Tính đến ngày {format_day(day)}"],
        COLUMNS,
        rows,
    )
