"""Facts written at a unit that is known to end go on where it goes."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from registry.domain.assignments import AbsenceKind, AssignmentRole, Duty
from registry.domain.errors import Conflict, Invalid
from registry.domain.memberships import MemberRole
from registry.domain.permissions import Role, system_actor
from registry.domain.reorganisations.annex import AnnexRow, How, Part
from registry.domain.reorganisations.questions import AskedNoun, Item
from registry.domain.rosters import LineAction, RosterState
from registry.domain.units.kinds import UnitKind
from registry.models.assignments import Assignment
from registry.models.base import db
from registry.models.memberships import Membership
from registry.models.people import Person
from registry.models.rosters import Roster
from registry.models.signups import Signup
from registry.models.units import Unit
from registry.queries.assignments.holders import Holder
from registry.queries.memberships import main_unit_id
from registry.services import people
from registry.services.assignments.absences import set_absence
from registry.services.assignments.changes import (
    change_assignment,
    end_assignment,
    record_assignment,
)
from registry.services.assignments.commands import (
    AssignmentDetails,
    ChangeAssignment,
    EndAssignment,
    RecordAssignment,
    SetAbsence,
)
from registry.services.decisions import ScanStore
from registry.services.memberships import changes
from registry.services.people import AddKnownPerson, add_known
from registry.services.reorganisations.applying import apply
from registry.services.reorganisations.outcome import Outcome
from registry.services.reorganisations.undoing import undo
from registry.services.rosters import deciding
from registry.services.signups import accepting
from registry.services.units.checks import faults
from tests.conftest import MOMENT
from tests.factories.accounts import make_account, make_actor
from tests.factories.approvals import approve_memberships
from tests.factories.days import moment_on
from tests.factories.decisions import typed_decision
from tests.factories.people import make_assignment, make_decision, make_member, make_person
from tests.factories.reorganisations import LATER, LATER_MOMENT, compose_rows
from tests.factories.rosters import make_line, make_roster
from tests.factories.signups import make_signup
from tests.factories.small_province import DAY, SmallProvince, carried, named, periods
from tests.factories.units import START, make_unit

TODAY = MOMENT.day
SECOND_DAY = DAY + timedelta(days=60)
ACTOR = system_actor()
HOUR = timedelta(hours=1)


@pytest.fixture
def small(app: Flask) -> SmallProvince:
    """Return the small province."""
    return SmallProvince()


@pytest.fixture
def store(tmp_path: Path) -> ScanStore:
    """Return a store for scans."""
    return ScanStore(tmp_path, 1024)


def join(person: Person, unit: Unit, day: date = TODAY, successor: int | None = None) -> Membership:
    command = AddKnownPerson(
        person_id=person.id,
        unit_id=unit.id,
        role=MemberRole.MEMBER,
        organisation=None,
        valid_from=day,
        successor_id=successor,
    )
    return add_known(ACTOR, command, MOMENT)


def told(model: type[Membership] | type[Assignment], person: Person) -> list[tuple[object, ...]]:
    return [
        (row.unit_id, row.valid_from, row.valid_to, row.end_reason)
        for row in periods(model, person_id=person.id)
    ]


def undone(outcome: Outcome) -> None:
    undo(ACTOR, outcome.batch_id or 0, LATER_MOMENT)
    assert faults(LATER) == []


def end(row: Membership, day: date) -> Membership:
    command = changes.EndMembership(
        membership_id=row.id,
        version=row.version,
        valid_to=day,
        reason="Nghỉ hưu",
        accept_gap=True,
    )
    return changes.end(ACTOR, command, MOMENT)


def test_who_joins_a_unit_that_ends_later_goes_on_in_its_heir_on_the_same_line(
    small: SmallProvince,
) -> None:
    outcome = carried(small.merge())
    person = make_person("Lê Thị An")
    joined = join(person, small.commune)
    heir = named("Xã Thăng Bình").id
    assert told(Membership, person) == [
        (small.commune.id, TODAY, DAY, None),
        (heir, DAY, None, None),
    ]
    assert {row.line_id for row in periods(Membership, person_id=person.id)} == {joined.line_id}
    assert [row.is_main for row in periods(Membership, person_id=person.id)] == [True, True]
    undone(outcome)
    assert told(Membership, person) == [(small.commune.id, TODAY, None, None)]


def test_who_joins_goes_to_the_heir_though_the_unit_is_founded_again_on_the_day(
    small: SmallProvince,
) -> None:
    carried(small.merge())
    again = AnnexRow(
        2, "phụ lục", new_name="Xã Bình Minh", new_kind="xã", new_code="90119",
        new_parent_id=small.other_district.id, how=How.REESTABLISH,
    )  # fmt: skip
    carried([again])
    person = make_person("Lê Thị An")
    join(person, small.commune)
    assert [row[0] for row in told(Membership, person)] == [
        small.commune.id,
        named("Xã Thăng Bình").id,
    ]


def test_a_fact_goes_along_the_whole_chain_of_batches_and_back_with_each(
    small: SmallProvince,
) -> None:
    first = carried(small.merge())
    heir = named("Xã Thăng Bình")
    second = carried(small.dissolve(named_unit(heir.id)), SECOND_DAY)
    person = make_person("Lê Thị An")
    join(person, small.commune)
    whole = [
        (small.commune.id, TODAY, DAY, None),
        (heir.id, DAY, SECOND_DAY, "giải thể"),
    ]
    assert told(Membership, person) == whole
    with pytest.raises(Conflict, match="Còn các đợt sắp xếp sau đó"):
        undo(ACTOR, first.batch_id or 0, LATER_MOMENT)
    undone(second)
    assert told(Membership, person) == [whole[0], (heir.id, DAY, None, None)]
    undone(first)
    assert told(Membership, person) == [(small.commune.id, TODAY, None, None)]


def named_unit(unit_id: int) -> Unit:
    return db.session.get_one(Unit, unit_id)


def test_of_two_batches_of_a_day_the_one_applied_last_ends_a_unit_and_carries_its_facts_on(
    small: SmallProvince,
) -> None:
    ends = compose_rows(DAY, small.merge())
    gives = compose_rows(DAY, small.give())
    for batch in (gives, ends):
        assert apply(ACTOR, batch.id, LATER_MOMENT).problems == ()
    person = make_person("Lê Thị An")
    join(person, small.commune)
    assert told(Membership, person)[1] == (named("Xã Thăng Bình").id, DAY, None, None)
    for batch in (ends, gives):
        undo(ACTOR, batch.id, LATER_MOMENT)
        assert told(Membership, person) == [(small.commune.id, TODAY, None, None)]


def test_what_ends_a_unit_that_another_batch_of_the_day_renamed_carries_its_facts_on(
    small: SmallProvince,
) -> None:
    department = small.other_department
    renames = carried(small.rename(department, "Sở Nội vụ và Lao động"))
    dissolves = carried(small.dissolve(department))
    person = make_person("Lê Thị An")
    join(person, department)
    assert told(Membership, person) == [(department.id, TODAY, DAY, "giải thể")]
    for outcome in (dissolves, renames):
        undone(outcome)
        assert told(Membership, person) == [(department.id, TODAY, None, None)]


def test_an_end_typed_before_the_units_end_stays_and_a_later_one_goes_along(
    small: SmallProvince, store: ScanStore
) -> None:
    carried(small.merge())
    member = make_member("Lê Thị An", small.province)
    heir = named("Xã Thăng Bình").id
    for role, ends in (
        (AssignmentRole.SUPPORTING, DAY - timedelta(days=9)),
        (AssignmentRole.LEADER, DAY + timedelta(days=9)),
    ):
        record(small.commune, member, store, role=role, until=ends)
    assert told(Assignment, member) == [
        (small.commune.id, TODAY, DAY - timedelta(days=9), None),
        (small.commune.id, TODAY, DAY, None),
        (heir, DAY, DAY + timedelta(days=9), None),
    ]


def record(
    unit: Unit,
    person: Person,
    store: ScanStore,
    *,
    role: AssignmentRole = AssignmentRole.FOCAL_POINT,
    until: date | None = None,
    successor: int | None = None,
) -> Assignment:
    details = AssignmentDetails(holder=Holder(person.id), role=role, duty=Duty.CONCURRENT)
    command = RecordAssignment(
        unit_id=unit.id,
        details=details,
        valid_from=TODAY,
        valid_to=until,
        successor_id=successor,
    )
    return record_assignment(ACTOR, command, MOMENT, store)


def test_who_ends_before_the_day_of_the_batch_goes_nowhere(small: SmallProvince) -> None:
    member = make_member("Lê Thị An", small.commune)
    make_assignment(member, small.commune, make_decision(small.commune))
    outcome = carried(small.merge())
    leaves = date(2024, 8, 1)
    end(periods(Membership, person_id=member.id)[0], leaves)
    assert told(Membership, member) == [(small.commune.id, START, leaves, "Nghỉ hưu")]
    assert [row[2] for row in told(Assignment, member)] == [leaves]
    undone(outcome)
    assert told(Membership, member) == [(small.commune.id, START, leaves, "Nghỉ hưu")]


def test_an_end_after_the_day_of_the_batch_is_that_of_the_continuation(
    small: SmallProvince,
) -> None:
    member = make_member("Lê Thị An", small.commune)
    outcome = carried(small.merge())
    leaves = DAY + timedelta(days=9)
    end(periods(Membership, person_id=member.id)[0], leaves)
    assert told(Membership, member) == [
        (small.commune.id, START, DAY, None),
        (named("Xã Thăng Bình").id, DAY, leaves, "Nghỉ hưu"),
    ]
    undone(outcome)
    assert told(Membership, member) == [(small.commune.id, START, leaves, "Nghỉ hưu")]


def test_what_changes_before_the_day_goes_on_changed(small: SmallProvince) -> None:
    member = make_member("Lê Thị An", small.commune)
    outcome = carried(small.merge())
    row = periods(Membership, person_id=member.id)[0]
    command = changes.ChangeMembership(
        membership_id=row.id,
        version=row.version,
        role=MemberRole.HEAD,
        organisation=None,
        is_main=True,
        day=date(2024, 8, 1),
    )
    changes.change_from(ACTOR, command, MOMENT)
    roles = [(row.role, row.valid_to) for row in periods(Membership, person_id=member.id)]
    assert roles == [
        (MemberRole.MEMBER, date(2024, 8, 1)),
        (MemberRole.HEAD, DAY),
        (MemberRole.HEAD, None),
    ]
    undone(outcome)
    roles = [(row.role, row.valid_to) for row in periods(Membership, person_id=member.id)]
    assert roles == [(MemberRole.MEMBER, date(2024, 8, 1)), (MemberRole.HEAD, None)]


def test_a_member_moves_from_one_unit_that_ends_to_another(small: SmallProvince) -> None:
    member = make_member("Lê Thị An", small.commune)
    batch = carried(small.merge())
    dissolved = carried(small.dissolve(small.far_commune), SECOND_DAY)
    moves = date(2024, 8, 1)
    row = periods(Membership, person_id=member.id)[0]
    command = changes.TransferMember(
        membership_id=row.id,
        version=row.version,
        unit_id=small.far_commune.id,
        role=MemberRole.MEMBER,
        day=moves,
        is_secondment=False,
        reason="",
        accept_gap=True,
    )
    changes.transfer(ACTOR, command, MOMENT)
    assert told(Membership, member) == [
        (small.commune.id, START, moves, "Chuyển đơn vị"),
        (small.far_commune.id, moves, SECOND_DAY, "giải thể"),
    ]
    undone(dissolved)
    undone(batch)
    assert told(Membership, member)[1] == (small.far_commune.id, moves, None, None)


def test_a_correction_goes_along_and_its_end_is_the_one_typed(small: SmallProvince) -> None:
    member = make_member("Lê Thị An", small.commune)
    outcome = carried(small.merge())
    for until in (None, DAY + timedelta(days=9), DAY, None):
        row = periods(Membership, person_id=member.id)[0]
        command = changes.CorrectMembership(
            membership_id=row.id,
            version=row.version,
            role=MemberRole.DEPUTY,
            organisation="Đoàn xã",
            is_main=True,
            valid_from=START + timedelta(days=1),
            valid_to=until,
            accept_gap=True,
        )
        changes.correct(ACTOR, command, MOMENT)
        rows = periods(Membership, person_id=member.id)
        assert {(row.role, row.organisation) for row in rows} == {(MemberRole.DEPUTY, "Đoàn xã")}
        assert [row.valid_to for row in rows] == ([DAY] if until == DAY else [DAY, until])
    undone(outcome)
    assert told(Membership, member) == [(small.commune.id, START + timedelta(days=1), None, None)]


def test_somebody_is_main_once_on_every_day_whatever_ends_first(small: SmallProvince) -> None:
    """The older membership takes over from the main one, through the unit's end and behind it."""
    member = make_member("Lê Thị An", small.commune)
    join(member, small.far_commune, date(2024, 6, 10))
    carried(small.merge())
    carried(small.dissolve(small.far_commune), SECOND_DAY)
    end(periods(Membership, person_id=member.id, is_main=True)[0], date(2024, 8, 1))
    mains = [main_unit_id(member.id, day) for day in (date(2024, 7, 31), date(2024, 8, 1), DAY)]
    assert mains == [small.commune.id, small.far_commune.id, small.far_commune.id]
    assert main_unit_id(member.id, SECOND_DAY) is None


