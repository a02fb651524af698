"""Who may hold an assignment of a unit, on which day, and where he is said to belong."""

from datetime import date

from flask import Flask

from registry.domain.assignments import AssignmentRole
from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.units.kinds import UnitKind
from registry.models.units import Unit
from registry.queries.assignments.holders import (
    eligible_holders,
    is_eligible_person,
    is_eligible_section,
)
from registry.queries.units.on_a_day import UnitRow, path_on, unit_on
from tests.conftest import TODAY
from tests.factories.people import facts_from, make_member, make_membership, make_person
from tests.factories.units import START, Province, make_unit, move_unit, rename_unit

TURN, DAY_BEFORE = date(2024, 6, 20), date(2024, 6, 19)
FOCAL, SUPPORT = AssignmentRole.FOCAL_POINT, AssignmentRole.TECHNICAL_SUPPORT


def row_of(unit: Unit, day: date = TODAY) -> UnitRow:
    row = unit_on(unit.id, day)
    assert row is not None
    return row


def offered(
    unit: Unit, day: date = TODAY, role: AssignmentRole | None = None
) -> list[tuple[str, str, int]]:
    found = eligible_holders(row_of(unit, day), day, EVERYTHING, TODAY, role).people
    return [(one.full_name, one.unit_name, one.distance) for one in found]


def test_who_may_hold_is_a_member_that_day_of_what_stands_near_that_day(app: Flask) -> None:
    here = Province()
    make_member("Lê Đã Nghỉ", here.commune, until=TURN)
    make_member("Lê Mới Vào", here.commune, since=TURN)
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    make_member("Lê Ở Tổ", team)
    former = make_unit("Tổ CNSCĐ thôn 2", UnitKind.COMMUNITY_TEAM, here.commune)
    make_member("Lê Tổ Xưa", former)
    move_unit(former, here.other_commune, DAY_BEFORE)
    make_member("Lê Ở Huyện", here.district)
    make_member("Lê Ở Huyện Kia", here.other_district)
    person = make_member("Lê Đổi Việc", here.province)
    facts_from(person, TURN, job_title="Chuyên viên")
    rename_unit(here.commune, "Xã Bình Tân", DAY_BEFORE)
    move_unit(here.commune, here.other_district, TURN)
    assert offered(here.commune, DAY_BEFORE) == [
        ("Lê Đã Nghỉ", "Xã Bình Tân", 0),
        ("Lê Ở Tổ", "Tổ CNSCĐ thôn 1, xã Bình Tân", 1),
        ("Lê Ở Huyện", "Huyện Thăng Bình", 2),
        ("Lê Đổi Việc", "Tỉnh Thử Nghiệm", 2),
    ]
    assert offered(here.commune, date(2024, 6, 18))[:2] == [
        ("Lê Đã Nghỉ", "Xã Bình Minh", 0),
        ("Lê Ở Tổ", "Tổ CNSCĐ thôn 1, xã Bình Minh", 1),
    ]
    assert offered(here.commune, TURN) == [
        ("Lê Mới Vào", "Xã Bình Tân", 0),
        ("Lê Ở Tổ", "Tổ CNSCĐ thôn 1, xã Bình Tân", 1),
        ("Lê Ở Huyện Kia", "Huyện Đại Lộc", 2),
        ("Lê Đổi Việc", "Tỉnh Thử Nghiệm", 2),
    ]
    titles = [
        eligible_holders(row_of(here.commune, day), day, EVERYTHING, TODAY, None).people[-1]
        for day in (DAY_BEFORE, TURN)
    ]
    assert [one.job_title for one in titles] == ["Công chức Văn phòng - Thống kê", "Chuyên viên"]
    assert [one.search_key for one in titles] == ["le doi viec", "le doi viec"]


