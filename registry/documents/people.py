"""The list of people as a worksheet."""

from collections.abc import Sequence
from datetime import date

from registry.domain.vietnamese.writing import format_day, format_phone
from registry.formats.spreadsheet import Column, Sheet
from registry.queries.people import PersonRow

TITLE = "DANH SÁCH NGƯỜI TRONG MẠNG LƯỚI CHUYỂN ĐỔI SỐ"


def people_sheet(rows: Sequence[PersonRow], where: str, day: date) -> Sheet:
    """Return the sheet of `rows`; `where` says which units, `day` is the day of the facts."""
    return Sheet(
        "Danh sách",
        [
            "DANH SÁCH NGƯỜI TRONG MẠNG LƯỚI CHUYỂN ĐỔI SỐ",
            f"{where}, tính đến ngày {format_day(day)}",
        ],
        [
            Column("Họ và tên", 28),
            Column("Năm sinh", 10),
            Column("Chức vụ, chức danh", 30),
            Column("Đơn vị", 36),
            Column("Vai trò", 14),
            Column("Phê duyệt", 14),
            Column("Điện thoại", 16),
            Column("Thư điện tử", 28),
            Column("Trình độ", 16),
            Column("Chuyên ngành CNTT", 12),
            Column("Hình thức tuyển dụng", 16),
        ],
        [
            (
                row.full_name,
                row.birth_year,
                row.job_title,
                "\n".join(unit.name for unit in row.units),
                "\n".join(unit.role.label for unit in row.units),
                "\n".join(
                    "Đã phê duyệt" if unit.approved else "Chưa phê duyệt" for unit in row.units
                ),
                format_phone(row.phone) if row.phone else None,
                row.email,
                row.education_level.label if row.education_level else None,
                row.it_major,
                row.contract_type.label if row.contract_type else None,
            )
            for row in rows
        ],
    )
