"""Focal points known to end within ninety days: with what, when, and whose."""

from datetime import date, timedelta

import pytest
from flask import Flask

from registry.domain.assignments import AbsenceKind, AssignmentRole, CountingSetting, Duty
from registry.domain.decisions import DecisionKind, EndKind
from registry.domain.permissions import EVERYTHING, Action, Role, system_actor
from registry.models.assignments import Assignment, AssignmentAbsence
from registry.models.base import continued, db
from registry.models.decisions import DecisionEnd
from registry.models.units import Unit
from registry.queries.assignments.ending import by_month, endings, ends_soon, why_they_end
from registry.queries.assignments.lists import assignments_of_unit
from registry.queries.coverage.counting import focal_point_counts
from registry.services.counting_settings import SetCounting, set_counting
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.people import make_assignment, make_decision, make_member, make_membership
from tests.factories.units import Province, end_unit, move_unit

LAPSED, LEFT = "Quyết định hết hiệu lực", "Không còn là thành viên của đơn vị"
OVER, UNIT_ENDS = "Hết thời hạn phân công", "Đơn vị kết thúc"
IN_30, IN_60, IN_90 = (TODAY + timedelta(days=days) for days in (30, 60, 90))


@pytest.fixture
def here(app: Flask) -> Province:
    return Province()


def ends(day: date = TODAY) -> list[tuple[str, date, str]]:
    found = endings(ends_soon(EVERYTHING, TODAY, day), day)
    why = why_they_end(found)
    return [(one.row.holder_name, one.stops_on, why[one.row.id]) for one in found]


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
        ("Lê Hết Hiệu Lực", IN_30, LAPSED),
        ("Lê Hết Hợp Đồng", IN_60, LEFT),
        ("Lê Hết Kỳ", IN_90, OVER),
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
    assert ends() == [("Lê Được Thay", IN_30, LAPSED)]


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
    assert ends() == [("Lê Quá Hạn", IN_30, LAPSED)]
    setting = SetCounting(setting=CountingSetting.GRACE_DAYS, since=TODAY, value=0)
    set_counting(system_actor(), setting, MOMENT)
    assert ends() == []


def test_what_ends_outside_the_scope_is_not_told(here: Province) -> None:
    for unit in (here.commune, here.far_commune):
        decision = make_decision(unit)
        decision.effective_to = IN_30
        make_assignment(make_member("Lê Văn Một", unit), unit, decision)
    scope = make_actor(Role.UNIT_OFFICER, here.commune).scope(Action.ASSIGNMENT_RECORD)
    found = endings(ends_soon(scope, TODAY, TODAY), TODAY)
    assert [one.row.unit_id for one in found] == [here.commune.id]


def test_what_ends_is_parted_by_thirty_sixty_and_ninety_days(here: Province) -> None:
    days = (IN_30, IN_30 + timedelta(days=1), IN_60, IN_60 + timedelta(days=1), IN_90)
    for number, end in enumerate(days):
        decision = make_decision(here.commune, f"{number + 1}/QĐ-UBND")
        decision.effective_to = end
        person = make_member(f"Lê Văn {number}", here.commune)
        make_assignment(person, here.commune, decision)
    parts = by_month(endings(ends_soon(EVERYTHING, TODAY, TODAY), TODAY), TODAY)
    assert [(last, [one.stops_on for one in part]) for last, part in parts] == [
        (30, [IN_30]),
        (60, [days[1], IN_60]),
        (90, [days[3], IN_90]),
    ]


def test_who_goes_on_by_another_membership_duty_or_paper_written_already_does_not_stop(
    here: Province,
) -> None:
    moved = make_member("Lê Chuyển Lên", here.commune, until=IN_30)
    make_membership(moved, here.district, since=IN_30)
    make_assignment(moved, here.commune, make_decision(here.commune, "1/QĐ-UBND"))
    duty = make_assignment(
        make_member("Lê Đổi Chế Độ", here.far_commune),
        here.far_commune,
        make_decision(here.far_commune, "2/QĐ-UBND"),
    )
    old, new = (make_decision(here.other_commune, f"{number}/QĐ-UBND") for number in (3, 4))
    old.effective_to, new.issued_on, new.effective_from = IN_30, TODAY, IN_30
    renewed = make_assignment(
        make_member("Lê Gia Hạn", here.other_commune), here.other_commune, old
    )
    _go_on(duty, duty=Duty.DEDICATED)
    _go_on(renewed, decision_id=new.id)
    assert ends() == []
    for unit in (here.commune, here.far_commune, here.other_commune):
        assert counts_on(unit, IN_30)


def _go_on(assignment: Assignment, **changes: object) -> None:
    """Let an assignment go on from `IN_30` with something changed."""
    following = continued(assignment, valid_from=IN_30, **changes)
    assignment.valid_to = IN_30
    db.session.flush()
    db.session.add(following)
    db.session.flush()


def test_the_end_or_the_move_of_a_unit_or_a_section_is_told_and_so_is_an_absence_to_come(
    here: Province,
) -> None:
    make_assignment(here.section, here.it_department, make_decision(here.it_department))
    make_assignment(
        make_member("Lê Xã Hết", here.commune), here.commune, make_decision(here.commune)
    )
    make_assignment(
        make_member("Lê Ở Huyện", here.district), here.other_commune, make_decision(here.district)
    )
    away = make_assignment(
        make_member("Lê Sẽ Vắng", here.far_commune),
        here.far_commune,
        make_decision(here.far_commune),
    )
    absence = AssignmentAbsence(line_id=away.line_id, kind=AbsenceKind.STUDY, valid_from=IN_60)
    db.session.add(absence)
    end_unit(here.section, IN_30)
    end_unit(here.commune, IN_30)
    move_unit(here.other_commune, here.other_district, IN_30)
    section = next(row for row in assignments_of_unit(here.it_department.id, TODAY)).holder_name
    assert sorted(ends()) == sorted(
        [
            (section, IN_30, "Bộ phận không trực thuộc đơn vị"),
            ("Lê Xã Hết", IN_30, UNIT_ENDS),
            ("Lê Ở Huyện", IN_30, LEFT),
            ("Lê Sẽ Vắng", IN_60, "Tạm vắng"),
        ]
    )


def test_the_last_days_there_are_have_nothing_after_them(here: Province) -> None:
    decision = make_decision(here.commune)
    decision.effective_to = date.max
    make_assignment(make_member("Lê Văn Cuối", here.commune), here.commune, decision)
    assert ends(date.max - timedelta(days=1)) == [("Lê Văn Cuối", date.max, LAPSED)]
    assert ends(date.max) == []
