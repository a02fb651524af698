"""Communes: focal points (Văn phòng - Thống kê), support (Văn hóa - Xã hội), leaders."""

from invention import days, dice, heads
from invention.book import Book, Profile
from invention.rows import Assignment, Unit

# On 30 June 2024: 5 communes have nobody, 4 wait for their decision, 232 are covered,
# 3 of these strictly.
WITHOUT = frozenset({"20434", "20437", "20692", "20749", "20953"})
WAITING = frozenset({"20701", "20776", "20932", "21007"})
DEDICATED = frozenset({"20341", "20551", "20791"})
# Both officers are focal points of this ward; it still counts once.
_TWO_FOCAL_POINTS = "20335"
# The officer of the first commune also serves the second.
_SHARED_FROM, _SHARED_TO = "20669", "20672"
# No focal point, but somebody who supports: that covers nothing.
_ONLY_SUPPORT = "20434"

# The four communes with community teams, complete from the first day.
WITH_TEAMS = ("20362", "20398", "20449", "20812")
_WITH_LEADER = frozenset(WITH_TEAMS) | {"20341", "20551", "20791", "20944"}
_SUPPORTED = 60

_EARLY_WEEKDAYS = (3, 4, 5, 6, 7, 10)
_LATER_WEEKDAYS = (11, 12, 13, 14, 17, 18, 19, 20, 21, 24, 25, 26, 27, 28)
# Days that a count as of 10 June or 30 June must get right, and the two communes of one name.
_BEGINS = {
    "20338": "2024-06-01",
    "20729": "2024-06-24",
    "20365": "2024-06-10",
    "20368": "2024-06-11",
    "20377": "2024-06-30",
}
_PERCENT_DURING_JUNE = 24
# Facts of 3 June whose decision was signed only on this day.
_SIGNED_LATE = {"20524": "2024-06-19", "20626": "2024-06-21", "20881": "2024-06-19"}
# One name, two spellings, and its neighbour without the mark: a search must tell them apart.
_GIVEN_NAMES = {
    "20398-vhxh": "Nguyễn Thị Hoà",
    "20338-vptk": "Nguyễn Thị Hòa",
    "20599-vptk": "Nguyễn Thị Hoa",
}

_OFFICE_TITLE = "Công chức Văn phòng - Thống kê"
_CULTURE_TITLE = "Công chức Văn hóa - Xã hội"
_OFFICE_FIELDS = (
    "văn thư, lưu trữ; thống kê",
    "văn phòng; thống kê; cải cách hành chính",
    "văn phòng; một cửa",
    "văn phòng; thi đua - khen thưởng; tôn giáo",
)
_CULTURE_FIELDS = (
    "văn hóa; thông tin cơ sở",
    "lao động; thương binh và xã hội",
    "văn hóa; gia đình",
)


def invent(book: Book) -> None:
    """Add the people of all communes and what they are assigned to."""
    communes = book.of_kind("commune")
    supported = _supported(communes)
    for unit in communes:
        if unit.key in WITHOUT and unit.key not in supported:
            continue
        begins = _begins(unit)
        decision = "" if unit.key in WAITING else _decide(book, unit, begins)
        if unit.key not in WITHOUT:
            _appoint_focal_point(book, unit, begins, decision)
        if unit.key in supported:
            _appoint_support(book, unit, begins, decision)
        if unit.key in _WITH_LEADER:
            _appoint_leader(book, unit, begins, decision)


def _supported(communes: list[Unit]) -> frozenset[str]:
    fixed = {*_WITH_LEADER, _TWO_FOCAL_POINTS, _ONLY_SUPPORT}
    others = sorted(
        (unit.key for unit in communes if unit.key not in fixed | WITHOUT | WAITING | {_SHARED_TO}),
        key=lambda key: dice.number(f"{key}/support", 10**6),
    )
    return frozenset([*fixed, *others[: _SUPPORTED - len(fixed)]])


def _begins(unit: Unit) -> str:
    if unit.key in _BEGINS:
        return _BEGINS[unit.key]
    if unit.key in _SIGNED_LATE:
        return "2024-06-03"
    settled = _WITH_LEADER | WAITING | {_SHARED_FROM, _SHARED_TO, _TWO_FOCAL_POINTS}
    if unit.key in settled or not dice.happens(f"{unit.key}/june", _PERCENT_DURING_JUNE):
        return days.FIRST_DAY
    weekdays = _LATER_WEEKDAYS if dice.happens(f"{unit.key}/later", 60) else _EARLY_WEEKDAYS
    return f"2024-06-{dice.pick(f'{unit.key}/begins', weekdays):02}"


def _decide(book: Book, unit: Unit, begins: str) -> str:
    return book.decide(f"{unit.key}-qd", unit, begins, issued_on=_SIGNED_LATE.get(unit.key, ""))


def _appoint_focal_point(book: Book, unit: Unit, begins: str, decision: str) -> None:
    key = f"{_SHARED_FROM if unit.key == _SHARED_TO else unit.key}-vptk"
    if unit.key == _SHARED_TO:
        book.join(key, unit.key)
    else:
        book.employ(key, unit.key, _officer(key, _OFFICE_TITLE))
    dedicated = unit.key in DEDICATED
    book.assignments.append(
        Assignment(
            person=key,
            section="",
            unit=unit.key,
            role="focal_point",
            duty="dedicated" if dedicated else "concurrent",
            concurrent_fields="" if dedicated else dice.pick(f"{key}/fields", _OFFICE_FIELDS),
            decision=decision,
            valid_from=begins,
        )
    )


def _appoint_support(book: Book, unit: Unit, begins: str, decision: str) -> None:
    key = book.employ(f"{unit.key}-vhxh", unit.key, _officer(f"{unit.key}-vhxh", _CULTURE_TITLE))
    role = "focal_point" if unit.key == _TWO_FOCAL_POINTS else "supporting"
    fields = dice.pick(f"{key}/fields", _CULTURE_FIELDS)
    book.assignments.append(
        Assignment(key, "", unit.key, role, "concurrent", fields, decision, begins)
    )


def _appoint_leader(book: Book, unit: Unit, begins: str, decision: str) -> None:
    leader = Profile(heads.deputy_title(unit), is_manager=1)
    key = book.employ(f"{unit.key}-lanhdao", unit.key, leader, "deputy")
    book.assignments.append(
        Assignment(key, "", unit.key, "leader", "in_charge", "văn hóa - xã hội", decision, begins)
    )


def _officer(key: str, title: str) -> Profile:
    level = dice.pick(f"{key}/level", ("bachelor", "bachelor", "bachelor", "college", "secondary"))
    return Profile(
        title,
        level,
        it_major=int(dice.happens(f"{key}/it", 12)),
        has_email=dice.happens(f"{key}/has-email", 85),
        full_name=_GIVEN_NAMES.get(key, ""),
    )
