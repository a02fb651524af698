"""Who belongs to a unit on a day, and whose membership stands approved."""

from datetime import date

from flask import Flask

from registry.domain.memberships import MemberRole
from registry.domain.periods import Period
from registry.domain.permissions import EVERYTHING, Scope
from registry.domain.rosters import LineAction, LineOutcome, RosterState
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.people import Person
from registry.queries.memberships import (
    approvals_of,
    approved_line_ids,
    approved_on,
    belonging_of,
    end_was_approved,
    main_ended_on,
    main_unit_id,
    members_of,
    membership_history,
    overlapping,
)
from tests.conftest import TODAY
from tests.factories.approvals import approve_memberships
from tests.factories.people import (
    facts_from,
    make_approval,
    make_member,
    make_member_unit,
    make_membership,
    make_person,
)
from tests.factories.units import START, MovingCommunes, Province, make_unit, rename_unit

MIDDLE, START_OF_JULY = date(2024, 6, 15), date(2024, 7, 1)


def test_members_of_a_day_stand_by_given_name(app: Flask) -> None:
    here = Province()
    make_member("Nguyễn Thị Yến", here.commune)
    make_member("Trần Văn An", here.commune, since=MIDDLE)
    make_member("Lê Văn Bé", here.commune, until=MIDDLE)
    assert [row.full_name for row in members_of(here.commune.id, TODAY)] == [
        "Trần Văn An",
        "Nguyễn Thị Yến",
    ]
    assert [row.full_name for row in members_of(here.commune.id, date(2024, 6, 14))] == [
        "Lê Văn Bé",
        "Nguyễn Thị Yến",
    ]


