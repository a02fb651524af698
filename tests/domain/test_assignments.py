"""When an assignment counts, and which titles look odd."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.domain.assignments import (
    AssignmentRole,
    CountingRules,
    Duty,
    Hindrance,
    Holding,
    NotCounting,
    Standing,
    counts,
    is_dedicated,
    standing_of,
    standings_through_time,
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
    unit_kind=UnitKind.DEPARTMENT,
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
        (
            {"paper_in_force": Period(date(2024, 7, 1))},
            "Văn bản chưa có hiệu lực đến trước ngày 01/07/2024",
        ),
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
    counting = {standing for standing in Standing if counts(standing)}
    assert counting == set(Standing) - {Standing.OVERDUE}
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


# --- duties given by a rule, and staff of enterprises ------------------------------------------

BY_LAW = replace(
    COUNTING,
    paper=None,
    paper_in_force=None,
    unit_kind=UnitKind.COMMUNE,
    days_by_law=(Period(date(2024, 6, 24), date(2025, 7, 1)),),
)
BY_LAW_COUNTS = CountingRules(duties_by_law_count=True)


def test_a_duty_given_by_law_counts_only_by_the_setting_and_never_strictly() -> None:
    why = why_not_counting(BY_LAW, DAY, RULES)
    assert why is not None
    assert why.why is Hindrance.BY_LAW
    assert standing_of(BY_LAW, DAY, RULES) is None
    dedicated = replace(BY_LAW, duty=Duty.DEDICATED)
    assert standing_of(dedicated, DAY, BY_LAW_COUNTS) is Standing.BY_LAW
    assert not is_dedicated(dedicated, BY_LAW_COUNTS)


@pytest.mark.parametrize("day", [date(2024, 6, 23), date(2025, 7, 1)])
def test_outside_the_days_of_the_rule_it_waits_for_a_decision(day: date) -> None:
    why = why_not_counting(BY_LAW, day, BY_LAW_COUNTS)
    assert why is not None
    assert why.why is Hindrance.WAITING


def test_an_office_has_a_duty_by_law_but_only_a_named_person_counts() -> None:
    office = replace(BY_LAW, held_by_section=True)
    why = why_not_counting(office, DAY, BY_LAW_COUNTS)
    assert why is not None
    assert why.why is Hindrance.UNNAMED


def test_who_has_a_duty_by_law_and_left_is_no_contact() -> None:
    left = replace(BY_LAW, holder_days=(Period(date(2024, 6, 1), date(2024, 6, 28)),))
    why = why_not_counting(left, DAY, BY_LAW_COUNTS)
    assert why is not None
    assert why.why is Hindrance.LEFT


def test_staff_of_an_enterprise_are_no_focal_point_of_another_unit() -> None:
    there = Period(date(2024, 6, 20), date(2024, 7, 10))
    staff = replace(COUNTING, enterprise_days=(there,))
    why = why_not_counting(staff, DAY, RULES)
    assert why == NotCounting(Hindrance.ENTERPRISE_STAFF, there.valid_from, there.valid_to)
    assert standing_of(staff, date(2024, 6, 19), RULES) is Standing.CURRENT
    supporting = replace(staff, role=AssignmentRole.TECHNICAL_SUPPORT)
    assert why_not_counting(supporting, DAY, RULES) is None
    assert why_not_counting(replace(staff, unit_kind=UnitKind.ENTERPRISE), DAY, RULES) is None


def test_an_office_of_a_commune_is_dedicated_only_on_the_communes_own_paper() -> None:
    office = replace(COUNTING, held_by_section=True, unit_kind=UnitKind.COMMUNE)
    assert is_dedicated(replace(office, paper_of_the_unit=True), RULES)
    assert not is_dedicated(replace(office, paper_of_the_unit=False), RULES)
    other = replace(office, unit_kind=UnitKind.DEPARTMENT, paper_of_the_unit=False)
    assert is_dedicated(other, RULES)
