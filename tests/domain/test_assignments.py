"""When an assignment counts, and which titles look odd."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.domain.assignments import (
    LAST_DAY_OF_COMMUNE_TITLES,
    AssignmentRole,
    CountingRules,
    Duty,
    Holding,
    Standing,
    counts,
    is_dedicated,
    standing_of,
    standings_through_time,
    unusual_title,
    why_not_counting,
)
from registry.domain.decisions import PaperForce
from registry.domain.periods import Period
from registry.domain.units.kinds import UnitKind

DAY = date(2024, 6, 30)
RULES = CountingRules()
COUNTING = Holding(
    role=AssignmentRole.FOCAL_POINT,
    duty=Duty.CONCURRENT,
    held_by_section=False,
    valid_from=date(2024, 6, 1),
    valid_to=None,
    paper=PaperForce.ASSIGNS,
    paper_in_force=Period(date(2024, 6, 1)),
    paper_of_the_unit=False,
    unit_takes_part=True,
    holder_days=(Period(date(2024, 6, 1)),),
    holder_is_contract_worker=False,
)


def test_a_decided_focal_point_of_a_member_counts() -> None:
    assert standing_of(COUNTING, DAY, RULES) is Standing.CURRENT


@pytest.mark.parametrize(
    "lacking",
    [
        {"role": AssignmentRole.SUPPORTING},
        {"valid_from": date(2024, 7, 1)},
        {"valid_to": DAY},
        {"paper": None},
        {"paper": PaperForce.NOTHING},
        {"paper_in_force": None},
        {"paper_in_force": Period(date(2024, 7, 1))},
        {"paper_in_force": Period(date(2024, 6, 1), DAY)},
        {"unit_takes_part": False},
        {"holder_days": ()},
        {"holder_days": (Period(date(2024, 6, 1), DAY), Period(date(2024, 7, 1)))},
    ],
)
def test_each_condition_is_needed(lacking: dict[str, object]) -> None:
    assert standing_of(replace(COUNTING, **lacking), DAY, RULES) is None  # type: ignore[arg-type]


LEFT = (Period(date(2024, 6, 1), date(2024, 6, 20)),)


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ({"holder_days": LEFT}, "Không còn là thành viên của đơn vị từ ngày 20/06/2024"),
        (
            {"holder_days": LEFT, "paper": None},
            "Không còn là thành viên của đơn vị từ ngày 20/06/2024",
        ),
        ({"holder_days": (Period(date(2024, 7, 1)),)}, "Chưa là thành viên của đơn vị"),
        (
            {"held_by_section": True, "holder_days": LEFT},
            "Bộ phận không trực thuộc đơn vị từ ngày 20/06/2024",
        ),
        (
            {"absences": (Period(date(2024, 6, 20), date(2024, 7, 20)),), "paper": None},
            "Tạm vắng từ ngày 20/06/2024 đến trước ngày 20/07/2024",
        ),
        ({"absences": (Period(date(2024, 6, 20)),)}, "Tạm vắng từ ngày 20/06/2024"),
        ({"paper": None}, "Chờ quyết định"),
        ({"paper_in_force": None}, "Chờ quyết định"),
        ({"paper_in_force": Period(date(2024, 7, 1))}, "Chờ quyết định"),
        (
            {"paper_in_force": Period(date(2024, 6, 1), DAY)},
            "Quyết định hết hiệu lực từ ngày 30/06/2024",
        ),
        ({"paper": PaperForce.NOTHING}, "Văn bản không đủ căn cứ để giao đầu mối CĐS"),
        ({"carried_on": date(2024, 1, 1)}, "Quá hạn chuyển tiếp từ ngày 29/06/2024"),
    ],
)
def test_what_does_not_count_says_why_and_since_when(fact: dict[str, object], said: str) -> None:
    why = why_not_counting(replace(COUNTING, **fact), DAY, RULES)  # type: ignore[arg-type]
    assert why is not None
    assert why.sentence == said


def test_what_counts_has_no_reason_not_to() -> None:
    assert why_not_counting(COUNTING, DAY, RULES) is None


BACK = replace(COUNTING, holder_days=(*LEFT, Period(date(2024, 6, 25))))


@pytest.mark.parametrize(
    ("confirmed", "counted"),
    [(None, False), (24, False), (25, True), (30, True), (31, False)],
)
def test_who_came_back_counts_from_the_day_that_is_confirmed_since(
    confirmed: int | None, *, counted: bool
) -> None:
    days = () if confirmed is None else (date(2024, 6, 1) + timedelta(days=confirmed - 1),)
    why = why_not_counting(replace(BACK, confirmed_on=days), DAY, RULES)
    assert (why is None) is counted
    assert why is None or why.sentence == (
        "Chưa xác nhận tiếp tục, sau khi thôi là thành viên từ ngày 20/06/2024"
    )


def test_what_was_confirmed_once_is_to_be_confirmed_after_the_next_break() -> None:
    twice = replace(
        BACK,
        holder_days=(
            *LEFT,
            Period(date(2024, 6, 22), date(2024, 6, 24)),
            Period(date(2024, 6, 25)),
        ),
        confirmed_on=(date(2024, 6, 22),),
    )
    assert standing_of(twice, date(2024, 6, 23), RULES) is Standing.CURRENT
    assert standing_of(twice, DAY, RULES) is None


def test_days_are_cut_where_somebody_leaves_and_where_the_return_is_confirmed() -> None:
    confirmed = replace(BACK, confirmed_on=(date(2024, 6, 28),))
    found = standings_through_time(confirmed, [(Period(date.min), RULES)])
    assert [days for days, *_ in found] == [
        Period(date(2024, 6, 1), date(2024, 6, 20)),
        Period(date(2024, 6, 28)),
    ]


def test_who_was_away_counts_again_by_himself() -> None:
    away = replace(COUNTING, absences=(Period(date(2024, 6, 10), date(2024, 6, 20)),))
    found = standings_through_time(away, [(Period(date.min), RULES)])
    assert [days for days, *_ in found] == [
        Period(date(2024, 6, 1), date(2024, 6, 10)),
        Period(date(2024, 6, 20)),
    ]


def test_a_section_that_comes_back_below_its_unit_needs_no_confirmation() -> None:
    assert standing_of(replace(BACK, held_by_section=True), DAY, RULES) is Standing.CURRENT


def test_only_a_focal_point_needs_a_paper_that_names_one() -> None:
    helper = replace(COUNTING, role=AssignmentRole.SUPPORTING, paper=PaperForce.NOTHING)
    assert why_not_counting(helper, DAY, RULES) is None


def test_the_last_day_before_the_end_still_counts() -> None:
    assert standing_of(replace(COUNTING, valid_to=date(2024, 7, 1)), DAY, RULES)


def test_one_carried_over_counts_until_the_days_of_grace_are_past_and_is_overdue_then() -> None:
    carried = replace(COUNTING, carried_on=date(2024, 6, 10))
    rules = CountingRules(grace_days=30)
    assert standing_of(carried, date(2024, 7, 9), rules) is Standing.CARRIED_OVER
    assert standing_of(carried, date(2024, 7, 10), rules) is Standing.OVERDUE
    assert standing_of(COUNTING, date(2024, 7, 10), rules) is Standing.CURRENT
    assert [counts(standing) for standing in Standing] == [True, True, False]
    assert not counts(None)


def test_the_days_of_grace_are_a_hundred_and_eighty_unless_it_is_said_otherwise() -> None:
    carried = replace(COUNTING, carried_on=date(2025, 7, 1))
    assert standing_of(carried, date(2025, 12, 27), RULES) is Standing.CARRIED_OVER
    assert standing_of(carried, date(2025, 12, 28), RULES) is Standing.OVERDUE


def test_how_an_assignment_stands_is_cut_where_the_grace_ends_or_its_days_change() -> None:
    carried = replace(COUNTING, valid_from=date(2024, 6, 10), carried_on=date(2024, 6, 10))
    turn = date(2024, 6, 25)
    rules = [
        (Period(date.min, turn), CountingRules(grace_days=10)),
        (Period(turn), CountingRules(grace_days=20)),
    ]
    found = standings_through_time(carried, rules)
    assert [(days.valid_from.day, standing) for days, standing, _ in found] == [
        (10, Standing.CARRIED_OVER),
        (20, Standing.OVERDUE),
        (25, Standing.CARRIED_OVER),
        (30, Standing.OVERDUE),
    ]


def test_another_paper_names_a_focal_point_where_the_units_own_head_issued_it() -> None:
    named = replace(COUNTING, paper=PaperForce.NAMES, paper_of_the_unit=True, duty=Duty.DEDICATED)
    assert standing_of(named, DAY, RULES) is Standing.CURRENT
    assert standing_of(replace(named, paper_of_the_unit=False), DAY, RULES) is None
    assert standing_of(named, DAY, CountingRules(other_papers_count=False)) is None
    assert not is_dedicated(named, RULES)


@pytest.mark.parametrize(
    ("duty", "dedicated"),
    [(Duty.DEDICATED, True), (Duty.CONCURRENT, False), (Duty.IN_CHARGE, False)],
)
def test_a_person_is_dedicated_by_duty_alone(duty: Duty, *, dedicated: bool) -> None:
    holding = replace(COUNTING, duty=duty)
    assert is_dedicated(holding, RULES) is dedicated


def test_a_section_is_dedicated_whatever_its_duty() -> None:
    holding = replace(COUNTING, held_by_section=True, duty=Duty.IN_CHARGE)
    assert is_dedicated(holding, RULES)


@pytest.mark.parametrize("setting", [True, False])
def test_a_contract_worker_is_dedicated_only_by_the_setting(*, setting: bool) -> None:
    holding = replace(COUNTING, duty=Duty.DEDICATED, holder_is_contract_worker=True)
    assert is_dedicated(holding, CountingRules(contract_workers_count=setting)) is setting


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