def test_the_last_day_of_a_membership_is_the_day_before_its_end(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Văn Bé", here.commune, until=MIDDLE)
    assert main_unit_id(person.id, date(2024, 6, 14)) == here.commune.id
    assert main_unit_id(person.id, MIDDLE) is None


def test_approval_holds_from_the_decision_and_from_the_day_of_effect(app: Flask) -> None:
    here = Province()
    one = make_membership(make_person(), here.commune, role=MemberRole.CORE)
    make_approval(one, issued_on=MIDDLE, effective_from=date(2024, 6, 1))
    other = make_membership(make_person(), here.commune)
    make_approval(other, issued_on=date(2024, 6, 1), effective_from=MIDDLE)
    before = date(2024, 6, 14)
    lines = [one.line_id, other.line_id]
    assert approved_line_ids(lines, before) == set()
    assert approved_line_ids(lines, MIDDLE) == set(lines)
    assert approved_on(one.line_id, MIDDLE)
    assert not approved_on(one.line_id, before)


def test_members_say_whether_they_are_approved(app: Flask) -> None:
    here = Province()
    make_approval(make_membership(make_person("Lê Đã Duyệt"), here.commune))
    make_member("Lê Chưa Duyệt", here.commune)
    found = {row.full_name: row.approved for row in members_of(here.commune.id, TODAY)}
    assert found == {"Lê Đã Duyệt": True, "Lê Chưa Duyệt": False}


def test_an_approval_begins_with_the_decision_or_the_line_whichever_is_later(app: Flask) -> None:
    here = Province()
    early = date(2024, 6, 1)
    for issued_on, effective_from in ((MIDDLE, early), (early, MIDDLE)):
        membership = make_membership(make_person(), here.commune)
        make_approval(membership, issued_on=issued_on, effective_from=effective_from)
        (approval,) = approvals_of([membership.line_id], TODAY)[membership.line_id]
        assert (approval.since, approval.decided_on) == (MIDDLE, issued_on)
        assert approvals_of([membership.line_id], date(2024, 6, 14)) == {}


def test_a_period_that_was_over_before_its_approval_was_never_approved(app: Flask) -> None:
    here = Province()
    person = make_person("Lê Lịch Sử")
    early = make_membership(person, here.commune, until=MIDDLE)
    late = make_membership(person, here.other_commune, since=MIDDLE)
    late.line_id = early.line_id
    db.session.flush()
    approve_memberships(here.other_commune, late, since=MIDDLE)
    newest, oldest = membership_history(person.id, TODAY, EVERYTHING, TODAY)
    assert newest.approval is not None
    assert newest.approval.since == MIDDLE
    assert not oldest.approved


def test_a_team_is_named_with_its_commune_of_that_day_and_its_head_is_to_truong(
    app: Flask,
) -> None:
    here = Province()
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    person = make_person("Lê Tổ Trưởng")
    make_membership(person, team, role=MemberRole.HEAD)
    (past,) = membership_history(person.id, TODAY, EVERYTHING, TODAY)
    assert (past.unit_name, past.role) == ("Tổ CNSCĐ thôn 1, xã Bình Minh", "Tổ trưởng")


def test_a_unit_that_was_renamed_is_told_once_by_its_name_of_the_day(app: Flask) -> None:
    here = Province()
    past = make_member("Lê Đã Đi", here.commune, until=MIDDLE)
    present = make_member("Lê Ở Đây", here.commune)
    rename_unit(here.commune, "Xã Bình Tân", MIDDLE)

    def told(person: Person) -> list[str]:
        return [one.unit_name for one in membership_history(person.id, TODAY, EVERYTHING, TODAY)]

    assert told(past) == ["Xã Bình Minh"]
    assert told(present) == ["Xã Bình Tân"]


def test_what_shares_a_day_is_found_and_neighbours_are_not(app: Flask) -> None:
    here = Province()
    person = make_person()
    early = make_membership(person, here.commune, until=MIDDLE)
    late = make_membership(person, here.other_commune, since=MIDDLE)
    assert overlapping(person.id, None, Period(MIDDLE)) == [late]
    assert overlapping(person.id, None, Period(MIDDLE, TODAY)) == [late]
    assert overlapping(person.id, None, Period(date(2024, 6, 1), MIDDLE)) == [early]
    assert overlapping(person.id, None, Period(date(2024, 6, 1))) == [early, late]


def test_a_person_s_history_is_newest_first_with_names_of_then(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Lịch Sử", here.commune, until=MIDDLE)
    make_approval(make_membership(person, here.other_commune, since=MIDDLE))
    found = membership_history(person.id, TODAY, EVERYTHING, TODAY)
    assert [(past.unit_name, past.approved) for past in found] == [
        ("Xã Bình Đào", True),
        ("Xã Bình Minh", False),
    ]


def test_people_stand_before_units_each_as_called_that_day(app: Flask) -> None:
    here = Province()
    for member in (here.other_department, here.far_commune, here.commune):
        make_member_unit(member, here.committee)
    person = make_member("Vũ Thị Yến", here.committee)
    first, second = (make_member("Lê Văn An", here.committee) for _ in range(2))
    make_member("Lê Nơi Khác", here.commune)
    facts_from(person, MIDDLE, job_title="Giám đốc")
    rename_unit(here.commune, "Xã Đại An", MIDDLE)

    def told(day: date) -> list[tuple[int | None, int | None, str, str | None]]:
        return [
            (row.person_id, row.member_unit_id, row.full_name, row.job_title)
            for row in members_of(here.committee.id, day)
        ]

    clerk = "Công chức Văn phòng - Thống kê"
    assert told(MIDDLE) == [
        (first.id, None, "Lê Văn An", clerk),
        (second.id, None, "Lê Văn An", clerk),
        (person.id, None, "Vũ Thị Yến", "Giám đốc"),
        (None, here.other_department.id, "Sở Nội vụ", None),
        (None, here.commune.id, "Xã Đại An", None),
        (None, here.far_commune.id, "Xã Đại Minh", None),
    ]
    assert [(name, title) for _, _, name, title in told(date(2024, 6, 14))][2:5] == [
        ("Vũ Thị Yến", clerk),
        ("Sở Nội vụ", None),
        ("Xã Bình Minh", None),
    ]
    assert told(date(2024, 5, 31)) == []


def test_what_a_unit_is_a_member_of_is_found_by_the_unit(app: Flask) -> None:
    here = Province()
    mine = make_member_unit(here.commune, here.committee)
    make_member_unit(here.far_commune, here.committee)
    person = make_member("Lê Văn An", here.committee)
    assert overlapping(None, here.commune.id, Period(START)) == [mine]
    assert [one.person_id for one in overlapping(person.id, None, Period(START))] == [person.id]


def test_the_main_unit_is_the_person_s_own_and_ends_with_the_last_that_was_one(
    app: Flask,
) -> None:
    here = Province()
    person = make_member("Lê Văn An", here.commune, until=date(2024, 6, 10))
    make_membership(person, here.far_commune, since=date(2024, 6, 10), until=MIDDLE)
    make_membership(person, here.district, is_main=False, until=date(2024, 6, 20))
    make_member("Lê Người Khác", here.other_commune, until=date(2024, 6, 25))
    days = (START, date(2024, 6, 10), date(2024, 6, 14), MIDDLE)
    assert [main_unit_id(person.id, day) for day in days] == [
        here.commune.id,
        here.far_commune.id,
        here.far_commune.id,
        None,
    ]
    assert [main_ended_on(person.id, day) for day in days] == [None, None, None, MIDDLE]
    never = make_person("Lê Chưa Vào")
    assert main_ended_on(never.id, TODAY) is None


def test_belonging_is_parted_by_the_scope_of_today_in_order(app: Flask) -> None:
    here = MovingCommunes()
    person = make_person("Lê Văn An")
    make_membership(person, here.other_commune, since=MIDDLE, is_main=False)
    make_membership(person, here.commune, since=MIDDLE)
    make_membership(person, here.far_commune, until=MIDDLE)
    make_membership(person, here.commune, until=MIDDLE, is_main=False)
    make_member("Lê Người Khác", here.commune)
    early, late = Period(START, MIDDLE), Period(MIDDLE)
    assert belonging_of(person.id, here.below(here.district), TODAY) == (
        [early, late],
        [early, late],
    )
    assert belonging_of(person.id, EVERYTHING, TODAY) == ([early, early, late, late], [])


def test_only_an_approved_line_that_admits_or_changes_approves(app: Flask) -> None:
    here = Province()
    by = {
        name: make_approval(make_membership(make_person(), here.commune)).lines[0]
        for name in ("added", "changed", "ended", "returned", "open", "without decision")
    }
    by["changed"].action = LineAction.CHANGE
    by["ended"].action = LineAction.END
    by["returned"].outcome = LineOutcome.RETURNED
    by["open"].outcome = None
    by["without decision"].roster.state = RosterState.REVIEWED
    by["without decision"].roster.decision_id = None
    db.session.flush()
    lines = {line.membership_line_id or "": name for name, line in by.items()}
    assert {lines[line] for line in approved_line_ids(lines, TODAY)} == {"added", "changed"}
    assert {lines[line] for line in approvals_of(lines, TODAY)} == {"added", "changed"}
    assert approved_line_ids(["một dòng khác"], TODAY) == set()
    assert approvals_of(["một dòng khác"], TODAY) == {}


def test_approvals_of_a_line_stand_in_the_order_in_which_they_began(app: Flask) -> None:
    here = Province()
    membership = make_membership(make_person(), here.commune)
    later = date(2024, 6, 20)
    for issued_on, effective_from in ((later, START), (START, MIDDLE), (START, START)):
        make_approval(membership, issued_on=issued_on, effective_from=effective_from)

    def told(day: date) -> list[tuple[date, date]]:
        found = approvals_of([membership.line_id], day)[membership.line_id]
        return [(one.since, one.decided_on) for one in found]

    assert told(later) == [(START, START), (MIDDLE, START), (later, later)]
    assert told(date(2024, 6, 19)) == [(START, START), (MIDDLE, START)]
    assert told(date(2024, 6, 14)) == [(START, START)]


def test_an_end_is_approved_by_an_approved_line_that_ends_it_on_that_day(app: Flask) -> None:
    here = Province()

    def ended(until: date | None = MIDDLE, **changes: object) -> bool:
        membership = make_membership(make_person(), here.commune, until=until)
        line = make_approval(membership, effective_from=MIDDLE).lines[0]
        line.action = LineAction.END
        for name, value in changes.items():
            setattr(line, name, value)
        db.session.flush()
        return end_was_approved(membership)

    assert ended()
    assert not ended(action=LineAction.CHANGE)
    assert not ended(outcome=LineOutcome.RETURNED)
    assert not ended(until=date(2024, 6, 16))
    assert not ended(until=None)
    assert not ended(membership_line_id="một dòng khác")


def test_a_history_tells_what_is_in_the_scope_of_today_and_approved_by_the_day(
    app: Flask,
) -> None:
    here = MovingCommunes()
    person = make_person("Lê Lịch Sử")
    for unit, since, until in (
        (here.commune, START, MIDDLE),
        (here.far_commune, START, None),
        (here.other_commune, MIDDLE, None),
    ):
        make_approval(
            make_membership(person, unit, since=since, until=until, is_main=False),
            effective_from=MIDDLE,
        )
    make_member("Lê Người Khác", here.commune)

    def told(day: date, scope: Scope = EVERYTHING) -> list[tuple[int, bool]]:
        found = membership_history(person.id, day, scope, TODAY)
        return [(one.membership.unit_id, one.approved) for one in found]

    assert told(MIDDLE) == [
        (here.other_commune.id, True),
        (here.far_commune.id, True),
        (here.commune.id, False),
    ]
    assert [approved for _, approved in told(date(2024, 6, 14))] == [False, False, False]
    for day in (START, TODAY, date(2024, 7, 20)):
        own, other = (
            {unit for unit, _ in told(day, here.below(office))}
            for office in (here.district, here.other_district)
        )
        assert own == {here.commune.id}
        assert other == {here.far_commune.id, here.other_commune.id}


def test_an_approval_of_the_last_day_of_a_period_is_of_the_period(app: Flask) -> None:
    here = Province()
    person = make_person("Lê Lịch Sử")
    membership = make_membership(person, here.commune, until=MIDDLE)
    for day in (START, date(2024, 6, 14), MIDDLE):
        make_approval(membership, issued_on=day, effective_from=START)
    (past,) = membership_history(person.id, TODAY, EVERYTHING, TODAY)
    assert past.approval is not None
    assert past.approval.since == date(2024, 6, 14)


def test_a_period_that_is_over_names_team_and_commune_as_on_its_first_day(app: Flask) -> None:
    here = Province()
    team = make_unit("Tổ CNSCĐ thôn 1", UnitKind.COMMUNITY_TEAM, here.commune)
    over = make_member("Lê Đã Nghỉ", team, until=TODAY)
    goes_on = make_member("Lê Ở Lại", team)
    rename_unit(here.commune, "Xã Bình Tân", MIDDLE)
    rename_unit(team, "Tổ CNSCĐ thôn 2", MIDDLE)
    ended = make_unit("Tổ Đã Giải Thể", UnitKind.COMMUNITY_TEAM, here.district, until=START_OF_JULY)
    outlived = make_member("Lê Sống Lâu", ended)

    def told(person: Person, day: date) -> list[str]:
        return [one.unit_name for one in membership_history(person.id, day, EVERYTHING, TODAY)]

    assert told(over, TODAY) == ["Tổ CNSCĐ thôn 1, xã Bình Minh"]
    assert told(goes_on, TODAY) == ["Tổ CNSCĐ thôn 2, xã Bình Tân"]
    assert told(goes_on, date(2024, 6, 14)) == ["Tổ CNSCĐ thôn 1, xã Bình Minh"]
    assert told(outlived, START_OF_JULY) == [""]