def test_who_is_in_the_heir_already_stays_there_once(small: SmallProvince) -> None:
    outcome = carried(small.merge(how=None))
    member = make_member("Lê Thị An", small.other_commune)
    join(member, small.commune)
    assert told(Membership, member) == [
        (small.other_commune.id, START, None, None),
        (small.commune.id, TODAY, DAY, "hợp nhất"),
    ]
    undone(outcome)
    assert told(Membership, member)[1] == (small.commune.id, TODAY, None, None)


def test_who_comes_into_the_heir_later_may_join_it_before(small: SmallProvince) -> None:
    """The row that is there from the day of the batch on does not stand in the way."""
    member = make_member("Lê Thị An", small.commune)
    outcome = carried(small.merge(how=None))
    join(member, small.other_commune)
    assert told(Membership, member) == [
        (small.commune.id, START, DAY, None),
        (small.other_commune.id, TODAY, DAY, "hợp nhất"),
        (small.other_commune.id, DAY, None, None),
    ]
    undone(outcome)
    assert [row[2] for row in told(Membership, member)] == [None, None]


def test_what_hangs_on_a_unit_without_heir_ends_with_its_reason(small: SmallProvince) -> None:
    outcome = carried(small.dissolve(small.commune))
    person = make_person("Lê Thị An")
    join(person, small.commune)
    assert told(Membership, person) == [(small.commune.id, TODAY, DAY, "giải thể")]
    undone(outcome)
    assert told(Membership, person) == [(small.commune.id, TODAY, None, None)]


