"""Memberships: opening, ending, correcting, changing, transferring."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.assignments import AssignmentRole
from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Actor, Role, system_actor
from registry.domain.rosters import LineAction
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.queries.assignments.counting import not_counting
from registry.queries.assignments.lists import assignments_of_unit
from registry.queries.memberships import main_unit_id, members_of
from registry.services.memberships import changes, periods
from registry.services.memberships.changes import (
    ChangeMembership,
    CorrectMembership,
    EndMembership,
    Hanging,
    TransferMember,
    to_be_asked,
)
from registry.services.memberships.periods import OpenMembership
from tests.conftest import MOMENT, TODAY
from tests.factories.accounts import make_actor
from tests.factories.audited import Told, told
from tests.factories.people import (
    make_approval,
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.units import BEFORE_THE_MOVE, START, MovingCommunes, Province, make_unit

NEXT_MONTH = date(2024, 7, 1)


def opened(person: Person, unit_id: int, since: date = TODAY, **more: object) -> Membership:
    """Open a membership as the system."""
    command = OpenMembership(
        person_id=person.id, unit_id=unit_id, role=MemberRole.MEMBER, valid_from=since, **more
    )  # type: ignore[arg-type]
    return periods.open_membership(system_actor(), command, MOMENT)


def refused_on(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    """Return the fields a refusal names."""
    return [problem.field for problem in refusal.value.problems]


def the_membership(person: Person) -> Membership:
    """Return the only membership of a person."""
    return db.session.scalars(select(Membership).where(Membership.person_id == person.id)).one()


def all_memberships(person: Person) -> list[Membership]:
    """Return the memberships of a person, in order of time."""
    return list(
        db.session.scalars(
            select(Membership)
            .where(Membership.person_id == person.id)
            .order_by(Membership.valid_from)
        )
    )


def officer(here: Province) -> Actor:
    """Return a unit officer of the district: two communes are in scope."""
    return make_actor(Role.UNIT_OFFICER, here.district)


def actions() -> list[str]:
    """Return the audited actions about memberships, in order."""
    return [
        event.action
        for event in db.session.scalars(
            select(AuditEvent).where(AuditEvent.noun == "memberships").order_by(AuditEvent.sequence)
        )
    ]


def test_the_first_membership_is_main_and_a_second_is_not(app: Flask) -> None:
    here = Province()
    person = make_person()
    assert opened(person, here.commune.id).is_main
    assert not opened(person, here.other_commune.id).is_main
    assert main_unit_id(person.id, TODAY) == here.commune.id


def test_a_second_main_unit_is_refused_in_words(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Hai Nơi", here.commune)
    with pytest.raises(Invalid) as refusal:
        opened(person, here.other_commune.id, is_main=True)
    assert refused_on(refusal) == ["is_main"]


def test_nobody_joins_a_unit_twice_at_the_same_time(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Đã Có", here.commune)
    with pytest.raises(Invalid) as refusal:
        opened(person, here.commune.id)
    assert refused_on(refusal) == ["unit_id"]


def test_one_joins_again_on_the_day_after_the_last(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Trở Lại", here.commune, until=TODAY)
    assert opened(person, here.commune.id, TODAY).is_main


def test_a_unit_takes_nobody_before_it_is_there_nor_longer_than_it_was(app: Flask) -> None:
    here = Province()
    closed = make_unit("Xã Đã Hết", UnitKind.COMMUNE, here.district, until=TODAY)
    person = make_person()
    for since, until, field in (
        (date(2020, 1, 1), None, "valid_from"),
        (date(2024, 6, 10), None, "valid_to"),
        (date(2024, 6, 10), TODAY + timedelta(days=1), "valid_to"),
    ):
        with pytest.raises(Invalid) as refusal:
            opened(person, closed.id, since, valid_to=until)
        assert refused_on(refusal) == [field]
    assert opened(person, closed.id, date(2024, 6, 10), valid_to=TODAY)


def test_a_unit_that_is_known_to_end_takes_people_until_then(app: Flask) -> None:
    here = Province()
    closing = make_unit("Xã Sắp Hết", UnitKind.COMMUNE, here.district, until=date(2024, 8, 1))
    assert opened(make_person(), closing.id, TODAY).valid_to is None
    with pytest.raises(Invalid) as refusal:
        opened(make_person(), closing.id, date(2024, 8, 1))
    assert refused_on(refusal) == ["valid_from"]


def test_a_partner_organisation_has_no_members(app: Flask) -> None:
    here = Province()
    partner = make_unit("Trường Đại học Thử", UnitKind.PARTNER_ORGANISATION, here.province)
    with pytest.raises(Invalid) as refusal:
        opened(make_person(), partner.id)
    assert refused_on(refusal) == ["unit_id"]


def test_a_unit_may_be_a_member_and_is_never_main(app: Flask) -> None:
    here = Province()
    command = OpenMembership(
        person_id=None,
        unit_id=here.committee.id,
        role=MemberRole.MEMBER,
        valid_from=TODAY,
        member_unit_id=here.commune.id,
    )
    membership = periods.open_membership(system_actor(), command, MOMENT)
    assert not membership.is_main
    assert [row.full_name for row in members_of(here.committee.id, TODAY)] == ["Xã Bình Minh"]


def test_when_the_main_membership_ends_the_oldest_other_becomes_main_that_day(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Nhiều Nơi", here.commune)
    other = opened(person, here.other_commune.id)
    line = other.line_id
    main = the_main(person)
    periods.end_membership(system_actor(), main, NEXT_MONTH, "Chuyển công tác", MOMENT)
    assert main_unit_id(person.id, TODAY) == here.commune.id
    assert main_unit_id(person.id, NEXT_MONTH) == here.other_commune.id
    assert {row.line_id for row in members_of(here.other_commune.id, NEXT_MONTH)} == {line}


def main_days(person: Person) -> list[tuple[int, date, date | None]]:
    """Return which unit is main, from and up to which day."""
    rows = db.session.scalars(
        select(Membership)
        .where(Membership.person_id == person.id, Membership.is_main.is_(True))
        .order_by(Membership.valid_from)
    )
    return [(row.unit_id, row.valid_from, row.valid_to) for row in rows]


def test_where_the_one_that_becomes_main_ends_by_itself_the_next_becomes_it(app: Flask) -> None:
    here = Province()
    person = make_person("Lê Văn Năm")
    first = opened(person, here.commune.id, START)
    august = date(2024, 8, 1)
    opened(person, here.other_commune.id, START, valid_to=august)
    opened(person, here.far_commune.id, START + timedelta(days=1))
    periods.end_membership(system_actor(), first, NEXT_MONTH, "thôi", MOMENT)
    assert main_days(person) == [
        (here.commune.id, START, NEXT_MONTH),
        (here.other_commune.id, NEXT_MONTH, august),
        (here.far_commune.id, august, None),
    ]


def test_one_opened_before_a_main_one_that_is_planned_for_later_is_main_until_then(
    app: Flask,
) -> None:
    here = Province()
    person = make_person("Lê Văn Năm")
    opened(person, here.commune.id, NEXT_MONTH)
    opened(person, here.other_commune.id, TODAY)
    assert main_days(person) == [
        (here.other_commune.id, TODAY, NEXT_MONTH),
        (here.commune.id, NEXT_MONTH, None),
    ]


def test_one_opened_before_the_main_one_ends_is_main_from_that_end_on(app: Flask) -> None:
    here = Province()
    person = make_person("Trần Thị Hạnh")
    main = opened(person, here.commune.id)
    periods.end_membership(system_actor(), main, NEXT_MONTH, "Chuyển công tác", MOMENT)
    assert not opened(person, here.other_commune.id).is_main
    assert main_unit_id(person.id, TODAY) == here.commune.id
    assert main_unit_id(person.id, NEXT_MONTH) == here.other_commune.id


def the_main(person: Person) -> Membership:
    """Return the main membership of a person."""
    return db.session.scalars(
        select(Membership).where(Membership.person_id == person.id, Membership.is_main)
    ).one()


@pytest.mark.parametrize(
    ("day", "reason", "fields"),
    [
        (START, "nghỉ hưu", ["valid_to"]),
        (NEXT_MONTH, "  ", ["reason"]),
        (START, "", ["valid_to", "reason"]),
        (NEXT_MONTH, "x" * 301, ["reason"]),
    ],
)
def test_an_end_needs_a_day_inside_and_a_reason(
    app: Flask, day: date, reason: str, fields: list[str]
) -> None:
    here = Province()
    membership = the_membership(make_member("Lê Thôi Việc", here.commune))
    with pytest.raises(Invalid) as refusal:
        periods.end_membership(system_actor(), membership, day, reason, MOMENT)
    assert refused_on(refusal) == fields


@pytest.mark.parametrize("day", [TODAY, NEXT_MONTH])
def test_what_has_ended_does_not_end_again_on_that_day_or_later(app: Flask, day: date) -> None:
    here = Province()
    membership = the_membership(make_member("Lê Đã Thôi", here.commune, until=TODAY))
    with pytest.raises(Invalid) as refusal:
        periods.end_membership(system_actor(), membership, day, "nhầm", MOMENT)
    assert refused_on(refusal) == ["valid_to"]


def test_an_end_is_audited_and_its_reason_may_have_three_hundred_signs(app: Flask) -> None:
    here = Province()
    membership = the_membership(make_member("Lê Thôi Việc", here.commune))
    periods.end_membership(system_actor(), membership, NEXT_MONTH, "x" * 300, MOMENT)
    assert membership.end_reason == "x" * 300
    assert actions() == ["membership.end"]


def test_one_that_begins_on_the_day_on_which_the_main_one_ends_is_main_from_then_on(
    app: Flask,
) -> None:
    here = Province()
    person = make_member("Lê Nhiều Nơi", here.commune)
    opened(person, here.other_commune.id, NEXT_MONTH)
    periods.end_membership(system_actor(), the_main(person), NEXT_MONTH, "Chuyển", MOMENT)
    assert main_unit_id(person.id, NEXT_MONTH) == here.other_commune.id


@pytest.mark.parametrize(
    ("organisation", "accepted"), [("x" * 200, True), ("x" * 201, False), ("Hội 😀", False)]
)
def test_an_organisation_too_long_or_not_to_be_printed_is_refused_there(
    app: Flask, organisation: str, *, accepted: bool
) -> None:
    here = Province()
    person = make_person("Lê Đại Diện")
    if accepted:
        opening = opened(person, here.commune.id, organisation=organisation)
        assert opening.organisation == organisation
        return
    with pytest.raises(Invalid) as refusal:
        opened(person, here.commune.id, organisation=organisation)
    assert refused_on(refusal) == ["organisation"]


def end_order(membership: Membership, **more: object) -> EndMembership:
    """Return an order to end a membership next month."""
    return EndMembership(
        membership_id=membership.id,
        version=membership.version,
        valid_to=NEXT_MONTH,
        reason="nghỉ hưu",
        **more,
    )  # type: ignore[arg-type]


def test_an_officer_ends_a_membership_of_his_units_and_of_no_other(app: Flask) -> None:
    here = Province()
    membership = the_membership(make_member("Lê Nghỉ Hưu", here.commune))
    far = the_membership(make_member("Trần Ở Xa", here.far_commune))
    actor = officer(here)
    changes.end(actor, end_order(membership), MOMENT)
    assert membership.valid_to == NEXT_MONTH
    assert actions()[-1] == "membership.end"
    with pytest.raises(NotFound):
        changes.end(actor, end_order(far), MOMENT)
    viewer = make_actor(Role.VIEWER, here.committee)
    with pytest.raises(NotAllowed):
        changes.end(viewer, end_order(far), MOMENT)
    of_nobody = replace(end_order(far), membership_id=10**6)
    with pytest.raises(NotAllowed):
        changes.end(viewer, of_nobody, MOMENT)
    with pytest.raises(NotFound):
        changes.end(actor, of_nobody, MOMENT)


def test_an_end_in_the_past_is_kept_as_the_day_typed(app: Flask) -> None:
    membership = the_membership(make_member("Lê Thôi Từ Trước", Province().commune))
    command = EndMembership(
        membership_id=membership.id,
        version=membership.version,
        valid_to=date(2024, 6, 15),
        reason="nghỉ hưu",
    )
    changes.end(system_actor(), command, MOMENT)
    db.session.expire_all()
    assert membership.valid_to == date(2024, 6, 15)


def test_an_end_of_what_somebody_else_saved_is_a_conflict(app: Flask) -> None:
    here = Province()
    membership = the_membership(make_member("Lê Hai Người Sửa", here.commune))
    shown = end_order(membership)
    membership.organisation = "Hội Nông dân"
    db.session.flush()
    with pytest.raises(Conflict):
        changes.end(officer(here), shown, MOMENT)


def test_the_last_focal_point_does_not_leave_before_the_gap_is_named_and_accepted(
    app: Flask,
) -> None:
    here = Province()
    person = make_member("Lê Đầu Mối", here.commune)
    make_assignment(person, here.commune, make_decision(here.commune))
    membership = the_membership(person)
    with pytest.raises(Invalid) as refusal:
        changes.end(officer(here), end_order(membership), MOMENT)
    assert refused_on(refusal) == ["accept_gap"]
    assert "Xã Bình Minh" in refusal.value.message


def test_an_accepted_gap_lets_the_last_focal_point_leave(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Đầu Mối", here.commune)
    make_assignment(person, here.commune, make_decision(here.commune))
    membership = the_membership(person)
    changes.end(officer(here), end_order(membership, accept_gap=True), MOMENT)
    assert membership.valid_to == NEXT_MONTH


def test_one_of_two_focal_points_leaves_without_question(app: Flask) -> None:
    here = Province()
    decision = make_decision(here.commune)
    leaving, staying = (make_member(name, here.commune) for name in ("Lê Đi", "Lê Ở"))
    make_assignment(leaving, here.commune, decision)
    make_assignment(staying, here.commune, decision)
    membership = the_membership(leaving)
    changes.end(officer(here), end_order(membership), MOMENT)
    assert membership.valid_to == NEXT_MONTH


def days_of(assignment: Assignment) -> tuple[date, date | None]:
    """Return the days of an assignment as they are stored now."""
    db.session.refresh(assignment)
    return assignment.valid_from, assignment.valid_to


def test_what_hangs_on_a_membership_ends_with_it_and_is_audited(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Đầu Mối", here.commune)
    decision = make_decision(here.commune)
    focal = make_assignment(person, here.commune, decision)
    leader = make_assignment(person, here.commune, None, role=AssignmentRole.LEADER)
    past = make_assignment(
        person, here.commune, decision, role=AssignmentRole.SUPPORTING, until=date(2024, 6, 20)
    )
    order = end_order(the_membership(person), accept_gap=True)
    changes.end(officer(here), order, MOMENT)
    assert days_of(focal) == days_of(leader) == (START, NEXT_MONTH)
    assert days_of(past) == (START, date(2024, 6, 20))
    assert "không còn là thành viên" in (focal.end_reason or "")
    ended = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "assignment.end"))
    assert {event.object_id for event in ended} == {str(focal.id), str(leader.id)}


def test_every_deed_on_a_membership_says_of_which_unit_and_what_it_was_before(app: Flask) -> None:
    here = Province()
    actor = officer(here)
    line = opened(make_person("Lê Được Ghi"), here.commune.id, START)
    first, unit_id, known = str(line.id), here.commune.id, {"line_id": line.line_id}
    facts = {
        "role": "member",
        "organisation": None,
        "is_main": True,
        "is_secondment": False,
        "valid_from": START,
        "valid_to": None,
    }
    assert told(Deed.MEMBERSHIP_OPEN) == [Told("memberships", first, unit_id, known | facts)]
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.noun == "memberships")).one()
    assert event.person_id == line.person_id
    beside_the_chain = db.session.get_one(AuditPersonal, event.sequence)
    assert beside_the_chain.content == {"person_id": line.person_id}
    correction = CorrectMembership(
        membership_id=line.id,
        version=line.version,
        role=MemberRole.DEPUTY,
        organisation=None,
        is_main=True,
        valid_from=START,
        valid_to=None,
    )
    changes.correct(actor, correction, MOMENT)
    corrected = facts | {"role": "deputy"}
    assert told(Deed.MEMBERSHIP_CORRECT) == [
        Told("memberships", first, unit_id, known | {"before": facts, "after": corrected})
    ]
    change = ChangeMembership(
        membership_id=line.id,
        version=line.version,
        role=MemberRole.HEAD,
        organisation=None,
        is_main=True,
        day=TODAY,
    )
    following = changes.change_from(actor, change, MOMENT)
    changed = facts | {"role": "head", "valid_from": TODAY}
    assert told(Deed.MEMBERSHIP_CHANGE) == [
        Told(
            "memberships",
            str(following.id),
            unit_id,
            known | {"before": corrected, "after": changed},
        )
    ]
    order = EndMembership(
        membership_id=following.id,
        version=following.version,
        valid_to=NEXT_MONTH,
        reason="Nghỉ hưu",
    )
    changes.end(actor, order, MOMENT)
    assert told(Deed.MEMBERSHIP_END) == [
        Told(
            "memberships",
            str(following.id),
            unit_id,
            known | {"valid_to": NEXT_MONTH},
        )
    ]


def test_what_is_kept_stays_recorded_and_counts_no_more(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Đầu Mối", here.commune)
    focal = make_assignment(person, here.commune, make_decision(here.commune))
    kept = Hanging(kept=frozenset({focal.id}))
    order = end_order(the_membership(person), hanging=kept)
    with pytest.raises(Invalid) as refusal:
        changes.end(officer(here), order, MOMENT)
    assert refused_on(refusal) == ["accept_gap"]
    db.session.rollback()


def test_what_is_kept_with_its_gap_accepted_says_why_it_does_not_count(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Đầu Mối", here.commune)
    focal = make_assignment(person, here.commune, make_decision(here.commune))
    kept = Hanging(kept=frozenset({focal.id}))
    order = end_order(the_membership(person), hanging=kept, accept_gap=True)
    changes.end(officer(here), order, MOMENT)
    assert days_of(focal) == (START, None)
    found = not_counting(assignments_of_unit(here.commune.id, NEXT_MONTH), NEXT_MONTH)
    assert [why.sentence for why in found.values()] == [
        "Không còn là thành viên của đơn vị từ ngày 01/07/2024"
    ]
    assert not not_counting(assignments_of_unit(here.commune.id, TODAY), TODAY)


def test_nothing_ends_that_the_officer_was_not_asked_about(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Đầu Mối", here.commune)
    focal = make_assignment(person, here.commune, make_decision(here.commune))
    shown = Hanging(shown=frozenset({focal.id + 1}))
    order = end_order(the_membership(person), hanging=shown, accept_gap=True)
    with pytest.raises(Invalid) as refusal:
        changes.end(officer(here), order, MOMENT)
    assert refused_on(refusal) == ["kept"]


def test_what_another_membership_holds_does_not_hang_on_the_one_that_ends(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Hai Nơi", here.commune)
    make_membership(person, here.district, is_main=False)
    focal = make_assignment(person, here.commune, make_decision(here.commune))
    changes.end(officer(here), end_order(the_main(person)), MOMENT)
    assert days_of(focal) == (START, None)


def test_what_is_assigned_elsewhere_out_of_scope_is_left_as_it_is(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Đầu Mối", here.commune)
    above = make_assignment(person, here.district, make_decision(here.district))
    own = make_assignment(person, here.commune, make_decision(here.commune))
    actor = make_actor(Role.UNIT_OFFICER, here.commune)
    changes.end(actor, end_order(the_membership(person), accept_gap=True), MOMENT)
    assert days_of(own) == (START, NEXT_MONTH)
    assert days_of(above) == (START, None)


def test_what_hangs_on_a_membership_is_asked_of_whose_the_unit_is_today(app: Flask) -> None:
    here = MovingCommunes()
    person = make_member("Lê Đầu Mối", here.other_commune)
    focal = make_assignment(person, here.other_commune, make_decision(here.other_commune))
    membership = the_membership(person)
    asked = [
        [row.id for row in to_be_asked(officer, membership, day, TODAY)]
        for officer in (
            make_actor(Role.UNIT_OFFICER, here.other_district),
            make_actor(Role.UNIT_OFFICER, here.district),
        )
        for day in (BEFORE_THE_MOVE, TODAY)
    ]
    assert asked == [[focal.id], [focal.id], [], []]


def correction(membership: Membership, **changes: object) -> CorrectMembership:
    """Return a correction that changes only what is named."""
    values = {
        "role": membership.role,
        "organisation": membership.organisation,
        "is_main": membership.is_main,
        "valid_from": membership.valid_from,
        "valid_to": membership.valid_to,
        **changes,
    }
    return CorrectMembership(membership_id=membership.id, version=membership.version, **values)  # type: ignore[arg-type]


def test_a_correction_rewrites_the_row_and_keeps_before_and_after(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Sai Ngày", here.commune)
    membership = the_membership(person)
    command = correction(membership, role=MemberRole.HEAD, valid_from=date(2024, 6, 10))
    changes.correct(officer(here), command, MOMENT)
    assert the_membership(person).valid_from == date(2024, 6, 10)
    event = db.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "membership.correct")
    ).one()
    assert event.details["before"]["valid_from"] == {"$day": "2024-06-01"}
    assert event.details["after"]["role"] == "head"


def test_a_correction_before_the_unit_began_is_refused(app: Flask) -> None:
    here = Province()
    membership = the_membership(make_member("Lê Sai Ngày", here.commune))
    with pytest.raises(Invalid) as refusal:
        changes.correct(officer(here), correction(membership, valid_from=date(2024, 5, 1)), MOMENT)
    assert refused_on(refusal) == ["valid_from"]


def test_a_correction_over_an_earlier_membership_of_the_unit_is_refused(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Trở Lại", here.commune, until=date(2024, 6, 15))
    again = opened(person, here.commune.id, date(2024, 6, 20))
    with pytest.raises(Invalid) as refusal:
        changes.correct(officer(here), correction(again, valid_from=date(2024, 6, 10)), MOMENT)
    assert "unit_id" in refused_on(refusal)
    db.session.expire_all()
    assert [(row.valid_from, row.valid_to) for row in all_memberships(person)] == [
        (START, date(2024, 6, 15)),
        (date(2024, 6, 20), None),
    ]


def test_a_correction_never_leaves_a_person_without_main_unit(app: Flask) -> None:
    here = Province()
    membership = the_membership(make_member("Lê Một Nơi", here.commune))
    with pytest.raises(Invalid) as refusal:
        changes.correct(officer(here), correction(membership, is_main=False), MOMENT)
    assert refused_on(refusal) == ["is_main"]


def test_an_end_put_right_keeps_its_reason_and_one_taken_back_has_none(app: Flask) -> None:
    here = Province()
    membership = the_membership(make_member("Lê Đã Thôi", here.commune))
    periods.end_membership(system_actor(), membership, TODAY, "Nghỉ hưu", MOMENT)
    actor = officer(here)
    changes.correct(actor, correction(membership, valid_to=NEXT_MONTH), MOMENT)
    assert membership.end_reason == "Nghỉ hưu"
    changes.correct(actor, correction(membership, valid_to=None), MOMENT)
    assert membership.end_reason is None


def test_a_main_membership_that_ended_by_a_correction_passes_main_on(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Nhiều Nơi", here.commune)
    opened(person, here.other_commune.id)
    changes.correct(officer(here), correction(the_main(person), valid_to=NEXT_MONTH), MOMENT)
    assert main_unit_id(person.id, TODAY) == here.commune.id
    assert main_unit_id(person.id, NEXT_MONTH) == here.other_commune.id


def test_no_correction_makes_a_second_unit_main_or_a_unit_that_is_a_member(app: Flask) -> None:
    here = Province()
    actor, person = officer(here), make_member("Lê Hai Nơi", here.commune)
    for membership in (opened(person, here.other_commune.id), unit_as_member(here)):
        with pytest.raises(Invalid) as refusal:
            changes.correct(actor, correction(membership, is_main=True), MOMENT)
        assert refused_on(refusal) == ["is_main"]
    assert main_unit_id(person.id, TODAY) == here.commune.id


def test_a_change_beside_the_main_one_leaves_all_others_as_they_are(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Ba Nơi", here.commune)
    beside = make_membership(person, here.other_commune, is_main=False)
    third = make_membership(person, here.far_commune, is_main=False)
    actor = officer(here)
    risen = changes.change_from(actor, change(beside, role=MemberRole.HEAD, day=TODAY), MOMENT)
    assert main_unit_id(person.id, NEXT_MONTH) == here.commune.id
    changes.change_from(actor, change(risen, is_main=True), MOMENT)
    assert main_unit_id(person.id, NEXT_MONTH) == here.other_commune.id
    assert third.valid_to is None


def test_a_change_opens_a_new_period_of_the_same_line(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Lên Chức", here.commune)
    membership = the_membership(person)
    command = ChangeMembership(
        membership_id=membership.id,
        version=membership.version,
        role=MemberRole.HEAD,
        organisation=None,
        is_main=True,
        day=NEXT_MONTH,
    )
    following = changes.change_from(officer(here), command, MOMENT)
    assert following.line_id == membership.line_id
    assert (membership.valid_to, following.valid_from) == (NEXT_MONTH, NEXT_MONTH)
    assert [row.role for row in members_of(here.commune.id, TODAY)] == [MemberRole.MEMBER]
    assert [row.role for row in members_of(here.commune.id, NEXT_MONTH)] == [MemberRole.HEAD]


def test_making_a_unit_main_from_a_day_ends_the_other_being_main(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Đổi Chính", here.commune)
    second = make_membership(person, here.other_commune, is_main=False)
    command = ChangeMembership(
        membership_id=second.id,
        version=second.version,
        role=MemberRole.MEMBER,
        organisation=None,
        is_main=True,
        day=NEXT_MONTH,
    )
    changes.change_from(officer(here), command, MOMENT)
    assert main_unit_id(person.id, TODAY) == here.commune.id
    assert main_unit_id(person.id, NEXT_MONTH) == here.other_commune.id


def test_a_main_membership_of_a_unit_out_of_scope_is_not_given_up_from_here(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Hai Nơi", here.commune)
    second = make_membership(person, here.far_commune, is_main=False)
    command = ChangeMembership(
        membership_id=second.id,
        version=second.version,
        role=second.role,
        organisation=None,
        is_main=True,
        day=TODAY,
    )
    with pytest.raises(Invalid) as refusal:
        changes.change_from(make_actor(Role.UNIT_OFFICER, here.far_commune), command, MOMENT)
    assert refused_on(refusal) == ["is_main"]
    assert "Xã Bình Minh" not in refusal.value.message
    assert main_unit_id(person.id, TODAY) == here.commune.id
    changes.change_from(make_actor(Role.REVIEWER, here.it_department), command, MOMENT)
    assert main_unit_id(person.id, TODAY) == here.far_commune.id
    told = {
        event.unit_id
        for event in db.session.scalars(
            select(AuditEvent).where(AuditEvent.action == "membership.change")
        )
    }
    assert told == {here.commune.id, here.far_commune.id}


def test_what_was_approved_changes_through_the_list_only(app: Flask) -> None:
    here = Province()
    membership = the_membership(make_member("Lê Đã Duyệt", here.commune))
    make_approval(membership)
    actor = officer(here)
    command = ChangeMembership(
        membership_id=membership.id,
        version=membership.version,
        role=MemberRole.HEAD,
        organisation=None,
        is_main=True,
        day=NEXT_MONTH,
    )
    with pytest.raises(Invalid) as refusal:
        changes.change_from(actor, command, MOMENT)
    assert refused_on(refusal) == ["role"]
    with pytest.raises(Invalid) as refusal:
        changes.correct(
            actor,
            correction(membership, valid_from=date(2024, 6, 2), organisation="Hội Nông dân"),
            MOMENT,
        )
    assert refused_on(refusal) == ["organisation", "valid_from"]


def test_an_end_that_was_approved_is_taken_back_through_the_list_only(app: Flask) -> None:
    here = Province()
    membership = the_membership(make_member("Lê Đã Thôi", here.commune, until=TODAY))
    make_approval(membership)
    ended = make_approval(membership, effective_from=TODAY)
    ended.lines[0].action = LineAction.END
    db.session.flush()
    with pytest.raises(Invalid) as refusal:
        changes.correct(officer(here), correction(membership, valid_to=None), MOMENT)
    assert refused_on(refusal) == ["valid_to"]
    assert membership.valid_to == TODAY


def moved(membership: Membership, unit_id: int, **more: object) -> TransferMember:
    """Return an order to move a member next month."""
    values = {"is_secondment": False, "reason": "Điều động", **more}
    return TransferMember(
        membership_id=membership.id,
        version=membership.version,
        unit_id=unit_id,
        role=MemberRole.MEMBER,
        day=NEXT_MONTH,
        **values,  # type: ignore[arg-type]
    )


def test_a_transfer_closes_and_opens_on_the_same_day_and_main_goes_along(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Điều Động", here.commune)
    membership = the_membership(person)
    there = changes.transfer(officer(here), moved(membership, here.other_commune.id), MOMENT)
    assert membership.valid_to == there.valid_from == NEXT_MONTH
    assert there.line_id != membership.line_id
    assert main_unit_id(person.id, NEXT_MONTH) == here.other_commune.id


def test_a_secondment_keeps_the_home_unit_main(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Biệt Phái", here.commune)
    membership = the_membership(person)
    there = changes.transfer(
        officer(here), moved(membership, here.other_commune.id, is_secondment=True), MOMENT
    )
    assert there.is_secondment
    assert membership.valid_to is None
    assert main_unit_id(person.id, NEXT_MONTH) == here.commune.id


def test_a_secondment_may_say_when_it_ends_and_a_move_may_not(app: Flask) -> None:
    here = Province()
    actor = officer(here)
    membership = the_membership(make_member("Lê Biệt Phái", here.commune))
    until = NEXT_MONTH + timedelta(days=90)
    for wrong in (
        {"until": until},
        {"is_secondment": True, "until": NEXT_MONTH},
        {"is_secondment": True, "until": date(9999, 12, 31)},
    ):
        with pytest.raises(Invalid) as refusal:
            changes.transfer(actor, moved(membership, here.other_commune.id, **wrong), MOMENT)
        assert refused_on(refusal) == ["until"]
    order = moved(membership, here.other_commune.id, is_secondment=True, until=until)
    there = changes.transfer(actor, order, MOMENT)
    assert (there.valid_from, there.valid_to) == (NEXT_MONTH, until)
    with pytest.raises(Conflict):
        changes.transfer(actor, order, MOMENT)


def test_nobody_is_moved_out_of_ones_scope(app: Flask) -> None:
    here = Province()
    membership = the_membership(make_member("Lê Điều Động", here.commune))
    with pytest.raises(NotFound):
        changes.transfer(officer(here), moved(membership, here.far_commune.id), MOMENT)


def test_a_transfer_of_the_last_focal_point_names_the_gap(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Đầu Mối", here.commune)
    make_assignment(person, here.commune, make_decision(here.commune))
    with pytest.raises(Invalid) as refusal:
        changes.transfer(
            officer(here), moved(the_membership(person), here.other_commune.id), MOMENT
        )
    assert refused_on(refusal) == ["accept_gap"]


def test_a_transfer_ends_what_the_new_unit_does_not_hold(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Đầu Mối", here.commune)
    own = make_assignment(person, here.commune, make_decision(here.commune))
    above = make_assignment(person, here.district, make_decision(here.district))
    order = moved(the_membership(person), here.other_commune.id, accept_gap=True)
    changes.transfer(officer(here), order, MOMENT)
    assert days_of(own) == (START, NEXT_MONTH)
    assert days_of(above) == (START, None)


def test_a_secondment_leaves_no_gap_at_home(app: Flask) -> None:
    here = Province()
    person = make_member("Lê Đầu Mối", here.commune)
    make_assignment(person, here.commune, make_decision(here.commune))
    order = moved(the_membership(person), here.other_commune.id, is_secondment=True)
    assert changes.transfer(officer(here), order, MOMENT).is_secondment
    (focal,) = db.session.scalars(select(Assignment))
    assert days_of(focal) == (START, None)


def test_a_first_day_more_than_a_year_ahead_is_taken_for_a_mistyped_year(app: Flask) -> None:
    here = Province()
    person = make_person("Trần Văn Xa")
    command = OpenMembership(
        person_id=person.id,
        unit_id=here.commune.id,
        role=MemberRole.MEMBER,
        valid_from=date(2030, 1, 1),
    )
    with pytest.raises(Invalid) as refusal:
        periods.open_membership(system_actor(), command, MOMENT)
    assert refusal.value.problems[0].field == "valid_from"


def change(membership: Membership, **changes: object) -> ChangeMembership:
    """Return an order by which, next month, only what is named becomes otherwise."""
    values = {
        "role": membership.role,
        "organisation": membership.organisation,
        "is_main": membership.is_main,
        "day": NEXT_MONTH,
        **changes,
    }
    return ChangeMembership(membership_id=membership.id, version=membership.version, **values)  # type: ignore[arg-type]


LATEST = TODAY + timedelta(days=366)


@pytest.mark.parametrize("day", [LATEST, LATEST + timedelta(days=1)])
@pytest.mark.parametrize("way", ["open", "correct", "change"])
def test_a_year_and_a_day_ahead_is_the_latest_first_day_whichever_way_it_is_written(
    app: Flask, way: str, day: date
) -> None:
    here = Province()
    person = make_person("Trần Văn Xa")
    membership = opened(person, here.commune.id)

    def write() -> Membership:
        if way == "open":
            return opened(make_person("Trần Thị Xa"), here.commune.id, day)
        if way == "correct":
            return changes.correct(officer(here), correction(membership, valid_from=day), MOMENT)
        order = change(membership, role=MemberRole.HEAD, day=day)
        return changes.change_from(officer(here), order, MOMENT)

    if day == LATEST:
        assert write().valid_from == day
        return
    with pytest.raises(Invalid) as refusal:
        write()
    assert refused_on(refusal) == ["change_from" if way == "change" else "valid_from"]


def unit_as_member(here: Province) -> Membership:
    """Make a unit a member of the commune."""
    command = OpenMembership(
        person_id=None,
        member_unit_id=here.other_commune.id,
        unit_id=here.commune.id,
        role=MemberRole.MEMBER,
        valid_from=TODAY,
    )
    return periods.open_membership(system_actor(), command, MOMENT)


def test_a_transfer_is_refused_for_each_of_its_reasons_and_moves_nobody(app: Flask) -> None:
    here = Province()
    actor, there = officer(here), here.other_commune.id
    person = make_member("Lê Điều Động", here.commune, until=date(2024, 9, 1))
    stays = the_membership(person)
    unit = unit_as_member(here)
    last = NEXT_MONTH + timedelta(days=3653)
    for membership, unit_id, order, fields in (
        (unit, there, {}, ["unit_id"]),
        (stays, here.commune.id, {}, ["unit_id"]),
        (stays, there, {"day": START}, ["day"]),
        (stays, there, {"day": START - timedelta(days=1)}, ["day"]),
        (stays, there, {"day": date(2024, 9, 1)}, ["day"]),
        (stays, there, {"until": last}, ["until"]),
        (stays, there, {"is_secondment": True, "until": NEXT_MONTH}, ["until"]),
        (stays, there, {"is_secondment": True, "until": last + timedelta(days=1)}, ["until"]),
        (
            stays,
            there,
            {"is_secondment": True, "day": date(9999, 1, 1), "until": date(9999, 12, 31)},
            ["day"],
        ),
    ):
        with pytest.raises(Invalid) as refusal:
            changes.transfer(actor, replace(moved(membership, unit_id), **order), MOMENT)
        assert refused_on(refusal) == fields, order
    assert [row.valid_to for row in all_memberships(person)] == [date(2024, 9, 1)]
    assert unit.valid_to is None
    lasting = the_membership(make_member("Lê Biệt Phái", here.commune))
    order = replace(moved(lasting, there), is_secondment=True, until=last)
    assert changes.transfer(actor, order, MOMENT).valid_to == last


def test_one_leaves_from_the_day_after_the_first_to_the_day_before_the_last(app: Flask) -> None:
    here = Province()
    actor = officer(here)
    for name, day in (("Lê Văn Sớm", START + timedelta(days=1)), ("Lê Văn Muộn", TODAY)):
        person = make_member(name, here.commune, until=TODAY + timedelta(days=1))
        membership = the_membership(person)
        order = replace(moved(membership, here.other_commune.id), day=day, reason="")
        assert changes.transfer(actor, order, MOMENT).valid_from == day
        assert (membership.valid_to, membership.end_reason) == (day, "Chuyển đơn vị")


def test_a_change_is_refused_for_each_of_its_reasons_and_changes_nothing(app: Flask) -> None:
    here = Province()
    actor = officer(here)
    person = make_member("Lê Lên Chức", here.commune, until=date(2024, 9, 1))
    membership = the_membership(person)
    beside = make_membership(person, here.other_commune, is_main=False)
    for changed, order, fields in (
        (membership, {"day": START - timedelta(days=1)}, ["change_from"]),
        (membership, {"day": date(2024, 9, 1)}, ["change_from"]),
        (membership, {"is_main": False}, ["is_main"]),
        (unit_as_member(here), {"is_main": True}, ["is_main"]),
    ):
        with pytest.raises(Invalid) as refusal:
            changes.change_from(actor, change(changed, **order), MOMENT)
        assert refused_on(refusal) == fields, order
    assert [row.role for row in all_memberships(person)] == [MemberRole.MEMBER] * 2
    assert not beside.is_main


def test_a_unit_is_made_main_from_the_day_on_which_the_other_began_at_the_earliest(
    app: Flask,
) -> None:
    here = Province()
    person = make_person("Lê Hai Nơi")
    beside = make_membership(person, here.other_commune, since=START, is_main=False)
    main = make_membership(person, here.commune, since=NEXT_MONTH, is_main=True)
    actor = officer(here)
    early = change(beside, is_main=True, day=NEXT_MONTH - timedelta(days=1))
    with pytest.raises(Invalid) as refusal:
        changes.change_from(actor, early, MOMENT)
    assert refused_on(refusal) == ["change_from"]
    assert main.is_main
    changes.change_from(actor, change(beside, is_main=True), MOMENT)
    assert main_unit_id(person.id, NEXT_MONTH) == here.other_commune.id
