"""The queue of self-registrations as a worksheet."""

from collections.abc import Mapping, Sequence
from datetime import date

from registry.domain.clock import local_day
from registry.domain.signup_matching import MatchWarning
from registry.domain.vietnamese.writing import format_day, format_phone
from registry.formats.spreadsheet import Column, Sheet
from registry.models.signups import Signup
from registry.queries.units.on_a_day import UnitRow


def signups_sheet(
    signups: Sequence[Signup],
    units: Mapping[int, UnitRow],
    warnings: Mapping[int, Sequence[MatchWarning]],
    day: date,
) -> Sheet:
    """Return the sheet of `signups`, telephones in full; `day` is today."""
    return Sheet(
        "Đăng ký",
        ["ĐĂNG KÝ THAM GIA MẠNG LƯỚI CHUYỂN ĐỔI SỐ", f"Tính đến ngày {format_day(day)}"],
        [
            Column("Họ và tên", 28),
            Column("Chức vụ, chức danh", 30),
            Column("Đơn vị", 36),
            Column("Điện thoại", 16),
            Column("Thư điện tử", 28),
            Column("Ngày gửi", 14),
            Column("Trạng thái", 18),
            Column("Cảnh báo trùng", 40),
            Column("Mã hồ sơ", 24),
        ],
        [
            (
                signup.full_name,
                signup.job_title,
                units[signup.unit_id].name if signup.unit_id in units else None,
                format_phone(signup.phone),
                signup.email,
                local_day(signup.submitted_at),
                signup.state.label,
                "\n".join(warning.message for warning in warnings.get(signup.id, ())) or None,
                signup.reference_code,
            )
            for signup in signups
        ],
    )