def test_of_a_unit_that_splits_the_part_is_asked_for_and_without_it_there_is_no_plan(
    small: SmallProvince, store: ScanStore
) -> None:
    outcome = carried(small.split())
    part = named("Xã Hai").id
    answered, waiting = make_person("Lê Thị An"), make_person("Trần Văn Bình")
    join(answered, small.commune, successor=part)
    join(waiting, small.commune)
    record(small.commune, answered, store, successor=part)
    assert told(Membership, answered)[1] == (part, DAY, None, None)
    assert told(Assignment, answered)[1] == (part, DAY, None, None)
    assert told(Membership, waiting) == [(small.commune.id, TODAY, DAY, "chưa có phương án")]
    with pytest.raises(Invalid, match="Chọn một trong các đơn vị kế thừa"):
        join(make_person("Hồ Thị Cam"), small.commune, successor=small.far_commune.id)
    end(periods(Membership, person_id=answered.id)[0], DAY + timedelta(days=9))
    assert told(Membership, answered)[1][0] == part, "the part chosen once is remembered"
    undone(outcome)
    assert told(Membership, waiting) == [(small.commune.id, TODAY, None, None)]


def test_the_part_may_be_one_of_the_units_heir(small: SmallProvince) -> None:
    carried(small.merge())
    heir = named_unit(named("Xã Thăng Bình").id)
    small.commune = heir
    carried(small.split(), SECOND_DAY)
    person = make_person("Lê Thị An")
    part = named("Xã Hai", SECOND_DAY).id
    join(person, small.other_commune, successor=part)
    assert [row[0] for row in told(Membership, person)] == [small.other_commune.id, heir.id, part]


