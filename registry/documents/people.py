"""What is said of people in a list: on its page, and in its workbook."""

from collections.abc import Iterable
from datetime import date

from registry.documents.tables import FILES, Column, on_page, sheet
from registry.domain.field_names import MEMBERSHIP_FIELDS, PERSON_FIELDS
from registry.domain.vietnamese.writing import format_day, format_phone
from registry.formats.spreadsheet import Sheet
from registry.queries.people import PersonRow

COLUMNS: tuple[Column[PersonRow], ...] = (
    Column(key="name", label=PERSON_FIELDS["full_name"], value=lambda row: row.full_name, width=28),
    Column(
        key="birth_year",
        label=PERSON_FIELDS["birth_year"],
        value=lambda row: row.birth_year,
        width=10,
        on=FILES,
    ),
    Column(
        key="job_title",
        label=PERSON_FIELDS["job_title"],
        value=lambda row: row.facts.job_title,
        width=30,
    ),
    Column(
        key="units",
        label="Đơn vị",
        value=lambda row: "\n".join(unit.name for unit in row.units),
        width=36,
    ),
    Column(
        key="roles",
        label=MEMBERSHIP_FIELDS["role"],
        value=lambda row: "\n".join(unit.role for unit in row.units),
        width=14,
        on=FILES,
    ),
    Column(
        key="approved",
        label="Phê duyệt",
        value=lambda row: "\n".join(
            "Đã phê duyệt" if unit.approved else "Chưa phê duyệt" for unit in row.units
        ),
        width=14,
    ),
    Column(
        key="phone",
        label=PERSON_FIELDS["phone"],
        value=lambda row: format_phone(row.phone) if row.phone else None,
        width=16,
    ),
    Column(
        key="email", label=PERSON_FIELDS["email"], value=lambda row: row.email, width=28, on=FILES
    ),
    Column(
        key="education_level",
        label=PERSON_FIELDS["education_level"],
        value=lambda row: row.facts.education_level.label if row.facts.education_level else None,
        width=16,
        on=FILES,
    ),
    Column(
        key="it_major",
        label=PERSON_FIELDS["it_major"],
        value=lambda row: row.facts.it_major,
        width=12,
        on=FILES,
    ),
    Column(
        key="contract_type",
        label=PERSON_FIELDS["contract_type"],
        value=lambda row: row.facts.contract_type.label if row.facts.contract_type else None,
        width=16,
        on=FILES,
    ),
)
PAGE_COLUMNS = on_page(COLUMNS, "name", "units", "job_title", "phone", "approved")


def people_sheet(rows: Iterable[PersonRow], where: str, day: date) -> Sheet:
    """Return the sheet of `rows`; `where` says which units, `day` is the day of the facts."""
    return sheet(
        "Danh sách",
        [
            "DANH SÁCH NGƯỜI TRONG MẠNG LƯỚI CHUYỂN ĐỔI SỐ",
            f"{where}, tính đến ngày {format_day(day)}",
        ],
        COLUMNS,
        rows,
    )
