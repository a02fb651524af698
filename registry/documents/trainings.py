"""What is said of training: of a class, of who attended it, and of what one person attended."""

from datetime import date

from registry.documents.tables import Column
from registry.domain.field_names import ATTENDANCE_FIELDS, CLASS_FIELDS, PERSON_FIELDS
from registry.domain.vietnamese.writing import format_day
from registry.queries.trainings import AttendanceRow, AttendedClass, ClassRow


def held(starts_on: date, ends_on: date) -> str:
    """Return when a class was held: one day, or the first and the last."""
    if starts_on == ends_on:
        return format_day(starts_on)
    return f"{format_day(starts_on)} – {format_day(ends_on)}"


_DAYS: Column[ClassRow] = Column(
    key="days", label="Thời gian", value=lambda row: held(row.starts_on, row.ends_on)
)
_MODE: Column[ClassRow] = Column(
    key="mode", label=CLASS_FIELDS["mode"], value=lambda row: row.mode.label
)
_PLACE: Column[ClassRow] = Column(
    key="place", label=CLASS_FIELDS["place"], value=lambda row: row.place
)
# The list of classes, and what the page of one class says of it.
CLASS_COLUMNS: tuple[Column[ClassRow], ...] = (
    Column(key="course", label="Lớp", value=lambda row: f"{row.course}\n{row.name}", width=40),
    _DAYS,
    _MODE,
    Column(key="attendees", label="Người tham dự", value=lambda row: row.attendees, figure=True),
)
CLASS_FACTS = (_DAYS, _MODE, _PLACE)
ATTENDANCE_COLUMNS: tuple[Column[AttendanceRow], ...] = (
    Column(key="name", label=PERSON_FIELDS["full_name"], value=lambda row: row.full_name, width=28),
    Column(key="unit", label="Đơn vị khi dự lớp", value=lambda row: row.unit_name, width=36),
    Column(key="hours", label=ATTENDANCE_FIELDS["hours"], value=lambda row: row.hours, figure=True),
    Column(key="score", label=ATTENDANCE_FIELDS["score"], value=lambda row: row.score, figure=True),
    Column(key="result", label=ATTENDANCE_FIELDS["result"], value=lambda row: row.result.label),
)
ATTENDED_COLUMNS: tuple[Column[AttendedClass], ...] = (
    Column(key="course", label="Khóa học", value=lambda row: f"{row.course}\n{row.name}", width=40),
    Column(key="days", label="Thời gian", value=lambda row: held(row.starts_on, row.ends_on)),
    Column(key="unit", label="Tính cho đơn vị", value=lambda row: row.unit_name, width=36),
    Column(key="hours", label=ATTENDANCE_FIELDS["hours"], value=lambda row: row.hours, figure=True),
    Column(key="score", label=ATTENDANCE_FIELDS["score"], value=lambda row: row.score, figure=True),
    Column(key="result", label=ATTENDANCE_FIELDS["result"], value=lambda row: row.result.label),
)
