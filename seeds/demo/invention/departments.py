"""Departments: IT officers (most of the 48 + 32 of Plan 4660 I.2), focal points, leaders."""

from invention import days, dice, heads
from invention.book import Book, Profile
from invention.rows import Assignment, Unit

IT_DEPARTMENT = "49-SBN-01"
IT_SECTION = "49-SBN-01-BP1"
IT_CENTRE = "49-SBN-01-BP2"
_STAFF_OF_SECTION = 7
_STAFF_OF_CENTRE = 24
_ROLES = {1: "head", 2: "deputy"}
_CENTRE_TITLES = ("Viên chức quản trị hệ thống", "Viên chức phần mềm", "Viên chức CNTT")
# Not quite everybody: "hầu hết ... có bằng đại học trở lên về CNTT" (Plan 4660 I.2).
_CENTRE_WITHOUT_IT_DEGREE = frozenset({9, 17})
_TWO_IT_OFFICERS = frozenset({"49-SBN-07", "49-SBN-13", "49-SBN-18", "49-SBN-19"})

# One department has nobody, one waits for its decision, three have a dedicated officer.
WITHOUT = "49-SBN-12"
WAITING = "49-SBN-11"
DEDICATED = frozenset({"49-SBN-13", "49-SBN-18", "49-SBN-19"})
# In these the head of the office is focal point, elsewhere the IT officer; in the first, both are.
_BY_THE_OFFICE = frozenset(
    {"49-SBN-03", "49-SBN-05", "49-SBN-09", "49-SBN-10", "49-SBN-15", "49-SBN-17"}
)
_BOTH = "49-SBN-03"
_BEGINS = {"49-SBN-05": "2024-06-12", "49-SBN-17": "2024-06-24", "49-SBN-19": "2024-06-17"}
# Its facts begin on the first day, but the decision was signed only on this one.
_SIGNED_LATE = {"49-SBN-09": "2024-06-19"}
_WITH_LEADER = frozenset(
    {"49-SBN-01", "49-SBN-03", "49-SBN-10", "49-SBN-13", "49-SBN-18", "49-SBN-19"}
)


def invent(book: Book) -> None:
    """Add the people of all departments and what they are assigned to."""
    _staff_the_it_department(book)
    for unit in book.of_kind("department"):
        if unit.key != IT_DEPARTMENT:
            _appoint_it_officers(book, unit)
        _appoint_focal_points(book, unit)


def _staff_the_it_department(book: Book) -> None:
    decision = book.decide("49-SBN-01-qd-cntt", book.unit(IT_DEPARTMENT), days.FIRST_DAY)
    staff = [_section_officer(book, place) for place in range(1, _STAFF_OF_SECTION + 1)]
    staff += [_centre_officer(book, place) for place in range(1, _STAFF_OF_CENTRE + 1)]
    book.assignments += [
        Assignment(person, "", IT_DEPARTMENT, "it_officer", "dedicated", decision=decision)
        for person in staff
    ]
    book.assignments += [
        Assignment(person, "", IT_DEPARTMENT, "security_officer", "dedicated", decision=decision)
        for person in (f"{IT_CENTRE}-03", f"{IT_CENTRE}-04")
    ]


def _section_officer(book: Book, place: int) -> str:
    key = f"{IT_SECTION}-{place:02}"
    level = "master" if dice.happens(f"{key}/master", 30) else "bachelor"
    titles = {"head": "Trưởng phòng", "deputy": "Phó Trưởng phòng"}
    role = _ROLES.get(place, "member")
    title = titles.get(role, "Chuyên viên")
    profile = Profile(title, level, it_major=1, is_manager=int(role in titles))
    return book.employ(key, IT_SECTION, profile, role)


def _centre_officer(book: Book, place: int) -> str:
    key = f"{IT_CENTRE}-{place:02}"
    titles = {"head": "Giám đốc Trung tâm", "deputy": "Phó Giám đốc Trung tâm"}
    role = _ROLES.get(place, "member")
    is_manager = role in titles
    by_contract = not is_manager and dice.happens(f"{key}/contract", 25)
    profile = Profile(
        job_title=titles.get(role) or dice.pick(key, _CENTRE_TITLES),
        education_level="master" if dice.happens(f"{key}/master", 20) else "bachelor",
        it_major=int(place not in _CENTRE_WITHOUT_IT_DEGREE),
        contract_type="contract" if by_contract else "permanent",
        is_manager=int(is_manager),
    )
    return book.employ(key, IT_CENTRE, profile, role)


def _appoint_it_officers(book: Book, unit: Unit) -> None:
    decision = book.decide(f"{unit.key}-qd-cntt", unit, days.FIRST_DAY)
    for place in range(1, 3 if unit.key in _TWO_IT_OFFICERS else 2):
        key = f"{unit.key}-cntt-{place}"
        book.employ(key, unit.key, Profile("Chuyên viên Văn phòng", it_major=int(place == 1)))
        fields = dice.pick(key, ("văn thư, lưu trữ", "cải cách hành chính", "tổng hợp, báo cáo"))
        book.assignments.append(
            Assignment(key, "", unit.key, "it_officer", "concurrent", fields, decision)
        )


def _appoint_focal_points(book: Book, unit: Unit) -> None:
    if unit.key == WITHOUT:
        return
    if unit.key == WAITING:
        book.assignments.append(
            Assignment(
                f"{unit.key}-cntt-1", "", unit.key, "focal_point", "concurrent", "văn thư, lưu trữ"
            )
        )
        return
    begins = _BEGINS.get(unit.key, days.FIRST_DAY)
    signed_late = _SIGNED_LATE.get(unit.key, "")
    decision = book.decide(f"{unit.key}-qd-dm", unit, begins, issued_on=signed_late)
    for person, section, duty, fields in _holders(book, unit):
        book.assignments.append(
            Assignment(person, section, unit.key, "focal_point", duty, fields, decision, begins)
        )
    if unit.key in _WITH_LEADER:
        leader = Profile(heads.deputy_title(unit), "master", is_manager=1)
        book.employ(f"{unit.key}-lanhdao", unit.key, leader, "deputy")
        book.assignments.append(
            Assignment(
                f"{unit.key}-lanhdao",
                "",
                unit.key,
                "leader",
                "in_charge",
                decision=decision,
                valid_from=begins,
            )
        )


def _holders(book: Book, unit: Unit) -> list[tuple[str, str, str, str]]:
    """Return who holds the focal point: person, section, duty, further fields of work."""
    if unit.key == IT_DEPARTMENT:
        return [("", IT_SECTION, "in_charge", "")]
    key = f"{unit.key}-dm"
    if unit.key in DEDICATED:
        book.employ(key, unit.key, Profile("Chuyên viên chuyển đổi số", it_major=1))
        return [(key, "", "dedicated", "")]
    holders = []
    if unit.key in _BY_THE_OFFICE:
        book.employ(key, unit.key, Profile("Phó Chánh Văn phòng", is_manager=1), "member")
        holders.append((key, "", "concurrent", "hành chính, quản trị; cải cách hành chính"))
    if unit.key not in _BY_THE_OFFICE or unit.key == _BOTH:
        holders.append((f"{unit.key}-cntt-1", "", "concurrent", "công nghệ thông tin"))
    return holders