def test_an_assignment_changes_hands_and_ends_at_a_unit_that_ends_later(
    small: SmallProvince, store: ScanStore
) -> None:
    before, after = (make_member(name, small.commune) for name in ("Lê Thị An", "Trần Văn Bình"))
    assignment = make_assignment(before, small.commune, make_decision(small.commune))
    outcome = carried(small.merge())
    heir = named("Xã Thăng Bình").id
    changes_on, ends_on = date(2024, 8, 1), date(2024, 9, 1)
    change = ChangeAssignment(
        assignment_id=assignment.id,
        version=periods(Assignment, id=assignment.id)[0].version,
        details=AssignmentDetails(
            holder=Holder(after.id), role=assignment.role, duty=assignment.duty
        ),
        change_from=changes_on,
        accept_gap=True,
    )
    following = change_assignment(ACTOR, change, MOMENT, store)
    assert told(Assignment, before) == [
        (small.commune.id, START, changes_on, "Thay đổi đầu mối"),
    ]
    assert [row[0] for row in told(Assignment, after)] == [small.commune.id, heir]
    end_assignment(
        ACTOR,
        EndAssignment(
            assignment_id=following.id,
            version=following.version,
            ends_on=ends_on,
            reason="Nghỉ hưu",
            accept_gap=True,
        ),
        MOMENT,
    )
    assert told(Assignment, after) == [(small.commune.id, changes_on, ends_on, "Nghỉ hưu")]
    undone(outcome)


