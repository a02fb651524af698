"""A membership entered by mistake today is taken out, as if it had never been entered."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from registry.domain.assignments import AssignmentRole, Duty
from registry.domain.audit.deeds import Deed
from registry.domain.errors import Conflict, Invalid, NotAllowed, NotFound
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Actor, Role, system_actor
from registry.models.audit import AuditEvent, AuditPersonal
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person, PersonPeriod
from registry.queries.assignments.holders import Holder
from registry.queries.memberships import main_unit_id
from registry.services import people
from registry.services.assignments.changes import record_assignment
from registry.services.assignments.commands import AssignmentDetails, RecordAssignment
from registry.services.decisions import ScanStore
from registry.services.memberships.changes import ChangeMembership, change_from
from registry.services.memberships.taking_back import TakeBackMembership, take_back_membership
from registry.services.units.checks import faults
from tests.conftest import MOMENT, NOW, TODAY
from tests.factories.accounts import make_account, make_actor
from tests.factories.audited import told
from tests.factories.cards import make_card
from tests.factories.people import (
    make_assignment,
    make_decision,
    make_member,
    make_membership,
    make_person,
)
from tests.factories.rosters import make_line, make_roster
from tests.factories.small_province import SmallProvince, carried
from tests.factories.units import START, Province

YESTERDAY = date(2024, 6, 29)


@pytest.fixture
def here(app: Flask) -> Province:
    """Return a small province."""
    return Province()


@pytest.fixture
def officer(here: Province) -> Actor:
    """Return the officer of the commune."""
    return make_actor(Role.UNIT_OFFICER, here.commune)


def register(here: Province, actor: Actor, since: date = TODAY) -> Membership:
    """Register somebody new in the commune today."""
    command = people.RegisterPerson(
        unit_id=here.commune.id,
        details=people.PersonDetails(full_name="Nguyễn Ghi Nhầm", phone="0905000111"),
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=since,
    )
    person = people.register(actor, command, None, MOMENT)
    return one_of(person.id)


def add(here: Province, person: Person, since: date = TODAY) -> Membership:
    """Make somebody known a member of the commune today."""
    command = people.AddKnownPerson(
        person_id=person.id,
        unit_id=here.commune.id,
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=since,
    )
    return people.add_known(system_actor(), command, MOMENT)


def one_of(person_id: int) -> Membership:
    return db.session.scalars(select(Membership).where(Membership.person_id == person_id)).one()


def take_back(actor: Actor, membership: Membership, *, accept_gap: bool = False) -> bool:
    command = TakeBackMembership(
        membership_id=membership.id, version=membership.version, accept_gap=accept_gap
    )
    return take_back_membership(actor, command, MOMENT)


def memberships_of(person: Person) -> list[Membership]:
    rows = select(Membership).where(Membership.person_id == person.id)
    return list(db.session.scalars(rows.order_by(Membership.valid_from)))


def test_who_was_registered_in_the_wrong_unit_this_morning_never_was(
    here: Province, officer: Actor
) -> None:
    membership = register(here, officer)
    membership_id, person_id = membership.id, membership.person_id
    assert take_back(officer, membership) is True
    assert db.session.get(Membership, membership_id) is None
    assert db.session.get(Person, person_id) is None
    periods = select(PersonPeriod).where(PersonPeriod.person_id == person_id)
    assert db.session.scalars(periods).all() == []
    (said,) = told(Deed.MEMBERSHIP_TAKE_BACK)
    assert (said.object_id, said.unit_id) == (str(membership_id), here.commune.id)
    assert "person_id" not in said.details
    assert [one.object_id for one in told(Deed.PERSON_TAKE_BACK)] == [str(person_id)]


def test_who_took_it_out_stands_in_the_audit_and_nothing_personal_in_its_details(
    here: Province, officer: Actor
) -> None:
    take_back(officer, register(here, officer))
    for event in db.session.scalars(
        select(AuditEvent).where(AuditEvent.action.endswith(".take_back"))
    ):
        assert event.account_id == officer.account_id
        assert "Nhầm" not in str(event.details)
        beside = db.session.get(AuditPersonal, event.sequence)
        assert beside is None or set(beside.content or {}) == {"person_id"}


def test_the_number_of_what_was_taken_out_is_given_to_no_other(
    here: Province, officer: Actor
) -> None:
    gone = register(here, officer)
    membership_id, person_id = gone.id, gone.person_id
    take_back(officer, gone)
    following = register(here, officer)
    assert following.id > membership_id
    assert (following.person_id or 0) > (person_id or 0)


def test_whoever_belongs_elsewhere_keeps_the_record_and_the_other_unit(
    here: Province, officer: Actor
) -> None:
    person = make_member("Lê Ở Xã Bên", here.other_commune)
    membership = add(here, person)
    assert take_back(officer, membership) is False
    (other,) = memberships_of(person)
    assert (other.unit_id, other.is_main) == (here.other_commune.id, True)


def test_who_left_before_keeps_the_record(here: Province, officer: Actor) -> None:
    person = make_member("Lê Đã Nghỉ", here.other_commune, until=date(2024, 6, 10))
    membership = add(here, person, since=date(2024, 6, 20))
    assert take_back(officer, membership) is False
    assert [row.valid_to for row in memberships_of(person)] == [date(2024, 6, 10)]


def test_a_main_unit_taken_out_makes_the_one_that_stays_main(
    here: Province, officer: Actor
) -> None:
    person = make_person("Lê Hai Nơi")
    membership = add(here, person, since=START)
    other = make_membership(person, here.other_commune, is_main=False)
    assert membership.is_main
    take_back(officer, membership)
    assert [row.id for row in memberships_of(person)] == [other.id]
    assert main_unit_id(person.id, TODAY) == here.other_commune.id


def test_all_that_was_said_of_it_today_goes_along(here: Province, officer: Actor) -> None:
    membership = register(here, officer, since=START)
    command = ChangeMembership(
        membership_id=membership.id,
        version=membership.version,
        role=MemberRole.HEAD,
        organisation=None,
        is_main=True,
        day=date(2024, 6, 20),
    )
    following = change_from(officer, command, MOMENT)
    line = select(Membership).where(Membership.person_id == following.person_id)
    assert len(db.session.scalars(line).all()) == 2
    assert take_back(officer, following) is True
    assert db.session.scalars(line).all() == []


def test_of_an_earlier_day_it_is_ended_or_corrected(here: Province, officer: Actor) -> None:
    yesterday = replace(MOMENT, instant=NOW.replace(day=29))
    person = make_member("Lê Ở Xã Bên", here.other_commune)
    command = people.AddKnownPerson(
        person_id=person.id,
        unit_id=here.commune.id,
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=YESTERDAY,
    )
    membership = people.add_known(system_actor(), command, yesterday)
    with pytest.raises(Invalid, match="trong ngày hôm nay"):
        take_back(officer, membership)
    unknown = make_membership(make_person("Trần Không Rõ"), here.commune, since=TODAY)
    with pytest.raises(Invalid, match="trong ngày hôm nay"):
        take_back(officer, unknown)
    assert db.session.get(Membership, membership.id) is not None


def test_others_than_the_unit_s_officers_take_nothing_out(here: Province, officer: Actor) -> None:
    membership = register(here, officer)
    with pytest.raises(NotFound):
        take_back(make_actor(Role.UNIT_OFFICER, here.other_commune), membership)
    with pytest.raises(NotAllowed):
        take_back(make_actor(Role.VIEWER, here.commune), membership)
    stale = TakeBackMembership(membership_id=membership.id, version=membership.version + 1)
    with pytest.raises(Conflict):
        take_back_membership(officer, stale, MOMENT)


def refused_with(actor: Actor, membership: Membership, noun: str) -> None:
    with pytest.raises(Invalid, match=f"đã ghi thêm dữ liệu dựa vào nội dung này.*{noun}"):
        take_back(actor, membership)
    assert db.session.get(Membership, membership.id) is not None


def test_while_a_list_names_it_it_stays(here: Province, officer: Actor) -> None:
    person = make_member("Lê Ở Xã Bên", here.other_commune)
    membership = add(here, person)
    make_roster(here.commune, [make_line(person)])
    refused_with(officer, membership, "dòng danh sách thành viên")


def test_a_list_of_another_unit_or_of_earlier_hinders_nothing(
    here: Province, officer: Actor
) -> None:
    person = make_member("Lê Ở Xã Bên", here.other_commune)
    membership = add(here, person)
    make_roster(here.other_commune, [make_line(person)])
    assert take_back(officer, membership) is False


def test_while_there_is_a_card_of_it_it_stays(here: Province, officer: Actor) -> None:
    person = make_member("Lê Ở Xã Bên", here.other_commune)
    membership = add(here, person)
    make_card(membership)
    refused_with(officer, membership, "thẻ thành viên")


def test_while_an_assignment_of_today_holds_by_it_it_stays(
    here: Province, officer: Actor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    person = make_member("Lê Ở Xã Bên", here.far_commune)
    membership = add(here, person)
    details = AssignmentDetails(
        holder=Holder(person.id, None),
        role=AssignmentRole.SUPPORTING,
        duty=Duty.CONCURRENT,
        concurrent_fields="Văn phòng",
    )
    record_assignment(
        officer,
        RecordAssignment(unit_id=here.commune.id, details=details, valid_from=TODAY),
        MOMENT,
        ScanStore(tmp_path_factory.mktemp("scans"), 1024),
    )
    refused_with(officer, membership, "phân công")


def test_what_went_on_in_a_unit_to_come_goes_along(app: Flask) -> None:
    small = SmallProvince()
    carried(small.merge())
    person = make_member("Lê Ở Xã Khác", small.far_commune)
    command = people.AddKnownPerson(
        person_id=person.id,
        unit_id=small.commune.id,
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=TODAY,
    )
    membership = people.add_known(system_actor(), command, MOMENT)
    line = select(Membership).where(Membership.line_id == membership.line_id)
    assert len(db.session.scalars(line).all()) == 2
    assert take_back(system_actor(), membership) is False
    assert db.session.scalars(line).all() == []
    assert faults(TODAY) == []


def test_what_names_the_person_keeps_the_record_and_so_the_membership(
    here: Province, officer: Actor
) -> None:
    membership = register(here, officer)
    make_account(Role.VIEWER, here.commune, login="moi", person=membership.person)
    refused_with(officer, membership, "tài khoản")


def test_an_assignment_of_before_that_counts_by_it_is_a_gap_to_be_accepted(
    here: Province, officer: Actor
) -> None:
    person = make_member("Lê Đầu Mối", here.commune, until=date(2024, 6, 10))
    make_membership(person, here.other_commune, since=date(2024, 6, 10))
    make_assignment(person, here.commune, make_decision(here.commune), since=date(2024, 6, 12))
    membership = add(here, person, since=date(2024, 6, 12))
    with pytest.raises(Invalid) as refusal:
        take_back(officer, membership)
    assert [problem.field for problem in refusal.value.problems] == ["accept_gap"]
    assert take_back(officer, membership, accept_gap=True) is False
    (said,) = told(Deed.MEMBERSHIP_TAKE_BACK)
    assert said.details["gaps"] == {str(here.commune.id): date(2024, 6, 12)}
