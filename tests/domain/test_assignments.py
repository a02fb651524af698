"""When an assignment counts, and which titles look odd."""

from dataclasses import replace
from datetime import date

import pytest

from registry.domain.assignments import (
    LAST_DAY_OF_COMMUNE_TITLES,
    AssignmentRole,
    CarriedOverGrace,
    Duty,
    Holding,
    counts_as_dedicated,
    counts_as_focal_point,
    unusual_title,
)
from registry.domain.units.kinds import UnitKind

DAY = date(2024, 6, 30)
COUNTING = Holding(
    role=AssignmentRole.FOCAL_POINT,
    duty=Duty.CONCURRENT,
    held_by_section=False,
    valid_from=date(2024, 6, 1),
    valid_to=None,
    decided_on=date(2024, 6, 1),
    unit_takes_part=True,
    holder_belongs=True,
    holder_is_contract_worker=False,
)


def test_a_decided_focal_point_of_a_member_counts() -> None:
    assert counts_as_focal_point(COUNTING, DAY)


@pytest.mark.parametrize(
    "lacking",
    [
        {"role": AssignmentRole.SUPPORTING},
        {"valid_from": date(2024, 7, 1)},
        {"valid_to": DAY},
        {"decided_on": None},
        {"decided_on": date(2024, 7, 1)},
        {"unit_takes_part": False},
        {"holder_belongs": False},
    ],
)
def test_each_condition_is_needed(lacking: dict[str, object]) -> None:
    assert not counts_as_focal_point(replace(COUNTING, **lacking), DAY)  # type: ignore[arg-type]


def test_the_last_day_before_the_end_still_counts() -> None:
    assert counts_as_focal_point(replace(COUNTING, valid_to=date(2024, 7, 1)), DAY)


def test_one_carried_over_counts_until_the_days_of_grace_are_past() -> None:
    carried = replace(COUNTING, carried_on=date(2024, 6, 10))
    grace = CarriedOverGrace(30, date(2024, 6, 1))
    assert counts_as_focal_point(carried, date(2024, 7, 9), grace)
    assert not counts_as_focal_point(carried, date(2024, 7, 10), grace)
    assert counts_as_focal_point(carried, date(2024, 7, 10))
    assert counts_as_focal_point(COUNTING, date(2024, 7, 10), grace)


def test_days_of_grace_leave_figures_from_before_they_were_set_alone() -> None:
    carried = replace(COUNTING, carried_on=date(2024, 6, 10))
    grace = CarriedOverGrace(0, date(2024, 6, 20))
    assert counts_as_focal_point(carried, date(2024, 6, 19), grace)
    assert not counts_as_focal_point(carried, date(2024, 6, 20), grace)
    assert not counts_as_dedicated(
        replace(carried, held_by_section=True), DAY, contract_workers_count=True, grace=grace
    )


@pytest.mark.parametrize(
    ("duty", "dedicated"),
    [(Duty.DEDICATED, True), (Duty.CONCURRENT, False), (Duty.IN_CHARGE, False)],
)
def test_a_person_is_dedicated_by_duty_alone(duty: Duty, *, dedicated: bool) -> None:
    holding = replace(COUNTING, duty=duty)
    assert counts_as_dedicated(holding, DAY, contract_workers_count=False) is dedicated


def test_a_section_is_dedicated_whatever_its_duty() -> None:
    holding = replace(COUNTING, held_by_section=True, duty=Duty.IN_CHARGE)
    assert counts_as_dedicated(holding, DAY, contract_workers_count=False)


@pytest.mark.parametrize("setting", [True, False])
def test_a_contract_worker_is_dedicated_only_by_the_setting(*, setting: bool) -> None:
    holding = replace(COUNTING, duty=Duty.DEDICATED, holder_is_contract_worker=True)
    assert counts_as_dedicated(holding, DAY, contract_workers_count=setting) is setting


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