def test_what_somebody_edited_where_it_had_gone_to_stays_as_he_left_it(
    small: SmallProvince,
) -> None:
    member = make_member("Lê Thị An", small.commune)
    carried(small.merge())
    now = periods(Membership, person_id=member.id)[1]
    now.role = MemberRole.HEAD
    end(periods(Membership, person_id=member.id)[0], date(2024, 8, 1))
    assert [row.role for row in periods(Membership, person_id=member.id)][1] is MemberRole.HEAD


def test_undoing_gives_back_what_was_written_in_between(small: SmallProvince) -> None:
    """A registry without the batch and one in which it was undone hold the same."""
    member = make_member("Lê Thị An", small.commune)
    person = make_person("Trần Văn Bình")

    def in_between() -> None:
        end(periods(Membership, person_id=member.id)[0], DAY + timedelta(days=9))
        join(person, small.commune)

    outcome = carried(small.merge())
    in_between()
    undone(outcome)
    assert [(row[0], row[2], row[3]) for row in told(Membership, member)] == [
        (small.commune.id, DAY + timedelta(days=9), "Nghỉ hưu")
    ]
    assert told(Membership, person) == [(small.commune.id, TODAY, None, None)]


def test_what_goes_along_with_a_part_goes_along_again_when_it_was_changed_before(
    small: SmallProvince,
) -> None:
    goes, stays = (make_member(name, small.commune) for name in ("Lê Thị An", "Trần Văn Bình"))
    line = periods(Membership, person_id=goes.id)[0].line_id
    outcome = carried(small.give(), answers={Item(AskedNoun.MEMBERSHIP, line): "90111"})
    leaves = DAY + timedelta(days=9)
    for person in (goes, stays):
        end(periods(Membership, person_id=person.id)[0], leaves)
    join(newcomer := make_person("Hồ Thị Cam"), small.commune)
    assert told(Membership, goes) == [
        (small.commune.id, START, DAY, None),
        (named("Xã Một").id, DAY, leaves, "Nghỉ hưu"),
    ]
    assert told(Membership, stays) == [(small.commune.id, START, leaves, "Nghỉ hưu")]
    assert told(Membership, newcomer) == [(small.commune.id, TODAY, None, None)]
    undone(outcome)
    assert told(Membership, goes) == [(small.commune.id, START, leaves, "Nghỉ hưu")]


