"""Focal points known to end within ninety days: with what, when, and whose."""

from datetime import date, timedelta

import pytest
from flask import Flask

from registry.domain.assignments import AssignmentRole, CountingSetting, EndingCause
from registry.domain.decisions import DecisionKind, EndKind
from registry.domain.permissions import EVERYTHING, Action, Role, system_actor
from registry.models.base import db
from registry.models.decisions import DecisionEnd
from registry.models.units import Unit
from registry.queries.assignments.ending import by_month, ending_soon
from registry.queries.coverage.counting import focal_point_counts
from registry.services.counting_settings import SetCounting, set_counting
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.people import make_assignment, make_decision, make_member, make_membership
from tests.factories.units import Province

IN_30, IN_60, IN_90 = (TODAY + timedelta(days=days) for days in (30, 60, 90))


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def ends(day: date = TODAY) -> list[tuple[str, date, EndingCause]]:
    found = ending_soon(EVERYTHING, TODAY, day)
    return [(one.row.holder_name, one.ends_on, one.cause) for one in found]


def counts_on(unit: Unit, day: date) -> bool:
    return bool(focal_point_counts(day).get(unit.id))


def test_each_end_is_told_by_its_first_day_without_effect_and_nothing_counts_from_it(
    here: Province,
) -> None:
    ended = make_decision(here.commune, "1/QĐ-UBND")
    ended.effective_to = IN_30
    make_assignment(make_member("Lê Hết Hiệu Lực", here.commune), here.commune, ended)
    make_assignment(
        make_member("Lê Hết Hợp Đồng", here.far_commune, until=IN_60),
        here.far_commune,
        make_decision(here.far_commune, "2/QĐ-UBND"),
    )
    make_assignment(
        make_member("Lê Hết Kỳ", here.other_commune),
        here.other_commune,
        make_decision(here.other_commune, "3/QĐ-UBND"),
        until=IN_90,
    )
    db.session.flush()
    assert ends() == [
        ("Lê Hết Hiệu Lực", IN_30, EndingCause.PAPER),
        ("Lê Hết Hợp Đồng", IN_60, EndingCause.MEMBERSHIP),
        ("Lê Hết Kỳ", IN_90, EndingCause.OWN_DAY),
    ]
    for unit, end in zip(
        (here.commune, here.far_commune, here.other_commune), (IN_30, IN_60, IN_90), strict=True
    ):
        assert counts_on(unit, end - timedelta(days=1))
        assert not counts_on(unit, end)


def test_what_ends_on_the_ninety_first_day_is_told_from_the_next_day_on(here: Province) -> None:
    decision = make_decision(here.commune)
    decision.effective_to = IN_90 + timedelta(days=1)
    make_assignment(make_member("Lê Văn Sau", here.commune), here.commune, decision)
    assert ends() == []
    assert [name for name, _, _ in ends(TODAY + timedelta(days=1))] == ["Lê Văn Sau"]
    assert ends(decision.effective_to) == []


def test_a_later_paper_ends_one_from_its_own_first_day_for_those_it_names(here: Province) -> None:
    old, new = make_decision(here.commune, "1/QĐ-UBND"), make_decision(here.commune, "2/QĐ-UBND")
    new.issued_on, new.effective_from = TODAY, IN_30
    replaced = make_member("Lê Được Thay", here.commune)
    for person in (replaced, make_member("Lê Ở Lại", here.commune)):
        make_assignment(person, here.commune, old)
    end = DecisionEnd(
        decision_id=old.id,
        by_id=new.id,
        kind=EndKind.REPLACED,
        person_id=replaced.id,
        created_at=MOMENT.instant,
    )
    db.session.add(end)
    db.session.flush()
    assert ends() == [("Lê Được Thay", IN_30, EndingCause.LATER_PAPER)]


def test_who_stays_a_member_by_another_membership_near_the_unit_is_not_told(here: Province) -> None:
    decision = make_decision(here.commune)
    stays = make_member("Lê Kiêm Nhiệm", here.commune, until=IN_30)
    make_membership(stays, here.district, is_main=False)
    leaves = make_member("Lê Chuyển Đi", here.commune, until=IN_30)
    make_membership(leaves, here.far_commune, is_main=False)
    for person in (stays, leaves):
        make_assignment(person, here.commune, decision)
    assert [name for name, _, _ in ends()] == ["Lê Chuyển Đi"]


def test_neither_supporting_roles_nor_what_has_no_paper_in_force_is_told(here: Province) -> None:
    decision = make_decision(here.commune)
    decision.effective_to = IN_30
    supporting = make_member("Lê Phối Hợp", here.commune)
    make_assignment(supporting, here.commune, decision, role=AssignmentRole.SUPPORTING)
    make_assignment(make_member("Lê Văn Chờ", here.commune), here.commune, None, until=IN_30)
    unsigned = make_decision(here.commune, "7/TTr-UBND", issued_on=None)
    make_assignment(make_member("Lê Chưa Ký", here.commune), here.commune, unsigned, until=IN_30)
    assert ends() == []


def test_what_stopped_counting_already_for_its_days_of_grace_or_its_kind_is_not_told(
    here: Province,
) -> None:
    old = make_decision(here.other_commune)
    old.effective_to = IN_30
    person = make_member("Lê Quá Hạn", here.commune)
    before = make_assignment(person, here.other_commune, old, until=TODAY)
    make_assignment(person, here.commune, old, since=TODAY).line_id = before.line_id
    plan = make_decision(here.commune, "4/KH-UBND")
    plan.kind, plan.effective_to = DecisionKind.PLAN, IN_30
    make_assignment(make_member("Lê Kế Hoạch", here.commune), here.commune, plan)
    db.session.flush()
    assert ends() == [("Lê Quá Hạn", IN_30, EndingCause.PAPER)]
    setting = SetCounting(setting=CountingSetting.GRACE_DAYS, since=TODAY, value=0)
    set_counting(system_actor(), setting, MOMENT)
    assert ends() == []


def test_what_ends_outside_the_scope_is_not_told(here: Province) -> None:
    for unit in (here.commune, here.far_commune):
        decision = make_decision(unit)
        decision.effective_to = IN_30
        make_assignment(make_member("Lê Văn Một", unit), unit, decision)
    scope = make_actor(Role.UNIT_OFFICER, here.commune).scope(Action.ASSIGNMENT_RECORD)
    assert [one.row.unit_id for one in ending_soon(scope, TODAY, TODAY)] == [here.commune.id]


def test_what_ends_is_parted_by_thirty_sixty_and_ninety_days(here: Province) -> None:
    days = (IN_30, IN_30 + timedelta(days=1), IN_60, IN_60 + timedelta(days=1), IN_90)
    for number, end in enumerate(days):
        decision = make_decision(here.commune, f"{number + 1}/QĐ-UBND")
        decision.effective_to = end
        person = make_member(f"Lê Văn {number}", here.commune)
        make_assignment(person, here.commune, decision)
    parts = by_month(ending_soon(EVERYTHING, TODAY, TODAY), TODAY)
    assert [(last, [one.ends_on for one in part]) for last, part in parts] == [
        (30, [IN_30]),
        (60, [days[1], IN_60]),
        (90, [days[3], IN_90]),
    ]
