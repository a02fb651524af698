"""What else a focal point stops counting by, whose it is, and in which order it is told."""

from datetime import date, timedelta

import pytest
from flask import Flask

from registry.domain.assignments import CountingSetting
from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.units.kinds import UnitKind
from registry.models.base import continued, db
from registry.models.units import Unit
from registry.queries.assignments.ending import by_month, endings, ends_soon, why_they_end
from tests.conftest import TODAY
from tests.factories.coverage import RuledProvince, set_counting
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.units import (
    AFTER_THE_NEXT,
    BEFORE_THE_MOVE,
    MovingCommunes,
    Province,
    make_unit,
    move_unit,
    rename_unit,
)

IN_30 = TODAY + timedelta(days=30)


def told(day: date = TODAY, scope: Scope = EVERYTHING) -> list[tuple[str, date, str]]:
    found = endings(ends_soon(scope, TODAY, day), day)
    why = why_they_end(found)
    return [(one.row.holder_name, one.stops_on, why[one.row.id]) for one in found]


def take_part_no_more(unit: Unit, since: date) -> None:
    """Let a unit be of those that need nobody from a day on."""
    last = unit.periods[-1]
    following = continued(last, valid_from=since, takes_part=False, not_taking_part_reason="Thử")
    last.valid_to = since
    db.session.flush()
    db.session.add(following)
    db.session.flush()
    db.session.expire(unit)


def test_a_unit_that_takes_part_no_more_or_a_team_that_moves_ends_it_and_a_new_name_does_not(
    app: Flask,
) -> None:
    here = Province()
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    for name, home, unit in (
        ("Lê Ở Tổ", team, here.commune),
        ("Lê Miễn", here.far_commune, here.far_commune),
        ("Lê Đổi Tên", here.other_commune, here.other_commune),
    ):
        make_assignment(make_member(name, home), unit, make_decision(unit))
    take_part_no_more(here.far_commune, IN_30)
    rename_unit(here.other_commune, "Xã Tên Mới", IN_30)
    move_unit(team, here.other_commune, IN_30)
    assert told() == [
        ("Lê Ở Tổ", IN_30, "Không còn là thành viên của đơn vị"),
        ("Lê Miễn", IN_30, "Đơn vị không còn thuộc diện phải bố trí"),
    ]
    assert told(IN_30 - timedelta(days=1)) == told()
    assert told(IN_30) == []


def test_who_will_have_an_enterprise_as_main_unit_stops_and_who_is_its_guest_does_not(
    app: Flask,
) -> None:
    here = Province()
    enterprise = make_unit("Viễn thông Thử", UnitKind.ENTERPRISE, here.province)
    for name, is_main in (("Lê Sang", True), ("Lê Khách", False)):
        person = make_member(name, here.commune, until=IN_30 if is_main else None)
        make_membership(person, here.district, is_main=False)
        make_membership(person, enterprise, since=IN_30, is_main=is_main)
        make_assignment(person, here.commune, make_decision(here.commune, f"{name}/QĐ-UBND"))
    # One who has none so far leaves no membership as he joins.
    joining = make_person("Lê Thêm")
    make_membership(joining, here.commune, is_main=False)
    make_membership(joining, enterprise, since=IN_30)
    make_assignment(joining, here.commune, make_decision(here.commune, "9/QĐ-UBND"))
    staff = "Người của doanh nghiệp, chỉ hỗ trợ kỹ thuật"
    assert told() == [("Lê Sang", IN_30, staff), ("Lê Thêm", IN_30, staff)]


def test_who_is_of_a_unit_above_stops_when_what_stands_between_goes_elsewhere(app: Flask) -> None:
    here = Province()
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    make_assignment(make_member("Lê Ở Huyện", here.district), team, make_decision(team))
    move_unit(here.commune, here.other_district, IN_30)
    assert told() == [("Lê Ở Huyện", IN_30, "Không còn là thành viên của đơn vị")]


def test_a_line_that_goes_on_in_another_row_is_told_by_the_row_of_the_day(app: Flask) -> None:
    here = Province()
    turn = TODAY + timedelta(days=10)
    person = make_member("Lê Tiếp", here.commune, until=IN_30)
    decision = make_decision(here.commune)
    later = make_assignment(person, here.commune, decision, since=turn, until=IN_30)
    earlier = make_assignment(person, here.commune, decision, until=turn)
    earlier.line_id = later.line_id
    db.session.flush()
    assert ends_soon(EVERYTHING, TODAY, TODAY) == {earlier.id: IN_30}
    assert ends_soon(EVERYTHING, TODAY, turn) == {later.id: IN_30}


def test_what_ended_until_today_was_soon_to_end_on_a_day_before(app: Flask) -> None:
    here = Province()
    ended = TODAY - timedelta(days=5)
    make_assignment(
        make_member("Lê Cũ", here.commune), here.commune, make_decision(here.commune), until=ended
    )
    assert told(ended - timedelta(days=1)) == [("Lê Cũ", ended, "Hết thời hạn phân công")]
    assert told(ended) == told(TODAY) == []


def test_who_leaves_is_said_to_leave_though_a_rule_gave_him_the_duty(app: Flask) -> None:
    here = RuledProvince()
    set_counting(CountingSetting.DUTIES_BY_LAW, 1)
    make_assignment(make_member("Lê Thị Thử", here.commune, until=IN_30), here.commune, None)
    assert told() == [("Lê Thị Thử", IN_30, "Không còn là thành viên của đơn vị")]


@pytest.mark.parametrize("day", [BEFORE_THE_MOVE, TODAY, AFTER_THE_NEXT])
def test_whatever_the_day_what_ends_is_told_to_who_sees_the_unit_today(
    app: Flask, day: date
) -> None:
    here = MovingCommunes()
    ends = date(2024, 7, 25)
    for name, unit in (
        ("Lê Ở Lại", here.commune),
        ("Lê Đã Sang", here.other_commune),
        ("Lê Sẽ Về", here.far_commune),
    ):
        make_assignment(make_member(name, unit), unit, make_decision(unit), until=ends)
    over = "Hết thời hạn phân công"
    assert told(day, here.below(here.district)) == [("Lê Ở Lại", ends, over)]
    assert told(day, here.below(here.other_district)) == [
        ("Lê Đã Sang", ends, over),
        ("Lê Sẽ Về", ends, over),
    ]
    assert told(day, Scope()) == []


def test_what_ends_is_told_by_day_then_code_of_the_unit_then_given_name(app: Flask) -> None:
    here = Province()
    later, soon = IN_30, IN_30 - timedelta(days=1)
    for name, unit, end in (
        ("Lê An", here.far_commune, soon),
        ("Lê Bình", here.commune, later),
        ("Trần An", here.commune, later),
        ("Lê Cuối", here.far_commune, later),
        ("Lê Chưa Vào", here.other_commune, None),
    ):
        decision = make_decision(unit, f"{name}/QĐ-UBND")
        make_assignment(
            make_member(name, unit), unit, decision, until=end, since=TODAY if end else soon
        )
    assert [name for name, _, _ in told()] == ["Lê An", "Trần An", "Lê Bình", "Lê Cuối"]
    parts = by_month(endings(ends_soon(EVERYTHING, TODAY, TODAY), TODAY), TODAY)
    assert [(last, len(part)) for last, part in parts] == [(30, 4)]
    assert told(TODAY - timedelta(days=1)) == []
