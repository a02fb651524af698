"""Who belongs to a unit on a day, and whose membership stands approved."""

from datetime import date

from flask import Flask

from registry.domain.memberships import MemberRole
from registry.domain.periods import Period
from registry.domain.units.kinds import UnitKind
from registry.models.base import db
from registry.models.people import Person
from registry.queries.memberships import (
    approvals_of,
    approved_line_ids,
    approved_on,
    main_unit_id,
    members_of,
    membership_history,
    overlapping,
)
from tests.conftest import TODAY
from tests.factories.approvals import approve_memberships
from tests.factories.people import make_approval, make_member, make_membership, make_person
from tests.factories.units import Province, make_unit, rename_unit

MIDDLE = date(2024, 6, 15)


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
    newest, oldest = membership_history(person.id, TODAY)
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
    (past,) = membership_history(person.id, TODAY)
    assert (past.unit_name, past.role) == ("Tổ CNSCĐ thôn 1, xã Bình Minh", "Tổ trưởng")


def test_a_unit_that_was_renamed_is_told_once_by_its_name_of_the_day(app: Flask) -> None:
    here = Province()
    past = make_member("Lê Đã Đi", here.commune, until=MIDDLE)
    present = make_member("Lê Ở Đây", here.commune)
    rename_unit(here.commune, "Xã Bình Tân", MIDDLE)

    def told(person: Person) -> list[str]:
        return [one.unit_name for one in membership_history(person.id, TODAY)]

    assert told(past) == ["Xã Bình Minh"]
    assert told(present) == ["Xã Bình Tân"]


def test_what_shares_a_day_is_found_and_neighbours_are_not(app: Flask) -> None:
    here = Province()
    person = make_person()
    early = make_membership(person, here.commune, until=MIDDLE)
    late = make_membership(person, here.other_commune, since=MIDDLE)
    assert overlapping(person.id, None, Period(MIDDLE)) == [late]
    assert overlapping(person.id, None, Period(date(2024, 6, 1), MIDDLE)) == [early]
    assert overlapping(person.id, None, Period(date(2024, 6, 1))) == [early, late]


def test_a_person_s_history_is_newest_first_with_names_of_then(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Lịch Sử", here.commune, until=MIDDLE)
    make_approval(make_membership(person, here.other_commune, since=MIDDLE))
    found = membership_history(person.id, TODAY)
    assert [(past.unit_name, past.approved) for past in found] == [
        ("Xã Bình Đào", True),
        ("Xã Bình Minh", False),
    ]