def test_a_list_approved_before_the_day_admits_changes_and_ends_beyond_it(
    small: SmallProvince, store: ScanStore
) -> None:
    outcome = carried(small.merge())
    heir = named("Xã Thăng Bình").id
    joins = make_member("Lê Thị An", small.team)
    changes_role, leaves = make_person("Trần Văn Bình"), make_person("Hồ Thị Cam")
    for person in (changes_role, leaves):
        join(person, small.commune, START)
    there = [periods(Membership, person_id=one.id)[0] for one in (changes_role, leaves)]
    approve_memberships(small.commune, *there)
    day = date(2024, 6, 20)
    roster = make_roster(
        small.commune,
        [
            make_line(joins, effective_from=day),
            make_line(
                changes_role, action=LineAction.CHANGE, role=MemberRole.HEAD, effective_from=day
            ),
            make_line(leaves, action=LineAction.END, effective_from=day),
        ],
        RosterState.REVIEWED,
        number=2,
    )
    deciding.approve(ACTOR, whole(roster, small, day), MOMENT, store)
    assert told(Membership, joins)[1:] == [
        (small.commune.id, day, DAY, None),
        (heir, DAY, None, None),
    ]
    assert [(row.role, row.unit_id) for row in periods(Membership, person_id=changes_role.id)] == [
        (MemberRole.MEMBER, small.commune.id),
        (MemberRole.HEAD, small.commune.id),
        (MemberRole.HEAD, heir),
    ]
    assert [row[:3] for row in told(Membership, leaves)] == [(small.commune.id, START, day)]
    assert [main_unit_id(joins.id, on) for on in (day, DAY)] == [small.team.id, small.team.id]
    undone(outcome)
    assert told(Membership, joins)[1:] == [(small.commune.id, day, None, None)]


def whole(roster: Roster, small: SmallProvince, day: date) -> deciding.Approve:
    """Return the order to approve every line of a list."""
    return deciding.Approve(
        roster_id=roster.id,
        version=roster.version,
        content_hash=roster.content_hash or "",
        approved=frozenset(line.id for line in roster.lines),
        returned={},
        reason="",
        decision_id=None,
        new_decision=typed_decision(
            small.province, "77/QĐ-UBND", issuer="UBND tỉnh", issued_on=day
        ),
        accept_gap=True,
    )


def test_a_request_accepted_before_the_day_goes_on_with_the_role_of_the_account(
    small: SmallProvince,
) -> None:
    signup = make_signup(small.commune)
    batch = compose_rows(DAY, small.split())
    assert apply(ACTOR, batch.id, MOMENT).problems == ()
    part = named("Xã Hai").id
    accepted = accepting.accept(ACTOR, acceptance(signup, successor=part), HOUR, MOMENT)
    assert [row[:3] for row in told(Membership, accepted.person)] == [
        (small.commune.id, TODAY, DAY),
        (part, DAY, None),
    ]
    assert [(held.office_id, held.valid_to) for held in accepted.account.grants] == [
        (small.commune.id, DAY),
        (part, None),
    ]
    undo(ACTOR, batch.id, MOMENT)
    db.session.expire_all()
    assert [(held.office_id, held.valid_to) for held in accepted.account.grants] == [
        (small.commune.id, None)
    ]


def acceptance(
    signup: Signup, *, day: date = TODAY, successor: int | None = None
) -> accepting.AcceptSignup:
    return accepting.AcceptSignup(
        signup_id=signup.id,
        version=signup.version,
        person_id=None,
        role=Role.UNIT_OFFICER,
        member_role=MemberRole.MEMBER,
        valid_from=day,
        successor_id=successor,
    )