def test_of_two_places_as_near_the_main_one_is_told(app: Flask) -> None:
    here = Province()
    person = make_person("Lê Hai Tổ")
    teams = [make_unit(f"Tổ số {n}", UnitKind.COMMUNITY_TEAM, here.commune) for n in (1, 2, 3)]
    for team in teams:
        make_membership(person, team, is_main=team is teams[1])
    make_membership(person, here.district, is_main=False)
    assert offered(here.commune) == [("Lê Hai Tổ", "Tổ số 2, xã Bình Minh", 1)]
    make_membership(person, here.commune, is_main=False)
    assert offered(here.commune) == [("Lê Hai Tổ", "Xã Bình Minh", 0)]


def test_technical_support_is_given_by_staff_of_enterprises_and_by_no_section(app: Flask) -> None:
    here = Province()
    enterprise = make_unit("Viễn thông Thử", UnitKind.ENTERPRISE, here.province)
    make_member("Lê Doanh Nghiệp", enterprise)
    make_member("Lê Đã Nghỉ", enterprise, until=TODAY)
    guest = make_member("Lê Ở Xã", here.commune)
    make_membership(guest, enterprise, is_main=False)
    assert offered(here.commune, role=SUPPORT) == [("Lê Doanh Nghiệp", "Viễn thông Thử", 2)]
    assert offered(here.commune, role=FOCAL) == [("Lê Ở Xã", "Xã Bình Minh", 0)]
    department = row_of(here.it_department)
    sections = {
        role: eligible_holders(department, TODAY, EVERYTHING, TODAY, role).sections
        for role in (None, FOCAL, SUPPORT)
    }
    assert [row.id for row in sections[None]] == [here.section.id]
    assert [row.id for row in sections[FOCAL]] == [here.section.id]
    assert sections[SUPPORT] == ()


def test_whether_one_person_may_hold_is_asked_of_him_alone(app: Flask) -> None:
    here = Province()
    own, neighbour = make_member("Lê Một", here.commune), make_member("Lê Hai", here.far_commune)
    commune = row_of(here.commune)
    elsewhere = Scope(prefixes=frozenset({path_on(here.other_district.id, TODAY) or ""}))

    def may(person_id: int, role: AssignmentRole = FOCAL, scope: Scope = EVERYTHING) -> bool:
        return is_eligible_person(person_id, commune, TODAY, scope, TODAY, role)

    assert may(own.id)
    assert not may(neighbour.id)
    assert not may(own.id, SUPPORT)
    assert not may(own.id, FOCAL, elsewhere)
    # Whatever the day asked, rights are those of today.
    move_unit(here.commune, here.other_district, TURN)
    then = row_of(here.commune, DAY_BEFORE)
    assert is_eligible_person(own.id, then, DAY_BEFORE, elsewhere, TODAY, FOCAL)


def test_a_section_may_hold_for_what_it_stands_below_but_never_for_itself(app: Flask) -> None:
    here = Province()
    inner = make_unit("Bộ phận Một", UnitKind.SECTION, here.section)
    moved = make_unit("Bộ phận Hai", UnitKind.SECTION, here.it_department)
    move_unit(moved, here.other_department, TURN)
    department, section = row_of(here.it_department), row_of(here.section)
    assert [
        row.id for row in eligible_holders(section, TODAY, EVERYTHING, TODAY, None).sections
    ] == [inner.id]
    assert is_eligible_section(here.section.id, department, TODAY)
    assert not is_eligible_section(here.section.id, section, TODAY)
    assert is_eligible_section(inner.id, department, TODAY)
    assert not is_eligible_section(here.district_office.id, department, TODAY)
    assert not is_eligible_section(here.commune.id, row_of(here.district), TODAY)
    assert not is_eligible_section(here.section.id, department, date(2024, 5, 31))
    assert is_eligible_section(moved.id, row_of(here.it_department, START), DAY_BEFORE)
    assert not is_eligible_section(moved.id, department, TURN)
    offered_then, offered_now = (
        {
            row.id
            for row in eligible_holders(
                row_of(here.it_department, day), day, EVERYTHING, TODAY, None
            ).sections
        }
        for day in (DAY_BEFORE, TODAY)
    )
    assert offered_then == {here.section.id, inner.id, moved.id}
    assert offered_now == {here.section.id, inner.id}
