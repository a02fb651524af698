"""Mass organisations, enterprises, a vertical agency, and those who work for an office."""

from invention import days, heads
from invention.book import Book, Profile
from invention.departments import IT_DEPARTMENT
from invention.rows import Assignment, Membership, Unit

_COVERED = (
    "49-HDT-01",
    "49-HDT-02",
    "49-HDT-03",
    "49-HDT-04",
    "49-HDT-05",
    "49-HDT-06",
    "49-HDT-07",
    "49-HDT-10",
    "49-HDT-12",
)
_DEDICATED = "49-HDT-02"
_WAITING = ("49-HDT-11", "49-HDT-15")
_BEGINS = {"49-HDT-06": "2024-06-18", "49-HDT-12": "2024-06-13"}

_ENTERPRISES = (
    ("49-DN-01", "Doanh nghiệp viễn thông A (số liệu giả định)", "Doanh nghiệp viễn thông A"),
    ("49-DN-02", "Doanh nghiệp công nghệ số B (số liệu giả định)", "Doanh nghiệp công nghệ số B"),
    ("49-DN-03", "Doanh nghiệp bưu chính C (số liệu giả định)", "Doanh nghiệp bưu chính C"),
    ("49-DN-04", "Ngân hàng D - Chi nhánh Quảng Nam (số liệu giả định)", "Ngân hàng D"),
)
TELECOM_DELEGATE = "49-DN-01-1"
PROVINCE_DESK = "49-vp-1"
REVIEW_DESK = "49-SBN-01-vp-1"
VERIFY_DESK = "513-vp-1"
COMMITTEE_MEMBER = "49-BCD-1"


def invent(book: Book) -> None:
    """Add the people of the bodies that are neither department, district nor commune."""
    for unit in book.of_kind("mass_organisation"):
        _appoint_in_mass_organisation(book, unit)
    for key, name, short_name in _ENTERPRISES:
        book.units[key] = Unit("", key, name, short_name, "enterprise", "", "49")
        _delegate(book, book.units[key])
    # Recorded, but counted nowhere: vertical agencies take no part.
    police = book.unit("49-TW-01")
    officer = book.employ("49-TW-01-1", police.key, Profile("Cán bộ Phòng Tham mưu", it_major=1))
    _name_focal_point(book, police, officer, "concurrent", days.FIRST_DAY)
    _staff_the_desks(book)


def _appoint_in_mass_organisation(book: Book, unit: Unit) -> None:
    if unit.key not in {*_COVERED, *_WAITING}:
        return
    key = f"{unit.key}-dm"
    if unit.key == _DEDICATED:
        book.employ(key, unit.key, Profile("Chuyên viên chuyển đổi số", it_major=1))
    else:
        book.employ(key, unit.key, Profile("Chuyên viên Văn phòng", gender=heads.gender(unit)))
    if unit.key in _WAITING:
        book.assignments.append(Assignment(key, "", unit.key, "focal_point", "concurrent"))
        return
    duty = "dedicated" if unit.key == _DEDICATED else "concurrent"
    _name_focal_point(book, unit, key, duty, _BEGINS.get(unit.key, days.FIRST_DAY))


def _name_focal_point(book: Book, unit: Unit, person: str, duty: str, begins: str) -> None:
    letter = book.decide(f"{unit.key}-cv", unit, begins, kind="letter")
    fields = "" if duty == "dedicated" else "văn phòng"
    book.assignments.append(
        Assignment(person, "", unit.key, "focal_point", duty, fields, letter, begins)
    )


def _delegate(book: Book, unit: Unit) -> None:
    delegate = Profile("Chuyên viên kinh doanh giải pháp số", it_major=1)
    manager = Profile("Phó Giám đốc", is_manager=1)
    person = book.employ(f"{unit.key}-1", unit.key, delegate)
    book.employ(f"{unit.key}-2", unit.key, manager, "deputy")
    _name_focal_point(book, unit, person, "concurrent", days.FIRST_DAY)


def _staff_the_desks(book: Book) -> None:
    """Add those who work in the application for an office: approve, review, verify, look on."""
    book.employ(PROVINCE_DESK, "49", Profile("Chuyên viên theo dõi chuyển đổi số, UBND tỉnh"))
    book.employ("49-vp-2", "49", Profile("Chuyên viên tổng hợp, UBND tỉnh"))
    book.employ(REVIEW_DESK, IT_DEPARTMENT, Profile("Chuyên viên Văn phòng Sở", "master"))
    book.employ(VERIFY_DESK, "513", Profile("Chuyên viên Văn phòng HĐND và UBND huyện"))
    member = Profile("Ủy viên Ban Chỉ đạo", "master", is_manager=1)
    book.invent(COMMITTEE_MEMBER, "49-BCD", member)
    book.memberships.append(
        Membership(COMMITTEE_MEMBER, "49-BCD", organisation="Ủy ban nhân dân tỉnh Quảng Nam")
    )
    book.join("49-SBN-01-lanhdao", "49-BCD", "deputy", "Sở Thông tin và Truyền thông")
    book.join("49-SBN-10-lanhdao", "49-BCD", "member", "Sở Nội vụ")
