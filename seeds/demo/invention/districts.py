"""District committees and their Phòng Văn hóa và Thông tin: officers, focal points, leaders."""

from invention import days, dice, heads
from invention.book import Book, Profile
from invention.rows import Assignment, Unit

# Plan 4660, footnote 1: these offices have no officer with an IT degree, only concurrent ones.
WITHOUT_IT_DEGREE = frozenset({"503", "510", "512"})
_TWO_DEDICATED = frozenset({"502", "507"})
_ALSO_CONCURRENT = frozenset({"503", "506", "508", "509", "513", "517"})

# The focal point is the office itself, except where a person holds it.
_DEDICATED_PERSON = frozenset({"505", "514", "518"})
_CONCURRENT_PERSON = WITHOUT_IT_DEGREE
_HEAD_IN_CHARGE = "519"
_OFFICE_AND_PERSON = "502"
_BEGINS = {"516": "2024-06-14", "519": "2024-06-20"}
_WITH_LEADER = frozenset({"502", "503", "507", "510", "513", "517"})
_FIELDS = "báo chí, xuất bản; thông tin cơ sở"


def invent(book: Book) -> None:
    """Add the people of all districts and what they are assigned to."""
    for unit in book.of_kind("district"):
        _staff_office(book, unit)
        _appoint_focal_points(book, unit)


def _staff_office(book: Book, unit: Unit) -> None:
    office = f"{unit.key}-VHTT"
    head = Profile("Trưởng phòng Văn hóa và Thông tin", is_manager=1)
    book.employ(f"{office}-truong", office, head, "head")
    decision = book.decide(f"{unit.key}-qd-cntt", unit, days.FIRST_DAY)
    dedicated = 0 if unit.key in WITHOUT_IT_DEGREE else 1 + (unit.key in _TWO_DEDICATED)
    concurrent = (unit.key in WITHOUT_IT_DEGREE) + (unit.key in _ALSO_CONCURRENT)
    duties = ["dedicated"] * dedicated + ["concurrent"] * concurrent
    for place, duty in enumerate(duties, 1):
        key = f"{office}-{place}"
        is_dedicated = duty == "dedicated"
        level = "bachelor" if is_dedicated else dice.pick(key, ("bachelor", "college"))
        title = "Chuyên viên CNTT" if is_dedicated else "Chuyên viên"
        book.employ(key, office, Profile(title, level, it_major=int(is_dedicated)))
        book.assignments.append(
            Assignment(
                key, "", unit.key, "it_officer", duty, "" if is_dedicated else _FIELDS, decision
            )
        )


def _appoint_focal_points(book: Book, unit: Unit) -> None:
    begins = _BEGINS.get(unit.key, days.FIRST_DAY)
    decision = book.decide(f"{unit.key}-qd-dm", unit, begins)
    for person, section, duty, fields in _holders(unit):
        book.assignments.append(
            Assignment(person, section, unit.key, "focal_point", duty, fields, decision, begins)
        )
    if unit.key in _WITH_LEADER:
        key = f"{unit.key}-lanhdao"
        book.employ(key, unit.key, Profile(heads.deputy_title(unit), is_manager=1), "deputy")
        book.assignments.append(
            Assignment(
                key, "", unit.key, "leader", "in_charge", "văn hóa - xã hội", decision, begins
            )
        )


def _holders(unit: Unit) -> list[tuple[str, str, str, str]]:
    """Return who holds the focal point: person, section, duty, further fields of work."""
    office = f"{unit.key}-VHTT"
    if unit.key in _DEDICATED_PERSON:
        return [(f"{office}-1", "", "dedicated", "")]
    if unit.key in _CONCURRENT_PERSON:
        return [(f"{office}-1", "", "concurrent", _FIELDS)]
    if unit.key == _HEAD_IN_CHARGE:
        return [(f"{office}-truong", "", "in_charge", _FIELDS)]
    holders = [("", office, "in_charge", "")]
    if unit.key == _OFFICE_AND_PERSON:
        holders.append((f"{office}-1", "", "dedicated", ""))
    return holders