def test_a_request_that_waits_until_the_day_is_accepted_where_the_unit_went(
    small: SmallProvince,
) -> None:
    merged, split = make_signup(small.other_commune), make_signup(small.commune)
    gone = make_signup(small.far_commune)
    rows = [
        AnnexRow(
            9, "phụ lục", old_id=small.other_commune.id, new_name="Xã Mới", new_kind="xã",
            new_code="90119", new_parent_id=small.district.id, part=Part.WHOLE, how=How.MERGE,
        ),
        *small.split(),
    ]  # fmt: skip
    for these in (rows, small.dissolve(small.far_commune)):
        assert apply(ACTOR, compose_rows(DAY, these).id, MOMENT).problems == ()
    then = moment_on(DAY)
    accepted = accepting.accept(ACTOR, acceptance(merged, day=DAY), HOUR, then)
    assert main_unit_id(accepted.person.id, DAY) == named("Xã Mới").id
    with pytest.raises(Invalid, match="Chọn đơn vị kế thừa"), db.session.begin_nested():
        accepting.accept(ACTOR, acceptance(split, day=DAY), HOUR, then)
    part = named("Xã Một").id
    accepted = accepting.accept(ACTOR, acceptance(split, day=DAY, successor=part), HOUR, then)
    assert main_unit_id(accepted.person.id, DAY) == part
    with pytest.raises(Invalid, match="không có đơn vị kế thừa"):
        accepting.accept(ACTOR, acceptance(gone, day=DAY), HOUR, then)


def test_who_holds_an_assignment_may_be_away_beyond_the_units_end(small: SmallProvince) -> None:
    away, acts = (make_member(name, small.commune) for name in ("Lê Thị An", "Trần Văn Bình"))
    decision = make_decision(small.commune)
    assignment = make_assignment(away, small.commune, decision)
    acting = make_assignment(acts, small.commune, decision)
    carried(small.merge())
    for first in (DAY - timedelta(days=30), DAY + timedelta(days=5)):
        command = SetAbsence(
            assignment_id=assignment.id,
            version=0,
            kind=AbsenceKind.STUDY,
            valid_from=first,
            valid_to=first + timedelta(days=20),
            acting_id=acting.id if first < DAY else None,
        )
        absence = set_absence(ACTOR, command, MOMENT)
        assert absence.line_id == assignment.line_id
        db.session.delete(absence)


def test_an_officer_whose_role_goes_on_beyond_the_scope_keeps_his_address_changeable(
    small: SmallProvince,
) -> None:
    """The unit of his comes under another province, and he is of the same office until then."""
    account = make_account(Role.UNIT_OFFICER, small.commune, login="canbo")
    elsewhere = make_unit("Tỉnh Bên", UnitKind.PROVINCE, code="98")
    row = AnnexRow(
        9, "phụ lục", old_id=small.commune.id, new_name="Xã Sang Tỉnh", new_kind="xã",
        new_code="98119", new_parent_id=elsewhere.id, part=Part.WHOLE, how=How.MERGE,
    )  # fmt: skip
    assert apply(ACTOR, compose_rows(DAY, [row]).id, MOMENT).problems == ()
    db.session.expire_all()
    assert len(account.grants) == 2
    person = account.person
    assert person is not None
    reviewer = make_actor(Role.REVIEWER, small.it_department)
    details = people.PersonDetails(
        full_name=person.full_name, phone=person.phone, email="moi@vidu.invalid", birth_year=1990
    )
    command = people.EditPerson(person_id=person.id, version=person.version, details=details)
    assert people.edit(reviewer, command, None, MOMENT).email == "moi@vidu.invalid"


def test_a_batch_is_not_undone_while_somebody_joined_a_unit_that_it_made(
    small: SmallProvince,
) -> None:
    """What follows stands in the journal, what was written by hand at the old unit does not."""
    row = AnnexRow(
        9, "phụ lục", old_name="Xã Chưa Ghi", old_code="90150", old_parent="Huyện Đại Lộc",
        old_province="Tỉnh Thử Nghiệm",
        old_kind="xã", new_name="Xã Mới", new_kind="xã", new_code="90151",
        new_parent_id=small.district.id, part=Part.WHOLE, how=How.MERGE,
    )  # fmt: skip
    batch = compose_rows(DAY, [row], create_missing=True, known_from=START)
    outcome = apply(ACTOR, batch.id, MOMENT)
    assert outcome.problems == ()
    old = db.session.get_one(Unit, named("Xã Chưa Ghi", TODAY).id)
    join(make_person("Lê Thị An"), old)
    with pytest.raises(Conflict, match="đã ghi thêm dữ liệu"):
        undo(ACTOR, batch.id, LATER_MOMENT)
