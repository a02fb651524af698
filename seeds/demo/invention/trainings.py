"""Two classes of June 2024: focal points in a room, community teams on line."""

from invention import dice
from invention.book import Book
from invention.departments import IT_DEPARTMENT
from invention.rows import Attendance, Training

_SIZE = 25
_TEAMS = ("20362-CNSCD-01", "20362-CNSCD-02", "20812-CNSCD-01", "20812-CNSCD-02")
_HOURS, _HOURS_NEEDED = 14, 11
_POINTS_NEEDED = 5.0
_FOCAL_CLASS = Training(
    key="lop-dau-moi-01",
    course="Bồi dưỡng kỹ năng số và an toàn thông tin cho đầu mối chuyển đổi số",
    topics="ky_nang_so;attt;nen_tang_so",
    name="Lớp 01 năm 2024",
    starts_on="2024-06-12",
    ends_on="2024-06-13",
    place="Hội trường Trung tâm Công nghệ thông tin và Truyền thông Quảng Nam",
    mode="in_person",
    organiser=IT_DEPARTMENT,
)
_TEAM_CLASS = Training(
    key="lop-to-cnscd-01",
    course="Năm kỹ năng cho thành viên Tổ công nghệ số cộng đồng",
    topics="to_cnscd_5_ky_nang",
    name="Lớp trực tuyến 01 năm 2024",
    starts_on="2024-06-21",
    ends_on="2024-06-21",
    place="",
    mode="online",
    organiser=IT_DEPARTMENT,
)


def invent(book: Book) -> None:
    """Add both classes and who attended."""
    book.trainings += [_FOCAL_CLASS, _TEAM_CLASS]
    book.attendances += [_take_part(person) for person in _focal_points(book)]
    book.attendances += [
        Attendance(_TEAM_CLASS.key, entry.person, "4", "", "completed")
        for entry in book.memberships
        if entry.unit in _TEAMS and entry.is_main
    ]


def _focal_points(book: Book) -> list[str]:
    """Return the invited: focal points in office since the first day, from every level."""
    invited = {
        entry.person: entry.unit
        for entry in book.assignments
        if entry.role == "focal_point" and entry.person and entry.valid_from == "2024-06-01"
    }
    return sorted(sorted(invited, key=lambda key: dice.number(f"{key}/invited", 10**6))[:_SIZE])


def _take_part(person: str) -> Attendance:
    hours = _HOURS if dice.happens(f"{person}/present", 90) else 7
    points = (8 + dice.number(f"{person}/points", 13)) / 2
    completed = hours >= _HOURS_NEEDED and points >= _POINTS_NEEDED
    result = "completed" if completed else "not_completed"
    return Attendance(_FOCAL_CLASS.key, person, str(hours), f"{points:g}", result)
