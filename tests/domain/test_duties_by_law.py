"""Which titles and offices of a commune have a duty without a paper, and when."""

from datetime import date

import pytest

from registry.domain.assignments import AssignmentRole
from registry.domain.duties_by_law import (
    LAST_DAY_OF_COMMUNE_TITLES,
    Given,
    days_by_law,
    unusual_title,
)
from registry.domain.periods import Period
from registry.domain.units.kinds import UnitKind

DAY = date(2024, 6, 30)
ALWAYS = Period(date(2020, 1, 1))
PLAN = Period(date(2024, 6, 24), date(2025, 7, 1))
SINCE_THE_MERGERS = Period(date(2025, 7, 1))


@pytest.mark.parametrize(
    ("role", "given", "name", "days"),
    [
        (AssignmentRole.FOCAL_POINT, Given.TO_A_TITLE, "Công chức VP-TK", [PLAN]),
        (AssignmentRole.SUPPORTING, Given.TO_A_TITLE, "Công chức Văn hoá – Xã hội", [PLAN]),
        (AssignmentRole.FOCAL_POINT, Given.TO_A_TITLE, "Công chức Văn hoá – Xã hội", []),
        (AssignmentRole.FOCAL_POINT, Given.TO_AN_OFFICE, "Phòng Văn phòng – Thống kê", []),
        (
            AssignmentRole.FOCAL_POINT,
            Given.TO_AN_OFFICE,
            "Phòng Văn hóa - Xã hội phường Bàn Thạch",
            [SINCE_THE_MERGERS],
        ),
        (
            AssignmentRole.FOCAL_POINT,
            Given.TO_A_TITLE,
            "Chuyên viên Phòng Văn hóa – Xã hội",
            [SINCE_THE_MERGERS],
        ),
        (
            AssignmentRole.FOCAL_POINT,
            Given.TO_AN_OFFICE,
            "Phòng Văn hóa và Xã hội",
            [SINCE_THE_MERGERS],
        ),
        (AssignmentRole.FOCAL_POINT, Given.TO_AN_OFFICE, "Ban Văn hóa – Xã hội HĐND xã", []),
        (AssignmentRole.FOCAL_POINT, Given.TO_AN_OFFICE, "Trung tâm Văn hóa – Xã hội", []),
        (
            AssignmentRole.FOCAL_POINT,
            Given.TO_A_TITLE,
            "Phó Trưởng phòng Văn hóa – Xã hội",
            [SINCE_THE_MERGERS],
        ),
        (AssignmentRole.FOCAL_POINT, Given.TO_A_TITLE, "Nguyên công chức VP-TK", []),
        (
            AssignmentRole.FOCAL_POINT,
            Given.TO_A_TITLE,
            "Phó Chủ tịch UBND phụ trách Phòng Văn hóa – Xã hội",
            [],
        ),
        (
            AssignmentRole.SUPPORTING,
            Given.TO_A_TITLE,
            "Phó Trưởng Ban Văn hóa – Xã hội HĐND xã",
            [],
        ),
        (AssignmentRole.LEADER, Given.TO_A_TITLE, "Công chức VP-TK", []),
        (AssignmentRole.FOCAL_POINT, Given.TO_A_TITLE, None, []),
    ],
)
def test_a_duty_is_given_by_the_rule_of_its_time(
    role: AssignmentRole, given: Given, name: str | None, days: list[Period]
) -> None:
    assert list(days_by_law(role, given, name, ALWAYS)) == days


def test_only_the_days_on_which_somebody_is_so_called_are_given() -> None:
    called = Period(date(2025, 1, 1), date(2025, 12, 31))
    (days,) = days_by_law(AssignmentRole.FOCAL_POINT, Given.TO_A_TITLE, "VP-TK", called)
    assert days == Period(date(2025, 1, 1), date(2025, 7, 1))


@pytest.mark.parametrize(
    ("role", "title"),
    [
        (AssignmentRole.FOCAL_POINT, "Công chức Văn phòng - Thống kê"),
        (AssignmentRole.FOCAL_POINT, "Công chức Văn phòng–thống kê"),
        (AssignmentRole.FOCAL_POINT, "VP-TK"),
        (AssignmentRole.SUPPORTING, "Công chức Văn hoá – Xã hội"),
        (AssignmentRole.LEADER, "Phó Chủ tịch UBND xã"),
    ],
)
def test_the_titles_of_the_plan_pass(role: AssignmentRole, title: str) -> None:
    assert unusual_title(role, UnitKind.COMMUNE, title, DAY) is None


@pytest.mark.parametrize(
    ("role", "title", "named"),
    [
        (AssignmentRole.FOCAL_POINT, "Công chức Văn hóa – Xã hội", "Văn phòng – thống kê"),
        (AssignmentRole.SUPPORTING, "Công chức Địa chính", "Văn hóa – xã hội"),
        (AssignmentRole.FOCAL_POINT, None, "chưa ghi"),
    ],
)
def test_another_title_in_a_commune_is_warned_of(
    role: AssignmentRole, title: str | None, named: str
) -> None:
    assert named in (unusual_title(role, UnitKind.COMMUNE, title, DAY) or "")


def test_titles_are_free_after_the_districts_went_and_outside_communes() -> None:
    title, role = "Chuyên viên", AssignmentRole.FOCAL_POINT
    assert unusual_title(role, UnitKind.COMMUNE, title, LAST_DAY_OF_COMMUNE_TITLES)
    assert unusual_title(role, UnitKind.COMMUNE, title, date(2025, 7, 1)) is None
    assert unusual_title(role, UnitKind.DISTRICT, title, DAY) is None
